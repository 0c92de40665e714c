"""The catalog: what each figure is, where it lies and when it became known. Reads YAML only, no pandas."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.data.paths import data_dir
from helpers.errors import DataError


@dataclass(frozen=True)
class Entry:
    """One series or one table of the catalog.

    Attributes
    ----------
    kind : {"series", "table"}
    table : str
        The table a series belongs to; for a table its own name.
    release_lag : int or None
        Days from the end of a period until its figure is public; None where ``known`` dates are given instead.
    late_releases : dict
        Period to release date, for figures that came out later than the lag says.
    known, known_column
        Date on which a whole table became known, or the column that dates each of its rows.
    low, high : float or None
        Plausible smallest and largest value of a series in its unit.
    live : str
        ``"fred:ID"``, or ``"none"`` when a live run uses the snapshot as well.
    columns : dict
        Column of the file to its meaning, in order.
    """

    name: str
    kind: str
    table: str
    title: str
    file: str
    sha256: str
    frequency: str
    publisher: str
    vintage: str
    rights: str
    source_id: str = ""
    unit: str = ""
    seasonal_adjustment: str = "none"
    release_lag: int | None = None
    late_releases: dict[str, dt.date] = field(default_factory=dict)
    known: dt.date | None = None
    known_column: str = ""
    span: str = ""
    low: float | None = None
    high: float | None = None
    live: str = "none"
    note: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    series: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """Column of the file that holds a series: its id."""
        return self.name

    @property
    def path(self) -> Path:
        return data_dir() / self.file

    @property
    def is_published(self) -> bool:
        """Whether the table holds quotations, one a row."""
        return (
            self.file.startswith("published/")
            and "metric" in self.columns
            and "url" in self.columns
        )


def catalog() -> dict[str, Entry]:
    """Every series and table by id, tables right before their series.

    Examples
    --------
    >>> catalog()["cpi"].unit
    'index, 1982-84 = 100'
    >>> catalog()["cpi"].release_lag
    14
    """
    path = data_dir() / "catalog.yaml"
    stat = path.stat()
    return dict(_read(path, stat.st_mtime_ns, stat.st_size))


def entry(name: str, kind: str | None = None) -> Entry:
    """Catalog entry of a series or table.

    Raises
    ------
    DataError
        When the catalog has no such name; the message offers the nearest ones.
    """
    entries = catalog()
    found = entries.get(name)
    if found and kind in (None, found.kind):
        return found
    what = kind or "series or table"
    if found:
        hint = (
            f" {name} is a {found.kind}: use {'load' if found.kind == 'series' else 'load_table'}."
        )
    else:
        hint = nearest(
            name, [other.name for other in entries.values() if kind in (None, other.kind)]
        )
    raise DataError(
        f"No {what} named {name!r} in the catalog.{hint} `rebalance data list` shows them all."
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Sentence that offers the names closest to a misspelt one, or nothing."""
    close = difflib.get_close_matches(str(name).lower(), list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(close)}?" if close else ""


@lru_cache(maxsize=4)
def _read(path: Path, mtime_ns: int, size: int) -> dict[str, Entry]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        tables = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)["tables"]
        return {one.name: one for name, table in tables.items() for one in _entries(name, table)}
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"{path} does not read as a catalog ({error}). Restore it with `git checkout -- data/catalog.yaml`."
        ) from error


def _entries(name: str, table: dict[str, Any]) -> list[Entry]:
    """A table and its series; a series inherits every field it does not state itself."""
    fields = dict(table)
    series = fields.pop("series", {})
    columns = fields.pop("columns", {})
    if series:
        columns = {"period": _period_meaning(fields["frequency"])} | {
            one: f"{own['title']}, {own.get('unit', fields.get('unit'))}"
            for one, own in series.items()
        }
    plausible = fields.pop("plausible", (None, None))
    inherited = {"low": plausible[0], "high": plausible[1]} | fields
    own_table = {"unit": "see columns"} | {
        key: value for key, value in fields.items() if key not in ("source_id", "live")
    }
    found = [Entry(name, "table", name, columns=columns, series=tuple(series), **own_table)]
    for one, own in series.items():
        own = dict(own)
        low, high = own.pop("plausible", (inherited["low"], inherited["high"]))
        merged = inherited | own | {"low": low, "high": high}
        found.append(Entry(one, "series", name, **merged))
    return found


def _period_meaning(frequency: str) -> str:
    return {"monthly": "month, YYYY-MM", "quarterly": "quarter, YYYYQn"}[frequency]
