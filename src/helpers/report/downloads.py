"""Numbers as CSV files in links of the page: those that a figure shows, read off what it drew, and of tables."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from helpers.report.alt import has_names, name_of, ticks_of

Row = tuple[str, str, float | str]  # position, column, value
MARK = "marked"  # the column that names lines and spans at a position
SAFE = " ,:;/()+='!*-._~$@"  # characters that need no code in an address within double quotes


def link(table: str, name: str) -> str:
    """A link that saves a CSV text, without a script and without a network; none for one of no rows.

    A report puts the number of its notebook before the name of the file, and its date behind.
    """
    if table.count("\n") < 2:
        return ""
    content = quote(table, safe=SAFE)
    return (
        f'<a class="gr-data" download="{escape(name)}.csv" href="data:text/csv;charset=utf-8,{content}">'
        "Data (CSV)</a>"
    )


def csv_of(rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells as CSV text."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(rows)
    return file.getvalue()


def with_unit(name: str, unit: str | None) -> str:
    """The head of a column of values."""
    return f"{name} [{unit}]" if unit else name


def table_of(figure: Figure) -> str:
    """The numbers of a figure as CSV text: a row a position, a column a series.

    Read off the artists, five significant digits, so that the file holds what is seen. Positions are names, months,
    days or numbers as the axis has them. An interval has two columns, its lower and its upper end. The name of the
    axis of values, which tells their unit, stands in brackets behind the name of a series, unless panels of that
    series differ in it. Levels across a panel stand in rows without a position; lines and spans at a position are
    named in the column ``marked``.

    Raises
    ------
    TypeError
        When a figure holds something whose numbers cannot be read.
    """
    panels = [ax for ax in figure.axes if ax.get_visible() and ax.get_label() != "<colorbar>"]
    titles = [_title(ax, place) for place, ax in enumerate(panels, 1)]
    columns: dict[str, set[str]] = {}  # in the order in which they were drawn, with their units
    lines: list[tuple[str, str, dict[str, str]]] = []
    for title, ax in zip(titles, panels, strict=True):
        rows, unit = list(_rows(ax)), _unit(ax)
        for _, column, _ in rows:
            columns.setdefault(column, set()).add("" if column == MARK else unit)
        lines += [(title, position, cells) for position, cells in _aligned(rows)]
    heads = (
        with_unit(column, min(units) if len(units) == 1 else None)
        for column, units in columns.items()
    )
    head = [_position_name(panels), *heads]
    if several := len(panels) > 1:
        head.insert(0, "panel")
    body = (
        [*([title] if several else ()), position, *(cells.get(column, "") for column in columns)]
        for title, position, cells in lines
    )
    return csv_of([head, *body])


def _aligned(rows: Iterable[Row]) -> Iterator[tuple[str, dict[str, str]]]:
    """Values side by side that stand at one position; further ones of one series in further rows."""
    table: dict[tuple[str, int], dict[str, str]] = {}
    counts: dict[tuple[str, str], int] = {}
    for position, column, value in rows:
        k = counts[position, column] = counts.get((position, column), -1) + 1
        table.setdefault((position, k), {})[column] = (
            value if isinstance(value, str) else f"{value:.5g}"
        )
    levels_last = sorted(table.items(), key=lambda row: row[0][0] == "")
    return ((position, cells) for (position, _), cells in levels_last)


def _title(ax: Axes, place: int) -> str:
    title = ax.get_title("left") or ax.get_title() or ax.get_title("right") or f"panel {place}"
    return title.replace("\n", " ")


def _position_name(panels: Sequence[Axes]) -> str:
    for ax in panels:
        axis = ax.yaxis if _up(ax) else ax.xaxis
        if isinstance(axis.get_major_locator(), mdates.DateLocator):
            return "date"
        if axis.get_label_text():
            return axis.get_label_text().replace("\n", " ")
    return "name"


def _unit(ax: Axes) -> str:
    """What the values of a panel are: the name of its colours, or of the axis along which they run."""
    for drawn in (*ax.collections, *ax.images):
        if drawn.colorbar is not None:
            key = drawn.colorbar.ax
            return (key.get_ylabel() or key.get_xlabel()).replace("\n", " ")
    side = "x" if _up(ax) else "y"
    alike = getattr(ax, f"get_shared_{side}_axes")().get_siblings(ax)  # one says it for all
    names = [getattr(one, f"get_{side}label")() for one in (ax, *alike)]
    return next(filter(None, names), "").replace("\n", " ")


def _up(ax: Axes) -> bool:
    """Whether positions run up and values across, as in a dot plot."""
    return has_names(ax.yaxis) and not has_names(ax.xaxis)


def _rows(ax: Axes) -> Iterator[Row]:
    """The numbers of each series in the order in which they were drawn."""
    if not ax.axison:
        return
    up, seen, counts = _up(ax), set[int](), dict[str, int]()
    write = _Writer(ax.yaxis if up else ax.xaxis)

    def named(artist: Any, kind: str) -> str:
        label = str(artist.get_label())
        if label and not label.startswith("_"):
            return label
        counts[kind] = counts.get(kind, 0) + 1
        return kind if counts[kind] == 1 else f"{kind} {counts[kind]}"

    for container in ax.containers:
        if isinstance(container, ErrorbarContainer):
            line, caps, bars = container.lines
            seen |= {id(part) for part in (line, *caps, *bars) if part is not None}
            name = named(container, "estimate")
            if line is not None:
                yield from write.points(*line.get_data(orig=False), name, up)
            for part in bars:
                yield from write.segments(part.get_segments(), name, up)
        elif isinstance(container, BarContainer):
            seen |= {id(patch) for patch in container.patches}
            name = named(container, "bars")
            yield from write.bars(container, name)
            if container.errorbar is not None:
                seen |= {id(part) for part in container.errorbar.lines[2]}
                for part in container.errorbar.lines[2]:
                    yield from write.segments(part.get_segments(), f"{name}, interval", up)
    for line in ax.get_lines():
        if id(line) not in seen:
            yield from _line(ax, line, write, named, up)
    for drawn in ax.collections:
        if id(drawn) in seen:
            continue
        if isinstance(drawn, PathCollection):
            x, y = _filled(drawn.get_offsets()).T
            yield from write.points(x, y, named(drawn, "points"), up)
        elif isinstance(drawn, LineCollection):
            yield from write.segments(drawn.get_segments(), named(drawn, "range"), up)
        elif isinstance(drawn, QuadMesh):
            yield from write.grid(ax, _filled(drawn.get_array()))
        elif isinstance(drawn, PolyCollection):
            for path in drawn.get_paths():
                yield from write.band(np.asarray(path.vertices), named(drawn, "band"), up)
        else:
            raise _unread(drawn)
    for image in ax.images:
        yield from write.grid(ax, _filled(image.get_array()))
    for patch in ax.patches:
        if id(patch) not in seen:
            yield from _span(ax, patch, write, named, up)


def _line(ax: Axes, line: Line2D, write: _Writer, named: Any, up: bool) -> Iterator[Row]:
    across, along = line.get_transform().contains_branch_seperately(ax.transData)
    if across and along:
        yield from write.points(*line.get_data(orig=False), named(line, "line"), up)
    elif not str(line.get_label()).startswith("_"):  # without a name it is a line at zero
        value = float(np.asarray(line.get_data(orig=False)[0 if across else 1], dtype=float)[0])
        yield write.mark(value, str(line.get_label()), is_position=across is not up)


def _span(ax: Axes, patch: Any, write: _Writer, named: Any, up: bool) -> Iterator[Row]:
    if not isinstance(patch, Rectangle):
        raise _unread(patch)
    across, along = patch.get_data_transform().contains_branch_seperately(ax.transData)
    if across and along:
        raise _unread(patch)
    name = "Recession" if patch.get_gid() == "recession" else named(patch, "span")
    start, size = (
        (patch.get_x(), patch.get_width()) if across else (patch.get_y(), patch.get_height())
    )
    for value, end in ((start, "from"), (start + size, "to")):
        yield write.mark(value, f"{name}, {end}", is_position=across is not up)


def _unread(artist: Any) -> TypeError:
    return TypeError(
        f"A {type(artist).__name__} in the figure has numbers that cannot be read for its download. "
        "Draw it with lines, bars, points, intervals, bands or spans, or teach helpers.report.downloads to read it."
    )


class _Writer:
    """Writes positions along an axis, and values with them."""

    def __init__(self, axis: Axis):
        self._dates = isinstance(axis.get_major_locator(), mdates.DateLocator)
        self._ticks = {} if self._dates else ticks_of(axis)

    def positions(self, values: Any) -> list[str]:
        values = _filled(values)
        if self._dates:
            known = np.isfinite(values)
            seconds = np.round(np.where(known, values, 0) * 86400).astype("timedelta64[s]")
            days = np.datetime64(mdates.get_epoch(), "s") + seconds
            monthly = bool(np.all(days == days.astype("datetime64[M]")))
            words = np.datetime_as_string(days, unit="M" if monthly else "D")
            return np.where(known, words, "").tolist()
        return [
            name_of(value, self._ticks) or f"{value:.6g}" if math.isfinite(value) else ""
            for value in values.tolist()
        ]

    def points(self, x: Any, y: Any, name: str, up: bool) -> Iterator[Row]:
        at, values = (y, x) if up else (x, y)
        for position, value in zip(self.positions(at), _filled(values).tolist(), strict=True):
            if position and math.isfinite(value):
                yield position, name, value

    def segments(self, segments: Iterable[Any], name: str, up: bool) -> Iterator[Row]:
        ends = np.array([[one[0], one[-1]] for one in segments if len(one)], dtype=float).reshape(
            -1, 2, 2
        )
        at, values = (ends[:, 0, 1], ends[..., 0]) if up else (ends[:, 0, 0], ends[..., 1])
        if np.ptp(ends[..., 1 if up else 0], axis=1).any():  # across the positions, not along
            at, values = at, np.repeat(values[:, :1], 2, axis=1)
        for position, (low, high) in zip(self.positions(at), np.sort(values).tolist(), strict=True):
            if position and math.isfinite(low):
                if low == high:
                    yield position, name, low
                else:
                    yield position, f"{name}, low", low
                    yield position, f"{name}, high", high

    def bars(self, container: BarContainer, name: str) -> Iterator[Row]:
        for patch in container.patches:
            if container.orientation == "horizontal":
                at, start, size = (
                    patch.get_y() + patch.get_height() / 2,
                    patch.get_x(),
                    patch.get_width(),
                )
            else:
                at, start, size = (
                    patch.get_x() + patch.get_width() / 2,
                    patch.get_y(),
                    patch.get_height(),
                )
            (position,) = self.positions([at])
            if not math.isfinite(size):
                continue
            if start:
                yield position, f"{name}, from", start
                yield position, f"{name}, to", start + size
            else:
                yield position, name, size

    def band(self, vertices: np.ndarray, name: str, up: bool) -> Iterator[Row]:
        at, values = (vertices[:, 1], vertices[:, 0]) if up else (vertices[:, 0], vertices[:, 1])
        places, inverse = np.unique(at, return_inverse=True)
        low, high = np.full(len(places), np.inf), np.full(len(places), -np.inf)
        np.minimum.at(low, inverse, values)
        np.maximum.at(high, inverse, values)
        for position, one, other in zip(
            self.positions(places), low.tolist(), high.tolist(), strict=True
        ):
            yield position, f"{name}, low", one
            yield position, f"{name}, high", other

    def grid(self, ax: Axes, values: np.ndarray) -> Iterator[Row]:
        up = _Writer(ax.yaxis).positions(range(len(values)))
        for position, column in zip(self.positions(range(values.shape[1])), values.T, strict=True):
            for name, value in zip(up, column.tolist(), strict=True):
                if math.isfinite(value):
                    yield position, name, value

    def mark(self, value: float, name: str, *, is_position: bool) -> Row:
        if is_position:
            return self.positions([value])[0], MARK, name
        return "", name, value


def _filled(values: Any) -> np.ndarray:
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)
