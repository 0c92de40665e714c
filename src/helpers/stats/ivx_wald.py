"""IVX-Wald test of predictability, robust to the persistence of the predictors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats
from scipy.signal import lfilter

from helpers.stats._checks import (
    Observations,
    check_frame,
    check_horizon,
    check_same_index,
    check_series,
)

# Instrument of Kostakis, Magdalinos and Stamatogiannis (2015): root 1 + cz / n**beta.
_CZ = -1.0
_BETA = 0.95


@dataclass(frozen=True)
class IvxResult:
    """IVX slopes, one row a predictor, with Wald tests one by one and together."""

    coefficients: pd.Series
    se: pd.Series
    wald_each: pd.Series
    p_each: pd.Series
    wald: float
    p: float
    delta: pd.Series
    horizon: int
    n: int

    @property
    def ci_low(self) -> pd.Series:
        """Lower end of the 95 % intervals that the Wald tests imply."""
        return self.coefficients - stats.norm.isf(0.025) * self.se

    @property
    def ci_high(self) -> pd.Series:
        """Upper end of the 95 % intervals that the Wald tests imply."""
        return self.coefficients + stats.norm.isf(0.025) * self.se


def ivx(returns: Observations, predictors: Observations, horizon: int = 1) -> IvxResult:
    """IVX-Wald tests that predictors known at t - 1 forecast the return of period t (and the horizon - 1 after).

    The predictor is instrumented by a mildly integrated filter of its own changes, so that the Wald statistic is
    chi-squared whether the predictor is stationary, near a unit root or at it, and whatever the correlation of
    its innovations with returns. Null hypothesis: the slope is zero (one predictor); all slopes are zero (joint).

    Parameters
    ----------
    returns : Series or array of shape (n,)
        One-period returns (log, so that they add up), **same dates as the predictors: the function lags**.
    predictors : Series, DataFrame or array of shape (n,) or (n, k)
        Predictors at the end of each period; at least 30 periods.
    horizon : int
        Periods over which returns are summed.

    Returns
    -------
    IvxResult
        ``p`` and ``wald`` test all slopes together, ``p_each`` and ``wald_each`` one by one, a Series by predictor as
        all the rest. ``coefficients`` are effects on the return of **one** period, also where ``horizon > 1`` (the
        regressor is then summed as the return is). ``delta`` is the correlation of the return residual with the
        innovation of the predictor; ``n`` the number of (overlapping) observations.

    Raises
    ------
    ValueError
        Too short, constant, missing or infinite values, gaps, dates that differ, collinear predictors, a horizon
        of half the sample or more.

    Notes
    -----
    As in the paper: cz = -1, beta = 0.95, predictor autoregressions without intercept, residuals of OLS,
    long-run covariances with Bartlett weights and bandwidth n**(1/3), and the finite-sample correction for the
    intercept. Below some 100 observations a small size distortion stays.

    References
    ----------
    Kostakis, Magdalinos and Stamatogiannis (2015), doi:10.1093/rfs/hhu139.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> ratio = np.cumsum(rng.normal(size=300))
    >>> result = ivx(rng.normal(size=300), ratio)
    >>> bool(0 <= result.p <= 1), list(result.coefficients.index)
    (True, ['x0'])
    """
    y_all = check_series(returns, "returns", minimum=30)
    frame = check_frame(predictors, "predictors", minimum=30)
    check_same_index(returns, predictors, "returns and predictors")
    horizon = check_horizon(horizon, len(y_all) - 1)
    x_all = frame.to_numpy()
    y, lagged, current = y_all[1:], x_all[:-1], x_all[1:]
    n, k = lagged.shape
    design = np.column_stack([np.ones(n), lagged])
    spread = lagged.std(axis=0)
    if (spread == 0).any():
        raise ValueError("a predictor is constant but for its last value; drop it.")
    # In standard deviations about the mean: a large level is no collinearity.
    if np.linalg.matrix_rank((lagged - lagged.mean(axis=0)) / spread) < k:
        raise ValueError("predictors are collinear; drop one of them.")

    design[:, 1:] = (lagged - lagged.mean(axis=0)) / spread
    residual = y - design @ np.linalg.lstsq(design, y)[0]
    root = (lagged * current).sum(axis=0) / (lagged**2).sum(axis=0)
    innovation = current - lagged * root
    variance = residual @ residual / n
    long_run, long_run_cross = _long_run(innovation, residual)
    corrected = variance - long_run_cross @ np.linalg.solve(long_run, long_run_cross)

    changes = np.vstack([np.zeros(k), (current - lagged)[:-1]])
    instrument = lfilter([1.0], [1.0, -(1 + _CZ / n**_BETA)], changes, axis=0)
    y_sum, x_sum, z_sum = (_rolling_sum(a, horizon) for a in (y, lagged, instrument))
    m = len(y_sum)
    instrument = instrument[:m]
    x_sum = x_sum - x_sum.mean(axis=0)
    bread = np.linalg.inv(instrument.T @ x_sum)
    slopes = bread @ (instrument.T @ (y_sum - y_sum.mean()))
    z_mean = z_sum.mean(axis=0)
    meat = variance * z_sum.T @ z_sum - m * corrected * np.outer(z_mean, z_mean)
    covariance = bread @ meat @ bread.T
    se = np.sqrt(np.diag(covariance))
    wald = (slopes / se) ** 2
    joint = float(slopes @ np.linalg.solve(covariance, slopes))
    delta = [np.corrcoef(residual, innovation[:, j])[0, 1] for j in range(k)]

    def by_predictor(values: ArrayLike, name: str) -> pd.Series:
        return pd.Series(values, index=frame.columns, name=name)

    return IvxResult(
        coefficients=by_predictor(slopes, "coefficients"),
        se=by_predictor(se, "se"),
        wald_each=by_predictor(wald, "wald_each"),
        p_each=by_predictor(stats.chi2.sf(wald, 1), "p_each"),
        wald=joint,
        p=float(stats.chi2.sf(joint, k)),
        delta=by_predictor(delta, "delta"),
        horizon=horizon,
        n=m,
    )


def _long_run(innovation: np.ndarray, residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bartlett long-run variance of the innovations and their one-sided covariance with the residual."""
    n = len(residual)
    bandwidth = int(n ** (1 / 3))
    variance = innovation.T @ innovation / n
    cross = innovation.T @ residual / n
    for lag in range(1, bandwidth + 1):
        weight = 1 - lag / (bandwidth + 1)
        auto = innovation[lag:].T @ innovation[:-lag] / n
        variance = variance + weight * (auto + auto.T)
        cross = cross + weight * (innovation[lag:].T @ residual[:-lag]) / n
    return variance, cross


def _rolling_sum(values: np.ndarray, horizon: int) -> np.ndarray:
    """Sum over rows i .. i + horizon - 1 for every i where it is complete."""
    return np.lib.stride_tricks.sliding_window_view(values, horizon, axis=0).sum(axis=-1)
