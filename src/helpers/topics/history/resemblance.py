"""Which months resemble a given one, whether they crowd into 1974-83, and whether resemblance forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import ParameterError
from helpers.topics.common.pairs import describe_vintage, load_small_minus_large, series_of
from helpers.topics.history.state import REAL_VARIABLES, SERIES, VARIABLES, load_state
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information

ERA = (pd.Period("1974-01", "M"), pd.Period("1983-12", "M"))
MIN_HISTORY = (
    120  # months behind a mean and a standard deviation before a month can be standardised
)
# Figures of a month are complete five weeks after it ends: what follows is counted from the second month on.
KNOWN_AFTER = 1


@dataclass(frozen=True)
class Resemblance:
    """Nearest months to ``at``, what followed them, and how much the method is worth.

    ``distance`` has every candidate month; ``neighbours`` the k nearest in order, with the relative return
    ``after`` each (percent, log); ``after_all`` the same after every candidate; ``today`` the state then and now;
    ``shares`` a row a definition of distance, ``tests`` the shift test behind each; ``score`` the forecast out of
    sample, ``leaking`` the same engine without embargo.
    """

    at: pd.Period
    state: pd.DataFrame
    relative: pd.Series
    options: dict
    today: pd.DataFrame
    distance: pd.Series
    neighbours: pd.DataFrame
    after_all: pd.Series
    shares: pd.DataFrame
    tests: dict[str, stats.CircularShift]
    score: stats.AnalogForecast
    leaking: stats.AnalogForecast

    @property
    def horizon(self) -> int:
        """Months over which the return after a neighbour is summed."""
        return self.options["horizon"]

    @property
    def years(self) -> tuple[int, int]:
        """First and last year of which every month can be asked for its neighbours."""
        first = self.state.index[MIN_HISTORY - 1 + self.options["embargo"] + self.options["k"]]
        return first.year + 1, self.at.year - 1


def examine_resemblance(
    info: Information,
    *,
    pair: str,
    horizon: int,
    k: int,
    metric: str,
    embargo: int,
    variables: Sequence[str],
) -> Resemblance:
    """Nearest months to the last one known, their place in history and their worth as a forecast."""
    if embargo < horizon + KNOWN_AFTER:
        raise ParameterError(
            f"embargo is {embargo} months, but what followed a neighbour is known only after {horizon + KNOWN_AFTER}; "
            f"use at least that, better {horizon + 36}."
        )
    state = load_state(info, tuple(variables), pair)
    relative = load_small_minus_large(info, pair)
    options = {"horizon": horizon, "k": k, "metric": metric, "embargo": embargo}
    at = state.index[-1]
    distance = find_distances(state, at, k=k, metric=metric, embargo=embargo)
    after = sum_after(relative, horizon)
    definitions = {
        "euclidean": find_distances(state, at, k=k, metric="euclidean", embargo=embargo),
        "mahalanobis": find_distances(state, at, k=k, metric="mahalanobis", embargo=embargo),
        "real variables only": find_distances(
            load_state(info, REAL_VARIABLES, pair), at, k=k, metric=metric, embargo=embargo
        ),
    }
    tests = {name: test_crowding(found, k, ERA) for name, found in definitions.items()}
    # Figures of month t are known in t + 1: the forecast made then uses them for the returns from t + 2 on.
    known = state.shift(KNOWN_AFTER).dropna()
    returns = relative[known.index]
    engine = {"horizon": horizon, "k": k, "metric": metric, "min_history": MIN_HISTORY}
    return Resemblance(
        at=at,
        state=state,
        relative=relative,
        options=options,
        today=_compare(state, distance.index[:k]),
        distance=distance.sort_index(),
        neighbours=_follow(distance.iloc[:k], after),
        after_all=after.reindex(distance.index).dropna().sort_index(),
        shares=_shares(tests),
        tests=tests,
        score=stats.analog_forecast(known, returns, embargo=embargo, **engine),
        leaking=stats.analog_forecast(known, returns, embargo=0, leaky=True, **engine),
    )


def find_distances(
    state: pd.DataFrame, at: pd.Period, *, k: int, metric: str, embargo: int
) -> pd.Series:
    """Distance of every candidate month to ``at``, nearest first, each month measured as it was seen then.

    Raises
    ------
    ParameterError
        A month outside the state, or with fewer than ``k`` candidates before it.
    """
    if at not in state.index:
        raise ParameterError(
            f"{at} has no state: it is known for {state.index[0]} .. {state.index[-1]}."
        )
    candidates = state.index.get_loc(at) - embargo - (MIN_HISTORY - 1)
    if k > candidates:
        raise ParameterError(
            f"k is {k}, but only {max(candidates, 0)} months before {at} can be neighbours (embargo {embargo} months, "
            f"history {MIN_HISTORY} months); use a smaller k or embargo, or a later month."
        )
    found = stats.nearest_analogs(
        state, at, k=candidates, metric=metric, embargo=embargo, min_history=MIN_HISTORY
    )
    return found.nearest


def find_month(resemblance: Resemblance, at: pd.Period) -> pd.DataFrame:
    """Neighbours of any month, by the same engine and options, and what followed each one."""
    options = {name: value for name, value in resemblance.options.items() if name != "horizon"}
    distance = find_distances(resemblance.state, at, **options)
    return _follow(
        distance.iloc[: options["k"]], sum_after(resemblance.relative[:at], resemblance.horizon)
    )


def sum_after(relative: pd.Series, horizon: int) -> pd.Series:
    """Relative return over the ``horizon`` months that start once a month's figures are known, by that month."""
    return relative.rolling(horizon).sum().shift(-horizon - KNOWN_AFTER).dropna()


