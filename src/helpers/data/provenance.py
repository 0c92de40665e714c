"""Where a loaded object comes from and what of it was known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from helpers.data.catalog import Entry, Page

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Provenance:
    """Source of one loaded series, table or published range.

    ``first`` and ``last`` are the periods actually loaded; ``revisions`` says of a series whether its figures are
    revised and which of them these are; ``source`` is ``"snapshot"``, ``"live"``, or
    ``"snapshot only"`` for a series that a live run cannot fetch; ``note`` says what a live series changed. ``pages``
    are where a reader finds it: the page of a series, or each publication read.
    """

    name: str
    title: str
    publisher: str
    source_id: str
    unit: str
    frequency: str
    seasonal_adjustment: str
    vintage: str
    rights: str
    file: str
    sha256: str
    first: str
    last: str
    as_of: dt.date | None
    revisions: str = ""
    source: str = "snapshot"
    note: str = ""
    pages: tuple[Page, ...] = ()

    @property
    def publications(self) -> tuple[Page, ...]:
        """The pages read row by row, each with its day; none of a series, which has one page for all its figures."""
        return tuple(page for page in self.pages if page.known)

    def joined(self, other: Provenance) -> Provenance:
        """This, and what else of the same source was read: one table may be read twice, for other rows."""
        pages = tuple(dict.fromkeys(self.pages + other.pages))
        if pages == self.pages:
            return self
        first, last = min(self.first, other.first), max(self.last, other.last)
        return replace(self, pages=pages, first=first, last=last)

    def __deepcopy__(self, memo: object) -> Provenance:
        """Itself: it cannot change, and pandas copies the attributes of a frame at every step."""
        return self


def publications(rows: pd.DataFrame) -> tuple[Page, ...]:
    """The pages that rows with an address were read on, each once, oldest first; none where rows have no address."""
    if "url" not in rows:
        return ()
    titles = rows["title"] if "title" in rows else rows["publisher"]
    machines = rows["machine_written"] if "machine_written" in rows else [False] * len(rows)
    days = rows["known"].dt.strftime("%Y-%m-%d")
    found: dict[tuple[str, str, str], Page] = {}
    for title, address, publisher, known, machine in sorted(
        zip(titles, rows["url"], rows["publisher"], days, machines, strict=True),
        key=lambda row: row[3],
    ):
        found.setdefault(
            (title, address, publisher), Page(title, address, publisher, known, bool(machine))
        )
    return tuple(found.values())


def describe(
    entry: Entry, first: object, last: object, as_of: dt.date | None, **other: object
) -> Provenance:
    """Provenance of what was loaded for a catalog entry; ``other`` replaces catalog fields."""
    shared = {
        one.name: getattr(entry, one.name) for one in fields(Provenance) if hasattr(entry, one.name)
    }
    return Provenance(
        **shared | {"note": "", "first": str(first), "last": str(last), "as_of": as_of} | other
    )
