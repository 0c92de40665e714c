"""What a report function displays, caught as a notebook front end would get it; and figures, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """No figure outlives its test."""
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def picture(request, found) -> Callable[[Callable], Any]:
    """A picture of what was found, drawn once for all tests of a file."""
    of = request.module.TestPictures
    return cache(lambda plot: plot(of.part(plot, found)))


@pytest.fixture
def shown() -> Callable[..., list[dict]]:
    """Call a function and return the mime bundles it displayed."""
    InteractiveShell.instance()

    def call(function, *args, **options) -> list[dict]:
        with capture_output() as captured:
            function(*args, **options)
        return [dict(output.data) for output in captured.outputs]

    return call
