"""Which companies tell the economy best: correlations recomputed from the files and cut at the date."""

import functools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from helpers import data, stats
from helpers.errors import NotKnown
from helpers.topics.common.pairs import PairInputs
from helpers.topics.outlook.barometer import (
    DEFINITIONS,
    LEADS,
    ON_TRIAL,
    RECENT,
    SPAN,
    Barometer,
    _tell_gain,
    forecast_gain,
    pair_up,
    sum_ahead,
    sum_past,
)
from helpers.trial import load_claim, load_line, verdict
from snapshot_csv import column


def log_returns(name):
    return 100 * np.log1p(column("size_portfolios_monthly", name) / 100)


@functools.cache
def barometer_at(day: str) -> Barometer:
    return Barometer(PairInputs(data.Information(day)), draws=200, seed=2026)


@pytest.fixture(scope="module")
def found():
    return barometer_at("2026-02-16")


@pytest.fixture(scope="module")
def by_hand():
    """Six-month returns to a month and the sum of first releases of the six after it, from the files alone."""
    growth = column("first_releases_monthly", "industrial_production_first_1m")
    groups = {"middle": log_returns("med40"), "largest": log_returns("hi30")}
    rows = {}
    for month in pd.period_range("1962-09", "2025-06", freq="M"):
        past = [str(month - 5), str(month)]
        rows[month] = {name: months[slice(*past)].sum() for name, months in groups.items()}
        rows[month]["growth"] = growth[str(month + 1) : str(month + 6)].sum()
    return pd.DataFrame.from_dict(rows, orient="index")


def test_the_difference_on_trial_is_that_of_two_correlations_of_the_files(found, by_hand):
    table = by_hand.corr()["growth"]
    evidence = found.weigh_difference()
    assert evidence.n == len(by_hand)
    assert evidence.estimate == pytest.approx(table["middle"] - table["largest"], rel=1e-9)
    assert f"{table['middle']:.2f}, those of the largest 30 percent with {table['largest']:.2f}" in (
        evidence.note
    )  # fmt: skip


def test_the_last_ten_years_and_the_ranks_are_those_of_the_files(found, by_hand):
    row = found.table.loc[ON_TRIAL]
    late = by_hand.iloc[-RECENT:].corr()["growth"]
    assert row["last ten years"] == pytest.approx(late["middle"] - late["largest"], rel=1e-9)
    ranks = [spearmanr(by_hand[side], by_hand["growth"])[0] for side in ("middle", "largest")]
    # Sums that are equal but for rounding share a rank here and not there.
    assert row["by ranks"] == pytest.approx(ranks[0] - ranks[1], abs=1e-4)
    halves = [half.corr()["growth"] for half in (by_hand.iloc[:377], by_hand.iloc[377:])]
    assert found.weigh_difference().halves == pytest.approx(
        tuple(half["middle"] - half["largest"] for half in halves)
    )


def test_without_2020_no_growth_of_the_pandemic_is_left(found, by_hand):
    months = by_hand.index
    # Half-years from September 2019 on reach into March 2020, those from December 2020 on begin after it.
    kept = by_hand[(months < pd.Period("2019-09", "M")) | (months > pd.Period("2020-11", "M"))]
    table = kept.corr()["growth"]
    assert found.table["without 2020"][ON_TRIAL] == pytest.approx(
        table["middle"] - table["largest"], rel=1e-9
    )


def test_sums_meet_without_overlap():
    months = pd.period_range("2000-01", periods=12, freq="M")
    monthly = pd.Series(np.arange(12.0), months)
    assert sum_past(monthly)[months[5]] == 0 + 1 + 2 + 3 + 4 + 5
    assert sum_ahead(monthly)[months[5]] == 6 + 7 + 8 + 9 + 10 + 11
    assert sum_ahead(monthly).index[-1] == months[5]


