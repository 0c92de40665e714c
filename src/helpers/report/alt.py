"""Alternative text of a figure, computed from what its axes hold, so that it cannot drift from the data."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PathCollection, PolyCollection, QuadMesh
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from helpers.report.figures.style import END
from helpers.report.text import number

#: Up to so many bars or points are listed one by one; more are summed up.
LISTED = 8
MOST_NOTES = 50


def describe(figure: Figure) -> str:
    """Describe every axes of a figure: title, axes' names, and the extremes and ends of each series.

    Parameters
    ----------
    figure : Figure
        Drawn with lines, bars, points, error bars, bands or grids of colour.

    Returns
    -------
    str
        Sentences in the order of the axes. Values have three significant digits.
    """
    shown = [ax for ax in figure.axes if ax.get_visible() and ax.get_label() != "<colorbar>"]
    return " ".join(filter(None, [_sentences(figure.get_suptitle()), *map(_axes, shown)]))


def _axes(ax: Axes) -> str:
    title = ax.get_title("left") or ax.get_title() or ax.get_title("right")
    names = [
        f"{side}: {label}"
        for side, label in (("Across", ax.get_xlabel()), ("up", ax.get_ylabel()))
        if label
    ]
    return _sentences(title, "; ".join(names), *_series(ax))


def _sentences(*parts: str) -> str:
    return " ".join(
        part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part
    )


def _series(ax: Axes) -> list[str]:
    in_containers: set[int] = set()
    parts = []
    for container in ax.containers:
        if isinstance(container, ErrorbarContainer):
            line, caps, bars = container.lines
            in_containers.update(
                id(artist) for artist in (line, *caps, *bars) if artist is not None
            )
            parts.append(_error_bars(ax, container))
        elif isinstance(container, BarContainer):
            if container.errorbar is not None:
                in_containers.update(id(artist) for artist in container.errorbar.lines[2])
            parts.append(_bars(ax, container))
    for line in ax.get_lines():
        if id(line) in in_containers:
            continue
        own = line.get_transform() == ax.transData
        parts.append(_line(ax, line) if own else _reference(ax, line))
    parts += [_collection(ax, drawn) for drawn in ax.collections if id(drawn) not in in_containers]
    parts += [_grid(image.get_array(), image) for image in ax.images]
    if any(patch.get_gid() == "recession" for patch in ax.patches):
        parts.append("Shaded spans are recessions")
    if notes := [
        text.get_text().replace("\n", " ")
        for text in ax.texts
        if text.get_text().strip() and text.get_gid() != END
    ]:
        parts.append(f"Written in the picture: {', '.join(notes[:MOST_NOTES])}")
    return [part for part in parts if part]


def _name(artist, fallback: str) -> str:
    label = str(artist.get_label())
    return fallback if label.startswith("_") or not label else label


def _line(ax: Axes, line) -> str:
    x, y = line.get_xdata(orig=False), line.get_ydata(orig=False)
    name = _name(line, "Line")
    if has_names(ax.yaxis) and not has_names(ax.xaxis):  # a dot plot: names run up, values across
        return summary(name, _positions(ax, "y", y), x)
    return summary(name, _positions(ax, "x", x), y)


def _reference(ax: Axes, line) -> str:
    x, y = (np.unique(np.asarray(values, dtype=float)) for values in line.get_data(orig=False))
    name = _name(line, "Reference line")
    if len(y) == 1 and len(x) > 1:
        return f"{name}: level at {number(y[0])}"
    if len(x) > 1:
        return name
    dated = isinstance(ax.xaxis.get_major_locator(), mdates.DateLocator)
    return f"{name}: upright at {_positions(ax, 'x', x)[0] if dated else number(x[0])}"


def summary(name: str, positions: Sequence[str], values: ArrayLike) -> str:
    """One sentence on a series: its ends and extremes with their positions, missing values left out."""
    heights: list[float] = _filled(values).tolist()
    known = [k for k, value in enumerate(heights) if math.isfinite(value)]
    if not known:
        return f"{name}: no values"
    if len(known) == 1:
        return f"{name}: {number(heights[known[0]])} at {positions[known[0]]}"
    lowest, highest = (pick(known, key=heights.__getitem__) for pick in (min, max))
    first, last, low, high = (
        (positions[k], heights[k]) for k in (known[0], known[-1], lowest, highest)
    )
    ends = f"{number(first[1])} at {first[0]} to {number(last[1])} at {last[0]}"
    if (first, last) == (low, high):
        return f"{name}: its lowest to its highest, {ends}"
    if (first, last) == (high, low):
        return f"{name}: its highest to its lowest, {ends}"
    return f"{name}: from {ends}, lowest {number(low[1])} at {low[0]}, highest {number(high[1])} at {high[0]}"


def _bars(ax: Axes, container: BarContainer) -> str:
    if container.orientation == "horizontal":
        middles = [patch.get_y() + patch.get_height() / 2 for patch in container.patches]
        positions, values = (
            _positions(ax, "y", middles),
            [patch.get_width() for patch in container.patches],
        )
    else:
        middles = [patch.get_x() + patch.get_width() / 2 for patch in container.patches]
        positions, values = (
            _positions(ax, "x", middles),
            [patch.get_height() for patch in container.patches],
        )
    name = _name(container, "Bars")
    if len(values) > LISTED:
        return summary(name, positions, values)
    return f"{name}: " + ", ".join(
        f"{where} {number(value)}" for where, value in zip(positions, values, strict=True)
    )


def _error_bars(ax: Axes, container: ErrorbarContainer) -> str:
    value, position = (1, 0) if container.has_yerr else (0, 1)
    segments = [segment for bars in container.lines[2] for segment in bars.get_segments()]
    ends = [sorted((segment[0][value], segment[-1][value])) for segment in segments]
    positions = _positions(ax, "xy"[position], [segment[0][position] for segment in segments])
    name = _name(container, "Intervals")
    if len(segments) > LISTED:
        lows, highs = (
            summary(f"{side} ends", positions, [end[k] for end in ends])
            for k, side in enumerate(("lower", "upper"))
        )
        return f"{name}: {lows}; {highs}"
    line = container.lines[0]
    middles: Sequence[float | None] = [None] * len(ends)
    if line is not None:
        middles = [float(one) for one in _filled(line.get_data(orig=False)[value])]
    told = (
        _interval(where, middle, *end)
        for where, middle, end in zip(positions, middles, ends, strict=False)
    )
    return f"{name}: " + ", ".join(told)


def _interval(where: str, middle: float | None, low: float, high: float) -> str:
    span = f"{number(low)} to {number(high)}"
    if middle is None:
        return f"{where} {span}"
    return f"{where} {number(middle)}" + (f" ({span})" if low < high else "")


def _collection(ax: Axes, drawn) -> str:
    name = _name(drawn, "")
    if isinstance(drawn, PathCollection):
        return _points(ax, drawn, name or "Points")
    if isinstance(drawn, QuadMesh):
        return _grid(drawn.get_array(), drawn)
    if isinstance(drawn, PolyCollection) and name:
        y = np.concatenate([np.asarray(path.vertices)[:, 1] for path in drawn.get_paths()])
        return f"{name}: band between {number(np.nanmin(y))} and {number(np.nanmax(y))}"
    if isinstance(drawn, LineCollection) and name:
        return f"{name}: {len(drawn.get_segments())} segments"
    return ""


def _points(ax: Axes, drawn: PathCollection, name: str) -> str:
    offsets = _filled(drawn.get_offsets())
    x, y = offsets[np.isfinite(offsets).all(axis=1)].T
    if len(x) == 0:
        return f"{name}: no values"
    if len(x) <= LISTED:
        across, up = _positions(ax, "x", x), _positions(ax, "y", y)
        if has_names(ax.yaxis):
            across, up = up, across
        return f"{name}: " + ", ".join(
            f"{up_at} at {at}" for at, up_at in zip(across, up, strict=True)
        )
    (left, right), (low, high) = (
        _positions(ax, "x", [x.min(), x.max()]),
        _positions(ax, "y", [y.min(), y.max()]),
    )
    return f"{name}: {len(x)} from {left} to {right} across and {low} to {high} up"


def _grid(values, artist) -> str:
    values = _filled(values)
    if values.ndim != 2 or not np.isfinite(values).any():
        return ""
    rows, columns = values.shape
    return (
        f"{_name(artist, 'Grid')}: {rows} rows by {columns} columns, "
        f"lowest {number(np.nanmin(values))}, highest {number(np.nanmax(values))}"
    )


class _Positions(Sequence[str]):
    """Positions along an axis, each written when it is asked for: of a long line only four are."""

    def __init__(self, values: ArrayLike, write: Callable[[float], str]) -> None:
        self.values = _filled(values)
        self.write = write

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, k):
        return self.write(float(self.values[k]))


def _positions(ax: Axes, axis: str, values: ArrayLike) -> Sequence[str]:
    """Write positions as the axis does: categories by name, dates by month, numbers as numbers."""
    of = ax.xaxis if axis == "x" else ax.yaxis
    if isinstance(of.get_major_locator(), mdates.DateLocator):
        return _Positions(values, lambda value: f"{mdates.num2date(value):%Y-%m}")
    if (
        frequency := getattr(of, "freq", None)
    ) is not None:  # drawn by pandas against a PeriodIndex
        return _Positions(
            values, lambda value: str(pd.Period(ordinal=round(value), freq=frequency))
        )
    ticks = ticks_of(of)
    return _Positions(
        values, lambda value: name_of(value, ticks) or number(value, 4).replace(",", "")
    )


def _filled(values: ArrayLike) -> np.ndarray:
    """Numbers, with NaN where a masked array hides one."""
    return np.ma.filled(np.ma.asarray(values, dtype=float), np.nan)


def ticks_of(of: Axis) -> dict[float, str]:
    """What an axis says at its ticks, by place."""
    # Asked of the formatter: axes that share a scale show their labels only once.
    places = [float(place) for place in of.get_ticklocs()]
    return {
        tick: text.replace("\n", " ")
        for tick, text in zip(places, of.get_major_formatter().format_ticks(places), strict=True)
    }


def has_names(of: Axis) -> bool:
    """Whether an axis carries names, at steps of one, rather than numbers or dates."""
    ticks = ticks_of(of)
    return any(name_of(tick, ticks) for tick in ticks) and _steps_of_one(ticks)


def _steps_of_one(ticks: dict[float, str]) -> bool:
    whole = all(abs(tick - round(tick)) < 1e-9 for tick in ticks)
    return whole and set(np.diff(sorted(ticks)).round(9)) <= {1.0}


def name_of(value: float, ticks: dict[float, str]) -> str:
    """The name at a position, empty where the axis holds numbers; bars of a group stand beside their tick."""
    if not math.isfinite(value) or not any(
        re.search(r"[^\d.,%\s\N{MINUS SIGN}]", text) for text in ticks.values()
    ):
        return ""
    nearest = min(ticks, key=lambda tick: abs(tick - value))
    return ticks[nearest] if abs(nearest - value) < (0.5 if _steps_of_one(ticks) else 1e-9) else ""
