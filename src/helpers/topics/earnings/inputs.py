"""Figures behind the earnings claims, each read once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers import data
from helpers.data import recorded
from helpers.errors import NotKnown
from helpers.topics.common.pairs import PairInputs, log_return
from helpers.topics.common.weight import carries_weight
from helpers.topics.earnings.consensus import universe_of
from helpers.topics.earnings.consensus_error import RECORD
from helpers.topics.earnings.handoff import OVERTOOK

if TYPE_CHECKING:
    from helpers.data import Information

PAYOFF_PAIR = "lo20_hi20"
EPS_GROWTH, PROFITS = "eps_growth_yoy_pct", "corporate_profits_after_tax"


@dataclass(frozen=True)
class EarningsInputs:
    """Quotations, filings and returns known at the date of ``info``; reading one records its source."""

    info: Information

    @recorded
    def quotations(self) -> pd.DataFrame:
        """Growth of earnings per share as published, percent in ``figure``, in order of the date known.

        ``universe`` is the index, or the kind of companies where a broker names a universe of its own.
        """
        rows = self.info.quoted(quantity="EPS growth")
        if rows.empty:
            raise NotKnown(
                f"No growth of earnings had been published by {self.info.day}; take a later as_of."
            )
        rows = rows.sort_values(["known", "group", "figure"], ignore_index=True)
        return rows.assign(universe=universe_of(rows["group"]))

    @recorded
    def levels(self) -> pd.DataFrame:
        """Earnings per share or index unit as published, USD, without machine-written pages."""
        return carries_weight(self.info.quoted(quantity="EPS"))

    @recorded
    def record(self) -> pd.DataFrame:
        """What was published about the errors of start-of-year consensus, percent of the final earnings."""
        return self.info.quoted(RECORD)

    @recorded
    def statements(self) -> pd.DataFrame:
        """Publications that say in words in which quarter small-cap growth overtook large-cap growth."""
        return carries_weight(self.info.quoted(OVERTOOK))

    @recorded
    def filings(self) -> pd.DataFrame:
        """Net income by fiscal year and rank, all and profitable companies, bn USD."""
        return self.info.table("exposures_by_rank")

    @recorded
    def split(self) -> pd.DataFrame:
        """Net income of the same small companies in two years by definition, transition and driver."""
        return self.info.table("earnings_split")

    @recorded
    def expected(self) -> pd.DataFrame:
        """Consensus for the next quarter by index: net income and losses, bn USD."""
        return self.info.table("consensus_pe")

    @recorded
    def market_return(self) -> pd.Series:
        """S&P 500 total log return, percent a month: price change and a twelfth of the dividend yield."""
        price = log_return(self.info.load("price_return_pct"))
        paid = log_return(self.info.load("dividend_yield_pct") / 12)
        return (price + paid).dropna().rename("S&P 500")

    @recorded
    def relative_return(self) -> pd.Series:
        """Log total return of small less large companies, percent a month."""
        return PairInputs(self.info).relative(PAYOFF_PAIR).rename("small less large")

    @recorded
    def eps_growth(self) -> pd.Series:
        """Growth of S&P 500 earnings over a year, percent, by the month they belong to."""
        return self.info.load(EPS_GROWTH)

    @property
    def months_to_eps(self) -> int:
        """Months until earnings growth was public."""
        return months_until_public(EPS_GROWTH)

    @property
    def months_to_profits(self) -> int:
        """Months until profits were public."""
        return months_until_public(PROFITS)

    @recorded
    def profits(self) -> pd.Series:
        """Corporate profits after tax, by the quarter they belong to."""
        return self.info.load(PROFITS)


def months_until_public(name: str) -> int:
    """Whole months from the end of a period to a month in which its figure was public.

    Examples
    --------
    >>> months_until_public("corporate_profits_after_tax")
    3
    """
    lag = data.catalog()[name].release_lag
    return math.ceil((lag or 0) / 30)
