"""Difference of two correlations that share a series."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import stats
from helpers.stats.bootstrap import over_samples


def _synthetic(seed, n=400):
    """Synthetic: a target, and two series that go with it and with each other."""
    rng = np.random.default_rng(seed)
    target, common = rng.normal(size=(2, n))
    first = 0.6 * target + 0.5 * common + rng.normal(size=n)
    second = 0.3 * target + 0.5 * common + rng.normal(size=n)
    return first, second, target


def steiger_error(first, second, target):
    """Large-sample error of the difference for independent normal observations: Steiger (1980), equation 3 and 10."""
    r1, r2, r = np.corrcoef([target, first, second])[[0, 0, 1], [1, 2, 2]]
    covariance = r * (1 - r1**2 - r2**2) - 0.5 * r1 * r2 * (1 - r1**2 - r2**2 - r**2)
    return np.sqrt(((1 - r1**2) ** 2 + (1 - r2**2) ** 2 - 2 * covariance) / len(target))


def test_the_estimate_is_the_difference_of_two_correlations():
    first, second, target = _synthetic(0)
    found = stats.correlation_difference(first, second, target, block=1, draws=19)
    theirs = np.corrcoef([first, second, target])[2]
    assert (found.first, found.second) == pytest.approx((theirs[0], theirs[1]))
    assert found.estimate == pytest.approx(theirs[0] - theirs[1])


def test_the_error_of_independent_months_is_that_of_the_formula():
    for seed in range(3):
        rows = _synthetic(seed, n=800)
        found = stats.correlation_difference(*rows, block=1, draws=1_000, rng=seed)
        assert found.se == pytest.approx(steiger_error(*rows), rel=0.08)


def test_memory_widens_the_interval():
    """Synthetic: six-month sums, which one block a month takes for independent."""
    sums = [np.convolve(row, np.ones(6), "valid") for row in _synthetic(1, n=600)]
    errors = {
        block: stats.correlation_difference(*sums, block=block, draws=500).se for block in (1, 24)
    }
    assert errors[24] > 1.5 * errors[1]


@settings(max_examples=8)
@given(
    scale=st.floats(0.01, 100), shift=st.floats(-10, 10), seed=st.integers(0, 50), block=st.integers(1, 20)
)  # fmt: skip
def test_units_do_not_matter_and_changing_sides_changes_the_sign(scale, shift, seed, block):
    first, second, target = _synthetic(seed, n=80)
    choice = {"block": block, "draws": 50, "rng": seed}
    found = stats.correlation_difference(first, second, target, **choice)
    other = stats.correlation_difference(scale * first + shift, second, target, **choice)
    turned = stats.correlation_difference(second, first, target, **choice)
    assert other.ci_low == pytest.approx(found.ci_low, abs=1e-6)
    assert turned.estimate == pytest.approx(-found.estimate)
    assert turned.ci_low == pytest.approx(-found.ci_high)
    assert turned.p == pytest.approx(found.p)


def test_the_test_rejects_in_about_one_of_twenty_samples_without_a_difference():
    rejected = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        target, one, other = rng.normal(size=(3, 300))
        found = stats.correlation_difference(
            0.4 * target + one, 0.4 * target + other, target, block=4, draws=199, rng=seed
        )
        rejected += found.p < 0.05
    assert 1 <= rejected <= 12


def test_error_interval_and_p_are_those_of_the_draws():
    """Both correlations of each sample by numpy; p is twice the smaller share of samples beside zero."""
    rows = np.random.default_rng(0).normal(size=(3, 60))  # synthetic, without a difference

    def differ(samples):
        of_target = [np.corrcoef(rows[:, sample % 60])[2] for sample in samples]
        return np.array([one[0] - one[1] for one in of_target])

    drawn = over_samples(
        differ, 60, block=3, draws=99, at_once=99, rng=np.random.default_rng(5), client=None
    )
    found = stats.correlation_difference(*rows, block=3, draws=99, rng=5)
    assert found.se == pytest.approx(np.sqrt(((drawn - drawn.mean()) ** 2).sum() / 98))
    assert (found.ci_low, found.ci_high) == pytest.approx(np.percentile(drawn, [2.5, 97.5]))
    smaller = min((drawn > 0).sum(), (drawn < 0).sum())
    assert 0 < smaller < 49
    assert found.p == pytest.approx(2 * smaller / 99)


def test_what_is_not_said_is_1999_draws_from_seed_0():
    rows = [row[:30] for row in _synthetic(4)]
    plain = stats.correlation_difference(*rows, block=2)
    assert plain == stats.correlation_difference(*rows, block=2, draws=1_999, rng=0)
    with pytest.raises(ValueError, match="first"):
        stats.correlation_difference(*(row[:29] for row in rows), block=2)


def test_other_dates_and_blocks_out_of_range_are_refused():
    first, second, target = _synthetic(0)
    with pytest.raises(ValueError, match="differ in length"):
        stats.correlation_difference(first[1:], second, target, block=1)
    with pytest.raises(ValueError, match="block is 0"):
        stats.correlation_difference(first, second, target, block=0)
