"""A headline number computed twice: by hand in the notebook, and by the helper."""

from __future__ import annotations

from typing import Any

import numpy as np
from IPython.display import Markdown, display

from helpers.errors import RebalanceError
from helpers.report.text import alike, number

TOLERANCE = 1e-9  # relative: the same arithmetic in another order
BY_HAND = "*By hand: "  # how the line begins; what it repeats is pinned where it is first shown


def agrees(mine: Any, found: Any, *, unit: str = "") -> None:
    """Show that a number computed by hand equals the helper's, or stop.

    Parameters
    ----------
    mine, found : number, text, date or array of numbers
        The result of the cell, and the one an examination found.
    unit : str
        Printed after the number.

    Raises
    ------
    RebalanceError
        When the two differ.

    Examples
    --------
    >>> agrees(100 * (1.05 / 1.02 - 1), 2.9411764705882355, unit="percent")  # doctest: +SKIP
    """
    if not _equal(mine, found):
        raise RebalanceError(
            f"By hand {mine}, but the helper finds {found}. One of the two is wrong: compare the steps."
        )
    shown = _written(mine)
    display(Markdown(f"{BY_HAND}{shown}{f' {unit}' if unit else ''}. The helper finds the same.*"))


def _equal(mine: Any, found: Any) -> bool:
    try:
        one, other = np.asarray(mine, dtype=float), np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        return bool(mine == found)
    return one.shape == other.shape and np.allclose(
        one, other, rtol=TOLERANCE, atol=1e-12, equal_nan=False
    )


def _written(value: Any) -> str:
    try:
        numbers = np.atleast_1d(np.asarray(value, dtype=float))
    except (TypeError, ValueError):
        return str(value)
    if numbers.size > 6:
        return f"{numbers.size} numbers, from {number(numbers.min())} to {number(numbers.max())}"
    return number(numbers[0]) if numbers.size == 1 else ", ".join(alike(numbers))
