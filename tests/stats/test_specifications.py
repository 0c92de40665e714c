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


def test_joint_p_by_the_whole_curve_again_for_every_shift():
    outcomes, predictors = _frames(np.random.default_rng(15), n=60, effect=0.1)
    samples = {"early": ("1990-01", "1993-06"), "late": ("1992-01", "1994-12")}
    curve = specification_curve(outcomes, predictors, samples, horizon=3)
    rows = [range(42), range(24, 57)]  # the last three months have no whole outcome
    summed = [[y[t + 1 : t + 4].sum() for t in range(57)] for y in outcomes.to_numpy().T]
    medians, agreement = [], []
    for shift in range(60):
        found = []
        for window in rows:
            for x in predictors.to_numpy().T:
                moved = [x[(t + shift) % 60] for t in window]
                found += [np.corrcoef(moved, [y[t] for t in window])[0, 1] for y in summed]
        medians.append(abs(np.median(found)))
        agreement.append(max(np.mean(np.array(found) > 0), np.mean(np.array(found) < 0)))
    assert curve.p == np.mean(np.array(medians) >= medians[0] - 1e-9)
    assert curve.share_same_sign == pytest.approx(agreement[0])
    assert curve.p_same_sign == np.mean(np.array(agreement) >= agreement[0] - 1e-9)
    assert curve.median == pytest.approx(curve.table["estimate"].median())
    assert (curve.horizon, curve.shifts, curve.n) == (3, 60, 12)
    assert set(curve.table.loc[curve.table["sample"] == "late", "n"]) == {33}


def test_without_samples_the_whole_is_taken():
    outcomes, predictors = _frames(np.random.default_rng(7), n=60)
    curve = specification_curve(outcomes, predictors)
    assert set(curve.table["sample"]) == {"all"}
    assert set(curve.table["n"]) == {59}
    assert curve.horizon == 1
    assert curve.table.columns.to_list() == [
        "outcome", "predictor", "sample", "estimate", "correlation", "n",
    ]  # fmt: skip
    assert curve.table.index.equals(pd.RangeIndex(6))


@pytest.mark.parametrize(
    ("horizon", "last", "usable"), [(1, "1991-12", 24), (12, "1991-12", 24), (15, "1992-06", 30)]
)
def test_a_sample_has_two_years_and_two_horizons(horizon, last, usable):
    frames = _frames(np.random.default_rng(8))
    curve = specification_curve(*frames, {"x": ("1990-01", last)}, horizon)
    assert set(curve.table["n"]) == {usable}
    shorter = {"x": ("1990-02", last)}
    with pytest.raises(ValueError, match=f"'x' has {usable - 1} usable periods; at least {usable}"):
        specification_curve(*frames, shorter, horizon)


def test_a_series_that_stands_still_in_a_sample_is_refused_and_elsewhere_is_not():
    outcomes, predictors = _frames(np.random.default_rng(9))
    still = predictors.copy()
    still.loc["2000-01":, "x1"] = 3.0
    halves = {"first": ("1990-01", "1999-12"), "second": ("2000-01", "2009-12")}
    with pytest.raises(ValueError, match="sample 'second': 'y0' or 'x1' is constant there"):
        specification_curve(outcomes, still, halves)
    # Shifted into the first half it stands still too: no correlation, and no warning.
    with np.errstate(all="raise"):
        curve = specification_curve(outcomes, still, {"first": halves["first"]})
    assert 0 < curve.p <= 1
    # A shift at which nothing is said agrees with no sign: one of 240 moves the still half onto the first.
    single = specification_curve(outcomes[["y0"]], still[["x1"]], {"first": halves["first"]})
    assert (single.share_same_sign, single.p_same_sign) == (1.0, 239 / 240)
    brief = predictors.copy()
    brief.loc["1992-01":"1995-12", "x1"] = 3.0
    with pytest.raises(ValueError, match="sample 'brief': 'y0' or 'x1' is constant there"):
        specification_curve(outcomes, brief, {"brief": ("1992-01", "1995-12")})
    quiet = outcomes.copy()
    quiet.loc["2000-01":, "y1"] = 0.0
    with pytest.raises(ValueError, match="sample 'second': 'y1' or 'x0' is constant there"):
        specification_curve(quiet, predictors, halves)


@pytest.mark.parametrize("which", [0, 1])
def test_thirty_periods_are_the_fewest(which):
    frames = [frame.iloc[:30] for frame in _frames(np.random.default_rng(10))]
    assert specification_curve(*frames).n == 6
    frames[which] = frames[which].iloc[:29]
    with pytest.raises(ValueError, match="has 29 observations; at least 30"):
        specification_curve(*frames)


def test_joint_p_is_uniform_under_the_null():
    rng = np.random.default_rng(1)
    p = [specification_curve(*_frames(rng, n=120), horizon=3).p for _ in range(200)]
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_a_common_signal_is_found_and_agreed_on():
    curve = specification_curve(*_frames(np.random.default_rng(2), effect=0.3), SAMPLES)
    assert curve.share_same_sign == 1
    assert curve.median > 0
    assert curve.p < 0.05
    assert curve.p_same_sign < 0.5


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


def test_shifts_in_parts_are_the_shifts_at_once(monkeypatch):
    rng = np.random.default_rng(21)
    y, x = rng.normal(size=(90, 2)), rng.normal(size=(90, 2)).cumsum(axis=0)
    whole = specification_curve(y, x, horizon=3)
    monkeypatch.setattr("helpers.stats.specifications._CELLS", 900)
    parts = specification_curve(y, x, horizon=3)
    pd.testing.assert_frame_equal(parts.table, whole.table, rtol=1e-12)
    assert (parts.p, parts.p_same_sign) == (whole.p, whole.p_same_sign)


def test_size_under_feedback_is_the_one_the_docstring_states():
    """Synthetic: a predictor with root 0.99 that feeds on returns (-0.9) and says nothing of later ones."""
    rng = np.random.default_rng(22)
    rejected = []
    for _ in range(150):
        returns, own = rng.normal(size=(2, 600))
        predictor = lfilter([1.0], [1.0, -0.99], -0.9 * returns + np.sqrt(0.19) * own)
        rejected.append(specification_curve(returns[-360:], predictor[-360:]).p <= 0.05)
    assert 0.06 < np.mean(rejected) < 0.20
