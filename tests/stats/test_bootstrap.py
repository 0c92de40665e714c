"""Stationary bootstrap: law of the indices, coverage, agreement with arch, published block length."""

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats import bootstrap_ci, optimal_block, stationary_indices
from helpers.stats.bootstrap import resample_statistic
from signatures import defaults_of


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
    assert rows.min() >= 0
    assert rows.max() < n
    runs_on = np.diff(rows, axis=1) % n == 1
    # A jump lands on the next row by luck with probability 1 / n.
    expected = 1 - (1 / block) * (1 - 1 / n)
    error = np.sqrt(expected * (1 - expected) / runs_on.size) + 1e-9
    assert abs(runs_on.mean() - expected) < 6 * error


@pytest.mark.parametrize(("n", "block", "draws"), [(7, 2.5, 40), (30, 1.0, 5), (12, 12.0, 30)])
def test_indices_are_those_of_a_plain_walk(n, block, draws):
    """The same random numbers, cell by cell: go on to the next row, or jump where a gap has run out."""
    rng = np.random.default_rng(3)
    total = n * draws
    # Geometric gaps with mean `block`, by inversion; a block of one jumps at every cell.
    coins = rng.standard_exponential(int(total / block + 6 * np.sqrt(total) + 10))
    scale = -1 / np.log(1 - 1 / block) if block > 1 else 0.0
    gaps = [max(1, int(np.ceil(coin * scale))) for coin in coins]
    jumps = sorted({*range(0, total, n), *(at for at in np.cumsum(gaps) if at < total)})
    landings = dict(zip(jumps, rng.integers(n, size=len(jumps)), strict=True))
    cells = []
    for cell in range(total):
        cells.append(landings.get(cell, (cells[-1] + 1) % n if cells else None))
    found = stationary_indices(n, block, draws, 3)
    assert found.tolist() == np.reshape(cells, (draws, n)).tolist()


def test_jumps_are_as_frequent_in_the_last_sample_as_in_the_first():
    rows = stationary_indices(2_000, 4, 300, 1)
    jumps = (np.diff(rows, axis=1) % 2_000 != 1).mean(axis=1)
    assert jumps[:100].mean() == pytest.approx(1 / 4, abs=0.004)
    assert jumps[-100:].mean() == pytest.approx(1 / 4, abs=0.004)


@pytest.mark.parametrize("block", [0.99, 6.01, np.nan, np.inf])
def test_a_block_outside_the_sample_is_refused(block):
    with pytest.raises(ValueError, match=r"lies between 1 and the sample length 6"):
        stationary_indices(6, block, 20, 0)


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


def test_error_and_interval_are_those_of_the_resampled_statistic():
    x = _autoregression(90, 0.4, np.random.default_rng(3))
    result = bootstrap_ci(x, np.median, block=6, draws=200, rng=4)
    sampled = np.median(x[stationary_indices(90, 6, 200, np.random.default_rng(4))], axis=1)
    assert result.estimate == np.median(x)
    assert result.se == pytest.approx(sampled.std(ddof=1))
    assert (result.ci_low, result.ci_high) == pytest.approx(np.quantile(sampled, [0.025, 0.975]))
    assert (result.n, result.block, result.draws, result.interval) == (90, 6, 200, "percentile")


def test_a_long_series_is_resampled_a_few_draws_at_a_time():
    """20,000 periods: two draws at once, each pair going on with the same generator."""
    x = np.random.default_rng(5).normal(size=20_000)
    rng = np.random.default_rng(6)
    counts = [2] * 9 + [1]
    plain = [x[stationary_indices(20_000, 50, count, rng)].mean(axis=1) for count in counts]
    found = resample_statistic(x, np.mean, block=50, draws=19, rng=6)
    assert found == pytest.approx(np.concatenate(plain))


def test_without_a_block_the_optimal_one_is_taken_which_is_never_below_one():
    x = _autoregression(200, 0.6, np.random.default_rng(7))
    assert bootstrap_ci(x, draws=19).block == optimal_block(x) > 2
    alternating = np.tile([1.0, -1.0], 20) + 0.1 * np.random.default_rng(8).normal(size=40)
    assert optimal_block(np.random.default_rng(2).normal(size=60)) >= 1.0
    assert optimal_block(alternating) >= 1.0
    # White noise whose formula gives a third of a period.
    assert optimal_block(np.random.default_rng(1).normal(size=60)) == 1.0
    assert defaults_of(bootstrap_ci) == {
        "statistic": np.mean, "block": None, "draws": 9_999, "rng": 0, "interval": "percentile",
        "client": None,
    }  # fmt: skip


def test_a_statistic_that_knows_axis_is_asked_along_the_last_and_gives_floats():
    x = np.random.default_rng(9).normal(size=40)
    axes = []

    def share(samples, axis):
        axes.append(axis)
        return (samples > 0).any(axis=axis)

    found = resample_statistic(x, share, block=3, draws=30, rng=0)
    assert axes == [-1]
    assert found.dtype == float
    assert found.tolist() == [1.0] * 30


def test_a_statistic_without_a_signature_is_called_once_a_draw():
    x = np.random.default_rng(9).normal(size=40)
    assert bootstrap_ci(x, max, block=3, draws=50) == bootstrap_ci(x, np.max, block=3, draws=50)


def test_ten_observations_are_the_fewest():
    x = np.random.default_rng(10).normal(size=10)
    assert bootstrap_ci(x, block=2, draws=19).n == 10
    assert optimal_block(x) >= 1
    for function in (optimal_block, lambda short: bootstrap_ci(short, block=2, draws=19)):
        with pytest.raises(ValueError, match="at least 10"):
            function(x[1:])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_statistic_that_fails_on_some_draws_only_is_refused(bad):
    """Finite on the sample itself, which has both signs; not on draws without a negative value."""
    x = np.r_[np.full(19, 1.0), -1.0]

    def fragile(sample):
        return sample.mean() if sample.min() < 0 else bad

    with pytest.raises(ValueError, match="not finite on every bootstrap sample"):
        bootstrap_ci(x, fragile, block=1, draws=99)
    with pytest.raises(ValueError, match="not finite"):
        bootstrap_ci(x, lambda sample: bad if list(sample) == list(x) else 0.0, block=1, draws=19)


def test_interval_covers_at_the_stated_rate():
    """Synthetic AR(.3), n = 600: 250 nominal 95 % intervals for the mean (Monte Carlo error 1.4 points)."""
    rng = np.random.default_rng(4)
    hits = []
    for _ in range(250):
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
