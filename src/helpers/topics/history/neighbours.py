"""Nearest months: how they are found, what followed them, and whether they crowd into an era."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import ParameterError

METRICS = ("euclidean", "mahalanobis")
MIN_HISTORY = (
    120  # months behind a mean and a standard deviation before a month can be standardised
)
# Figures of a month are complete five weeks after it ends: what follows is counted from the second month on.
KNOWN_AFTER = 1
BINS = 24  # of the histogram of what followed


def usable(state: pd.DataFrame) -> pd.DataFrame:
    """The state by the month in which it could be used: figures of month t are known in t + 1."""
    return state.shift(KNOWN_AFTER).dropna()


def check_embargo(embargo: int, horizon: int) -> None:
    """Refuse an embargo within which what followed a neighbour is not known yet.

    Raises
    ------
    ParameterError
    """
    if embargo < horizon + KNOWN_AFTER:
        raise ParameterError(
            f"embargo is {embargo} months, but what followed a neighbour is known only after {horizon + KNOWN_AFTER}; "
            f"use at least that, better {horizon + 36}."
        )


def find_distances(
    state: pd.DataFrame, at: pd.Period, *, k: int, metric: str, embargo: int
) -> pd.Series:
    """Distance of every candidate month to ``at``, nearest first, each month measured as it was seen then.

    Raises
    ------
    ParameterError
        A month outside the state, or with fewer than ``k`` candidates before it.
    """
    if at not in state.index:
        raise ParameterError(
            f"{at} has no state: it is known for {state.index[0]} .. {state.index[-1]}."
        )
    candidates = len(state[:at]) - embargo - MIN_HISTORY
    if k > candidates:
        raise ParameterError(
            f"k is {k}, but only {max(candidates, 0)} months before {at} can be neighbours (embargo {embargo} months, "
            f"history {MIN_HISTORY} months); use a smaller k or embargo, or a later month."
        )
    found = stats.nearest_analogs(
        state, at, k=candidates, metric=metric, embargo=embargo, min_history=MIN_HISTORY
    )
    return found.nearest


def sum_after(relative: pd.Series, horizon: int) -> pd.Series:
    """Relative return over the ``horizon`` months that start once a month's figures are known, by that month."""
    return relative.rolling(horizon).sum().shift(-horizon - KNOWN_AFTER).dropna()


def crowding_test(
    distance: pd.Series, k: int, era: tuple[pd.Period, pd.Period]
) -> stats.CircularShift:
    """Share of the k nearest months inside an era, less the era's share of the other months.

    The era's label slides round the candidate months, by every possible shift: neighbours come in runs, and a
    test that took them for independent would find resemblance everywhere.
    """
    months = distance.index.sort_values()
    span = pd.period_range(months[0] - 1, months[-1])
    label = pd.Series(((span >= era[0]) & (span <= era[1])).astype(float), index=span)
    # The test looks at the period after each event, so the event stands one month before the neighbour.
    return stats.circular_shift_test(label, [month - 1 for month in distance.index[:k]], horizon=1)


def count_episodes(months: pd.PeriodIndex, apart: int = 12) -> int:
    """Runs of neighbours more than ``apart`` months from each other: what the neighbours are worth as evidence."""
    gaps = np.diff(np.sort(months.asi8))
    return int(1 + (gaps > apart).sum())


def follow(nearest: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Each of the nearest months with its distance and what came after it."""
    return pd.DataFrame({"distance": nearest, "after": after.reindex(nearest.index)})


def share_by_bin(samples: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Percent of each sample by bin; the bins span the first sample."""
    edges = np.histogram_bin_edges(next(iter(samples.values())), bins=BINS)
    shares = {
        name: 100 * np.histogram(values, edges)[0] / len(values) for name, values in samples.items()
    }
    return pd.DataFrame({"left": edges[:-1], "width": np.diff(edges), **shares})
