"""Figures of notebook 04: one gap by many definitions, its century, what followed it, and what it prices in."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.report.figures.style import ACCENT, LARGE, NEUTRAL, SMALL, WARN, small_multiples
from helpers.report.sources import unknown
from helpers.topics.valuation.examination import (
    CLAIMED_LARGE,
    CLAIMED_SMALL,
    DEFINITIONS,
    ValuationExamination,
)

NOTHING = "Nothing of this was known at this date."
TOLERANCE = 0.05  # band of claim M4
MARKS = {"verbatim": "o", "derived": "D", "second-hand": "s"}


def plot_multiples(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Small and large multiple by definition on the last known date, with the article's pair."""
    title = "One day, one pair of indices, many multiples"
    table = result.multiples
    if table.empty:
        return unknown(ax or plt.subplots()[1], title, NOTHING)
    table = table[~table.index.str.startswith("price /")]
    ax = ax or plt.subplots(figsize=(6.4, 2.9))[1]
    rows = np.arange(len(table))
    ax.hlines(rows, table["small"], table["large"], color=NEUTRAL, lw=1.2, label="gap")
    ax.scatter(
        table["small"], rows, color=SMALL, s=46, marker="o", zorder=3, label="Russell 2000 fund"
    )
    ax.scatter(table["large"], rows, color=LARGE, s=46, marker="s", zorder=3, label="S&P 500")
    ax.axvline(CLAIMED_SMALL, color=SMALL, ls="--", lw=1, label="article, small")
    ax.axvline(CLAIMED_LARGE, color=LARGE, ls=":", lw=1.2, label="article, large")
    ax.set_yticks(rows, [name.replace(", ", ",\n") for name in table.index])
    ax.invert_yaxis()
    ax.set_title(title)
    ax.set_xlabel("Price over expected earnings")
    ax.grid(axis="x")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    return ax


