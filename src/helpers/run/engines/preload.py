"""What the notebooks of the collection load, loaded once before the first fork."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import helpers
from helpers.data.paths import data_dir
from helpers.run.engines.in_process import Cells

LIBRARIES = ("matplotlib.pyplot", "pandas", "scipy.stats", "seaborn", "statsmodels.api")
FLOORS = ("data", "stats", "trial", "topics", "report", "run.session")


def load(collection: bool) -> Cells:
    """The shell of the cells, then what is needed to make a page, and all floors for notebooks of this house.

    Figures need the shell to be there first. What is not loaded here is loaded by the notebook that needs it.
    """
    cells = Cells()
    importlib.import_module("helpers.run.notebook")
    importlib.import_module("helpers.report.html.notebook")
    if collection:
        for name in LIBRARIES:
            importlib.import_module(name)
        for module in pkgutil.walk_packages(helpers.__path__, "helpers."):
            if module.name.removeprefix("helpers.").startswith(FLOORS):
                importlib.import_module(module.name)
    return cells


def note_figures_read() -> set[str]:
    """Every file of figures that is opened from now on, here and in what is forked from here."""
    folder = f"{data_dir().absolute()}{os.sep}"
    read: set[str] = set()

    def note(event: str, given: tuple) -> None:
        if event == "open" and isinstance(given[0], str) and given[0].startswith(folder):
            read.add(given[0][len(folder) :].replace(os.sep, "/"))

    sys.addaudithook(note)
    return read
