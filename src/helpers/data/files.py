"""Reading the embedded files, each checked against the hash and the columns of the catalog."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pandas as pd

from helpers.data.catalog import Entry
from helpers.data.columns import Column
from helpers.data.dates import PERIOD_FREQ
from helpers.data.paths import READ
from helpers.errors import DataError

#: Types of the catalog as pandas reads them; periods are in the frequency of their table.
DTYPES = {
    "text": "str",
    "date": "datetime64[us]",
    "month": "period[M]",
    "number": "float64",
    "integer": "int64",
    "integer, blanks allowed": "Int64",
    "yes_no": "bool",
}


def dtype_of(column: Column, frequency: str) -> str:
    """How pandas holds a column of a table with this frequency."""
    if column.type == "period":
        return f"period[{PERIOD_FREQ[frequency]}]"
    if column.type == "integer" and not column.required:
        return DTYPES["integer, blanks allowed"]
    return DTYPES[column.type]


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, remembered for the life of the process while the file stays as it is."""
    stat = path.stat()
    return _sha256(path, stat.st_mtime_ns, stat.st_size)


def check_file(entry: Entry) -> None:
    """Stop unless the file of a table is there and is the one the catalog describes.

    Raises
    ------
    DataError
        When the file is missing or was altered.
    """
    path = entry.path
    shown = f"{path.parent.parent.name}/{entry.file}"
    restore = f"`rebalance data verify` lists every difference; `git checkout -- {shown}` restores the file."
    if not path.is_file():
        raise DataError(f"{shown} is missing. {restore}")
    if (found := sha256_of(path)) != entry.sha256:
        raise DataError(
            f"{shown} is not the file the catalog describes: sha256 {entry.sha256} expected, {found} found. "
            f"{restore}"
        )
    sys.audit(READ, str(path))


def read_table(entry: Entry) -> pd.DataFrame:
    """The file of a table, checked and typed: periods as index where the rows are periods.

    Raises
    ------
    DataError
        When the file is missing, was altered, or has other columns or an unordered index.
    """
    check_file(entry)
    kept = _parse(entry.path, entry.sha256, tuple(entry.columns.items()), entry.frequency)
    return kept.copy(deep=False)  # pandas copies what a reader changes


@lru_cache(maxsize=64)
def _sha256(path: Path, _mtime_ns: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=64)
def _parse(
    path: Path, _key: str, columns: tuple[tuple[str, Column], ...], frequency: str
) -> pd.DataFrame:
    names = tuple(name for name, _ in columns)
    with path.open(newline="", encoding="utf-8") as file:
        found = tuple(next(csv.reader(file), ()))
    if found != names:
        raise DataError(
            f"{path.name} has the columns {', '.join(found)}; the catalog says {', '.join(names)}. "
            "Bring the two into agreement, then refresh the hashes."
        )
    try:
        frame = _typed(path, dict(columns), frequency)
    except (ValueError, TypeError) as error:
        raise DataError(_first_unreadable(path, dict(columns), frequency) or str(error)) from error
    index = next((name for name, column in columns if column.type == "period"), None)
    if index is not None:
        frame = frame.set_index(index)
        if not frame.index.is_monotonic_increasing or not frame.index.is_unique:
            raise DataError(
                f"{path.name}: periods are not strictly increasing. Sort the file and refresh its hash."
            )
    return frame


def _typed(path: Path, columns: dict[str, Column], frequency: str) -> pd.DataFrame:
    """The cells by the type of their column; ValueError where one does not read."""
    dtypes = {name: dtype_of(column, frequency) for name, column in columns.items()}
    by_reader = {
        name: t for name, t in dtypes.items() if t in ("float64", "int64", "Int64", "bool")
    }
    frame = pd.read_csv(
        path,
        dtype=dict.fromkeys(columns, "str") | by_reader,
        keep_default_na=False,
        na_values={name: [""] for name, column in columns.items() if column.type != "text"},
    )
    for name, dtype in dtypes.items():
        if columns[name].type == "date":
            frame[name] = pd.to_datetime(frame[name], format="%Y-%m-%d").dt.as_unit("us")
        elif columns[name].type in ("month", "period"):
            frame[name] = as_periods(frame[name], dtype)
    return frame


def as_periods(cells: pd.Series, dtype: str) -> pd.Series | pd.PeriodIndex:
    """Texts as periods. Months by way of dates, which takes a twentieth of the time."""
    if dtype == DTYPES["month"]:
        return pd.to_datetime(cells, format="%Y-%m").dt.to_period("M")
    return pd.PeriodIndex(cells, dtype=dtype)


def _first_unreadable(path: Path, columns: dict[str, Column], frequency: str) -> str:
    """The first cell that does not read as the type of its column, in words."""
    cells = pd.read_csv(path, dtype="str", keep_default_na=False)
    for name, column in columns.items():
        for line, cell in enumerate(cells[name], start=2):
            if not _reads(cell, column, frequency):
                what = (
                    f"{cell!r} is not a {column.type}"
                    if cell
                    else f"a blank is not a {column.type}"
                )
                return f"{path.name}: {name}: {what} (line {line})."
    return ""


def _reads(cell: str, column: Column, frequency: str) -> bool:
    if not cell:
        return column.type != "yes_no" and not (column.type == "integer" and column.required)
    readers: dict[str, Callable[[str], object]] = {
        "text": str,
        "date": lambda text: dt.datetime.strptime(text, "%Y-%m-%d"),
        "month": lambda text: as_periods(pd.Series([text]), DTYPES["month"]),
        "period": lambda text: as_periods(pd.Series([text]), dtype_of(column, frequency)),
        "number": float,
        "integer": lambda text: int(text) if text.lstrip("+-").isdecimal() else float("no integer"),
        "yes_no": {"true": True, "false": False}.__getitem__,
    }
    try:
        readers[column.type](cell)
    except (ValueError, KeyError):
        return False
    return True
