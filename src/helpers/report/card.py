"""Verdict cards: one a claim with its two lines, HTML for the eye and a JSON bundle for the machine in one output."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from html import escape
from numbers import Real
from typing import Any

from IPython.display import display

from helpers.report.changes import change_kind, list_changes
from helpers.report.citation import cite_verdict
from helpers.report.finding import in_a_sentence, written
from helpers.report.marks import SYMBOLS, word_class, word_html
from helpers.report.sources import MOST_LISTED, names_html
from helpers.report.text import alike, number, p_value, percent, plain, typeset
from helpers.trial.claims import LINES, QUESTIONS, Claim, Line, load_claim, load_rules
from helpers.trial.evidence import Answer, Evidence
from helpers.trial.flips import list_flips
from helpers.trial.ledger import CARD_MIME, Row, adjusted_p, changed_settings
from helpers.trial.rules import SILENT, Verdict, verdict

#: What stands in the place of a question that is not put.
NOT_PUT = {
    "stated": "An inference alone: it states no record.",
    "used": "A record alone: no inference is tried.",
}

#: Names of what a rule reads that are shares of one.
SHARES = ("share", "share of draws", "power")
FEW_PARTS = 8  # beyond these, parts that may be left out one at a time are not listed
#: How the catalog says of a figure that it is not the one seen at the time.
REVISED = re.compile(r"(?<!not )revised")


def cards(
    answers: Mapping[str, Answer],
    *,
    as_of: datetime.date | str,
    settings: Mapping[str, Row] | None = None,
) -> None:
    """Display a verdict card for each claim.

    Parameters
    ----------
    answers : mapping of claim id to Answer
        What the topic's entry function found. Claims that carry the argument are shown before those that are a record
        alone, each in the order given.
    as_of : date or ISO text
        Nothing known later entered the evidence.
    settings : mapping of name to value, default and unit, optional
        ``p.settings`` of what ``run.start`` returned: cards, pages and the scoreboard then name each one that is not
        its default.
    """
    shown = [
        Card(load_claim(claim_id), answer, str(as_of), settings or {})
        for claim_id, answer in answers.items()
    ]
    for card in sorted(shown, key=lambda card: "used" not in card.claim.lines):
        display(
            {"text/html": card.html(), "text/plain": card.text(), CARD_MIME: card.bundle()},
            raw=True,
        )


@dataclass(frozen=True)
class Card:
    """What is shown of one claim: the answers to its two questions, from what was known at a date."""

    claim: Claim
    answer: Answer
    as_of: str
    settings: Mapping[str, Row]

    @property
    def lines(self) -> dict[str, tuple[Evidence | None, Verdict]]:
        """Evidence and verdict of each question that is put to the claim."""
        found = {name: getattr(self.answer, name) for name in self.claim.lines}
        return {name: (one, verdict(self.claim, name, one)) for name, one in found.items()}

    def text(self) -> str:
        """The card for a terminal."""
        told = [
            f"{name}: {ruling.word}. {ruling.reason}" for name, (_, ruling) in self.lines.items()
        ]
        return f"{self.claim.id} {self.claim.claim} {' '.join(told)}"

    def bundle(self) -> dict[str, Any]:
        """What a machine reads: sorted keys, floats to ten significant digits, so that equal runs give equal bytes."""
        lines = {
            name: {
                "word": ruling.word,
                "reason": ruling.reason,
                "read": dict(ruling.read),
                "evidence": {one.name: getattr(found, one.name) for one in fields(found)},
            }
            for name, (found, ruling) in self.lines.items()
            if found is not None
        }
        return plain(
            {"claim": self.claim.id, "as_of": self.as_of, "settings": self.settings, **lines}
        )

    def html(self) -> str:
        """The card, ``card-<claim id>``, folded behind a row with its words and what was found in one sentence."""
        claim, lines = self.claim, self.lines
        changed = changed_settings(self.settings)
        run = (
            f'<p class="gr-changed"><span>{change_kind(changed)}</span> {escape(list_changes(changed))}</p>'
            if changed
            else ""
        )
        words = "".join(
            f'<span class="gr-{name} {word_class(ruling.word)}"><span class="gr-hidden">{QUESTIONS[name]}</span> '
            f"{word_html(ruling.word)}</span>"
            for name, (_, ruling) in lines.items()
        )
        shown = "".join(
            self._line(name, *lines[name])
            if name in lines
            else f'<section class="gr-line gr-not-put"><h4>{QUESTIONS[name]}</h4><p>{NOT_PUT[name]}</p></section>'
            for name in LINES
        )
        return (
            f'<details class="gr-card" id="card-{escape(claim.id)}">'
            f'<summary><h3><span class="gr-id">{escape(claim.id)}</span> {escape(claim.claim)}</h3>'
            f'<span class="gr-words">{words}</span><span class="gr-told">{escape(self._told())}</span></summary>'
            f'<p class="gr-article"><span>The article says</span> {escape(claim.article)} '
            f"<small>{escape(claim.article_grade)}; known by {escape(typeset(self.as_of))}</small></p>"
            f'{run}<div class="gr-lines">{shown}</div>{self._copy()}</details>'
        )

    def _copy(self) -> str:
        """Where a page offers the address of the card, and words to cite it with."""
        words = "; ".join(ruling.word for _, ruling in self.lines.values())
        cite = cite_verdict(self.claim.id, self.claim.claim, words, self.as_of)
        return f'<p class="gr-copy" data-link="#card-{escape(self.claim.id)}" data-cite="{escape(cite)}" hidden></p>'

    def _told(self) -> str:
        """What was found on the line that is put last, in one sentence."""
        *_, (found, ruling) = self.lines.values()
        told = {one.name: getattr(found, one.name, None) for one in fields(Evidence)}
        return in_a_sentence(told | {"word": ruling.word, "reason": ruling.reason})

    def _line(self, name: str, found: Evidence | None, ruling: Verdict) -> str:
        """One question with its word, what was found, and the fold with all the rule read."""
        word = ruling.word
        head = (
            f'<section class="gr-line {word_class(word)}"><h4>{QUESTIONS[name]}</h4>'
            f'<p class="gr-verdict">{word_html(word)}</p>'
        )
        if found is None:
            return f"{head}<p>{escape(ruling.reason)}</p></section>"
        note = f'<p class="gr-plain">{escape(typeset(found.note))}</p>' if found.note else ""
        # The reason of a fact repeats what was found beside what the article says, which both stand above it.
        line = self.claim.lines[name]
        told = line.rule == "fact" and word not in SILENT
        because = (
            f"{typeset(ruling.reason)} {'' if word in SILENT else turning_points(line)}".strip()
        )
        reason = "" if told else f'<p class="gr-reason">{escape(because)}</p>'
        shown = (
            "" if word in SILENT and found.estimate is None else _estimate(self.claim, name, found)
        )
        source = names_html(found.sources) if found.sources else ""
        return f"{head}{note}{shown}{reason}{self._fold(name, found, ruling)}{source}</section>"

    def _fold(self, name: str, found: Evidence, ruling: Verdict) -> str:
        """What the rule read, the other definitions, what would flip the word, method and edition."""
        line = self.claim.lines[name]
        adjusted = adjusted_p(line, found)
        figures = {
            "Observations": None if found.n is None else number(found.n, 6),
            "Independent observations": None
            if found.n_effective is None
            else number(found.n_effective),
            **{
                what[0].upper() + what[1:]: percent(value) if what in SHARES else number(value)
                for what, value in ruling.read.items()
            },
            "p, unadjusted": None if found.p is None else p_value(found.p),
            "p, adjusted for all tests": None if adjusted is None else p_value(adjusted),
            "Smallest detectable effect": None
            if found.mde is None
            else f"{number(found.mde)} {found.unit}",
            "Out-of-sample R²": None if found.oos_r2 is None else percent(found.oos_r2),
            "First and second half": None
            if found.halves is None
            else " and ".join(alike(list(found.halves))),
            **{what: number(value) for what, value in found.definitions.items()},
            "Testable here": line.test_grade,
            "Written down": line.fixed,
        }
        rows = "".join(
            f"<div><dt>{escape(what)}</dt><dd>{escape(value)}</dd></div>"
            for what, value in figures.items()
            if value is not None
        )
        flips = "".join(
            f"<div><dt>{escape(choice)}</dt><dd>{SYMBOLS[other]} {escape(other)}</dd></div>"
            for choice, other in _other_choices(list_flips(self.claim, name, found))
        )
        flips = (
            f'<p class="gr-flips">The word under another choice</p><dl>{flips}</dl>'
            if flips
            else ""
        )
        method = (
            f'<p class="gr-note">Method: {escape(found.method)}.</p>'
            if found.method not in ("", "none")
            else ""
        )
        # Beyond a few, vintages are left to the foot of the report.
        vintage = found.vintage if len(found.sources) <= MOST_LISTED else ""
        told = []
        if vintage:
            told.append(
                f"Edition read: {vintage}. Nothing that became known after {typeset(self.as_of)} enters"
            )
        if REVISED.search(found.vintage):
            told.append("Later revisions of earlier periods are not undone")
        edition = f'<p class="gr-note">{escape(". ".join(told))}.</p>' if told else ""
        return (
            f"<details><summary>Numbers, other choices, method and edition</summary>"
            f"<dl>{rows}</dl>{flips}{method}{edition}</details>"
        )


def _other_choices(flips: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Each other choice with its word; parts that change nothing, whichever is left out, are told in one row."""
    words = {one["word"] for one in flips}
    if len(flips) > FEW_PARTS and len(words) == 1 and flips[0]["choice"] == "without":
        return [(f"without any one of the {len(flips)}", words.pop())]
    return [(f"{one['choice']}: {one['instead']}", one["word"]) for one in flips]


