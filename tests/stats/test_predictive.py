"""Hodrick 1B, out-of-sample R2 and Stambaugh's bias: definitions, no look-ahead, size under persistence."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.stats import hodrick_1b, ivx, oos_r2, score_forecast, stambaugh, stambaugh_bias


def _pair(n, rng, delta=-0.9, rho=0.99):
    """Synthetic: unpredictable returns, AR(1) predictor, innovations correlated by delta."""
    from scipy.signal import lfilter

    errors = rng.multivariate_normal([0, 0], [[1, delta], [delta, 1]], size=n + 200)
    return errors[200:, 0], lfilter([1], [1, -rho], errors[:, 1])[200:]


def test_at_one_period_hodrick_is_the_white_error_under_the_null():
    rng = np.random.default_rng(0)
    y, x = _pair(200, rng, delta=0, rho=0.5)
    result = hodrick_1b(y, x, 1)
    design = np.column_stack([np.ones(199), x[:-1]])
    surprise = y[1:] - y.mean()
    inverse = np.linalg.inv(design.T @ design)
    covariance = inverse @ (design.T * surprise**2) @ design @ inverse
    assert result.se == pytest.approx(np.sqrt(covariance[1, 1]), rel=1e-10)
    assert result.estimate == pytest.approx(sm.OLS(y[1:], design).fit().params[1], rel=1e-10)


def test_hodrick_by_its_formula_with_plain_loops():
    """Hodrick (1992): S = mean of wk wk', wk = e(t+1) sum of x(t-i), i < k; V = D^-1 S D^-1 / T."""
    y, x = _pair(120, np.random.default_rng(1))
    k, n = 6, 120
    pairs = [(x[t], sum(y[t + 1 : t + 1 + k])) for t in range(n - k)]
    design = np.array([[1, a] for a, _ in pairs])
    slope = np.linalg.lstsq(design, np.array([b for _, b in pairs]), rcond=None)[0][1]
    total, count = np.zeros((2, 2)), 0
    for t in range(k - 1, n - 1):
        w = (y[t + 1] - y.mean()) * sum(np.array([1, x[t - i]]) for i in range(k))
        total, count = total + np.outer(w, w), count + 1
    inverse = np.linalg.inv(design.T @ design / len(design))
    covariance = inverse @ (total / count) @ inverse / len(design)
    result = hodrick_1b(y, x, k)
    assert result.estimate == pytest.approx(slope)
    assert result.se == pytest.approx(np.sqrt(covariance[1, 1]), rel=1e-10)


@pytest.mark.parametrize("delta", [0.0, -0.9])
def test_size_with_a_persistent_predictor(delta):
    """Synthetic null, n = 600, rho = .99, 12 periods, 300 draws (Monte Carlo error 1.3 points at 5 %)."""
    rng = np.random.default_rng(21)
    rejected = {"ols": 0, "hodrick": 0, "ivx": 0}
    for _ in range(300):
        y, x = _pair(600, rng, delta)
        summed = np.lib.stride_tricks.sliding_window_view(y[1:], 12).sum(axis=1)
        rejected["ols"] += sm.OLS(summed, sm.add_constant(x[:-12])).fit().pvalues[1] < 0.05
        rejected["hodrick"] += hodrick_1b(y, x, 12).p < 0.05
        rejected["ivx"] += ivx(y, x, 12).joint_p < 0.05
    assert rejected["ols"] / 300 > 0.40
    assert rejected["hodrick"] / 300 < 0.12
    assert rejected["ivx"] / 300 < 0.09


