"""How slowly a persistent series comes back: AR(1) with the small-sample bias removed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from helpers.stats._checks import Observations, check_draws, check_series

# Roots at which the distribution of the least-squares estimate is simulated; dense near one, where it bends.
_ROOTS = np.array(
    [0.0, 0.3, 0.5, 0.7, 0.8, 0.86, 0.9, 0.93, 0.95, 0.965, 0.975, 0.985, 0.99, 0.995, 0.998, 1.0]
)
_CELLS = 100_000  # of noise held at once: more would not fit into the cache of a core


@dataclass(frozen=True)
class HalfLife:
    """Median-unbiased root and half-life of an AR(1); periods, infinite where the root may be one."""

    estimate: float
    ci_low: float
    ci_high: float
    root: float
    root_low: float
    root_high: float
    ols_root: float
    ols_half_life: float
    n: int


def half_life(x: Observations, draws: int = 2_000, rng: np.random.Generator | int = 0) -> HalfLife:
    """Half-life of deviations of an AR(1) with intercept, median-unbiased.

    Least squares says that a persistent series comes back faster than it does. The estimate here is the root for
    which the median of the least-squares estimate equals the one found; the interval inverts its 2.5 and 97.5
    percent points in the same way.

    Parameters
    ----------
    x : Series or array of shape (n,)
        At least 30 observations in time order, no gaps.
    draws : int
        Simulated series a root.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    HalfLife
        ``estimate`` and ends in periods, ``log(0.5) / log(root)``; infinite at a root of one.

    Raises
    ------
    ValueError
        Too short, constant, missing or infinite values, gaps.

    Notes
    -----
    Exact for Gaussian AR(1) errors and a stationary start; a series with more dynamics, or with breaks of its mean,
    looks more persistent than it is. Roots below zero count as zero.

    References
    ----------
    Andrews (1993), doi:10.2307/2951781.

    Examples
    --------
    >>> noise = np.random.default_rng(0).normal(size=400)
    >>> result = half_life(lfilter([1.0], [1.0, -0.9], noise), draws=500)
    >>> result.root > result.ols_root, 3 < result.estimate < 14
    (True, True)
    """
    values = check_series(x, minimum=30)
    n, draws = len(values), check_draws(draws)
    values = (values - values.min()) / np.ptp(values)  # squares of any unit are numbers
    if np.ptp(values[:-1]) == 0:
        raise ValueError("x is constant but for its last value; nothing can be estimated from it.")
    ols = float(_slope(values[None, :])[0])
    slopes = _simulated_slopes(n, draws, np.random.default_rng(rng))
    quantiles = np.quantile(slopes, [0.025, 0.5, 0.975], axis=1).T
    low_of, median_of, high_of = np.maximum.accumulate(quantiles).T
    root = float(np.interp(ols, median_of, _ROOTS))
    # A large estimate is likely under a large root: its lower end is where the estimate is as high as 97.5 percent.
    root_low, root_high = (
        float(np.interp(ols, high_of, _ROOTS)),
        float(np.interp(ols, low_of, _ROOTS)),
    )
    return HalfLife(
        estimate=_periods(root),
        ci_low=_periods(root_low),
        ci_high=_periods(root_high),
        root=root,
        root_low=root_low,
        root_high=root_high,
        ols_root=ols,
        ols_half_life=_periods(ols),
        n=n,
    )


def _simulated_slopes(n: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Least-squares slopes of simulated series, shape (roots, draws), the same series for every root."""
    rows = max(1, _CELLS // n)
    counts = [min(rows, draws - first) for first in range(0, draws, rows)]
    # The starts are drawn after all the noise, which is then drawn again in parts: it need not be held at once.
    again = deepcopy(rng)
    for count in counts:
        rng.standard_normal((count, n))
    starts = np.split(rng.standard_normal(draws), np.cumsum(counts)[:-1])
    parts = []
    for count, start in zip(counts, starts, strict=True):
        noise = again.standard_normal((count, n))
        parts.append([_slope(_simulate(root, noise, start)) for root in _ROOTS])
    return np.concatenate(parts, axis=1)


def _simulate(root: float, noise: np.ndarray, start: np.ndarray) -> np.ndarray:
    """AR(1) series by row, started from their stationary law (at zero for a unit root)."""
    shocks = noise.copy()
    if root < 1:
        shocks[:, 0] = start / np.sqrt(1 - root**2)
    return lfilter([1.0], [1.0, -root], shocks)


def _slope(x: np.ndarray) -> np.ndarray:
    """Least-squares slope on the own past, with intercept, by row."""
    past, now = x[:, :-1], x[:, 1:]
    past = past - past.mean(axis=1, keepdims=True)
    return (past * now).sum(axis=1) / (past**2).sum(axis=1)


def _periods(root: float) -> float:
    if root >= 1:
        return float("inf")
    return float(np.log(0.5) / np.log(root)) if root > 0 else 0.0
