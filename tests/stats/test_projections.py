"""Local projections against published numbers, statsmodels and truths that are known."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.tsa.api import VAR, LocalProjections

from helpers import stats
from helpers.stats.hac import fixed_b_critical

HORIZON, LAGS = 6, 2


@pytest.fixture(scope="module")
def growth():
    """Quarterly log growth of output, consumption and investment: the sample of the published numbers."""
    frame = sm.datasets.macrodata.load_pandas().data[["realgdp", "realcons", "realinv"]]
    return np.log(frame).diff().dropna().reset_index(drop=True).set_axis(["gdp", "cons", "inv"], axis=1)  # fmt: skip


def _synthetic(seed, n=430):
    """Synthetic: shocks in two months of three with fat tails, an outcome that answers at once and a month later."""
    rng = np.random.default_rng(seed)
    shock = (rng.random(n) < 0.68) * rng.standard_t(4, n)
    noise = np.exp(0.5 * np.sin(np.arange(n) / 40)) * rng.standard_t(5, n)
    return 0.3 * shock + 0.1 * np.append(0, shock[:-1]) + noise, shock


@pytest.mark.parametrize(
    ("outcome", "other", "horizon", "response", "se"),
    [
        ("cons", "inv", 0, 0.52364991703, None),
        ("inv", "cons", 0, 3.8482300128, None),
        ("cons", "inv", 4, -0.05310649472, None),
        ("inv", "cons", 1, None, 0.5282957309),
    ],
)
def test_responses_are_those_that_r_gives(growth, outcome, other, horizon, response, se):
    """Reference numbers of statsmodels' own tests, computed in R: growth of output is the shock."""
    found = stats.local_projections(
        growth[outcome], growth["gdp"], growth[other],
        horizon=4, lags=2, cumulative=False, hac_lags=4,
    )  # fmt: skip
    if response is not None:
        assert found.table["response"][horizon] == pytest.approx(response, abs=1e-6)
    if se is not None:
        # The reference has no small-sample factor: 8 regressors.
        assert found.table["se"][horizon] * np.sqrt(1 - 8 / found.n) == pytest.approx(se, abs=1e-6)


def test_every_horizon_is_that_of_statsmodels(growth):
    theirs = LocalProjections(growth[["gdp", "cons"]], lags=LAGS, horizons=HORIZON, nw_lags=5).fit()
    ours = stats.local_projections(
        growth["cons"], growth["gdp"], horizon=HORIZON, lags=LAGS, cumulative=False, hac_lags=5
    )
    np.testing.assert_allclose(ours.table["response"], theirs.irfs[:, 1, 0], rtol=1e-9)
    shrunk = ours.table["se"] * np.sqrt(1 - 6 / ours.n)
    np.testing.assert_allclose(shrunk, theirs.stderr[:, 1, 0], rtol=1e-9)
    summed = stats.local_projections(growth["cons"], growth["gdp"], horizon=HORIZON, lags=LAGS)
    np.testing.assert_allclose(
        summed.table["response"], theirs.cumulative_effects()[:, 1, 0], rtol=1e-9
    )


def test_a_cumulative_response_is_a_regression_of_the_sum():
    y, shock = _synthetic(3)
    found = stats.local_projections(y, shock, horizon=HORIZON, lags=LAGS)
    rows = len(y) - LAGS - HORIZON
    summed = np.array([y[t : t + HORIZON + 1].sum() for t in range(LAGS, LAGS + rows)])
    columns = {"shock": shock[LAGS : LAGS + rows]}
    for lag in range(1, LAGS + 1):
        columns[f"y{lag}"] = y[LAGS - lag : LAGS - lag + rows]
        columns[f"shock{lag}"] = shock[LAGS - lag : LAGS - lag + rows]
    by_hand = stats.regress_hac(summed, pd.DataFrame(columns), lags=found.hac_lags)
    for column, theirs in (("response", by_hand.coefficients), ("se", by_hand.se), ("p", by_hand.p),
                           ("ci_low", by_hand.ci_low), ("ci_high", by_hand.ci_high)):  # fmt: skip
        assert found.table[column][HORIZON] == pytest.approx(theirs["shock"], rel=1e-9)
    assert found.b == by_hand.b
    lags = sm.add_constant(pd.DataFrame(columns).drop(columns="shock"))
    assert found.swing.to_numpy() == pytest.approx(sm.OLS(summed, lags).fit().resid.to_numpy())
    assert found.table.index.name == "horizon"
    assert not any(name in repr(found) for name in ("covariance", "fit", "swing"))


