"""What would flip a verdict: the same rule under other definitions, sizes and sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isclose
from typing import Any

from helpers.errors import ClaimError
from helpers.trial.claims import Claim, Rules, load_claims
from helpers.trial.evidence import Evidence
from helpers.trial.ledger import evidence_of
from helpers.trial.rules import SILENT, verdict

#: Multiples of the size fixed for a line under which its word is tried.
SIZES = (0.5, 2.0)


def list_flips(claim: Claim, name: str, evidence: Evidence) -> list[dict[str, str]]:
    """Words that one line would get if one choice were another one.

    Parameters
    ----------
    claim : Claim
        The claim.
    name : {"stated", "used"}
        The line.
    evidence : Evidence
        What was found.

    Returns
    -------
    list of dict
        ``choice``, what it would be ``instead`` and the ``word`` it would give; empty where nothing is to choose, or
        no word was given.
    """
    line = claim.lines[name]
    if verdict(claim, name, evidence).word in SILENT:
        return []
    if line.rule == "effect":
        trials = _effect(claim, evidence)
    elif line.rule == "quantity":
        trials = _quantity(claim, evidence)
    else:  # nothing but parts and votes has checks
        trials = _without(claim, evidence)
    return [
        {"choice": choice, "instead": instead, "word": verdict(other, name, found).word}
        for choice, instead, other, found in trials
    ]


def words_under(
    cards: Mapping[str, dict[str, Any]], rules: Rules, times: float = 1.0
) -> dict[str, tuple[str, str]]:
    """The word on each inference weighed by figures, by the rules written down and by others.

    Parameters
    ----------
    cards : mapping
        As ``ledger.read_cards`` gives them.
    rules : Rules
        Other borders, e.g. ``dataclasses.replace(load_rules(), bayes_factors=(20.0, 4.0))``.
    times : float
        Multiple of the size fixed for each line: 1, or one of ``SIZES``, for which the shares of draws are stored.

    Returns
    -------
    dict
        Both words by claim id, without claims that have no answer.
    """
    words = {}
    for claim_id, claim in load_claims().items():
        evidence = evidence_of(cards.get(claim_id, {}), "used")
        if evidence is None or claim.used is None or claim.used.rule not in ("effect", "quantity"):
            continue
        fixed = verdict(claim, "used", evidence).word
        if fixed not in SILENT:
            other, found = _resized(claim, evidence, times)
            words[claim_id] = fixed, verdict(other, "used", found, rules).word
    return words


def _resized(claim: Claim, evidence: Evidence, times: float) -> tuple[Claim, Evidence]:
    """Claim and evidence as if another size had been fixed: that of an effect, or the share of draws that reach it."""
    line = claim.lines["used"]
    if times == 1:
        return claim, evidence
    if line.rule == "effect":
        return replace(claim, used=replace(line, scale=times * line.expected_size)), evidence
    size = times * line.size_that_matters
    if size not in evidence.shares_by_size:
        raise ClaimError(
            f"The card of {claim.id} does not say which share of draws reaches {size:g} {line.unit}. "
            f"Run {claim.notebook} again."
        )
    used, share = replace(line, smallest_effect=size), evidence.shares_by_size[size]
    return replace(claim, used=used), replace(evidence, share=share)


_Trial = tuple[str, str, Claim, Evidence]


def _effect(claim: Claim, evidence: Evidence) -> Iterator[_Trial]:
    line = claim.lines["used"]
    for definition, value in evidence.definitions.items():
        if not isclose(value, evidence.estimate or 0.0, rel_tol=1e-9):
            yield "definition", definition, claim, _moved(evidence, definition, value)
    for times in SIZES:
        size = f"{times * line.expected_size:g} {line.unit}"
        yield "expected size", size, *_resized(claim, evidence, times)


def _moved(evidence: Evidence, definition: str, value: float) -> Evidence:
    """The evidence with another estimate and its own interval; with one as wide where none was kept."""
    shift = value - float(evidence.estimate or 0.0)
    low, high = evidence.ends or (0.0, 0.0)
    low, high = evidence.intervals.get(definition, (low + shift, high + shift))
    return replace(evidence, estimate=value, ci_low=low, ci_high=high)


def _quantity(claim: Claim, evidence: Evidence) -> Iterator[_Trial]:
    for definition, share in evidence.shares.items():
        yield "definition", definition, claim, replace(evidence, share=share)
    for size, share in evidence.shares_by_size.items():
        other = f"{size:g} {evidence.unit}"
        yield "smallest effect", other, claim, replace(evidence, share=share)


def _without(claim: Claim, evidence: Evidence) -> Iterator[_Trial]:
    for check in evidence.checks:
        others = {one: holds for one, holds in evidence.checks.items() if one != check}
        yield "without", check, claim, replace(evidence, checks=others)
