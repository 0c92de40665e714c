"""Monitoring of a mean: overall size, the published limit law, no look-ahead, clear errors."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats.monitoring import monitor_mean
from signatures import defaults_of


def test_false_alarms_stay_at_the_chosen_rate_however_often_one_looks():
    rng = np.random.default_rng(7)
    alarms = [
        monitor_mean(rng.normal(size=260), 200, 60, draws=999, rng=i).crossed is not None
        for i in range(400)
    ]
    assert 0.02 <= np.mean(alarms) <= 0.09


def test_critical_value_tends_to_that_of_the_largest_absolute_wiener_path():
    # gamma 0 and an endless horizon: P(sup |W| <= 2.2414) = 0.95 on [0, 1], by the reflection series.
    c = 2.2414
    terms = [
        (-1) ** j / (2 * j + 1) * np.exp(-(np.pi**2) * (2 * j + 1) ** 2 / (8 * c**2))
        for j in range(20)
    ]
    assert 4 / np.pi * sum(terms) == pytest.approx(0.95, abs=1e-4)
    noise = np.random.default_rng(0).normal(size=40)
    watched = monitor_mean(noise, 30, 3000, gamma=0.0, draws=4000, rng=1)
    assert watched.critical == pytest.approx(c, abs=0.08)


def test_a_shift_is_found_after_it_happened_and_the_past_of_the_detector_never_moves():
    rng = np.random.default_rng(3)
    x = pd.Series(rng.normal(size=240), index=pd.period_range("2000-01", periods=240, freq="M"))
    x.iloc[210:] += 2.0
    whole = monitor_mean(x, 180, 60, rng=0)
    assert whole.crossed is not None
    assert whole.crossed >= x.index[210]
    early = monitor_mean(x.iloc[:205], 180, 60, rng=0)
    assert early.crossed is None
    pd.testing.assert_series_equal(early.detector, whole.detector.iloc[:25])
    assert early.critical == whole.critical


def test_detectable_shift_is_the_one_that_reaches_the_boundary():
    rng = np.random.default_rng(5)
    x = rng.normal(size=150)
    x[120:] = x[:120].mean()
    found = monitor_mean(x, 120, 30, rng=0)
    assert found.detector.max() == pytest.approx(0.0, abs=1e-9)
    shifted = x.copy()
    shifted[120:] += found.detectable
    assert monitor_mean(shifted, 120, 30, rng=0).detector.iloc[-1] == pytest.approx(found.critical)


def long_run_deviation(training: np.ndarray, lags: int) -> float:
    """Bartlett, over the share that taking out the mean leaves of the sum of white noise."""
    m = len(training)
    d = training - training.mean()
    total = d @ d / m + sum(
        2 * (1 - j / (lags + 1)) * (d[j:] @ d[:-j]) / m for j in range(1, lags + 1)
    )
    return np.sqrt(total / (1 - (lags + 1) / m))


@pytest.mark.parametrize(("m", "lags"), [(30, 3), (70, 4)])
@pytest.mark.parametrize("gamma", [0.0, 0.25, 0.45])
def test_detector_is_the_published_one(m, lags, gamma):
    """Horváth and others (2004), (2.6): |sum of deviations| / (s sqrt(m) (1 + k/m) (k/(m + k))^gamma)."""
    x = np.random.default_rng(m).normal(size=m + 12).cumsum() * 0.3
    found = monitor_mean(x, m, 12, gamma=gamma, draws=99)
    s = long_run_deviation(x[:m], lags)
    for k in range(1, 13):
        away = abs(sum(x[m : m + k] - x[:m].mean()))
        boundary = np.sqrt(m) * (1 + k / m) * (k / (m + k)) ** gamma
        assert found.detector[m + k - 1] == pytest.approx(away / (s * boundary))


def test_the_scale_of_white_noise_is_right_on_average():
    """Synthetic noise of variance one, training of 40: the variance behind the detector averages one."""
    rng = np.random.default_rng(2)
    squares = []
    for _ in range(1_500):
        x = rng.normal(size=41)
        one = monitor_mean(x, 40, 1, gamma=0.0, draws=19).detector.iloc[0]
        squares.append((abs(x[40] - x[:40].mean()) / (one * np.sqrt(40) * (1 + 1 / 40))) ** 2)
    assert np.mean(squares) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("gamma", [0.0, 0.45])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_critical_value_and_p_are_read_from_wiener_paths_at_the_dates_of_monitoring(gamma, alpha):
    x = np.random.default_rng(3).normal(size=70)
    x[60:] += 0.5
    found = monitor_mean(x, 50, 30, gamma=gamma, alpha=alpha, draws=300, rng=8)
    k = np.arange(1, 31)
    time = k / (k + 50)
    steps = np.sqrt(np.diff(np.r_[0.0, time]))
    highest = [
        max(abs(sum(shocks[:i])) / time[i - 1] ** gamma for i in range(1, 31))
        for shocks in np.random.default_rng(8).standard_normal((300, 30)) * steps
    ]
    assert found.critical == pytest.approx(np.quantile(highest, 1 - alpha))
    assert found.p == pytest.approx((1 + np.sum(highest >= found.detector.max())) / 301)


def test_the_alarm_is_the_first_period_over_the_boundary():
    x = np.random.default_rng(4).normal(size=60)
    x[45:] += 4.0
    found = monitor_mean(x, 40, 20, rng=0)
    over = found.detector[found.detector > found.critical]
    assert found.crossed == over.index[0]
    assert 45 <= found.crossed < 50
    assert len(over) > 1
    assert found.detector.index.tolist() == list(range(40, 60))
    assert found.detector.name == "detector"
    assert (found.training, found.horizon) == (40, 20)
    dated = pd.Series(x, index=pd.period_range("2000-01", periods=60, freq="M"))
    assert monitor_mean(dated, 40, 20, rng=0).crossed == dated.index[found.crossed]


def test_defaults_and_the_shortest_plans():
    assert defaults_of(monitor_mean) == {"gamma": 0.45, "alpha": 0.05, "draws": 9_999, "rng": 0}
    x = np.random.default_rng(5).normal(size=31)
    shortest = monitor_mean(x, 30.0, 1.0, gamma=0, draws=19)
    assert (shortest.training, shortest.horizon, len(shortest.detector)) == (30, 1, 1)
    with pytest.raises(ValueError, match="at least 31"):
        monitor_mean(x[:30], 30, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"training": 29, "horizon": 99}, "training is 29"),
        ({"training": 100, "horizon": 99}, "training is 100"),
        ({"training": 50, "horizon": 49}, "50 periods are watched already"),
        ({"training": 50.5, "horizon": 99}, "training is 50.5; give a whole number from 30 to 99"),
        ({"training": 50, "horizon": 60.5}, "horizon is 60.5"),
        ({"training": 50, "horizon": 60, "gamma": 0.5}, "gamma is 0.5"),
        ({"training": 50, "horizon": 60, "gamma": -0.01}, "gamma is -0.01"),
        ({"training": 50, "horizon": 60, "alpha": 0}, "alpha 0;"),
        ({"training": 50, "horizon": 60, "alpha": 1}, "alpha 1;"),
        ({"training": 50, "horizon": 60, "draws": 18}, "draws is 18"),
    ],
)
def test_bad_plans_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        monitor_mean(np.random.default_rng(0).normal(size=100), **arguments)


def test_missing_values_and_a_constant_reference_are_refused():
    x = np.random.default_rng(0).normal(size=100)
    with pytest.raises(ValueError, match="missing values"):
        monitor_mean(np.r_[x[:50], np.nan, x[51:]], 60, 40)
    with pytest.raises(ValueError, match="training sample is constant"):
        monitor_mean(np.r_[np.ones(60), x[:40]], 60, 40)
