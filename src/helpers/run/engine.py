"""Kernels of one run: papermill's engine, over unix sockets with unique names, all stoppable at once.

TCP ports of kernels started in parallel collide now and then (papermill issue 511), and sockets of one name
collide always; a private folder with one prefix a kernel cannot. Windows has no such sockets and keeps TCP.
"""

from __future__ import annotations

import itertools
import logging
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

from helpers.errors import RunError
from helpers.run.processes import TOKEN, end_processes
from helpers.run.workfolder import WorkFolder

ENGINE = "rebalance"
OUTPUT_LIMIT = 10_000_000  # characters a cell; a page with more is of no use to a reader


class Kernels:
    """The kernels of one run, started in its work folder with one environment."""

    def __init__(self, work: WorkFolder, env: Mapping[str, str], cell_timeout: int | None = None):
        self.work = work
        self.cell_timeout = cell_timeout
        self.env = {
            **os.environ,
            # Results do not depend on the order of sets, and parallel kernels do not fight for cores.
            "PYTHONHASHSEED": "0",
            **{f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")},
            **env,
        }
        self._numbers = itertools.count()
        self._ended = False

    def execute(self, nb_man: Any, kernel_name: str, start_timeout: float) -> None:
        """Run one notebook on a kernel of its own; what its cells started ends with it.

        Raises
        ------
        RunError
            When a cell takes longer or writes more than it may, or the run was ended.
        """
        number = next(self._numbers)
        token = f"{self.work.mark.token}-{number}"
        client = _Client(
            nb_man,
            end_kernel=lambda: end_processes(token),
            cell_timeout=self.cell_timeout,
            kernel_name=kernel_name,
            config=self._config(number),
            resources={"metadata": {"path": str(self.work.path)}},
            startup_timeout=start_timeout,
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
                limit = OUTPUT_LIMIT // 1_000_000
                self._end(f"wrote more than {limit} MB of output; show less, or a summary")
                return None
        return super().process_message(msg, cell, cell_index)

    def _start_clock(self, **_: Any) -> None:
        if self._cell_timeout is not None:
            why = f"took longer than {self._cell_timeout} seconds (--cell-timeout)"
            self._clock = threading.Timer(self._cell_timeout, self._end, [why])
            self._clock.daemon = True
            self._clock.start()

    def stop_clock(self, **_: Any) -> None:
        if self._clock is not None:
            self._clock.cancel()

    def _end(self, why: str) -> None:
        self.why_ended = why
        self._end_kernel()


class _Engine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        kernels: Kernels,
        start_timeout: float = 60,
        **_: Any,
    ) -> None:
        kernels.execute(nb_man, kernel_name, start_timeout)


papermill_engines.register(ENGINE, _Engine)
# Errors reach the user by RunError, once.
logging.getLogger("papermill").addHandler(logging.NullHandler())
