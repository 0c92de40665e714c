"""One notebook through papermill."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import papermill
from nbformat.v4.rwbase import split_lines, strip_transient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors

from helpers.errors import RunError
from helpers.run.job import Job

_ENGINE = "rebalance"
_KERNEL = "python3"  # that of the running interpreter, whatever a notebook was saved with


def run_papermill(
    job: Job, run_cells: Callable[[Any, str], Any], progress: Any = False
) -> tuple[dict[str, Any], str | None]:
    """The notebook as far as it was executed, and the error in words when a cell fails.

    ``run_cells`` gets papermill's manager of the notebook and the name of the kernel. A progress bar shows on
    terminals only.
    """
    notebook = papermill.execute_notebook(
        _literal(job.path),
        None,
        parameters=dict(job.values),
        engine_name=_ENGINE,
        kernel_name=_KERNEL,
        prepare_only=True,
    )
    failure = None
    try:
        # What papermill would do next, but for writing the executed notebook down to no file.
        papermill_engines.execute_notebook_with_engine(
            _ENGINE, notebook, _KERNEL, progress_bar=progress, run_managed=run_cells
        )
        raise_for_execution_errors(notebook, None)
    except PapermillExecutionError as error:
        failure = f"{error.ename}: {error.evalue}"
    except RunError as error:
        failure = str(error)
    except RuntimeError as error:  # nbclient's word for a kernel that did not start, or died
        failure = f"{error}; it may have run out of memory"
    return as_saved(notebook), failure


def as_saved(notebook: Any) -> dict[str, Any]:
    """A notebook as its file holds it; the one given is used up, for a copy would cost more than all else."""
    return json.loads(json.dumps(strip_transient(split_lines(notebook)), sort_keys=True))


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
