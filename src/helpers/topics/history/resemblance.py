"""Which months resemble a given one, whether they crowd into 1974-83, and whether resemblance forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.topics.common.examination import Examination
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.neighbours import (
    METRICS,
    MIN_HISTORY,
    count_episodes,
    crowding_test,
    find_distances,
    follow,
    share_by_bin,
    sum_after,
    usable,
)
from helpers.topics.history.state import KNOWN, REAL_VARIABLES, build_state, measure
from helpers.trial import Evidence, load_claim

ERA = (pd.Period("1974-01", "M"), pd.Period("1983-12", "M"))
MIDDLE = pd.Period("1978-12", "M")  # last month of its first half
REAL_ONLY = "real variables only"


@dataclass(frozen=True)
class Asked:
    """Neighbours of one month, what followed each of them on average, and what followed the month itself."""

    at: pd.Period
    neighbours: pd.DataFrame
    mean: float
    came: float | None


@dataclass(frozen=True)
class Resemblance(Examination):
    """Nearest months to the last one known, what followed them, and how much the method is worth."""

    inputs: HistoryInputs
    pair: str
    horizon: int
    k: int
    metric: str
    embargo: int
    variables: tuple[str, ...]

    @recorded
    def relative(self) -> pd.Series:
        """Monthly return of small less large companies, log percent."""
        return self.inputs.relative(self.pair)

    @recorded
    def state(self) -> pd.DataFrame:
        """State vector by month, over the months whose relative return is known."""
        return self._state(self.variables)

    @property
    def at(self) -> pd.Period:
        """The month whose neighbours are sought."""
        return self.state.index[-1]

    @recorded_each
    def distances(self, definition: str) -> pd.Series:
        """Distance of every candidate month to the last one, nearest first; by metric, or `REAL_ONLY`."""
        real = definition == REAL_ONLY
        return find_distances(
            self._state(REAL_VARIABLES) if real else self.state,
            self.at,
            k=self.k,
            metric=self.metric if real else definition,
            embargo=self.embargo,
        )

    @recorded
    def distance(self) -> pd.Series:
        """Distance of every candidate month by the chosen metric, in order of time."""
        return self.distances(self.metric).sort_index()

    @recorded
    def neighbours(self) -> pd.DataFrame:
        """The nearest months in order, with the relative return ``after`` each one (log percent)."""
        after = sum_after(self.relative, self.horizon)
        return follow(self.distances(self.metric).iloc[: self.k], after)

    @recorded
    def after_all(self) -> pd.Series:
        """The relative return after every candidate month, in order of time."""
        after = sum_after(self.relative, self.horizon)
        return after.reindex(self.distances(self.metric).index).dropna().sort_index()

    @recorded
    def after_nearest(self) -> pd.Series:
        """The relative return after each of the nearest months."""
        return self.neighbours["after"].dropna()

    @recorded
    def mean_after(self) -> dict[str, float]:
        """Mean return after all and after the nearest months."""
        return {"all": float(self.after_all.mean()), "nearest": float(self.after_nearest.mean())}

    @recorded
    def histogram(self) -> pd.DataFrame:
        """What followed all and the nearest months: percent of them by bin, from ``left`` on for ``width``."""
        return share_by_bin({"all": self.after_all, "nearest": self.after_nearest})

    @recorded
    def today(self) -> pd.DataFrame:
        """Each variable at the date, at the nearest months, in 1974-83 and over all months."""
        return compare_states(self.state, self.neighbours.index)

    @recorded
    def tests(self) -> dict[str, stats.CircularShift]:
        """Test of crowding into 1974-83 by definition of distance."""
        return {
            name: crowding_test(self.distances(name), self.k, ERA) for name in (*METRICS, REAL_ONLY)
        }

    @recorded
    def shares(self) -> pd.DataFrame:
        """Share of the nearest months in 1974-83, percent, by definition of distance."""
        return table_shares(self.tests)

    @recorded
    def score(self) -> stats.AnalogForecast:
        """The forecast from analogs, out of sample."""
        return self._forecast(embargo=self.embargo)

    @recorded
    def leaking(self) -> stats.AnalogForecast:
        """The same engine without embargo, to show what the leak is worth."""
        return self._forecast(embargo=0, leaky=True)

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of which every month can be asked for its neighbours."""
        too_early = self.state.index[MIN_HISTORY + self.embargo + self.k - 2]  # the last such month
        return too_early.year + 1, self.at.year - 1

    def ask(self, at: pd.Period) -> Asked:
        """Neighbours of any month, by the same engine and options, and what followed each one.

        Raises
        ------
        ParameterError
            A month outside the state, or with too few months before it.
        """
        distance = find_distances(
            self.state, at, k=self.k, metric=self.metric, embargo=self.embargo
        )
        found = follow(distance.iloc[: self.k], sum_after(self.relative[:at], self.horizon))
        came = sum_after(self.relative, self.horizon).get(at)
        return Asked(at, found, float(found["after"].mean()), came)

    def _state(self, variables: tuple[str, ...]) -> pd.DataFrame:
        columns = {name: measure(self.inputs, name, self.pair) for name in variables}
        return build_state(columns, self.relative.index)

    def _forecast(self, embargo: int, leaky: bool = False) -> stats.AnalogForecast:
        known = usable(self.state)
        return stats.analog_forecast(
            known,
            self.relative[known.index],
            horizon=self.horizon,
            k=self.k,
            metric=self.metric,
            embargo=embargo,
            min_history=MIN_HISTORY,
            leaky=leaky,
        )


