"""Markov switching with many starts, ordered regimes, forecasts, and a bootstrap test of their number."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.stats._checks import (
    Observations,
    check_draws,
    check_frame,
    check_same_index,
    check_series,
)
from helpers.stats._switching_em import (
    FLOOR,
    Fitted,
    em_log_likelihood,
    run_em,
    simulate_switching,
    single_regime,
)

_EM_STEPS, _MORE_STEPS = 20, 30  # from every start, and from the best
_CLIMBED = 3  # of the starts are climbed to the top, the likeliest first
_SAME_HILL = 0.01  # log likelihoods after the steps nearer than this lead to one maximum
_GRADIENT = 1e-7  # of the mean log likelihood: at the usual 1e-5 variances stop a thousandth short
_FLAT = 1e-5  # a slope of the mean log likelihood below this is none
SWITCHING = ("mean", "variance", "ar", "exog")
# What statsmodels raises where a start leads nowhere.
_FAILURES = (np.linalg.LinAlgError, RuntimeError, ValueError)


@dataclass(frozen=True)
class MarkovSwitching:
    """Fitted regimes, numbered from low to high variance (from low to high mean where variances are equal).

    ``filtered`` uses data up to each period and is the only one fit for real-time statements, given the parameters;
    ``smoothed`` uses the whole sample and describes. ``transition`` holds P(next | now), one row a regime now.
    """

    regimes: pd.DataFrame
    transition: pd.DataFrame
    params: pd.Series
    se: pd.Series
    filtered: pd.DataFrame
    smoothed: pd.DataFrame
    llf: float
    bic: float
    aic: float
    starts_llf: np.ndarray
    converged: bool
    switching: tuple[str, ...]
    n: int

    def forecast(self, steps: int) -> pd.DataFrame:
        """Probability of each regime 1 .. steps periods after the sample: filtered probabilities times P^k.

        The column ``mean`` is the expected value, given where the series has neither lags nor regressors.
        """
        if steps != int(steps) or steps < 1:
            raise ValueError(f"steps is {steps}; give a whole number of at least 1.")
        now, transition = self.filtered.iloc[-1].to_numpy(), self.transition.to_numpy()
        ahead = np.array(
            [now @ np.linalg.matrix_power(transition, k) for k in range(1, int(steps) + 1)]
        )
        frame = pd.DataFrame(
            ahead,
            index=pd.RangeIndex(1, int(steps) + 1, name="step"),
            columns=self.filtered.columns,
        )
        if not self.params.index.str.match(r"ar\.|x\d").any():
            frame["mean"] = ahead @ self.regimes["mean"].to_numpy()
        return frame


def markov_switching(
    y: Observations,
    regimes: int = 2,
    switching: str | Sequence[str] = ("mean", "variance"),
    *,
    order: int = 0,
    exog: Observations | None = None,
    intercept: bool = True,
    starts: int = 20,
    rng: np.random.Generator | int = 0,
) -> MarkovSwitching:
    """Maximum-likelihood Markov-switching regression or autoregression (Hamilton), the best of many starts.

    Parameters
    ----------
    y : Series or array of shape (n,)
        In time order, no gaps; at least 40 observations.
    regimes : int
        Number of regimes, 2 to 4.
    switching : str or sequence
        What differs between regimes: ``"mean"``, ``"variance"``, ``"ar"``, ``"exog"``.
    order : int
        Autoregressive lags of the deviation from the regime mean (Hamilton 1989).
    exog : Series, DataFrame or array of shape (n, k), optional
        Regressors, only with ``order=0``.
    intercept : bool
        False for a series without mean (returns taken as deviations).
    starts : int
        Random starting points besides the default one; all get a short EM run, the best three are maximised.
    rng : Generator or int
        Source of the starting points; an int is a seed.

    Returns
    -------
    MarkovSwitching
        ``regimes``: mean (the intercept where there are regressors), variance, expected duration in periods and
        share of time (smoothed). ``starts_llf``: log likelihood reached from each start, best first, so that a
        lucky one shows (minus infinity where a start led nowhere). ``params``, ``se``: as statsmodels names them,
        regimes renumbered. ``converged``: no slope is left at the maximum.

    Raises
    ------
    ValueError
        Bad series, unknown or impossible switching, no start that converges, or none but to a regime on equal values.

    Notes
    -----
    The series is standardised first, so that nothing but units depends on its level and scale. Where variances
    switch, a regime on a few equal values has infinite likelihood: fits with a variance below a thousandth of the
    largest are no maxima and left out.
    Parameters are those of the whole sample, also behind ``filtered``: for a real-time record refit at each date.
    The number of regimes cannot be tested with a chi-squared law: use :func:`regimes_lr_test`.

    References
    ----------
    Hamilton (1989), doi:10.2307/1912559. Kim and Nelson (1999), State-Space Models with Regime Switching.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> calm_then_wild = np.r_[rng.normal(size=100), rng.normal(scale=4, size=100)]
    >>> fit = markov_switching(calm_then_wild, switching="variance", starts=3)
    >>> bool(fit.regimes["variance"].is_monotonic_increasing)
    True
    """
    values = check_series(y, "y", minimum=40)
    switching = _check_switching(switching, regimes, order, exog, intercept)
    if starts != int(starts) or starts < 1:
        raise ValueError(f"starts is {starts}; give at least 1.")
    labels = y.index if isinstance(y, pd.Series) else pd.RangeIndex(len(values))
    columns = None
    if exog is not None:
        columns = check_frame(exog, "exog").to_numpy()
        check_same_index(y, exog, "y and exog")
    centre, scale = (float(values.mean()) if intercept else 0.0), float(values.std())
    widths = np.ones(0) if columns is None else columns.std(axis=0)
    model = _model(
        (values - centre) / scale,
        regimes,
        switching,
        order,
        None if columns is None else columns / widths,
        intercept,
    )

    with warnings.catch_warnings():
        # Poor starts may not converge; their log likelihoods are reported, and the best is what counts.
        warnings.simplefilter("ignore")
        points = _starting_points(model, int(starts), np.random.default_rng(rng))
        plain = order == 0 and exog is None and intercept
        runs = _batched_runs(model, points, switching) if plain else _em_runs(model, points)
        tried = sorted(runs, key=lambda run: -run[0])
        fits, reached = _maximise_best(model, tried[:_CLIMBED])
        while not fits and len(reached) < len(tried):
            more, lower = _maximise_best(model, tried[len(reached) : len(reached) + _CLIMBED])
            fits, reached = more, reached + lower
        if not fits:
            raise ValueError(_why_none(model, tried[0][1]))
        top = max(fits, key=lambda fit: fit.llf)
        best = model.smooth(_renumbered(top, _order(top, model), model), cov_type="approx")
        params, se = _parameters(best, model)
    llfs = np.array(sorted(reached + [llf for llf, _ in tried[len(reached) :]], reverse=True))
    # Back from standard deviations to the units of the series.
    stretch = params.index.map(lambda name: _stretch(name, scale, widths)).to_numpy(dtype=float)
    params, se = params * stretch, se * stretch
    params[params.index.str.startswith("const")] += centre
    units = model.nobs * np.log(scale)

    names = [f"regime {i}" for i in range(regimes)]
    index = labels[len(labels) - model.nobs :]
    # statsmodels stores P(next | now) with the column as "now"; rows are more usual.
    transition = best.regime_transition[:, :, 0].T
    probabilities = [
        pd.DataFrame(np.asarray(p), index=index, columns=names)
        for p in (best.filtered_marginal_probabilities, best.smoothed_marginal_probabilities)
    ]
    filtered, smoothed = probabilities
    table = pd.DataFrame(
        {
            "mean": _by_regime(params, "const", regimes),
            "variance": _by_regime(params, "sigma2", regimes),
            "duration": 1 / (1 - np.diag(transition)),
            "share": smoothed.mean().to_numpy(),
        },
        index=names,
    )
    return MarkovSwitching(
        regimes=table,
        transition=pd.DataFrame(transition, index=names, columns=names),
        params=params,
        se=se,
        filtered=filtered,
        smoothed=smoothed,
        llf=float(top.llf - units),
        bic=float(top.bic + 2 * units),
        aic=float(top.aic + 2 * units),
        starts_llf=llfs - units,
        converged=bool(np.abs(top.mle_retvals["gopt"]).max() < _FLAT),
        switching=switching,
        n=int(model.nobs),
    )


@dataclass(frozen=True)
class RegimesTest:
    """Likelihood ratio of one regime more, with its bootstrap p-value."""

    lr: float
    p: float
    null_regimes: int
    null: np.ndarray
    draws: int
    n: int


def regimes_lr_test(
    y: Observations,
    null_regimes: int = 1,
    switching: str | Sequence[str] = ("mean", "variance"),
    *,
    draws: int = 199,
    starts: int = 3,
    rng: np.random.Generator | int = 0,
) -> RegimesTest:
    """Do the data ask for one regime more? Parametric bootstrap of the likelihood ratio.

    Under the null the extra regime has no parameters of its own to estimate, so that the ratio is not
    chi-squared; its law is found by fitting both models to series simulated from the smaller one, all of them at
    once. Null hypothesis: `null_regimes` regimes suffice.

    Parameters
    ----------
    y : Series or array of shape (n,)
        In time order, no gaps; at least 40 observations.
    null_regimes : int
        Regimes under the null, 1 to 3.
    switching : str or sequence
        ``"mean"``, ``"variance"`` or both.
    draws, starts : int
        Simulated series, and starting points for each fit.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    RegimesTest

    Raises
    ------
    ValueError
        Bad series, switching other than mean and variance, regimes outside 1 .. 3.

    Notes
    -----
    Both likelihoods come from the same EM runs, for the data as for the draws, so that a maximum missed is missed
    alike. Normal errors are part of the null: fat tails alone can reject it.

    References
    ----------
    McLachlan (1987), doi:10.2307/2347790. Hansen (1992), doi:10.1002/jae.3950070506, for the problem.

    Examples
    --------
    >>> y = np.random.default_rng(0).normal(size=80)
    >>> result = regimes_lr_test(y, draws=19, starts=1)
    >>> 0 < result.p <= 1
    True
    """
    values = check_series(y, "y", minimum=40)
    switching = _check_switching(switching, null_regimes + 1, 0, None, True)
    draws = check_draws(draws)
    rng = np.random.default_rng(rng)

    def ratio(series: np.ndarray) -> tuple[np.ndarray, Fitted]:
        small, fitted = (
            single_regime(series)
            if null_regimes == 1
            else em_log_likelihood(series, null_regimes, switching, starts=starts, rng=rng)
        )
        large, _ = em_log_likelihood(series, null_regimes + 1, switching, starts=starts, rng=rng)
        return 2 * (large - small), fitted

    observed, fitted = ratio(values[:, None])
    simulated = simulate_switching(fitted, len(values), draws, rng)
    null, _ = ratio(simulated)
    return RegimesTest(
        lr=float(observed[0]),
        p=float((1 + (null >= observed[0]).sum()) / (1 + draws)),
        null_regimes=null_regimes,
        null=null,
        draws=draws,
        n=len(values),
    )


def _check_switching(
    switching: str | Sequence[str],
    regimes: int,
    order: int,
    exog: Observations | None,
    intercept: bool,
) -> tuple[str, ...]:
    switching = (switching,) if isinstance(switching, str) else tuple(switching)
    unknown = set(switching) - set(SWITCHING)
    if unknown or not switching:
        raise ValueError(f"switching is {switching!r}; choose among {', '.join(SWITCHING)}.")
    if regimes not in (2, 3, 4):
        raise ValueError(f"regimes is {regimes}; between 2 and 4 can be told apart.")
    if order != int(order) or order < 0:
        raise ValueError(f"order is {order}; give a whole number of lags, at least 0.")
    if exog is not None and order:
        raise ValueError("exog and order cannot be combined; put the lags into exog.")
    for part, present in (("ar", order > 0), ("exog", exog is not None), ("mean", intercept)):
        if part in switching and not present:
            raise ValueError(f"switching asks for {part!r}, which the model does not have.")
    return switching


def _model(values, regimes, switching, order, exog, intercept):
    from helpers.stats._switching_models import Autoregression, Regression

    common = {
        "k_regimes": regimes,
        "trend": "c" if intercept else "n",
        "switching_trend": "mean" in switching,
        "switching_variance": "variance" in switching,
    }
    if order:
        return Autoregression(values, order=int(order), switching_ar="ar" in switching, **common)
    return Regression(values, exog=exog, switching_exog="exog" in switching, **common)


def _starting_points(model, starts: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Parameters of the default start and of random ones around it."""
    default = model.untransform_params(model.start_params)
    # Levels and standard deviations (statsmodels searches over these) spread as the data do, the rest in units.
    in_data_units = np.array([name.startswith(("const", "sigma2")) for name in model.param_names])
    scale = np.where(in_data_units, 1.5 * np.std(model.endog), 1.5)
    shifts = scale * rng.uniform(-1, 1, size=(starts, len(default)))
    return [model.transform_params(default + s) for s in [np.zeros(len(default)), *shifts]]


