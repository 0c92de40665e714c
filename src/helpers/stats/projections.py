"""Responses to a shock by local projections, with bands that hold at all horizons at once, and by a VAR beside them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import norm

from helpers.stats._checks import (
    Observations,
    check_draws,
    check_frame,
    check_horizon,
    check_same_index,
    check_series,
)
from helpers.stats.hac import fixed_b_critical, fixed_b_p


@dataclass(frozen=True)
class ImpulseResponse:
    """Response to a shock of one unit by horizon, with pointwise intervals and a simultaneous band.

    Attributes
    ----------
    table : DataFrame
        A row a horizon, from 0: ``response``, ``se``, ``p``, ``ci_low``, ``ci_high`` (this horizon alone, 95 percent),
        ``band_low``, ``band_high`` (all horizons at once, 95 percent).
    covariance : array, shape (horizon + 1, horizon + 1)
        Of the responses.
    fit : Series
        What the shocks of each window moved in it: by first period of the window, the unit of the outcome.
    swing : Series
        What moved over the window and was not foreseen from the lags.
    hac_lags, n : int
        Largest autocovariance used; observations.
    """

    table: pd.DataFrame
    covariance: np.ndarray = field(repr=False)
    fit: pd.Series = field(repr=False)
    swing: pd.Series = field(repr=False)
    shock_variance: float
    hac_lags: int
    n: int

    @property
    def b(self) -> float:
        """Bandwidth as a share of the sample, on which the critical values depend."""
        return (self.hac_lags + 1) / self.n

    def variance_share(
        self, draws: int = 2_000, rng: np.random.Generator | int = 0
    ) -> tuple[float, float, float]:
        """Share of the variance of unforeseen swings over the last horizon that the shocks account for.

        Returns
        -------
        tuple of float
            Share, and the ends of its 95 percent interval, each in 0 .. 1.

        Notes
        -----
        A swing over h periods holds a shock m periods before its end times the cumulative response at m: the share is
        the sum of the squared responses times the variance of the shock, over that of the swing. A squared estimate is
        too large by its squared error, which is taken off; ends come from draws of the responses.

        References
        ----------
        Gorodnichenko and Lee (2020), doi:10.1080/07350015.2019.1610661.
        """
        response = self.table["response"].to_numpy()
        noise = np.trace(self.covariance)
        rng = np.random.default_rng(rng)
        drawn = rng.multivariate_normal(
            response, self.covariance, check_draws(draws), method="eigh"
        )
        squares = np.array([response @ response - noise, *(np.vecdot(drawn, drawn) - 2 * noise)])
        shares = np.clip(squares * self.shock_variance / self.swing.var(), 0, 1)
        low, high = np.quantile(shares[1:], (0.025, 0.975))
        return float(shares[0]), float(low), float(high)

    def downside(self, worst: float = 0.2) -> tuple[float, float]:
        """Mean swing of the worst windows, and the part of it that the shocks of these windows moved.

        In-sample: responses estimated from the same windows fit them too well, so that the part is at most this.
        """
        bad = self.swing <= self.swing.quantile(worst)
        return float(self.swing[bad].mean()), float(self.fit[bad].mean())


def local_projections(
    y: Observations,
    shock: Observations,
    controls: Observations | None = None,
    *,
    horizon: int = 12,
    lags: int = 3,
    cumulative: bool = True,
    hac_lags: int | None = None,
    draws: int = 10_000,
    rng: np.random.Generator | int = 0,
) -> ImpulseResponse:
    """Response of a series to a shock, by one least-squares regression a horizon.

    The outcome h periods after the shock is regressed on the shock, on `lags` lags of outcome and shock, and on those
    of the controls. Lag augmentation keeps the regressor of interest free of memory, so that the errors need no model
    of the outcome. Null hypothesis of each ``p``: no response at this horizon, two-sided.

    Parameters
    ----------
    y : Series or array of shape (n,)
        Outcome by period, e.g. returns in percent.
    shock : Series or array of shape (n,)
        The shock of each period, 0 where there was none. The response is causal only where the shock is identified.
    controls : Series, DataFrame or array, optional
        Further variables that enter with their lags.
    horizon : int
        Periods after the shock, less than half of the sample.
    lags : int
        Lags of every variable among the regressors.
    cumulative : bool
        Sum the outcome from the period of the shock on (as for returns); else take it at the horizon.
    hac_lags : int, optional
        Largest autocovariance; default the larger of horizon + 1 and ``4 (n / 100)^(2/9)``.
    draws : int
        Simulations behind the simultaneous band.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    ImpulseResponse
        Every horizon on the sample of the longest one.

    Raises
    ------
    ValueError
        Bad series, dates that differ, too few observations for the regressors, collinear ones.

    Notes
    -----
    Bartlett covariance of the influence of each period on all horizons together, times n / (n - k), with fixed-b
    critical values. The band is the sup-t band: responses plus and minus one critical value times their errors, the
    95 percent quantile of the largest absolute value of normal draws with the estimated correlation, carried from
    normal to fixed-b tails. These draws are those of the dependent wild bootstrap with Bartlett weights and Gaussian
    multipliers, which needs no refit. Small samples: where a few large shocks carry the estimate, both are too narrow.

    References
    ----------
    Jorda (2005), doi:10.1257/0002828053828518. Montiel Olea and Plagborg-Moller (2021), doi:10.3982/ECTA18756, on
    lags; (2019), doi:10.1002/jae.2656, on the band. Shao (2010), doi:10.1198/jasa.2009.tm08744.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> shock = rng.normal(size=400)
    >>> y = 2 * shock + np.append(0, shock[:-1]) + rng.normal(size=400)
    >>> local_projections(y, shock, horizon=3).table["response"].round().tolist()
    [2.0, 3.0, 3.0, 3.0]
    """
    values, shocks = check_series(y, "y", minimum=30), check_series(shock, "shock", minimum=30)
    check_same_index(y, shock, "y and shock")
    n = len(values)
    horizon = check_horizon(horizon, n)
    if lags != int(lags) or lags < 0:
        raise ValueError(f"lags is {lags}; give a whole number, 0 or more.")
    variables = np.column_stack([values, shocks])
    if controls is not None:
        check_same_index(y, controls, "y and controls")
        variables = np.column_stack([variables, check_frame(controls, "controls").to_numpy()])
    rows = n - lags - horizon
    lagged = [variables[lags - lag : lags - lag + rows] for lag in range(1, lags + 1)]
    known = np.column_stack([np.ones(rows), *lagged])
    k = known.shape[1] + 1
    if rows < k + 10:
        raise ValueError(
            f"y has {n} periods; {rows} remain for {k} regressors. Take fewer lags or a shorter horizon."
        )
    ahead = np.column_stack([values[lags + h : lags + h + rows] for h in range(horizon + 1)])
    if cumulative:
        ahead = ahead.cumsum(axis=1)
    now = shocks[lags : lags + rows]
    foreseen = np.linalg.lstsq(known, np.column_stack([now, ahead]), rcond=None)[0]
    news = np.column_stack([now, ahead]) - known @ foreseen
    news_of_shock, unforeseen = news[:, 0], news[:, 1:]
    power = news_of_shock @ news_of_shock
    if power <= 1e-12 * (now @ now):
        raise ValueError("shock follows from the lags; it holds nothing new to respond to.")
    response = news_of_shock @ unforeseen / power
    influence = news_of_shock[:, None] * (unforeseen - np.outer(news_of_shock, response)) / power

    if hac_lags is None:
        hac_lags = max(horizon + 1, int(np.ceil(4 * (rows / 100) ** (2 / 9))))
    if not 0 <= hac_lags < rows:
        raise ValueError(f"hac_lags is {hac_lags}; give a whole number from 0 to {rows - 1}.")
    covariance = influence.T @ influence
    for lag in range(1, hac_lags + 1):
        cross = influence[lag:].T @ influence[:-lag]
        covariance += (1 - lag / (hac_lags + 1)) * (cross + cross.T)
    covariance *= rows / (rows - k)
    se, b = np.sqrt(np.diag(covariance)), (hac_lags + 1) / rows

    correlation = covariance / np.outer(se, se)
    drawn = np.random.default_rng(rng).multivariate_normal(
        np.zeros(horizon + 1), correlation, check_draws(draws), method="eigh"
    )
    largest = np.quantile(np.abs(drawn).max(axis=1), 0.95)
    point, band = fixed_b_critical(0.05, b), fixed_b_critical(2 * norm.sf(largest), b)
    table = pd.DataFrame(
        {
            "response": response,
            "se": se,
            "p": fixed_b_p(response / se, b),
            "ci_low": response - point * se,
            "ci_high": response + point * se,
            "band_low": response - band * se,
            "band_high": response + band * se,
        },
        index=pd.RangeIndex(horizon + 1, name="horizon"),
    )
    # The shock of period i of a window moves it by the response at its end, horizon - i periods later.
    windows = np.lib.stride_tricks.sliding_window_view(shocks[lags:] - now.mean(), horizon + 1)
    index = y.index[lags : lags + rows] if isinstance(y, pd.Series) else pd.RangeIndex(rows)
    return ImpulseResponse(
        table=table,
        covariance=covariance,
        fit=pd.Series(windows[:rows] @ response[::-1], index),
        swing=pd.Series(unforeseen[:, -1], index),
        shock_variance=float(power / rows),
        hac_lags=hac_lags,
        n=rows,
    )


def var_response(
    y: Observations, shock: Observations, *, horizon: int = 12, lags: int = 12
) -> pd.Series:
    """Cumulative response to a shock of one unit by a vector autoregression with the shock ordered first.

    Estimates what :func:`local_projections` does from a model of both series. Up to as many periods as it has lags the
    two agree in large samples; beyond, and with few lags, the model fills in what it did not look at.

    Parameters
    ----------
    y, shock : Series or array of shape (n,)
        As in :func:`local_projections`.
    horizon : int
        Periods after the shock.
    lags : int
        Of both series in both equations, at least 1.

    Returns
    -------
    Series
        By horizon, from 0.

    Raises
    ------
    ValueError
        Bad series, dates that differ, no lag.

    References
    ----------
    Plagborg-Moller and Wolf (2021), doi:10.3982/ECTA17813.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> shock = rng.normal(size=400)
    >>> var_response(2 * shock + rng.normal(size=400), shock, horizon=2, lags=1).round().tolist()
    [2.0, 2.0, 2.0]
    """
    from statsmodels.tsa.vector_ar.var_model import VAR

    values, shocks = check_series(y, "y", minimum=30), check_series(shock, "shock", minimum=30)
    check_same_index(y, shock, "y and shock")
    horizon = check_horizon(horizon, len(values))
    if lags != int(lags) or not 1 <= lags < len(values) / 4:
        raise ValueError(f"lags is {lags}; give a whole number from 1 to a quarter of the sample.")
    paths = VAR(np.column_stack([shocks, values])).fit(int(lags)).orth_ma_rep(horizon)[:, :, 0]
    index = pd.RangeIndex(horizon + 1, name="horizon")
    return pd.Series(paths[:, 1].cumsum() / paths[0, 0], index, name="response")
