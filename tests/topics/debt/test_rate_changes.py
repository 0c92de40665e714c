"""The rate changes a bill meets, against published averages and plain counting."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from as_it_was import assert_as_it_was
from helpers import data
from helpers.errors import NotKnown
from helpers.topics.debt.inputs import DebtInputs
from helpers.topics.debt.rate_changes import average_rates, coupon_resets, measure_easing
from helpers.topics.debt.rate_response import bill_rate_change

MARCH = dt.date(2025, 3, 31)


def monthly(values, first):
    return pd.Series(values, index=pd.period_range(first, periods=len(values), freq="M"))


# --- the policy rate ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("year", "average"), [(2023, 5.02), (2024, 5.14)])
def test_published_averages_of_the_funds_rate(info, year, average):
    funds = info.load("fed_funds")
    assert average_rates(funds, year)[1] == pytest.approx(average, abs=0.005)
    assert average_rates(funds, year + 1)[0] == pytest.approx(average, abs=0.005)


def test_this_year_holds_the_last_month_known(info):
    funds = info.load("fed_funds")
    # average of 2025, and January 2026, held
    assert average_rates(funds, 2026) == pytest.approx((4.21, 3.64), abs=0.005)
    assert average_rates(funds, 2026, lag_months=12) == pytest.approx((5.14, 4.21), abs=0.005)


def test_a_lag_moves_both_years_back_month_by_month():
    funds = monthly(np.arange(36.0), "2023-01")
    assert average_rates(funds, 2025) == (17.5, 29.5)  # months 12 to 23 and 24 to 35
    assert average_rates(funds, 2025, lag_months=3) == (14.5, 26.5)


def test_a_month_without_a_figure_is_held_at_the_last_one_known():
    funds = monthly([2.0] * 12 + [1.0, np.nan], "2024-01")
    assert average_rates(funds, 2025) == (2.0, 1.0)


# --- the easing -----------------------------------------------------------------------------------------


def decisions(*rows):
    return pd.DataFrame(rows, columns=["announced", "change_bp", "upper", "lower"]).assign(
        announced=lambda table: pd.to_datetime(table["announced"])
    )


HIKE, CUT = ("2023-07-26", 25, 5.5, 5.25), ("2024-09-18", -50, 5.0, 4.75)


def test_an_easing_counts_from_the_day_the_first_cut_was_announced():
    funds = monthly([5.33] * 12 + [4.33], "2024-01")
    easing = measure_easing(decisions(HIKE, CUT), funds, MARCH, cut_bp=175.0)
    assert easing.cut == 1.75
    assert easing.began == pd.Timestamp("2024-09-18")
    assert easing.years == pytest.approx(194 / 365.25)  # 18 September to 31 March
    assert easing.average_rates == pytest.approx((5.33, 4.33))
    assert easing.growth_cut == pytest.approx(1.0)


def test_without_a_cut_there_was_no_effect_to_measure():
    funds = monthly([5.33] * 12, "2024-01")
    with pytest.raises(NotKnown, match=r"No cut had been announced by 2024-06-30"):
        measure_easing(decisions(HIKE), funds, dt.date(2024, 6, 30), cut_bp=175.0)


# --- the coupon -----------------------------------------------------------------------------------------


def test_a_maturing_bond_was_issued_in_one_of_five_years_four_to_eight_years_ago():
    rising = monthly(np.arange(120.0), "2016-02")  # a point a month
    # twelve months that ended 48 months ago lie 53.5 months back on average, and so on
    assert coupon_resets(rising) == pytest.approx([12 * back + 5.5 for back in (4, 5, 6, 7, 8)])


def test_each_vintage_is_the_average_of_its_own_twelve_months(info):
    yields = DebtInputs(info).five_year_yield
    last, resets = yields.index[-1], coupon_resets(yields)
    for reset, back in zip(resets, range(4, 9), strict=True):
        year = yields[last - 12 * back - 11 : last - 12 * back]
        assert len(year) == 12
        assert reset == pytest.approx(yields.iloc[-1] - year.mean())


# --- signals as they were -------------------------------------------------------------------------------


def test_what_is_read_of_a_past_month_today_was_read_in_that_month():
    assert_as_it_was(lambda info: bill_rate_change(info.load("tbill_3m")), "1990-01-01")
    assert_as_it_was(lambda info: DebtInputs(info).five_year_yield, "1990-01-01", dates=8)


def test_a_later_month_moves_no_coupon_reset_of_an_earlier_one(info):
    yields = DebtInputs(info).five_year_yield
    then = DebtInputs(data.Information("2024-01-31")).five_year_yield
    assert coupon_resets(yields[: then.index[-1]]) == coupon_resets(then)