def _batched_runs(model, points: list[np.ndarray], switching: tuple[str, ...]):
    """Log likelihood and parameters after an EM run from each point, all at once: means and variances only."""
    regimes, at = range(model.k_regimes), model.parameters
    batch = np.column_stack(points)
    start = Fitted(
        np.concatenate([batch[at[i, "exog"]] for i in regimes]),
        np.concatenate([batch[at[i, "variance"]] for i in regimes]),
        np.stack([model.regime_transition_matrix(point)[:, :, 0].T for point in points], axis=-1),
    )
    y = np.repeat(np.reshape(model.endog, (-1, 1)), len(points), axis=1)
    llf, found = run_em(y, start, switching, _EM_STEPS + _MORE_STEPS)
    for i in regimes:
        batch[at[i, "exog"]] = found.mean[i]
        batch[at[i, "variance"]] = found.variance[i]
        batch[at[i, "regime_transition"]] = found.transition[i, :-1]
    for reached, params in zip(llf, batch.T, strict=True):
        yield (float(reached) if np.isfinite(reached) else -np.inf), params


def _em_runs(model, points: list[np.ndarray]):
    """Log likelihood and parameters after a short EM run from each point, by statsmodels."""
    for point in points:
        try:
            fit = model.fit(point, em_iter=_EM_STEPS, maxiter=0, cov_type="none", disp=False, rng=0)
        except _FAILURES:
            yield -np.inf, point
            continue
        yield (float(fit.llf), fit.params) if np.isfinite(fit.llf) else (-np.inf, point)


