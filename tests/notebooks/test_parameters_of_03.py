"""Notebook 03: every parameter moves an output, and the notebook runs at both ends of its dates."""

from functools import cache

import pytest

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, notebooks_dir
from notebook_cells import run_cells

NAME = "03_regime_analogs"
FAST = {"draws": 199}
CHANGES = {
    "as_of": "2025-09-30",
    "pair": "lo20_hi20",
    "window": [1974, 1983],
    "horizon": 6,
    "k": 24,
    "metric": "mahalanobis",
    "embargo": 60,
    "variables": ["policy_rate", "inflation", "unemployment"],
    "events": "joined",
    "block": 24,
    "draws": 399,
    "seed": 7,
}


def outputs(**values):
    """What the notebook's own cells, from the parameters to the examination, compute with these values."""
    found = run_cells(NAME, **values)["found"]
    return {
        "answers": found.answers,
        "premium": found.premium.by_block.to_csv() + found.premium.periods.to_csv(),
        "neighbours": found.resemblance.neighbours.to_csv(),
        "easing": found.easing.tests.to_csv() + found.easing.events.to_csv(),
    }


@pytest.fixture(scope="module")
def default():
    return outputs(**FAST)


@cache
def changed_by(name):
    return outputs(**FAST | {name: CHANGES[name]})


def test_the_same_values_give_the_same_outputs(default):
    assert outputs(**FAST) == default


def test_no_parameter_is_left_untried():
    assert set(load_parameters(notebooks_dir() / f"{NAME}.ipynb")) == set(CHANGES) | {"source"}


@pytest.mark.parametrize("name", CHANGES)
def test_each_parameter_changes_an_output(default, name):
    changed = changed_by(name)
    assert any(changed[output] != default[output] for output in default)


@pytest.mark.parametrize(
    ("name", "claims"),
    [
        ("pair", {"H1", "H3", "M1"}),
        ("window", {"H1"}),
        ("metric", {"H2"}),
        ("block", {"H1"}),
    ],
)
def test_a_parameter_moves_the_claims_it_speaks_of(default, name, claims):
    changed = changed_by(name)["answers"]
    assert {claim for claim in changed if changed[claim] != default["answers"][claim]} >= claims


def test_the_source_is_handed_on():
    assert run_cells(NAME, "setup", source="live")["p"].info.source == "live"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("k", 2, "k"),
        ("pair", "iwm_spy", "lo20_hi20"),
        ("as_of", "1989-12-31", "1990-01-01"),
        ("variables", [], "variables"),
        ("window", [1975], "window"),
    ],
)
def test_a_value_outside_its_domain_is_named(name, value, message):
    with pytest.raises(ParameterError, match=message):
        outputs(**{name: value})


@pytest.mark.notebooks
@pytest.mark.parametrize("as_of", ["1990-01-01", "2026-11-30"])
def test_runs_at_both_ends_of_its_dates(run_notebook, as_of):
    cards = run_notebook(NAME, as_of=as_of, draws=199, embargo=60, events="joined")
    assert set(cards) == {"H1", "H2", "H3", "M1", "M2"}
