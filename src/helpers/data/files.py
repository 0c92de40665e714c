"""Reading the embedded files, each checked against the hash and the columns of the catalog."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import pandas as pd

from helpers.data.catalog import Entry
from helpers.data.dates import PERIOD_FREQ
from helpers.errors import DataError

# Columns that hold words or labels wherever they occur; all others are numbers or dates.
TEXT_COLUMNS = {
    "action", "bank_group", "basis", "bucket", "bucketing", "confidence", "definition", "episode", "group",
    "index_name", "kind", "metric", "note", "period", "publisher", "quantity", "rank", "sample", "size", "sources",
    "target", "text", "ticker", "title", "unit", "url", "vendor",
}  # fmt: skip
DATE_COLUMNS = {
    "announced", "effective", "end", "known", "peak_announced", "price_date", "start", "trough_announced",
}  # fmt: skip


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


def read_table(entry: Entry) -> pd.DataFrame:
    """The file of a table, checked and typed: periods as index where the rows are periods.

    Raises
    ------
    DataError
        When the file is missing, was altered, or has other columns or an unordered index.
    """
    check_file(entry)
    return _parse(
        entry.path, entry.sha256, tuple(entry.columns), entry.frequency, bool(entry.known_column)
    ).copy()


@lru_cache(maxsize=64)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=64)
def _parse(
    path: Path, sha256: str, columns: tuple[str, ...], frequency: str, dated_rows: bool
) -> pd.DataFrame:
    text = {name: "str" for name in columns if name in TEXT_COLUMNS}
    frame = pd.read_csv(
        path,
        dtype=text,
        keep_default_na=False,
        na_values={c: [""] for c in columns if c not in text},
    )
    if tuple(frame.columns) != columns:
        raise DataError(
            f"{path.name} has the columns {', '.join(frame.columns)}; the catalog says {', '.join(columns)}. "
            "Bring the two into agreement, then refresh the hashes."
        )
    for name in DATE_COLUMNS & set(columns):
        frame[name] = pd.to_datetime(frame[name], format="%Y-%m-%d")
    for name in {"peak", "trough"} & set(columns):
        frame[name] = pd.PeriodIndex(frame[name], freq="M")
    if "period" in columns and not dated_rows:
        frame = frame.set_index(
            pd.PeriodIndex(frame.pop("period"), freq=PERIOD_FREQ[frequency], name="period")
        )
        if not frame.index.is_monotonic_increasing or not frame.index.is_unique:
            raise DataError(
                f"{path.name}: periods are not strictly increasing. Sort the file and refresh its hash."
            )
        frame = frame.astype("float64")
    return frame
