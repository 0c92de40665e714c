"""The article's chain of reasons, link by link, and where it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.trial.claims import load_chain
from helpers.trial.rules import FOR, SILENT


def weigh_chain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The links in the article's order, each with the words of the claim that bears its load.

    Parameters
    ----------
    rows : list of dict
        The scoreboard, as :func:`helpers.trial.ledger.scoreboard` gives it.

    Returns
    -------
    list of dict
        ``name``, ``claims``, ``bears`` (the claim that bears the load), ``stated`` and ``used`` (its words, None where
        the line is not put), ``holds`` and ``weakest``, which is true of the first link that does not hold.

    Notes
    -----
    A link holds when there is evidence for the inference that rests on it; one that is only a record, when the record
    is true. The chain is as strong as its first link that does not.
    """
    by_id = {row["id"]: row for row in rows}
    links: list[dict[str, Any]] = []
    for link in load_chain():
        row = by_id[link.bears]
        stated, used = (
            None if row[name] is None else row[name]["word"] for name in ("stated", "used")
        )
        holds = stated == "true" if used is None else used in FOR
        weakest = not holds and all(earlier["holds"] for earlier in links)
        links.append(
            {
                "name": link.name,
                "claims": list(link.claims),
                "bears": link.bears,
                "stated": stated,
                "used": used,
                "holds": holds,
                "weakest": weakest,
            }
        )
    return links


def say_chain(rows: Sequence[Mapping[str, Any]]) -> str:
    """Where the chain breaks, or where it cannot be followed any further, in one sentence."""
    links = weigh_chain(rows)
    broken = next((link for link in links if link["weakest"]), None)
    if broken is None:
        return "Every link of the article's chain holds."
    found = broken["used"] or broken["stated"]
    where = f"\u201c{broken['name']}\u201d ({broken['bears']}: {found})"
    if found in SILENT:
        return f"The chain cannot be followed past {where}."
    return f"The chain breaks at {where}."
