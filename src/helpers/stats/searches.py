"""A search for the best window: measured by each window's own swings, and what the search could have found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.stats._checks import Observations, check_draws, check_horizon, check_series
from helpers.stats.bootstrap import optimal_block, resample_statistic, stationary_indices
from helpers.stats.windows import sup_window, window_means

if TYPE_CHECKING:
    from distributed import Client

_LEVEL = 0.05


@dataclass(frozen=True)
class StudentisedWindow:
    """The window that stands out most against its own swings, and how often chance alone shows one as good."""

    estimate: float
    start: object
    end: object
    p: float
    null: np.ndarray
    window: int
    block: float
    draws: int
    n: int


def studentised_window(
    x: Observations,
    window: int,
    block: float | None = None,
    draws: int = 9_999,
    rng: np.random.Generator | int = 0,
    *,
    client: Client | None = None,
) -> StudentisedWindow:
    """Largest t of all windows of one length, and how often chance alone shows one as large.

    The best mean of :func:`sup_window` is most easily had where a series swings most; here the mean of each window
    beyond that of the sample is divided by the window's own standard error. Null hypothesis, one-sided: no window is
    better than the mean of the whole; stationary bootstrap samples of the whole series, each against its own mean.

    Parameters
    ----------
    x : Series or array of shape (n,)
        Returns in time order, no gaps.
    window : int
        Length in periods, at least 2 and less than half of the sample.
    block : float, optional
        Mean block length; default: the optimal one.
    draws : int
        Bootstrap samples.
    rng : Generator or int
        Source of randomness; an int is a seed.
    client : dask.distributed.Client, optional
        Shares the draws among its workers, which need this package; the numbers stay the same.

    Returns
    -------
    StudentisedWindow
        ``estimate`` is the t of the best window ``start`` .. ``end``, without unit; ``p`` the chance that some window
        of this length has one as large; ``null`` the largest t of each draw.

    Raises
    ------
    ValueError
        Bad series, window, block or draws.

    Notes
    -----
    The standard error takes the periods of a window for independent, in the sample as in each draw: dependence widens
    both.

    References
    ----------
    White (2000), doi:10.1111/1468-0262.00152, and Hansen (2005), doi:10.1198/073500105000000063, on studentising a
    search; Politis and Romano (1994), doi:10.1080/01621459.1994.10476870, for the null.

    Examples
    --------
    >>> returns = np.random.default_rng(0).normal(size=240)
    >>> result = studentised_window(returns, window=24, block=6, draws=199, rng=1)
    >>> 0 < result.p <= 1
    True
    """
    values = check_series(x, minimum=20)
    n, draws = len(values), check_draws(draws)
    window = check_horizon(window, n, "window")
    if window < 2:
        raise ValueError(f"window is {window}; a standard error needs at least 2 periods.")
    block = optimal_block(values) if block is None else block
    labels = x.index if isinstance(x, pd.Series) else pd.RangeIndex(n)
    t = _window_t(values[None, :], window)[0]
    best = int(np.argmax(t))

    def largest(samples: np.ndarray, axis: int) -> np.ndarray:
        return _window_t(samples, window).max(axis=axis)

    null = resample_statistic(values, largest, block=block, draws=draws, rng=rng, client=client)
    return StudentisedWindow(
        estimate=float(t[best]),
        start=labels[best],
        end=labels[best + window - 1],
        p=float((1 + (null >= t[best] - 1e-9).sum()) / (1 + draws)),
        null=null,
        window=window,
        block=float(block),
        draws=draws,
        n=n,
    )


def search_power(
    x: Observations,
    window: int,
    effect: float,
    block: float,
    *,
    histories: int = 199,
    draws: int = 199,
    rng: np.random.Generator | int = 0,
) -> float:
    """Chance that :func:`sup_window` finds at 5 % one window in which the mean is higher by `effect`.

    Parameters
    ----------
    x : Series or array of shape (n,)
        A history without such a window, from which others are drawn.
    window : int
        Length in periods of the window that is raised, and searched for.
    effect : float
        By how much its mean is higher, in the unit of `x`, at least 0; at 0 the answer is the size of the test.
    block : float
        Mean block length of the histories, and of the test.
    histories : int
        Simulated histories: stationary bootstrap samples of `x`, one window at a random place raised.
    draws : int
        Bootstrap samples of each test.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    float
        Share of the histories in which ``p`` is at most 0.05; its standard error is sqrt(p (1 - p) / histories).

    Raises
    ------
    ValueError
        Bad series, window, block, draws, or a negative effect.

    References
    ----------
    White (2000), doi:10.1111/1468-0262.00152.

    Examples
    --------
    >>> returns = np.random.default_rng(0).normal(size=240)
    >>> search_power(returns, 24, effect=3.0, block=1, histories=39, draws=39)
    1.0
    """
    values = check_series(x, minimum=20)
    n, histories = len(values), check_draws(histories)
    window = check_horizon(window, n, "window")
    if not effect >= 0:
        raise ValueError(f"effect is {effect}; give by how much the window is higher, at least 0.")
    rng = np.random.default_rng(rng)
    found = 0
    for history in values[stationary_indices(n, block, histories, rng)]:
        first = rng.integers(0, n - window + 1)
        history[first : first + window] += effect
        found += sup_window(history, window, block, draws, rng).p <= _LEVEL
    return found / histories


def _window_t(samples: np.ndarray, window: int) -> np.ndarray:
    """Mean of every window along the last axis beyond that of its row, over its standard error."""
    away = samples - samples.mean(axis=-1, keepdims=True)
    mean = window_means(away, window)
    square = window_means(np.square(away, out=away), window)
    still = 1e-12 * square.max(axis=-1, keepdims=True)
    variance = np.subtract(square, mean**2, out=square)
    moves = variance > still
    # A window that never moves has no t; rounding must not make it the best.
    np.divide(variance, window - 1, out=variance)
    np.sqrt(variance, out=variance, where=moves)
    t = np.divide(mean, variance, out=mean, where=moves)
    t[~moves] = 0.0
    return t
