"""Claims E1 to E5: is the small-cap growth lead of 2026 real, new, and more than a rebound?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import NotKnown, ParameterError
from helpers.topics.earnings.consensus import (
    ConsensusError,
    estimate_consensus_error,
    growth_quotations,
    pair_quotations,
    require_first_hand,
    stated_leads,
    table_misses,
    value_or_reason,
)
from helpers.topics.earnings.forecast import (
    DEFINITIONS,
    YEAR,
    Forecast,
    Lead,
    compare_large_forecasts,
    estimate_lead,
    predict_growth,
    simulate_shocks,
)
from helpers.topics.earnings.growth_sources import (
    table_growth_by_rank,
    table_levels,
    table_recovery,
    table_slowdown,
)
from helpers.topics.earnings.payoff import EarningsPayoff, estimate_payoff
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information

SINCE = 2021  # "post-pandemic"
VINTAGE = "quotations known by the date; filings of the last fiscal year known then"


@dataclass(frozen=True, kw_only=True)
class EarningsExamination:
    """What notebook 02 knows; ``evidence`` by claim id. Forecasts, lead and error are None where nothing was known."""

    evidence: dict[str, Evidence]
    quotations: pd.DataFrame
    pairs: pd.DataFrame
    leads: pd.DataFrame
    stated: pd.DataFrame
    error: ConsensusError | None
    misses: pd.DataFrame
    small: Forecast | None
    large: Forecast | None
    lead: Lead | None
    definitions: dict[str, float]
    slowdown: pd.DataFrame
    levels: pd.DataFrame
    recovery: pd.DataFrame
    by_rank: pd.DataFrame
    payoff: EarningsPayoff


def examine(
    info: Information,
    *,
    definition: str = "index_with_loss_makers",
    index_pair: str = "russell2000_sp500",
    horizon: int = 12,
    months_left: int = 12,
    max_age_months: int = 6,
    haircut: Sequence[float] = (),
    near_zero: float = 25.0,
    error_correlation: float = 0.5,
    draws: int = 20_000,
    seed: int = 2026,
) -> EarningsExamination:
    """Evidence for E1 to E5 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    definition : str
        Whose small-cap growth is meant, one of `DEFINITIONS`: the index with its loss-makers (as the article says),
        the index that admits only profitable companies, or the profitable companies of the broad index.
    index_pair : str
        Small and large group whose growth is compared since 2021 (`consensus.PAIRS`).
    horizon : int
        Months of return after earnings growth.
    months_left : int
        Months until the results of the year are in; the record of errors is for 12 and shrinks with it.
    max_age_months : int
        Quotations older than that are left out.
    haircut : sequence of float
        Low, mid, high cut of the small-cap consensus level, percent; empty: the published record of errors.
    near_zero : float
        Percent of gross earnings below which a net base is refused (see `growth.aggregate_growth`).
    error_correlation : float
        Correlation of the small-cap and the large-cap forecast error, an assumption without a source.
    draws, seed : int
        Monte Carlo draws and their seed.
    """
    if definition not in DEFINITIONS:
        raise ParameterError(f"definition is {definition!r}; use one of {', '.join(DEFINITIONS)}.")
    quotations = growth_quotations(info)
    pairs = pair_quotations(quotations, index_pair)
    stated = (
        stated_leads(info) if index_pair == "russell2000_sp500" else stated_leads(info).iloc[:0]
    )
    since = pd.Timestamp(info.as_of) - pd.DateOffset(months=max_age_months)
    error, reason = value_or_reason(estimate_consensus_error, info)
    shocks = simulate_shocks(error_correlation, draws, seed)
    small, small_reason = value_or_reason(
        lambda: predict_growth(
            info, quotations, definition, since, error, shocks[0], haircut, months_left
        )
    )
    large, large_reason = value_or_reason(
        lambda: predict_growth(info, quotations, "large", since, error, shocks[1], (), months_left)
    )
    definitions = {
        name: forecast.corrected
        for name in DEFINITIONS
        if (forecast := value_or_reason(
            lambda name=name: predict_growth(info, quotations, name, since, error, shocks[0], haircut, months_left)
        )[0])
    }  # fmt: skip
    leads = _earlier_leads(pairs, stated)
    slowdown = table_slowdown(info, quotations)
    levels = table_levels(info)
    recovery = table_recovery(info, quotations, levels)
    evidence = {
        "E1": _about(small, reason or small_reason, definitions),
        "E2": _about(
            large,
            reason or large_reason,
            compare_large_forecasts(info, quotations, since, error, months_left),
        ),
        "E3": _first_lead(pairs, leads),
        "E4": _slower(slowdown),
        "E5": _above_peak(recovery, definition),
    }
    return EarningsExamination(
        evidence=evidence,
        quotations=quotations,
        pairs=pairs,
        leads=leads,
        stated=stated,
        error=error,
        misses=table_misses(info),
        small=small,
        large=large,
        lead=estimate_lead(small, large),
        definitions=definitions,
        slowdown=slowdown,
        levels=levels,
        recovery=recovery,
        by_rank=table_growth_by_rank(info, near_zero / 100),
        payoff=estimate_payoff(info, horizon),
    )


def table_quotations(quotations: pd.DataFrame) -> pd.DataFrame:
    """The quotations of `YEAR` as a reader wants them: whose growth, who said so, when, and how it was read."""
    rows = quotations[quotations["period"] == str(YEAR)].sort_values("growth", ascending=False)
    return pd.DataFrame(
        {
            "index": rows["index_name"],
            "growth": rows["growth"],
            "publisher": rows["publisher"],
            "known": rows["known"].dt.date.astype(str),
            "read": rows["confidence"],
            "machine-written": rows["machine_written"].astype(bool),
        }
    ).reset_index(drop=True)


def _about(forecast: Forecast | None, reason: str, definitions: dict[str, float]) -> Evidence:
    method = "median of published forecasts less the usual overestimate; interval from past errors"
    if forecast is None:
        return Evidence.untestable(reason, unit="percent", method=method)
    low, high = forecast.quotations["growth"].agg(["min", "max"])
    first_hand = int(forecast.quotations["confidence"].isin(("verbatim", "derived")).sum())
    return Evidence(
        unit="percent",
        method=method,
        estimate=forecast.corrected,
        ci_low=forecast.low,
        ci_high=forecast.high,
        interval="prediction",
        n=len(forecast.quotations),
        definitions={name.replace("_", " "): value for name, value in definitions.items()},
        sources=("earnings_growth", "consensus_record"),
        vintage=VINTAGE,
        note=f"Published: {low:.3g} to {high:.3g} percent, median {forecast.consensus:.3g}; "
        f"{first_hand} of {len(forecast.quotations)} read first hand.",
    )


def _earlier_leads(pairs: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Periods since the pandemic, before the forecast year, in which small-cap earnings had grown faster."""
    done = pairs[(pairs["kind"] == "outcome") & (pairs["period"].str[:4].astype(int) >= SINCE)]
    done = done[(done["period"].str[:4].astype(int) < YEAR) & (done["lead"] > 0)]
    said = stated.assign(small=np.nan, large=np.nan, lead=np.nan, measured_by=stated["publisher"])
    both = pd.concat([done, said[said["period"].str[:4].astype(int) >= SINCE]], ignore_index=True)
    columns = ["period", "small", "large", "lead", "measured_by", "confidence", "known", "url"]
    return both[columns].drop_duplicates("period").sort_values("period", ignore_index=True)


