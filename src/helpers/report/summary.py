"""The scoreboard in words and tables, composed from its rows so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers.report.card import written
from helpers.report.changes import change_kind, list_changes, value_text
from helpers.report.text import number, p_value
from helpers.trial.ledger import UNANSWERED, Row, count_verdicts

SECTIONS = {
    "rates": "Rates",
    "debt": "Debt",
    "earnings": "Earnings",
    "market": "Market",
    "winners": "Winners",
    "losers": "Losers",
    "policy": "Policy",
    "history": "History",
    "outlook": "Outlook",
}
HOLDS = ("confirmed", "supported")
OPEN = ("leaning", "not detectable", "not testable")


def answer(rows: list[Row]) -> str:
    """Markdown of about a page: the count, what holds, what does not, what cannot be told, what was not tried.

    Parameters
    ----------
    rows : list of dict
        The scoreboard, as :func:`helpers.trial.ledger.scoreboard` gives it.
    """
    tried = [row for row in rows if row["verdict"] not in UNANSWERED]
    holds = [row for row in tried if row["verdict"] in HOLDS]
    fails = [row for row in tried if row["verdict"] == "contradicted"]
    unclear = [row for row in tried if row["verdict"] in OPEN]
    parts = [headline(rows)]
    parts += [
        _part("What holds", holds),
        _part("What does not hold", fails),
        _part("What the data cannot settle", unclear),
    ]
    for word in UNANSWERED:
        ids = [row["id"] for row in rows if row["verdict"] == word]
        if ids and tried:
            parts.append(f"**{word.capitalize()}**: {', '.join(ids)}.")
    return "\n\n".join(part for part in parts if part)


def headline(rows: list[Row]) -> str:
    """One sentence: how many claims were tried, on what was known by which date, and how they fared."""
    counts = count_verdicts(rows)
    unanswered = sum(counts.pop(word, 0) for word in UNANSWERED)
    stopped = sum(row["verdict"] == "failed" for row in rows)
    failed = (
        f" {_many(stopped, 'claim has', 'claims have')} no answer, because the notebook failed."
        if stopped
        else ""
    )
    if not counts and failed:
        return f"**None of the {len(rows)} claims has an answer.**{failed}"
    if not counts:
        return f"**None of the {len(rows)} claims has been tried yet.** `rebalance run` tries them."
    dates = " and by ".join(sorted({row["as_of"] for row in rows if row["as_of"]}))
    fared = ", ".join(f"{count} {word}" for word, count in counts.items())
    facts = [row for row in rows if row["verdict"] == "confirmed"]
    beyond = [row for row in rows if row["verdict"] == "supported"]
    return (
        f"**Of {len(rows)} claims, {len(rows) - unanswered} were tried on figures known by {dates}: {fared}.** "
        f"{_many(len(facts), 'claim states a fact', 'claims state facts')} that the record confirms; "
        f"{_many(len(beyond), 'claim', 'claims')} beyond the record passed the test fixed for it.{failed}"
    )


def changes(rows: list[Row]) -> str:
    """Markdown that names the settings that differ from their defaults or between notebooks, or nothing."""
    changed = {row["notebook"]: row["changed"] for row in rows if row["changed"]}
    parts = []
    for kind in dict.fromkeys(map(change_kind, changed.values())):
        told = [
            f"{notebook} ran with {list_changes(own, mark='`')}."
            for notebook, own in changed.items()
            if change_kind(own) == kind
        ]
        parts.append(f"**{kind}.** {' '.join(told)}")
    mixed = {row["notebook"]: row["mixed"] for row in rows if row["mixed"]}
    for name in dict.fromkeys(name for own in mixed.values() for name in own):
        values = [
            f"{value_text(own[name])} in {notebook}"
            for notebook, own in mixed.items()
            if name in own
        ]
        parts.append(f"**Mixed assumptions.** `{name}` is {', '.join(values)}.")
    return "\n\n".join(parts)


def list_by_verdict(rows: list[Row]) -> str:
    """Claim ids by verdict, best first, as one sentence: what the picture of the squares says."""
    ids = {
        word: [row["id"] for row in rows if row["verdict"] == word] for word in count_verdicts(rows)
    }
    return "; ".join(f"{word}: {', '.join(claims)}" for word, claims in ids.items()) + "."


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _part(title: str, rows: list[Row]) -> str:
    if not rows:
        return ""
    return "\n".join([f"**{title}**", "", *(f"- {_line(row)}" for row in rows)])


def _line(row: Row) -> str:
    found = finding(row)
    return f"{row['id']}, *{row['verdict']}*: {row['claim']}" + (
        f" Found: {found}." if found else ""
    )


def finding(row: Row) -> str:
    """What was found, with its unit and interval; empty when nothing was."""
    value, low, high = written(row["found"], row["estimate"], row["ci_low"], row["ci_high"])
    if not value:
        return ""
    return f"{value} {row['unit']}".strip() + (f" ({low} to {high})" if low else "")


def table_claims(rows: list[Row]) -> pd.DataFrame:
    """Every claim with its verdict, finding, sample and the two grades."""
    return pd.DataFrame(
        {
            "Claim": f"{row['id']}. {row['claim']}",
            "Verdict": row["verdict"],
            "Found, with interval": finding(row) or "nothing yet",
            "n (independent)": _sample(row),
            "Article's evidence / testable here": f"{row['article_grade']} / {row['test_grade']}",
        }
        for row in rows
    )


def _sample(row: Row) -> str:
    if row["n"] is None:
        return ""
    independent = (
        "" if row["n_effective"] in (None, row["n"]) else f" ({number(row['n_effective'])})"
    )
    return f"{number(row['n'], 6)}{independent}"


def table_holm(rows: list[Row]) -> pd.DataFrame:
    """The primary tests that exist, smallest p first, before and after Holm's adjustment; empty when none was run."""
    tests = sorted((row for row in rows if row["p_adjusted"] is not None), key=lambda row: row["p"])
    return pd.DataFrame(
        {
            "Claim": f"{row['id']}. {row['claim']}",
            "p": p_value(row["p"]),
            "p after Holm": p_value(row["p_adjusted"]),
            "Smallest detectable effect": ""
            if row["mde"] is None
            else f"{number(row['mde'])} {row['unit']}",
            "Verdict": row["verdict"],
        }
        for row in tests
    )


def table_changes(rows: list[Row]) -> pd.DataFrame:
    """Why each verdict was given and what would change it, for the claims that were tried; empty when none was."""
    return _reasons(row for row in rows if row["verdict"] not in UNANSWERED)


def table_section(rows: list[Row], *, section: str) -> pd.DataFrame:
    """The same for every claim of one section of the article, tried or not."""
    return _reasons(row for row in rows if row["section"] == section)


def _reasons(rows: Iterable[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Claim": f"{row['id']}. {row['claim']}",
            "Verdict": row["verdict"],
            "Because": row["reason"],
            "It would change with": row["would_change"],
        }
        for row in rows
    )
