"""Dated acts among other dates and industries: what is there is found, and where nothing is nothing is."""

import numpy as np
import pandas as pd
import pytest

from helpers import data, stats
from helpers.data.catalog import catalog
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics.policy import events
from helpers.topics.policy.inputs import RULES, TAXES
from helpers.trial import load_line

ARTICLE = "2026-02-16"


@pytest.fixture(scope="module")
def by_hand():
    """Daily size factor and acts on rules known at the date, from the CSV."""
    days = pd.read_csv(data_dir() / "snapshot" / "factors_daily.csv", parse_dates=["price_date"])
    days = days[days["known"] <= ARTICLE].set_index("price_date")
    acts = pd.read_csv(data_dir() / "published" / "policy.csv")
    return days, acts[acts["metric"].isin([RULES, TAXES]) & (acts["known"] <= ARTICLE)]


def synthetic(days=600, lead=0.0, on=(100, 300, 500)):
    """Noise of one percent a day with a lead on some days."""
    index = pd.bdate_range("2020-01-01", periods=days)
    series = pd.Series(np.random.default_rng(3).normal(size=days), index)
    series.iloc[list(on)] += lead
    acts = pd.DataFrame(
        {"metric": RULES, "group": [f"act {k}" for k in on], "period": index[list(on)].astype(str)}
    )
    return series, acts


def test_the_estimate_by_plain_pandas(found, by_hand):
    days, acts = by_hand
    dates = pd.to_datetime(acts.loc[acts["metric"] == RULES, "period"])
    windows = [days["smb"][day:].iloc[:3] for day in dates]
    held = pd.concat(windows).index
    expected = np.mean([window.sum() for window in windows])
    expected -= 3 * days["smb"].drop(held).mean()
    evidence = found.answers["P3"].used
    assert evidence.estimate == pytest.approx(expected)
    assert (evidence.n, evidence.n_effective) == (len(days), len(dates))
    assert evidence.ci_low < expected < evidence.ci_high


def test_days_of_a_month_compound_to_the_month(by_hand):
    """The library computes both from the same prices: never more than 0.4 points apart in any month."""
    days, _ = by_hand
    daily = 1 + days["mkt_rf"] / 100
    months = 100 * (daily.groupby(daily.index.to_period("M")).prod() - 1)
    published = data.load("mkt_rf")[months.index]
    assert (months - published).abs().max() < 0.4
    assert len(months) == 132  # January 2015 to December 2025


def test_a_day_is_known_when_its_month_is(by_hand):
    days, _ = by_hand
    month_end = days.index.to_period("M").to_timestamp(how="end").normalize()
    lag = pd.Timedelta(days=catalog()["mkt_rf"].release_lag)
    assert (pd.to_datetime(days["known"]) == month_end + lag).all()


def test_every_act_is_listed_with_its_date_and_source(found, by_hand):
    _, acts = by_hand
    table = found.dated_acts
    assert list(table.columns) == ["act", "kind", "date", "what", "publisher", "title"]
    assert table["date"].is_monotonic_increasing
    assert set(zip(table["act"], table["date"], strict=True)) == set(
        zip(acts["group"], acts["period"], strict=True)
    )
    assert table["publisher"].str.len().min() > 0


def test_p_is_the_share_of_shifted_patterns(found):
    test = found.act_test(RULES)
    away = np.abs(test.shifted)
    assert test.p == pytest.approx((away >= abs(test.estimate) - 1e-9).mean())
    assert found.answers["P3"].used.p == test.p


def test_each_act_has_its_place_among_all_windows(found, by_hand):
    days, _ = by_hand
    sums = days["smb"].rolling(3).sum().dropna()
    table = found.act_table
    lead = days["smb"]["2025-07-01":].iloc[:3].sum()
    assert table.loc["Act of 2025, Senate", "lead"] == pytest.approx(lead)
    expected = ((sums - sums.mean()).abs() >= abs(lead - sums.mean()) - 1e-12).mean()
    assert table.loc["Act of 2025, Senate", "p"] == pytest.approx(expected)
    assert (table["holm"] >= table["p"]).all()
    assert not (table["holm"] < 0.05).any()


