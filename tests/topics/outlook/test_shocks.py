"""Inflation and rate rises as a risk: episodes and responses, recomputed from the files and cut at the date."""

import functools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import data, stats
from helpers.errors import NotKnown, ParameterError
from helpers.topics import outlook
from helpers.topics.common.pairs import PairInputs
from helpers.topics.outlook import shocks
from helpers.topics.outlook.barometer import Barometer
from helpers.topics.outlook.shocks import (
    DEFINITIONS,
    FIRST_FORECAST,
    HORIZON,
    LAGS,
    ON_TRIAL,
    PRICES,
    SHOCKS,
    Shocks,
    inflation_surges,
    list_episodes,
    monthly_growth,
    price_surprises,
)
from helpers.topics.rates.cycles import Cycle
from helpers.trial import load_claim, load_line, verdict
from snapshot_csv import column


def log_returns(name: str) -> pd.Series:
    return 100 * np.log1p(column("size_portfolios_monthly", name) / 100)


@functools.cache
def shocks_at(day: str, pair: str = "lo30_hi30") -> Shocks:
    return Shocks(PairInputs(data.Information(day)), pair, draws=200, seed=2026)


@functools.cache
def barometer_at(day: str) -> Barometer:
    return Barometer(PairInputs(data.Information(day)), draws=200, seed=2026)


@pytest.fixture(scope="module")
def found():
    return shocks_at("2026-02-16")


# --- the headline numbers, from the files alone


def test_the_response_on_trial_is_a_regression_on_the_files(found):
    relative = (log_returns("lo30") - log_returns("hi30"))[:"2025-12"]
    narrative = column("policy_shocks_monthly", "narrative_policy_shock")
    both = pd.DataFrame({"y": relative, "z": narrative}).dropna()
    year = both["y"].rolling(HORIZON + 1).sum().shift(-HORIZON)
    lagged = {f"{name}{lag}": both[name].shift(lag) for name in both for lag in range(1, LAGS + 1)}
    frame = pd.DataFrame({"year": year, "z": both["z"], **lagged}).dropna()
    fitted = sm.OLS(frame["year"], sm.add_constant(frame.drop(columns="year"))).fit(
        cov_type="HAC", cov_kwds={"maxlags": HORIZON + 1, "use_correction": True}
    )
    evidence = found.weigh_responses()
    assert evidence.estimate == pytest.approx(fitted.params["z"], rel=1e-9)
    assert found.response(ON_TRIAL).table["se"][HORIZON] == pytest.approx(fitted.bse["z"], rel=1e-9)
    assert evidence.n == len(frame)
    # Fixed-b tails are wider than normal ones.
    assert evidence.ci_low < fitted.conf_int().loc["z", 0] < evidence.estimate < evidence.ci_high


def test_an_episode_is_the_sum_of_its_months(found):
    months = log_returns("lo30") - log_returns("hi30")
    # First rise on 16 March 2022, last on 26 July 2023.
    assert found.episodes["lead"]["hikes 2022-03 to 2023-07"] == pytest.approx(
        months["2022-04":"2023-07"].sum()
    )
    since = months["1954":"2025-12"]
    windows = [since.iloc[i : i + 16].sum() for i in range(len(since) - 15)]
    share = found.episodes["lagging windows"]["hikes 2022-03 to 2023-07"]
    assert share == pytest.approx(100 * np.mean(np.array(windows) < 0))


def test_surprises_are_what_least_squares_on_the_past_did_not_foretell(found):
    growth = column("first_releases_monthly", "cpi_first_1m")["1998-10":"2019-12"]
    year = growth.rolling(12).mean().shift(1)
    frame = pd.DataFrame({"y": growth, "last": growth.shift(1), "year": year}).dropna()
    past, now = frame[:"2019-05"], frame.loc["2019-06"]
    weights = sm.OLS(past["y"], sm.add_constant(past[["last", "year"]])).fit().params
    forecast = weights @ [1, now["last"], now["year"]]
    # Prices of June were published in July.
    assert found.shock("prices")["2019-07"] == pytest.approx(now["y"] - forecast, rel=1e-8)


# --- the parts


def test_definitions_are_those_written_down():
    assert load_line("F2", "used").definitions == tuple(SHOCKS[name].label for name in DEFINITIONS)


