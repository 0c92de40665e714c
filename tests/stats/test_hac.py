"""Mean with HAC errors: published t-values of the size premium, fixed-b values, size under autocorrelation."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import norm

from helpers.stats import mean_hac, minimum_detectable_effect, power_of_mean, regress_hac
from helpers.stats.hac import fixed_b_critical, fixed_b_p, long_run_variance


@pytest.fixture(scope="module")
def smb() -> pd.Series:
    """Monthly SMB in percent, the vintage shipped with arch (2018-11)."""
    from arch.data import frenchdata

    frame = frenchdata.load()
    # arch reads the yyyymm integers as nanoseconds; the values themselves are right.
    frame.index = pd.PeriodIndex(
        pd.to_datetime(frame.index.asi8.astype(str), format="%Y%m"), freq="M"
    )
    return frame["SMB"].astype(float)


@pytest.mark.parametrize(
    ("first", "last", "mean", "t"),
    [
        ("1926-07", "2018-11", 0.2066, 1.990),
        ("1975-01", "1983-12", 1.0218, 4.333),
        ("1984-01", "2018-11", 0.0357, 0.273),
    ],
)
def test_size_premium_of_the_2018_vintage(smb, first, last, mean, t):
    result = mean_hac(smb[first:last], lags=12)
    assert result.estimate == pytest.approx(mean, abs=1e-4)
    assert result.t == pytest.approx(t, abs=1e-3)


def test_without_lags_it_is_the_textbook_t(smb):
    assert mean_hac(smb["1926-07":"2018-11"], lags=0).t == pytest.approx(2.156, abs=1e-3)
    assert mean_hac(smb["1963-07":"1991-12"], lags=0).t == pytest.approx(1.710, abs=1e-3)


@pytest.mark.parametrize("lags", [0, 3, 17])
def test_standard_error_is_that_of_statsmodels(smb, lags):
    fit = sm.OLS(smb.to_numpy(), np.ones(len(smb))).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}
    )
    assert mean_hac(smb, lags=lags).se == pytest.approx(fit.bse[0], rel=1e-12)


def test_default_truncation_is_that_of_lazarus_and_others():
    # T = 100: S = 13, so weights 1 - j/13 reach lag 12.
    assert mean_hac(np.random.default_rng(0).normal(size=100)).lags == 12


# Kiefer and Vogelsang (2005), table 1, Bartlett: cv(b) = a0 + a1 b + a2 b^2 + a3 b^3, by upper tail.
BARTLETT = {
    0.10: (1.2816, 1.3040, 0.5135, -0.3386),
    0.05: (1.6449, 2.1859, 0.3142, -0.3427),
    0.025: (1.9600, 2.9694, 0.4160, -0.5324),
    0.01: (2.3263, 4.1618, 0.5368, -0.9060),
}


def published(tail, b):
    return sum(a * b**power for power, a in enumerate(BARTLETT[tail]))


@pytest.mark.parametrize("tail", BARTLETT)
@pytest.mark.parametrize("b", [0.0, 0.1, 0.3, 0.5, 0.8, 1.0])
def test_fixed_b_critical_values_of_kiefer_and_vogelsang(tail, b):
    assert fixed_b_critical(2 * tail, b) == pytest.approx(published(tail, b), abs=2e-4)


@pytest.mark.parametrize("z", [0.4, 1.0, 1.5, 1.8, 2.1, 2.5, 3.0, 5.0])
def test_between_and_beyond_the_published_tails_the_ratio_is_a_line_in_z_squared(z):
    b = 0.25
    nodes = {norm.isf(tail) ** 2: published(tail, b) / published(tail, 0) for tail in BARTLETT}
    below = max((x for x in nodes if x < z**2), default=min(nodes))
    left = min(below, sorted(nodes)[-2])
    right = min(x for x in nodes if x > left)
    slope = (nodes[right] - nodes[left]) / (right - left)
    expected = z * (nodes[left] + slope * (z**2 - left))
    assert fixed_b_critical(2 * norm.sf(z), b) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("tail", [0.4, 0.10, 0.05, 0.025, 0.01, 1e-4, 1e-9])
def test_p_value_inverts_the_critical_value(tail):
    assert fixed_b_p(fixed_b_critical(2 * tail, 0.12), 0.12) == pytest.approx(2 * tail, rel=1e-3)


@given(t=st.floats(0, 8), b=st.floats(0, 1))
def test_p_value_is_at_least_the_normal_one_and_falls_with_t(t, b):
    assert fixed_b_p(t, b) >= 2 * norm.sf(t) * (1 - 1e-3)
    assert fixed_b_p(t + 0.1, b) < fixed_b_p(t, b)


def test_interval_and_p_agree():
    rng = np.random.default_rng(3)
    for shift in np.linspace(0, 0.6, 30):
        result = mean_hac(rng.normal(size=120) + shift)
        assert (result.p < 0.05) == (result.ci_low > 0 or result.ci_high < 0)


def test_inference_is_fixed_b_at_the_share_of_the_bandwidth():
    x = np.random.default_rng(4).normal(0.1, 1, size=100)
    result = mean_hac(x)
    b = 13 / 100
    assert result.t == pytest.approx(result.estimate / result.se)
    assert result.p == fixed_b_p(result.t, b)
    margin = fixed_b_critical(0.05, b) * result.se
    assert result.ci_low == pytest.approx(x.mean() - margin)
    assert result.ci_high == pytest.approx(x.mean() + margin)


def test_effective_sample_is_that_of_independent_observations_with_the_same_error():
    x = np.random.default_rng(5).normal(size=60).cumsum()
    assert mean_hac(x, lags=0).n_effective == pytest.approx(60)
    result = mean_hac(x, lags=9)
    assert result.se == pytest.approx(x.std(ddof=1) / np.sqrt(result.n_effective))


@pytest.mark.parametrize("lags", [0, 1, 4])
def test_long_run_variance_is_the_weighted_sum_of_autocovariances(lags):
    rows = np.random.default_rng(6).normal(size=(3, 30))
    found = long_run_variance(rows, lags)
    for row, value in zip(rows, found, strict=True):
        covariance = [sum(row[t] * row[t - j] for t in range(j, 30)) / 30 for j in range(lags + 1)]
        weights = [1 - j / (lags + 1) for j in range(lags + 1)]
        twice = sum(2 * w * c for w, c in zip(weights, covariance, strict=True))
        assert value == pytest.approx(twice - covariance[0])


def test_size_under_autocorrelation_is_near_nominal_where_the_iid_test_is_not():
    """Synthetic AR(1) with coefficient 0.5, n = 240, 500 draws: Monte Carlo error of a 5 % rate is 1.0 points."""
    rng = np.random.default_rng(11)
    noise = rng.normal(size=(500, 340))
    series = np.empty_like(noise)
    series[:, 0] = noise[:, 0]
    for t in range(1, noise.shape[1]):
        series[:, t] = 0.5 * series[:, t - 1] + noise[:, t]
    series = series[:, 100:]
    robust = np.mean([mean_hac(row).p < 0.05 for row in series])
    plain = np.mean([mean_hac(row, lags=0).p < 0.05 for row in series[:200]])
    assert 0.03 < robust < 0.085
    assert plain > 0.2


def test_effective_sample_shrinks_with_autocorrelation():
    rng = np.random.default_rng(5)
    walk = pd.Series(rng.normal(size=600)).rolling(12).sum().dropna()
    result = mean_hac(walk)
    assert result.n_effective < result.n / 5


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ([1.0, 2.0], "at least 10"),
        (np.ones(30), "constant"),
        (np.r_[np.arange(20.0), np.nan], "missing"),
        (np.r_[np.arange(20.0), np.inf], "infinite"),
        (np.ones((30, 2)), "dimensions"),
        (
            pd.Series(
                np.arange(20.0), index=pd.period_range("2000-01", periods=20, freq="M")[::-1]
            ),
            "order",
        ),
        (
            pd.Series(
                np.arange(20.0), index=pd.period_range("2000-01", periods=21, freq="M").delete(7)
            ),
            "gap",
        ),
        (
            pd.Series(
                np.arange(20.0), index=pd.date_range("2000-01", periods=21, freq="MS").delete(7)
            ),
            "gap",
        ),
        (pd.Series(np.arange(20.0), index=[*range(19), 18]), "repeated"),
    ],
)
def test_bad_series_are_refused_with_the_cause(bad, word):
    with pytest.raises(ValueError, match=word):
        mean_hac(bad)


@pytest.mark.parametrize(
    "index",
    [
        pd.period_range("2000-01", periods=40, freq="M"),
        pd.period_range("2000Q1", periods=40, freq="Q"),
        pd.period_range("2000-01", periods=40, freq="3M"),
        pd.date_range("2000-01-31", periods=40, freq="ME"),
        pd.date_range("2000-01-03", periods=40, freq="B"),
        pd.RangeIndex(40),
    ],
)
def test_indexes_without_gaps_are_accepted(index):
    values = np.arange(40.0) % 7
    assert mean_hac(pd.Series(values, index=index)) == mean_hac(values)


@pytest.mark.parametrize("lags", [-1, 40, 1.5])
def test_lags_outside_the_sample_are_refused(lags):
    with pytest.raises(ValueError, match="lags"):
        mean_hac(np.arange(40.0) % 7, lags=lags)


def test_minimum_detectable_effect_has_the_power_it_claims():
    """Synthetic normal data: 80 % of two-sided t-tests find the effect."""
    rng = np.random.default_rng(8)
    n = 12
    effect = minimum_detectable_effect(1 / np.sqrt(n), df=n - 1)
    p = stats.ttest_1samp(rng.normal(effect, 1, size=(20_000, n)), 0, axis=1).pvalue
    assert np.mean(p < 0.05) == pytest.approx(0.80, abs=0.025)


def test_minimum_detectable_effect_is_2_8_standard_errors_in_large_samples():
    assert minimum_detectable_effect(2.0) == pytest.approx(5.603, abs=1e-3)


def test_minimum_detectable_effect_of_two_observations_is_that_of_cauchys_law():
    """Student's t with one degree of freedom: 97.5 % point 12.706, 80 % point 1.376."""
    assert minimum_detectable_effect(1.0, df=1) == pytest.approx(12.706 + 1.376, abs=1e-3)
    assert minimum_detectable_effect(1.0, df=0.5) > minimum_detectable_effect(1.0, df=1)


