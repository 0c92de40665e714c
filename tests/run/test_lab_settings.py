"""Settings that `make lab` starts JupyterLab with."""

import json
import re
import sys
from pathlib import Path

from helpers.data.paths import project_dir
from helpers.run.collection import find_notebooks


def test_lab_asks_nobody_outside_and_every_setting_is_one_that_it_knows():
    overrides = json.loads((project_dir() / "jupyter/overrides.json").read_text())
    notification = overrides["@jupyterlab/apputils-extension:notification"]
    assert notification == {"fetchNews": "false", "checkForUpdates": False}
    for plugin, settings in overrides.items():
        package, name = plugin.split(":")
        schema = Path(sys.prefix, "share/jupyter/lab/schemas", package, f"{name}.json")
        known = json.loads(schema.read_text())["properties"]
        assert settings.keys() <= known.keys(), plugin


def test_the_start_page_leads_to_every_notebook_by_its_question():
    page = (project_dir() / "notebooks/START.md").read_text()
    links = {name: question for question, name in re.findall(r"\[([^]]+)\]\(([^)]+)\)", page)}
    assert links == {one.path.name: one.question for one in find_notebooks()}
