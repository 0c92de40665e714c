"""Stationary bootstrap without a Python loop over the draws."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from helpers.stats._checks import Observations, check_draws, check_series

# Cells handled at once: keeps the working set within the processor's cache, whatever the number of draws.
_CELLS = 50_000


@dataclass(frozen=True)
class BootstrapCI:
    """Statistic with its bootstrap standard error and 95 % interval."""

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    n: int
    block: float
    draws: int
    interval: str


def bootstrap_ci(
    x: Observations,
    statistic: Callable = np.mean,
    block: float | None = None,
    draws: int = 9_999,
    rng: np.random.Generator | int = 0,
    *,
    interval: str = "percentile",
) -> BootstrapCI:
    """95 % interval of a statistic of a dependent series by the stationary bootstrap.

    Parameters
    ----------
    x : Series or array of shape (n,)
        At least 10 observations in time order.
    statistic : callable
        ``statistic(samples, axis=-1)`` if it knows ``axis`` (numpy and scipy functions do), else
        ``statistic(sample)``, which is called once a draw and is slow.
    block : float, optional
        Mean block length in periods, at least 1. Default: the optimal one of Politis and White with the 2009
        correction, as computed by `arch`.
    draws : int
        Bootstrap samples.
    rng : Generator or int
        Source of randomness; an int is a seed.
    interval : {"percentile", "basic"}
        ``percentile``: quantiles of the draws, respects the range of the statistic and transformations of it.
        ``basic``: twice the estimate minus those quantiles, which removes a bias that the draws show.

    Returns
    -------
    BootstrapCI

    Raises
    ------
    ValueError
        Bad series, block, draws or interval name; a statistic that returns non-finite values.

    Notes
    -----
    Blocks must be long against the dependence and many against the sample: with n / block under some 20 the
    interval is too narrow.

    References
    ----------
    Politis and Romano (1994), doi:10.1080/01621459.1994.10476870. Patton, Politis and White (2009),
    doi:10.1080/07474930802459016.

    Examples
    --------
    >>> result = bootstrap_ci(np.sin(np.arange(60)), np.mean, block=5, draws=199, rng=1)
    >>> result.ci_low < result.estimate < result.ci_high
    True
    """
    values = check_series(x, minimum=10)
    n, draws = len(values), check_draws(draws)
    if interval not in ("percentile", "basic"):
        raise ValueError(f"interval is {interval!r}; use 'percentile' or 'basic'.")
    block = optimal_block(values) if block is None else block
    estimate = float(statistic(values))
    sampled = resample_statistic(values, statistic, block=block, draws=draws, rng=rng)
    if not np.isfinite(estimate) or not np.isfinite(sampled).all():
        raise ValueError(
            "the statistic is not finite on every bootstrap sample; check it on short or tied samples."
        )
    low, high = np.quantile(sampled, [0.025, 0.975])
    if interval == "basic":
        low, high = 2 * estimate - high, 2 * estimate - low
    return BootstrapCI(
        estimate=estimate,
        se=float(sampled.std(ddof=1)),
        ci_low=float(low),
        ci_high=float(high),
        n=n,
        block=float(block),
        draws=draws,
        interval=interval,
    )


def optimal_block(x: Observations) -> float:
    """Mean block length of the stationary bootstrap that estimates the variance of the mean best.

    Parameters
    ----------
    x : Series or array of shape (n,)
        At least 10 observations in time order.

    Returns
    -------
    float
        In periods, at least 1; computed by `arch`. It looks at the memory of the series only: choose longer blocks
        where a statistic spans a year or more.

    Raises
    ------
    ValueError
        Too short, constant, missing or infinite values, gaps, wrong order.

    References
    ----------
    Patton, Politis and White (2009), doi:10.1080/07474930802459016.

    Examples
    --------
    >>> optimal_block(np.random.default_rng(0).normal(size=200)) < 5
    True
    """
    from arch.bootstrap import optimal_block_length

    values = check_series(x, minimum=10)
    return float(max(1.0, optimal_block_length(values)["stationary"].iloc[0]))


def stationary_indices(
    n: int, block: float, draws: int, rng: np.random.Generator | int
) -> np.ndarray:
    """Row numbers of `draws` stationary bootstrap samples of a series of length `n`.

    Each sample starts at a random row; after each row it goes on to the next one (the last is followed by the
    first) or, with probability 1 / block, jumps to a random row. Every row is drawn equally often on average,
    so the bootstrap mean is centred on the sample mean.

    Parameters
    ----------
    n : int
        Length of the series and of each sample.
    block : float
        Mean block length, from 1 (independent draws) to n.
    draws : int
        Number of samples.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    array of int, shape (draws, n)

    Raises
    ------
    ValueError
        Block outside 1 .. n.

    References
    ----------
    Politis and Romano (1994), doi:10.1080/01621459.1994.10476870.

    Examples
    --------
    >>> stationary_indices(4, 4, 2, 0).shape
    (2, 4)
    """
    rows = _rows(n, block, draws, np.random.default_rng(rng))
    rows[rows >= n] -= n
    return rows.reshape(draws, n)


def _rows(n: int, block: float, draws: int, rng: np.random.Generator) -> np.ndarray:
    """As :func:`stationary_indices`, all samples end to end, a block that passes the end running on from n."""
    if not (np.isfinite(block) and 1 <= block <= n):
        raise ValueError(
            f"block is {block}; the mean block length lies between 1 and the sample length {n}."
        )
    total = draws * n
    # Jumps are a Bernoulli process: draw the (few) geometric gaps between them over all samples laid end to end,
    # by inversion, instead of one coin a cell. A new sample starts with a jump of its own.
    scale = -1 / np.log1p(-1 / block) if block > 1 else 0.0
    gaps = np.ceil(rng.standard_exponential(int(total / block + 6 * np.sqrt(total) + 10)) * scale)
    drawn = np.cumsum(np.maximum(gaps, 1.0)).astype(np.int64)
    jumps = np.concatenate([np.arange(0, total, n), drawn[: np.searchsorted(drawn, total)]])
    jumps.sort(kind="stable")
    lengths = np.diff(jumps, append=total)
    jumps, lengths = jumps[lengths > 0], lengths[lengths > 0]
    starts = rng.integers(n, size=len(jumps))
    # Rows rise by one but at a jump. A block ends with its sample, so that it passes the end at most once.
    steps = np.ones(total, dtype=np.int64)
    steps[0] = starts[0]
    steps[jumps[1:]] = starts[1:] - (starts[:-1] + lengths[:-1] - 1)
    return np.cumsum(steps, out=steps)


def resample_statistic(
    values: np.ndarray,
    statistic: Callable,
    *,
    block: float,
    draws: int,
    rng: np.random.Generator | int,
) -> np.ndarray:
    """The statistic on each of `draws` stationary bootstrap samples, shape (draws,)."""
    rng = np.random.default_rng(rng)
    n = len(values)
    vectorised = "axis" in _parameters(statistic)
    rows = max(1, _CELLS // n)
    # Laid out twice, the series needs no turn at its end.
    twice = np.concatenate([values, values])
    parts = []
    for first in range(0, draws, rows):
        count = min(rows, draws - first)
        samples = twice.take(_rows(n, block, count, rng)).reshape(count, n)
        part = (
            statistic(samples, axis=-1) if vectorised else [statistic(sample) for sample in samples]
        )
        parts.append(np.asarray(part, dtype=float))
    return np.concatenate(parts)


def _parameters(statistic: Callable) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(statistic).parameters
    except (TypeError, ValueError):
        return {}
