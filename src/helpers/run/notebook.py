"""One notebook through papermill, and the executed file made fit to publish: the same bytes on any machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import papermill
from papermill.exceptions import PapermillExecutionError
from papermill.execute import ERROR_MARKER_TAG

from helpers.report import html
from helpers.run.collection import Notebook
from helpers.run.engine import ENGINE, Kernels
from helpers.run.privacy import hide_keys, machine_hider
from helpers.run.publish import PARTIAL, write_json

_INJECTED_TAG = "injected-parameters"
_START_TIMEOUT = 120  # seconds; a kernel needs one, a crowded machine more


def execute_notebook(
    notebook: Notebook, values: Mapping[str, Any], staging: Path, kernels: Kernels, line: int
) -> str | None:
    """Execute a notebook into the staging folder and write its page there; the error in words when a cell fails.

    A failed notebook is kept as far as it came, under a name that says so, and gets no page. ``line`` is the one
    of its progress bar, which shows on a terminal only.
    """
    working = staging / f"{notebook.name}.ipynb"
    try:
        papermill.execute_notebook(
            _literal(notebook.path),
            _literal(working),
            parameters=dict(values),
            engine_name=ENGINE,
            kernel_name="python3",  # that of the running interpreter, whatever the notebook was saved with
            progress_bar={"desc": notebook.name, "position": line, "disable": None},
            start_timeout=_START_TIMEOUT,
            kernels=kernels,
        )
        failure = None
    except PapermillExecutionError as error:
        failure = f"{error.ename}: {error.evalue}"
    except RuntimeError as error:  # nbclient's word for a kernel that did not start, or died (out of memory)
        failure = f"{error}; it may have run out of memory"
    executed = json.loads(working.read_text(encoding="utf-8"))
    working.unlink()
    where = _last_cell(executed)
    _clean(executed, machine_hider(run=staging, out=staging.parent, notebooks=notebook.path.parent))
    kept = staging / "notebooks" / f"{notebook.name}{PARTIAL if failure else '.ipynb'}"
    write_json(kept, executed)
    if failure:
        return f"{notebook.name}: {where}: {hide_keys(failure)} (partial output: notebooks/{kept.name})"
    page = html.export(kept, title=notebook.question)
    (staging / f"{notebook.name}.html").write_text(page, encoding="utf-8")
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
    written = [cell for cell in executed["cells"] if not added & set(cell["metadata"].get("tags", ()))]
    started = [k for k, cell in enumerate(written) if cell["metadata"].get("papermill", {}).get("start_time")]
    if not started:
        return "before the first cell"
    source = "".join(written[started[-1]]["source"]).strip()
    return f"cell {started[-1] + 1} ({source.splitlines()[0] if source else 'empty'})"


def _literal(path: Path) -> str:
    """A path in which papermill finds no fields to fill."""
    return str(path).replace("{", "{{").replace("}", "}}")
