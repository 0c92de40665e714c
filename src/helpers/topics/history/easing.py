"""First cuts of the Federal Reserve: what small less large companies did after each one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown, ParameterError
from helpers.topics.common.examination import Examination
from helpers.topics.history.inputs import HistoryInputs
from helpers.trial import load_claim

HORIZONS = (3, 6, 12, 24, 36)
FEWEST = 4  # events for a test
PAUSE = 12  # months without a cut before a first one
LISTS = {
    "announced": f"derived: no cut was announced in the {PAUSE} months before",
    "published": "the ten that Neuberger Berman counts, to 2019",
    "joined": "those ten, then the derived ones",
}


def article_cut() -> pd.Period:
    """Month of the first cut the article speaks of."""
    return pd.Period(str(load_claim("R3").claimed), "M")


def check_events(events: str) -> None:
    """Refuse an unknown list of first cuts.

    Raises
    ------
    ParameterError
    """
    if events not in LISTS:
        raise ParameterError(f"Unknown event list {events!r}; use one of {', '.join(LISTS)}.")


@dataclass(frozen=True)
class Easing(Examination):
    """Relative return after each first cut (log percent), and exact tests of its mean by horizon."""

    inputs: HistoryInputs
    pair: str
    listed: str
    horizon: int

    @recorded
    def relative(self) -> pd.Series:
        """Monthly return of small less large companies, log percent."""
        return self.inputs.relative(self.pair)

    @recorded_each
    def first_cuts(self, listed: str) -> pd.Series:
        """Whether a recession came with it, by month of each first cut of a list; see `LISTS`.

        Raises
        ------
        NotKnown
            A published list before its publication.
        """
        if listed == "published":
            return flag_published(self.inputs.first_cuts)
        months = derive_first_cuts(self.inputs.decisions)
        ours = flag_recessions(months, self.inputs.recessions)
        if listed == "announced":
            return ours
        published = flag_published(self.inputs.first_cuts)
        return pd.concat([published, ours[ours.index > published.index[-1]]])

    @recorded_each
    def months(self, listed: str) -> list[pd.Period]:
        """Months of the first cuts of a list since returns are known."""
        return [month for month in self.first_cuts(listed).index if month >= self.relative.index[0]]

    @recorded
    def paths(self) -> pd.DataFrame:
        """Cumulative return by months since the cut (rows) and event (columns)."""
        longest = max(self.horizon, *HORIZONS)
        return pd.DataFrame(
            {
                str(month): path_after(self.relative, month, longest)
                for month in self.months(self.listed)
            }
        )

    @recorded
    def mean_path(self) -> pd.Series:
        """Mean of the paths that are complete over these months."""
        return self.paths.dropna(axis=1).mean(axis=1)

    @recorded
    def events(self) -> pd.DataFrame:
        """Each first cut: whether a recession came, and the return over each horizon after it."""
        table = self.first_cuts(self.listed)[self.months(self.listed)].to_frame("recession")
        for h in self._horizons:
            table[f"next {h} months"] = self.paths.loc[h].to_numpy()
        return table

    @recorded
    def tests(self) -> pd.DataFrame:
        """Exact tests of the mean, a row a horizon with enough events behind it."""
        months = self.months(self.listed)
        return table_each({h: (months, h) for h in self._horizons}, self.relative).rename_axis(
            "months after the cut"
        )

    @recorded
    def lists(self) -> pd.DataFrame:
        """The same tests at the chosen horizon, a row a list of events that was known and is long enough."""
        known = self.known_names("first_cuts", LISTS)
        return table_each(
            {name: (self.months(name), self.horizon) for name in known}, self.relative
        ).rename_axis("event list")

    @recorded
    def recessions(self) -> pd.DataFrame:
        """Return at the chosen horizon after first cuts with and without a recession."""
        return split_by_recession(self.events, self.horizon)

    @property
    def _horizons(self) -> list[int]:
        return sorted({*HORIZONS, self.horizon})


def flag_published(rows: pd.DataFrame) -> pd.Series:
    """The published list: month of each first cut, and the publisher's recession flag."""
    months = pd.PeriodIndex(rows["period"].str[:7], freq="M")
    return pd.Series(rows["text"].eq("recession").to_numpy(), months).sort_index()