def test_labels_name_the_span_and_the_size_of_their_series(found):
    for kind in SHOCKS.values():
        if "policy_shock" in kind.series:
            span = data.load(kind.series).index
            assert f"{span[0].year}-{span[-1].year}" in kind.label
    raw = data.load("pure_policy_surprise", "2026-02-16")
    np.testing.assert_allclose(found.shock("pure policy"), 4 * raw)


def test_only_shocks_to_policy_are_called_identified(found):
    causes = found.responses.index[found.responses["identified"]]
    assert all("narrative" in name or "surprise of a quarter point" in name for name in causes)
    assert not any("prices" in name or "information" in name for name in causes)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=90, max_size=90), st.integers(61, 88))
def test_a_surprise_never_looks_ahead(values, cut):
    months = pd.period_range("1990-01", periods=90, freq="M")
    noise = np.random.default_rng(0).normal(size=90)
    growth = pd.Series(np.array(values) + noise, months)
    whole, part = price_surprises(growth), price_surprises(growth.iloc[:cut])
    np.testing.assert_allclose(whole.iloc[: len(part)], part, rtol=1e-9)


def test_a_month_never_published_brings_no_news():
    growth = pd.Series(
        np.random.default_rng(1).normal(0.2, 0.2, 90), pd.period_range("1990-01", periods=90, freq="M")
    )  # fmt: skip
    gap = growth.index[70]
    surprises = price_surprises(growth.mask(growth.index == gap))
    assert surprises[gap + 1] == 0.0
    assert len(surprises) == 90 - FIRST_FORECAST
    assert surprises.notna().all()


def test_two_months_of_2025_without_prices_are_no_surprise(found):
    """October 2025 was never collected, so neither its change nor that of November exists."""
    assert found.shock("prices")["2025-11":"2025-12"].tolist() == [0.0, 0.0]


def test_a_surge_needs_its_fall():
    months = pd.period_range("2000-01", periods=8, freq="M")
    rates = pd.Series([5.0, 2.0, 3.0, 6.0, 9.0, 6.5, 6.0, 6.2], months)
    assert inflation_surges(rates) == [(months[1], months[4])]
    assert inflation_surges(rates.iloc[:5]) == []
    assert inflation_surges(rates, rise=8.0) == []


def test_before_an_episode_was_over_there_is_none():
    """The fund of small companies began in mid-2000: after the hikes of 1999, before those of 2004."""
    with pytest.raises(NotKnown, match="no inflation surge known at this date is over"):
        _ = shocks_at("2004-01-01", "iwm_spy").episodes


def test_a_surprise_needs_five_years_before_it_and_a_response_needs_a_shock():
    """First releases are held from October 1998 on: sixty of them to September 2003."""
    with pytest.raises(NotKnown, match=r"60 months were known, too few for a forecast"):
        shocks_at("2003-10-31").shock("prices")
    assert len(shocks_at("2003-11-30").shock("prices")) == 61 - FIRST_FORECAST
    with pytest.raises(NotKnown, match="No series of shocks was public"):
        _ = shocks_at("1960-06-30").responses


def test_episodes_begin_the_month_after_and_must_be_over():
    months = pd.period_range("2000-01", periods=24, freq="M")
    relative = pd.Series(np.arange(24.0), months)

    def cycle(start, end, direction=1, running=False):
        return Cycle(direction=direction, start=pd.Timestamp(start), end=pd.Timestamp(end), size_bp=100.0,
                     moves=3, basis="decisions", running=running)  # fmt: skip

    cycles = (
        cycle("1999-01-15", "2000-03-15"),
        cycle("2000-02-15", "2000-05-15"),
        cycle("2000-06-15", "2000-09-15", direction=-1),
        cycle("2001-01-15", "2001-06-15", running=True),
    )
    table = list_episodes(cycles, [(months[9], months[11])], relative)
    assert table.index.to_list() == ["hikes 2000-02 to 2000-05", "inflation 2000-10 to 2000-12"]
    assert table["lead"].to_list() == [2.0 + 3 + 4, 10.0 + 11]
    assert table["months"].to_list() == [3, 2]


def test_one_vote_an_episode_and_none_for_the_one_that_runs(found):
    evidence = found.weigh_episodes()
    assert len(evidence.checks) == len(found.episodes) == evidence.n
    assert sum(evidence.checks.values()) == (found.episodes["lead"] < 0).sum()
    at_the_time = shocks_at("2022-12-31").episodes
    assert "hikes 2022-03 to 2023-07" not in at_the_time.index
    assert not any(name.startswith("hikes 2022") for name in at_the_time.index)


