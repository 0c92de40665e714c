"""A figure once more, arranged for the width of a phone: panels below each other, names wrapped, keys below.

The plotting functions need know nothing of it: what they drew stays, only its place changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryLocator
from matplotlib.dates import AutoDateFormatter, AutoDateLocator
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.gridspec import GridSpec
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

from helpers.report.figures.style import ACROSS, END, key_below
from helpers.report.svg import PageRenderer

#: Inches. A phone of 360 pixels has 315 for it: 1.25 a point, so that the smallest text has 11 pixels.
WIDTH, SMALLEST = 3.5, 8.6
NAMES = 0.4  # of the width, at most, for names at the left
MARGIN = 10.0  # points left free
ENDS = 0.27  # and for names at the ends of lines
SHARES = {END: ENDS, ACROSS: 0.8}
FILLED = 0.7  # of the height of a panel, for what it draws
NUMBERS = 40.0  # points at the left, for numbers and what they are
PANEL = 0.85  # of its height, for a panel that gets the whole width
MOST_DATES = 7  # along the bottom
ONE_COLUMN = 3  # panels in a row that become one column; more become two
LINE = 1.35  # height of a line, as a part of the size of its letters
KEY_MARK = 36.0  # points beside a text of a key


def rearrange(figure: Figure) -> None:
    """Fit a figure to a phone; its layout is still to be solved.

    Small text grows, wide text is wrapped, and the figure grows by the lines that this takes.
    """
    axes = [ax for ax in figure.axes if ax.get_visible() and ax.get_label() != "<colorbar>"]
    height = 72 * figure.get_size_inches()[1]
    enlarge(figure, SMALLEST)
    height *= _stack(figure, axes)
    for ax in axes:
        columns = 1 if (place := ax.get_subplotspec()) is None else place.get_gridspec().ncols
        wide, tall = 72 * WIDTH / columns, height * columns / len(axes)
        for title in (ax.title, vars(ax)["_left_title"]):
            height += _wrap(title, wide - MARGIN) / columns
        names, needed = _wrap_names(ax.yaxis, NAMES * wide)
        height += max(0.0, needed - FILLED * tall) + _wrap(ax.xaxis.label, wide - names - MARGIN)
        _wrap(ax.yaxis.label, FILLED * tall)
        _thin_out_dates(ax.xaxis)
        for text in ax.texts:
            if "\n" not in text.get_text():
                _wrap(text, SHARES.get(text.get_gid() or "", NAMES) * wide)
    keys = [key for ax in axes if (key := ax.get_legend()) and key.get_texts()]
    for key in keys:
        height += _move_below(key, key.axes if len(keys) > 1 else _last_row(axes), 72 * WIDTH)
    figure.set_size_inches(WIDTH, height / 72)


def enlarge(figure: Figure, smallest: float) -> None:
    """Let no text be smaller than so many points; what stands in the cells of a map stays."""
    for text in _written(figure):
        if _size(text) < smallest:
            text.set_fontsize(smallest)
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if _size(axis.get_major_ticks(1)[0].label1) < smallest:
                axis.set_tick_params(labelsize=smallest)


def _written(figure: Figure) -> Iterator[Text]:
    """Every text but those of ticks: asking the figure for them would look through all that is drawn."""
    keys = [*figure.legends, *(key for ax in figure.axes if (key := ax.get_legend()) is not None)]
    for key in keys:
        yield from (*key.get_texts(), key.get_title())
    for ax in figure.axes:
        titles = (ax.title, vars(ax)["_left_title"], vars(ax)["_right_title"])
        yield from (*titles, ax.xaxis.label, ax.yaxis.label, *ax.texts)


def _size(text: Text) -> float:
    return float(text.get_fontsize())


def spread_names(figure: Figure) -> bool:
    """Wrap names along the bottom where they run into each other, or turn them; whether anything was moved."""
    moved = False
    for ax in figure.axes:
        names = _names(ax.xaxis)
        moved = _spread_dates(figure, ax) or moved
        if len(names) < 2 or not ax.get_visible():
            continue
        font = ax.xaxis.get_ticklabels()[0].get_fontproperties()
        places = ax.get_xaxis_transform().transform([(at, 0) for at in ax.get_xticks()])[:, 0]
        points = 72 / figure.dpi * np.diff(np.sort(places)).min()
        room = points - font.get_size_in_points() / 2

        def widest(told: list[str], font: FontProperties = font) -> float:
            return max(_width(line, font) for name in told for line in name.split("\n"))

        if widest(names) <= room:
            continue
        moved = True
        wrapped = [
            "\n".join(_fill(line, font, room) for line in name.split("\n")) for name in names
        ]
        if widest(wrapped) <= room:
            _rename(ax.xaxis, wrapped)
        else:
            _rename(ax.xaxis, [" ".join(name.split()) for name in names])
            ax.tick_params(axis="x", labelrotation=90)
            wide, tall = figure.get_size_inches()
            figure.set_size_inches(wide, tall + widest(_names(ax.xaxis)) / 72)
    return moved


def _spread_dates(figure: Figure, ax: Axes) -> bool:
    labels = [label for label in ax.get_xticklabels() if label.get_text()]
    if not isinstance(ax.xaxis.get_major_locator(), AutoDateLocator) or not labels:
        return False
    font = labels[0].get_fontproperties()
    each = max(_width(label.get_text(), font) for label in labels) + font.get_size_in_points() / 2
    fits = int(72 / figure.dpi * ax.bbox.width / each)
    if labels[0].get_rotation() or len(labels) <= fits:
        return False
    _thin_out_dates(ax.xaxis, fits + 1)
    return True


def _stack(figure: Figure, axes: list[Axes]) -> float:
    """Put panels that stood side by side below each other; how much taller the figure becomes."""
    places = [place for ax in axes if (place := ax.get_subplotspec()) is not None]
    if len(places) < max(len(axes), 2):
        return 1.0
    rows, columns = places[0].get_gridspec().get_geometry()
    if columns == 1:
        return 1.0
    across = 1 if columns <= ONE_COLUMN else 2
    down = -(-len(axes) // across)
    grid = GridSpec(down, across, figure=figure)
    for k, ax in enumerate(axes):
        place = grid[k // across, k % across]
        ax.set_subplotspec(place)
        if ax.get_shared_y_axes().joined(ax, axes[0]):
            ax.tick_params(axis="y", labelleft=place.is_first_col())
        if across == 1 and not ax.get_ylabel() and not _names(ax.yaxis):  # named once for its row
            ax.set_ylabel(axes[0].get_ylabel(), fontsize=axes[0].yaxis.label.get_fontsize())
        if across > 1 and ax.get_shared_x_axes().joined(ax, axes[0]):
            ax.tick_params(axis="x", labelbottom=place.rowspan.stop == down)
    names = [ax.get_xlabel() for ax in axes]
    if across > 1 and names.count("") == len(names) - 1:  # one name for all: below the last row
        for ax in axes:
            ax.set_xlabel("")
        _last_row(axes).set_xlabel(max(names, key=len))
    return PANEL * down / rows


def _last_row(axes: list[Axes]) -> Axes:
    """The first panel of the last row."""
    place = axes[-1].get_subplotspec()
    return axes[-1] if place is None else axes[-1 - place.colspan.start]


def _move_below(key: Legend, under: Axes, wide: float) -> float:
    """Put a key under these axes, in as many columns as have room; the height it takes there."""
    texts = [text.get_text() for text in key.get_texts()]
    font = key.get_texts()[0].get_fontproperties()
    room = wide - KEY_MARK
    widest = max(_width(text, font) for text in texts)
    columns = 2 if len(texts) > 2 and 2 * widest + KEY_MARK < room else 1
    known = dict(zip(*reversed(key.axes.get_legend_handles_labels()), strict=True))
    drawn = dict(zip(texts, key.legend_handles, strict=True))
    handles = [known.get(text, drawn[text]) for text in texts]
    labels = [_fill(text, font, room) for text in texts]
    size = font.get_size_in_points()
    key.remove()
    key_below(under, handles, labels, columns=columns, fontsize=size)
    lines = sum(label.count("\n") + 1 for label in labels)
    return LINE * size * (lines / columns + 1)


def _wrap_names(axis: Axis, wide: float) -> tuple[float, float]:
    """Wrap the names along an axis; the width of all that stands there, and the height that the names take."""
    if not (names := _names(axis)):
        return NUMBERS, 0.0
    font = axis.get_ticklabels()[0].get_fontproperties()
    wrapped = [_fill(name, font, wide) for name in names]
    if wrapped != names:
        _rename(axis, wrapped)
    lines = [line for name in wrapped for line in name.split("\n")]
    most = max(name.count("\n") + 1 for name in wrapped)
    tall = LINE * font.get_size_in_points() * most * len(names)
    return max(_width(line, font) for line in lines), tall


def _names(axis: Axis) -> list[str]:
    """What stands along an axis whose ticks were named; empty where it holds numbers or dates."""
    if not isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator):
        return []
    names = axis.get_major_formatter().format_ticks(list(axis.get_majorticklocs()))
    return names if any(re.search(r"[^\d.,%\s\N{MINUS SIGN}]", name) for name in names) else []


def _thin_out_dates(axis: Axis, most: int = MOST_DATES) -> None:
    if isinstance(axis.get_major_locator(), AutoDateLocator):
        locator = AutoDateLocator(minticks=2, maxticks=most)
        axis.set_major_locator(locator)
        axis.set_major_formatter(AutoDateFormatter(locator))


def _rename(axis: Axis, names: list[str]) -> None:
    axis.set_ticks(list(axis.get_majorticklocs()), names)


def _wrap(text: Text, wide: float) -> float:
    """Wrap a text to so many points; the height of the lines it gained."""
    before = text.get_text()
    text.set_text(_fill(before, text.get_fontproperties(), wide))
    return LINE * _size(text) * max(0, text.get_text().count("\n") - before.count("\n"))


def _fill(text: str, font: FontProperties, wide: float) -> str:
    """Words in lines of so many points."""
    lines: list[str] = []
    for word in text.split():
        if lines and _width(f"{lines[-1]} {word}", font) <= wide:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def _width(text: str, font: FontProperties) -> float:
    return PageRenderer(0, 0).get_text_width_height_descent(text, font, False)[0]
