"""Figures behind the score, each read once: what was known then, and the same as it is known by the later date."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BMonthEnd

from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown
from helpers.topics.common.leads import is_month_end
from helpers.topics.common.pairs import PairInputs, log_return
from helpers.topics.common.weight import carries_weight, is_first_hand
from helpers.topics.debt.inputs import DebtInputs
from helpers.topics.earnings.inputs import EarningsInputs

if TYPE_CHECKING:
    from helpers.data import Information

MARKET = "spy"
#: The funds of which single price returns are quoted, where their months are not carried yet.
QUOTED = {"iwm": "Russell 2000 ETF (IWM)", "spy": "S&P 500 ETF (SPY)"}
PRICE_RETURN = "price return"
BLENDED = "quarterly EPS growth, blended"


@dataclass(frozen=True)
class SinceInputs:
    """Figures known at the date of ``info``; reading one records its source."""

    info: Information

    @cached_property
    def pairs(self) -> PairInputs:
        return PairInputs(self.info)

    @cached_property
    def earnings(self) -> EarningsInputs:
        return EarningsInputs(self.info)

    @cached_property
    def debt(self) -> DebtInputs:
        return DebtInputs(self.info)

    @recorded_each
    def series(self, name: str) -> pd.Series:
        """One series of the catalog, without its blanks."""
        return self.info.load(name).dropna()

    @recorded
    def decisions(self) -> pd.DataFrame:
        """Announced changes of the target."""
        return self.info.fomc_decisions()

    @recorded
    def meetings(self) -> pd.DataFrame:
        """Meetings of 2026 with what was decided."""
        return self.info.known_rows("fomc_meetings_2026")

    @recorded
    def _moves(self) -> pd.DataFrame:
        """Total returns from the close of a month to that of a named day."""
        moves = self.pairs.market_moves
        return moves[is_month_end(moves["start"])]

    @recorded_each
    def wealth(self, fund: str) -> pd.Series:
        """Log wealth in a fund, percent, at each close from which or to which a return is known.

        Total returns by month and between named days; after the last month, the price alone where its return is quoted.
        """
        months = log_return(self.series(fund)).cumsum().astype(float)
        level = dict(zip(closing_days(months.index), months, strict=True))
        level[closing_days(months.index[:1] - 1)[0]] = 0.0
        known = self._moves[self._moves["ticker"] == fund]
        spans = zip(known["start"], known["end"], known["total_return"], strict=True)
        for first, last, earned in (*spans, *self._price_returns(fund)):
            change = 100 * np.log1p(earned / 100)
            if first in level:
                level.setdefault(last, level[first] + change)
            elif last in level:
                level[first] = level[last] - change
        return pd.Series(level).sort_index().rename(fund)

    def _price_returns(self, fund: str) -> list[tuple[pd.Timestamp, pd.Timestamp, float]]:
        """Quoted price returns of a fund between two days, in order of these."""
        if fund not in QUOTED:
            return []
        rows = self.info.quoted(PRICE_RETURN, QUOTED[fund])
        rows = rows[rows["period"].str.contains("/") & is_first_hand(rows)]
        spans = rows["period"].str.split("/")
        found = [
            (pd.Timestamp(first), pd.Timestamp(last), float(earned))
            for (first, last), earned in zip(spans, rows["figure"], strict=True)
        ]
        return sorted(found)

    @recorded
    def gap(self) -> pd.Series:
        """Log book-to-market of small less large companies, by month."""
        small, large = self.series("book_to_market_small"), self.series("book_to_market_large")
        return (np.log(small) - np.log(large)).dropna()

    @recorded
    def inflation(self) -> pd.Series:
        """Consumer prices over twelve months, percent; months whose pair is missing are left out."""
        return twelve_months(self.series("cpi"))

    @recorded
    def core_inflation(self) -> pd.Series:
        """The same without food and energy."""
        return twelve_months(self.series("core_cpi"))

    @recorded
    def slope(self) -> pd.Series:
        """Ten-year less three-month yield, percentage points."""
        return (self.series("treasury_10y") - self.series("tbill_3m")).dropna()

    @recorded
    def industries(self) -> pd.DataFrame:
        """Log return of each industry, percent a month."""
        return self.info.table("industries_monthly").apply(log_return)

    @recorded
    def industry_margins(self) -> pd.Series:
        """Net interest margin of all insured banks, percent, by quarter."""
        rows = self.info.known_rows("bank_margins_quarterly")
        return by_quarter(rows[rows["bank_group"] == "industry"], "net_interest_margin")

    @recorded_each
    def bank_margins(self, bank: str) -> pd.Series:
        """Net interest margin a bank reported, percent, by quarter."""
        return self._reported("net interest margin (TE/FTE)", bank)

    @recorded_each
    def blended_growth(self, index: str) -> pd.Series:
        """Growth of earnings reported for a quarter, with estimates where results were still to come, percent."""
        return self._reported(BLENDED, index)

    def _reported(self, metric: str, group: str) -> pd.Series:
        rows = self.info.quoted(metric, group)
        return by_quarter(carries_weight(rows)[is_first_hand(carries_weight(rows))], "figure")

    @recorded
    def revisions(self) -> pd.DataFrame:
        """Changes of the level of 2026 estimates since the year began, percent, first hand."""
        rows = self.info.quoted("revision of EPS estimate CY2026, year to date")
        return rows[is_first_hand(rows)]


def closing_days(months: pd.Index) -> pd.DatetimeIndex:
    """Last business day of each month."""
    return pd.PeriodIndex(months).to_timestamp() + BMonthEnd()


def period_ends(periods: pd.Index) -> pd.DatetimeIndex:
    """Last day of each period."""
    return pd.PeriodIndex(periods).to_timestamp(how="end").normalize()


def twelve_months(prices: pd.Series) -> pd.Series:
    """Change over the same month a year before, percent, by the calendar and not by rows.

    Examples
    --------
    >>> prices = pd.Series([100.0, 104.0], pd.PeriodIndex(["2025-08", "2026-08"], freq="M"))
    >>> twelve_months(prices).round(1).tolist()
    [4.0]
    """
    before = prices.copy()
    before.index = before.index + 12
    return (100 * (prices / before - 1)).dropna()


def by_quarter(rows: pd.DataFrame, column: str) -> pd.Series:
    """The last figure known for each quarter, quarters in order; rows of other periods are left out."""
    quarters = rows[rows["period"].str.fullmatch(r"\d{4}Q[1-4]")]
    if quarters.empty:
        raise NotKnown("No quarter was known at this date.")
    last = quarters.sort_values("known", kind="stable").drop_duplicates("period", keep="last")
    found = last.set_index("period")[column].astype(float)
    return found.set_axis(pd.PeriodIndex(found.index, freq="Q")).sort_index()
