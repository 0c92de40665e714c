"""Mean with HAC errors: published t-values of the size premium, fixed-b values, size under autocorrelation."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from helpers.stats import mean_hac, minimum_detectable_effect
from helpers.stats.hac import fixed_b_critical, fixed_b_p


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


@pytest.mark.parametrize(
    ("b", "critical"), [(0.0, 1.96), (0.1, 2.2605), (0.5, 3.4822), (1.0, 4.813)]
)
def test_fixed_b_critical_values_of_kiefer_and_vogelsang(b, critical):
    """Table 1, Bartlett, 97.5 %: 1.9600 + 2.9694 b + 0.4160 b^2 - 0.5324 b^3."""
    assert fixed_b_critical(0.05, b) == pytest.approx(critical, abs=2e-4)


@pytest.mark.parametrize("tail", [0.10, 0.05, 0.025, 0.01])
def test_p_value_inverts_the_critical_value(tail):
    assert fixed_b_p(fixed_b_critical(2 * tail, 0.12), 0.12) == pytest.approx(2 * tail, rel=1e-3)


@given(t=st.floats(0, 8), b=st.floats(0, 1))
def test_p_value_is_at_least_the_normal_one_and_falls_with_t(t, b):
    from scipy.stats import norm

    assert fixed_b_p(t, b) >= 2 * norm.sf(t) * (1 - 1e-3)
    assert fixed_b_p(t + 0.1, b) < fixed_b_p(t, b)


def test_interval_and_p_agree():
    rng = np.random.default_rng(3)
    for shift in np.linspace(0, 0.6, 30):
        result = mean_hac(rng.normal(size=120) + shift)
        assert (result.p < 0.05) == (result.ci_low > 0 or result.ci_high < 0)


def test_size_under_autocorrelation_is_near_nominal_where_the_iid_test_is_not():
    """Synthetic AR(1) with coefficient 0.5, n = 240, 1,000 draws: Monte Carlo error of a 5 % rate is 0.7 points."""
    rng = np.random.default_rng(11)
    noise = rng.normal(size=(1_000, 340))
    series = np.empty_like(noise)
    series[:, 0] = noise[:, 0]
    for t in range(1, noise.shape[1]):
        series[:, t] = 0.5 * series[:, t - 1] + noise[:, t]
    series = series[:, 100:]
    robust = np.mean([mean_hac(row).p < 0.05 for row in series])
    plain = np.mean([mean_hac(row, lags=0).p < 0.05 for row in series])
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
    from scipy import stats

    rng = np.random.default_rng(8)
    n = 12
    effect = minimum_detectable_effect(1 / np.sqrt(n), df=n - 1)
    p = stats.ttest_1samp(rng.normal(effect, 1, size=(20_000, n)), 0, axis=1).pvalue
    assert np.mean(p < 0.05) == pytest.approx(0.80, abs=0.025)


def test_minimum_detectable_effect_is_2_8_standard_errors_in_large_samples():
    assert minimum_detectable_effect(2.0) == pytest.approx(5.603, abs=1e-3)


@pytest.mark.parametrize(
    "kwargs", [{"se": 0}, {"se": np.nan}, {"se": 1, "alpha": 0}, {"se": 1, "df": 0}]
)
def test_minimum_detectable_effect_refuses_nonsense(kwargs):
    with pytest.raises(ValueError, match="se is|alpha is|df is"):
        minimum_detectable_effect(**kwargs)
