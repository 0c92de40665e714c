"""The part of the valuation question that needs book values and returns alone: a century of the gap, and claim M5."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded
from helpers.stats.persistence import HalfLife, half_life
from helpers.topics.common.examination import Examination
from helpers.topics.valuation import relative_value
from helpers.topics.valuation.inputs import ValuationInputs
from helpers.trial import Evidence, load_line

if TYPE_CHECKING:
    from helpers.data import Information

SIZE_PAIRS = ("lo20_hi20", "lo30_hi30", "lo10_hi10")
CLAIMED_HORIZON = 12  # months, in the estimand of M5


@dataclass(frozen=True, kw_only=True)
class CenturyOfTheGap(Examination):
    """Where the gap by book value stands, how long it lasts, and what followed it."""

    info: Information
    index_pair: str
    horizon: int
    draws: int
    seed: int

    @cached_property
    def inputs(self) -> ValuationInputs:
        return ValuationInputs(self.info)

    @recorded
    def gap(self) -> pd.Series:
        """Log book-to-market of the smallest less that of the largest fifth; higher: small is cheaper."""
        small, large = map(self.inputs.series, ("book_to_market_small", "book_to_market_large"))
        return relative_value.log_ratio(small, large)

    @recorded
    def gap_ratio(self) -> pd.Series:
        """Book-to-market of the smallest over that of the largest fifth."""
        return np.exp(self.gap)

    @recorded
    def typical_gap_ratio(self) -> float:
        """Its median over all known months."""
        return float(self.gap_ratio.median())

    @recorded
    def gap_percentile(self) -> float:
        """Place of the last known month among all, percent."""
        return relative_value.percentile_now(self.gap)

    @recorded
    def gap_in_its_past(self) -> pd.Series:
        """Place of each month among the months up to it, percent."""
        return relative_value.percentile_in_its_past(self.gap)

    @recorded
    def half_life(self) -> HalfLife:
        """Months until half of a deviation of the gap is gone."""
        return half_life(self.gap, draws=self.draws, rng=np.random.default_rng(self.seed))

    @recorded
    def recessions(self) -> pd.DataFrame:
        """Peaks and troughs of business cycles."""
        return self.info.recessions()

    @recorded
    def months(self) -> pd.DataFrame:
        """The gap and the return of small less large companies, by month; see `months_of_both`."""
        return relative_value.months_of_both(self.gap, self.inputs.relative(self.index_pair))

    @recorded
    def horizons(self) -> pd.DataFrame:
        """Every test at every horizon; see `table_horizons`."""
        horizons = sorted({*relative_value.HORIZONS, self.horizon})
        return relative_value.table_horizons(self.months, horizons)

    @recorded
    def effects_a_year(self) -> pd.DataFrame:
        """Effects of `horizons` in percent a year."""
        return relative_value.a_year(self.horizons)

    @recorded
    def returns_by_fifth(self) -> pd.DataFrame:
        """Later return by fifth of the gap in its own past; see `returns_by_fifth`."""
        relative = self.inputs.relative(self.index_pair)
        return relative_value.returns_by_fifth(self.gap_in_its_past, relative)

    @recorded
    def specifications(self) -> stats.SpecificationCurve:
        """Every pair of portfolios, definition of the gap and sample; see `specifications`."""
        outcomes = pd.DataFrame({pair: self.inputs.relative(pair) for pair in SIZE_PAIRS})
        return relative_value.specifications(outcomes, self.months, self.horizon)

    @recorded
    def decades(self) -> pd.DataFrame:
        """Small less large companies by decade: re-rating, and the rest; see `split_by_decade`."""
        return relative_value.split_by_decade(self.gap, self.inputs.relative(self.index_pair))

    def weigh_discount(self) -> Evidence:
        """Evidence for M5: the effect at the horizon asked for, with its definitions and halves."""
        row, unit = self.horizons.loc[self.horizon], load_line("M5", "used").unit
        return Evidence(
            unit=unit if self.horizon == CLAIMED_HORIZON else f"percent over {self.horizon} months",
            method="IVX on log relative book-to-market, one sd",
            estimate=float(row["effect"]),
            ci_low=float(row["ci_low"]),
            ci_high=float(row["ci_high"]),
            n=float(row["n"]),
            n_effective=float(row["n_effective"]),
            p=float(row["p_ivx"]),
            mde=float(row["mde"]),
            definitions=relative_value.effects_by_definition(self.months, self.horizon),
            halves=relative_value.effects_by_half(self.months, self.horizon),
            oos_r2=float(row["oos_r2"] / 100),
            note=f"The gap stands at percentile {self.gap_percentile:.0f} of its history; "
            f"Hodrick p {row['p_hodrick']:.2f}.",
        )
