"""How tight policy is: the real policy rate and a Taylor-type rule against published neutral rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from helpers.topics.rates.inputs import RateInputs

INFLATION_GOAL = 2.0  # percent, Federal Open Market Committee
NEUTRAL = "neutral real policy rate"


@dataclass(frozen=True, kw_only=True)
class Stance:
    """Policy stance known at a date, percent and percentage points.

    ``gaps`` holds the policy rate less neutral by definition; ``neutral`` low, mid and high of the published
    estimates, one per model (``estimates``, the last each had published).
    """

    policy_rate: float
    policy_month: pd.Period
    inflation: dict[str, float]
    inflation_month: dict[str, pd.Period]
    unemployment_gap: float
    neutral: tuple[float, float, float]
    estimates: pd.DataFrame
    taylor_rate: float
    gaps: dict[str, float]


def latest_estimates(rows: pd.DataFrame) -> pd.DataFrame:
    """The last of the quotations of each group (model, institution), one row each."""
    return rows.sort_values("known", kind="stable").groupby("group").tail(1).reset_index(drop=True)


def twelve_month_inflation(level: pd.Series) -> pd.Series:
    """Change of a price index over twelve months, percent."""
    return 100.0 * (level / level.shift(12) - 1.0)


def real_policy_rate(funds: pd.Series, inflation: pd.Series) -> pd.Series:
    """Funds rate less twelve-month inflation, percent, by month; ex post, as known at the date.

    Notes
    -----
    Core CPI inflation is as first released where that is held. Core PCE prices are of the vintage embedded here: past
    values differ by a tenth or two from what was seen at the time. Months without both figures (October 2025 has no
    CPI) are absent.
    """
    return (funds - inflation).dropna()


def taylor_rate(neutral: float, inflation: float, unemployment_gap: float) -> float:
    """Policy rate of Taylor's (1993) rule with the output gap from Okun's law, percent.

    Parameters
    ----------
    neutral : float
        Neutral real rate, percent.
    inflation : float
        Twelve-month inflation, percent.
    unemployment_gap : float
        Unemployment rate less its longer-run level, percentage points; the output gap is minus twice that.

    Notes
    -----
    ``neutral + inflation + 0.5 (inflation - 2) + 0.5 (-2 unemployment_gap)``; doi 10.1016/0167-2231(93)90009-L.

    Examples
    --------
    >>> taylor_rate(neutral=2.0, inflation=2.0, unemployment_gap=0.0)
    4.0
    """
    return neutral + inflation + 0.5 * (inflation - INFLATION_GOAL) - unemployment_gap


def estimate_stance(inputs: RateInputs) -> Stance:
    """Real policy rate less the neutral rate, by three definitions listed beforehand.

    Raises
    ------
    NotKnown
        When no neutral rate, or no longer-run unemployment rate, had been published by the date.
    """
    values = inputs.neutral["value"]
    neutral = (float(values.min()), float(values.median()), float(values.max()))
    unemployment = inputs.unemployment.dropna()
    funds = inputs.funds.dropna()
    inflation, months = {}, {}
    for name, change in inputs.inflation.items():
        month = change.last_valid_index()
        inflation[name], months[name] = float(change[month]), month
    policy_rate = float(funds.iloc[-1])
    unemployment_gap = float(unemployment.iloc[-1] - inputs.longer_run_unemployment)
    rule = taylor_rate(neutral[1], inflation["core PCE"], unemployment_gap)
    gaps = {name: policy_rate - rise - neutral[1] for name, rise in inflation.items()}
    gaps["Taylor-type rule"] = policy_rate - rule
    gaps["inflation goal"] = policy_rate - INFLATION_GOAL - neutral[1]
    return Stance(
        policy_rate=policy_rate,
        policy_month=funds.index[-1],
        inflation=inflation,
        inflation_month=months,
        unemployment_gap=unemployment_gap,
        neutral=neutral,
        estimates=inputs.neutral,
        taylor_rate=float(rule),
        gaps=gaps,
    )
