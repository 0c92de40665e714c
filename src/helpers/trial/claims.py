"""The claims on trial: read from ``data/claims.yaml``, fixed before any notebook looks at the data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from helpers.data.paths import data_dir
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


@cache
def load_claims() -> dict[str, Claim]:
    """All claims by id, in the order of the article's argument."""
    path = data_dir() / "claims.yaml"
    rows = yaml.load(
        path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    claims: dict[str, Claim] = {}
    for row in rows["claims"]:
        row = {
            "direction": 1,
            "smallest_effect": None,
            "tolerance": 0.0,
            "compare": "equal",
            "null_hypothesis": "",
            **row,
        }
        row["definitions"] = tuple(row.get("definitions", ()))
        try:
            claim = Claim(**row)
        except TypeError as error:
            raise ClaimError(
                f"{path.name}: claim {row.get('id', '?')}: {error}. Compare it with a complete row."
            ) from None
        if claim.rule not in RULES:
            raise ClaimError(
                f"{path.name}: claim {claim.id} has rule {claim.rule!r}; use one of {', '.join(RULES)}."
            )
        if claim.id in claims:
            raise ClaimError(f"{path.name}: claim {claim.id} stands twice; ids are unique.")
        claims[claim.id] = claim
    return claims


def load_claim(claim_id: str) -> Claim:
    """One claim by its id; an unknown id is an error that lists the known ones."""
    claims = load_claims()
    if claim_id not in claims:
        raise ClaimError(
            f"Unknown claim {claim_id!r}. Known: {', '.join(claims)} (see `rebalance claims`)."
        )
    return claims[claim_id]
