"""Factory building and factory jobs: do they rise with the story, as known at the date?"""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotKnown


def as_known(revised: pd.Series, copies: pd.DataFrame) -> pd.Series:
    """A series as it stood in its last copy; earlier months grow as in the latest revision.

    Parameters
    ----------
    revised : Series
        The latest revision of the months known at the date.
    copies : DataFrame
        Copies of this series: the day each was ``known``, ``period`` (a month as text) and ``figure``; no row where no
        copy was stored yet, and the series is then the latest revision throughout.

    Examples
    --------
    >>> months = pd.period_range("2025-01", periods=3, freq="M")
    >>> copy = pd.DataFrame({"known": ["2025-05-01"] * 2, "period": ["2025-02", "2025-03"], "figure": [50.0, 40.0]})
    >>> as_known(pd.Series([200.0, 100.0, 90.0], months), copy).to_list()
    [100.0, 50.0, 40.0]
    """
    if copies.empty:
        return revised
    last = copies[copies["known"] == copies["known"].max()]
    copy = pd.Series(last["figure"].to_numpy(), pd.PeriodIndex(last["period"], freq="M"))
    first = copy.index[0]
    before = revised[: first - 1] * (copy.iloc[0] / revised[first])
    return pd.concat([before, copy]).rename(revised.name)


def change_since(level: pd.Series, first: pd.Period) -> float:
    """Change from the month before ``first`` to the last one, percent.

    Raises
    ------
    NotKnown
        No month from ``first`` on is known.
    """
    if level.index[-1] < first:
        raise NotKnown(f"{level.name}: nothing from {first} on was known; use a later as_of.")
    return float(100 * (level.iloc[-1] / level.loc[str(first - 1)] - 1))


def below_peak(level: pd.Series) -> dict[str, object]:
    """Month and figure of the peak, the last month and its figure, and how far below the peak it is, percent."""
    at, last = int(level.to_numpy().argmax()), float(level.iloc[-1])
    highest = float(level.iloc[at])
    return {
        "peak": level.index[at],
        "at the peak": highest,
        "last": level.index[-1],
        "at the last": last,
        "below the peak, percent": 100 * (1 - last / highest),
    }
