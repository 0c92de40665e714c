"""Figures of a sweep: words, estimates and intervals over one parameter or two.

They are drawn outside a notebook, so that no window or front end takes part: `Figure`, not pyplot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure

from helpers.report.changes import value_text
from helpers.report.figures.scoreboard import COLOURS
from helpers.report.figures.style import INK, LARGE, NEUTRAL, WIDTH
from helpers.report.marks import SYMBOLS
from helpers.report.sweep import grid, levels, scale, unit_of, words
from helpers.report.text import alike

SHADES = 15  # of a heat map: about what an eye tells apart
PANEL, NUMBERED = 400, 46  # points: width of all maps, and of a cell with room for a number
LONGEST_LABEL = 26  # characters


def plot_course(rows: pd.DataFrame, name: str) -> Figure:
    """Words above, estimates with their intervals below, along a parameter that is a number or a date."""
    at = pd.to_datetime(rows[name]) if scale(rows[name]) == "date" else rows[name]
    rows = rows.assign(at=at).sort_values("at")
    counted = list(words(rows))
    heights = [0.3 * len(counted) + 0.2, *([2.5] if rows["estimate"].notna().any() else [])]
    figure = Figure(figsize=(WIDTH, sum(heights) + 0.8))
    panels = figure.subplots(len(heights), sharex=True, squeeze=False, height_ratios=heights)
    told, *below = panels.flat
    wide = 5 if len(rows) <= 40 else 3  # points
    for y, word in enumerate(reversed(counted)):
        where = rows.loc[rows["word"] == word, "at"]
        told.vlines(where, y - 0.35, y + 0.35, color=COLOURS[word], lw=wide)
    told.set_yticks(range(len(counted)), [f"{SYMBOLS[word]} {word}" for word in reversed(counted)])
    told.set_ylim(-0.6, len(counted) - 0.4)
    told.set_title("Word")
    for ax in below:
        if rows["ci_low"].notna().any():  # a record has none
            ends = rows["ci_low"], rows["ci_high"]
            ax.fill_between(rows["at"], *ends, color=LARGE, alpha=0.3, lw=0, label="Interval")
            # A run between gaps has no band.
            ax.vlines(rows["at"], *ends, color=LARGE, alpha=0.3, lw=1)
        ax.plot(rows["at"], rows["estimate"], "o-", color=LARGE, ms=wide, label="Estimate")
        _mark_zero(ax.axhline, rows)
        ax.set_title("Estimate with its interval")
        ax.set_ylabel(unit_of(rows))
    panels.flat[-1].set_xlabel(name)
    return figure


def plot_intervals(rows: pd.DataFrame, name: str) -> Figure:
    """Estimate, interval and word for each value of a parameter that has names."""
    figure = Figure(figsize=(WIDTH, 0.36 * len(rows) + 1.0))
    ax = figure.subplots()
    rows = rows.assign(y=range(len(rows))[::-1])
    for word in words(rows):
        part = rows[rows["word"] == word]
        beside = ax.get_yaxis_transform()
        for y in part["y"]:
            ax.text(1.02, y, f"{SYMBOLS[word]} {word}", va="center", transform=beside)
        if len(known := part.dropna(subset="estimate")):
            x, y = known["estimate"], known["y"]
            reach = np.nan_to_num([x - known["ci_low"], known["ci_high"] - x])  # 0: no interval
            ax.errorbar(x, y, xerr=reach, fmt="o", capsize=3, color=COLOURS[word], label=word)
    _mark_zero(ax.axvline, rows)
    ax.set_yticks(rows["y"], [_label(value) for value in rows[name]])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlabel(unit_of(rows))
    ax.set_ylabel(name)
    ax.grid(axis="x")
    return figure


def plot_maps(parts: Mapping[str, pd.DataFrame], across: str, up: str) -> Figure:
    """Estimates as colours and words as symbols over two parameters, a panel a part; all share one key.

    A point without an estimate shows its symbol on the bare page; one that was not run shows nothing.
    """
    every = pd.concat(parts.values())
    wide = min(len(parts), 2)
    down = -(-len(parts) // wide)
    order = {name: levels(every[name]) for name in (across, up)}
    tall = min(max(0.3 * len(order[up]), 0.9), 6.0 / down**0.5)  # inches
    cell = PANEL / wide / len(order[across]), 72 * tall / len(order[up])  # points
    size = WIDTH, down * (tall + 0.35) + 0.8
    figure = Figure(figsize=size, layout="constrained")  # makes room for a key of several panels
    panels = figure.subplots(down, wide, sharex=True, sharey=True, squeeze=False)
    key = _key(every["estimate"])
    for ax, (title, part) in zip(panels.flat, parts.items(), strict=False):
        _map(ax, part, order, key, cell)
        ax.set_title(title)
    for ax in panels.flat[len(parts) :]:
        ax.set_visible(False)
    figure.supxlabel(across, fontsize=9.5)
    figure.supylabel(up, fontsize=9.5)
    if every["estimate"].notna().any():
        figure.suptitle(f"Estimate: {unit_of(every)}", x=0.01, ha="left", fontsize=9.5)
        figure.colorbar(key, ax=panels, fraction=0.05, pad=0.02)
    return figure


def _map(
    ax: Axes,
    rows: pd.DataFrame,
    order: Mapping[str, list[Any]],
    key: ScalarMappable,
    cell: tuple[float, float],
) -> None:
    """One panel: a matrix of colours, each cell with the symbol of its word and, where it has room, its number."""
    estimates, told = (grid(rows, order, column) for column in ("estimate", "word"))
    image = ax.imshow(estimates, cmap=key.cmap, aspect="auto", origin="lower", interpolation="none")
    image.set_norm(key.norm)
    image.set_label("Estimate")
    numbers = np.reshape(alike(np.nan_to_num(estimates).ravel()), estimates.shape)
    pale = np.dot(key.to_rgba(estimates)[..., :3], (0.299, 0.587, 0.114)) > 0.5
    size = float(np.clip(0.85 * min(cell), 3.5, 10))
    for y, x in zip(*np.nonzero(pd.notna(told)), strict=True):
        text, ink = SYMBOLS[told[y, x]], INK
        if not np.isnan(estimates[y, x]):
            text = f"{text} {numbers[y, x]}" if cell[0] >= NUMBERED else text
            ink = "#101010" if pale[y, x] else "white"
        # Of the figure, not of the axes, whose description would list every cell.
        ax.figure.text(
            x, y, text, color=ink, fontsize=size, ha="center", va="center", transform=ax.transData
        )
    for axis, values, room in zip((ax.xaxis, ax.yaxis), order.values(), cell, strict=True):
        labels = [_label(value) for value in values]
        needed = 6.5 * (max(map(len, labels)) + 1) if axis is ax.xaxis else 12
        shown = range(0, len(labels), max(1, math.ceil(needed / room)))
        axis.set_ticks(list(shown), [labels[k] for k in shown])
    ax.grid(False)


def _key(estimates: pd.Series) -> ScalarMappable:
    """Colours from lowest to highest; from both sides of a pale middle at zero where estimates have two signs."""
    low, high = estimates.min(), estimates.max()
    name = "crest"
    if low < 0 < high:
        name, high = "vlag_r", max(-low, high)
        low = -high
    return ScalarMappable(mpl.colors.Normalize(low, high), mpl.colormaps[name].resampled(SHADES))


def _mark_zero(line: Callable[..., Any], rows: pd.DataFrame) -> None:
    """A line at zero, where the numbers come near it."""
    values = rows[["estimate", "ci_low", "ci_high"]].to_numpy()
    if np.nanmin(values, initial=np.inf) <= 0 <= np.nanmax(values, initial=-np.inf):
        line(0, color=NEUTRAL, lw=0.8, label="Zero")


def _label(value: Any) -> str:
    text = value_text(value)
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"
