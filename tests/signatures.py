"""What a function does when it is not told: part of every number that was computed without telling it."""

import inspect
from collections.abc import Callable


def defaults_of(function: Callable) -> dict[str, object]:
    """Default of each parameter that has one."""
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}
