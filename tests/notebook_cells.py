"""A notebook's own cells, run as they stand: in this process up to its examination, or whole on a kernel."""

import json
from typing import Any

import nbformat
from nbclient import NotebookClient

from helpers.run.parameters import notebooks_dir
from helpers.trial import CARD_MIME


def read_notebook(name: str) -> nbformat.NotebookNode:
    """The notebook as it is committed."""
    return nbformat.read(notebooks_dir() / f"{name}.ipynb", as_version=4)


def run_cells(name: str, *cells: str, **values) -> dict[str, Any]:
    """Names left after the parameters, these values, and the cells named (setup and examine when none is)."""
    space = {"__name__": "__main__"}
    sources = {cell["id"]: cell.source for cell in read_notebook(name).cells}
    exec(sources["parameters"], space)
    space.update(values)
    for cell in cells or ("setup", "examine"):
        exec(sources[cell], space)
    return space


def run_notebook(name: str, **values) -> dict[str, dict]:
    """Cards by claim after the whole notebook ran on a kernel, with values injected as papermill does."""
    notebook = read_notebook(name)
    given = "# Parameters\n" + "\n".join(f"{name} = {value!r}" for name, value in values.items())
    position = 1 + next(k for k, cell in enumerate(notebook.cells) if cell["id"] == "parameters")
    notebook.cells.insert(position, nbformat.v4.new_code_cell(given))
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    data = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
    cards = [one[CARD_MIME] for one in data if CARD_MIME in one]
    cards = [json.loads(card) if isinstance(card, str) else card for card in cards]
    return {card["claim"]: card for card in cards}
