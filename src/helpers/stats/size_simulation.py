"""How often the tests of this package reject a true null: measured, not assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy import stats
from scipy.signal import lfilter

from helpers.stats._checks import check_draws
from helpers.stats.hac import mean_hac
from helpers.stats.ivx_wald import ivx
from helpers.stats.predictive import hodrick_1b
from helpers.stats.randomization import circular_shift_test, sign_flip_exact
from helpers.stats.windows import sup_window

LEVEL = 0.05
_MONTHS = 480
_WARM_UP = 240


def simulate_sizes(draws: int = 200, rng: np.random.Generator | int = 0) -> pd.DataFrame:
    """Share of simulated samples without any effect in which each test rejects at 5 %.

    Synthetic monthly samples of 40 years: (a) serially correlated returns with mean zero, for tests of a mean;
    (b) unpredictable returns beside a persistent predictor (autocorrelation 0.99) whose innovations are
    uncorrelated with returns or correlated by -0.9 as those of valuation ratios, for predictive tests at 1, 12 and
    36 months; (c) independent returns with events at fixed dates, or whose best window is singled out.

    Parameters
    ----------
    draws : int
        Simulated samples for each row.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    DataFrame
        One row a test and setting: ``null``, ``test``, ``rejected`` (share), ``error`` (Monte Carlo standard error
        of that share if the true size is 5 %), ``draws``.

    Raises
    ------
    ValueError
        Fewer than 19 draws.

    Examples
    --------
    >>> simulate_sizes(draws=19, rng=0).columns.to_list()
    ['null', 'test', 'rejected', 'error', 'draws']
    """
    draws = check_draws(draws)
    rng = np.random.default_rng(rng)
    p_values: dict[tuple[str, str], list[float]] = {}
    for _ in range(draws):
        for null, test, p in _one_sample(rng):
            p_values.setdefault((null, test), []).append(p)
    rows = [
        (null, test, float(np.mean(np.array(p) < LEVEL))) for (null, test), p in p_values.items()
    ]
    frame = pd.DataFrame(rows, columns=["null", "test", "rejected"])
    return frame.assign(error=np.sqrt(LEVEL * (1 - LEVEL) / draws), draws=draws)


def _one_sample(rng: np.random.Generator) -> Iterator[tuple[str, str, float]]:
    correlated = _autoregression(rng.normal(size=_MONTHS + _WARM_UP), 0.3)
    null = "mean zero, autocorrelation 0.3"
    yield null, "t-test, independence assumed", float(stats.ttest_1samp(correlated, 0).pvalue)
    yield null, "mean_hac, fixed-b", mean_hac(correlated).p

    for delta in (0.0, -0.9):
        returns, predictor = _unpredictable(delta, rng)
        for horizon in (1, 12, 36):
            null = f"no predictability, delta {delta:g}, {horizon} months"
            for test, p in PREDICTIVE.items():
                yield null, test, p(returns, predictor, horizon)

    noise = rng.normal(size=_MONTHS)
    events = [30, 75, 90, 150, 210, 240, 310, 350, 400, 430]
    result = circular_shift_test(noise, events, 12)
    yield "events without effect, 10 events, 12 months", "circular shifts, exact", result.p
    yield (
        "events without effect, 10 events, 12 months",
        "sign flips, exact",
        sign_flip_exact(result.per_event).p,
    )
    window = sup_window(noise, window=108, block=6, draws=199, rng=rng)
    yield (
        "same mean throughout, best window of 108 months",
        "as if named beforehand",
        window.p_fixed,
    )
    yield "same mean throughout, best window of 108 months", "sup-window", window.p


def _autoregression(noise: np.ndarray, rho: float) -> np.ndarray:
    return lfilter([1.0], [1.0, -rho], noise)[_WARM_UP:]


def _unpredictable(delta: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Returns without memory and a persistent predictor, innovations correlated by delta."""
    returns, own = rng.normal(size=(2, _MONTHS + _WARM_UP))
    innovation = delta * returns + np.sqrt(1 - delta**2) * own
    return returns[_WARM_UP:], _autoregression(innovation, 0.99)


def _overlapping_ols(
    returns: np.ndarray, predictor: np.ndarray, horizon: int, lags: int | None
) -> float:
    """p-value of the slope in the long-horizon regression: iid errors, or Newey-West with `lags`."""
    import statsmodels.api as sm

    summed = np.lib.stride_tricks.sliding_window_view(returns[1:], horizon).sum(axis=1)
    model = sm.OLS(summed, sm.add_constant(predictor[:-horizon]))
    fit = model.fit() if lags is None else model.fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    return float(fit.pvalues[1])


PREDICTIVE: dict[str, Callable[[np.ndarray, np.ndarray, int], float]] = {
    "OLS t, overlapping": lambda y, x, h: _overlapping_ols(y, x, h, None),
    "Newey-West, lags = horizon": lambda y, x, h: _overlapping_ols(y, x, h, h),
    "Hodrick 1B": lambda y, x, h: hodrick_1b(y, x, h).p,
    "IVX-Wald": lambda y, x, h: ivx(y, x, h).p,
}
