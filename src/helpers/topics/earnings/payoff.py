"""Does an earnings lead pay? S&P 500 earnings since 1926, profits of the whole economy, and later returns."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import data, stats

if TYPE_CHECKING:
    from helpers.data import Information

MIN_HISTORY = 240  # months before the first out-of-sample forecast
RECOVERY = 6  # months of falling earnings before a rise counts as a recovery


@dataclass(frozen=True, kw_only=True)
class EarningsPayoff:
    """Earnings growth and returns: the past of each against the future of the other.

    ``predictive`` has one row a question (slope for ten points of growth, both tests, out-of-sample R2);
    ``by_sign`` mean returns in and after years of falling and rising earnings; ``recoveries`` the test of returns
    after earnings turned up, one number an event in ``recoveries.per_event``.
    """

    predictive: pd.DataFrame
    by_sign: pd.DataFrame
    recoveries: stats.CircularShift | None
    horizon: int
    lag: int
    history: pd.DataFrame


def log_return(info: Information) -> pd.Series:
    """S&P 500 total log return, percent a month: price change and a twelfth of the dividend yield."""
    price = np.log1p(info.load("price_return_pct") / 100)
    paid = np.log1p(info.load("dividend_yield_pct") / 1200)
    return (100 * (price + paid)).dropna().rename("S&P 500")


def relative_return(info: Information, small: str = "lo20", large: str = "hi20") -> pd.Series:
    """Log total return of small less large companies, percent a month."""
    legs = np.log1p(info.load(small) / 100) - np.log1p(info.load(large) / 100)
    return (100 * legs).dropna().rename("small less large")


def known_growth(info: Information, name: str = "eps_growth_yoy_pct") -> tuple[pd.Series, int]:
    """Log growth over a year in percent, dated by the month in which it was known, and the lag in months.

    The figure of a month is public only its release lag later: used at its own date it would look ahead. Logs keep
    the rebound after 2009, which multiplied earnings, from deciding everything.
    """
    lag = math.ceil(data.catalog()[name].release_lag / 30)
    growth = 100 * np.log1p(info.load(name) / 100)
    return growth.set_axis(growth.index + lag), lag


def estimate_payoff(info: Information, horizon: int = 12) -> EarningsPayoff:
    """Returns after earnings growth, and earnings growth after returns.

    Parameters
    ----------
    info : Information
        The information set.
    horizon : int
        Months over which returns are summed.

    Notes
    -----
    The Granger-type rows are yearly and do not overlap: next year's value on this year's value of both variables,
    HAC errors with one lag. Exploratory: no verdict rests on it.
    """
    market, relative = log_return(info), relative_return(info)
    growth, lag = known_growth(info)
    rows = [
        _predict("S&P 500 after S&P 500 earnings growth", market, growth, horizon),
        _predict("small less large after S&P 500 earnings growth", relative, growth, horizon),
    ]
    profits = _profit_growth(info)
    if profits is not None:
        rows.append(
            _predict(
                "small less large after growth of corporate profits", relative, profits, horizon
            )
        )
    yearly = _yearly(info, market)
    rows.append(
        _granger("S&P 500 earnings growth after S&P 500 return", yearly, "growth", "market")
    )
    rows.append(
        _granger("S&P 500 return after S&P 500 earnings growth, yearly", yearly, "market", "growth")
    )
    return EarningsPayoff(
        predictive=pd.DataFrame(rows).set_index("question"),
        by_sign=_by_sign(market, relative, info),
        recoveries=_recoveries(relative, growth, horizon),
        horizon=horizon,
        lag=lag,
        history=pd.concat([growth.rename("earnings growth"), relative], axis=1, join="inner"),
    )


def _predict(question: str, returns: pd.Series, growth: pd.Series, horizon: int) -> dict:
    both = pd.concat([returns, growth / 10], axis=1, join="inner").dropna()
    y, x = both.iloc[:, 0], both.iloc[:, 1]
    slope = stats.hodrick_1b(y, x, horizon)
    history = min(MIN_HISTORY, len(both) // 2)
    return {
        "question": question,
        "slope": slope.estimate,
        "ci_low": slope.ci_low,
        "ci_high": slope.ci_high,
        "p_hodrick": slope.p,
        "p_ivx": float(stats.ivx(y, x, horizon).p.iloc[0]),
        "oos_r2": 100 * stats.oos_r2(y, x, horizon, history).r2,
        "mde": stats.minimum_detectable_effect(slope.se),
        "n_effective": slope.n_effective,
    }


def _granger(question: str, yearly: pd.DataFrame, effect: str, cause: str) -> dict:
    import statsmodels.api as sm

    now = yearly.iloc[1:].reset_index(drop=True)
    before = yearly.iloc[:-1].reset_index(drop=True)
    design = sm.add_constant(pd.DataFrame({"own": before[effect], "cause": before[cause] / 10}))
    fit = sm.OLS(now[effect], design).fit(
        cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True}, use_t=True
    )
    low, high = fit.conf_int().loc["cause"]
    return {
        "question": question,
        "slope": fit.params["cause"],
        "ci_low": low,
        "ci_high": high,
        "p_hodrick": fit.pvalues["cause"],
        "p_ivx": np.nan,
        "oos_r2": np.nan,
        "mde": stats.minimum_detectable_effect(fit.bse["cause"], df=fit.df_resid),
        "n_effective": float(len(now)),
    }


def _profit_growth(info: Information) -> pd.Series | None:
    """Growth of after-tax corporate profits over a year, monthly by the date known; None before ten years of it."""
    profits = info.load("corporate_profits_after_tax")
    growth = (100 * np.log(profits / profits.shift(4))).dropna()
    lag = math.ceil(data.catalog()["corporate_profits_after_tax"].release_lag / 30)
    monthly = growth.set_axis(growth.index.asfreq("M", how="end") + lag)
    monthly = monthly.reindex(
        pd.period_range(monthly.index[0], monthly.index[-1], freq="M")
    ).ffill()
    return monthly if len(monthly) > 120 else None


def _yearly(info: Information, market: pd.Series) -> pd.DataFrame:
    """Calendar years: log return, and growth of the earnings of the year (December on December)."""
    growth = info.load("eps_growth_yoy_pct")
    december = growth[growth.index.month == 12]
    growth = pd.Series(100 * np.log1p(december.to_numpy() / 100), index=december.index.year)
    months = market.groupby(market.index.year).agg(["sum", "count"])
    return pd.DataFrame(
        {"growth": growth, "market": months.loc[months["count"] == 12, "sum"]}
    ).dropna()


def _by_sign(market: pd.Series, relative: pd.Series, info: Information) -> pd.DataFrame:
    """Mean return of calendar years by the sign of that year's earnings growth, and of the years after."""
    yearly = _yearly(info, market)
    months = relative.groupby(relative.index.year).agg(["sum", "count"])
    yearly["relative"] = months.loc[months["count"] == 12, "sum"]
    yearly["market after"], yearly["relative after"] = (
        yearly["market"].shift(-1),
        yearly["relative"].shift(-1),
    )
    falling = yearly["growth"] < 0
    parts = {"earnings fell": yearly[falling], "earnings rose": yearly[~falling]}
    columns = ["market", "relative", "market after", "relative after"]
    table = pd.DataFrame({name: part[columns].mean() for name, part in parts.items()}).T
    return table.assign(years=[len(part) for part in parts.values()])


def _recoveries(relative: pd.Series, growth: pd.Series, horizon: int) -> stats.CircularShift | None:
    """Relative return after earnings turned from at least `RECOVERY` months of falling to rising."""
    fell = (growth < 0).rolling(RECOVERY).sum().shift(1) == RECOVERY
    turned = growth.index[fell & (growth >= 0)]
    inside = [month for month in turned if month in relative.index[:-horizon]]
    return stats.circular_shift_test(relative, inside, horizon) if len(inside) >= 3 else None
