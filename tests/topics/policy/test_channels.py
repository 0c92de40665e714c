"""What a tax change brings a group: bounds, identities, and who is not reached."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range
from helpers.topics.debt.balance_sheets import BalanceSheet
from helpers.topics.debt.interest_bill import tax_on_saving
from helpers.topics.policy.channels import (
    CASH,
    CHANNELS,
    DECADE,
    DEDUCTION,
    EQUIPMENT,
    INCOME,
    LIMIT,
    Company,
    Economy,
    deduction_value,
    draw_reach,
    limit_range,
    limit_relief,
    write_off_range,
)

AMOUNTS = st.floats(0.1, 1e4)
ECONOMY = Economy(
    costs=dict.fromkeys(CHANNELS, 100.0), interest=600.0, profits=3000.0, debt=14000.0
)


def company(income=50.0, ebit=75.0, ebitda=150.0):
    """A synthetic group."""
    return Company(
        everyone=BalanceSheet(group="all", debt=800.0, cash=200.0, net_income=-20.0, firms=800),
        profitable=BalanceSheet(
            group="profitable", debt=400.0, cash=100.0, net_income=income, firms=450
        ),
        interest=42.0,
        ebit=ebit,
        ebitda=ebitda,
        rate=Range(6.0, 7.0, 7.1, "synthetic"),
    )


def reach(one, **given_):
    choices = {"broker": 4.7, "booked": Range(0.0, 50.0, 100.0, "synthetic"), "draws": 256}
    rng = np.random.default_rng(1)
    return draw_reach(one, ECONOMY, 0.0, rng=rng, **(choices | given_))


@given(AMOUNTS, AMOUNTS, st.floats(0, 1e4))
def test_a_higher_limit_never_costs_and_never_saves_more_than_the_tax_on_all_interest(
    interest, ebit, depreciation
):
    saved = limit_relief(interest, ebit, ebit + depreciation)
    assert 0 <= saved <= 0.21 * interest + 1e-9
    if interest <= 0.3 * ebit:
        assert saved == 0


@given(AMOUNTS, st.floats(-1e3, 1e3), st.floats(0, 1e3))
def test_it_is_the_difference_of_the_tax_that_notebook_01_computes(interest, ebit, depreciation):
    """All interest falling away costs the tax on what was deductible: once by each limit."""
    before, after = (
        float(tax_on_saving(interest, interest=interest, adjusted_income=income, tax=21.0))
        for income in (ebit, ebit + depreciation)
    )
    assert limit_relief(interest, ebit, ebit + depreciation) == pytest.approx(after - before)


def test_the_range_of_the_limit_holds_every_way_to_count():
    one = company()
    found = limit_range(one, ECONOMY, broker=4.7)
    assert found.mid == pytest.approx(10.0 * 42 / 600)
    assert found.low == 0.0  # profitable: 0.3 x (50 / 0.79 + 21) exceeds their interest of 21
    assert found.high == 4.7
    assert limit_range(one, ECONOMY, broker=None).high == pytest.approx(0.21 * (42 - 22.5))


def test_profitable_companies_as_one_pay_interest_by_their_debt():
    """Synthetic: 21 of interest on half of the debt, 5 after tax: 27.3 before both, of which 8.2 was deductible."""
    found = limit_range(company(income=5.0), ECONOMY, broker=None)
    as_one = 0.21 * (21 - 0.3 * (5 / 0.79 + 21))
    assert f"profitable companies as one {as_one:.1f};" in found.origin
    alone = limit_range(company(income=5.0, ebit=1e3, ebitda=2e3), ECONOMY, broker=None)
    assert (alone.low, alone.high) == pytest.approx((0.0, as_one))


def test_a_write_off_is_spread_by_profits_or_by_debt():
    found = write_off_range(company(), ECONOMY, EQUIPMENT)
    low, high = 10 * 50 / 3000, 10 * 400 / 14000
    assert (found.low, found.mid, found.high) == pytest.approx((low, (low + high) / 2, high))
    less_debt = write_off_range(company(income=500.0), ECONOMY, EQUIPMENT)
    assert (less_debt.low, less_debt.high) == pytest.approx((high, 10 * 500 / 3000))


def test_draws_are_percent_of_the_income_of_the_profitable():
    found = reach(company())
    assert list(found.draws.columns) == [(m, c) for m in (CASH, INCOME) for c in CHANNELS]
    for channel, amount in found.ranges.items():
        drawn = found.draws[CASH, channel] / 2  # 100 percent over 50
        assert amount.low - 1e-9 <= drawn.min()
        assert drawn.max() <= amount.high + 1e-9
    equipment = found.draws[CASH, EQUIPMENT].mean()
    assert equipment == pytest.approx(2 * found.ranges[EQUIPMENT].mid, rel=0.01)


def test_the_summary_holds_ends_and_middle_of_each_channel_and_of_all_together():
    one = reach(company())
    table = one.summary()
    assert list(table.columns) == ["low", "mid", "high"]
    assert table.index.to_list() == [
        (measure, channel) for measure in (CASH, INCOME) for channel in (*CHANNELS, "all together")
    ]
    for measure in (CASH, INCOME):
        of_all = np.percentile(one.draws[measure].sum(axis=1), [2.5, 50, 97.5])
        assert table.loc[measure, "all together"].to_list() == pytest.approx(of_all.tolist())
    limit = np.percentile(one.draws[CASH, LIMIT], [2.5, 50, 97.5])
    assert table.loc[CASH, LIMIT].to_list() == pytest.approx(limit.tolist())


def test_a_write_off_moves_profit_by_interest_alone():
    draws = reach(company()).draws
    most = DECADE * 0.071 * 0.79
    ratio = draws[INCOME, EQUIPMENT] / draws[CASH, EQUIPMENT]
    assert ratio.max() <= most + 1e-9
    assert ratio.min() >= DECADE * 0.1 * 0.06 * 0.79 - 1e-9


def test_tax_put_off_earns_its_interest_after_tax_on_what_has_built_up():
    """Ten years' costs, put off by 10 to 50 to 100 percent (a triangle), at 7 percent, 79 of 100 of it kept."""
    steady = replace(company(), rate=Range(7.0, 7.0, 7.0, "synthetic"))
    draws = reach(steady, draws=4096).draws
    ratio = draws[INCOME, EQUIPMENT] / draws[CASH, EQUIPMENT]
    assert ratio.mean() == pytest.approx(10 * (10 + 50 + 100) / 300 * 0.07 * 0.79, rel=5e-4)


def test_what_no_corporation_may_take_brings_nothing():
    draws = reach(company()).draws
    for measure in (CASH, INCOME):
        assert not draws[measure, DEDUCTION].any()


@settings(max_examples=20)
@given(st.floats(0.0, 100.0))
def test_the_tax_booked_is_the_part_said(part):
    draws = reach(company(), booked=Range(part, part, part, "synthetic")).draws
    booked, saved = draws[INCOME, LIMIT].to_numpy(), draws[CASH, LIMIT].to_numpy()
    assert booked == pytest.approx(saved * part / 100)


def test_growth_on_a_loss_is_undefined():
    for income in (-1.0, 0.0):
        with pytest.raises(NotKnown, match="undefined"):
            reach(company(income=income))
    assert len(reach(company(income=0.5)).draws) == 256


@given(st.floats(0, 100), st.floats(0, 60))
def test_the_deduction_is_worth_the_tax_on_it(rate, tax):
    """Income of 100: the tax falls from t to t (1 - rate), and what is left grows by the difference."""
    before, after = 100 - tax, 100 - tax * (1 - rate / 100)
    assert deduction_value(rate, tax) == pytest.approx(100 * (after / before - 1))
