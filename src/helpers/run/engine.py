"""Kernels of one run: papermill's engine, over unix sockets with unique names, all stoppable at once.

TCP ports of kernels started in parallel collide now and then (papermill issue 511), and sockets of one name
collide always; a private folder with one prefix a kernel cannot. Windows has no such sockets and keeps TCP.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config

ENGINE = "rebalance"
_LONGEST_FOLDER = 70  # a socket's path must stay under about 100 characters


class Kernels:
    """The kernels of one run, started in one folder with one environment."""

    def __init__(self, cwd: Path, env: Mapping[str, str]):
        self.cwd = cwd
        self.env = {
            **os.environ,
            # Results do not depend on the order of sets, and parallel kernels do not fight for cores.
            "PYTHONHASHSEED": "0",
            **{f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")},
            **env,
        }
        self._numbers = itertools.count()
        self._clients: set[PapermillNotebookClient] = set()
        self._sockets: Path | None = None
        if sys.platform != "win32":
            short = len(tempfile.gettempdir()) <= _LONGEST_FOLDER
            self._sockets = Path(tempfile.mkdtemp(prefix="rb-", dir=None if short else "/tmp"))
            # Whoever finds this run's folder after a crash finds its sockets too.
            (cwd / "sockets").symlink_to(self._sockets)

    def execute(self, nb_man, kernel_name: str, start_timeout: float) -> None:
        """Run one notebook on a kernel of its own."""
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            config=self._config(),
            resources={"metadata": {"path": str(self.cwd)}},
            startup_timeout=start_timeout,
            shutdown_kernel="immediate",
            store_widget_state=False,
            timeout=None,
        )
        self._clients.add(client)
        try:
            client.execute(env=self.env)
        finally:
            self._clients.discard(client)

    def kill(self) -> None:
        """End every kernel at once, with whatever it started."""
        for client in list(self._clients):
            process = getattr(getattr(client.km, "provisioner", None), "process", None)
            if process is None or process.poll() is not None:
                continue
            with contextlib.suppress(ProcessLookupError):
                if sys.platform == "win32":
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)  # a kernel leads its own process group

    def close(self) -> None:
        """Remove the sockets."""
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _config(self) -> Config:
        if self._sockets is None:
            return Config()
        prefix = self._sockets / str(next(self._numbers))
        manager = {"transport": "ipc", "ip": str(prefix), "connection_file": f"{prefix}.json"}
        return Config(KernelManager=manager)


class _Engine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, *, kernels: Kernels, start_timeout=60, **_
    ):
        kernels.execute(nb_man, kernel_name, start_timeout)


papermill_engines.register(ENGINE, _Engine)
logging.getLogger("papermill").addHandler(
    logging.NullHandler()
)  # errors reach the user by RunError, once
