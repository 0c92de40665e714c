"""Did small caps beat large caps after falling rates? Exploratory, with inference for persistent predictors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from helpers import stats

#: Pairs listed beforehand, with the words of the table.
LABELS = {
    "lo30_hi30": "smallest 30 % less largest 30 %",
    "lo20_hi20": "smallest 20 % less largest 20 %",
    "lo10_hi10": "smallest 10 % less largest 10 %",
}
LAG = 12  # months over which the change of the bill rate is measured
HORIZON = 12  # months over which returns are added up


def bill_rate_change(bill_rate: pd.Series) -> pd.Series:
    """Change of the three-month bill rate over the last twelve months, percentage points."""
    return bill_rate.diff(LAG).dropna().rename("twelve-month change of the bill rate")


def placebo_slopes(returns: ArrayLike, predictor: ArrayLike, min_shift: int = LAG) -> np.ndarray:
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
    y, x = np.asarray(returns)[1:], np.asarray(predictor)[:-1]
    x = x - x.mean()
    slopes = np.fft.irfft(np.fft.rfft(y) * np.conj(np.fft.rfft(x)), n=y.size) / (x @ x)
    return np.concatenate([slopes[:1], slopes[min_shift : y.size - min_shift + 1]])


def estimate_response(relative: pd.Series, change: pd.Series) -> dict[str, float]:
    """Slope of small less large on the lagged change of the bill rate, with every check that could break it.

    Parameters
    ----------
    relative : pandas.Series
        Small less large, percent a month, as from `small_minus_large`.
    change : pandas.Series
        Known at the end of each month, as from `bill_rate_change`.
    """
    data = pd.concat([relative, change], axis=1).dropna()
    returns, predictor = data.iloc[:, 0], data.iloc[:, 1]
    one = stats.ivx(returns, predictor)
    year = stats.hodrick_1b(returns, predictor, HORIZON)
    slopes = placebo_slopes(returns, predictor)
    middle = len(data) // 2
    early = stats.hodrick_1b(returns.iloc[:middle], predictor.iloc[:middle], HORIZON).estimate
    late = stats.hodrick_1b(returns.iloc[middle:], predictor.iloc[middle:], HORIZON).estimate
    ahead = stats.oos_r2(returns, predictor)
    return {
        "months": float(len(data)),
        "slope, next year": year.estimate,
        "Hodrick p": year.p,
        "low": year.ci_low,
        "high": year.ci_high,
        "smallest detectable": stats.minimum_detectable_effect(year.se),
        "IVX p": float(one.p_each.iloc[0]),
        "placebo p": float(np.mean(np.abs(slopes) >= abs(slopes[0]))),
        "first half": early,
        "second half": late,
        "out-of-sample R2": 100.0 * ahead.r2,
    }


def table_response(relative: Mapping[str, pd.Series], bill_rate: pd.Series) -> pd.DataFrame:
    """The three pairs, a row each: percent of relative return over the next year per point of rate change.

    Parameters
    ----------
    relative : mapping of pair to pandas.Series
        Small less large, percent a month, for each pair in `LABELS`.
    bill_rate : pandas.Series
        Three-month bill rate, percent.
    """
    change = bill_rate_change(bill_rate)
    rows = {label: estimate_response(relative[pair], change) for pair, label in LABELS.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("pair")
