"""Small less large since 1926, against published returns and against what a window picked by looking can prove."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data import Information
from helpers.errors import ParameterError
from helpers.topics.common.pairs import load_small_minus_large, log_return
from helpers.topics.history import size_premium as sp
from helpers.trial import load_claim, verdict


@pytest.fixture(scope="module")
def info():
    return Information("2026-02-16")


@pytest.fixture(scope="module")
def premium(info):
    return sp.examine_size_premium(
        info,
        pair="lo30_hi30",
        window=(1975, 1983),
        block=12,
        draws=999,
        rng=np.random.default_rng(1),
    )


def yearly(returns, first, last):
    """Compound annual growth rate in percent."""
    months = returns[first:last]
    return 100 * ((1 + months / 100).prod() ** (12 / len(months)) - 1)


def by_year(returns):
    return 100 * ((1 + returns / 100).groupby(returns.index.year).prod() - 1)


@pytest.mark.parametrize(
    ("name", "rate"), [("lo20", 32.39), ("lo30", 31.52), ("hi20", 14.32), ("hi10", 13.50)]
)
def test_growth_rates_of_1975_to_1983(info, name, rate):
    # French data library, CRSP 202602, compound annual rates of the value-weighted size portfolios.
    assert yearly(info.load(name), "1975-01", "1983-12") == pytest.approx(rate, abs=0.02)


@pytest.mark.parametrize(("name", "rate"), [("lo20", 9.53), ("hi20", 11.93)])
def test_growth_rates_since_1984(name, rate):
    assert yearly(Information("2026-06-30").load(name), "1984-01", "2026-02") == pytest.approx(
        rate, abs=0.02
    )


def test_siegels_run_lies_between_value_and_equal_weighted_portfolios(info):
    """Siegel: small 35.3, large 15.7 percent a year 1975-83; equal-weighted smallest quintile 38.07 (French)."""
    rows = info.table("concentration_regimes")
    siegel = rows[(rows["metric"] == "annualized return 1975-1983")].set_index("size")["value"]
    assert yearly(info.load("lo20"), "1975-01", "1983-12") < siegel["small"] < 38.07
    market = info.load("mkt_rf") + info.load("rf")
    assert (
        yearly(info.load("hi20"), "1975-01", "1983-12")
        < siegel["large"]
        < yearly(market, "1975-01", "1983-12")
    )


def test_siegels_century_without_the_run_has_no_premium_here_either(premium):
    """Siegel: 9.61 against 9.59 percent without those nine years. Ours: within a point and a half of zero."""
    assert abs(premium.periods.loc["all but the run", "mean"]) < 1.5
    assert premium.share_of_century == pytest.approx(102.4, abs=0.1)
    assert premium.periods.loc["the run", "mean"] == pytest.approx(13.37, abs=0.01)


def test_ibbotson_years_agree_with_the_smallest_and_largest_quintile(info):
    table = info.table("ibbotson_annual_returns")
    table = table[
        (table["metric"] == "annual total return") & table["group"].str.contains("Ibbotson")
    ]
    quoted = table.assign(year=table["period"].astype(int)).pivot_table(
        index="year", columns="size", values="value"
    )
    ours = pd.DataFrame({"small": by_year(info.load("lo20")), "large": by_year(info.load("hi20"))})
    both = quoted.join(ours.add_suffix("_ours")).dropna()
    assert len(both) >= 55
    assert both["small"].corr(both["small_ours"]) > 0.98
    assert both["large"].corr(both["large_ours"]) > 0.99
    assert (both["large"] - both["large_ours"]).abs().max() < 5
    same_winner = (both["small"] > both["large"]) == (both["small_ours"] > both["large_ours"])
    assert same_winner.mean() > 0.9


def test_smb_mean_of_fama_and_french_1993(info):
    """Fama and French (1993), doi:10.1016/0304-405X(93)90023-5: 0.27 percent a month, 1963-07 to 1991-12."""
    assert info.load("smb")["1963-07":"1991-12"].mean() == pytest.approx(0.27, abs=0.03)


def test_januaries_earn_more_than_the_whole_premium(premium):
    row = premium.januaries.loc["all months"]
    assert row["sum of Januaries"] > premium.relative.sum()
    assert row["sum of Januaries"] + row["sum of other months"] == pytest.approx(
        premium.relative.sum()
    )
    assert row["mean of other months"] < 0


def test_the_run_is_special_only_for_who_did_not_look_for_it(premium):
    assert premium.chance.p_fixed < 0.05 < premium.chance.p_some
    assert (
        premium.by_block["p, window named beforehand"] <= premium.by_block["p, some window"]
    ).all()
    assert premium.chance.start == pd.Period("1974-07", "M") and premium.chance.end == pd.Period(
        "1983-06", "M"
    )


def test_forced_breaks_date_the_run_though_no_criterion_asks_for_them(premium):
    assert premium.breaks.bic_breaks == premium.breaks.lwz_breaks == 0
    dates = premium.break_table.loc[4, "dates"]
    assert "1973-12" in dates and "1983-07" in dates


def test_the_verdict_on_the_run_says_both_that_it_was_large_and_that_it_was_searched_for(
    info, premium
):
    evidence = sp.weigh_run(info, premium)
    assert evidence.ci_low > 0 and evidence.p == premium.chance.p_some
    assert set(evidence.definitions) == set(load_claim("H1").definitions)
    assert all(value > 10 for value in evidence.definitions.values())
    assert verdict(load_claim("H1"), evidence).word == "not detectable"
    assert "named beforehand" in evidence.note


def test_periods_add_up(premium):
    periods = premium.periods
    for parts in (("before the run", "the run", "after the run"), ("the run", "all but the run")):
        total = sum(periods.loc[part, "mean"] * periods.loc[part, "months"] for part in parts)
        assert total == pytest.approx(12 * premium.relative.sum())
    assert premium.origins["mean"].iloc[0] == pytest.approx(periods.loc["all months", "mean"])


@given(st.lists(st.floats(-50, 100), min_size=2, max_size=40))
def test_log_returns_add_up_to_the_log_of_compound_growth(returns):
    series = pd.Series(returns)
    assert log_return(series).sum() == pytest.approx(
        100 * np.log((1 + series / 100).prod()), abs=1e-6
    )


def test_unknown_pairs_and_impossible_windows_are_named(info):
    with pytest.raises(ParameterError, match="Unknown portfolio pair 'mags'; use one of lo30_hi30"):
        load_small_minus_large(info, "mags")
    relative = load_small_minus_large(info)
    with pytest.raises(ParameterError, match="ends before it begins"):
        sp.slice_run(relative, (1983, 1975))
    with pytest.raises(ParameterError, match=r"known for 1926-07 \.\. 2025-12"):
        sp.slice_run(relative, (2018, 2026))
    with pytest.raises(ParameterError, match="third of the sample"):
        sp.slice_run(relative, (1930, 1990))
