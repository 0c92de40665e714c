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


def examined(**values):
    return run_cells(NAME, **values)["found"]


def outputs(found):
    return {
        "evidence": found.evidence,
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
    assert allowed in str(error.value)
    assert NAME in str(error.value)


@pytest.mark.notebooks
@pytest.mark.parametrize(
    ("as_of", "not_testable"),
    [("2024-06-30", set()), ("1990-01-01", {"M3", "M4"})],
)
def test_the_notebook_runs_whatever_was_known(run_notebook, as_of, not_testable):
    cards = run_notebook(NAME, as_of=as_of, draws=200)
    assert set(cards) == {"M3", "M4", "M5"}
    assert {
        claim for claim, card in cards.items() if card["verdict"] == "not testable"
    } == not_testable
