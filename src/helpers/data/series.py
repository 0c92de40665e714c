"""Series of the catalog, as far as they were known at a date."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from helpers.data.catalog import Entry, entry
from helpers.data.dates import as_date, known_dates, nothing_known
from helpers.data.files import read_table
from helpers.data.provenance import describe
from helpers.errors import DataError

SOURCES = ("snapshot", "live")


def load(name: str, as_of: str | dt.date | None = None, source: str = "snapshot") -> pd.Series:
    """One series in the unit of the catalog, cut at what was known at ``as_of``.

    Parameters
    ----------
    name : str
        Id in the catalog, e.g. ``"fed_funds"``.
    as_of : date or ISO text, optional
        Only figures released on or before this day. The snapshot holds the latest revision of each of them;
        the live source gives the figures as they stood on that day. None: everything.
    source : {"snapshot", "live"}
        ``"live"`` reads FRED and ALFRED where the catalog names an id. There is no fallback between the two.

    Returns
    -------
    pandas.Series
        Float; monthly or quarterly PeriodIndex without holes. A figure that was never published inside the span
        is NaN. ``attrs["provenance"]`` says where it comes from.

    Raises
    ------
    DataError
        Unknown name or source, missing or altered file, implausible values, nothing known at ``as_of``, or a
        live source that cannot be read.

    Examples
    --------
    >>> load("fed_funds", as_of="2026-02-16").index[-1]
    Period('2026-01', 'M')
    >>> bool(load("cpi").isna()["2025-10"])
    True
    """
    found, as_of = entry(name, "series"), as_date(as_of)
    if source not in SOURCES:
        raise DataError(f"Source {source!r} is unknown: choose {' or '.join(SOURCES)}.")
    if source == "live" and found.live != "none":
        from helpers.data.live import fetch_fred

        values, details = fetch_fred(found, as_of)
    else:
        values, details = _load_snapshot(found, as_of), {}
        if source == "live":
            details = {"source": "snapshot only"}
    check_plausible(found, values)
    values.attrs["provenance"] = describe(
        found, values.index[0], values.index[-1], as_of, **details
    )
    return values


def trim(values: pd.Series) -> pd.Series:
    """Without the blanks before the first and after the last figure; blanks in between stay."""
    return (
        values.loc[values.first_valid_index() : values.last_valid_index()]
        if values.notna().any()
        else values[:0]
    )


def check_plausible(found: Entry, values: pd.Series) -> None:
    """Stop on a value that the unit of the catalog cannot give, such as millions for billions."""
    wrong = values[(values < found.low) | (values > found.high)]
    if len(wrong):
        raise DataError(
            f"{found.name} is {wrong.iloc[0]:g} in {wrong.index[0]}, outside {found.low:g} to {found.high:g} "
            f"{found.unit}: wrong unit or damaged figure. Compare it with {found.publisher}."
        )


def _load_snapshot(found: Entry, as_of: dt.date | None) -> pd.Series:
    values = trim(read_table(entry(found.table))[found.column].rename(found.name))
    if as_of is None:
        return values
    known = known_dates(found, values.index)
    if known[0].date() > as_of:
        raise nothing_known(found.name, as_of, values.index[0], known[0].date())
    return trim(values[known <= pd.Timestamp(as_of)])
