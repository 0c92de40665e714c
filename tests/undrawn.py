"""Runs whose pictures nobody looks at: they tell their numbers, and neither are laid out nor drawn."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from helpers.run.engines.fork_server import Fork, ForkServer


def undrawn(function: Callable[..., None], given: tuple, *fork: Any) -> None:
    """In a fork: call a function as the server does, once nothing is drawn."""
    from helpers.report import picture

    picture.lay_out = lambda *_: None
    picture.embedded = lambda *_: ""
    function(*given, *fork)


class _UndrawnForks(ForkServer):
    def fork(self, function: Callable[..., None], *given: Any) -> Fork:
        return super().fork(undrawn, function, given)


@contextmanager
def without_pictures() -> Iterator[None]:
    """Draw nothing in runs inside this block, where they use forks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        patch.setattr("helpers.run.engines.forks.ForkServer", _UndrawnForks)
        yield
