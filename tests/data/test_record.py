"""What was read is recorded, once, and repeated by whoever reads a part again."""

import copy

import pandas as pd
import pytest

from helpers.data import Information, recorded, recording
from helpers.errors import NotKnown


class Yields:
    """Two parts and a part made of parts."""

    def __init__(self, as_of="2026-02-16"):
        self.info = Information(as_of)
        self.computed = []

    @recorded
    def long(self):
        self.computed.append("long")
        return self.info.load("treasury_10y")

    @recorded
    def slope(self):
        self.computed.append("slope")
        return self.long - self.info.load("tbill_3m")

    @recorded
    def level(self):
        return float(self.long.iloc[-1])


def names(record):
    return [one.name for one in record.sources]


def test_what_a_frame_carries_costs_a_computation_nothing():
    """Pandas copies it in depth with each step, which was half of the time of an examination."""
    origin = Information("2026-02-16").load("treasury_10y").attrs["provenance"]
    assert copy.deepcopy(origin) is origin


def test_a_part_is_computed_once_and_noted_each_time():
    yields = Yields()
    for _ in range(2):
        with recording() as read:
            assert yields.slope is yields.slope
        assert names(read) == ["treasury_10y", "tbill_3m"]
    assert yields.computed == ["slope", "long"]


def test_a_part_read_before_still_counts_for_whoever_reads_it_through_another():
    yields = Yields()
    assert yields.long is not None  # outside any record
    with recording() as read:
        assert yields.level > 0
    assert names(read) == ["treasury_10y"]


def test_records_nest_and_close():
    info = Information("2026-02-16")
    with recording() as outer:
        info.load("cpi")
        with recording() as inner:
            info.load("fed_funds")
        info.fomc_decisions()
    info.load("unemployment_rate")
    assert names(inner) == ["fed_funds"]
    assert names(outer) == ["cpi", "fed_funds", "fomc_decisions"]


def test_an_error_closes_the_record():
    with pytest.raises(ZeroDivisionError), recording() as read:
        _ = 1 / 0
    Information("2026-02-16").load("cpi")
    assert names(read) == []


def test_a_frame_carries_its_sources_through_the_steps_a_notebook_takes():
    slope = Yields().slope.rename("slope").to_frame()
    shown = slope[slope["slope"] < 0].tail(3).reset_index().rename(columns={"slope": "points"})
    assert [one.name for one in shown.attrs["sources"]] == ["treasury_10y", "tbill_3m"]


def test_what_was_not_known_says_so_at_every_reading():
    yields = Yields("1950-01-31")
    for _ in range(2):
        with pytest.raises(NotKnown, match="treasury_10y: nothing was known on 1950-01-31"):
            _ = yields.level


def test_a_part_cannot_be_set():
    with pytest.raises(AttributeError, match="slope is computed"):
        Yields().slope = pd.Series(dtype=float)


def test_vintage_and_source_travel_with_the_name():
    with recording() as read:
        Information("2026-02-16", source="live").table("exposures_by_rank")
    (one,) = read.sources
    assert (one.name, one.source) == ("exposures_by_rank", "snapshot only")
