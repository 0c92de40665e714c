"""Claims E1 to E5: is the small-cap growth lead of 2026 real, new, and more than a rebound?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import DataError, ParameterError
from helpers.stats.evidence import Evidence
from helpers.topics.consensus import (
    ConsensusError,
    carries_weight,
    estimate_consensus_error,
    forecasts,
    growth_quotations,
    known_rows,
    pair_quotations,
    require_first_hand,
    stated_leads,
    table_misses,
)
from helpers.topics.earnings_payoff import EarningsPayoff, estimate_payoff
from helpers.topics.growth import (
    UndefinedGrowth,
    aggregate_growth,
    change_over_absolute,
    change_over_value,
    growth_of_profits,
    midpoint_growth,
)

if TYPE_CHECKING:
    from helpers.data import Information

YEAR = 2026  # the year the article forecasts
CLAIMED_SMALL, CLAIMED_LARGE = 19.0, 12.5  # the article's numbers: yardsticks, never inputs
SINCE = 2021  # "post-pandemic"
DEFINITIONS = ("index_with_loss_makers", "profit_screened_index", "profitable_base")
SMALL_RANKS, LARGE_RANKS = "1001-3000", "1-500"
LOSS_SHARES = (1.0, 0.5, 0.0)  # losses that remain in the low, middle and high path of E5
VINTAGE = "quotations known by the date; filings of the last fiscal year known then"


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
    stated = stated_leads(info) if index_pair == "russell2000_sp500" else stated_leads(info).iloc[:0]
    since = pd.Timestamp(info.as_of) - pd.DateOffset(months=max_age_months)
    error, reason = _value_or_reason(estimate_consensus_error, info)
    shocks = _shocks(error_correlation, draws, seed)
    small, small_reason = _value_or_reason(
        lambda: predict_growth(info, quotations, definition, since, error, shocks[0], haircut, months_left)
    )
    large, large_reason = _value_or_reason(
        lambda: predict_growth(info, quotations, "large", since, error, shocks[1], (), months_left)
    )
    definitions = {
        name: forecast.corrected
        for name in DEFINITIONS
        if (forecast := _value_or_reason(
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
            large, reason or large_reason, _large_definitions(info, quotations, since, error, months_left)
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
        lead=_lead(small, large),
        definitions=definitions,
        slowdown=slowdown,
        levels=levels,
        recovery=recovery,
        by_rank=table_growth_by_rank(info, near_zero / 100),
        payoff=estimate_payoff(info, horizon),
    )


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
    DataError
        No publication with weight was known, only second-hand ones, or no record of errors.

    Notes
    -----
    The record is that of the S&P 500. Small-cap consensus is worse documented and missed by more where it is
    documented, so the interval flatters the small-cap forecast.
    """
    if error is None:
        raise DataError("No record of forecast errors was known at this date; a later as_of has one.")
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


def table_growth_by_rank(info: Information, near_zero: float = 0.25) -> pd.DataFrame:
    """Growth of net income by fiscal year and market-cap rank under each definition that group totals allow.

    Companies are those of the rank in each year, not the same ones. Percent; NaN with a reason where refused.
    """
    rows = known_rows(info, "exposures_by_rank")
    found = []
    for rank, group in rows.groupby("rank", sort=False):
        group = group.sort_values("fiscal_year")
        for (_, then), (_, now) in zip(group.iloc[:-1].iterrows(), group.iloc[1:].iterrows(), strict=True):
            base, current = _profits_and_losses(then), _profits_and_losses(now)
            ratio, reason = _value_or_reason(
                lambda b=base, c=current: aggregate_growth(b, c, near_zero=near_zero)
            )
            found.append(
                {
                    "rank": rank,
                    "fiscal_year": int(now["fiscal_year"]),
                    "ratio of sums": ratio,
                    "mid-point": midpoint_growth(base, current),
                    "over gross earnings": change_over_absolute(base, current),
                    "over market value": change_over_value(
                        [sum(base)], [sum(current)], [then["market_cap_bn"]]
                    ),
                    "profitable companies": aggregate_growth(base[:1], current[:1]),
                    "reason": reason,
                }
            )
    columns = [
        "rank",
        "fiscal_year",
        "ratio of sums",
        "mid-point",
        "over gross earnings",
        "over market value",
    ]
    return pd.DataFrame(found, columns=[*columns, "profitable companies", "reason"])


