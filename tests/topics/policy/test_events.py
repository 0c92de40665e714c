"""Dated acts among other dates and industries: what is there is found, and where nothing is nothing is."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
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


def test_acts_whose_days_are_not_over_are_left_out():
    series, acts = synthetic(on=(100, 598))
    assert events.first_days(series, acts, 3)["group"].to_list() == ["act 100"]
    with pytest.raises(NotKnown, match="act on taxes"):
        events.test_acts(series, acts, TAXES, 3)


def test_the_share_in_the_markets_move_is_that_of_the_year_before(found):
    days = found.inputs.days
    k = 400
    past = days.iloc[k - events.BETA_DAYS : k]
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


def test_before_any_window_is_over_nothing_is_said_of_industries():
    leads = pd.DataFrame(np.zeros((5, 49)), pd.period_range("2010-01", periods=5, freq="M"))
    acts = pd.DataFrame({"metric": RULES, "group": ["act"], "period": ["2017-01-30"]})
    with pytest.raises(NotKnown, match="3 months"):
        events.table_industries(leads, acts, 3, draws=9, rng=np.random.default_rng(0))
