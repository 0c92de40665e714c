"""The accounting of an interest bill: what must hold for any firm and any cut."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.topics.debt.balance_sheets import DebtAndCash
from helpers.topics.debt.interest_bill import (
    bill_effect,
    break_even_years,
    floating_saving,
    refinancing_drag,
    tax_on_saving,
)

percent = st.floats(0.0, 100.0)
points = st.floats(-10.0, 10.0)
amount = st.floats(0.0, 1e4)
years = st.floats(0.0, 12.0)
inputs = st.fixed_dictionaries(
    {
        "floating_share": percent,
        "pass_through": percent,
        "hedge_share": percent,
        "maturity_share": percent,
        "coupon_reset": points,
        "cash_loading": percent,
    }
)
sheets = st.builds(DebtAndCash, group=st.just("any"), debt=amount, cash=amount)


FIRM = DebtAndCash(group="two hundred of debt, fifty of cash", debt=200.0, cash=50.0)
TERMS = {
    "floating_share": 40.0,
    "pass_through": 75.0,
    "hedge_share": 10.0,
    "maturity_share": 20.0,
    "coupon_reset": 2.0,
    "cash_loading": 30.0,
}


def parts(effect):
    return np.array(
        [effect.floating_saving, effect.refinancing_drag, effect.lost_cash_income, effect.net]
    )


def test_the_effect_of_a_cut_worked_out_on_paper():
    # a cut of two points after a year and a half
    effect = bill_effect(FIRM, 2.0, 1.5, **TERMS)
    assert effect.floating_saving == pytest.approx(200 * 0.40 * 0.90 * 0.75 * 0.02)  # 1.08
    assert effect.refinancing_drag == pytest.approx(200 * 0.60 * 0.20 * 1.5 * 0.02)  # 0.72
    assert effect.lost_cash_income == pytest.approx(50 * 0.30 * 0.02)  # 0.30
    assert effect.bill_fall == pytest.approx(0.36)  # saved, less what refinancing costs
    assert effect.net == pytest.approx(0.06)  # less what cash no longer earns


def test_dearer_coupons_raise_the_bill_and_cheaper_ones_lower_it():
    dearer, cheaper = (
        bill_effect(FIRM, 0.0, 1.0, **TERMS | {"coupon_reset": reset}).bill_fall
        for reset in (2.0, -2.0)
    )
    assert dearer == pytest.approx(-0.48)
    assert cheaper == pytest.approx(0.48)


def test_a_cut_takes_income_from_cash_and_a_rise_adds_to_it():
    unlevered = DebtAndCash(group="cash alone", debt=0.0, cash=50.0)
    assert bill_effect(unlevered, 2.0, 1.5, **TERMS).net == pytest.approx(-0.30)
    assert bill_effect(unlevered, -2.0, 1.5, **TERMS).net == pytest.approx(0.30)


def test_after_every_bond_matured_no_more_is_refinanced():
    terms = {name: TERMS[name] for name in ("floating_share", "maturity_share", "coupon_reset")}
    drags = [refinancing_drag(200.0, years, **terms) for years in (4.0, 5.0, 6.0)]
    assert drags == pytest.approx([1.92, 2.40, 2.40])  # 60 percent of 200 at two points more


@pytest.mark.parametrize(
    ("interest", "income", "tax"),
    [
        (10.0, 100.0, 0.42),  # limit 30: all of the saving was deducted
        (10.0, 30.0, 0.21),  # limit 9: one of the two saved was
        (10.0, 20.0, 0.0),  # limit 6: none was
        (10.0, -20.0, 0.0),  # no income, nothing to deduct from
        (2.0, -20.0, 0.0),  # however little was paid
    ],
)
def test_only_deducted_interest_is_taxed_when_it_is_saved(interest, income, tax):
    due = tax_on_saving(2.0, interest=interest, adjusted_income=income, tax=21.0)
    assert due == pytest.approx(tax)


@given(sheets, inputs, years)
def test_no_cut_and_no_refinancing_change_nothing(sheet, inputs, years):
    effect = bill_effect(sheet, 0.0, years, **inputs | {"coupon_reset": 0.0})
    assert parts(effect) == pytest.approx(0.0)


@given(sheets, inputs, points, st.floats(-3.0, 3.0))
def test_saving_is_linear_in_the_cut(sheet, inputs, cut, factor):
    one, many = (bill_effect(sheet, c, 0.0, **inputs) for c in (cut, factor * cut))
    assert many.net == pytest.approx(factor * one.net, rel=1e-9, abs=1e-9)


@given(sheets, inputs, points, years, st.floats(0.01, 100.0))
def test_scale_of_the_firm_drops_out(sheet, inputs, cut, years, factor):
    larger = DebtAndCash(group="larger", debt=factor * sheet.debt, cash=factor * sheet.cash)
    one, many = (bill_effect(s, cut, years, **inputs) for s in (sheet, larger))
    assert parts(many) == pytest.approx(factor * parts(one), rel=1e-9, abs=1e-9)


@given(amount, points, percent, percent)
def test_swapped_debt_saves_nothing(debt, cut, floating_share, pass_through):
    saving = floating_saving(
        debt, cut, floating_share=floating_share, pass_through=pass_through, hedge_share=100.0
    )
    assert saving == 0.0


@given(amount, points, percent, percent, percent)
def test_saving_never_exceeds_the_cut_on_all_debt(
    debt, cut, floating_share, pass_through, hedge_share
):
    saving = floating_saving(
        debt, cut, floating_share=floating_share, pass_through=pass_through, hedge_share=hedge_share
    )
    assert abs(saving) <= abs(debt * cut / 100.0) + 1e-9


@given(amount, years, percent, percent, points)
def test_refinancing_costs_exactly_where_the_coupon_rises(
    debt, years, floating_share, maturity_share, reset
):
    terms = {"floating_share": floating_share, "maturity_share": maturity_share}
    drag = refinancing_drag(debt, years, coupon_reset=reset, **terms)
    assert np.sign(drag) in (0.0, np.sign(reset))
    assert (
        abs(drag) <= debt * (100.0 - floating_share) / 100.0 * abs(reset) / 100.0 + 1e-9
    )  # each bond once
    assert refinancing_drag(debt, years, coupon_reset=-reset, **terms) == pytest.approx(-drag)


@given(st.floats(0.1, 5.0), inputs)
def test_at_break_even_the_drag_has_eaten_the_saving(cut, inputs):
    terms = {name: value for name, value in inputs.items() if name != "cash_loading"}
    when = float(break_even_years(cut, **terms))
    assume(np.isfinite(when) and when * terms["maturity_share"] < 100.0)
    sheet = DebtAndCash(group="any", debt=1.0, cash=0.0)
    assert bill_effect(sheet, cut, when, **inputs).bill_fall == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("floating_share", "about"), [(47.0, 4.1), (28.0, 1.8)])
def test_break_even_of_the_example_in_the_method_note(floating_share, about):
    # maturities of 15 % a year, coupon reset of 2.5 points, 175 basis points: about four and under two years
    when = break_even_years(
        1.75,
        floating_share=floating_share,
        pass_through=100.0,
        hedge_share=0.0,
        maturity_share=15.0,
        coupon_reset=2.5,
    )
    assert when == pytest.approx(about, abs=0.05)


def test_break_even_never_comes_where_refinancing_is_free():
    terms = {
        "floating_share": 40.0,
        "pass_through": 100.0,
        "hedge_share": 0.0,
        "maturity_share": 15.0,
    }
    assert np.isinf(break_even_years(1.75, coupon_reset=-1.0, **terms))
    assert np.isinf(break_even_years(1.75, coupon_reset=0.0, **terms))
    assert np.isinf(break_even_years(1.75, coupon_reset=1e-310, **terms))  # as good as free


@given(st.floats(0.0, 50.0), st.floats(0.0, 100.0), st.floats(-50.0, 500.0), st.floats(0.0, 50.0))
def test_tax_lies_between_nothing_and_the_full_rate(saving, interest, income, tax):
    assume(saving <= interest)
    due = tax_on_saving(saving, interest=interest, adjusted_income=income, tax=tax)
    assert -1e-9 <= due <= saving * tax / 100.0 + 1e-9


@given(st.floats(0.0, 10.0), st.floats(20.0, 100.0), st.floats(0.0, 30.0))
def test_interest_above_the_limit_saves_free_of_tax(saving, interest, income):
    # 30 % of income is at most 9 while interest stays at 10 or more: every dollar saved was disallowed
    assert tax_on_saving(
        saving, interest=interest, adjusted_income=income, tax=21.0
    ) == pytest.approx(0.0)


@given(inputs, points, years)
def test_arrays_give_what_single_values_give(inputs, cut, years):
    sheet = DebtAndCash(group="any", debt=812.0, cash=187.0)
    stacked = {name: np.array([value, value]) for name, value in inputs.items()}
    effect = bill_effect(sheet, cut, years, **stacked)
    assert parts(effect)[:, 1] == pytest.approx(parts(bill_effect(sheet, cut, years, **inputs)))


def test_what_is_never_saved_is_gone_at_once():
    terms = {name: value for name, value in TERMS.items() if name != "cash_loading"}
    assert break_even_years(0.0, **terms) == 0.0
    assert break_even_years(-1.0, **terms) == 0.0  # a rise: nothing to eat
