"""Claims R1 to R6: the policy path, every hiking and cutting cycle since 1954, and the stance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.data import recorded
from helpers.data.dates import in_words
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination
from helpers.topics.rates import decisions as announced
from helpers.topics.rates.cycles import Cycle, policy_cycles, policy_path, table_cycles
from helpers.topics.rates.decisions import TIGHTENING_BEGAN
from helpers.topics.rates.inputs import RateInputs
from helpers.topics.rates.stance import Stance, estimate_stance, real_policy_rate
from helpers.trial import Answer, Evidence, answer_claims, load_line, load_rules

if TYPE_CHECKING:
    from helpers.data import Information

FORTY_YEARS = pd.DateOffset(years=40)


@dataclass(frozen=True)
class RatesExamination(Examination):
    """What notebook 01 knows about the policy rate; ``answers`` by claim id."""

    info: Information
    reversal_bp: float

    @cached_property
    def inputs(self) -> RateInputs:
        return RateInputs(self.info)

    @recorded
    def path(self) -> pd.DataFrame:
        """Policy rate by date, see `policy_path`."""
        return policy_path(self.inputs.funds, self.inputs.decisions)

    @recorded
    def cycles(self) -> tuple[Cycle, ...]:
        """Hiking and cutting cycles in order of time."""
        return policy_cycles(self.path, self.reversal_bp)

    @recorded
    def cycle_table(self) -> pd.DataFrame:
        """The cycles with their size and speed."""
        return table_cycles(self.cycles)

    @recorded
    def recessions(self) -> pd.DataFrame:
        """Peaks and troughs of business cycles."""
        return self.info.recessions()

    @recorded
    def stance(self) -> Stance:
        """How far policy is from neutral."""
        return estimate_stance(self.inputs)

    @recorded
    def real_rates(self) -> dict[str, pd.Series]:
        """Real policy rate by price index, percent."""
        funds = self.inputs.funds
        return {name: real_policy_rate(funds, one) for name, one in self.inputs.inflation.items()}

    @recorded
    def neutral_rates(self) -> pd.DataFrame:
        """The last neutral real rate of each model, with who published it when."""
        columns = ["group", "known", "value", "publisher", "confidence"]
        named = {"group": "model", "value": "neutral real rate"}
        return self.inputs.neutral[columns].rename(columns=named)

    @recorded
    def easing_bp(self) -> float:
        """Basis points cut since the peak; zero before the first cut."""
        return announced.easing_so_far(self.inputs.decisions)

    @recorded
    def first_cut(self) -> pd.Timestamp | None:
        """Day of the first cut after the peak, None while none is known."""
        return announced.first_cut(self.inputs.decisions)

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on R1 to R6."""
        return answer_claims(
            self.info.day,
            {
                "R1": {"stated": self._peak},
                "R2": {"stated": self._range_on_article_date},
                "R3": {"stated": self._first_cut},
                "R4": {"stated": self._easing},
                "R5": {"stated": self._speed},
                "R6": {"stated": self._neutrality},
            },
        )

    @property
    def _since(self) -> pd.DataFrame:
        """Decisions of the tightening and the easing the article speaks of, up to its date."""
        return announced.since_tightening(self.inputs.decisions, load_rules().article_date)

    def _peak(self) -> Evidence:
        since = self._since
        announced.require_peak(since, self.info.day)
        top = since.iloc[int(since["upper"].argmax())]
        return _decided(
            "R1",
            "highest announced upper bound",
            since,
            estimate=float(top["upper"]),
            note=f"The range reached {top['lower']:.2f}-{top['upper']:.2f} percent on {in_words(top['announced'])}.",
        )

    def _range_on_article_date(self) -> Evidence:
        since = self._since
        return _decided(
            "R2",
            "last range announced by the article's date",
            since,
            found=announced.standing_range(since),
            note=f"In force since the decision of {in_words(since['announced'].iloc[-1])}.",
        )

    def _first_cut(self) -> Evidence:
        since = self._since
        first = announced.require_cut(since, self.info.day).iloc[0]
        return _decided(
            "R3",
            "first announced cut after the peak",
            since,
            found=f"{first['announced']:%Y-%m}",
            note=f"{abs(first['change_bp']):.0f} basis points, announced on {in_words(first['announced'])}.",
        )

    def _easing(self) -> Evidence:
        since = self._since
        cuts = announced.require_cut(since, self.info.day)
        total = -float(cuts["change_bp"].sum())
        years = cuts.groupby(cuts["announced"].dt.year)["change_bp"].sum()
        split = ", ".join(f"{-change:.0f} basis points in {year}" for year, change in years.items())
        pause = max(gap.days for gap in cuts["announced"].diff().dropna())
        return _decided(
            "R4",
            "sum of the announced cuts since the peak",
            since,
            estimate=total,
            note=(
                f"{len(cuts)} cuts add up to {total:.0f} basis points: {split}; "
                f"the longest pause between two of them was {pause} days."
            ),
        )

    def _speed(self) -> Evidence:
        since = self._since
        announced.require_peak(since, self.info.day)
        ours = next(
            (c for c in self.cycles if c.direction > 0 and c.start >= TIGHTENING_BEGAN), None
        )
        rivals = rival_hikes(self.cycles)
        if ours is None or not rivals:
            raise NotKnown("The dating rule leaves no cycle to compare with; lower reversal_bp.")
        fastest = max(rivals, key=lambda cycle: cycle.speed)
        lead = {
            "speed": ours.speed - fastest.speed,
            "size": ours.size_bp - max(cycle.size_bp for cycle in rivals),
            "fastest twelve months": lead_of_fastest_year(self.inputs.funds),
        }
        return _decided(
            "R5",
            "first to last hike, cycles dated by one rule",
            since,
            estimate=round(lead["speed"], 1),
            n=float(len(rivals) + 1),
            n_effective=float(len(rivals) + 1),
            definitions=lead,
            checks={name: ahead > 0 for name, ahead in lead.items()},
            note=_describe_speed(ours, fastest, self.cycles),
        )

    def _neutrality(self) -> Evidence:
        line, stance = load_line("R6", "stated"), self.stance
        low, mid, high = stance.neutral
        real = stance.policy_rate - stance.inflation["core PCE"]
        gaps = neutrality_gaps(stance)
        checks = {name: abs(gap) <= line.tolerance for name, gap in gaps.items()}
        return Evidence(
            unit=line.unit,
            method="funds rate less twelve-month core PCE inflation less each neutral rate; the range of all of them",
            estimate=real - mid,
            ci_low=real - high,
            ci_high=real - low,
            ci_level=1.0,
            interval="parameters",
            n=float(len(gaps)),
            n_effective=float(len(stance.estimates)),
            definitions=gaps,
            checks=checks,
            note=(
                f"{sum(checks.values())} of {len(checks)} published neutral rates and rules lie within "
                f"{line.tolerance:g} points of a real policy rate of {real:.2f} percent; the neutral rates run from "
                f"{low:g} to {high:g}. Core PCE prices are those of the last vintage."
            ),
        )


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
    return RatesExamination(info, reversal_bp)


