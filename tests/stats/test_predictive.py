"""Hodrick 1B, out-of-sample R2 and Stambaugh's bias: definitions, no look-ahead, size under persistence."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.signal import lfilter

from helpers.stats import (
    hodrick_1b,
    ivx,
    mean_hac,
    oos_r2,
    score_forecast,
    stambaugh,
    stambaugh_bias,
)
from signatures import defaults_of


def _pair(n, rng, delta=-0.9, rho=0.99):
    """Synthetic: unpredictable returns, AR(1) predictor, innovations correlated by delta."""
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
    assert result.t == pytest.approx(slope / result.se)
    assert result.p == pytest.approx(2 * stats.norm.cdf(-abs(result.t)))
    assert (result.ci_low, result.ci_high) == pytest.approx(
        (slope - 1.959964 * result.se, slope + 1.959964 * result.se)
    )
    assert result.r2 == pytest.approx(np.corrcoef(design[:, 1], [b for _, b in pairs])[0, 1] ** 2)
    assert (result.horizon, result.n, result.n_effective) == (6, 114, 19)


@pytest.mark.parametrize("delta", [0.0, -0.9])
def test_size_with_a_persistent_predictor(delta):
    """Synthetic null, n = 600, rho = .99, 12 periods, 200 draws (Monte Carlo error 1.5 points at 5 %)."""
    rng = np.random.default_rng(21)
    rejected = {"ols": 0, "hodrick": 0, "ivx": 0}
    for _ in range(200):
        y, x = _pair(600, rng, delta)
        summed = np.lib.stride_tricks.sliding_window_view(y[1:], 12).sum(axis=1)
        rejected["ols"] += sm.OLS(summed, sm.add_constant(x[:-12])).fit().pvalues[1] < 0.05
        rejected["hodrick"] += hodrick_1b(y, x, 12).p < 0.05
        rejected["ivx"] += ivx(y, x, 12).p < 0.05
    assert rejected["ols"] / 200 > 0.40
    assert rejected["hodrick"] / 200 < 0.12
    assert rejected["ivx"] / 200 < 0.09


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


@pytest.mark.parametrize("horizon", [1, 5])
def test_every_forecast_is_a_regression_on_what_was_over(horizon):
    months = pd.period_range("1990-01", periods=110, freq="M")
    y, x = (pd.Series(v, index=months) for v in _pair(110, np.random.default_rng(8)))
    path = oos_r2(y, x, horizon, min_history=50).path
    assert path.index[0] == months[49]
    assert path.index[-1] == months[110 - horizon - 1]
    for date in path.index[[0, 1, 17, -1]]:
        t = months.get_loc(date)
        starts = range(t - horizon + 1)
        sums = [y.iloc[i + 1 : i + 1 + horizon].sum() for i in starts]
        slope, intercept = np.polyfit(x.iloc[: len(starts)], sums, 1)
        assert path.loc[date, "benchmark"] == pytest.approx(np.mean(sums))
        assert path.loc[date, "forecast"] == pytest.approx(intercept + slope * x[date])
        assert path.loc[date, "actual"] == pytest.approx(y.iloc[t + 1 : t + 1 + horizon].sum())


def test_histories_from_twenty_beyond_the_horizon_to_twenty_before_the_end():
    y, x = _pair(100, np.random.default_rng(9))
    assert oos_r2(y, x, 6, min_history=26).n == 100 - 6 - 25
    assert oos_r2(y, x, 6, min_history=74).n == 21
    for history in (25, 75):
        with pytest.raises(ValueError, match=f"min_history is {history}; .* between 26 and 74"):
            oos_r2(y, x, 6, min_history=history)
    assert defaults_of(oos_r2) == {"horizon": 1, "min_history": 240}
    assert defaults_of(score_forecast) == {"horizon": 1}


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


@pytest.mark.parametrize(
    ("n", "horizon", "lags"), [(80, 1, 0), (80, 3, 11), (80, 12, 11), (80, 13, 12), (20, 30, 19)]
)
def test_clark_west_lags_reach_over_the_overlap(n, horizon, lags):
    """Truncation of mean_hac, ceil(1.3 sqrt(n)) - 1, or the overlap where it is longer; never the whole sample."""
    rng = np.random.default_rng(10)
    path = pd.DataFrame(rng.normal(size=(n, 3)), columns=["actual", "forecast", "benchmark"])
    y, f, b = path.to_numpy().T
    test = mean_hac((y - b) ** 2 - (y - f) ** 2 + (b - f) ** 2, lags)
    result = score_forecast(path, horizon)
    assert result.t == pytest.approx(test.t)
    one_sided = test.p / 2 if test.t > 0 else 1 - test.p / 2
    assert result.p == pytest.approx(one_sided)
    assert result.r2 == pytest.approx(1 - ((y - f) ** 2).sum() / ((y - b) ** 2).sum())
    assert (result.horizon, result.n, result.n_effective) == (horizon, n, n / horizon)


def test_a_path_that_cannot_be_scored_is_refused():
    path = pd.DataFrame(
        np.random.default_rng(11).normal(size=(20, 2)), columns=["actual", "forecast"]
    )
    path["benchmark"] = 0.5
    assert score_forecast(path.assign(note="kept out")).path.columns.to_list() == [
        "actual", "forecast", "benchmark",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="actual has 19 observations; at least 20"):
        score_forecast(path.iloc[1:])
    with pytest.raises(ValueError, match="forecast equals benchmark everywhere"):
        score_forecast(path.assign(forecast=0.5))


def test_a_useless_predictor_has_negative_r2_and_a_true_one_is_found():
    rng = np.random.default_rng(5)
    y, x = _pair(600, rng, delta=0)
    assert oos_r2(y, x).r2 < 0
    predictable = 0.4 * np.r_[0, x[:-1]] + y
    result = oos_r2(predictable, x)
    assert result.r2 > 0.05
    assert result.p < 0.01


def test_stambaugh_bias_of_the_formula_and_of_simulation():
    """n = 100, rho = .95, correlation -.9: formula .03465, simulated .0401 (s.e. here .0015), first order only."""
    assert stambaugh_bias(0.95, 100, -0.9) == pytest.approx(0.03465, abs=1e-6)
    rng = np.random.default_rng(6)
    slopes, corrected = [], []
    for _ in range(600):
        y, x = _pair(101, rng, rho=0.95)
        result = stambaugh(y, x)
        slopes.append(result.ols)
        corrected.append(result.estimate)
    assert np.mean(slopes) == pytest.approx(0.0401, rel=0.20)
    assert abs(np.mean(corrected)) < 0.4 * np.mean(slopes)


def test_the_bias_formula_holds_up_to_a_unit_root_and_from_ten_observations():
    """Stambaugh (1999): -(error slope) (1 + 3 rho) / n."""
    assert stambaugh_bias(1.0, 10, 0.5) == pytest.approx(-0.2)
    assert stambaugh_bias(-1.0, 50, 0.5) == pytest.approx(0.02)
    for rho, n in ((1.01, 100), (-1.01, 100), (0.5, 9)):
        with pytest.raises(ValueError, match=f"rho is {rho} and n is {n};"):
            stambaugh_bias(rho, n, 0.5)


def test_stambaughs_correction_step_by_step():
    y, x = _pair(81, np.random.default_rng(12), rho=0.6)
    slope, intercept = np.polyfit(x[:-1], y[1:], 1)
    rho, level = np.polyfit(x[:-1], x[1:], 1)
    surprise, innovation = y[1:] - intercept - slope * x[:-1], x[1:] - level - rho * x[:-1]
    error_slope = np.polyfit(innovation, surprise, 1)[0]
    corrected = rho + (1 + 3 * rho) / 80
    result = stambaugh(y, x)
    assert (result.n, result.ols, result.rho) == pytest.approx((80, slope, corrected))
    assert result.bias == pytest.approx(-error_slope * (1 + 3 * corrected) / 80)
    assert result.estimate == pytest.approx(slope - result.bias)
    assert result.delta == pytest.approx(np.corrcoef(surprise, innovation)[0, 1])


@pytest.mark.parametrize(("growing", "rho"), [(1.001, 1.0), (-1.001, -1.0)])
def test_a_corrected_root_stays_within_one(growing, rho):
    noise = np.random.default_rng(13).normal(size=60)
    x = growing ** np.arange(60) * 50 + 0.01 * noise
    assert stambaugh(noise, x).rho == rho


def test_thirty_periods_are_the_fewest():
    y, x = _pair(30, np.random.default_rng(14), rho=0.5)
    assert hodrick_1b(y, x, 1).n == stambaugh(y, x).n == 29
    for function in (stambaugh, lambda a, b: hodrick_1b(a, b, 1), oos_r2):
        with pytest.raises(ValueError, match="returns has 29 observations; at least 30"):
            function(y[1:], x[1:])
        with pytest.raises(ValueError, match="predictor has 29 observations; at least 30"):
            function(y, x[1:])


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


@pytest.mark.parametrize("horizon", [0, -1, 1.5])
def test_a_forecast_covers_a_whole_number_of_periods(horizon):
    actual = np.random.default_rng(0).normal(size=60)
    path = pd.DataFrame({"actual": actual, "forecast": actual / 2, "benchmark": 0.0})
    with pytest.raises(ValueError, match=f"horizon is {horizon}; give a whole number"):
        score_forecast(path, horizon)


def test_size_at_three_years_under_feedback_is_the_one_the_docstring_states():
    """Synthetic: a predictor with root 0.99 that feeds on returns (-0.9), 36 periods ahead: 9 to 10 % at 5 %."""
    rng = np.random.default_rng(23)
    rejected = []
    for _ in range(200):
        returns, own = rng.normal(size=(2, 1_040))
        predictor = lfilter([1.0], [1.0, -0.99], -0.9 * returns + np.sqrt(0.19) * own)
        rejected.append(oos_r2(returns[240:], predictor[240:], 36).p <= 0.05)
    assert 0.05 < np.mean(rejected) < 0.17
