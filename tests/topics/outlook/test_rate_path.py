"""The interest bill along a path of the policy rate: linear, additive, and the identity of notebook 01 at its end."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.topics.debt.balance_sheets import DebtAndCash
from helpers.topics.debt.interest_bill import bill_effect
from helpers.topics.outlook.rate_path import (
    POINTS,
    QUARTERS,
    bill_by_quarter,
    changes_by_quarter,
    quarters_ahead,
)

percent = st.floats(0, 100)
PATH = st.lists(st.floats(-6, 6), min_size=8, max_size=8).map(np.array)
INPUTS = st.fixed_dictionaries(
    {
        "floating_share": percent,
        "pass_through": percent,
        "hedge_share": percent,
        "maturity_share": st.floats(0, 40),
        "cash_loading": percent,
        "new_coupons": percent,
    }
)
SHEET = DebtAndCash(group="synthetic", debt=400.0, cash=100.0)
PARTS = ("floating_saving", "refinancing_drag", "lost_cash_income")
AHEAD = quarters_ahead(pd.Period("2026-02", "M"))
CASE = {
    "floating_share": 40.0, "pass_through": 90.0, "hedge_share": 10.0, "maturity_share": 12.0,
    "cash_loading": 30.0, "new_coupons": 50.0,
}  # fmt: skip


def net(change, inputs, sheet=SHEET, lag=1):
    return bill_by_quarter(sheet, change, inputs, lag).net


@given(PATH, PATH, st.floats(-3, 3), INPUTS, st.sampled_from([0, 1]))
@settings(max_examples=40, deadline=None)
def test_the_bill_is_linear_in_the_path_with_lags_and_without(one, other, times, inputs, lag):
    together = net(one + times * other, inputs, lag=lag)
    apart = net(one, inputs, lag=lag) + times * net(other, inputs, lag=lag)
    assert together == pytest.approx(apart, abs=1e-9)


@given(PATH, st.floats(0, 1), INPUTS, INPUTS)
@settings(max_examples=40, deadline=None)
def test_the_bill_of_two_classes_of_debt_is_the_sum_of_theirs(change, part, first, second):
    """Split debt as one class floats and the other does not: the whole has the mean share and the pooled rest."""
    common = second | {"maturity_share": first["maturity_share"], "cash_loading": 0.0}
    share = first["floating_share"]
    classes = ((part * share / 100, 100.0), (1 - part * share / 100, 0.0))
    apart = sum(
        net(
            change,
            common | {"floating_share": floats},
            DebtAndCash(group="class", debt=SHEET.debt * weight, cash=0.0),
        )
        for weight, floats in classes
    )
    whole = DebtAndCash(group="whole", debt=SHEET.debt, cash=0.0)
    mixed = net(change, common | {"floating_share": part * share}, whole)
    assert apart == pytest.approx(mixed, abs=1e-9)


@given(st.floats(-6, 6), INPUTS, st.integers(1, 3))
@settings(max_examples=40, deadline=None)
def test_a_step_without_lag_gives_the_identity_of_notebook_01(cut, inputs, years):
    """After n years of a cut at once, the bill is that of `bill_effect` with coupons that fell by their part of it."""
    path = np.full(QUARTERS * years, -cut)
    ours = bill_by_quarter(SHEET, path, inputs, lag=0)
    terms = {name: one for name, one in inputs.items() if name != "new_coupons"}
    reset = -cut * inputs["new_coupons"] / 100
    theirs = bill_effect(SHEET, cut, years, coupon_reset=reset, **terms)
    for part in PARTS:
        last = getattr(ours, part)[..., -1]
        assert last == pytest.approx(float(getattr(theirs, part)), abs=1e-9), part


def test_floating_debt_and_cash_follow_a_quarter_later_and_coupons_at_once():
    path = np.array([1.0, 1.0, 0.0, 0.0])
    found = bill_by_quarter(SHEET, path, CASE)
    saving = 400 * 0.4 * 0.9 * 0.9 * 0.01
    assert found.floating_saving == pytest.approx(-saving * np.array([0, 1, 1, 0]))
    assert found.lost_cash_income == pytest.approx(-100 * 0.3 * 0.01 * np.array([0, 1, 1, 0]))
    a_quarter = 400 * 0.6 * 0.12 / 4 * 0.5 * 0.01
    assert found.refinancing_drag == pytest.approx(a_quarter * np.array([1, 2, 2, 2]))


def test_never_more_than_all_fixed_debt_is_replaced():
    path = np.full(24, 1.0)
    found = bill_by_quarter(SHEET, path, CASE | {"maturity_share": 40.0, "new_coupons": 100.0})
    assert found.refinancing_drag[-1] == pytest.approx(400 * 0.6 * 0.01)


def test_draws_of_inputs_give_a_row_each():
    shares = np.array([0.0, 40.0, 100.0])
    rows = net(np.full(8, 1.0), CASE | {"floating_share": shares})
    assert rows.shape == (3, 8)
    assert rows[1] == pytest.approx(net(np.full(8, 1.0), CASE))


def test_a_path_passes_its_points_on_straight_lines():
    change = pd.Series(changes_by_quarter([50, 100, 0, -100], AHEAD), AHEAD)
    assert change[POINTS].tolist() == [0.5, 1.0, 0.0, -1.0]
    assert change["2026Q1"] == 0.25
    assert change["2027Q3"] == -0.5


def test_points_that_have_passed_are_left_out():
    late = quarters_ahead(pd.Period("2026-10", "M"))
    assert changes_by_quarter([500, 100, 100, 100], late)[0] == 1.0


@pytest.mark.parametrize(
    ("last", "first"), [("2026-02", "2026Q1"), ("2026-03", "2026Q2"), ("2025-12", "2026Q1")]
)
def test_a_quarter_is_ahead_until_its_last_month_is_known(last, first):
    assert str(quarters_ahead(pd.Period(last, "M"))[0]) == first
