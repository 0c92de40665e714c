"""The verdict: a pure function of stored statistics and of the rule fixed for the claim."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.trial.claims import Claim, load_rules
from helpers.trial.evidence import Evidence

#: From worst to best for the claim; facts use the two ends, "not testable" and "not tried yet" stand outside.
#: "failed" is no verdict of a rule: the ledger says it of a claim whose notebook stopped before it answered.
ORDER = ("contradicted", "not detectable", "leaning", "supported")
WORDS = (*ORDER, "confirmed", "not testable", "not tried yet", "failed")


@dataclass(frozen=True)
class Verdict:
    """A word, and the sentence that says which branch of the rule gave it."""

    word: str
    reason: str


def verdict(claim: Claim, evidence: Evidence | None, p_adjusted: float | None = None) -> Verdict:
    """Apply the rule of a claim to its evidence.

    Parameters
    ----------
    claim : Claim
        Carries the rule, the claimed size, the direction and the smallest effect of interest.
    evidence : Evidence or None
        None means that no notebook has tried the claim.
    p_adjusted : float, optional
        p-value after the multiplicity adjustment; the unadjusted one when None.

    Returns
    -------
    Verdict
        Total: every input gives one of ``WORDS``. Never "supported" with an interval that holds zero.

    Notes
    -----
    ``effect``, with every number turned so that positive favours the claim, in this order: *contradicted* when
    the interval lies below zero or below the claimed size; *supported* when the interval lies above zero, the
    adjusted p is significant, enough definitions and both halves share the sign and, for a forecast, the
    out-of-sample R2 is positive; *leaning* when the estimate is positive and the unadjusted p is suggestive;
    *not detectable* otherwise. ``range`` has no p-value: *supported* when the whole interval reaches the smallest
    effect of interest and the definitions agree, *contradicted* when none of it does, *leaning* when the estimate does
    and the interval excludes zero. ``about``: *supported* when the interval lies inside the band, *contradicted*
    when it lies outside, *leaning* when only the estimate lies inside.

    Examples
    --------
    >>> from helpers.trial.claims import load_claim
    >>> verdict(load_claim("D2"), None).word
    'not tried yet'
    """
    if evidence is None:
        return Verdict("not tried yet", "No notebook has tried this claim yet.")
    if evidence.not_testable:
        return Verdict("not testable", evidence.not_testable)
    if claim.rule == "fact":
        return _fact(claim, evidence)
    if evidence.estimate is None or evidence.ends is None:
        return Verdict("not testable", "No estimate with an interval exists for this claim.")
    if claim.rule == "about":
        return _about(claim, evidence.estimate, *evidence.ends)
    low, high = sorted(claim.direction * end for end in evidence.ends)
    estimate = claim.direction * evidence.estimate
    if claim.rule == "range":
        return _range(claim, evidence, estimate, low, high)
    return _effect(claim, evidence, estimate, low, high, p_adjusted)


def _fact(claim: Claim, evidence: Evidence) -> Verdict:
    if isinstance(claim.claimed, str):
        found, holds = evidence.found, evidence.found == claim.claimed
    elif evidence.estimate is None:
        return Verdict("not testable", "The fact was not found.")
    else:
        found = f"{evidence.estimate:g}"
        gap = claim.direction * (evidence.estimate - float(claim.claimed or 0.0))
        slack = claim.tolerance + 1e-9  # facts are decimals such as 5.50: equality up to rounding
        holds = gap >= -slack if claim.compare == "at_least" else abs(gap) <= slack
    word = "confirmed" if holds else "contradicted"
    return Verdict(
        word, f"Found {f'{found} {claim.unit}'.strip()}, the article says {claim.article}."
    )


def _about(claim: Claim, estimate: float, low: float, high: float) -> Verdict:
    centre, band = float(claim.claimed or 0.0), claim.tolerance
    low, high, estimate = low - centre, high - centre, estimate - centre
    if high < -band or low > band:
        return Verdict("contradicted", "The whole interval lies outside the band fixed beforehand.")
    if low >= -band and high <= band:
        return Verdict("supported", "The whole interval lies inside the band fixed beforehand.")
    if -band <= estimate <= band:
        return Verdict(
            "leaning", "The estimate lies inside the band, the interval reaches beyond it."
        )
    return Verdict(
        "not detectable", "The interval is too wide to place the value inside or outside the band."
    )


def _agreement(claim: Claim, evidence: Evidence) -> bool:
    """Two thirds of the definitions listed beforehand, and both halves where given, have the claim's sign."""
    signs = [claim.direction * value > 0 for value in evidence.definitions.values()]
    share = load_rules().agreeing_share
    definitions = sum(signs) * share.denominator >= share.numerator * len(signs)
    halves = evidence.halves is None or all(
        claim.direction * value > 0 for value in evidence.halves
    )
    return definitions and halves


def _range(claim: Claim, evidence: Evidence, estimate: float, low: float, high: float) -> Verdict:
    size = claim.threshold
    if high < size or high <= 0:
        return Verdict(
            "contradicted",
            f"No part of the range reaches the smallest effect of interest ({size:g} {claim.unit}).",
        )
    if low >= size and low > 0 and _agreement(claim, evidence):
        return Verdict(
            "supported",
            f"The whole range reaches the smallest effect of interest ({size:g} {claim.unit}).",
        )
    if estimate >= size and low > 0:
        return Verdict(
            "leaning",
            "The central value matters and has the claimed sign; the range reaches below what would matter.",
        )
    return Verdict("not detectable", "The published ranges allow both a relevant effect and none.")


def _effect(
    claim: Claim,
    evidence: Evidence,
    estimate: float,
    low: float,
    high: float,
    p_adjusted: float | None,
) -> Verdict:
    rules = load_rules()
    p = 1.0 if evidence.p is None else evidence.p
    adjusted = p if p_adjusted is None else max(p, p_adjusted)
    if high <= 0:
        return Verdict("contradicted", "The interval lies on the other side of zero.")
    if high < claim.threshold:
        return Verdict(
            "contradicted",
            "The interval excludes the claimed size: the effect is smaller than claimed.",
        )
    robust = _agreement(claim, evidence) and (evidence.oos_r2 is None or evidence.oos_r2 > 0)
    if low > 0 and estimate > 0 and adjusted < rules.significant and robust:
        return Verdict(
            "supported",
            "Right sign, significant after Holm, and robust to the definitions fixed beforehand.",
        )
    if estimate > 0 and p < rules.suggestive:
        why = (
            "but not robust to the definitions, halves or out of sample"
            if adjusted < rules.significant
            else "not after Holm"
        )
        return Verdict(
            "leaning", f"Right sign with an unadjusted p below {rules.suggestive:g}, {why}."
        )
    # An interval above zero beside a large p is no contradiction: a p that admits a search is the stricter test.
    reason = (
        "The interval lies above zero, but the primary test, which is stricter, does not reject chance."
        if low > 0
        else "The interval holds no effect as well as the claimed one."
    )
    if evidence.mde is not None:
        reason += f" The smallest detectable effect is {evidence.mde:.3g} {evidence.unit}."
    return Verdict("not detectable", reason)
