"""What would flip a verdict: the same rule under other definitions, sizes and sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from helpers.trial.claims import Claim
from helpers.trial.evidence import Evidence
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


_Trial = tuple[str, str, Claim, Evidence]


def _effect(claim: Claim, evidence: Evidence) -> Iterator[_Trial]:
    line = claim.lines["used"]
    for definition, value in evidence.definitions.items():
        if value != evidence.estimate:
            yield "definition", definition, claim, _moved(evidence, value)
    for times in SIZES:
        scale = times * line.expected_size
        other = replace(claim, used=replace(line, scale=scale))
        yield "expected size", f"{scale:g} {line.unit}", other, evidence


def _moved(evidence: Evidence, value: float) -> Evidence:
    """The evidence with another estimate and an interval as wide; its own interval is not kept by definition."""
    shift = value - float(evidence.estimate or 0.0)
    low, high = evidence.ends or (0.0, 0.0)
    return replace(evidence, estimate=value, ci_low=low + shift, ci_high=high + shift)


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
