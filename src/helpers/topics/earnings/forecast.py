"""Growth of the forecast year: what published pairs become once past errors count, and the chance of a lead."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats as laws

from helpers.errors import NotKnown
from helpers.topics.common.weight import require_first_hand
from helpers.topics.earnings.consensus import YEAR
from helpers.topics.earnings.consensus_error import ConsensusError
from helpers.topics.earnings.handoff import PAIRS
from helpers.trial import Evidence, load_claim, load_line

#: Whose small-cap growth is meant, and the groups whose forecasts say so.
DEFINITIONS = {
    "index_with_loss_makers": PAIRS["russell2000_sp500"],
    "profit_screened_index": PAIRS["sp600_sp500"],
    "broker_universes": PAIRS["broker_universes"],
    "profitable_base": PAIRS["russell2000_sp500"],
}
WORDS = {
    "index_with_loss_makers": "the Russell 2000",
    "profit_screened_index": "the S&P 600",
    "broker_universes": "universes of brokers",
    "profitable_base": "profitable companies of the Russell 2000",
}
SMALL, LARGE = PAIRS["russell2000_sp500"]  # the indices the article names
SPREAD = {"low": 2.5, "quarter": 25.0, "mid": 50.0, "upper": 75.0, "high": 97.5}
LEAST_RATIO = 0.2  # of forecast to final level: a forecast five times too low is beyond any record
CORRELATIONS = (0.0, 0.95)  # of both errors, beside the one chosen: none, and as good as the same


@dataclass(frozen=True)
class Correction:
    """What stands between a forecast level and the final one, as far as the record of errors, or a haircut, says.

    ``haircut`` is low, mid, high of a cut in percent of the forecast level; empty: the record, of which what is left
    of the year's ``months`` remains.
    """

    error: ConsensusError
    haircut: tuple[float, ...] = ()
    months_left: int = 12

    def factor(self, shocks: np.ndarray) -> np.ndarray:
        """Final level over forecast level: the record's t distribution for a new year, or a triangle of haircuts.

        Parameters
        ----------
        shocks : array
            Uniform draws; a high one is a bad year.

        Returns
        -------
        array
            Same shape as ``shocks``.
        """
        if self.haircut:
            low, mid, high = self.haircut
            width = high - low
            peak = 0.5 if width == 0 else (mid - low) / width
            return 1 - laws.triang(peak, low, width or 1e-12).ppf(shocks) / 100
        left, years = self.months_left / 12, self.error.years
        scale = self.error.sd * np.sqrt(1 + 1 / years) * np.sqrt(left)
        over = self.error.mean * left + scale * laws.t(years - 1).ppf(shocks)
        return 1 / np.maximum(1 + over / 100, LEAST_RATIO)


@dataclass(frozen=True)
class Forecast:
    """Draws of small-cap and of large-cap growth in `YEAR`, percent, and the published pairs they start from."""

    pairs: pd.DataFrame = field(repr=False, compare=False)
    small: np.ndarray = field(repr=False, compare=False)
    large: np.ndarray = field(repr=False, compare=False)

    @property
    def lead(self) -> np.ndarray:
        """Small less large growth, draw by draw, percentage points."""
        return self.small - self.large

    def chance(self, lead: float = 0.0) -> float:
        """Percent of the draws in which small companies lead by as many points; by more than none where it is zero."""
        reached = self.lead >= lead if lead > 0 else self.lead > 0
        return 100 * float(reached.mean())


@dataclass(frozen=True)
class Chance:
    """A chance in percent: under the assumptions chosen, and the lowest and highest under any."""

    chosen: float
    low: float
    high: float

    @classmethod
    def of(cls, chances: pd.Series) -> Chance:
        """From the chances under each assumption, the ones chosen first."""
        return cls(float(chances.iloc[0]), float(chances.min()), float(chances.max()))

    def __str__(self) -> str:
        return f"{self.chosen:.0f} ({self.low:.0f} to {self.high:.0f})"


def simulate_shocks(correlation: float, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two correlated uniform draws: one a small-cap, one a large-cap year."""
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal((2, draws))
    mixed = correlation * common + np.sqrt(1 - correlation**2) * own
    return laws.norm.cdf(mixed), laws.norm.cdf(common)


