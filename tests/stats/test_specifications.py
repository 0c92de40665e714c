"""Specification curve: each estimate by its definition, the joint test uniform on noise and alert to a signal."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.signal import lfilter

from helpers.stats import specification_curve


def _frames(rng, n=240, effect=0.0):
    """Synthetic: two noisy definitions of one return and three of one persistent predictor."""
    common = lfilter([1.0], [1.0, -0.9], rng.normal(size=n))
    returns = effect * np.r_[0.0, common[:-1]] + rng.normal(size=n)
    index = pd.period_range("1990-01", periods=n, freq="M")
    outcomes = pd.DataFrame(
        {f"y{i}": returns + 0.3 * rng.normal(size=n) for i in range(2)}, index=index
    )
    predictors = pd.DataFrame(
        {f"x{i}": common + 0.3 * rng.normal(size=n) for i in range(3)}, index=index
    )
    return outcomes, predictors


SAMPLES = {
    "whole": ("1990-01", "2009-12"),
    "first half": ("1990-01", "1999-12"),
    "second": ("2000-01", "2009-12"),
}


def test_each_estimate_is_the_slope_for_one_standard_deviation():
    outcomes, predictors = _frames(np.random.default_rng(0))
    curve = specification_curve(outcomes, predictors, SAMPLES, horizon=6)
    assert curve.n == 2 * 3 * 3
    assert curve.table["estimate"].is_monotonic_increasing
    rows = curve.table.set_index(["outcome", "predictor", "sample"])
    summed = outcomes["y1"].rolling(6).sum().shift(-6)
    both = pd.concat([predictors["x2"], summed], axis=1, keys=["x", "y"])[
        "1990-01":"1999-12"
    ].dropna()
    row = rows.loc[("y1", "x2", "first half")]
    assert row["n"] == len(both)
    assert row["correlation"] == pytest.approx(both.corr().iloc[0, 1])
    assert row["estimate"] == pytest.approx(
        np.polyfit(both["x"], both["y"], 1)[0] * both["x"].std(ddof=0)
    )


def test_joint_p_is_uniform_under_the_null():
    rng = np.random.default_rng(1)
    p = [specification_curve(*_frames(rng, n=120), horizon=3).p for _ in range(200)]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_a_common_signal_is_found_and_agreed_on():
    curve = specification_curve(*_frames(np.random.default_rng(2), effect=0.3), SAMPLES)
    assert curve.share_same_sign == 1
    assert curve.median > 0
    assert curve.p < 0.05 and curve.p_same_sign < 0.5


def test_order_of_definitions_does_not_matter():
    outcomes, predictors = _frames(np.random.default_rng(3))
    one = specification_curve(outcomes, predictors, SAMPLES)
    two = specification_curve(
        outcomes.iloc[:, ::-1], predictors.iloc[:, ::-1], dict(reversed(SAMPLES.items()))
    )
    assert (one.p, one.share_same_sign, one.p_same_sign) == (
        two.p,
        two.share_same_sign,
        two.p_same_sign,
    )
    assert one.median == pytest.approx(two.median)


@pytest.mark.parametrize(
    ("samples", "word"),
    [
        ({"x": ("2000-01", "1990-01")}, "reversed"),
        ({"x": ("1980-01", "1999-12")}, "outside"),
        ({"x": ("1990-01", "1990-12")}, "usable periods"),
        ({}, "empty"),
    ],
)
def test_bad_samples_are_refused(samples, word):
    with pytest.raises(ValueError, match=word):
        specification_curve(*_frames(np.random.default_rng(4)), samples)


def test_bad_series_are_refused():
    outcomes, predictors = _frames(np.random.default_rng(5))
    with pytest.raises(ValueError, match="constant"):
        specification_curve(outcomes, predictors.assign(flat=0.0))
    with pytest.raises(ValueError, match="length"):
        specification_curve(outcomes.iloc[1:], predictors)
    with pytest.raises(ValueError, match="same name"):
        specification_curve(pd.concat([outcomes, outcomes], axis=1), predictors)
