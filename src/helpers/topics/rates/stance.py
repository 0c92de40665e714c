"""How tight policy is: the real policy rate and a Taylor-type rule against published neutral rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import NotKnown

if TYPE_CHECKING:
    from helpers.data import Information

INFLATION_GOAL = 2.0  # percent, Federal Open Market Committee
NEUTRAL = "neutral real policy rate"
PRICES = {"core PCE": "core_pce", "core CPI": "core_cpi", "CPI": "cpi"}


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


def latest_estimates(info: Information, metric: str) -> pd.DataFrame:
    """The last published value of each group (model, institution) known at the date, one row each."""
    rows = info.published(metric).rows
    rows = rows.assign(value=pd.to_numeric(rows["value"]))
    return (
        rows.sort_values("known", kind="stable")
        .groupby("group", sort=True)
        .tail(1)
        .reset_index(drop=True)
    )


def real_policy_rate(info: Information, price: str = "core PCE") -> pd.Series:
    """Funds rate less twelve-month inflation, percent, by month; ex post, as known at the date.

    Parameters
    ----------
    price : str
        ``"core PCE"``, ``"core CPI"`` or ``"CPI"``.

    Notes
    -----
    Index levels are of the vintage embedded here, revised since: levels of the past differ by a tenth or two
    from what was seen at the time. Months without both figures (October 2025 has no CPI) are absent.
    """
    level = info.load(PRICES[price])
    inflation = 100.0 * (level / level.shift(12) - 1.0)
    return (info.load("fed_funds") - inflation).dropna().rename(f"real policy rate, {price}")


def taylor_rate(neutral, inflation, unemployment_gap):
    """Policy rate of Taylor's (1993) rule with the output gap from Okun's law, percent.

    Parameters
    ----------
    neutral : float or array
        Neutral real rate, percent.
    inflation : float or array
        Twelve-month inflation, percent.
    unemployment_gap : float or array
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


def estimate_stance(info: Information) -> Stance:
    """Real policy rate less the neutral rate, by three definitions listed beforehand.

    Raises
    ------
    NotKnown
        When no neutral rate, or no longer-run unemployment rate, had been published by the date.
    """
    estimates = latest_estimates(info, NEUTRAL)
    values = estimates["value"]
    neutral = (float(values.min()), float(values.median()), float(values.max()))
    longer_run = latest_estimates(info, "longer-run unemployment rate")["value"].iloc[-1]
    unemployment = info.load("unemployment_rate").dropna()
    funds = info.load("fed_funds").dropna()
    inflation, months = {}, {}
    for name, series in PRICES.items():
        level = info.load(series)
        change = (100.0 * (level / level.shift(12) - 1.0)).dropna()
        inflation[name], months[name] = float(change.iloc[-1]), change.index[-1]
    policy_rate = float(funds.iloc[-1])
    unemployment_gap = float(unemployment.iloc[-1] - longer_run)
    rule = taylor_rate(neutral[1], inflation["core PCE"], unemployment_gap)
    gaps = {name: policy_rate - inflation[name] - neutral[1] for name in ("core PCE", "core CPI")}
    gaps["Taylor-type rule"] = policy_rate - rule
    gaps["inflation goal"] = policy_rate - INFLATION_GOAL - neutral[1]
    return Stance(
        policy_rate=policy_rate,
        policy_month=funds.index[-1],
        inflation=inflation,
        inflation_month=months,
        unemployment_gap=unemployment_gap,
        neutral=neutral,
        estimates=estimates,
        taylor_rate=float(rule),
        gaps=gaps,
    )


def stance_or_reason(info: Information) -> Stance | str:
    """The stance, or why none can be given at the date."""
    try:
        return estimate_stance(info)
    except NotKnown as error:
        return f"No stance at {info.as_of}: {error}"
