"""Markov switching against Stata, EViews and Kim-Nelson examples; forecasts; number of regimes by bootstrap."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tsa.regime_switching.markov_autoregression import MarkovAutoregression
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

from helpers.stats import markov_switching, regimes_lr_test
from helpers.stats._switching_em import em_log_likelihood, simulate_switching, single_regime
from helpers.stats.regimes import (
    _batched_runs,
    _check_switching,
    _em_runs,
    _maximise_best,
    _model,
    _names,
    _on_equal_values,
    _starting_points,
    _why_none,
)
from signatures import defaults_of


def _reference(name: str) -> np.ndarray:
    return np.loadtxt(Path(__file__).parent / "reference" / f"{name}.csv", skiprows=1)


@pytest.fixture(scope="module")
def fedfunds():
    index = pd.period_range("1954Q3", periods=226, freq="Q")
    return markov_switching(pd.Series(_reference("fedfunds"), index=index), 2, "mean", starts=5)


def test_federal_funds_of_the_stata_manual(fedfunds):
    """Stata 14 manual, tsmswitch, example 1: constant switching, 1954Q3-2010Q4."""
    assert fedfunds.llf == pytest.approx(-508.63592, abs=1e-4)
    assert fedfunds.regimes["mean"].to_list() == pytest.approx([3.70877, 9.556793], abs=1e-3)
    assert np.sqrt(fedfunds.params["sigma2"]) == pytest.approx(2.107562, abs=1e-3)
    assert fedfunds.transition.iloc[0, 0] == pytest.approx(0.9820939, abs=1e-3)
    assert fedfunds.transition.iloc[1, 0] == pytest.approx(0.0503587, abs=1e-3)
    assert fedfunds.se[["p[0->0]", "p[1->0]", "const[0]", "const[1]"]].to_list() == pytest.approx(
        [0.0104002, 0.0268434, 0.1767083, 0.2999889], abs=1e-4
    )
    assert fedfunds.regimes["duration"].to_list() == pytest.approx([55.85, 19.86], abs=0.02)


def test_hamiltons_business_cycle():
    """Hamilton (1989), 1951Q2-1984Q4, as EViews estimates it: AR(4), mean switching."""
    fit = markov_switching(_reference("rgnp"), 2, "mean", order=4, starts=1)
    assert fit.llf == pytest.approx(-181.26339, abs=1e-4)
    assert fit.transition.iloc[0, 0] == pytest.approx(0.754673, abs=1e-3)
    assert fit.transition.iloc[1, 0] == pytest.approx(0.095915, abs=1e-3)
    assert fit.regimes["mean"].to_list() == pytest.approx([-0.358811, 1.163516], abs=1e-3)
    assert fit.params["sigma2"] == pytest.approx(np.exp(-0.262658) ** 2, abs=1e-3)
    lags = [0.013486, -0.057521, -0.246983, -0.212923]
    assert fit.params[[f"ar.L{i}" for i in range(1, 5)]].to_list() == pytest.approx(lags, abs=1e-3)
    assert fit.regimes["duration"].to_list() == pytest.approx([4.08, 10.43], abs=0.01)
    assert "mean" not in fit.forecast(4)


def test_absolute_returns_of_the_stata_manual():
    """Stata 14 manual, tsmswitch: absolute S&P 500 returns on their lag, everything switching."""
    returns = _reference("areturns")
    fit = markov_switching(
        returns[1:], 2, ("mean", "variance", "exog"), exog=returns[:-1], starts=5
    )
    assert fit.llf == pytest.approx(-745.7977, abs=1e-3)
    assert fit.transition.iloc[0, 0] == pytest.approx(0.7530865, abs=1e-3)
    assert fit.transition.iloc[1, 0] == pytest.approx(0.6825357, abs=1e-3)
    assert np.sqrt(fit.regimes["variance"]).to_list() == pytest.approx(
        [0.5895792, 1.605333], abs=1e-3
    )


def test_regimes_are_ordered_by_variance_whatever_the_data_show_first():
    rng = np.random.default_rng(0)
    wild, calm = rng.normal(1, 4, size=80), rng.normal(0, 1, size=80)
    for series, second in ((np.r_[wild, calm], "regime 0"), (np.r_[calm, wild], "regime 1")):
        fit = markov_switching(series, 2, starts=1)
        assert fit.regimes["variance"].is_monotonic_increasing
        assert fit.smoothed.iloc[90:150].mean().idxmax() == second


def test_three_variances_without_a_mean():
    """Synthetic returns with standard deviations 1, 3 and 6 in turn, as in Kim, Nelson and Startz (1998)."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=360) * np.repeat([6.0, 1.0, 3.0], 120)
    fit = markov_switching(values, 3, "variance", intercept=False, starts=1)
    assert np.sqrt(fit.regimes["variance"]).to_list() == pytest.approx([1, 3, 6], rel=0.15)
    assert (fit.regimes["mean"] == 0).all()
    assert fit.filtered.iloc[-1].idxmax() == "regime 1"


