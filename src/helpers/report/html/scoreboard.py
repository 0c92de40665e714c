"""The index page: where the chain breaks, every claim with its two answers, and the way to the evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from helpers.report.card import NOT_PUT
from helpers.report.chain import chain_html
from helpers.report.changes import list_changes
from helpers.report.citation import cite_page, cite_verdict, dateline
from helpers.report.finding import in_a_sentence
from helpers.report.glossary import glossary, mark
from helpers.report.html.claim_review import claim_reviews
from helpers.report.html.markdown import Renderer, to_html
from helpers.report.html.page import describe, is_link, render, shell
from helpers.report.marks import word_class, word_html
from helpers.report.summary import (
    NOT_SCORED,
    SECTIONS,
    SINCE_THEN,
    changes,
    coverage,
    is_tried,
    known_by,
    lines_of,
    opening,
    sample,
    since_in_a_sentence,
)
from helpers.report.text import typeset
from helpers.trial.claims import QUESTIONS
from helpers.trial.ledger import PARTIAL, Row, count_words, scored_until
from helpers.trial.rules import SINCE

#: A figure's anchor and the text that stands for it.
FIGURE = re.compile(r'<figure class="gr-figure" id="(figure-[^"]+)" data-title="([^"]*)"')
TITLE = "The small-cap thesis of 2026 on trial"


def index_page(
    rows: Iterable[Row],
    notebooks: Sequence[Mapping[str, str]],
    manifest: Mapping[str, Mapping[str, Any]],
    figures: Mapping[str, Mapping[str, str]] | None = None,
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
    figures : dict, optional
        As `figures_in` gives them, by notebook.

    Returns
    -------
    str
        A page that opens without a network; without JavaScript all rows show.
    """
    rows = list(rows)
    terms: set[str] = set()
    reports = [one for one in notebooks if not one["href"].endswith(PARTIAL)]
    answer = to_html(opening(rows), Renderer())
    dates = dateline(known_by(rows), scored_until(rows))
    page = {
        "title": TITLE,
        "description": describe(answer),
        "dateline": dates,
        "cite": cite_page("index", TITLE, dates, version("great-rebalancing")),
        "shell": shell("theme.js", "unfold.js", "filter.js", "copy.js", "terms.js"),
        "answer": Markup(mark(answer, terms)),
        "coverage": Markup(to_html(coverage(rows), Renderer())) if any(map(is_tried, rows)) else "",
        "changes": Markup(to_html(changes(rows), Renderer())),
        "chain": Markup(mark(chain_html(rows), terms)),
        "tallies": [_tally(rows, name, head) for name, head in QUESTIONS.items()],
        "sections": [
            SECTIONS.get(section, section)
            for section in dict.fromkeys(row["section"] for row in rows)
        ],
        "rows": [_shown(row, terms) for row in rows],
        "since": _since_tally(rows),
        "reports": [
            _report(
                notebook,
                manifest.get(notebook["name"], {}),
                (figures or {}).get(notebook["name"], {}),
            )
            for notebook in notebooks
        ],
        "error_rates": next(
            (_link(one["href"]) for one in reports if one["name"].startswith("00")), ""
        ),
        "reviews": claim_reviews(rows),
        "not_scored": NOT_SCORED,
        "tried": any(map(is_tried, rows)),
    }
    page["terms"] = Markup(glossary(terms))
    return render("scoreboard.html.j2", page)


def _tally(rows: list[Row], name: str, head: str) -> dict[str, Any]:
    """The number of claims by word on one line."""
    words = [
        {"word": word, "count": count, "class": word_class(word), "shown": Markup(word_html(word))}
        for word, count in count_words(rows, name).items()
    ]
    return {"name": name, "question": head, "words": words}


def _since_tally(rows: list[Row]) -> dict[str, Any] | None:
    """The number of scored claims by word, and the day of the score; None where none was scored."""
    found = [row["since"]["word"] for row in rows if row["since"] is not None]
    if not found:
        return None
    words = [
        {
            "word": word,
            "count": found.count(word),
            "class": word_class(word),
            "shown": Markup(word_html(word)),
        }
        for word in SINCE
        if word in found
    ]
    return {"head": SINCE_THEN, "day": typeset(scored_until(rows)), "words": words}


def _shown_since(row: Row) -> dict[str, Any] | None:
    since = row["since"]
    if since is None:
        return None
    return {
        "word": since["word"],
        "class": word_class(since["word"]),
        "shown": Markup(word_html(since["word"])),
        "finding": since_in_a_sentence(since),
    }


def _shown(row: Row, terms: set[str]) -> dict[str, Any]:
    """A row as the template shows it."""
    tried = is_tried(row)
    answers = [
        {
            "question": head,
            "name": name,
            "word": row[name] and row[name]["word"],
            "class": row[name] and word_class(row[name]["word"]),
            "shown": row[name] and Markup(word_html(row[name]["word"])),
            "finding": Markup(mark(escape(in_a_sentence(row[name])), terms))
            if row[name]
            else NOT_PUT[name],
            "line": row[name],
            "reason": row[name] and typeset(row[name]["reason"]),
        }
        for name, head in QUESTIONS.items()
    ]
    return dict(row) | {
        "section": SECTIONS.get(row["section"], row["section"]),
        "changed": list_changes(row["changed"]),
        "href": _link(f"{row['notebook']}.html#card-{row['id']}") if tried else "",
        "answers": answers,
        "came": _shown_since(row),
        "as_of": typeset(row["as_of"] or ""),
        "sample": sample(row),
        "cite": cite_verdict(
            row["id"],
            row["claim"],
            "; ".join(line["word"] for _, line in lines_of(row)),
            row["as_of"],
        ),
    }


def _link(address: str) -> str:
    return address if is_link(address) else ""


def figures_in(notebook: Path) -> dict[str, str]:
    """The title of each figure that an executed notebook shows, by its anchor."""
    outputs = (
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", ())
    )
    return {found[1]: unescape(found[2]) for found in map(FIGURE.search, outputs) if found}


def _report(
    notebook: Mapping[str, str], ran: Mapping[str, Any], figures: Mapping[str, str]
) -> dict[str, Any]:
    failed = ran.get("status", "ok") != "ok"
    took = f"{ran['seconds']:.0f} seconds" if "seconds" in ran and not failed else ""
    partial = notebook["href"].endswith(PARTIAL)
    left = "this is how far it came" if partial else "this is the report before it"
    note = f"The last run failed; {left}." if failed else took
    pictures = (
        [] if partial else [(f"{notebook['href']}#{at}", title) for at, title in figures.items()]
    )
    return {
        "title": notebook["title"],
        "href": _link(notebook["href"]),
        "note": note,
        "figures": [(address, title) for address, title in pictures if is_link(address)],
    }
