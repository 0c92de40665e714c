"""One run of the collection: notebooks in parallel on their own kernels, then the report in one move."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.data.paths import data_dir
from helpers.errors import RunError
from helpers.run.collection import (
    SCOREBOARD,
    Notebook,
    as_plain,
    assign_values,
    find_notebooks,
    load_scenario,
    select,
)
from helpers.run.publish import (
    hash_file,
    hash_files,
    keep_partial,
    open_staging,
    publish,
    read_manifest,
    write_json,
)

PACKAGES = ("great-rebalancing", "arch", "ipykernel", "matplotlib", "nbconvert", "numpy", "pandas")
PACKAGES += ("papermill", "scipy", "seaborn", "statsmodels")


@dataclass(frozen=True)
class Report:
    """A published report: where it is, and the rows of its scoreboard."""

    index: Path
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class _Outcome:
    notebook: Notebook
    seconds: float
    error: str | None = None


def run_collection(
    out: Path | str = "reports",
    *,
    notebooks: Path | str | None = None,
    only: Iterable[str] = (),
    texts: Mapping[str, str] | None = None,
    scenario: Path | str | None = None,
    jobs: int | None = None,
) -> Report:
    """Execute notebooks and publish their report.

    Parameters
    ----------
    out : path
        Folder of the report. A run with a failing notebook leaves a good report in it as it was.
    notebooks : path, optional
        Folder of the notebooks, the collection's own when None.
    only : iterable of str
        Numbers or names of the notebooks to run, all when empty. What other notebooks found in an earlier run
        into ``out`` remains and counts.
    texts : mapping of str to str, optional
        Parameter values as typed on a command line; each goes to every selected notebook that declares the name.
    scenario : path, optional
        YAML file of parameter values; ``texts`` win over it.
    jobs : int, optional
        Notebooks at a time, as many as there are cores when None.

    Returns
    -------
    Report

    Raises
    ------
    ParameterError
        Before anything runs, when a name or value does not fit.
    RunError
        When ``out`` cannot be written, or, after all have finished, when a notebook failed.
    """
    out = Path(out).absolute()
    collection = find_notebooks(notebooks and Path(notebooks))
    folder = collection[0].path.parent.resolve()
    if (out / "notebooks").resolve() == folder:
        raise RunError(
            f"A report in {out} would overwrite the notebooks themselves. Choose another --out."
        )
    chosen = select(collection, only)
    given = load_scenario(Path(scenario), chosen) if scenario else {}
    values = assign_values(chosen, given, texts or {})
    with open_staging(out) as staging:
        try:
            return _Run(out, staging, collection, chosen, values, jobs or _cores()).finish()
        except OSError as error:  # a full disk, say
            raise RunError(f"The report could not be written to {out}: {error}.") from error


class _Run:
    """A run under way: what it was asked for, and the folder it builds in."""

    def __init__(
        self,
        out: Path,
        staging: Path,
        collection: list[Notebook],
        chosen: list[Notebook],
        values: dict[str, dict[str, Any]],
        jobs: int,
    ):
        self.out = out
        self.staging = staging
        self.collection = collection
        self.chosen = chosen
        self.values = values
        self.jobs = jobs
        self.before = read_manifest(out)

    def finish(self) -> Report:
        for notebook in self.collection:
            executed = self.out / "notebooks" / f"{notebook.name}.ipynb"
            if (
                executed.is_file() and notebook.number != SCOREBOARD
            ):  # which is read by nobody and runs anew
                shutil.copy2(executed, self.staging / "notebooks")
        outcomes = self._execute_all()
        failures = [outcome for outcome in outcomes if outcome.error]
        rows = self._write_report(outcomes)
        was_good = self.before and all(entry["status"] == "ok" for entry in self.before.values())
        if failures and was_good:
            keep_partial(self.staging, self.out)
        else:
            publish(self.staging, self.out)
            self._remove_renamed()
        if failures:
            kept = (
                "the last good report is unchanged" if was_good else "the others are in the report"
            )
            raise RunError(
                "\n".join(
                    [*(outcome.error for outcome in failures), f"{as_typed(self.out)}: {kept}."]
                )
            )
        return Report(self.out / "index.html", rows)

    def _execute_all(self) -> list[_Outcome]:
        from helpers.run.engine import Kernels

        first = [notebook for notebook in self.chosen if notebook.number != SCOREBOARD]
        last = [notebook for notebook in self.chosen if notebook.number == SCOREBOARD]
        env = {"REBALANCE_NOTEBOOKS": str(self.collection[0].path.parent.absolute())}
        if "REBALANCE_DATA" in os.environ:
            env["REBALANCE_DATA"] = str(data_dir().absolute())
        kernels = Kernels(self.staging, env)
        pool = ThreadPoolExecutor(self.jobs)
        outcomes: list[_Outcome] = []
        try:
            for stage in (first, last):  # the scoreboard reads what the others found
                futures = [pool.submit(self._execute, notebook, kernels) for notebook in stage]
                for future in as_completed(futures):
                    outcomes.append(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            _stop(futures, kernels)
            raise
        finally:
            pool.shutdown()
            kernels.close()
            if sys.stderr.isatty():
                print(
                    "\r\x1b[J", end="", file=sys.stderr
                )  # the rest of a bar that others finished around
        return sorted(outcomes, key=lambda outcome: outcome.notebook.name)

    def _execute(self, notebook: Notebook, kernels: Any) -> _Outcome:
        from helpers.run.notebook import execute_notebook

        values = {name: as_plain(value) for name, value in self.values[notebook.name].items()}
        if "runs" in notebook.declared:
            values["runs"] = "notebooks"  # beside the kernel, which runs in the staging folder
        started = time.perf_counter()
        error = execute_notebook(notebook, values, self.staging, kernels)
        return _Outcome(notebook, time.perf_counter() - started, error)

    def _write_report(self, outcomes: list[_Outcome]) -> list[dict[str, Any]]:
        from helpers.report import html
        from helpers.trial import ledger

        rows = ledger.scoreboard(ledger.read_cards(self.staging / "notebooks"))
        write_json(self.staging / "scoreboard.json", rows)
        manifest = self._manifest(outcomes)
        write_json(self.staging / "manifest.json", {"notebooks": manifest})
        page = html.index_page(rows, self._reports(), manifest)
        (self.staging / "index.html").write_text(page, encoding="utf-8")
        return rows

    def _reports(self) -> list[dict[str, str]]:
        """Notebooks that have a report, built now or before."""
        return [
            {"name": notebook.name, "title": notebook.question, "href": f"{notebook.name}.html"}
            for notebook in self.collection
            if (self.staging / "notebooks" / f"{notebook.name}.ipynb").is_file()
        ]

    def _manifest(self, outcomes: list[_Outcome]) -> dict[str, Any]:
        hashes = {
            "helpers_sha256": hash_files(Path(__file__).parents[1]),
            "data_sha256": hash_files(data_dir()),
        }
        versions = _versions()
        known = {notebook.name for notebook in self.collection}
        entries = {name: entry for name, entry in self.before.items() if name in known}
        for outcome in outcomes:
            notebook = outcome.notebook
            defaults = {name: parameter.default for name, parameter in notebook.declared.items()}
            given = {name: as_plain(value) for name, value in self.values[notebook.name].items()}
            entries[notebook.name] = {
                "status": "failed" if outcome.error else "ok",
                "seconds": round(outcome.seconds, 2),
                "parameters": defaults | given,
                "source_sha256": hash_file(notebook.path),
                **hashes,
                "versions": versions,
            }
        return dict(sorted(entries.items()))

    def _remove_renamed(self) -> None:
        """A notebook that left the collection leaves the report."""
        for name in self.before.keys() - {notebook.name for notebook in self.collection}:
            for left in (self.out / f"{name}.html", self.out / "notebooks" / f"{name}.ipynb"):
                left.unlink(missing_ok=True)


def _stop(futures: list[Future], kernels: Any) -> None:
    """Kill the kernels until no notebook is under way: one may just be starting."""
    while wait(futures, timeout=0.1).not_done:
        kernels.kill()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _versions() -> dict[str, str]:
    import platform
    from importlib.metadata import version

    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def as_typed(path: Path) -> str:
    """A path as the user would type it."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
