"""What a test hands to a verdict: one statistic with its interval, its sample and its robustness."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from helpers.data.record import recording
from helpers.errors import NotKnown
from helpers.trial.claims import load_claim, load_line, load_since

if TYPE_CHECKING:
    import numpy as np

INTERVALS = ("sampling", "prediction", "parameters", "given", "none")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One primary statistic and everything a verdict rule reads.

    Parameters
    ----------
    unit : str
        Unit of the estimate, its interval and the minimum detectable effect, e.g. ``"percent a year"``.
    method : str
        Estimator and inference in a phrase a referee would accept.
    estimate, ci_low, ci_high : float, optional
        Point estimate and interval. A fact may have an estimate and no interval.
    ci_level : float
        Coverage of the interval, 0.95 unless said.
    interval : str
        What the interval covers: ``"sampling"`` (a confidence interval), ``"prediction"`` (where the outcome will
        lie), ``"parameters"`` (published ranges drawn by Monte Carlo: no p-value exists), ``"given"`` (the same where a
        reader gave some of the ranges) or ``"none"`` (a fact).
    n, n_effective : float, optional
        Observations, and the number of independent ones they are worth (events, cycles, non-overlapping windows).
    p : float, optional
        Two-sided p-value of the primary null, unadjusted.
    mde : float, optional
        Minimum detectable effect: size found with 80 % power at the 5 % level, same unit, never negative.
    power : float, optional
        Power of the test used at the smallest effect that matters, where it was simulated; else the rule takes it from
        ``mde``.
    definitions : mapping of str to float
        The same statistic under each definition listed for the claim.
    intervals : mapping of str to (float, float)
        Its own interval under a definition, of the same kind and level; where there is none the one on trial is moved.
    checks : mapping of str to bool or None
        The parts of a sentence, or the publications and definitions that bear it out or do not; None where no source
        says.
    share : float, optional
        Share of the draws of a quantity that reach the smallest effect.
    shares : mapping of str to float
        The same share under each definition.
    shares_by_size : mapping of float to float
        The same share of the draws on trial for other sizes than the smallest effect.
    halves : tuple of float, optional
        The same statistic in the first and the second half of the sample.
    oos_r2 : float, optional
        Out-of-sample R2 against the expanding mean, where the claim is a forecast.
    found : str, optional
        The fact found, when it is not a number (a date, a range).
    not_testable : str, optional
        Reason why nothing can be said, and which data would settle it. The numbers are then empty.
    not_yet_sayable : str, optional
        Reason why the sentence could not be said at the date: it speaks of a later time.
    sources : tuple of str
        Series or published figures used, as catalog names.
    vintage : str
        Vintage of the data behind the number.
    note : str
        What was found in one plain sentence, and what a reader needs beside it.

    Raises
    ------
    ValueError
        When an interval is reversed, does not hold finite numbers or, from a sample, leaves its estimate out; a
        definition or half is not finite; a p-value is outside [0, 1]; a level is no share (1 is the whole range); a
        detectable effect is negative.

    Examples
    --------
    >>> Evidence(unit="percent", method="mean, HAC", estimate=1.0, ci_low=-1.0, ci_high=3.0, n=120, p=0.3).n
    120
    """

    unit: str
    method: str
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float = 0.95
    interval: str = "sampling"
    n: float | None = None
    n_effective: float | None = None
    p: float | None = None
    mde: float | None = None
    power: float | None = None
    definitions: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    checks: Mapping[str, bool | None] = field(default_factory=dict)
    share: float | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    shares_by_size: Mapping[float, float] = field(default_factory=dict)
    halves: tuple[float, float] | None = None
    oos_r2: float | None = None
    found: str | None = None
    not_testable: str | None = None
    not_yet_sayable: str | None = None
    sources: tuple[str, ...] = ()
    vintage: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if self.interval not in INTERVALS:
            raise ValueError(
                f"Evidence.interval is {self.interval!r}; use one of {', '.join(INTERVALS)}."
            )
        if (self.ci_low is None) != (self.ci_high is None):
            raise ValueError("Evidence needs both ends of the interval or neither.")
        numbers = {
            "estimate": self.estimate,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "n": self.n,
            "n_effective": self.n_effective,
            "p": self.p,
            "mde": self.mde,
            "oos_r2": self.oos_r2,
            "power": self.power,
            "share": self.share,
            **{f"definitions[{name!r}]": value for name, value in self.definitions.items()},
            **{
                f"intervals[{name!r}]": end for name, ends in self.intervals.items() for end in ends
            },
            **{f"halves[{k}]": value for k, value in enumerate(self.halves or ())},
        }
        for name, value in numbers.items():
            if value is not None and not math.isfinite(value):
                raise ValueError(
                    f"Evidence.{name} is {value}; give a finite number, or None with the reason in a note."
                )
        if self.ends is not None and self.ends[0] > self.ends[1]:
            raise ValueError(f"Evidence interval is reversed: {self.ci_low} > {self.ci_high}.")
        # Ranges and forecasts drawn about other values than the reader's own may leave the estimate out.
        if self.interval == "sampling" and self.ends is not None and self.estimate is not None:
            room = 1e-9 * max(map(abs, self.ends))
            if not self.ends[0] - room <= self.estimate <= self.ends[1] + room:
                raise ValueError(
                    f"Evidence.estimate is {self.estimate}, outside its own interval {self.ci_low} to {self.ci_high}; "
                    "give the interval of this statistic."
                )
        if not 0 < self.ci_level <= 1:
            raise ValueError(f"Evidence.ci_level is {self.ci_level}; give a share, 0.95 for 95 %.")
        if self.mde is not None and self.mde < 0:
            raise ValueError(f"Evidence.mde is {self.mde}; give its size, without a sign.")
        if self.p is not None and not 0 <= self.p <= 1:
            raise ValueError(f"Evidence.p is {self.p}; a p-value lies in [0, 1].")
        for name in ("definitions", "intervals", "checks", "shares", "shares_by_size"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def ends(self) -> tuple[float, float] | None:
        """Both ends of the interval, or None where there is none."""
        return None if self.ci_low is None or self.ci_high is None else (self.ci_low, self.ci_high)

    @classmethod
    def untestable(
        cls, reason: str, *, unit: str = "", method: str = "none", **known: Any
    ) -> Evidence:
        """Evidence that says why nothing can be said, e.g. before the first rate cut."""
        return cls(unit=unit, method=method, interval="none", not_testable=reason, **known)

    @classmethod
    def from_draws(
        cls,
        claim_id: str,
        draws: Mapping[str, np.ndarray],
        *,
        level: float = 0.95,
        interval: str = "parameters",
        **known: Any,
    ) -> Evidence:
        """Evidence for a quantity known up to published ranges, from its draws.

        Parameters
        ----------
        claim_id : str
            Claim whose line as used is a quantity.
        draws : mapping of definition to array
            Draws of the quantity under each definition, the one on trial first.
        level : float
            Coverage of the interval, from equal tails.
        interval : str
            ``"parameters"``, or ``"given"`` where a reader gave some of the ranges.
        **known
            Further fields: method, n, note and the like.

        Examples
        --------
        >>> import numpy as np
        >>> found = Evidence.from_draws("D2", {"published shares": np.array([5.0, 15.0])}, method="two draws")
        >>> found.share
        0.5
        """
        import numpy as np  # here, because a run with nothing to do reads cards and draws nothing

        line = load_line(claim_id, "used")
        size, on_trial = line.size_that_matters, next(iter(draws.values()))
        tail = 50 * (1 - level)
        low, mid, high = np.percentile(on_trial, (tail, 50, 100 - tail))

        def share(drawn: np.ndarray, times: float = 1.0) -> float:
            return float(np.mean(line.direction * drawn >= times * size))

        return cls(
            unit=line.unit,
            estimate=float(mid),
            ci_low=float(low),
            ci_high=float(high),
            ci_level=level,
            interval=interval,
            definitions={one: float(np.median(drawn)) for one, drawn in draws.items()},
            share=share(on_trial),
            shares={one: share(drawn) for one, drawn in draws.items()},
            shares_by_size={times * size: share(on_trial, times) for times in (0.5, 2.0)},
            **known,
        )


@dataclass(frozen=True)
class Answer:
    """What was found on a claim: evidence on the sentence as stated, and on what the article makes of it."""

    stated: Evidence | None = None
    used: Evidence | None = None


def answer_claims(
    day: dt.date, questions: Mapping[str, Mapping[str, Callable[[], Evidence]]]
) -> dict[str, Answer]:
    """Answer the questions put to some claims from what was known on a day.

    Parameters
    ----------
    day : datetime.date
        Nothing known later entered what the questions are answered from.
    questions : mapping of claim id to mapping of line to callable
        For each line of `data/claims.yaml` that the topic answers, what makes the evidence.
    """
    return {
        claim_id: Answer(
            **{
                line: _weigh(claim_id, load_line(claim_id, line).unit, day, make)
                for line, make in lines.items()
            }
        )
        for claim_id, lines in questions.items()
    }


@dataclass(frozen=True)
class Outcome:
    """What was known of a claim on a day, in a sentence, and the evidence that a later day adds."""

    then: str
    since: Evidence


def score_claims(
    day: dt.date, questions: Mapping[str, tuple[Callable[[], str], Callable[[], Evidence]]]
) -> dict[str, Outcome]:
    """What happened after a day on some claims that were open or spoke of the future then.

    Parameters
    ----------
    day : datetime.date
        A sentence that speaks of a later day could not be said yet, and is not scored.
    questions : mapping of claim id to two callables
        What tells what was known then, and what makes the evidence on what came after.
    """
    return {
        claim_id: Outcome(_tell(tell), _weigh(claim_id, load_since(claim_id).unit, day, make))
        for claim_id, (tell, make) in questions.items()
    }


def _tell(tell: Callable[[], str]) -> str:
    try:
        return tell()
    except NotKnown:
        return "No figure was known."


def _weigh(claim_id: str, unit: str, day: dt.date, make: Callable[[], Evidence]) -> Evidence:
    """Make evidence and let it say which figures were read for it, and their vintages.

    What was not known at the date leaves the line without a source or a test, for the reason given; any other error
    is one. A sentence that speaks of a later day than the date could not be said yet.
    """
    claim = load_claim(claim_id)
    if claim.says_of is not None and day < claim.says_of:
        reason = f"The sentence speaks of {claim.says_of} and later; the date is {day}."
        return Evidence(unit=unit, method="none", interval="none", not_yet_sayable=reason)
    with recording() as read:
        try:
            evidence = make()
        except NotKnown as error:
            evidence = Evidence.untestable(str(error), unit=unit)
    return replace(
        evidence,
        sources=tuple(one.name for one in read.sources),
        vintage="; ".join(dict.fromkeys(one.vintage for one in read.sources)),
    )
