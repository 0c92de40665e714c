"""Growth of the forecast year: what published consensus becomes once its past errors count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats as laws

from helpers.topics.common.weight import is_first_hand, require_first_hand
from helpers.topics.earnings.consensus import YEAR, by_strategists, select_forecasts
from helpers.topics.earnings.consensus_error import ConsensusError
from helpers.trial import Evidence, load_line

#: Whose small-cap growth is meant, and the index whose forecasts say so.
DEFINITIONS = {
    "index_with_loss_makers": "Russell 2000",
    "profit_screened_index": "S&P 600",
    "profitable_base": "Russell 2000",
}
LARGE = "S&P 500"
SPREAD = {"low": 2.5, "quarter": 25.0, "mid": 50.0, "upper": 75.0, "high": 97.5}
LEAST_RATIO = 0.2  # of forecast to final level: a forecast five times too low is beyond any record


@dataclass(frozen=True)
class Correction:
    """What stands between a forecast level and the final one, as far as the record of errors, or a haircut, says.

    ``haircut`` is low, mid, high of a cut in percent of the forecast level; empty: the record, of which what is left
    of the year's ``months`` remains.
    """

    error: ConsensusError
    haircut: tuple[float, ...] = ()
    months_left: int = 12

    @property
    def usual(self) -> float:
        """Final level over forecast level in a usual year."""
        if self.haircut:
            return 1 - self.haircut[1] / 100
        return 1 / (1 + self.error.mean * self.months_left / 1200)

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


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One index's growth in `YEAR`: what was published, and what its record of errors makes of it.

    ``growth`` is the published percent by row of ``quotations``, ``consensus`` its median, ``corrected`` the same
    less the usual overestimate, ``low`` and ``high`` the 95 % predictive interval, from ``draws``; all percent.
    """

    quotations: pd.DataFrame = field(repr=False, compare=False)
    growth: np.ndarray = field(repr=False, compare=False)
    consensus: float
    corrected: float
    low: float
    high: float
    draws: np.ndarray = field(repr=False, compare=False)

    @property
    def published(self) -> tuple[float, float]:
        """Lowest and highest published growth."""
        return float(self.growth.min()), float(self.growth.max())


@dataclass(frozen=True)
class Lead:
    """Chance that small caps grow faster than large ones, and that they do so by the gap the article claims."""

    p_lead: float
    p_claimed_gap: float


def simulate_shocks(correlation: float, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two correlated uniform draws: one a small-cap, one a large-cap year."""
    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal((2, draws))
    mixed = correlation * common + np.sqrt(1 - correlation**2) * own
    return laws.norm.cdf(mixed), laws.norm.cdf(common)


def predict_growth(
    quotations: pd.DataFrame, growth: pd.Series, correction: Correction, shocks: np.ndarray
) -> Forecast:
    """Growth of `YEAR`: a draw picks one publication and lets its level miss as consensus missed before.

    Parameters
    ----------
    quotations : DataFrame
        Forecasts that carry weight.
    growth : Series
        Percent, by row of ``quotations``.
    correction : Correction
        The errors of forecasts like these.
    shocks : array of shape (draws,)
        Uniform draws that say how good or bad each year's error is; independent of the publication, so that each
        publication is picked equally often.

    Raises
    ------
    NotKnown
        No publication with weight was known, or only second-hand ones.

    Notes
    -----
    The record is that of the S&P 500. Small-cap consensus is worse documented and missed by more where it is
    documented, so the interval flatters the small-cap forecast.
    """
    require_first_hand(quotations, f"growth of {YEAR} by this definition")
    published = growth.to_numpy()
    picks = np.resize(published, len(shocks))
    realised = 100 * ((1 + picks / 100) * correction.factor(shocks) - 1)
    consensus = float(np.median(published))
    low, high = np.percentile(realised, [SPREAD["low"], SPREAD["high"]])
    return Forecast(
        quotations=quotations,
        growth=published,
        consensus=consensus,
        corrected=corrected(consensus, correction),
        low=float(low),
        high=float(high),
        draws=realised,
    )


def corrected(growth: float, correction: Correction) -> float:
    """Published growth less the usual overestimate of the level, percent."""
    return float(100 * ((1 + growth / 100) * correction.usual - 1))


def select_large_consensus(quotations: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Forecasts of S&P 500 growth that sum analysts' estimates."""
    rows = select_forecasts(quotations, LARGE, since)
    return rows[~by_strategists(rows)]


def compare_large_forecasts(
    quotations: pd.DataFrame, since: pd.Timestamp, correction: Correction, eps_growth: pd.Series
) -> dict[str, float]:
    """S&P 500 growth by forecaster, percent: analysts and strategists less the usual overestimate, a random walk.

    Parameters
    ----------
    quotations, since
        As in `select_forecasts`.
    correction : Correction
        The errors of large-cap forecasts.
    eps_growth : Series
        Monthly growth of S&P 500 earnings over a year, percent; a random walk with drift expects its mean in logs,
        December on December.
    """
    own = pd.concat(select_forecasts(quotations, name, since) for name in (LARGE, "US large caps"))
    groups = {
        "bottom-up consensus": select_large_consensus(quotations, since),
        "strategist forecasts": own[by_strategists(own)],
    }
    found = {
        name: corrected(rows["figure"].median(), correction)
        for name, rows in groups.items()
        if len(rows)
    }
    yearly = np.log1p(eps_growth[pd.PeriodIndex(eps_growth.index).month == 12] / 100)
    return found | {"random walk": float(100 * np.expm1(yearly.mean()))}


def estimate_lead(small: Forecast, large: Forecast, claimed_gap: float) -> Lead:
    """Chances of a small-cap lead, from the draws of both; the gap claimed in percentage points."""
    gap = small.draws - large.draws
    return Lead(float((gap > 0).mean()), float((gap >= claimed_gap).mean()))


def table_spread(
    small: Forecast, large: Forecast, claimed_small: float, claimed_large: float
) -> pd.DataFrame:
    """Where the draws of small-cap growth, large-cap growth and their gap lie, with what was published and claimed.

    Returns
    -------
    DataFrame
        ``low``, ``quarter``, ``mid``, ``upper``, ``high`` (2.5, 25, 50, 75 and 97.5 percent of the draws),
        ``published`` and ``claimed``; percent, the lead in points.
    """
    draws = {
        "small caps": small.draws,
        "large caps": large.draws,
        "lead of small caps": small.draws - large.draws,
    }
    points = {name: np.percentile(drawn, list(SPREAD.values())) for name, drawn in draws.items()}
    return pd.DataFrame.from_dict(points, orient="index", columns=list(SPREAD)).assign(
        published=[small.consensus, large.consensus, small.consensus - large.consensus],
        claimed=[claimed_small, claimed_large, claimed_small - claimed_large],
    )


def weigh_forecast(claim: str, forecast: Forecast, definitions: Mapping[str, float]) -> Evidence:
    """Evidence for E1 or E2: the corrected forecast, its predictive interval, and other ways to say it."""
    low, high = forecast.published
    quoted = len(forecast.quotations)
    return Evidence(
        unit=load_line(claim, "stated").unit,
        method="median of published forecasts less the usual overestimate; interval from past errors",
        estimate=forecast.corrected,
        ci_low=forecast.low,
        ci_high=forecast.high,
        interval="prediction",
        n=quoted,
        definitions={name.replace("_", " "): value for name, value in definitions.items()},
        note=f"Published: {low:.3g} to {high:.3g} percent, median {forecast.consensus:.3g}; "
        f"{int(is_first_hand(forecast.quotations).sum())} of {quoted} read first hand.",
    )
