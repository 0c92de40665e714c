"""Full check of ``data/claims.yaml``: every claim has a test that can be carried out as it stands."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from numbers import Real
from typing import Any

from helpers.data.paths import data_dir
from helpers.data.yaml_files import read_yaml
from helpers.errors import ClaimError, DataError
from helpers.trial.claims import Claim, read_claim

BLOCKS = ("rules", "planned", "claims")
ARTICLE_GRADES = ("checkable fact", "unsourced number", "assertion")
TEST_GRADES = ("full", "good", "partial", "proxy", "none")
MAY_BE_BLANK = ("unit", "null_hypothesis")


def verify_claims(notebooks: Iterable[str]) -> list[str]:
    """Everything that keeps a claim from being tried as it stands, in words; an empty list when all is well.

    Parameters
    ----------
    notebooks : iterable of str
        Names of the notebooks that exist; a claim belongs to one of them, or to one that is planned.

    Examples
    --------
    >>> verify_claims([])[0]
    'claims.yaml: R1: notebook 01_rate_cuts_and_floating_debt neither exists nor is planned.'
    """
    try:
        content = read_yaml(data_dir() / "claims.yaml")
    except OSError as error:
        return [f"claims.yaml cannot be read: {error.strerror}."]
    except DataError as error:
        return [str(error)]
    if not isinstance(content, dict) or sorted(map(str, content)) != sorted(BLOCKS):
        return [f"claims.yaml holds the blocks {', '.join(BLOCKS)}, and no other."]
    if not all(isinstance(content[name], list) for name in ("planned", "claims")):
        return ["claims.yaml holds the lists planned and claims; one of them is something else."]
    found = list(_rules(content["rules"]))
    known = {*notebooks, *content["planned"]}
    ids: set[str] = set()
    for row in content["claims"]:
        try:
            claim = read_claim(row)
        except (ClaimError, TypeError, ValueError, AttributeError) as error:
            found.append(str(error) if isinstance(error, ClaimError) else f"{row!r} is no claim.")
            continue
        broken = [*_texts(claim), *_numbers(claim), *_thresholds(claim)]
        if claim.id in ids:
            broken.append("stands twice; ids are unique")
        if claim.notebook not in known:
            broken.append(f"notebook {claim.notebook} neither exists nor is planned")
        ids.add(claim.id)
        found += [f"{claim.id}: {what}." for what in broken]
    return [one if one.startswith("claims.yaml") else f"claims.yaml: {one}" for one in found]


def _rules(rules: Any) -> Iterator[str]:
    """What is wrong with what holds for all claims alike."""
    try:
        significant, suggestive = rules["significant"], rules["suggestive"]
        agreeing, of = rules["agreeing_definitions"]
        if not isinstance(rules["article_date"], dt.date):
            yield "rules: article_date is not a date."
        if not 0 < significant <= suggestive < 1:
            yield "rules: significant and suggestive are not in order between 0 and 1."
        if not 0 < agreeing <= of:
            yield f"rules: {agreeing} of {of} definitions cannot agree."
    except (KeyError, TypeError, ValueError) as error:
        yield f"rules: {type(error).__name__}: {error}. Compare with CONTRIBUTING.md."


def _texts(claim: Claim) -> Iterator[str]:
    for one in fields(claim):
        value = getattr(claim, one.name)
        if one.type == "str" and not (
            isinstance(value, str) and (value.strip() or one.name in MAY_BE_BLANK)
        ):
            yield f"{one.name} is {value!r}, which is no text"
    if not re.fullmatch(r"[A-Z][1-9]\d*", str(claim.id)):
        yield "the id is not a letter and a number"
    for name in ("claim", "true_if", "false_if"):
        if not str(getattr(claim, name)).endswith("."):
            yield f"{name} is not a sentence: it ends without a full stop"
    for name, words in {
        "compare": ("equal", "at_least"),
        "article_grade": ARTICLE_GRADES,
        "test_grade": TEST_GRADES,
    }.items():
        if getattr(claim, name) not in words:
            yield f"{name} is {getattr(claim, name)!r}; use one of {', '.join(words)}"
    if not all(isinstance(text, str) and text.strip() for text in claim.definitions):
        yield "a definition is no text"
    elif len(set(claim.definitions)) < len(claim.definitions):
        yield "a definition stands twice"


def _numbers(claim: Claim) -> Iterator[str]:
    stated: Mapping[str, Any] = {
        "claimed": None if isinstance(claim.claimed, str) else claim.claimed,
        "smallest_effect": claim.smallest_effect,
        "tolerance": claim.tolerance,
        **{f"claimed_parts {name}": value for name, value in claim.claimed_parts.items()},
    }
    for name, value in stated.items():
        if value is not None and not _is_number(value):
            yield f"{name} is {value!r}, which is no finite number"
    if claim.direction not in (-1, 1):
        yield f"direction is {claim.direction!r}; use 1 or -1"


def _thresholds(claim: Claim) -> Iterator[str]:
    """What the rule of the claim needs and does not find."""
    if claim.rule == "fact" and claim.claimed is None:
        yield "a fact needs what is claimed"
    if claim.rule == "about" and not _is_number(claim.claimed):
        yield "a band needs the number claimed"
    if claim.rule == "about" and not _is_number(claim.tolerance, above=0):
        yield "a band needs a tolerance above zero"
    if claim.rule == "range" and not _is_number(claim.smallest_effect, at_least=0):
        yield "a range needs a smallest_effect of zero or more"
    if claim.rule == "effect" and not _is_number(claim.smallest_effect, above=0):
        yield "an effect needs a smallest_effect above zero"
    if claim.rule == "effect" and not claim.null_hypothesis:
        yield "an effect needs a null_hypothesis"


def _is_number(value: Any, *, above: float = -math.inf, at_least: float = -math.inf) -> bool:
    """Whether a value is a finite number in these bounds."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    return number and math.isfinite(value) and value > above and value >= at_least
