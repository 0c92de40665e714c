"""Growth of the forecast year: what published consensus becomes once its past errors count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import NotKnown, ParameterError
from helpers.topics.earnings.consensus import ConsensusError, forecasts, require_first_hand
from helpers.topics.earnings.growth import growth_of_profits

if TYPE_CHECKING:
    from helpers.data import Information

YEAR = 2026  # the year the article forecasts
CLAIMED_SMALL, CLAIMED_LARGE = 19.0, 12.5  # the article's numbers: yardsticks, never inputs
DEFINITIONS = ("index_with_loss_makers", "profit_screened_index", "profitable_base")


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """One index's growth in `YEAR`: what was published, and what its record of errors makes of it.

    ``consensus`` is the median of the quotations that carry weight, ``corrected`` the same less the usual
    overestimate, ``low`` and ``high`` the 95 % predictive interval; all percent.
    """

    quotations: pd.DataFrame
    consensus: float
    corrected: float
    low: float
    high: float
    draws: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Lead:
    """The gap between small and large growth: median, 95 % interval (points), and three probabilities."""

    mid: float
    low: float
    high: float
    p_lead: float
    p_claimed_gap: float
    p_claimed_small: float


def simulate_shocks(correlation: float, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two correlated uniform draws: one a small-cap, one a large-cap year."""
    from scipy.stats import norm

    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal((2, draws))
    return norm.cdf(correlation * common + np.sqrt(1 - correlation**2) * own), norm.cdf(common)


def predict_growth(
    info: Information,
    quotations: pd.DataFrame,
    definition: str,
    since: pd.Timestamp,
    error: ConsensusError | None,
    shocks: np.ndarray,
    haircut: Sequence[float] = (),
    months_left: int = 12,
) -> Forecast:
    """Growth of `YEAR`: a draw picks one publication and lets its level miss as consensus missed before.

    Parameters
    ----------
    definition : str
        One of `DEFINITIONS`, or ``"large"`` for the S&P 500.
    shocks : array of shape (draws,)
        Uniform draws that say how good or bad each year's error is.

    Raises
    ------
    NotKnown
        No publication with weight was known, only second-hand ones, or no record of errors.

    Notes
    -----
    The record is that of the S&P 500. Small-cap consensus is worse documented and missed by more where it is
    documented, so the interval flatters the small-cap forecast.
    """
    if error is None:
        raise NotKnown(
            "No record of forecast errors was known at this date; a later as_of has one."
        )
    rows = _publications(quotations, definition, since)
    require_first_hand(rows, f"growth of {YEAR} by this definition")
    growth = rows["growth"].to_numpy()
    if definition == "profitable_base":
        growth = np.array([_without_gearing(info, one) for one in growth])
    levels = _level_factor(error, shocks, haircut, months_left)
    picks = np.resize(
        growth, len(shocks)
    )  # every publication equally often; the shocks are independent of it
    realised = 100 * ((1 + picks / 100) * levels - 1)
    consensus = float(np.median(growth))
    usual = _usual_factor(error, haircut, months_left)
    low, high = np.percentile(realised, [2.5, 97.5])
    return Forecast(
        quotations=rows.assign(growth=growth),
        consensus=consensus,
        corrected=float(100 * ((1 + consensus / 100) * usual - 1)),
        low=float(low),
        high=float(high),
        draws=realised,
    )


def estimate_lead(small: Forecast | None, large: Forecast | None) -> Lead | None:
    """Small less large growth, draw by draw; none where one of the two is not known."""
    if small is None or large is None:
        return None
    gap = small.draws - large.draws
    low, mid, high = np.percentile(gap, [2.5, 50, 97.5])
    return Lead(
        mid=float(mid),
        low=float(low),
        high=float(high),
        p_lead=float((gap > 0).mean()),
        p_claimed_gap=float((gap >= CLAIMED_SMALL - CLAIMED_LARGE).mean()),
        p_claimed_small=float((small.draws >= CLAIMED_SMALL).mean()),
    )


def compare_large_forecasts(
    info: Information,
    quotations: pd.DataFrame,
    since: pd.Timestamp,
    error: ConsensusError | None,
    months_left: int,
) -> dict[str, float]:
    """S&P 500 growth by forecaster, percent: analysts and strategists less the usual overestimate, a random walk."""
    if error is None:
        return {}
    usual = _usual_factor(error, (), months_left)
    found = {}
    for name, vendors in (
        ("bottom-up consensus", "consensus"),
        ("strategist forecasts", "strategists"),
    ):
        rows = forecasts(quotations, "S&P 500", YEAR, since, vendors)
        if vendors == "strategists":
            rows = pd.concat([rows, forecasts(quotations, "US large caps", YEAR, since, vendors)])
        if len(rows):
            found[name] = float(100 * ((1 + rows["growth"].median() / 100) * usual - 1))
    growth = info.load("eps_growth_yoy_pct")
    yearly = np.log1p(growth[growth.index.month == 12] / 100)
    found["random walk"] = float(100 * np.expm1(yearly.mean()))
    return found


def consensus_profits_and_losses(info: Information) -> tuple[float, float]:
    """Profits and losses of the broad small-cap index in the last quarter known, both positive, bn USD."""
    rows = info.table("consensus_pe")
    last = rows[rows["index_name"] == "IWM"].sort_values("price_date").iloc[-1]
    losses = -last["quarterly_losses_bn"]
    return float(last["quarterly_net_income_bn"] + losses), float(losses)


def _publications(quotations: pd.DataFrame, definition: str, since: pd.Timestamp) -> pd.DataFrame:
    if definition == "large":
        return forecasts(quotations, "S&P 500", YEAR, since, "consensus")
    group = "S&P 600" if definition == "profit_screened_index" else "Russell 2000"
    return forecasts(quotations, group, YEAR, since)


def _without_gearing(info: Information, growth: float) -> float:
    """Growth of the profitable companies if the losses of the index stay as they are."""
    profits, losses = consensus_profits_and_losses(info)
    return growth_of_profits(growth, 0.0, profits=profits, losses=losses)


def _level_factor(
    error: ConsensusError, shocks: np.ndarray, haircut: Sequence[float], months_left: int
) -> np.ndarray:
    """Final level over consensus level: the record's t distribution for a new year, or a triangle of haircuts."""
    from scipy import stats as laws

    if len(haircut):
        low, mid, high = haircut
        if not low <= mid <= high:
            raise ParameterError(
                f"haircut is {list(haircut)}; give low, mid, high in rising order."
            )
        width = high - low
        cut = laws.triang(0.5 if width == 0 else (mid - low) / width, low, width or 1e-12).ppf(
            shocks
        )
        return 1 - cut / 100
    scale = error.sd * np.sqrt(1 + 1 / error.years) * np.sqrt(months_left / 12)
    over = error.mean * months_left / 12 + scale * laws.t(error.years - 1).ppf(shocks)
    return 1 / np.maximum(1 + over / 100, 0.2)  # a forecast five times too low is beyond any record


def _usual_factor(error: ConsensusError, haircut: Sequence[float], months_left: int) -> float:
    return 1 - haircut[1] / 100 if len(haircut) else 1 / (1 + error.mean * months_left / 1200)