def table_levels(info: Information) -> pd.DataFrame:
    """Net income by fiscal year for small and large ranks, bn USD: all, the profitable, the loss-makers."""
    rows = known_rows(info, "exposures_by_rank")
    rows = rows[rows["rank"].isin((SMALL_RANKS, LARGE_RANKS))]
    return pd.DataFrame(
        {
            "rank": rows["rank"],
            "fiscal_year": rows["fiscal_year"].astype(int),
            "all": rows["net_income_bn"],
            "profits": rows["net_income_profitable_bn"],
            "losses": rows["net_income_profitable_bn"] - rows["net_income_bn"],
            "loss_makers_pct": rows["loss_makers_pct_of_firms"],
        }
    ).sort_values(["rank", "fiscal_year"], ignore_index=True)


def table_slowdown(info: Information, quotations: pd.DataFrame) -> pd.DataFrame:
    """Growth of the S&P 500 in 2025 and 2026 from the same page, and the difference in points."""
    large = carries_weight(quotations)
    large = large[large["index_name"] == "S&P 500"]
    then = large[large["period"] == str(YEAR - 1)]
    now = large[large["period"] == str(YEAR)]
    both = then.merge(now, on="url", suffixes=("", "_next"))
    table = both[["publisher", "known", "confidence"]].assign(
        growth_2025=both["growth"], growth_2026=both["growth_next"]
    )
    table = pd.concat([table, _slowdown_from_levels(info, then)], ignore_index=True)
    table["difference"] = table["growth_2026"] - table["growth_2025"]
    return table.sort_values("known", ignore_index=True)


def table_recovery(info: Information, quotations: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """Small-cap earnings implied for 2026 against their earlier peak, percent: low, mid and high by definition.

    The last reported fiscal year is grown by the two-year growth published for the profit-screened index (low) and
    for the broad one (high); the middle is their geometric mean. The base of all companies is negative, so their
    profits grow at those rates while their losses stay (low), halve (mid) or end (high).
    """
    rows: dict[str, tuple[float, float, float]] = {}
    small = levels[levels["rank"] == SMALL_RANKS]
    growth = _two_year_growth(quotations)
    if not small.empty and growth is not None and small["fiscal_year"].iloc[-1] == YEAR - 2:
        peak, last = small.loc[small["all"].idxmax()], small.iloc[-1]
        profits = [last["profits"] * factor for factor in growth]
        whole = [profit - last["losses"] * share for profit, share in zip(profits, LOSS_SHARES, strict=True)]
        rows["all companies"] = tuple(100 * (level / peak["all"] - 1) for level in whole)
        rows["profitable companies"] = tuple(100 * (level / peak["profits"] - 1) for level in profits)
    published = _published_recovery(info, quotations)
    if published:
        rows["published index earnings"] = (min(published), float(np.mean(published)), max(published))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "mid", "high"])


def split_drivers(info: Information, claimed: float = CLAIMED_SMALL) -> pd.DataFrame:
    """Where a given growth of the broad small-cap index would have to come from, percentage points of it.

    ``losses``: the gearing of unchanged losses, which turns growth of profits into more growth of the index;
    ``rates``: lower policy rates, from the interest bill model of notebook 01, on the same gearing; ``volume and
    margin``: the rest. Range of the rates row from that model.
    """
    from helpers.topics import debt  # only this function needs the interest bill

    profits, losses = _consensus_profits_and_losses(info)
    of_profits = growth_of_profits(claimed, 0.0, profits=profits, losses=losses)
    gearing = profits / (profits - losses)
    rates = debt.examine(info, draws=2048).evidence["D3"]
    if rates.not_testable:
        raise DataError(f"The rate contribution is not known: {rates.not_testable}")
    low, mid, high = rates.ci_low, rates.estimate, rates.ci_high
    rest = of_profits - gearing * np.array([high, mid, low])
    parts = {
        "unchanged losses": (claimed - of_profits,) * 3,
        "lower policy rates": tuple(gearing * np.array([low, mid, high])),
        "volume and margin": tuple(rest),
    }
    return pd.DataFrame.from_dict(parts, orient="index", columns=["low", "mid", "high"])


def drivers_or_reason(info: Information) -> tuple[pd.DataFrame | None, str]:
    """`split_drivers`, or none and the reason why its inputs were not known."""
    return _value_or_reason(split_drivers, info)


def table_split(info: Information) -> pd.DataFrame:
    """Small-firm net income of the last reported year by definition, transition, driver; empty before known."""
    table, _ = _value_or_reason(info.table, "earnings_split")
    return pd.DataFrame(columns=["metric", "group", "amount", "unit"]) if table is None else table


