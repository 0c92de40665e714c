"""Abnormal returns: what a portfolio earned in a window beyond its exposure to the market and to size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.stats.hac import fixed_b_critical, fixed_b_p, long_run_variance
from helpers.topics.common.industries import FACTORS

_ROWS = 200  # windows held at once


@dataclass(frozen=True)
class AbnormalWindows:
    """The abnormal return over every window of one length, by its last month (rows) and portfolio (columns).

    Attributes
    ----------
    sums, errors : DataFrame
        Cumulative abnormal return, log percent over the whole window, and its standard error; NaN where a month of
        the window or of the history before it is not known.
    market, size : DataFrame
        Exposures, estimated before the window.
    total : DataFrame
        Cumulative total return, log percent.
    b : float
        Share of the history that the bandwidth of the standard error takes.
    """

    sums: pd.DataFrame
    errors: pd.DataFrame
    market: pd.DataFrame
    size: pd.DataFrame
    total: pd.DataFrame
    b: float

    @property
    def t(self) -> pd.DataFrame:
        """Abnormal returns in standard errors."""
        return self.sums / self.errors

    def last(self) -> pd.DataFrame:
        """The last window, a row a portfolio.

        Returns
        -------
        DataFrame
            ``return`` and ``abnormal`` (log percent over the window), ``se``, ``low`` and ``high`` (95 percent), ``p``
            (two-sided, of no abnormal return), ``market`` and ``size`` exposure.
        """
        sums, errors = self.sums.iloc[-1], self.errors.iloc[-1]
        margin = fixed_b_critical(0.05, self.b) * errors
        return pd.DataFrame(
            {
                "return": self.total.iloc[-1],
                "abnormal": sums,
                "se": errors,
                "low": sums - margin,
                "high": sums + margin,
                "p": fixed_b_p((sums / errors).to_numpy(), self.b),
                "market": self.market.iloc[-1],
                "size": self.size.iloc[-1],
            }
        )


def abnormal_windows(
    returns: pd.DataFrame, factors: pd.DataFrame, months: int, history: int, *, ends: int = 0
) -> AbnormalWindows:
    """Cumulative abnormal return of each portfolio over every window of `months`.

    Exposures to the market and to size are least-squares slopes on the `history` months that end before the window. The
    abnormal return of a month is the log return less that of bills, market and size held in these proportions; the
    intercept is estimated and not carried on, so that a portfolio that always led has led abnormally. The standard
    error holds the months of the window (as variable and as correlated as the residuals of the history) and the error
    of the exposures times what the factors did in the window, both with Bartlett weights. Null hypothesis: no return
    beyond the exposures.

    Parameters
    ----------
    returns : DataFrame
        Monthly simple total returns, percent, a column a portfolio.
    factors : DataFrame
        ``mkt_rf``, ``smb`` and ``rf``, percent a month.
    months, history : int
        Length of the windows, and of what their exposures are estimated on.
    ends : int, optional
        Only the last so many windows; default all.

    Raises
    ------
    NotKnown
        Fewer than ``months + history`` months are known of returns and factors.

    Notes
    -----
    Critical values are fixed-b. Exposures drift, and some industries did lead: of all windows of the 49 industries
    since 1963 a five percent test with a history of five years rejects 5 percent at one month, 7 at twelve and 9 at 24.
    Where one window is on trial its place among all others (`p_among_windows`) says more than its own p.

    References
    ----------
    Campbell, Lo and MacKinlay (1997), The Econometrics of Financial Markets, doi:10.1515/9781400830213, chapter 4: the
    variance of a cumulative abnormal return with the error of the estimated model. Kiefer and Vogelsang (2005),
    doi:10.1017/S0266466605050565.

    Examples
    --------
    >>> from helpers.data import Information
    >>> from helpers.topics.common.industries import IndustryInputs
    >>> inputs = IndustryInputs(Information("2026-02-16"))
    >>> year = abnormal_windows(inputs.industries, inputs.factors, 12, 60, ends=1).last()
    >>> year.loc["aero", ["return", "market"]].round(2).to_dict()
    {'return': 36.6, 'market': 1.07}
    """
    shared = returns.index.intersection(factors.index)
    length = months + history
    if len(shared) < length:
        raise NotKnown(
            f"{len(shared)} months of returns and factors were known, {history} before a window of {months} are "
            "needed; use a later as_of or a shorter history."
        )
    values = returns.loc[shared].to_numpy(dtype=float)
    design = np.column_stack([np.ones(len(shared)), factors.loc[shared, list(FACTORS)]])
    bills = factors.loc[shared, "rf"].to_numpy()
    starts = np.arange(len(shared) - length + 1)[-ends:]
    parts = [
        _measure(values, design, bills, starts[k : k + _ROWS], months, history)
        for k in range(0, len(starts), _ROWS)
    ]
    index = shared[starts + length - 1]
    sums, errors, market, size, total = (
        pd.DataFrame(np.concatenate(part), index, returns.columns)
        for part in zip(*parts, strict=True)
    )
    return AbnormalWindows(sums, errors, market, size, total, (_lags(history) + 1) / history)


def _measure(
    values: np.ndarray,
    design: np.ndarray,
    bills: np.ndarray,
    starts: np.ndarray,
    months: int,
    history: int,
) -> tuple[np.ndarray, ...]:
    """Sums, errors, exposures and total returns, each of shape (windows, portfolios)."""
    past = starts[:, None] + np.arange(history)
    then = starts[:, None] + np.arange(history, history + months)
    x, y = design[past], values[past] - bills[past][..., None]
    inverse = np.linalg.inv(x.swapaxes(1, 2) @ x)
    slopes = inverse @ (x.swapaxes(1, 2) @ y)
    residuals = y - x @ slopes
    slopes[:, 0] = (
        0.0  # what the portfolio earned beyond its exposures before is not expected of it
    )
    benchmark = bills[then][..., None] + design[then] @ slopes
    earned = 100 * np.log1p(values[then] / 100)
    sums = (earned - 100 * np.log1p(benchmark / 100)).sum(axis=1)
    # Change of the sum for one unit more of each exposure, and from there for each residual of the history.
    pull = (design[then].swapaxes(1, 2) @ (1 / (1 + benchmark / 100)))[:, 1:]
    weights = x @ (inverse[:, :, 1:] @ pull)
    degrees = history / (history - design.shape[1])
    lags = _lags(history)
    noise = long_run_variance(residuals.swapaxes(1, 2), lags) * degrees
    from_exposures = long_run_variance((weights * residuals).swapaxes(1, 2), lags) * degrees
    errors = np.sqrt(months * noise + history * from_exposures)
    return sums, errors, slopes[:, 1], slopes[:, 2], earned.sum(axis=1)


def _lags(history: int) -> int:
    """Largest lag of the Bartlett weights: that of Lazarus, Lewis, Stock and Watson, as everywhere here."""
    return int(np.ceil(1.3 * np.sqrt(history))) - 1


def p_among_windows(t: pd.Series) -> float:
    """Share of all windows, the last one included, that lie at least as far from zero as the last one, either sign.

    Parameters
    ----------
    t : Series
        Of one portfolio, in standard errors, so that calm and stormy years compare; missing ones are left out.

    Examples
    --------
    >>> p_among_windows(pd.Series([1.0, -2.5, 0.3, 2.0]))
    0.5
    """
    away = t.dropna().abs()
    return float((away >= away.iloc[-1]).mean())


def months_since(index: pd.PeriodIndex, day: str | dt.date | pd.Period) -> int:
    """Months of an index after the one a day falls in: windows start the month after an event.

    Examples
    --------
    >>> months_since(pd.period_range("2024-01", "2025-12", freq="M"), "2024-09-18")
    15
    """
    return int((index > pd.Period(day, "M")).sum())


def count_as_large(values: pd.Series, at: Any) -> tuple[int, int]:
    """How many others are at least as large as one of the values, and of how many.

    Examples
    --------
    >>> count_as_large(pd.Series({"a": 3.0, "b": 1.0, "c": float("nan")}), "b")
    (1, 1)
    """
    known = values.dropna()
    return int((known >= known[at]).sum()) - 1, len(known) - 1
