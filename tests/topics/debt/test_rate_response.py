"""The market's answer to falling rates: arithmetic, placebo, and its size when there is nothing to find."""

import numpy as np
import pytest

from helpers import data
from helpers.topics.debt.rate_response import (
    PAIRS,
    bill_rate_change,
    placebo_slopes,
    relative_return,
    table_response,
)


@pytest.fixture(scope="module")
def info():
    return data.Information("2026-02-16")


def test_relative_return_is_in_logs(info):
    month = "2020-03"
    small, large = info.load("lo30")[month], info.load("hi30")[month]
    expected = 100 * np.log((1 + small / 100) / (1 + large / 100))
    assert relative_return(info, "lo30", "hi30")[month] == pytest.approx(expected)


def test_bill_rate_change_spans_twelve_months(info):
    bills = info.load("tbill_3m")
    assert bill_rate_change(info)["2025-12"] == pytest.approx(bills["2025-12"] - bills["2024-12"])


def test_slopes_of_all_shifts_equal_a_plain_loop():
    rng = np.random.default_rng(3)
    returns, predictor = rng.normal(size=60), rng.normal(size=60).cumsum()
    y, x = returns[1:], predictor[:-1]
    loop = [np.polyfit(np.roll(x, shift), y, 1)[0] for shift in (0, *range(5, 59 - 5 + 1))]
    assert placebo_slopes(returns, predictor, min_shift=5) == pytest.approx(loop)


def test_placebo_holds_its_size_on_synthetic_noise():
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(200):
        predictor = rng.normal(size=400).cumsum()
        slopes = placebo_slopes(rng.normal(size=400), predictor - np.roll(predictor, 12))
        hits += np.mean(np.abs(slopes) >= abs(slopes[0])) <= 0.10
    assert 8 <= hits <= 34  # 10 % of 200, three standard errors either way


def test_small_caps_did_better_after_falling_rates(info):
    table = table_response(info)
    assert len(table) == len(PAIRS)
    assert (table["slope, next year"] < 0).all()  # a finding for the article, reported as it is
    assert (table[["first half", "second half"]] < 0).all(axis=None)
    assert (table["low"] < table["slope, next year"]).all() and (
        table["slope, next year"] < table["high"]
    ).all()
    assert (table["smallest detectable"] > 0).all()
