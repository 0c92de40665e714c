"""Balance sheets of nonfinancial firms by market-value rank, as their annual reports have them."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.topics.common.ranks import row_of_rank


@dataclass(frozen=True, kw_only=True)
class DebtAndCash:
    """What a group of firms owes and holds, USD bn or in proportion."""

    group: str
    debt: float
    cash: float


#: A unit of debt, for answers in percent of it.
HUNDRED_OF_DEBT = DebtAndCash(group="one hundred of debt", debt=100.0, cash=0.0)


@dataclass(frozen=True, kw_only=True)
class BalanceSheet(DebtAndCash):
    """Debt, cash and net income of a group of firms, USD bn, and their number."""

    net_income: float
    firms: int


def profitable_firms(uplifts: pd.DataFrame, rank: str) -> BalanceSheet:
    """The firms of a rank with a positive net income, last fiscal year known.

    Parameters
    ----------
    uplifts : pandas.DataFrame
        Table ``eps_uplift``, in which each shock repeats the balance sheet.
    rank : str
        One of `ranks.RANKS`.
    """
    row = row_of_rank(uplifts.drop_duplicates("rank"), rank)
    return BalanceSheet(
        group=f"ranks {rank}, profitable firms",
        debt=float(row["debt_bn"]),
        cash=float(row["cash_bn"]),
        net_income=float(row["net_income_bn"]),
        firms=int(row["profitable_firms"]),
    )


def all_firms(exposures: pd.DataFrame, rank: str) -> BalanceSheet:
    """All firms of a rank, losses included, last fiscal year known; ``exposures`` as in `last_exposures`."""
    row = last_exposures(exposures, rank)
    return BalanceSheet(
        group=f"ranks {rank}, all firms",
        debt=float(row["debt_bn"]),
        cash=float(row["cash_bn"]),
        net_income=float(row["net_income_bn"]),
        firms=int(row["firms"]),
    )


def last_exposures(exposures: pd.DataFrame, rank: str) -> pd.Series:
    """Debt, cash, interest and income of a rank in the last fiscal year known.

    Parameters
    ----------
    exposures : pandas.DataFrame
        Table ``exposures_by_rank``.
    rank : str
        One of `ranks.RANKS`.
    """
    return row_of_rank(
        exposures.sort_values("fiscal_year").drop_duplicates("rank", keep="last"), rank
    )


def operating_income(exposures: pd.Series) -> float:
    """EBIT, USD bn, from net interest and its share of EBIT."""
    return float(exposures["net_interest_bn"] / exposures["net_interest_pct_of_ebit"] * 100.0)
