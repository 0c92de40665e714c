"""Figures behind the policy claims, each read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data import recorded
from helpers.topics.common.industries import IndustryInputs
from helpers.topics.debt.inputs import DebtInputs

if TYPE_CHECKING:
    from helpers.data import Published

RATE = "deduction for qualified business income, rate"
TERM = "deduction for qualified business income, term"
ACT = "act of 2025"
WHO = "who may take the deduction"
COST = "cost of a tax provision, ten years"
TAX_SAVED = "tax saved by the interest limit on EBITDA"
COUNT = "deregulatory actions counted"
FINAL_RULES = "final rules that affect small firms"
PRESENT_VALUE, A_YEAR, UNSTATED = SAVINGS = (
    "regulatory savings, present value",
    "regulatory savings, a year",
    "regulatory savings, basis not stated",
)
SALES = "sales of companies in the United States"
TAXES, RULES = "act on taxes", "act on rules"
INDEX = "Russell 2000"


@dataclass(frozen=True)
class PolicyInputs(IndustryInputs):
    """Laws, official counts and sums, balance sheets and returns known at the date of ``info``."""

    # --- the act

    @recorded
    def rates(self) -> pd.DataFrame:
        """Rate of the deduction under the act, one page a row; none where all came later."""
        return self.info.quoted(RATE, ACT)

    @recorded
    def terms(self) -> pd.DataFrame:
        """Term of the deduction under the act, one page a row."""
        return self.info.quoted(TERM, ACT)

    @recorded
    def who(self) -> pd.DataFrame:
        """Who may take it, by legal form: the text begins with yes or no."""
        return self.info.quoted(WHO)

    @recorded
    def costs(self) -> pd.DataFrame:
        """Revenue lost over ten years by provision, USD bn, all taxpayers."""
        return self.info.quoted(COST)

    @recorded
    def broker_saving(self) -> pd.DataFrame:
        """Tax that a broker found the new limit on interest to save small caps, firm by firm, USD bn a year."""
        return self.info.quoted(TAX_SAVED, INDEX)

    @recorded
    def acts(self) -> pd.DataFrame:
        """Dated acts on taxes and on rules, one a row."""
        return self.info.quoted([TAXES, RULES])

    # --- counts and sums of rules

    @recorded
    def counts(self) -> pd.DataFrame:
        """Deregulatory actions and final rules as counted officially, one count a row."""
        return self.info.quoted([COUNT, FINAL_RULES])

    @recorded
    def savings(self) -> pd.DataFrame:
        """Savings by lighter rules as stated officially, USD bn, one statement a row; ``group`` says whose."""
        return self.info.quoted(list(SAVINGS))

    @recorded
    def sales_of_all(self) -> Published:
        """Sales of all companies from operations in the United States, USD bn a year."""
        return self.info.published(SALES, "all companies")

    @recorded
    def sales_of_small_firms(self) -> Published:
        """The same of companies with 1 to 249 employees."""
        return self.info.published(SALES, "1 to 249 employees")

    # --- companies

    @cached_property
    def debt(self) -> DebtInputs:
        """Balance sheets and interest, as notebook 01 reads them."""
        return DebtInputs(self.info)

    @recorded
    def corporate_profits(self) -> pd.Series:
        """Profits after tax of all corporations, USD bn a year, quarterly."""
        return self.info.load("corporate_profits_after_tax")

    @recorded
    def consensus(self) -> pd.DataFrame:
        """Next quarter's consensus of the members of both indices by day."""
        return self.info.table("consensus_pe")

    @recorded
    def price_to_sales(self) -> Published:
        """Price over sales of the Russell 2000."""
        return self.info.published("price / sales", INDEX)

    # --- returns

    @recorded
    def days(self) -> pd.DataFrame:
        """``mkt_rf`` and ``smb`` by trading day, percent."""
        return self.info.table("factors_daily").set_index("price_date")[["mkt_rf", "smb"]]
