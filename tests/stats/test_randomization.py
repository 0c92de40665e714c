"""Exact tests: Darwin's maize, brute-force enumeration, uniform p-values under a simulated null."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.stats import circular_shift_test, leave_out, sign_flip_exact, wilcoxon_exact

# Darwin (1876), heights of 15 pairs of maize, crossed less self-fertilised, eighths of an inch; Fisher (1935).
MAIZE = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]


def test_fishers_enumeration_of_darwins_maize():
    result = sign_flip_exact(MAIZE)
    assert (result.total, result.count, result.arrangements) == (314, 863, 32_768)
    assert result.p == pytest.approx(0.0526733, abs=1e-7)


def test_wilcoxon_of_darwins_maize():
    result = wilcoxon_exact(MAIZE)
    assert result.w == 24
    assert result.p == pytest.approx(0.0412598, abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=9).filter(any))
def test_sign_flip_is_the_full_enumeration(x):
    sums = [
        sum(s * v for s, v in zip(signs, x, strict=True))
        for signs in product((1, -1), repeat=len(x))
    ]
    extreme = np.mean([abs(s) >= abs(sum(x)) for s in sums])
    result = sign_flip_exact(x)
    # Where the total is zero both tails are everything.
    assert result.p == pytest.approx(min(1.0, extreme) if sum(x) else 1.0)
    assert result.ci_low <= result.estimate <= result.ci_high


def test_sign_flip_interval_holds_exactly_the_centres_not_rejected():
    x = np.random.default_rng(0).normal(0.4, 1, size=10)
    result = sign_flip_exact(x)
    step = 1e-6
    assert (
        sign_flip_exact(x - result.ci_low - step).p
        > 0.05
        >= sign_flip_exact(x - result.ci_low + step).p
    )
    assert (
        sign_flip_exact(x - result.ci_high + step).p
        > 0.05
        >= sign_flip_exact(x - result.ci_high - step).p
    )


def test_five_events_can_never_be_significant():
    result = sign_flip_exact([5.0, 6.0, 7.0, 8.0, 9.0])
    assert result.p == 0.0625
    assert (result.ci_low, result.ci_high) == (-np.inf, np.inf)
    assert wilcoxon_exact([5.0, 6.0, 7.0, 8.0, 9.0]).p == 0.0625


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-5, 5), min_size=6, max_size=15, unique_by=abs).filter(lambda x: 0 not in x)
)
def test_wilcoxon_agrees_with_scipy_without_ties(x):
    reference = stats.wilcoxon(x, method="exact")
    result = wilcoxon_exact(x)
    assert result.w == reference.statistic
    assert result.p == pytest.approx(reference.pvalue)


def test_wilcoxon_with_ties_is_the_enumeration_of_mean_ranks():
    x = [1, 1, -1, 2, 3, 3, -2, 0]
    used = np.array([v for v in x if v])
    ranks = stats.rankdata(np.abs(used))
    observed = min(ranks[used > 0].sum(), ranks[used < 0].sum())
    positive = [
        sum(r for r, s in zip(ranks, signs, strict=True) if s)
        for signs in product((0, 1), repeat=7)
    ]
    result = wilcoxon_exact(x)
    assert result.p == pytest.approx(2 * np.mean(np.array(positive) <= observed))
    assert result.n == 7


def test_wilcoxon_interval_holds_the_centres_not_rejected():
    x = np.random.default_rng(1).normal(0.4, 1, size=12)
    result = wilcoxon_exact(x)
    step = 1e-6
    assert (
        wilcoxon_exact(x - result.ci_low - step).p
        > 0.05
        >= wilcoxon_exact(x - result.ci_low + step).p
    )
    assert (
        wilcoxon_exact(x - result.ci_high + step).p
        > 0.05
        >= wilcoxon_exact(x - result.ci_high - step).p
    )


def test_twenty_two_observations_are_enumerated():
    x = np.random.default_rng(2).normal(size=22)
    assert sign_flip_exact(x).arrangements == 2**22


def test_leave_out_covers_every_observation_and_pair():
    x = pd.Series([1.0, 2.0, -1.0, 10.0, 0.5], index=list("abcde"))
    result = leave_out(x)
    assert result.one["d"] == pytest.approx(x.drop("d").mean())
    assert result.two["b", "d"] == pytest.approx(x.drop(["b", "d"]).mean())
    assert len(result.two) == 10
    assert result.low == pytest.approx(x.drop(["b", "d"]).mean())
    assert result.same_sign
    assert not leave_out(x - 1).same_sign


def _plain_circular_shift(values, at, horizon):
    """The definition, in loops."""
    n = len(values)
    windows = [sum(values[(t + j) % n] for j in range(1, horizon + 1)) for t in range(n)]
    shifted = [
        np.mean([windows[(a + s) % n] for a in at]) - horizon * np.mean(values) for s in range(n)
    ]
    return np.array(shifted)


def test_circular_shift_is_its_definition():
    values = np.random.default_rng(3).normal(size=90)
    at = [5, 20, 44, 70]
    result = circular_shift_test(values, at, 6)
    shifted = _plain_circular_shift(values, at, 6)
    assert result.shifted == pytest.approx(shifted)
    assert result.p == pytest.approx(np.mean(np.abs(shifted) >= abs(shifted[0]) - 1e-12))
    assert result.estimate == pytest.approx(shifted[0])


def test_circular_shift_interval_inverts_the_test():
    """An effect at the border of the interval, taken out of the observed windows, is just not rejected."""
    values = np.random.default_rng(4).normal(size=150)
    at, horizon = [10, 14, 60, 100], 8
    result = circular_shift_test(values, at, horizon)
    treated = sorted({a + j for a in at for j in range(1, horizon + 1)})

    def p(effect):
        cleaned = values.copy()
        cleaned[treated] -= effect / horizon
        shifted = _plain_circular_shift(cleaned, at, horizon)
        shifted += horizon * (cleaned.mean() - values.mean())
        return np.mean(np.abs(shifted) >= abs(shifted[0]) - 1e-12)

    step = 1e-7
    assert p(result.ci_low + step) > 0.05 >= p(result.ci_low - step)
    assert p(result.ci_high - step) > 0.05 >= p(result.ci_high + step)
    assert p(0) == pytest.approx(result.p)


def test_circular_shift_p_is_uniform_under_the_null():
    """Synthetic independent returns: Kolmogorov-Smirnov does not reject a uniform p in 600 samples."""
    rng = np.random.default_rng(5)
    p = [circular_shift_test(rng.normal(size=200), [20, 50, 90, 150], 12).p for _ in range(600)]
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert 0.03 < np.mean(np.array(p) <= 0.05) < 0.075


def test_sign_flip_p_is_uniform_under_the_null():
    rng = np.random.default_rng(6)
    p = [sign_flip_exact(rng.standard_t(3, size=12)).p for _ in range(800)]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_circular_shift_finds_an_effect_and_its_interval_covers_it():
    """Synthetic returns with 6 added over each 12-month window: found, and covered in 95 % of 200 samples."""
    rng = np.random.default_rng(7)
    at = np.array([30, 90, 160, 220, 300, 380])
    found = covered = 0
    for _ in range(200):
        values = rng.normal(size=480)
        values[(at[:, None] + np.arange(1, 13)).ravel()] += 0.5
        result = circular_shift_test(values, at, 12)
        found += result.p < 0.05
        covered += result.ci_low <= 6 <= result.ci_high
    assert found / 200 > 0.8
    assert 0.90 < covered / 200 <= 1.0


def test_embargo_leaves_out_every_window_across_the_seam():
    values = np.random.default_rng(8).normal(size=120)
    result = circular_shift_test(values, [10, 40, 70], 12, embargo=12)
    # Each of the three events loses the shifts that put it into the last 12 periods.
    assert len(result.shifted) == 120 - 3 * 12
    assert result.shifted[0] == result.estimate


def test_events_by_date_and_windows_that_overlap():
    index = pd.period_range("1990-01", periods=240, freq="M")
    series = pd.Series(np.random.default_rng(9).normal(size=240), index=index)
    result = circular_shift_test(series, ["1995-01", "1995-06", "2001-01"], 12)
    assert result.n_effective == 2
    assert result.per_event[pd.Period("1995-01")] == pytest.approx(
        series["1995-02":"1996-01"].sum()
    )


@pytest.mark.parametrize(
    ("events", "horizon", "word"),
    [
        ([], 12, "empty"),
        (["1985-01"], 12, "outside the sample"),
        (["2009-11"], 12, "not all in the sample"),
        (["1995-01", "1995-01"], 12, "repeats"),
        (["1995-01"], 200, "less than half"),
        (["1995-01"], 0, "at least 1"),
    ],
)
def test_bad_events_are_refused(events, horizon, word):
    index = pd.period_range("1990-01", periods=240, freq="M")
    series = pd.Series(np.random.default_rng(0).normal(size=240), index=index)
    with pytest.raises(ValueError, match=word):
        circular_shift_test(series, events, horizon)


@pytest.mark.parametrize(
    ("function", "x", "word"),
    [
        (sign_flip_exact, [1.0], "at least 2"),
        (sign_flip_exact, np.ones(23), "at most 22"),
        (sign_flip_exact, np.zeros(8), "all zero"),
        (sign_flip_exact, [1.0, np.nan, 2.0], "missing"),
        (wilcoxon_exact, [1.0, np.inf, 2.0], "infinite"),
        (wilcoxon_exact, np.zeros(8), "all zero"),
        (leave_out, [1.0, 2.0, 3.0], "at least 4"),
    ],
)
def test_bad_samples_are_refused(function, x, word):
    with pytest.raises(ValueError, match=word):
        function(x)
