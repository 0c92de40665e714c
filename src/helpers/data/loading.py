"""The one place that decides between the snapshot and a live source."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from helpers.data.catalog import Entry, entry
from helpers.data.dates import as_date
from helpers.data.provenance import describe
from helpers.data.series import check_plausible, read_series
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
        the live source gives the figures as they stood on that day. None: everything; a live answer for today is
        asked for again after ten minutes, one for a past day is kept for ever.
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
        Unknown name or source, missing or altered file, implausible values, or a live source that cannot be read
        or answers in another unit.
    NotKnown
        Nothing was known at ``as_of``, or ALFRED has no vintage so early.

    Examples
    --------
    >>> load("fed_funds", as_of="2026-02-16").index[-1]
    Period('2026-01', 'M')
    >>> bool(load("cpi").isna()["2025-10"])
    True
    """
    found, day = entry(name, "series"), as_date(as_of)
    if source not in SOURCES:
        raise DataError(f"Source {source!r} is unknown: choose {' or '.join(SOURCES)}.")
    if source == "live" and found.live != "none":
        values, details = _fetch(found, day)
    else:
        values = read_series(found, day)
        details = {"source": "snapshot only"} if source == "live" else {}
    check_plausible(found, values)
    values.attrs["provenance"] = describe(found, values.index[0], values.index[-1], day, **details)
    return values


def _fetch(found: Entry, day: dt.date | None) -> tuple[pd.Series, dict[str, str]]:
    """A live series, and its provenance with what it says otherwise than the snapshot."""
    from helpers.data.live import compare, registry

    values, details = registry.fetch(found, day)
    return values, details | {"note": compare.summarise(compare.compare(found, values, day))}
