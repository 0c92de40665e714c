"""Figures behind the history claims, each read once."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.data import recorded, recorded_each
from helpers.topics.common.pairs import PairInputs

# What publications found on the list of the Nifty Fifty as a whole. The table of its single stocks is cut off and
# sorted by outcome: nothing is estimated from it.
LIST_FINDINGS = (
    "terminal wealth of Terrific 24 vs S&P 500, end-1972 to end-2001",
    "Nifty Fifty members beating S&P 500 over 25 years",
    "$1 from start 1971 to mid-1995",
)


@dataclass(frozen=True)
class HistoryInputs(PairInputs):
    """Returns, macro series and published lists known at the date of ``info``; reading one records its source."""

    @recorded_each
    def as_released(self, name: str) -> pd.Series:
        """A revised series as its first releases gave it, see `helpers.data.as_released`."""
        return self.info.as_released(name)

    @recorded
    def first_cuts(self) -> pd.DataFrame:
        """First cuts of the Federal Reserve as Neuberger Berman lists them, the oldest first."""
        return self.info.published("start of Fed easing cycle").rows

    @recorded
    def decisions(self) -> pd.DataFrame:
        """Announced changes of the federal funds target."""
        return self.info.fomc_decisions()

    @recorded
    def recessions(self) -> pd.DataFrame:
        """Peaks and troughs of business cycles, with the days they were announced."""
        return self.info.recessions()

    @recorded
    def exposures(self) -> pd.DataFrame:
        """Losses by market-value rank and fiscal year."""
        return self.info.table("exposures_by_rank")

    @recorded
    def list_findings(self) -> pd.DataFrame:
        """Published findings on the Nifty Fifty, in the order of ``LIST_FINDINGS``."""
        rows = self.info.quoted(LIST_FINDINGS)
        return rows.sort_values(
            "metric", key=lambda metrics: metrics.map(LIST_FINDINGS.index), kind="stable"
        )