def test_the_two_estimators_stand_side_by_side(found):
    """A model with as many lags as months ahead sees what the projections see."""
    table = found.responses.loc[[SHOCKS[name].label for name in DEFINITIONS]]
    assert (np.sign(table["by VAR"]) == np.sign(table["response"])).all()
    gaps = (table["by VAR"] - table["response"]).abs()
    assert (gaps < (table["ci_high"] - table["ci_low"]) / 2).all()


def test_halves_split_the_sample_in_two(found):
    row = found.halves.loc[SHOCKS[ON_TRIAL].label]
    # 468 months: the first 234 end in June 1988.
    assert row["second begins"] == "1988-07"
    assert found.weigh_responses().halves == (row["first half"], row["second half"])
    whole = found.response(ON_TRIAL).table["response"][HORIZON]
    assert row["first half"] != whole != row["second half"]


def test_other_choices_are_tried_one_at_a_time(found):
    table, trial = found.variants, found.response(ON_TRIAL)
    assert table["response"]["as on trial"] == trial.table["response"][HORIZON]
    assert table["n"]["one lag"] == trial.n + 2
    assert table["n"]["twelve lags"] == trial.n - 9
    assert table["n"]["after six months"] == trial.n + 6
    assert table["n"]["after two years"] == trial.n - 12
    assert table["response"].nunique() == len(table) == 10
    other = shocks_at("2026-02-16", "lo20_hi20").response(ON_TRIAL).table["response"][HORIZON]
    assert table["response"]["smallest less largest 20 percent"] == pytest.approx(other)


def test_leaving_out_the_years_of_reserve_targets_leaves_out_their_shocks_alone(found):
    shock = found.shock(ON_TRIAL)
    calm = shock.copy()
    calm["1979-10":"1982-10"] = 0.0
    both = pd.DataFrame({"y": found.relative, "z": calm}).dropna()
    by_hand = stats.local_projections(both["y"], both["z"], horizon=HORIZON, lags=LAGS)
    row = found.variants.loc["without the shocks of 1979-10 to 1982-10"]
    assert row["response"] == pytest.approx(by_hand.table["response"][HORIZON])


def test_shares_are_shares_and_the_note_tells_them(found):
    evidence = found.weigh_responses()
    for name in DEFINITIONS:
        share, low, high = found.share(name)
        assert 0 <= low <= share <= high <= 1
    share, low, high = (100 * one for one in found.share(ON_TRIAL))
    assert f"{share:.0f} percent ({low:.0f} to {high:.0f}) of the swings" in evidence.note
    assert f"{evidence.estimate:+.1f} percent over the year" in evidence.note
    assert evidence.note.startswith(
        "On trial here is whether rate rises hurt small companies, and they do; such rises are not the main risk,"
    )


def given(found, **parts):
    """The examination with parts that are made up: by the name of the part, or of the part and a series."""
    one = Shocks(found.inputs, found.pair, found.draws, found.seed)
    made_up = {
        ((part, name) if name else part): (value, ())
        for part, of in parts.items()
        for name, value in (of.items() if isinstance(of, dict) else [(None, of)])
    }
    object.__setattr__(one, "_recorded", made_up)
    return one


def test_a_series_that_was_most_of_the_swings_would_be_called_the_main_risk(found):
    most = given(found, share=dict.fromkeys(DEFINITIONS, (0.7, 0.6, 0.8)))
    assert "such rises are the main risk" in most.weigh_responses().note


def test_the_largest_share_is_that_of_the_best_estimate_whatever_its_interval(found):
    shares = dict.fromkeys(DEFINITIONS, (0.3, 0.2, 0.4)) | {"pure policy": (0.6, 0.1, 0.9)}
    note = given(found, share=shares).weigh_responses().note
    assert "such rises are the main risk" in note
    assert "accounts for more than 60 percent (10 to 90)" in note


def test_a_recent_surprise_is_told_where_it_was_public(found):
    told = "After a pure policy surprise of a quarter point since 1990:"
    assert told in found.weigh_responses().note
    early = shocks_at("2017-01-31")
    assert "pure policy" not in early.known_names("share", DEFINITIONS)
    assert told not in early.weigh_responses().note


def test_a_half_has_ten_years_of_months(found):
    shock = found.shock(ON_TRIAL)
    for months, halves in ((240, 1), (239, 0)):
        short = given(found, shock=dict.fromkeys(DEFINITIONS[:1], shock[:months]))
        found_in = short.halves.index.isin([SHOCKS[ON_TRIAL].label])
        assert found_in.sum() == halves, months


