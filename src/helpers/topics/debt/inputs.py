"""Inputs of the interest bill model known at a date: ranges with their origin, balance sheets, rate changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers.topics.common.ranges import Range
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.debt.interest_bill import BalanceSheet
from helpers.topics.debt.who_floats import (
    CUTS,
    FLOATING,
    TWO_SE,
    row_of_rank,
)

if TYPE_CHECKING:
    from helpers.data import Information

VINTAGES = range(4, 9)  # years before today in which the fixed debt that matures now was issued
GIVEN = "given by the reader"

#: Inputs of the model, in the order in which tables show them, with their units.
UNITS = {
    "floating_share": "percent of debt",
    "pass_through": "percent of the cut",
    "hedge_share": "percent of floating debt",
    "maturity_share": "percent of fixed debt a year",
    "coupon_reset": "percentage points",
    "cash_loading": "percent of the cut",
    "tax": "percent",
    "effective_rate": "percent of debt",
}


def small_cap_ranges(
    info: Information,
    *,
    floating_share: Sequence[float],
    pass_through: Sequence[float],
    hedge_share: Sequence[float],
    maturity_share: Sequence[float],
    coupon_reset: Sequence[float],
    tax: Sequence[float],
) -> dict[str, Range]:
    """Ranges of all inputs for small caps; an empty sequence asks for what was known at the date.

    Raises
    ------
    NotKnown
        When a range was neither given nor known.
    """
    share = _given(floating_share) or published_range(info, FLOATING, "small")
    hedges = Range(*hedge_share, "assumption: no published figure was found")
    return {
        "floating_share": share,
        "pass_through": _given(pass_through) or implied_pass_through(info, share.mid, hedges.mid),
        "hedge_share": hedges,
        "maturity_share": _given(maturity_share) or maturities(info),
        "coupon_reset": _given(coupon_reset) or coupon_resets(info),
        "cash_loading": cash_loadings(info, SMALL_RANKS),
        "tax": Range(
            *tax,
            "assumption: zero where losses carried forward or section 163(j) bind, to federal plus state",
        ),
        "effective_rate": published_range(info, "effective interest rate on debt", "Russell 2000"),
    }


def large_cap_ranges(
    info: Information, small: dict[str, Range], floating_share: Sequence[float]
) -> dict[str, Range]:
    """The same inputs for large caps: own floating share, maturities, cash loading and rate, the rest as small."""
    pace = info.published("debt due within 5 years", "S&P 500").mid / 5.0
    rate = published_range(info, "effective interest rate on debt", "S&P 500")
    return {
        **small,
        "floating_share": _given(floating_share) or published_range(info, FLOATING, "large"),
        "maturity_share": Range(pace, pace, pace, "a fifth of S&P 500 debt due within five years"),
        "cash_loading": cash_loadings(info, LARGE_RANKS),
        "effective_rate": rate,
    }


def published_range(info: Information, metric: str, group: str) -> Range:
    """Lowest, median and highest published figure known at the date."""
    found = info.published(metric, group)
    return Range(
        found.low, found.mid, found.high, "published: " + "; ".join(dict.fromkeys(found.sources))
    )


def implied_pass_through(info: Information, floating_share: float, hedge_share: float) -> Range:
    """Part of a rate change that reached unhedged floating debt, percent: loadings of filings over its share of debt.

    From the one cutting phase filings cover (low) to the hikes of 2022-23 (high, at most all), their mean between.
    Loadings are gross of cash; that of the cuts is net in the filings, so the interest that cash lost is added back.
    """
    gross = info.table("passthrough_gross_vs_cash")
    same_firms = info.table("passthrough_same_firm")
    hikes = row_of_rank(gross, "bucket", SMALL_RANKS, bucketing="market_cap_rank")
    cuts = row_of_rank(same_firms[same_firms["episode"].str.startswith(CUTS)], "rank", SMALL_RANKS)
    cash = -hikes["cash_loading"] * hikes["median_cash_to_debt"]
    unhedged = floating_share / 100.0 * (1.0 - hedge_share / 100.0)
    low, high = (
        min(100.0, 100.0 * one / unhedged)
        for one in (cuts["median"] + cash, hikes["gross_debt_loading"])
    )
    return Range(
        low,
        (low + high) / 2.0,
        high,
        "filings: loading in cuts to loading in hikes, over the unhedged floating share",
    )


def maturities(info: Information) -> Range:
    """Fixed debt that matures a year, percent: from the pace of S&P 500 debt to that of all Russell 2000 debt.

    Small-cap loans float and fall due before bonds, so the fixed part matures more slowly than the whole.
    """
    slow, fast = (
        info.published("debt due within 5 years", group).mid / 5.0
        for group in ("S&P 500", "Russell 2000")
    )
    return Range(
        slow,
        (slow + fast) / 2.0,
        fast,
        "a fifth of the debt due within five years, S&P 500 to Russell 2000",
    )


def five_year_yield(info: Information) -> pd.Series:
    """Mean of the two- and ten-year Treasury yields, percent: a stand-in for the maturity small caps issue at."""
    yields = (info.load("treasury_2y") + info.load("treasury_10y")) / 2.0
    return yields.dropna().rename("five-year yield")


def coupon_resets(info: Information, month: pd.Period | None = None) -> Range:
    """New less old coupon of fixed debt that matures in a month, percentage points, at an unchanged spread.

    That month's five-year yield less its average in each year in which such debt was issued, four to eight years
    back. None takes the last month known.
    """
    yields = five_year_yield(info)
    yields = yields if month is None else yields[yields.index <= month]
    yearly = yields.rolling(12).mean()
    resets = [float(yields.iloc[-1] - yearly.iloc[-1 - 12 * back]) for back in VINTAGES]
    low, mid, high = min(resets), sum(resets) / len(resets), max(resets)
    return Range(
        low,
        mid,
        high,
        f"Treasury yields of {yields.index[-1]} less those four to eight years earlier",
    )


def cash_loadings(info: Information, rank: str) -> Range:
    """Part of a rate change that reached interest on cash, percent, with two standard errors about it."""
    row = row_of_rank(
        info.table("passthrough_gross_vs_cash"), "bucket", rank, bucketing="market_cap_rank"
    )
    mid, width = -100.0 * row["cash_loading"], 100.0 * TWO_SE * row["cash_se"]
    return Range(
        max(mid - width, 0.0),
        mid,
        mid + width,
        f"filings, market-cap ranks {rank}, two standard errors",
    )


def profitable_sheet(info: Information, rank: str) -> BalanceSheet:
    """Debt, cash and net income of the profitable firms of a rank, last fiscal year known."""
    table = info.table("eps_uplift")
    row = table[table["rank"] == rank].iloc[0]
    return BalanceSheet(
        group=f"ranks {rank}, profitable firms",
        debt=float(row["debt_bn"]),
        cash=float(row["cash_bn"]),
        net_income=float(row["net_income_bn"]),
        firms=float(row["profitable_firms"]),
    )


def exposures(info: Information, rank: str) -> pd.Series:
    """The last known row of the exposures of a rank: debt, cash, interest, income, shares of loss-makers."""
    table = info.table("exposures_by_rank")
    return table[table["rank"] == rank].sort_values("fiscal_year").iloc[-1]


def all_firms_sheet(info: Information, rank: str) -> BalanceSheet:
    """Debt, cash and net income of all firms of a rank, losses included, last fiscal year known."""
    row = exposures(info, rank)
    return BalanceSheet(
        group=f"ranks {rank}, all firms",
        debt=float(row["debt_bn"]),
        cash=float(row["cash_bn"]),
        net_income=float(row["net_income_bn"]),
        firms=float(row["firms"]),
    )


def average_rates(
    info: Information, year: int | None = None, lag_months: int = 0
) -> tuple[float, float]:
    """Average funds rate of the year before and of the year, the last known month held on.

    Parameters
    ----------
    year : int, optional
        The year of ``as_of`` when None.
    lag_months : int
        Months by which the bill follows the policy rate: both windows move back by as many.
    """
    funds = info.load("fed_funds").dropna()
    year = info.as_of.year if year is None else year
    months = pd.period_range(f"{year - 1}-01", f"{year}-12", freq="M") - lag_months
    path = funds.reindex(months).fillna(float(funds.iloc[-1])).to_numpy()
    return float(path[:12].mean()), float(path[12:].mean())


def _given(values: Sequence[float]) -> Range | None:
    return Range(*values, GIVEN) if values else None
