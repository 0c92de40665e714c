"""What was found on a line, in words: the same on a card, in a table and on the index."""

from __future__ import annotations

from helpers.report.text import alike, first_sentence, number, typeset
from helpers.trial.ledger import Row


def in_a_sentence(line: Row) -> str:
    """What was found on a line in one sentence: its own words, else its number, else why there is none.

    Nothing where the word says it all.
    """
    found = finding(line)
    if line["word"] == "not tried yet":
        return ""
    if line["note"]:
        return typeset(first_sentence(line["note"]))
    return f"Found: {found}." if found else typeset(first_sentence(line["reason"]))


def finding(line: Row) -> str:
    """What was found, with its unit and interval; empty when nothing was."""
    value, low, high = written(line["found"], line["estimate"], line["ci_low"], line["ci_high"])
    if not value:
        return ""
    return f"{value} {line['unit']}".strip() + (f" ({low} to {high})" if low else "")


def written(
    found: str | None, estimate: float | None, low: float | None, high: float | None
) -> tuple[str, str, str]:
    """What was found and the ends of its interval, for the eye; empty where there is none."""
    told = None if found is None else typeset(found)
    if low is None or high is None:
        return (told if told is not None else "" if estimate is None else number(estimate)), "", ""
    texts = alike([low, high] if estimate is None else [low, high, estimate])
    return (told if told is not None else "" if estimate is None else texts[2]), texts[0], texts[1]
