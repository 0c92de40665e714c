"""The pandera schema of a table, built from what the catalog says of its columns."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pandera.pandas as pa

from helpers.data.catalog import Entry
from helpers.data.columns import Column
from helpers.data.files import dtype_of
from helpers.data.rules import rules_of

BOUNDS: dict[str, Callable[..., pa.Check]] = {
    "above": pa.Check.gt,
    "at_least": pa.Check.ge,
    "at_most": pa.Check.le,
    "below": pa.Check.lt,
    "other_than": pa.Check.ne,
}
#: What pandera calls its own checks, in the words of this project.
WORDS = {
    "not_nullable": "is not allowed",
    "field_uniqueness": "stands twice",
    "multiple_fields_uniqueness": "stands twice",
}


def build_schema(table: Entry) -> pa.DataFrameSchema:
    """Schema of a table as `helpers.data.files.read_table` gives it.

    The ``error`` of each check continues a sentence that begins with the value. Tables of periods must have a row
    for every period.

    Raises
    ------
    DataError
        The catalog names a rule that does not exist.
    """
    columns = {name: one for name, one in table.columns.items() if one.type != "period"}
    index = next((name for name in table.columns if name not in columns), None)
    checks = [
        pa.Check(function, name=name, error=name.replace("_", " "))
        for name, function in rules_of(table).items()
    ]
    if index:
        checks.append(pa.Check(_unbroken, name="unbroken", error="every period has a row"))
    return pa.DataFrameSchema(
        {
            name: pa.Column(
                dtype_of(one, table.frequency),
                _checks(one),
                nullable=not one.required,
                unique=one.unique,
            )
            for name, one in columns.items()
        },
        index=pa.Index(dtype_of(table.columns[index], table.frequency)) if index else None,
        checks=checks,
        unique=list(table.key) or None,
        strict=True,
    )


def _checks(column: Column) -> list[pa.Check]:
    """Blanks pass every check but ``required``."""
    found = []
    if column.required and column.type == "text":
        found.append(pa.Check.ne("", error="is not allowed"))
    if column.one_of:
        listed = ", ".join(column.one_of)
        found.append(pa.Check.isin([*column.one_of, ""], error=f"is not one of {listed}"))
    if column.pattern:
        matched = rf"^(?:{column.pattern})?$"
        found.append(pa.Check.str_matches(matched, error=f"does not read {column.pattern}"))
    for name, check in BOUNDS.items():
        if (bound := getattr(column, name)) is not None:
            found.append(check(bound, error=f"is not {name.replace('_', ' ')} {bound:g}"))
    if column.increasing:
        found.append(pa.Check(_not_falling, error="comes after a later one"))
    return found


def _not_falling(values: pd.Series) -> pd.Series:
    return ~(values < values.shift())


def _unbroken(rows: pd.DataFrame) -> bool:
    return len(rows) == len(pd.period_range(rows.index[0], rows.index[-1]))
