"""Figures of notebook 01 on the policy rate: its path, its cycles, the stance."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.report.figures.style import (
    ACCENT,
    LARGE,
    NEUTRAL,
    SMALL,
    WARN,
    key_below,
    shade_recessions,
)
from helpers.report.sources import drawn
from helpers.topics.rates.decisions import TIGHTENING_BEGAN
from helpers.topics.rates.examination import RatesExamination
from helpers.trial import load_line

GAP_LABELS = {
    "core PCE": "Less core PCE inflation",
    "core CPI": "Less core CPI inflation",
    "Taylor-type rule": "Taylor-type rule",
    "inflation goal": "Less the inflation goal",
}


@drawn("The policy rate since 1954")
def plot_policy_path(result: RatesExamination, ax: Axes | None = None) -> Axes:
    """Policy rate since 1954, with the cycles of the article drawn over it."""
    ax = ax or plt.subplots()[1]
    path = result.path["rate"]
    ax.plot(path.index, path, drawstyle="steps-post", color=NEUTRAL, lw=1.2, label="Policy rate")
    parts = (("Tightening of 2022-23", 1, WARN), ("Easing since", -1, ACCENT))
    for label, direction, colour in parts:
        ours = [c for c in result.cycles if c.direction == direction and c.end >= TIGHTENING_BEGAN]
        if ours and ours[-1].start >= TIGHTENING_BEGAN:
            piece = path[(path.index >= ours[-1].start) & (path.index <= ours[-1].end)]
            ax.plot(piece.index, piece, drawstyle="steps-post", color=colour, lw=2.6, label=label)
    ax.set_ylabel("Percent a year")
    ax.set_ylim(bottom=0)
    shade_recessions(ax, result.recessions)
    ax.legend(loc="upper right")
    return ax


@drawn("Size and length of every cycle since 1954")
def plot_cycles(result: RatesExamination, ax: Axes | None = None) -> Axes:
    """Every completed or running cycle: months against size, with lines of equal speed."""
    ax = ax or plt.subplots()[1]
    cycles = [c for c in result.cycles if c.moves > 1 and c.months >= 1]
    styles = ((1, "Hiking", SMALL, "^"), (-1, "Cutting", LARGE, "v"))
    for direction, label, colour, marker in styles:
        chosen = [c for c in cycles if c.direction == direction]
        x, y = [c.months for c in chosen], [abs(c.size_bp) for c in chosen]
        ax.scatter(x, y, color=colour, marker=marker, s=34, label=label)
    months = np.array([1.5, 80.0])
    for speed, where in ((10, 9.0), (32, 2.6), (100, 2.6)):
        ax.plot(months, speed * months, color=NEUTRAL, lw=0.8, ls=":", label=f"{speed} bp a month")
        ax.annotate(
            f"{speed} bp a month", (where, speed * where), rotation=33, fontsize=8, color=NEUTRAL
        )
    for cycle in cycles:
        ours = cycle.start >= TIGHTENING_BEGAN
        if ours or (cycle.direction > 0 and (cycle.speed > 60 or abs(cycle.size_bp) > 700)):
            ax.annotate(
                f"{cycle.start:%Y}",
                (cycle.months, abs(cycle.size_bp)),
                xytext=(-5, 4) if ours and cycle.direction > 0 else (5, 4),
                ha="right" if ours and cycle.direction > 0 else "left",
                textcoords="offset points",
                fontsize=9 if ours else 8,
                fontweight="bold" if ours else "normal",
            )
    ax.set(xscale="log", yscale="log", xlim=(1.5, 80), ylim=(60, 1700))
    ax.set_xticks([2, 5, 10, 20, 50], ["2", "5", "10", "20", "50"])
    ax.set_yticks([100, 200, 500, 1000], ["100", "200", "500", "1,000"])
    ax.minorticks_off()
    ax.set_xlabel("Months from first to last move")
    ax.set_ylabel("Basis points, without sign")
    ax.legend(handles=ax.collections, loc="lower right")
    return ax


@drawn("How far is policy from neutral?")
def plot_stance(result: RatesExamination, ax: Axes | None = None) -> Axes:
    """Gap of policy to neutral under each definition, with the range of published neutral rates."""
    ax = ax or plt.subplots()[1]
    stance = result.stance
    low, mid, high = stance.neutral
    y = np.arange(len(stance.gaps))[::-1]
    # Neutral enters every definition one for one, so its range shifts each gap by the same amounts.
    reach = [np.full(len(y), high - mid), np.full(len(y), mid - low)]
    band = load_line("R6", "stated").tolerance
    ax.axvspan(-band, band, color=ACCENT, alpha=0.15, lw=0, label="Neutral, as fixed beforehand")
    ax.errorbar(
        list(stance.gaps.values()),
        y,
        xerr=reach,
        color=LARGE,
        marker="o",
        ls="none",
        lw=2,
        label="Median and range of published neutral rates",
    )
    ax.axvline(0, color=NEUTRAL, lw=1)
    ax.set_yticks(y, [GAP_LABELS[name] for name in stance.gaps])
    ax.set_ylim(-0.6, len(y) - 0.4)
    ax.set_xlabel("Percentage points above neutral (negative: loose)")
    ax.grid(axis="x")
    key_below(ax)
    return ax


@drawn("The real policy rate")
def plot_real_rate(result: RatesExamination, ax: Axes | None = None) -> Axes:
    """Real policy rate by price index, with today's range of neutral rates."""
    ax = ax or plt.subplots()[1]
    for (name, values), colour, style in zip(
        result.real_rates.items(), (LARGE, SMALL), ("-", "--"), strict=True
    ):
        ax.plot(
            values.index.to_timestamp(),
            values,
            color=colour,
            ls=style,
            lw=1.3,
            label=f"Less {name} inflation",
        )
    if result.knows("stance"):
        low, mid, high = result.stance.neutral
        ax.axhspan(
            low,
            high,
            color=ACCENT,
            alpha=0.25,
            lw=0,
            label="Published neutral rates, today's range",
        )
        ax.axhline(mid, color=ACCENT, lw=1, label="Their median")
    ax.set_ylabel("Percent a year")
    shade_recessions(ax, result.recessions)
    key_below(ax)
    return ax
