"""Runs in forks of servers that are started once, of small notebooks and of whole ones, instead of once a run.

A run's own server differs by its environment and folder, which each fork gets here. Runs with servers of their own
are tested by the command, by the engines and by the whole collection.
"""

import os
import sys
from contextlib import contextmanager
from functools import cache, partial

import pytest

from helpers.run.engines import DEFAULT, environment, fork_server, forks
from in_forks import in_place

# What forks import stands where this process found it.
_HERE = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MPLBACKEND": "agg"}


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
def _once(starting):
    """What starts a server where it is called first, and gives it."""

    @cache
    def start():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fork_server, "_START", starting)
            return fork_server.ForkServer(environment(_HERE), os.getcwd())

    yield start
    if start.cache_info().currsize:
        start().close()


@pytest.fixture(scope="session")
def _server():
    with _once("from in_forks import serve; serve({}, {})") as start:
        yield start


@pytest.fixture(scope="session")
def whole_server():
    """The server for notebooks of the collection, to be given to `runs_in`."""
    with _once(fork_server._START) as start:
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
