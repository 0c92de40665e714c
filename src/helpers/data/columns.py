"""Kinds of columns: how a cell is read and what it must fulfil, as the head of ``catalog.yaml`` lists them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.errors import DataError, nearest

ALWAYS = frozenset({"required", "unique"})
ORDER = frozenset({"increasing"})
BOUNDS = frozenset({"above", "at_least", "at_most", "below", "other_than"})

#: Types, and the checks that suit each.
TYPES = {
    "text": ALWAYS | {"one_of", "pattern"},
    "date": ALWAYS | ORDER,
    "month": ALWAYS | ORDER,
    "period": ALWAYS,
    "number": ALWAYS | ORDER | BOUNDS,
    "integer": ALWAYS | ORDER | BOUNDS,
    "yes_no": ALWAYS,
}
CHECKS = frozenset().union(*TYPES.values())


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table; the fields after ``type`` are its checks, each off by default."""

    meaning: str
    type: str
    required: bool = False
    unique: bool = False
    increasing: bool = False
    one_of: tuple[str, ...] = ()
    pattern: str = ""
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    other_than: float | None = None


def read_column(where: str, stated: Mapping[str, Any], kinds: Mapping[str, Any]) -> Column:
    """A column from what the catalog states of it and the kind it names.

    Raises
    ------
    DataError
        The kind, the type or a check has a name that does not exist, or the check does not suit the type.
    """
    own = dict(stated)
    kind = own.pop("is", None)
    _must_be_known(where, "kind of column", kind, kinds)
    merged = kinds[kind] | own
    _must_be_known(where, "type", merged.get("type"), TYPES)
    for name in merged.keys() - {"type", "meaning"}:
        _must_be_known(where, "check", name, CHECKS)
        if name not in TYPES[merged["type"]]:
            raise DataError(
                f"catalog.yaml: {where}: {name} is no check of a {merged['type']} column."
            )
    if "one_of" in merged:
        merged["one_of"] = tuple(merged["one_of"])
    return Column(**merged)


def _must_be_known(where: str, what: str, name: str | None, known: Collection[str]) -> None:
    if name not in known:
        raise DataError(
            f"catalog.yaml: {where}: there is no {what} {name!r}.{nearest(str(name), known)} "
            f"Known: {', '.join(sorted(known))}."
        )
