"""Every notebook in a fork of one interpreter that has loaded everything."""

from __future__ import annotations

import itertools
import json
import os
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from helpers.errors import RunError
from helpers.run.engines import Result, environment, too_long
from helpers.run.engines.fork_server import Fork, ForkServer
from helpers.run.processes import TOKEN, end_processes
from helpers.run.workfolder import WorkFolder

if TYPE_CHECKING:
    from helpers.run.engines.in_process import Cells
    from helpers.run.job import Job

_GRACE = 5.0  # seconds beyond its time for a cell to be stopped from within, which its own code can hold up


class Forks:
    """The forks of one run, which work in its work folder with one environment."""

    def __init__(
        self,
        work: WorkFolder,
        env: Mapping[str, str],
        cell_timeout: int | None = None,
        collection: bool = True,
    ):
        self._token = work.mark.token
        self._cell_timeout = cell_timeout
        self._numbers = itertools.count()
        self._ended = False
        own = {TOKEN: self._token, "MPLBACKEND": "agg"}
        self._server = ForkServer({**environment(env), **own}, str(work.path), collection)

    def execute(self, job: Job) -> Result:
        """Run one notebook in a fork of its own; what its cells started ends with it."""
        token = f"{self._token}-{next(self._numbers)}"
        account = _Account(job)
        try:
            if self._ended:
                raise RunError("the run was ended")
            fork = self._server.fork(_run, job, token, self._cell_timeout)
        except RunError as error:
            return Result(f"{job.name}: {error}")
        try:
            with fork.pipe:
                why = self._follow(fork, account)
        finally:
            fork.kill()
            end_processes(token)
            account.bar.close()
        return account.result or Result(account.finish(why))

    def _follow(self, fork: Fork, account: _Account) -> str:
        """Note what a fork tells until it has no more to tell; why, where it ended before its time."""
        timed = self._cell_timeout
        while account.result is None:
            limit = timed + _GRACE if timed is not None and account.in_cell else None
            if timed is not None and not fork.pipe.poll(limit):
                return too_long(timed)
            try:
                kind, *content = fork.pipe.recv()
            except (EOFError, OSError):
                break
            account.note(kind, content)
        return account.why or "its process died; it may have run out of memory"

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        """What a function returns in a fork."""
        fork = self._server.fork(_call, function, given)
        with fork.pipe:
            try:
                good, found = fork.pipe.recv()
            except (EOFError, OSError):
                raise RunError("A process died; it may have run out of memory.") from None
        if not good:
            raise found
        return found

    def end(self) -> None:
        """End every fork at once, with whatever it started, and start no other."""
        self._ended = True
        end_processes(self._token)
        self._server.close()


class _Account:
    """What a fork has told so far: enough to keep a notebook as far as it came, however it ends."""

    def __init__(self, job: Job):
        from tqdm import tqdm

        self.job = job
        self.result: Result | None = None
        self.in_cell = False
        self.why = ""
        self.bar = tqdm(desc=job.name, unit="cell", disable=None if job.shows_progress else True)
        self._notebook = ""
        self._started = -1
        self._cells: dict[int, str] = {}

    def note(self, kind: str, content: list[Any]) -> None:
        match kind:
            case "notebook":
                self._notebook, self.bar.total = content
            case "start":
                self._started, self.in_cell = content[0], True
            case "cell":
                self.in_cell = False
                self._cells[content[0]] = content[1]
                self.bar.update()
            case "stopped":
                self.why = content[0]
            case "done":
                self.result = Result(*content)

    def finish(self, why: str) -> str | None:
        """Write down a notebook whose process is gone."""
        import nbformat

        from helpers.run.notebook import as_saved

        executed = json.loads(self._notebook or self.job.path.read_text(encoding="utf-8"))
        for index, cell in self._cells.items():
            executed["cells"][index] = json.loads(cell)
        for cell in executed["cells"][: self._started + 1]:
            cell["metadata"].setdefault("papermill", {})["start_time"] = "started"
        return self.job.finish(as_saved(nbformat.from_dict(executed)), why)


def _call(
    function: Callable[..., Any], given: tuple, pipe: Connection, _cells: Any, _read: Any
) -> None:
    try:
        answer = (True, function(*given))
    except Exception as error:
        answer = (False, error)
    pipe.send(answer)


def _run(
    job: Job,
    token: str,
    cell_timeout: int | None,
    pipe: Connection,
    cells: Cells,
    read: set[str],
) -> None:
    """In the fork: run the notebook, write what came of it, and tell."""
    from helpers.run.engines.in_process import Client
    from helpers.run.notebook import run_papermill

    lock = threading.Lock()

    def tell(*message: Any) -> None:
        with lock:
            pipe.send(message)

    os.environ[TOKEN] = token  # of whatever the cells start
    try:
        cells.open()
        executed, failure = run_papermill(
            job, lambda nb_man, _: Client(nb_man, cells, tell, cell_timeout).execute()
        )
        tell("done", job.finish(executed, failure), sorted(read))
    except Exception as error:
        tell("stopped", f"{type(error).__name__}: {error}")
