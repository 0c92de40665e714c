"""The scoreboard in words and tables, composed from its rows so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import pandas as pd

from helpers.report.card import NOT_PUT
from helpers.report.changes import change_kind, list_changes, value_text
from helpers.report.finding import in_a_sentence
from helpers.report.text import first_sentence, number, p_value, typeset
from helpers.trial.chain import say_chain, weigh_chain
from helpers.trial.claims import LINES, QUESTIONS, load_claims, load_rules
from helpers.trial.flips import words_under
from helpers.trial.ledger import UNANSWERED, Row, how_it_went, how_they_fared, scored_until
from helpers.trial.rules import FOR, SILENT, STATED, USED

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
AGAINST = USED[3:]
NOT_SCORED = "Not scored: it was no forecast."
#: Head of the column on what happened after the date, which stands apart from both questions.
SINCE_THEN = "Since then"


def answer(rows: list[Row]) -> str:
    """Markdown of about a page: the count, where the chain breaks, and what was found on each line.

    Parameters
    ----------
    rows : list of dict
        The scoreboard, as :func:`helpers.trial.ledger.scoreboard` gives it.
    """
    if not any(map(is_tried, rows)):
        return headline(rows)
    true, *less = STATED
    parts = [
        headline(rows),
        say_chain(rows),
        _named(true, rows),
        _part("Sentences that are false, or true in part", less, rows),
        _part("What carries the argument", FOR, rows),
        _part("What speaks against it", AGAINST, rows),
        *(_named(word, rows) for word in ("undecided", *SILENT)),
        typeset(how_it_went(rows)),
    ]
    return "\n\n".join(part for part in parts if part)


def is_tried(row: Row) -> bool:
    """Whether a claim has an answer on one of its lines at least."""
    return any(line["word"] not in UNANSWERED for _, line in lines_of(row))


def lines_of(row: Row) -> Iterator[tuple[str, Row]]:
    """The questions put to a claim, by name, with what was found."""
    yield from ((name, row[name]) for name in LINES if row[name] is not None)


def opening(rows: list[Row]) -> str:
    """Markdown of three paragraphs: where the chain breaks; why; what became of that link and of the conclusion.

    Parameters
    ----------
    rows : list of dict
        The scoreboard, as :func:`helpers.trial.ledger.scoreboard` gives it.
    """
    if not any(map(is_tried, rows)):
        return coverage(rows)
    claims, links = {row["id"]: row for row in rows}, weigh_chain(rows)
    broken = [link for link in links if link["weakest"]]
    concluded = claims[links[-1]["bears"]]["claim"].rstrip(".")
    told = [
        f"{concluded}, says a market article of mid-{load_rules().article_date:%B %Y}. "
        f"**{say_chain(rows)}**",
        *(_why(claims[link["bears"]]) or coverage(rows) for link in broken),
    ]
    names = {link["bears"]: link["name"] for link in (*broken, links[-1])}
    went = [
        f"\u201c{name}\u201d ({claim}): *{since['word']}*. {since_in_a_sentence(since)}"
        for claim, name in names.items()
        if (since := claims[claim]["since"]) is not None
    ]
    if went:
        told.append(f"**Since then, to {typeset(scored_until(rows))}.** {' '.join(went)}")
    return "\n\n".join(told)


def _why(row: Row) -> str:
    """What was found on the last line of a claim, why it got its word, and its card; nothing where it has no answer."""
    *_, (_, line) = lines_of(row)
    if line["word"] in UNANSWERED:
        return ""
    found = dict.fromkeys((in_a_sentence(line), typeset(first_sentence(line["reason"]))))
    return f"{' '.join(found)} [Card of {row['id']}]({row['notebook']}.ipynb#card-{row['id']})"


def headline(rows: list[Row]) -> str:
    """How many claims were tried, on what was known by which date, and how they fared on both lines."""
    return " ".join(filter(None, (coverage(rows), how_they_fared(rows))))


def coverage(rows: list[Row]) -> str:
    """How many claims were tried, on what was known by which date, and how many have no answer."""
    tried = sum(map(is_tried, rows))
    stopped = sum(any(line["word"] == "failed" for _, line in lines_of(row)) for row in rows)
    failed = (
        f" {_many(stopped, 'claim has', 'claims have')} no answer, because the notebook failed."
        if stopped
        else ""
    )
    if not tried and failed:
        return f"None of the {len(rows)} claims has an answer.{failed}"
    if not tried:
        return f"None of the {len(rows)} claims has been tried yet. `rebalance run` tries them."
    dates = " and by ".join(known_by(rows))
    told = f"Of {len(rows)} claims, {tried} were tried on figures known by {dates}."
    return f"{typeset(told)}{failed}"


def known_by(rows: list[Row]) -> list[str]:
    """The dates of which the answers speak, earliest first."""
    return sorted({row["as_of"] for row in rows if row["as_of"]})


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


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _part(title: str, words: Collection[str], rows: list[Row]) -> str:
    """The claims that got one of these words, each with what was found."""
    listed = [
        f"- **{row['claim'].rstrip('.')}** ({row['id']}): *{line['word']}*. {in_a_sentence(line)}"
        for row in rows
        for _, line in lines_of(row)
        if line["word"] in words
    ]
    return "\n".join([f"**{title}**", "", *listed]) if listed else ""


def _named(word: str, rows: list[Row]) -> str:
    """The claims that got a word on one of their lines, by what they say."""
    listed = [
        f"- {row['claim'].rstrip('.')} ({row['id']})"
        for row in rows
        if any(line["word"] == word for _, line in lines_of(row))
    ]
    return "\n".join([f"**{word.capitalize()}**", "", *listed]) if listed else ""


def since_in_a_sentence(since: Row) -> str:
    """What became of a claim in one sentence: what happened, else why nothing can be told."""
    return typeset(first_sentence(since["note"] or since["reason"]))


def tables_by_section(rows: list[Row]) -> dict[str, pd.DataFrame]:
    """Every claim with what was found on both lines, and what became of it, a table a section of the article."""
    sections = dict.fromkeys(row["section"] for row in rows)
    scored = any(row["since"] for row in rows)
    return {
        SECTIONS.get(section, section): pd.DataFrame(
            {
                "Claim": f"{row['id']}. {row['claim']}",
                **{head: _told(row[name], NOT_PUT[name]) for name, head in QUESTIONS.items()},
                **({SINCE_THEN: _told_since(row["since"])} if scored else {}),
                "n (independent)": sample(row),
            }
            for row in rows
            if row["section"] == section
        )
        for section in sections
    }


def _told(line: Row | None, otherwise: str) -> str:
    if line is None:
        return otherwise
    return f"{line['word'].capitalize()}. {in_a_sentence(line)}".strip()


def _told_since(since: Row | None) -> str:
    return (
        NOT_SCORED
        if since is None
        else f"{since['word'].capitalize()}. {since_in_a_sentence(since)}"
    )


def sample(row: Row) -> str:
    """Observations and independent ones of the line that is put last and has any."""
    sizes = [(line["n"], line["n_effective"]) for _, line in lines_of(row) if line["n"] is not None]
    if not sizes:
        return ""
    n, independent = sizes[-1]
    beside = "" if independent in (None, n) else f" ({number(independent)})"
    return f"{number(n, 6)}{beside}"


def table_tests(rows: list[Row]) -> pd.DataFrame:
    """The primary tests that were run, strongest evidence for the claim first; empty when none was."""
    tests = [
        (row, line)
        for row in rows
        for name, line in lines_of(row)
        if name == "used" and "Bayes factor" in line["read"]
    ]
    tests.sort(key=lambda test: -test[1]["read"]["Bayes factor"])
    return pd.DataFrame(
        {
            "Claim": f"{row['id']}. {row['claim']}",
            "Word": line["word"],
            "Bayes factor": number(line["read"]["Bayes factor"]),
            "p": p_value(line["p"]),
            "p, adjusted": _adjusted(line),
            "Smallest detectable effect": ""
            if line["mde"] is None
            else f"{number(line['mde'])} {line['unit']}",
        }
        for row, line in tests
    )


def _adjusted(line: Row) -> str:
    """The adjusted p-value; a test that could not see twice the effect that matters has none."""
    blunt = line["p"] is not None and line["p_adjusted"] is None
    return "too blunt" if blunt else p_value(line["p_adjusted"])


def table_changes(rows: list[Row]) -> pd.DataFrame:
    """Why each word was given and what would change it, for the claims that were tried; empty when none was."""
    return _reasons(row for row in rows if is_tried(row))


def table_section(rows: list[Row], *, section: str) -> pd.DataFrame:
    """The same for every claim of one section of the article, tried or not."""
    return _reasons(row for row in rows if row["section"] == section)


def _reasons(rows: Iterable[Row]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Claim": f"{row['id']}. {row['claim']}",
            "Question": QUESTIONS[name],
            "Word": line["word"],
            "Because": typeset(line["reason"]),
            "Another word if": line["would_change"],
        }
        for row in rows
        for name, line in lines_of(row)
    )


#: Sizes of which every card knows the word, by what a reader chooses.
SIZES = {"half as large": 0.5, "as fixed": 1.0, "twice as large": 2.0}


def what_if(
    cards: Mapping[str, Row],
    *,
    bayes_factor: float,
    strong_factor: float,
    share_of_draws: float,
    smallest_effect: str,
) -> pd.DataFrame:
    """Words on the inferences by a reader's own thresholds beside those written down, moved ones first.

    Parameters
    ----------
    cards : mapping
        As ``trial.ledger.open_cards`` gives them.
    bayes_factor, strong_factor : float
        Borders of evidence and of strong evidence; their inverses are those of evidence against.
    share_of_draws : float
        Border of evidence for a quantity; its mirror image is that of evidence against.
    smallest_effect : str
        One of ``SIZES``: the size that would matter, against the one fixed for each claim.
    """
    most, *_, hardly = load_rules().shares_of_draws
    rules = replace(
        load_rules(),
        bayes_factors=(strong_factor, bayes_factor),
        shares_of_draws=(most, share_of_draws, 1 - share_of_draws, hardly),
    )
    words = words_under(cards, rules, SIZES[smallest_effect])
    return pd.DataFrame(
        [
            {"Claim": f"{one}. {load_claims()[one].claim}", "As fixed": fixed, "By yours": yours}
            for one, (fixed, yours) in sorted(words.items(), key=lambda item: len(set(item[1])) < 2)
        ]
    )
