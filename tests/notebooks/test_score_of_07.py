"""Notebook 07, the score so far: its day moves what became of the claims, and no answer on the outlook."""

import pytest

from helpers.errors import ParameterError
from helpers.topics.outlook.score import last_day
from notebook_cells import run_cells

NAME = "07_outlook"


@pytest.fixture(scope="module")
def default():
    return run_cells(NAME, "setup", "score")


def test_the_score_is_of_the_last_day_the_figures_allow(default):
    assert default["later"].day == last_day()
    assert default["since"].outcomes["R6"].since.checks == {"the target range is unchanged": False}


def test_another_day_gives_another_score(default):
    earlier = run_cells(NAME, "setup", "score", evaluate_on="2026-06-30")
    assert earlier["since"].outcomes != default["since"].outcomes
    assert earlier["p"].info.as_of == default["p"].info.as_of


@pytest.mark.parametrize("value", ["2026-01-31", "2027-01-31", "soon"])
def test_a_day_that_cannot_be_scored_stops_the_notebook_with_the_last_one(value):
    with pytest.raises(ParameterError, match=f"evaluate_on .*{last_day()}"):
        run_cells(NAME, "setup", "score", evaluate_on=value)
