"""One notebook through papermill, and the executed file made fit to publish: the same bytes on any machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import papermill
from papermill.exceptions import PapermillExecutionError
from papermill.execute import ERROR_MARKER_TAG

from helpers.errors import RebalanceError, RunError
from helpers.report import html
from helpers.run.collection import Notebook
from helpers.run.engine import ENGINE, Kernels
from helpers.run.privacy import hide_keys
from helpers.run.publish import write_json
from helpers.trial.ledger import PARTIAL

_INJECTED_TAG = "injected-parameters"
_START_TIMEOUT = 120  # seconds; a kernel needs one, a crowded machine more


def execute_notebook(
    notebook: Notebook,
    values: Mapping[str, Any],
    kernels: Kernels,
    hide: Callable[[Any], Any],
) -> str | None:
    """Execute a notebook into the work folder and write its page there; the error in words when a cell fails.

    A failed notebook is kept as far as it came, under a name that says so, and gets no page. A progress
    bar shows on terminals only.
    """
    folder = kernels.work.path
    working = folder / f"{notebook.name}.ipynb"
    failure = _run_papermill(notebook, values, working, kernels)
    executed = json.loads(working.read_text(encoding="utf-8"))
    working.unlink()
    if failure:
        failure = f"{_last_cell(executed)}: {hide_keys(failure)}"
    _clean(executed, hide)
    kept = folder / "notebooks" / f"{notebook.name}{PARTIAL if failure else '.ipynb'}"
    write_json(kept, executed)
    if not failure:
        try:
            page = html.export(kept, title=notebook.question)
            (folder / f"{notebook.name}.html").write_text(page, encoding="utf-8")
        except RebalanceError as error:
            failure = f"its page cannot be made: {error}"
            kept = kept.replace(kept.with_name(f"{notebook.name}{PARTIAL}"))
    return failure and f"{notebook.name}: {failure} (partial output: notebooks/{kept.name})"


def _run_papermill(
    notebook: Notebook, values: Mapping[str, Any], target: Path, kernels: Kernels
) -> str | None:
    try:
        papermill.execute_notebook(
            _literal(notebook.path),
            _literal(target),
            parameters=dict(values),
            engine_name=ENGINE,
            kernel_name="python3",  # that of the running interpreter, whatever the notebook was saved with
            progress_bar={"desc": notebook.name, "disable": None},
            start_timeout=_START_TIMEOUT,
            kernels=kernels,
        )
    except PapermillExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    except RunError as error:
        return str(error)
    except RuntimeError as error:  # nbclient's word for a kernel that did not start, or died
        return f"{error}; it may have run out of memory"
    return None


def _clean(executed: dict[str, Any], hide: Callable[[Any], Any]) -> None:
    """Drop times, random ids and machine paths from an executed notebook."""
    executed["metadata"].pop("papermill", None)
    for position, cell in enumerate(executed["cells"]):
        metadata = cell["metadata"]
        for timed in ("papermill", "execution"):
            metadata.pop(timed, None)
        tags = metadata.get("tags", [])
        if not tags:
            metadata.pop("tags", None)
        if _INJECTED_TAG in tags:
            cell["id"] = _INJECTED_TAG
        if ERROR_MARKER_TAG in tags:
            cell["id"] = f"stopped-{position}"
        if "outputs" in cell:
            cell["outputs"] = hide(cell["outputs"])


def _last_cell(executed: dict[str, Any]) -> str:
    """The cell where execution ended, by its place in the notebook as written and its first line."""
    added = {_INJECTED_TAG, ERROR_MARKER_TAG}
    written = [
        cell for cell in executed["cells"] if not added & set(cell["metadata"].get("tags", ()))
    ]
    started = [
        k
        for k, cell in enumerate(written)
        if cell["metadata"].get("papermill", {}).get("start_time")
    ]
    if not started:
        return "before the first cell"
    source = "".join(written[started[-1]]["source"]).strip()
    return f"cell {started[-1] + 1} ({source.splitlines()[0] if source else 'empty'})"


def _literal(path: Path) -> str:
    """A path in which papermill finds no fields to fill."""
    return str(path).replace("{", "{{").replace("}", "}}")
