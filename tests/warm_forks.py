"""Runs in forks of servers that are started once, of small notebooks and of whole ones, instead of once a run.

The first worker that needs a server starts it, the others are lent copies of it. A run's own server differs by its
environment and folder, which each fork gets here. Runs with servers of their own are tested by the command, by the
engines and by the whole collection.
"""

import os
import socket
import sys
import threading
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cache, partial

import pytest

from between_workers import held, of_all_workers
from helpers.run.engines import DEFAULT, environment, fork_server, forks
from in_forks import in_place, lend

# What forks import stands where this process found it.
_HERE = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MPLBACKEND": "agg"}


class Lent(fork_server.ForkServer):
    """A copy of the server that another worker started."""

    def __init__(self, address):
        self._control = socket.socket(socket.AF_UNIX)
        self._lock = threading.Lock()
        self._control.connect(address)

    def close(self):
        """End the copy."""
        self._control.close()


class Through:
    """A server whose forks call a function that does something first."""

    def __init__(self, server, first):
        self._server, self._first = server, first

    def fork(self, function, *given):
        return self._server.fork(self._first, function, given)

    def close(self):
        self._server.close()


class WarmForks(Through):
    """The server as one run sees it."""

    def __init__(self, start, env, cwd, _collection=True):
        super().__init__(start(), partial(in_place, dict(env), cwd))

    def close(self):
        """The server goes on."""


@contextmanager
def _once(factory, name, starting):
    """What starts a server where it is called first, or borrows that of another worker, and gives it."""
    with ExitStack() as stack:

        @cache
        def start():
            folder = of_all_workers(factory, name)
            address = f"\0{folder}"  # a name on Linux that needs no file
            with held(folder / "lock"):
                with suppress(ConnectionRefusedError):
                    return stack.enter_context(closing(Lent(address)))
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(fork_server, "_START", starting)
                    server = fork_server.ForkServer(environment(_HERE), os.getcwd())
                stack.enter_context(closing(server))
                lender = stack.enter_context(server.fork(lend, address).pipe)
                assert lender.recv() == "open"
            return server

        yield start


@pytest.fixture(scope="session")
def _server(tmp_path_factory):
    with _once(
        tmp_path_factory, "small forks", "from in_forks import serve; serve({}, {})"
    ) as start:
        yield start


@pytest.fixture(scope="session")
def whole_server(tmp_path_factory):
    """The server for notebooks of the collection, to be given to `runs_in`."""
    with _once(tmp_path_factory, "whole forks", fork_server._START) as start:
        yield start


@contextmanager
def runs_in(start):
    """Let runs that begin inside this block share a server, where they use forks."""
    with pytest.MonkeyPatch.context() as patch:
        if DEFAULT == "fork":
            patch.setattr(forks, "ForkServer", partial(WarmForks, start))
        yield


@contextmanager
def forks_through(first):
    """Let forks of runs that begin inside this block do something first, where there are any."""
    usual = forks.ForkServer
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", _HERE["PYTHONPATH"])
        patch.setattr(forks, "ForkServer", lambda *given: Through(usual(*given), first))
        yield


@pytest.fixture(scope="module")
def warm_forks(_server):
    """Runs of this module share one server."""
    with runs_in(_server):
        yield
