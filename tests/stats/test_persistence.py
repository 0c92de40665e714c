"""The half-life corrects what least squares gets wrong, and says so when nothing comes back."""

import numpy as np
import pytest
from scipy.signal import lfilter

from helpers.stats.persistence import _ROOTS, _periods, _simulate, _slope, half_life
from signatures import defaults_of


def ar1(root, n, seed):
    return lfilter([1.0], [1.0, -root], np.random.default_rng(seed).normal(size=n + 200))[200:]


def test_the_median_bias_at_a_unit_root_is_the_published_one():
    """Fuller (1976), table 8.5.1: the median of n (estimate - 1) with an intercept is about -4.4 in large samples."""
    rng = np.random.default_rng(1)
    noise = rng.standard_normal((8_000, 500))
    median = np.median(499 * (_slope(_simulate(1.0, noise, np.zeros(8_000))) - 1))
    assert median == pytest.approx(-4.36, abs=0.12)


def test_estimates_are_too_low_and_too_high_equally_often():
    roots = np.array(
        [half_life(ar1(0.95, 120, seed), draws=150, rng=7).root for seed in range(200)]
    )
    ols = np.array([_slope(ar1(0.95, 120, seed)[None, :])[0] for seed in range(200)])
    assert 0.40 < (roots < 0.95).mean() < 0.60
    assert (ols < 0.95).mean() > 0.68


@pytest.mark.parametrize(("persistence", "seed"), [(0.5, 3), (0.9, 11)])
def test_the_root_is_where_the_median_of_the_estimate_is_the_one_found(persistence, seed):
    """The definition (Andrews 1993), in loops over the grid of roots, on the same random numbers."""
    x = ar1(persistence, 60, seed)
    result = half_life(x, draws=100, rng=5)
    rng = np.random.default_rng(5)
    noise, start = rng.standard_normal((100, 60)), rng.standard_normal(100)
    laws = []
    for root in _ROOTS:
        slopes = []
        for shocks, first in zip(noise, start, strict=True):
            y = [first / np.sqrt(1 - root**2) if root < 1 else shocks[0]]
            for shock in shocks[1:]:
                y.append(root * y[-1] + shock)
            slopes.append(np.polyfit(y[:-1], y[1:], 1)[0])
        laws.append(np.quantile(slopes, [0.025, 0.5, 0.975]))
    low, median, high = np.maximum.accumulate(laws, axis=0).T
    ols = np.polyfit(x[:-1], x[1:], 1)[0]
    assert result.ols_root == pytest.approx(ols)
    assert result.root == pytest.approx(np.interp(ols, median, _ROOTS))
    assert result.root_low == pytest.approx(np.interp(ols, high, _ROOTS))
    assert result.root_high == pytest.approx(np.interp(ols, low, _ROOTS))
    assert (result.n, defaults_of(half_life)) == (60, {"draws": 2_000, "rng": 0})


def test_the_grid_of_roots_is_dense_where_the_law_bends():
    assert _ROOTS[0] == 0
    assert _ROOTS[-1] == 1
    steps = np.diff(_ROOTS)
    assert (steps > 0).all()
    assert (np.diff(steps) < 1e-12).all(), "never wider again"
    tenths = 10 * _ROOTS[_ROOTS <= 0.8]
    assert tenths == pytest.approx(tenths.round())
    assert np.diff(_ROOTS[_ROOTS >= 0.86]).max() < 0.041
    assert np.diff(_ROOTS[_ROOTS >= 0.99]).max() < 0.0051


def test_a_half_life_is_the_time_in_which_half_is_left():
    result = half_life(ar1(0.9, 200, 1), draws=200)
    for periods, root in (
        (result.estimate, result.root),
        (result.ci_low, result.root_low),
        (result.ols_half_life, result.ols_root),
    ):
        assert root**periods == pytest.approx(0.5)
    assert [_periods(root) for root in (0.5, 0.25, 1.0, 1.2, 0.0, -0.3)] == [
        1.0, 0.5, np.inf, np.inf, 0.0, 0.0,
    ]  # fmt: skip
    assert _periods(0.999) == pytest.approx(692.8, abs=0.05)


def test_a_root_below_zero_counts_as_zero():
    result = half_life(ar1(-0.6, 100, 2), draws=100)
    assert (result.root, result.estimate, result.ols_half_life) == (0.0, 0.0, 0.0)
    assert result.ols_root < -0.4


def test_interval_covers_and_contains_the_estimate():
    found = [half_life(ar1(0.9, 150, seed), draws=200, rng=3) for seed in range(60)]
    assert all(one.root_low <= one.root <= one.root_high for one in found)
    assert np.mean([one.root_low <= 0.9 <= one.root_high for one in found]) > 0.88


def test_a_random_walk_has_no_finite_upper_end():
    walk = np.cumsum(np.random.default_rng(4).normal(size=300))
    assert np.isinf(half_life(walk, draws=500).ci_high)


def test_same_seed_same_answer_and_bad_series_are_refused():
    series = ar1(0.8, 100, 0)
    assert half_life(series, draws=300, rng=5) == half_life(series, draws=300, rng=5)
    assert half_life(series[:30], draws=19).n == 30
    with pytest.raises(ValueError, match="at least 30"):
        half_life(series[:29])
    with pytest.raises(ValueError, match="draws is 18"):
        half_life(series, draws=18)
    with pytest.raises(ValueError, match=r"constant|vary"):
        half_life(np.ones(50))


def test_a_series_that_moves_at_its_end_alone_says_nothing_of_its_way_back():
    with pytest.raises(ValueError, match="constant but for its last value"):
        half_life(np.r_[np.zeros(39), 1.0], draws=19)


def test_the_unit_changes_nothing():
    """Squares of 1e-200 are nought."""
    x = lfilter([1.0], [1.0, -0.8], np.random.default_rng(1).normal(size=60))
    assert half_life(1e-200 * x, draws=50).estimate == pytest.approx(
        half_life(x, draws=50).estimate
    )


def test_draws_in_parts_are_the_draws_at_once(monkeypatch):
    x = lfilter([1.0], [1.0, -0.8], np.random.default_rng(1).normal(size=60))
    whole = half_life(x, draws=50, rng=4)
    monkeypatch.setattr("helpers.stats.persistence._CELLS", 7 * 60)
    assert half_life(x, draws=50, rng=4) == whole
    rng = np.random.default_rng(4)
    noise, start = rng.standard_normal((50, 60)), rng.standard_normal(50)
    slopes = [np.quantile(_slope(_simulate(root, noise, start)), 0.5) for root in _ROOTS]
    assert whole.root == pytest.approx(
        np.interp(whole.ols_root, np.maximum.accumulate(slopes), _ROOTS)
    )
