"""The one style of all figures, readable on white, on a dark page and in print.

The colours are those of Okabe and Ito (2008) that reach a contrast of 3:1 on white as well as on the dark page.
``INK`` and ``GRID`` are replaced in SVG by the page's own colours, so that text and axes follow light and dark.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.report.marks import STYLE_MIME

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
