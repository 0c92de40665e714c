"""A notebook's own cells, run as they stand in this process."""

from pathlib import Path
from typing import Any

import nbformat
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from helpers.run.parameters import notebooks_dir


def read_notebook(name: str) -> nbformat.NotebookNode:
    """The notebook as it is committed."""
    return nbformat.read(notebooks_dir() / f"{name}.ipynb", as_version=4)


def run_injected(path: Path, **values) -> None:
    """Run a notebook's cells with the cell of parameters that plain papermill adds, at hand as in a kernel."""
    notebook = parameterize_notebook(load_notebook_node(str(path)), values)
    space = {"__name__": "__main__", "In": [""]}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            space["In"].append(cell.source)
            exec(cell.source, space)


def run_cells(name: str, *cells: str, **values) -> dict[str, Any]:
    """Names left after the parameters, these values, and the cells named (setup and examine when none is)."""
    space = {"__name__": "__main__"}
    sources = {cell["id"]: cell.source for cell in read_notebook(name).cells}
    exec(sources["parameters"], space)
    space.update(values)
    for cell in cells or ("setup", "examine"):
        exec(sources[cell], space)
    return space