def test_crowding(
    distance: pd.Series, k: int, era: tuple[pd.Period, pd.Period]
) -> stats.CircularShift:
    """Share of the k nearest months inside an era, less the era's share of all candidates.

    The era's label slides round the candidate months, by every possible shift: neighbours come in runs, and a
    test that took them for independent would find resemblance everywhere.
    """
    months = distance.index.sort_values()
    span = pd.period_range(months[0] - 1, months[-1], freq="M")
    label = pd.Series(((span >= era[0]) & (span <= era[1])).astype(float), index=span)
    # The test looks at the period after each event, so the event stands one month before the neighbour.
    return stats.circular_shift_test(label, [month - 1 for month in distance.index[:k]], horizon=1)


def count_episodes(months: pd.PeriodIndex, apart: int = 12) -> int:
    """Runs of neighbours more than ``apart`` months from each other: what the neighbours are worth as evidence."""
    gaps = np.diff(np.sort(months.asi8))
    return int(1 + (gaps > apart).sum())


def _follow(nearest: pd.Series, after: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({"distance": nearest, "after": after.reindex(nearest.index)})


def _compare(state: pd.DataFrame, nearest: pd.PeriodIndex) -> pd.DataFrame:
    """Each variable today, at the nearest months, in 1974-83 and over all months."""
    labels = {"real_rate": "real policy rate, percent", **VARIABLES}
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
    return frame.rename(index=labels).rename_axis("variable")


def _shares(tests: dict[str, stats.CircularShift]) -> pd.DataFrame:
    rows = {
        name: {
            "share": 100 * test.per_event.mean(),
            "base rate": 100 * test.unconditional,
            "difference": 100 * test.estimate,
            # A share lies between 0 and 1: the inverted test does not know that.
            "low 95 %": 100 * max(test.ci_low, -test.unconditional),
            "high 95 %": 100 * min(test.ci_high, 1 - test.unconditional),
            "p": test.p,
            "episodes": count_episodes(test.per_event.index),
        }
        for name, test in tests.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("distance")


def weigh_resemblance(info: Information, resemblance: Resemblance) -> Evidence:
    """Evidence for H2: share of the nearest months in 1974-83, less the share of all months."""
    pair = resemblance.relative.name
    used = [SERIES[name] for name in resemblance.state] + [series_of(pair)]
    sources = tuple(dict.fromkeys(name for names in used for name in names))
    metric, k = resemblance.options["metric"], resemblance.options["k"]
    row, test = resemblance.shares.loc[metric], resemblance.tests[metric]
    middle = ERA[0].year + (ERA[1].year - ERA[0].year) // 2
    halves = (ERA[0], pd.Period(f"{middle}-12", "M")), (pd.Period(f"{middle + 1}-01", "M"), ERA[1])
    ordered = resemblance.distance.sort_values(kind="stable")
    nearest = ordered.index[:k]
    within = ordered.index[(ordered.index >= ERA[0]) & (ordered.index <= ERA[1])]
    first = (
        f" The nearest month of 1974-83, {within[0]}, ranks {ordered.index.get_loc(within[0]) + 1}"
    )
    return Evidence(
        unit="percentage points",
        method=(
            f"{k} nearest months ({metric}, expanding z-scores, embargo {resemblance.options['embargo']} months); "
            "p and interval from circular shifts of the era's label"
        ),
        estimate=float(row["difference"]),
        ci_low=float(row["low 95 %"]),
        ci_high=float(row["high 95 %"]),
        n=k,
        n_effective=float(row["episodes"]),
        p=test.p,
        mde=100 * stats.minimum_detectable_effect(test.se),
        definitions={
            name: float(value) for name, value in resemblance.shares["difference"].items()
        },
        halves=tuple(100 * test_crowding(ordered, k, half).estimate for half in halves),
        sources=sources,
        vintage=describe_vintage(info, sources),
        note=(
            f"State of {resemblance.at}. The nearest months lie between {nearest.min()} and {nearest.max()}, in "
            f"{row['episodes']:.0f} separate episodes.{first} of {len(ordered)}. Macro figures are revised ones, not "
            "the first prints."
        ),
    )