def compare_states(state: pd.DataFrame, nearest: pd.Index) -> pd.DataFrame:
    """Each variable in the last month, at the nearest months, in 1974-83 and over all months."""
    era = state[ERA[0] : ERA[1]]
    frame = pd.DataFrame(
        {
            "today": state.iloc[-1],
            "nearest months": state.loc[nearest].mean(),
            "1974-83": era.mean(),
            "lowest 1974-83": era.min(),
            "highest 1974-83": era.max(),
            "all months": state.mean(),
        }
    )
    labels = {name: variable.label for name, variable in KNOWN.items()}
    return frame.rename(index=labels).rename_axis("variable")


def table_shares(tests: Mapping[str, stats.CircularShift]) -> pd.DataFrame:
    """Share, base rate (of the other months), difference in percent, interval, p and episodes, a row a test."""
    rows = {
        name: {
            "share": 100 * test.per_event.mean(),
            "base rate": 100 * test.elsewhere,
            "difference": 100 * test.estimate,
            # A share lies between 0 and 1: the inverted test does not know that.
            "low 95 %": 100 * max(test.ci_low, -test.elsewhere),
            "high 95 %": 100 * min(test.ci_high, 1 - test.elsewhere),
            "p": test.p,
            "episodes": count_episodes(test.per_event.index),
        }
        for name, test in tests.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("distance")


def nearest_within(ordered: pd.Series, era: tuple[pd.Period, pd.Period]) -> tuple[pd.Period, int]:
    """The first of the ordered months that belongs to an era, and its rank among all."""
    inside = (ordered.index >= era[0]) & (ordered.index <= era[1])
    first = int(np.flatnonzero(inside)[0])
    return ordered.index[first], first + 1


def weigh_resemblance(found: Resemblance) -> Evidence:
    """Evidence for H2: share of the nearest months in 1974-83, less the share of all months."""
    metric, k = found.metric, found.k
    row, test = found.shares.loc[metric], found.tests[metric]
    ordered = found.distances(metric)
    nearest = ordered.index[:k]
    closest, rank = nearest_within(ordered, ERA)
    halves = (ERA[0], MIDDLE), (MIDDLE + 1, ERA[1])
    early, late = (100 * crowding_test(ordered, k, half).estimate for half in halves)
    detectable = test.minimum_detectable_effect()
    return Evidence(
        unit=load_claim("H2").unit,
        method=(
            f"{k} nearest months ({metric}, expanding z-scores, embargo {found.embargo} months); "
            "p and interval from circular shifts of the era's label"
        ),
        estimate=float(row["difference"]),
        ci_low=float(row["low 95 %"]),
        ci_high=float(row["high 95 %"]),
        n=k,
        n_effective=float(row["episodes"]),
        p=test.p,
        mde=None if detectable is None else 100 * detectable,
        definitions={name: float(value) for name, value in found.shares["difference"].items()},
        halves=(early, late),
        note=(
            f"State of {found.at}. The nearest months lie between {nearest.min()} and {nearest.max()}, in "
            f"{row['episodes']:.0f} separate episodes. The nearest month of 1974-83, {closest}, ranks "
            f"{rank} of {len(ordered)}. Macro figures are revised ones, not "
            "the first prints."
        ),
    )