def _publications(quotations: pd.DataFrame, definition: str, since: pd.Timestamp) -> pd.DataFrame:
    if definition == "large":
        return forecasts(quotations, "S&P 500", YEAR, since, "consensus")
    group = "S&P 600" if definition == "profit_screened_index" else "Russell 2000"
    return forecasts(quotations, group, YEAR, since)


def _shocks(correlation: float, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two correlated uniform draws: one a small-cap, one a large-cap year."""
    from scipy.stats import norm

    rng = np.random.default_rng(seed)
    common, own = rng.standard_normal((2, draws))
    return norm.cdf(correlation * common + np.sqrt(1 - correlation**2) * own), norm.cdf(common)


def _level_factor(
    error: ConsensusError, shocks: np.ndarray, haircut: Sequence[float], months_left: int
) -> np.ndarray:
    """Final level over consensus level: the record's t distribution for a new year, or a triangle of haircuts."""
    from scipy import stats as laws

    if len(haircut):
        low, mid, high = haircut
        if not low <= mid <= high:
            raise ParameterError(f"haircut is {list(haircut)}; give low, mid, high in rising order.")
        width = high - low
        cut = laws.triang(0.5 if width == 0 else (mid - low) / width, low, width or 1e-12).ppf(shocks)
        return 1 - cut / 100
    scale = error.sd * np.sqrt(1 + 1 / error.years) * np.sqrt(months_left / 12)
    over = error.mean * months_left / 12 + scale * laws.t(error.years - 1).ppf(shocks)
    return 1 / np.maximum(1 + over / 100, 0.2)  # a forecast five times too low is beyond any record


def _usual_factor(error: ConsensusError, haircut: Sequence[float], months_left: int) -> float:
    return 1 - haircut[1] / 100 if len(haircut) else 1 / (1 + error.mean * months_left / 1200)


def _without_gearing(info: Information, growth: float) -> float:
    """Growth of the profitable companies if the losses of the index stay as they are."""
    profits, losses = _consensus_profits_and_losses(info)
    return growth_of_profits(growth, 0.0, profits=profits, losses=losses)


def _consensus_profits_and_losses(info: Information) -> tuple[float, float]:
    rows = info.table("consensus_pe")
    last = rows[rows["index_name"] == "IWM"].sort_values("price_date").iloc[-1]
    losses = -last["quarterly_losses_bn"]
    return float(last["quarterly_net_income_bn"] + losses), float(losses)


def _profits_and_losses(row: pd.Series) -> list[float]:
    return [row["net_income_profitable_bn"], row["net_income_bn"] - row["net_income_profitable_bn"]]


def _lead(small: Forecast | None, large: Forecast | None) -> Lead | None:
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


def _about(forecast: Forecast | None, reason: str, definitions: dict[str, float]) -> Evidence:
    method = "median of published forecasts less the usual overestimate; predictive interval from past errors"
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
        n=len(forecast.quotations),
        definitions={name.replace("_", " "): value for name, value in definitions.items()},
        sources=("earnings_growth", "consensus_record"),
        vintage=VINTAGE,
        note=f"Published: {low:.3g} to {high:.3g} percent, median {forecast.consensus:.3g}; "
        f"{first_hand} of {len(forecast.quotations)} read first hand.",
    )


def _large_definitions(info, quotations, since, error, months_left) -> dict[str, float]:
    if error is None:
        return {}
    usual = _usual_factor(error, (), months_left)
    found = {}
    for name, vendors in (("bottom-up consensus", "consensus"), ("strategist forecasts", "strategists")):
        rows = forecasts(quotations, "S&P 500", YEAR, since, vendors)
        if vendors == "strategists":
            rows = pd.concat([rows, forecasts(quotations, "US large caps", YEAR, since, vendors)])
        if len(rows):
            found[name] = float(100 * ((1 + rows["growth"].median() / 100) * usual - 1))
    growth = info.load("eps_growth_yoy_pct")
    yearly = np.log1p(growth[growth.index.month == 12] / 100)
    found["random walk"] = float(100 * np.expm1(yearly.mean()))
    return found


