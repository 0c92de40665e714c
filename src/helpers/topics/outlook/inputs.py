"""Figures behind the outlook, each read once; what other topics found is asked of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from helpers.data import Published, recorded, recorded_each
from helpers.errors import NotKnown
from helpers.stats.persistence import HalfLife
from helpers.topics import debt, earnings, valuation
from helpers.topics.common.leads import Lead, lead_to_date
from helpers.topics.common.pairs import PairInputs
from helpers.topics.common.ranges import Range
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.debt.balance_sheets import BalanceSheet, profitable_firms
from helpers.topics.earnings.forecast import Forecast

GROWTH_BETA = "EPS sensitivity to +100bp real GDP growth"
NET_MARGIN = "net profit margin expected by end of 2024"
RESULTS_IN = pd.Period("2027-02", "M")  # month in which the last results of 2026 are reported
FORECASTS_STAND = 12  # months: a forecast of 2026 stands until the year is over
FEWEST_MONTHS = 120  # of funds' returns behind a forecast
FORECAST_DRAWS, HALF_LIFE_DRAWS = 4096, 300


@dataclass(frozen=True)
class OutlookInputs(PairInputs):
    """Balance sheets, forecasts, gaps, rates and returns known at the date of ``info``.

    Reading one records its source; a figure that came later raises `NotKnown` where it is read.
    """

    # --- what notebooks 01, 02 and 04 found

    @cached_property
    def debt(self) -> debt.examination.DebtExamination:
        return debt.examine(self.info)

    @cached_property
    def earnings(self) -> earnings.examination.EarningsExamination:
        left = (RESULTS_IN - pd.Period(self.info.day, "M")).n
        return earnings.examine(
            self.info,
            months_left=min(max(left, 1), 12),
            max_age_months=FORECASTS_STAND,
            draws=FORECAST_DRAWS,
        )

    @cached_property
    def valuation(self) -> valuation.examination.ValuationExamination:
        return valuation.examine(self.info, draws=HALF_LIFE_DRAWS)

    @recorded
    def small_ranges(self) -> dict[str, Range]:
        """Range of each input of the interest bill, small caps."""
        return self.debt.small_ranges

    @recorded
    def large_ranges(self) -> dict[str, Range]:
        """The same, large caps."""
        return self.debt.large_ranges

    @recorded
    def small_sheet(self) -> BalanceSheet:
        """Profitable small companies, last fiscal year known."""
        return profitable_firms(self.debt.inputs.uplifts, SMALL_RANKS)

    @recorded
    def large_sheet(self) -> BalanceSheet:
        """Profitable large companies, last fiscal year known."""
        return profitable_firms(self.debt.inputs.uplifts, LARGE_RANKS)

    @recorded_each
    def forecast(self, definition: str) -> Forecast:
        """Growth of both sides in 2026 as published, with the errors of consensus."""
        return self.earnings.forecast_of(definition)

    @recorded
    def profits_and_losses(self) -> tuple[float, float]:
        """Of the Russell 2000, next quarter, both positive, bn USD."""
        return self.earnings.expected_profits_and_losses

    @recorded
    def gap(self) -> pd.Series:
        """Log book-to-market of the smallest less that of the largest fifth; higher: small is cheaper."""
        return self.valuation.gap

    @recorded
    def half_life(self) -> HalfLife:
        """Months until half of a deviation of the gap is gone."""
        return self.valuation.half_life

    # --- rates

    @recorded
    def decisions(self) -> pd.DataFrame:
        """Announced changes of the target."""
        return self.info.fomc_decisions()

    @recorded
    def funds(self) -> pd.Series:
        """Effective funds rate, percent, monthly."""
        return self.series("fed_funds")

    @recorded
    def five_year_yield(self) -> pd.Series:
        """Mean of the two- and ten-year Treasury yields, percent."""
        return self.debt.inputs.five_year_yield

    # --- earnings and margins

    @recorded_each
    def growth_beta(self, group: str) -> Published:
        """Percent of earnings for a point of real growth, as published for an index."""
        return self.info.published(GROWTH_BETA, group)

    @recorded
    def net_margin(self) -> Published:
        """Net margin of the Russell 2000, percent of sales."""
        return self.info.published(NET_MARGIN, "Russell 2000")

    @recorded
    def profit_share(self) -> pd.Series:
        """Corporate profits after tax over gross domestic product, percent, quarterly."""
        share = 100 * self.series("corporate_profits_after_tax") / self.series("gdp")
        return share.dropna().rename("profits after tax over GDP")

    # --- prices

    @recorded_each
    def lead(self, pair: str) -> Lead:
        """Lead of the small fund to the last closing price known.

        Raises
        ------
        NotKnown
            Fewer than ten years of returns.
        """
        lead = lead_to_date(self, pair)
        if len(lead.months) < FEWEST_MONTHS:
            raise NotKnown(
                f"{pair}: {len(lead.months)} months of returns were known; {FEWEST_MONTHS} are needed."
            )
        return lead


def lead_in(months: pd.Series, year: int) -> float:
    """Sum of the monthly relative returns of a year known so far, log percent; 0 where none is."""
    return float(months[pd.PeriodIndex(months.index).year == year].sum())


def normal_range(estimate: float, se: float, origin: str) -> Range:
    """A triangle about an estimate with the variance of its sampling error.

    Examples
    --------
    >>> import numpy as np
    >>> one = normal_range(1.0, 0.1, "a regression")
    >>> round(float(np.var(one.quantile((np.arange(10_000) + 0.5) / 10_000))), 4)
    0.01
    """
    half = math.sqrt(6.0) * float(se)
    return Range(float(estimate) - half, float(estimate), float(estimate) + half, origin)
