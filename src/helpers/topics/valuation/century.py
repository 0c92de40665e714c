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
from helpers.topics.common.predicted import (
    arrange_expected,
    expect_return,
    in_evidence,
    later_return,
    side_by_side,
)
from helpers.topics.valuation import relative_value
from helpers.topics.valuation.inputs import ValuationInputs
from helpers.trial import Evidence, load_line

if TYPE_CHECKING:
    from helpers.data import Information

SIZE_PAIRS = ("lo20_hi20", "lo30_hi30", "lo10_hi10")
CLAIMED_HORIZON = 12  # months, in the estimand of M5
#: First year of the histories in which the gap has its place: the first figures, and the usual start of book values.
PLACES = {"since 1926": 1926, "since 1963": 1963}
#: First year of the samples from which a return is expected: the first figures, and the Depression left out.
SAMPLES = {"since 1926": 1926, "since 1936": 1936}

#: What `horizons` holds, as a reader is told of it; the decisive rows first.
HORIZON_ROWS = {
    "effect": ("IVX: return", "percent"),
    "ci_low": ("IVX: 95 percent interval, from", "percent"),
    "ci_high": ("IVX: 95 percent interval, to", "percent"),
    "p_ivx": ("p, IVX", ""),
    "oos_r2": ("out-of-sample R²", "percent"),
    "p_oos": ("p, out of sample", ""),
    "hodrick": ("Hodrick: return", "percent"),
    "p_hodrick": ("p, Hodrick", ""),
    "mde": ("IVX: smallest detectable effect", "percent"),
    "delta": ("correlation of shocks to return and gap", ""),
    "n": ("windows", ""),
    "n_effective": ("independent windows", ""),
}


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
    def gap_places(self) -> dict[str, float]:
        """Place of the last known month among those since each start of `PLACES`, percent."""
        return {
            name: relative_value.percentile_now(self.gap.loc[str(year) :])
            for name, year in PLACES.items()
        }

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
    def horizon_table(self) -> pd.DataFrame:
        """The same with a column a horizon, as the notebook shows it."""
        names = [f"{months} month{'s' * (months > 1)}" for months in self.horizons.index]
        table = self.horizons.set_axis(names)
        return side_by_side(table, HORIZON_ROWS)

    @recorded
    def expected(self) -> pd.DataFrame:
        """What may follow the last gap over the horizon, a row a sample; see `expect_return`."""
        rows = {
            name: expect_return(
                self.months.loc[str(year) :, "relative"],
                self.months.loc[str(year) :, "gap"],
                self.gap.iloc[-1],
                self.horizon,
            )
            for name, year in SAMPLES.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("sample")

    @recorded
    def expected_table(self) -> pd.DataFrame:
        """The same as the notebook shows it; see `arrange_expected`."""
        return arrange_expected(self.expected, "percent")

    @recorded
    def followed(self) -> pd.DataFrame:
        """Each month's ``gap`` and the return ``later``, over the horizon after it, log percent."""
        later = later_return(self.months["relative"], self.horizon)
        return pd.DataFrame({"gap": self.months["gap"], "later": later}).dropna()

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

    def weigh_place(self) -> Evidence:
        """Evidence for M5 as stated: does the gap lie in the upper part of its history, from either start?"""
        line, places = load_line("M5", "stated"), self.gap_places
        first, other = places.items()
        return Evidence(
            unit=line.unit,
            method="share of months in which small companies were no cheaper by book value than in the last one known",
            estimate=first[1],
            interval="none",
            n=len(self.gap),
            checks={name: place >= line.size_that_matters for name, place in places.items()},
            definitions=places,
            note=(
                f"By book value small companies are cheaper against large ones than in {first[1]:.0f} of 100 months "
                f"{first[0]}, and in {other[1]:.0f} of 100 {other[0]} (to {self.gap.index[-1]})."
            ),
        )

    def weigh_discount(self) -> Evidence:
        """Evidence for M5 as used: the return expected at the last gap beyond the average, with what may come of it.

        Definitions and halves are other slopes at the same distance of the gap from its mean.
        """
        line, row, horizon = load_line("M5", "used"), self.expected.iloc[0], self.horizon
        months, later = self.months, self.expected.index[1]
        samples = (
            months,
            months.loc[str(SAMPLES[later]) :],
            relative_value.later_half(months),
            relative_value.detrended(months),
        )
        distance = self.gap.iloc[-1] - months["gap"].mean()
        early, *beyond = (
            float(distance * relative_value.slope(some, horizon))
            for some in (relative_value.early_half(months), *samples)
        )
        definitions = dict(zip(line.definitions, beyond, strict=True))
        return Evidence(
            unit=line.unit if horizon == CLAIMED_HORIZON else f"percent over {horizon} months",
            method="IVX slope on log relative book-to-market times the distance of the last gap from its mean",
            **in_evidence(row),
            definitions=definitions,
            halves=(early, definitions["the later half"]),
            note=(
                f"At today's gap small companies are expected to lead by {row['beyond']:+.1f} percent more than on "
                f"average over {horizon} months, by the years {later} alone {definitions[later]:+.1f} (p "
                f"{self.expected['p'][later]:.2f}). In all {row['expected']:+.1f} is expected, and nineteen in twenty "
                f"outcomes lie between {row['low']:+.0f} and {row['high']:+.0f}."
            ),
        )
