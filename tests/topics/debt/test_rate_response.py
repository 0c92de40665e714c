"""The market's answer to falling rates: arithmetic, placebo, and its size when there is nothing to find."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers import stats
from helpers.topics.debt.rate_response import (
    LABELS,
    bill_rate_change,
    estimate_response,
    placebo_slopes,
    table_response,
)


@pytest.fixture(scope="module")
def synthetic():
    """Returns that answer last year's change of a bill rate with a slope of minus a half, and that change."""
    rng = np.random.default_rng(7)
    months = pd.period_range("1950-01", periods=600, freq="M")
    bills = pd.Series(rng.normal(size=600).cumsum() / 5, index=months)
    change = bill_rate_change(bills)
    relative = -0.5 * change.shift(1) + pd.Series(rng.normal(size=600), index=months)
    return relative.dropna()[:-24], change


@pytest.fixture(scope="module")
def response(synthetic):
    return estimate_response(*synthetic)


def test_bill_rate_change_spans_twelve_months(info):
    bills = info.load("tbill_3m")
    change = bill_rate_change(bills)
    assert change["2025-12"] == pytest.approx(bills["2025-12"] - bills["2024-12"])
    assert len(change) == len(bills.dropna()) - 12


# --- placebo --------------------------------------------------------------------------------------------


def test_slopes_of_all_shifts_equal_a_plain_loop():
    rng = np.random.default_rng(3)
    returns, predictor = rng.normal(size=60), rng.normal(size=60).cumsum()
    y, x = returns[1:], predictor[:-1]
    loop = [np.polyfit(np.roll(x, shift), y, 1)[0] for shift in (0, *range(5, 59 - 5 + 1))]
    assert placebo_slopes(returns, predictor, min_shift=5) == pytest.approx(loop)


def test_shifts_by_less_than_a_year_are_left_out():
    rng = np.random.default_rng(4)
    slopes = placebo_slopes(rng.normal(size=101), rng.normal(size=101))
    assert len(slopes) == 1 + (100 - 12) - 12 + 1  # the true one, and shifts by 12 to 88 of 100


def test_placebo_holds_its_size_on_synthetic_noise():
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(200):
        predictor = rng.normal(size=400).cumsum()
        slopes = placebo_slopes(rng.normal(size=400), predictor - np.roll(predictor, 12))
        hits += np.mean(np.abs(slopes) >= abs(slopes[0])) <= 0.10
    assert 8 <= hits <= 34  # 10 % of 200, three standard errors either way


# --- the response ---------------------------------------------------------------------------------------


def by_hand(relative, change):
    """Next year's return on the change, by statsmodels."""
    data = pd.DataFrame({"y": relative, "x": change}).dropna()
    data["y"] = data["y"].rolling(12).sum().shift(-12)
    data = data.dropna()
    return sm.OLS(data["y"], sm.add_constant(data["x"])).fit().params["x"]


def test_the_slope_is_that_of_a_plain_regression_of_the_next_year(synthetic, response):
    relative, change = synthetic
    assert response["slope, next year"] == pytest.approx(by_hand(relative, change))
    months = relative.index.intersection(change.index)
    assert (
        response["months"] == len(months) == 563
    )  # of 600, a year to look back, one more, and two years cut off
    middle = len(months) // 2
    halves = (months[:middle], months[middle:])
    slopes = [by_hand(relative[half], change[half]) for half in halves]
    assert [response["first half"], response["second half"]] == pytest.approx(slopes)


def test_inference_is_that_of_the_estimators_named(synthetic, response):
    relative, change = synthetic
    change = change[relative.index]
    year = stats.hodrick_1b(relative, change, 12)
    assert (response["low"], response["high"]) == (year.ci_low, year.ci_high)
    assert response["Hodrick p"] == year.p
    assert response["IVX p"] == stats.ivx(relative, change).p_each.iloc[0]
    assert response["smallest detectable"] == stats.minimum_detectable_effect(year.se)
    ahead = stats.oos_r2(relative, change, horizon=1, min_history=240)
    assert response["out-of-sample R2"] == pytest.approx(100 * ahead.r2)


def test_an_answer_that_is_there_is_found(response):
    assert response["Hodrick p"] < 0.01
    assert response["IVX p"] < 0.01
    assert response["placebo p"] == pytest.approx(
        1 / 540
    )  # no shift by a year or more has as steep a slope
    assert response["out-of-sample R2"] > 0


def test_the_placebo_counts_slopes_as_steep_either_way(synthetic):
    relative, change = synthetic
    turned = estimate_response(-relative, change)
    assert turned["placebo p"] == pytest.approx(1 / 540)
    noise = pd.Series(np.random.default_rng(1).normal(size=len(relative)), index=relative.index)
    slopes = placebo_slopes(noise, change[relative.index])
    share = (np.abs(slopes[1:]) >= abs(slopes[0])).sum() + 1  # the true dates count with the others
    found = estimate_response(noise, change)["placebo p"]
    assert found == pytest.approx(share / len(slopes))
    assert found > 0.05


def test_a_row_for_each_pair_listed_beforehand(synthetic):
    relative, _ = synthetic
    bills = pd.Series(np.random.default_rng(2).normal(size=700).cumsum(), name="bills")
    bills.index = pd.period_range("1945-01", periods=700, freq="M")
    pairs = {pair: relative * scale for scale, pair in enumerate(LABELS, start=1)}
    table = table_response(pairs, bills)
    assert list(table.index) == list(LABELS.values())
    assert table.index.name == "pair"
    slopes = table["slope, next year"]
    assert (slopes / slopes.iloc[0]).tolist() == pytest.approx([1, 2, 3])
    assert slopes.iloc[0] == pytest.approx(by_hand(relative, bills.diff(12)))


def test_small_caps_did_better_after_falling_rates(found):
    table = found.response
    assert len(table) == len(LABELS)
    assert (table["slope, next year"] < 0).all()  # a finding for the article, reported as it is
    assert (table[["first half", "second half"]] < 0).all(axis=None)
    assert (table["low"] < table["slope, next year"]).all()
    assert (table["slope, next year"] < table["high"]).all()
    assert (table["smallest detectable"] > 0).all()


def test_the_first_pair_from_the_series_alone(found, info):
    small, large = (np.log1p(info.load(name) / 100) for name in ("lo30", "hi30"))
    slope = by_hand(100 * (small - large), info.load("tbill_3m").diff(12))
    assert found.response["slope, next year"].iloc[0] == pytest.approx(slope)
