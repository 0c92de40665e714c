"""Alternative text of a figure, computed from what its axes hold, so that it cannot drift from the data."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import reduce
from itertools import zip_longest
from operator import or_
from typing import NamedTuple

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
#: Letters of a text that is listened to at one go; the other numbers of a figure lie in its file.
MOST = 640
#: What a figure is called by the first of these that it holds, and what it holds besides.
FORMS = {
    "grid": ("Heat map", "colours"),
    "bars": ("Bar chart", "bars"),
    "line": ("Line chart", "lines"),
    "dots": ("Dot plot", "dots"),
    "interval": ("Interval plot", "intervals"),
    "band": ("Band chart", "bands"),
}


class _Told(NamedTuple):
    """What is said of one series, and of it alone its main numbers; ``kind`` is a key of `FORMS`, or empty."""

    kind: str
    name: str
    whole: str
    brief: str


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
    return describe_twice(figure)[0]


def describe_briefly(figure: Figure, alt: str = "", most: int = MOST) -> str:
    """Describe a figure for one who listens: its form and the number of its series, then axes and numbers.

    Parameters
    ----------
    figure : Figure
        As in `describe`.
    alt : str, optional
        A sentence put before.
    most : int
        Letters that the text may have, unless form and ``alt`` alone have more.

    Returns
    -------
    str
        All that `describe` says where it has room. Otherwise ends or extremes of each series, the first series of
        every panel before the second one of any, then all of as many as have room, and how many series are left out.

    Examples
    --------
    >>> ax = Figure().subplots()
    >>> _ = ax.plot([2000, 2001, 2002, 2003], [1.0, -2.5, 7.0, 4.0], label="Rate")
    >>> describe_briefly(ax.figure)
    'Line chart, 1 series. Rate: from 1 at 2000 to 4 at 2003, lowest −2.5 at 2001, highest 7 at 2002.'
    >>> describe_briefly(ax.figure, most=60)
    'Line chart, 1 series. Rate: 1 at 2000 to 4 at 2003.'
    """
    return describe_twice(figure, alt, most)[1]


def describe_twice(figure: Figure, alt: str = "", most: int = MOST) -> tuple[str, str]:
    """What `describe` and `describe_briefly` say, for which the axes are read once."""
    panels = _panels(figure)
    title = figure.get_suptitle()
    whole = _sentences(title, *_everything(panels))
    return whole, _briefly(panels, (alt, title, _form(panels)), most)


def _briefly(panels: Sequence[_Panel], lead: Sequence[str], most: int) -> str:
    everything = _sentences(*lead, *_everything(panels))
    if len(everything) <= most:
        return everything
    chosen: dict[tuple[int, int], str] = {}
    ranks = zip_longest(*([(k, j) for j in range(len(told))] for k, (_, told) in enumerate(panels)))
    order = [at for rank in ranks for at in rank if at is not None]
    for k, j in order:
        longer = chosen | {(k, j): panels[k][1][j].brief}
        if len(_sentences(*lead, *_chosen(panels, longer))) > most:
            break  # a shorter one of a panel that has had its turn would stand for one that has not
        chosen = longer
    for k, j in chosen:
        longer = chosen | {(k, j): panels[k][1][j].whole}
        if len(_sentences(*lead, *_chosen(panels, longer))) <= most:
            chosen = longer
    return _sentences(*lead, *_chosen(panels, chosen))


def title_of(figure: Figure) -> str:
    """The title of a figure as a whole; empty where each of several panels has its own."""
    panels = _shown(figure)
    title = figure.get_suptitle() or (_head(panels[0])[0] if len(panels) == 1 else "")
    return title.replace("\n", " ")


_Panel = tuple[tuple[str, str], list[_Told]]  # title and names of axes, and the series


def _panels(figure: Figure) -> list[_Panel]:
    return [(_head(ax), _series(ax)) for ax in _shown(figure)]


def _shown(figure: Figure) -> list[Axes]:
    return [ax for ax in figure.axes if ax.get_visible() and ax.get_label() != "<colorbar>"]


def _head(ax: Axes) -> tuple[str, str]:
    title = ax.get_title("left") or ax.get_title() or ax.get_title("right")
    names = [
        f"{side}: {label}"
        for side, label in (("Across", ax.get_xlabel()), ("up", ax.get_ylabel()))
        if label
    ]
    return title.replace("\n", " "), "; ".join(names).replace("\n", " ")


def _form(panels: Sequence[_Panel]) -> str:
    """What kind of figure it is, of how many panels and series; one that panels share counts once."""
    counts = [Counter((one.kind, one.name) for one in told if one.kind) for _, told in panels]
    series: Counter[tuple[str, str]] = reduce(
        or_, counts, Counter()
    )  # of each the most in one panel
    kinds = {kind for kind, _ in series}
    (form, _), *others = [names for kind, names in FORMS.items() if kind in kinds] or [("", "")]
    if others:
        form += f" with {' and '.join(plural for _, plural in others)}"
    several = f"{len(panels)} panels" if len(panels) > 1 else ""
    return ", ".join(filter(None, [form, several, f"{series.total()} series"])) if form else ""


def _everything(panels: Sequence[_Panel]) -> list[str]:
    return [part for head, told in panels for part in (*head, *(one.whole for one in told))]


def _chosen(panels: Sequence[_Panel], chosen: dict[tuple[int, int], str]) -> list[str]:
    """Sentences on the series chosen; what panels have in common is said once."""
    parts: dict[str, None] = {}
    left = 0
    for k, (head, told) in enumerate(panels):
        said = {j: text for j in range(len(told)) if (text := chosen.get((k, j)))}
        left += sum(bool(one.kind) and j not in said for j, one in enumerate(told))
        if said:
            parts |= dict.fromkeys([*head, *said.values()])
    return [*parts, f"{left} more in its numbers" if left else ""]


def _sentences(*parts: str) -> str:
    return " ".join(
        part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part
    )


def _series(ax: Axes) -> list[_Told]:
    x, y = _Scale(ax.xaxis), _Scale(ax.yaxis)
    in_containers: set[int] = set()
    parts: list[_Told] = []
    for container in ax.containers:
        if isinstance(container, ErrorbarContainer):
            line, caps, bars = container.lines
            in_containers.update(
                id(artist) for artist in (line, *caps, *bars) if artist is not None
            )
            parts.append(_error_bars(x, y, container))
        elif isinstance(container, BarContainer):
            if container.errorbar is not None:
                in_containers.update(id(artist) for artist in container.errorbar.lines[2])
            parts.append(_bars(x, y, container))
    for line in ax.get_lines():
        if id(line) in in_containers:
            continue
        own = line.get_transform() == ax.transData
        parts.append(_line(x, y, line) if own else _reference(x, line))
    parts += [
        _collection(x, y, drawn) for drawn in ax.collections if id(drawn) not in in_containers
    ]
    parts += [_grid(image.get_array(), image) for image in ax.images]
    if any(patch.get_gid() == "recession" for patch in ax.patches):
        parts.append(_Told("", "", "Shaded spans are recessions", ""))
    if notes := [
        text.get_text().replace("\n", " ")
        for text in ax.texts
        if text.get_text().strip() and text.get_gid() != END
    ]:
        written = f"Written in the picture: {', '.join(notes[:MOST_NOTES])}"
        parts.append(_Told("", "", written, ""))
    return [part for part in parts if part.whole]


def _name(artist, fallback: str) -> str:
    label = str(artist.get_label())
    return fallback if label.startswith("_") or not label else label


def _line(x: _Scale, y: _Scale, line) -> _Told:
    across, up = line.get_data(orig=False)
    named = y.named and not x.named  # a dot plot: names run up, values across
    positions, values = (y.positions(up), across) if named else (x.positions(across), up)
    name = _name(line, "Line")
    kind = "line" if line.get_linestyle() in ("-", "--", "-.", ":") else "dots"
    return _Told(
        kind,
        name,
        summary(name, positions, values),
        _ends(name, positions, values, named=named or x.named),
    )


def _reference(x: _Scale, line) -> _Told:
    across, up = (
        np.unique(np.asarray(values, dtype=float)) for values in line.get_data(orig=False)
    )
    name = _name(line, "Reference line")
    if len(up) == 1 and len(across) > 1:
        told = f"{name}: level at {number(up[0])}"
    elif len(across) > 1:
        told = name
    else:
        told = f"{name}: upright at {x.positions(across)[0] if x.dated else number(across[0])}"
    return _Told("", name, told, told if _name(line, "") else "")


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


def _ends(
    name: str,
    positions: Sequence[str],
    values: ArrayLike,
    *,
    named: bool,
    texts: Sequence[str] | None = None,
) -> str:
    """The first and last value of a series; where positions are names, the lowest and highest."""
    heights: list[float] = _filled(values).tolist()
    known = [k for k, value in enumerate(heights) if math.isfinite(value)]
    if not known:
        return f"{name}: no values"
    first, last = (
        (min(known, key=heights.__getitem__), max(known, key=heights.__getitem__))
        if named
        else (known[0], known[-1])
    )
    low, high = (
        f"{number(heights[k]) if texts is None else texts[k]} at {positions[k]}"
        for k in (first, last)
    )
    if first == last:
        return f"{name}: {low}"
    return f"{name}: lowest {low}, highest {high}" if named else f"{name}: {low} to {high}"


def _bars(x: _Scale, y: _Scale, container: BarContainer) -> _Told:
    across = container.orientation == "horizontal"
    boxes = [patch.get_bbox() for patch in container.patches]
    middles = [(box.y0 + box.y1) / 2 if across else (box.x0 + box.x1) / 2 for box in boxes]
    values = [patch.get_width() if across else patch.get_height() for patch in container.patches]
    along = y if across else x
    positions = along.positions(middles)
    name = _name(container, "Bars")
    listed = ", ".join(
        f"{where} {number(value)}" for where, value in zip(positions, values, strict=True)
    )
    return _Told(
        "bars",
        name,
        summary(name, positions, values) if len(values) > LISTED else f"{name}: {listed}",
        _ends(name, positions, values, named=along.named),
    )


def _error_bars(x: _Scale, y: _Scale, container: ErrorbarContainer) -> _Told:
    value, position = (1, 0) if container.has_yerr else (0, 1)
    segments = [segment for bars in container.lines[2] for segment in bars.get_segments()]
    ends = [sorted((segment[0][value], segment[-1][value])) for segment in segments]
    along = (x, y)[position]
    positions = along.positions([segment[0][position] for segment in segments])
    name = _name(container, "Intervals")
    line = container.lines[0]
    middles: Sequence[float | None] = [None] * len(ends)
    if line is not None:
        middles = [float(one) for one in _filled(line.get_data(orig=False)[value])]
    texts = [_interval(middle, *end) for middle, end in zip(middles, ends, strict=False)]
    whole = f"{name}: " + ", ".join(
        f"{where} {text}" for where, text in zip(positions, texts, strict=False)
    )
    if len(segments) > LISTED:
        lows, highs = (
            summary(f"{side} ends", positions, [end[k] for end in ends])
            for k, side in enumerate(("lower", "upper"))
        )
        whole = f"{name}: {lows}; {highs}"
    heights = [
        sum(end) / 2 if middle is None else middle
        for middle, end in zip(middles, ends, strict=False)
    ]
    brief = _ends(name, positions, heights, named=along.named, texts=texts)
    return _Told("interval", name, whole, brief)


def _interval(middle: float | None, low: float, high: float) -> str:
    span = f"{number(low)} to {number(high)}"
    if middle is None:
        return span
    return number(middle) + (f" ({span})" if low < high else "")


def _collection(x: _Scale, y: _Scale, drawn) -> _Told:
    name = _name(drawn, "")
    if isinstance(drawn, PathCollection):
        return _points(x, y, drawn, name or "Points")
    if isinstance(drawn, QuadMesh):
        return _grid(drawn.get_array(), drawn)
    if isinstance(drawn, PolyCollection) and name:
        up = np.concatenate([np.asarray(path.vertices)[:, 1] for path in drawn.get_paths()])
        told = f"{name}: band between {number(np.nanmin(up))} and {number(np.nanmax(up))}"
        return _Told("band", name, told, told)
    if isinstance(drawn, LineCollection) and name:
        return _Told("interval", name, f"{name}: {len(drawn.get_segments())} segments", "")
    return _Told("", "", "", "")


def _points(x: _Scale, y: _Scale, drawn: PathCollection, name: str) -> _Told:
    offsets = _filled(drawn.get_offsets())
    across, up = offsets[np.isfinite(offsets).all(axis=1)].T
    if len(across) == 0:
        return _Told("dots", name, told := f"{name}: no values", told)
    (left, right), (low, high) = (
        scale.positions([values.min(), values.max()]) for scale, values in ((x, across), (y, up))
    )
    whole = brief = f"{name}: {len(up)} from {left} to {right} across and {low} to {high} up"
    (along, at), (scale, values) = ((y, up), (x, across)) if y.named else ((x, across), (y, up))
    if len(up) <= LISTED:
        whole = f"{name}: " + ", ".join(
            f"{value} at {where}"
            for where, value in zip(along.positions(at), scale.positions(values), strict=True)
        )
    if along.named:
        days = scale.positions(values) if scale.dated else None
        brief = _ends(name, along.positions(at), values, named=True, texts=days)
    return _Told("dots", name, whole, brief)


def _grid(values, artist) -> _Told:
    values, name = _filled(values), _name(artist, "Grid")
    if values.ndim != 2 or not np.isfinite(values).any():
        return _Told("", "", "", "")
    rows, columns = values.shape
    told = (
        f"{name}: {rows} rows by {columns} columns, "
        f"lowest {number(np.nanmin(values))}, highest {number(np.nanmax(values))}"
    )
    return _Told("grid", name, told, told)


class _Positions(Sequence[str]):
    """Positions along an axis, each written when it is asked for: of a long line only four are."""

    def __init__(self, values: ArrayLike, write: Callable[[float], str]) -> None:
        self.values = _filled(values)
        self.write = write

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, k):
        return self.write(float(self.values[k]))


class _Scale:
    """One axis, asked once for what it says at its ticks."""

    def __init__(self, of: Axis) -> None:
        self.of = of
        self.dated = isinstance(of.get_major_locator(), mdates.DateLocator)
        self.ticks = ticks_of(of)
        self.named = _are_names(self.ticks)

    def positions(self, values: ArrayLike) -> Sequence[str]:
        """Write positions as the axis does: categories by name, dates by month, numbers as numbers."""
        if self.dated:
            return _Positions(values, lambda value: f"{mdates.num2date(value):%Y-%m}")
        frequency = getattr(self.of, "freq", None)
        if frequency is not None:  # drawn by pandas against a PeriodIndex
            return _Positions(
                values, lambda value: str(pd.Period(ordinal=round(value), freq=frequency))
            )
        return _Positions(
            values, lambda value: name_of(value, self.ticks) or number(value, 4).replace(",", "")
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
    return _are_names(ticks_of(of))


def _are_names(ticks: dict[float, str]) -> bool:
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
