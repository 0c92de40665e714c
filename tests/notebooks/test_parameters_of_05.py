"""Notebook 05: every parameter moves an output, and it runs whatever was known."""

import inspect

import pytest

from helpers import topics
from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from notebook_cells import run_cells

NAME = "05_winners_and_losers"
CHANGES = {
    "as_of": "2025-12-31",
    "history": 36,
    "lags": 2,
    "after": 4,
    "act_months": 6,
    "extreme": 0.75,
    "horizon": 12,
}


def examined(**values):
    return run_cells(NAME, **values)


def outputs(space):
    banks, others = space["banks"], space["others"]
    return {
        "answers": space["answers"],
        "easings": banks.easings.to_csv(),
        "after acts": others.onshoring.after_acts.to_csv(),
    }


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


def test_the_names_of_parameters_mean_the_same_to_both_topics():
    declared = load_parameters(notebooks_dir() / f"{NAME}.ipynb")
    for topic in (topics.banks, topics.winners):
        defaults = inspect.signature(topic.examine).parameters
        for name in set(defaults) - {"info"}:
            assert declared[name].default == defaults[name].default, name


def test_a_value_out_of_range_is_refused_with_the_range():
    with pytest.raises(ParameterError) as error:
        examined(history=12)
    assert "36 .. 120" in str(error.value)
    assert NAME in str(error.value)


@pytest.mark.notebooks
@pytest.mark.parametrize("as_of", ["2024-06-30", "1990-01-01"])
def test_the_notebook_runs_whatever_was_known(run_notebook, as_of):
    cards = run_notebook(NAME, as_of=as_of)
    assert set(cards) == {f"W{number}" for number in range(1, 9)}
    assert cards["W5"]["stated"]["word"] == cards["W7"]["used"]["word"] == "not yet sayable"
    assert cards["W8"]["stated"]["word"] == "open"
    assert cards["W1"]["stated"]["word"] == cards["W1"]["used"]["word"] == "not yet sayable"
    assert cards["W3"]["stated"]["word"] == "false"