def predict_growth(
    pairs: pd.DataFrame,
    corrections: tuple[Correction, Correction],
    shocks: tuple[np.ndarray, np.ndarray],
) -> Forecast:
    """Growth of `YEAR`: a draw picks one publication and lets both its levels miss as consensus missed before.

    Parameters
    ----------
    pairs : DataFrame
        Forecasts of both sides published alike, as from `handoff.pair_forecasts`.
    corrections : tuple of Correction
        The errors of small-cap and of large-cap forecasts.
    shocks : tuple of array of shape (draws,)
        Uniform draws that say how good or bad each side's year is; independent of the publication, so that each
        publication is picked equally often.

    Raises
    ------
    NotKnown
        No publication with weight was known, or only second-hand ones.

    Notes
    -----
    The record is that of the S&P 500. Small-cap consensus is worse documented and missed by more where it is
    documented, so the record flatters the small-cap forecast.
    """
    require_first_hand(pairs, f"growth of both sides in {YEAR} by this definition")
    draws = (
        100 * ((1 + np.resize(pairs[side], len(shock)) / 100) * correction.factor(shock) - 1)
        for side, correction, shock in zip(("small", "large"), corrections, shocks, strict=True)
    )
    return Forecast(pairs, *draws)


def small_cap_haircut(misses: pd.DataFrame) -> tuple[float, ...]:
    """Smallest, middle and largest cut of small-cap consensus on record, percent; none of fewer than three misses.

    Parameters
    ----------
    misses : DataFrame
        As from `consensus_error.table_misses`.
    """
    cuts = -misses.loc[misses["group"] != "S&P 500", "error"]
    if len(cuts) < 3:
        return ()
    return float(cuts.min()), float(cuts.median()), float(cuts.max())


def table_spread(forecast: Forecast) -> pd.DataFrame:
    """Where the draws of small-cap growth, large-cap growth and their gap lie, with what the article claims.

    Returns
    -------
    DataFrame
        ``low``, ``quarter``, ``mid``, ``upper``, ``high`` (2.5, 25, 50, 75 and 97.5 percent of the draws) and
        ``claimed``; percent, the lead in points.
    """
    draws = {
        "small caps": (forecast.small, "E1"),
        "large caps": (forecast.large, "E2"),
        "lead of small caps": (forecast.lead, "E6"),
    }
    points = {
        name: np.percentile(drawn, list(SPREAD.values())) for name, (drawn, _) in draws.items()
    }
    return pd.DataFrame.from_dict(points, orient="index", columns=list(SPREAD)).assign(
        claimed=[load_claim(claim).claimed_number for _, claim in draws.values()]
    )


def weigh_chance(chances: pd.DataFrame, definition: str) -> Evidence:
    """Evidence for E6 as used: the chance of a lead by one definition, its range, and the other definitions.

    Parameters
    ----------
    chances : DataFrame
        As from `EarningsExamination.chances`.
    definition : str
        The one on trial.

    Raises
    ------
    NotKnown
        When nothing is published by this definition.
    """
    if definition not in set(chances["definition"]):
        raise NotKnown(
            f"No first-hand page gives growth of both sides in {YEAR} by this definition."
        )
    line, gap = load_line("E6", "used"), load_claim("E6").claimed_number
    pages = chances.drop_duplicates("definition").set_index("definition")["pages"]
    # The primary definition first, then the others in their own order.
    order = [definition, *(str(name) for name in pages.index if name != definition)]
    by = chances.set_index("definition")
    lead, large = (
        {name: Chance.of(by.loc[[name], column]) for name in order}
        for column in ("lead", "claimed lead")
    )
    others = "; ".join(f"{WORDS[name]} {lead[name]} and {large[name]}" for name in order[1:])
    return Evidence(
        unit=line.unit,
        method=f"{line.statistic}; range over assumptions on errors of small-cap forecasts and on their correlation",
        estimate=lead[definition].chosen,
        ci_low=lead[definition].low,
        ci_high=lead[definition].high,
        ci_level=1.0,
        interval="parameters",
        n=float(pages.loc[definition]),
        definitions={f"{WORDS[name]}, a lead": lead[name].chosen for name in order}
        | {f"{WORDS[name]}, {gap:g} points": large[name].chosen for name in order},
        note=f"Earnings of {WORDS[definition]} grow faster in {YEAR} with a chance of {lead[definition]} percent, and "
        f"by {gap:g} points or more with one of {large[definition]}."
        + (f" Both for {others}." if others else ""),
    )