def test_an_episode_without_a_lead_is_none_that_lagged(found):
    leads = [-0.1, 0.0, 0.5]
    made_up = found.episodes.iloc[:3].assign(lead=leads)
    assert list(given(found, episodes=made_up).weigh_episodes().checks.values()) == [
        True,
        False,
        False,
    ]


def test_sizes_and_causes_are_those_that_labels_name():
    for name, kind in SHOCKS.items():
        assert kind.size == (0.25 if "quarter point" in kind.label else 1.0), name
        assert kind.identified == (name not in PRICES and name != "information"), name
    assert (*DEFINITIONS[:3], "information", "prices", "core prices") == shocks.DRAWN


def test_a_surge_is_a_rise_by_two_points():
    months = pd.period_range("2000-01", periods=3, freq="M")
    assert inflation_surges(pd.Series([1.0, 3.0, 1.0], months)) == [(months[0], months[1])]
    assert inflation_surges(pd.Series([1.0, 2.9, 1.0], months)) == []


def test_large_companies_are_measured_alone(found):
    np.testing.assert_allclose(found.large, log_returns("hi30")[:"2025-12"])
    alone = found.response_of_large(ON_TRIAL).table["response"][HORIZON]
    small = found.response(ON_TRIAL).table["response"][HORIZON]
    assert alone != pytest.approx(small)


# --- numbers nobody asked for one by one


def test_growth_over_a_month_is_missing_beside_a_month_without_prices():
    months = pd.period_range("2000-01", periods=5, freq="M")
    growth = monthly_growth(pd.Series([100.0, 102.0, np.nan, 100.0, 50.0], months))
    assert growth.index.equals(months[1:])
    np.testing.assert_allclose(growth, [2, np.nan, np.nan, -50])


def test_inflation_is_counted_over_twelve_months_from_the_second_year_on(found):
    prices = column("prices_labour_monthly", "cpi")
    assert str(found.inflation.index[0]) == str(prices.index[0] + 12)
    assert found.inflation["2022-06"] == pytest.approx(
        100 * (prices["2022-06"] / prices["2021-06"] - 1)
    )


def test_the_first_surprise_rests_on_sixty_months_and_changes_none_of_them():
    growth = pd.Series(
        np.random.default_rng(2).normal(0.2, 0.2, 61), pd.period_range("1990-01", periods=61, freq="M")
    )  # fmt: skip
    growth.iloc[40] = 0.0
    given = growth.copy()
    year = growth.rolling(12).mean().shift(1)
    frame = pd.DataFrame({"y": growth, "last": growth.shift(1), "year": year}).dropna()
    past, now = frame.iloc[:-1], frame.iloc[-1]
    weights = sm.OLS(past["y"], sm.add_constant(past[["last", "year"]])).fit().params
    surprises = price_surprises(growth)
    forecast = weights @ [1, now["last"], now["year"]]
    assert surprises.to_dict() == {growth.index[-1] + 1: pytest.approx(now["y"] - forecast)}
    gap = growth.mask(growth.index == growth.index[-1])
    assert price_surprises(gap).to_list() == [0.0]
    assert gap.isna().sum() == 1
    pd.testing.assert_series_equal(growth, given)


def test_episodes_reach_from_the_first_month_of_returns_to_the_last():
    """Of those of a kind the one that began first stands first; a window of nothing is none that lagged."""
    months = pd.period_range("2000-01", periods=8, freq="M")
    relative = pd.Series([0.0, 0.0, -1.0, 1.0, 0.5, -0.5, 0.0, 0.0], months)

    def cycle(start, end):
        return Cycle(direction=1, start=pd.Timestamp(start), end=pd.Timestamp(end), size_bp=100.0, moves=3,
                     basis="decisions", running=False)  # fmt: skip

    cycles = (cycle("2000-05-15", "2000-06-15"), cycle("2000-04-15", "2000-08-15"))
    surges = [(months[0] - 1, months[1]), (months[0] - 2, months[1]), (months[6], months[7] + 1)]
    table = list_episodes(cycles, surges, relative)
    assert table.index.to_list() == [
        "hikes 2000-04 to 2000-08", "hikes 2000-05 to 2000-06", "inflation 1999-12 to 2000-02",
    ]  # fmt: skip
    assert table["first"].to_list() == [months[4], months[5], months[0]]
    assert table["months"].to_list() == [4, 1, 2]
    assert table["lead"].to_list() == [0.0, -0.5, 0.0]
    # Sums of one month: two of eight are negative; of two: 0, -1, 0, 1.5, 0, -0.5, 0.
    assert table["lagging windows"].to_list()[1:] == pytest.approx([25, 200 / 7])


