"""Dates and number of structural breaks by exact dynamic programming (Bai and Perron)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import optimize, stats

from helpers.stats._checks import (
    Observations,
    check_draws,
    check_frame,
    check_same_index,
    check_series,
)
from helpers.stats.bootstrap import optimal_block, stationary_indices
from helpers.stats.hac import regress_hac

# Bootstrap series handled at once: keeps the working set small whatever the number of draws.
_CELLS = 2_000_000


@dataclass(frozen=True)
class Breaks:
    """Best partition for each number of breaks, criteria to choose among them, and the test for any break.

    ``table`` has one row for 0 .. max_breaks breaks with ``rss``, ``bic``, ``lwz``, ``sup_f`` (that many against
    none) and ``dates``. ``intervals`` holds the 95 % interval of each date at the BIC choice.
    """

    table: pd.DataFrame
    bic_breaks: int
    lwz_breaks: int
    sup_f: float
    p: float
    segments: pd.DataFrame
    intervals: pd.DataFrame
    min_segment: int
    block: float
    draws: int
    n: int
    _y: pd.Series = field(repr=False)
    _exog: pd.DataFrame | None = field(repr=False)

    def partition(self, breaks: int) -> pd.DataFrame:
        """Each segment of the best partition with `breaks` breaks, with the HAC error of each coefficient.

        Columns ``start``, ``end``, ``n``, and by coefficient its value and, with the suffix ``, se``, ``, low`` and
        ``, high``, its autocorrelation-robust standard error and fixed-b 95 % interval, the dates taken as known
        (:func:`regress_hac`; segments of at least 10 periods).
        """
        if breaks not in self.table.index:
            raise ValueError(
                f"breaks is {breaks}; between 0 and {self.table.index[-1]} were tried."
            )
        at = self._y.index
        ends = [int(row) for row in at.get_indexer(pd.Index(self.dates(breaks), dtype=at.dtype))]
        rows = []
        for first, last in _bounds(ends, self.n):
            part = slice(first, last + 1)
            fit = regress_hac(
                self._y.iloc[part], None if self._exog is None else self._exog.iloc[part]
            )
            row = {"start": at[first], "end": at[last], "n": last - first + 1}
            for name, old in zip(self.segments.columns[3:], fit.coefficients.index, strict=True):
                row |= {
                    name: fit.coefficients[old],
                    f"{name}, se": fit.se[old],
                    f"{name}, low": fit.ci_low[old],
                    f"{name}, high": fit.ci_high[old],
                }
            rows.append(row)
        return pd.DataFrame(rows)

    def dates(self, breaks: int) -> list:
        """Last period before each break, for a given number of breaks."""
        return list(self.table["dates"][breaks])


def break_dates(
    y: Observations,
    exog: Observations | None = None,
    min_segment: int | float = 0.15,
    max_breaks: int = 5,
    *,
    block: float | None = None,
    draws: int = 999,
    rng: np.random.Generator | int = 0,
) -> Breaks:
    """Least-squares break dates of a mean, or of regression coefficients, for every number of breaks.

    All partitions with segments of at least `min_segment` periods are compared (dynamic programming, exact).
    ``p`` tests one break at an unknown date against none: the null is the model without break, its residuals
    resampled by the stationary bootstrap, regressors fixed.

    Parameters
    ----------
    y : Series or array of shape (n,)
        In time order, no gaps.
    exog : Series, DataFrame or array of shape (n, k), optional
        Regressors whose coefficients may break with the intercept, which is always included. Default: breaks in
        the mean.
    min_segment : int or float
        Shortest segment in periods; below 1 a share of the sample (trimming, 0.15 is customary).
    max_breaks : int
        Largest number of breaks tried; fewer if they do not fit.
    block : float, optional
        Mean block length for the residuals; default: their optimal one.
    draws : int
        Bootstrap samples.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    Breaks
        A break is dated by the **last period of the old regime**, as in Bai and Perron. ``segments`` and
        ``intervals`` describe the partition that BIC prefers.

    Raises
    ------
    ValueError
        Bad series; segments too long for one break or too short for the coefficients; regressors collinear
        within a segment.

    Notes
    -----
    With S the sum of squares, m breaks, q coefficients a segment and p* = (m + 1) q + m:
    BIC = ln(S/n) + p* ln(n)/n; LWZ = ln(S/(n - p*)) + 0.299 (p*/n) ln(n)^2.1;
    sup F = (n - (m + 1) q)/(m q) x (S_0 - S_m)/S_m, errors taken as homoskedastic (the bootstrap, not a table,
    gives its law). The bootstrap keeps memory within blocks only: of independent series the test rejects 5 %, of
    autoregressions with coefficient 0.7 about 15 % (120 periods) and 10 % (240). BIC finds too many breaks under
    serial correlation; LWZ is stricter. Intervals are those of Bai (1997) with a variance for each segment and no
    serial correlation: too narrow where there is some.

    References
    ----------
    Bai and Perron (1998), doi:10.2307/2998540; (2003), doi:10.1002/jae.659. Bai (1997),
    doi:10.1162/003465397557132. Liu, Wu and Zidek (1997), Statistica Sinica 7, 497-525. Yao (1988),
    doi:10.1016/0167-7152(88)90118-6.

    Examples
    --------
    >>> y = np.r_[np.zeros(40), np.ones(40)] + 0.1 * np.sin(np.arange(80))
    >>> result = break_dates(y, min_segment=10, max_breaks=2, draws=99)
    >>> result.bic_breaks, result.dates(1)
    (1, [39])
    """
    values = check_series(y, "y", minimum=10)
    n, draws = len(values), check_draws(draws)
    labels = y.index if isinstance(y, pd.Series) else pd.RangeIndex(n)
    design = np.ones((n, 1))
    names, frame = ["mean"], None
    if exog is not None:
        frame = check_frame(exog, "exog")
        check_same_index(y, exog, "y and exog")
        design = np.column_stack([design, frame.to_numpy()])
        names = ["intercept", *map(str, frame.columns)]
    q = design.shape[1]
    shortest = int(np.floor(min_segment * n + 1e-9)) if min_segment < 1 else int(min_segment)
    if shortest <= q or 2 * shortest > n:
        raise ValueError(
            f"min_segment is {min_segment}: segments of {shortest} periods; with {n} observations and {q} "
            f"coefficients it must lie between {q + 1} and {n // 2}."
        )
    if max_breaks != int(max_breaks) or max_breaks < 1:
        raise ValueError(f"max_breaks is {max_breaks}; give a whole number of at least 1.")
    most = min(int(max_breaks), n // shortest - 1)

    scaled = _standardised(design)
    partitions = _best_partitions(_segment_rss(values, scaled, shortest), n, most)
    table = _criteria(np.array([rss for rss, _ in partitions]), n, q)
    table["dates"] = [tuple(labels[last] for last in lasts) for _, lasts in partitions]
    chosen = int(np.nanargmin(table["bic"]))
    lasts = partitions[chosen][1]
    segments = _segments(values, design, lasts, labels, names)

    residual = values - design @ np.linalg.lstsq(design, values)[0]
    block = optimal_block(residual) if block is None else block
    sup_f = float(table["sup_f"][1])
    null = _bootstrap_sup_f(residual, scaled, shortest, block, draws, np.random.default_rng(rng))
    return Breaks(
        table=table,
        bic_breaks=chosen,
        lwz_breaks=int(np.nanargmin(table["lwz"])),
        sup_f=sup_f,
        p=float((1 + (null >= sup_f * (1 - 1e-12)).sum()) / (1 + draws)),
        segments=segments,
        intervals=_intervals(values, design, lasts, labels),
        min_segment=shortest,
        block=float(block),
        draws=draws,
        n=n,
        _y=pd.Series(values, index=labels),
        _exog=None if frame is None else frame.set_axis(labels),
    )


def _criteria(rss: np.ndarray, n: int, q: int) -> pd.DataFrame:
    breaks = np.arange(len(rss))
    parameters = (breaks + 1) * q + breaks
    # A partition without residuals has criteria of minus infinity: the first such one is chosen.
    with np.errstate(divide="ignore", invalid="ignore"):
        sup_f = (n - (breaks + 1) * q) / (breaks * q) * (rss[0] - rss) / rss
        bic = np.log(rss / n) + parameters * np.log(n) / n
        lwz = np.log(rss / (n - parameters)) + 0.299 * parameters / n * np.log(n) ** 2.1
    sup_f = np.where(breaks == 0, np.nan, sup_f)
    return pd.DataFrame(
        {"rss": rss, "bic": bic, "lwz": lwz, "sup_f": sup_f}, index=pd.Index(breaks, name="breaks")
    )


def _standardised(design: np.ndarray) -> np.ndarray:
    """Regressors centred and scaled: differences of running sums stay accurate, no sum of squares changes."""
    x = design[:, 1:]
    return np.column_stack([design[:, :1], (x - x.mean(axis=0)) / x.std(axis=0)])


def _segment_rss(
    y: np.ndarray, design: np.ndarray, shortest: int
) -> Iterator[tuple[int, np.ndarray]]:
    """For each first row, residual sums of squares of the segments that end `shortest` periods on, and later."""
    n, q = design.shape
    y = y - y.mean()
    squares = np.r_[0.0, np.cumsum(y**2)]
    cross = np.vstack([np.zeros(q), np.cumsum(design * y[:, None], axis=0)])
    products = design[:, :, None] * design[:, None, :]
    gram = np.concatenate([np.zeros((1, q, q)), np.cumsum(products, axis=0)])
    rounding = 1e-13 * squares[-1]  # what is left of exact fits
    for start in range(n - shortest + 1):
        end = slice(start + shortest, n + 1)
        b = cross[end] - cross[start]
        try:
            explained = (b * np.linalg.solve(gram[end] - gram[start], b[:, :, None])[:, :, 0]).sum(
                axis=1
            )
        except np.linalg.LinAlgError:
            raise ValueError(
                "exog is collinear within a segment; lengthen min_segment or drop a column."
            ) from None
        left = squares[end] - squares[start] - explained
        yield start, np.where(left > rounding, left, 0.0)


def _best_partitions(
    segments: Iterator[tuple[int, np.ndarray]], n: int, most: int
) -> list[tuple[float, list[int]]]:
    """Smallest RSS and last rows of the old regimes, for 0 .. most breaks, by dynamic programming.

    A partition that ends before a row is final once all segments that start before it were seen: one pass over the
    starts serves every number of breaks, and no table of all segments is held.
    """
    best = np.full((most + 1, n), np.inf)
    previous = np.zeros((most, n), dtype=int)
    for start, cost in segments:
        ends = slice(n - len(cost), n)
        if start == 0:
            best[0, ends] = cost
            continue
        total = best[:most, start - 1, None] + cost
        better = total < best[1:, ends]
        best[1:, ends][better] = total[better]
        previous[:, ends][better] = start - 1
    partitions = []
    for breaks in range(most + 1):
        lasts, end = [], n - 1
        for level in range(breaks, 0, -1):
            end = int(previous[level - 1][end])
            lasts.append(end)
        partitions.append((float(best[breaks][n - 1]), lasts[::-1]))
    return partitions


def _bootstrap_sup_f(
    residual: np.ndarray,
    design: np.ndarray,
    shortest: int,
    block: float,
    draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Sup F of one break in `draws` resampled residual series, all splits of all series at once."""
    n, q = design.shape
    ends = np.arange(shortest, n - shortest + 1)
    gram = np.cumsum(design[:, :, None] * design[:, None, :], axis=0)
    left = np.linalg.pinv(gram[ends - 1], hermitian=True)
    right = np.linalg.pinv(gram[-1] - gram[ends - 1], hermitian=True)
    whole = np.linalg.pinv(gram[-1], hermitian=True)
    rows = max(1, _CELLS // (n * q))
    parts = []
    for first in range(0, draws, rows):
        samples = residual[stationary_indices(n, block, min(rows, draws - first), rng)]
        moments = np.cumsum(samples[:, :, None] * design, axis=1)
        total = moments[:, -1]
        before = moments[:, ends - 1]
        after = total[:, None] - before
        split = _quadratic(before, left) + _quadratic(after, right)
        squares = (samples**2).sum(axis=1)
        rss0 = squares - _quadratic(total, whole)
        rss1 = squares - split.max(axis=1)
        parts.append((n - 2 * q) / q * (rss0 - rss1) / rss1)
    return np.concatenate(parts)


def _quadratic(vectors: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """v' M v along the last axis."""
    return ((vectors[..., None, :] @ matrices)[..., 0, :] * vectors).sum(axis=-1)


def _segments(
    y: np.ndarray, design: np.ndarray, lasts: list[int], labels: pd.Index, names: list[str]
) -> pd.DataFrame:
    rows = []
    for first, last in _bounds(lasts, len(y)):
        part = slice(first, last + 1)
        coefficients = np.linalg.lstsq(design[part], y[part])[0]
        rows.append([labels[first], labels[last], last - first + 1, *coefficients])
    return pd.DataFrame(rows, columns=["start", "end", "n", *names])


def _bounds(lasts: list[int], n: int) -> list[tuple[int, int]]:
    return list(zip([0, *(last + 1 for last in lasts)], [*lasts, n - 1], strict=True))


def _intervals(
    y: np.ndarray, design: np.ndarray, lasts: list[int], labels: pd.Index, level: float = 0.95
) -> pd.DataFrame:
    """Bai (1997): the estimated date less the true one, scaled, is the argmax of a two-sided Brownian motion."""
    fits = []
    for first, last in _bounds(lasts, len(y)):
        x = design[first : last + 1]
        coefficients = np.linalg.lstsq(x, y[first : last + 1])[0]
        residual = y[first : last + 1] - x @ coefficients
        fits.append((coefficients, x.T @ x / len(x), residual @ residual / len(x)))
    rows = []
    for at, (before, after) in zip(lasts, pairwise(fits), strict=True):
        change = after[0] - before[0]
        sizes = [change @ fit[1] @ change for fit in (before, after)]
        variances = [fit[2] for fit in (before, after)]
        law = (sizes[1] / sizes[0], np.sqrt(variances[0]), np.sqrt(variances[1]))
        scale = sizes[0]
        if min(variances) > 0:
            tails = (1 - level) / 2, (1 + level) / 2
            low, high = (_argmax_quantile(p, *law) / scale for p in tails)
        else:  # a regime without noise dates its break exactly
            low = high = 0.0
        first, last = at - int(np.ceil(high)), at - int(np.floor(low))
        rows.append([labels[at], labels[max(first, 0)], labels[min(last, len(y) - 1)]])
    return pd.DataFrame(rows, columns=["date", "ci_low", "ci_high"])


def argmax_cdf(x: float, xi: float, phi1: float, phi2: float) -> float:
    """P(argmax V <= x), V(s) = phi1 W(-s) - |s|/2 for s < 0, sqrt(xi) phi2 W(s) - xi s/2 for s > 0 (Bai 1997)."""
    if x <= 0:
        return _lower_tail(-x / phi1**2, (phi1 / phi2) ** 2)
    # The same law with time reversed and the other side taken as the unit.
    return 1 - _lower_tail(x * xi / phi2**2, (phi2 / phi1) ** 2)


def _lower_tail(x: float, rate: float) -> float:
    """P(argmax <= -x), x >= 0: left side W(-s) - |s|/2, maximum of the right side exponential with this rate."""
    root = np.sqrt(x)
    reached = np.exp(rate * (1 + rate) / 2 * x + stats.norm.logcdf(-(0.5 + rate) * root))
    return float(
        -root * np.exp(-x / 8) / np.sqrt(2 * np.pi)
        - (1 + 2 * rate) / (rate * (1 + rate)) * reached
        + ((1 + 2 * rate) ** 2 / (rate * (1 + rate)) - 2 + x / 2) * stats.norm.cdf(-root / 2)
    )


def _argmax_quantile(p: float, xi: float, phi1: float, phi2: float) -> float:
    reach = 1.0
    while argmax_cdf(reach, xi, phi1, phi2) < p or argmax_cdf(-reach, xi, phi1, phi2) > p:
        reach *= 2
    return float(optimize.brentq(lambda x: argmax_cdf(x, xi, phi1, phi2) - p, -reach, reach))
