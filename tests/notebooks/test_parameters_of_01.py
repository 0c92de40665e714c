"""Notebook 01: every parameter moves an output, and the whole runs at dates on both sides of the first cut."""

import json

import nbformat
import pytest
from nbclient import NotebookClient

from helpers.errors import ParameterError
from helpers.report import CARD_MIME
from helpers.run.parameters import load_parameters, notebooks_dir

NAME = "01_rate_cuts_and_floating_debt"
FAST = {"draws": 256}
CHANGES = {
    "as_of": "2025-09-30",
    "reversal_bp": 25.0,
    "cut_bp": 100.0,
    "floating_share_small": [20.0, 25.0, 30.0],
    "floating_share_large": [5.0, 6.0, 7.0],
    "pass_through": [50.0, 60.0, 70.0],
    "hedge_share": [0.0, 40.0, 60.0],
    "maturity_share": [20.0, 25.0, 30.0],
    "coupon_reset": [0.0, 0.5, 1.0],
    "tax": [30.0, 35.0, 40.0],
    "draws": 512,
    "seed": 7,
}


def read_notebook():
    return nbformat.read(notebooks_dir() / f"{NAME}.ipynb", as_version=4)


def outputs(**values):
    """What the notebook's own cells, from the parameters to the examination, compute with these values."""
    space = {"__name__": "__main__"}
    cells = {cell["id"]: cell.source for cell in read_notebook().cells}
    exec(cells["parameters"], space)
    space.update(values)
    for name in ("setup", "examine"):
        exec(cells[name], space)
    model = space["debt"].model
    return {
        "evidence": {**space["rates"].evidence, **space["debt"].evidence},
        "cycles": space["rates"].table_cycles().to_csv(),
        "draws": model.draws.to_csv(),
        "specifications": space["debt"].specifications.to_csv(),
    }


@pytest.fixture(scope="module")
def default():
    return outputs(**FAST)


def test_the_same_values_give_the_same_outputs(default):
    assert outputs(**FAST) == default


def test_no_parameter_is_left_untried():
    assert set(load_parameters(notebooks_dir() / f"{NAME}.ipynb")) == set(CHANGES) | {"source"}


@pytest.mark.parametrize("name", CHANGES)
def test_each_parameter_changes_an_output(default, name):
    changed = outputs(**FAST | {name: CHANGES[name]})
    assert any(changed[output] != default[output] for output in default)


@pytest.mark.parametrize(
    "name",
    [
        "cut_bp",
        "floating_share_small",
        "pass_through",
        "hedge_share",
        "maturity_share",
        "coupon_reset",
        "tax",
    ],
)
def test_inputs_of_the_bill_move_a_debt_verdict_number(default, name):
    changed = outputs(**FAST | {name: CHANGES[name]})["evidence"]
    moved = [
        claim
        for claim in ("D1", "D2", "D3")
        if changed[claim].estimate != default["evidence"][claim].estimate
    ]
    # the growth of D3 follows the average policy rate, not the cut that is asked for
    assert ("D2" if name == "cut_bp" else "D3") in moved


def test_source_decides_where_figures_are_read(monkeypatch):
    cells = {cell["id"]: cell.source for cell in read_notebook().cells}
    for source in ("snapshot", "live"):
        space = {"__name__": "__main__"}
        exec(cells["parameters"], space)
        space["source"] = source
        exec(cells["setup"], space)
        assert space["p"].info.source == source


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("cut_bp", -25.0, "0 .. 1000"),
        ("tax", [21.0], "3 values"),
        ("as_of", "2027-01-01", "1990-01-01 .. 2026-11-30"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(name, value, allowed):
    with pytest.raises(ParameterError, match=allowed.replace(".", r"\.")) as error:
        outputs(**{name: value})
    assert NAME in str(error.value) and name in str(error.value)


def run(**values):
    """Execute the whole notebook in a kernel and return its cards by claim."""
    notebook = read_notebook()
    given = "# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in values.items())
    position = 1 + next(k for k, cell in enumerate(notebook.cells) if cell["id"] == "parameters")
    notebook.cells.insert(position, nbformat.v4.new_code_cell(given))
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    cards = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if CARD_MIME in output.get("data", {}):
                card = output["data"][CARD_MIME]
                card = json.loads(card) if isinstance(card, str) else card
                cards[card["claim"]] = card
    return cards


@pytest.mark.notebooks
@pytest.mark.parametrize(
    ("as_of", "not_testable"),
    [
        ("2026-02-16", set()),
        ("2024-06-30", {"R2", "R3", "R4", "D2", "D3"}),
        ("1990-01-01", {"R1", "R2", "R3", "R4", "R5", "R6", "D1", "D2", "D3"}),
    ],
)
def test_the_notebook_runs_whatever_was_known(as_of, not_testable):
    cards = run(as_of=as_of, draws=256)
    assert set(cards) == {"R1", "R2", "R3", "R4", "R5", "R6", "D1", "D2", "D3"}
    assert {claim for claim, card in cards.items() if card["verdict"] == "not testable"} == not_testable
    assert {card["as_of"] for card in cards.values()} == {as_of}


def test_prose_types_no_decimal_and_code_stays_short():
    cells = read_notebook().cells
    code = [
        [line for line in cell.source.splitlines() if line.strip()]
        for cell in cells
        if cell.cell_type == "code"
    ]
    words = sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown")
    assert sum(map(len, code)) <= 100 and max(map(len, code)) <= 20
    assert 600 <= words <= 1200
    assert not any(cell.get("outputs") for cell in cells if cell.cell_type == "code")
