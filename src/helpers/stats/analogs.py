"""Nearest historical analogs of a state, and what they are worth as a forecast, without looking ahead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.stats._checks import (
    Observations,
    check_frame,
    check_horizon,
    check_same_index,
    check_series,
    positions,
)
from helpers.stats.predictive import OosR2, score_forecast
from helpers.stats.randomization import circular_window_sum
from helpers.stats.windows import span

METRICS = ("euclidean", "mahalanobis")
# Shifted outcomes handled at once by the placebo: keeps the working set near 32 MB.
_CELLS = 4_000_000


@dataclass(frozen=True)
class Analogs:
    """Periods most like the one asked about, nearest first."""

    at: object
    nearest: pd.Series
    candidates: pd.Index
    state: pd.Series
    k: int
    metric: str
    embargo: int
    n: int

    def share_in(self, first: object, last: object) -> tuple[float, float]:
        """Share of the analogs, and of all candidates (the base rate), in a window of dates, ends included."""
        start, end = span(self.candidates, first, last)
        inside = self.candidates[start : end + 1]
        return float(self.nearest.index.isin(inside).mean()), len(inside) / len(self.candidates)


def nearest_analogs(
    state: Observations,
    at: object = None,
    k: int = 20,
    metric: str = "euclidean",
    embargo: int = 0,
    min_history: int = 120,
) -> Analogs:
    """The `k` earlier periods whose state is nearest to that of one period.

    Each variable is measured by its expanding z-score: (value - mean so far) / standard deviation so far, so that
    every period is described as it was seen at the time and deleting later rows changes nothing.

    Parameters
    ----------
    state : DataFrame or array of shape (n, variables)
        In time order, no gaps.
    at : label, optional
        Period asked about (integer position in an array); default: the last one.
    k : int
        Number of analogs.
    metric : {"euclidean", "mahalanobis"}
        Distance between z-scores; Mahalanobis discounts variables that move together, with the covariance of the
        z-scores up to `at`, shrunk as Ledoit and Wolf propose.
    embargo : int
        Periods just before `at` that are no candidates: the recent past is similar for trivial reasons, and its
        outcome is not known yet.
    min_history : int
        Periods behind a z-score before its period counts, at least 24.

    Returns
    -------
    Analogs
        ``nearest``: distance by period, nearest first; ``candidates``: all periods that could have been chosen;
        ``state``: z-scores at `at`.

    Raises
    ------
    ValueError
        Bad state, unknown metric, `at` outside the sample, `k` larger than the history left.

    References
    ----------
    Mulliner, Harvey, Xia, Fang and Van Hemert (2025), Regimes, https://ssrn.com/abstract=5164863, with rolling
    z-scores. Ledoit and Wolf (2004), doi:10.1016/S0047-259X(03)00096-4.

    Examples
    --------
    >>> state = np.random.default_rng(0).normal(size=(300, 3))
    >>> len(nearest_analogs(state, k=5, embargo=12).nearest)
    5
    """
    frame, embargo, min_history = _check_state(state, metric, embargo, min_history)
    n = len(frame)
    origin = n - 1 if at is None else int(positions([at], frame.index, n, "at")[0])
    z = _expanding_z(frame.to_numpy())
    stop = origin - embargo
    _check_k(
        k, stop - (min_history - 1), f"before {frame.index[origin]}, after embargo and min_history"
    )
    rows = np.arange(min_history - 1, stop)
    nearest, distance = _nearest(z, origin, rows, int(k), metric, min_history)
    return Analogs(
        at=frame.index[origin],
        nearest=pd.Series(distance, index=frame.index[nearest], name="distance"),
        candidates=frame.index[rows],
        state=pd.Series(z[origin], index=frame.columns, name=frame.index[origin]),
        k=int(k),
        metric=metric,
        embargo=embargo,
        n=len(rows),
    )


@dataclass(frozen=True)
class AnalogForecast:
    """Real-time forecasts from analogs, scored, with the score of every placebo."""

    score: OosR2
    placebo_p: float
    placebo: np.ndarray
    analogs: pd.DataFrame
    leaky: bool

    @property
    def r2(self) -> float:
        """Out-of-sample R2 against the expanding mean, a share."""
        return self.score.r2


def analog_forecast(
    state: Observations,
    returns: Observations,
    horizon: int,
    k: int = 20,
    metric: str = "euclidean",
    embargo: int | None = None,
    min_history: int = 120,
    *,
    leaky: bool = False,
) -> AnalogForecast:
    """Forecast the return summed over the next periods by the mean of what followed the nearest analogs.

    At each date the analogs are those of :func:`nearest_analogs`, the benchmark the mean of all summed returns
    known then. The placebo runs the same pipeline with the returns shifted round the sample against the state, by
    every possible shift. Null hypothesis: the state says nothing about later returns.

    Parameters
    ----------
    state : DataFrame or array of shape (n, variables)
    returns : Series or array of shape (n,)
        One-period log returns, same dates.
    horizon : int
        Periods over which returns are summed, starting after each date.
    k, metric, min_history
        As in :func:`nearest_analogs`.
    embargo : int, optional
        Periods just before each date that are no candidates; default ``horizon + 36``. Below `horizon` the outcome
        of a candidate overlaps the future that is forecast.
    leaky : bool
        Allow such an embargo, to demonstrate the leak; never for a result.

    Returns
    -------
    AnalogForecast
        ``score`` as of :func:`helpers.stats.oos_r2`; ``placebo``: R2 under every shift of more than ``horizon``
        periods; ``placebo_p``: share of them (and the observed) at least as good; ``analogs``: dates of the
        neighbours by forecast date.

    Raises
    ------
    ValueError
        Bad input, embargo below horizon without ``leaky``, `k` larger than the history, under 20 forecasts.

    References
    ----------
    Clark and West (2007), doi:10.1016/j.jeconom.2006.05.023. Lehmann and Romano (2005),
    doi:10.1007/0-387-27605-X, section 15.2.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> result = analog_forecast(rng.normal(size=(400, 2)), rng.normal(size=400), horizon=6, k=10, embargo=6)
    >>> 0 < result.placebo_p <= 1
    True
    """
    horizon = check_horizon(horizon, len(state))
    embargo = horizon + 36 if embargo is None else embargo
    frame, embargo, min_history = _check_state(state, metric, embargo, min_history)
    values = check_series(returns, "returns")
    check_same_index(state, returns, "state and returns")
    if embargo < horizon and not leaky:
        raise ValueError(
            f"embargo is {embargo}, below the horizon {horizon}: outcomes would overlap the forecast."
        )
    n = len(frame)
    # Each date needs k candidates, and the benchmark an outcome that is over.
    first = max(min_history - 1 + embargo + int(k), min_history + horizon)
    _check_k(k, n - horizon - first - 20 + int(k), "for 20 forecasts after embargo and min_history")
    origins = np.arange(first, n - horizon)
    z = _expanding_z(frame.to_numpy())
    neighbours = np.empty((len(origins), int(k)), dtype=int)
    for i, origin in enumerate(origins):
        rows = np.arange(min_history - 1, origin - embargo)
        neighbours[i], _ = _nearest(z, int(origin), rows, int(k), metric, min_history)

    # Sum of the next `horizon` returns, going round the end (only shifted series reach it).
    summed = circular_window_sum(values, horizon)
    known = origins - horizon + 1
    path = pd.DataFrame(
        {
            "actual": summed[origins],
            "forecast": summed[neighbours].mean(axis=1),
            "benchmark": np.cumsum(summed)[known - 1] / known,
        },
        index=frame.index[origins],
    )
    score = score_forecast(path, horizon)
    placebo = _placebo_r2(summed, origins, neighbours, known, np.arange(horizon + 1, n - horizon))
    return AnalogForecast(
        score=score,
        placebo_p=float((1 + (placebo >= score.r2 - 1e-12).sum()) / (1 + len(placebo))),
        placebo=placebo,
        analogs=pd.DataFrame(frame.index.to_numpy()[neighbours], index=frame.index[origins]),
        leaky=embargo < horizon,
    )


def _placebo_r2(
    summed: np.ndarray,
    origins: np.ndarray,
    neighbours: np.ndarray,
    known: np.ndarray,
    shifts: np.ndarray,
) -> np.ndarray:
    """Out-of-sample R2 with outcomes shifted round the sample, for every shift, in blocks of shifts."""
    n = len(summed)
    rows = max(1, _CELLS // neighbours.size)
    parts = []
    for start in range(0, len(shifts), rows):
        shifted = summed[(np.arange(n) + shifts[start : start + rows, None]) % n]
        actual = shifted[:, origins]
        loss = (actual - shifted[:, neighbours].mean(axis=2)) ** 2
        base = (actual - np.cumsum(shifted, axis=1)[:, known - 1] / known) ** 2
        parts.append(1 - loss.sum(axis=1) / base.sum(axis=1))
    return np.concatenate(parts)


def _expanding_z(values: np.ndarray) -> np.ndarray:
    """(value - mean so far) / standard deviation so far, columns apart; zero while nothing has varied."""
    count = np.arange(1, len(values) + 1)[:, None]
    # Centred on the first row, which is always known: the running sums of squares stay accurate, and the variance
    # is at least 1 / count of the mean square, zero only while nothing has moved.
    u = values - values[0]
    mean = np.cumsum(u, axis=0) / count
    variance = (np.cumsum(u**2, axis=0) / count - mean**2) * count / np.maximum(count - 1, 1)
    varied = variance > 0
    return np.where(varied, (u - mean) / np.sqrt(np.where(varied, variance, 1.0)), 0.0)


def _nearest(
    z: np.ndarray, origin: int, rows: np.ndarray, k: int, metric: str, min_history: int
) -> tuple[np.ndarray, np.ndarray]:
    """The `k` of the rows nearest to the origin and their distances; of equally near ones the earlier first."""
    distance = _distances(z, origin, rows, metric, min_history)
    order = np.argsort(distance, kind="stable")[:k]
    return rows[order], distance[order]


def _distances(
    z: np.ndarray, origin: int, rows: np.ndarray, metric: str, min_history: int
) -> np.ndarray:
    gap = z[rows] - z[origin]
    if metric == "euclidean":
        return np.sqrt((gap**2).sum(axis=1))
    covariance = ledoit_wolf(z[min_history - 1 : origin + 1])
    return np.sqrt((gap * np.linalg.solve(covariance, gap.T).T).sum(axis=1))


def ledoit_wolf(x: np.ndarray) -> np.ndarray:
    """Covariance shrunk towards a multiple of the identity by the optimal amount (Ledoit and Wolf 2004)."""
    n, variables = x.shape
    x = x - x.mean(axis=0)
    sample = x.T @ x / n
    level = np.trace(sample) / variables
    target = level * np.eye(variables)
    distance = ((sample - target) ** 2).sum() / variables
    # Mean over observations of || x x' - S ||^2, written out so that no n products are stored.
    noise = (((x**2).sum(axis=1) ** 2).mean() - (sample**2).sum()) / n / variables
    share = 1.0 if distance == 0 else min(noise, distance) / distance
    return share * target + (1 - share) * sample


def _check_state(
    state: Observations, metric: str, embargo: int, min_history: int
) -> tuple[pd.DataFrame, int, int]:
    frame = check_frame(state, "state", minimum=30)
    if metric not in METRICS:
        raise ValueError(f"metric is {metric!r}; use {' or '.join(map(repr, METRICS))}.")
    if embargo != int(embargo) or embargo < 0:
        raise ValueError(f"embargo is {embargo}; give a whole number of periods, at least 0.")
    if min_history != int(min_history) or min_history < 24:
        raise ValueError(
            f"min_history is {min_history}; z-scores need at least 24 periods behind them."
        )
    return frame, int(embargo), int(min_history)


def _check_k(k: int, available: int, where: str) -> None:
    if k != int(k) or k < 1:
        raise ValueError(f"k is {k}; give a whole number of at least 1.")
    if k > available:
        raise ValueError(
            f"k is {k}, larger than the history: {max(available, 0)} periods are left {where}."
        )
