"""Exact tests: Darwin's maize, brute-force enumeration, uniform p-values under a simulated null."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.stats import (
    circular_shift_test,
    group_permutation_exact,
    leave_out,
    sign_flip_exact,
    wilcoxon_exact,
)
from helpers.stats.randomization import _invert
from signatures import defaults_of

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


@pytest.mark.parametrize("sign", [1, -1])
def test_rearrangements_that_tie_but_for_rounding_count(sign):
    """Tenths: their sums differ in the last digits with the order; in whole numbers they tie."""
    tenths = np.array([1, 2, 3, 3, 2, 1, 6, -7, 3]) * sign
    for unit in (0.1, 0.1e-6, 0.1e6):
        assert sign_flip_exact(unit * tenths).count == sign_flip_exact(tenths).count


def test_sign_flip_says_what_it_summed():
    result = sign_flip_exact([-3.0, 1.0, -4.0])
    assert (result.estimate, result.total, result.n) == (-2.0, -6.0, 3)
    assert (result.count, result.arrangements, result.p) == (2, 8, 0.5)
    assert sign_flip_exact([-3.0, -1.0, -4.0, 2.0]).count == 3  # -6, -8 and -10
    assert sign_flip_exact([1.0, 2.0]).arrangements == 4


def test_six_observations_have_an_interval_that_ends_at_the_outermost():
    x = [1.0, 2.0, 4.0, 7.0, 9.0, 12.0]
    for result in (sign_flip_exact(x), wilcoxon_exact(x)):
        assert (result.p, result.ci_low, result.ci_high) == (0.03125, 1.0, 12.0)


def test_five_events_can_never_be_significant():
    result = sign_flip_exact([5.0, 6.0, 7.0, 8.0, 9.0])
    assert result.p == 0.0625
    assert (result.ci_low, result.ci_high) == (-np.inf, np.inf)
    ranks = wilcoxon_exact([5.0, 6.0, 7.0, 8.0, 9.0])
    assert (ranks.p, ranks.ci_low, ranks.ci_high) == (0.0625, -np.inf, np.inf)


def test_a_chance_is_at_most_one():
    assert sign_flip_exact([1.0, -1.0]).p == wilcoxon_exact([1.0, -1.0]).p == 1.0


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


def test_the_centre_is_the_median_of_all_pairwise_means():
    x = [3.0, -1.0, 10.0, 4.0, 0.0]
    pairs = [(a + b) / 2 for i, a in enumerate(x) for b in x[i:]]
    result = wilcoxon_exact(x)
    assert result.estimate == np.median(pairs)
    assert result.n == 4
    assert wilcoxon_exact([-9.0, 1.0, -5.0]).w == 1.0
    assert wilcoxon_exact([9.0, -1.0, 5.0]).w == 1.0


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


@pytest.mark.parametrize(
    ("function", "fewest", "most"),
    [(sign_flip_exact, 2, 22), (wilcoxon_exact, 2, 50), (leave_out, 4, 60)],
)
def test_sizes_from_the_fewest_to_the_most(function, fewest, most):
    x = np.random.default_rng(10).normal(size=most + 1)
    assert function(x[:fewest]).n == fewest
    assert function(x[:most]).n == most
    with pytest.raises(ValueError, match=f"at least {fewest} are needed"):
        function(x[: fewest - 1])
    with pytest.raises(ValueError, match=f"x has {most + 1} observations; .* at most {most}"):
        function(x)
    assert function(np.ones(fewest)).estimate == 1  # equal observations are no reason to refuse


def test_leave_out_takes_any_statistic_and_numbers_what_has_no_name():
    x = [3.0, 8.0, -2.0, 5.0, 1.0]
    result = leave_out(x, np.median)
    assert result.estimate == 3.0
    assert result.one.to_dict() == {0: 3.0, 1: 2.0, 2: 4.0, 3: 2.0, 4: 4.0}
    assert result.two[1, 3] == 1.0
    assert result.two[2, 4] == 5.0
    assert (result.low, result.high, result.n) == (1.0, 5.0, 5)
    assert (result.one.name, result.two.name) == ("without", "without both")
    # Single omissions can be the extreme ones: of pairs the median is a mean of two.
    spread = leave_out([0.0, 0.0, 10.0, 10.0], np.median)
    assert (spread.low, spread.high) == (0.0, 10.0)
    assert not leave_out([-1.0, -1.0, 0.5, 2.0, -0.4]).same_sign
    assert leave_out([-1.0, -2.0, -3.0, -4.0]).same_sign
    assert defaults_of(leave_out) == {"statistic": np.mean}


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
    treated = {(a + j) % n for a in at for j in range(1, horizon + 1)}
    return np.array(shifted) / (1 - len(treated) / n)


def test_circular_shift_is_its_definition():
    values = np.random.default_rng(3).normal(size=90)
    at = [5, 20, 44, 70]
    result = circular_shift_test(values, at, 6)
    shifted = _plain_circular_shift(values, at, 6)
    assert result.shifted == pytest.approx(shifted)
    assert result.p == pytest.approx(np.mean(np.abs(shifted) >= abs(shifted[0]) - 1e-12))
    assert result.estimate == pytest.approx(shifted[0])


def test_circular_shift_says_what_it_compared():
    values = np.random.default_rng(11).normal(0.2, 1, size=60)
    result = circular_shift_test(values, [3, 20, 26], 6)
    assert result.se == pytest.approx(result.shifted.std())
    inside = sorted({a + j for a in (3, 20, 26) for j in range(1, 7)})
    assert result.treated_share == len(inside) / 60
    assert result.elsewhere == pytest.approx(6 * np.delete(values, inside).mean())
    assert result.estimate == pytest.approx(result.per_event.mean() - result.elsewhere)
    assert result.per_event.index.to_list() == [3, 20, 26]
    assert result.per_event[20] == pytest.approx(values[21:27].sum())
    assert result.per_event.name == "sum after event"
    assert (result.horizon, result.n, result.n_effective) == (6, 60, 3)
    assert circular_shift_test(values, [3, 20, 25], 6).n_effective == 2
    # One passed over does not hide the next: 3, 8 and 13 are two windows apart.
    assert circular_shift_test(values, [3, 8, 13], 6).n_effective == 2
    assert defaults_of(circular_shift_test) == {"embargo": 0}


def test_a_window_may_end_with_the_sample_and_not_a_period_later():
    values = np.random.default_rng(12).normal(size=20)
    last = circular_shift_test(values, [5, 13], 6)
    assert last.per_event[13] == pytest.approx(values[14:].sum())
    with pytest.raises(ValueError, match="the 6 periods after event 14 are not all in the sample"):
        circular_shift_test(values, [5, 14], 6)
    with pytest.raises(ValueError, match="series has 19 observations; at least 20"):
        circular_shift_test(values[1:], [5], 6)


def test_shifts_that_tie_but_for_rounding_count():
    """A series that repeats itself: every tenth shift is the observed one again, but for the last digits."""
    values = np.tile([0.1, 0.7, 0.2, 0.3, 0.6, 0.1, 0.9, 0.4, 0.3, 0.2], 10)
    for unit in (1.0, 1e-7, 1e7):
        result = circular_shift_test(unit * values, [6, 36], 3)
        whole = np.rint(10 * values).astype(int)
        exact = np.array([whole[(6 + s + np.arange(1, 4)) % 100].sum() for s in range(100)])
        away = np.abs(exact - 3 * whole.mean())
        assert result.p == np.mean(away >= away[0] - 1e-9)


@pytest.mark.parametrize(("alpha", "outside"), [(0.05, 4), (0.10, 9)])
def test_the_interval_leaves_out_as_many_shifts_as_the_level_allows(alpha, outside):
    """Without overlap each shift counts on an interval around the estimate whose half-width is its distance."""
    statistic = np.r_[2.0, np.linspace(0.05, 4.95, 99) - 2.5]
    low, high = _invert(statistic, np.r_[1.0, np.zeros(99)], alpha)
    reach = np.sort(np.abs(statistic[1:]))[::-1]
    # The observed shift always counts; d is kept while more than alpha of the hundred count.
    assert high - 2.0 == pytest.approx(reach[outside])
    assert 2.0 - low == pytest.approx(reach[outside])


def test_a_pattern_that_cannot_leave_its_windows_bounds_nothing():
    statistic = np.r_[1.0, np.full(19, 0.5)]
    assert _invert(statistic, np.r_[1.0, np.ones(19)]) == (-np.inf, np.inf)
    assert np.isfinite(_invert(statistic, np.r_[1.0, np.full(19, 0.99)])).all()


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
        return np.mean(np.abs(shifted) >= abs(shifted[0]) - 1e-12)

    step = 1e-7
    assert p(result.ci_low + step) > 0.05 >= p(result.ci_low - step)
    assert p(result.ci_high - step) > 0.05 >= p(result.ci_high + step)
    assert p(0) == pytest.approx(result.p)


@pytest.mark.parametrize("horizon", [12, 36])
def test_the_benchmark_holds_no_event_window(horizon):
    """Twelve added to each window, almost no noise: at 36 months 68 % of the sample lie in windows, and a mean that
    holds them would leave 3.83."""
    events = np.array([30, 75, 90, 150, 210, 240, 310, 350, 400, 430])
    values = 1e-3 * np.random.default_rng(0).normal(size=480)
    treated = sorted({a + j for a in events.tolist() for j in range(1, horizon + 1)})
    values[treated] += 12 / horizon
    result = circular_shift_test(values, events, horizon)
    assert result.estimate == pytest.approx(12, abs=0.01)
    assert result.ci_low < 12 < result.ci_high < result.ci_low + 0.1
    raw = result.per_event.mean() - horizon * values.mean()
    assert raw == pytest.approx({12: 9.0, 36: 3.83}[horizon], abs=0.01)
    assert result.elsewhere == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("horizon", [12, 36])
def test_the_effect_it_can_detect_is_found_four_times_in_five(horizon):
    """Synthetic months, 11 events: an effect of 2.80 standard deviations of the raw statistic, said to be found in
    80 %, is found in .67 of the samples at 12 months and .38 at 36."""
    events = np.array([15, 95, 160, 190, 225, 290, 330, 410, 435, 500, 560])
    treated = sorted({a + j for a in events.tolist() for j in range(1, horizon + 1)})
    rng = np.random.default_rng(14)
    tests = [circular_shift_test(rng.normal(size=640), events, horizon) for _ in range(12)]
    detectable = np.mean([test.minimum_detectable_effect() for test in tests])

    def found(effect):
        raised = np.zeros(640)
        raised[treated] = effect / horizon
        samples = rng.normal(size=(150, 640)) + raised
        return np.mean([circular_shift_test(y, events, horizon).p <= 0.05 for y in samples])

    assert found(detectable) == pytest.approx(0.80, abs=0.09)
    naive = 2.80 * np.mean([test.se * (1 - test.treated_share) for test in tests])
    assert found(naive) < {12: 0.75, 36: 0.5}[horizon]


def test_power_is_the_share_of_places_in_which_the_test_rejects():
    values, at = np.random.default_rng(15).normal(size=60), np.array([5, 30])
    result = circular_shift_test(values, at, 4)
    treated = sorted({a + j for a in at.tolist() for j in range(1, 5)})
    noise = values.copy()
    noise[treated] -= result.estimate / 4
    for effect in (0.0, 3.0, -6.0, 12.0):
        rejected = []
        for place in range(60):
            raised = np.roll(noise, -place)
            raised[treated] += effect / 4
            rejected.append(circular_shift_test(raised, at, 4).p <= 0.05 + 1e-9)
        assert result.power(effect) == pytest.approx(np.mean(rejected))
    assert result.power(0.0) <= 0.05
    assert result.power(result.minimum_detectable_effect()) >= 0.75
    assert result.minimum_detectable_effect(power=0.5) < result.minimum_detectable_effect()
    assert result.minimum_detectable_effect(alpha=0.2) < result.minimum_detectable_effect()


def test_power_at_many_places_is_that_at_four_hundred_of_them():
    values = np.random.default_rng(16).normal(size=1_000)
    result = circular_shift_test(values, [100, 400, 700], 12, embargo=12)
    assert result.power(1e3) == 1.0
    assert 0.6 < result.power(result.minimum_detectable_effect()) <= 1.0


def test_no_effect_is_found_where_so_few_shifts_are_left_that_none_is_rare():
    values = np.random.default_rng(17).normal(size=30)
    result = circular_shift_test(values, [5], 2, embargo=14)
    assert len(result.shifted) == 16  # the smallest p is 1 / 16
    assert result.power(1e6) == 0.0
    assert result.minimum_detectable_effect() is None


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
    every = circular_shift_test(values, [10, 40, 70], 12).shifted
    kept = [s for s in range(120) if all((at + s) % 120 < 108 for at in (10, 40, 70))]
    assert result.shifted == pytest.approx(every[kept])
    # The observed pattern stays even where an event is among the last periods.
    late = circular_shift_test(values, [10, 100], 12, embargo=30)
    assert late.shifted[0] == late.estimate
    assert late.estimate == circular_shift_test(values, [10, 100], 12).estimate
    assert len(circular_shift_test(values, [10], 12, embargo=59).shifted) == 61
    for embargo in (60, -1, 1.5):
        with pytest.raises(ValueError, match=f"embargo is {embargo};"):
            circular_shift_test(values, [10], 12, embargo=embargo)


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
        (["2009-11"], 12, "the 12 periods after event 2009-11 are not all in the sample"),
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


@pytest.mark.parametrize("function", [sign_flip_exact, wilcoxon_exact, leave_out])
def test_dated_events_have_gaps_and_need_no_order(function):
    returns = [2.0, -1.0, 3.0, 1.5, 0.5, 4.0]
    months = pd.PeriodIndex(
        ["2019-08", "1995-07", "1998-09", "2001-01", "2007-09", "2024-09"], freq="M"
    )
    assert function(pd.Series(returns, months)).estimate == function(returns).estimate


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(-9, 9), min_size=3, max_size=8, unique=True),
    st.data(),
)
def test_groups_are_the_full_enumeration(x, data):
    k = data.draw(st.integers(1, len(x) - 1))
    values = np.array(x, dtype=float)
    differences = [
        values[list(one)].mean() - np.delete(values, one).mean()
        for one in combinations(range(len(x)), k)
    ]
    result = group_permutation_exact(pd.Series(values), range(k))
    assert result.arrangements == len(differences)
    assert result.estimate == pytest.approx(differences[0])
    assert result.p == pytest.approx(np.mean(np.abs(differences) >= abs(differences[0]) - 1e-9))
    assert result.p_greater == pytest.approx(
        np.mean(np.array(differences) >= differences[0] - 1e-9)
    )


def test_the_best_group_of_seven_among_forty_nine_is_one_in_86_million():
    result = group_permutation_exact(pd.Series(np.arange(49.0) ** 2), range(42, 49))
    assert result.arrangements == 85_900_584
    assert result.p_greater == pytest.approx(1 / 85_900_584)


def test_a_group_needs_members_others_and_labels_of_the_sample():
    x = pd.Series([1.0, 2.0, np.nan], list("abc"))
    for chosen, word in (
        (["z"], "'z' is no unit"),
        (["c"], "0 of 2 units"),
        (["a", "b"], "2 of 2"),
    ):
        with pytest.raises(ValueError, match=word):
            group_permutation_exact(x, chosen)
    assert group_permutation_exact(x, ["b", "c"]).n == 2
