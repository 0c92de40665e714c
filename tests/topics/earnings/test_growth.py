"""Growth definitions: they add up, keep signs, ignore the currency unit, and refuse what has no meaning."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.topics.earnings import growth, loss_gearing
from helpers.topics.earnings.growth import UndefinedGrowth

earnings = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))
firms = st.lists(st.tuples(earnings, earnings), min_size=1, max_size=40)
RATIOS = (
    growth.aggregate_growth,
    growth.growth_of_profitable_base,
    growth.growth_of_always_profitable,
    growth.median_growth,
)
SIGN_SAFE = (growth.midpoint_growth, growth.change_over_absolute)


def columns(pairs):
    base, current = np.array(pairs).T
    return base, current


@given(firms)
def test_the_four_transitions_add_up_to_the_change(pairs):
    base, current = columns(pairs)
    split = growth.split_transitions(base, current)
    assert split.total == pytest.approx(current.sum() - base.sum(), abs=1e-6)


@given(firms)
def test_transitions_of_turnarounds_have_the_sign_of_the_turn(pairs):
    split = growth.split_transitions(*columns(pairs))
    assert split.pl <= 0
    assert split.lp >= 0


@given(firms, firms)
def test_transitions_and_scaled_changes_add_over_groups_of_companies(first, second):
    both = [growth.split_transitions(*columns(group)) for group in (first, second)]
    together = growth.split_transitions(*columns(first + second))
    for part in ("pp", "pl", "lp", "ll"):
        assert getattr(together, part) == pytest.approx(
            sum(getattr(one, part) for one in both), abs=1e-6
        )
    value = np.full(len(first) + len(second), 7.0)
    whole = growth.change_over_value(*columns(first + second), value)
    parts = [
        growth.change_over_value(*columns(group), np.full(len(group), 7.0))
        for group in (first, second)
    ]
    assert whole == pytest.approx(
        np.average(parts, weights=[len(first), len(second)]), rel=1e-6, abs=1e-6
    )


@given(firms)
def test_sign_safe_definitions_are_finite_and_have_the_sign_of_the_change(pairs):
    base, current = columns(pairs)
    change = math.fsum(current) - math.fsum(base)
    assume(change == 0 or abs(change) > 1e-6)
    values = [
        growth.midpoint_growth(base, current),
        growth.change_over_value(base, current, np.ones(len(base))),
    ]
    if np.abs(base).sum() > 0:
        values.append(growth.change_over_absolute(base, current))
    for value in values:
        assert math.isfinite(value)
        if change != 0:
            assert np.sign(value) == np.sign(change)


@given(firms)
def test_midpoint_growth_is_bounded_and_symmetric_in_time(pairs):
    base, current = columns(pairs)
    forward, back = growth.midpoint_growth(base, current), growth.midpoint_growth(current, base)
    assert abs(forward) <= 200 + 1e-9
    assert forward == pytest.approx(-back)


@given(firms, st.floats(1e-3, 1e3))
def test_no_definition_depends_on_the_currency_unit(pairs, unit):
    base, current = columns(pairs)
    for definition in (*RATIOS, *SIGN_SAFE):
        try:
            plain = definition(base, current)
        except UndefinedGrowth:
            continue
        # Rescaling may push a base across the cancellation border by rounding; everything else must agree.
        try:
            scaled = definition(base * unit, current * unit)
        except UndefinedGrowth:
            share = base.sum() / np.abs(base).sum()
            assert share == pytest.approx(growth.NEAR_ZERO, abs=1e-6) or abs(share) < 1e-6
            continue
        assert scaled == pytest.approx(plain, rel=1e-6, abs=1e-6)
    split, rescaled = (
        growth.split_transitions(base, current),
        growth.split_transitions(base * unit, current * unit),
    )
    assert rescaled.pp == pytest.approx(split.pp * unit, rel=1e-9, abs=1e-9)


@given(firms)
def test_a_ratio_never_comes_from_a_base_of_zero_or_less(pairs):
    base, current = columns(pairs)
    if base.sum() <= growth.NEAR_ZERO * np.abs(base).sum() - 1e-9:
        with pytest.raises(UndefinedGrowth):
            growth.aggregate_growth(base, current)
    elif base.sum() > growth.NEAR_ZERO * np.abs(base).sum() + 1e-9:
        assert math.isfinite(growth.aggregate_growth(base, current))


@pytest.mark.parametrize("definition", [*RATIOS, *SIGN_SAFE, growth.split_transitions])
def test_no_companies_is_an_error(definition):
    with pytest.raises(UndefinedGrowth, match="holds no companies"):
        definition([], [])


@pytest.mark.parametrize("definition", RATIOS)
def test_a_base_of_losses_only_has_no_growth_rate(definition):
    with pytest.raises(UndefinedGrowth, match=r"no meaning|No company"):
        definition([-5.0, -1.0], [3.0, 2.0])


def test_a_base_near_zero_by_cancellation_is_refused_with_the_share_left():
    with pytest.raises(UndefinedGrowth, match="only 5% of its gross size"):
        growth.aggregate_growth([105.0, -95.0], [120.0, -90.0])


def test_different_companies_are_refused():
    with pytest.raises(UndefinedGrowth, match="2 companies and current 1"):
        growth.aggregate_growth([1.0, 2.0], [3.0])
    with pytest.raises(UndefinedGrowth, match="missing or infinite"):
        growth.midpoint_growth([1.0, float("nan")], [1.0, 2.0])
    with pytest.raises(UndefinedGrowth, match="missing or infinite"):
        growth.midpoint_growth([1.0, None], [1.0, 2.0])
    with pytest.raises(UndefinedGrowth, match="positive number for each"):
        growth.change_over_value([1.0], [2.0], [0.0])


def test_each_definition_by_hand():
    """Six companies: profits that rise, turn into a loss, rise, begin; a loss that ends, a profit that ends at zero."""
    base, current = [10.0, 5.0, 0.5, 0.0, -2.0, 4.0], [11.0, -0.5, 0.9, 4.0, 3.0, 0.0]
    change, then, now = 0.9, 17.5, 18.4
    assert growth.aggregate_growth(base, current) == pytest.approx(100 * change / then)
    # a result of zero is no profit, neither then nor now
    profitable = growth.growth_of_profitable_base(base, current)
    assert profitable == pytest.approx(100 * (11.4 / 19.5 - 1))
    always = growth.growth_of_always_profitable(base, current)
    assert always == pytest.approx(100 * (11.9 / 10.5 - 1))
    assert growth.median_growth(base, current) == pytest.approx(np.median([10, -110, 80, -100]))
    value = [10.0, 10.0, 10.0, 5.0, 5.0, 10.0]
    assert growth.change_over_value(base, current, value) == pytest.approx(100 * change / 50)
    assert growth.change_over_absolute(base, current) == pytest.approx(100 * change / 21.5)
    midpoint = growth.midpoint_growth(base, current)
    assert midpoint == pytest.approx(100 * change / ((then + now) / 2))
    split = growth.split_transitions(base, current)
    assert (split.pp, split.pl, split.lp, split.ll) == pytest.approx((1.4, -9.5, 9.0, 0.0))
    assert split.total == pytest.approx(change)


def test_the_russell_2000_third_quarter_of_2024():
    """LSEG, October 2024: growth 38.3 %, 6.2 % without health care, whose loss shrank from 10.2 to 6.3 bn.

    The two published rates and the two losses pin the rest down: with h the earnings outside health care a year
    before, (1.062 h - 6.3) / (h - 10.2) = 1.383.
    """
    outside = (10.2 * 1.383 - 6.3) / (1.383 - 1.062)
    base, current = [outside, -10.2], [1.062 * outside, -6.3]
    assert growth.aggregate_growth(base, current) == pytest.approx(38.3, abs=0.01)
    assert growth.aggregate_growth(base[:1], current[:1]) == pytest.approx(6.2, abs=0.01)
    split = growth.split_transitions(base, current)
    assert split.ll == pytest.approx(3.9)
    assert split.ll > split.pp  # the shrinking loss adds more than all other sectors together


def test_a_refusal_is_the_error_of_the_ratio_and_empty_where_there_is_one():
    for base in ([1.0, -3.0], [105.0, -95.0]):
        with pytest.raises(UndefinedGrowth) as error:
            growth.aggregate_growth(base, [1.0, 1.0])
        assert str(error.value) == growth.refusal(base) != ""
    assert growth.refusal([100.0, -20.0]) == ""


def test_the_share_that_is_refused_is_a_quarter_unless_said_and_counts_as_enough():
    base = [125.0, -75.0]  # 50 of 200: a quarter
    assert growth.refusal(base) == ""
    assert "only 25% of its gross size is left (below 26%)" in growth.refusal(base, near_zero=0.26)
    assert growth.aggregate_growth([105.0, -95.0], [110.0, -95.0], near_zero=0.0) == 50.0


# --- gearing --------------------------------------------------------------------------------------------


@given(st.floats(-50, 100), st.floats(10, 100), st.floats(0, 0.5))
def test_unchanged_losses_gear_an_index_by_profits_over_what_is_left(rate, profits, share):
    losses = share * profits
    index = loss_gearing.index_growth(rate, 0.0, profits=profits, losses=losses)
    assert index == pytest.approx(rate * profits / (profits - losses), abs=1e-9)


@given(st.floats(-50, 100), st.floats(-100, 100), st.floats(10, 100), st.floats(0, 0.5))
def test_index_growth_and_growth_of_profits_are_inverse(profit_growth, loss_growth, profits, share):
    both = {"profits": profits, "losses": share * profits}
    index = loss_gearing.index_growth(profit_growth, loss_growth, **both)
    back = loss_gearing.growth_of_profits(index, loss_growth, **both)
    assert back == pytest.approx(profit_growth, abs=1e-6)


def test_an_index_is_what_its_profits_and_losses_come_to():
    assert loss_gearing.index_growth(10, 0, profits=100, losses=0) == pytest.approx(10)
    assert loss_gearing.index_growth(10, 0, profits=100, losses=50) == pytest.approx(20)
    assert loss_gearing.index_growth(0, -100, profits=100, losses=50) == pytest.approx(100)
    assert loss_gearing.growth_of_profits(100, -100, profits=100, losses=50) == pytest.approx(0)


@pytest.mark.parametrize("definition", [loss_gearing.index_growth, loss_gearing.growth_of_profits])
def test_losses_that_leave_too_little_have_no_index_growth(definition):
    with pytest.raises(UndefinedGrowth, match="no meaning"):
        definition(10, 0, profits=100, losses=100)
    with pytest.raises(UndefinedGrowth, match="cancel"):
        definition(10, 0, profits=100, losses=70)
    with pytest.raises(UndefinedGrowth, match="positive number"):
        definition(10, 0, profits=100, losses=-1)