def test_the_var_is_that_of_the_published_example():
    """VAR(2) of the statsmodels manual: log likelihood, AIC and BIC, and the causality test."""
    frame = np.log(sm.datasets.macrodata.load_pandas().data[["realgdp", "realcons", "realinv"]])
    fitted = VAR(frame.diff().dropna().reset_index(drop=True)).fit(2)
    assert fitted.llf == pytest.approx(1962.57082, abs=1e-4)
    assert fitted.aic == pytest.approx(-27.92934, abs=1e-4)
    assert fitted.bic == pytest.approx(-27.58302, abs=1e-4)
    tested = fitted.test_causality("realgdp", ["realinv", "realcons"], kind="f")
    assert tested.test_statistic == pytest.approx(9.905, abs=1e-3)
    assert tested.df == (4, 579)


def test_both_estimators_find_what_a_long_sample_holds():
    """With one lag in the truth both converge on it: 0.3 at once, 0.4 from the next month on."""
    y, shock = _synthetic(5, n=40_000)
    model = stats.var_response(y, shock, horizon=4, lags=2)
    direct = stats.local_projections(y, shock, horizon=4).table["response"]
    np.testing.assert_allclose(model, [0.3, 0.4, 0.4, 0.4, 0.4], atol=0.04)
    np.testing.assert_allclose(direct, model, atol=0.05)


def test_the_var_answers_to_a_unit_of_shock(growth):
    found = stats.var_response(growth["inv"], growth["gdp"], horizon=HORIZON, lags=LAGS)
    fitted = VAR(growth[["gdp", "inv"]]).fit(LAGS)
    a_deviation = fitted.irf(HORIZON).orth_irfs[:, 1, 0].cumsum()
    size = np.sqrt(fitted.sigma_u.loc["gdp", "gdp"])
    np.testing.assert_allclose(found, a_deviation / size, rtol=1e-9)


def test_a_var_looks_back_and_ahead_a_year_of_months():
    rows = _synthetic(3, n=120)
    year = stats.var_response(*rows, horizon=12, lags=12)
    pd.testing.assert_series_equal(stats.var_response(*rows), year)


def test_a_var_without_lags_or_with_a_quarter_of_the_sample_is_refused():
    rows = [row[:40] for row in _synthetic(0)]
    for lags in (0, 10):
        with pytest.raises(ValueError, match=f"lags is {lags}"):
            stats.var_response(*rows, lags=lags)
    found = stats.var_response(*rows, lags=9, horizon=2)
    assert (found.index.name, found.name) == ("horizon", "response")


def test_bands_hold_in_nineteen_of_twenty_samples():
    """Size by simulation, synthetic: the band as a whole, each interval alone, and the naive reading of intervals."""
    truth = np.r_[0.3, np.full(12, 0.4)]
    outside = {"band": [], "ci": []}
    for seed in range(120):
        table = stats.local_projections(*_synthetic(seed), draws=500, rng=seed).table
        for kind, missed in outside.items():
            missed.append(
                ((table[f"{kind}_low"] > truth) | (table[f"{kind}_high"] < truth)).to_numpy()
            )
    whole = np.mean(np.any(outside["band"], axis=1))
    assert whole <= 0.12
    assert 0.02 <= np.mean(outside["ci"]) <= 0.10
    # Thirteen intervals read as one band miss far more often: that is what the band is for.
    assert np.mean(np.any(outside["ci"], axis=1)) > 2 * whole