def test_at_a_power_of_one_half_the_effect_is_the_critical_value():
    assert minimum_detectable_effect(1.0, power=0.5) == pytest.approx(1.96, abs=1e-4)
    assert minimum_detectable_effect(0.5, alpha=0.1, power=0.5) == pytest.approx(0.8224, abs=1e-4)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"se": 0}, "se is 0"),
        ({"se": -1}, "se is -1"),
        ({"se": np.nan}, "se is nan"),
        ({"se": np.inf}, "se is inf"),
        ({"alpha": 0}, "alpha is 0"),
        ({"alpha": 1}, "alpha is 1"),
        ({"power": 0.49}, "power 0.49"),
        ({"power": 1}, "power 1;"),
        ({"df": 0}, "df is 0"),
        ({"df": -1}, "df is -1"),
        ({"b": -0.1}, "b is -0.1"),
        ({"b": 1.1}, "b is 1.1"),
        ({"b": 0.1, "df": 9}, "not both"),
    ],
)
def test_minimum_detectable_effect_refuses_nonsense(arguments, word):
    with pytest.raises(ValueError, match=word):
        minimum_detectable_effect(**({"se": 1.0} | arguments))


def test_the_effect_a_fixed_b_test_detects_is_3_19_standard_errors_at_108_months():
    mean = mean_hac(np.random.default_rng(0).normal(size=108))
    assert mean.b == 14 / 108
    assert minimum_detectable_effect(1.0, b=mean.b) == pytest.approx(3.19, abs=0.005)
    # Critical value of Kiefer and Vogelsang plus the normal 80 % point.
    assert minimum_detectable_effect(2.0, b=0.3) == pytest.approx(
        2 * (published(0.025, 0.3) + norm.ppf(0.8)), abs=2e-4
    )
    assert minimum_detectable_effect(1.0, b=0.0) == pytest.approx(minimum_detectable_effect(1.0))