def interval_meaning(kind: str, level: float) -> str:
    """What the interval of a piece of evidence covers, in words."""
    if kind == "parameters" and level == 1:
        return "the whole published range"
    of = {
        "sampling": "confidence interval",
        "prediction": "prediction interval",
        "given": "of draws over ranges, some given by the reader",
    }
    return f"{100 * level:.0f} % {of.get(kind, 'of draws over the published ranges')}"


def turning_points(line: Line) -> str:
    """Where the words of a line turn; empty where no number decides.

    Examples
    --------
    >>> turning_points(load_claim("D2").used)
    'The word turns at 90, 60, 40 and 10 %.'
    """
    rules = load_rules()
    if line.rule == "effect":
        return "The word turns at {1:g} and {0:g} times, either way.".format(*rules.bayes_factors)
    if line.rule == "quantity":
        borders = [f"{100 * share:.0f}" for share in rules.shares_of_draws]
        return f"The word turns at {', '.join(borders[:-1])} and {borders[-1]} %."
    if line.rule == "votes":
        return "The word turns at {} and {} of them.".format(*rules.shares_of_votes)
    return ""


def _estimate(claim: Claim, name: str, found: Evidence) -> str:
    if found.found is None and found.estimate is None:
        return ""
    value, low, high = written(found.found, found.estimate, found.ci_low, found.ci_high)
    text = f'<p class="gr-estimate"><span>Found here</span> <strong>{escape(value)}</strong> {escape(found.unit)}'
    if found.ci_low is None:
        return text + "</p>"
    meaning = interval_meaning(found.interval, found.ci_level)
    return f"{text} <small>{low} to {high}, {meaning}</small></p>{_strip(claim, name, found)}"


