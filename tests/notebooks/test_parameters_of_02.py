"""Notebook 02: every parameter moves an output, the definition moves verdicts, and it runs whatever was known."""

import pytest

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from helpers.trial import load_claim
from notebook_cells import run_cells

NAME = "02_earnings_handoff"
FAST = {"draws": 2000}
CHANGES = {
    "as_of": "2025-12-31",
    "definition": "profitable_base",
    "index_pair": "sp600_sp500",
    "horizon": 24,
    "months_left": 6,
    "max_age_months": 2,
    "haircut": [0.0, 10.0, 31.5],
    "near_zero": 2.0,
    "error_correlation": 0.9,
    "draws": 3000,
    "seed": 7,
}


def examined(**values):
    return run_cells(NAME, **values)["found"]


def outputs(found):
    return {
        "answers": found.answers,
        "chances": found.chances.to_csv(),
        "pairs": found.pairs.to_csv(),
        "refusals": found.by_rank.to_csv(),
        "payoff": found.payoff.predictive.to_csv(),
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


def test_switching_the_definition_moves_the_chance_of_a_lead_and_nothing_that_was_published():
    found = {
        definition: examined(definition=definition, **FAST).answers
        for definition in ("index_with_loss_makers", "profit_screened_index", "broker_universes")
    }
    assert len({answers["E6"].used.estimate for answers in found.values()}) == 3
    first = next(iter(found.values()))
    for claim in first:
        assert all(answers[claim].stated == first[claim].stated for answers in found.values())


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        (
            "definition",
            "whatever",
            "index_with_loss_makers, profit_screened_index, broker_universes, profitable_base",
        ),
        ("haircut", [10.0], "3 values or none"),
        ("error_correlation", 1.0, "0 .. 0.95"),
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
    cards = run_notebook(NAME, as_of=as_of, draws=1000)
    lines = {
        (claim, line): cards[claim][line]["word"]
        for claim in cards
        for line in load_claim(claim).lines
    }
    assert {claim for claim, _ in lines} == {"E1", "E2", "E3", "E4", "E5", "E6"}
    assert set(lines.values()) == {"not yet sayable"}


@pytest.mark.notebooks
def test_a_definition_given_to_the_runner_reaches_the_card(run_notebook):
    card = run_notebook(NAME, definition="profit_screened_index", draws=1000)["E6"]["used"]
    assert card["word"] == "not yet known"
    assert "Earnings of the S&P 600" in card["evidence"]["note"]
