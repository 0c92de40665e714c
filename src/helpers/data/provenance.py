"""Where a loaded object comes from and what of it was known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from helpers.data.catalog import Entry


@dataclass(frozen=True)
class Provenance:
    """Source of one loaded series, table or published range.

    ``first`` and ``last`` are the periods actually loaded; ``revisions`` says of a series whether its figures are
    revised and which of them these are; ``source`` is ``"snapshot"``, ``"live"``, or
    ``"snapshot only"`` for a series that a live run cannot fetch; ``note`` says what a live series changed.
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

    def __deepcopy__(self, memo: object) -> Provenance:
        """Itself: it cannot change, and pandas copies the attributes of a frame at every step."""
        return self


def describe(
    entry: Entry, first: object, last: object, as_of: dt.date | None, **other: str
) -> Provenance:
    """Provenance of what was loaded for a catalog entry; ``other`` replaces catalog fields."""
    shared = {
        one.name: getattr(entry, one.name) for one in fields(Provenance) if hasattr(entry, one.name)
    }
    return Provenance(
        **shared | {"note": "", "first": str(first), "last": str(last), "as_of": as_of} | other
    )
