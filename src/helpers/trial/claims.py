"""The claims on trial: read from ``data/claims.yaml``, each with the two questions put to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from helpers.data.paths import data_dir
from helpers.data.yaml_files import read_yaml
from helpers.errors import ClaimError

#: The two lines of a claim and the rules each may be judged by.
RULES = {
    "stated": ("fact", "parts", "votes", "outcome"),
    "used": ("effect", "quantity", "forecast", "episode"),
}
LINES = tuple(RULES)
#: The question each line answers.
QUESTIONS = {
    "stated": "Is the sentence true?",
    "used": "Does it carry the argument?",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question put to a claim, and how it is answered.

    As stated, "is the sentence true on the record": ``fact`` (equals, or reaches, what is claimed), ``parts`` (every
    part of the sentence holds), ``votes`` (publications, or definitions, that bear it out) and ``outcome`` (open until
    a date). As used, "does it carry what the article makes of it": ``effect`` (a sampling statistic, weighed by a
    Bayes factor), ``quantity`` (known up to published ranges: the share of the draws that reach a size), ``forecast``
    (open until a date) and ``episode`` (one case: not testable, for the ``reason`` given).

    ``direction`` is +1 or -1, the sign that favours the claim; ``smallest_effect`` the smallest size that would
    matter; ``scale`` the size expected if the claim is true, twice the smallest effect where none is given; ``fixed``
    says whether all this was written down before the results were seen.
    """

    rule: str
    unit: str
    estimand: str
    statistic: str
    true_if: str
    false_if: str
    test_grade: str
    fixed: str
    definitions: tuple[str, ...] = ()
    null_hypothesis: str = ""
    direction: int = 1
    smallest_effect: float | None = None
    scale: float | None = None
    tolerance: float = 0.0
    compare: str = "equal"
    until: dt.date | None = None
    reason: str = ""

    @property
    def size_that_matters(self) -> float:
        """The smallest effect that would matter; a line without one is an error."""
        if self.smallest_effect is None:
            raise ClaimError(f"No smallest_effect in data/claims.yaml for: {self.estimand}.")
        return float(self.smallest_effect)

    @property
    def expected_size(self) -> float:
        """The size expected if the claim is true: the scale of the prior of the rule ``effect``."""
        return 2 * self.size_that_matters if self.scale is None else float(self.scale)


@dataclass(frozen=True, kw_only=True)
class Since:
    """What had to happen after the article for its sentence to come true, and why it said that it would.

    ``direction`` names the parts of what was to happen, ``mechanism`` those of the reason given: what happens for
    another reason came true in part only. ``until`` is the first day on which all of it is known (None: the sentence
    has no end), and ``lasting`` says of a state that was to last: once it ends, nothing can mend it.
    """

    unit: str
    estimand: str
    statistic: str
    direction: tuple[str, ...]
    true_if: str
    false_if: str
    test_grade: str
    fixed: str
    mechanism: tuple[str, ...] = ()
    until: dt.date | None = None
    lasting: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Everything that is looked at, what was to happen first."""
        return (*self.direction, *self.mechanism)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One checkable statement of the article.

    ``claimed`` is the article's number in the unit of the line as stated (None when it states a direction only), and
    ``says_of`` the first month it speaks of, where it speaks of one: at earlier dates it could not be said yet.
    ``stated`` and ``used`` are the two questions put to it; a claim that is only a record has no second one, one that
    is only an inference no first. ``since`` stands apart from both: what to look at after the article's date, for a
    claim that was open or spoke of the future then.
    """

    id: str
    section: str
    claim: str
    article: str
    claimed: float | str | None
    article_grade: str
    notebook: str
    says_of: dt.date | None = None
    claimed_parts: Mapping[str, float] = field(default_factory=dict)
    stated: Line | None = None
    used: Line | None = None
    since: Since | None = None

    @property
    def claimed_number(self) -> float:
        """The article's number; a claim without one is an error."""
        if not isinstance(self.claimed, int | float):
            raise ClaimError(f"Claim {self.id} states no number: claimed is {self.claimed!r}.")
        return float(self.claimed)

    @property
    def lines(self) -> dict[str, Line]:
        """The questions put to the claim, by ``stated`` and ``used``."""
        return {name: line for name in LINES if (line := getattr(self, name)) is not None}

    @property
    def has_p_value(self) -> bool:
        """Whether the claim has a primary test, which the multiplicity adjustment counts."""
        return self.used is not None and self.used.rule == "effect"


@dataclass(frozen=True)
class Link:
    """One link of the article's chain: the claims it is made of, and the one that bears its load."""

    name: str
    claims: tuple[str, ...]
    bears: str