def _maximise_best(model, tried):
    """Fits of the best starts, one where several climb the same hill, and the log likelihood of each start."""
    fits: dict[float, Any] = {}
    reached = []
    for llf, params in tried:
        near = next((other for other in fits if abs(other - llf) < _SAME_HILL), llf)
        if near not in fits:
            fits[near] = _maximise(model, params) if np.isfinite(llf) else None
        reached.append(-np.inf if fits[near] is None else fits[near].llf)
    return [fit for fit in fits.values() if fit is not None], reached


def _why_none(model, params: np.ndarray) -> str:
    """The cause, told from where the likeliest start ended."""
    if (
        _on_equal_values(_variances(model, params))
        or _variances(model, params).min() < 1.01 * FLOOR
    ):
        return (
            "no start of the Markov-switching model has a maximum: a regime sits on (nearly) equal values, where the "
            "likelihood has no bound; leave 'variance' out of switching, use fewer regimes, or series whose values "
            "differ."
        )
    return "no start of the Markov-switching model converged; use fewer regimes or a longer series."


def _variances(model, params: np.ndarray) -> np.ndarray:
    return _by_regime(pd.Series(params, index=_names(model)), "sigma2", model.k_regimes)


def _on_equal_values(variance: np.ndarray) -> bool:
    """Whether a regime has so little variance that its likelihood grows without bound."""
    return bool(variance.min() < max(1.01 * FLOOR * variance.max(), 1e-10))