def test_what_the_table_shows_follows_from_the_probabilities(fedfunds):
    table, transition = fedfunds.regimes, fedfunds.transition.to_numpy()
    assert table["duration"].to_list() == pytest.approx(1 / (1 - np.diag(transition)))
    assert table["share"].to_list() == pytest.approx(fedfunds.smoothed.mean().to_list())
    assert table["variance"].to_list() == pytest.approx([fedfunds.params["sigma2"]] * 2)
    assert list(table.index) == ["regime 0", "regime 1"] == list(fedfunds.filtered.columns)
    assert list(fedfunds.transition.index) == list(fedfunds.transition.columns) == list(table.index)
    # Two transition probabilities, two means, one variance.
    assert fedfunds.aic == pytest.approx(-2 * fedfunds.llf + 2 * 5)
    assert fedfunds.bic == pytest.approx(-2 * fedfunds.llf + 5 * np.log(226))
    assert (fedfunds.n, fedfunds.switching) == (226, ("mean",))


@pytest.mark.parametrize("turned", [False, True])
def test_every_parameter_moves_with_the_number_of_its_regime(turned):
    """Synthetic: calm with mean 5, then wild with mean -5; numbers follow the variance, whichever comes first."""
    rng = np.random.default_rng(7)
    y = np.r_[rng.normal(5, 1, size=100), rng.normal(-5, 4, size=60)]
    fit = markov_switching(y[::-1] if turned else y, 2, starts=2)
    assert fit.regimes["mean"].to_list() == pytest.approx([5, -5], abs=1.5)
    assert fit.regimes["variance"].to_list() == pytest.approx([1, 16], rel=0.5)
    assert fit.params[["const[0]", "const[1]"]].to_list() == fit.regimes["mean"].to_list()
    assert fit.params[["sigma2[0]", "sigma2[1]"]].to_list() == fit.regimes["variance"].to_list()
    moves = fit.params[fit.params.index.str.startswith("p[")]
    assert len(moves) == 2
    for name, probability in moves.items():
        now, then = name[2:-1].split("->")
        assert fit.transition.iloc[int(now), int(then)] == pytest.approx(probability, abs=1e-12)
    # The mean of many calm periods is known better than that of few wild ones.
    assert fit.se["const[0]"] == pytest.approx(1 / np.sqrt(100), rel=0.3)
    assert fit.se["const[1]"] == pytest.approx(4 / np.sqrt(60), rel=0.3)
    assert fit.params.index.is_monotonic_increasing
    assert fit.params.index.equals(fit.se.index)


def test_equal_variances_are_ordered_by_the_mean():
    rng = np.random.default_rng(8)
    y = np.r_[rng.normal(4, 1, size=60), rng.normal(-4, 1, size=60)]
    fit = markov_switching(y, 2, "mean", starts=1)
    assert fit.regimes["mean"].to_list() == pytest.approx([-4, 4], abs=0.3)
    assert fit.smoothed.iloc[:60].mean().idxmax() == "regime 1"


def test_lags_cost_the_first_periods():
    index = pd.period_range("1990-01", periods=80, freq="M")
    y = pd.Series(np.random.default_rng(15).normal(size=80), index=index)
    fit = markov_switching(y, 2, "variance", order=2, starts=1)
    assert fit.smoothed.index.equals(index[2:])
    assert fit.n == 78


