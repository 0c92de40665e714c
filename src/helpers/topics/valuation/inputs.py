"""Figures behind the valuation claims, each read once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.data import recorded
from helpers.topics.common.pairs import PairInputs
from helpers.topics.valuation.loss_makers import MEASURES
from helpers.topics.valuation.multiples import BOOK_AND_SALES
from helpers.topics.valuation.ratios import AVERAGES, BASES, STATED


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
    def stated_averages(self) -> pd.DataFrame:
        """Their long-term averages, one quotation a row."""
        return self.info.quoted(AVERAGES)

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