@pytest.mark.parametrize("n", [60, 108, 240])
def test_power_of_a_fixed_b_test_is_that_of_simulated_samples(n):
    """Synthetic normal data, 4,000 draws (error 0.8 points); standard errors true, or as estimated on average."""
    x = np.random.default_rng(13).normal(size=(4_000, n))
    lags = int(np.ceil(1.3 * np.sqrt(n))) - 1
    b = (lags + 1) / n
    mean = x.mean(axis=1)
    se = np.sqrt(long_run_variance(x - mean[:, None], lags) / (n - 1))
    for size in (0.0, 1.0, 2.0, minimum_detectable_effect(1.0, b=b)):
        stated = power_of_mean(size, 1.0, b=b)
        for error in (1 / np.sqrt(n), se.mean()):
            found = np.mean(np.abs(mean + size * error) / se > fixed_b_critical(0.05, b))
            assert found == pytest.approx(stated, abs=0.07)


def test_power_of_a_t_test_is_that_of_the_noncentral_t():
    """Cohen (1988), table 2.3.5: n = 10 a group (18 degrees of freedom), d = 1.0, two-sided 5 %: power .56."""
    assert power_of_mean(1.0, np.sqrt(2 / 10), df=18) == pytest.approx(0.56, abs=0.005)


@pytest.mark.parametrize(("effect", "df"), [(1.0, 3), (2.0, 7.2), (3.0, 12), (4.0, 100)])
def test_power_of_a_t_test_has_both_tails_of_the_noncentral_t(effect, df):
    law, critical = stats.nct(df, effect), stats.t.isf(0.05, df)
    expected = law.sf(critical) + law.cdf(-critical)
    assert power_of_mean(effect, 1.0, df=df, alpha=0.1) == pytest.approx(expected, rel=1e-3)


