"""Relative valuation since 1926 from book-to-market of size quintiles: where it stands and what it foretold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import NotKnown, ParameterError
from helpers.stats.persistence import HalfLife, half_life
from helpers.topics.common.pairs import log_return

if TYPE_CHECKING:
    from helpers.data import Information

PAIRS = {
    "lo20_hi20": ("lo20", "hi20"),
    "lo30_hi30": ("lo30", "hi30"),
    "lo10_hi10": ("lo10", "hi10"),
}
HORIZONS = (1, 12, 36, 60)
MIN_HISTORY = 240  # months before the first out-of-sample forecast
TREND_HISTORY = 120  # months before the first deviation from the expanding mean
EXPANDING_START = 120  # months before the first real-time percentile


@dataclass(frozen=True, kw_only=True)
class RelativeValue:
    """Log relative book-to-market of small over large (higher: small is cheaper) and what followed.

    ``percentile`` is today's place in all history (0 to 100), ``real_time`` the place of each month in its own past.
    ``horizons`` has one row a horizon, effects in percent for one standard deviation of the gap.
    """

    pair: str
    gap: pd.Series
    relative: pd.Series
    sd: float
    percentile: float
    real_time: pd.Series
    horizons: pd.DataFrame
    effects: dict[str, float]
    halves: tuple[float, float]
    half_life: HalfLife
    curve: stats.SpecificationCurve
    by_fifth: pd.DataFrame
    decades: pd.DataFrame


def load_gap(info: Information) -> pd.Series:
    """Log book-to-market of the smallest less that of the largest size quintile."""
    small, large = info.load("book_to_market_small"), info.load("book_to_market_large")
    return np.log(small / large).dropna().rename("log relative book-to-market")


def load_relative(info: Information, pair: str) -> pd.Series:
    """Log total return of small less large, percent a month."""
    if pair not in PAIRS:
        raise ParameterError(f"index_pair is {pair!r}; use one of {', '.join(PAIRS)}.")
    small, large = PAIRS[pair]
    return (
        (log_return(info.load(small)) - log_return(info.load(large)))
        .dropna()
        .rename("small less large")
    )


def estimate_relative_value(
    info: Information, pair: str, horizon: int, *, draws: int = 2_000, seed: int = 0
) -> RelativeValue:
    """The gap, its place in history, its half-life, and small less large after it, with persistent-predictor tests.

    Parameters
    ----------
    pair : str
        One of `PAIRS`, the returns to be foretold.
    horizon : int
        Months over which returns are summed in the primary test.
    draws, seed : int
        Simulated series for the half-life, and their seed.

    Raises
    ------
    NotKnown
        Fewer than forty years of figures were known at the date.
    """
    gap, relative = load_gap(info), load_relative(info, pair)
    both = pd.concat([relative, gap], axis=1, join="inner").dropna()
    if len(both) < 2 * MIN_HISTORY:
        raise NotKnown(
            f"Book-to-market: {len(both)} months were known on {info.as_of}; {2 * MIN_HISTORY} are needed."
        )
    returns, gap_now = both.iloc[:, 0], both.iloc[:, 1]
    sd, middle = float(gap_now.std()), len(both) // 2
    detrended = (gap_now - gap_now.expanding(TREND_HISTORY).mean()).dropna()
    effects = {
        "book-to-market of size quintiles": effect(returns, gap_now, horizon),
        "the same in the later half": effect(returns.iloc[middle:], gap_now.iloc[middle:], horizon),
        "detrended by its expanding mean": effect(returns[detrended.index], detrended, horizon),
    }
    early, late = (
        float(effect(part, gap_now[part.index], horizon) / gap_now[part.index].std() * sd)
        for part in (returns.iloc[:middle], returns.iloc[middle:])
    )
    real_time = 100 * gap.expanding(EXPANDING_START).rank(pct=True)
    return RelativeValue(
        pair=pair,
        gap=gap,
        relative=relative,
        sd=sd,
        percentile=float(100 * (gap <= gap.iloc[-1]).mean()),
        real_time=real_time.dropna(),
        horizons=table_horizons(returns, gap_now, sorted({*HORIZONS, horizon})),
        effects=effects,
        halves=(early, late),
        half_life=half_life(gap, draws=draws, rng=np.random.default_rng(seed)),
        curve=_curve(info, gap_now, detrended, horizon),
        by_fifth=_by_fifth(real_time, relative),
        decades=_decades(relative, gap),
    )


def effect(returns: pd.Series, gap: pd.Series, horizon: int) -> float:
    """Return over the horizon, percent, for one standard deviation of the gap, by IVX."""
    return float(horizon * stats.ivx(returns, gap, horizon).coefficients.iloc[0] * gap.std())


def table_horizons(returns: pd.Series, gap: pd.Series, horizons) -> pd.DataFrame:
    """By horizon: IVX and Hodrick effects with intervals and p-values, and out-of-sample R2; percent for one sd."""
    sd, rows = float(gap.std()), {}
    for horizon in horizons:
        test = stats.ivx(returns, gap, horizon)
        scale = horizon * sd
        hodrick = stats.hodrick_1b(returns, gap, horizon)
        ahead = stats.oos_r2(returns, gap, horizon, MIN_HISTORY)
        rows[horizon] = {
            "effect": scale * test.coefficients.iloc[0],
            "ci_low": scale * test.ci_low.iloc[0],
            "ci_high": scale * test.ci_high.iloc[0],
            "p_ivx": test.p.iloc[0],
            "hodrick": sd * hodrick.estimate,
            "p_hodrick": hodrick.p,
            "oos_r2": 100 * ahead.r2,
            "p_oos": ahead.p,
            "mde": stats.minimum_detectable_effect(scale * test.se.iloc[0]),
            "delta": test.delta.iloc[0],
            "n": test.n,
            "n_effective": test.n / horizon,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("months")


def _curve(
    info: Information, gap: pd.Series, detrended: pd.Series, horizon: int
) -> stats.SpecificationCurve:
    """Three return pairs, two definitions of the gap, three samples; jointly against every shift of the gaps."""
    outcomes = pd.DataFrame({pair: load_relative(info, pair) for pair in PAIRS}).reindex(
        detrended.index
    )
    predictors = pd.DataFrame({"gap": gap[detrended.index], "less expanding mean": detrended})
    kept = outcomes.dropna().index
    first, middle, last = kept[0], kept[len(kept) // 2], kept[-1]
    samples = {
        "all": (first, last),
        "first half": (first, middle),
        "second half": (middle + 1, last),
    }
    return stats.specification_curve(outcomes.loc[kept], predictors.loc[kept], samples, horizon)


def _by_fifth(real_time: pd.Series, relative: pd.Series) -> pd.DataFrame:
    """Mean later return of small less large by fifth of the real-time percentile; percent, log, not a year."""
    fifth = pd.cut(
        real_time.dropna(), [0, 20, 40, 60, 80, 100], labels=range(1, 6), include_lowest=True
    )
    table = {}
    for horizon in (12, 36, 60):
        later = relative[::-1].rolling(horizon).sum()[::-1].shift(-1)
        table[f"{horizon} months"] = (
            later.reindex(fifth.index).groupby(fifth, observed=False).mean()
        )
    table["months in it"] = fifth.value_counts().reindex(range(1, 6))
    return pd.DataFrame(table).rename_axis("fifth of the gap (5: small cheapest)")


def _decades(relative: pd.Series, gap: pd.Series) -> pd.DataFrame:
    """Small less large a year by decade: re-rating, and the rest (growth of book, payout, change of members)."""
    both = pd.concat(
        [relative, gap.rename("gap"), (-100 * gap.diff()).rename("re-rating")], axis=1
    ).dropna()
    decade = both.index.year // 10 * 10
    table = both.groupby(decade)[["small less large", "re-rating"]].mean() * 12
    table.loc["all"] = both[["small less large", "re-rating"]].mean() * 12
    table["growth, payout, members"] = table["small less large"] - table["re-rating"]
    return table.rename_axis("decade")
