"""Sup-window: it is the best window, it admits the search, and it tells a real regime from luck."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats import optimal_block, stationary_indices, sup_window
from helpers.stats.windows import span
from signatures import defaults_of


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), window=st.integers(2, 40))
def test_no_window_is_better(seed, window):
    x = np.random.default_rng(seed).normal(size=100)
    result = sup_window(x, window, block=5, draws=19, rng=seed)
    means = [x[i : i + window].mean() for i in range(100 - window + 1)]
    assert result.estimate == pytest.approx(max(means))
    assert x[result.start : result.end + 1].mean() == pytest.approx(result.estimate)
    assert result.rolling.to_numpy() == pytest.approx(means)


def test_the_null_is_the_best_window_of_each_bootstrap_sample():
    x = np.random.default_rng(0).normal(size=80)
    result = sup_window(x, 10, block=4, draws=50, rng=3)
    samples = x[stationary_indices(80, 4, 50, np.random.default_rng(3))]
    plain = [
        max(row[i : i + 10].mean() for i in range(71)) - row.mean() + x.mean() for row in samples
    ]
    assert result.null == pytest.approx(plain)
    assert result.p == pytest.approx((1 + np.sum(np.array(plain) >= result.estimate)) / 51)


def test_a_named_window_is_held_to_the_same_rows_of_each_sample():
    x = np.random.default_rng(5).normal(size=80)
    result = sup_window(x, 10, block=4, draws=60, rng=3, fixed=(20, 44))
    samples = x[stationary_indices(80, 4, 60, np.random.default_rng(3))]
    plain = np.array([row[20:45].mean() - row.mean() + x.mean() for row in samples])
    assert result.fixed_estimate == pytest.approx(x[20:45].mean())
    assert result.p_fixed == pytest.approx((1 + np.sum(plain >= x[20:45].mean())) / 61)
    assert result.fixed == (20, 44)


def test_by_default_the_named_window_is_the_best_and_the_block_the_optimal_one():
    x = np.random.default_rng(6).normal(size=80).cumsum()
    result = sup_window(x, 10, draws=40, rng=3)
    assert result.fixed == (result.start, result.end)
    assert result.end - result.start == 9
    assert result.fixed_estimate == pytest.approx(result.estimate)
    assert result.block == optimal_block(x) != 1
    assert result == replace(
        sup_window(x, 10, optimal_block(x), 40, 3), rolling=result.rolling, null=result.null
    )
    assert (result.n, result.window, result.draws, result.n_effective) == (80, 10, 40, 8.0)
    assert defaults_of(sup_window) == {
        "block": None, "draws": 9_999, "rng": 0, "fixed": None, "client": None,
    }  # fmt: skip


@pytest.mark.parametrize("unit", [1.0, 1e-3, 1e5])
def test_a_draw_as_good_as_the_data_counts_though_rounding_makes_it_less(unit):
    """Multiples of 0.1 in every order: sums of the same numbers differ in the last digits only."""
    x = unit * 0.1 * np.tile([1, 2, 3, 7, 2, 3, 1, 7], 10)
    result = sup_window(x, 4, block=3, draws=200, rng=1, fixed=(0, 7))
    samples = np.rint(
        10 / unit * x[stationary_indices(80, 3, 200, np.random.default_rng(1))]
    ).astype(int)
    # Each sum less its share of the draw's own total, in eightieths: 4 of 80 and 8 of 80 periods.
    best = np.array([20 * max(row[i : i + 4].sum() for i in range(77)) for row in samples])
    first, total = 10 * samples[:, :8].sum(axis=1), samples.sum(axis=1)
    assert result.p == pytest.approx((1 + np.sum(best - total >= 20 * 15 - 260)) / 201)
    assert result.p_fixed == pytest.approx((1 + np.sum(first - total >= 10 * 26 - 260)) / 201)


@pytest.mark.parametrize("unit", [0.1, 1e-7, 1e6])
def test_the_best_window_of_equal_values_is_reached_whatever_their_order(unit):
    """Thirds of a unit, three in a row the best: a running sum of them differs in the last digits by place."""
    high = np.random.default_rng(8).random(90) < 0.4
    x = unit / 3 * np.where(high, 3.1, 0.7)
    result = sup_window(x, 3, block=4, draws=400, rng=2)
    samples = high[stationary_indices(90, 4, 400, np.random.default_rng(2))]
    # High values in the best window less those among all, in ninetieths.
    best = np.array([30 * max(row[i : i + 3].sum() for i in range(88)) for row in samples])
    reached = best - samples.sum(axis=1) >= 90 - high.sum()
    assert result.estimate == pytest.approx(unit / 3 * 3.1)
    assert result.p == pytest.approx((1 + sum(reached)) / 401)


def test_twenty_periods_are_the_fewest():
    x = np.random.default_rng(7).normal(size=20)
    assert sup_window(x, 9, block=2, draws=19).n == 20
    with pytest.raises(ValueError, match="at least 20"):
        sup_window(x[1:], 9, block=2, draws=19)


def test_a_span_has_its_ends_in_it_and_stays_in_the_sample():
    months = pd.period_range("2000-01", periods=12, freq="M")
    assert span(months, "2000-01", "2000-12") == (0, 11)
    assert span(months, "2000-03", "2000-03") == (2, 2)
    ends = pd.DatetimeIndex(["2000-01-31", "2000-02-29", "2000-03-31", "2000-04-30"])
    assert span(ends, "2000-02-01", "2000-04-15") == (1, 2)
    assert span(pd.RangeIndex(5), 0, 4) == (0, 4)
    with pytest.raises(
        ValueError, match=r"the window 1999-12 .. 2000-03 is outside .* 2000-01 .. 2000-12"
    ):
        span(months, "1999-12", "2000-03")
    with pytest.raises(ValueError, match="outside"):
        span(months, "2000-03", "2001-01")
    with pytest.raises(ValueError, match="is reversed"):
        span(months, "2000-04", "2000-03")


def test_searching_costs_and_the_sup_test_admits_it():
    """Synthetic noise without regimes: the best window looks significant far too often, the sup-window does not."""
    rng = np.random.default_rng(1)
    results = [
        sup_window(rng.normal(size=300), 60, block=6, draws=199, rng=rng) for _ in range(200)
    ]
    assert np.mean([r.p_fixed < 0.05 for r in results]) > 0.3
    assert np.mean([r.p < 0.05 for r in results]) < 0.08


def test_size_and_power_are_those_of_draws_compared_with_their_own_mean():
    """Synthetic: 240 noisy months, a window of 54 raised or not. Compared with the mean of the data instead, the
    test rejects 2 % where nothing is there, and finds fewer of the raised windows."""
    rng, level = np.random.default_rng(4), 0.05

    def shares(raised):
        held, free = [], []
        for _ in range(200):
            x = rng.normal(size=240)
            x[90:144] += raised
            result = sup_window(x, 54, block=4, draws=199, rng=0)
            held.append(result.p <= level)
            drift = x[stationary_indices(240, 4, 199, 0)].mean(axis=1) - x.mean()
            free.append((1 + (result.null + drift >= result.estimate).sum()) / 200 <= level)
        return np.mean(held), np.mean(free)

    held, free = shares(0.0)
    assert free < held < 0.09
    found, found_free = shares(0.47)
    assert found > found_free + 0.08
    assert found > 0.5


def test_a_named_window_has_the_right_size_and_finds_a_regime():
    rng = np.random.default_rng(2)
    fixed = [
        sup_window(rng.normal(size=200), 40, block=5, draws=199, rng=rng, fixed=(60, 99)).p_fixed
        for _ in range(300)
    ]
    assert 0.02 < np.mean(np.array(fixed) < 0.05) < 0.09
    x = rng.normal(size=400)
    x[100:160] += 1.5
    result = sup_window(x, 60, block=10, draws=499, rng=3)
    assert result.p < 0.05
    assert abs(result.start - 100) < 8


def test_dates_name_the_window():
    index = pd.period_range("1950-01", periods=300, freq="M")
    x = pd.Series(np.random.default_rng(3).normal(size=300), index=index)
    result = sup_window(x, 24, block=6, draws=99, fixed=("1955-01", "1956-12"))
    assert result.fixed == (pd.Period("1955-01"), pd.Period("1956-12"))
    assert result.fixed_estimate == pytest.approx(x["1955-01":"1956-12"].mean())
    assert result.end - result.start == 23 * pd.offsets.MonthEnd()
    assert result.rolling[result.end] == result.estimate == result.rolling.max()
    assert result.rolling.index.equals(index[23:])
    assert result.rolling.name == "window mean"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"window": 80}, "less than half"),
        ({"window": 0}, "at least 1"),
        ({"fixed": (50, 20)}, "reversed"),
        ({"fixed": (50, 200)}, "outside"),
        ({"draws": 1}, "draws"),
        ({"block": 0}, "block"),
        ({"x": np.ones(100)}, "constant"),
        ({"x": np.r_[np.nan, np.arange(99.0)]}, "missing"),
    ],
)
def test_bad_input_is_refused(change, word):
    arguments = {
        "x": np.random.default_rng(0).normal(size=100),
        "window": 10,
        "block": 5,
        "draws": 19,
    } | change
    with pytest.raises(ValueError, match=word):
        sup_window(**arguments)
