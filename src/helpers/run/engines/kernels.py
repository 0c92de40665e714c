"""Every notebook on a kernel of its own: over unix sockets with unique names, all stoppable at once.

TCP ports of kernels started in parallel collide now and then (papermill issue 511), and sockets of one name
collide always; a private folder with one prefix a kernel cannot. Windows has no such sockets and keeps TCP.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from traitlets.config import Config

from helpers.errors import RunError
from helpers.run.engines import OUTPUT_LIMIT, TOO_MUCH, Result, environment, too_long
from helpers.run.notebook import run_papermill
from helpers.run.processes import TOKEN, end_processes
from helpers.run.workfolder import WorkFolder

if TYPE_CHECKING:
    from helpers.run.job import Job

_START_TIMEOUT = 120  # seconds; a kernel needs one, a crowded machine more


class Kernels:
    """The kernels of one run, started in its work folder with one environment."""

    def __init__(self, work: WorkFolder, env: Mapping[str, str], cell_timeout: int | None = None):
        self.work = work
        self.cell_timeout = cell_timeout
        self.env = environment(env)
        self._numbers = itertools.count()
        self._ended = False

    def execute(self, job: Job) -> Result:
        """Run one notebook on a kernel of its own; what its cells started ends with it."""
        progress = {"desc": job.name, "disable": None if job.shows_progress else True}
        executed, failure = run_papermill(job, self._run, progress)
        return Result(job.finish(executed, failure))

    def _run(self, nb_man: Any, kernel_name: str) -> None:
        number = next(self._numbers)
        token = f"{self.work.mark.token}-{number}"
        client = _Client(
            nb_man,
            end_kernel=lambda: end_processes(token),
            cell_timeout=self.cell_timeout,
            kernel_name=kernel_name,
            config=self._config(number),
            resources={"metadata": {"path": str(self.work.path)}},
            startup_timeout=_START_TIMEOUT,
            shutdown_kernel="immediate",
            store_widget_state=False,
        )
        try:
            if self._ended:
                raise RunError("the run was ended")
            client.execute(env={**self.env, TOKEN: token})
        except DeadKernelError:
            if client.why_ended:
                raise RunError(client.why_ended) from None
            raise
        finally:
            client.stop_clock()
            end_processes(token)

    def call(self, function: Callable[..., Any], *given: Any) -> Any:
        """What a function returns, here."""
        return function(*given)

    def end(self) -> None:
        """End every kernel at once, with whatever it started, and start no other."""
        self._ended = True
        end_processes(self.work.mark.token)

    def _config(self, number: int) -> Config:
        if self.work.sockets is None:
            return Config()
        prefix = self.work.sockets / str(number)
        manager = {"transport": "ipc", "ip": str(prefix), "connection_file": f"{prefix}.json"}
        return Config(KernelManager=manager)


class _Client(PapermillNotebookClient):
    """A client that ends its kernel when a cell takes too long or writes without end."""

    def __init__(
        self,
        nb_man: Any,
        *,
        end_kernel: Callable[[], None],
        cell_timeout: int | None,
        **settings: Any,
    ):
        super().__init__(nb_man, **settings)
        self.why_ended = ""
        self._end_kernel = end_kernel
        self._cell_timeout = cell_timeout
        self._clock: threading.Timer | None = None
        self._cell, self._wrote = -1, 0
        self.on_cell_execute = self._start_clock
        self.on_cell_executed = self.stop_clock

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        if self.why_ended:
            return None  # what was still under way
        if cell_index != self._cell or msg["msg_type"] == "clear_output":
            self._cell, self._wrote = cell_index, 0
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            self._wrote += len(str(msg["content"]))
            if self._wrote > OUTPUT_LIMIT:
                self._end(TOO_MUCH)
                return None
        return super().process_message(msg, cell, cell_index)

    def _start_clock(self, **_: Any) -> None:
        if self._cell_timeout is not None:
            why = too_long(self._cell_timeout)
            self._clock = threading.Timer(self._cell_timeout, self._end, [why])
            self._clock.daemon = True
            self._clock.start()

    def stop_clock(self, **_: Any) -> None:
        if self._clock is not None:
            self._clock.cancel()

    def _end(self, why: str) -> None:
        self.why_ended = why
        self._end_kernel()
