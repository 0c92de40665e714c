"""Notebook 06: every parameter moves an output, the definition moves one verdict, and it runs whatever was known."""

import pytest

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from notebook_cells import run_cells
from verdict_words import words

NAME = "06_policy"
FAST = {"draws": 256}
CHANGES = {
    "as_of": "2026-03-31",
    "definition": "small_firms",
    "booked": [0.0, 10.0, 20.0],
    "yearly": [3.0, 5.0, 7.0],
    "tax": [0.0, 0.0, 0.0],
    "window": 5,
    "months": 6,
    "history": 36,
    "draws": 512,
    "seed": 7,
}


def examined(**values):
    return run_cells(NAME, **values)["found"]


def outputs(found):
    return {
        "answers": found.answers,
        "channels": found.channels.to_csv(),
        "savings": found.saving_table.to_csv(),
        "acts": found.act_table.to_csv(),
    }


@pytest.fixture(scope="module")
def default():
    return outputs(examined(**FAST))


def test_the_same_values_give_the_same_outputs(default):
    assert outputs(examined(**FAST)) == default


def test_no_parameter_is_left_untried():
    assert set(load_parameters(notebooks_dir() / f"{NAME}.ipynb")) == set(CHANGES) | {"source"}


@pytest.mark.parametrize("name", CHANGES)
def test_each_parameter_changes_an_output(default, name):
    changed = outputs(examined(**FAST | {name: CHANGES[name]}))
    assert any(changed[output] != default[output] for output in default)


def test_switching_the_definition_moves_the_worth_of_the_saving_alone(default):
    usual = words(default["answers"])
    at_its_word = words(examined(definition="every_year", **FAST).answers)
    assert {line for line in usual if usual[line] != at_its_word[line]} == {("P4", "used")}
    assert at_its_word["P4", "used"] == "strong evidence for"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [("definition", "whatever", "all_firms, small_firms, every_year"), ("window", 0, "1 .. 20")],
)
def test_a_value_out_of_range_is_refused_with_the_range(name, value, allowed):
    with pytest.raises(ParameterError) as error:
        examined(**{name: value})
    assert allowed in str(error.value)
    assert NAME in str(error.value)


@pytest.mark.notebooks
@pytest.mark.parametrize("as_of", ["2025-06-30", "1990-01-01"])
def test_the_notebook_runs_whatever_was_known(run_notebook, as_of):
    cards = run_notebook(NAME, as_of=as_of, draws=256)
    assert set(cards) == {"P1", "P2", "P3", "P4"}
    assert cards["P1"]["stated"]["word"] == cards["P2"]["used"]["word"] == "not yet sayable"
