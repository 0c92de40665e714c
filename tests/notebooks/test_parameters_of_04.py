"""Notebook 04: every parameter moves an output, the definition moves verdicts, and it runs whatever was known."""

import json

import nbformat
import pytest
from nbclient import NotebookClient

from helpers.errors import ParameterError
from helpers.report import CARD_MIME, load_claim, verdict
from helpers.run.parameters import load_parameters, notebooks_dir

NAME = "04_valuation_gap"
FAST = {"draws": 200}
CHANGES = {
    "as_of": "2025-12-31",
    "definition": "without_health_care",
    "index_pair": "lo10_hi10",
    "horizon": 36,
    "window": 12,
    "max_age_months": 3,
    "haircut": [0.0, 20.0, 31.5],
    "years": 10.0,
    "payout": 75.0,
    "equity_premium": 3.0,
    "rate_change": 2.0,
    "draws": 300,
    "seed": 7,
}


def read_notebook():
    return nbformat.read(notebooks_dir() / f"{NAME}.ipynb", as_version=4)


def examined(**values):
    """What the notebook's own cells, from the parameters to the examination, compute with these values."""
    space = {"__name__": "__main__"}
    cells = {cell["id"]: cell.source for cell in read_notebook().cells}
    exec(cells["parameters"], space)
    space.update(values)
    for name in ("setup", "examine"):
        exec(cells[name], space)
    return space["found"]


def outputs(found):
    return {
        "evidence": found.evidence,
        "priced in": found.priced_in.to_csv(),
        "half-life": found.value.half_life,
        "chosen": found.chosen.to_csv(),
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
            claim: verdict(load_claim(claim), one).word
            for claim, one in examined(definition=definition, **FAST).evidence.items()
        }
        for definition in ("all_companies", "without_loss_makers", "without_health_care")
    }
    assert words["all_companies"]["M4"] == words["without_loss_makers"]["M4"] == "contradicted"
    assert words["without_health_care"]["M4"] == "leaning"
    for claim in ("M3", "M5"):
        assert len({found[claim] for found in words.values()}) == 1


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("definition", "whatever", "all_companies, without_loss_makers, without_health_care"),
        ("rate_change", -1.0, "0 .. 3"),
        ("haircut", [60.0, 60.0, 60.0], "-50 .. 50"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(name, value, allowed):
    with pytest.raises(ParameterError) as error:
        examined(**{name: value})
    assert allowed in str(error.value) and NAME in str(error.value)


def run(**values):
    """Execute the whole notebook in a kernel and return its cards by claim."""
    notebook = read_notebook()
    given = "# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in values.items())
    position = 1 + next(k for k, cell in enumerate(notebook.cells) if cell["id"] == "parameters")
    notebook.cells.insert(position, nbformat.v4.new_code_cell(given))
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    data = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
    cards = [one[CARD_MIME] for one in data if CARD_MIME in one]
    cards = [json.loads(card) if isinstance(card, str) else card for card in cards]
    return {card["claim"]: card for card in cards}


@pytest.mark.notebooks
@pytest.mark.parametrize(
    ("as_of", "not_testable"),
    [("2026-02-16", set()), ("2024-06-30", set()), ("1990-01-01", {"M3", "M4"})],
)
def test_the_notebook_runs_whatever_was_known(as_of, not_testable):
    cards = run(as_of=as_of, draws=200)
    assert set(cards) == {"M3", "M4", "M5"}
    assert {claim for claim, card in cards.items() if card["verdict"] == "not testable"} == not_testable
