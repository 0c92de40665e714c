"""One run of the collection: notebooks in parallel, then the report in one exchange."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.data.paths import data_dir
from helpers.errors import RunError
from helpers.run.collection import (
    RUNS,
    SCOREBOARD,
    Notebook,
    as_plain,
    assign_values,
    find_notebooks,
    load_scenario,
    select,
)
from helpers.run.engines import DEFAULT, open_engine
from helpers.run.freshness import (
    Sources,
    altered_files,
    entry_of,
    executed_others,
    plan,
    reached_by,
)
from helpers.run.job import Job
from helpers.run.publish import (
    Manifest,
    check_place,
    hash_files,
    log,
    publish,
    read_manifest,
    settle,
    write_json,
    write_manifest,
)
from helpers.run.workfolder import WorkFolder, open_work, uninterrupted, work_path

if TYPE_CHECKING:
    from helpers.run.engines import Engine

_LAST_WAIT = 1.0  # seconds an interrupted run gives its notebooks to end


@dataclass(frozen=True)
class Report:
    """A published report: where it is, the rows of its scoreboard, why notebooks ran, and those that were kept."""

    index: Path
    rows: list[dict[str, Any]]
    ran: Mapping[str, str]
    kept: list[str]


@dataclass(frozen=True)
class _Outcome:
    notebook: Notebook
    seconds: float
    error: str | None
    data: list[str] | None
    runs: dict[str, str]


def run_collection(
    out: Path | str = "reports",
    *,
    notebooks: Path | str | None = None,
    only: Iterable[str] = (),
    texts: Mapping[str, str] | None = None,
    scenario: Path | str | None = None,
    jobs: int | None = None,
    cell_timeout: int | None = None,
    engine: str | None = None,
    force: bool = False,
) -> Report:
    """Execute notebooks and publish their report.

    Parameters
    ----------
    out : path
        Folder of the report: a new or empty one, or one that holds a report. The report is exchanged whole, so
        that a reader sees the old or the new one; other files in the folder stay. A run with a failing notebook
        keeps the verdicts of a good report, and says in it what failed.
    notebooks : path, optional
        Folder of the notebooks, the collection's own when None.
    only : iterable of str
        Numbers, names or files of the notebooks to run, all when empty. What other notebooks found in an earlier
        run into ``out`` remains and counts.
    texts : mapping of str to str, optional
        Parameter values as typed on a command line, by name or ``NN.name``; see
        :func:`helpers.run.collection.assign_values`.
    scenario : path, optional
        YAML file of parameter values; ``texts`` win over it.
    jobs : int, optional
        Notebooks at a time, as many as there are cores when None.
    cell_timeout : int, optional
        Seconds a cell may take before its notebook counts as failed; no limit when None.
    engine : str, optional
        One of :data:`helpers.run.engines.ENGINES`, the faster one that the system allows when None.
    force : bool
        Run notebooks too of which nothing has changed since the report in ``out``: neither source, parameters and
        environment, nor the code they reach and the figures they read.

    Returns
    -------
    Report

    Raises
    ------
    ParameterError
        Before anything runs, when a name or value does not fit.
    RunError
        When ``out`` cannot be written; when the figures or the code changed under the run; or, after all have
        finished, when a notebook failed, now or in an earlier run that was not repeated.
    """
    collection = find_notebooks(None if notebooks is None else Path(notebooks))
    chosen = select(collection, only)
    given = load_scenario(Path(scenario), chosen) if scenario else {}
    values = assign_values(chosen, given, texts or {})
    here = _here()
    out = Path(out).resolve()
    check_place(out, here, collection[0].path.parent.resolve(), data_dir().resolve())
    sources = Sources.now(chosen)
    if not force and (report := _as_it_is(out, chosen, values, sources)):
        return report
    with open_work(out, settle) as work:
        run = _Run(out, work, collection, chosen, values, sources, force)
        try:
            return run.finish(engine or DEFAULT, jobs or cores(), cell_timeout)
        except OSError as error:  # a full disk, say
            raise RunError(f"The report could not be written to {out}: {error}.") from error


def _as_it_is(
    out: Path, chosen: list[Notebook], values: Mapping[str, Mapping[str, Any]], sources: Sources
) -> Report | None:
    """The report that is there, when a run would make the same."""
    if os.path.lexists(work_path(out)):  # another run is under way, or was killed
        return None
    try:
        before = read_manifest(out)
    except RunError:
        return None
    if any(entry["status"] != "ok" for entry in before.notebooks.values()):
        return None
    if before.index_sha256 != sources.index_sha256 or altered_files(out, before):
        return None
    if plan(chosen, values, sources, before, out):
        return None
    rows = json.loads((out / "scoreboard.json").read_text(encoding="utf-8"))
    return Report(out / "index.html", rows, {}, [notebook.name for notebook in chosen])


class _Run:
    """A run under way: what it was asked for, and the folder it builds in."""

    def __init__(
        self,
        out: Path,
        work: WorkFolder,
        collection: list[Notebook],
        chosen: list[Notebook],
        values: dict[str, dict[str, Any]],
        sources: Sources,
        force: bool,
    ):
        self.out = out
        self.work = work
        self.collection = collection
        self.asked = chosen
        self.values = values
        self.sources = sources
        try:
            self.before = read_manifest(out)
        except RunError as error:
            log.warning("%s The run goes on without it.", error)
            self.before = Manifest()
        everything = {notebook.name: "as asked for" for notebook in chosen}
        self.reasons = everything if force else plan(chosen, values, sources, self.before, out)
        self.chosen = [notebook for notebook in chosen if notebook.name in self.reasons]
        self.kept = [notebook.name for notebook in chosen if notebook.name not in self.reasons]
        self.reached: dict[str, list[str] | None] = {}  # files of the package, by notebook

    def finish(self, engine_name: str, jobs: int, cell_timeout: int | None) -> Report:
        if not self.chosen:
            return self._publish([], make_index)
        engine = self._open_engine(engine_name, cell_timeout)
        try:
            # Read while the engine loads, when other cores have nothing to do.
            self.reached = {notebook.name: reached_by(notebook) for notebook in self.chosen}
            return self._publish(self._execute_all(engine, jobs), partial(engine.call, make_index))
        finally:
            with uninterrupted():
                engine.end()

    def _publish(self, outcomes: list[_Outcome], make_index: Callable[..., Any]) -> Report:
        self._refuse_if_changed()
        failures = [outcome.error for outcome in outcomes if outcome.error]
        keep = bool(failures) and self.before.is_good
        report, manifest = self._build(outcomes, keep)
        rows = make_index(report, self._pages(report), manifest)
        write_manifest(report, manifest, self.sources.index_sha256)
        publish(self.work, report, self.out)
        if failures:
            kept = "the last good report is kept" if keep else "the others are in the report"
            raise RunError("\n".join([*failures, f"{as_typed(self.out)}: {kept}."]))
        earlier = [name for name, entry in manifest.items() if entry["status"] == "failed"]
        if earlier:
            raise RunError(
                f"{', '.join(earlier)} failed in an earlier run, and {as_typed(self.out)} says so. "
                f"Run it again: --only {','.join(name[:2] for name in earlier)}."
            )
        again = {name: why for name, why in self.reasons.items() if name in self.before.notebooks}
        return Report(self.out / "index.html", rows, again, self.kept)

    def _open_engine(self, name: str, cell_timeout: int | None) -> Engine:
        folder = self.collection[0].path.parent
        env = {"REBALANCE_NOTEBOOKS": str(folder.absolute())}
        if "REBALANCE_DATA" in os.environ:
            env["REBALANCE_DATA"] = str(data_dir().absolute())
        paths = [notebook.path for notebook in self.chosen]
        return open_engine(name, self.work, paths, env, cell_timeout)

    def _execute_all(self, engine: Engine, jobs: int) -> list[_Outcome]:
        self._lay_out_earlier_notebooks()
        pool = ThreadPoolExecutor(jobs)
        futures: list[Future[_Outcome]] = []
        outcomes: list[_Outcome] = []
        try:
            for stage in self._stages():
                futures = [pool.submit(self._execute, each, engine) for each in stage]
                outcomes += [future.result() for future in as_completed(futures)]
        except BaseException:
            with uninterrupted():
                pool.shutdown(wait=False, cancel_futures=True)
                _end(futures, engine)
            raise
        finally:
            if sys.stderr.isatty():
                # The rest of a bar that others finished around.
                print("\r\x1b[J", end="", file=sys.stderr)
        pool.shutdown()
        return sorted(outcomes, key=lambda outcome: outcome.notebook.name)

    def _lay_out_earlier_notebooks(self) -> None:
        """What earlier runs found, for the scoreboard to read; its own report is read by nobody."""
        (self.work.path / "notebooks").mkdir()
        for notebook in self.collection:
            if notebook.number != SCOREBOARD:
                self._copy(f"notebooks/{notebook.name}.ipynb", self.work.path)

    def _stages(self) -> tuple[list[Notebook], list[Notebook]]:
        """The longest first, so that no core waits for it; the scoreboard, which reads what the others found, last."""
        first = [notebook for notebook in self.chosen if notebook.number != SCOREBOARD]
        first.sort(key=self._length, reverse=True)
        return first, [notebook for notebook in self.chosen if notebook.number == SCOREBOARD]

    def _length(self, notebook: Notebook) -> tuple[float, int]:
        """Seconds it took last time; of those that never ran, which come first, the size tells most."""
        seconds = self.before.notebooks.get(notebook.name, {}).get("seconds", math.inf)
        return seconds, notebook.path.stat().st_size

    def _execute(self, notebook: Notebook, engine: Engine) -> _Outcome:
        values = {name: as_plain(value) for name, value in self.values[notebook.name].items()}
        if RUNS in notebook.declared:
            values[RUNS] = "notebooks"  # beside the cells, which run in the work folder
        hidden = {"run": self.work.path, "out": self.out, "notebooks": notebook.path.parent}
        runs = self._runs_for(notebook)
        started = time.perf_counter()
        result = engine.execute(
            Job(notebook.path, notebook.question, values, self.work.path, hidden)
        )
        seconds = time.perf_counter() - started
        return _Outcome(notebook, seconds, result.error, result.data, runs)

    def _runs_for(self, notebook: Notebook) -> dict[str, str]:
        """Hashes of the executed notebooks that one reads."""
        if RUNS not in notebook.declared:
            return {}
        files = hash_files(self.work.path / "notebooks")
        return executed_others({f"notebooks/{name}": sha for name, sha in files.items()}, notebook)

    def _build(self, outcomes: list[_Outcome], keep: bool) -> tuple[Path, dict[str, Any]]:
        """The pages and notebooks of the new report, and the manifest's entries for them.

        ``keep`` takes everything from the report before, and only says what failed.
        """
        from helpers.trial.ledger import PARTIAL

        report = self.work.path / "report"
        (report / "notebooks").mkdir(parents=True)
        ran = {outcome.notebook.name: outcome for outcome in outcomes}
        manifest: dict[str, Any] = {}
        for name in sorted(notebook.name for notebook in self.collection):
            outcome, entry = ran.get(name), self.before.notebooks.get(name)
            page, notebook, partial = (
                f"{name}.html",
                f"notebooks/{name}.ipynb",
                f"notebooks/{name}{PARTIAL}",
            )
            if outcome is None or (keep and not outcome.error):
                for file in (page, notebook, partial):
                    self._copy(file, report)
            elif not outcome.error:
                for file in (page, notebook):
                    os.replace(self.work.path / file, report / file)
                entry = self._entry(outcome)
            else:
                for file in (page, notebook):
                    self._copy(file, report)
                os.replace(self.work.path / partial, report / partial)
                described = (
                    entry if entry and notebook in self.before.files else self._entry(outcome)
                )
                entry = described | {"status": "failed", "error": outcome.error}
            if entry:
                manifest[name] = entry
        return report, manifest

    def _pages(self, report: Path) -> list[dict[str, str]]:
        """What there is to read of each notebook: its page, or as far as it came."""
        from helpers.trial.ledger import PARTIAL

        return [
            {"name": notebook.name, "title": notebook.question, "href": href}
            for notebook in self.collection
            if (
                href := _first(
                    report, f"{notebook.name}.html", f"notebooks/{notebook.name}{PARTIAL}"
                )
            )
        ]

    def _copy(self, name: str, folder: Path) -> None:
        """A file of the report before, where it has it."""
        source = self.out / name
        if source.is_file() and not source.is_symlink():
            shutil.copy2(source, folder / name)

    def _entry(self, outcome: _Outcome) -> dict[str, Any]:
        return entry_of(
            outcome.notebook,
            self.values[outcome.notebook.name],
            self.sources,
            seconds=outcome.seconds,
            helpers=self.reached[outcome.notebook.name],
            data=outcome.data,
            runs=outcome.runs,
        )

    def _refuse_if_changed(self) -> None:
        changed = self.sources.changed(Sources.now(self.asked))
        if changed:
            shown = ", ".join(changed[:3]) + (
                f" and {len(changed) - 3} more" if changed[3:] else ""
            )
            raise RunError(
                f"{shown} changed while the notebooks ran: they may not have read the same. "
                f"Nothing was published. Run again."
            )


def make_index(
    report: Path, pages: list[dict[str, str]], manifest: dict[str, Any]
) -> list[dict[str, Any]]:
    """Write the scoreboard and the index of a report, link its pages, and return the former."""
    from helpers.report import html
    from helpers.trial.ledger import PARTIAL, open_scoreboard

    rows = open_scoreboard(str(report / "notebooks"))
    write_json(report / "scoreboard.json", rows)
    figures = {path.stem: html.figures_in(path) for path in (report / "notebooks").glob("*.ipynb")}
    page = html.index_page(rows, pages, manifest, figures)
    (report / "index.html").write_text(page, encoding="utf-8")
    made = [one for one in pages if not one["href"].endswith(PARTIAL)]
    for before, one, after in zip([None, *made], made, [*made[1:], None], strict=False):
        path = report / one["href"]
        linked = html.link_beside(path.read_text(encoding="utf-8"), before, after)
        path.write_text(linked, encoding="utf-8")
    return rows


def _end(futures: list[Future[_Outcome]], engine: Engine) -> None:
    """End the cells until no notebook is under way, for as long as an interrupted user should wait."""
    end = time.monotonic() + _LAST_WAIT
    engine.end()
    while wait(futures, timeout=0.1).not_done and time.monotonic() < end:
        engine.end()


def _first(folder: Path, *names: str) -> str:
    """The first of these files that a folder has."""
    return next((name for name in names if (folder / name).is_file()), "")


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise RunError("The current folder is gone. Change into another one.") from None


def cores() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def as_typed(path: Path) -> str:
    """A path as the user would type it."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
