"""What a multiple prices in: identities of the dividend discount model, and meaningless multiples refused."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import NotKnown
from helpers.topics.valuation import priced_in
from helpers.topics.valuation.priced_in import UndefinedMultiple

multiples = st.floats(5, 60)
payouts = st.floats(25, 100)


@given(multiples, multiples, st.floats(1, 20))
def test_the_growth_gap_closes_the_multiples(small, large, years):
    lead = priced_in.growth_gap(small, large, years)
    assert small / math.exp(lead * years / 100) == pytest.approx(large)
    assert priced_in.growth_gap(large, small, years) == pytest.approx(-lead)


@given(multiples, payouts, st.floats(2, 12))
def test_implied_growth_prices_the_dividend(multiple, payout, required):
    growth = priced_in.implied_growth(multiple, payout=payout, required_return=required)
    # Gordon (1962): price = dividend / (required return - growth), for earnings of one
    assert (payout / 100) / ((required - growth) / 100) == pytest.approx(multiple)


@given(multiples, payouts)
def test_duration_is_the_fall_of_the_price_for_a_small_rise_of_the_rate(multiple, payout):
    step = 1e-6
    after = priced_in.multiple_after(multiple, payout=payout, rate_change=step)
    fall = 100 * (1 - after / multiple) / step
    assert fall == pytest.approx(priced_in.equity_duration(multiple, payout=payout), rel=1e-3)


@given(multiples, payouts, st.floats(0, 3))
def test_a_higher_rate_lowers_every_multiple_and_the_dearer_one_more(multiple, payout, change):
    after = priced_in.multiple_after(multiple, payout=payout, rate_change=change)
    dearer = priced_in.multiple_after(1.5 * multiple, payout=payout, rate_change=change)
    assert after <= multiple
    assert dearer / (1.5 * multiple) <= after / multiple + 1e-12
    # growth and premium stay: the same implied growth at the new required return
    then = priced_in.implied_growth(multiple, payout=payout, required_return=8.0)
    now = priced_in.implied_growth(after, payout=payout, required_return=8.0 + change)
    assert now == pytest.approx(then)


@pytest.mark.parametrize("change", [-1.5, -1.0])
def test_a_fall_of_the_rate_to_the_payout_yield_or_beyond_is_refused(change):
    with pytest.raises(UndefinedMultiple, match="exceeds the payout yield of 1 percent"):
        priced_in.multiple_after(40.0, payout=40.0, rate_change=change)


@pytest.mark.parametrize("value", [0.0, -18.0, math.nan, math.inf])
def test_multiples_without_meaning_are_refused_by_name(value):
    for call, name in (
        (lambda: priced_in.growth_gap(value, 20.0, 5.0), "small"),
        (lambda: priced_in.growth_gap(20.0, value, 5.0), "large"),
        (lambda: priced_in.growth_gap(20.0, 25.0, value), "years"),
        (lambda: priced_in.implied_growth(value, payout=50.0, required_return=8.0), "multiple"),
        (lambda: priced_in.implied_growth(20.0, payout=value, required_return=8.0), "payout"),
        (lambda: priced_in.equity_duration(value, payout=50.0), "multiple"),
        (lambda: priced_in.equity_duration(20.0, payout=value), "payout"),
    ):
        with pytest.raises(UndefinedMultiple, match=f"{name} is .* must be positive"):
            call()
    assert issubclass(UndefinedMultiple, NotKnown)  # a reason to show, not a fault


@given(st.floats(-20, 60))
def test_the_usual_cut_brings_consensus_to_what_was_earned(error):
    earned = 4.0
    consensus = earned * (1 + error / 100)
    assert consensus * (1 - priced_in.usual_cut(error) / 100) == pytest.approx(earned)


# --- the table ------------------------------------------------------------------------------------------

ASSUMED = {"years": 4.0, "payout": 40.0, "required_return": 9.0, "rate_change": 0.5}
PAIRS = pd.DataFrame({"small": [18.0, 30.0], "large": [24.0, 25.0]}, index=["one", "other"])


def test_every_column_follows_from_the_multiples_and_the_cuts():
    table = priced_in.table_priced_in(PAIRS, small_cut=20.0, large_cut=4.0, **ASSUMED)
    assert list(table.index) == ["one", "other"]
    row = table.loc["one"]
    small, large = 18.0 / 0.8, 24.0 / 0.96  # 22.5 and 25
    expected = {
        "small": small,
        "large": large,
        "lead": 100 * math.log(small / large) / 4.0,
        "growth_small": 9.0 - 40.0 / small,
        "growth_large": 9.0 - 40.0 / large,
        "duration_small": 100 * small / 40.0,
        "duration_large": 100 * large / 40.0,
        "ratio": small / large,
        # the yield of each rises by half a point
        "ratio_after": _after(small) / _after(large),
    }
    assert row.to_dict() == pytest.approx(expected)


def _after(multiple: float) -> float:
    """Gordon's price of the payout once the yield has risen by half a point."""
    return 40.0 / (40.0 / multiple + 0.5)


@given(st.floats(0, 40))
def test_a_cut_on_both_sides_leaves_their_ratio(cut):
    table = priced_in.table_priced_in(PAIRS, small_cut=cut, large_cut=cut, **ASSUMED)
    assert table["ratio"].to_numpy() == pytest.approx((PAIRS["small"] / PAIRS["large"]).to_numpy())
    assert (table["small"] >= PAIRS["small"]).all()
    assert (table["large"] >= PAIRS["large"]).all()


def test_a_rise_of_the_rate_brings_the_two_multiples_together():
    table = priced_in.table_priced_in(PAIRS, small_cut=0.0, large_cut=0.0, **ASSUMED)
    assert table.loc["one", "ratio"] < table.loc["one", "ratio_after"] < 1
    assert table.loc["other", "ratio"] > table.loc["other", "ratio_after"] > 1
