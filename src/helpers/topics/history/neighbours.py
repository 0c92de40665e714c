"""Nearest months: how they are found, what followed them, and how near an era is as a whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import NotKnown, ParameterError

METRICS = ("euclidean", "mahalanobis")
MIN_HISTORY = (
    120  # months behind a mean and a standard deviation before a month can be standardised
)
# Figures of a month are complete five weeks after it ends: what follows is counted from the second month on.
KNOWN_AFTER = 1
APART = 12  # months between two neighbours that belong to different episodes


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
            f"embargo is {embargo} months, but what followed a neighbour is known only after "
            f"{horizon + KNOWN_AFTER}; use at least that, better {horizon + 36}."
        )


def find_distances(
    state: pd.DataFrame, at: pd.Period, *, k: int, metric: str, embargo: int
) -> pd.Series:
    """Distance of every candidate month to ``at``, nearest first, each month measured as it was seen then.

    Raises
    ------
    ParameterError
        A month outside the state.
    NotKnown
        One with fewer than ``k`` candidates before it.
    """
    if at not in state.index:
        raise ParameterError(
            f"{at} has no state: it is known for {state.index[0]} .. {state.index[-1]}."
        )
    candidates = len(state[:at]) - embargo - MIN_HISTORY
    if k > candidates:
        raise NotKnown(
            f"k is {k}, but only {max(candidates, 0)} months before {at} can be neighbours "
            f"(embargo {embargo} months, history {MIN_HISTORY} months); use a smaller k or "
            "embargo, or a later month."
        )
    found = stats.nearest_analogs(
        state, at, k=candidates, metric=metric, embargo=embargo, min_history=MIN_HISTORY
    )
    return found.nearest


def sum_after(relative: pd.Series, horizon: int) -> pd.Series:
    """Relative return over the ``horizon`` months that start once a month's figures are known, by that month."""
    return relative.rolling(horizon).sum().shift(-horizon - KNOWN_AFTER).dropna()


def rank_era(
    distance: pd.Series, era: tuple[pd.Period, pd.Period], k: int
) -> dict[str, float | str]:
    """Place of an era among all blocks of its length, by the mean distance of their months.

    Parameters
    ----------
    distance : Series
        Distance of every candidate month, in any order.
    era : (Period, Period)
        First and last month.
    k : int
        Nearest months.

    Returns
    -------
    dict
        ``months`` of the era; ``blocks at least as near, percent``: of all blocks of as many months, the era itself
        counted, the last candidate followed by the first one, so that every month stands in equally many; its ``nearest
        month`` and the ``rank`` of that one ``of`` all candidates; ``nearest inside, percent`` of the ``k`` nearest
        months, and the ``base rate, percent`` of all candidates that the era holds.

    Raises
    ------
    NotKnown
        An era that is not wholly among the candidates.
    """
    ordered = distance.sort_index()
    months = pd.period_range(*era, freq="M")
    if not months.isin(ordered.index).all():
        raise NotKnown(
            f"{era[0]} to {era[1]} is not wholly among the months that can be neighbours, "
            f"{ordered.index[0]} to {ordered.index[-1]}; use a later as_of."
        )
    values, length = ordered.to_numpy(), len(months)
    round_the_end = np.concatenate([values, values[: length - 1]])
    blocks = np.lib.stride_tricks.sliding_window_view(round_the_end, length).mean(axis=1)
    own = blocks[ordered.index.get_loc(months[0])]
    within, nearest = ordered[months], distance.nsmallest(k).index
    return {
        "months": length,
        "blocks at least as near, percent": 100 * float((blocks <= own + 1e-9).mean()),
        "nearest month": str(within.idxmin()),
        "rank": 1 + int((values < within.min()).sum()),
        "of": len(values),
        "nearest inside, percent": 100 * float(nearest.isin(months).mean()),
        "base rate, percent": 100 * length / len(values),
    }


def number_episodes(months: pd.PeriodIndex) -> np.ndarray:
    """The episode of each month: runs of neighbours more than ``APART`` months from each other, numbered in time."""
    order = np.argsort(months.asi8)
    gaps = np.diff(months.asi8[order])
    number = np.empty(len(months), dtype=int)
    number[order] = np.concatenate([[0], np.cumsum(gaps > APART)])
    return number


def table_episodes(neighbours: pd.DataFrame) -> pd.DataFrame:
    """What followed each episode of nearest months: a mean of all hides that they are a few events.

    Parameters
    ----------
    neighbours : DataFrame
        As from `follow`.

    Returns
    -------
    DataFrame
        A row an episode: ``first`` and ``last`` month, ``months``, and mean, least and most of what came ``after``.
    """
    months = pd.PeriodIndex(neighbours.index)
    rows = {}
    for _, part in neighbours.groupby(number_episodes(months)):
        first, last = part.index.min(), part.index.max()
        name = f"{first.year}-{last.year}" if first.year < last.year else str(first.year)
        after = part["after"]
        rows[name] = {
            "first": str(first),
            "last": str(last),
            "months": len(part),
            "mean after": after.mean(),
            "least": after.min(),
            "most": after.max(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("episode")


def follow(nearest: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Each of the nearest months with its distance and what came after it."""
    return pd.DataFrame({"distance": nearest, "after": after.reindex(nearest.index)})
