"""Runs of small notebooks in forks of one server, which loads everything once instead of once a run.

A run's own server differs by its environment and folder, which each fork gets here. Runs with servers of their own
are tested by the command, by the engines and by the whole collection.
"""

import os
import sys
from functools import partial

import pytest

from helpers.run.engines import DEFAULT, environment


def in_place(env, cwd, function, given, pipe, cells, _read):
    """In a fork: call a function as one of the run's own server would."""
    from helpers.run.engines.preload import note_figures_read

    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    function(*given, pipe, cells, note_figures_read())


class WarmForks:
    """The server as one run sees it."""

    def __init__(self, server, env, cwd, _collection=True):
        self._fork = partial(server.fork, in_place, dict(env), cwd)

    def fork(self, function, *given):
        return self._fork(function, given)

    def close(self):
        """The server goes on."""


@pytest.fixture(scope="session")
def _server():
    from helpers.run.engines.fork_server import ForkServer

    here = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MPLBACKEND": "agg"}
    server = ForkServer(environment(here), os.getcwd())
    yield server
    server.close()


@pytest.fixture(scope="module")
def warm_forks(request):
    """Runs of this module share one server, where they use forks."""
    with pytest.MonkeyPatch.context() as patch:
        if DEFAULT == "fork":
            shared = partial(WarmForks, request.getfixturevalue("_server"))
            patch.setattr("helpers.run.engines.forks.ForkServer", shared)
        yield
