"""Two dates on every figure: the period it speaks of and the day it became known."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from helpers.data.catalog import Entry
from helpers.errors import DataError, NotKnown

PERIOD_FREQ = {"monthly": "M", "quarterly": "Q", "yearly": "Y"}
MONTHS = {"M": 1, "Q": 3, "Y": 12}


def as_date(value: str | dt.date | None) -> dt.date | None:
    """An ``as_of`` as a date: ISO text, date, datetime or Timestamp; None stays None.

    Raises
    ------
    DataError
        When the value is none of these.
    """
    if value is None:
        return None
    if isinstance(value, dt.datetime):  # pandas' Timestamp is one
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass
    raise DataError(f"as_of {value!r} is not a date. Give year-month-day, e.g. as_of='2026-02-16'.")


def in_words(day: dt.date, *, year: bool = True) -> str:
    """A day as a sentence writes it.

    Examples
    --------
    >>> in_words(dt.date(2026, 10, 1)), in_words(dt.date(2026, 2, 16), year=False)
    ('1 October 2026', '16 February')
    """
    return f"{day.day} {day:%B}" + (f" {day.year}" if year else "")


def known_dates(entry: Entry, periods: pd.Index) -> pd.DatetimeIndex:
    """Day on which the figure of each period became known.

    Never earlier than that of the period before, so that what is known at a date is always the beginning of
    the series.

    Raises
    ------
    DataError
        When the catalog dates the figures in another way.
    """
    if entry.release_lag is None:
        raise DataError(
            f"{entry.name}: the catalog gives no release_lag. Say when its figures are known."
        )
    periods = pd.PeriodIndex(periods)
    # By number of the period: pandas' own conversion takes longer than all the rest of a load.
    ordinal = periods.asi8
    next_month = ((ordinal + 1) * MONTHS[periods.freqstr[0]]).astype("datetime64[M]")
    known = next_month.astype("datetime64[D]") + (entry.release_lag - 1)
    for period, released in entry.late_releases.items():
        known[ordinal == pd.Period(period, periods.freqstr).ordinal] = released
    return pd.DatetimeIndex(np.maximum.accumulate(known).astype("datetime64[us]"))


def nothing_known(name: str, as_of: dt.date, first: object, known: object) -> NotKnown:
    """The error for a date before the first figure of a series or table was known."""
    return NotKnown(
        f"{name}: nothing was known on {as_of}. Its first figure ({first}) became known on {known}: "
        "choose a later as_of."
    )
