"""The verdict: a pure function of stored statistics and of the rule written down for the line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from types import MappingProxyType

from helpers.errors import ClaimError
from helpers.trial.claims import Claim, Line, Rules, load_rules
from helpers.trial.evidence import Evidence

#: Words of the sentence as stated, best for the claim first; those of `SILENT` stand outside the order.
STATED = ("true", "true in part", "false")
#: Words of the inference as used, best for the claim first.
USED = (
    "strong evidence for",
    "evidence for",
    "undecided",
    "evidence against",
    "strong evidence against",
)
#: Words that say why there is no answer.
SILENT = (
    "no source found",
    "not testable",
    "open",
    "not yet known",
    "not yet sayable",
    "not tried yet",
    "failed",
)
#: Words of what happened since, best for the claim first: of what is over, and of what still runs.
CAME = ("came true", "came true in part", "did not come true")
SO_FAR = ("so far as claimed", "so far in part", "so far against")
NO_FIGURE = "no figure yet"
SINCE = (*CAME, *SO_FAR, NO_FIGURE)
WORDS = {
    "stated": (*STATED, *SILENT),
    "used": (*USED, *SILENT),
}
FOR = USED[:2]
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Verdict:
    """A word, the sentence that says which branch of the rule gave it, and the numbers the rule read."""

    word: str
    reason: str
    read: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "read", MappingProxyType(dict(self.read)))


def verdict(
    claim: Claim, name: str, evidence: Evidence | None, rules: Rules | None = None
) -> Verdict:
    """Apply the rule of one line of a claim to its evidence.

    Parameters
    ----------
    claim : Claim
        Carries both lines, each with its rule, direction and the smallest effect that matters.
    name : {"stated", "used"}
        The line.
    evidence : Evidence or None
        None means that no notebook has answered the line.
    rules : Rules, optional
        Borders of the words; those written down when None.

    Returns
    -------
    Verdict
        Total: every input gives one of ``WORDS[name]``.

    Notes
    -----
    ``fact``: true when it equals, or reaches, what is claimed. ``parts``: true when every part of the sentence for
    which a source was found holds, true in part when some do. ``votes``: by the share of those that bear the sentence
    out. ``effect``: the Bayes factor of an effect of the expected size against none, from the estimate and the
    standard error that a normal interval as wide as the one shown would have; where fewer than two thirds of the
    definitions share the sign, or a forecast does not help out of sample, evidence for loses one step for each.
    ``quantity``: the share of the draws that reach the smallest effect. Borders: ``rules`` in ``data/claims.yaml``.

    Examples
    --------
    >>> from helpers.trial.claims import load_claim
    >>> verdict(load_claim("D2"), "used", None).word
    'not tried yet'
    """
    line, rules = claim.lines.get(name), rules or load_rules()
    if line is None:
        raise ClaimError(f"Claim {claim.id} has no line {name!r}.")
    if evidence is None:
        return Verdict("not tried yet", "No notebook has tried this yet.")
    if evidence.not_yet_sayable:
        return Verdict("not yet sayable", evidence.not_yet_sayable)
    if evidence.not_testable:
        # What the record does not hold at the date leaves a sentence without a source, and an inference without a test.
        word = "not testable" if name == "used" else "no source found"
        return Verdict(word, evidence.not_testable)
    if line.rule == "fact":
        return _fact(claim, line, evidence)
    if line.rule == "parts":
        return _parts(evidence)
    if line.rule == "votes":
        return _votes(evidence, rules)
    if line.rule == "effect":
        return _effect(line, evidence, rules)
    if line.rule == "quantity":
        return _quantity(line, evidence, rules)
    if line.rule == "episode":
        return Verdict("not testable", line.reason)
    word = "open" if line.rule == "outcome" else "not yet known"
    return Verdict(word, f"Open until {line.until}. {line.true_if}")


def _fact(claim: Claim, line: Line, evidence: Evidence) -> Verdict:
    if isinstance(claim.claimed, str):
        found, holds = evidence.found, evidence.found == claim.claimed
    elif evidence.estimate is None:
        return Verdict("no source found", "The fact was not found.")
    else:
        found = f"{evidence.estimate:g}"
        gap = line.direction * (evidence.estimate - float(claim.claimed or 0.0))
        slack = line.tolerance + 1e-9  # facts are decimals such as 5.50: equality up to rounding
        holds = gap >= -slack if line.compare == "at_least" else abs(gap) <= slack
    return Verdict(
        "true" if holds else "false",
        f"Found {f'{found} {line.unit}'.strip()}, the article says {claim.article}.",
    )


def _parts(evidence: Evidence) -> Verdict:
    found = {name: holds for name, holds in evidence.checks.items() if holds is not None}
    if not found:
        return Verdict("no source found", "No source says whether any part of the sentence holds.")
    holding = [name for name, holds in found.items() if holds]
    failing = [name for name, holds in found.items() if not holds]
    unknown = [name for name in evidence.checks if name not in found]
    told = [f"{title}: {'; '.join(names)}" for title, names in
            (("Holds", holding), ("Does not hold", failing), ("No source found", unknown)) if names]  # fmt: skip
    word = "false" if not holding else "true in part" if failing or unknown else "true"
    read = {"parts that hold": float(len(holding)), "parts": float(len(evidence.checks))}
    return Verdict(word, f"{'. '.join(told)}.", read)


def _votes(evidence: Evidence, rules: Rules) -> Verdict:
    cast = [holds for holds in evidence.checks.values() if holds is not None]
    if not cast:
        return Verdict("no source found", "No publication known at the date speaks of it.")
    whole, part = rules.shares_of_votes
    share = sum(cast) / len(cast)
    # Fractions, so that two of three reach two thirds.
    word = (
        "true"
        if sum(cast) * whole.denominator >= whole.numerator * len(cast)
        else "true in part"
        if sum(cast) * part.denominator >= part.numerator * len(cast)
        else "false"
    )
    return Verdict(word, f"{sum(cast)} of {len(cast)} bear it out.", {"share": share})


def _quantity(line: Line, evidence: Evidence, rules: Rules) -> Verdict:
    if evidence.share is None or evidence.ends is None:
        return Verdict("not testable", "No draws over published ranges exist for this line.")
    share, size = evidence.share, line.size_that_matters
    borders = rules.shares_of_draws
    word = USED[sum(share < border for border in borders)]
    reason = (
        f"{100 * share:.0f} percent of the draws over the published ranges reach the {size:g} {line.unit} "
        "that would matter."
    )
    low = min(line.direction * end for end in evidence.ends)
    if low > 0 and word in USED[3:]:
        reason = f"True but small: the whole range has the claimed sign, and {reason}"
    return Verdict(word, reason, {"share of draws": share, "smallest effect": size})


def _effect(line: Line, evidence: Evidence, rules: Rules) -> Verdict:
    from helpers.stats import half_normal_bayes_factor

    if evidence.estimate is None or evidence.ends is None:
        return Verdict("not testable", "No estimate with an interval exists for this line.")
    se = standard_error(evidence)
    if se <= 0:
        return Verdict(
            "not testable", "The interval has no width: the error of the estimate is unknown."
        )
    size, scale = line.size_that_matters, line.expected_size
    factor = half_normal_bayes_factor(line.direction * evidence.estimate, se, scale)
    strong, some = rules.bayes_factors
    step = sum(factor < border for border in (strong, some)) + sum(
        factor <= 1 / border for border in (some, strong)
    )
    failing = _failing(line, evidence, rules)
    weakened = min(2, step + len(failing)) if step < 2 else step
    word = USED[weakened]
    read = {"Bayes factor": factor, "expected size": scale, "standard error": se}
    reason = f"{_times(factor)}."
    if weakened > step:
        reason += f" Weakened, because {' and '.join(failing)}."
    if word == "undecided":
        power = power_at(size, evidence, se)
        read["power"] = power
        reason += f" Power at {size:g} {line.unit}: {100 * power:.0f} percent."
        if is_blunt(line, evidence):
            reason += " This test is too blunt: it would miss twice the effect that matters."
    return Verdict(word, reason, read)


def verdict_since(claim: Claim, evidence: Evidence, day: dt.date) -> Verdict:
    """What became of a claim by a day, from evidence that was not known at the article's date.

    Parameters
    ----------
    claim : Claim
        Its block ``since`` names the parts of what was to happen and of the reason given.
    evidence : Evidence
        ``checks`` says of each part whether it holds; None: no figure.
    day : datetime.date
        Nothing known later entered. From ``until`` on the word is one of ``CAME``, before that of ``SO_FAR``.

    Returns
    -------
    Verdict
        One of ``SINCE``. What was to happen decides; a reason that does not hold, or that no figure tells of, takes
        the full word away and never gives one.
    """
    since = claim.since
    if since is None:
        raise ClaimError(f"Claim {claim.id} has no block since.")
    if silent := evidence.not_yet_sayable or evidence.not_testable:
        return Verdict(NO_FIGURE, silent)
    found = {name: evidence.checks.get(name) for name in since.parts}
    happened = [found[name] for name in since.direction]
    if all(holds is None for holds in happened):
        return Verdict(NO_FIGURE, "Nothing of what was to happen can be told yet.")
    step = 0 if all(found.values()) else 1 if any(happened) else 2
    over = since.until is not None and day >= since.until
    ended = since.lasting and False in happened
    told = [
        f"{title}: {'; '.join(names)}"
        for title, names in (
            ("As claimed", [name for name in since.direction if found[name]]),
            ("Against it", [name for name in since.direction if found[name] is False]),
            ("The reason given holds", [name for name in since.mechanism if found[name]]),
            (
                "The reason given does not hold",
                [name for name in since.mechanism if found[name] is False],
            ),
            ("No figure", [name for name in since.parts if found[name] is None]),
        )
        if names
    ]
    read = {"parts as claimed": float(sum(map(bool, happened))), "parts": float(len(happened))}
    return Verdict((CAME if over or ended else SO_FAR)[step], f"{'. '.join(told)}.", read)


def standard_error(evidence: Evidence) -> float:
    """The standard error that a normal interval as wide as the one shown would have, in the unit of the estimate.

    Tests with wider tails than the normal (fixed-b, persistent predictors, permutations) enter the Bayes factor with
    the width of their own interval.
    """
    low, high = evidence.ends or (0.0, 0.0)
    return (high - low) / (2 * _NORMAL.inv_cdf((1 + evidence.ci_level) / 2))


def is_blunt(line: Line, evidence: Evidence) -> bool:
    """Whether the test could not be expected to see even twice the effect that matters."""
    return evidence.mde is not None and evidence.mde > load_rules().blunt * line.size_that_matters


def power_at(size: float, evidence: Evidence, se: float) -> float:
    """Chance that the test used rejects at 5 % when the effect has this size: as simulated, else from its MDE."""
    if evidence.power is not None:
        return evidence.power
    critical = _NORMAL.inv_cdf(0.975)
    if evidence.mde is not None:
        critical = evidence.mde / se - _NORMAL.inv_cdf(0.8)
    return _NORMAL.cdf(size / se - critical) + _NORMAL.cdf(-size / se - critical)


def _failing(line: Line, evidence: Evidence, rules: Rules) -> list[str]:
    """What keeps evidence for from its full word."""
    signs = [line.direction * value > 0 for value in evidence.definitions.values()]
    share = rules.agreeing_share
    failing = []
    if sum(signs) * share.denominator < share.numerator * len(signs):
        failing.append(f"only {sum(signs)} of {len(signs)} definitions share the sign")
    if evidence.oos_r2 is not None and evidence.oos_r2 <= 0:
        failing.append("it does not help out of sample")
    return failing


def _times(factor: float) -> str:
    """A Bayes factor in words."""
    if factor >= 1:
        return f"The data are {factor:.3g} times as likely with an effect of the expected size as without any"
    return f"The data are {1 / factor:.3g} times as likely without any effect as with one of the expected size"