def test_what_is_common_to_the_regimes_is_shown_for_each_of_them():
    """Synthetic: one intercept of 3, a slope that changes sign half-way."""
    rng = np.random.default_rng(16)
    x = rng.normal(size=160)
    y = 3 + np.repeat([2.0, -2.0], 80) * x + 0.5 * rng.normal(size=160)
    fit = markov_switching(y, 2, "exog", exog=x, starts=1)
    assert fit.regimes["mean"].to_list() == pytest.approx([3, 3], abs=0.15)
    assert sorted(fit.params[["x1[0]", "x1[1]"]]) == pytest.approx([-2, 2], abs=0.15)
    assert fit.params["const"] == fit.regimes["mean"].iloc[0]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({"switching": ("mean",)}, ["const[0]", "const[1]", "sigma2"]),
        ({"switching": ("variance",)}, ["const", "sigma2[0]", "sigma2[1]"]),
        ({"switching": ("variance",), "intercept": False}, ["sigma2[0]", "sigma2[1]"]),
        ({"switching": ("mean",), "order": 1}, ["const[0]", "const[1]", "sigma2", "ar.L1"]),
        (
            {"switching": ("mean", "ar"), "order": 1},
            ["const[0]", "const[1]", "sigma2", "ar.L1[0]", "ar.L1[1]"],
        ),
        ({"switching": ("mean",), "exog": True}, ["const[0]", "const[1]", "x1", "sigma2"]),
        ({"switching": ("exog",), "exog": True}, ["const", "x1[0]", "x1[1]", "sigma2"]),
    ],
)
def test_the_model_has_the_parameters_asked_for(arguments, names):
    rng = np.random.default_rng(9)
    asked = {"order": 0, "exog": None, "intercept": True} | arguments
    if asked["exog"]:
        asked["exog"] = rng.normal(size=(60, 1))
    model = _model(rng.normal(size=60), 2, **asked)
    assert set(_names(model)) == {"p[0->0]", "p[1->0]", *names}
    assert model.k_regimes == 2


def test_the_search_starts_at_the_default_and_around_it_as_the_data_spread():
    """Levels and standard deviations shifted by up to 1.5 deviations of the data, the rest by up to 1.5 units."""
    y = 40 + 6 * np.random.default_rng(10).normal(size=80)
    model = _model(y, 2, ("mean", "variance"), 0, None, True)
    points = _starting_points(model, 3, np.random.default_rng(11))
    default = model.untransform_params(model.start_params)
    scale = [1.5, 1.5, *[1.5 * y.std()] * 4]
    shifts = scale * np.random.default_rng(11).uniform(-1, 1, size=(3, 6))
    assert len(points) == 4
    for point, shift in zip(points, [np.zeros(6), *shifts], strict=True):
        assert point == pytest.approx(model.transform_params(default + shift))


@pytest.mark.parametrize("regimes", [2, 3, 4])
@pytest.mark.parametrize("order", [0, 1])
def test_the_search_moves_over_what_statsmodels_means(regimes, order):
    """For numbers and for the complex steps of a slope, ties and far ends among them; two regimes to the last bit."""
    rng = np.random.default_rng(21)
    mine = _model(rng.normal(size=60), regimes, ("mean", "variance"), order, None, True)
    common = {"k_regimes": regimes, "switching_variance": True}
    theirs = (
        MarkovAutoregression(mine.endog, order=order, switching_ar=False, **common)
        if order
        else MarkovRegression(mine.endog, **common)
    )
    for spread in (0, 1, 50, 1e4):
        for step in (0, 1e-20j):
            point = spread * rng.normal(size=mine.k_params) + step * rng.normal(size=mine.k_params)
            found, asked = mine.transform_params(point), theirs.transform_params(point)
            assert found.real == pytest.approx(asked.real, rel=1e-14, abs=0)
            assert found.imag == pytest.approx(asked.imag, rel=1e-14, abs=0)
            assert regimes > 2 or np.array_equal(found, asked)


@pytest.mark.filterwarnings("ignore")  # poor starts warn; markov_switching reports them instead
def test_each_start_is_climbed_by_statsmodels_or_led_nowhere():
    y = 40 + 6 * np.random.default_rng(10).normal(size=80)
    y[40:] *= 1.5
    model = _model(y, 2, ("mean", "variance"), 0, None, True)
    points = _starting_points(model, 3, np.random.default_rng(11))
    runs = list(_em_runs(model, points))
    for (llf, params), point in zip(runs, points, strict=True):
        try:
            fit = model.fit(point, em_iter=20, maxiter=0, disp=False)
        except RuntimeError:  # no long-run probabilities: this start leads nowhere
            assert (llf, list(params)) == (-np.inf, list(point))
            continue
        assert llf == pytest.approx(fit.llf)
        assert params == pytest.approx(fit.params)
    assert len({np.isfinite(llf) for llf, _ in runs}) == 2


