"""Uncertainty of inputs known up to a range: draws, one-at-a-time swings, and shares of variance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
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

    def quantile(self, u: ArrayLike) -> np.ndarray:
        """Quantile of the triangular distribution on the range; the middle when the range is a point."""
        u = np.asarray(u)
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
        Index: input; columns ``input_low``, ``input_high``; the output ``at_low`` and ``at_high`` of the input, its
        ``lowest`` value and the ``swing`` from there.
    """
    middle = central(ranges)
    rows = {
        name: (
            one.low,
            one.high,
            *(float(model(**{**middle, name: end})) for end in (one.low, one.high)),
        )
        for name, one in ranges.items()
    }
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=["input_low", "input_high", "at_low", "at_high"]
    )
    ends = table[["at_low", "at_high"]]
    table = table.assign(lowest=ends.min(axis=1), swing=ends.max(axis=1) - ends.min(axis=1))
    return table.sort_values("swing", ascending=False, kind="stable")


def variance_shares(
    model: Model,
    ranges: Mapping[str, Range],
    *,
    points: int,
    resamples: int,
    rng: np.random.Generator,
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
        Bootstrap resamples for the 95 % percentile intervals.

    Returns
    -------
    pandas.DataFrame
        Index: input, largest total first; ``first``, ``first_low``, ``first_high``, ``total``, ``total_low``,
        ``total_high``, shares of the variance of the output. All zero when the output does not vary.

    Notes
    -----
    The estimators are those of `scipy.stats.sobol_indices`, which has no seed for its bootstrap.

    References
    ----------
    Saltelli et al. (2010), doi:10.1016/j.cpc.2009.09.018.
    """
    names = list(ranges)
    sample = stats.qmc.Sobol(d=2 * len(names), bits=64, rng=rng).random(points)
    a, b = sample[:, : len(names)], sample[:, len(names) :]
    f_a, f_b = _evaluate(model, ranges, a), _evaluate(model, ranges, b)
    f_ab = np.stack(
        [
            _evaluate(model, ranges, np.where(np.arange(len(names)) == j, b, a))
            for j in range(len(names))
        ]
    )
    table = pd.DataFrame(
        _sobol(f_a, f_b, f_ab), index=["first", "total"], columns=pd.Index(names, name="input")
    ).T
    rows = rng.integers(0, points, size=(resamples, points))
    resampled = _sobol(f_a[rows], f_b[rows], f_ab[:, rows])
    for kind, values in zip(("first", "total"), resampled, strict=True):
        table[f"{kind}_low"], table[f"{kind}_high"] = np.percentile(values, (2.5, 97.5), axis=1)
    order = ["first", "first_low", "first_high", "total", "total_low", "total_high"]
    return table[order].sort_values("total", ascending=False, kind="stable")


def _evaluate(model: Model, ranges: Mapping[str, Range], u: np.ndarray) -> np.ndarray:
    values = {name: one.quantile(u[:, j]) for j, (name, one) in enumerate(ranges.items())}
    return np.broadcast_to(model(**values), u.shape[:1])


def _sobol(f_a: np.ndarray, f_b: np.ndarray, f_ab: np.ndarray) -> np.ndarray:
    """First-order and total indices, stacked; the last axis holds the points, the first of ``f_ab`` the inputs."""
    mean = (f_a.mean(axis=-1) + f_b.mean(axis=-1)) / 2.0
    f_a, f_b, f_ab = (f - mean[..., None] for f in (f_a, f_b, f_ab))
    variance = (np.square(f_a).mean(axis=-1) + np.square(f_b).mean(axis=-1)) / 2.0
    parts = np.stack(
        [(f_b * (f_ab - f_a)).mean(axis=-1), 0.5 * np.square(f_a - f_ab).mean(axis=-1)]
    )
    return np.divide(parts, variance, out=np.zeros_like(parts), where=variance > 0)
