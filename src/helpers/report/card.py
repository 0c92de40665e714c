"""Verdict cards: one a claim, HTML for the eye and a JSON bundle for the machine in the same output."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import fields
from html import escape
from numbers import Real
from typing import Any

from IPython.display import display

from helpers.report.changes import change_kind, list_changes
from helpers.report.marks import SYMBOLS
from helpers.report.sources import MOST_LISTED
from helpers.report.text import alike, number, p_value, plain
from helpers.trial.claims import Claim, load_claim, load_claims
from helpers.trial.evidence import Evidence
from helpers.trial.ledger import CARD_MIME, Row, changed_settings
from helpers.trial.rules import Verdict, verdict


def cards(
    evidence: Mapping[str, Evidence],
    *,
    as_of: datetime.date | str,
    settings: Mapping[str, Row] | None = None,
) -> None:
    """Display a verdict card for each claim.

    Parameters
    ----------
    evidence : mapping of claim id to Evidence
        What the topic's entry function found, in the order to be shown.
    as_of : date or ISO text
        Nothing known later entered the evidence.
    settings : mapping of name to value, default and unit, optional
        ``p.settings`` of what ``run.start`` returned: cards, pages and the scoreboard then name each one that is not
        its default.

    Notes
    -----
    A card can only know its own notebook, so its p-value is multiplied by the number of primary tests planned in
    the whole collection (Bonferroni). The scoreboard applies Holm's method across notebooks, which is never
    harsher: a verdict there is equal or kinder.
    """
    planned = sum(claim.has_p_value for claim in load_claims().values())
    for claim_id, found in evidence.items():
        claim = load_claim(claim_id)
        adjusted = None if found.p is None or not claim.has_p_value else min(1.0, found.p * planned)
        ruling = verdict(claim, found, p_adjusted=adjusted)
        display(
            {
                "text/html": card_html(claim, found, ruling, as_of, settings),
                "text/plain": f"{claim.id} {ruling.word}: {claim.claim} {ruling.reason}",
                CARD_MIME: card_bundle(claim, found, ruling, as_of, settings),
            },
            raw=True,
        )


def card_bundle(
    claim: Claim,
    found: Evidence,
    ruling: Verdict,
    as_of: datetime.date | str,
    settings: Mapping[str, Row] | None = None,
) -> dict[str, Any]:
    """What a machine reads: sorted keys, floats to ten significant digits, so that equal runs give equal bytes."""
    return plain(
        {
            "claim": claim.id,
            "as_of": str(as_of),
            "settings": settings or {},
            "verdict": ruling.word,
            "reason": ruling.reason,
            "evidence": {field.name: getattr(found, field.name) for field in fields(found)},
        }
    )


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


def card_html(
    claim: Claim,
    found: Evidence,
    ruling: Verdict,
    as_of: datetime.date | str,
    settings: Mapping[str, Row] | None = None,
) -> str:
    """The card as a self-contained article with the anchor ``card-<claim id>``."""
    anchor = escape(f"card-{claim.id}")
    figures = {
        "Observations": None if found.n is None else number(found.n, 6),
        "Independent observations": None
        if found.n_effective is None
        else number(found.n_effective),
        "p, unadjusted": None if found.p is None else p_value(found.p),
        "Smallest detectable effect": None
        if found.mde is None
        else f"{number(found.mde)} {found.unit}",
        "Out-of-sample R²": None if found.oos_r2 is None else number(found.oos_r2),
        "Definitions that agree": _agreement(claim, found),
        "Article's own evidence": claim.article_grade,
        "Testable here": claim.test_grade,
    }
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in figures.items()
        if value is not None
    )
    changed = changed_settings(settings or {})
    run = (
        f'<p class="gr-changed"><span>{change_kind(changed)}</span> {escape(list_changes(changed))}</p>'
        if changed
        else ""
    )
    note = f'<p class="gr-note">{escape(found.note)}</p>' if found.note else ""
    method = (
        f'<p class="gr-note">Method: {escape(found.method)}.</p>'
        if found.method not in ("", "none")
        else ""
    )
    # Beyond a few, vintages are left to the foot of the report.
    vintage = found.vintage if len(found.sources) <= MOST_LISTED else ""
    origin = {"Known by": str(as_of), "Vintage:": vintage, "Sources:": ", ".join(found.sources)}
    sources = ". ".join(f"{name} {text}" for name, text in origin.items() if text)
    # The reason of a fact repeats what was found beside what the article says, which both stand above it.
    told = claim.rule == "fact" and ruling.word in ("confirmed", "contradicted")
    reason = "" if told else f'<p class="gr-reason">{escape(ruling.reason)}</p>'
    return (
        f'<article class="gr-card gr-{ruling.word.replace(" ", "-")}" id="{anchor}" aria-labelledby="{anchor}-claim">'
        f'<header><p class="gr-verdict"><span aria-hidden="true">{SYMBOLS[ruling.word]}</span> {ruling.word}</p>'
        f'<h3 id="{anchor}-claim"><span class="gr-id">{escape(claim.id)}</span> {escape(claim.claim)}</h3></header>'
        f'<p class="gr-article"><span>The article says</span> {escape(claim.article)}</p>'
        f"{_estimate(claim, found)}"
        f"{run}{reason}{note}{method}<dl>{rows}</dl>"
        f'<p class="gr-source">{escape(sources)}.</p></article>'
    )


def _agreement(claim: Claim, found: Evidence) -> str | None:
    if not found.definitions or claim.rule not in ("effect", "range"):
        return None  # signs count towards these two rules only
    agreeing = sum(claim.direction * value > 0 for value in found.definitions.values())
    return f"{agreeing} of {len(found.definitions)}"


def _estimate(claim: Claim, found: Evidence) -> str:
    if found.found is None and found.estimate is None:
        return ""
    value, low, high = written(found.found, found.estimate, found.ci_low, found.ci_high)
    text = f'<p class="gr-estimate"><span>Found here</span> <strong>{escape(value)}</strong> {escape(found.unit)}'
    if found.ci_low is None:
        return text + "</p>"
    meaning = interval_meaning(found.interval, found.ci_level)
    return f"{text} <small>{low} to {high}, {meaning}</small></p>{_strip(claim, found)}"


def written(
    found: str | None, estimate: float | None, low: float | None, high: float | None
) -> tuple[str, str, str]:
    """What was found and the ends of its interval, for the eye; empty where there is none."""
    if low is None or high is None:
        return (
            (found if found is not None else "" if estimate is None else number(estimate)),
            "",
            "",
        )
    texts = alike([low, high] if estimate is None else [low, high, estimate])
    return (
        (found if found is not None else "" if estimate is None else texts[2]),
        texts[0],
        texts[1],
    )


def _strip(claim: Claim, found: Evidence) -> str:
    """The interval on a line with zero and the claimed value; drawn only, the numbers stand in the text."""
    if found.estimate is None or found.ends is None:
        return ""
    claimed = float(claim.claimed) if isinstance(claim.claimed, Real) else None
    marks = [*found.ends, found.estimate, 0.0, *([] if claimed is None else [claimed])]
    low, span = min(marks), (max(marks) - min(marks)) or 1.0

    def at(value: float) -> str:
        return f"{3 + 94 * (value - low) / span:.1f}%"

    wedge = '<svg x="{}" y="0" overflow="visible"><path d="M-5 2h10l-5 8z"/></svg>'
    return (
        '<svg class="gr-strip" width="100%" height="34" aria-hidden="true" focusable="false">'
        '<line x1="0" x2="100%" y1="18" y2="18"/>'
        f'<line class="gr-zero" x1="{at(0.0)}" x2="{at(0.0)}" y1="10" y2="24"/>'
        f'<text x="{at(0.0)}" y="34">0</text>'
        f'<line class="gr-interval" x1="{at(found.ends[0])}" x2="{at(found.ends[1])}" y1="18" y2="18"/>'
        f'<circle cx="{at(found.estimate)}" cy="18" r="5"/>{"" if claimed is None else wedge.format(at(claimed))}</svg>'
    )
