"""Exact tests for a handful of events or pairs: every rearrangement is enumerated, none is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.stats._checks import check_horizon, check_series, positions

# Sums closer than this share of the largest are the same sum: floating-point order must not decide a tie.
_TIE = 1e-9


@dataclass(frozen=True)
class CircularShift:
    """Mean return after the events, minus its unconditional mean, against every shift of the event pattern."""

    estimate: float
    se: float
    p: float
    ci_low: float
    ci_high: float
    horizon: int
    n: int
    n_effective: int
    per_event: pd.Series
    unconditional: float
    shifted: np.ndarray


def circular_shift_test(series, events, horizon: int, *, embargo: int = 0) -> CircularShift:
    """Is the sum of the `horizon` periods after the events unusual? Exact answer from all circular shifts.

    The whole pattern of events slides round the sample, so that spacing, overlap of the windows and serial
    correlation of the series stay as they are; p is the share of shifts (the observed one included) whose
    statistic is at least as far from the unconditional mean. Null hypothesis: the events fall without regard to
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
        ``estimate``: mean over events minus ``unconditional`` (horizon x the mean of the series); ``se``: standard
        deviation of the shifted statistics, also the one for a minimum detectable effect; ``ci``: all effects,
        added evenly over the windows, that the test does not reject at 5 %; ``n_effective``: windows that do not
        overlap; ``shifted``: the statistic under every shift kept, the observed one first.

    Raises
    ------
    ValueError
        Bad series; events outside the sample, repeated, or whose window is not over at the end of the sample.

    Notes
    -----
    The smallest possible p is 1 / (number of shifts); with few events power is low: print the minimum detectable
    effect. With ``embargo`` above 0 the shifts no longer form a group and p is approximate.

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
        raise ValueError(f"embargo is {embargo}; give a whole number of periods below half of the sample.")

    windows = _circular_window_sum(values, horizon)
    unconditional = horizon * values.mean()
    shifted_at = (at[None, :] + np.arange(n)[:, None]) % n
    kept = (shifted_at < n - embargo).all(axis=1)
    kept[0] = True
    shifted_at = shifted_at[kept]
    statistic = windows[shifted_at].mean(axis=1) - unconditional

    treated = np.zeros(n)
    treated[(at[:, None] + np.arange(1, horizon + 1)).ravel()] = 1.0
    # Share of an effect on the observed windows that a shifted pattern still picks up; 1 for the observed one.
    overlap = (_circular_window_sum(treated, horizon) / horizon)[shifted_at].mean(axis=1)
    low, high = _invert(statistic, overlap)
    starts = np.diff(at, prepend=at[0] - horizon)
    return CircularShift(
        estimate=float(statistic[0]),
        se=float(statistic.std()),
        p=float(_at_least(np.abs(statistic), abs(statistic[0])).mean()),
        ci_low=low,
        ci_high=high,
        horizon=horizon,
        n=n,
        n_effective=_count_apart(starts, horizon),
        per_event=pd.Series(windows[at], index=at if index is None else index[at], name="sum after event"),
        unconditional=float(unconditional),
        shifted=statistic,
    )


def _circular_window_sum(values: np.ndarray, horizon: int) -> np.ndarray:
    """Sum of the `horizon` values after each position, going round the end."""
    return np.lib.stride_tricks.sliding_window_view(np.r_[values, values[:horizon]][1:], horizon).sum(axis=-1)


def _invert(statistic: np.ndarray, overlap: np.ndarray, alpha: float = 0.05) -> tuple[float, float]:
    """Effects d with p(d) > alpha, where shift s counts if |statistic_s - d overlap_s| >= |statistic_0 - d|.

    Because overlap is below 1, each shift counts exactly on an interval around the estimate, whose ends are
    linear roots; p falls away from the estimate on both sides and the confidence set is an interval.
    """
    observed = statistic[0]
    # A shift that still covers the same windows always counts: its interval is the whole line.
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (observed - statistic) / (1 - overlap)
        two = (observed + statistic) / (1 + overlap)
    same = overlap >= 1 - _TIE
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


def _at_least(values: np.ndarray, threshold: float) -> np.ndarray:
    scale = max(abs(threshold), float(np.max(np.abs(values), initial=0.0)))
    return values >= threshold - _TIE * scale