def test_out_of_sample_r2_with_plain_loops():
    y, x = _pair(150, np.random.default_rng(2))
    h, start = 3, 60
    loss = base = 0.0
    for t in range(start - 1, len(y) - h):
        known = [(x[s], y[s + 1 : s + 1 + h].sum()) for s in range(t + 1 - h)]
        past = np.array(known)
        slope, intercept = np.polyfit(past[:, 0], past[:, 1], 1)
        actual = y[t + 1 : t + 1 + h].sum()
        loss += (actual - intercept - slope * x[t]) ** 2
        base += (actual - past[:, 1].mean()) ** 2
    result = oos_r2(y, x, horizon=h, min_history=start)
    assert result.n == len(y) - h - start + 1
    assert result.r2 == pytest.approx(1 - loss / base, rel=1e-8)


def test_the_future_changes_no_earlier_forecast():
    y, x = _pair(300, np.random.default_rng(3))
    whole = oos_r2(y, x, horizon=12, min_history=100).path
    cut = 200
    shorter = oos_r2(y[:cut], x[:cut], horizon=12, min_history=100).path
    pd.testing.assert_frame_equal(whole.iloc[: len(shorter)], shorter)
    y[cut:], x[cut:] = 1e3, -1e3 + np.arange(300 - cut)
    corrupted = oos_r2(y, x, horizon=12, min_history=100).path
    early = ["forecast", "benchmark"]
    pd.testing.assert_frame_equal(
        whole.loc[: cut - 1, early], corrupted.loc[: cut - 1, early], rtol=1e-9, check_exact=False
    )


def test_clark_west_by_hand_and_one_sided():
    rng = np.random.default_rng(4)
    path = pd.DataFrame(
        {"actual": rng.normal(size=80), "forecast": rng.normal(size=80), "benchmark": 0.0}
    )
    adjusted = path.actual**2 - ((path.actual - path.forecast) ** 2 - path.forecast**2)
    t = adjusted.mean() / (adjusted.std(ddof=1) / np.sqrt(80))
    result = score_forecast(path)
    assert result.t == pytest.approx(t)
    worse = score_forecast(path.assign(forecast=-path.forecast))
    assert result.p + worse.p == pytest.approx(1, abs=1e-9)


def test_a_useless_predictor_has_negative_r2_and_a_true_one_is_found():
    rng = np.random.default_rng(5)
    y, x = _pair(600, rng, delta=0)
    assert oos_r2(y, x).r2 < 0
    predictable = 0.4 * np.r_[0, x[:-1]] + y
    result = oos_r2(predictable, x)
    assert result.r2 > 0.05 and result.p < 0.01


def test_stambaugh_bias_of_the_formula_and_of_simulation():
    """n = 100, rho = .95, correlation -.9: formula .03465, simulated .0401 (s.e. .0008), first order only."""
    assert stambaugh_bias(0.95, 100, -0.9) == pytest.approx(0.03465, abs=1e-6)
    rng = np.random.default_rng(6)
    slopes, corrected = [], []
    for _ in range(2_000):
        y, x = _pair(101, rng, rho=0.95)
        result = stambaugh(y, x)
        slopes.append(result.ols)
        corrected.append(result.estimate)
    assert np.mean(slopes) == pytest.approx(0.0401, rel=0.20)
    assert abs(np.mean(corrected)) < 0.4 * np.mean(slopes)


@pytest.mark.parametrize("function", [lambda y, x: hodrick_1b(y, x, 2), oos_r2, stambaugh])
@pytest.mark.parametrize(
    ("y", "x", "word"),
    [
        (np.arange(400.0) % 7, np.ones(400), "constant"),
        (np.arange(400.0) % 7, np.arange(399.0), "length"),
        (np.r_[np.nan, np.arange(399.0)], np.arange(400.0), "missing"),
        (np.arange(10.0), np.arange(10.0), "at least"),
    ],
)
def test_bad_input_is_refused(function, y, x, word):
    with pytest.raises(ValueError, match=word):
        function(y, x)


def test_history_that_leaves_nothing_to_forecast_is_refused():
    y, x = _pair(300, np.random.default_rng(7))
    with pytest.raises(ValueError, match="min_history"):
        oos_r2(y, x, min_history=290)
    with pytest.raises(ValueError, match="less than half"):
        hodrick_1b(y, x, 200)
