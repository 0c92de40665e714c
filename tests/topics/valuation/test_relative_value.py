"""The gap by book value: which way it points, what was known of it at the time, and what it foretold."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from as_it_was import assert_as_it_was
from helpers import data, stats
from helpers.errors import NotKnown
from helpers.topics import valuation
from helpers.topics.valuation import relative_value

ARTICLE = "2026-02-16"


@pytest.fixture(scope="module")
def both():
    """Book-to-market of size quintiles, and small less large companies."""
    return valuation.examine(data.Information(ARTICLE)).months


def synthetic(values):
    """Synthetic monthly series."""
    index = pd.period_range("1950-01", periods=len(values), freq="M")
    return pd.Series(np.asarray(values, dtype=float), index)


def walk(months=200, seed=5):
    return synthetic(np.random.default_rng(seed).normal(size=months).cumsum())


# --- which way it points --------------------------------------------------------------------------------


def test_the_gap_is_higher_when_small_companies_are_cheaper():
    small, large = synthetic([0.8, 1.6, np.nan]), synthetic([0.4, 0.4, 0.4])
    gap = relative_value.log_ratio(small, large)
    assert gap.to_list() == pytest.approx([np.log(2), np.log(4)])  # book value buys less and less


@pytest.mark.parametrize(
    ("last", "percentile"), [(4.0, 100.0), (2.5, 60.0), (2.0, 60.0), (0.0, 20.0)]
)
def test_the_percentile_counts_the_months_that_were_no_cheaper(last, percentile):
    gap = synthetic([3.0, 1.0, 4.0, 2.0, last])
    assert relative_value.percentile_now(gap) == pytest.approx(percentile)


def test_small_companies_re_rate_when_the_gap_closes():
    closing = synthetic([np.log(4), np.log(3), np.log(2)])
    table = relative_value.split_by_decade(closing, synthetic([0.0, 1.0, 1.0]))
    assert (table["re-rating"] > 0).all()
    # the price of small over large book value doubled within two months
    assert table.loc["all", "re-rating"] == pytest.approx(12 * 100 * np.log(2) / 2)


def test_decades_split_the_return_into_re_rating_and_the_rest(both):
    table = relative_value.split_by_decade(both["gap"], both["relative"])
    total = table["re-rating"] + table["growth, payout, members"]
    assert total.to_numpy() == pytest.approx(table["small less large"].to_numpy())
    known = both["gap"].diff().notna()
    for decade, row in table.iloc[:-1].iterrows():
        months = both[known & (both.index.year // 10 == decade // 10)]
        assert row["small less large"] == pytest.approx(12 * months["relative"].mean())
    closed = both["gap"].iloc[0] - both["gap"].iloc[-1]
    assert table.loc["all", "re-rating"] == pytest.approx(12 * 100 * closed / known.sum())
    assert table.index.to_list() == [*range(1920, 2030, 10), "all"]


# --- in its own past ------------------------------------------------------------------------------------


def test_the_percentile_in_its_past_ranks_a_month_among_those_before_it():
    gap = walk()
    found = relative_value.percentile_in_its_past(gap)
    assert found.index[0] == gap.index[119]  # ten years first
    for month, percentile in found.items():
        past = gap[:month]
        assert percentile == pytest.approx(100 * (past <= gap[month]).mean())


@given(st.integers(120, 199))
def test_what_came_later_moves_no_percentile_and_no_deviation(months):
    gap = walk()
    for of in (relative_value.percentile_in_its_past, relative_value.less_expanding_mean):
        known = of(gap.iloc[:months])
        pd.testing.assert_series_equal(known, of(gap)[: gap.index[months - 1]])


def test_the_trend_is_the_mean_of_the_months_so_far():
    gap = walk()
    found = relative_value.less_expanding_mean(gap)
    assert found.index[0] == gap.index[119]
    for month, deviation in found.items():
        assert deviation == pytest.approx(gap[month] - gap[:month].mean())


def test_the_gap_is_what_it_was():
    assert_as_it_was(lambda info: valuation.examine(info).gap, "1990-01-01")


def test_its_percentile_in_real_time_is_what_it_was():
    assert_as_it_was(lambda info: valuation.examine(info).gap_in_its_past, "1990-01-01")


def test_the_fifths_hold_what_followed_each_percentile():
    gap, relative = walk(400), walk(400, seed=6)
    real_time = relative_value.percentile_in_its_past(gap)
    table = relative_value.returns_by_fifth(real_time, relative)
    assert table.index.to_list() == [1, 2, 3, 4, 5]
    for fifth, row in table.iterrows():
        low, high = 20 * (fifth - 1), 20 * fifth
        months = real_time[(real_time > low) & (real_time <= high)].index
        assert row["months in it"] == len(months)
        for horizon in (12, 36, 60):
            over = [m for m in months if m + horizon <= relative.index[-1]]
            sums = [relative[m + 1 : m + horizon].sum() for m in over]
            assert row[f"{horizon} months"] == pytest.approx(np.mean(sums) * 12 / horizon)
    assert table["months in it"].sum() == len(real_time)


def test_a_fifth_in_which_no_month_fell_is_shown_empty():
    rising = synthetic(np.arange(200.0))  # always the highest so far
    real_time = relative_value.percentile_in_its_past(rising)
    table = relative_value.returns_by_fifth(real_time, walk())
    assert table["months in it"].to_list() == [0, 0, 0, 0, 81]
    assert table["12 months"].isna().to_list() == [True] * 4 + [False]


# --- what it foretold -----------------------------------------------------------------------------------


def test_forty_years_are_needed():
    gap, relative = walk(480), walk(480, seed=6)
    months = relative_value.months_of_both(gap, relative)
    assert len(months) == 480
    assert months.columns.to_list() == ["gap", "relative"]
    with pytest.raises(NotKnown, match="479 months were known at this date; 480 are needed"):
        relative_value.months_of_both(gap, relative.iloc[1:])


def test_the_halves_share_no_month_and_leave_none_out(both):
    early, later = relative_value.early_half(both), relative_value.later_half(both)
    pd.testing.assert_frame_equal(pd.concat([early, later]), both)
    assert abs(len(later) - len(early)) <= 1


def test_detrended_is_the_gap_less_the_mean_so_far(both):
    found = relative_value.detrended(both)
    month = found.index[200]
    assert found["gap"][month] == pytest.approx(both["gap"][month] - both["gap"][:month].mean())
    assert found["relative"].equals(both["relative"][found.index])


@pytest.fixture(scope="module")
def horizons(both):
    return relative_value.table_horizons(both, (1, 12))


def test_hodricks_slope_is_that_of_least_squares(both, horizons):
    later = both["relative"].rolling(12).sum().shift(-12)
    fit = sm.OLS(later, sm.add_constant(both["gap"]), missing="drop").fit()
    assert horizons.loc[12, "hodrick"] == pytest.approx(fit.params["gap"] * both["gap"].std())


def test_a_row_holds_each_test_in_the_unit_of_the_effect(both, horizons):
    returns, gap = both["relative"], both["gap"]
    ivx, row = stats.ivx(returns, gap, 12), horizons.loc[12]
    sd = gap.std()
    scaled = {"effect": ivx.coefficients, "ci_low": ivx.ci_low, "ci_high": ivx.ci_high}
    for name, values in scaled.items():
        assert row[name] == pytest.approx(12 * sd * values.iloc[0])
    # found with 80 percent power at the 5 percent level: the two normal quantiles added
    assert row["mde"] == pytest.approx((1.959964 + 0.841621) * 12 * sd * ivx.se.iloc[0], rel=1e-5)
    ahead = stats.oos_r2(returns, gap, 12, 240)
    assert (row["oos_r2"], row["p_oos"]) == pytest.approx((100 * ahead.r2, ahead.p))
    assert row["p_hodrick"] == pytest.approx(stats.hodrick_1b(returns, gap, 12).p)
    assert (row["p_ivx"], row["delta"]) == pytest.approx((ivx.p_each.iloc[0], ivx.delta.iloc[0]))
    assert (row["n"], row["n_effective"]) == (ivx.n, ivx.n / 12)


def test_effects_a_year_are_those_of_the_horizon_spread_over_its_years(horizons):
    yearly = relative_value.a_year(horizons)
    for name in ("effect", "ci_low", "ci_high", "hodrick"):
        assert yearly.loc[12, name] == pytest.approx(horizons.loc[12, name])
        assert yearly.loc[1, name] == pytest.approx(12 * horizons.loc[1, name])


def test_every_pair_definition_and_sample_is_specified_once(both):
    outcomes = pd.DataFrame({"a": both["relative"], "b": both["relative"].shift(-1)})
    curve = relative_value.specifications(outcomes, both, 12)
    table = curve.table.set_index(["outcome", "predictor", "sample"])["estimate"]
    assert table.index.is_unique
    assert len(table) == 2 * 2 * 3
    assert curve.horizon == 12
    trend = both["gap"].expanding(120).mean()
    used = pd.DataFrame(
        {"gap": both["gap"], "less expanding mean": both["gap"] - trend, **outcomes}
    ).dropna()
    middle = len(used) // 2
    samples = {"all": slice(None), "first half": slice(middle + 1), "second half": slice(middle + 1, None)}  # fmt: skip
    for (outcome, predictor, sample), estimate in table.items():
        rows = used[[outcome, predictor]].assign(later=used[outcome].rolling(12).sum().shift(-12))
        rows = rows.iloc[samples[sample]].dropna()
        slope = np.polyfit(rows[predictor], rows["later"], 1)[0]
        assert estimate == pytest.approx(slope * rows[predictor].std(ddof=0))
