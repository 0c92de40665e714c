"""Settings that differ from their declared defaults, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpers.trial.ledger import RANDOM, Row


def change_kind(changed: Mapping[str, Row]) -> str:
    """What the changes amount to: other assumptions, or the same ones drawn otherwise.

    Examples
    --------
    >>> change_kind({"cut_bp": {}, "seed": {}}), change_kind({"seed": {}})
    ('Changed assumptions', 'Other random draws')
    """
    return "Other random draws" if set(changed) <= RANDOM else "Changed assumptions"


def list_changes(changed: Mapping[str, Row], mark: str = "") -> str:
    """Each setting with its value and its default; ``mark`` is set round its name.

    Examples
    --------
    >>> list_changes({"tax": {"value": [0.0, 35.0, 40.0], "default": []}, "seed": {"value": 7, "default": 1926}})
    'tax = 0, 35, 40 (default none); seed = 7 (default 1926)'
    """
    return "; ".join(
        f"{mark}{name}{mark} = {value_text(one['value'])} (default {value_text(one['default'])})"
        for name, one in changed.items()
    )


def value_text(value: Any) -> str:
    """A value as a user would type it."""
    if isinstance(value, list):
        return ", ".join(map(value_text, value)) or "none"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
