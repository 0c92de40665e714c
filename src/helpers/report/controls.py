"""Controls in JupyterLab, a still picture in a report."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from numbers import Real
from typing import Any

import pandas as pd
from IPython import get_ipython
from IPython.display import Markdown, display

from helpers.report import picture, tables
from helpers.report.tables import readable
from helpers.report.text import number

MOST_ANSWERS = 128  # kept of one cell, for a control that comes back


def explore(function: Callable, *, caption: str, name: str, **controls) -> None:
    """Let a reader move the inputs of a function; a report shows the start values and names the controls.

    A move draws one picture, for the width of a screen, and a value that comes back shows the answer it had.

    Parameters
    ----------
    function : callable
        Returns Axes, a Figure or a DataFrame, always the same for the same values. Fix its other arguments with
        :func:`functools.partial`, and let them hold what no control moves: it is asked at every move.
    caption, name : str
        As in :func:`helpers.report.show`.
    **controls
        One a keyword of the function: ``(low, high)`` or ``(low, high, step)`` for a slider, a list for a choice,
        True or False for a box. The start value is the function's default, else the middle or the first.
    """
    starts = {key: start_value(function, key, control) for key, control in controls.items()}
    live = has_controls()

    @lru_cache(MOST_ANSWERS)
    def answer(**values) -> dict[str, Any]:
        found = function(**values)
        if isinstance(found, pd.DataFrame):
            return tables.mimebundle(found, caption)
        return picture.mimebundle(found, caption, name=name, phone=not live)

    def draw(**values) -> None:
        display(answer(**values), raw=True)

    if live:
        import ipywidgets

        # A slider's own middle can differ from the default of the function: both pictures start alike.
        ipywidgets.interact(draw, **{key: _widget(controls[key], starts[key]) for key in controls})
        return
    listed = "; ".join(
        f"{readable(key)}: {_in_words(control)}" for key, control in controls.items()
    )
    display(
        Markdown(
            f"*In JupyterLab this cell has controls ({listed}). Here it shows their start values.*"
        )
    )
    draw(**starts)


def has_controls() -> bool:
    """Whether somebody sits at the notebook: papermill and nbconvert tell the kernel that nobody can answer."""
    kernel = getattr(get_ipython(), "kernel", None)
    return bool(kernel and kernel.get_parent("shell").get("content", {}).get("allow_stdin"))


def start_value(function: Callable, key: str, control):
    """The value a control starts from: the function's default where the control offers it."""
    default = inspect.signature(function).parameters[key].default
    if isinstance(control, list):
        return default if default in control else control[0]
    if isinstance(control, tuple):
        low, high = control[:2]
        if isinstance(default, Real) and low <= default <= high:
            return default
        middle = (low + high) / 2
        return int(middle) if all(isinstance(value, int) for value in control) else middle
    return control if default is inspect.Parameter.empty else default


def _widget(control, start):
    import ipywidgets

    return ipywidgets.interactive.widget_from_abbrev(control, start)


def _in_words(control) -> str:
    if isinstance(control, tuple):
        low, high = control[:2]
        years = all(isinstance(end, int) for end in (low, high))  # they take no separator
        return f"{low} to {high}" if years else f"{number(low)} to {number(high)}"
    return ", ".join(map(readable, map(str, control))) if isinstance(control, list) else "yes or no"
