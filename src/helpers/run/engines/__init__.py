"""How cells are run: in forks of one interpreter that has everything loaded, or on a kernel each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from helpers.run.workfolder import WorkFolder

if TYPE_CHECKING:
    from helpers.run.job import Job

#: Forks are faster; kernels work on every system, and are the referee of what forks find.
ENGINES = ("fork", "kernel")
DEFAULT = "fork" if sys.platform == "linux" else "kernel"
OUTPUT_LIMIT = 10_000_000  # characters a cell; a page with more is of no use to a reader
TOO_MUCH = f"wrote more than {OUTPUT_LIMIT // 1_000_000} MB of output; show less, or a summary"


def too_long(cell_timeout: int) -> str:
    """What is said of a cell that took longer than it may."""
    return f"took longer than {cell_timeout} seconds (--cell-timeout)"


@dataclass(frozen=True)
class Result:
    """What came of a notebook: the error in words, and the files of figures it read; None where any may be."""

    error: str | None
    data: list[str] | None = None


class Engine(Protocol):
    """Executes the notebooks of one run."""

    def execute(self, job: Job) -> Result:
        """Execute a notebook and write what came of it."""

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        """What a function returns, called where everything is loaded."""

    def end(self) -> None:
        """End every notebook at once, with whatever its cells started, and start no other."""


def open_engine(
    name: str,
    work: WorkFolder,
    notebooks: Iterable[Path],
    env: Mapping[str, str],
    cell_timeout: int | None = None,
) -> Engine:
    """The engine of a run of some notebooks, whose cells see these variables besides those of the command."""
    if name == "kernel":
        from helpers.run.engines.kernels import Kernels

        return Kernels(work, env, cell_timeout)
    from helpers.run.engines.forks import Forks

    collection = any(b"helpers" in path.read_bytes() for path in notebooks)
    return Forks(work, env, cell_timeout, collection)


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of all cells of a run."""
    return {
        **os.environ,
        # Results do not depend on the order of sets, and parallel notebooks do not fight for cores.
        "PYTHONHASHSEED": "0",
        **{f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")},
        # Memory once asked of the system is used again: arrays come and go by the million, each new page costs.
        "MALLOC_TRIM_THRESHOLD_": f"{1 << 28}",
        "MALLOC_MMAP_THRESHOLD_": f"{1 << 25}",
        **env,
    }
