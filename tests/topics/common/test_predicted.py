"""What a persistent predictor foretells, on the gap by book value: slope, distance, and where outcomes lay in time."""

import numpy as np
import pandas as pd
import pytest

from helpers import data, stats
from helpers.topics import valuation
from helpers.topics.common.predicted import expect_return, in_evidence, later_return, share_inside


@pytest.fixture(scope="module")
def both():
    """Book-to-market of size quintiles, and small less large companies."""
    return valuation.examine(data.Information("2026-02-16")).months


def test_the_return_after_a_month_leaves_out_the_month_itself():
    later = later_return(pd.Series([1.0, 2.0, 4.0, 8.0]), 2)
    assert later.to_list()[:2] == [6.0, 12.0]
    assert later.isna().to_list() == [False, False, True, True]


@pytest.fixture(scope="module")
def expected(both):
    return expect_return(both["relative"], both["gap"], both["gap"].iloc[-1], 12)


def test_what_is_expected_beyond_the_average_is_the_slope_times_the_distance(both, expected):
    test = stats.ivx(both["relative"], both["gap"], 12)
    distance = both["gap"].iloc[-1] - both["gap"].mean()
    assert expected["beyond"] == pytest.approx(12 * test.coefficients.iloc[0] * distance)
    assert expected["ci_low"] == pytest.approx(12 * test.ci_low.iloc[0] * distance)
    assert expected["ci_high"] == pytest.approx(12 * test.ci_high.iloc[0] * distance)
    assert expected["p"] == pytest.approx(test.p_each.iloc[0])
    assert expected["distance"] == pytest.approx(distance / both["gap"].std())
    assert expected["average"] == pytest.approx(12 * both["relative"].mean())
    assert expected["expected"] == pytest.approx(expected["average"] + expected["beyond"])
    # found with 80 percent power at the 5 percent level: the two normal quantiles added
    se = 12 * distance * test.se.iloc[0]
    assert expected["mde"] == pytest.approx((1.959964 + 0.841621) * se, rel=1e-5)


def test_a_gap_below_its_mean_turns_what_is_expected_and_keeps_the_interval_in_order(both):
    mean, up = both["gap"].mean(), 0.4
    above, below = (expect_return(both["relative"], both["gap"], mean + by, 12) for by in (up, -up))
    assert below["beyond"] == pytest.approx(-above["beyond"])
    assert (below["ci_low"], below["ci_high"]) == pytest.approx(
        (-above["ci_high"], -above["ci_low"])
    )
    assert below["mde"] == pytest.approx(above["mde"])
    at_the_mean = expect_return(both["relative"], both["gap"], mean + 1e-9, 12)
    assert at_the_mean["expected"] == pytest.approx(at_the_mean["average"], abs=1e-6)


def test_the_outcome_lies_where_the_errors_of_real_time_forecasts_would_put_it(both, expected):
    """Least squares on what was known at each month, by plain recomputation at two of them."""
    path = stats.oos_r2(both["relative"], both["gap"], 12, 240).path
    later = both["relative"].rolling(12).sum().shift(-12)
    for month in (path.index[0], path.index[-1]):
        known = pd.DataFrame({"gap": both["gap"], "later": later})[: month - 12].dropna()
        line = np.polyfit(known["gap"], known["later"], 1)
        assert path["forecast"][month] == pytest.approx(np.polyval(line, both["gap"][month]))
    errors = path["actual"] - path["forecast"]
    low, high = expected["expected"] + np.percentile(errors, [2.5, 97.5])
    assert (expected["low"], expected["high"]) == pytest.approx((low, high))
    assert expected["low"] < expected["ci_low"]  # an outcome is less certain than its mean
    assert expected["ci_high"] < expected["high"]


def test_ends_are_drawn_from_errors_that_were_over():
    errors = np.random.default_rng(2).normal(size=400) * np.linspace(1, 4, 400)
    inside = []
    for at in range(120 + 12 - 1, 400):
        known = errors[: at - 12 + 1]  # the forecast made twelve months ago is the last one over
        inside.append(np.percentile(known, 2.5) <= errors[at] <= np.percentile(known, 97.5))
    assert share_inside(errors, 12) == pytest.approx(100 * np.mean(inside))
    assert share_inside(errors, 12) < 90  # ends of calm years are too narrow for wild ones
    assert np.isnan(share_inside(errors[: 120 + 12 - 1], 12))
    late = np.concatenate([errors, [50.0]])  # one wild error at the end moves no earlier ends
    assert share_inside(late, 12) == pytest.approx(100 * np.mean([*inside, False]))


def test_the_share_explained_out_of_sample_is_told_in_percent_and_kept_as_a_share(both, expected):
    ahead = stats.oos_r2(both["relative"], both["gap"], 12, 240)
    assert expected["oos_r2"] == pytest.approx(100 * ahead.r2)
    assert in_evidence(expected)["oos_r2"] == pytest.approx(ahead.r2)
    assert expected["n_effective"] == pytest.approx(expected["n"] / 12)


def test_an_error_at_an_end_is_inside():
    assert share_inside(np.zeros(200), 12) == 100
