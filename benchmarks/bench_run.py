"""Starting, running and publishing the collection against the tools it is built on, used one by one.

The other side of the comparison is what a user would type without this project: for each notebook, `papermill`
and then `jupyter nbconvert --to html`. Both sides alternate, so that a busy machine slows both.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from helpers.run.collection import SCOREBOARD, find_notebooks

PYTHON = sys.executable
OURS = (PYTHON, "-m", "helpers.run.cli")


def run() -> None:
    """Measure and print."""
    print("Running and publishing (median seconds: ours, the other way, how many times faster)")
    _print(
        "start of `rebalance --help` against importing papermill",
        *_alternate(_help, _import_papermill, 5),
    )
    _print(
        "import of nbformat as we do it against plain", *_alternate(_import_ours, _import_plain, 5)
    )
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        # The scoreboard notebook reads the others' output folder, which the other way does not have.
        notebooks = [
            notebook.path for notebook in find_notebooks() if notebook.number != SCOREBOARD
        ]
        ours, other = _alternate(lambda: _collection(out), lambda: _one_by_one(notebooks, out), 1)
        _print(
            f"{len(notebooks)} notebooks and the scoreboard, to HTML, against a loop without it",
            ours,
            other,
        )
        for path in notebooks:
            page, lab = (
                (out / "ours" / f"{path.stem}.html").stat(),
                (out / f"{path.stem}.html").stat(),
            )
            _print(f"{path.stem}: kilobytes of HTML", page.st_size / 1e3, lab.st_size / 1e3)


def _print(what: str, ours: float, other: float) -> None:
    print(f"  {what:78} {ours:8.2f} {other:8.2f} {other / ours:6.1f}x", flush=True)


def _alternate(
    ours: Callable[[], None], other: Callable[[], None], rounds: int
) -> tuple[float, float]:
    """Median seconds of each side."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for side, work in enumerate((ours, other)):
            started = time.perf_counter()
            work()
            seconds[side].append(time.perf_counter() - started)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def _call(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _help() -> None:
    _call(*OURS, "--help")


def _import_papermill() -> None:
    _call(PYTHON, "-c", "import papermill")


def _import_ours() -> None:
    _call(PYTHON, "-c", "import helpers.run.parameters, nbformat")


def _import_plain() -> None:
    _call(PYTHON, "-c", "import nbformat")


def _collection(out: Path) -> None:
    _call(*OURS, "run", "--out", out / "ours")


def _one_by_one(notebooks: list[Path], out: Path) -> None:
    for path in notebooks:
        executed = out / path.name
        _call(PYTHON, "-m", "papermill", "--no-progress-bar", path, executed)
        _call(PYTHON, "-m", "nbconvert", "--to", "html", executed)