def _deciding_size(claim: Claim, name: str) -> tuple[float, str] | None:
    """What the estimate is held against, the smallest effect that matters or the article's number, with its name."""
    line = claim.lines[name]
    if line.smallest_effect is not None:
        return line.direction * line.smallest_effect, "the smallest size that would matter"
    if isinstance(claim.claimed, Real):
        return float(claim.claimed), "the article's number"
    return None


def _strip(claim: Claim, name: str, found: Evidence) -> str:
    """The interval on a line with zero and the size that it is held against, which is written out below it."""
    if found.estimate is None or found.ends is None:
        return ""
    decides = _deciding_size(claim, name)
    marks = [*found.ends, found.estimate, 0.0, *([] if decides is None else [decides[0]])]
    low, span = min(marks), (max(marks) - min(marks)) or 1.0

    def at(value: float) -> str:
        return f"{3 + 94 * (value - low) / span:.1f}%"

    wedge = key = ""
    if decides is not None:
        size, meaning = decides
        wedge = f'<svg x="{at(size)}" y="0" overflow="visible"><path d="M-5 2h10l-5 8z"/></svg>'
        mark = '<span aria-hidden="true">▽</span>'
        key = f'<p class="gr-key">{mark} {number(size)} {escape(found.unit)}: {meaning}</p>'
    return (
        '<svg class="gr-strip" width="100%" height="34" aria-hidden="true" focusable="false">'
        '<line x1="0" x2="100%" y1="18" y2="18"/>'
        f'<line class="gr-zero" x1="{at(0.0)}" x2="{at(0.0)}" y1="10" y2="24"/>'
        f'<text x="{at(0.0)}" y="34">0</text>'
        f'<line class="gr-interval" x1="{at(found.ends[0])}" x2="{at(found.ends[1])}" y1="18" y2="18"/>'
        f'<circle cx="{at(found.estimate)}" cy="18" r="5"/>{wedge}</svg>{key}'
    )