def test_too_few_months_are_no_barometer():
    """Sixty with both half-years; for forecasts twenty years, a half-year, and twenty outcomes."""
    months = pd.period_range("2000-01", periods=266, freq="M")
    one, other = (pd.Series(np.random.default_rng(k).normal(size=266), months) for k in (0, 1))
    with pytest.raises(NotKnown, match="59 months"):
        pair_up(one[:70], one[:70], one[:70])
    assert len(pair_up(one[:71], one[:71], one[:71])) == 60
    both = pd.DataFrame({"small": one, "large": other})
    missed = {
        side: np.square(path["actual"] - path["forecast"]).sum()
        for side in both
        for path in [stats.oos_r2(other, both[side], 6, 240).path]
    }
    assert forecast_gain(both, other) == pytest.approx(1 - missed["small"] / missed["large"])
    with pytest.raises(NotKnown, match="265 months were known, too few for forecasts"):
        forecast_gain(both[1:], other)


def test_the_interval_is_a_bootstrap_in_blocks_of_two_years_with_more_draws_on_trial(found):
    for name, draws in ((ON_TRIAL, 4 * 200), (list(DEFINITIONS)[1], 200)):
        months = found.months(name)
        by_hand = stats.correlation_difference(
            months["small"], months["large"], months["growth"], block=24, draws=draws, rng=2026
        )
        row = found.table.loc[name]
        assert tuple(row[["difference", "ci_low", "ci_high", "p"]]) == (
            by_hand.estimate, by_hand.ci_low, by_hand.ci_high, by_hand.p,
        )  # fmt: skip
    evidence = found.weigh_difference()
    assert evidence.mde == stats.minimum_detectable_effect(found.difference(ON_TRIAL).se)
    assert evidence.n_effective == evidence.n / 12  # neither half-year overlaps with another


def test_the_table_tells_its_months_and_the_notebook_shows_it_without_them(found, by_hand):
    row = found.table.loc[ON_TRIAL]
    assert (row["first"], row["last"]) == (str(by_hand.index[0]), str(by_hand.index[-1]))
    assert list(found.shown_table) == [
        "n", "correlation", "of the largest", "difference", "low", "high", "by ranks", "without 2020", "last ten years",
    ]  # fmt: skip
    assert found.shown_table["low"].equals(found.table["ci_low"].rename("low"))


def test_leads_shift_growth_against_returns(found):
    """From growth that ended half a year before the returns did to growth that ends a year after."""
    growth = column("first_releases_monthly", "industrial_production_first_1m")[:"2026-01"]
    growth = growth[: found.growth("industrial production").index[-1]].rolling(6).sum()
    returns = log_returns("med40")[:"2025-12"].rolling(6).sum()
    assert list(found.leads.index) == list(range(-6, 13))
    for lead in (-6, 0, 12):
        later = pd.Series(growth.to_numpy(), growth.index - lead)
        assert found.leads["middle 40 percent"][lead] == pytest.approx(returns.corr(later))


def test_the_record_is_told_over_twenty_half_years(found, by_hand):
    evidence, late = found.weigh_record(), by_hand.iloc[-RECENT:].corr()["growth"]
    assert evidence.estimate == found.table["last ten years"].median()
    assert (evidence.n, evidence.n_effective) == (120, 20)
    assert evidence.note.startswith(
        "Over the ten years to 2025-06 returns of the middle 40 percent of companies went with the growth after them "
        f"with a correlation of {late['middle']:.2f}, those of the largest with {late['largest']:.2f};"
    )
    ahead = int((found.table["last ten years"] > 0).sum())
    assert f"were ahead under {ahead} of 6 definitions. Ten years hold 20 separate" in evidence.note


def test_forecasts_are_told_once_there_are_enough_of_them(found):
    evidence = found.weigh_difference()
    assert evidence.oos_r2 == found.gain
    assert evidence.note.endswith(_tell_gain(found.gain))
    early = barometer_at("1980-06-30").weigh_difference()
    assert early.oos_r2 is None
    assert "Real-time" not in early.note
    assert "missed by 75 percent less" in _tell_gain(0.75)
    assert "missed by 75 percent more" in _tell_gain(-0.75)


def test_a_series_that_foretells_growth_gains_and_the_other_way_round_loses():
    """Synthetic: growth follows one group's last half-year with noise, the other is noise."""
    rng = np.random.default_rng(0)
    months = pd.period_range("1960-01", periods=600, freq="M")
    signal, noise = (pd.Series(rng.normal(size=600), months) for _ in range(2))
    growth = signal.rolling(SPAN).sum().shift(1).fillna(0) / SPAN + 0.3 * rng.normal(size=600)
    told = pd.DataFrame({"small": sum_past(signal), "large": sum_past(noise)})
    gain = forecast_gain(told, growth)
    swapped = told.rename(columns={"small": "large", "large": "small"})
    assert gain > 0.3
    assert forecast_gain(swapped, growth) == pytest.approx(1 - 1 / (1 - gain))


