"""Figures behind the debt claims, each read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data import recorded
from helpers.topics.common.pairs import PairInputs
from helpers.topics.debt.rate_response import LABELS

if TYPE_CHECKING:
    from helpers.data import Information, Published

FLOATING = "floating share of total debt"
DUE = "debt due within 5 years"
RATE = "effective interest rate on debt"
FIVE_YEAR_HIT = "five-year hit to operating earnings from net interest"


@dataclass(frozen=True)
class DebtInputs:
    """Publications, filings, rates and returns known at the date of ``info``; reading one records its source.

    A figure that came later raises `NotKnown` where it is read.
    """

    info: Information

    # --- publications

    @recorded
    def floating_shares(self) -> pd.DataFrame:
        """Every quotation of a floating share, none where all came later."""
        return self.info.quoted(FLOATING)

    @recorded
    def floating_small(self) -> Published:
        """Floating share of small-cap debt, percent."""
        return self.info.published(FLOATING, "small")

    @recorded
    def floating_large(self) -> Published:
        """Floating share of large-cap debt, percent."""
        return self.info.published(FLOATING, "large")

    @recorded
    def due_small(self) -> Published:
        """Debt of the Russell 2000 due within five years, percent of it."""
        return self.info.published(DUE, "Russell 2000")

    @recorded
    def due_large(self) -> Published:
        """Debt of the S&P 500 due within five years, percent of it."""
        return self.info.published(DUE, "S&P 500")

    @recorded
    def rate_small(self) -> Published:
        """Interest over debt of the Russell 2000, percent."""
        return self.info.published(RATE, "Russell 2000")

    @recorded
    def rate_large(self) -> Published:
        """Interest over debt of the S&P 500, percent."""
        return self.info.published(RATE, "S&P 500")

    @recorded
    def board_extra_interest(self) -> Published:
        """What the Board's staff expected of a rise of rates in 2017, USD bn a year."""
        return self.info.published("extra interest payments, rise to 3% by 2019")

    @recorded
    def board_loans(self) -> Published:
        """Loans of nonfinancial corporations in that exercise, USD tn."""
        return self.info.published("loans outstanding")

    @recorded
    def board_variable_loans(self) -> Published:
        """Their share at variable rates, percent."""
        return self.info.published("variable-rate share of corporate loans")

    @recorded
    def board_fixed_bonds(self) -> Published:
        """Share of bonds at fixed rates, percent."""
        return self.info.published("fixed-rate share of corporate bonds")

    @recorded
    def board_loans_due(self) -> Published:
        """Loans due by the end of 2020, percent of them."""
        return self.info.published("loans maturing before end 2020")

    @recorded
    def board_bonds_due(self) -> Published:
        """Bonds due by the end of 2020, percent of them."""
        return self.info.published("fixed-rate bonds maturing before end 2020")

    @recorded
    def bank_sensitivity(self) -> Published:
        """Change of operating earnings with a rise by 25 basis points, percent of them."""
        return self.info.published("operating-earnings sensitivity to +25bp", "Russell 2000")

    @recorded
    def bank_hit_without_cuts(self) -> Published:
        """Fall of operating earnings over five years from net interest, percent of them."""
        return self.info.published(f"{FIVE_YEAR_HIT}, no cuts", "Russell 2000")

    @recorded
    def bank_hit_with_cuts(self) -> Published:
        """The same with cuts of a percentage point."""
        return self.info.published(f"{FIVE_YEAR_HIT}, 100bp of cuts", "Russell 2000")

    @recorded
    def earnings_growth_2023(self) -> Published:
        """Growth of Russell 2000 earnings in 2023, percent."""
        return self.info.published("EPS growth CY2023", "Russell 2000")

    # --- filings

    @recorded
    def gross_loadings(self) -> pd.DataFrame:
        """Response of the interest rate on debt and of that on cash in the hikes, by rank."""
        return _by_rank(self.info.table("passthrough_gross_vs_cash"))

    @recorded
    def net_loadings(self) -> pd.DataFrame:
        """Response of net interest over debt in the hikes, by rank, all firms."""
        table = _by_rank(self.info.table("passthrough_quarterly"))
        return table[table["sample"] == "all"]

    @recorded
    def same_firms(self) -> pd.DataFrame:
        """Response of net interest over debt between two fiscal years, by rank; ``phase`` hikes or cuts."""
        table = self.info.table("passthrough_same_firm")
        return table.assign(phase=table["episode"].str.split().str[0])

    @recorded
    def effective_rates(self) -> pd.DataFrame:
        """Net interest over debt by quarter, percent, with the number of firms that had reported."""
        return self.info.table("effective_net_rate_quarterly")

    @recorded
    def uplifts(self) -> pd.DataFrame:
        """Balance sheets of profitable firms by rank, and what a cut was worth to them by others' arithmetic."""
        return self.info.table("eps_uplift")

    @recorded
    def exposures(self) -> pd.DataFrame:
        """Balance sheets and interest of all firms by rank and fiscal year."""
        return self.info.table("exposures_by_rank")

    # --- national and financial accounts

    @recorded
    def net_interest(self) -> pd.Series:
        """Net interest of domestic corporate business, USD bn a year, quarterly."""
        return self.info.load("net_interest")

    @recorded
    def corporate_debt(self) -> pd.Series:
        """Debt of nonfinancial corporate business, USD million, quarterly."""
        return self.info.load("corporate_debt")

    @recorded
    def ebitda_multiple(self) -> Published:
        """Net debt over EBITDA of the Russell 2000."""
        return self.info.published("net debt / EBITDA", "Russell 2000")

    # --- rates and returns

    @recorded
    def decisions(self) -> pd.DataFrame:
        """Announced changes of the target."""
        return self.info.fomc_decisions()

    @recorded
    def funds(self) -> pd.Series:
        """Effective funds rate, percent, monthly."""
        return self.info.load("fed_funds")

    @recorded
    def five_year_yield(self) -> pd.Series:
        """Mean of the two- and ten-year Treasury yields, percent: a stand-in for the maturity small caps issue at."""
        yields = (self.info.load("treasury_2y") + self.info.load("treasury_10y")) / 2.0
        return yields.dropna().rename("five-year yield")

    @recorded
    def bill_rate(self) -> pd.Series:
        """Three-month Treasury bill rate, percent, monthly."""
        return self.info.load("tbill_3m")

    @recorded
    def relative_returns(self) -> dict[str, pd.Series]:
        """Log total return of small less large companies by pair, percent a month."""
        pairs = PairInputs(self.info)
        return {pair: pairs.relative(pair) for pair in LABELS}


def _by_rank(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table of filings that are told apart by market-value rank."""
    chosen = table[table["bucketing"] == "market_cap_rank"]
    return chosen.drop(columns="bucketing").rename(columns={"bucket": "rank"})
