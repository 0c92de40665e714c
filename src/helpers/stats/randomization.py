"""Exact tests for a handful of events or pairs: every rearrangement is enumerated, none is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from helpers.stats._checks import Observations, check_horizon, check_series, positions

# Sums closer than this share of the largest are the same sum: floating-point order must not decide a tie.
_TIE = 1e-9
_PLACES = 400  # of the events in the sample, at which power is simulated
_CELLS = 1_000_000  # held at once
_STEPS = 4_000  # of the range of values whose sums are counted


@dataclass(frozen=True)
class CircularShift:
    """Mean return after the events, less that of the other periods, against every shift of the event pattern."""

    estimate: float
    se: float
    p: float
    ci_low: float
    ci_high: float
    horizon: int
    n: int
    n_effective: int
    per_event: pd.Series
    elsewhere: float
    shifted: np.ndarray
    treated_share: float
    _noise: np.ndarray = field(repr=False)
    _overlap: np.ndarray = field(repr=False)
    _kept: np.ndarray = field(repr=False)

    def power(self, effect: float, alpha: float = 0.05) -> float:
        """Chance that this test finds an effect of the given size, wherever in the sample the events had fallen.

        Simulated by moving the series, less the effect estimated, round the events: its own noise, every place (or
        four hundred evenly spread) once. An effect also moves what the events are compared with, which no standard
        error knows.
        """
        places = self._kept[:: -(-len(self._kept) // _PLACES)]
        found = 0
        twice_round = np.concatenate([self._noise, self._noise])
        for part in np.array_split(places, -(-len(places) * len(self._kept) // _CELLS)):
            away = twice_round[part[:, None] + self._kept]
            away += effect * self._overlap
            np.abs(away, out=away)
            reached = np.abs(self._noise[part] + effect) - _TIE * away.max(initial=0.0)
            as_far = np.count_nonzero(away >= reached[:, None], axis=1) / away.shape[1]
            found += int(np.count_nonzero(as_far <= alpha + _TIE))
        return float(found / len(places))

    def minimum_detectable_effect(self, alpha: float = 0.05, power: float = 0.80) -> float | None:
        """Smallest effect found with the given power, mean of both signs; None where no effect is found so often.

        That happens where few shifts are free of the observed windows, or fewer than 1 / alpha are left at all.
        """

        def both(effect: float) -> float:
            return (self.power(effect, alpha) + self.power(-effect, alpha)) / 2

        low, high = 0.0, 2 * self.se
        while both(high) < power:
            low, high = high, 2 * high
            if high > 1e3 * self.se:
                return None
        while high - low > 5e-3 * high:
            middle = (low + high) / 2
            low, high = (low, middle) if both(middle) >= power else (middle, high)
        return high


def circular_shift_test(
    series: Observations, events: Iterable, horizon: int, *, embargo: int = 0
) -> CircularShift:
    """Is the sum of the `horizon` periods after the events unusual? Exact answer from all circular shifts.

    The whole pattern of events slides round the sample, so that spacing, overlap of the windows and serial
    correlation of the series stay as they are; p is the share of shifts (the observed one included) whose
    statistic is at least as far from zero. Null hypothesis: the events fall without regard to
    the series (the series is stationary round the circle), two-sided.

    Parameters
    ----------
    series : Series or array of shape (n,)
        One-period log returns in time order, no gaps.
    events : sequence
        Dates of the index, or integer positions where the series has none. A window starts the period after.
    horizon : int
        Periods in a window.
    embargo : int
        The sample is joined end to start, so a shifted window can straddle the seam and mix the first periods
        with the last. Shifts with an event in the last `embargo` periods are left out: ``embargo=horizon``
        leaves out every such window at the price of fewer shifts; 0 keeps all shifts, for which p is exact.

    Returns
    -------
    CircularShift
        ``estimate``: mean over events minus ``elsewhere``, what `horizon` periods outside the windows bring. It is
        the mean over events less horizon x the mean of the series, divided by 1 - ``treated_share``: the mean of the
        series holds the windows themselves, whose share of the sample that is. ``se``: standard deviation of the
        shifted statistics; ``ci``: all effects, added evenly over the windows, that the test does not reject at 5 %
        (shifts that cover so little of the windows that an effect moves them more than the observed ones count
        always, hence the interval may be infinite where windows fill half of the sample); ``n_effective``: windows
        that do not overlap; ``shifted``: the statistic under every shift kept, the observed one first.

    Raises
    ------
    ValueError
        Bad series; events outside the sample, repeated, or whose window is not over at the end of the sample.

    Notes
    -----
    The smallest possible p is 1 / (number of shifts); with few events power is low: print
    ``minimum_detectable_effect()``, which is that of this test (2.80 ``se`` is too small). With ``embargo`` above 0
    the shifts no longer form a group and p is approximate.

    References
    ----------
    Lehmann and Romano (2005), Testing Statistical Hypotheses, doi:10.1007/0-387-27605-X, section 15.2:
    randomization under a group, here the rotations of the sample.

    Examples
    --------
    >>> returns = np.random.default_rng(0).normal(size=240)
    >>> result = circular_shift_test(returns, events=[30, 90, 150], horizon=12)
    >>> len(result.shifted), result.n_effective
    (240, 3)
    """
    values = check_series(series, "series", minimum=20)
    n = len(values)
    horizon = check_horizon(horizon, n)
    index = series.index if isinstance(series, pd.Series) else None
    at = positions(events, index, n)
    late = at[at + horizon >= n]
    if len(late):
        label = late[0] if index is None else index[late[0]]
        raise ValueError(
            f"the {horizon} periods after event {label} are not all in the sample; leave it out."
        )
    if embargo != int(embargo) or not 0 <= embargo < n / 2:
        raise ValueError(
            f"embargo is {embargo}; give a whole number of periods below half of the sample."
        )

    windows = circular_window_sum(values, horizon)
    treated = np.zeros(n)
    treated[(at[:, None] + np.arange(1, horizon + 1)).ravel()] = 1.0
    share = float(treated.mean())
    shifted_at = (at[None, :] + np.arange(n)[:, None]) % n
    kept = np.all(shifted_at < n - embargo, axis=1)
    kept[0] = True
    # An effect on the windows raises the mean of the series by their share: what is left of it is 1 - share.
    everywhere = (windows[shifted_at].mean(axis=1) - horizon * values.mean()) / (1 - share)
    # What a shifted pattern picks up of an effect on the observed windows; 1 for the observed one.
    covered = (circular_window_sum(treated, horizon) / horizon)[shifted_at].mean(axis=1)
    picked_up = (covered - share) / (1 - share)
    statistic, overlap = everywhere[kept], picked_up[kept]
    away = np.abs(statistic)
    low, high = _invert(statistic, overlap)
    starts = np.diff(at, prepend=at[0] - horizon)
    return CircularShift(
        estimate=float(statistic[0]),
        se=float(statistic.std()),
        p=float((away >= away[0] - _TIE * away.max()).mean()),
        ci_low=low,
        ci_high=high,
        horizon=horizon,
        n=n,
        n_effective=_count_apart(starts, horizon),
        per_event=pd.Series(
            windows[at], index=at if index is None else index[at], name="sum after event"
        ),
        elsewhere=float(windows[at].mean() - statistic[0]),
        shifted=statistic,
        treated_share=share,
        _noise=everywhere - statistic[0] * picked_up,
        _overlap=overlap,
        _kept=np.flatnonzero(kept),
    )


@dataclass(frozen=True)
class SignFlip:
    """Mean of a few symmetric observations against all sign patterns."""

    estimate: float
    total: float
    count: int
    arrangements: int
    p: float
    ci_low: float
    ci_high: float
    n: int


def sign_flip_exact(x: Observations) -> SignFlip:
    """Fisher's exact randomization test of the mean: every one of the 2^n sign patterns is enumerated.

    Null hypothesis: the observations are independent and symmetric about zero (for differences of pairs: either
    order was as likely), two-sided.

    Parameters
    ----------
    x : Series or array of shape (n,)
        2 to 22 observations, e.g. one excess return an event.

    Returns
    -------
    SignFlip
        ``count`` of the ``arrangements`` = 2^n have a sum at least as large in absolute value and of the same
        sign as ``total``; ``p`` is twice that share, at most 1. ``ci``: all centres of symmetry that are not
        rejected at 5 % (Hartigan: order statistics of the means of all subsets), infinite below 6 observations,
        where no arrangement is rare enough.

    Raises
    ------
    ValueError
        Fewer than 2 or more than 22 observations, all zero, missing or infinite values.

    Notes
    -----
    The smallest possible p is 2 / 2^n: five events can never be significant at 5 %.

    References
    ----------
    Fisher (1935), The Design of Experiments, section 21. Hartigan (1969), doi:10.1080/01621459.1969.10501057.

    Examples
    --------
    >>> sign_flip_exact([1.0, 2.0, 3.0, 4.0, 5.0]).p
    0.0625
    """
    values = _check_few(x)
    n = len(values)
    total = float(values.sum())
    # Sums and sizes of all subsets, by doubling: with or without each observation.
    sums, sizes = np.zeros(1), np.zeros(1, dtype=np.int8)
    for value in values:
        sums = np.concatenate([sums, sums + value])
        sizes = np.concatenate([sizes, sizes + np.int8(1)])
    # Flipping a subset lowers the sum by twice the sum of the subset; as many patterns reach |total| as reach -|total|.
    count = int((total - 2 * sums >= abs(total) - _TIE * np.abs(values).sum()).sum())
    arrangements = len(sums)
    rank = int(np.floor(0.025 * arrangements))
    low, high = -np.inf, np.inf
    if rank:
        ends = [rank - 1, -rank]
        low, high = np.partition(sums[1:] / sizes[1:], ends)[ends]
    return SignFlip(
        estimate=total / n,
        total=total,
        count=count,
        arrangements=arrangements,
        p=min(1.0, 2 * count / arrangements),
        ci_low=float(low),
        ci_high=float(high),
        n=n,
    )


@dataclass(frozen=True)
class Wilcoxon:
    """Hodges-Lehmann centre of a few symmetric observations with the exact signed-rank test."""

    estimate: float
    w: float
    p: float
    ci_low: float
    ci_high: float
    n: int


def wilcoxon_exact(x: Observations) -> Wilcoxon:
    """Wilcoxon's signed-rank test with its exact distribution, ties included.

    Null hypothesis: the observations are independent and symmetric about zero, two-sided. Zeros are left out and
    tied sizes share their mean rank, as Wilcoxon proposed; the distribution is that of the ranks at hand.

    Parameters
    ----------
    x : Series or array of shape (n,)
        2 to 50 observations.

    Returns
    -------
    Wilcoxon
        ``w`` is the smaller of the two rank sums; ``estimate`` the median of all pairwise means (Hodges-Lehmann),
        with the interval of centres not rejected at 5 %, infinite below 6 observations; ``n`` counts the
        observations that are not zero.

    Raises
    ------
    ValueError
        Fewer than 2 or more than 50 observations, all zero, missing or infinite values.

    References
    ----------
    Wilcoxon (1945), doi:10.2307/3001968. Hodges and Lehmann (1963), doi:10.1214/aoms/1177704172.

    Examples
    --------
    >>> result = wilcoxon_exact([1.0, 2.0, 3.0, 4.0, -5.0, 6.0])
    >>> result.w, result.p
    (5.0, 0.3125)
    """
    values = _check_few(x, most=50)
    used = values[values != 0]
    ranks = rankdata(np.abs(used))
    w = min(ranks[used > 0].sum(), ranks[used < 0].sum())
    lower_tail = _signed_rank_tail(ranks)
    first, second = np.triu_indices(len(values))
    walsh = np.sort((values[first] + values[second]) / 2)
    # Pairwise means beyond the largest rank sum whose tail is rare enough; without ties in the data.
    rare = int((_signed_rank_tail(np.arange(1, len(values) + 1))[::2] <= 0.025).sum())
    return Wilcoxon(
        estimate=float(np.median(walsh)),
        w=float(w),
        p=float(min(1.0, 2 * lower_tail[round(2 * w)])),
        ci_low=float(walsh[rare - 1]) if rare else -np.inf,
        ci_high=float(walsh[-rare]) if rare else np.inf,
        n=len(used),
    )


def _signed_rank_tail(ranks: np.ndarray) -> np.ndarray:
    """P(sum of the positive ranks <= s / 2) for s = 0, 1, 2, ...: half steps, because ties have half ranks."""
    steps = np.rint(2 * ranks).astype(int)
    law = np.zeros(steps.sum() + 1)
    law[0] = 1.0
    for step in steps:
        moved = np.zeros_like(law)
        moved[step:] = law[: len(law) - step]
        law = (law + moved) / 2
    return np.cumsum(law)


@dataclass(frozen=True)
class GroupPermutation:
    """Mean of some units less that of the others, against every group of as many."""

    estimate: float
    p: float
    p_greater: float
    arrangements: int
    n: int
    chosen: int


def group_permutation_exact(x: pd.Series, chosen: Iterable) -> GroupPermutation:
    """Do some units stand out among all? Exact answer from all groups of as many, counted and not drawn.

    The sums of all groups of one size are counted by adding one unit after the other (Pagano and Tritchler), which
    takes a moment where listing the 86 million groups of 7 among 49 would not. Null hypothesis: every group of this
    size was as likely to be the one chosen (the units are exchangeable), two-sided.

    Parameters
    ----------
    x : Series of shape (n,)
        One value a unit; missing ones are left out.
    chosen : sequence of labels
        The group, named before the values were seen; members without a value are left out.

    Returns
    -------
    GroupPermutation
        ``estimate``: mean of the group less the mean of the others; ``p``: share of the ``arrangements`` whose
        difference is at least as large in size, ``p_greater`` as large and of its sign upwards.

    Raises
    ------
    ValueError
        Nobody chosen or nobody else, a label that is no unit, all values equal, more than a thousand units.

    Notes
    -----
    Values are rounded to a 4,000th of their range before they are added; sums that rounding cannot tell apart are ties,
    which errs towards no finding and which no rank of real returns notices. Units
    that move together (industries of one supply chain) are not exchangeable: p is then too small, and the place of the
    same group among other dates says more.

    References
    ----------
    Pagano and Tritchler (1983), doi:10.1080/01621459.1983.10477990. Fisher (1935), The Design of Experiments.

    Examples
    --------
    >>> result = group_permutation_exact(pd.Series([1.0, 2.0, 3.0, 9.0], list("abcd")), ["d"])
    >>> result.estimate, result.p, result.p_greater
    (7.0, 0.25, 0.25)
    """
    labels = list(chosen)
    if unknown := [one for one in labels if one not in x.index]:
        raise ValueError(f"{unknown[0]!r} is no unit of x; name some of its labels.")
    known = x.dropna()
    inside = known.index.isin(labels)
    values = check_series(known.to_numpy(), minimum=2)
    n, k = len(values), int(inside.sum())
    if not 0 < k < n or n > 1_000:
        raise ValueError(f"{k} of {n} units are chosen; need some and others, and 1,000 at most.")
    steps = np.rint((values - values.min()) * (_STEPS / np.ptp(values))).astype(int)
    sums = np.zeros((k + 1, k * _STEPS + 1))
    sums[0, 0] = 1.0
    for step in steps:
        sums[1:, step:] += sums[:-1, : sums.shape[1] - step]
    total, law = int(steps[inside].sum()), sums[k]
    middle = k * steps.sum() / n  # expected under the null; both tails are as far from it
    away = np.abs(np.arange(len(law)) - middle)
    return GroupPermutation(
        estimate=float(values[inside].mean() - values[~inside].mean()),
        p=float(law[away >= abs(total - middle) - k].sum() / law.sum()),
        p_greater=float(law[max(0, total - k) :].sum() / law.sum()),
        arrangements=comb(n, k),
        n=n,
        chosen=k,
    )


@dataclass(frozen=True)
class LeaveOut:
    """A statistic without each observation and without each pair."""

    estimate: float
    one: pd.Series
    two: pd.Series
    low: float
    high: float
    n: int

    @property
    def same_sign(self) -> bool:
        """Whether no observation and no pair can be dropped to change the sign."""
        return bool(np.sign(self.low) == np.sign(self.high) == np.sign(self.estimate))


def leave_out(x: Observations, statistic: Callable = np.mean) -> LeaveOut:
    """How much one or two observations decide: the statistic without each of them and without each pair.

    Parameters
    ----------
    x : Series or array of shape (n,)
        4 to 60 observations, e.g. one excess return an event.
    statistic : callable
        From an array to a number, e.g. ``np.mean``, ``np.median``.

    Returns
    -------
    LeaveOut
        ``one`` indexed by what was left out, ``two`` by pairs; ``low`` and ``high`` over both.

    Raises
    ------
    ValueError
        Fewer than 4 or more than 60 observations, missing or infinite values.

    References
    ----------
    Efron (1982), doi:10.1137/1.9781611970319, on the delete-d jackknife.

    Examples
    --------
    >>> result = leave_out([1.0, 1.0, 1.0, 9.0])
    >>> result.estimate, result.low, result.high
    (3.0, 1.0, 5.0)
    """
    values = _check_few(x, most=60, least=4)
    labels = x.index if isinstance(x, pd.Series) else pd.RangeIndex(len(values))
    singles = list(combinations(range(len(values)), 1))
    pairs = list(combinations(range(len(values)), 2))
    one, two = (
        [float(statistic(np.delete(values, out))) for out in outs] for outs in (singles, pairs)
    )
    return LeaveOut(
        estimate=float(statistic(values)),
        one=pd.Series(one, index=labels, name="without"),
        two=pd.Series(
            two,
            index=pd.MultiIndex.from_tuples([(labels[i], labels[j]) for i, j in pairs]),
            name="without both",
        ),
        low=min(one + two),
        high=max(one + two),
        n=len(values),
    )


def _check_few(x: Observations, most: int = 22, least: int = 2) -> np.ndarray:
    # Events have gaps and need no order: their dates are not looked at.
    values = check_series(
        x.to_numpy() if isinstance(x, pd.Series) else x, minimum=least, varying=False
    )
    if len(values) > most:
        raise ValueError(
            f"x has {len(values)} observations; the exact test takes at most {most}, use mean_hac."
        )
    if not values.any():
        raise ValueError("x is all zero; there is no effect to test.")
    return values


def circular_window_sum(values: np.ndarray, horizon: int) -> np.ndarray:
    """Sum of the `horizon` values after each position, going round the end."""
    return np.lib.stride_tricks.sliding_window_view(
        np.r_[values, values[:horizon]][1:], horizon
    ).sum(axis=1)


def _invert(statistic: np.ndarray, overlap: np.ndarray, alpha: float = 0.05) -> tuple[float, float]:
    """Effects d with p(d) > alpha, where shift s counts if |statistic_s - d overlap_s| >= |statistic_0 - d|.

    Where overlap lies between -1 and 1, a shift counts exactly on an interval around the estimate, whose ends are
    linear roots; p falls away from the estimate on both sides and the confidence set is an interval.
    """
    observed = statistic[0]
    # A shift that still covers the same windows, or so little that it moves more than they do, always counts.
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (observed - statistic) / (1 - overlap)
        two = (observed + statistic) / (1 + overlap)
    same = (overlap >= 1 - _TIE) | (overlap <= -1 + _TIE)
    lows = np.where(same, -np.inf, np.minimum(one, two))
    highs = np.where(same, np.inf, np.maximum(one, two))
    needed = int(np.floor(alpha * len(statistic) + _TIE)) + 1
    return float(np.sort(lows)[needed - 1]), float(np.sort(highs)[-needed])


def _count_apart(spacing: np.ndarray, horizon: int) -> int:
    """Events left when one that falls into the window of the last one kept is passed over."""
    count, since = 0, horizon
    for step in spacing:
        since += step
        if since >= horizon:
            count, since = count + 1, 0
    return count
