"""One notebook through papermill, and the executed file made fit to publish: the same bytes on any machine."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import nbformat
import papermill
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import ERROR_MARKER_TAG

from helpers.errors import RebalanceError, RunError
from helpers.report import html
from helpers.run.privacy import hide_keys, machine_hider
from helpers.run.publish import write_json
from helpers.trial.ledger import PARTIAL

_ENGINE = "rebalance"
_INJECTED_TAG = "injected-parameters"


@dataclass(frozen=True)
class Job:
    """A notebook to execute with these parameters into a work folder; ``hidden`` are folders that stay private."""

    path: Path
    title: str
    values: Mapping[str, Any]
    folder: Path
    hidden: Mapping[str, Path]

    shows_progress: ClassVar[bool] = True

    @property
    def name(self) -> str:
        return self.path.stem

    def finish(self, executed: dict[str, Any], failure: str | None) -> str | None:
        """Write an executed notebook and its page into the work folder; what failed, in words.

        A failed notebook is kept as far as it came, under a name that says so, and gets no page.
        """
        failure = clean_notebook(self, executed, failure)
        kept = self.folder / "notebooks" / f"{self.name}{PARTIAL if failure else '.ipynb'}"
        write_json(kept, executed)
        if not failure:
            try:
                page = html.export(kept, title=self.title)
                (self.folder / f"{self.name}.html").write_text(page, encoding="utf-8")
            except RebalanceError as error:
                failure = f"its page cannot be made: {error}"
                kept = kept.replace(kept.with_name(f"{self.name}{PARTIAL}"))
        return failure and f"{self.name}: {failure} (partial output: notebooks/{kept.name})"


def run_papermill(
    job: Job, run_cells: Callable[[Any, str], Any], progress: Any = False
) -> tuple[dict[str, Any], str | None]:
    """The notebook as far as it was executed, and the error in words when a cell fails.

    ``run_cells`` gets papermill's manager of the notebook and the name of the kernel. A progress bar shows on
    terminals only.
    """
    managed: list[Any] = []

    def run_managed(nb_man: Any, kernel_name: str) -> None:
        managed.append(nb_man)
        run_cells(nb_man, kernel_name)

    failure = None
    try:
        papermill.execute_notebook(
            _literal(job.path),
            None,
            parameters=dict(job.values),
            engine_name=_ENGINE,
            kernel_name="python3",  # that of the running interpreter, whatever the notebook was saved with
            progress_bar=progress,
            run_managed=run_managed,
        )
    except PapermillExecutionError as error:
        failure = f"{error.ename}: {error.evalue}"
    except RunError as error:
        failure = str(error)
    except RuntimeError as error:  # nbclient's word for a kernel that did not start, or died
        failure = f"{error}; it may have run out of memory"
    return as_saved(managed[0].nb), failure


def clean_notebook(job: Job, executed: dict[str, Any], failure: str | None) -> str | None:
    """Make an executed notebook fit to be shown; what failed, with the cell it failed in."""
    if failure:
        failure = f"{_last_cell(executed)}: {hide_keys(failure)}"
    _clean(executed, machine_hider(**job.hidden))
    return failure


def as_saved(notebook: Any) -> dict[str, Any]:
    """A notebook as its file holds it."""
    return json.loads(nbformat.writes(notebook))


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


class _Engine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, run_managed: Callable[[Any, str], None], **_: Any
    ) -> None:
        run_managed(nb_man, kernel_name)


papermill_engines.register(_ENGINE, _Engine)
# Errors reach the user by RunError, once.
logging.getLogger("papermill").addHandler(logging.NullHandler())
