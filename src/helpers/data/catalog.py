"""The catalog: what each figure is, where it lies and when it became known. Reads YAML only, no pandas."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.data.columns import Column, read_column
from helpers.data.paths import data_dir
from helpers.data.yaml_files import read_yaml
from helpers.errors import DataError, nearest

#: A paper named in the text of a publisher.
DOI = re.compile(r"doi:10\.\d{4,9}/[^\s,;]+")
PERIODS = {"monthly": "month, YYYY-MM", "quarterly": "quarter, YYYYQn", "yearly": "year, YYYY"}


@dataclass(frozen=True)
class Page:
    """Where a reader finds a figure at its source.

    Attributes
    ----------
    title : str
        Of the page, or what names it in the text that leads to it.
    address : str
        As the data have it; blank where they have none.
    publisher, known : str
        Of a publication: whose it is, and the ISO day on which its figures count as known.
    machine_written : bool
        Of a publication: written by a machine or for promotion, and never a sole source.
    """

    title: str
    address: str
    publisher: str = ""
    known: str = ""
    machine_written: bool = False


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
    revisions : {"none", "last vintage", "first releases"}
        Of a series: whether its figures are revised, and which of them the file holds.
    real_time : str
        Series of first releases that stands for a revised one, see `helpers.data.as_released`.
    change_over : int
        Months over which a series of first releases takes the change of the revised one; 0: the figure itself.
    low, high : float or None
        Plausible smallest and largest value of a series in its unit.
    live : str
        ``"fred:ID"``, or ``"none"`` when a live run uses the snapshot as well.
    page : str
        Where a reader finds it: an address, ``"fred:ID"``, or blank where ``live`` says it.
    pages : tuple of Page
        That place, and the papers its publisher names.
    columns : dict
        Name to `Column`, in the order of the file.
    key : tuple of str
        Columns that tell the rows apart.
    rules : tuple of str
        Functions of `helpers.data.rules` that the table must fulfil.
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
    revisions: str = ""
    real_time: str = ""
    change_over: int = 0
    low: float | None = None
    high: float | None = None
    live: str = "none"
    page: str = ""
    pages: tuple[Page, ...] = ()
    note: str = ""
    columns: dict[str, Column] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
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


@lru_cache(maxsize=4)
def _read(path: Path, _mtime_ns: int, _size: int) -> dict[str, Entry]:
    content = read_yaml(path)
    try:
        kinds, addresses = content["kinds"], content.get("addresses", {})
        found = [
            replace(one, pages=_pages(one, addresses))
            for name, table in content["tables"].items()
            for one in _entries(name, table, kinds)
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"{path} does not read as a catalog ({error}). "
            "Restore it with `git checkout -- data/catalog.yaml`."
        ) from error
    for name, times in Counter(one.name for one in found).items():
        if times > 1:
            raise DataError(f"{path}: {name} stands {times} times in the catalog. Keep one.")
    return {one.name: one for one in found}


def _pages(one: Entry, addresses: dict[str, str]) -> tuple[Page, ...]:
    """Where the catalog says that a reader finds an entry, and each paper that its publisher names."""
    place = one.page or one.live.removeprefix("none")
    named = {one.title: place} if place else {}
    named |= {paper: paper for paper in DOI.findall(one.publisher)}
    return tuple(Page(title, _address(place, addresses)) for title, place in named.items())


def _address(place: str, addresses: dict[str, str]) -> str:
    prefix, _, rest = place.partition(":")
    return f"{addresses[prefix]}{rest}" if prefix in addresses else place


def _entries(name: str, table: dict[str, Any], kinds: dict[str, Any]) -> list[Entry]:
    """A table and its series; a series inherits every field it does not state itself."""
    stated = dict(table)
    series = stated.pop("series", {})
    plausible = stated.pop("plausible", (None, None))
    inherited = {"low": plausible[0], "high": plausible[1]} | {
        key: value for key, value in stated.items() if key not in ("columns", "key", "rules")
    }
    found = []
    for one, own in series.items():
        own = dict(own)
        low, high = own.pop("plausible", (inherited["low"], inherited["high"]))
        found.append(Entry(one, "series", name, **inherited | own | {"low": low, "high": high}))
    if series:
        columns = {"period": Column(meaning=PERIODS[stated["frequency"]], type="period")} | {
            one.name: Column(
                meaning=f"{one.title}, {one.unit}",
                type="number",
                at_least=one.low,
                at_most=one.high,
            )
            for one in found
        }
    else:
        columns = {
            column: read_column(f"{name}.{column}", spec, kinds)
            for column, spec in stated["columns"].items()
        }
    own_table = {"unit": "see columns"} | {
        key: value for key, value in stated.items() if key not in ("source_id", "live")
    }
    lists = {key: tuple(stated.get(key, ())) for key in ("key", "rules")}
    own_table |= {"columns": columns, "series": tuple(series), **lists}
    return [Entry(name, "table", name, **own_table), *found]
