"""What the notebooks of the collection load, loaded once before the first fork."""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import sys

import helpers
from helpers.data.paths import READ, data_dir
from helpers.run.engines.in_process import Cells

LIBRARIES = ("matplotlib.pyplot", "pandas", "scipy.stats", "seaborn", "statsmodels.api")
FLOORS = ("data", "stats", "trial", "topics", "report", "run.session")
CHECKS = (
    "data.schema",
    "data.verify",
)  # of which no notebook has any use: pandera takes long to load


def load(collection: bool) -> Cells:
    """The shell of the cells, then what is needed to make a page, and all floors for notebooks of this house.

    Figures need the shell to be there first. What is not loaded here is loaded by the notebook that needs it.
    """
    cells = Cells()
    importlib.import_module("helpers.run.notebook")
    _make_a_page()
    if collection:
        for name in LIBRARIES:
            importlib.import_module(name)
        for module in pkgutil.walk_packages(helpers.__path__, "helpers."):
            name = module.name.removeprefix("helpers.")
            if name.startswith(FLOORS) and name not in CHECKS:
                importlib.import_module(module.name)
        _draw_a_figure()
        _read_what_all_read()
    return cells


def _make_a_page() -> None:
    """The first page costs ten times the second: templates are read, lexers and entry points found."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    from helpers.report import html

    printed = new_output("stream", text="1\n")
    cells = [new_markdown_cell("# A page\n\n*One* line."), new_code_cell("1", outputs=[printed])]
    html.export(new_notebook(cells=cells))


def _draw_a_figure() -> None:
    """The first figure finds the fonts, and the first look for a backend asks every package installed for one."""
    import io

    from matplotlib import pyplot as plt
    from matplotlib.backends import backend_registry

    backend_registry.list_all()
    figure, axes = plt.subplots()
    axes.plot([0, 1])
    figure.savefig(io.BytesIO(), format="svg")
    plt.close(figure)


def _read_what_all_read() -> None:
    """The claims and what was published, a quarter of a second of every notebook."""
    from helpers.data import quoted
    from helpers.errors import RebalanceError
    from helpers.trial.claims import load_claims

    with contextlib.suppress(RebalanceError, OSError):  # told by the notebook that needs them
        load_claims()
        quoted()


def note_figures_read() -> set[str]:
    """Every file of figures that is opened or used from now on, here and in what is forked from here."""
    folder = f"{data_dir().absolute()}{os.sep}"
    read: set[str] = set()

    def note(event: str, given: tuple) -> None:
        if event in ("open", READ) and isinstance(given[0], str) and given[0].startswith(folder):
            read.add(given[0][len(folder) :].replace(os.sep, "/"))

    sys.addaudithook(note)
    return read
