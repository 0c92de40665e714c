"""Every number shown is pinned at two dates; one that moves has its line in the changelog."""

import json
from pathlib import Path

import pytest

from corrupted_future import corrupted_copy, data_folder
from helpers.data.dates import as_date
from helpers.run.execute import run_collection
from in_forks import undrawn
from shown_numbers import (
    DATES,
    ELSEWHERE,
    EXACT,
    RUNS,
    changelog_lines,
    compare_with_golden,
    differences,
    numbers_shown,
    read_golden,
)
from warm_forks import forks_through

HINT = 'Right? Say in CHANGELOG.md, under "Numbers", what moved them, then run `make golden`.'


@pytest.mark.notebooks
def test_no_number_moves_without_a_word(collection_report):
    moved = compare_with_golden(collection_report, DATES[0])
    assert not moved, "\n".join([*moved, HINT])


@pytest.mark.notebooks
def test_at_an_earlier_date_whatever_the_future_holds(tmp_path):
    """Every figure that became known later is false here; the golden file was made from true ones, and drawn."""
    data = corrupted_copy(tmp_path / "data", as_date(DATES[1]))
    with data_folder(data), forks_through(undrawn):
        run_collection(tmp_path / "reports", texts=RUNS[DATES[1]])
    moved = compare_with_golden(tmp_path / "reports", DATES[1])
    assert not moved, "\n".join([*moved, HINT])


@pytest.mark.notebooks
def test_every_kind_of_output_is_pinned(collection_report):
    shown = numbers_shown(collection_report)
    scoreboard = json.loads((collection_report / "scoreboard.json").read_text("utf-8"))
    assert set(shown["cards"]) == {row["id"] for row in scoreboard if row["as_of"]}
    pages = "".join(path.read_text("utf-8") for path in collection_report.glob("0*.html"))
    assert len(shown["figures"]) == pages.count('<figure class="gr-figure"')
    assert all(shown.values())


@pytest.mark.parametrize("date", DATES)
def test_the_golden_files_know_every_line_of_the_changelog(date):
    assert read_golden(date)["explained_by"] == changelog_lines(), "Run `make golden`."


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ({"D2": {"mde": 2.0, "halves": [1.0, 3.0]}}, ["D2, halves [2]: was 2.0, is 3.0"]),
        ({"D2": {"mde": 2.0000001, "halves": [1.0, 2.0]}}, ["D2, mde: was 2.0, is 2.0000001"]),
        ({"D2": {"mde": None, "halves": [1.0, 2.0]}}, ["D2, mde: was 2.0, is None"]),
        ({"D2": {"mde": 2.0}}, ["D2, halves: gone"]),
        ({}, ["D2: gone"]),
        ({"D2": {"mde": 2.0 + 1e-10, "halves": [1.0, 2.0]}}, []),
    ],
)
def test_a_difference_names_the_claim_the_field_and_both_values(new, message):
    assert differences({"D2": {"mde": 2.0, "halves": [1.0, 2.0]}}, new, EXACT) == message


def test_other_environments_may_differ_in_the_last_digits_only():
    assert not differences([1.0, "12.3"], [1.0001, "12.4"], ELSEWHERE)
    assert len(differences([1.0, "12.3"], [1.1, "14.3"], ELSEWHERE)) == 2


def test_a_golden_file_is_small_enough_to_read():
    folder = Path(__file__).parent / "golden"
    assert all(path.stat().st_size < 400_000 for path in folder.glob("*.json"))