def test_windows_of_other_lengths_are_other_tests_of_the_same_acts(found):
    table = found.length_table
    assert table.index.to_list() == [1, 2, 3, 5, 10]
    for kind in (RULES, TAXES):
        test = found.act_test(kind)
        assert table.loc[3, f"{kind}, estimate"] == test.estimate
        assert table.loc[3, f"{kind}, p"] == test.p


def test_the_card_tells_both_tests_and_how_often_small_companies_led(found):
    used, table, test = found.answers["P3"].used, found.act_table, found.act_test(RULES)
    line = load_line("P3", "used")
    beyond = events.test_acts(found.beyond_days, found.inputs.acts, RULES, 3)
    assert list(used.definitions.values())[:2] == [test.estimate, beyond.estimate]
    assert list(used.intervals.values())[:2] == [
        (test.ci_low, test.ci_high), (beyond.ci_low, beyond.ci_high),
    ]  # fmt: skip
    assert used.mde == test.minimum_detectable_effect()
    assert used.power == test.power(line.size_that_matters)
    own = table[table["kind"] == RULES]
    ups = (own["lead"] > own["usual"]).sum()
    assert f"from each of {len(own)} acts on rules small companies" in used.note
    assert f"{ups} times of {len(own)} by more than usual; {100 * test.p:.0f} of 100" in used.note
    assert f"Of all {len(table)} acts, on taxes too, 0 stand out" in used.note


def test_a_usual_lead_is_no_more_than_usual_and_a_twentieth_does_not_stand_out(found):
    table = pd.DataFrame(
        {
            "kind": [RULES, RULES, TAXES],
            "lead": 0.5,
            "usual": [0.5, 0.1, 0.1],
            "holm": [0.05, 0.04, 1.0],
        }
    )  # synthetic
    test = found.act_test(RULES)
    none = pd.Series([], dtype=float)
    evidence = events.weigh_acts(test, test, none, np.array([]), table, 3)
    assert "1 times of 2 by more than usual" in evidence.note
    assert "Of all 3 acts, on taxes too, 1 stand out" in evidence.note
    assert len(evidence.definitions) == 2  # no month after an act was over


def test_a_lead_that_is_there_is_found():
    series, acts = synthetic(lead=5.0)
    assert events.test_acts(series, acts, RULES, 1).p < 0.01
    assert (events.table_acts(series, acts, 1)["holm"] < 0.05).all()
    calm, acts = synthetic()
    assert events.test_acts(calm, acts, RULES, 1).p > 0.05


def test_an_act_on_a_day_without_trade_counts_from_the_next():
    series, acts = synthetic(lead=5.0)
    saturday = acts.assign(period="2020-02-01")[:1]
    chosen = events.first_days(series, saturday, 3)
    assert series.index[chosen["first"].item()] == pd.Timestamp("2020-02-03")


def test_the_first_day_has_no_close_before_it():
    series, acts = synthetic(on=(0, 1))
    assert events.first_days(series, acts, 3)["first"].to_list() == [1]


def test_a_shifted_window_never_joins_the_last_days_to_the_first():
    series, acts = synthetic(on=(100,))
    assert len(events.test_acts(series, acts, RULES, 3).shifted) == 600 - 3


def test_an_act_whose_days_end_on_the_last_one_known_is_over():
    series, acts = synthetic(on=(100, len(synthetic()[0]) - 3))
    assert len(events.first_days(series, acts, 3)) == 2
    last = series.iloc[-3:].sum()
    assert events.table_acts(series, acts, 3)["lead"].iloc[-1] == pytest.approx(last)
    assert events.test_acts(series, acts[1:], acts["metric"].iloc[1], 3).n_effective == 1


def test_acts_whose_days_are_not_over_are_left_out():
    series, acts = synthetic(on=(100, 598))
    assert events.first_days(series, acts, 3)["group"].to_list() == ["act 100"]
    with pytest.raises(NotKnown, match="act on taxes"):
        events.test_acts(series, acts, TAXES, 3)


