"""A copy of the data folder in which every figure that was not yet known at a date is wrong.

Whatever claims to know only the past must give the same result from ``data/`` and from this copy.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.data.catalog import Entry, catalog, entry
from helpers.data.dates import known_dates
from helpers.data.files import read_table
from helpers.data.paths import data_dir
from helpers.data.refresh import refresh_hashes

LABELS = {
    "period", "start", "end", "announced", "effective", "known", "price_date", "peak_announced", "trough_announced",
    "metric", "group", "size", "unit", "url", "confidence", "machine_written", "rank", "bucketing", "bucket", "sample",
    "episode", "ticker", "index_name", "bank_group", "basis", "action", "fiscal_year", "quantity", "target", "kind",
    "definition", "vendor",
}  # fmt: skip


def corrupted_copy(target: Path, as_of: dt.date, spoil: Callable[[str], str] | None = None) -> Path:
    """Copy the data folder to ``target`` and spoil every figure that became known after ``as_of``.

    Numbers change sign and size, statements and turning points change too, unless another ``spoil`` is given; labels
    and dates stay. The hashes are those of the new files, so that only a reader who looks past ``as_of`` can notice.
    """
    shutil.copytree(data_dir(), target)
    described = (target / "catalog.yaml").read_text(encoding="utf-8")
    for table in [one for one in catalog().values() if one.kind == "table"]:
        path = target / table.file
        with path.open(newline="", encoding="utf-8") as file:
            head, *rows = csv.reader(file)
        cells = _unknown_cells(table, head, rows, as_of)
        if not cells:
            continue
        for row, place in cells:
            rows[row][place] = (spoil or _spoiled)(rows[row][place])
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *rows])
        described = described.replace(table.sha256, sha256(path.read_bytes()).hexdigest())
    (target / "catalog.yaml").write_text(described, encoding="utf-8", newline="\n")
    return target


def revised_copy(target: Path) -> Path:
    """Copy the data folder to ``target`` as after a revision of every figure of which the first release is held.

    A last vintage may say anything of those months: what is read as first released must not notice.
    """
    shutil.copytree(data_dir(), target)
    for series in [one for one in catalog().values() if one.real_time]:
        first = read_table(entry(entry(series.real_time).table))[series.real_time].dropna().index
        path = target / series.file
        table = pd.read_csv(path, index_col="period", dtype="str", keep_default_na=False)
        held = table.index.isin(first.astype(str)) & (table[series.name] != "")
        revision = 1.05 + 0.05 * pd.Series(range(len(table)), table.index).mod(7) / 7
        table.loc[held, series.name] = (table[series.name][held].astype(float) * revision).astype(
            str
        )
        table.to_csv(path, lineterminator="\n")
    refresh_hashes(target)
    return target


@contextmanager
def data_folder(folder: Path) -> Iterator[None]:
    """Read figures from another folder inside this block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REBALANCE_DATA", str(folder))
        yield


def _unknown_cells(
    table: Entry, head: list[str], rows: list[list[str]], as_of: dt.date
) -> list[tuple[int, int]]:
    """Row and place in the row of each figure that became known later."""
    day = pd.Timestamp(as_of)
    if table.series:
        periods = read_table(table).index
        cells = []
        for name in table.series:
            place = head.index(name)
            filled = np.array([k for k, row in enumerate(rows) if row[place]])
            late = filled[known_dates(entry(name), periods[filled]) > day]
            cells += [(k, place) for k in late.tolist()]
        return cells
    if table.release_lag is not None:
        known = known_dates(table, read_table(table).index)
    elif table.known:
        known = pd.DatetimeIndex([table.known] * len(rows))
    else:
        known = pd.DatetimeIndex([row[head.index(table.known_column)] for row in rows])
    figures = [place for place, column in enumerate(head) if column not in LABELS]
    cells = [(k, place) for k in np.flatnonzero(known > day).tolist() for place in figures]
    if "trough" in head:
        announced, trough = head.index("trough_announced"), head.index("trough")
        early = np.flatnonzero(known <= day).tolist()
        cells += [(k, trough) for k in early if pd.Timestamp(rows[k][announced]) > day]
    return cells


def _spoiled(cell: str) -> str:
    if not cell:
        return cell
    for spoil in (lambda: -3 * int(cell) - 17, lambda: -3.0 * float(cell) - 17.0):
        try:
            return str(spoil())
        except ValueError:
            pass
    if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", cell):
        return str(pd.Period(cell, "M") + 7)
    return f"not {cell}"
