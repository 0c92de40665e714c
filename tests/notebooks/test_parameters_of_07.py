"""Notebook 07: every parameter moves an output, a scenario moves what it should, and it runs whatever was known."""

import pytest

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from helpers.topics.outlook.scenarios import SCENARIOS
from notebook_cells import run_cells

NAME = "07_outlook"
FAST = {"draws": 200}
CHANGES = {
    "as_of": "2026-03-31",
    "supposed": "recession",
    "rate_path": [100.0, 100.0, 100.0, 100.0],
    "growth": -1.0,
    "margin_gain": 0.5,
    "definition": "profit_screened_index",
    "index_pair": "ijr_spy",
    "size_pair": "lo20_hi20",
    "years": 3,
    "draws": 250,
    "seed": 7,
}


def examined(**values):
    return run_cells(NAME, "setup", "examine", **values)["found"]


def outputs(found):
    return {
        "answers": found.answers,
        "steps": found.steps.to_csv(),
        "named": found.named_table.to_csv(),
    }


@pytest.fixture(scope="module")
def default():
    return outputs(examined(**FAST))


def test_the_same_values_give_the_same_outputs(default):
    assert outputs(examined(**FAST)) == default


def test_no_parameter_is_left_untried():
    assert set(load_parameters(notebooks_dir() / f"{NAME}.ipynb")) == set(CHANGES) | {
        "source",
        "evaluate_on",
    }


@pytest.mark.parametrize("name", CHANGES)
def test_each_parameter_changes_an_output(default, name):
    changed = outputs(examined(**FAST | {name: CHANGES[name]}))
    assert any(changed[output] != default[output] for output in default)


def test_a_path_of_rates_leaves_the_claim_of_unchanged_rates_alone(default):
    """F1 supposes that the policy rate stays where it is, whatever the scenario does with it."""
    hikes = examined(**FAST, rate_path=[100.0] * 4).answers
    assert hikes["F1"].used.estimate == default["answers"]["F1"].used.estimate
    assert hikes["F3"].used.estimate != default["answers"]["F3"].used.estimate


def test_the_scenarios_on_offer_are_the_named_ones():
    declared = load_parameters(notebooks_dir() / f"{NAME}.ipynb")["supposed"]
    assert list(declared.domain.words) == list(SCENARIOS)
    files = {path.stem for path in (notebooks_dir() / "scenarios").glob("*.yaml")}
    assert set(SCENARIOS) <= files


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("supposed", "boom", "hold, further_cuts"),
        ("rate_path", [0.0, 0.0], "-600 .. 600, 4 values"),
        ("years", 0, "1 .. 10"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(name, value, allowed):
    with pytest.raises(ParameterError) as error:
        examined(**{name: value})
    assert allowed in str(error.value)
    assert NAME in str(error.value)


@pytest.mark.notebooks
@pytest.mark.parametrize("as_of", ["2024-06-30", "1990-01-01"])
def test_the_notebook_runs_whatever_was_known(run_notebook, as_of):
    cards = run_notebook(NAME, as_of=as_of, draws=200)
    for claim in ("F1", "F3", "F4"):
        words = {cards[claim][name]["word"] for name in ("stated", "used")}
        assert words == {"not yet sayable"}
