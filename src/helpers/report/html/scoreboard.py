"""The index page: every claim with its verdict, and the way to the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from helpers.report.card import interval_meaning, written
from helpers.report.changes import list_changes
from helpers.report.html.markdown import Renderer, to_html
from helpers.report.html.page import is_link, render, shell
from helpers.report.marks import SYMBOLS
from helpers.report.summary import SECTIONS, changes, headline
from helpers.report.text import number, p_value
from helpers.trial.ledger import PARTIAL, UNANSWERED, Row, count_verdicts

WORD = Markup('<span class="gr-word"><span aria-hidden="true">{}</span> {}</span>')
FOUND = Markup("<b>{}</b> {}")
SMALL = Markup("<small>{}</small>")
TITLE = "The small-cap thesis of 2026 on trial"


def index_page(
    rows: Iterable[Row],
    notebooks: Sequence[Mapping[str, str]],
    manifest: Mapping[str, Mapping[str, Any]],
) -> str:
    """The scoreboard as one self-contained HTML page.

    Parameters
    ----------
    rows : list of dict
        As :func:`helpers.trial.ledger.scoreboard` gives them.
    notebooks : list of dict
        Reports to list: ``name``, ``title`` (the question) and ``href``, which is the partial notebook where
        there is no report because the notebook failed.
    manifest : dict
        What is known of the run of each notebook, by name: ``status`` and ``seconds``.

    Returns
    -------
    str
        A page that opens without a network; without JavaScript all rows show.
    """
    rows = list(rows)
    reports = [one for one in notebooks if not one["href"].endswith(PARTIAL)]
    page = {
        "title": TITLE,
        "shell": shell("theme.js", "filter.js"),
        "answer": Markup(to_html(headline(rows), Renderer())),
        "changes": Markup(to_html(changes(rows), Renderer())),
        "tally": count_verdicts(rows),
        "symbols": SYMBOLS,
        "sections": [
            SECTIONS.get(section, section)
            for section in dict.fromkeys(row["section"] for row in rows)
        ],
        "rows": [_shown(row) for row in rows],
        "reports": [
            _report(notebook, manifest.get(notebook["name"], {})) for notebook in notebooks
        ],
        "error_rates": next(
            (_link(one["href"]) for one in reports if one["name"].startswith("00")), ""
        ),
        "tried": any(row["verdict"] not in UNANSWERED for row in rows),
    }
    return render("scoreboard.html.j2", page)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its numbers written for the eye, cell by cell: label, class and lines of HTML."""
    tried = row["verdict"] not in UNANSWERED
    value, low, high = written(row["found"], row["estimate"], row["ci_low"], row["ci_high"])
    found = [FOUND.format(value, row["unit"])]
    if low:
        found.append(
            _small(f"{low} to {high}, {interval_meaning(row['interval'], row['ci_level'])}")
        )
    if row["mde"] is not None:
        found.append(_small(f"smallest detectable {number(row['mde'])}"))
    n, independent, p, holm = row["n"], row["n_effective"], row["p"], row["p_adjusted"]
    independent = None if independent == n else independent
    word = WORD.format(SYMBOLS[row["verdict"]], row["verdict"])
    return dict(row) | {
        "section": SECTIONS.get(row["section"], row["section"]),
        "changed": list_changes(row["changed"]),
        "href": _link(f"{row['notebook']}.html#card-{row['id']}") if tried else "",
        "cells": [  # text, or Markup whose texts are escaped
            ("Verdict", f"gr-{row['verdict'].replace(' ', '-')}", [word]),
            ("The article says", "", [row["article"]]),
            ("Found here", "", found if value else []),
            (
                "n",
                "",
                _lines(
                    n and number(n, 6), independent and _small(f"{number(independent)} independent")
                ),
            ),
            (
                "p",
                "",
                _lines(
                    p is not None and p_value(p),
                    holm is not None and _small(f"Holm {p_value(holm)}"),
                ),
            ),
            (
                "Evidence",
                "",
                [row["article_grade"], _small(f"testable: {row['test_grade']}")],
            ),
        ],
    }


def _small(text: str) -> Markup:
    return SMALL.format(text)


def _link(address: str) -> str:
    return address if is_link(address) else ""


def _lines(*lines) -> list[str]:
    return [line for line in lines if line]


def _report(notebook: Mapping[str, str], ran: Mapping[str, Any]) -> dict[str, str]:
    failed = ran.get("status", "ok") != "ok"
    took = f"{ran['seconds']:.0f} seconds" if "seconds" in ran and not failed else ""
    partial = notebook["href"].endswith(PARTIAL)
    left = "this is how far it came" if partial else "this is the report before it"
    note = f"The last run failed; {left}." if failed else took
    return {"title": notebook["title"], "href": _link(notebook["href"]), "note": note}
