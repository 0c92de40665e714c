"""The claims on trial: read from ``data/claims.yaml``, fixed before any notebook looks at the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from helpers.data.paths import data_dir
from helpers.data.yaml_files import read_yaml
from helpers.errors import ClaimError

RULES = ("fact", "effect", "range", "about")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One checkable statement of the article, with the test that was fixed for it beforehand.

    ``rule`` is one of ``fact`` (equals, or reaches, a stated value), ``effect`` (a sampling statistic against a
    null of zero), ``range`` (a model quantity known up to published ranges) and ``about`` (lies within a band).
    ``claimed`` is the article's number in ``unit`` (None when it states a direction only); ``direction`` is +1
    or -1, the sign that favours the claim; ``smallest_effect`` is the smallest size that would matter.
    """

    id: str
    section: str
    claim: str
    article: str
    unit: str
    rule: str
    claimed: float | str | None
    direction: int
    smallest_effect: float | None
    tolerance: float
    compare: str
    estimand: str
    statistic: str
    null_hypothesis: str
    definitions: tuple[str, ...]
    true_if: str
    false_if: str
    article_grade: str
    test_grade: str
    notebook: str
    claimed_parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def claimed_number(self) -> float:
        """The article's number; a claim without one is an error."""
        if not isinstance(self.claimed, int | float):
            raise ClaimError(f"Claim {self.id} states no number: claimed is {self.claimed!r}.")
        return float(self.claimed)

    @property
    def size_that_matters(self) -> float:
        """The smallest effect that would matter; a claim without one is an error."""
        if self.smallest_effect is None:
            raise ClaimError(f"Claim {self.id} has no smallest_effect in data/claims.yaml.")
        return float(self.smallest_effect)

    @property
    def threshold(self) -> float:
        """Size, in the favourable direction, that the evidence must be able to reach."""
        if isinstance(self.claimed, int | float) and self.rule == "effect":
            return self.direction * float(self.claimed)
        return float(self.smallest_effect or 0.0)

    @property
    def has_p_value(self) -> bool:
        """Whether the claim's primary test belongs to the family that Holm's method adjusts."""
        return self.rule == "effect"


@dataclass(frozen=True)
class Rules:
    """What holds for all claims alike.

    ``significant`` is the level after Holm's adjustment, ``suggestive`` the one before; ``agreeing_share`` of the
    definitions listed beforehand must share the claim's sign.
    """

    article_date: dt.date
    significant: float
    suggestive: float
    agreeing_share: Fraction


@cache
def load_rules() -> Rules:
    """The article's date and the thresholds of the verdict rules, from ``data/claims.yaml``."""
    stated = _read(data_dir() / "claims.yaml")["rules"]
    return Rules(
        article_date=stated["article_date"],
        significant=float(stated["significant"]),
        suggestive=float(stated["suggestive"]),
        agreeing_share=Fraction(*stated["agreeing_definitions"]),
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


def read_claim(row: Mapping[str, Any]) -> Claim:
    """A row of ``data/claims.yaml`` as a claim; an error names the row that lacks a field or has an unknown one."""
    stated = {
        "direction": 1,
        "smallest_effect": None,
        "tolerance": 0.0,
        "compare": "equal",
        "null_hypothesis": "",
        **row,
    }
    stated["definitions"] = tuple(stated.get("definitions", ()))
    stated["claimed_parts"] = dict(stated.get("claimed_parts", {}))
    try:
        claim = Claim(**stated)
    except TypeError as error:
        raise ClaimError(
            f"claims.yaml: claim {row.get('id', '?')}: {error}. Compare it with a complete row."
        ) from None
    if claim.rule not in RULES:
        raise ClaimError(
            f"claims.yaml: claim {claim.id} has rule {claim.rule!r}; use one of {', '.join(RULES)}."
        )
    return claim


def load_claim(claim_id: str) -> Claim:
    """One claim by its id; an unknown id is an error that lists the known ones."""
    claims = load_claims()
    if claim_id not in claims:
        raise ClaimError(
            f"Unknown claim {claim_id!r}. Known: {', '.join(claims)} (see `rebalance claims`)."
        )
    return claims[claim_id]
