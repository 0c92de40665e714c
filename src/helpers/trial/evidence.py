"""What a test hands to a verdict: one statistic with its interval, its sample and its robustness."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from helpers.data.record import recording
from helpers.errors import NotKnown
from helpers.trial.claims import load_claim

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
    definitions : mapping of str to float
        The same statistic under each definition listed beforehand; the rule counts agreeing signs.
    halves : tuple of float, optional
        The same statistic in the first and the second half of the sample.
    oos_r2 : float, optional
        Out-of-sample R2 against the expanding mean, where the claim is a forecast.
    found : str, optional
        The fact found, when it is not a number (a date, a range).
    not_testable : str, optional
        Reason why nothing can be said, and which data would settle it. The numbers are then empty.
    sources : tuple of str
        Series or published figures used, as catalog names.
    vintage : str
        Vintage of the data behind the number.
    note : str
        One sentence a reader needs beside the number.

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
    definitions: Mapping[str, float] = field(default_factory=dict)
    halves: tuple[float, float] | None = None
    oos_r2: float | None = None
    found: str | None = None
    not_testable: str | None = None
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
            **{f"definitions[{name!r}]": value for name, value in self.definitions.items()},
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
        object.__setattr__(self, "definitions", MappingProxyType(dict(self.definitions)))

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


def weigh(claim_id: str, make: Callable[[], Evidence]) -> Evidence:
    """Make the evidence for a claim and let it say which figures were read for it, and their vintages.

    What was not known at the date makes the claim not testable, for the reason given; any other error is one.

    Parameters
    ----------
    claim_id : str
        The claim the evidence answers.
    make : callable without arguments
        Reads figures through `Information` or through `recorded` properties, and returns the evidence.
    """
    with recording() as read:
        try:
            evidence = make()
        except NotKnown as error:
            evidence = Evidence.untestable(str(error), unit=load_claim(claim_id).unit)
    return replace(
        evidence,
        sources=tuple(one.name for one in read.sources),
        vintage="; ".join(dict.fromkeys(one.vintage for one in read.sources)),
    )
