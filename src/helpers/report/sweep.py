"""A sweep in words and grids: which word each claim got, how far its estimate moved, and what moved them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, Literal

import numpy as np
import pandas as pd

from helpers.report.changes import value_text
from helpers.report.text import alike
from helpers.trial.rules import SILENT, STATED, USED

MOST_NAMED = 3  # changes, values or reasons told one by one; more are counted


def scale(values: pd.Series) -> Literal["number", "date", "name"]:
    """How a parameter is laid out along an axis.

    Examples
    --------
    >>> scale(pd.Series([1, 2])), scale(pd.Series(["2020-02-01"])), scale(pd.Series(["25, 21, 0"]))
    ('number', 'date', 'name')
    """
    if all(isinstance(one, Real) and not isinstance(one, bool | np.bool_) for one in values):
        return "number"
    dates = all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(one)) for one in values)
    return "date" if dates else "name"


def levels(values: pd.Series) -> list[Any]:
    """The values of a parameter in the order of its axis: names as they come, all else sorted."""
    once = list(values.unique())
    return once if scale(values) == "name" else sorted(once)


def quoted(value: Any) -> str:
    """A value within a sentence: one that is a list stands in quotation marks."""
    text = value_text(value)
    return f"“{text}”" if "," in text else text


def axes_of(frame: pd.DataFrame, varied: Sequence[str]) -> list[str]:
    """Parameters the grid runs over: those with two or more values that the scenario, if any, leaves open."""
    moved = [name for name in varied if frame[name].nunique() > 1]
    if "scenario" not in frame or frame["scenario"].nunique() < 2:
        return moved
    within = frame.groupby("scenario")
    return ["scenario", *(name for name in moved if within[name].nunique().gt(1).any())]


def failures(frame: pd.DataFrame) -> pd.DataFrame:
    """The runs without a card."""
    return frame[frame["claim"].isna() | (frame["claim"] == "")]


def lines_of(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Claims and lines that some run answered, in the order of the first that did."""
    answered = frame.drop(failures(frame).index)[["claim", "line"]].drop_duplicates()
    return list(answered.itertuples(index=False, name=None))


def runs_of(frame: pd.DataFrame, claim: str, line: str, axes: Sequence[str]) -> pd.DataFrame:
    """One row a point of the grid: its word, estimate and interval on one line; "failed" where there is none."""
    columns = [*axes, "word", "estimate", "ci_low", "ci_high", "unit"]
    failed = failures(frame)[columns].assign(word="failed")
    asked = (frame["claim"] == claim) & (frame["line"] == line)
    rows = pd.concat([frame.loc[asked, columns], failed]).sort_index()
    rows = rows.astype(dict.fromkeys(("estimate", "ci_low", "ci_high"), float))
    return rows.drop_duplicates([*axes]) if axes else rows


def grid(rows: pd.DataFrame, order: Mapping[str, list[Any]], column: str) -> np.ndarray:
    """One column of `runs_of` as a matrix of two parameters, the first across; what was not run is missing."""
    (across, columns), (up, index) = order.items()
    matrix = rows.pivot(index=up, columns=across, values=column)
    return matrix.reindex(index=index, columns=columns).to_numpy()


def answered(rows: pd.DataFrame) -> pd.DataFrame:
    """The runs that gave a word."""
    return rows[rows["word"] != "failed"]


def words(rows: pd.DataFrame) -> dict[str, int]:
    """Number of runs by word, best first."""
    counts = rows["word"].value_counts()
    return {word: int(counts[word]) for word in (*STATED, *USED, *SILENT) if word in counts}


def reach(*values: pd.Series) -> str:
    """From the lowest to the highest of some numbers; empty where none is known."""
    known = pd.concat(values).dropna()
    low, high = alike([known.min(), known.max()]) if len(known) else ("", "")
    return low if low == high else f"{low} to {high}"


def unit_of(rows: pd.DataFrame) -> str:
    """The unit of the estimates of one claim; empty where no run has one."""
    return next((unit for unit in rows["unit"] if isinstance(unit, str)), "")


def headline(frame: pd.DataFrame, axes: Sequence[str]) -> str:
    """How many runs there were, over what, how many failed and why."""
    runs, failed = frame["run"].nunique(), failures(frame)
    over = f" over {_listed(axes)}" if axes else ""
    if failed.empty:
        return f"{_runs(runs)}{over}; none failed."
    reasons = failed["error"].astype(str).str.split("\n").str[0].value_counts()
    told = [f"“{str(why)[:160]}” ({count})" for why, count in reasons[:MOST_NAMED].items()]
    if others := int(reasons[MOST_NAMED:].sum()):
        told.append(f"other reasons ({others})")
    return f"{_runs(runs)}{over}; {len(failed)} failed: {_listed(told)}."


def what_moves(claim: str, rows: pd.DataFrame, axes: Sequence[str]) -> str:
    """Where over the grid the word of a claim changes on a line, or which parameters change it.

    A parameter carries the change alone when all runs with the same value of it have the same word; it takes part
    when two runs that differ in nothing else have two words.
    """
    rows = answered(rows)
    if rows["word"].nunique() < 2:
        return f"The word of {claim} is the same in every run."
    alone = [name for name in axes if rows.groupby(name)["word"].nunique().eq(1).all()]
    if len(alone) == 1:
        return _along(claim, rows, alone[0])
    part = [
        name
        for name in axes
        if (others := [one for one in axes if one != name])
        and rows.groupby(others)["word"].nunique().gt(1).any()
    ]
    if part:
        return f"The word of {claim} changes with {_listed(part)}."
    return f"The word of {claim} changes between runs that differ in more than one parameter."


def _along(claim: str, rows: pd.DataFrame, name: str) -> str:
    """The changes of the word along the one parameter it follows."""
    word = rows.groupby(name)["word"].first().reindex(levels(rows[name]))
    if scale(rows[name]) == "name":
        if len(word) > 2 * MOST_NAMED:
            return f"The word of {claim} goes with {name}."
        groups = [
            f"{one} at {_listed([quoted(value) for value in word.index[word == one]])}"
            for one in word.unique()
        ]
        return f"The word of {claim} goes with {name}: {'; '.join(groups)}."
    before = word.shift()
    told = [
        f"{value_text(at)} ({before[at]} to {word[at]})"
        for at in word.index[1:]
        if word[at] != before[at]
    ]
    if len(told) > MOST_NAMED:
        return f"The word of {claim} changes {len(told)} times along {name}, first at {told[0]}, last at {told[-1]}."
    return f"The word of {claim} changes at {name} {_listed(told)}."


def _runs(count: int) -> str:
    return f"{count} run{'s' if count != 1 else ''}"


def _listed(parts: Sequence[str]) -> str:
    """Words in a row, the last one joined by "and"."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
