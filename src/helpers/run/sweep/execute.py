"""A sweep under way: runs what has not run yet, and writes the table and the page of all.

A run that has finished is never run again: its record holds a hash of all it was made of, and of the notebook beside
it. A record is moved into place last and whole, so that a killed sweep leaves finished runs and nothing half.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.data.paths import data_dir
from helpers.errors import RunError
from helpers.run.engines import DEFAULT, open_engine
from helpers.run.freshness import Sources, reached_by
from helpers.run.publish import combine, hash_file, read_manifest, write_json
from helpers.run.sweep.plan import Plan, Point
from helpers.run.sweep.point import NOTEBOOKS, PointJob
from helpers.run.workfolder import WorkFolder, open_work, uninterrupted

if TYPE_CHECKING:
    from helpers.run.engines import Engine

MARK, TABLE, PAGE, RUNS = "sweep.json", "sweep.csv", "index.html", "runs"
_CARD = (
    "claim",
    "line",
    "word",
    "estimate",
    "ci_low",
    "ci_high",
    "unit",
    "n",
    "n_effective",
    "p",
    "mde",
)

Record = dict[str, Any]  # of one run: its values, cards or error, and what it was made of


@dataclass(frozen=True)
class Sweep:
    """A sweep that came to its end: its folder, its runs, those kept from before, and errors of those that failed."""

    folder: Path
    runs: int
    kept: int
    errors: list[str] = field(default_factory=list)


def run_sweep(
    plan: Plan,
    out: Path | str,
    *,
    jobs: int,
    keep: str = NOTEBOOKS,
    engine: str | None = None,
    cluster: str | None = None,
    say: Callable[[str], None] = lambda _text: None,
) -> Sweep:
    """Execute a plan into a folder; what the folder holds of it already counts.

    Parameters
    ----------
    plan : Plan
    out : path
        A new or empty folder, or one that holds a sweep of this notebook.
    jobs : int
        Runs at a time; with a cluster, its workers decide.
    keep : {"notebooks", "cards"}
        Whether each executed notebook is kept, compressed, or its cards alone.
    engine : str, optional
        As in :func:`helpers.run.execute.run_collection`.
    cluster : str, optional
        Address of a Dask scheduler whose workers have this package, the same figures and the same notebook.
    say : callable
        Is told in a line what is going to happen.

    Raises
    ------
    RunError
        When the folder cannot be used, or figures, code or notebook changed under the sweep.
    """
    out = Path(out).resolve()
    _check_place(out, plan)
    before = _stamps(plan)
    made_of = fingerprint(plan)
    with ExitStack() as stack:
        work = stack.enter_context(open_work(out, lambda _work: None))
        (out / RUNS).mkdir(parents=True, exist_ok=True)
        write_json(out / MARK, {"notebook": plan.notebook.name})
        records = _finished(plan, out / RUNS, made_of, keep)
        left = [point for point in plan.points if point.id not in records]
        kept = len(records)
        say(_announcement(plan, len(left), jobs, records))
        write_page: Callable[..., None] = _write_page
        found: Iterator[Record] = iter(())
        if cluster:
            from helpers.run.sweep.cluster import run_remotely

            found = run_remotely(cluster, plan, left, made_of, keep, work.path)
        elif left:
            here = _open_engine(plan, engine or DEFAULT, work)
            stack.callback(_end, here)
            found = _run_here(plan, left, made_of, keep, work, here, jobs)
            write_page = partial(here.call, _write_page)  # where all it needs is loaded
        for record in _watched(found, len(left)):
            if _stamps(plan) != before:
                raise RunError(
                    "Figures, code or the notebook changed during the sweep. Run it again."
                )
            _put_in_place(record, work.path, out / RUNS)
            records[record["id"]] = record
        columns, rows = _rows(plan, records)
        _write_table(columns, rows, out / TABLE)
        write_page(plan, columns, rows, out / PAGE)
    errors = [record["error"] for record in records.values() if record["error"]]
    return Sweep(out, len(plan.points), kept, errors)


def fingerprint(plan: Plan) -> str:
    """One hash over all that every run of a plan is made of: the notebook, code it reaches, figures, environment."""
    sources = Sources.now([plan.notebook])
    names = reached_by(plan.notebook) or sources.helpers
    reached = {name: sources.helpers[name] for name in names}
    parts = (sources.notebooks, reached, sources.data, sources.versions)
    return combine({str(number): combine(dict(part)) for number, part in enumerate(parts)})


def _stamps(plan: Plan) -> dict[str, tuple[int, int]]:
    """Time and size of the files that could change under a sweep; hashes would cost more than a run."""
    folders = (data_dir(), Path(__file__).parents[2])
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc"]
    status = {str(path): path.stat() for path in [plan.notebook.path, *files]}
    return {name: (at.st_mtime_ns, at.st_size) for name, at in status.items() if at.st_size}


def _check_place(out: Path, plan: Plan) -> None:
    """Refuse a folder that holds something else than a sweep of this notebook."""
    why = ""
    try:
        if out.exists():
            names = sorted(entry.name for entry in out.iterdir() if entry.name[0] != ".")
            mark = out / MARK
            if names and not mark.is_file():
                why = f"it holds {', '.join(names[:3])} and no sweep"
            elif names:
                swept = json.loads(mark.read_text(encoding="utf-8")).get("notebook")
                if swept != plan.notebook.name:
                    why = f"it holds a sweep of {swept}"
    except (OSError, ValueError, AttributeError) as error:
        why = str(error)
    if why:
        raise RunError(f"Cannot write to {out}: {why}. Choose another folder with --out.")


def _finished(plan: Plan, runs: Path, made_of: str, keep: str) -> dict[str, Record]:
    """Records of points that need not run again, by id."""
    return {
        point.id: record
        for point in plan.points
        if (record := _read_record(runs / f"{point.id}.json")) is not None
        and record.get("made_of") == made_of
        and record.get("values") == dict(point.values)
        and not record.get("error", "missing")
        and (keep != NOTEBOOKS or _is_packed(record, runs / f"{point.id}.ipynb.gz"))
    }


def _read_record(path: Path) -> Record | None:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def _is_packed(record: Record, packed: Path) -> bool:
    return packed.is_file() and hash_file(packed) == record.get("notebook_sha256")


def _announcement(plan: Plan, left: int, jobs: int, records: Mapping[str, Record]) -> str:
    """How many runs there are and how long they may take, by the runs before."""
    kept = f", {len(plan.points) - left} kept from before" if left < len(plan.points) else ""
    text = f"{len(plan.points)} runs of {plan.notebook.name}{kept}"
    if not left:
        return f"{text}."
    seconds = [record["seconds"] for record in records.values() if record.get("seconds")]
    if not seconds:
        entry = read_manifest(Path("reports")).notebooks.get(plan.notebook.name, {})
        seconds = [entry["seconds"]] if entry else []
    if not seconds:
        return f"{text}; how long one takes is not known yet."
    one = statistics.median(seconds)
    return (
        f"{text}; {left} to run, about {_duration(one * left / jobs)} ({one:.1f} s a run before)."
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def _run_here(
    plan: Plan,
    points: list[Point],
    made_of: str,
    keep: str,
    work: WorkFolder,
    engine: Engine,
    jobs: int,
) -> Iterator[Record]:
    """Records of runs on this machine, as they end."""

    def run(point: Point) -> Record:
        started = time.perf_counter()
        job = point_job(plan, point, made_of, keep, work.path)
        result = engine.execute(job)
        return read_result(job, result.error) | {"seconds": round(time.perf_counter() - started, 3)}

    pool = ThreadPoolExecutor(jobs)
    try:
        futures = [pool.submit(run, point) for point in points]
        for future in as_completed(futures):
            yield future.result()
    finally:
        with uninterrupted():
            pool.shutdown(wait=False, cancel_futures=True)


def _open_engine(plan: Plan, name: str, work: WorkFolder) -> Engine:
    return open_engine(name, work, [plan.notebook.path], cells_environment(plan))


def _end(engine: Engine) -> None:
    with uninterrupted():
        engine.end()


def cells_environment(plan: Plan) -> dict[str, str]:
    """What cells need to find this notebook and these figures."""
    env = {"REBALANCE_NOTEBOOKS": str(plan.notebook.path.parent.absolute())}
    if "REBALANCE_DATA" in os.environ:
        env["REBALANCE_DATA"] = str(data_dir().absolute())
    return env


def point_job(plan: Plan, point: Point, made_of: str, keep: str, folder: Path) -> PointJob:
    """One run as an engine takes it."""
    notebook = plan.notebook
    hidden = {"run": folder, "notebooks": notebook.path.parent}
    return PointJob(
        path=notebook.path,
        title=notebook.question,
        values=dict(point.values),
        folder=folder,
        hidden=hidden,
        id=point.id,
        made_of=made_of,
        keep=keep,
    )


def read_result(job: PointJob, error: str | None) -> Record:
    """The record a run has left; one of its own where it left none."""
    record = _read_record(job.record)
    if record is not None:
        return record
    empty = {"cards": [], "notebook_sha256": ""}
    return {"id": job.id, "values": dict(job.values), "made_of": job.made_of, **empty} | {
        "error": error or "it left no record"
    }


def _watched(records: Iterator[Record], count: int) -> Iterator[Record]:
    """The records, with a bar and an estimate of what is left where somebody watches."""
    from tqdm import tqdm

    yield from tqdm(records, total=count, unit="run", disable=None)


def _put_in_place(record: Record, source: Path, runs: Path) -> None:
    """Move a run out of the work folder: its notebook first, its record, which says that it is done, last."""
    packed = source / f"{record['id']}.ipynb.gz"
    with uninterrupted():
        if packed.is_file():
            os.replace(packed, runs / packed.name)
        new = source / f"{record['id']}.json"
        write_json(new, record)
        os.replace(new, runs / new.name)


def _rows(plan: Plan, records: Mapping[str, Record]) -> tuple[list[str], list[Record]]:
    """All cards by parameter, in the order of the plan, and the names of the columns; a failed run has one row."""
    varied = plan.varied
    scenarios = ["scenario"] if any(point.scenario for point in plan.points) else []
    rows: list[Record] = []
    for point in plan.points:
        record = records[point.id]
        common = {"run": point.id, "error": record["error"]}
        common |= dict.fromkeys(scenarios, point.scenario)
        common |= {name: _cell(plan.value(point, name)) for name in varied}
        rows += [{**common, **card} for card in record["cards"] or [{}]]
    return ["run", *scenarios, *varied, *_CARD, "error"], rows


def _write_table(columns: list[str], rows: list[Record], path: Path) -> None:
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    os.replace(new, path)


def _write_page(plan: Plan, columns: list[str], rows: list[Record], path: Path) -> None:
    import pandas as pd

    from helpers.report.html.sweep import sweep_page

    declared = plan.notebook.declared
    varied = {name: f"{declared[name].meaning} ({declared[name].unit})" for name in plan.varied}
    frame = pd.DataFrame(rows, columns=columns)
    page = sweep_page(frame, varied, title=plan.notebook.question, notebook=plan.notebook.name)
    path.write_text(page, encoding="utf-8")


def _cell(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value
