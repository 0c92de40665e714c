"""Did small caps beat large caps after falling rates? Exploratory, with inference for persistent predictors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats

if TYPE_CHECKING:
    from helpers.data import Information

PAIRS = (("lo30", "hi30"), ("lo20", "hi20"), ("lo10", "hi10"))  # listed beforehand
WORDS = {
    "lo30": "smallest 30 %",
    "hi30": "largest 30 %",
    "lo20": "smallest 20 %",
    "hi20": "largest 20 %",
    "lo10": "smallest 10 %",
    "hi10": "largest 10 %",
}
LAG = 12  # months over which the change of the bill rate is measured
MIN_HISTORY = 240


def relative_return(info: Information, small: str, large: str) -> pd.Series:
    """Log total return of small less large, percent a month."""
    legs = np.log1p(info.load(small) / 100.0) - np.log1p(info.load(large) / 100.0)
    return (100.0 * legs).dropna().rename(f"{small} less {large}")


def bill_rate_change(info: Information) -> pd.Series:
    """Change of the three-month bill rate over the last twelve months, percentage points."""
    return info.load("tbill_3m").diff(LAG).dropna().rename("twelve-month change of the bill rate")


def placebo_slopes(returns, predictor, min_shift: int = LAG) -> np.ndarray:
    """Slope of next month's return on the predictor, for every circular shift of the predictor.

    Parameters
    ----------
    returns, predictor : array_like, shape (n,)
        Same months; the predictor of month t meets the return of month t + 1.
    min_shift : int
        Shifts nearer than this to the true alignment are left out.

    Returns
    -------
    numpy.ndarray
        First the slope at the true dates, then one a shift. Shifting keeps the persistence of both series and
        breaks only their timing.
    """
    y = np.asarray(returns, dtype=float)[1:]
    x = np.asarray(predictor, dtype=float)[:-1]
    y, x = y - y.mean(), x - x.mean()
    slopes = np.fft.irfft(np.fft.rfft(y) * np.conj(np.fft.rfft(x)), n=y.size) / (x @ x)
    return np.concatenate([slopes[:1], slopes[min_shift : y.size - min_shift + 1]])


def estimate_response(
    info: Information, small: str, large: str, horizon: int = 12
) -> dict[str, float]:
    """Slope of small less large on the lagged change of the bill rate, with every check that could break it."""
    data = pd.concat(
        [relative_return(info, small, large), bill_rate_change(info)], axis=1, join="inner"
    ).dropna()
    returns, predictor = data.iloc[:, 0], data.iloc[:, 1]
    one = stats.ivx(returns, predictor)
    year = stats.hodrick_1b(returns, predictor, horizon)
    slopes = placebo_slopes(returns, predictor)
    middle = len(data) // 2
    early = stats.hodrick_1b(returns.iloc[:middle], predictor.iloc[:middle], horizon).estimate
    late = stats.hodrick_1b(returns.iloc[middle:], predictor.iloc[middle:], horizon).estimate
    ahead = stats.oos_r2(returns, predictor, horizon=1, min_history=MIN_HISTORY)
    return {
        "months": float(len(data)),
        "slope, next year": year.estimate,
        "Hodrick p": year.p,
        "low": year.ci_low,
        "high": year.ci_high,
        "smallest detectable": stats.minimum_detectable_effect(year.se),
        "IVX p": float(one.p.iloc[0]),
        "placebo p": float(np.mean(np.abs(slopes) >= abs(slopes[0]) - 1e-12)),
        "first half": early,
        "second half": late,
        "out-of-sample R2": 100.0 * ahead.r2,
    }


def table_response(info: Information, horizon: int = 12) -> pd.DataFrame:
    """The three pairs, a row each: percent of relative return over the next year per point of rate change."""
    rows = {
        f"{WORDS[small]} less {WORDS[large]}": estimate_response(info, small, large, horizon)
        for small, large in PAIRS
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("pair")
