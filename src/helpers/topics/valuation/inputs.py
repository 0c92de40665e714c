"""Figures behind the valuation claims, each read once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.data import recorded
from helpers.topics.common.pairs import PairInputs
from helpers.topics.earnings.consensus_error import ConsensusError, estimate_consensus_error
from helpers.topics.earnings.inputs import EarningsInputs
from helpers.topics.valuation.loss_makers import MEASURES
from helpers.topics.valuation.multiples import BOOK_AND_SALES
from helpers.topics.valuation.ratios import BASES, STATED


@dataclass(frozen=True)
class ValuationInputs(PairInputs):
    """Quotations, consensus, book values and returns known at the date of ``info``; reading one records its source."""

    @recorded
    def quoted_multiples(self) -> pd.DataFrame:
        """Forward and trailing multiples of earnings, one quotation a row."""
        return self.info.quoted(quantity=BASES)

    @recorded
    def stated_ratios(self) -> pd.DataFrame:
        """Ratios and premiums of small over large companies quoted as such, one quotation a row."""
        return self.info.quoted(STATED)

    @recorded
    def book_and_sales(self) -> pd.DataFrame:
        """Prices over book value and over sales, one quotation a row."""
        return self.info.quoted(BOOK_AND_SALES)

    @recorded
    def loss_makers(self) -> pd.DataFrame:
        """Shares of companies that lose money, one quotation a row."""
        return self.info.quoted(list(MEASURES))

    @recorded
    def consensus(self) -> pd.DataFrame:
        """Next quarter's consensus of the members of both indices by day; no row before the first day."""
        return self.info.known_rows("consensus_pe")

    @recorded
    def consensus_error(self) -> ConsensusError:
        """By how much start-of-year consensus exceeded what was earned."""
        return estimate_consensus_error(EarningsInputs(self.info).record)

    @recorded
    def long_rate(self) -> float:
        """Yield of ten-year Treasuries in the last month known, percent."""
        return float(self.series("treasury_10y").iloc[-1])
