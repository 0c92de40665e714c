"""Predictive regressions: Hodrick 1B, out-of-sample R2, Stambaugh bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.stats._checks import Observations, check_horizon, check_same_index, check_series
from helpers.stats.hac import mean_hac


@dataclass(frozen=True)
class Hodrick1B:
    """Slope of a long-horizon predictive regression with standard errors valid under no predictability."""

    estimate: float
    se: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    r2: float
    horizon: int
    n: int
    n_effective: float


def hodrick_1b(returns: Observations, predictor: Observations, horizon: int) -> Hodrick1B:
    """Regress the return summed over the next `horizon` periods on a predictor, with Hodrick's 1B errors.

    Instead of summing autocovariances of overlapping residuals, 1B sums the predictor over the horizon and
    multiplies it by the one-period return: the same moment under the null, with no overlap left.
    Null hypothesis: returns cannot be predicted (slope zero), two-sided, normal limit.

    Parameters
    ----------
    returns : Series or array of shape (n,)
        One-period returns (log, so that they add up), **same dates as the predictor: the function lags**.
    predictor : Series or array of shape (n,)
        Known at the end of each period; at least 30 periods.
    horizon : int
        Periods over which returns are summed.

    Returns
    -------
    Hodrick1B
        ``estimate`` is the change of the summed return for a unit of the predictor; ``n`` the number of
        overlapping and ``n_effective`` of non-overlapping observations; ``r2`` is not evidence (it grows with
        the horizon when nothing is predictable).

    Raises
    ------
    ValueError
        Too short, constant, missing or infinite values, gaps, dates that differ, a horizon of half the sample.

    Notes
    -----
    Not corrected for Stambaugh's bias: with persistent predictors whose innovations are correlated with returns
    use :func:`ivx` beside it.

    References
    ----------
    Hodrick (1992), doi:10.1093/rfs/5.3.351, covariance 1B.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> result = hodrick_1b(rng.normal(size=240), rng.normal(size=240), horizon=12)
    >>> result.n, result.n_effective
    (228, 19.0)
    """
    y = check_series(returns, "returns", minimum=30)
    x = check_series(predictor, "predictor", minimum=30)
    check_same_index(returns, predictor, "returns and predictor")
    horizon = check_horizon(horizon, len(y))
    summed = _forward_sum(y, horizon)
    n = len(summed)
    design = np.column_stack([np.ones(n), x[:n]])
    coefficients = np.linalg.lstsq(design, summed)[0]
    residual = summed - design @ coefficients

    # Moments under the null: one-period surprise times the sum of the predictor over the last `horizon` periods.
    surprise = y[horizon:] - y.mean()
    history = np.lib.stride_tricks.sliding_window_view(x[:-1], horizon).sum(axis=1)
    moments = np.column_stack([np.full(len(history), horizon), history]) * surprise[:, None]
    bread = np.linalg.inv(design.T @ design / n)
    covariance = bread @ (moments.T @ moments / len(moments)) @ bread / n
    se = float(np.sqrt(covariance[1, 1]))
    slope = float(coefficients[1])
    margin = float(stats.norm.isf(0.025)) * se
    return Hodrick1B(
        estimate=slope,
        se=se,
        t=slope / se,
        p=float(2 * stats.norm.sf(abs(slope / se))),
        ci_low=slope - margin,
        ci_high=slope + margin,
        r2=float(1 - residual.var() / summed.var()),
        horizon=horizon,
        n=n,
        n_effective=n / horizon,
    )


@dataclass(frozen=True)
class OosR2:
    """Out-of-sample R2 against the expanding mean, with the Clark-West test of equal accuracy."""

    r2: float
    t: float
    p: float
    horizon: int
    n: int
    n_effective: float
    path: pd.DataFrame


def oos_r2(
    returns: Observations, predictor: Observations, horizon: int = 1, min_history: int = 240
) -> OosR2:
    """Would the predictor have beaten the historical mean, had it been used at the time?

    From period `min_history` on, a regression on what was known then forecasts the return summed over the next
    `horizon` periods; the benchmark is the mean of the same sums known then (the nested model).
    R2 = 1 - (squared errors of the forecast) / (squared errors of the mean).
    Null hypothesis: the predictor adds nothing, one-sided (Clark-West).

    Parameters
    ----------
    returns : Series or array of shape (n,)
        One-period returns (log), **same dates as the predictor: the function lags**.
    predictor : Series or array of shape (n,)
        Known at the end of each period.
    horizon : int
        Periods over which returns are summed. A sum enters the estimation only once it is over.
    min_history : int
        Periods known before the first forecast, at least 20 more than the horizon.

    Returns
    -------
    OosR2
        ``r2`` as a share (0.01 is 1 %), negative when the mean was better; ``path`` has the columns ``actual``,
        ``forecast``, ``benchmark`` at the date of each forecast.

    Raises
    ------
    ValueError
        Too short, constant, missing or infinite values, gaps, dates that differ, a history that leaves fewer
        than 20 forecasts.

    Notes
    -----
    One-step test as published: plain variance. Longer horizons: Bartlett with at least horizon - 1 lags and
    fixed-b critical values, since the adjusted errors overlap. With 800 periods, a predictor of autocorrelation 0.99
    and innovations correlated by -0.9 it rejects 4 % at one, 7 % at 12 and 9 to 10 % at 36 periods.

    References
    ----------
    Campbell and Thompson (2008), doi:10.1093/rfs/hhm055. Clark and West (2007),
    doi:10.1016/j.jeconom.2006.05.023.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=600)
    >>> y = 0.5 * np.roll(x, 1) + rng.normal(size=600)
    >>> oos_r2(y, x).r2 > 0.1
    True
    """
    y = check_series(returns, "returns", minimum=30)
    x = check_series(predictor, "predictor", minimum=30)
    check_same_index(returns, predictor, "returns and predictor")
    horizon = check_horizon(horizon, len(y))
    if min_history < horizon + 20 or min_history > len(y) - horizon - 20:
        raise ValueError(
            f"min_history is {min_history}; with {len(y)} periods and horizon {horizon} it must lie between "
            f"{horizon + 20} and {len(y) - horizon - 20}."
        )
    summed = _forward_sum(y, horizon)
    # Origin t knows returns 0 .. t, hence the sums that start after rows 0 .. t - horizon.
    origins = np.arange(min_history - 1, len(summed))
    slope, intercept, mean = _expanding_regression(x[: len(summed)], summed, origins - horizon + 1)
    path = pd.DataFrame(
        {"actual": summed[origins], "forecast": intercept + slope * x[origins], "benchmark": mean},
        index=returns.index[origins] if isinstance(returns, pd.Series) else origins,
    )
    return score_forecast(path, horizon)


def score_forecast(path: pd.DataFrame, horizon: int = 1) -> OosR2:
    """Out-of-sample R2 and Clark-West test of any path of real-time forecasts.

    Parameters
    ----------
    path : DataFrame
        Columns ``actual``, ``forecast``, ``benchmark``, one row a forecast date.
    horizon : int
        Periods each forecast covers; consecutive rows overlap when it is above 1.

    Returns
    -------
    OosR2

    Raises
    ------
    ValueError
        Fewer than 20 forecasts, missing values, forecasts equal to the benchmark throughout, a horizon that is no
        whole number of at least 1.

    References
    ----------
    Campbell and Thompson (2008), doi:10.1093/rfs/hhm055. Clark and West (2007),
    doi:10.1016/j.jeconom.2006.05.023.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> actual = rng.normal(size=100)
    >>> score_forecast(pd.DataFrame({"actual": actual, "forecast": 0.5 * actual, "benchmark": 0.0})).r2
    0.75
    """
    if horizon != int(horizon) or horizon < 1:
        raise ValueError(f"horizon is {horizon}; give a whole number of periods, at least 1.")
    actual, forecast, benchmark = (
        check_series(path[name], name, minimum=20, varying=False)
        for name in ("actual", "forecast", "benchmark")
    )
    if np.array_equal(forecast, benchmark):
        raise ValueError("forecast equals benchmark everywhere; there is nothing to compare.")
    loss, base = (actual - forecast) ** 2, (actual - benchmark) ** 2
    adjusted = base - (loss - (benchmark - forecast) ** 2)
    n = len(actual)
    lags = 0 if horizon == 1 else min(n - 1, max(horizon - 1, int(np.ceil(1.3 * np.sqrt(n))) - 1))
    test = mean_hac(adjusted, lags=lags)
    return OosR2(
        r2=float(1 - loss.sum() / base.sum()),
        t=test.t,
        p=test.p / 2 if test.t > 0 else 1 - test.p / 2,
        horizon=horizon,
        n=n,
        n_effective=n / horizon,
        path=path[["actual", "forecast", "benchmark"]],
    )


@dataclass(frozen=True)
class Stambaugh:
    """One-period predictive slope before and after the correction for the bias of a persistent predictor."""

    estimate: float
    ols: float
    bias: float
    rho: float
    delta: float
    n: int


def stambaugh_bias(rho: float, n: int, error_slope: float) -> float:
    """Bias of the OLS slope when the predictor is an AR(1) whose innovations are correlated with returns.

    Parameters
    ----------
    rho : float
        Autoregressive coefficient of the predictor.
    n : int
        Observations.
    error_slope : float
        Covariance of the two errors over the variance of the predictor's innovation.

    Returns
    -------
    float
        E[estimate] - slope, to order 1/n: ``-error_slope * (1 + 3 rho) / n``.

    Raises
    ------
    ValueError
        |rho| above 1 or fewer than 10 observations.

    References
    ----------
    Stambaugh (1999), doi:10.1016/S0304-405X(99)00041-0.

    Examples
    --------
    >>> round(stambaugh_bias(0.95, 100, -0.9), 5)
    0.03465
    """
    if abs(rho) > 1 or n < 10:
        raise ValueError(f"rho is {rho} and n is {n}; the formula needs |rho| <= 1 and n >= 10.")
    return -error_slope * (1 + 3 * rho) / n


def stambaugh(returns: Observations, predictor: Observations) -> Stambaugh:
    """One-period predictive slope with Stambaugh's first-order bias removed.

    Parameters
    ----------
    returns, predictor : Series or array of shape (n,)
        Same dates: **the function lags**; at least 30 periods.

    Returns
    -------
    Stambaugh
        ``estimate`` is ``ols - bias``; ``rho`` is the predictor's autocorrelation corrected by
        (1 + 3 rho) / n, at most 1; ``delta`` the correlation of the errors.

    Raises
    ------
    ValueError
        Too short, constant, missing or infinite values, gaps, dates that differ.

    References
    ----------
    Stambaugh (1999), doi:10.1016/S0304-405X(99)00041-0. Kendall (1954), doi:10.1093/biomet/41.3-4.403.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> result = stambaugh(rng.normal(size=100), np.cumsum(rng.normal(size=100)))
    >>> result.rho <= 1
    True
    """
    y = check_series(returns, "returns", minimum=30)
    x = check_series(predictor, "predictor", minimum=30)
    check_same_index(returns, predictor, "returns and predictor")
    n = len(y) - 1
    design = np.column_stack([np.ones(n), x[:-1]])
    both = np.linalg.lstsq(design, np.column_stack([y[1:], x[1:]]))[0]
    errors = np.column_stack([y[1:], x[1:]]) - design @ both
    ols, rho = both[1]
    rho = float(np.clip(rho + (1 + 3 * rho) / n, -1, 1))
    bias = stambaugh_bias(
        rho, n, float(errors[:, 0] @ errors[:, 1] / (errors[:, 1] @ errors[:, 1]))
    )
    return Stambaugh(
        estimate=float(ols - bias),
        ols=float(ols),
        bias=float(bias),
        rho=rho,
        delta=float(np.corrcoef(errors.T)[0, 1]),
        n=n,
    )


def _forward_sum(y: np.ndarray, horizon: int) -> np.ndarray:
    """Sum of the `horizon` returns after each row, for the rows where it is complete."""
    return np.lib.stride_tricks.sliding_window_view(y[1:], horizon).sum(axis=1)


def _expanding_regression(
    x: np.ndarray, y: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slope, intercept and mean of y from the first `count` rows, for each count, without a loop."""
    # Centring on the first window keeps the running sums of squares accurate; it changes no estimate.
    x0, y0 = x[: counts[0]].mean(), y[: counts[0]].mean()
    u, v = x - x0, y - y0
    sums = [np.cumsum(s)[counts - 1] for s in (u, v, u * u, u * v)]
    su, sv, suu, suv = sums
    slope = (suv - su * sv / counts) / (suu - su**2 / counts)
    mean = sv / counts + y0
    return slope, mean - slope * (su / counts + x0), mean
