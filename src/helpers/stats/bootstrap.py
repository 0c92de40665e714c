"""Stationary bootstrap without a Python loop over the draws."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.stats._checks import Observations, check_draws, check_series

if TYPE_CHECKING:
    from distributed import Client

# Cells handled at once: keeps the working set within the processor's cache, whatever the number of draws.
_CELLS = 50_000
_TASKS = 128  # of one bootstrap on a cluster: many for its workers, few for its scheduler


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
    client: Client | None = None,
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
    client : dask.distributed.Client, optional
        Shares the draws among its workers, which need this package; the numbers stay the same.

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
    interval is too narrow. With a client, workers draw the samples that would be drawn here, where the generator only
    passes over them: it pays for a statistic that costs more than its samples, such as a quantile or a fit.

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
    sampled = resample_statistic(
        values, statistic, block=block, draws=draws, rng=rng, client=client
    )
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
    total = draws * n
    jumps, lengths, starts = _jumps(n, block, draws, rng)
    # Rows rise by one but at a jump. A block ends with its sample, so that it passes the end at most once.
    steps = np.ones(total, dtype=np.int64)
    steps[0] = starts[0]
    steps[jumps[1:]] = starts[1:] - (starts[:-1] + lengths[:-1] - 1)
    return np.cumsum(steps, out=steps)


def _jumps(
    n: int, block: float, draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All that is random of the samples laid end to end: the cell, the length and the first row of each block."""
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
    return jumps, lengths, rng.integers(n, size=len(jumps))


def over_samples(
    work: Callable[[np.ndarray], np.ndarray],
    n: int,
    *,
    block: float,
    draws: int,
    at_once: int,
    rng: np.random.Generator,
    client: Client | None,
) -> np.ndarray:
    """``work(rows)`` of `draws` stationary bootstrap samples, `at_once` or fewer at a time, one behind the other.

    ``rows`` has shape (samples, n) and runs on past n: laid out twice, a series needs no turn at its end. What comes
    back has the samples along its first axis. On the workers of a client the same samples are drawn.
    """
    counts = [min(at_once, draws - first) for first in range(0, draws, at_once)]
    if client is None:
        return _over_parts(work, n, block, counts, rng)
    size = -(-len(counts) // _TASKS)
    shares = [counts[first : first + size] for first in range(0, len(counts), size)]
    generators = []
    for share in shares:
        generators.append(deepcopy(rng))
        for count in share:
            _jumps(n, block, count, rng)

    def draw(share: Sequence[int], rng: np.random.Generator) -> np.ndarray:
        return _over_parts(work, n, block, share, rng)

    futures = client.map(draw, shares, generators, pure=False)
    return np.concatenate(client.gather(futures))


def _over_parts(
    work: Callable[[np.ndarray], np.ndarray],
    n: int,
    block: float,
    counts: Sequence[int],
    rng: np.random.Generator,
) -> np.ndarray:
    parts = [work(_rows(n, block, count, rng).reshape(count, n)) for count in counts]
    return np.concatenate(parts)


def resample_statistic(
    values: np.ndarray,
    statistic: Callable,
    *,
    block: float,
    draws: int,
    rng: np.random.Generator | int,
    client: Client | None = None,
) -> np.ndarray:
    """The statistic on each of `draws` stationary bootstrap samples, shape (draws,)."""
    n = len(values)
    vectorised = "axis" in _parameters(statistic)
    twice = np.concatenate([values, values])

    def ask(rows: np.ndarray) -> np.ndarray:
        samples = twice.take(rows)
        found = (
            statistic(samples, axis=-1) if vectorised else [statistic(sample) for sample in samples]
        )
        return np.asarray(found, dtype=float)

    at_once, rng = max(1, _CELLS // n), np.random.default_rng(rng)
    return over_samples(ask, n, block=block, draws=draws, at_once=at_once, rng=rng, client=client)


def _parameters(statistic: Callable) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(statistic).parameters
    except (TypeError, ValueError):
        return {}
