"""Runs of a sweep on the workers of a Dask cluster: each has this package, and forks like the driver would.

Workers that die are survived: Dask gives their runs to others. What a run leaves comes back to the driver, which alone
writes, so that a worker needs no shared folder.
"""

from __future__ import annotations

import atexit
import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from helpers.errors import RunError
from helpers.run.engines import DEFAULT, Engine, open_engine
from helpers.run.sweep.execute import (
    Record,
    cells_environment,
    fingerprint,
    point_job,
    read_result,
)
from helpers.run.sweep.plan import Plan, Point
from helpers.run.workfolder import WorkFolder, open_work

_PATIENCE = 30  # seconds to find the scheduler
_first = threading.Lock()


def run_remotely(
    address: str, plan: Plan, points: list[Point], made_of: str, keep: str, folder: Path
) -> Iterator[Record]:
    """Records of runs on the workers, as they end; their notebooks are put into a folder here.

    Raises
    ------
    RunError
        When there is no such scheduler, the extra is not installed, or a worker has other code, figures or versions.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise RunError(
            "--cluster needs Dask. Install it: pip install 'great-rebalancing[cluster]'."
        ) from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise RunError(f"No Dask scheduler answers at {address}: {error}.") from None
    with client:
        futures = [
            client.submit(_run_on_worker, plan, point, made_of, keep, pure=False, retries=3)
            for point in points
        ]
        try:
            for future in as_completed(futures, loop=client.loop):
                record, packed = future.result()
                if packed:
                    (folder / f"{record['id']}.ipynb.gz").write_bytes(packed)
                yield record
        finally:
            client.cancel(futures)


def _run_on_worker(
    plan: Plan, point: Point, made_of: str, keep: str
) -> tuple[dict[str, Any], bytes]:
    """The record of one run and its packed notebook."""
    with _first:  # the threads of a worker share what the first of them sets up
        if _fingerprint(plan.notebook.name) != made_of:
            raise RunError(
                f"A worker has other code, figures, versions or another {plan.notebook.name} than the "
                "driver. Install the same on both."
            )
        work, engine = _engine(plan.notebook.name)
    here = Plan(_own(plan.notebook.name).notebook, (point,))
    started = time.perf_counter()
    job = point_job(here, point, made_of, keep, work.path)
    result = engine.execute(job)
    record = read_result(job, result.error)
    packed = work.path / f"{point.id}.ipynb.gz"
    content = packed.read_bytes() if packed.is_file() else b""
    for path in (packed, job.record):
        path.unlink(missing_ok=True)
    return record | {"seconds": round(time.perf_counter() - started, 3)}, content


@cache
def _own(name: str) -> Plan:
    """The notebook as this worker has it."""
    from helpers.run.collection import find_notebooks

    return Plan(next(one for one in find_notebooks() if one.name == name), ())


@cache
def _fingerprint(name: str) -> str:
    return fingerprint(_own(name))


@cache
def _engine(name: str) -> tuple[WorkFolder, Engine]:
    """The engine of this worker, which lives as long as it does."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rebalance-"))
    work = stack.enter_context(open_work(Path(folder) / "sweep", lambda _work: None))
    plan = _own(name)
    engine = open_engine(DEFAULT, work, [plan.notebook.path], cells_environment(plan))
    stack.callback(engine.end)
    return work, engine
