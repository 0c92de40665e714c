"""Tables that a screen reader can walk and a phone can scroll."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from html import escape
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import display
from markupsafe import Markup

from helpers.report.downloads import csv_of, link, with_unit
from helpers.report.marks import TABLE_MIME
from helpers.report.sources import source_html, sources_of
from helpers.report.text import MINUS, MOST_PLACES, alike, number, p_value, plain
from helpers.trial.claims import QUESTIONS, Line, load_claim

#: What each rule reads, for the eye.
RULES = {
    "fact": "The record.",
    "parts": "The parts of the sentence, one by one.",
    "votes": "The share of publications or definitions that bear it out.",
    "outcome": "The outcome, once it is known.",
    "effect": "A Bayes factor of an effect of the expected size against none.",
    "quantity": "The share of the draws over published ranges that reach a size.",
    "forecast": "The outcome, once it is known; until then a probability.",
    "episode": "Nothing: one episode.",
}
IDENTIFIER = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
#: Columns that hold p-values, which are written alike everywhere: "p", "lowest p", "p, windows", "p_ivx".
P_VALUES = re.compile(r"(^|.*[ ,])p([ ,_].*)?|holm")
DATE = re.compile(r"(?<![\w/-])\d{4}-\d\d(-\d\d)?(?![\w/-])")  # a day, a month or a span of years
UNIT = "unit"  # the column that gives each row a unit of its own
#: What a reader calls the columns that estimators return.
HEADS = {
    "any false for": "any “for” in all tests, wrongly",
    "ci_low": "interval from",
    "ci_high": "interval to",
    "mde": "smallest detectable effect",
    "n_effective": "independent n",
    "oos_r2": "out-of-sample R²",
    "se": "standard error",
    "p_ivx": "p, IVX",
    "p_hodrick": "p, Hodrick",
    "p_oos": "p, out of sample",
    "holm": "p, Holm",
}
SHORT, LONG = (
    16,
    60,
)  # characters: a column of short cells does not wrap, one of long cells keeps a width
MISSING = "not available"
NAME_WORDS = 6  # of a caption, in the name of a file
MANY_COLUMNS = 8  # beyond these the cells stand closer
MANY_ROWS = 8  # beyond these the rows after the first ones fold
NOTED = 5  # columns: of as many, the last one stands below its row where it holds long texts


def table(
    frame: pd.DataFrame,
    caption: str,
    *,
    units: Mapping[str, str] | None = None,
    digits: int | Mapping[str, int] | None = None,
    sources=None,
    first: int = 5,
    missing: str = MISSING,
) -> None:
    """Display a frame as an accessible table; a long one folds behind its first rows, on screen.

    Its numbers go with it as a CSV file, with ten digits.

    Parameters
    ----------
    frame : DataFrame
        One header row. A named index, or one that is not the default 0, 1, 2, ..., heads the rows; otherwise the
        first column does.
    caption : str
        What the table shows; also its name for assistive technology.
    units : mapping of column to unit, optional
        Printed under the column's name.
    digits : int or mapping of column to int, optional
        Decimals of floating-point columns; where none are given, those that the largest value deserves, in its row
        where a column ``unit`` gives each row its own. A column of p-values is written by
        :func:`helpers.report.text.p_value`.
    sources : Information, Published, Provenance, names, optional
        Printed under the table, see :func:`helpers.report.sources.source_html`; by default what the frame was made
        of, where an examination recorded it.
    first : int
        Rows that stand before the fold: put the decisive ones first. None of them folds the table whole.
    missing : str
        What a cell says where its number is not there.

    Raises
    ------
    ValueError
        When the frame is empty, has column levels, or ``units`` or ``digits`` name a column that is not there.
    """
    options = {"units": units, "digits": digits, "sources": sources}
    display(mimebundle(frame, caption, first=first, missing=missing, **options), raw=True)


def mimebundle(
    frame: pd.DataFrame,
    caption: str,
    *,
    units: Mapping[str, str] | None = None,
    digits: int | Mapping[str, int] | None = None,
    sources=None,
    first: int = 5,
    missing: str = MISSING,
) -> dict[str, Any]:
    """What :func:`table` displays, by media type; arguments as there."""
    sources = sources_of(frame) if sources is None else sources
    line = source_html(sources or None, _data(frame, caption, units or {}))
    html = table_html(frame, caption, units=units, digits=digits, first=first, missing=missing)
    texts = (
        _texts(frame, units or {}, digits, missing).map(lambda cell: cell[0]).to_string(index=False)
    )
    shown = _with_heads(frame).rename(columns=lambda name: readable(str(name)))
    return {
        "text/html": html + line,
        "text/plain": f"{caption}\n{texts}",
        TABLE_MIME: plain({"caption": caption, **shown.to_dict("split", index=False)}),
    }


def tests(claim_ids: Sequence[str]) -> None:
    """Display the questions put to each claim: what is measured and what would decide them."""
    rows = [
        {
            "Claim": f"{claim.id}. {claim.claim}",
            "Question": QUESTIONS[name],
            "Measured by": f"{line.estimand}. {line.statistic}.",
            "Judged by": RULES[line.rule] + _size(line),
            "Yes if": line.true_if,
            "No if": line.false_if,
            "Written down": line.fixed,
        }
        for claim in map(load_claim, claim_ids)
        for name, line in claim.lines.items()
    ]
    caption = "What would make each claim true, and what would make it false"
    table(pd.DataFrame(rows), caption, first=0)


def _data(frame: pd.DataFrame, caption: str, units: Mapping[str, str]) -> str:
    """A link to the numbers as they are, named by the first words of the caption; none where there are none."""
    cells = _texts(frame, units, None)
    if not any(is_number for column in cells for _, is_number in cells[column]):
        return ""
    heads = [with_unit(_head_of(column), units.get(str(column))) for column in cells]
    body = _with_heads(frame).map(_exact).itertuples(index=False, name=None)
    words = re.findall(r"[a-z0-9]+", re.split("[,;:(]", caption.lower())[0])
    return link(csv_of([heads, *body]), "-".join(words[:NAME_WORDS]) or "table")


def _exact(value) -> str:
    if isinstance(value, Real) and not isinstance(value, bool | np.bool_):
        return "" if value != value else f"{value:.10g}"
    text = _cell(value, 0)[0]
    return "" if text == MISSING else text


def _size(line: Line) -> str:
    if line.smallest_effect is None:
        return ""
    return f" Smallest size that matters: {number(line.smallest_effect)} {line.unit}."


def _texts(
    frame: pd.DataFrame,
    units: Mapping[str, str],
    digits: int | Mapping[str, int] | None,
    missing: str = MISSING,
) -> pd.DataFrame:
    """The frame as (text, is a number) pairs, row heads first."""
    if frame.empty or frame.columns.nlevels > 1:
        raise ValueError(
            "table: needs at least one row and a single row of column names. Reshape the frame first."
        )
    named = [*units, *(digits if isinstance(digits, Mapping) else ())]
    if unknown := [str(name) for name in named if name not in frame.columns]:
        raise ValueError(
            f"table: no column {', '.join(unknown)}. Columns: {', '.join(map(str, frame.columns))}."
        )
    whole = _with_heads(frame)
    heads = max(1, len(whole.columns) - len(frame.columns))
    texts = pd.DataFrame(index=whole.index)
    own = _by_row(whole) if UNIT in whole.columns and digits is None else {}
    for position, column in enumerate(whole.columns):
        places = digits.get(column) if isinstance(digits, Mapping) else digits
        if places is None:
            places = _deserved(whole[column])
        written = _p_cell if P_VALUES.fullmatch(str(column)) else _cell
        texts.insert(
            position,
            column,
            [
                (own[row, position], True) if (row, position) in own else written(value, places)
                for row, value in enumerate(whole[column])
            ],
            allow_duplicates=False,
        )
    if missing != MISSING:
        texts = texts.map(lambda cell: (missing, False) if cell[0] == MISSING else cell)
    texts.attrs["heads"] = heads
    return texts


def _by_row(whole: pd.DataFrame) -> dict[tuple[int, int], str]:
    """Each number by row and column: three digits of the largest of its row, more where these tell none apart.

    A row of p-values is named as such a column would be.
    """
    kept = [k for k, name in enumerate(whole) if not P_VALUES.fullmatch(str(name))]
    told: dict[tuple[int, int], str] = {}
    for place, row in enumerate(whole.itertuples(index=False, name=None)):
        own = {k: row[k] for k in kept if _is_float(row[k]) and math.isfinite(row[k])}
        for digits in range(3, MOST_PLACES + 1):
            texts = alike(own.values(), digits)
            if len(set(texts)) == len(set(own.values())):
                break
        if P_VALUES.fullmatch(str(row[0])):
            texts = [p_value(value) for value in own.values()]
        told |= {(place, k): text for k, text in zip(own, texts, strict=True)}
    return told


def _deserved(column: pd.Series) -> int:
    """Decimals for three digits of the largest number, with one below a thousand."""
    numbers = [float(value) for value in column if _is_float(value)]
    largest = max((abs(value) for value in numbers if np.isfinite(value)), default=0.0)
    return (
        0 if largest >= 1000 else 1 if largest >= 1 or not largest else 2 if largest >= 0.1 else 3
    )


def _is_float(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, Integral | bool) and value == value


def _with_heads(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an index that heads the rows as its first columns."""
    if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        return frame
    return frame.reset_index(names=[name or "" for name in frame.index.names])


