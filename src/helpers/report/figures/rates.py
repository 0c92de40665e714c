"""Figures of notebook 01 on the policy rate: its path, its cycles, the stance."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from helpers.report.figures.style import (
    ACCENT,
    INK,
    LARGE,
    NEUTRAL,
    SMALL,
    WARN,
    key_below,
    label_point,
    shade_recessions,
    tell,
)
from helpers.report.sources import drawn
from helpers.report.text import fill, signed
from helpers.topics.rates.decisions import TIGHTENING_BEGAN
from helpers.topics.rates.examination import RatesExamination
from helpers.trial import load_line

GAP_LABELS = {
    "core PCE": "Funds rate less core PCE inflation",
    "core CPI": "Funds rate less core CPI inflation",
    "Taylor-type rule": "Funds rate less a Taylor-type rule",
    "inflation goal": "Funds rate less the inflation goal",
}


@drawn("The policy rate since 1954")
def plot_policy_path(result: RatesExamination, ax: Axes | None = None) -> Axes:
    """Policy rate since 1954, with the cycles of the article drawn over it."""
    ax = ax or plt.subplots()[1]
    path = result.path["rate"]
    ax.plot(path.index, path, drawstyle="steps-post", color=NEUTRAL, lw=1.2, label="Policy rate")
    parts = (("Tightening of 2022-23", 1, WARN, "left"), ("Easing since", -1, ACCENT, "right"))
    told: list[str] = []
    for label, direction, colour, side in parts:
        ours = [c for c in result.cycles if c.direction == direction and c.end >= TIGHTENING_BEGAN]
        if ours and (cycle := ours[-1]).start >= TIGHTENING_BEGAN:
            piece = path[(path.index >= cycle.start) & (path.index <= cycle.end)]
            ax.plot(piece.index, piece, drawstyle="steps-post", color=colour, lw=2.6, label=label)
            size = signed(cycle.size_bp, 0)
            label_point(ax, piece.index[-1], piece.iloc[-1], f"{size} bp", colour, side=side)
            words = "{label}: {size} basis points in {months:.0f} months"
            name = label if not told else label.lower()
            told.append(fill(words, label=name, size=size, months=cycle.months))
    ax.set_ylabel("Percent a year")
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_locator(MultipleLocator(5))
    ax.margins(x=0.01)
    shade_recessions(ax, result.recessions)
    key_below(ax)
    told.append(fill("{last:.2f} percent is the last rate known", last=path.iloc[-1]))
    tell(ax, "{told}.", told="; ".join(told))
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
    ax.set(xscale="log", yscale="log", xlim=(1.5, 80), ylim=(60, 1700))
    months = np.array([1.5, 80.0])
    for speed, where, side in ((10, 76.0, "right"), (30, 2.6, "left"), (100, 1.65, "left")):
        name = f"{speed} bp a month"
        ax.plot(months, speed * months, color=NEUTRAL, lw=0.8, ls=":", label=name)
        ax.text(
            where,
            1.06 * speed * where,
            f"{speed} a month",  # a phone has no room for the unit, which the axis names
            rotation=np.degrees(np.arctan(speed)),
            rotation_mode="anchor",
            ha=side,
            va="bottom",
            transform_rotates_text=True,
            fontsize=8,
            color=NEUTRAL,
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
    ax.set_xticks([2, 5, 10, 20, 50], ["2", "5", "10", "20", "50"])
    ax.set_yticks([100, 200, 500, 1000], ["100", "200", "500", "1,000"])
    ax.minorticks_off()
    ax.set_xlabel("Months from first to last move")
    ax.set_ylabel("Basis points, without sign")
    key_below(ax, ax.collections, ["Hiking", "Cutting"])
    hikes = [cycle for cycle in cycles if cycle.direction > 0]
    if hikes and (last := hikes[-1]).start >= TIGHTENING_BEGAN:
        faster = [cycle.start.year for cycle in hikes[:-1] if cycle.speed > last.speed]
        tell(
            ax,
            "The tightening from {began:%B %Y} moved {speed:.0f} basis points a month; {faster}.",
            began=last.start,
            speed=last.speed,
            faster=f"the last one that was faster began in {max(faster)}"
            if faster
            else "none was faster",
        )
    else:
        tell(
            ax,
            "{hikes} hiking and {cuts} cutting cycles, the fastest of {speed:.0f} basis points a month.",
            hikes=len(hikes),
            cuts=len(cycles) - len(hikes),
            speed=max(cycle.speed for cycle in cycles),
        )
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
    for place, gap in zip(y, stance.gaps.values(), strict=True):
        label_point(ax, gap, place, signed(gap), INK, side="above")
    ax.axvline(0, color=NEUTRAL, lw=1)
    ax.set_yticks(y, [GAP_LABELS[name] for name in stance.gaps])
    ax.set_ylim(-0.6, len(y) - 0.4)
    ax.set_xlabel("Percentage points above neutral (negative: loose)")
    ax.grid(axis="x")
    key_below(ax)
    gaps = np.array(list(stance.gaps.values()))
    tell(
        ax,
        "The policy rate stands {low:+.1f} to {high:+.1f} points from the median neutral rate, by measure; "
        "inside the band that counts as neutral: {within} of {all}.",
        low=gaps.min(),
        high=gaps.max(),
        within=(np.abs(gaps) <= band).sum(),
        all=len(gaps),
    )
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
    last = values.dropna()  # of the measure drawn last
    words = "In {month:%B %Y} the real policy rate was {now:.1f} percent, measured by {name} inflation{beside}."
    beside = ""
    if result.knows("stance"):
        low, mid, high = result.stance.neutral
        span = "Published neutral rates, today's range"
        ax.axhspan(low, high, color=ACCENT, alpha=0.25, lw=0, label=span)
        ax.axhline(mid, color=ACCENT, lw=1, label="Their median")
        beside = fill(
            "; published neutral rates run from {low:.1f} to {high:.1f}", low=low, high=high
        )
    ax.set_ylabel("Percent a year")
    ax.yaxis.set_major_locator(MultipleLocator(5))
    ax.margins(x=0.01)
    shade_recessions(ax, result.recessions)
    key_below(ax)
    tell(ax, words, month=last.index[-1], now=last.iloc[-1], name=name, beside=beside)
    return ax
