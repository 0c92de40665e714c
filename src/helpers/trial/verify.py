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
from helpers.trial.claims import Claim, Line, Since, read_claim

BLOCKS = ("chain", "claims", "planned", "rules")
ARTICLE_GRADES = ("checkable fact", "unsourced number", "assertion")
TEST_GRADES = ("full", "good", "partial", "proxy", "none")
FIXED = ("before the results", "after review of the results")
FIXED_SINCE = ("before the outcome was published", "after the outcome was published")


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
    if not all(isinstance(content[name], list) for name in ("chain", "planned", "claims")):
        return [
            "claims.yaml holds the lists chain, planned and claims; one of them is something else."
        ]
    found = list(_rules(content["rules"]))
    known = {*notebooks, *content["planned"]}
    ids: set[str] = set()
    for row in content["claims"]:
        try:
            claim = read_claim(row)
        except (ClaimError, TypeError, ValueError, AttributeError) as error:
            found.append(str(error) if isinstance(error, ClaimError) else f"{row!r} is no claim.")
            continue
        broken = [*_texts(claim), *_numbers(claim)]
        for name, line in claim.lines.items():
            broken += [f"{name}: {what}" for what in _line(claim, line)]
        if claim.since is not None:
            broken += [f"since: {what}" for what in _since(claim.since)]
        if claim.id in ids:
            broken.append("stands twice; ids are unique")
        if claim.notebook not in known:
            broken.append(f"notebook {claim.notebook} neither exists nor is planned")
        ids.add(claim.id)
        found += [f"{claim.id}: {what}." for what in broken]
    found += _chain(content["chain"], ids)
    return [one if one.startswith("claims.yaml") else f"claims.yaml: {one}" for one in found]


def _rules(rules: Any) -> Iterator[str]:
    """What is wrong with what holds for all claims alike."""
    try:
        if not isinstance(rules["article_date"], dt.date):
            yield "rules: article_date is not a date."
        strong, some = rules["bayes_factors"]
        if not strong > some > 1:
            yield "rules: bayes_factors are not in order above 1."
        most, many, few, hardly = rules["shares_of_draws"]
        if not 1 > most > many >= few > hardly > 0:
            yield "rules: shares_of_draws are not in order between 1 and 0."
        (whole, of_whole), (part, of_part) = rules["shares_of_votes"]
        if not 1 >= whole / of_whole > part / of_part > 0:
            yield "rules: shares_of_votes are not in order between 1 and 0."
        agreeing, of = rules["agreeing_definitions"]
        if not 0 < agreeing <= of:
            yield f"rules: {agreeing} of {of} definitions cannot agree."
        if not rules["blunt"] >= 1:
            yield "rules: blunt is no multiple of one or more."
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        yield f"rules: {type(error).__name__}: {error}. Compare with CONTRIBUTING.md."


def _chain(links: list[Any], ids: set[str]) -> Iterator[str]:
    """What keeps the chain from holding each claim once, and each link from having one that bears its load."""
    placed: list[str] = []
    for link in links:
        try:
            name, claims, bears = link["name"], link["claims"], link["bears"]
        except (KeyError, TypeError):
            yield f"chain: {link!r} is no link with name, claims and bears."
            continue
        placed += claims
        if bears not in claims:
            yield f"chain: {name}: {bears} bears the load and is not among its claims."
    for claim_id in sorted({*placed, *ids}):
        if placed.count(claim_id) != 1 or claim_id not in ids:
            yield f"chain: {claim_id} stands in {placed.count(claim_id)} links; each claim stands in one."


def _texts(claim: Claim) -> Iterator[str]:
    yield from _missing(claim)
    if not re.fullmatch(r"[A-Z][1-9]\d*", str(claim.id)):
        yield "the id is not a letter and a number"
    if not str(claim.claim).endswith("."):
        yield "claim is not a sentence: it ends without a full stop"
    if claim.article_grade not in ARTICLE_GRADES:
        yield f"article_grade is {claim.article_grade!r}; use one of {', '.join(ARTICLE_GRADES)}"
    if claim.says_of is not None and not isinstance(claim.says_of, dt.date):
        yield f"says_of is {claim.says_of!r}, which is no date"


