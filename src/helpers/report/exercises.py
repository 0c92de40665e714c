"""An exercise for a reader: a number to find, held against the helper's."""

from __future__ import annotations

from numbers import Real

from IPython.display import Markdown, display

from helpers.errors import RebalanceError
from helpers.report.controls import has_controls
from helpers.report.text import number

TOLERANCE = 0.005  # relative: an answer typed with three digits


def exercise(answer: float | None, found: float, *, unit: str = "") -> None:
    """Say whether a reader's number is the helper's, without giving that away.

    Parameters
    ----------
    answer : float or None
        None as long as nobody tried: then a report shows nothing.
    found : float
        What the helper finds.
    unit : str
        Printed after the number once it is right.

    Raises
    ------
    RebalanceError
        When the answer is not a number.

    Examples
    --------
    >>> exercise(3.14, 3.1416, unit="radians")  # doctest: +SKIP
    """
    if answer is None:
        if has_controls():
            display(Markdown("*Put your number in place of None and run the cell.*"))
        return
    if not isinstance(answer, Real):
        raise RebalanceError(f"The answer is {answer!r}, which is no number. Put one number there.")
    if abs(answer - found) <= TOLERANCE * abs(found):
        told = f"Right: {number(found)}{f' {unit}' if unit else ''}."
    elif abs(answer + found) <= TOLERANCE * abs(found):
        told = "The size is right, the sign is not."
    else:
        told = f"Not yet: {number(answer)} is too {'high' if answer > found else 'low'}."
    display(Markdown(f"**{told}**"))