def _cell(value, places: int) -> tuple[str, bool]:
    if isinstance(value, bool | np.bool_):
        return ("yes" if value else "no"), False
    if isinstance(value, str):
        return (readable(value) if IDENTIFIER.fullmatch(value) else value), False
    if value is None or value is pd.NaT or (isinstance(value, Real) and value != value):
        return MISSING, False
    if isinstance(value, Integral):
        return f"{value:,}".replace("-", MINUS), True
    if isinstance(value, Real) and math.isinf(value):
        return ("∞" if float(value) > 0 else f"{MINUS}∞"), True
    if isinstance(value, Real):
        written = f"{value:,.{places}f}"
        return (written if re.search("[1-9]", written) else written.lstrip("-")).replace(
            "-", MINUS
        ), True
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}", False
    return str(value), False


def _p_cell(value, places: int) -> tuple[str, bool]:
    known = isinstance(value, float) and np.isfinite(value)
    return (p_value(value), True) if known else _cell(value, places)


def table_html(
    frame: pd.DataFrame,
    caption: str,
    *,
    units: Mapping[str, str] | None = None,
    digits: int | Mapping[str, int] | None = None,
    first: int = 5,
    missing: str = MISSING,
) -> str:
    """The table alone, in a container that scrolls; arguments as in :func:`table`. A cell may be `Markup`."""
    units = units or {}
    cells = _texts(frame, units, digits, missing)
    heads = cells.attrs["heads"]
    classes = {column: _column_class(cells[column]) for column in cells}
    *across, last = cells
    noted = len(across) + 1 >= NOTED and "gr-long" in classes[last]
    if not noted:
        across.append(last)
    columns = "".join(
        _head(_head_of(column), units.get(str(column)), classes[column]) for column in across
    )
    folds = 0 < first < len(cells) and len(cells) > MANY_ROWS
    rows = []
    for place, row in enumerate(cells.itertuples(index=False, name=None)):
        rest = "gr-rest" if folds and place >= first else ""
        parts = enumerate(zip(row, across, strict=False))
        body = "".join(_body(k < heads, text, classes[c]) for k, ((text, _), c) in parts)
        rows.append(f'<tr class="{rest}">{body}</tr>' if rest else f"<tr>{body}</tr>")
        if noted and (note := row[-1][0]):
            name = f"<b>{escape(_head_of(last))}</b>"
            rows.append(
                f'<tr class="{f"gr-under {rest}".strip()}"><td colspan="{len(across)}">'
                f"<div>{name} {_shown(note)}</div></td></tr>"
            )
    close = " gr-close" if len(cells.columns) > MANY_COLUMNS else ""
    html = (
        f'<div class="gr-scroll" role="group" tabindex="0" aria-label="{escape(caption)}">'
        f'<table class="gr-table{close}"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    if folds:
        return f'{html}<details class="gr-more"><summary>All {len(cells)} rows</summary></details>'
    if not first:
        rows_told = f"{len(cells)} {'row' if len(cells) == 1 else 'rows'}"
        return f'<details class="gr-more"><summary>{escape(caption)}: {rows_told}</summary>{html}</details>'
    return html


def _head_of(column) -> str:
    return HEADS.get(str(column), readable(str(column)))


def readable(name: str) -> str:
    """A name of the code as a reader wants it.

    Examples
    --------
    >>> readable("without_loss_makers"), readable("cut_bp")
    ('without loss makers', 'cut in basis points')
    """
    return re.sub(r"_bp$", " in basis points", name).replace("_", " ")


def _column_class(cells: pd.Series) -> str:
    if any(is_number for _, is_number in cells):
        return ' class="gr-number"'
    longest = max(len(text) for text, _ in cells)
    return ' class="gr-short"' if longest <= SHORT else ' class="gr-long"' if longest > LONG else ""


def _head(name: str, unit: str | None, kind: str) -> str:
    if not name:  # an empty header cell has nothing to announce
        return f"<td{kind}></td>"
    return (
        f'<th scope="col"{kind}>{escape(name)}'
        + (f" <small>{escape(unit)}</small>" if unit else "")
        + "</th>"
    )


def _body(heads_row: bool, text: str, kind: str) -> str:
    shown = _shown(text) if "gr-short" not in kind else escape(text)
    return f'<th scope="row"{kind}>{shown}</th>' if heads_row else f"<td{kind}>{shown}</td>"


def _shown(text: str) -> str:
    """A text of a cell that may wrap, though not inside a date."""
    if isinstance(text, Markup):
        return text
    return DATE.sub(r'<span class="gr-short">\g<0></span>', escape(text))
