"""The dating rule on short paths that anybody can follow with a finger; all synthetic."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.topics.rates.cycles import (
    Cycle,
    policy_cycles,
    policy_path,
    table_cycles,
    turning_points,
)

levels = st.lists(st.integers(0, 2000).map(lambda bp: bp / 100.0), min_size=2, max_size=60)


def path_of(rates, basis="decisions", first="2000-01-01"):
    index = pd.date_range(first, periods=len(rates), freq="MS")
    return pd.DataFrame({"rate": rates, "basis": basis}, index=index)


def moved(cycle):
    return cycle.direction, f"{cycle.start:%Y-%m}", f"{cycle.end:%Y-%m}", cycle.size_bp, cycle.moves


# --- turning points -------------------------------------------------------------------------------------


@given(levels, st.floats(0.25, 3.0))
def test_turning_points_alternate_and_lie_a_reversal_apart(level, reversal):
    points = turning_points(level, reversal)
    assert points == sorted(set(points))
    moves = np.diff([level[point] for point in points])
    assert (np.abs(moves[:-1]) >= reversal - 1e-6).all()
    assert (moves[1:] * moves[:-1] <= 0).all()


@given(levels, st.floats(0.25, 3.0), st.data())
def test_what_comes_later_moves_no_confirmed_turning_point(level, reversal, data):
    cut = data.draw(st.integers(2, len(level)))
    known = turning_points(level[:cut], reversal)
    assert turning_points(level, reversal)[: max(len(known) - 1, 0)] == known[:-1]


@given(levels, st.floats(0.25, 3.0), st.floats(0.1, 10.0), st.floats(-50.0, 50.0))
def test_unit_and_origin_of_the_rate_do_not_matter(level, reversal, scale, shift):
    moved = scale * np.asarray(level) + shift
    # off the exact border, where rounding decides
    assert turning_points(moved, scale * (reversal + 0.001)) == turning_points(
        level, reversal + 0.001
    )


@pytest.mark.parametrize("level", [[1.0], [], [1.0, float("nan"), 2.0]])
def test_a_path_without_two_levels_is_refused(level):
    with pytest.raises(ValueError, match="two or more finite"):
        turning_points(level, 0.5)


@pytest.mark.parametrize(
    ("level", "points"),
    [
        ([1.0, 1.2], []),  # it never turned
        ([1.0, 1.5], [0, 1]),
        ([1.5, 1.0], [0, 1]),
        ([1.0, 2.0, 2.0, 1.5, 1.0, 1.0, 2.0], [0, 1, 4, 6]),  # of equal extremes the first
        ([2.0, 2.2, 1.8, 1.7, 2.4], [1, 3, 4]),  # begins with a fall, from its own high
        ([2.0, 1.8, 2.2, 2.3, 1.9, 1.6], [1, 3, 5]),  # begins with a rise, from its own low
        ([1.0, 1.4, 0.9], [1, 2]),  # 1.4 - 0.9 is a half, though not to the last bit
        ([1.0, 2.0, 1.6, 2.1, 1.7, 2.2], [0, 5]),  # no fall of a half: one rise
    ],
)
def test_turning_points_of_short_paths(level, points):
    assert turning_points(level, 0.5) == points


def test_a_reversal_may_differ_from_place_to_place():
    level = [1.0, 2.0, 1.4, 2.0, 1.4]
    assert turning_points(level, [0.5, 0.5, 0.7, 0.7, 0.5]) == [0, 1, 4]
    assert turning_points(level, [0.5, 0.5, 0.5, 0.7, 0.5]) == [0, 1, 2]


# --- cycles ---------------------------------------------------------------------------------------------


def test_a_cycle_runs_from_its_first_to_its_last_move():
    cycles = policy_cycles(path_of([5.0, 5.25, 5.5, 5.0, 4.5, 4.75, 5.25]))
    assert [moved(cycle) for cycle in cycles] == [
        (1, "2000-02", "2000-03", 50.0, 2),
        (-1, "2000-04", "2000-05", -100.0, 2),
        (1, "2000-06", "2000-07", 75.0, 2),
    ]
    assert [cycle.running for cycle in cycles] == [False, False, True]
    assert {cycle.basis for cycle in cycles} == {"decisions"}


def test_half_a_point_back_ends_a_cycle_unless_another_border_is_asked_for():
    path = path_of([5.0, 5.5, 5.0, 5.5])
    assert [cycle.size_bp for cycle in policy_cycles(path)] == [50.0, -50.0, 50.0]
    assert policy_cycles(path, reversal_bp=55.0) == ()


def test_moves_the_other_way_and_pauses_are_no_moves_of_a_cycle():
    (hiking,) = policy_cycles(path_of([1.0, 1.5, 1.5, 1.25, 1.75, 2.0]))
    assert moved(hiking) == (1, "2000-02", "2000-06", 100.0, 3)


def test_monthly_averages_turn_on_three_times_as_much_and_begin_at_the_extreme():
    level = [5.0, 6.6, 5.2, 7.0, 5.5, 5.2]
    cycles = policy_cycles(path_of(level, "monthly average"))
    # 1.4 back is a wobble, 1.5 is a turn
    assert [moved(cycle) for cycle in cycles] == [
        (1, "2000-01", "2000-04", pytest.approx(200.0), 2),
        (-1, "2000-04", "2000-06", pytest.approx(-180.0), 2),
    ]
    assert {cycle.basis for cycle in cycles} == {"monthly average"}
    # decisions of the same size turn each time; half the reversal, half the wobble
    assert len(policy_cycles(path_of(level))) == 4
    assert len(policy_cycles(path_of(level, "monthly average"), reversal_bp=25.0)) == 4


def test_speed_is_the_size_over_the_months_between_first_and_last_move():
    terms = {"direction": -1, "size_bp": -150.0, "basis": "decisions", "running": False}
    start, end = pd.Timestamp("2001-01-01"), pd.Timestamp("2002-01-01")
    cycle = Cycle(start=start, end=end, moves=3, **terms)
    assert cycle.months == pytest.approx(12 * 365 / 365.25)
    assert cycle.speed == pytest.approx(150 / cycle.months)
    assert Cycle(start=start, end=end, moves=2, **terms).speed == cycle.speed
    assert np.isnan(Cycle(start=start, end=end, moves=1, **terms).speed)  # one move has no duration
    assert np.isnan(Cycle(start=start, end=start, moves=2, **terms).speed)
    soon = Cycle(start=start, end=pd.Timestamp("2001-01-15"), moves=2, **terms)
    assert soon.speed == pytest.approx(150 / (14 / 365.25 * 12))  # less than a month


def test_the_table_says_what_each_cycle_was():
    cycles = policy_cycles(path_of([5.0, 5.25, 5.5, 5.0, 4.5]))
    table = table_cycles(cycles)
    assert table["kind"].tolist() == ["hiking", "cutting (running)"]
    assert table[["start", "end"]].to_numpy().tolist() == [
        ["2000-02", "2000-03"],
        ["2000-04", "2000-05"],
    ]
    assert table["size"].tolist() == [50.0, -100.0]
    assert table["moves"].tolist() == [2, 2]
    assert table["speed"].tolist() == pytest.approx([cycle.speed for cycle in cycles])
    assert table["months"].tolist() == pytest.approx([cycle.months for cycle in cycles])
    assert list(table_cycles(()).columns) == list(table.columns)


def test_decisions_take_over_from_monthly_averages_in_october_1982():
    months = pd.period_range("1982-08", periods=4, freq="M")
    funds = pd.Series([10.1, 10.3, 9.7, 9.2], index=months)
    announced = pd.to_datetime(["1982-10-01", "1982-10-07"])
    decisions = pd.DataFrame({"announced": announced, "upper": [10.0, 9.5], "lower": [10.0, 9.5]})
    path = policy_path(funds, decisions)
    assert path["rate"].tolist() == [10.1, 10.3, 10.0, 9.5]
    assert path["basis"].tolist() == ["monthly average"] * 2 + ["decisions"] * 2
    days = ["1982-08-31", "1982-09-30", "1982-10-01", "1982-10-07"]
    assert path.index.tolist() == pd.to_datetime(days).tolist()  # a month by its last day
    assert path.index.name == "date"
