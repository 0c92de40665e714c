"""Running and publishing against the tools this project is built on, used one by one, and against the limit.

The other way is what a user would type without this project: for each notebook, `papermill` and then
`jupyter nbconvert --to html`. The limit is what the arithmetic costs on this machine: everything loaded once, then the
cells' own CPU seconds spread over the cores. Both ways alternate, so that a busy machine slows both.

jupyter-cache, which also leaves unchanged notebooks alone, is compared where it can be imported: this project does not
depend on it. It compares the code of cells only, not the figures and the sources they read, and makes no pages.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.forked import cell_seconds, control_moves, peak_memory

from helpers.run.collection import SCOREBOARD, Notebook, find_notebooks
from helpers.run.engines import environment
from helpers.run.engines.fork_server import ForkServer
from helpers.run.execute import cores

PYTHON = sys.executable
OURS = (PYTHON, "-m", "helpers.run.cli")
JCACHE = (PYTHON, "-c", "from jupyter_cache.cli.commands.cmd_main import jcache; jcache()")
GET_JCACHE = (
    "  jupyter-cache: not installed; pip install --target DIR --no-deps jupyter-cache sqlalchemy tabulate, "
    "then PYTHONPATH=DIR make bench"
)
ROUNDS = 5
ROOT = Path(__file__).parents[1]


def run(rounds: int = ROUNDS) -> None:
    """Measure and print; with fewer rounds sweeps are shorter, too."""
    print(f"Running and publishing, medians of {rounds} on {cores()} cores (seconds: ours, other)")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        notebooks = find_notebooks()
        # The scoreboard notebook reads the others' output folder, which the other way does not have.
        others = [notebook for notebook in notebooks if notebook.number != SCOREBOARD]
        cold = lambda: _call(*OURS, "run", "--force", "--out", out / "ours")  # noqa: E731
        one_by_one = lambda: _loop(others, out)  # noqa: E731
        ours, other = _alternate(cold, one_by_one, rounds)
        _print("cold run with pages and scoreboard, against a loop without the latter", ours, other)
        limit = _limit(notebooks)
        _print(
            "cold run against the limit (preload, and the cells' CPU over the cores)", ours, limit
        )
        nothing = _median(lambda: _call(*OURS, "run", "--out", out / "ours"), rounds)
        _print("nothing changed, against the loop", nothing, other)
        if importlib.util.find_spec("jupyter_cache"):
            theirs, again = _jupyter_cache(others, out / "jcache", rounds)
            _print("cold run, against jupyter-cache in parallel without pages", ours, theirs)
            _print("nothing changed, against jupyter-cache", nothing, again)
        else:
            print(GET_JCACHE)
        numbers = iter(range(1, 100))
        change = lambda: _call(  # noqa: E731
            *OURS, "run", "--out", out / "ours", "-p", f"01.seed={next(numbers)}"
        )
        changed = _median(change, rounds)
        _print("one parameter of one notebook changed, against the loop", changed, other)
        grids = "--grid", _steps("cut_bp", 25, 300, 25), "--grid", _steps("seed", 1, rounds, 1)
        _sweep(out, "01", grids, 12 * rounds, rounds)
        months = 1 if rounds >= ROUNDS else 6
        dates = "--as-of-grid", f"2020-02-15:2026-02-15:{months}"
        _sweep(out, "03", dates, 72 // months + 1, rounds)
        for page in sorted((out / "ours").glob("0*.html")):
            lab = out / page.name
            if lab.is_file():
                _print(f"{page.stem}: kilobytes of HTML", *(_kilobytes(p) for p in (page, lab)))
    _controls(notebooks)
    _memory(notebooks)


def _print(what: str, ours: float, other: float) -> None:
    print(f"  {what:78} {ours:8.2f} {other:8.2f} {other / ours:6.2f}x", flush=True)


def _call(*command: str | Path, **options: Any) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, **options)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _median(work: Callable[[], object], rounds: int) -> float:
    return statistics.median(_timed(work) for _ in range(rounds))


def _alternate(
    ours: Callable[[], None], other: Callable[[], None], rounds: int
) -> tuple[float, float]:
    """Median seconds of each side."""
    pairs = [(_timed(ours), _timed(other)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(p[1] for p in pairs)


def _loop(notebooks: list[Notebook], out: Path) -> None:
    for notebook in notebooks:
        executed = out / notebook.path.name
        _call(PYTHON, "-m", "papermill", "--no-progress-bar", notebook.path, executed)
        _call(PYTHON, "-m", "nbconvert", "--to", "html", executed)


def _jupyter_cache(notebooks: list[Notebook], folder: Path, rounds: int) -> tuple[float, float]:
    """Median seconds of a cold run and of one where nothing changed."""
    execute = ("project", "execute", "--executor", "local-parallel", "--timeout", "600")

    def cold() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        paths = [notebook.path.absolute() for notebook in notebooks]
        _call(*JCACHE, "notebook", "add", *paths, cwd=folder, input="y\n")
        told = _call(*JCACHE, *execute, cwd=folder)
        if "excepted: []" not in told or "errored: []" not in told:
            raise AssertionError(f"jupyter-cache failed, the comparison is void: {told}")

    return _median(cold, rounds), _median(lambda: _call(*JCACHE, *execute, cwd=folder), rounds)


def _sweep(out: Path, number: str, options: tuple[str, ...], count: int, rounds: int) -> None:
    """A whole sweep once; a few runs of the other way stand for all of them."""
    notebook = next(one for one in find_notebooks() if one.number == number)
    ours = _timed(lambda: _call(*OURS, "sweep", number, *options, "--out", out / f"sweep{number}"))
    one = _median(lambda: _loop([notebook], out), rounds)
    what = (
        f"sweep of {number}, {count} runs, against {count} times one (extrapolated from {rounds})"
    )
    _print(what, ours, one * count)
    _print(f"sweep of {number}: one more run", ours / count, one)
    server = _server()
    cells = _ask(server, cell_seconds, notebook.path)
    server.close()
    _print(
        f"sweep of {number}: one more run on all cores, and its cells",
        ours / count * cores(),
        cells,
    )


def _steps(name: str, low: int, high: int, step: int) -> str:
    return f"{name}={','.join(map(str, range(low, high + 1, step)))}"


def _limit(notebooks: list[Notebook]) -> float:
    """Seconds that loading and the cells take at least."""
    started = time.perf_counter()
    server = _server()
    loaded = _ask(server, cell_seconds, None) and time.perf_counter() - started
    cells = [_ask(server, cell_seconds, notebook.path) for notebook in notebooks]
    server.close()
    return loaded + max(sum(cells) / cores(), max(cells))


def _controls(notebooks: list[Notebook]) -> None:
    """The work of one move of each control, without what JupyterLab adds."""
    print("Moves of controls (milliseconds of CPU)")
    server = _server()
    for notebook in notebooks:
        moves = _ask(server, control_moves, notebook.path)
        told = ", ".join(f"{name} {took:.0f}" for name, took in moves.items())
        print(f"  {notebook.name}: {told or 'none'}", flush=True)
    server.close()


def _memory(notebooks: list[Notebook]) -> None:
    """Peak memory of each notebook with the most draws it allows."""
    print("Memory with the most draws allowed (megabytes: peak, of it before the first cell)")
    server = _server()
    for notebook in notebooks:
        most = {
            name: int(parameter.domain.high)
            for name, parameter in notebook.declared.items()
            if parameter.unit in ("draws", "collections") or name == "draws"
        }
        if most:
            peak, before = _ask(server, peak_memory, notebook.path, most)
            given = ", ".join(f"{name}={value}" for name, value in most.items())
            print(f"  {notebook.name} with {given:40} {peak:8.0f} {before:8.0f}", flush=True)
    server.close()


def _server() -> ForkServer:
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    env = environment({"PYTHONPATH": path, "MPLBACKEND": "agg"})  # as cells of a run have it
    return ForkServer(env, tempfile.gettempdir())


def _ask(server: ForkServer, function: Callable, *given):
    fork = server.fork(function, *given)
    with fork.pipe:
        return fork.pipe.recv()


def _kilobytes(path: Path) -> float:
    return path.stat().st_size / 1e3
