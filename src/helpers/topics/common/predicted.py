"""What a persistent predictor foretells: the return expected at its last value, and where the outcome may lie."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import stats

NINETEEN_IN_TWENTY = (0.025, 0.975)
MIN_HISTORY = 240  # months before the first out-of-sample forecast
KNOWN_ERRORS = 120  # forecasts over before the first ends are drawn from their errors


def later_return(relative: pd.Series, horizon: int) -> pd.Series:
    """Return over the horizon after each month, log percent; missing where it is not over."""
    return relative[::-1].rolling(horizon).sum()[::-1].shift(-1)


def expect_return(
    returns: pd.Series, predictor: pd.Series, now: float, horizon: int
) -> dict[str, float]:
    """What a relative return may be over the horizon after a persistent predictor stands where it does; log percent.

    Parameters
    ----------
    returns, predictor : Series
        Monthly log return, percent, and what should foretell it, over the same months.
    now : float
        The last predictor known.
    horizon : int
        Months over which returns are summed.

    Returns
    -------
    dict
        ``distance`` of the predictor from its mean in standard deviations; ``beyond``, the return expected beyond that
        at the mean, with ``ci_low``, ``ci_high``, ``p`` (IVX) and ``mde``; the ``average`` return, and the
        ``expected`` one, their sum; ``low`` and ``high``, between which nineteen in twenty errors of real-time
        forecasts would put the outcome; ``inside``, the percent of outcomes that fell between such ends when these
        were drawn from the errors known at the time; ``oos_r2`` in percent; ``n`` and ``n_effective``.
    """
    test, distance = stats.ivx(returns, predictor, horizon), now - predictor.mean()
    scale = horizon * distance
    ends = sorted(scale * end.iloc[0] for end in (test.ci_low, test.ci_high))
    ahead = stats.oos_r2(returns, predictor, horizon, MIN_HISTORY)
    errors = ahead.path["actual"] - ahead.path["forecast"]
    average, beyond = horizon * returns.mean(), scale * test.coefficients.iloc[0]
    low, high = average + beyond + errors.quantile(list(NINETEEN_IN_TWENTY))
    return {
        "distance": distance / predictor.std(),
        "beyond": beyond,
        "ci_low": ends[0],
        "ci_high": ends[1],
        "p": test.p_each.iloc[0],
        "mde": stats.minimum_detectable_effect(abs(scale) * test.se.iloc[0]),
        "average": average,
        "expected": average + beyond,
        "low": low,
        "high": high,
        "inside": share_inside(errors.to_numpy(), horizon),
        "oos_r2": 100 * ahead.r2,
        "n": test.n,
        "n_effective": test.n / horizon,
    }


def arrange_expected(expected: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Rows of `expect_return` side by side for the eye: a column a sample, the decisive rows first.

    Parameters
    ----------
    expected : DataFrame
        A row a sample.
    unit : str
        Of returns.
    """
    rows = {
        "expected": ("return expected", unit),
        "low": ("nineteen in twenty outcomes, from", unit),
        "high": ("nineteen in twenty outcomes, to", unit),
        "beyond": ("of it beyond the average", unit),
        "p": ("p of that", ""),
        "ci_low": ("95 percent interval of that, from", unit),
        "ci_high": ("95 percent interval of that, to", unit),
        "mde": ("smallest detectable effect", unit),
        "average": ("average return", unit),
        "distance": ("today's distance from the mean", "standard deviations"),
        "inside": ("past outcomes that fell between such ends", "percent"),
        "oos_r2": ("out-of-sample R²", "percent"),
        "n": ("months", ""),
        "n_effective": ("independent windows", ""),
    }
    return side_by_side(expected, rows)


def side_by_side(table: pd.DataFrame, rows: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Some columns of a table as rows ``what``, each with its ``unit``: what a reader is told of each, and in what.

    Examples
    --------
    >>> table = pd.DataFrame({"p": [0.2, 0.4], "n": [10, 20]}, index=["early", "late"])
    >>> side_by_side(table, {"n": ("months", "")})["late"].to_dict()
    {'months': 20}
    """
    turned = table[list(rows)].T
    turned.index = pd.Index([name for name, _ in rows.values()], name="what")
    return turned.assign(unit=[one for _, one in rows.values()])


def in_evidence(expected: Mapping[str, float]) -> dict[str, float]:
    """Fields of `helpers.trial.Evidence` that say what is foretold beyond the average, from `expect_return`."""
    names = ("ci_low", "ci_high", "n", "n_effective", "p", "mde")
    return {
        "estimate": float(expected["beyond"]),
        **{name: float(expected[name]) for name in names},
        "oos_r2": float(expected["oos_r2"]) / 100.0,
    }


def share_inside(errors: np.ndarray, horizon: int) -> float:
    """Percent of forecast errors between the ends of the middle 95 percent of those that were known before them.

    An error is known once its horizon is over. NaN where too few are for the first ends.
    """
    past = pd.Series(errors).expanding(KNOWN_ERRORS)
    low, high = (past.quantile(end).shift(horizon) for end in NINETEEN_IN_TWENTY)
    told = low.notna()
    inside = (low <= errors) & (errors <= high)
    return float(100 * inside[told].mean())
