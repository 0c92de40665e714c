"""Monitoring of a mean: overall size, the published limit law, no look-ahead, clear errors."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats.monitoring import monitor_mean


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
    assert whole.crossed is not None and whole.crossed >= x.index[210]
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"training": 29, "horizon": 99}, "training is 29"),
        ({"training": 100, "horizon": 99}, "training is 100"),
        ({"training": 50, "horizon": 49}, "50 periods are watched already"),
        ({"training": 50, "horizon": 60, "gamma": 0.5}, "gamma is 0.5"),
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
