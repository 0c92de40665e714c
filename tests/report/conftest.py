"""What a report function displays, caught as a notebook front end would get it."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib

matplotlib.use("agg")

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output


@pytest.fixture
def shown() -> Callable[..., list[dict]]:
    """Call a function and return the mime bundles it displayed."""
    InteractiveShell.instance()

    def call(function, *args, **options) -> list[dict]:
        with capture_output() as captured:
            function(*args, **options)
        return [dict(output.data) for output in captured.outputs]

    return call