@dataclass(frozen=True)
class Rules:
    """What holds for all claims alike; each threshold is explained in ``data/claims.yaml``.

    ``bayes_factors`` are the two borders of evidence for, their inverses those of evidence against; ``shares_of_draws``
    the four borders of a quantity, from strong evidence for to strong evidence against; ``shares_of_votes`` those of
    true and of true in part. ``agreeing_share`` of the definitions must share the sign of evidence for;
    a test is blunt where it detects no less than ``blunt`` times the smallest effect that matters.
    """

    article_date: dt.date
    bayes_factors: tuple[float, float]
    shares_of_draws: tuple[float, float, float, float]
    shares_of_votes: tuple[Fraction, Fraction]
    agreeing_share: Fraction
    blunt: float


@cache
def load_rules() -> Rules:
    """The article's date and the thresholds of the verdict rules, from ``data/claims.yaml``."""
    stated = _read(data_dir() / "claims.yaml")["rules"]
    strong, some = map(float, stated["bayes_factors"])
    most, many, few, hardly = map(float, stated["shares_of_draws"])
    whole, part = (Fraction(*share) for share in stated["shares_of_votes"])
    return Rules(
        article_date=stated["article_date"],
        bayes_factors=(strong, some),
        shares_of_draws=(most, many, few, hardly),
        shares_of_votes=(whole, part),
        agreeing_share=Fraction(*stated["agreeing_definitions"]),
        blunt=float(stated["blunt"]),
    )


@cache
def _read(path: Path) -> dict[str, Any]:
    return read_yaml(path)


@cache
def load_claims() -> dict[str, Claim]:
    """All claims by id, in the order of the article's argument."""
    claims: dict[str, Claim] = {}
    for row in _read(data_dir() / "claims.yaml")["claims"]:
        claim = read_claim(row)
        if claim.id in claims:
            raise ClaimError(f"claims.yaml: claim {claim.id} stands twice; ids are unique.")
        claims[claim.id] = claim
    return claims


@cache
def load_chain() -> tuple[Link, ...]:
    """The links of the article's chain, in its order."""
    return tuple(
        Link(row["name"], tuple(row["claims"]), row["bears"])
        for row in _read(data_dir() / "claims.yaml")["chain"]
    )


def read_claim(row: Mapping[str, Any]) -> Claim:
    """A row of ``data/claims.yaml`` as a claim; an error names the row that lacks a field or has an unknown one."""
    try:
        lines = {name: _read_line(name, row[name]) for name in LINES if name in row}
        since = {"since": _read_since(row["since"])} if "since" in row else {}
        claim = Claim(**{**row, **lines, **since})
    except TypeError as error:
        raise ClaimError(
            f"claims.yaml: claim {row.get('id', '?')}: {error}. Compare it with a complete row."
        ) from None
    except ClaimError as error:
        raise ClaimError(f"claims.yaml: claim {row.get('id', '?')}: {error}") from None
    if not claim.lines:
        raise ClaimError(f"claims.yaml: claim {claim.id} has neither a stated nor a used line.")
    return claim


def _read_since(row: Mapping[str, Any]) -> Since:
    _check_fields("since", row, Since)
    parts = {name: tuple(row.get(name, ())) for name in ("direction", "mechanism")}
    return Since(**{**row, **parts})


def _check_fields(name: str, row: Mapping[str, Any], kind: type[Line] | type[Since]) -> None:
    if unknown := {*row} - {one.name for one in fields(kind)}:
        raise ClaimError(f"{name}: unknown field {', '.join(sorted(map(str, unknown)))}.")


def _read_line(name: str, row: Mapping[str, Any]) -> Line:
    _check_fields(name, row, Line)
    line = Line(**{**row, "definitions": tuple(row.get("definitions", ()))})
    if line.rule not in RULES[name]:
        raise ClaimError(f"{name}: rule {line.rule!r}; use one of {', '.join(RULES[name])}.")
    return line


def load_claim(claim_id: str) -> Claim:
    """One claim by its id; an unknown id is an error that lists the known ones."""
    claims = load_claims()
    if claim_id not in claims:
        raise ClaimError(
            f"Unknown claim {claim_id!r}. Known: {', '.join(claims)} (see `rebalance claims`)."
        )
    return claims[claim_id]


def load_since(claim_id: str) -> Since:
    """What to look at after the article's date; an error where the claim has nothing of the kind.

    Examples
    --------
    >>> load_since("F1").until
    datetime.date(2026, 12, 31)
    """
    since = load_claim(claim_id).since
    if since is None:
        raise ClaimError(f"Claim {claim_id} has no block since: it was no forecast.")
    return since


def load_line(claim_id: str, line: str) -> Line:
    """One question put to a claim, ``stated`` or ``used``; an error where it is not put.

    Examples
    --------
    >>> load_line("D2", "used").rule
    'quantity'
    """
    lines = load_claim(claim_id).lines
    if line not in lines:
        raise ClaimError(f"Claim {claim_id} has no line {line!r}, only {', '.join(lines)}.")
    return lines[line]
