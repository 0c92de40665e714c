"""The score so far: what was known of each claim then, what happened, and the word the rule gives; one output."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from html import escape

from IPython.display import display

from helpers.data.dates import in_words
from helpers.report.marks import word_class, word_html
from helpers.report.sources import names_html
from helpers.report.text import plain, typeset
from helpers.trial.claims import load_claim, load_since
from helpers.trial.evidence import Evidence, Outcome
from helpers.trial.ledger import SINCE_MIME
from helpers.trial.rules import Verdict, verdict_since


def since(outcomes: Mapping[str, Outcome], *, as_of: dt.date, evaluate_on: dt.date) -> None:
    """Display what became of each claim, for the eye and as JSON for the scoreboard.

    Parameters
    ----------
    outcomes : mapping of claim id to Outcome
        In the order to be shown.
    as_of, evaluate_on : date
        What was known on the first, and what is known on the second.
    """
    ruled = {
        claim: (outcome, verdict_since(load_claim(claim), outcome.since, evaluate_on))
        for claim, outcome in outcomes.items()
    }
    head = f"Known by {in_words(as_of)}, and what happened by {in_words(evaluate_on)}"
    items = "".join(_item(claim, *found) for claim, found in ruled.items())
    text = [
        f"{claim}: {ruling.word}. {_told(found, ruling)}"
        for claim, (found, ruling) in ruled.items()
    ]
    stored = {
        claim: {
            "then": found.then,
            "word": ruling.word,
            "reason": ruling.reason,
            "evidence": {one.name: getattr(found.since, one.name) for one in fields(Evidence)},
        }
        for claim, (found, ruling) in ruled.items()
    }
    days = {"as_of": str(as_of), "evaluate_on": str(evaluate_on)}
    display(
        {
            "text/html": f'<section class="gr-since" aria-label="{head}"><p>{head}.</p><ol>{items}</ol></section>',
            "text/plain": "\n".join(text),
            SINCE_MIME: plain(days | {"claims": stored}),
        },
        raw=True,
    )


def _item(claim_id: str, found: Outcome, ruling: Verdict) -> str:
    claim = load_claim(claim_id)
    reason = (
        f'<p class="gr-reason">{escape(typeset(ruling.reason))}</p>' if found.since.note else ""
    )
    return (
        f'<li class="{word_class(ruling.word)}"><h3><span class="gr-id">{escape(claim.id)}</span> '
        f"{escape(claim.claim)}</h3><p>{word_html(ruling.word)}</p>"
        f"<p><span>Then:</span> {escape(typeset(found.then))}</p>"
        f"<p><span>Since:</span> {escape(typeset(_told(found, ruling)))}</p>{reason}{_fold(claim_id, found)}</li>"
    )


def _fold(claim_id: str, found: Outcome) -> str:
    """How the claim is scored, when that was written down, and what was read for it."""
    rule = load_since(claim_id)
    until = "" if rule.until is None else f" All of it is known on {in_words(rule.until)}."
    source = names_html(found.since.sources, since=True) if found.since.sources else ""
    told = (
        f"{rule.estimand}. {rule.statistic}.",
        f"As claimed if: {rule.true_if} Against it if: {rule.false_if}{until}",
        f"Testable here: {rule.test_grade}. Written down {rule.fixed}.",
    )
    return (
        "<details><summary>How it is scored, and from what</summary>"
        f"{''.join(f'<p>{escape(typeset(one))}</p>' for one in told)}{source}</details>"
    )


def _told(found: Outcome, ruling: Verdict) -> str:
    """What happened, else why nothing can be told."""
    return found.since.note or ruling.reason