@pytest.mark.parametrize("regimes", [2, 3])
@pytest.mark.parametrize("switching", [("mean",), ("variance",), ("mean", "variance")])
def test_all_starts_at_once_end_where_statsmodels_finds_their_likelihood(regimes, switching):
    """Synthetic: each run reports parameters in statsmodels' order, and climbs."""
    rng = np.random.default_rng(17)
    y = np.r_[rng.normal(0, 1, size=90), rng.normal(4, 2, size=90), rng.normal(-5, 4, size=60)]
    model = _model(y, regimes, switching, 0, None, True)
    points = _starting_points(model, 4, rng)
    runs = list(_batched_runs(model, points, switching))
    assert len(runs) == 5
    for (llf, params), point in zip(runs, points, strict=True):
        assert model.loglike(params) == pytest.approx(llf)
        assert llf > model.loglike(point)


def test_a_start_that_leads_nowhere_is_worth_nothing():
    y = np.random.default_rng(18).normal(size=60)
    model = _model(y, 2, ("mean",), 0, None, True)
    point, *_ = _starting_points(model, 1, np.random.default_rng(18))
    lost = np.where(np.array(model.param_names) == "sigma2", 0.0, point)
    with np.errstate(divide="ignore", invalid="ignore"):
        (first, _), (second, _) = _batched_runs(model, [lost, point], ("mean",))
    assert first == -np.inf
    assert np.isfinite(second)


def test_a_hill_that_several_starts_climb_is_maximised_once():
    y = np.r_[np.zeros(40), np.full(40, 3.0)] + np.random.default_rng(19).normal(size=80)
    model = _model(y, 2, ("mean",), 0, None, True)
    best = markov_switching(y, 2, "mean", starts=1)
    params = best.params[model.param_names].to_numpy()
    top, lower = best.llf, best.llf - 20
    tried = [(top, params), (top - 0.009, params), (lower, params), (-np.inf, params)]
    fits, reached = _maximise_best(model, tried)
    assert len(fits) == 2
    assert reached == pytest.approx([top, top, top, -np.inf])