def test_equal_groups_gain_nothing():
    rng = np.random.default_rng(1)
    months = pd.period_range("1960-01", periods=400, freq="M")
    one, growth = (pd.Series(rng.normal(size=400), months) for _ in range(2))
    same = pd.DataFrame({"small": sum_past(one), "large": sum_past(one)})
    assert forecast_gain(same, growth) == 0


def test_the_peak_of_the_leads_holds_the_correlation_on_trial(found):
    """Growth that ends six months after the returns is growth of the half-year after them."""
    leads, row = found.leads, found.table.loc[ON_TRIAL]
    assert leads.index.to_list() == list(LEADS)
    # The leads take every pair of months, the test those with both groups: the same here.
    assert leads["middle 40 percent"][SPAN] == pytest.approx(row["correlation"], abs=1e-9)
    assert leads["largest 30 percent"][SPAN] == pytest.approx(row["of the largest"], abs=1e-9)


def test_definitions_are_those_written_down_and_each_votes_once(found):
    written = tuple(DEFINITIONS)
    assert load_line("F5", "stated").definitions == written == load_line("F5", "used").definitions
    votes = found.weigh_record().checks
    assert tuple(votes) == written
    assert votes == (found.table["last ten years"] > 0).to_dict()
    assert tuple(found.weigh_difference().definitions) == written


def test_funds_that_are_too_young_have_no_vote():
    early = barometer_at("2008-06-30")
    votes = early.weigh_record().checks
    assert {name for name, vote in votes.items() if vote is None} == {
        name for name in DEFINITIONS if name.startswith("equal-weighted")
    }


def test_the_pandemic_is_named_where_it_is_in_the_window(found):
    assert "the pandemic is one of them" in found.weigh_record().note
    assert "pandemic" not in barometer_at("2008-06-30").weigh_record().note


def test_before_the_first_releases_nothing_can_be_said():
    with pytest.raises(NotKnown, match="No growth as first released was known"):
        _ = Barometer(PairInputs(data.Information("1964-01-31")), draws=200, seed=1).table
    with pytest.raises(NotKnown):
        Barometer(PairInputs(data.Information("1964-01-31")), draws=200, seed=1).weigh_difference()


def test_growth_is_as_it_was_first_reported(found):
    """Output of December 2007 was first reported unchanged on the month, and was revised later."""
    first = found.growth("industrial production")["2007-12"]
    revised = data.load("industrial_production")
    later = 100 * (revised["2007-12"] / revised["2007-11"] - 1)
    assert first == column("first_releases_monthly", "industrial_production_first_1m")["2007-12"]
    assert first != pytest.approx(later, abs=1e-3)


def test_forecasts_rest_on_returns_and_growth_of_before(found):
    """Changing the last year of growth moves no forecast made before it, only how it is scored."""
    growth = found.growth("industrial production")
    returns = pd.DataFrame(
        {"small": sum_past(found.returns("med40")), "large": sum_past(found.returns("hi30"))}
    )
    whole = forecast_gain(returns, growth[:"2019-12"])
    assert whole == pytest.approx(barometer_at("2020-02-01").gain, abs=0.002)


def test_the_word_is_the_rule_applied_to_the_numbers(found):
    assert verdict(load_claim("F5"), "used", found.weigh_difference()).word.endswith("evidence against")  # fmt: skip
    votes = found.weigh_record().checks.values()
    word = verdict(load_claim("F5"), "stated", found.weigh_record()).word
    assert word == ("true" if sum(votes) * 3 >= 2 * len(votes) else "true in part")


def test_seed_and_draws_move_the_interval_alone(found):
    other = Barometer(found.inputs, draws=100, seed=1).weigh_difference()
    assert other.estimate == found.weigh_difference().estimate
    assert other.ci_low != found.weigh_difference().ci_low