def test_the_share_in_the_markets_move_is_that_of_the_year_before(found):
    days = found.inputs.days
    k = 400
    past = days.iloc[k - 250 : k]
    slope = np.polyfit(past["mkt_rf"], past["smb"], 1)[0]
    today = days.iloc[k]
    expected = today["smb"] - slope * today["mkt_rf"]
    assert found.beyond_days[days.index[k]] == pytest.approx(expected)


def test_industries_are_those_written_down_with_the_claim():
    """`data/claims.yaml` names the industries exposed to acts on rules."""
    named = load_line("P3", "used").definitions[-1]
    assert named == f"{events.exposed_names(RULES)} less the other industries"


def test_placebo_industries_and_dates_by_plain_pandas(found):
    leads, act = found.industry_leads, found.industry_table.loc["Act of 2025, Senate"]
    assert act["last"] == pd.Period("2025-10", "M")
    exposed = list(events.EXPOSED[TAXES])
    others = [name for name in leads if name not in exposed]
    every = leads[exposed].mean(axis=1) - leads[others].mean(axis=1)
    assert act["lead"] == pytest.approx(every["2025-10"])
    assert act["p, dates"] == pytest.approx((every.abs() >= abs(act["lead"])).mean())
    rng, month = np.random.default_rng(0), leads.loc["2025-10"]
    drawn = []
    for _ in range(1000):
        mixed = rng.permutation(month.to_numpy())
        drawn.append(mixed[: len(exposed)].mean() - mixed[len(exposed) :].mean())
    expected = (np.abs(drawn) >= abs(act["lead"])).mean()
    assert act["p, industries"] == pytest.approx(expected, abs=0.05)


def test_the_card_shows_the_leads_of_the_table(found):
    """Computed from the months before and after each act alone, or with every window: the same."""
    table = found.industry_table
    of_rules = table.loc[table["kind"] == RULES, "lead"]
    assert found.leads_after_rules.to_dict() == pytest.approx(of_rules.to_dict())
    evidence = found.answers["P3"].used
    assert list(evidence.definitions.values())[-1] == pytest.approx(of_rules.mean())


def test_the_lead_of_industries_has_the_error_of_its_own_months(found):
    """The acts moved together along all months since 1970, by a plain loop."""
    evidence = found.answers["P3"].used
    every = events.lead_over_rest(found.industry_leads, list(events.EXPOSED[RULES]))
    ends = [pd.Period(day, "M") + 3 for day in ("2017-01", "2017-02", "2025-01", "2025-08")]
    means = []
    while ends[0] >= every.index[0]:
        means.append(every[ends].mean())
        ends = [end - 1 for end in ends]
    last = pd.Period("2025-12", "M") - (pd.Period("2025-11", "M"))
    for later in range(1, last.n + 1):
        moved = ["2017-04", "2017-05", "2025-04", "2025-11"]
        means.append(every[[pd.Period(end, "M") + later for end in moved]].mean())
    low, high = np.percentile(np.array(means) - np.mean(means), (2.5, 97.5))
    value = list(evidence.definitions.values())[-1]
    assert list(evidence.intervals.values())[-1] == pytest.approx((value - high, value - low))
    assert high - low > 8  # the days of the first definition are known five times as closely


def test_random_industries_stand_out_as_often_as_they_should():
    """Synthetic returns without any lead: the share of the sets that is as far is uniform."""
    rng = np.random.default_rng(5)
    months = pd.period_range("2000-01", periods=60, freq="M")
    names = [*events.EXPOSED[RULES], *(f"x{k}" for k in range(41))]
    acts = pd.DataFrame({"metric": RULES, "group": ["act"], "period": ["2004-06-10"]})
    p = []
    for _ in range(60):
        leads = pd.DataFrame(rng.normal(size=(60, 49)), months, names)
        table = events.table_industries(leads, acts, 3, draws=99, rng=rng)
        p.append(table["p, industries"].item())
    assert 0.02 <= np.mean(np.array(p) <= 0.10) <= 0.23


