"""Factories as they stood at the date: copies, links to the revision, peaks."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data
from helpers.errors import NotKnown
from helpers.topics.winners.factories import as_known, below_peak, change_since
from helpers.topics.winners.inputs import BUILDING, JOBS

MONTHS = pd.period_range("2024-01", periods=6, freq="M")
COPIES = pd.read_csv(data.catalog()["factory_vintages"].path)


def copy_of(known, values):
    return pd.DataFrame(
        {"known": known, "period": [str(m) for m in MONTHS[-len(values) :]], "figure": values}
    )


@given(st.lists(st.floats(1, 1e6), min_size=6, max_size=6), st.floats(0.5, 2))
def test_a_copy_stands_as_stored_and_earlier_months_keep_their_growth(levels, factor):
    revised = pd.Series(levels, MONTHS)
    copy = copy_of("2024-08-01", [factor * one for one in levels[-2:]])
    known = as_known(revised, copy)
    assert known.iloc[-2:].to_list() == copy["figure"].to_list()
    growth = known.pct_change().iloc[1:]
    assert growth.to_list() == pytest.approx(revised.pct_change().iloc[1:].to_list(), abs=1e-9)


def test_the_last_copy_counts_and_without_one_the_revision():
    revised = pd.Series(range(1, 7), MONTHS, dtype=float)
    both = pd.concat([copy_of("2024-07-01", [9.0, 9.0]), copy_of("2024-08-01", [7.0, 8.0])])
    assert as_known(revised, both).iloc[-2:].to_list() == [7.0, 8.0]
    assert as_known(revised, both.iloc[:0]) is revised


def test_on_the_articles_date_building_was_a_tenth_below_its_peak(found):
    copy = COPIES.query("metric == @BUILDING and known == '2026-01-25'").set_index("period")
    peak, last = copy["figure"].max(), copy["figure"].iloc[-1]
    at = found.onshoring.building_peak
    assert (str(at["peak"]), str(at["last"])) == ("2024-08", "2025-10")
    assert at["below the peak, percent"] == pytest.approx(100 * (1 - last / peak))
    change = 100 * (last / copy.loc["2024-12", "figure"] - 1)
    assert found.onshoring.factory_change(BUILDING) == pytest.approx(change)


def test_by_august_2026_it_was_31_percent_below_as_the_census_bureau_says(later):
    """Census Bureau, TLMFGCONS after the annual revision of July 2026: 250,233 in 2024-09, 172,674 in 2026-06."""
    at = later.onshoring.building_peak
    assert (str(at["peak"]), at["at the peak"]) == ("2024-09", 250_233)
    assert (str(at["last"]), at["at the last"]) == ("2026-06", 172_674)
    assert at["below the peak, percent"] == pytest.approx(31.0, abs=0.05)


def test_revisions_made_the_fall_three_times_as_deep_as_first_seen(later):
    table = later.onshoring.revisions
    assert len(table) == 8
    assert table.loc["2026-01-25", "below the peak"] == pytest.approx(10.8, abs=0.05)
    assert table["below the peak"].is_monotonic_increasing
    december = [
        COPIES.query("metric == @BUILDING and known == @day and period == '2025-12'")["figure"]
        for day in ("2026-06-07", "2026-07-05")
    ]
    assert [float(one.iloc[0]) for one in december] == [199_458, 181_798]


def test_jobs_are_those_of_the_last_copy(found):
    copy = COPIES.query("metric == @JOBS and known == '2026-02-15'").set_index("period")["figure"]
    assert found.onshoring.factory_change(JOBS) == pytest.approx(
        100 * (copy["2026-01"] / copy["2024-12"] - 1)
    )


def test_before_the_first_copy_the_words_say_so(before, found):
    assert before.onshoring.revision == "in the latest revision"
    assert found.onshoring.revision == "as the figures stood then"
    assert not before.onshoring.knows("revisions")


def test_the_first_month_of_a_window_is_a_change_from_the_month_before():
    level = pd.Series([9.0, 9.0, 9.0, 9.0, 2.0, 3.0], MONTHS)
    assert change_since(level, MONTHS[-1]) == pytest.approx(50)


def test_a_window_that_has_not_begun_has_no_change():
    level = pd.Series(1.0, MONTHS, name="building")
    with pytest.raises(NotKnown, match="nothing from 2025-01 on was known"):
        change_since(level, pd.Period("2025-01", "M"))
    assert below_peak(level)["below the peak, percent"] == 0
