"""The half-life corrects what least squares gets wrong, and says so when nothing comes back."""

import numpy as np
import pytest
from scipy.signal import lfilter

from helpers.stats.persistence import _simulate, _slope, half_life


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
        [half_life(ar1(0.95, 120, seed), draws=400, rng=7).root for seed in range(200)]
    )
    ols = np.array([_slope(ar1(0.95, 120, seed)[None, :])[0] for seed in range(200)])
    assert 0.40 < (roots < 0.95).mean() < 0.60
    assert (ols < 0.95).mean() > 0.68


def test_interval_covers_and_contains_the_estimate():
    found = [half_life(ar1(0.9, 150, seed), draws=400, rng=3) for seed in range(60)]
    assert all(one.root_low <= one.root <= one.root_high for one in found)
    assert np.mean([one.root_low <= 0.9 <= one.root_high for one in found]) > 0.88


def test_a_random_walk_has_no_finite_upper_end():
    walk = np.cumsum(np.random.default_rng(4).normal(size=300))
    assert np.isinf(half_life(walk, draws=500).ci_high)


def test_same_seed_same_answer_and_bad_series_are_refused():
    series = ar1(0.8, 100, 0)
    assert half_life(series, draws=300, rng=5) == half_life(series, draws=300, rng=5)
    with pytest.raises(ValueError, match="30"):
        half_life(series[:20])
    with pytest.raises(ValueError, match=r"constant|vary"):
        half_life(np.ones(50))