def _stretch(name: str, scale: float, widths: np.ndarray) -> float:
    """What a parameter of the standardised series is multiplied by in the units of the series."""
    stem = name.split("[")[0]
    if stem.startswith("x"):
        return float(scale / widths[int(stem[1:]) - 1])
    return {"const": scale, "sigma2": scale**2}.get(stem, 1.0)


def _maximise(model, params):
    if _on_equal_values(_variances(model, params)):
        return None
    try:
        fit = model.fit(
            params,
            em_iter=_MORE_STEPS,
            maxiter=200,
            gtol=_GRADIENT,
            cov_type="none",  # only the best fit needs errors
            disp=False,
            rng=0,
        )
    except _FAILURES:
        return None
    if not np.isfinite(fit.llf) or _on_equal_values(_variances(model, fit.params)):
        return None
    return fit


def _order(fit, model) -> list[int]:
    params = pd.Series(fit.params, index=_names(model))
    regimes = model.k_regimes
    variance = _by_regime(params, "sigma2", regimes)
    mean = _by_regime(params, "const", regimes)
    return sorted(range(regimes), key=lambda i: (variance[i], mean[i]))


def _names(model) -> list[str]:
    """Parameter names; statsmodels numbers a common coefficient like the last regime's where others switch."""
    names = list(model.param_names)
    own = {name.removesuffix("[0]") for name in names}
    last = f"[{model.k_regimes - 1}]"
    return [n if n.removesuffix(last) in own else n.removesuffix(last) for n in names]


def _by_regime(params: pd.Series, name: str, regimes: int) -> np.ndarray:
    """Values of one parameter by regime: its own, the common one, or zero where the model has none."""
    return np.array(
        [params.get(f"{name}[{i}]", params.get(name, 0.0)) for i in range(regimes)], dtype=float
    )


def _renumbered(fit, order_of: list[int], model) -> np.ndarray:
    """Parameters of the same fit with the regimes in another order."""
    if order_of == sorted(order_of):
        return fit.params
    old = pd.Series(fit.params, index=_names(model))
    moves = fit.regime_transition[:, :, 0]  # column now, row next
    params = []
    for name in old.index:
        stem, _, number = name.removesuffix("]").partition("[")
        if stem == "p":
            now, then = (order_of[int(one)] for one in number.split("->"))
            params.append(moves[then, now])
        else:
            params.append(old[f"{stem}[{order_of[int(number)]}]" if number else name])
    return np.array(params)


def _parameters(fit, model) -> tuple[pd.Series, pd.Series]:
    """Parameters and standard errors by name."""
    with np.errstate(invalid="ignore"):
        errors = np.sqrt(np.diag(np.atleast_2d(fit.cov_params())))
    frame = pd.DataFrame({"params": fit.params, "se": errors}, index=_names(model))
    frame = frame.sort_index(kind="stable")
    return frame["params"], frame["se"]
