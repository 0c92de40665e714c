"""The record of what was read while a result was made, so that sources are never typed.

`Information` notes every figure it hands out. A block of `recording()` gathers these notes; a `recorded` property
keeps the notes of its first and only computation, and repeats them whenever it is read; `recorded_each` does so for
a method, name by name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, overload

from helpers.data.provenance import Provenance

T = TypeVar("T")
Key = TypeVar("Key", bound=Hashable)

#: Key under which a frame carries its sources.
SOURCES = "sources"


class Record:
    """Sources in order of first use, each once."""

    def __init__(self) -> None:
        self._sources: dict[str, Provenance] = {}

    @property
    def sources(self) -> tuple[Provenance, ...]:
        return tuple(self._sources.values())

    def note(self, sources: Iterable[Provenance]) -> None:
        for one in sources:
            kept = self._sources.get(one.name, one)
            self._sources[one.name] = kept if kept is one else kept.joined(one)


_open: ContextVar[tuple[Record, ...]] = ContextVar("_open", default=())


@contextmanager
def recording() -> Iterator[Record]:
    """Gather what is read inside the block.

    Examples
    --------
    >>> from helpers.data import Information
    >>> info = Information("2026-02-16")
    >>> with recording() as read:
    ...     gap = info.load("treasury_10y") - info.load("tbill_3m")
    >>> [one.name for one in read.sources]
    ['treasury_10y', 'tbill_3m']
    """
    record = Record()
    token = _open.set((*_open.get(), record))
    try:
        yield record
    finally:
        _open.reset(token)


def note(sources: Iterable[Provenance]) -> None:
    """Tell every open record that these figures were read."""
    sources = tuple(sources)
    for record in _open.get():
        record.note(sources)


class recorded(Generic[T]):
    """A property computed once, whose sources are noted again each time it is read.

    For the frozen figures of a topic and for the parts of its examination: what a card, a figure or a table read is
    then known without anybody typing it. A frame also carries its sources in ``attrs``. An error, such as
    `NotKnown`, is raised at each reading.

    Examples
    --------
    >>> from helpers.data import Information
    >>> class Yields:
    ...     def __init__(self, info):
    ...         self.info = info
    ...     @recorded
    ...     def slope(self):
    ...         return self.info.load("treasury_10y") - self.info.load("tbill_3m")
    >>> yields = Yields(Information("2026-02-16"))
    >>> with recording() as read:
    ...     latest = yields.slope.iloc[-1]
    >>> [one.name for one in read.sources]
    ['treasury_10y', 'tbill_3m']
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> recorded[T]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...
    def __get__(self, instance: object | None, owner: type | None = None) -> recorded[T] | T:
        if instance is None:
            return self
        return _recall(instance, self.name, lambda: self.compute(instance))

    def __set__(self, instance: object, value: object) -> None:
        raise AttributeError(f"{self.name} is computed from figures; it cannot be set.")


def recorded_each(compute: Callable[[Any, Key], T]) -> Callable[[Any, Key], T]:
    """As `recorded`, for a method of one name or number: computed once for each, its sources noted at every reading.

    Examples
    --------
    >>> from helpers.data import Information
    >>> class Returns:
    ...     def __init__(self, info):
    ...         self.info = info
    ...     @recorded_each
    ...     def series(self, name):
    ...         return self.info.load(name)
    >>> returns = Returns(Information("2026-02-16"))
    >>> returns.series("lo30") is returns.series("lo30")
    True
    """

    @functools.wraps(compute)
    def method(self: Any, name: Key) -> T:
        return _recall(self, (compute.__name__, name), lambda: compute(self, name))

    return method


def _recall(instance: object, key: Hashable, compute: Callable[[], T]) -> T:
    """The kept value of a part, computed where it is not kept yet; either way its sources are noted."""
    import pandas as pd  # here, because a run that has nothing to do loads this module, and not pandas

    kept = instance.__dict__.setdefault("_recorded", {})
    if key not in kept:
        with recording() as read:
            value = compute()
        if isinstance(value, pd.DataFrame | pd.Series):
            value.attrs = {SOURCES: read.sources}
        kept[key] = (value, read.sources)
    value, sources = kept[key]
    note(sources)
    return value
