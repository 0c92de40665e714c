"""Every input check: what is refused, with which cause, and the last value that is still accepted."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats._checks import (
    check_draws,
    check_frame,
    check_horizon,
    check_index,
    check_same_index,
    check_series,
    positions,
)


def days(*steps: int) -> pd.DatetimeIndex:
    """Dates these numbers of days apart."""
    return pd.Timestamp("2000-01-01") + pd.to_timedelta(np.cumsum([0, *steps]), unit="D")


def months(*labels: str) -> pd.PeriodIndex:
    return pd.PeriodIndex(labels, freq="M")


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (months("2000-02", "2000-01"), "returns is not in time order; sort it"),
        (months("2000-01", "2000-02", "2000-02"), r"returns has repeated dates \(2000-02\)"),
        (months("2000-01", "2000-02", "2000-04"), "returns has a gap after 2000-02"),
        (months("2000-01", "2000-03", "2000-04"), "returns has a gap after 2000-01"),
        (pd.PeriodIndex(["2000-01", "2000-04", "2000-10"], freq="3M"), "gap after 2000-04"),
        (days(7, 7, 14, 7), "gap after 2000-01-15"),
        (days(7, 7, 11, 7), "gap after 2000-01-15"),
        (days(30, 31, 62, 30), "gap after 2000-03-02"),
        (days(8, 8, 12, 8, 16), "gap after 2000-02-06"),
    ],
)
def test_an_index_out_of_order_repeated_or_with_a_gap_is_refused(index, message):
    with pytest.raises(ValueError, match=message):
        check_index(index, "returns")


@pytest.mark.parametrize(
    "index",
    [
        months("2000-01", "2000-09"),  # two dates show no step that could be missing
        pd.PeriodIndex(["2000-01", "2000-04", "2000-07"], freq="3M"),
        days(7, 7, 10, 7),
        days(8, 8, 12, 8),  # half as long again
        days(1, 1, 5, 1),  # holidays
        days(6, 6, 14, 6),
        pd.Index(["a", "b", "d"]),
    ],
)
def test_an_index_without_gaps_or_without_a_step_is_accepted(index):
    check_index(index, "returns")


def test_a_series_becomes_floats_as_they_are():
    values = check_series([3, 1, 2])
    assert values.dtype == float
    assert values.tolist() == [3.0, 1.0, 2.0]
    assert check_series([1, 1, 1], varying=False).tolist() == [1, 1, 1]
    assert check_series([1, 2], minimum=2).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((4, 2)), "y has 2 dimensions; give one series"),
        (5.0, "y has 0 dimensions"),
        ([1, 2], "y has 2 observations; at least 3 are needed"),
        ([1, 2, np.nan, 3, np.nan], r"y has missing values \(first at row 2\)"),
        ([1, 2, 3, -np.inf, np.inf], r"y holds an infinite value \(row 3\)"),
        ([2, 2, 2], r"y is constant \(2\)"),
        (pd.Series([1.0, 2.0, 3.0], index=[2, 1, 3]), "y is not in time order"),
    ],
)
def test_a_series_that_cannot_be_used_is_refused_with_the_cause(x, message):
    with pytest.raises(ValueError, match=message):
        check_series(x, "y")
    with pytest.raises(ValueError, match=r"^x has 1 observations; at least 2"):
        check_series([1.0], minimum=2)


def test_a_frame_keeps_its_names_and_an_array_gets_some():
    index = months("2000-01", "2000-02", "2000-03")
    named = check_frame(pd.Series([1, 2, 4], index=index, name="spread"))
    assert list(named.columns) == ["spread"]
    assert named.index.equals(index)
    assert list(check_frame(pd.Series([1, 2, 4])).columns) == ["x"]
    assert list(check_frame([1, 2, 4]).columns) == ["x0"]
    square = check_frame([[1, 9], [2, 8], [4, 5]])
    assert list(square.columns) == ["x0", "x1"]
    assert square.to_numpy().tolist() == [[1, 9], [2, 8], [4, 5]]
    assert square.to_numpy().dtype == float
    assert check_frame(pd.DataFrame({"a": [1, 2, 3]}))["a"].dtype == float
    assert check_frame([1, 1, 1], varying=False).shape == (3, 1)
    assert check_frame([1, 2], minimum=2).shape == (2, 1)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.ones((3, 2, 2)), "z has 3 dimensions; give one column a variable"),
        (pd.DataFrame([[1, 2], [3, 4], [5, 6]], columns=["a", "a"]), "two columns of the same"),
        (pd.DataFrame(index=range(5)), "z has no column"),
        ([[1, 2], [3, 4]], "z has 2 observations; at least 3"),
        (pd.DataFrame({"a": [1, 2, 3], "b": [7, 7, 7]}), "z: 'b' is constant"),
        ([[1, 2], [3, 4], [5, np.nan], [np.nan, 1]], "first at row 2"),
        ([[1, np.inf], [3, 4], [5, 6]], r"infinite value \(row 0\)"),
        (pd.DataFrame({"a": [1, 2, 3]}, index=[1, 0, 2]), "z is not in time order"),
    ],
)
def test_a_frame_that_cannot_be_used_is_refused_with_the_cause(x, message):
    with pytest.raises(ValueError, match=message):
        check_frame(x, "z")


def test_two_inputs_must_cover_the_same_periods_where_both_have_dates():
    index = months("2000-01", "2000-02", "2000-03")
    dated = pd.Series([1, 2, 3], index=index)
    check_same_index(dated, dated.to_frame(), "y and x")
    check_same_index(dated, [1, 2, 3], "y and x")
    check_same_index([1, 2, 3], dated, "y and x")
    with pytest.raises(ValueError, match=r"y and x differ in length \(3 and 2\)"):
        check_same_index(dated, [1, 2], "y and x")
    with pytest.raises(ValueError, match="y and x cover different dates"):
        check_same_index(dated, dated.set_axis(index.shift(1)), "y and x")


@pytest.mark.parametrize(("horizon", "n"), [(1, 3), (4, 9), (4.0, 10)])
def test_a_horizon_below_half_of_the_sample_is_accepted(horizon, n):
    found = check_horizon(horizon, n)
    assert found == horizon
    assert isinstance(found, int)


@pytest.mark.parametrize(
    ("horizon", "message"),
    [
        (0, "window is 0; give a whole number of periods, at least 1"),
        (2.5, "window is 2.5; give a whole"),
        (True, "window is True; give a whole"),
        (5, "window is 5 but the sample has 10 periods; it must be less than half"),
        (6, "less than half"),
    ],
)
def test_a_horizon_that_cannot_be_used_is_refused(horizon, message):
    with pytest.raises(ValueError, match=message):
        check_horizon(horizon, 10, "window")
    with pytest.raises(ValueError, match=r"^horizon is 0"):
        check_horizon(0, 10)


def test_nineteen_draws_are_the_fewest_that_show_a_five_percent_tail():
    assert check_draws(19.0) == 19
    assert isinstance(check_draws(19.0), int)
    for few in (18, 19.5):
        with pytest.raises(ValueError, match=f"draws is {few}"):
            check_draws(few)


def test_events_are_found_by_position_or_by_label_in_order_of_time():
    assert positions([4, 0, 2], None, 5).tolist() == [0, 2, 4]
    index = months("2000-01", "2000-02", "2000-03")
    assert positions(["2000-03", "2000-01"], index, 3).tolist() == [0, 2]
    assert positions([pd.Period("2000-02", "M")], index, 3).tolist() == [1]
    assert positions(["2000-01-31"], pd.DatetimeIndex(["2000-01-31", "2000-02-29"]), 2)[0] == 0
    assert positions(["b"], pd.Index(["a", "b"]), 2).tolist() == [1]
    assert positions(iter([1]), None, 2).tolist() == [1]


@pytest.mark.parametrize(
    ("events", "index", "message"),
    [
        ([], None, "cuts is empty; give at least one date"),
        (["2000-01"], None, "cuts must be integer positions, because the series has no dates"),
        ([1.0], None, "cuts must be integer positions"),
        ([1, -1, 5], None, r"cuts outside the sample \(0 .. 4\): -1, 5; leave"),
        (
            ["2000-01", "1999-12"],
            months("2000-01", "2000-02", "2000-03"),
            r"\(2000-01 .. 2000-03\): 1999-12;",
        ),
        ([3, 3], None, "cuts repeats a date"),
    ],
)
def test_events_outside_the_sample_or_repeated_are_refused(events, index, message):
    with pytest.raises(ValueError, match=message):
        positions(events, index, 5, "cuts")
    with pytest.raises(ValueError, match=r"^events is empty"):
        positions([], None, 5)


@pytest.mark.parametrize(
    "x",
    [
        np.ma.masked_greater([1.0, 2.0, 99.0, 3.0], 50),
        pd.Series([1, 2, pd.NA, 3], dtype="Int64"),
        pd.Series([1.0, 2.0, pd.NA, 3.0], dtype=object),
        [1.0, 2.0, pd.NA, 3.0],
        np.array([1.0, 2.0, None, 3.0], dtype=object),
    ],
)
def test_what_is_masked_or_not_available_is_missing(x):
    with pytest.raises(ValueError, match=r"x has missing values \(first at row 2\)"):
        check_series(x)
    if not isinstance(x, list):
        with pytest.raises(ValueError, match=r"x has missing values \(first at row 2\)"):
            check_frame(x)


def test_masks_that_hide_nothing_and_whole_numbers_are_floats():
    for x in (np.ma.array([1, 2, 4]), pd.Series([1, 2, 4], dtype="Int64"), [1, 2, 4]):
        assert check_series(x).tolist() == [1.0, 2.0, 4.0]
        assert check_series(x).dtype == float


def test_words_are_no_numbers():
    for x in (["a", "b", "c"], pd.Series(["a", "b", "c"])):
        with pytest.raises(ValueError, match="prices holds something that is no number"):
            check_series(x, "prices")


def test_years_left_out_are_a_gap():
    years = pd.Index([2000, 2001, 2002, 2004, 2005])
    with pytest.raises(ValueError, match="x has a gap after 2002"):
        check_series(pd.Series(np.arange(5.0), index=years))
    assert check_series(pd.Series(np.arange(4.0), index=[2000, 2002, 2004, 2006])).size == 4
