"""The tightening of 2022-23 and the cuts after it, in synthetic records of decisions."""

import datetime as dt

import pandas as pd
import pytest

from helpers.errors import NotKnown
from helpers.topics.rates.decisions import (
    cuts_after_peak,
    easing_so_far,
    first_cut,
    require_cut,
    require_peak,
    since_tightening,
    standing_range,
)


def record(*rows):
    table = pd.DataFrame(rows, columns=["announced", "upper", "change_bp"])
    return table.assign(announced=pd.to_datetime(table["announced"]), lower=table["upper"] - 0.25)


EARLIER = ("2020-03-15", 0.25, -100.0)
FIRST, PEAK = ("2022-03-16", 0.5, 25.0), ("2023-07-26", 5.5, 25.0)
CUT, ANOTHER, HIKE = (
    ("2024-09-18", 5.0, -50.0),
    ("2024-11-07", 4.75, -25.0),
    ("2026-09-16", 5.0, 25.0),
)
WHOLE = record(EARLIER, FIRST, PEAK, CUT, ANOTHER, HIKE)


def test_the_tightening_counts_from_its_first_hike_to_a_day_and_both_are_in():
    assert since_tightening(WHOLE)["upper"].tolist() == [0.5, 5.5, 5.0, 4.75, 5.0]
    assert len(since_tightening(WHOLE, dt.date(2024, 9, 18))) == 3
    assert len(since_tightening(WHOLE, dt.date(2024, 9, 17))) == 2


def test_cuts_end_at_the_lowest_range_since_the_peak():
    cuts = cuts_after_peak(since_tightening(WHOLE))
    assert cuts["upper"].tolist() == [5.0, 4.75]
    assert cuts_after_peak(record(FIRST, PEAK)).empty
    assert cuts_after_peak(WHOLE.iloc[:0]).empty


def test_the_easing_adds_up_cuts_and_no_hike():
    assert easing_so_far(WHOLE) == 75.0
    assert easing_so_far(record(EARLIER, FIRST, PEAK)) == 0.0
    assert easing_so_far(record(EARLIER)) == 0.0


def test_the_first_cut_is_a_day_or_nothing():
    assert first_cut(WHOLE) == pd.Timestamp("2024-09-18")
    assert first_cut(record(EARLIER, FIRST, PEAK)) is None


def test_a_range_is_written_with_both_ends():
    assert standing_range(record(FIRST, PEAK)) == "5.25-5.50"


@pytest.mark.parametrize(
    ("rows", "day", "reason"),
    [
        ((EARLIER,), dt.date(2022, 3, 15), "still to come"),
        ((FIRST, PEAK), dt.date(2023, 8, 1), "still rising"),
        ((FIRST, PEAK), dt.date(2024, 1, 25), "still rising"),  # a day short of six months
        ((FIRST, PEAK), dt.date(2024, 1, 26), ""),
        # a meeting that moves nothing is neither a cut nor a hike, a basis point more is a hike
        ((FIRST, PEAK, ("2023-12-13", 5.5, 0.0)), dt.date(2024, 1, 25), "still rising"),
        ((FIRST, PEAK, ("2023-12-13", 5.5, 0.0)), dt.date(2024, 1, 26), ""),
        ((FIRST, PEAK, ("2023-09-20", 5.51, 1.0)), dt.date(2024, 1, 26), "still rising"),
        ((FIRST, PEAK, CUT), dt.date(2024, 9, 18), ""),
        ((FIRST, ("2023-07-26", 0.25, -25.0)), dt.date(2023, 7, 26), ""),  # a cut calls it at once
    ],
)
def test_a_tightening_has_ended_after_six_quiet_months_or_a_cut(rows, day, reason):
    since = since_tightening(record(*rows))
    if reason:
        with pytest.raises(NotKnown, match=rf"On {day}.*{reason}"):
            require_peak(since, day)
    else:
        require_peak(since, day)


def test_without_a_cut_the_reason_names_the_range_that_stood():
    day = dt.date(2024, 6, 30)
    with pytest.raises(NotKnown, match=r"by 2024-06-30; the range stood at 5\.25-5\.50 percent\."):
        require_cut(record(FIRST, PEAK), day)
    with pytest.raises(NotKnown, match=r"by 2024-06-30\.$"):
        require_cut(WHOLE.iloc[:0], day)
    assert len(require_cut(since_tightening(WHOLE), day)) == 2
