"""How special is the best window of a sample, once one admits that it was found by looking?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.stats._checks import Observations, check_draws, check_horizon, check_series
from helpers.stats.bootstrap import optimal_block, resample_statistic

if TYPE_CHECKING:
    from distributed import Client


@dataclass(frozen=True)
class SupWindow:
    """Best window of a series, with its p-value before and after admitting the search."""

    estimate: float
    start: object
    end: object
    p: float
    p_fixed: float
    fixed_estimate: float
    fixed: tuple
    rolling: pd.Series
    null: np.ndarray
    window: int
    block: float
    draws: int
    n: int
    n_effective: float


def sup_window(
    x: Observations,
    window: int,
    block: float | None = None,
    draws: int = 9_999,
    rng: np.random.Generator | int = 0,
    *,
    fixed: tuple | None = None,
    client: Client | None = None,
) -> SupWindow:
    """Best mean over all windows of one length, and how often chance alone shows one as good.

    The null is a series with the same mean, variance and short-run dependence everywhere: stationary bootstrap
    samples of the whole series (the window under test included, which errs towards no finding), each held to its own
    mean. Null hypothesis, one-sided: no window is better than the mean of the whole.

    Parameters
    ----------
    x : Series or array of shape (n,)
        Returns in time order, no gaps.
    window : int
        Length in periods, less than half of the sample.
    block : float, optional
        Mean block length; default: the optimal one. Report several: long blocks let the null keep more of a slow
        drift.
    draws : int
        Bootstrap samples.
    rng : Generator or int
        Source of randomness; an int is a seed.
    fixed : (first, last), optional
        A window named beforehand, as labels of the index (positions in an array), both included; default: the
        best one, treated as if it had been named beforehand.
    client : dask.distributed.Client, optional
        Shares the draws among its workers, which need this package; the numbers stay the same.

    Returns
    -------
    SupWindow
        ``estimate`` is the mean per period in the best window (``start`` .. ``end``); ``p`` the chance that
        **some** window of this length is as good; ``p_fixed`` the chance that the **one** window ``fixed`` has
        its mean ``fixed_estimate``. The first is the honest one for a window that was chosen by looking.
        ``rolling``: mean of each window by its last period; ``null``: the best mean of
        each draw, moved to the mean of the data.

    Raises
    ------
    ValueError
        Bad series, window, block or draws; a fixed window that is reversed or outside the sample.

    References
    ----------
    White (2000), doi:10.1111/1468-0262.00152, for the search; Politis and Romano (1994),
    doi:10.1080/01621459.1994.10476870, for the null.

    Examples
    --------
    >>> returns = np.random.default_rng(0).normal(size=240)
    >>> result = sup_window(returns, window=24, block=6, draws=199, rng=1)
    >>> result.p_fixed <= result.p
    True
    """
    values = check_series(x, minimum=20)
    n, draws = len(values), check_draws(draws)
    window = check_horizon(window, n, "window")
    block = optimal_block(values) if block is None else block
    labels = x.index if isinstance(x, pd.Series) else pd.RangeIndex(n)
    means = window_means(values, window)
    best = int(np.argmax(means))
    first, last = (best, best + window - 1) if fixed is None else span(labels, *fixed)
    fixed_mean = float(values[first : last + 1].mean())

    mean = float(values.mean())

    def best_and_fixed(samples: np.ndarray, axis: int) -> np.ndarray:
        # Like the data, a draw is compared with its own mean: that of the draws varies, that of the data does not.
        drift = samples.mean(axis) - mean
        best = window_means(samples, window).max(axis=axis)
        return np.column_stack([best - drift, samples[:, first : last + 1].mean(axis) - drift])

    null = resample_statistic(
        values, best_and_fixed, block=block, draws=draws, rng=rng, client=client
    )
    tie = 1e-12 * np.abs(values).max()
    return SupWindow(
        estimate=float(means[best]),
        start=labels[best],
        end=labels[best + window - 1],
        p=float((1 + (null[:, 0] >= means[best] - tie).sum()) / (1 + draws)),
        p_fixed=float((1 + (null[:, 1] >= fixed_mean - tie).sum()) / (1 + draws)),
        fixed_estimate=fixed_mean,
        fixed=(labels[first], labels[last]),
        rolling=pd.Series(means, index=labels[window - 1 :], name="window mean"),
        null=null[:, 0],
        window=window,
        block=float(block),
        draws=draws,
        n=n,
        n_effective=n / window,
    )


def span(index: pd.Index, first: Any, last: Any) -> tuple[int, int]:
    """First and last row of a closed window given by labels, or a ValueError if reversed or outside."""
    if isinstance(index, pd.PeriodIndex):
        first, last = (pd.Period(label, index.freqstr) for label in (first, last))
    elif isinstance(index, pd.DatetimeIndex):
        first, last = pd.Timestamp(first), pd.Timestamp(last)
    if first > last:
        raise ValueError(f"the window {first} .. {last} is reversed; give the earlier end first.")
    if first < index[0] or last > index[-1]:
        raise ValueError(
            f"the window {first} .. {last} is outside the sample {index[0]} .. {index[-1]}."
        )
    return int(index.searchsorted(first)), int(index.searchsorted(last, side="right")) - 1


def window_means(values: np.ndarray, window: int) -> np.ndarray:
    """Mean of every window along the last axis."""
    total = np.cumsum(values, axis=-1)
    means = np.empty((*total.shape[:-1], total.shape[-1] - window + 1))
    means[..., 0] = total[..., window - 1]
    np.subtract(total[..., window:], total[..., :-window], out=means[..., 1:])
    means /= window
    return means
