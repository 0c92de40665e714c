"""What a live series says otherwise than the embedded one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.data.catalog import Entry, entry
from helpers.data.dates import as_date
from helpers.data.live.registry import fetch
from helpers.data.series import check_plausible, read_series
from helpers.errors import NotKnown


def compare_with_snapshot(name: str, as_of: str | dt.date | None = None) -> pd.DataFrame:
    """Periods in which the live figure differs from the embedded one.

    Returns
    -------
    pandas.DataFrame
        ``snapshot``, ``live`` and ``change`` (live less snapshot, in the unit of the catalog) by period; NaN
        where only one of the two has a figure. Empty when nothing changed.

    Raises
    ------
    DataError
        When the series is unknown or has no live source, and as `helpers.data.load` with ``source="live"``.
    """
    found, day = entry(name, "series"), as_date(as_of)
    live, _ = fetch(found, day)
    check_plausible(found, live)
    return compare(found, live, day)


def compare(found: Entry, live: pd.Series, as_of: dt.date | None) -> pd.DataFrame:
    """As `compare_with_snapshot`, for values already fetched."""
    try:
        snapshot = read_series(found, as_of)
    except NotKnown:  # nothing of it was known by the release lag: every live figure is new
        snapshot = live[:0]
    both = pd.DataFrame({"snapshot": snapshot, "live": live})
    same = np.isclose(both["snapshot"], both["live"], rtol=1e-6, atol=1e-9, equal_nan=True)
    return both.assign(change=both["live"] - both["snapshot"])[~same]


def summarise(changes: pd.DataFrame) -> str:
    """Changes against the snapshot in a few words, for the provenance."""
    if changes.empty:
        return "equal to the snapshot"
    revised = changes["change"].dropna().abs()
    parts = [f"{len(revised)} figures revised, most in {revised.idxmax()}"] if len(revised) else []
    if alone := len(changes) - len(revised):
        parts.append(f"{alone} in one of the two only")
    return "against the snapshot: " + "; ".join(parts)
