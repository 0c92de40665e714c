"""Inputs of the interest bill model known at a date: ranges with their origin, balance sheets, rate changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers.topics.interest_bill import BalanceSheet
from helpers.topics.uncertainty import Range
from helpers.topics.who_floats import CUTS, FLOATING, HIKES, LARGE_RANKS, SMALL_RANKS, loading, table_pass_through

if TYPE_CHECKING:
    from helpers.data import Information

VINTAGES = range(4, 9)  # years before today in which the fixed debt that matures now was issued
TWO_SE = 1.96
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
    DataError
        When a range was neither given nor known.
    """
    share = _given(floating_share) or published_range(info, FLOATING, "small")
    return {
        "floating_share": share,
        "pass_through": _given(pass_through) or implied_pass_through(info, share.mid),
        "hedge_share": Range(*hedge_share, "assumption: no published figure was found"),
        "maturity_share": _given(maturity_share) or maturities(info),
        "coupon_reset": _given(coupon_reset) or coupon_resets(info),
        "cash_loading": cash_loadings(info, SMALL_RANKS),
        "tax": Range(*tax, "assumption: zero where losses carried forward or section 163(j) bind, to federal plus state"),
        "effective_rate": published_range(info, "effective interest rate on debt", "Russell 2000"),
    }


def large_cap_ranges(info: Information, small: dict[str, Range], floating_share: Sequence[float]) -> dict[str, Range]:
    """The same inputs for large caps: their own floating share, maturities, cash loading and rate, the rest as small."""
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
    return Range(found.low, found.mid, found.high, "published: " + "; ".join(dict.fromkeys(found.sources)))


def implied_pass_through(info: Information, floating_share: float) -> Range:
    """Part of a rate change that reached floating debt: loadings of filings over the published share, percent.

    From the one cutting phase filings cover (low) to the hikes of 2022-23 (high, at most all), their mean between.
    """
    table = table_pass_through(info)
    cuts = loading(table, CUTS, "same firms, median", SMALL_RANKS)
    hikes = loading(table, HIKES, "quarterly, gross of cash", SMALL_RANKS)
    if cuts is None or hikes is None:
        info.table("passthrough_same_firm")  # raises with the date from which they are known
        info.table("passthrough_gross_vs_cash")
    low, high = (min(100.0, 100.0 * one / floating_share) for one in (cuts, hikes))
    return Range(low, (low + high) / 2.0, high, "filings: loading in cuts to loading in hikes, over the floating share")


def maturities(info: Information) -> Range:
    """Fixed debt that matures a year, percent: from the pace of S&P 500 debt to that of all Russell 2000 debt.

    Small-cap loans float and fall due before bonds, so the fixed part matures more slowly than the whole.
    """
    slow, fast = (info.published("debt due within 5 years", group).mid / 5.0 for group in ("S&P 500", "Russell 2000"))
    return Range(slow, (slow + fast) / 2.0, fast, "a fifth of the debt due within five years, S&P 500 to Russell 2000")


def five_year_yield(info: Information) -> pd.Series:
    """Mean of the two- and ten-year Treasury yields, percent: a stand-in for the maturity small caps issue at."""
    yields = (info.load("treasury_2y") + info.load("treasury_10y")) / 2.0
    return yields.dropna().rename("five-year yield")


def coupon_resets(info: Information) -> Range:
    """New less old coupon of fixed debt that matures now, percentage points, at an unchanged spread.

    Today's five-year yield less its average in each year in which such debt was issued, four to eight years back.
    """
    yields = five_year_yield(info)
    yearly = yields.rolling(12).mean()
    resets = [float(yields.iloc[-1] - yearly.iloc[-1 - 12 * back]) for back in VINTAGES]
    low, mid, high = min(resets), sum(resets) / len(resets), max(resets)
    return Range(low, mid, high, f"Treasury yields of {yields.index[-1]} less those four to eight years earlier")


def cash_loadings(info: Information, rank: str) -> Range:
    """Part of a rate change that reached interest on cash, percent, with two standard errors about it."""
    table = info.table("passthrough_gross_vs_cash")
    row = table[(table["bucketing"] == "market_cap_rank") & (table["bucket"] == rank)].iloc[0]
    mid, width = -100.0 * row["cash_loading"], 100.0 * TWO_SE * row["cash_se"]
    return Range(max(mid - width, 0.0), mid, mid + width, f"filings, market-cap ranks {rank}, two standard errors")


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


def average_rates(info: Information) -> tuple[float, float]:
    """Average funds rate of the year before ``as_of`` and of its own year, the last known month held to December."""
    funds = info.load("fed_funds").dropna()
    year = info.as_of.year
    months = pd.period_range(f"{year}-01", f"{year}-12", freq="M")
    path = funds.reindex(months).fillna(float(funds.iloc[-1]))
    return float(funds[funds.index.year == year - 1].mean()), float(path.mean())


def _given(values: Sequence[float]) -> Range | None:
    return Range(*values, GIVEN) if values else None
