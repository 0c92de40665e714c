"""The page of a sweep: how words, estimates and intervals move over a grid of parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from helpers.report import sweep
from helpers.report.changes import value_text
from helpers.report.figures import style
from helpers.report.figures.sweep import plot_course, plot_intervals, plot_maps
from helpers.report.html.page import render, shell
from helpers.report.marks import SYMBOLS, word_class, word_html
from helpers.report.picture import captioned
from helpers.report.tables import table_html
from helpers.trial.claims import QUESTIONS, load_claim

MOST_NAMES, MOST_MAPS = 60, 6  # rows of an interval chart, heat maps of a line
MOST_VALUES = 6  # of a parameter, written out
NOTES = {
    "none": "The runs differ in no parameter, so there is nothing to draw. All numbers stand in sweep.csv.",
    "line": "Each point is a run: above the word it gave, below its estimate and the interval around it.",
    "names": "Each row is a run: estimate, interval and word.",
    "maps": "Each cell is a run: the colour is the estimate, the symbol the word. Without colour there is no estimate.",
    "many": f"These are more combinations than can be drawn ({MOST_MAPS} maps, or {MOST_NAMES} rows, a line). "
    "All numbers stand in sweep.csv.",
}


def sweep_page(frame: pd.DataFrame, varied: Mapping[str, str], *, title: str, notebook: str) -> str:
    """A sweep as one self-contained HTML page, to stand beside its ``sweep.csv``.

    Parameters
    ----------
    frame : DataFrame
        One row a run, claim and line, in the order of the plan: ``run``, a column for each varied parameter, ``claim``,
        ``line``, ``word``, ``estimate``, ``ci_low``, ``ci_high``, ``unit``, ``error``. A failed run has one row with
        a blank claim and its error. A column ``scenario``, where there is one, stands for the parameters it sets.
    varied : mapping of str to str
        Meaning and unit, in words, of each varied parameter.
    title : str
        Heading of the page.
    notebook : str
        Name of the notebook that was run.

    Returns
    -------
    str
        A page that opens without a network or JavaScript.
    """
    frame = frame.reset_index(drop=True)
    axes = sweep.axes_of(frame, list(varied))
    failed = sweep.failures(frame)
    kind = _kind(frame, axes)
    with mpl.rc_context():
        style.set_theme()
        mpl.rcParams["text.parse_math"] = False  # a "$" in a value is a dollar
        lines = [_line(frame, *line, axes, kind) for line in sweep.lines_of(frame)]
    listed = failed[["run", "error", *axes]].map(value_text).reset_index(drop=True)
    headline = sweep.headline(frame, axes)
    page = {
        "title": title,
        "description": headline,
        "notebook": notebook,
        "shell": shell("theme.js", "figures.js"),
        "headline": headline,
        "axes": [(name, varied.get(name, ""), _values(frame[name])) for name in axes],
        "note": NOTES[kind],
        "lines": lines,
        "failures": Markup(table_html(listed, "Failed runs")) if len(listed) else "",
    }
    return render("sweep.html.j2", page)


def _kind(frame: pd.DataFrame, axes: Sequence[str]) -> str:
    """How the runs are drawn; a key of `NOTES`."""
    if not axes:
        return "none"
    if len(axes) == 1 and sweep.scale(frame[axes[0]]) != "name":
        return "line"
    if len(axes) == 1:
        return "names" if frame["run"].nunique() <= MOST_NAMES else "many"
    maps = len(frame.groupby(list(axes[2:]))) if axes[2:] else 1
    return "maps" if maps <= MOST_MAPS else "many"


def _line(
    frame: pd.DataFrame, claim_id: str, line: str, axes: Sequence[str], kind: str
) -> dict[str, Any]:
    """What the page says and shows of one line of a claim."""
    runs = sweep.runs_of(frame, claim_id, line, axes)
    answered = sweep.answered(runs)
    counts = sweep.words(answered)
    told = ", ".join(f"{SYMBOLS[word]} {word} in {count}" for word, count in counts.items())
    name = f"{claim_id} as {line}"
    moves = sweep.what_moves(name, runs, axes)
    anchor, html = f"{claim_id.lower()}-{line}", ""
    if (figure := _figure(runs, axes, kind)) is not None:
        alt = f"{name} over {' and '.join(axes)}."
        says = f"{told}. {moves}"  # the numbers are those of sweep.csv
        html, _ = captioned(figure, says, name=anchor, alt=alt, download=False)
    return {
        "id": claim_id,
        "claim": load_claim(claim_id).claim,
        "anchor": f"line-{anchor}",
        "question": QUESTIONS[line],
        "words": [
            {"count": count, "class": word_class(word), "shown": Markup(word_html(word))}
            for word, count in counts.items()
        ],
        "estimates": sweep.reach(answered["estimate"]),
        "intervals": sweep.reach(answered["ci_low"], answered["ci_high"]),
        "unit": sweep.unit_of(answered),
        "moves": moves,
        "figure": Markup(html),
    }


def _figure(runs: pd.DataFrame, axes: Sequence[str], kind: str) -> Figure | None:
    if kind == "line":
        return plot_course(runs, *axes)
    if kind == "names":
        return plot_intervals(runs, *axes)
    if kind == "maps":
        return plot_maps(_parts(runs, axes[2:]), *_orient(runs, axes[:2]))
    return None


def _parts(runs: pd.DataFrame, rest: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The runs by the values of the parameters beyond the first two, as titles of panels."""
    if not rest:
        return {"": runs}
    return {
        ", ".join(
            f"{name} {value_text(value)}" for name, value in zip(rest, values, strict=True)
        ): part
        for values, part in runs.groupby(list(rest), sort=False)
    }


def _orient(runs: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """The parameter across, then the one up: names, which need room, up; else the one with more values across."""

    def place(name: str) -> tuple[bool, int]:
        values: pd.Series = runs[name]
        return sweep.scale(values) == "name", -values.nunique()

    return sorted(names, key=place)


def _values(values: pd.Series) -> str:
    texts = [sweep.quoted(value) for value in sweep.levels(values)]
    if len(texts) <= MOST_VALUES:
        return ", ".join(texts)
    return f"{len(texts)} values, {texts[0]} to {texts[-1]}"
