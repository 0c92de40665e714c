"""Claims R1 to R6: the policy path, every hiking and cutting cycle since 1954, and the stance."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.topics.rates.cycles import Cycle, policy_cycles, policy_path, table_cycles
from helpers.topics.rates.stance import Stance, real_policy_rate, stance_or_reason
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information

ARTICLE_DATE = dt.date(2026, 2, 16)
TIGHTENING_BEGAN = pd.Timestamp("2022-03-16")  # first hike of the cycle the article speaks of
FORTY_YEARS = pd.DateOffset(years=40)
QUIET = pd.DateOffset(
    months=6
)  # a peak is called after that long without a further hike, or with a cut


@dataclass(frozen=True, kw_only=True)
class RatesExamination:
    """What notebook 01 knows about the policy rate; ``evidence`` by claim id."""

    evidence: dict[str, Evidence]
    path: pd.DataFrame
    cycles: tuple[Cycle, ...]
    stance: Stance | None
    real_rates: dict[str, pd.Series]
    easing_bp: float
    first_cut: pd.Timestamp | None

    def table_cycles(self) -> pd.DataFrame:
        """Every cycle with its size and speed, in order of time."""
        return table_cycles(self.cycles)


def examine(info: Information, *, reversal_bp: float = 50.0) -> RatesExamination:
    """Evidence for R1 to R6 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    reversal_bp : float
        Basis points of reversal that end a cycle of announced decisions (see `policy_cycles`).

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"))
    >>> found.easing_bp, f"{found.first_cut:%Y-%m-%d}", found.cycles[-1].moves
    (175.0, '2024-09-18', 6)
    """
    path = policy_path(info)
    cycles = policy_cycles(path, reversal_bp)
    decisions = info.fomc_decisions()
    since = decisions[decisions["announced"] >= TIGHTENING_BEGAN]
    since = since[since["announced"] <= pd.Timestamp(ARTICLE_DATE)]
    cuts = _cuts_after_peak(since)
    stance = stance_or_reason(info)
    vintage = _vintage(info, "fomc_decisions")
    evidence = {
        "R1": _peak(since, info.as_of, vintage),
        "R2": _range_on_article_date(since, info.as_of, vintage),
        "R3": _first_cut(cuts, since, info.as_of, vintage),
        "R4": _easing(cuts, since, info.as_of, vintage),
        "R5": _speed(cycles, info, since, vintage),
        "R6": _neutrality(stance),
    }
    return RatesExamination(
        evidence=evidence,
        path=path,
        cycles=cycles,
        stance=None if isinstance(stance, str) else stance,
        real_rates={price: real_policy_rate(info, price) for price in ("core PCE", "core CPI")},
        easing_bp=easing_so_far(info),
        first_cut=first_cut(info),
    )


def easing_so_far(info: Information) -> float:
    """Basis points the upper bound had fallen by the date since its peak of 2023; zero before the first cut."""
    decisions = info.fomc_decisions()
    since = decisions[decisions["announced"] >= TIGHTENING_BEGAN]
    return -float(_cuts_after_peak(since)["change_bp"].sum())


def first_cut(info: Information) -> pd.Timestamp | None:
    """Day the first cut after the tightening of 2022-23 was announced, or None while none is known."""
    decisions = info.fomc_decisions()
    cuts = _cuts_after_peak(decisions[decisions["announced"] >= TIGHTENING_BEGAN])
    return None if cuts.empty else cuts["announced"].iloc[0]


def _cuts_after_peak(since: pd.DataFrame) -> pd.DataFrame:
    """Decisions from the first cut after the highest upper bound up to the lowest one since."""
    if since.empty:
        return since
    after = since.iloc[int(np.argmax(since["upper"].to_numpy())) + 1 :]
    return after if after.empty else after.iloc[: int(np.argmin(after["upper"].to_numpy())) + 1]


def _peak_is_called(since: pd.DataFrame, as_of: dt.date) -> bool:
    hikes = since[since["change_bp"] > 0]
    return (since["change_bp"] < 0).any() or hikes["announced"].iloc[-1] + QUIET <= pd.Timestamp(
        as_of
    )


def _waiting(since: pd.DataFrame, as_of: dt.date) -> str | None:
    """Why the tightening of 2022-23 cannot be judged yet, or None when it can."""
    if since.empty:
        return f"On {as_of} the tightening that began in March 2022 was still to come."
    if not _peak_is_called(since, as_of):
        return f"On {as_of} rates were still rising: no cut and no six quiet months since the last hike."
    return None


def _standing(since: pd.DataFrame) -> str:
    last = since.iloc[-1]
    return f"{last['lower']:.2f}-{last['upper']:.2f}"


def _vintage(info: Information, name: str) -> str:
    """Vintage of a series or table already used."""
    return next((used.vintage for used in info.used() if used.name == name), "")


def _decided(unit: str, method: str, since: pd.DataFrame, vintage: str, **fields) -> Evidence:
    fields = {"n": float(len(since)), "sources": ("fomc_decisions",), "vintage": vintage, **fields}
    return Evidence(unit=unit, method=method, interval="none", **fields)


def _peak(since: pd.DataFrame, as_of: dt.date, vintage: str) -> Evidence:
    if reason := _waiting(since, as_of):
        return Evidence.untestable(reason, unit="percent")
    top = since.loc[since["upper"].idxmax()]
    note = f"The range reached {top['lower']:.2f}-{top['upper']:.2f} percent on {top['announced']:%d %B %Y}."
    return _decided(
        "percent",
        "highest announced upper bound",
        since,
        vintage,
        estimate=float(top["upper"]),
        note=note,
    )


def _range_on_article_date(since: pd.DataFrame, as_of: dt.date, vintage: str) -> Evidence:
    if as_of < ARTICLE_DATE:
        known = (
            f"the range stood at {_standing(since)} percent"
            if len(since)
            else "the cycle had not begun"
        )
        reason = f"The statement is about {ARTICLE_DATE}; on {as_of} {known}."
        return Evidence.untestable(reason, unit="percent")
    note = f"In force since the decision of {since['announced'].iloc[-1]:%d %B %Y}."
    return _decided(
        "percent",
        "last range announced by the article's date",
        since,
        vintage,
        found=_standing(since),
        note=note,
    )


def _first_cut(cuts: pd.DataFrame, since: pd.DataFrame, as_of: dt.date, vintage: str) -> Evidence:
    if cuts.empty:
        return Evidence.untestable(_no_cut(since, as_of), unit="")
    first = cuts.iloc[0]
    note = (
        f"{abs(first['change_bp']):.0f} basis points, announced on {first['announced']:%d %B %Y}."
    )
    return _decided(
        "",
        "first announced cut after the peak",
        since,
        vintage,
        found=f"{first['announced']:%Y-%m}",
        note=note,
    )


def _easing(cuts: pd.DataFrame, since: pd.DataFrame, as_of: dt.date, vintage: str) -> Evidence:
    if cuts.empty:
        return Evidence.untestable(_no_cut(since, as_of), unit="basis points")
    total = -float(cuts["change_bp"].sum())
    if as_of < ARTICLE_DATE:
        reason = f"The sum is about {ARTICLE_DATE}; on {as_of} the cuts added up to {total:.0f} basis points."
        return Evidence.untestable(reason, unit="basis points")
    years = cuts.groupby(cuts["announced"].dt.year)["change_bp"].sum()
    split = ", ".join(f"{-change:.0f} basis points in {year}" for year, change in years.items())
    pause = max((gap.days for gap in cuts["announced"].diff().dropna()), default=0)
    note = f"{len(cuts)} cuts: {split}; the longest pause between two of them was {pause} days."
    return _decided(
        "basis points",
        "sum of the announced cuts since the peak",
        since,
        vintage,
        estimate=total,
        note=note,
    )


def _no_cut(since: pd.DataFrame, as_of: dt.date) -> str:
    known = f"; the range stood at {_standing(since)} percent" if len(since) else ""
    return f"No cut had been announced by {as_of}{known}."


def rival_hikes(cycles: tuple[Cycle, ...]) -> tuple[Cycle, ...]:
    """Other hiking cycles that began in the forty years before March 2022."""
    begin = TIGHTENING_BEGAN - FORTY_YEARS
    return tuple(c for c in cycles if c.direction > 0 and begin <= c.start < TIGHTENING_BEGAN)


def _speed(
    cycles: tuple[Cycle, ...], info: Information, since: pd.DataFrame, vintage: str
) -> Evidence:
    unit = "basis points a month"
    if reason := _waiting(since, info.as_of):
        return Evidence.untestable(reason, unit=unit)
    ours = next((c for c in cycles if c.direction > 0 and c.start >= TIGHTENING_BEGAN), None)
    rivals = rival_hikes(cycles)
    if ours is None or not rivals:
        return Evidence.untestable(
            "The dating rule leaves no cycle to compare with; lower reversal_bp.", unit=unit
        )
    fastest = max(rivals, key=lambda c: c.speed)
    yearly = info.load("fed_funds").diff(12).dropna()
    months = yearly.index.to_timestamp()
    before = (months >= TIGHTENING_BEGAN - FORTY_YEARS) & (months < TIGHTENING_BEGAN)
    earlier = [
        c
        for c in cycles
        if c.direction > 0 and c.start < TIGHTENING_BEGAN - FORTY_YEARS and c.speed >= ours.speed
    ]
    note = (
        f"{ours.size_bp:.0f} basis points in {ours.months:.1f} months ({ours.speed:.1f} a month); the fastest rival, "
        f"from {fastest.start:%B %Y}, rose {fastest.speed:.1f} a month."
    )
    if earlier:
        last = earlier[-1]
        note += (
            f' The last one at least as fast began in {last.start:%B %Y}: the word "forty" matters.'
        )
    return _decided(
        unit,
        "first to last hike, cycles dated by one rule",
        since,
        vintage,
        estimate=round(ours.speed - fastest.speed, 1),
        n=float(len(rivals) + 1),
        n_effective=float(len(rivals) + 1),
        definitions={
            "speed, basis points a month": ours.speed - fastest.speed,
            "size, basis points": ours.size_bp - max(c.size_bp for c in rivals),
            "fastest twelve months of the monthly rate, basis points": 100.0
            * float(yearly[months >= TIGHTENING_BEGAN].max() - yearly[before].max()),
        },
        sources=("fomc_decisions", "fed_funds"),
        note=note,
    )


def _neutrality(stance: Stance | str) -> Evidence:
    unit = "percentage points"
    if isinstance(stance, str):
        return Evidence.untestable(stance, unit=unit)
    low, mid, high = stance.neutral
    real = stance.policy_rate - stance.inflation["core PCE"]
    return Evidence(
        unit=unit,
        method="funds rate less twelve-month core PCE inflation less neutral; interval: all published neutral rates",
        estimate=real - mid,
        ci_low=real - high,
        ci_high=real - low,
        ci_level=1.0,
        interval="parameters",
        n=float(len(stance.estimates)),
        n_effective=float(len(stance.estimates)),
        definitions={
            name: stance.gaps[name] for name in ("core PCE", "core CPI", "Taylor-type rule")
        },
        sources=("fed_funds", "core_pce", "core_cpi", "unemployment_rate", "neutral_rate"),
        vintage="revised price indices, not real time",
        note=(
            f"Real policy rate {real:.2f} percent against neutral rates of {low:g} to {high:g} (median {mid:g}) from "
            f"{len(stance.estimates)} models; positive means tight."
        ),
    )
