"""The scenario files that come with the collection."""

import pytest

from helpers.run.collection import assign_values, find_notebooks, load_scenario
from helpers.run.parameters import notebooks_dir

FILES = sorted((notebooks_dir() / "scenarios").glob("*.yaml"))


def test_there_are_scenarios():
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_fits_the_collection_and_one_notebook_alone(path):
    notebooks = find_notebooks()
    scenario = load_scenario(path, notebooks)
    values = assign_values(notebooks, scenario, {})
    assert any(values.values())
    assert any(notebook.declared.keys() >= scenario.keys() for notebook in notebooks), (
        "for papermill -f"
    )
