"""Figures behind the bank claims, each read once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.data import recorded
from helpers.topics.banks.margins import GROUPS, quarterly_rates
from helpers.topics.banks.mergers import COUNTS, REASONS, VALUES
from helpers.topics.banks.reported import NAMED, OWN_MARGIN
from helpers.topics.common.industries import IndustryInputs

MARKET_VALUE, MEMBER = "market value", "member of the S&P 500 since"
BREAKPOINT = "Russell 1000/2000 breakpoint"


@dataclass(frozen=True)
class BankInputs(IndustryInputs):
    """Returns, margins, loans and quotations known at the date of ``info``; reading one records its source."""

    @recorded
    def decisions(self) -> pd.DataFrame:
        """Announced changes of the target."""
        return self.info.fomc_decisions()

    @recorded
    def rates(self) -> pd.DataFrame:
        """Short rate, long rate and slope by quarter, see `quarterly_rates`."""
        return quarterly_rates(self.series("tbill_3m"), self.series("treasury_10y"))

    @recorded
    def margins_by_size(self) -> pd.DataFrame:
        """Margins of call reports, percent, by quarter; a column for each of `GROUPS`."""
        return pd.DataFrame({group: self.series(name) for group, name in GROUPS.items()})

    @recorded
    def profile(self) -> pd.DataFrame:
        """Margins of the quarterly profile as quoted, one a row."""
        return self.info.table("bank_margins_quarterly")

    @recorded
    def own_margins(self) -> pd.DataFrame:
        """Margins that KeyCorp and Huntington reported, one quotation a row."""
        return self.info.quoted(OWN_MARGIN, NAMED)

    @recorded
    def market_values(self) -> pd.DataFrame:
        """Market values of the two, one quotation a row."""
        return self.info.quoted(MARKET_VALUE, NAMED)

    @recorded
    def memberships(self) -> pd.DataFrame:
        """Since when each is a member of the S&P 500, one quotation a row."""
        return self.info.quoted(MEMBER, NAMED)

    @recorded
    def breakpoints(self) -> pd.DataFrame:
        """Market value that parts the Russell 1000 from the Russell 2000, one quotation a row."""
        return self.info.quoted(BREAKPOINT)

    @recorded
    def deals(self) -> pd.DataFrame:
        """Announced bank mergers, counted, one quotation a row."""
        return self.info.quoted(COUNTS)

    @recorded
    def deal_values(self) -> pd.DataFrame:
        """Announced bank mergers, billion dollars, one quotation a row."""
        return self.info.quoted(VALUES)

    @recorded
    def deal_reasons(self) -> pd.DataFrame:
        """Reasons that pages name for the deals."""
        return self.info.quoted(REASONS)
