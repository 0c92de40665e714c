"""Cells run in this process as a kernel runs them: ipykernel's own shell, its messages read by papermill's own client.

Nothing is sent: the shell's session puts down what it would publish, the client takes it from there.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import select
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import nbformat
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from papermill.clientwrap import PapermillNotebookClient
from traitlets import Any as AnyTrait
from traitlets.config import Config

from helpers.run.engines import OUTPUT_LIMIT, TOO_MUCH, too_long


class Cells:
    """The one shell of a process, and what its cells write, in the order in which they write it.

    ``stop`` is called with a reason, from any thread, when a cell writes too much.
    """

    def __init__(self) -> None:
        self._session = _Session(receive=self._receive)
        config = Config(HistoryManager={"enabled": False})
        # Asked for as by a kernel without a frontend: nobody can answer.
        kernel = SimpleNamespace(eventloop=None, get_parent=lambda *_: {})
        self.shell = _Shell.instance(config=config, kernel=kernel, compiler_class=XCachingCompiler)
        self.shell.displayhook.session = self._session  # type: ignore[attr-defined]
        self.shell.display_pub.session = self._session  # type: ignore[attr-defined]
        self.lock = threading.RLock()
        self.messages: list[dict[str, Any]] = []
        self.reply: dict[str, Any] = {}
        self.stop: Callable[[str], None] = lambda _why: None
        self._wrote = 0
        self._streams = {name: _Stream(name, self) for name in ("stdout", "stderr")}
        self._pipe = -1

    def open(self) -> None:
        """Take over the process: its output, its environment, and figures left open at the end of a cell."""
        self.shell.init_environment()
        if "matplotlib" in sys.modules:
            self.shell.enable_matplotlib("inline")
        else:
            os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
        self._pipe, write = os.pipe()
        os.set_blocking(self._pipe, False)
        for descriptor in (
            1,
            2,
        ):  # what is not written by Python: a program that a cell starts, a library
            os.dup2(write, descriptor)
        os.close(write)
        sys.stdout, sys.stderr = self._streams.values()
        threading.Thread(target=self._watch_pipe, daemon=True).start()

    async def execute(self, source: str, store_history: bool, **_: Any) -> str:
        """Run a cell to its end, as ipykernel's `do_execute`; what it published waits in `messages`."""
        shell = self.shell
        self.begin()
        self._tell("execute_input", execution_count=shell.execution_count)
        transformed: dict[str, Any] = {"preprocessing_exc_tuple": None}
        try:
            transformed["transformed_cell"] = shell.transform_cell(source)
        except Exception:
            transformed = {
                "transformed_cell": source,
                "preprocessing_exc_tuple": sys.exc_info(),
            }
        if shell.should_run_async(source, **transformed):
            result = None
            try:
                result = await shell.run_cell_async(
                    source, store_history=store_history, **transformed
                )
            finally:
                shell.events.trigger("post_execute")
                shell.events.trigger("post_run_cell", result)
        else:
            result = shell.run_cell(source, store_history=store_history)
        self.flush()
        error = result.error_before_exec or result.error_in_exec
        failed = {
            "status": "error",
            "ename": type(error).__name__,
            "evalue": str(error),
            "traceback": shell._last_traceback or [],
        }
        content = failed if error or shell._last_traceback_during_displayhook else {"status": "ok"}
        self.reply = {"content": content}
        return ""

    def begin(self) -> None:
        with self.lock:
            self.messages, self._wrote = [], 0
        self.shell._last_traceback_during_displayhook = False

    def flush(self) -> None:
        """Put down all that was written so far."""
        if sys.__stdout__ is not None:
            sys.__stdout__.flush()
        self._read_pipe()
        for stream in self._streams.values():
            stream.flush()

    def wrote(self, count: int) -> None:
        """Count characters of output."""
        self._wrote += count
        if self._wrote > OUTPUT_LIMIT:
            self.stop(TOO_MUCH)

    def _tell(self, kind: str, **content: Any) -> None:
        self._session.send(None, kind, content)

    def _receive(self, message: dict[str, Any]) -> None:
        with self.lock:
            self.messages.append(message)
            if message["msg_type"] == "clear_output":
                self._wrote = 0
            elif message["msg_type"] != "stream":
                self.wrote(len(str(message["content"])))

    def _watch_pipe(self) -> None:
        while True:
            select.select([self._pipe], [], [])
            self._read_pipe()

    def _read_pipe(self) -> None:
        with self.lock:
            while True:
                try:
                    chunk = os.read(self._pipe, 65_536)
                except BlockingIOError:
                    return
                self._streams["stdout"].write(chunk.decode(errors="replace"))


