"""The changes of market rates that an interest bill meets: the cut, the year's average rate, the new coupon."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.rates.decisions import require_cut, since_tightening

VINTAGES = range(4, 9)  # years before today in which the fixed debt that matures now was issued
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Easing:
    """Fall of the policy rate, percentage points.

    ``cut`` is the whole cut that is asked for, ``began`` the day the first one was announced, ``years`` the time
    since; ``average_rates`` are the average funds rates of last year and of this one, percent.
    """

    cut: float
    began: pd.Timestamp
    years: float
    average_rates: tuple[float, float]

    @property
    def growth_cut(self) -> float:
        """Fall of the year's average rate: what a growth rate of earnings sees."""
        before, after = self.average_rates
        return before - after


@dataclass(frozen=True, kw_only=True)
class InterestPaid:
    """Net interest of business from the quarter before the first cut to the last one known.

    ``change`` is that of the amount, ``change_of_rate`` that of the amount over debt, both in percent.
    """

    before: pd.Period
    last: pd.Period
    change: float
    change_of_rate: float

    @property
    def quarters(self) -> int:
        """Quarters from the one before the first cut."""
        return (self.last - self.before).n


def measure_interest_paid(
    interest: pd.Series, debt: pd.Series, began: pd.Timestamp
) -> InterestPaid:
    """Change of interest paid since the easing began.

    Parameters
    ----------
    interest, debt : pandas.Series
        Net interest at an annual rate and debt outstanding, quarterly.
    began : pandas.Timestamp
        Day of the first cut.

    Raises
    ------
    NotKnown
        When no quarter since the first cut was known.
    """
    both = pd.concat([interest, debt], axis=1, keys=["interest", "debt"]).dropna()
    before = began.to_period("Q") - 1
    if both.empty or both.index[-1] <= before:
        raise NotKnown(f"No quarter since the first cut of {began:%B %Y} was known yet.")
    rate = both["interest"] / both["debt"]
    start, last = both.index.get_loc(before), both.index[-1]
    return InterestPaid(
        before=before,
        last=last,
        change=100.0 * float(both["interest"].iloc[-1] / both["interest"].iloc[start] - 1.0),
        change_of_rate=100.0 * float(rate.iloc[-1] / rate.iloc[start] - 1.0),
    )


def measure_easing(
    decisions: pd.DataFrame, funds: pd.Series, day: dt.date, *, cut_bp: float
) -> Easing:
    """The easing known on a day.

    Parameters
    ----------
    decisions : pandas.DataFrame
        As from `helpers.data.fomc_decisions`.
    funds : pandas.Series
        Monthly funds rate, percent.
    day : date
        The day from which we look back.
    cut_bp : float
        Size of the cut, basis points.

    Raises
    ------
    NotKnown
        When no cut had been announced: there was no effect to measure.
    """
    began = require_cut(since_tightening(decisions), day)["announced"].iloc[0]
    return Easing(
        cut=cut_bp / 100.0,
        began=began,
        years=(pd.Timestamp(day) - began).days / DAYS_A_YEAR,
        average_rates=average_rates(funds, day.year),
    )


def average_rates(funds: pd.Series, year: int, lag_months: int = 0) -> tuple[float, float]:
    """Average funds rate of the year before and of the year, the last month known held on.

    Parameters
    ----------
    funds : pandas.Series
        Monthly funds rate, percent.
    year : int
        Calendar year.
    lag_months : int
        Months by which the bill follows the policy rate: both windows move back by as many.

    Examples
    --------
    >>> months = pd.period_range("2025-01", "2026-01", freq="M")
    >>> average_rates(pd.Series([4.0] * 12 + [3.5], index=months), 2026)
    (4.0, 3.5)
    """
    funds = funds.dropna()
    months = pd.period_range(f"{year - 1}-01", f"{year}-12", freq="M") - lag_months
    path = funds.reindex(months).fillna(float(funds.iloc[-1])).to_numpy()
    return float(path[:12].mean()), float(path[12:].mean())


def coupon_resets(yields: pd.Series) -> list[float]:
    """New less old coupon of the fixed debt that matures in the last month, one for each year it was issued in.

    Parameters
    ----------
    yields : pandas.Series
        Five-year yield by month, percent, without gaps.

    Returns
    -------
    list of float
        Percentage points at an unchanged spread: the last month's yield less its average over the twelve months
        that ended so many years ago, for each of `VINTAGES`.
    """
    yearly = yields.rolling(12).mean()
    return [float(yields.iloc[-1] - yearly.iloc[-1 - 12 * back]) for back in VINTAGES]
