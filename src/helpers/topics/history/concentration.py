"""Concentration: a decade of large-company leadership, and what followed when the market was top-heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers import stats
from helpers.errors import ParameterError
from helpers.topics.common.pairs import (
    CENTURY_PAIRS,
    PAIR_LABELS,
    describe_vintage,
    load_small_minus_large,
)
from helpers.topics.history.size_premium import mean_halves
from helpers.topics.history.state import logit
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information

DECADE = 120  # months
YEAR = 12  # months ahead, fixed with the claim
HORIZONS = (1, 12, 36, 60)
MIN_HISTORY = 240  # months before the first out-of-sample forecast
PEAK_SPAN = 60  # months on each side that a peak of concentration must top


@dataclass(frozen=True)
class Concentration:
    """Share of the largest decile, its slope for relative returns by horizon, and what followed its peaks."""

    share: pd.Series
    relative: pd.Series
    slopes: pd.DataFrame
    peaks: pd.DataFrame
    out_of_sample: stats.OosR2
    family: stats.SpecificationCurve
    decade: pd.Series


def examine_concentration(info: Information, *, pair: str) -> Concentration:
    """The decade of the large, and twelve months after high concentration."""
    relative = load_small_minus_large(info, pair)
    share = info.load("top_decile_share")
    returns, level = _align(relative, logit(share))
    if len(relative) < DECADE:
        raise ParameterError(
            f"{pair} has {len(relative)} months; the decade to the date needs {DECADE}."
        )
    return Concentration(
        share=share,
        relative=relative,
        slopes=_slopes(returns, level),
        peaks=_peaks(share, relative),
        out_of_sample=stats.oos_r2(returns, level, horizon=YEAR, min_history=MIN_HISTORY),
        family=_family(info),
        decade=-relative.iloc[-DECADE:],
    )


def _align(returns: pd.Series, level: pd.Series) -> tuple[pd.Series, pd.Series]:
    months = returns.index.intersection(level.index)
    return returns[months], level[months]


def _slopes(returns: pd.Series, level: pd.Series) -> pd.DataFrame:
    """Effect of one standard deviation of the logit share on the sum of the next h relative returns, percent."""
    scale = level.std()
    rows = {}
    for horizon in HORIZONS:
        robust = stats.ivx(returns, level, horizon=horizon)
        hodrick = stats.hodrick_1b(returns, level, horizon=horizon)
        rows[horizon] = {
            "IVX slope": horizon * scale * robust.coefficients.iloc[0],
            "low 95 %": horizon * scale * robust.ci_low.iloc[0],
            "high 95 %": horizon * scale * robust.ci_high.iloc[0],
            "p, IVX": robust.p.iloc[0],
            "least squares": scale * hodrick.estimate,
            "p, Hodrick": hodrick.p,
            "R2 in sample, percent": 100 * hodrick.r2,
            "separate windows": hodrick.n_effective,
            "delta": robust.delta.iloc[0],
            "R2 out of sample, percent": 100
            * stats.oos_r2(returns, level, horizon, MIN_HISTORY).r2,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("months ahead")


def _family(info: Information) -> stats.SpecificationCurve:
    """Every pair, three measures of concentration, four spans: do they agree, and more than chance would?"""
    outcomes = pd.DataFrame(
        {PAIR_LABELS[pair]: load_small_minus_large(info, pair) for pair in CENTURY_PAIRS}
    )
    level = logit(info.load("top_decile_share"))
    predictors = pd.DataFrame(
        {
            "largest decile": level,
            "all but the smallest 30 percent": logit(1 - info.load("small30_share")),
            "largest decile less its ten-year mean": level - level.rolling(DECADE).mean(),
        }
    )
    both = pd.concat([outcomes, predictors], axis=1).dropna()
    first, last = both.index[0], both.index[-1]
    samples = {
        "all": (first, last),
        "to 1974": (first, pd.Period("1974-12", "M")),
        "from 1975": (pd.Period("1975-01", "M"), last),
        "from 1984": (pd.Period("1984-01", "M"), last),
    }
    return stats.specification_curve(
        both[outcomes.columns], both[predictors.columns], samples, horizon=YEAR
    )


def _peaks(share: pd.Series, relative: pd.Series) -> pd.DataFrame:
    """Local peaks of concentration, found with hindsight, and the relative return after each one."""
    highest = share.rolling(2 * PEAK_SPAN + 1, center=True, min_periods=PEAK_SPAN + 1).max()
    # Close to either end nobody could know that it was a peak: both sides must be complete.
    inside = share.index[PEAK_SPAN:-PEAK_SPAN]
    months = [month for month in inside if share[month] == highest[month]]
    months.append(share.index[-1])
    rows = {}
    for month in months:
        row = {"share": 100 * share[month]}
        for horizon in HORIZONS[1:]:
            after = relative[month + 1 : month + horizon]
            row[f"next {horizon} months"] = after.sum() if len(after) == horizon else float("nan")
        rows[str(month)] = row
    return pd.DataFrame.from_dict(rows, orient="index")


def weigh_leadership(info: Information, concentration: Concentration) -> Evidence:
    """Evidence for M1: mean return of large less small companies over the ten years to the date."""
    decade = concentration.decade
    mean = stats.mean_hac(decade)
    definitions = {
        _reverse(PAIR_LABELS[pair]): float(
            -12 * load_small_minus_large(info, pair).iloc[-DECADE:].mean()
        )
        for pair in ("lo30_hi30", "lo20_hi20", "iwm_spy")
    }
    return Evidence(
        unit="percent a year",
        method=f"mean log return of large less small, {decade.index[0]} to {decade.index[-1]}, HAC fixed-b interval",
        estimate=12 * mean.estimate,
        ci_low=12 * mean.ci_low,
        ci_high=12 * mean.ci_high,
        n=mean.n,
        n_effective=min(mean.n_effective, float(mean.n)),
        p=mean.p,
        mde=stats.minimum_detectable_effect(12 * mean.se),
        definitions=definitions,
        halves=mean_halves(decade),
        sources=("lo30", "hi30", "lo20", "hi20", "iwm", "spy"),
        vintage=describe_vintage(info, ("lo30", "iwm")),
        note=(
            "The decade was named after it was seen. The smallest 30 percent by NYSE breakpoints are micro-caps, "
            "far below the Russell 2000."
        ),
    )


def weigh_reversal(info: Information, concentration: Concentration) -> Evidence:
    """Evidence for H3: twelve-month relative return when concentration is one standard deviation higher."""
    slope = concentration.slopes.loc[YEAR]
    definitions, level = {}, logit(info.load("top_decile_share"))
    for pair in CENTURY_PAIRS:
        definitions[PAIR_LABELS[pair]] = _year_slope(
            *_align(load_small_minus_large(info, pair), level)
        )
    returns, level = _align(concentration.relative, level)
    half = len(returns) // 2
    return Evidence(
        unit="percent over twelve months",
        method="IVX slope of the next twelve monthly log returns on the logit share, times its standard deviation",
        estimate=float(slope["IVX slope"]),
        ci_low=float(slope["low 95 %"]),
        ci_high=float(slope["high 95 %"]),
        n=len(returns) - YEAR,
        n_effective=float(slope["separate windows"]),
        p=float(slope["p, IVX"]),
        mde=stats.minimum_detectable_effect(
            float(slope["high 95 %"] - slope["low 95 %"]) / (2 * 1.959964)
        ),
        definitions=definitions,
        halves=(
            _year_slope(returns.iloc[:half], level.iloc[:half], level.std()),
            _year_slope(returns.iloc[half:], level.iloc[half:], level.std()),
        ),
        oos_r2=concentration.out_of_sample.r2,
        sources=("top_decile_share", "lo30", "hi30", "smb"),
        vintage=describe_vintage(info, ("top_decile_share", "lo30", "smb")),
        note=(
            f"Hodrick's standard errors give a p of {slope['p, Hodrick']:.2g} for the least-squares slope of "
            f"{slope['least squares']:.1f}. The in-sample R2 says nothing: it grows with the horizon by itself."
        ),
    )


def _year_slope(returns: pd.Series, level: pd.Series, scale: float | None = None) -> float:
    slope = stats.ivx(returns, level, horizon=YEAR).coefficients.iloc[0]
    return float(YEAR * slope * (level.std() if scale is None else scale))


def _reverse(label: str) -> str:
    small, large = label.split(" less ")
    if "percent" in large:
        return f"{large.rsplit(' ', 2)[0]} less {small} {' '.join(large.rsplit(' ', 2)[1:])}"
    return f"{large} less {small}"