def test_industries_apart_from_all_others_are_one_set_of_those_drawn_and_no_lead_is_every_set():
    months = pd.period_range("2004-01", periods=12, freq="M")
    exposed = list(events.EXPOSED[RULES])
    leads = pd.DataFrame(0.0, months, [*exposed, *(f"x{k}" for k in range(41))])  # synthetic
    acts = pd.DataFrame({"metric": RULES, "group": ["act"], "period": ["2004-06-10"]})

    def row():
        rng = np.random.default_rng(0)
        return events.table_industries(leads, acts, 3, draws=99, rng=rng).loc["act"]

    still = row()
    assert (still["lead"], still["p, dates"], still["p, industries"], still["holm"]) == (0, 1, 1, 1)
    leads.loc["2004-09", exposed] = 9.0
    apart = row()
    assert (apart["lead"], apart["p, dates"]) == (9.0, pytest.approx(1 / 12))
    assert apart["p, industries"] == pytest.approx(1 / 100)
    assert apart["holm"] == pytest.approx(1 / 12)  # the larger of the two


def test_sets_of_industries_are_held_against_their_own_rest():
    """By a plain loop over the same drawn orders."""
    months = pd.period_range("2004-01", periods=12, freq="M")
    exposed = list(events.EXPOSED[RULES])
    values = np.random.default_rng(6).normal(size=(12, 49))  # synthetic
    leads = pd.DataFrame(values, months, [*exposed, *(f"x{k}" for k in range(41))])
    acts = pd.DataFrame({"metric": RULES, "group": ["act"], "period": ["2004-06-10"]})
    rng = np.random.default_rng(7)
    found = events.table_industries(leads, acts, 3, draws=499, rng=rng).loc["act"]
    month, orders = values[8], np.random.default_rng(7).random((499, 49)).argsort(axis=1)
    own = month[:8].mean() - month[8:].mean()
    drawn = [month[order[:8]].mean() - month[order[8:]].mean() for order in orders]
    assert found["lead"] == pytest.approx(own)
    assert found["p, industries"] == pytest.approx((1 + (np.abs(drawn) >= abs(own)).sum()) / 500)


def test_the_pattern_of_acts_is_laid_at_every_place():
    months = pd.period_range("2004-01", periods=6, freq="M")
    doubling = dict.fromkeys(events.EXPOSED[RULES], 2.0 ** np.arange(6))  # synthetic
    leads = pd.DataFrame(doubling | {"other": 0.0}, months)
    days = ["2003-10-05", "2003-12-05", "2004-05-05"]  # the windows of the last were not over
    acts = pd.DataFrame({"metric": RULES, "group": ["a", "b", "c"], "period": days})
    means = events.shifted_means(leads, acts, RULES, 3)
    assert means.tolist() == [2.5, 5, 10, 20]


def test_an_act_whose_months_miss_a_factor_is_left_out():
    months = pd.period_range("2004-01", periods=64, freq="M")
    rng, names = np.random.default_rng(8), [*events.EXPOSED[RULES], "other"]
    returns = pd.DataFrame(rng.normal(size=(64, 9)), months, names)  # synthetic
    factors = pd.DataFrame(rng.normal(size=(64, 3)), months, ["mkt_rf", "smb", "rf"])
    acts = pd.DataFrame({"metric": RULES, "group": ["act"], "period": ["2009-01-10"]})
    assert list(events.leads_after(returns, factors, acts, 3, 60).index) == ["act"]
    for known in ((returns, factors[:-1]), (returns[:-1], factors)):
        none = events.leads_after(*known, acts, 3, 60)
        assert (len(none), none.dtype, none.name) == (0, float, "lead")


def test_all_acts_are_held_to_holms_level_by_the_larger_p(found):
    table = found.industry_table
    larger = np.maximum(table["p, dates"], table["p, industries"])
    assert table["holm"].to_dict() == pytest.approx(stats.holm(larger.to_dict()))


def test_before_any_window_is_over_nothing_is_said_of_industries():
    leads = pd.DataFrame(np.zeros((5, 49)), pd.period_range("2010-01", periods=5, freq="M"))
    acts = pd.DataFrame({"metric": RULES, "group": ["act"], "period": ["2017-01-30"]})
    with pytest.raises(NotKnown, match="3 months"):
        events.table_industries(leads, acts, 3, draws=9, rng=np.random.default_rng(0))
