"""Which companies' returns tell the economy best: correlation with its growth over the months after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown
from helpers.stats.correlations import CorrelationDifference
from helpers.topics.common.examination import Examination
from helpers.topics.common.pairs import PairInputs, log_return
from helpers.trial import Evidence, load_line

SPAN = 6  # months over which returns and growth are summed, in the estimand of F5
BLOCK = 24  # months, mean block of the bootstrap: four times what overlaps
MOST = 1_000  # bootstrap samples of a definition, however many draws are asked for
MORE = 4  # times as many behind the interval that decides a word: no seed may
FEWEST = 60  # months of both behind a correlation
FIRST_FORECAST = 240  # months known before the first forecast
RECENT = 120  # months: "again"
LEADS = range(-6, 13)  # months by which growth is shifted in the picture
#: Months of the pandemic's fall and rebound.
WITHOUT = pd.period_range("2020-03", "2020-12", freq="M")

#: Companies and the larger ones they are held against.
SEGMENTS = {
    "middle 40 percent": ("med40", "hi30"),
    "smallest 30 percent": ("lo30", "hi30"),
    "equal-weighted S&P 500": ("rsp", "spy"),
}
#: Groups whose leads are drawn.
GROUPS = {
    "middle 40 percent": "med40",
    "smallest 30 percent": "lo30",
    "largest 30 percent": "hi30",
}
ACTIVITY = {
    "industrial production": "industrial_production_first_1m",
    "employment": "payrolls_first_1m",
}
#: Companies and activity by definition of F5, the one on trial first.
DEFINITIONS = {
    f"{companies}, {activity}": (companies, activity)
    for activity in ACTIVITY
    for companies in SEGMENTS
}
ON_TRIAL = next(iter(DEFINITIONS))


def sum_past(monthly: pd.Series, months: int = SPAN) -> pd.Series:
    """Sum over each month and those before it."""
    return monthly.rolling(months).sum().dropna()


def sum_ahead(monthly: pd.Series, months: int = SPAN) -> pd.Series:
    """Sum over the months after each month, as far as they are over."""
    sums = sum_past(monthly, months)
    return sums.set_axis(pd.PeriodIndex(sums.index) - months)


def pair_up(small: pd.Series, large: pd.Series, growth: pd.Series) -> pd.DataFrame:
    """Six-month returns of both groups by month, and the economy's growth over the six months after.

    Parameters
    ----------
    small, large, growth : Series
        Monthly, percent.

    Raises
    ------
    NotKnown
        Fewer than `FEWEST` months of all three.
    """
    table = pd.DataFrame(
        {"small": sum_past(small), "large": sum_past(large), "growth": sum_ahead(growth)}
    ).dropna()
    if len(table) < FEWEST:
        raise NotKnown(
            f"{len(table)} months with growth over the half-year after were known at this date; {FEWEST} are needed."
        )
    return table


def forecast_gain(table: pd.DataFrame, growth: pd.Series) -> float:
    """Out-of-sample R2 of forecasts from the smaller companies against those from the largest.

    Each month's forecast rests on what had been released by then, see `helpers.stats.oos_r2`. It is made when growth of
    the month is released, in the month after, from returns to the end of the month.

    Parameters
    ----------
    table : DataFrame
        ``small`` and ``large``, six-month returns.
    growth : Series
        Monthly growth as first released.

    Raises
    ------
    NotKnown
        Too few months before the first forecast.
    """
    known = table.join(growth.rename("now")).dropna()
    if len(known) < FIRST_FORECAST + SPAN + 20:
        raise NotKnown(
            f"{len(known)} months were known, too few for forecasts before their outcome."
        )
    errors = {}
    for side in ("small", "large"):
        path = stats.oos_r2(known["now"], known[side], SPAN, FIRST_FORECAST).path
        errors[side] = float(((path["actual"] - path["forecast"]) ** 2).sum())
    return 1 - errors["small"] / errors["large"]


@dataclass(frozen=True)
class Barometer(Examination):
    """Correlations of six-month returns with growth as first released, by definition of F5."""

    inputs: PairInputs
    draws: int
    seed: int

    @recorded_each
    def returns(self, name: str) -> pd.Series:
        """Monthly log return of a portfolio or fund, percent."""
        return log_return(self.inputs.series(name))

    @recorded_each
    def growth(self, activity: str) -> pd.Series:
        """Monthly growth of an activity in `ACTIVITY` as first released, percent."""
        return self.inputs.series(ACTIVITY[activity]).dropna()

    @recorded_each
    def months(self, definition: str) -> pd.DataFrame:
        """Returns and growth after them, see `pair_up`."""
        companies, activity = DEFINITIONS[definition]
        small, large = SEGMENTS[companies]
        return pair_up(self.returns(small), self.returns(large), self.growth(activity))

    @recorded_each
    def difference(self, definition: str) -> CorrelationDifference:
        """Correlation of the smaller companies less that of the largest."""
        table = self.months(definition)
        draws = min(self.draws, MOST) * (MORE if definition == ON_TRIAL else 1)
        return stats.correlation_difference(
            table["small"], table["large"], table["growth"], block=BLOCK, draws=draws, rng=self.seed
        )

    @recorded
    def table(self) -> pd.DataFrame:
        """Every definition known at the date, a row each.

        Returns
        -------
        DataFrame
            ``first``, ``last`` month of the returns, ``n``; ``correlation`` of the smaller companies, ``of the
            largest``; their ``difference`` with ``ci_low``, ``ci_high``, ``p``; the same difference ``by ranks``,
            ``without 2020`` and over the ``last ten years``.
        """
        names = self.known_names("difference", DEFINITIONS)
        if not names:
            raise NotKnown("No growth as first released was known at this date.")
        rows = {}
        for name in names:
            found, table = self.difference(name), self.months(name)
            rows[name] = {
                "first": str(table.index[0]),
                "last": str(table.index[-1]),
                "n": found.n,
                "correlation": found.first,
                "of the largest": found.second,
                "difference": found.estimate,
                "ci_low": found.ci_low,
                "ci_high": found.ci_high,
                "p": found.p,
                "by ranks": _difference(table.rank()),
                "without 2020": _difference(table[~_touches(table.index)]),
                "last ten years": _difference(table.iloc[-RECENT:]),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("definition")

    @recorded
    def shown_table(self) -> pd.DataFrame:
        """The definitions as the notebook shows them."""
        names = {"ci_low": "low", "ci_high": "high"}
        return self.table.drop(columns=["first", "last", "p"]).rename(columns=names)

    @recorded
    def leads(self) -> pd.DataFrame:
        """Correlation of six-month returns with six-month growth that ends so many months later, by companies."""
        growth = sum_past(self.growth("industrial production"))
        months = pd.PeriodIndex(growth.index)
        returns = {label: sum_past(self.returns(name)) for label, name in GROUPS.items()}
        table = {
            label: {lead: one.corr(growth.set_axis(months - lead)) for lead in LEADS}
            for label, one in returns.items()
        }
        return pd.DataFrame(table).rename_axis("lead")

    @recorded
    def gain(self) -> float:
        """Out-of-sample R2 of forecasts from the middle against those from the largest, see `forecast_gain`."""
        companies, activity = DEFINITIONS[ON_TRIAL]
        small, large = SEGMENTS[companies]
        returns = pd.DataFrame(
            {"small": sum_past(self.returns(small)), "large": sum_past(self.returns(large))}
        )
        return forecast_gain(returns, self.growth(activity))

    def weigh_record(self) -> Evidence:
        """Evidence for F5 as stated: have smaller companies told the economy better over the last ten years?"""
        line, table = load_line("F5", "stated"), self.table
        recent = table["last ten years"]
        months = self.months(recent.index[0]).iloc[-RECENT:]
        better = recent > 0
        told = f"Ten years hold {len(months) // SPAN} separate half-years"
        if _touches(months.index).any():
            told += ", and the pandemic is one of them"
        return Evidence(
            unit=line.unit,
            method=f"correlation of {SPAN}-month returns with growth over the next {SPAN} months as first released; "
            "difference, middle of the definitions",
            estimate=float(recent.median()),
            interval="none",
            n=len(months),
            n_effective=len(months) / SPAN,
            checks={name: bool(better[name]) if name in better else None for name in line.definitions},
            definitions=recent.to_dict(),
            note=(
                f"Over the ten years to {months.index[-1]} returns of the middle 40 percent of companies went with the "
                f"growth after them with a correlation of {_correlation(months, 'small'):.2f}, those of the largest "
                f"with {_correlation(months, 'large'):.2f}; smaller companies were ahead under {int(better.sum())} of "
                f"{len(better)} definitions. {told}."
            ),
        )  # fmt: skip

    def weigh_difference(self) -> Evidence:
        """Evidence for F5 as used: is the middle the better barometer?"""
        line, found, table = load_line("F5", "used"), self.difference(ON_TRIAL), self.table
        months, gain = self.months(ON_TRIAL), self.gain if self.knows("gain") else None
        half = len(months) // 2
        others = table.loc[ON_TRIAL]
        told = "" if gain is None else _tell_gain(gain)
        return Evidence(
            unit=line.unit,
            method=f"difference of two correlations, stationary bootstrap with blocks of {BLOCK} months",
            estimate=found.estimate,
            ci_low=found.ci_low,
            ci_high=found.ci_high,
            n=found.n,
            n_effective=found.n / (2 * SPAN),
            p=found.p,
            mde=stats.minimum_detectable_effect(found.se),
            definitions=table["difference"].to_dict(),
            halves=(_difference(months.iloc[:half]), _difference(months.iloc[half:])),
            oos_r2=gain,
            note=(
                f"Since {months.index[0].year} returns of the middle 40 percent of companies went with growth of "
                f"industrial production over the next half-year with a correlation of {found.first:.2f}, those of the "
                f"largest 30 percent with {found.second:.2f}: a difference of {found.estimate:+.2f} "
                f"({found.ci_low:+.2f} to {found.ci_high:+.2f}). By ranks {others['by ranks']:+.2f}, without 2020 "
                f"{others['without 2020']:+.2f}.{told}"
            ),
        )  # fmt: skip


def _tell_gain(gain: float) -> str:
    return (
        f" Real-time forecasts from the middle missed by {100 * abs(gain):.0f} percent "
        f"{'less' if gain > 0 else 'more'} (squared errors) than those from the largest."
    )


def _correlation(table: pd.DataFrame, side: str) -> float:
    return float(table[side].corr(table["growth"]))


def _difference(table: pd.DataFrame) -> float:
    """Correlation of the smaller companies with growth less that of the largest."""
    return _correlation(table, "small") - _correlation(table, "large")


def _touches(months: pd.Index) -> np.ndarray:
    """Whether the half-year after each month holds one of `WITHOUT`."""
    first, last = WITHOUT[0], WITHOUT[-1]
    return np.asarray((months + 1 <= last) & (months + SPAN >= first))
