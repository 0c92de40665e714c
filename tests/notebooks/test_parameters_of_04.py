"""Notebook 04: every parameter moves an output, the definition moves verdicts, and it runs whatever was known."""

import pytest

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from helpers.trial import load_claim, verdict
from notebook_cells import run_cells

NAME = "04_valuation_gap"
FAST = {"draws": 200}
CHANGES = {
    "as_of": "2025-12-31",
    "definition": "without_loss_makers",
    "index_pair": "lo10_hi10",
    "horizon": 36,
    "window": 12,
    "max_age_months": 3,
    "years": 10.0,
    "draws": 300,
    "seed": 7,
}


def examined(**values):
    return run_cells(NAME, **values)["found"]


def outputs(found):
    return {
        "answers": found.answers,
        "priced in": found.priced_in.to_csv(),
        "half-life": found.half_life,
        "chosen": found.chosen_ratios.to_csv(),
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


def test_switching_the_definition_moves_the_multiple_and_holds_the_rest():
    words = {
        definition: {
            (claim, name): verdict(load_claim(claim), name, getattr(answer, name)).word
            for claim, answer in examined(definition=definition, **FAST).answers.items()
            for name in load_claim(claim).lines
        }
        for definition in ("all_companies", "without_loss_makers")
    }
    every, without = words.values()
    moved = {line for line in every if every[line] != without[line]}
    assert moved == {("M4", "used")}
    assert without["M4", "used"] == "not testable"  # its history is known at second hand alone


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("definition", "whatever", "all_companies, without_loss_makers"),
        ("years", 0.0, "1 .. 30"),
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
    assert set(cards) == {"M3", "M4", "M5"}
    words = {
        claim: {card[name]["word"] for name in ("stated", "used")} for claim, card in cards.items()
    }
    assert words["M3"] == words["M4"] == {"not yet sayable"}
    assert not words["M5"] & {"not yet sayable", "not testable"}
