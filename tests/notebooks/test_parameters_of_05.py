"""Notebook 05: every parameter moves an output, and it runs whatever was known."""

import pytest

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from notebook_cells import run_cells

NAME = "05_winners_and_losers"
CHANGES = {
    "as_of": "2025-12-31",
    "history": 36,
    "lags": 2,
    "after": 4,
}


def examined(**values):
    return run_cells(NAME, **values)


def outputs(space):
    banks = space["banks"]
    return {"answers": banks.answers, "easings": banks.easings.to_csv()}


@pytest.fixture(scope="module")
def default():
    return outputs(examined())


def test_the_same_values_give_the_same_outputs(default):
    assert outputs(examined()) == default


def test_no_parameter_is_left_untried():
    assert set(load_parameters(notebooks_dir() / f"{NAME}.ipynb")) == set(CHANGES) | {"source"}


@pytest.mark.parametrize("name", CHANGES)
def test_each_parameter_changes_an_output(default, name):
    changed = outputs(examined(**{name: CHANGES[name]}))
    assert any(changed[output] != default[output] for output in default)


def test_a_value_out_of_range_is_refused_with_the_range():
    with pytest.raises(ParameterError) as error:
        examined(history=12)
    assert "36 .. 120" in str(error.value)
    assert NAME in str(error.value)


@pytest.mark.notebooks
@pytest.mark.parametrize("as_of", ["2024-06-30", "1990-01-01"])
def test_the_notebook_runs_whatever_was_known(run_notebook, as_of):
    cards = run_notebook(NAME, as_of=as_of)
    assert {"W1", "W2", "W3", "W4"} <= set(cards)
    assert cards["W1"]["stated"]["word"] == cards["W1"]["used"]["word"] == "not yet sayable"
    assert cards["W3"]["stated"]["word"] == "false"
