"""The ledger: cards read back from executed notebooks, and the scoreboard made of them.

The executed notebook is the record. Nothing else is stored, so the scoreboard cannot disagree with a report.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from helpers.data.paths import project_dir
from helpers.errors import ClaimError
from helpers.trial.claims import LINES, Claim, Line, load_claims, load_since
from helpers.trial.evidence import Evidence
from helpers.trial.rules import (
    FOR,
    SILENT,
    SINCE,
    STATED,
    WORDS,
    Verdict,
    is_blunt,
    verdict,
    verdict_since,
)

Row = dict[str, Any]  # one claim on the scoreboard, or one card

CARD_MIME = "application/vnd.great-rebalancing.card+json"
SINCE_MIME = "application/vnd.great-rebalancing.since+json"
PARTIAL = ".partial.ipynb"
UNANSWERED = ("not tried yet", "failed")
#: What a line of the scoreboard takes over from its evidence.
FIELDS = (
    "estimate",
    "ci_low",
    "ci_high",
    "ci_level",
    "interval",
    "n",
    "n_effective",
    "p",
    "mde",
    "method",
    "found",
    "note",
    "vintage",
)
#: Settings that decide how often and from where random numbers are drawn, and nothing else.
RANDOM = {"draws", "seed"}


def read_cards(folder: Path) -> dict[str, Row]:
    """Cards by claim id from every executed notebook in a folder.

    Raises
    ------
    ClaimError
        When a notebook is unreadable, answers an unknown claim, or two notebooks answer the same one.
    """
    cards: dict[str, Row] = {}
    for path in sorted(Path(folder).glob("*.ipynb")):
        if path.name.endswith(PARTIAL):
            continue
        for card in _cards_in(path):
            claim_id = card["claim"]
            if claim_id not in load_claims():
                raise ClaimError(
                    f"{path.name} answers claim {claim_id!r}, which data/claims.yaml does not hold."
                )
            if claim_id in cards:
                raise ClaimError(
                    f"Claim {claim_id} is answered by {cards[claim_id]['notebook']} and by {path.stem}."
                )
            cards[claim_id] = card | {"notebook": path.stem}
    return cards


def read_since(folder: Path) -> dict[str, Row]:
    """What became of each claim by id, from the executed notebook that scores them; empty where none ran.

    Raises
    ------
    ClaimError
        When a notebook is unreadable, scores a claim that cannot be scored, or two notebooks score the same one.
    """
    scored: dict[str, Row] = {}
    for path in sorted(Path(folder).glob("*.ipynb")):
        if path.name.endswith(PARTIAL):
            continue
        for found in _bundles(_cells_of(path), SINCE_MIME):
            for claim_id, outcome in found["claims"].items():
                claim = load_claims().get(claim_id)
                if claim is None or claim.since is None:
                    raise ClaimError(
                        f"{path.name} scores claim {claim_id!r}, for which data/claims.yaml has no block since."
                    )
                if claim_id in scored:
                    raise ClaimError(
                        f"Claim {claim_id} is scored by {scored[claim_id]['notebook']} and by {path.stem}."
                    )
                days = {name: found[name] for name in ("as_of", "evaluate_on")}
                scored[claim_id] = outcome | days | {"notebook": path.stem}
    return scored


def _cards_in(path: Path) -> Iterator[Row]:
    yield from cards_in(_cells_of(path))


def _cells_of(path: Path) -> list[Row]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError) as error:
        raise ClaimError(
            f"{path.name} is not a readable notebook ({type(error).__name__}). Run it again."
        ) from None


def cards_in(cells: Iterable[Row]) -> Iterator[Row]:
    """The cards among the outputs of executed cells."""
    yield from _bundles(cells, CARD_MIME)


def _bundles(cells: Iterable[Row], mime: str) -> Iterator[Row]:
    for cell in cells:
        for output in cell.get("outputs", ()):
            if mime in output.get("data", {}):
                yield output["data"][mime]


def changed_settings(settings: Mapping[str, Any]) -> Row:
    """The settings that differ from their declared defaults.

    Examples
    --------
    >>> changed_settings({"cut_bp": {"value": 100.0, "default": 175.0}, "seed": {"value": 7, "default": 7}})
    {'cut_bp': {'value': 100.0, 'default': 175.0}}
    """
    return {name: one for name, one in sorted(settings.items()) if one["value"] != one["default"]}


def mixed_settings(settings: Mapping[str, Row]) -> dict[str, Row]:
    """Settings whose values contradict those of another notebook, by notebook and name.

    Parameters
    ----------
    settings : mapping of notebook to settings
        ``value``, ``default`` and ``unit`` by name.

    Returns
    -------
    dict
        ``value`` by name for each notebook. A setting counts as the same where name and unit are the same, and as
        mixed where a notebook that changed it differs from one that changed it too or has the same default. `RANDOM`
        ones never count: each notebook draws for itself.
    """
    mixed: dict[str, Row] = {notebook: {} for notebook in settings}
    named = {(name, one["unit"]) for own in settings.values() for name, one in own.items()}
    for name, unit in sorted(named):
        if name in RANDOM:
            continue
        having = {
            notebook: own[name]
            for notebook, own in settings.items()
            if name in own and own[name]["unit"] == unit
        }
        moved = changed_settings(having)
        defaults = [one["default"] for one in moved.values()]
        alike = {
            notebook: one["value"]
            for notebook, one in having.items()
            if notebook in moved or one["default"] in defaults
        }
        if any(value != other for value in alike.values() for other in alike.values()):
            for notebook, value in alike.items():
                mixed[notebook][name] = value
    return mixed


def read_failed(folder: Path) -> set[str]:
    """Names of notebooks that stopped at an error and left nothing else."""
    names = {path.name.removesuffix(PARTIAL) for path in Path(folder).glob(f"*{PARTIAL}")}
    return {name for name in names if not (Path(folder) / f"{name}.ipynb").is_file()}


def evidence_of(card: Row, line: str) -> Evidence | None:
    """The evidence a card carries on one line, as the object the verdict rule reads."""
    return None if card.get(line) is None else _evidence(card[line]["evidence"])


def _evidence(stored: Row) -> Evidence:
    fields = dict(stored)
    fields["sources"] = tuple(fields.get("sources", ()))
    fields["shares_by_size"] = {
        float(size): share for size, share in fields.get("shares_by_size", {}).items()
    }
    if fields.get("halves") is not None:
        fields["halves"] = tuple(fields["halves"])
    return Evidence(**fields)


def scoreboard(
    cards: dict[str, Row],
    failed: Collection[str] = (),
    scored: Mapping[str, Row] | None = None,
) -> list[Row]:
    """One row a claim, in the article's order, with what was found on both lines and what became of it since.

    Parameters
    ----------
    cards : dict
        As ``read_cards`` gives them. Claims without a card are "not tried yet".
    failed : collection of str
        As ``read_failed`` gives them. Claims of these notebooks without a card are "failed".
    scored : mapping, optional
        As ``read_since`` gives it. What a claim has there stands beside its lines and enters neither.
    """
    scored = scored or {}
    claims = load_claims()
    mixed = mixed_settings(
        {claims[i].notebook: card.get("settings", {}) for i, card in cards.items()}
    )
    return [
        {
            "id": claim.id,
            "section": claim.section,
            "claim": claim.claim,
            "article": claim.article,
            "article_grade": claim.article_grade,
            "notebook": claim.notebook,
            "as_of": cards[i]["as_of"] if i in cards else None,
            **{
                name: _line_row(claim, name, evidence_of(cards.get(i, {}), name), failed)
                if name in claim.lines
                else None
                for name in LINES
            },
            "since": _since_row(claim, scored[i]) if i in scored else None,
            "changed": changed_settings(cards.get(i, {}).get("settings", {})),
            "mixed": mixed.get(claim.notebook, {}) if i in cards else {},
        }
        for i, claim in claims.items()
    ]


def open_scoreboard(runs: str = "") -> list[Row]:
    """The scoreboard of a folder of executed notebooks; of the last ``make report`` when none is named."""
    folder = _folder(runs)
    return scoreboard(read_cards(folder), read_failed(folder), read_since(folder))


def open_cards(runs: str = "") -> dict[str, Row]:
    """The cards of the same folder, by claim id."""
    return read_cards(_folder(runs))


def _folder(runs: str) -> Path:
    if runs and not Path(runs).is_dir():
        raise ClaimError(
            f"No folder of executed notebooks at {runs}. Run `rebalance run`, then name OUT/notebooks."
        )
    return Path(runs) if runs else project_dir() / "reports" / "notebooks"


def _since_row(claim: Claim, outcome: Row) -> Row:
    """What became of a claim, with the word given anew from the evidence stored."""
    since, evidence = load_since(claim.id), _evidence(outcome["evidence"])
    answer = verdict_since(claim, evidence, dt.date.fromisoformat(outcome["evaluate_on"]))
    return {
        "word": answer.word,
        "reason": answer.reason,
        "then": outcome["then"],
        "note": evidence.note,
        "as_of": outcome["as_of"],
        "evaluate_on": outcome["evaluate_on"],
        "until": None if since.until is None else str(since.until),
        "unit": evidence.unit,
        "estimate": evidence.estimate,
        "n": evidence.n,
        "direction": {name: evidence.checks.get(name) for name in since.direction},
        "mechanism": {name: evidence.checks.get(name) for name in since.mechanism},
        "vintage": evidence.vintage,
        "test_grade": since.test_grade,
        "notebook": outcome["notebook"],
    }


def _line_row(claim: Claim, name: str, evidence: Evidence | None, failed: Collection[str]) -> Row:
    line, answer = claim.lines[name], verdict(claim, name, evidence)
    if claim.notebook in failed and evidence is None:
        answer = Verdict("failed", f"{claim.notebook} stopped at an error before it could answer.")
    return {
        "word": answer.word,
        "reason": answer.reason,
        "read": dict(answer.read),
        "rule": line.rule,
        "until": None if line.until is None else str(line.until),
        "unit": evidence.unit if evidence else line.unit,
        **{one: getattr(evidence, one, None) for one in FIELDS},
        "p_adjusted": adjusted_p(line, evidence),
        "test_grade": line.test_grade,
        "would_change": would_change(claim, line, answer.word, evidence),
    }


def adjusted_p(line: Line, evidence: Evidence | None) -> float | None:
    """The p-value of a primary test times the number of such tests in the collection; none where the test is blunt.

    The number is that of the claims with a primary test, tried or not, so that a card and the scoreboard, which know
    different notebooks, say the same (Bonferroni). No word depends on it.
    """
    if evidence is None or evidence.p is None or line.rule != "effect" or is_blunt(line, evidence):
        return None
    return min(1.0, evidence.p * sum(claim.has_p_value for claim in load_claims().values()))


def would_change(claim: Claim, line: Line, word: str, evidence: Evidence | None) -> str:
    """What would have to be found for the word to become another one."""
    if word in UNANSWERED:
        return f"{claim.notebook} has to be run{' to its end' if word == 'failed' else ''}."
    if word in SILENT:
        missing = word in ("not testable", "no source found")
        return "The missing data named in the reason." if missing else line.true_if
    if word == STATED[0] or word in FOR:
        return line.false_if
    if word == "undecided" and evidence is not None and evidence.mde:
        return f"An effect of {evidence.mde:.3g} {evidence.unit} or more, or a longer sample. {line.true_if}"
    return line.true_if


def count_words(rows: list[Row], line: str) -> dict[str, int]:
    """Number of claims by word on one line, best first, words without a claim left out."""
    found = [row[line]["word"] for row in rows if row.get(line) is not None]
    counts = {word: found.count(word) for word in WORDS[line]}
    return {word: count for word, count in counts.items() if count}


def how_they_fared(rows: list[Row]) -> str:
    """The number of claims by word on each line, in two sentences; what has no answer is left out."""
    told = []
    for name in LINES:
        counts = {
            word: count for word, count in count_words(rows, name).items() if word not in UNANSWERED
        }
        if counts:
            listed = ", ".join(f"{count} {word}" for word, count in counts.items())
            told.append(f"As {name}: {listed}.")
    return " ".join(told)


def how_it_went(rows: list[Row]) -> str:
    """The number of scored claims by what became of them, in a sentence; empty where none was scored."""
    found = [row["since"]["word"] for row in rows if row["since"] is not None]
    listed = ", ".join(f"{found.count(word)} {word}" for word in SINCE if word in found)
    return f"Since then, to {scored_until(rows)}: {listed}." if listed else ""


def scored_until(rows: list[Row]) -> str:
    """The last day that enters what became of the claims; empty where none was scored."""
    return max(
        (row["since"]["evaluate_on"] for row in rows if row["since"] is not None), default=""
    )
