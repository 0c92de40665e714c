"""Which reader fetches a series: the word before the colon in ``live`` of the catalog."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import pandas as pd

from helpers.data.catalog import Entry
from helpers.data.live import fred
from helpers.errors import DataError, nearest

#: Gets the entry and the day; returns the values by period, and ``vintage`` and ``sha256`` for the provenance.
Reader = Callable[[Entry, dt.date | None], tuple[pd.Series, dict[str, str]]]

READERS: Mapping[str, Reader] = {"fred": fred.fetch}


def fetch(found: Entry, as_of: dt.date | None) -> tuple[pd.Series, dict[str, str]]:
    """A series from its live source, as it stood on ``as_of``, and its provenance.

    Raises
    ------
    DataError
        The catalog names no live source, or one that no reader serves; or the reader failed.
    """
    values, details = reader(found)(found, as_of)
    return values, {"source": "live", "file": found.live, **details}


def reader(found: Entry) -> Reader:
    """The reader of a series.

    Raises
    ------
    DataError
        The catalog names no live source, or one that no reader serves.
    """
    if found.live == "none":
        raise DataError(
            f"{found.name} has no live source: the catalog says `live: none`. Use source='snapshot'."
        )
    prefix, _, identifier = found.live.partition(":")
    if prefix not in READERS or not identifier:
        raise DataError(
            f"{found.name}: no reader serves `live: {found.live}`.{nearest(prefix, READERS)} "
            f"The catalog must say none, or one of {', '.join(READERS)} with an identifier, as in fred:GS10."
        )
    return READERS[prefix]
