"""Relative valuation since 1926 from book-to-market of size quintiles: where it stands and what it foretold."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import NotKnown
from helpers.topics.common.predicted import MIN_HISTORY, later_return

HORIZONS = (1, 12, 36, 60)
FIFTH_HORIZONS = (12, 36, 60)
TREND_HISTORY = 120  # months before the first deviation from the expanding mean
EXPANDING_START = 120  # months before the first real-time percentile
TWELVE = 12  # months of a year


def log_ratio(small: pd.Series, large: pd.Series) -> pd.Series:
    """Log book-to-market of small less that of large companies: higher means that small ones are cheaper."""
    return pd.Series(np.log(small / large)).dropna()


def percentile_now(gap: pd.Series) -> float:
    """Share of all months in which small companies were dearer than in the last one, or as cheap; percent."""
    return float(100 * (gap <= gap.iloc[-1]).mean())


def percentile_in_its_past(gap: pd.Series) -> pd.Series:
    """Place of each month among the months up to it, percent (100: small companies were never cheaper)."""
    return (100 * gap.expanding(EXPANDING_START).rank(pct=True)).dropna()


def less_expanding_mean(gap: pd.Series) -> pd.Series:
    """Deviation of each month from the mean of the months up to it."""
    return (gap - gap.expanding(TREND_HISTORY).mean()).dropna()


def months_of_both(gap: pd.Series, relative: pd.Series) -> pd.DataFrame:
    """Columns ``gap`` and ``relative`` in the months in which both were known.

    Raises
    ------
    NotKnown
        Fewer than forty years of them.
    """
    both = pd.DataFrame({"gap": gap, "relative": relative}).dropna()
    if len(both) < 2 * MIN_HISTORY:
        raise NotKnown(
            f"Book-to-market: {len(both)} months were known at this date; {2 * MIN_HISTORY} are needed."
        )
    return both


def slope(both: pd.DataFrame, horizon: int) -> float:
    """Log return over the horizon, percent, for a unit of the gap, by IVX."""
    test = stats.ivx(both["relative"], both["gap"], horizon)
    return float(horizon * test.coefficients.iloc[0])


def early_half(both: pd.DataFrame) -> pd.DataFrame:
    """The months up to the middle of the sample."""
    return both.iloc[: len(both) // 2]


def later_half(both: pd.DataFrame) -> pd.DataFrame:
    """The months after the middle of the sample."""
    return both.iloc[len(both) // 2 :]


def detrended(both: pd.DataFrame) -> pd.DataFrame:
    """The same with the deviation of the gap from its expanding mean for the gap."""
    return both.assign(gap=less_expanding_mean(both["gap"])).dropna()


def table_horizons(both: pd.DataFrame, horizons: Iterable[int]) -> pd.DataFrame:
    """What small less large companies returned after the gap, by horizon and method.

    Parameters
    ----------
    both : DataFrame
        As from `months_of_both`.
    horizons : iterable of int
        Months over which returns are summed.

    Returns
    -------
    DataFrame
        One row a horizon. Log percent for one standard deviation of the gap: ``effect`` with ``ci_low`` and
        ``ci_high`` (IVX), ``hodrick`` (least squares, with the p of Hodrick's errors), ``mde``; ``p_ivx``,
        ``p_hodrick``, ``p_oos``; ``oos_r2`` in percent; ``delta`` (correlation of the innovations); ``n`` and
        ``n_effective``.
    """
    returns, gap = both["relative"], both["gap"]
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
            "p_ivx": test.p_each.iloc[0],
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


def a_year(horizons: pd.DataFrame) -> pd.DataFrame:
    """Effects of `table_horizons` and their intervals in percent a year."""
    effects = horizons[["effect", "ci_low", "ci_high", "hodrick"]]
    return effects.mul(TWELVE / effects.index.to_numpy(), axis=0)


def specifications(
    outcomes: pd.DataFrame, both: pd.DataFrame, horizon: int
) -> stats.SpecificationCurve:
    """Every pair of portfolios, two definitions of the gap, three samples; jointly against every shift of the gaps.

    Parameters
    ----------
    outcomes : DataFrame
        Log return of small less large companies by pair, percent a month.
    both : DataFrame
        As from `months_of_both`.
    """
    trend = detrended(both)["gap"]
    predictors = pd.DataFrame({"gap": both["gap"][trend.index], "less expanding mean": trend})
    outcomes = outcomes.reindex(trend.index).dropna()
    first, middle, last = outcomes.index[0], outcomes.index[len(outcomes) // 2], outcomes.index[-1]
    samples = {
        "all": (first, last),
        "first half": (first, middle),
        "second half": (middle + 1, last),
    }
    return stats.specification_curve(outcomes, predictors.loc[outcomes.index], samples, horizon)


def returns_by_fifth(real_time: pd.Series, relative: pd.Series) -> pd.DataFrame:
    """Mean later return of small less large companies by fifth of the percentile in its own past.

    Returns
    -------
    DataFrame
        Rows 1 (small companies dearest) to 5 (cheapest). Log percent a year over the next 12, 36 and 60 months, and
        ``months in it``: how many months fell into the fifth.
    """
    fifth = pd.Series(np.ceil(real_time / 20)).astype(int)
    table = {}
    for horizon in FIFTH_HORIZONS:
        later = later_return(relative, horizon) * TWELVE / horizon
        table[f"{horizon} months"] = later.reindex(fifth.index).groupby(fifth).mean()
    table["months in it"] = fifth.value_counts().reindex(range(1, 6), fill_value=0)
    return pd.DataFrame(table).rename_axis("fifth of the gap (5: small cheapest)")


def split_by_decade(gap: pd.Series, relative: pd.Series) -> pd.DataFrame:
    """Small less large companies by decade: re-rating, and the rest; log percent a year.

    Small companies re-rate when the gap closes: their book value costs more, relative to that of large ones. The
    rest is growth of book value, payout, and the change of members each June.
    """
    both = pd.DataFrame({"small less large": relative, "re-rating": -100 * gap.diff()}).dropna()
    decade = pd.PeriodIndex(both.index).year // 10 * 10
    table = both.groupby(decade).mean() * TWELVE
    table.loc["all"] = both.mean() * TWELVE
    table["growth, payout, members"] = table["small less large"] - table["re-rating"]
    return table.rename_axis("decade")
