"""Ranges of the inputs: what was published, what filings imply, and what a reader gives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data
from helpers.errors import NotKnown, ParameterError
from helpers.topics.common.ranges import Range
from helpers.topics.debt.input_ranges import (
    UNITS,
    cash_loading,
    coupon_reset,
    given_range,
    implied_pass_through,
    large_cap_ranges,
    maturities,
    published_range,
    small_cap_ranges,
)
from helpers.topics.debt.inputs import DebtInputs

ASSUMED = {"hedge_share": Range(0, 10, 30, ""), "tax": Range(0, 21, 25, "")}
HIKES = pd.Series(
    {
        "rank": "1001-3000",
        "gross_debt_loading": 0.48,
        "cash_loading": -0.3,
        "cash_se": 0.1,
        "median_cash_to_debt": 0.2,
    }
)
CUTS = pd.Series({"median": 0.21})


@pytest.fixture(scope="module")
def inputs(info):
    return DebtInputs(info)


def ends(one):
    return one.low, one.mid, one.high


# --- one input ------------------------------------------------------------------------------------------


def test_three_quarters_due_within_five_years_are_fifteen_percent_a_year():
    found = maturities(due_small=75.0, due_large=50.0)
    assert ends(found) == (10.0, 12.5, 15.0)  # S&P 500, their mean, Russell 2000
    assert "five years" in found.origin


def test_pass_through_is_the_loading_over_the_unhedged_floating_share():
    found = implied_pass_through(HIKES, CUTS, floating_share=80.0, hedge_share=25.0)
    # unhedged 60 percent; hikes 0.48; cuts 0.21 net, with 0.3 times 0.2 of interest lost on cash added back
    assert ends(found) == pytest.approx((45.0, 62.5, 80.0))


def test_no_more_than_all_of_a_rate_change_passes_through():
    found = implied_pass_through(HIKES, CUTS, floating_share=40.0, hedge_share=0.0)
    assert ends(found) == pytest.approx((67.5, 83.75, 100.0))
    everything = implied_pass_through(HIKES, CUTS, floating_share=20.0, hedge_share=0.0)
    assert ends(everything) == (100.0, 100.0, 100.0)


@pytest.mark.parametrize(("share", "hedge"), [(0.0, 0.0), (40.0, 100.0)])
def test_where_nothing_floats_unhedged_all_of_a_change_passes_through(share, hedge):
    found = implied_pass_through(HIKES, CUTS, floating_share=share, hedge_share=hedge)
    assert ends(found) == (100.0, 100.0, 100.0)


@given(st.floats(1.0, 100.0), st.floats(0.0, 90.0))
def test_implied_pass_through_gives_back_the_loading_it_came_from(share, hedge):
    found = implied_pass_through(HIKES, CUTS, floating_share=share, hedge_share=hedge)
    loading = share / 100.0 * (1.0 - hedge / 100.0) * found.high / 100.0
    assert loading == pytest.approx(0.48) or (found.high == 100.0 and loading < 0.48)


def test_interest_on_cash_follows_within_two_standard_errors_and_never_backwards():
    assert ends(cash_loading(HIKES)) == pytest.approx((30.0 - 19.6, 30.0, 30.0 + 19.6))
    unsure = cash_loading(HIKES.replace(0.1, 0.2))
    assert ends(unsure) == pytest.approx((0.0, 30.0, 30.0 + 39.2))
    assert "1001-3000" in unsure.origin


def test_the_coupon_reset_spans_the_vintages_with_their_mean():
    months = pd.period_range("2015-01", periods=120, freq="M")
    steps = pd.Series(np.arange(120.0) ** 2 / 1000.0, index=months)  # synthetic, convex
    resets = [
        steps.iloc[-1] - steps.iloc[119 - 12 * back - 11 : 120 - 12 * back].mean()
        for back in (4, 5, 6, 7, 8)
    ]
    found = coupon_reset(steps)
    assert ends(found) == pytest.approx((resets[0], np.mean(resets), resets[-1]))
    assert "2024-12" in found.origin


def test_what_matures_now_was_cheaper_when_it_was_issued(info, inputs):
    now = (info.load("treasury_2y").iloc[-1] + info.load("treasury_10y").iloc[-1]) / 2
    assert inputs.five_year_yield.iloc[-1] == now == pytest.approx(3.875)
    reset = coupon_reset(inputs.five_year_yield)
    assert reset.low > 0
    assert coupon_reset(inputs.five_year_yield[:"2021-12"]).high < reset.high


def test_a_published_range_names_each_publisher_once(inputs):
    found = published_range(inputs.floating_small)
    assert ends(found) == (30.0, 33.0, 51.0)
    assert found.origin.startswith("published: ")
    assert found.origin.count("Apollo") == 1


# --- all of them ----------------------------------------------------------------------------------------


def test_small_cap_ranges_are_those_known_at_the_date(inputs):
    found = small_cap_ranges(inputs, ASSUMED)
    assert list(found) == list(UNITS)
    assert ends(found["floating_share"]) == (30.0, 33.0, 51.0)
    # 0.473 in hikes and 0.21 + 0.286 x 0.192 in cuts, over 33 percent of which a tenth is hedged
    assert found["pass_through"].low == pytest.approx(100 * (0.21 + 0.286 * 0.192) / (0.33 * 0.9))
    assert found["pass_through"].high == 100.0  # 0.473 would be 159 percent of it
    assert (
        "the hikes moved 159 percent of it, of which all is counted" in found["pass_through"].origin
    )
    assert ends(found["maturity_share"]) == (10.0, 12.5, 15.0)
    assert found["cash_loading"].mid == pytest.approx(28.6)
    assert ends(found["effective_rate"]) == (6.0, 7.0, 7.1)
    assert found["hedge_share"] is ASSUMED["hedge_share"]
    assert found["tax"] is ASSUMED["tax"]


def test_large_caps_have_their_own_debt_and_the_assumptions_of_small_caps(inputs):
    small = small_cap_ranges(inputs, ASSUMED)
    found = large_cap_ranges(inputs, small, None)
    assert ends(found["floating_share"]) == (6.0, 8.0, 25.0)
    assert ends(found["maturity_share"]) == (10.0, 10.0, 10.0)
    assert found["cash_loading"].mid == pytest.approx(28.2)
    assert ends(found["effective_rate"]) == (3.5, 3.5, 3.5)
    shared = ("pass_through", "hedge_share", "coupon_reset", "tax")
    assert all(found[name] is small[name] for name in shared)


def test_what_the_reader_gives_takes_the_place_of_what_was_published(inputs):
    given = {name: Range(1, 2, 3, "given") for name in UNITS if name not in ASSUMED}
    del given["cash_loading"], given["effective_rate"]  # no parameter asks for them
    found = small_cap_ranges(inputs, given | ASSUMED)
    assert all(found[name] is one for name, one in given.items())
    share = Range(4, 5, 6, "given")
    assert large_cap_ranges(inputs, found, share)["floating_share"] is share


def test_pass_through_follows_the_share_that_is_given(inputs):
    share = {"floating_share": Range(60, 60, 60, "given")}
    found = small_cap_ranges(inputs, ASSUMED | share)
    assert found["pass_through"].high == pytest.approx(100 * 0.473 / (0.6 * 0.9))


def test_given_shares_need_no_publication():
    early = DebtInputs(data.Information("2023-06-01"))  # before the first page that states a share
    shares = {"floating_share": Range(30, 40, 50, "given")}
    with pytest.raises(NotKnown, match="passthrough_gross_vs_cash"):
        small_cap_ranges(early, ASSUMED | shares)


# --- what a reader types --------------------------------------------------------------------------------


def test_an_empty_range_asks_for_what_was_known():
    assert given_range("floating_share", []) is None
    assert given_range("coupon_reset", ()) is None


def test_three_values_are_a_range_of_the_readers():
    assert given_range("coupon_reset", [0.5, 1.0, 2.0]) == Range(0.5, 1, 2, "given by the reader")
    assert given_range("tax", [0.0, 21.0, 25.0]).origin.startswith("assumption")


@pytest.mark.parametrize(("name", "values"), [("tax", ()), ("coupon_reset", [1.0, 2.0])])
def test_anything_but_three_values_is_refused_by_name(name, values):
    with pytest.raises(ParameterError, match=f"{name}: give low, mid and high, not {len(values)}"):
        given_range(name, values)