def test_a_band_is_wider_than_its_intervals_and_no_wider_than_bonferroni():
    found = stats.local_projections(*_synthetic(8))
    table = found.table
    band, alone = table["band_high"] - table["response"], table["ci_high"] - table["response"]
    ratio = (band / alone).to_numpy()
    np.testing.assert_allclose(ratio, ratio[0])
    np.testing.assert_allclose(table["response"] - table["band_low"], band)
    correlation = found.covariance / np.outer(table["se"], table["se"])
    drawn = np.random.default_rng(0).multivariate_normal(
        np.zeros(13), correlation, 10_000, method="eigh"
    )
    largest = np.quantile(np.abs(drawn).max(axis=1), 0.95)
    np.testing.assert_allclose(band / table["se"], fixed_b_critical(2 * norm.sf(largest), found.b))
    bonferroni = fixed_b_critical(0.05 / 13, found.b) / fixed_b_critical(0.05, found.b)
    assert 1 < ratio[0] < bonferroni


@pytest.mark.parametrize(
    ("n", "horizon", "used"), [(430, 12, 13), (430, 1, 6), (277, 1, 6), (276, 1, 5)]
)
def test_errors_look_past_the_window_and_as_far_as_newey_and_west_do(n, horizon, used):
    """The larger of horizon + 1 and 4 (n / 100)^(2/9), rounded up: 5.00003 for 273 rows, 4.996 for 272."""
    found = stats.local_projections(*_synthetic(1, n=n), horizon=horizon, draws=50)
    assert found.hac_lags == used
    assert found.b == (used + 1) / (n - 3 - horizon)
    none = stats.local_projections(*_synthetic(1, n=n), horizon=horizon, hac_lags=0, draws=50)
    assert none.b == 1 / none.n


@settings(max_examples=20)
@given(scale=st.floats(0.01, 100), shift=st.floats(-50, 50), sign=st.sampled_from([-1, 1]))
def test_units_carry_through(scale, shift, sign):
    """A shock in other units, of the other sign or shifted by a constant tells the same story."""
    y, shock = _synthetic(2, n=90)
    plain = stats.local_projections(y, shock, horizon=4, draws=50)
    other = stats.local_projections(y, sign * scale * shock + shift, horizon=4, draws=50)
    np.testing.assert_allclose(
        other.table["response"] * sign * scale, plain.table["response"], rtol=1e-6, atol=1e-9
    )
    np.testing.assert_allclose(other.table["p"], plain.table["p"], rtol=1e-5, atol=1e-9)
    assert other.variance_share(50)[0] == pytest.approx(plain.variance_share(50)[0], abs=1e-9)


def test_the_share_of_the_variance_is_that_of_the_truth():
    """Synthetic: half of each month's variance is the shock's; without any the estimate is not driven up by noise."""
    rng = np.random.default_rng(0)
    half, none = [], []
    for _ in range(30):
        shock, noise = rng.normal(size=(2, 430))
        half.append(stats.local_projections(shock + noise, shock, draws=50).variance_share(200))
        none.append(stats.local_projections(noise, shock, draws=50).variance_share(200))
    half, none = np.array(half), np.array(none)
    assert np.mean(half[:, 0]) == pytest.approx(0.5, abs=0.06)
    assert np.mean(none[:, 0]) < 0.03
    for shares, truth in ((half, 0.5), (none, 0.0)):
        held = (shares[:, 1] <= truth + 1e-12) & (truth <= shares[:, 2])
        assert held.mean() > 0.7


def test_ends_of_a_share_are_those_of_draws_of_the_responses():
    """Squares of the draws less twice their mean error, times the variance of the shock over that of swings."""
    noise, shock = _synthetic(4)
    found = stats.local_projections(noise + shock, shock, horizon=HORIZON, lags=LAGS, draws=50)
    share, low, high = found.variance_share(200)
    response, noise = found.table["response"].to_numpy(), np.trace(found.covariance)
    unit = found.shock_variance / found.swing.var()
    assert share == pytest.approx((response @ response - noise) * unit)
    drawn = np.random.default_rng(0).multivariate_normal(
        response, found.covariance, 200, method="eigh"
    )
    shares = np.clip(((drawn**2).sum(axis=1) - 2 * noise) * unit, 0, 1)
    assert (low, high) == pytest.approx(np.percentile(shares, [2.5, 97.5]))
    assert 0 < low < share < high < 1
    assert found.variance_share() == found.variance_share(2_000, np.random.default_rng(0))


