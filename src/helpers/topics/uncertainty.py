"""Uncertainty of inputs known up to a range: draws, one-at-a-time swings, and shares of variance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import ParameterError

Model = Callable[..., np.ndarray]  # inputs by keyword, arrays of draws, to one output a draw


@dataclass(frozen=True)
class Range:
    """Lowest, central and highest value of an input, and where they come from."""

    low: float
    mid: float
    high: float
    origin: str

    def __post_init__(self) -> None:
        if not self.low <= self.mid <= self.high:
            raise ParameterError(
                f"A range is low, mid, high in order, not {self.low:g}, {self.mid:g}, {self.high:g} ({self.origin})."
            )

    def quantile(self, u):
        """Quantile of the triangular distribution on the range; the middle when the range is a point."""
        u = np.asarray(u, dtype=float)
        width = self.high - self.low
        if width == 0:
            return np.full(u.shape, self.mid)
        peak = (self.mid - self.low) / width
        left = self.low + np.sqrt(u * width * (self.mid - self.low))
        right = self.high - np.sqrt((1.0 - u) * width * (self.high - self.mid))
        return np.where(u < peak, left, right)


def simulate_ranges(
    ranges: Mapping[str, Range], draws: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Independent triangular draws of every input, by name: Latin hypercube, so that few draws cover each range."""
    sample = stats.qmc.LatinHypercube(d=len(ranges), rng=rng).random(draws)
    return {name: ranges[name].quantile(sample[:, j]) for j, name in enumerate(ranges)}


def central(ranges: Mapping[str, Range]) -> dict[str, float]:
    """The central value of every input."""
    return {name: one.mid for name, one in ranges.items()}


def swings(model: Model, ranges: Mapping[str, Range]) -> pd.DataFrame:
    """Output with one input at its low and its high end and all others central, widest swing first.

    Returns
    -------
    pandas.DataFrame
        Index: input; columns ``input_low``, ``input_high``, ``at_low``, ``at_high``.
    """
    middle = central(ranges)
    rows = {
        name: (one.low, one.high, *(float(model(**{**middle, name: end})) for end in (one.low, one.high)))
        for name, one in ranges.items()
    }
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["input_low", "input_high", "at_low", "at_high"]
    )
    order = (table["at_high"] - table["at_low"]).abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order]


def variance_shares(
    model: Model, ranges: Mapping[str, Range], *, points: int, resamples: int, rng: np.random.Generator
) -> pd.DataFrame:
    """First-order and total Sobol indices of each input, with bootstrap intervals.

    Parameters
    ----------
    model : callable
        Inputs by keyword to output.
    ranges : mapping of str to Range
        Independent inputs. Those of zero width have index zero.
    points : int
        Power of two; the model is evaluated ``points * (inputs + 2)`` times.
    resamples : int
        Bootstrap resamples for the 95 % intervals.

    Returns
    -------
    pandas.DataFrame
        Index: input, largest total first; ``first``, ``first_low``, ``first_high``, ``total``, ``total_low``,
        ``total_high``, shares of the variance of the output. All zero when the output does not vary.

    References
    ----------
    Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018.
    """
    names = list(ranges)
    moving = [name for name in names if ranges[name].high > ranges[name].low]
    columns = ["first", "first_low", "first_high", "total", "total_low", "total_high"]
    table = pd.DataFrame(0.0, index=pd.Index(names, name="input"), columns=columns)
    fixed = {name: ranges[name].mid for name in names if name not in moving}
    if not moving or _is_flat(model, ranges):
        return table

    def evaluate(u: np.ndarray) -> np.ndarray:
        values = {name: ranges[name].quantile(u[j]) for j, name in enumerate(moving)}
        return np.asarray(model(**values, **fixed), dtype=float)

    result = stats.sobol_indices(func=evaluate, n=points, dists=[stats.uniform()] * len(moving), rng=rng)
    interval = result.bootstrap(confidence_level=0.95, n_resamples=resamples)
    table.loc[moving, "first"], table.loc[moving, "total"] = result.first_order, result.total_order
    for prefix, found in (("first", interval.first_order), ("total", interval.total_order)):
        bounds = found.confidence_interval
        table.loc[moving, f"{prefix}_low"], table.loc[moving, f"{prefix}_high"] = bounds.low, bounds.high
    return table.sort_values("total", ascending=False, kind="stable")


def _is_flat(model: Model, ranges: Mapping[str, Range]) -> bool:
    found = swings(model, ranges)
    return bool(np.ptp(found[["at_low", "at_high"]].to_numpy()) == 0.0)
