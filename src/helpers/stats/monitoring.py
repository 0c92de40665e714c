"""Sequential monitoring: has the mean of a series changed since a date, looking again every period?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.stats._checks import Observations, check_draws, check_series
from helpers.stats.hac import long_run_variance


@dataclass(frozen=True)
class MeanMonitor:
    """Detector by period of monitoring against one critical value for all of them.

    ``crossed`` is the first period (label of the index, else row number) whose detector exceeds the critical
    value, None when none does. ``detectable`` is the constant shift of the mean per period that would just have
    reached the critical value by the last period, in the unit of the series. ``p`` is the chance, without a
    change, of a detector as high as the highest seen so far at some time of the monitoring horizon.
    """

    detector: pd.Series
    critical: float
    crossed: object | None
    p: float
    detectable: float
    training: int
    horizon: int


def monitor_mean(
    x: Observations,
    training: int,
    horizon: int,
    *,
    gamma: float = 0.45,
    alpha: float = 0.05,
    draws: int = 9_999,
    rng: np.random.Generator | int = 0,
) -> MeanMonitor:
    """Watch the mean of a series after a training sample, at an overall error rate of `alpha`.

    The detector after k periods of monitoring is the absolute sum of the deviations from the training mean, over
    s sqrt(m) (1 + k/m) (k / (k + m))**gamma, with m the training length and s the long-run standard deviation of
    the training sample. Null hypothesis: the mean stays as it was in training during the whole horizon; under it
    the detector exceeds ``critical`` at any time with probability `alpha`, however often one looks.

    Parameters
    ----------
    x : Series or array of shape (n,)
        Time order, no gaps. The first `training` values are the reference, the others are watched one by one.
    training : int
        Length of the reference sample, at least 30 and less than n.
    horizon : int
        Periods for which the monitoring was planned, at least those watched so far: a fixed end sharpens the test.
    gamma : float
        Between 0 and 0.5: near 0.5 the boundary is tight early, near 0 it is tight late.
    alpha : float
        Chance of a false alarm over the horizon.
    draws : int
        Paths of a Wiener process at the monitoring dates, from which the critical value is read.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    MeanMonitor

    Raises
    ------
    ValueError
        Bad series, nothing left to watch, horizon shorter than what is watched, gamma or alpha out of range.

    Notes
    -----
    The limit holds for long training samples; with strong autocorrelation the long-run variance is too low and
    false alarms too many. Uses nothing of a later period: the detector at k is final once k is over.

    References
    ----------
    Horváth, Hušková, Kokoszka and Steinebach (2004), doi:10.1016/j.jspi.2003.07.014. Chu, Stinchcombe and White
    (1996), doi:10.2307/2171955.

    Examples
    --------
    >>> calm = np.random.default_rng(0).normal(size=140)
    >>> watched = monitor_mean(np.r_[calm, calm[:20] + 3.0], training=140, horizon=20)
    >>> watched.crossed is not None, watched.p < 0.05
    (True, True)
    """
    values = check_series(x, minimum=31)
    n = len(values)
    if training != int(training) or not 30 <= training < n:
        raise ValueError(f"training is {training}; give a whole number from 30 to {n - 1}.")
    if horizon != int(horizon) or horizon < n - training:
        raise ValueError(
            f"horizon is {horizon} but {n - training} periods are watched already; give at least that."
        )
    if not 0 <= gamma < 0.5 or not 0 < alpha < 1:
        raise ValueError(
            f"gamma is {gamma} and alpha {alpha}; need 0 <= gamma < 0.5 and 0 < alpha < 1."
        )
    training, horizon, draws = int(training), int(horizon), check_draws(draws)
    reference = values[:training]
    deviation = reference - reference.mean()
    if np.ptp(reference) == 0:
        raise ValueError(
            "the training sample is constant; its spread is needed to judge a deviation."
        )
    lags = int(
        training ** (1 / 3)
    )  # few: here a noisy variance raises false alarms more than a biased one
    # Taking out the training mean lowers the Bartlett sum of white noise by this share.
    scale = np.sqrt(long_run_variance(deviation, lags) / (1 - (lags + 1) / training))

    time, weight = _boundary(np.arange(1, horizon + 1), training, gamma)
    watched = n - training
    detector = np.abs(np.cumsum(values[training:] - reference.mean())) / (scale * weight[:watched])
    highest = _simulate_highest(time, gamma, draws, np.random.default_rng(rng))
    critical = float(np.quantile(highest, 1 - alpha))
    index = x.index[training:] if isinstance(x, pd.Series) else pd.RangeIndex(training, n)
    over = np.flatnonzero(detector > critical)
    return MeanMonitor(
        detector=pd.Series(detector, index=index, name="detector"),
        critical=critical,
        crossed=index[over[0]] if len(over) else None,
        p=float((1 + (highest >= detector.max()).sum()) / (1 + draws)),
        detectable=float(critical * scale * weight[watched - 1] / watched),
        training=training,
        horizon=horizon,
    )


def _boundary(k: np.ndarray, m: int, gamma: float) -> tuple[np.ndarray, np.ndarray]:
    """Time of the limiting Wiener process at period k, and the weight by which the sum is divided."""
    time = k / (k + m)
    return time, np.sqrt(m) * (1 + k / m) * time**gamma


def _simulate_highest(
    time: np.ndarray, gamma: float, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Highest |W(t)| / t**gamma over the monitoring dates, for each path."""
    steps = np.sqrt(np.diff(time, prepend=0.0))
    paths = np.cumsum(rng.standard_normal((draws, len(time))) * steps, axis=1)
    return np.max(np.abs(paths) / time**gamma, axis=1)