def _first_lead(pairs: pd.DataFrame, leads: pd.DataFrame) -> Evidence:
    unit, method = (
        "earlier periods with a small-cap lead",
        "count of periods published for both groups alike",
    )
    promised = pairs[(pairs["period"] == str(YEAR)) & (pairs["lead"] > 0)]
    if promised.empty:
        return Evidence.untestable(
            f"No publication known at this date compares small and large growth in {YEAR}.",
            unit=unit,
            method=method,
        )
    done = pairs[
        (pairs["kind"] == "outcome")
        & (pairs["period"].str[:4].astype(int).between(SINCE, YEAR - 1))
    ]
    if done.empty and leads.empty:
        return Evidence.untestable(
            "No outcome since 2021 is published for both groups alike; the vendors' quarterly series would settle it.",
            unit=unit,
            method=method,
        )
    if len(leads) and not leads["confidence"].isin(("verbatim", "derived")).any():
        return Evidence.untestable(
            "Only second-hand pages report an earlier lead.", unit=unit, method=method
        )
    listed = ", ".join(f"{row.period} ({row.measured_by})" for row in leads.itertuples()) or "none"
    without = done[done["lead"] <= 0]["period"].drop_duplicates()
    return Evidence(
        unit=unit,
        method=method,
        estimate=float(len(leads)),
        interval="none",
        n=len(leads) + len(without),
        sources=("earnings_growth", "consensus_record"),
        vintage=VINTAGE,
        note=f"Earlier leads: {listed}. Periods without one: {', '.join(without) or 'none'}.",
    )


def _slower(slowdown: pd.DataFrame) -> Evidence:
    unit, method = (
        "percentage points",
        "expected growth of 2026 less that of 2025 from the same page, range over pages",
    )
    try:
        require_first_hand(slowdown, "S&P 500 growth of both 2025 and 2026")
    except NotKnown as error:
        return Evidence.untestable(str(error), unit=unit, method=method)
    gap = slowdown["difference"]
    return Evidence(
        unit=unit,
        method=method,
        estimate=float(gap.median()),
        ci_low=float(gap.min()),
        ci_high=float(gap.max()),
        ci_level=1.0,
        interval="parameters",
        n=len(gap),
        sources=("earnings_growth", "consensus_record"),
        vintage=VINTAGE,
        note=f"{int((gap > 0).sum())} of {len(gap)} publications see growth speed up.",
    )


def _above_peak(recovery: pd.DataFrame, definition: str) -> Evidence:
    unit, method = (
        "percent of the earlier peak",
        "last reported level grown by the published forecasts over its peak",
    )
    name = dict(
        zip(
            DEFINITIONS,
            ("all companies", "published index earnings", "profitable companies"),
            strict=True,
        )
    )
    if name[definition] not in recovery.index:
        return Evidence.untestable(
            "The last reported level or its published growth was not known at this date.",
            unit=unit,
            method=method,
        )
    low, mid, high = recovery.loc[name[definition]]
    return Evidence(
        unit=unit,
        method=method,
        estimate=mid,
        ci_low=low,
        ci_high=high,
        ci_level=1.0,
        interval="parameters",
        n=2.0,  # publishers whose two-year growth, or vintages whose peak, make the ends of the range
        definitions=recovery["mid"].to_dict(),
        sources=("exposures_by_rank", "earnings_growth"),
        vintage=VINTAGE,
        note=f"Definition: {name[definition]}. Filings are non-financial companies; forecasts speak of whole indices.",
    )