class Client(PapermillNotebookClient):
    """Papermill's client without a kernel: cells run here.

    ``tell`` is called with what happened: ``("notebook", json, number of cells)`` before the first cell,
    ``("start", number)`` and ``("cell", number, json)`` around each, ``("stopped", why)`` before the process ends
    itself.
    """

    def __init__(
        self, nb_man: Any, cells: Cells, tell: Callable[..., None], cell_timeout: int | None
    ):
        super().__init__(nb_man, record_timing=False, store_widget_state=False)
        self.kc = cells
        self._tell = tell
        self._cell_timeout = cell_timeout
        self._index = 0
        self._clock: threading.Timer | None = None
        cells.stop = self._stop
        self.on_cell_execute = self._start_clock

    def execute(self, **_: Any) -> Any:
        self.reset_execution_trackers()
        self._tell("notebook", nbformat.writes(self.nb), len(self.nb.cells))
        self.papermill_execute_cells()
        self.nb.metadata["language_info"] = IPythonKernel.language_info
        return self.nb

    def execute_cell(self, cell: Any, cell_index: int) -> Any:
        self._index = cell_index
        self._tell("start", cell_index)
        try:
            return super().execute_cell(cell, cell_index)
        finally:
            self._stop_clock()
            self._tell_cell()

    def _start_clock(self, **_: Any) -> None:
        if self._cell_timeout is not None:
            self._clock = threading.Timer(
                self._cell_timeout, self._stop, [too_long(self._cell_timeout)]
            )
            self._clock.daemon = True
            self._clock.start()

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()

    async def _async_poll_kernel_alive(self) -> None:
        """There is no kernel to die alone."""

    async def _async_poll_output_msg(self, _id: str, cell: Any, cell_index: int) -> None:
        for message in self.kc.messages:
            self.process_message(message, cell, cell_index)

    async def _async_poll_for_reply(
        self, _id: str, _cell: Any, _timeout: Any, output: asyncio.Future, _alive: Any
    ) -> dict[str, Any]:
        await output
        return self.kc.reply

    def _stop(self, why: str) -> None:
        """Tell what the cell under way has written, and end the process: the cell cannot be asked to end."""
        with self.kc.lock:
            self.kc.stop = lambda _why: None
            self.kc.flush()
            cell = self.nb.cells[self._index]
            cell.outputs = []
            for message in self.kc.messages:
                self.process_message(message, cell, self._index)
            self._tell_cell()
            self._tell("stopped", why)
            os._exit(1)

    def _tell_cell(self) -> None:
        self._tell("cell", self._index, json.dumps(self.nb.cells[self._index]))


class _Shell(ZMQInteractiveShell):
    def enable_gui(self, gui: Any = None) -> None:
        """There is no window to keep alive."""


class _Session(Session):
    receive = AnyTrait()

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any) -> Any:
        del stream  # there is none
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content)
        self.receive(message)
        return message


class _Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str, cells: Cells):
        self.name = name
        self._cells = cells
        self._written: list[str] = []

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return {"stdout": 1, "stderr": 2}[self.name]

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self._cells.lock:
            self._written.append(text)
            self._cells.wrote(len(text))
        return len(text)

    def flush(self) -> None:
        with self._cells.lock:
            written, self._written = "".join(self._written), []
            if written:
                self._cells._tell("stream", name=self.name, text=written)
