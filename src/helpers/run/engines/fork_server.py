"""The process that forks: it loads everything notebooks need once, and every notebook is a copy of it.

The standard library's `forkserver` does the same for functions of a program. This one belongs to one run: it has the
run's environment and token, says why it could not load, never imports the caller's own script, and ends with the run.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn

import psutil

from helpers.errors import RunError

_START = "from helpers.run.engines.fork_server import serve; serve({}, {})"

#: Objects that may wait for the collector. It looks through a notebook a hundred times at Python's own 700, for 3
#: percent of its time, and finds no memory worth the while.
_LITTER = 50_000


class ForkServer:
    """The run's side of it: starts at once, is asked for forks from any thread.

    ``collection`` says whether to load what the notebooks of this house import, which takes two seconds.
    """

    def __init__(self, env: Mapping[str, str], cwd: str, collection: bool = True):
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START.format(theirs.fileno(), collection)],
                pass_fds=[theirs.fileno()],
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches the run alone, which ends the others in order
            )
        self._lock = threading.Lock()

    def fork(self, function: Callable[..., None], *given: Any) -> Fork:
        """Call ``function(*given, pipe, cells, read)`` in a process of its own.

        ``cells`` is the shell, ``read`` the files of figures that have been opened.

        Raises
        ------
        RunError
            When the server has ended, on purpose or not.
        """
        ours, theirs = Pipe()
        with theirs, self._lock:
            try:
                socket.send_fds(self._control, [b"f"], [theirs.fileno()])
                pid = int.from_bytes(self._control.recv(8), "big")
            except OSError:
                pid = 0
        if not pid:
            raise RunError(
                "the process that starts notebooks has ended; it may have run out of memory"
            )
        ours.send((function, given))
        return Fork(pid, ours)

    def close(self) -> None:
        """End the server, not its forks."""
        with self._lock:
            self._control.close()
        self._process.wait()


class Fork:
    """One forked process and the pipe to it."""

    def __init__(self, pid: int, pipe: Connection):
        self.pipe = pipe
        try:
            self._process = psutil.Process(pid)
        except psutil.NoSuchProcess:
            self._process = None

    def kill(self) -> None:
        """End it, whatever it does."""
        if self._process is not None:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._process.kill()  # never another process that was given its number meanwhile


def serve(control: int, collection: bool) -> None:
    """Load everything, then fork for each pipe that arrives, until the run has ended."""
    gc.disable()  # what is loaded stays; its pages are shared as long as nobody walks over them
    from helpers.run.engines import preload

    read = preload.note_figures_read()
    loaded = preload.load(collection), read
    read -= {name for name in read if name.endswith(".csv")}  # count for whom uses them
    gc.freeze()
    fork_for(socket.socket(fileno=control), *loaded)


def fork_for(asked: socket.socket, *loaded: Any) -> NoReturn:
    """Fork for each pipe that arrives, until the other end is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the forks
    while True:
        _, pipes, _, _ = socket.recv_fds(asked, 1, 1)
        if not pipes:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            asked.close()
            _work(Connection(pipes[0]), *loaded)
        os.close(pipes[0])
        asked.send(pid.to_bytes(8, "big"))


def _work(pipe: Connection, *loaded: Any) -> None:
    status = 1
    try:
        import numpy as np  # long loaded here, and of no use to the run's side

        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        gc.enable()
        gc.set_threshold(_LITTER)
        random.seed()
        np.random.seed()  # noqa: NPY002  as in a new interpreter: forks do not repeat each other
        function, given = pipe.recv()
        threading.Thread(target=_end_with_run, args=[pipe], daemon=True).start()
        function(*given, pipe, *loaded)
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(status)


def _end_with_run(pipe: Connection) -> None:
    """Wait for what never comes: the other end is closed when the run gives up, or is killed."""
    try:
        pipe.recv()
    except (EOFError, OSError):
        os._exit(1)
