"""The information set: everything a topic may know, and the record of what it used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from helpers.data import events, loading, quotations, real_time, tables
from helpers.data.dates import as_date
from helpers.data.provenance import Provenance
from helpers.data.record import note
from helpers.errors import DataError, NotKnown


class Information:
    """What was known on one day, from one source.

    Topics read figures only through this object, so that nothing known later can enter a result, and a report
    can print exactly what was used.

    Parameters
    ----------
    as_of : date or ISO text, optional
        None: everything known today.
    source : {"snapshot", "live"}
        ``"live"`` fetches the series for which the catalog names an id; all else still comes from the snapshot
        and says so in its provenance.

    Examples
    --------
    >>> info = Information("2024-06-30")
    >>> float(info.fomc_decisions()["upper"].iloc[-1])
    5.5
    >>> [used.name for used in info.used()]
    ['fomc_decisions']
    """

    def __init__(self, as_of: str | dt.date | None = None, source: str = "snapshot") -> None:
        if source not in loading.SOURCES:
            raise DataError(f"Source {source!r} is unknown: choose {' or '.join(loading.SOURCES)}.")
        self.as_of = as_date(as_of)
        self.source = source
        self._used: dict[str, Provenance] = {}

    @property
    def day(self) -> dt.date:
        """The day whose knowledge counts: ``as_of``, or today when everything known may enter."""
        return self.as_of or dt.date.today()

    def __repr__(self) -> str:
        return f"Information(as_of={self.as_of}, source={self.source!r})"

    def load(self, name: str) -> pd.Series:
        """One series; see `helpers.data.load`."""
        values = loading.load(name, self.as_of, self.source)
        self._note(values.attrs["provenance"])
        return values

    def as_released(self, name: str) -> pd.Series:
        """A revised series as its first releases gave it; see `helpers.data.as_released`."""
        values = real_time.as_released(name, self.as_of, self.source)
        for origin in values.attrs["provenance"]:
            self._note(origin)
        return values

    def table(self, name: str) -> pd.DataFrame:
        """One table, always from the snapshot; see `helpers.data.load_table`."""
        return self._noted(tables.load_table(name, self.as_of))

    def known_rows(self, name: str) -> pd.DataFrame:
        """The rows of a table known at the date, none where all of them came later; a broken file is an error."""
        try:
            return self.table(name)
        except NotKnown:
            return tables.load_table(name).iloc[:0]

    def published(
        self, metric: str, group: str | None = None, since: str | dt.date | None = None
    ) -> quotations.Published:
        """Range of published figures; see `helpers.data.published`."""
        found = quotations.published(metric, group, self.as_of, since)
        self._note(self._from_snapshot(found.provenance))
        return found

    def quoted(
        self,
        metric: str | Sequence[str] | None = None,
        group: str | Sequence[str] | None = None,
        **choice: str | Sequence[str] | None,
    ) -> pd.DataFrame:
        """Quotations known at the date, one a row; see `helpers.data.quoted`."""
        rows = quotations.quoted(metric, group, self.as_of, **choice)
        rows.attrs["provenance"] = tuple(map(self._from_snapshot, rows.attrs["provenance"]))
        for origin in rows.attrs["provenance"]:
            self._note(origin)
        return rows

    def fomc_decisions(self) -> pd.DataFrame:
        """Announced changes of the federal funds target; see `helpers.data.fomc_decisions`."""
        return self._noted(events.fomc_decisions(self.as_of))

    def recessions(self) -> pd.DataFrame:
        """Known recessions; see `helpers.data.recessions`."""
        return self._noted(events.recessions(self.as_of))

    def used(self) -> tuple[Provenance, ...]:
        """Provenance of everything read so far, in order of first use."""
        return tuple(self._used.values())

    def _noted(self, frame: pd.DataFrame) -> pd.DataFrame:
        frame.attrs["provenance"] = self._from_snapshot(frame.attrs["provenance"])
        self._note(frame.attrs["provenance"])
        return frame

    def _from_snapshot(self, origin: Provenance) -> Provenance:
        return replace(origin, source="snapshot only") if self.source == "live" else origin

    def _note(self, origin: Provenance) -> None:
        self._used[origin.name] = self._used.get(origin.name, origin).joined(origin)
        note([origin])