def _missing(row: Claim | Line | Since, may_be_blank: tuple[str, ...] = ()) -> Iterator[str]:
    for one in fields(row):
        value = getattr(row, one.name)
        if one.type == "str" and not (
            isinstance(value, str) and (value.strip() or one.name in may_be_blank)
        ):
            yield f"{one.name} is {value!r}, which is no text"


def _numbers(claim: Claim) -> Iterator[str]:
    stated: Mapping[str, Any] = {
        "claimed": None if isinstance(claim.claimed, str) else claim.claimed,
        **{f"claimed_parts {name}": value for name, value in claim.claimed_parts.items()},
    }
    for name, value in stated.items():
        if value is not None and not _is_number(value):
            yield f"{name} is {value!r}, which is no finite number"


def _line(claim: Claim, line: Line) -> Iterator[str]:
    """What a line lacks, and what its rule needs and does not find."""
    yield from _missing(line, may_be_blank=("unit", "null_hypothesis", "reason"))
    for name in ("true_if", "false_if"):
        if not str(getattr(line, name)).endswith("."):
            yield f"{name} is not a sentence: it ends without a full stop"
    for name, words in {
        "compare": ("equal", "at_least"),
        "test_grade": TEST_GRADES,
        "fixed": FIXED,
    }.items():
        if getattr(line, name) not in words:
            yield f"{name} is {getattr(line, name)!r}; use one of {', '.join(words)}"
    if not all(isinstance(text, str) and text.strip() for text in line.definitions):
        yield "a definition is no text"
    elif len(set(line.definitions)) < len(line.definitions):
        yield "a definition stands twice"
    if line.direction not in (-1, 1):
        yield f"direction is {line.direction!r}; use 1 or -1"
    for name in ("smallest_effect", "scale"):
        value = getattr(line, name)
        if value is not None and not _is_number(value, above=0):
            yield f"{name} is {value!r}, which is no finite number above zero"
    if not _is_number(line.tolerance, at_least=0):
        yield f"tolerance is {line.tolerance!r}, which is no finite number of zero or more"
    if line.rule == "fact" and claim.claimed is None:
        yield "a fact needs what is claimed"
    if line.rule in ("effect", "quantity") and line.smallest_effect is None:
        yield f"the rule {line.rule} needs a smallest_effect"
    if line.rule == "effect" and not line.null_hypothesis:
        yield "an effect needs a null_hypothesis"
    if line.rule == "episode" and not line.reason.endswith("."):
        yield "an episode needs the reason why it cannot be tested, as a sentence"
    if line.rule in ("outcome", "forecast") and not isinstance(line.until, dt.date):
        yield f"until is {line.until!r}; {line.rule} needs the date until which it is open"


def _since(since: Since) -> Iterator[str]:
    """What keeps the block from being scored as it stands."""
    yield from _missing(since, may_be_blank=("unit",))
    for name in ("true_if", "false_if"):
        if not str(getattr(since, name)).endswith("."):
            yield f"{name} is not a sentence: it ends without a full stop"
    for name, words in {"test_grade": TEST_GRADES, "fixed": FIXED_SINCE}.items():
        if getattr(since, name) not in words:
            yield f"{name} is {getattr(since, name)!r}; use one of {', '.join(words)}"
    if not since.direction:
        yield "direction names nothing that was to happen"
    if not all(isinstance(text, str) and text.strip() for text in since.parts):
        yield "a part is no text"
    elif len(set(since.parts)) < len(since.parts):
        yield "a part stands twice"
    if since.until is not None and not isinstance(since.until, dt.date):
        yield f"until is {since.until!r}, which is no date"
    if not isinstance(since.lasting, bool):
        yield f"lasting is {since.lasting!r}; use true or false"


def _is_number(value: Any, *, above: float = -math.inf, at_least: float = -math.inf) -> bool:
    """Whether a value is a finite number in these bounds."""
    number = isinstance(value, Real) and not isinstance(value, bool)
    return number and math.isfinite(value) and value > above and value >= at_least