def test_the_vote_of_episodes_is_told_by_kind_beside_windows_anywhere(found):
    evidence, table = found.weigh_episodes(), found.episodes
    told = [
        f"{(some['lead'] < 0).sum()} of {len(some)} {name}"
        for kind, name in (("hikes", "hiking cycles"), ("inflation", "inflation surges"))
        for some in [table[table["kind"] == kind]]
    ]
    assert evidence.note.startswith(f"Small companies lagged in {', '.join(told)}. Windows")
    assert evidence.estimate == table["lead"].median()
    assert evidence.checks == (table["lead"] < 0).to_dict()


def test_a_response_needs_ten_years_of_both(found):
    relative, narrative = found.relative, found.shock(ON_TRIAL)
    with pytest.raises(NotKnown, match="narrative: 119 months with returns were known"):
        found._respond(relative, narrative[:119])
    assert found._respond(relative, narrative[:120]).n == 120 - LAGS - HORIZON


def test_a_response_and_its_bands_are_drawn_as_said(found):
    both = pd.DataFrame({"y": found.relative, "z": found.shock(ON_TRIAL)}).dropna()
    by_hand = stats.local_projections(both["y"], both["z"], horizon=12, lags=3, draws=4000, rng=2026)  # fmt: skip
    response = found.response(ON_TRIAL)
    pd.testing.assert_frame_equal(response.table, by_hand.table)
    by_var = stats.var_response(both["y"], both["z"], horizon=12, lags=12)
    row, last = found.responses.loc[SHOCKS[ON_TRIAL].label], by_hand.table.loc[12]
    assert row["by VAR"] == pytest.approx(by_var.iloc[-1])
    assert row["months with a shock"] == sum(one != 0 for one in found.shock(ON_TRIAL))
    assert row["large alone"] == found.response_of_large(ON_TRIAL).table["response"][12]
    for name in ("response", "ci_low", "ci_high", "band_low", "band_high", "p"):
        assert row[name] == last[name]
    assert "se" not in found.responses
    assert row["mde"] == stats.minimum_detectable_effect(last["se"], b=by_hand.b)
    assert (row["first"], row["last"]) == tuple(map(str, by_hand.swing.index[[0, -1]]))
    evidence = found.weigh_responses()
    assert evidence.mde == row["mde"]
    assert evidence.n_effective == evidence.n / 13
    assert evidence.method.endswith(f"narrative shocks of {row['first']} to {row['last']}")
    assert f"shocks of {row['first'][:4]} to {row['last'][:4]})" in evidence.note


def test_the_notebook_shows_shares_in_percent_and_which_shocks_are_causes(found):
    table, shown = found.responses, found.response_table
    assert list(shown) == [
        "response", "low", "high", "p", "by VAR", "large alone", "share of swings", "at most", "cause",
    ]  # fmt: skip
    assert shown["share of swings"].to_list() == [100 * one for one in table["share"]]
    assert shown["at most"].to_list() == [100 * one for one in table["share_high"]]
    assert (shown["cause"] == "yes").to_list() == table["identified"].to_list()
    assert shown["low"].equals(table["ci_low"].rename("low"))


def test_the_worst_fifth_of_the_years_is_told(found):
    bad, moved = found.response(ON_TRIAL).downside(0.2)
    assert (
        f"in the worst fifth of the years ({bad:+.0f} percent on average) the rate shocks moved {moved:+.1f}."
        in found.weigh_responses().note
    )


@pytest.mark.parametrize("high", [0.0, 0.5])
def test_an_interval_that_reaches_zero_settles_nothing(found, high):
    response = found.response(ON_TRIAL)
    wider = replace(response, table=response.table.assign(ci_high=high))
    assert found._tell(wider).split(";")[0].endswith("which is not settled")
    less = replace(response, table=response.table.assign(ci_high=-0.1))
    assert found._tell(less).split(";")[0].endswith("and they do")


