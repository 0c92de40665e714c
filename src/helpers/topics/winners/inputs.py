"""Figures behind claims W5 to W8, each read once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.data import recorded
from helpers.topics.common.industries import IndustryInputs

BUILDING, JOBS = "manufacturing_construction", "manufacturing_employment"


@dataclass(frozen=True)
class WinnersInputs(IndustryInputs):
    """Industries, factories, acts and funds known at the date of ``info``; reading one records its source."""

    @recorded
    def market(self) -> pd.Series:
        """Total return of all companies by value, percent a month."""
        return (self.factors["mkt_rf"] + self.factors["rf"]).rename("market")

    @recorded
    def acts(self) -> pd.DataFrame:
        """Acts and orders that favour production at home, one a row, the oldest first."""
        return self.info.quoted("act on domestic production").sort_values("period")

    @recorded
    def copies(self) -> pd.DataFrame:
        """Factory building and jobs as they stood at dates of 2026; no row before the first copy."""
        return self.info.known_rows("factory_vintages")