@settings(max_examples=25)
@given(
    se=st.floats(1e-3, 1e3),
    effect=st.floats(-50, 50),
    alpha=st.floats(0.01, 0.3),
    law=st.sampled_from([{}, {"df": 4}, {"df": 30}, {"b": 0.0}, {"b": 0.13}, {"b": 0.8}]),
)
def test_power_is_the_size_without_an_effect_and_grows_with_it(se, effect, alpha, law):
    power = power_of_mean(effect * se, se, alpha=alpha, **law)
    assert power == power_of_mean(-effect * se, se, alpha=alpha, **law)
    assert power_of_mean(0.0, se, alpha=alpha, **law) == pytest.approx(alpha, rel=1e-2)
    assert 0.99 * alpha <= power <= 1
    assert power_of_mean(1.1 * effect * se, se, alpha=alpha, **law) >= power - 1e-9


@pytest.mark.parametrize("law", [{}, {"df": 8}, {"df": 40}, {"b": 0.05}, {"b": 0.2}])
@pytest.mark.parametrize("power", [0.5, 0.8, 0.9])
def test_the_minimum_detectable_effect_has_about_its_power(law, power):
    effect = minimum_detectable_effect(2.0, power=power, **law)
    assert power_of_mean(effect, 2.0, **law) == pytest.approx(power, abs=0.05 if law else 1e-4)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"effect": np.nan}, "effect is nan"),
        ({"se": 0.0}, "se is 0"),
        ({"alpha": 1.0}, "alpha is 1"),
        ({"b": 2.0}, "b is 2"),
        ({"df": 0}, "df is 0"),
    ],
)
def test_power_refuses_nonsense(arguments, word):
    with pytest.raises(ValueError, match=word):
        power_of_mean(**({"effect": 1.0, "se": 1.0} | arguments))


@pytest.mark.parametrize("lags", [0, 4, None])
def test_regression_is_that_of_statsmodels_with_fixed_b_inference(lags):
    rng = np.random.default_rng(20)
    x = pd.DataFrame(rng.normal([5, -1], [2, 300], size=(120, 2)), columns=["slope", "other"])
    y = 1 + 0.5 * x["slope"] + np.convolve(rng.normal(size=122), np.ones(3), "valid")
    found = regress_hac(y, x, lags)
    used = 14 if lags is None else lags
    fit = sm.OLS(y, sm.add_constant(x)).fit(
        cov_type="HAC", cov_kwds={"maxlags": used, "use_correction": True}
    )
    assert found.coefficients.index.to_list() == ["intercept", "slope", "other"]
    assert found.coefficients.to_numpy() == pytest.approx(fit.params.to_numpy(), rel=1e-9)
    assert found.se.to_numpy() == pytest.approx(fit.bse.to_numpy(), rel=1e-9)
    assert found.t.to_numpy() == pytest.approx(fit.tvalues.to_numpy(), rel=1e-9)
    assert (found.lags, found.n, found.b) == (used, 120, (used + 1) / 120)
    assert found.p["slope"] == fixed_b_p(found.t["slope"], found.b)
    margin = fixed_b_critical(0.05, found.b) * found.se
    assert (found.ci_high - found.coefficients).to_numpy() == pytest.approx(margin.to_numpy())
    assert (found.coefficients - found.ci_low).to_numpy() == pytest.approx(margin.to_numpy())


def test_regression_on_an_intercept_alone_is_the_mean():
    y = pd.Series(np.random.default_rng(21).normal(size=60)).cumsum()
    found, mean = regress_hac(y), mean_hac(y)
    assert found.coefficients["intercept"] == pytest.approx(mean.estimate)
    assert found.se["intercept"] == pytest.approx(mean.se)
    assert found.p["intercept"] == pytest.approx(mean.p)


@pytest.mark.parametrize(
    ("x", "word"),
    [
        (np.ones(30), "constant"),
        (np.column_stack([np.arange(30.0), 3 * np.arange(30.0) + 1]), "collinear"),
        (np.arange(29.0), "length"),
        (np.r_[np.arange(29.0), np.nan], "missing"),
    ],
)
def test_bad_regressors_are_refused(x, word):
    with pytest.raises(ValueError, match=word):
        regress_hac(np.arange(30.0) % 7, x)