@pytest.mark.parametrize("switching", ["variance", ("mean", "variance")])
def test_the_maximum_does_not_depend_on_where_the_search_began(switching):
    """Nor is there any slope left: the usual tolerance stopped where variances were a thousandth off."""
    rng = np.random.default_rng(20)
    y = rng.normal(0.2, np.where(np.arange(500) // 100 % 2, 6.0, 2.5))
    one, two = (markov_switching(y, 2, switching, starts=3, rng=seed) for seed in (1, 2))
    assert one.regimes.to_numpy() == pytest.approx(two.regimes.to_numpy(), rel=1e-4)
    assert one.transition.to_numpy() == pytest.approx(two.transition.to_numpy(), rel=1e-4)
    model = _model(y, 2, one.switching, 0, None, True)
    means = one.regimes["mean"][: 2 if "mean" in switching else 1]
    params = np.r_[one.transition["regime 0"], means, one.regimes["variance"]]
    slope = model.score(model.untransform_params(params), transformed=False) / 500
    assert slope == pytest.approx(0, abs=1e-6)


def test_a_series_of_two_values_has_no_regimes_to_find():
    with pytest.raises(ValueError, match="equal values, where the likelihood has no bound"):
        markov_switching(np.tile([0.0, 0.0, 0.0, 1.0], 15), 2, starts=3)


@pytest.mark.parametrize("switching", ["variance", ("mean", "variance")])
def test_a_regime_on_equal_values_is_no_maximum(switching):
    """Synthetic: thirty equal months among noise, whose density has no bound; with one variance there is a maximum."""
    y = np.random.default_rng(0).normal(size=120)
    y[40:70] = 0.25
    with pytest.raises(ValueError, match="leave 'variance' out of switching"):
        markov_switching(y, 2, switching, starts=1)
    assert markov_switching(y, 2, "mean", starts=1).converged


def test_a_fit_with_almost_no_variance_is_told_from_one_with_little():
    assert _on_equal_values(np.array([1.0, 0.00099]))
    assert not _on_equal_values(np.array([0.0011, 1.0]))
    # Two distant means with one small variance are no spike, two values without any are.
    assert not _on_equal_values(np.array([1e-6, 1e-6]))
    assert _on_equal_values(np.array([1e-12, 1e-12]))


def test_where_no_start_leads_anywhere_the_cause_is_named():
    y = np.random.default_rng(18).normal(size=60)
    model = _model(y, 2, ("mean", "variance"), 0, None, True)
    names = np.array(_names(model))
    fine = np.where(names == "sigma2[1]", 0.5, model.start_params)
    assert "converged; use fewer regimes" in _why_none(model, fine)
    assert "equal values" in _why_none(model, np.where(names == "sigma2[1]", 0.001, fine))


@cache
def _hamilton_as_it_is(switching, order, exog):
    y = _reference("rgnp")
    x = np.random.default_rng(1).normal(3, 2, size=len(y)) if exog else None
    return y, x, markov_switching(y, 2, switching, order=order, exog=x, starts=1)


@pytest.mark.parametrize("unit", [1.0, 1e-3])
@pytest.mark.parametrize(
    ("switching", "order", "exog"),
    [("mean", 1, False), (("mean", "variance"), 0, False), ("exog", 0, True)],
)
def test_level_and_unit_change_nothing_but_units(switching, order, exog, unit):
    """At 100 + y no start converged."""
    y, x, plain = _hamilton_as_it_is(switching, order, exog)
    moved = markov_switching(
        unit * (100 + y), 2, switching, order=order, exog=50 * x if exog else None, starts=1
    )
    n = len(y) - order
    assert moved.llf + n * np.log(unit) == pytest.approx(plain.llf, abs=1e-6)
    assert moved.bic - 2 * n * np.log(unit) == pytest.approx(plain.bic, abs=1e-5)
    assert moved.starts_llf[0] == moved.llf
    assert moved.bic == pytest.approx(-2 * moved.llf + len(moved.params) * np.log(n))
    assert moved.aic == pytest.approx(-2 * moved.llf + 2 * len(moved.params))
    table, same = moved.regimes.to_numpy(), plain.regimes.to_numpy()
    assert table[:, 0] / unit - 100 == pytest.approx(same[:, 0], abs=1e-3)
    assert table[:, 1] / unit**2 == pytest.approx(same[:, 1], rel=1e-3)
    assert table[:, 2:] == pytest.approx(same[:, 2:], rel=1e-3)
    for name, factor in {
        "const": unit,
        "sigma2": unit**2,
        "x1": unit / 50,
        "p": 1.0,
        "ar": 1.0,
    }.items():
        mine = plain.se.index.str.startswith(name)
        errors = moved.se[mine].to_numpy(), factor * plain.se[mine].to_numpy()
        assert errors[0] == pytest.approx(errors[1], rel=1e-2, nan_ok=True)
        if name in ("x1", "ar"):
            slopes = moved.params[mine].to_numpy(), factor * plain.params[mine].to_numpy()
            assert slopes[0] == pytest.approx(slopes[1], rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("seed", [0, 1])
def test_hamiltons_series_with_one_lag_reaches_the_maximum_from_any_seed(seed):
    """Durations of 2.318 and 12.571 quarters, log likelihood -187.08138: no start ends higher."""
    fit = markov_switching(_reference("rgnp"), 2, "mean", order=1, starts=10, rng=seed)
    assert fit.llf == pytest.approx(-187.0813833, abs=1e-6)
    assert fit.regimes["duration"].to_list() == pytest.approx([2.31814, 12.5711], rel=1e-4)
    assert fit.converged


def test_the_ratio_is_that_of_the_maximum_where_a_regime_only_opens_the_series():
    """Sixty wild months, then calm ones: EM without the long-run start's pull on the transitions forbids the way
    back, and its likelihood falls (28.5 where the maximum gave 34.4 in one such series)."""
    for seed in range(2):
        y = np.random.default_rng(seed).normal(size=140) * np.repeat([2.0, 1.0], [50, 90])
        one = single_regime(y[:, None])[0][0]
        best = markov_switching(y, 2, "variance", starts=1).llf
        found, _ = em_log_likelihood(
            y[:, None], 2, ("variance",), starts=3, rng=np.random.default_rng(seed)
        )
        assert 2 * (found[0] - one) == pytest.approx(2 * (best - one), abs=0.02)


@pytest.mark.parametrize("null_regimes", [1, 2])
def test_the_ratio_and_its_law_come_from_the_same_runs_of_em(null_regimes):
    y = np.random.default_rng(12).normal(size=44) * np.repeat([1.0, 3.0], 22)
    result = regimes_lr_test(y, null_regimes, "variance", draws=19, starts=2, rng=13)
    rng = np.random.default_rng(13)

    def ratio(series):
        small, law = single_regime(series)
        if null_regimes == 2:
            small, law = em_log_likelihood(series, 2, ("variance",), starts=2, rng=rng)
        large, _ = em_log_likelihood(series, null_regimes + 1, ("variance",), starts=2, rng=rng)
        return 2 * (large - small), law

    observed, law = ratio(y[:, None])
    null, _ = ratio(simulate_switching(law, 44, 19, rng))
    assert result.lr == pytest.approx(observed[0])
    assert result.null == pytest.approx(null)
    assert result.p == (1 + np.sum(null >= observed[0])) / 20
    assert (result.null_regimes, result.draws, result.n) == (null_regimes, 19, 44)


def test_defaults():
    assert defaults_of(markov_switching) == {
        "regimes": 2, "switching": ("mean", "variance"), "order": 0, "exog": None,
        "intercept": True, "starts": 20, "rng": 0,
    }  # fmt: skip
    assert defaults_of(regimes_lr_test) == {
        "null_regimes": 1, "switching": ("mean", "variance"), "draws": 199, "starts": 3, "rng": 0,
    }  # fmt: skip


def test_probabilities_and_transitions_add_to_one(fedfunds):
    for frame in (fedfunds.filtered, fedfunds.smoothed, fedfunds.transition):
        assert frame.sum(axis=1).to_numpy() == pytest.approx(1)
    assert fedfunds.filtered.index[-1] == pd.Period("2010Q4")
    assert not np.allclose(fedfunds.filtered, fedfunds.smoothed)


def test_filtered_probabilities_ignore_the_future():
    """With parameters fixed, deleting or corrupting later data changes no earlier filtered probability."""
    values = _reference("fedfunds")
    fit = markov_switching(values, 2, "mean", starts=1)
    model = MarkovRegression(values, k_regimes=2)
    params = fit.params[model.param_names].to_numpy()
    corrupted = np.r_[values[:150], values[150:][::-1] + 5]
    for series in (values[:150], corrupted):
        again = (
            MarkovRegression(series, k_regimes=2)
            .filter(params)
            .filtered_marginal_probabilities[:150]
        )
        assert again == pytest.approx(fit.filtered.to_numpy()[:150], abs=1e-10)


def test_forecast_is_the_filtered_state_times_powers_of_the_transition(fedfunds):
    # Asked in the middle of a change, where one period earlier the state was another.
    doubt = (fedfunds.filtered.iloc[:, 0] - 0.5).abs().argmin()
    asked = replace(fedfunds, filtered=fedfunds.filtered.iloc[: doubt + 1])
    ahead = asked.forecast(40)
    state = fedfunds.filtered.iloc[doubt].to_numpy()
    for step in (1, 2, 40):
        state_then = state @ np.linalg.matrix_power(fedfunds.transition.to_numpy(), step)
        assert ahead.loc[step, ["regime 0", "regime 1"]].to_list() == pytest.approx(state_then)
        assert ahead.loc[step, "mean"] == pytest.approx(
            state_then @ fedfunds.regimes["mean"].to_numpy()
        )
    # Far ahead the state is forgotten: the stationary share of regime 0 is p10 / (p01 + p10).
    p01, p10 = fedfunds.transition.iloc[0, 1], fedfunds.transition.iloc[1, 0]
    assert fedfunds.forecast(2_000).iloc[-1, 0] == pytest.approx(p10 / (p01 + p10), abs=1e-6)


def test_same_seed_same_fit_and_every_start_is_reported():
    values = _reference("fedfunds")
    one, two = (markov_switching(values, 2, "mean", starts=3, rng=3) for _ in range(2))
    assert one.llf == two.llf
    assert np.array_equal(one.starts_llf, two.starts_llf)
    assert len(one.starts_llf) == 4
    assert one.starts_llf[0] == one.llf


@pytest.mark.parametrize("switching", ["mean", "variance", ("mean", "variance")])
def test_batched_em_reaches_the_likelihood_of_statsmodels(switching):
    values = _reference("fedfunds")
    parts = (switching,) if isinstance(switching, str) else switching
    reference = markov_switching(values, 2, switching, starts=1).llf
    llf, _ = em_log_likelihood(
        values[:, None], 2, parts, starts=10, rng=np.random.default_rng(0), steps=100
    )
    assert llf[0] == pytest.approx(reference, abs=0.05)


def test_one_regime_is_rejected_for_the_funds_rate_and_kept_for_noise():
    switching = regimes_lr_test(_reference("fedfunds"), 1, "mean", draws=29, starts=2)
    assert switching.lr > 5 * switching.null.max()
    assert switching.p == pytest.approx(1 / 30)
    noise = np.random.default_rng(1).normal(size=120)
    assert regimes_lr_test(noise, 1, draws=39, starts=2).p > 0.10


def test_bootstrap_law_of_the_ratio_is_that_of_fresh_samples():
    """Synthetic normal noise: the ratio does not depend on mean and variance, so fresh samples share its law."""
    rng = np.random.default_rng(2)
    result = regimes_lr_test(3 + 5 * rng.normal(size=60), 1, draws=99, starts=2, rng=rng)
    fresh = rng.normal(size=(60, 199))
    large, _ = em_log_likelihood(fresh, 2, ("mean", "variance"), starts=2, rng=rng)
    ratio = 2 * (large - single_regime(fresh)[0])
    assert stats.ks_2samp(result.null, ratio).pvalue > 0.01
    # Four more parameters: a chi-squared law would reject too often.
    assert np.mean(ratio > stats.chi2(2).isf(0.05)) > 0.15


@pytest.mark.parametrize("regimes", [2, 3, 4])
def test_two_to_four_regimes_can_be_told_apart(regimes):
    assert _check_switching("mean", regimes, 0, None, True) == ("mean",)
    assert _check_switching(["ar", "mean"], regimes, 1, None, True) == ("ar", "mean")
    assert _check_switching("variance", regimes, 0, np.ones(3), False) == ("variance",)
    for other in (1, 5):
        with pytest.raises(ValueError, match=f"regimes is {other}; between 2 and 4"):
            _check_switching("mean", other, 0, None, True)


def test_forty_observations_are_the_fewest():
    y = np.random.default_rng(14).normal(size=40)
    assert regimes_lr_test(y, draws=19, starts=1).n == 40
    assert markov_switching(y, switching="variance", starts=1).n == 40
    for function in (regimes_lr_test, markov_switching):
        with pytest.raises(ValueError, match="y has 39 observations; at least 40"):
            function(y[1:])
    with pytest.raises(ValueError, match="draws is 18"):
        regimes_lr_test(y, draws=18)
    with pytest.raises(ValueError, match="regimes is 5"):
        regimes_lr_test(y, 4)
    with pytest.raises(ValueError, match="switching asks for 'ar'"):
        regimes_lr_test(y, 1, "ar")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"y": np.arange(20.0)}, "at least 40"),
        ({"y": np.ones(60)}, "constant"),
        ({"y": np.r_[np.arange(59.0), np.nan]}, "missing"),
        ({"regimes": 1}, "regimes"),
        ({"switching": "volatility"}, "switching"),
        ({"switching": "ar"}, "'ar'"),
        ({"switching": "exog"}, "'exog'"),
        ({"switching": "mean", "intercept": False}, "'mean'"),
        ({"order": -1}, "order is -1"),
        ({"order": 1.5}, "order is 1.5"),
        ({"switching": ()}, "switching is"),
        ({"order": 1, "exog": np.arange(60.0)}, "combined"),
        ({"exog": np.arange(50.0)}, "length"),
        ({"starts": 0}, "starts is 0"),
        ({"starts": 1.5}, "starts is 1.5"),
    ],
)
def test_bad_input_is_refused(change, word):
    arguments = {"y": np.random.default_rng(0).normal(size=60)} | change
    with pytest.raises(ValueError, match=word):
        markov_switching(**arguments)


def test_forecasts_are_numbered_from_one_and_need_a_step(fedfunds):
    assert fedfunds.forecast(3.0).index.to_list() == [1, 2, 3]
    assert fedfunds.forecast(1).index.name == "step"
    for steps in (0, 1.5):
        with pytest.raises(ValueError, match=f"steps is {steps}"):
            fedfunds.forecast(steps)
