"""What was known at a date beside what is known by a later one, and the lead of one fund over another between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.earnings.consensus import YEAR
from helpers.topics.outlook.since_inputs import MARKET, SinceInputs, period_ends

NEW_YEAR = dt.date(YEAR - 1, 12, 31)  # the close from which the article's year is counted
NEAR = pd.Timedelta(days=7)  # a close so long before a date still stands for it
SOON = pd.Timedelta(days=31)  # and where none does, one so long after it


@dataclass(frozen=True)
class Doors:
    """Two information sets on the same figures: ``then`` and ``now``."""

    then: SinceInputs
    now: SinceInputs

    @property
    def date(self) -> dt.date:
        """The first date: what became known after it is what happened since."""
        return self.then.info.day

    @property
    def changes(self) -> pd.DataFrame:
        """Changes of the target announced after the first date."""
        return after(self.now.decisions, "announced", self.date)

    @property
    def raised(self) -> float:
        """Basis points the target was moved by after the first date."""
        return float(self.changes["change_bp"].sum())

    def lead(self, fund: str, market: str = MARKET, end: dt.date | None = None) -> Lead:
        """Lead of a fund after the first date, to the last close known or to one on or before ``end``."""
        return lead_between(self.now.wealth(fund), self.now.wealth(market), self.date, end)

    def year(self, fund: str, market: str = MARKET, end: dt.date | None = None) -> Lead:
        """Lead of a fund over the article's year, as far as it is known."""
        return lead_between(self.now.wealth(fund), self.now.wealth(market), NEW_YEAR, end)

    def news(self, read: Callable[[SinceInputs], pd.Series]) -> pd.Series | None:
        """A series by period as it is known now; None where its last period was known then, or had ended then."""
        try:
            values = read(self.now)
        except NotKnown:
            return None
        try:
            known = read(self.then).index[-1]
        except NotKnown:
            known = values.index[0] - 1
        period = values.index[-1]
        return None if period <= known or period.end_time.date() <= self.date else values

    def before(self, values: pd.Series) -> tuple[pd.Period, float] | None:
        """The last period that ended by the first date, and its figure; None where none is."""
        ended = values[period_ends(values.index) <= pd.Timestamp(self.date)]
        return None if ended.empty else last(ended)

    def change(self, read: Callable[[SinceInputs], pd.Series]) -> float | None:
        """Last figure of a series less that of the last period that ended by the first date; None without both."""
        values = self.news(read)
        before = None if values is None else self.before(values)
        return None if values is None or before is None else float(values.iloc[-1]) - before[1]


@dataclass(frozen=True)
class Lead:
    """Log returns of two funds, percent, between two closes."""

    ours: float
    theirs: float
    start: dt.date
    end: dt.date

    @property
    def log(self) -> float:
        """The first less the second, log percent."""
        return self.ours - self.theirs

    @property
    def points(self) -> float:
        """The same in percentage points of plain returns."""
        return plain(self.ours) - plain(self.theirs)

    def __str__(self) -> str:
        return f"{plain(self.ours):+.1f} percent against {plain(self.theirs):+.1f}"


def plain(log: float) -> float:
    """A plain return of a log return, both in percent."""
    return float(100 * np.expm1(log / 100))


def lead_between(
    ours: pd.Series, theirs: pd.Series, start: dt.date, end: dt.date | None = None
) -> Lead:
    """The lead from the close of a day to the last one known on both sides, or to one on or before ``end``.

    Parameters
    ----------
    ours, theirs : Series
        Log wealth by day, percent, as from `SinceInputs.wealth`.
    start : date
        The close of that day, or of up to a week before it; where none is that near, the first one of the month after.
    end : date, optional
        Last day.

    Raises
    ------
    NotKnown
        No close so near the day, or none after it, was known.

    Examples
    --------
    >>> days = pd.to_datetime(["2026-02-13", "2026-02-27"])
    >>> lead = lead_between(pd.Series([0.0, 3.0], days), pd.Series([0.0, 1.0], days), dt.date(2026, 2, 16))
    >>> lead.log, lead.start
    (2.0, datetime.date(2026, 2, 13))
    """
    both = pd.concat([ours, theirs], axis=1, join="inner").sort_index()
    day = pd.Timestamp(start)
    near = both.index[(both.index <= day) & (both.index > day - NEAR)]
    first = (
        near[-1:] if len(near) else both.index[(both.index > day) & (both.index <= day + SOON)][:1]
    )
    until = both if end is None else both[both.index <= pd.Timestamp(end)]
    if not len(first) or until.empty or until.index[-1] <= first[0]:
        raise NotKnown(f"No close of {ours.name} and {theirs.name} after {start} was known.")
    change = until.iloc[-1] - both.loc[first[0]]
    return Lead(
        float(change.iloc[0]), float(change.iloc[1]), first[0].date(), until.index[-1].date()
    )


def after(rows: pd.DataFrame, column: str, day: dt.date) -> pd.DataFrame:
    """The rows whose date came after a day."""
    return rows[rows[column] > pd.Timestamp(day)]


def last(values: pd.Series) -> tuple[pd.Period, float]:
    """The last period of a series, and its figure."""
    return values.index[-1], float(values.iloc[-1])
