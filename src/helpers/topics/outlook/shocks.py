"""Inflation and rate rises as a risk to small caps: earlier episodes, and responses to identified shocks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown
from helpers.stats.projections import ImpulseResponse
from helpers.topics import rates
from helpers.topics.common.examination import Examination
from helpers.topics.common.pairs import PAIR_LABELS, PAIRS, PairInputs, log_return
from helpers.topics.rates.cycles import Cycle, turning_points
from helpers.trial import Evidence, load_line

SIZE_PAIRS = ("lo30_hi30", "lo20_hi20", "lo10_hi10")
YEAR = 12  # months
HORIZON = 12  # months after the shock, in the estimand of F2
LAGS = 3  # months of returns and shocks held constant
SURGE = 2.0  # points by which twelve-month inflation rises, or falls, for a surge to begin or end
FIRST_FORECAST = 60  # months of price changes known before the first forecast
FEWEST_MONTHS = 120  # for a response
BAND_DRAWS = 4_000  # behind each simultaneous band
#: Months in which the Federal Reserve aimed at reserves and let rates swing.
RESERVES = pd.period_range("1979-10", "1982-10", freq="M")
WORST = 0.2  # share of windows called the worst
MAIN = 0.5  # less than half of the variance is not the main part


@dataclass(frozen=True)
class Shock:
    """A series of shocks: what a unit of it is called, how large that is, and whether it is identified."""

    label: str
    series: str
    size: float
    identified: bool = False


#: By name; those that are definitions of F2 in its order, then what is shown beside them.
SHOCKS = {
    "narrative": Shock("narrative shock of a point, 1969-2007", "narrative_policy_shock", 1.0, True),
    "pure policy": Shock(
        "pure policy surprise of a quarter point, since 1990", "pure_policy_surprise", 0.25, True
    ),
    "orthogonalised": Shock(
        "orthogonalised surprise of a quarter point, 1988-2023", "orthogonalised_surprise", 0.25, True
    ),
    "prices": Shock("consumer prices a percent above forecast, first release", "cpi_first_1m", 1.0),
    "core prices": Shock(
        "core consumer prices a percent above forecast, first release", "core_cpi_first_1m", 1.0
    ),
    "prices as revised": Shock("consumer prices a percent above forecast, since 1959", "cpi", 1.0),
    "information": Shock(
        "information surprise of a quarter point, since 1990", "central_bank_information", 0.25
    ),
    "narrative as first published": Shock(
        "narrative shock of a point as first published, 1969-1996",
        "narrative_policy_shock_original", 1.0, True,
    ),
}  # fmt: skip
ON_TRIAL = "narrative"
DEFINITIONS = tuple(SHOCKS)[:6]
PRICES = ("prices", "core prices", "prices as revised")
#: Shocks since 1990 that a note tells beside the one on trial.
RECENT = {"pure policy": "a pure policy surprise of a quarter point since 1990"}
DRAWN = (*DEFINITIONS[:3], "information", *DEFINITIONS[3:5])


def monthly_growth(index: pd.Series) -> pd.Series:
    """Percent change over a month; missing beside a month that was never published."""
    return (100 * (index / index.shift(1) - 1)).iloc[1:]


def price_surprises(growth: pd.Series, first: int = FIRST_FORECAST) -> pd.Series:
    """Monthly price changes above what earlier ones foretold, in the month of their release.

    Parameters
    ----------
    growth : Series
        Monthly price changes, percent, in order of release.
    first : int
        Changes known before the first forecast.

    Returns
    -------
    Series
        Points of the price level. A change is forecast from the one before and the mean of the twelve before, by least
        squares on the changes known by then, and dated by the month after it, in which it was published. A change that
        was never published counts as its forecast: it brought no news.

    Notes
    -----
    A surprise against the past of prices alone: others knew more, and it may stand for anything that moved prices. No
    response to it is a causal effect.

    Examples
    --------
    >>> months = pd.period_range("2000-01", periods=90, freq="M")
    >>> steady = pd.Series(0.2 + 0.01 * (np.arange(90) % 2), months)
    >>> jump = steady.mask(steady.index == pd.Period("2006-03", "M"), 1.2)
    >>> round(float(price_surprises(jump)["2006-04"]), 1)
    1.0
    """
    values = growth.to_numpy(dtype=float, copy=True)
    surprises = np.zeros(len(values))
    squares, products = np.zeros((3, 3)), np.zeros(3)
    for t in range(YEAR, len(values)):
        known = np.array([1.0, values[t - 1], values[t - YEAR : t].mean()])
        if t >= first:
            forecast = known @ np.linalg.lstsq(squares, products, rcond=None)[0]
            if np.isnan(values[t]):
                values[t] = forecast
            surprises[t] = values[t] - forecast
        squares += np.outer(known, known)
        products += known * values[t]
    index = pd.PeriodIndex(growth.index) + 1
    return pd.Series(surprises, index).iloc[first:]


def inflation_surges(
    inflation: pd.Series, rise: float = SURGE
) -> list[tuple[pd.Period, pd.Period]]:
    """Low and high of every rise of inflation by `rise` points that a fall back by as much has ended.

    Examples
    --------
    >>> months = pd.period_range("1973-01", periods=6, freq="M")
    >>> inflation_surges(pd.Series([3.0, 4.0, 9.0, 12.0, 8.0, 9.0], months))
    [(Period('1973-01', 'M'), Period('1973-04', 'M'))]
    """
    known = inflation.dropna()
    points = turning_points(known.to_numpy(), rise)[:-1]  # the last extreme is not confirmed yet
    return [
        (known.index[low], known.index[high])
        for low, high in pairwise(points)
        if known.iloc[high] > known.iloc[low]
    ]


def list_episodes(
    cycles: tuple[Cycle, ...], surges: list[tuple[pd.Period, pd.Period]], relative: pd.Series
) -> pd.DataFrame:
    """Hiking cycles and inflation surges that are over, with what small less large companies returned.

    Returns
    -------
    DataFrame
        By name: ``kind``, ``first`` and ``last`` month of the return, ``months``, ``lead`` (sum of monthly log returns,
        percent), and ``lagging windows``: the percent of all windows of that length in `relative` in which small
        companies lagged.
    """
    spans = [
        ("hikes", pd.Period(one.start, "M"), pd.Period(one.end, "M"))
        for one in cycles
        if one.direction > 0 and not one.running
    ] + [("inflation", low, high) for low, high in surges]
    rows = {}
    for kind, began, last in sorted(spans):
        returns = relative[began + 1 : last]
        if began + 1 < relative.index[0] or last > relative.index[-1] or returns.empty:
            continue
        windows = relative.rolling(len(returns)).sum().dropna()
        rows[f"{kind} {began} to {last}"] = {
            "kind": kind,
            "first": began + 1,
            "last": last,
            "months": len(returns),
            "lead": float(returns.sum()),
            "lagging windows": 100 * float((windows < 0).mean()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@dataclass(frozen=True)
class Shocks(Examination):
    """Small less large companies, and large ones alone, after shocks to rates and prices; log percent."""

    inputs: PairInputs
    pair: str
    draws: int
    seed: int

    @recorded
    def relative(self) -> pd.Series:
        """Monthly return of small less large companies."""
        return self.inputs.relative(self.pair)

    @recorded
    def large(self) -> pd.Series:
        """Monthly return of the large companies."""
        return log_return(self.inputs.series(PAIRS[self.pair][1] or "")).rename("large companies")

    # --- episodes

    @recorded
    def inflation(self) -> pd.Series:
        """Change of consumer prices over twelve months, percent."""
        prices = self.inputs.series("cpi")
        return (100 * (prices / prices.shift(YEAR) - 1)).iloc[YEAR:].rename("inflation")

    @recorded
    def episodes(self) -> pd.DataFrame:
        """Hiking cycles and inflation surges that are over; see `list_episodes`."""
        cycles = rates.examine(self.inputs.info).cycles
        since = self.relative[str(self.inflation.index[0].year - 1) :]
        found = list_episodes(cycles, inflation_surges(self.inflation), since)
        if found.empty:
            raise NotKnown("No hiking cycle and no inflation surge known at this date is over.")
        return found

    def weigh_episodes(self) -> Evidence:
        """Evidence for F2 as stated: did small companies lag in earlier episodes?"""
        table, line = self.episodes, load_line("F2", "stated")
        lagged = table["lead"] < 0
        by_kind = ", ".join(
            f"{int(some.sum())} of {len(some)} {name}"
            for kind, name in (("hikes", "hiking cycles"), ("inflation", "inflation surges"))
            if len(some := lagged[table["kind"] == kind])
        )
        return Evidence(
            unit=line.unit,
            method=(
                "sum of monthly log returns from the month after the first rise to the last, one vote an episode; "
                f"inflation surges by {SURGE:g} points"
            ),
            estimate=float(table["lead"].median()),
            interval="none",
            n=len(table),
            checks=lagged.to_dict(),
            note=(
                f"Small companies lagged in {by_kind}. Windows of the same lengths taken anywhere since "
                f"{table['first'].min().year} lag in {table['lagging windows'].mean():.0f} of 100: that is what an "
                f"episode must be held against. The middle episode brought {table['lead'].median():+.0f} percent. "
                "Hikes and surges overlap, so these are fewer independent cases than votes."
            ),
        )

    # --- shocks

    @recorded_each
    def shock(self, name: str) -> pd.Series:
        """A series of shocks by name in `SHOCKS`, in units of its size.

        Raises
        ------
        NotKnown
            Its series was not public at the date.
        """
        kind = SHOCKS[name]
        values = self.inputs.series(kind.series)
        if kind.series == "cpi":
            values = monthly_growth(values)
        if name in PRICES:
            if len(values) <= FIRST_FORECAST:
                raise NotKnown(
                    f"{kind.label}: {len(values)} months were known, too few for a forecast."
                )
            values = price_surprises(values)
        return (values / kind.size).rename(name)

    @recorded_each
    def response(self, name: str) -> ImpulseResponse:
        """Response of small less large companies to a shock."""
        return self._respond(self.relative, self.shock(name))

    @recorded_each
    def response_of_large(self, name: str) -> ImpulseResponse:
        """Response of the large companies alone."""
        return self._respond(self.large, self.shock(name))

    @recorded_each
    def response_by_var(self, name: str) -> pd.Series:
        """Response of small less large companies by a vector autoregression with as many lags as months ahead."""
        both = _months_of_both(self.relative, self.shock(name))
        return stats.var_response(both["outcome"], both["shock"], horizon=HORIZON, lags=HORIZON)

    @recorded_each
    def share(self, name: str) -> tuple[float, float, float]:
        """Share of the variance of swings over a year owed to the shocks, and the ends of its interval; 0 to 1."""
        return self.response(name).variance_share(self.draws, np.random.default_rng(self.seed))

    @recorded
    def responses(self) -> pd.DataFrame:
        """What followed each shock that was public at the date, a row each; see `summarise`."""
        names = self.known_names("response", SHOCKS)
        if not names:
            raise NotKnown("No series of shocks was public at this date.")
        rows = {
            SHOCKS[name].label: {
                "identified": SHOCKS[name].identified,
                "months with a shock": int((self.shock(name) != 0).sum()),
                **summarise(self.response(name)),
                **dict(zip(("share", "share_low", "share_high"), self.share(name), strict=True)),
                "by VAR": float(self.response_by_var(name).iloc[-1]),
                "large alone": float(self.response_of_large(name).table["response"][HORIZON]),
                "p, large alone": float(self.response_of_large(name).table["p"][HORIZON]),
            }
            for name in names
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("shock")

    @recorded
    def response_table(self) -> pd.DataFrame:
        """The responses as the notebook shows them, shares in percent."""
        table = self.responses
        shown = table[["response", "ci_low", "ci_high", "p", "by VAR", "large alone"]]
        return shown.rename(columns={"ci_low": "low", "ci_high": "high"}).assign(
            **{
                "share of swings": 100 * table["share"],
                "at most": 100 * table["share_high"],
                "cause": table["identified"].map({True: "yes", False: "no"}),
            }
        )

    @recorded
    def halves(self) -> pd.DataFrame:
        """The response after a year in both halves of each sample long enough, with p; ``second begins`` tells when."""
        rows = {}
        for name in self.known_names("response", DEFINITIONS):
            both = _months_of_both(self.relative, self.shock(name))
            middle = len(both) // 2
            if middle < FEWEST_MONTHS:
                continue
            first, second = (
                self._respond(some["outcome"], some["shock"]).table.loc[HORIZON]
                for some in (both[:middle], both[middle:])
            )
            rows[SHOCKS[name].label] = {
                "first half": first["response"],
                "p, first": first["p"],
                "second begins": str(both.index[middle]),
                "second half": second["response"],
                "p, second": second["p"],
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("shock")

    @recorded
    def variants(self) -> pd.DataFrame:
        """The response on trial by other choices, a row each: ``response``, ``ci_low``, ``ci_high``, ``p``, ``n``."""
        shock, y = self.shock(ON_TRIAL), self.relative
        calm = shock.mask(shock.index.isin(RESERVES), 0.0).rename(ON_TRIAL)
        tried: dict[str, tuple[pd.Series, pd.Series, dict[str, int]]] = {
            "as on trial": (y, shock, {}),
            **{
                PAIR_LABELS[pair]: (self.inputs.relative(pair), shock, {})
                for pair in (*SIZE_PAIRS, "smb")
                if pair != self.pair
            },
            "one lag": (y, shock, {"lags": 1}),
            "twelve lags": (y, shock, {"lags": YEAR}),
            "after six months": (y, shock, {"horizon": YEAR // 2}),
            "after two years": (y, shock, {"horizon": 2 * YEAR}),
            "without the shocks of 1979-10 to 1982-10": (y, calm, {}),
            "shocks as first published, to 1996": (
                y,
                self.shock("narrative as first published"),
                {},
            ),
        }
        rows = {}
        for name, (outcome, shocks, choice) in tried.items():
            found = self._respond(outcome, shocks, **choice)
            last = found.table.iloc[-1]
            rows[name] = {
                **{column: last[column] for column in ("response", "ci_low", "ci_high", "p")},
                "n": found.n,
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("choice")

    def weigh_responses(self) -> Evidence:
        """Evidence for F2 as used: what an identified tightening does to small less large companies."""
        line, found = load_line("F2", "used"), self.response(ON_TRIAL)
        row = found.table.loc[HORIZON]
        names = self.known_names("response", DEFINITIONS)
        halves = self.halves.loc[SHOCKS[ON_TRIAL].label, ["first half", "second half"]]
        return Evidence(
            unit=line.unit,
            method=(
                f"local projection with {LAGS} lags, Newey-West errors with {found.hac_lags} lags, fixed-b; narrative "
                f"shocks of {found.swing.index[0]} to {found.swing.index[-1]}"
            ),
            estimate=float(row["response"]),
            ci_low=float(row["ci_low"]),
            ci_high=float(row["ci_high"]),
            n=found.n,
            n_effective=found.n / (HORIZON + 1),
            p=float(row["p"]),
            mde=stats.minimum_detectable_effect(float(row["se"]), b=found.b),
            definitions={SHOCKS[name].label: float(self.response(name).table["response"][HORIZON]) for name in names},
            halves=(float(halves.iloc[0]), float(halves.iloc[1])),
            note=self._tell(found),
        )  # fmt: skip

    def _tell(self, found: ImpulseResponse) -> str:
        """What was found, in plain words with its numbers."""
        row, months = found.table.loc[HORIZON], found.swing.index
        shares = {name: self.share(name) for name in self.known_names("share", DEFINITIONS)}
        most = max(shares, key=lambda name: shares[name][0])
        bad, moved = found.downside(WORST)
        hurts = "and they do" if row["ci_high"] < 0 else "which is not settled"
        main = "are not the main risk" if shares[most][0] < MAIN else "are the main risk"
        told = (
            f"On trial here is whether rate rises hurt small companies, {hurts}; such rises {main}, by their share "
            "of the swings: a rise of a point that forecasts do not explain moved small less large companies "
            f"by {row['response']:+.1f} percent over the year after it ({row['ci_low']:+.1f} to "
            f"{row['ci_high']:+.1f}; shocks of {months[0].year} to {months[-1].year}), and such shocks account for "
            f"{_percents(shares[ON_TRIAL])} of the swings over a year. No series of shocks to rates or prices accounts "
            f"for more than {_percents(shares[most])}; in the worst fifth of the years ({bad:+.0f} percent on average) "
            f"the rate shocks moved {moved:+.1f}. "
        )
        for name, what in RECENT.items():
            if name in shares:
                last = self.response(name).table.loc[HORIZON]
                told += f"After {what}: {last['response']:+.1f} ({last['ci_low']:+.1f} to {last['ci_high']:+.1f}). "
        return (
            told
            + "What follows surprises in prices need not be owed to them: only shocks to policy are identified."
        )

    def _respond(self, outcome: pd.Series, shock: pd.Series, **choice: int) -> ImpulseResponse:
        both = _months_of_both(outcome, shock)
        choice = {"horizon": HORIZON, "lags": LAGS, **choice}
        return stats.local_projections(
            both["outcome"], both["shock"], draws=BAND_DRAWS, rng=self.seed, **choice
        )


def summarise(found: ImpulseResponse) -> dict[str, Any]:
    """Response after a year with its ends, and what the test could see.

    Returns
    -------
    dict
        ``first``, ``last`` month of the shocks, ``n``; ``response``, ``ci_low``, ``ci_high``, ``band_low``,
        ``band_high``, ``p`` after a year; ``mde``.
    """
    last = found.table.iloc[HORIZON]
    return {
        "first": str(found.swing.index[0]),
        "last": str(found.swing.index[-1]),
        "n": found.n,
        **{name: float(last[name]) for name in found.table.columns if name != "se"},
        "mde": stats.minimum_detectable_effect(float(last["se"]), b=found.b),
    }


def _percents(share: tuple[float, float, float]) -> str:
    middle, low, high = (100 * one for one in share)
    return f"{middle:.0f} percent ({low:.0f} to {high:.0f})"


def _months_of_both(outcome: pd.Series, shock: pd.Series) -> pd.DataFrame:
    """The months in which both are known.

    Raises
    ------
    NotKnown
        Fewer than ten years of them.
    """
    both = pd.concat([outcome.rename("outcome"), shock.rename("shock")], axis=1).dropna()
    if len(both) < FEWEST_MONTHS:
        raise NotKnown(
            f"{shock.name}: {len(both)} months with returns were known at this date; {FEWEST_MONTHS} are needed."
        )
    return both
