"""Markov switching against Stata, EViews and Kim-Nelson examples; forecasts; number of regimes by bootstrap."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

from helpers.stats import markov_switching, regimes_lr_test
from helpers.stats._switching_em import em_log_likelihood, single_regime


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
    fit = markov_switching(_reference("rgnp"), 2, "mean", order=4, starts=2)
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
    wild, calm = rng.normal(1, 4, size=120), rng.normal(0, 1, size=120)
    for series in (np.r_[wild, calm], np.r_[calm, wild]):
        fit = markov_switching(series, 2, starts=2)
        assert fit.regimes["variance"].is_monotonic_increasing
        late = fit.smoothed.iloc[130:230].mean()
        assert late.idxmax() == (
            "regime 0" if series is not None and np.std(series[130:230]) < 2 else "regime 1"
        )


def test_three_variances_without_a_mean():
    """Synthetic returns with standard deviations 1, 3 and 6 in turn, as in Kim, Nelson and Startz (1998)."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=600) * np.repeat([6.0, 1.0, 3.0], 200)
    fit = markov_switching(values, 3, "variance", intercept=False, starts=3)
    assert np.sqrt(fit.regimes["variance"]).to_list() == pytest.approx([1, 3, 6], rel=0.15)
    assert (fit.regimes["mean"] == 0).all()
    assert fit.filtered.iloc[-1].idxmax() == "regime 1"


def test_probabilities_and_transitions_add_to_one(fedfunds):
    for frame in (fedfunds.filtered, fedfunds.smoothed, fedfunds.transition):
        assert frame.sum(axis=1).to_numpy() == pytest.approx(1)
    assert fedfunds.filtered.index[-1] == pd.Period("2010Q4")
    assert not np.allclose(fedfunds.filtered, fedfunds.smoothed)


def test_filtered_probabilities_ignore_the_future():
    """With parameters fixed, deleting or corrupting later data changes no earlier filtered probability."""
    values = _reference("fedfunds")
    fit = markov_switching(values, 2, "mean", starts=3)
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
    ahead = fedfunds.forecast(40)
    state = fedfunds.filtered.iloc[-1].to_numpy()
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
    reference = markov_switching(values, 2, switching, starts=3).llf
    llf, _ = em_log_likelihood(
        values[:, None], 2, parts, starts=10, rng=np.random.default_rng(0), steps=100
    )
    assert llf[0] == pytest.approx(reference, abs=0.05)


def test_one_regime_is_rejected_for_the_funds_rate_and_kept_for_noise():
    switching = regimes_lr_test(_reference("fedfunds"), 1, "mean", draws=99)
    assert switching.lr > switching.null.max()
    assert switching.p == pytest.approx(0.01)
    noise = np.random.default_rng(1).normal(size=200)
    assert regimes_lr_test(noise, 1, draws=99).p > 0.10


def test_bootstrap_law_of_the_ratio_is_that_of_fresh_samples():
    """Synthetic normal noise: the ratio does not depend on mean and variance, so fresh samples share its law."""
    rng = np.random.default_rng(2)
    result = regimes_lr_test(3 + 5 * rng.normal(size=80), 1, draws=199, starts=2, rng=rng)
    fresh = rng.normal(size=(80, 199))
    large, _ = em_log_likelihood(fresh, 2, ("mean", "variance"), starts=2, rng=rng)
    ratio = 2 * (large - single_regime(fresh)[0])
    assert stats.ks_2samp(result.null, ratio).pvalue > 0.01
    # Four more parameters: a chi-squared law would reject too often.
    assert np.mean(ratio > stats.chi2(2).isf(0.05)) > 0.15


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
        ({"order": -1}, "order"),
        ({"order": 1, "exog": np.arange(60.0)}, "combined"),
        ({"exog": np.arange(50.0)}, "length"),
        ({"starts": 0}, "starts"),
    ],
)
def test_bad_input_is_refused(change, word):
    arguments = {"y": np.random.default_rng(0).normal(size=60)} | change
    with pytest.raises(ValueError, match=word):
        markov_switching(**arguments)


def test_forecast_of_no_step_is_refused(fedfunds):
    with pytest.raises(ValueError, match="steps"):
        fedfunds.forecast(0)