def test_half_of_the_swings_is_the_main_part_and_the_largest_share_is_told(found):
    """Synthetic shares, of which the largest decides."""

    def told(most):
        other = Shocks(found.inputs, found.pair, found.draws, found.seed)
        shares = {("share", name): ((0.1, 0.0, 0.9), ()) for name in DEFINITIONS}
        shares["share", "core prices"] = ((most, 0.2, 0.8), ())
        object.__setattr__(other, "_recorded", shares)
        return other._tell(found.response(ON_TRIAL))

    assert "such rises are the main risk" in told(0.5)
    assert "accounts for more than 50 percent (20 to 80);" in told(0.5)
    assert "such rises are not the main risk" in told(0.49)


# --- what was known when


def test_shocks_count_from_the_paper_that_made_them_public():
    before, after = shocks_at("2016-04-29"), shocks_at("2016-04-30")
    assert before.reason("shock", ON_TRIAL)
    assert after.shock(ON_TRIAL).index[-1] == pd.Period("2007-12", "M")
    assert before.shock("narrative as first published").index[-1] == pd.Period("1996-12", "M")
    assert after.reason("shock", "pure policy")
    late = shocks_at("2022-01-15")
    assert late.shock("pure policy").index[-1] == pd.Period("2021-09", "M")
    assert late.reason("shock", "orthogonalised")
    with pytest.raises(NotKnown, match="2016-04-30"):
        before.weigh_responses()


@pytest.mark.parametrize("day", ["2018-06-30", "2022-01-15", "2025-06-30"])
def test_nothing_known_later_enters(day, wrong_future):
    before = shocks_at(day)
    with wrong_future(day):
        after = Shocks(PairInputs(data.Information(day)), "lo30_hi30", draws=200, seed=2026)
        pd.testing.assert_frame_equal(after.episodes, before.episodes)
        for name in before.known_names("response", SHOCKS):
            pd.testing.assert_frame_equal(after.response(name).table, before.response(name).table)
        assert after.weigh_responses() == before.weigh_responses()
        told, then = barometer_at(day), Barometer(after.inputs, draws=200, seed=2026)
        assert then.weigh_record() == told.weigh_record()
        assert then.weigh_difference() == told.weigh_difference()
        pd.testing.assert_frame_equal(then.leads, told.leads)


def test_sentences_follow_the_date():
    early, late = (
        shocks_at("2020-03-01").weigh_responses(),
        shocks_at("2026-02-16").weigh_responses(),
    )
    assert len(early.definitions) == 5
    assert len(late.definitions) == 6
    assert early.estimate == late.estimate  # shocks to 2007: nothing about them was learnt since


def test_the_word_is_the_rule_applied_to_the_numbers(found):
    claim, evidence = load_claim("F2"), found.weigh_responses()
    given_word = verdict(claim, "used", evidence).word
    turned = shocks.Evidence(
        unit="percent", method="sign changed", estimate=-evidence.estimate, ci_low=-evidence.ci_high,
        ci_high=-evidence.ci_low, mde=evidence.mde,
        definitions={name: -one for name, one in evidence.definitions.items()},
    )  # fmt: skip
    assert given_word.endswith("evidence for")
    assert verdict(claim, "used", turned).word.endswith("evidence against")


def test_every_pair_answers_and_another_is_refused(found):
    assert (
        shocks_at("2026-02-16", "lo20_hi20").response(ON_TRIAL).table["response"][12]
        != (found.response(ON_TRIAL).table["response"][12])
    )
    with pytest.raises(ParameterError, match="size_pair is 'iwm_spy'"):
        outlook.examine(found.inputs.info, size_pair="iwm_spy")


def test_the_examination_of_the_outlook_answers_with_these_parts(found):
    info = data.Information("2026-02-16")
    whole = outlook.examine(info, draws=200)
    assert whole.shocks.weigh_responses() == found.weigh_responses()
    assert whole.barometer.weigh_difference() == barometer_at("2026-02-16").weigh_difference()
    assert outlook.examine(info, draws=200, size_pair="lo10_hi10").shocks.pair == "lo10_hi10"


def test_narrative_shocks_are_the_residuals_of_their_regression():
    """Romer and Romer (2004): what a regression on forecasts leaves has a mean of zero."""
    names = "narrative_policy_shock", "narrative_policy_shock_original"
    series = pd.DataFrame({name: column("policy_shocks_monthly", name) for name in names})
    assert series.sum().abs().max() < 1e-5
    assert series.corr().iloc[0, 1] > 0.95
    assert all(month.year in (1979, 1980, 1981) for month in series.abs().idxmax())
