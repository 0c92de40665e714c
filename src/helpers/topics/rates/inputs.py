"""Figures behind the rate claims, each read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data import recorded
from helpers.topics.rates.stance import NEUTRAL, latest_estimates, twelve_month_inflation

if TYPE_CHECKING:
    from helpers.data import Information


@dataclass(frozen=True)
class RateInputs:
    """Policy, prices and neutral rates known at the date of ``info``; reading one records its source."""

    info: Information

    @recorded
    def decisions(self) -> pd.DataFrame:
        """Announced changes of the target."""
        return self.info.fomc_decisions()

    @recorded
    def funds(self) -> pd.Series:
        """Effective funds rate, percent, monthly."""
        return self.info.load("fed_funds")

    @recorded
    def inflation(self) -> dict[str, pd.Series]:
        """Inflation over twelve months by price index, percent; core CPI as first released where that is held."""
        return {
            "core PCE": twelve_month_inflation(self.info.load("core_pce")),
            "core CPI": self.info.as_released("core_cpi"),
        }

    @recorded
    def unemployment(self) -> pd.Series:
        """Unemployment rate as first released, percent."""
        return self.info.as_released("unemployment_rate")

    @recorded
    def neutral(self) -> pd.DataFrame:
        """The last neutral real rate of each model."""
        return latest_estimates(self.info.published(NEUTRAL).rows)

    @recorded
    def longer_run_unemployment(self) -> float:
        """The Committee's longer-run unemployment rate, percent."""
        rows = latest_estimates(self.info.published("longer-run unemployment rate").rows)
        return float(rows["value"].iloc[-1])
