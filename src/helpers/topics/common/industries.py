"""The 49 industries, value- and equal-weighted, and the factors they are exposed to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from helpers.data import recorded
from helpers.data.catalog import entry
from helpers.topics.common.pairs import PairInputs

FACTORS = ("mkt_rf", "smb")  # what a return is held against, beside the bill rate
VALUE_WEIGHTED, EQUAL_WEIGHTED = "industries_monthly", "industries_equal_weighted_monthly"


def industry_name(industry: str) -> str:
    """An industry in words.

    Examples
    --------
    >>> industry_name("aero"), industry_name("cnstr")
    ('Aircraft', 'Construction')
    """
    return entry(VALUE_WEIGHTED).columns[industry].meaning.partition(" (")[0]


def average_of(returns: pd.DataFrame, industries: Iterable[str]) -> pd.Series:
    """Mean return of some industries, each counted the same, in the months all of them are known."""
    return returns[list(industries)].mean(axis=1, skipna=False).dropna()


@dataclass(frozen=True)
class IndustryInputs(PairInputs):
    """Industries and factors known at the date of ``info``; reading one records its source.

    Examples
    --------
    >>> from helpers.data import Information
    >>> inputs = IndustryInputs(Information("2026-02-16"))
    >>> inputs.industries.shape[1], inputs.industries.index[-1]
    (49, Period('2025-12', 'M'))
    """

    @recorded
    def industries(self) -> pd.DataFrame:
        """Monthly simple total returns by industry, percent; the large companies of each decide."""
        return self.info.table(VALUE_WEIGHTED)

    @recorded
    def industries_equal_weighted(self) -> pd.DataFrame:
        """The same, each company counted the same: the small ones decide."""
        return self.info.table(EQUAL_WEIGHTED)

    @recorded
    def factors(self) -> pd.DataFrame:
        """Market less bills, small less big and the bill rate, percent a month, in the months all are known."""
        return pd.DataFrame({name: self.series(name) for name in (*FACTORS, "rf")}).dropna()
