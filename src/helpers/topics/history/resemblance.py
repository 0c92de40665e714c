"""Which months resemble a given one, how near 1974-83 is as a whole, and whether resemblance forecasts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.neighbours import (
    METRICS,
    MIN_HISTORY,
    find_distances,
    follow,
    rank_era,
    sum_after,
    table_episodes,
    usable,
)
from helpers.topics.history.state import KNOWN, REAL_VARIABLES, build_state, measure
from helpers.trial import Evidence, load_line

ERA = (pd.Period("1974-01", "M"), pd.Period("1983-12", "M"))
#: The years of the run, and those around the fall of the largest companies.
ERAS = {"1974-83": ERA, "1974-76": (pd.Period("1974-01", "M"), pd.Period("1976-12", "M"))}
FORECASTS = 20  # fewer cannot be scored
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
    def episodes(self) -> pd.DataFrame:
        """What followed each episode of the nearest months."""
        return table_episodes(self.neighbours)

    @recorded
    def today(self) -> pd.DataFrame:
        """Each variable at the date, at the nearest months, in 1974-83 and over all months."""
        return compare_states(self.state, self.neighbours.index)

    @recorded
    def outside(self) -> list[str]:
        """Variables whose value today lies outside the range of 1974-83."""
        table = self.today
        beyond = (table["today"] < table["lowest 1974-83"]) | (
            table["today"] > table["highest 1974-83"]
        )
        return list(table.index[beyond])

    @recorded
    def eras(self) -> pd.DataFrame:
        """Place of each era among all blocks of its length, a row a definition of distance and an era."""
        rows = {
            (name, era): rank_era(self.distances(name), span, self.k)
            for name in (*METRICS, REAL_ONLY)
            for era, span in ERAS.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["distance", "era"])

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
        behind = (
            MIN_HISTORY + self.embargo + self.k - 1
        )  # months that the first one asked for has behind it
        if len(self.state) <= behind or self.state.index[behind - 1].year + 1 >= self.at.year:
            raise NotKnown("No year of months has enough of them behind it; use a later as_of.")
        return self.state.index[behind - 1].year + 1, self.at.year - 1

    def ask(self, at: pd.Period) -> Asked:
        """Neighbours of any month, by the same engine and options, and what followed each one.

        Raises
        ------
        ParameterError
            A month outside the state.
        NotKnown
            One with too few months before it.
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
        first = max(MIN_HISTORY - 1 + embargo + self.k, MIN_HISTORY + self.horizon)
        if len(known) - self.horizon - first < FORECASTS:
            raise NotKnown(f"Fewer than {FORECASTS} forecasts could be scored; use a later as_of.")
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


def weigh_resemblance(found: Resemblance) -> Evidence:
    """Evidence for H2: place of the distance of 1974-83 to today among all blocks of that length."""
    line, table = load_line("H2", "stated"), found.eras
    place = table["blocks at least as near, percent"].unstack("era")
    row = table.loc[(found.metric, "1974-83")]
    near, fall = place.loc[found.metric, ["1974-83", "1974-76"]]
    farthest = 100 * (1 - (row["rank"] - 1) / row["of"])
    beyond = ", ".join(label.split(",")[0] for label in found.outside) or "nothing"
    return Evidence(
        unit=line.unit,
        method=(
            f"mean distance ({found.metric}, expanding z-scores, embargo {found.embargo} months) "
            "of the ten years, ranked among all blocks of that length by circular shifts"
        ),
        estimate=float(near),
        interval="none",
        n=float(row["of"]),
        n_effective=float(row["of"] / row["months"]),
        checks={
            name: bool(place.loc[name, "1974-83"] <= line.size_that_matters)
            for name in line.definitions
        },
        definitions=place["1974-83"].to_dict(),
        note=(
            f"Of all ten-year blocks of history {near:.0f} percent are as near to {found.at:%B %Y} as "
            f"1974-83 or nearer (1974-76, among blocks of three years: {fall:.0f}). The nearest "
            f"month of those years, {pd.Period(row['nearest month']):%B %Y}, ranks {row['rank']} of {row['of']}: "
            f"all lie among the farthest {farthest:.0f} percent. Outside their range today: "
            f"{beyond}."
        ),
    )
