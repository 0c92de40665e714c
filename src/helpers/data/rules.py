"""Rules across the columns of a table, which ``catalog.yaml`` names under ``rules``.

Each function gets the table as it is loaded and says for each row whether the rule holds. The name is what a reader
sees of a broken rule.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from helpers.data.catalog import Entry
from helpers.errors import DataError, nearest

Rule = Callable[[pd.DataFrame], pd.Series]

#: By name, as the catalog says them.
RULES: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Make a function a rule that the catalog can name."""
    RULES[function.__name__] = function
    return function


@rule
def lower_not_above_upper(rows: pd.DataFrame) -> pd.Series:
    """Lower bound of the target at or below the upper one."""
    return rows["lower"] <= rows["upper"]


@rule
def announced_on_the_effective_date_through_2016_the_day_before_since(
    rows: pd.DataFrame,
) -> pd.Series:
    """A change takes effect on the day of its announcement through 2016, on the next day since 2017."""
    days = (rows["effective"] - rows["announced"]).dt.days
    return days == (rows["effective"].dt.year >= 2017).astype(int)


@rule
def changes_add_up_to_the_level(rows: pd.DataFrame) -> pd.Series:
    """Each change, in basis points, is the step between the levels before and after it."""
    steps = 100 * rows["upper"].diff()
    return steps.isna() | ((steps - rows["change_bp"]).abs() < 0.01)


@rule
def peak_before_trough(rows: pd.DataFrame) -> pd.Series:
    """A recession begins before it ends."""
    return rows["peak"] < rows["trough"]


@rule
def peak_announced_after_the_peak(rows: pd.DataFrame) -> pd.Series:
    """No peak is known before its month is over."""
    return rows["peak_announced"] > rows["peak"].dt.end_time


@rule
def trough_announced_after_the_trough(rows: pd.DataFrame) -> pd.Series:
    """No trough is known before its month is over."""
    return rows["trough_announced"] > rows["trough"].dt.end_time


@rule
def start_before_end(rows: pd.DataFrame) -> pd.Series:
    """A span of time has a length."""
    return rows["start"] < rows["end"]


@rule
def low_mid_and_high_in_order(rows: pd.DataFrame) -> pd.Series:
    """The central figure lies in its range."""
    return (rows["low"] <= rows["mid"]) & (rows["mid"] <= rows["high"])


@rule
def one_of_value_range_and_statement(rows: pd.DataFrame) -> pd.Series:
    """A quotation is a figure, or a range with both ends, or a statement in words."""
    value, low, high = (rows[name].notna() for name in ("value", "low", "high"))
    said = value.astype(int) + (low & high) + (rows["text"] != "")
    return (said == 1) & ~(low ^ high)


@rule
def low_below_high(rows: pd.DataFrame) -> pd.Series:
    """A quoted range has a width."""
    return ~(rows["low"] >= rows["high"])


@rule
def figures_have_a_unit(rows: pd.DataFrame) -> pd.Series:
    """Only a statement in words has no unit."""
    return (rows["unit"] != "") | (rows["text"] != "")


@rule
def an_address_unless_derived_or_not_found(rows: pd.DataFrame) -> pd.Series:
    """What was read somewhere names the page."""
    return rows["url"].str.match(r"https?://") | rows["confidence"].isin(["derived", "not found"])


def rules_of(table: Entry) -> dict[str, Rule]:
    """The rules that a table must fulfil, by name.

    Raises
    ------
    DataError
        The catalog names a rule that does not exist.
    """
    for name in table.rules:
        if name not in RULES:
            raise DataError(
                f"catalog.yaml: {table.name}: there is no rule {name!r}.{nearest(name, RULES)} "
                "Rules are the functions of helpers.data.rules."
            )
    return {name: RULES[name] for name in table.rules}
