"""Errors a reader can act on: each names the thing, the cause and the next step."""

import difflib
from collections.abc import Iterable


class RebalanceError(Exception):
    """Base of every error this project raises on purpose."""


class DataError(RebalanceError):
    """A series, table or published figure is missing, altered, unknown or not known at the date asked for."""


class NotKnown(DataError):
    """Nothing that could carry an answer was known at the date asked for: a finding, where a broken file is none."""


class ParameterError(RebalanceError):
    """A notebook parameter is unknown, of the wrong type or outside its range."""


class ClaimError(RebalanceError):
    """A claim is unknown, or a card does not fit the claim it answers."""


class RunError(RebalanceError):
    """A notebook run could not be started, finished or written."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Sentence that offers the names closest to a misspelt one, or nothing."""
    close = difflib.get_close_matches(str(name).lower(), list(known), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def check_offered(name: str, value: str, offered: Iterable[str]) -> None:
    """Raise `ParameterError` for a choice that is not on offer."""
    if value not in (known := list(offered)):
        raise ParameterError(f"{name} is {value!r}; use one of {', '.join(known)}.")
