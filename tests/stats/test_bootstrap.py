"""Stationary bootstrap: law of the indices, coverage, agreement with arch, published block length."""

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats import bootstrap_ci, optimal_block, stationary_indices


def _autoregression(n, rho, rng):
    from scipy.signal import lfilter

    return lfilter([1], [1, -rho], rng.normal(size=n))


def test_optimal_block_length_of_the_reference_autoregression():
    """arch's own test: AR(.3), RandomState(0), 10,000 observations after 100 of warm-up."""
    series = np.random.RandomState(0).standard_normal(10_100)
    for t in range(1, len(series)):
        series[t] += 0.3 * series[t - 1]
    assert optimal_block(series[100:]) == pytest.approx(13.635665, rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(n=st.integers(5, 60), block=st.floats(1, 5), seed=st.integers(0, 10**6))
def test_indices_stay_inside_and_blocks_run_on(n, block, seed):
    rows = stationary_indices(n, block, 200, seed)
    assert rows.shape == (200, n)
    assert rows.min() >= 0 and rows.max() < n
    runs_on = np.diff(rows, axis=1) % n == 1
    # A jump lands on the next row by luck with probability 1 / n.
    expected = 1 - (1 / block) * (1 - 1 / n)
    error = np.sqrt(expected * (1 - expected) / runs_on.size) + 1e-9
    assert abs(runs_on.mean() - expected) < 6 * error


@settings(max_examples=15, deadline=None)
@given(n=st.integers(10, 80), block=st.floats(1, 10), seed=st.integers(0, 10**6))
def test_bootstrap_preserves_the_mean(n, block, seed):
    """Every row is drawn equally often, the first and the last included (the sample is a circle)."""
    rows = stationary_indices(n, block, 4_000, seed)
    values = np.random.default_rng(seed).normal(size=n)
    means = values[rows].mean(axis=1)
    assert abs(means.mean() - values.mean()) < 5 * means.std() / np.sqrt(len(means))


def test_block_one_is_the_independent_bootstrap():
    rows = stationary_indices(50, 1, 2_000, 0)
    assert np.mean(np.diff(rows, axis=1) % 50 == 1) == pytest.approx(1 / 50, abs=0.003)


def test_standard_error_agrees_with_arch():
    x = _autoregression(400, 0.4, np.random.default_rng(1))
    ours = bootstrap_ci(x, np.mean, block=10, draws=4_000, rng=2)
    reference = StationaryBootstrap(10, x, seed=3).apply(np.mean, 4_000)
    assert ours.se == pytest.approx(reference.std(), rel=0.06)
    assert ours.ci_low == pytest.approx(np.quantile(reference, 0.025), abs=0.2 * ours.se)
    assert ours.ci_high == pytest.approx(np.quantile(reference, 0.975), abs=0.2 * ours.se)


def test_interval_covers_at_the_stated_rate():
    """Synthetic AR(.3), n = 600: 400 nominal 95 % intervals for the mean (Monte Carlo error 1.1 points)."""
    rng = np.random.default_rng(4)
    hits = []
    for _ in range(400):
        result = bootstrap_ci(_autoregression(700, 0.3, rng)[100:], block=12, draws=399, rng=rng)
        hits.append(result.ci_low <= 0 <= result.ci_high)
    assert 0.90 < np.mean(hits) < 0.98


def test_statistics_without_axis_give_the_same_as_with():
    x = np.random.default_rng(0).normal(size=80)
    vectorised = bootstrap_ci(x, np.median, block=4, draws=300, rng=9)
    by_row = bootstrap_ci(x, lambda sample: np.median(sample), block=4, draws=300, rng=9)
    assert vectorised == by_row


def test_basic_interval_mirrors_the_percentile_interval():
    x = np.random.default_rng(0).exponential(size=80)
    percentile = bootstrap_ci(x, block=4, draws=500, rng=9)
    basic = bootstrap_ci(x, block=4, draws=500, rng=9, interval="basic")
    assert basic.ci_low == pytest.approx(2 * percentile.estimate - percentile.ci_high)
    assert basic.ci_high == pytest.approx(2 * percentile.estimate - percentile.ci_low)


def test_same_seed_same_interval():
    x = np.random.default_rng(0).normal(size=50)
    assert bootstrap_ci(x, rng=5, draws=99) == bootstrap_ci(x, rng=5, draws=99)
    assert bootstrap_ci(x, rng=5, draws=99) != bootstrap_ci(x, rng=6, draws=99)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"block": 0.5}, "block"),
        ({"block": 1000}, "block"),
        ({"draws": 3}, "draws"),
        ({"interval": "bca"}, "interval"),
        ({"statistic": lambda _: np.nan}, "finite"),
        ({"x": np.ones(40)}, "constant"),
        ({"x": np.arange(5.0)}, "at least"),
    ],
)
def test_bad_input_is_refused(change, word):
    arguments = {"x": np.random.default_rng(0).normal(size=40), "draws": 99} | change
    with pytest.raises(ValueError, match=word):
        bootstrap_ci(**arguments)