def test_a_share_is_never_more_than_all():
    """Synthetic: shocks that undo each other leave swings smaller than the sum of what they did."""
    made, noise = np.random.default_rng(9).normal(size=(2, 201))
    shock = np.diff(made)
    found = stats.local_projections(shock + 0.1 * noise[1:], shock, horizon=1, lags=0, draws=50)
    response = found.table["response"].to_numpy()
    assert response @ response * found.shock_variance > 1.1 * found.swing.var()
    assert found.variance_share(50) == (1, 1, 1)


def test_the_part_of_the_shocks_is_their_sum_over_the_window():
    y, shock = _synthetic(4)
    found = stats.local_projections(y, shock, horizon=HORIZON, lags=LAGS)
    by_hand = sum(
        (shock[50 + i] - shock[LAGS:-HORIZON].mean()) * found.table["response"][HORIZON - i]
        for i in range(HORIZON + 1)
    )
    assert found.fit.iloc[50 - LAGS] == pytest.approx(by_hand)
    worst = found.swing.nsmallest(round(0.2 * found.n)).index
    swing, part = found.downside(0.2)
    assert swing == pytest.approx(found.swing[worst].mean(), rel=0.02)
    assert part == pytest.approx(found.fit[worst].mean(), rel=0.1)
    assert found.downside() == (swing, part)
    assert found.downside(0.0)[0] == found.swing.min()


def test_dates_are_kept_and_the_future_beyond_the_window_is_not_used():
    y, shock = _synthetic(6)
    months = pd.period_range("1990-01", periods=len(y), freq="M")
    found = stats.local_projections(pd.Series(y, months), pd.Series(shock, months), horizon=12)
    assert (found.swing.index[0], found.swing.index[-1]) == (months[3], months[-13])
    changed = shock.copy()
    changed[-12:] = 99  # shocks whose year is not over
    other = stats.local_projections(pd.Series(y, months), pd.Series(changed, months), horizon=12)
    pd.testing.assert_frame_equal(found.table, other.table)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"horizon": 300}, "less than half"),
        ({"lags": -1}, "lags is -1"),
        ({"lags": 200}, "remain for"),
        ({"hac_lags": 1000}, "hac_lags is 1000"),
        ({"hac_lags": 415}, "from 0 to 414"),  # 430 less 3 lags and a horizon of 12
    ],
)
def test_a_bad_choice_says_what_to_change(change, message):
    with pytest.raises(ValueError, match=message):
        stats.local_projections(*_synthetic(0), **change)


def test_thirty_periods_ten_more_than_regressors_and_no_lag_are_enough():
    y, shock = (row[:30] for row in _synthetic(7))
    for estimate in (stats.local_projections, stats.var_response):
        estimate(y, shock, horizon=1, lags=1)
        with pytest.raises(ValueError, match="y has 29 observations"):
            estimate(y[:29], shock, horizon=1, lags=1)
        with pytest.raises(ValueError, match="shock has 29 observations"):
            estimate(y, shock[:29], horizon=1, lags=1)
    # Four lags of both, a constant and the shock: 10 regressors and 20 rows of 30 with a horizon of 6.
    assert stats.local_projections(y, shock, horizon=6, lags=4, draws=50).n == 20
    with pytest.raises(ValueError, match="19 remain for 10 regressors"):
        stats.local_projections(y, shock, horizon=7, lags=4)
    alone = stats.local_projections(y, shock, horizon=1, lags=0, draws=50).table["response"]
    assert alone[0] == pytest.approx(np.polyfit(shock[:-1], y[:-1], 1)[0])


def test_a_small_unit_is_no_lack_of_news():
    y, shock = _synthetic(2, n=90)
    plain, small = (
        stats.local_projections(y, unit * shock, horizon=2, draws=50).table["response"]
        for unit in (1, 1e-8)
    )
    np.testing.assert_allclose(1e-8 * small, plain)


def test_a_shock_that_can_be_foretold_is_refused():
    y, _ = _synthetic(0)
    with pytest.raises(ValueError, match="nothing new"):
        stats.local_projections(y, np.arange(430.0), lags=2)


def test_series_of_other_dates_are_refused():
    months = pd.period_range("1990-01", periods=100, freq="M")
    one = pd.Series(np.arange(100.0) % 7, months)
    with pytest.raises(ValueError, match="cover different dates"):
        stats.local_projections(one, one.shift(1, freq="M"))
