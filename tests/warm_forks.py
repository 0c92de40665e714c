"""Runs of small notebooks in forks of one server, which loads everything once instead of once a run.

A run's own server differs by its environment and folder, which each fork gets here. Runs with servers of their own
are tested by the command, by the engines and by the whole collection.
"""

import os
import sys
from contextlib import contextmanager
from functools import cache, partial

import pytest

from helpers.run.engines import DEFAULT, environment


def in_place(env, cwd, function, given, pipe, cells, _read):
    """In a fork: call a function as one of the run's own server would."""
    from helpers.run.engines.preload import note_figures_read

    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    function(*given, pipe, cells, note_figures_read())


def serve(control: int, collection: bool) -> None:
    """In the server: load what small notebooks and their pages need, this module among it, then fork."""
    from helpers.run.engines import fork_server, preload

    preload.LIBRARIES = ("matplotlib.pyplot",)
    preload.FLOORS = ("report.card", "report.html", "run.session")
    fork_server.serve(control, collection)


class WarmForks:
    """The server as one run sees it."""

    def __init__(self, start, env, cwd, _collection=True):
        self._fork = partial(start().fork, in_place, dict(env), cwd)

    def fork(self, function, *given):
        return self._fork(function, given)

    def close(self):
        """The server goes on."""


@pytest.fixture(scope="session")
def _server():
    """The server, started by the first run that asks for it."""
    from helpers.run.engines import fork_server

    here = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MPLBACKEND": "agg"}

    @cache
    def start():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fork_server, "_START", "from warm_forks import serve; serve({}, {})")
            return fork_server.ForkServer(environment(here), os.getcwd())

    yield start
    if start.cache_info().currsize:
        start().close()


@contextmanager
def runs_in(start):
    """Let runs inside this block share a server, where they use forks."""
    with pytest.MonkeyPatch.context() as patch:
        if DEFAULT == "fork":
            patch.setattr("helpers.run.engines.forks.ForkServer", partial(WarmForks, start))
        yield


@pytest.fixture(scope="module")
def warm_forks(_server):
    """Runs of this module share one server."""
    with runs_in(_server):
        yield
