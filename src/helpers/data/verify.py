"""Full check of the data folder: every file against its schema, every entry against its file."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pandera.errors

from helpers.data.catalog import Entry, catalog, entry
from helpers.data.dates import PERIOD_FREQ
from helpers.data.files import read_table
from helpers.data.live.registry import reader
from helpers.data.paths import data_dir
from helpers.data.schema import WORDS, build_schema
from helpers.data.series import trim
from helpers.data.unlikely import RETURNS, unlikely_months
from helpers.errors import DataError

#: Days from a period's end to its release: a survey may come out half a quarter before, nothing half a year after.
EARLIEST, LATEST = -46, 183


def verify_all() -> list[str]:
    """Every disagreement between catalog, files and schemas, in words; an empty list when all is well.

    Slower than the check on each load (it needs pandera), and complete: types, ranges, uniqueness, order, spans,
    vocabularies, addresses, releases, unlikely returns, files without an entry and entries without a file.
    """
    try:
        entries = catalog()
    except DataError as error:
        return [str(error)]
    problems = _orphans(entries)
    for one in entries.values():
        problems += check_entry(one)
        if one.kind == "table" and set(one.key) <= set(one.columns):
            problems += verify_table(one.name)
    return problems


def verify_table(name: str) -> list[str]:
    """Disagreements between the file of one table, its schema and the spans of the catalog."""
    table = entry(name, "table")
    try:
        frame = read_table(table)
    except DataError as error:
        return [str(error)]
    problems = []
    try:
        build_schema(table).validate(frame, lazy=True)
    except DataError as error:
        return [str(error)]
    except pandera.errors.SchemaErrors as errors:
        problems = _in_words(table, errors.failure_cases)
    for series in table.series:
        values = trim(frame[series])
        span = f"{values.index[0]}..{values.index[-1]}" if len(values) else "nothing"
        if span != entry(series).span:
            problems.append(
                f"{series}: the catalog says {entry(series).span}, {table.file} holds {span}."
            )
        if entry(series).unit == RETURNS:
            problems += [f"{table.file}: {series}: {what}." for what in unlikely_months(values)]
    return problems


def _in_words(table: Entry, cases: pd.DataFrame) -> list[str]:
    """One sentence for each broken check, with the first value that breaks it and its line in the file."""
    found = []
    of_rows = cases["schema_context"] == "DataFrameSchema"
    for (column, check), same in cases[~of_rows].groupby(
        ["column", "check"], sort=False, dropna=False
    ):
        first = same.iloc[0]
        value, words = _shown(first["failure_case"]), WORDS.get(str(check), str(check))
        found.append(f"{table.file}: {column}: {value} {words}{_place(first['index'])}.")
    for check, same in cases[of_rows].groupby("check", sort=False, dropna=False):
        row, place = same["index"].iloc[0], _place(same["index"].iloc[0])
        if str(check) in WORDS:
            cells = ", ".join(map(_shown, same.loc[same["index"] == row, "failure_case"]))
            found.append(
                f"{table.file}: {', '.join(table.key)}: {cells} {WORDS[str(check)]}{place}."
            )
        else:
            found.append(f"{table.file}: broken rule: {check!s}{place}.")
    return found


def _shown(value: Any) -> str:
    if value == "" or pd.isna(value):
        return "a blank"
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return repr(value) if isinstance(value, str) else str(value)


def _place(index: Any) -> str:
    """Line of the file, or the period, of a row."""
    if index is None or pd.isna(index):
        return ""
    return f" ({index})" if isinstance(index, pd.Period) else f" (line {int(index) + 2})"


def _orphans(entries: dict[str, Entry]) -> list[str]:
    listed = {one.file for one in entries.values()}
    lying = {f"{path.parent.name}/{path.name}" for path in data_dir().glob("*/*.csv")}
    return [
        f"{file}: not in the catalog. Add an entry or remove the file."
        for file in sorted(lying - listed)
    ]


def check_entry(one: Entry) -> list[str]:
    """What the catalog leaves out of one entry, or says that cannot be true."""
    needed = ["title", "publisher", "frequency", "vintage", "rights", "file", "sha256"]
    if one.kind == "series":
        needed += ["unit", "span", "live", "seasonal_adjustment", "revisions"]
    found = [
        f"{one.name}: the catalog gives no {name}." for name in needed if not getattr(one, name)
    ]
    dated = [one.release_lag is not None, one.known is not None, bool(one.known_column)]
    if strange := [name for name in one.key if name not in one.columns]:
        found.append(f"{one.name}: the key names {', '.join(strange)}, which is no column.")
    if not one.series and sum(dated) != 1:
        found.append(
            f"{one.name}: exactly one of release_lag, known and known_column must date its figures."
        )
    found += _releases(one)
    if one.real_time:
        found += _first_releases(one)
    if one.kind == "series" and (one.low is None or one.high is None):
        found.append(f"{one.name}: the catalog gives no plausible range.")
    found += [
        f"{one.name}: {page.address} is no page of the web."
        for page in one.pages
        if not re.fullmatch(r"https?://\S+", page.address)
    ]
    if one.kind == "series" and one.live not in ("", "none"):
        try:
            reader(one)
        except DataError as error:
            found.append(str(error))
    return found


def _first_releases(one: Entry) -> list[str]:
    """What is wrong with the first releases that a revised series names."""
    first = catalog().get(one.real_time)
    if first is None or first.revisions != "first releases":
        return [f"{one.name}: real_time: {one.real_time} is no series of first releases."]
    if one.revisions != "last vintage":
        return [f"{one.name}: first releases stand beside a series of the last vintage only."]
    if (one.release_lag, one.late_releases) != (first.release_lag, first.late_releases):
        return [f"{one.name} and {first.name} are the same releases, on different days."]
    return []


def _releases(one: Entry) -> list[str]:
    """What cannot be true of the days on which a series or table came out."""
    if one.release_lag is None:
        return [f"{one.name}: late_releases need a release_lag."] if one.late_releases else []
    if not EARLIEST <= one.release_lag <= LATEST:
        return [f"{one.name}: no figure comes out {one.release_lag} days after its period's end."]
    found, seen = [], set()
    for text, day in one.late_releases.items():
        try:
            period = pd.Period(text, PERIOD_FREQ[one.frequency])
            released = pd.Timestamp(day)
        except (KeyError, ValueError, TypeError):
            found.append(f"{one.name}: late release {text}: {day} is not a period and a day.")
            continue
        due = period.end_time.normalize() + pd.Timedelta(days=one.release_lag)
        if period in seen:
            found.append(f"{one.name}: {period} has two late releases.")
        elif released <= period.end_time:
            found.append(f"{one.name}: {period} cannot come out on {day}, before it was over.")
        elif released <= due:
            found.append(f"{one.name}: {period} on {day} is not late, it was due on {due.date()}.")
        seen.add(period)
    return found