def derive_first_cuts(decisions: pd.DataFrame) -> list[pd.Period]:
    """Months of the cuts before which none was announced for `PAUSE` months.

    A cut within that time of the first decision of the record is none: what came before is not known.
    """
    announced = decisions["announced"]
    cuts = announced[decisions["change_bp"] < 0]
    quiet_since = cuts - pd.DateOffset(months=PAUSE)
    before = cuts.shift(1).fillna(announced.iloc[0])
    return list(cuts[before < quiet_since].dt.to_period("M"))


def flag_recessions(months: Sequence[pd.Period], recessions: pd.DataFrame) -> pd.Series:
    """Whether a recession announced by the date was under way, or began, within a year after each month."""
    flags = [
        bool(((recessions["peak"] <= month + PAUSE) & ~(recessions["trough"] < month)).any())
        for month in months
    ]
    return pd.Series(np.array(flags, dtype=bool), pd.PeriodIndex(list(months), freq="M"))


def path_after(relative: pd.Series, month: pd.Period, longest: int) -> pd.Series:
    """Cumulative return from the month after the cut on; empty where the window is not over."""
    after = relative[month + 1 : month + longest].cumsum()
    return pd.Series(after.to_numpy(), index=range(1, len(after) + 1)).reindex(
        range(1, longest + 1)
    )


def complete(relative: pd.Series, months: Sequence[pd.Period], horizon: int) -> list[pd.Period]:
    """The events whose window of that length is over."""
    return [month for month in months if month + horizon <= relative.index[-1]]


def table_each(
    asked: Mapping[Any, tuple[Sequence[pd.Period], int]], relative: pd.Series
) -> pd.DataFrame:
    """All exact tests, a row for each pair of events and horizon that has enough of them.

    Raises
    ------
    NotKnown
        None has.
    """
    rows, reason = {}, "No list of first cuts was known."
    for name, (months, horizon) in asked.items():
        try:
            rows[name] = table_tests(relative, months, horizon)
        except NotKnown as error:
            reason = str(error)
    if not rows:
        raise NotKnown(reason)
    return pd.DataFrame.from_dict(rows, orient="index")


def table_tests(relative: pd.Series, months: Sequence[pd.Period], horizon: int) -> dict[str, float]:
    """All exact tests at one horizon: shifts first, sign flips and ranks beside them.

    Raises
    ------
    NotKnown
        Fewer than four events with that many months behind them.
    """
    used = complete(relative, months, horizon)
    if len(used) < FEWEST:
        raise NotKnown(
            f"Only {len(used)} first cuts have {horizon} months behind them; choose a shorter horizon or a later as_of."
        )
    shift = stats.circular_shift_test(relative, used, horizon)
    excess = (shift.per_event - shift.elsewhere).to_numpy()  # events are no series: they have gaps
    left_out = stats.leave_out(excess)
    return {
        "events": len(used),
        "separate windows": shift.n_effective,
        "mean": shift.per_event.mean(),
        "other months": shift.elsewhere,
        "difference": shift.estimate,
        "low 95 %": shift.ci_low,
        "high 95 %": shift.ci_high,
        "p": shift.p,
        "smallest detectable": shift.minimum_detectable_effect(),
        "p, sign flips": stats.sign_flip_exact(excess).p,
        "p, Wilcoxon": stats.wilcoxon_exact(excess).p,
        "positive": int((shift.per_event > 0).sum()),
        "least, two left out": left_out.low,
        "most, two left out": left_out.high,
    }


def split_by_recession(events: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Count, mean, least and most of the return over the horizon, with and without a recession."""
    column = f"next {horizon} months"
    groups = events.dropna(subset=[column]).groupby("recession")[column]
    split = groups.agg(["count", "mean", "min", "max"])
    return split.rename(index={True: "with a recession", False: "without a recession"}).rename_axis(
        "first cuts"
    )
