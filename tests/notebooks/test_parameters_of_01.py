"""Notebook 01: every parameter moves an output, and the whole runs at dates on both sides of the first cut."""

import pytest

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from notebook_cells import run_cells

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


def outputs(**values):
    """What the notebook's own cells, from the parameters to the examination, compute with these values."""
    space = run_cells(NAME, **values)
    model = space["debt"].model
    return {
        "answers": {**space["rates"].answers, **space["debt"].answers},
        "cycles": space["rates"].cycle_table.to_csv(),
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
def test_inputs_of_the_bill_move_the_debt_they_speak_of(default, name):
    changed = outputs(**FAST | {name: CHANGES[name]})["answers"]
    moved = [
        claim
        for claim in ("D2", "D3")
        if changed[claim].used.definitions != default["answers"][claim].used.definitions
    ]
    # the growth of D3 follows the average policy rate, not the cut that is asked for
    assert ("D2" if name == "cut_bp" else "D3") in moved


@pytest.mark.parametrize("source", ["snapshot", "live"])
def test_source_decides_where_figures_are_read(source):
    assert run_cells(NAME, "setup", source=source)["p"].info.source == source


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
    assert NAME in str(error.value)
    assert name in str(error.value)


@pytest.mark.notebooks
@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2024-06-30", {"R1": "true", "R5": "true", "D1": "no source found"}),
        ("1990-01-01", {"D1": "no source found"}),
    ],
)
def test_the_notebook_runs_whatever_was_known(run_notebook, as_of, said):
    cards = run_notebook(NAME, as_of=as_of, draws=256)
    assert set(cards) == {"R1", "R2", "R3", "R4", "R5", "R6", "D1", "D2", "D3"}
    words = {claim: card["stated"]["word"] for claim, card in cards.items()}
    assert {claim: word for claim, word in words.items() if word != "not yet sayable"} == said
    assert {card["as_of"] for card in cards.values()} == {as_of}
    assert all(as_of[:4] in cards[claim]["stated"]["reason"] for claim in ("R2", "R3", "R4"))