def plot_ratios(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Every ratio of small to large multiples published alike, by definition and date, with the article's band."""
    title = "Small over large, counted alike on both sides"
    ax = ax or plt.subplots(figsize=(6.4, 3.3))[1]
    ratios = result.ratios
    if ratios.empty:
        return unknown(ax, title, NOTHING)
    claimed = CLAIMED_SMALL / CLAIMED_LARGE
    ax.axhspan(
        claimed - TOLERANCE,
        claimed + TOLERANCE,
        color=WARN,
        alpha=0.2,
        label="article, band of the test",
    )
    for definition, colour in zip(DEFINITIONS, (SMALL, LARGE, ACCENT), strict=True):
        same = ratios[ratios["definition"] == definition]
        for confidence, some in same.groupby("confidence"):
            label = f"{definition.replace('_', ' ')}, {confidence}"
            marker = MARKS.get(confidence, "x")
            ax.scatter(
                some["known"],
                some["ratio"],
                color=colour,
                marker=marker,
                s=38,
                label=label,
                zorder=3,
            )
    screened = result.pairs[
        result.pairs["small_group"].eq("S&P 600") & ~result.pairs["machine_written"]
    ]
    screened = screened[screened["known"] >= ratios["known"].min()]
    ax.scatter(
        screened["known"],
        screened["ratio"],
        color=NEUTRAL,
        marker="^",
        s=34,
        label="S&P 600 over S&P 500",
    )
    ax.axhline(1, color=NEUTRAL, lw=0.8)
    ax.set_title(title)
    ax.set_ylabel("Ratio of forward multiples")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    ax.tick_params(axis="x", labelrotation=30)
    return ax


def plot_gap(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """A century of relative book-to-market, small over large; higher means that small companies are cheaper."""
    ax = ax or plt.subplots()[1]
    title = "Small against large by book value, since 1926"
    if result.value is None:
        return unknown(ax, title, result.reason)
    gap = np.exp(result.value.gap)
    ax.plot(
        gap.index.to_timestamp(), gap, color=SMALL, lw=1.3, label="book-to-market, small over large"
    )
    ax.axhline(gap.median(), color=NEUTRAL, lw=1, ls="--", label="median of all history")
    ax.plot(
        gap.index[-1].to_timestamp(),
        gap.iloc[-1],
        "o",
        color=ACCENT,
        ms=7,
        label=f"last known, {gap.index[-1]}",
    )
    ax.set_yscale("log")
    ax.set_yticks([1, 2, 4, 8, 16], ["1", "2", "4", "8", "16"])
    ax.minorticks_off()
    ax.set_title(title)
    ax.set_ylabel("Ratio (log scale)")
    ax.legend(loc="upper right", fontsize=8)
    return ax


def plot_published_pairs(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Published small over large multiples as far back as pages go."""
    ax = ax or plt.subplots(figsize=(6.4, 2.9))[1]
    pairs = result.pairs[~result.pairs["machine_written"]] if len(result.pairs) else result.pairs
    title = "Published multiples: which index decides"
    if pairs.empty:
        return unknown(ax, title, NOTHING)
    for label, rows, colour, marker in (
        ("Russell 2000, all companies", pairs["definition"] == "all_companies", SMALL, "o"),
        ("Russell 2000, trailing", pairs["basis"] == "trailing P/E", WARN, "v"),
        ("Russell 2000, some left out", pairs["definition"].isin(DEFINITIONS[1:]), LARGE, "s"),
        ("S&P 600, profit-screened", pairs["small_group"] == "S&P 600", ACCENT, "D"),
    ):
        some = pairs[rows]
        if len(some):
            ax.scatter(
                some["known"],
                some["ratio"],
                color=colour,
                marker=marker,
                s=40,
                label=label,
                zorder=3,
            )
    ax.axhline(1, color=NEUTRAL, lw=0.8)
    ax.set_title(title)
    ax.set_ylabel("Small over large")
    ax.legend(loc="upper right", fontsize=8)
    return ax


def plot_horizons(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Return of small less large a year, for one standard deviation of the gap, by horizon and method."""
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    title = "What one standard deviation of cheapness earned"
    if result.value is None:
        return unknown(ax, title, result.reason)
    table = result.value.horizons
    yearly = 12 / table.index.to_numpy()
    place = np.arange(len(table))
    spread = np.abs(table[["ci_low", "ci_high"]].to_numpy().T - table["effect"].to_numpy()) * yearly
    ax.errorbar(
        place - 0.1,
        table["effect"] * yearly,
        spread,
        fmt="o",
        color=SMALL,
        lw=2,
        label="IVX, 95 percent",
    )
    ax.scatter(
        place + 0.12,
        table["hodrick"] * yearly,
        color=LARGE,
        marker="s",
        s=34,
        label="Hodrick",
        zorder=3,
    )
    for row, (score, p) in enumerate(zip(table["oos_r2"], table["p_ivx"], strict=True)):
        ax.annotate(
            f"p {p:.2f}\nOOS {score:+.1f}%",
            (row + 0.2, table["effect"].iloc[row] * yearly[row]),
            fontsize=7.5,
            va="center",
        )
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_xticks(place, [f"{months} month{'s' * (months > 1)}" for months in table.index])
    ax.set_xlim(-0.5, len(table) - 0.3)
    ax.set_title(title)
    ax.set_ylabel("Log percent a year")
    ax.legend(loc="upper left", fontsize=8, ncol=2)
    ax.margins(y=0.25)
    return ax


def plot_fifths(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Later return of small less large by fifth of the gap as it stood in its own past."""
    ax = ax or plt.subplots(figsize=(6.4, 2.8))[1]
    title = "What followed each fifth of the gap, in real time"
    if result.value is None:
        return unknown(ax, title, result.reason)
    table = result.value.by_fifth
    for offset, months, colour, hatch in (
        (-0.27, 12, NEUTRAL, ""),
        (0, 36, LARGE, "//"),
        (0.27, 60, SMALL, ""),
    ):
        values = table[f"{months} months"] * 12 / months
        ax.bar(
            np.arange(5) + offset,
            values,
            0.25,
            color=colour,
            hatch=hatch,
            label=f"next {months} months",
        )
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    counts = table["months in it"].astype(int)
    names = ["small dearest", "2", "3", "4", "small cheapest"]
    ax.set_xticks(
        range(5), [f"{name}\n({count} months)" for name, count in zip(names, counts, strict=True)]
    )
    ax.set_title(title)
    ax.set_ylabel("Log percent a year")
    ax.legend(loc="upper left", fontsize=8)
    return ax


def plot_specifications(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Every specification of the test, sorted: pair of portfolios, definition of the gap, sample."""
    ax = ax or plt.subplots(figsize=(6.4, 2.6))[1]
    title = "Every specification"
    if result.value is None:
        return unknown(ax, title, result.reason)
    curve = result.value.curve
    for predictor, colour, marker in (("gap", SMALL, "o"), ("less expanding mean", LARGE, "s")):
        some = curve.table[curve.table["predictor"] == predictor]
        ax.scatter(
            some.index,
            some["estimate"],
            color=colour,
            marker=marker,
            s=36,
            label=predictor,
            zorder=3,
        )
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.axhline(curve.median, color=ACCENT, lw=1.3, ls="--", label="median")
    ax.set_xticks([])
    ax.set_title(f"{curve.n} specifications, joint p {curve.p:.2f}")
    ax.set_ylabel(f"Percent over {curve.horizon} months")
    ax.legend(loc="upper left", fontsize=8)
    return ax


def plot_priced_in(result: ValuationExamination, axes=None):
    """Growth lead that lets the multiples meet, and the ratio before and after a rise of the long rate."""
    table = result.priced_in
    if table.empty:
        return unknown(plt.subplots()[1], "What the multiples price in", NOTHING)
    _, axes = small_multiples(1, 2, height=2.9, sharey=True) if axes is None else (None, axes)
    left, right = np.ravel(axes)
    rows = np.arange(len(table))
    colours = [SMALL if value > 0 else ACCENT for value in table["lead"]]
    left.barh(
        rows, table["lead"], color=colours, height=0.55, label="growth lead of small caps priced in"
    )
    left.axvline(0, color=NEUTRAL, lw=0.8)
    left.set_yticks(rows, [name.replace(" ", "\n", 1) for name in table.index])
    left.set_ylim(len(table) - 0.5, -0.5)
    left.set_title("Growth lead priced in")
    left.set_xlabel("Points a year")
    left.grid(axis="x")
    right.hlines(rows, table["ratio"], table["ratio_after"], color=NEUTRAL, lw=1.2, label="change")
    right.scatter(table["ratio"], rows, color=LARGE, marker="s", s=36, label="now", zorder=3)
    right.scatter(
        table["ratio_after"], rows, color=WARN, marker=">", s=44, label="long rate higher", zorder=3
    )
    right.axvline(1, color=NEUTRAL, lw=0.8)
    right.set_title("Small over large")
    right.set_xlabel("Ratio of multiples")
    right.grid(axis="x")
    right.legend(fontsize=8, loc="center right")
    return axes


def plot_decades(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Small less large by decade: re-rating against everything else."""
    ax = ax or plt.subplots(figsize=(6.4, 2.9))[1]
    title = "Where relative returns came from"
    if result.value is None:
        return unknown(ax, title, result.reason)
    table = result.value.decades
    place = np.arange(len(table))
    ax.bar(place - 0.19, table["re-rating"], 0.36, color=LARGE, label="re-rating")
    ax.bar(
        place + 0.19,
        table["growth, payout, members"],
        0.36,
        color=ACCENT,
        hatch="//",
        label="growth, payout, members",
    )
    ax.plot(
        place, table["small less large"], "o", color=SMALL, ms=6, label="small less large", zorder=4
    )
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_xticks(place, [f"{name}s" if isinstance(name, int) else name for name in table.index])
    ax.set_title(title)
    ax.set_ylabel("Log percent a year")
    ax.legend(loc="upper right", fontsize=8, ncol=3)
    ax.margins(y=0.2)
    return ax


def plot_loss_makers(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Loss-makers of small-cap indices: by count and by weight, one dot a source."""
    ax = ax or plt.subplots(figsize=(6.4, 1.9))[1]
    table = result.loss_makers
    title = "Loss-makers: many companies, little weight"
    if table.empty:
        return unknown(ax, title, NOTHING)
    for place, measure in enumerate(("count", "weight")):
        for screened, colour, marker in ((False, SMALL, "o"), (True, ACCENT, "D")):
            some = table[
                (table["measure"] == measure) & (table["index_name"].eq("S&P 600") == screened)
            ]
            label = f"{'S&P 600' if screened else 'Russell 2000'}, {measure}"
            if len(some):
                ax.scatter(
                    some["share"],
                    np.full(len(some), place),
                    color=colour,
                    marker=marker,
                    s=44,
                    label=label,
                )
    ax.set_yticks([0, 1], ["by count", "by weight"])
    ax.set_ylim(1.5, -0.5)
    ax.set_xlim(0, 50)
    ax.set_title(title)
    ax.set_xlabel("Percent of the index")
    ax.grid(axis="x")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=8)
    return ax


def plot_breadth(result: ValuationExamination, axes=None):
    """Lead of the broad side over each past window, and where the last one falls among all."""
    leads = result.breadth_leads
    if leads.empty:
        return unknown(plt.subplots()[1], "Is the market broadening?", NOTHING)
    _, axes = (
        small_multiples(1, len(leads.columns), height=2.7, sharey=True)
        if axes is None
        else (None, axes)
    )
    for ax, name in zip(np.ravel(axes), leads.columns, strict=True):
        series = leads[name].dropna()
        ax.plot(series.index.to_timestamp(), series, color=NEUTRAL, lw=0.9, label="every window")
        ax.plot(
            series.index[-1].to_timestamp(),
            series.iloc[-1],
            "o",
            color=SMALL,
            ms=7,
            label="last window",
            zorder=4,
        )
        low, high = np.percentile(series, [2.5, 97.5])
        ax.axhspan(low, high, color=LARGE, alpha=0.12, label="95 percent of windows")
        ax.axhline(0, color=NEUTRAL, lw=0.8)
        ax.set_title(name.replace(" less ", "\nless "), fontsize=8)
        ax.tick_params(axis="x", labelrotation=45, labelsize=8)
    first = np.ravel(axes)[0]
    first.set_ylabel("Log percent over the window")
    first.legend(fontsize=7, loc="lower left")
    return axes
