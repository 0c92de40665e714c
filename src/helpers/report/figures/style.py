"""The one style of all figures, readable on white, on a dark page and in print.

The colours are those of Okabe and Ito (2008) that reach a contrast of 3:1 on white as well as on the dark page.
``INK`` and ``GRID`` are replaced in SVG by the page's own colours, so that text and axes follow light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from helpers.report.marks import STYLE_MIME
from helpers.report.text import fill

SMALL = "#d55e00"  # small caps: vermillion
LARGE = "#0072b2"  # large caps: blue
ACCENT = "#009e73"  # the thing under discussion: bluish green
WARN = "#cc79a7"  # what speaks against: reddish purple
NEUTRAL = "#767b85"  # everything else: mid grey
PALETTE = (LARGE, SMALL, ACCENT, WARN, NEUTRAL)

INK = "#1b1f27"
GRID = "#d3d7de"

#: Inches. One figure fills the text column; rows of small multiples add height.
WIDTH, HEIGHT = 6.4, 3.5

#: Points squared, for a mark in a key.
LEAST_MARK = 14.0

#: Marks a key for which the layout finds the place below its axes.
BELOW = "key-below"
#: Marks a label at the end of a line, which the layout moves away from the others.
END = "line-end"
#: Marks a label on a level, which has the whole width.
ACROSS = "across"

RC = {
    "figure.figsize": (WIDTH, HEIGHT),
    "figure.autolayout": True,
    "figure.dpi": 110,
    "font.family": "DejaVu Sans",  # ships with matplotlib: the same layout on every machine
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # placed, so that it is not moved out of the way of ticks at every layout
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "ytick.left": False,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
    "path.simplify_threshold": 0.25,  # points: a third of a pixel, which nobody sees
    "patch.linewidth": 0.0,
    "savefig.bbox": None,
}


def set_theme() -> None:
    """Switch matplotlib and seaborn to the project's style."""
    sns.set_theme(context="paper", style="ticks", palette=list(PALETTE), rc=RC)


def use() -> None:
    """Switch matplotlib and seaborn to the project's style, and dress cards and tables shown in JupyterLab."""
    set_theme()
    sheet = (
        resources.files("helpers.report")
        .joinpath("html", "outputs.css")
        .read_text(encoding="utf-8")
    )
    # The report carries the same sheet once in its head; STYLE_MIME lets the exporter leave this copy out.
    display({"text/html": f"<style>{sheet}</style>", "text/plain": "", STYLE_MIME: {}}, raw=True)


def shade_recessions(ax: Axes, recessions: pd.DataFrame) -> None:
    """Shade the recessions within the x limits of ``ax``, whose x axis must hold dates.

    Parameters
    ----------
    ax : Axes
        Drawn against dates: plot a PeriodIndex as ``series.index.to_timestamp()``.
    recessions : DataFrame
        Columns ``peak`` and ``trough``, monthly periods, as ``info.recessions()`` gives them. A trough that is
        not known yet shades to the right edge.

    Raises
    ------
    ValueError
        When the x axis holds no dates.
    """
    low, high = ax.get_xlim()
    if not isinstance(ax.xaxis.get_major_locator(), mdates.DateLocator):
        raise ValueError(
            "shade_recessions: the x axis holds no dates. Plot against index.to_timestamp() first."
        )
    shown = 0
    for peak, trough in recessions[["peak", "trough"]].itertuples(index=False):
        start = mdates.date2num(peak.to_timestamp())
        end = high if pd.isna(trough) else mdates.date2num(trough.to_timestamp(how="end"))
        if end > low and start < high:
            label = "Recession" if not shown else "_recession"
            ax.axvspan(
                max(start, low),
                min(end, high),
                color=NEUTRAL,
                alpha=0.18,
                lw=0,
                zorder=0,
                label=label,
                gid="recession",
            )
            shown += 1
    ax.set_xlim(low, high)


def small_multiples(
    rows: int, columns: int, *, height: float = 2.1, **options: Any
) -> tuple[Figure, np.ndarray]:
    """A grid of small axes that share one style: ``(figure, axes)`` of :func:`matplotlib.pyplot.subplots`."""
    size = (WIDTH, height * rows)
    return plt.subplots(rows, columns, figsize=size, squeeze=False, **options)


def tell(drawn: Axes | np.ndarray, template: str, **values: Any) -> None:
    """Say in one sentence what a figure shows, with its main number: the heading above its picture.

    The sentence belongs to the drawing, so that it moves with the date and the controls, and is missing where
    nothing was known. ``template`` and ``values`` are those of :func:`helpers.report.say`, without Markdown.
    """
    np.ravel(np.asarray(drawn))[0].figure.set_label(fill(template, **values))


def label_ends(ax: Axes, *lines: Line2D, fontsize: float = 8.5) -> None:
    """Write the name of each line where it ends, in its colour, instead of in a key."""
    for line in lines:
        x, y = map(np.asarray, line.get_data(orig=False))
        last = np.flatnonzero(np.isfinite(y))[-1]
        ax.annotate(
            str(line.get_label()),
            (x[last], y[last]),
            xycoords=line.get_transform(),  # a level runs from edge to edge, whatever the data
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=line.get_color(),
            fontsize=fontsize,
            gid=END,
        )


def label_level(ax: Axes, value: float, text: str, colour: str = NEUTRAL) -> None:
    """Write on a level across the axes what it is, at the left."""
    ax.annotate(
        text,
        (0.01, value),
        xycoords=ax.get_yaxis_transform(),
        xytext=(0, 2),
        textcoords="offset points",
        va="bottom",
        color=colour,
        fontsize=8.5,
        gid=ACROSS,
    )


#: Beside a point: how far away in points, and how the text is aligned there.
SIDES = {
    "right": ((6, 0), "left", "center"),
    "left": ((-6, 0), "right", "center"),
    "above": ((0, 5), "center", "bottom"),
    "below": ((0, -5), "center", "top"),
}


def label_point(
    ax: Axes, x: Any, y: float, text: str, colour: str = INK, *, side: str = "right"
) -> None:
    """Write beside a point what it is; ``side`` is one of `SIDES`."""
    away, across, up = SIDES[side]
    ax.annotate(
        text,
        (x, y),
        xytext=away,
        textcoords="offset points",
        ha=across,
        va=up,
        color=colour,
        fontsize=8.5,
    )


def key_below(
    ax: Axes,
    handles: Sequence[Any] | None = None,
    labels: Sequence[str] | None = None,
    *,
    columns: int = 2,
    fontsize: float = 8.5,
) -> Legend:
    """A key below the axes and all that is written there, where it hides no data."""
    if handles is None or labels is None:
        written = {text.get_text() for text in ax.texts if text.get_gid() == END}
        known = zip(*ax.get_legend_handles_labels(), strict=True)
        named = {name: one for one, name in known if name not in written}
        handles, labels = list(named.values()), list(named)
    key = ax.legend(handles, labels, loc="upper left", ncols=columns, fontsize=fontsize)
    for mark in key.legend_handles:
        if isinstance(mark, PathCollection):  # a cloud of specks needs a mark that can be seen
            mark.set_sizes(np.maximum(mark.get_sizes(), LEAST_MARK))
    key.set_gid(BELOW)
    key.set_in_layout(fills_the_width(ax))  # a key wider than its panel would push panels apart
    return key


def fills_the_width(ax: Axes) -> bool:
    """Whether no other panel stands beside these axes."""
    place = ax.get_subplotspec()
    return place is not None and place.get_gridspec().ncols == 1
