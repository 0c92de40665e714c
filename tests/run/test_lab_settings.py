"""Settings that `make lab` starts JupyterLab with."""

import json
import sys
from pathlib import Path

from helpers.data.paths import project_dir


def test_lab_asks_nobody_outside_and_every_setting_is_one_that_it_knows():
    overrides = json.loads((project_dir() / "jupyter/overrides.json").read_text())
    notification = overrides["@jupyterlab/apputils-extension:notification"]
    assert notification == {"fetchNews": "false", "checkForUpdates": False}
    for plugin, settings in overrides.items():
        package, name = plugin.split(":")
        schema = Path(sys.prefix, "share/jupyter/lab/schemas", package, f"{name}.json")
        known = json.loads(schema.read_text())["properties"]
        assert settings.keys() <= known.keys(), plugin
