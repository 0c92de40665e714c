"""The answers to the first question as fact-checkers exchange them: schema.org ClaimReview, one a rated sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from helpers.report.finding import in_a_sentence
from helpers.report.html.page import is_link
from helpers.trial.claims import QUESTIONS, load_rules
from helpers.trial.ledger import Row
from helpers.trial.rules import STATED

#: The rating of each word, from 1: the best one is the first of `STATED`.
RATINGS = {word: number for number, word in enumerate(reversed(STATED), start=1)}


def claim_reviews(rows: Iterable[Row]) -> dict[str, Any]:
    """A JSON-LD document with a review of every sentence that is true, true in part or false.

    Parameters
    ----------
    rows : list of dict
        As :func:`helpers.trial.ledger.scoreboard` gives them. What has no such word is no fact-check and left out.

    Notes
    -----
    ``temporalCoverage`` is the day by which the figures were known. A day of publication is not claimed: whoever puts
    the page online publishes it. Addresses are relative to the page.
    """
    rated = [row for row in rows if row["stated"] and row["stated"]["word"] in RATINGS]
    return {"@context": "https://schema.org", "@graph": [_review(row) for row in rated]}


def _review(row: Row) -> dict[str, Any]:
    stated, written = row["stated"], load_rules().article_date
    address = f"{row['notebook']}.html#card-{row['id']}"
    return {
        "@type": "ClaimReview",
        **({"url": address} if is_link(address) else {}),
        "author": {"@type": "Organization", "name": "The Great Rebalancing"},
        "temporalCoverage": row["as_of"],
        "claimReviewed": row["claim"],
        "itemReviewed": {
            "@type": "Claim",
            "name": row["claim"],
            "appearance": {
                "@type": "Article",
                "name": f"A market article of mid-{written:%B %Y}",
                "datePublished": f"{written:%Y-%m}",
            },
        },
        "reviewAspect": QUESTIONS["stated"],
        "reviewBody": in_a_sentence(stated),
        "reviewRating": {
            "@type": "Rating",
            "alternateName": stated["word"],
            "ratingValue": RATINGS[stated["word"]],
            "worstRating": min(RATINGS.values()),
            "bestRating": max(RATINGS.values()),
            "ratingExplanation": stated["reason"],
        },
    }