def neutrality_gaps(stance: Stance) -> dict[str, float]:
    """Policy rate less each published neutral rate, and less what each rule asks for, percentage points."""
    real = stance.policy_rate - stance.inflation["core PCE"]
    models = stance.estimates.set_index("group")["value"]
    rules = ("Taylor-type rule", "inflation goal")
    return {str(model): real - float(value) for model, value in models.items()} | {
        name: stance.gaps[name] for name in rules
    }


def rival_hikes(cycles: tuple[Cycle, ...]) -> tuple[Cycle, ...]:
    """Other hiking cycles that began in the forty years before March 2022."""
    begin = TIGHTENING_BEGAN - FORTY_YEARS
    return tuple(c for c in cycles if c.direction > 0 and begin <= c.start < TIGHTENING_BEGAN)


def lead_of_fastest_year(funds: pd.Series) -> float:
    """Largest twelve-month rise since March 2022 less that of the forty years before, basis points."""
    yearly = funds.diff(12).dropna()
    months = pd.PeriodIndex(yearly.index).to_timestamp()
    before = (months >= TIGHTENING_BEGAN - FORTY_YEARS) & (months < TIGHTENING_BEGAN)
    return 100.0 * float(yearly[months >= TIGHTENING_BEGAN].max() - yearly[before].max())


def _decided(claim: str, method: str, since: pd.DataFrame, **fields: Any) -> Evidence:
    fields = {"n": float(len(since)), **fields}
    return Evidence(unit=load_line(claim, "stated").unit, method=method, interval="none", **fields)


def _describe_speed(ours: Cycle, fastest: Cycle, cycles: tuple[Cycle, ...]) -> str:
    hikes = [cycle for cycle in cycles if cycle.direction > 0]
    faster = [cycle for cycle in hikes if cycle.speed > ours.speed]
    larger = [cycle for cycle in hikes if cycle.size_bp > ours.size_bp]
    begin = TIGHTENING_BEGAN - FORTY_YEARS
    note = (
        f"{ours.size_bp:.0f} basis points in {ours.months:.1f} months ({ours.speed:.1f} a month); the fastest rival, "
        f"from {fastest.start:%B %Y}, rose {fastest.speed:.1f} a month. Of {len(hikes)} hiking cycles since 1954, "
        f"{len(faster)} were faster and {len(larger)} larger"
    )
    earlier = [c for c in hikes if c.start < begin and c.speed >= ours.speed]
    return f"{note}, the last one from {earlier[-1].start:%B %Y}." if earlier else f"{note}."
