"""Does an earnings lead pay? S&P 500 earnings since 1926, profits of the whole economy, and later returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination

if TYPE_CHECKING:
    from helpers.topics.earnings.inputs import EarningsInputs

MIN_HISTORY = 240  # months before the first out-of-sample forecast
RECOVERY = 6  # months of falling earnings before a rise counts as a recovery
FEWEST_EVENTS = 3
FEWEST_MONTHS = 120  # of growth of profits, for a regression on it
FELL, ROSE = "earnings fell", "earnings rose"


@dataclass(frozen=True)
class Payoff(Examination):
    """Earnings growth and returns: the past of each against the future of the other."""

    inputs: EarningsInputs
    horizon: int

    @recorded
    def known_growth(self) -> pd.Series:
        """Growth of S&P 500 earnings by the month in which it was known."""
        return known_growth(self.inputs.eps_growth, self.inputs.months_to_eps)

    @recorded
    def known_profit_growth(self) -> pd.Series:
        """Growth of corporate profits by the month in which it was known."""
        return known_profit_growth(self.inputs.profits, self.inputs.months_to_profits)

    @recorded
    def years(self) -> pd.DataFrame:
        """Earnings growth and returns of calendar years."""
        inputs = self.inputs
        return table_calendar_years(inputs.eps_growth, inputs.market_return, inputs.relative_return)

    @recorded
    def predictive(self) -> pd.DataFrame:
        """Returns after earnings growth and the reverse, see `table_predictive`."""
        market, relative = self.inputs.market_return, self.inputs.relative_return
        pairs = {
            "S&P 500 after S&P 500 earnings growth": (market, self.known_growth),
            "small less large after S&P 500 earnings growth": (relative, self.known_growth),
        }
        if self.knows("known_profit_growth"):
            question = "small less large after growth of corporate profits"
            pairs[question] = (relative, self.known_profit_growth)
        return table_predictive(pairs, self.years, self.horizon)

    @recorded
    def by_sign(self) -> pd.DataFrame:
        """Mean returns in and after years of falling and rising earnings."""
        return table_by_sign(self.years)

    @recorded
    def recoveries(self) -> Recoveries:
        """Relative returns after earnings turned up."""
        return estimate_recoveries(self.inputs.relative_return, self.known_growth, self.horizon)


@dataclass(frozen=True)
class Recoveries:
    """Relative return in the months after earnings turned up, against every shift of these dates."""

    test: stats.CircularShift

    @property
    def per_event(self) -> pd.Series:
        """Sum of the log returns after each recovery, percent."""
        return self.test.per_event

    @property
    def mean(self) -> float:
        """Their mean."""
        return float(self.test.per_event.mean())

    @property
    def usual(self) -> float:
        """What as many other months brought."""
        return self.test.elsewhere


def known_growth(growth: pd.Series, months: int) -> pd.Series:
    """Log growth over a year in percent, dated by the month in which it was known.

    Parameters
    ----------
    growth : Series
        Percent over a year, by the month it belongs to.
    months : int
        Months until such a figure was public: used at its own date it would look ahead.

    Notes
    -----
    Logs keep the rebound after 2009, which multiplied earnings, from deciding everything.
    """
    logs = 100 * np.log1p(growth / 100)
    return logs.set_axis(logs.index + months)


def known_profit_growth(profits: pd.Series, months: int) -> pd.Series:
    """Log growth of quarterly profits over a year in percent, monthly by the date known, the last one standing.

    Parameters
    ----------
    profits : Series
        By quarter.
    months : int
        Months from the end of a quarter until its profits were public.

    Raises
    ------
    NotKnown
        Before ten years of it.
    """
    ratio = (profits / profits.shift(4)).dropna()
    public = pd.PeriodIndex(ratio.index).asfreq("M", how="E") + months
    growth = pd.Series(100 * np.log(ratio.to_numpy()), index=public).resample("M").ffill()
    if len(growth) <= FEWEST_MONTHS:
        raise NotKnown(
            f"Growth of corporate profits was known for {len(growth)} months only at this date."
        )
    return growth


def table_calendar_years(
    eps_growth: pd.Series, market: pd.Series, relative: pd.Series
) -> pd.DataFrame:
    """Calendar years: growth of the year's earnings (December on December) and log returns, percent.

    Returns
    -------
    DataFrame
        ``growth``, ``market`` and ``relative`` by year; a return is NaN where a month of its year is missing.
    """
    months = pd.PeriodIndex(eps_growth.index)
    december = eps_growth.to_numpy()[months.month == 12]
    growth = pd.Series(100 * np.log1p(december / 100), index=months.year[months.month == 12])
    returns = {}
    for name, monthly in (("market", market), ("relative", relative)):
        year = monthly.groupby(pd.PeriodIndex(monthly.index).year).agg(["sum", "count"])
        returns[name] = year.loc[year["count"] == 12, "sum"]
    return pd.DataFrame({"growth": growth} | returns).dropna(subset=["growth", "market"])


def table_predictive(
    pairs: Mapping[str, tuple[pd.Series, pd.Series]], years: pd.DataFrame, horizon: int
) -> pd.DataFrame:
    """Returns after earnings growth, and earnings growth after returns.

    Parameters
    ----------
    pairs : mapping of question to (returns, growth)
        Monthly log returns, percent, and growth by the month in which it was known.
    years : DataFrame
        As from `table_calendar_years`.
    horizon : int
        Months over which returns are summed.

    Returns
    -------
    DataFrame
        A row a question: ``slope`` for ten points of growth with its 95 % interval, p-values of `stats.hodrick_1b`
        and `stats.ivx`, out-of-sample R2 (percent), smallest detectable slope, independent observations.

    Notes
    -----
    The Granger-type rows are yearly and do not overlap: next year's value on this year's value of both variables,
    HAC errors with one lag. Exploratory: no verdict rests on it.
    """
    rows = {name: _predict(*pair, horizon) for name, pair in pairs.items()}
    rows["S&P 500 earnings growth after S&P 500 return"] = _granger(years, "growth", "market")
    rows["S&P 500 return after S&P 500 earnings growth, yearly"] = _granger(
        years, "market", "growth"
    )
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("question")


def table_by_sign(years: pd.DataFrame) -> pd.DataFrame:
    """Mean return of calendar years by the sign of that year's earnings growth, and of the years after.

    Parameters
    ----------
    years : DataFrame
        As from `table_calendar_years`.

    Returns
    -------
    DataFrame
        ``market``, ``relative``, ``market after``, ``relative after`` (log percent) and the number of ``years``, by
        whether earnings fell or rose.
    """
    returns = years[["market", "relative"]]
    table = returns.join(returns.shift(-1).add_suffix(" after"))
    falling = years["growth"] < 0
    parts = {FELL: table[falling], ROSE: table[~falling]}
    means = pd.DataFrame({name: part.mean() for name, part in parts.items()}).T
    return means.assign(years=[len(part) for part in parts.values()])


def find_recoveries(growth: pd.Series) -> pd.PeriodIndex:
    """Months in which known growth turned from at least `RECOVERY` months of falling earnings to rising ones."""
    fell = (growth < 0).rolling(RECOVERY).sum().shift(1) == RECOVERY
    return pd.PeriodIndex(growth.index[fell & (growth >= 0)])


def estimate_recoveries(relative: pd.Series, growth: pd.Series, horizon: int) -> Recoveries:
    """Relative return over the months after each recovery of earnings.

    Raises
    ------
    NotKnown
        When fewer than three recoveries have that many months behind them.
    """
    inside = [month for month in find_recoveries(growth) if month in relative.index[:-horizon]]
    if len(inside) < FEWEST_EVENTS:
        raise NotKnown("Fewer than three recoveries were known at this date.")
    return Recoveries(stats.circular_shift_test(relative, inside, horizon))


def _predict(returns: pd.Series, growth: pd.Series, horizon: int) -> dict[str, float]:
    both = pd.concat([returns, growth / 10], axis=1).dropna()
    y, x = both.iloc[:, 0], both.iloc[:, 1]
    slope = stats.hodrick_1b(y, x, horizon)
    history = min(MIN_HISTORY, len(both) // 2)
    return {
        "slope": slope.estimate,
        "ci_low": slope.ci_low,
        "ci_high": slope.ci_high,
        "p_hodrick": slope.p,
        "p_ivx": float(stats.ivx(y, x, horizon).p_each.iloc[0]),
        "oos_r2": 100 * stats.oos_r2(y, x, horizon, history).r2,
        "mde": stats.minimum_detectable_effect(slope.se),
        "n_effective": slope.n_effective,
    }


def _granger(years: pd.DataFrame, effect: str, cause: str) -> dict[str, float]:
    import statsmodels.api as sm

    before = years.iloc[:-1]
    design = sm.add_constant(pd.DataFrame({"own": before[effect], "cause": before[cause] / 10}))
    fit = sm.OLS(years[effect].to_numpy()[1:], design).fit(
        cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True}, use_t=True
    )
    low, high = fit.conf_int().loc["cause"]
    return {
        "slope": fit.params["cause"],
        "ci_low": low,
        "ci_high": high,
        "p_hodrick": fit.pvalues["cause"],
        "p_ivx": np.nan,
        "oos_r2": np.nan,
        "mde": stats.minimum_detectable_effect(fit.bse["cause"], df=fit.df_resid),
        "n_effective": float(len(before)),
    }