def _earlier_leads(pairs: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Periods since the pandemic, before the forecast year, in which small-cap earnings had grown faster."""
    done = pairs[(pairs["kind"] == "outcome") & (pairs["period"].str[:4].astype(int) >= SINCE)]
    done = done[(done["period"].str[:4].astype(int) < YEAR) & (done["lead"] > 0)]
    said = stated.assign(small=np.nan, large=np.nan, lead=np.nan, measured_by=stated["publisher"])
    both = pd.concat([done, said[said["period"].str[:4].astype(int) >= SINCE]], ignore_index=True)
    columns = ["period", "small", "large", "lead", "measured_by", "confidence", "known", "url"]
    return both[columns].drop_duplicates("period").sort_values("period", ignore_index=True)


def _first_lead(pairs: pd.DataFrame, leads: pd.DataFrame) -> Evidence:
    unit, method = "earlier periods with a small-cap lead", "count of periods published for both groups alike"
    promised = pairs[(pairs["period"] == str(YEAR)) & (pairs["lead"] > 0)]
    if promised.empty:
        return Evidence.untestable(
            f"No publication known at this date compares small and large growth in {YEAR}.",
            unit=unit,
            method=method,
        )
    done = pairs[
        (pairs["kind"] == "outcome") & (pairs["period"].str[:4].astype(int).between(SINCE, YEAR - 1))
    ]
    if done.empty and leads.empty:
        return Evidence.untestable(
            "No outcome since 2021 is published for both groups alike; the vendors' quarterly series would settle it.",
            unit=unit,
            method=method,
        )
    if len(leads) and not leads["confidence"].isin(("verbatim", "derived")).any():
        return Evidence.untestable("Only second-hand pages report an earlier lead.", unit=unit, method=method)
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
    except DataError as error:
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
        zip(DEFINITIONS, ("all companies", "published index earnings", "profitable companies"), strict=True)
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


def _slowdown_from_levels(info: Information, then: pd.DataFrame) -> pd.DataFrame:
    """Pages that give 2025 as growth and 2026 as a level in USD."""
    rows = known_rows(info, "consensus_record")
    rows = rows[(rows["group"] == "S&P 500") & rows["metric"].str.startswith("consensus EPS CY")]
    rows = rows.assign(year=rows["metric"].str[-4:], value=pd.to_numeric(rows["value"]))
    levels = rows.pivot_table(index="url", columns="year", values="value")
    if not {str(YEAR - 1), str(YEAR)} <= set(levels.columns):
        return pd.DataFrame(columns=["publisher", "known", "confidence", "growth_2025", "growth_2026"])
    growth = (100 * (levels[str(YEAR)] / levels[str(YEAR - 1)] - 1)).rename("growth_2026").reset_index()
    both = then.merge(growth, on="url").rename(columns={"growth": "growth_2025"})
    return both[["publisher", "known", "confidence", "growth_2025", "growth_2026"]]


def _two_year_growth(quotations: pd.DataFrame) -> tuple[float, float, float] | None:
    """Growth factor of 2025 and 2026 together: profit-screened index, geometric middle, broad index."""
    factors = []
    for name in ("S&P 600", "Russell 2000"):
        rows = carries_weight(quotations)
        rows = rows[(rows["index_name"] == name) & rows["period"].isin((str(YEAR - 1), str(YEAR)))]
        rows = rows[rows["vendor"].isin(("First Trust", "First Eagle"))]
        last = rows.sort_values("known").drop_duplicates("period", keep="last")
        if len(last) < 2:
            return None
        factors.append(float((1 + last["growth"] / 100).prod()))
    low, high = sorted(factors)
    return low, float(np.sqrt(low * high)), high


def _published_recovery(info: Information, quotations: pd.DataFrame) -> list[float]:
    """S&P 600 earnings of 2026 over their peak of 2022, percent, in each vintage of the same publisher."""
    rows = known_rows(info, "earnings_growth")
    rows = rows[(rows["group"] == "S&P 600") & rows["publisher"].str.startswith("First Trust")]
    rows = rows.assign(year=rows["metric"].str[-4:], value=pd.to_numeric(rows["value"]))
    usd = rows[rows["unit"].str.startswith("USD")]
    growth = quotations[(quotations["index_name"] == "S&P 600") & (quotations["vendor"] == "First Trust")]
    growth = growth.set_index("period")["growth"]
    found = []
    for _, page in usd.groupby("url"):
        level = page.set_index("year")["value"]
        if str(YEAR) in level and "2022" in level:
            found.append(100 * (level[str(YEAR)] / level["2022"] - 1))
        elif str(YEAR - 1) in level and "2022" in level and str(YEAR) in growth:
            found.append(100 * (level[str(YEAR - 1)] * (1 + growth[str(YEAR)] / 100) / level["2022"] - 1))
    return found


def _value_or_reason(function, *arguments):
    """Result and no reason, or no result and the reason why there is none."""
    try:
        return function(*arguments), ""
    except (DataError, UndefinedGrowth) as error:
        return None, str(error)
