"""Series of the snapshot, as far as they were known at a date."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.data.catalog import Entry, entry
from helpers.data.dates import known_dates, nothing_known
from helpers.data.files import read_table
from helpers.errors import DataError


def read_series(found: Entry, as_of: dt.date | None) -> pd.Series:
    """One embedded series, cut at what was known at ``as_of``.

    Raises
    ------
    DataError
        When its file is missing or was altered.
    NotKnown
        When nothing of it was known at ``as_of``.
    """
    values = trim(read_table(entry(found.table))[found.column].rename(found.name))
    if as_of is None:
        return values
    known = known_dates(found, values.index)
    if known[0].date() > as_of:
        raise nothing_known(found.name, as_of, values.index[0], known[0].date())
    return trim(values[known <= pd.Timestamp(as_of)])


def trim(values: pd.Series) -> pd.Series:
    """Without the blanks before the first and after the last figure; blanks in between stay."""
    filled = np.flatnonzero(values.notna())
    return values.iloc[filled[0] : filled[-1] + 1] if len(filled) else values[:0]


def check_plausible(found: Entry, values: pd.Series) -> None:
    """Stop on a value that the unit of the catalog cannot give, such as millions for billions."""
    figures = values.to_numpy()
    wrong = np.flatnonzero((figures < found.low) | (figures > found.high))
    if len(wrong):
        first = wrong[0]
        raise DataError(
            f"{found.name} is {figures[first]:g} in {values.index[first]}, outside {found.low:g} to {found.high:g} "
            f"{found.unit}: wrong unit or damaged figure. Compare it with {found.publisher}."
        )
