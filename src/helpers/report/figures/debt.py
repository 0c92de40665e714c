"""Figures of notebook 01 on floating-rate debt: who carries it, what a cut is worth, what drives the answer."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.report.figures.style import ACCENT, LARGE, NEUTRAL, SMALL, WARN, small_multiples
from helpers.report.sources import unknown
from helpers.topics.common.ranges import central
from helpers.topics.debt.bill_model import CLAIMED_GROWTH, BillModel, bill_fall
from helpers.topics.debt.examination import DebtExamination
from helpers.topics.debt.who_floats import CUTS, HIKES

QUARTER = CLAIMED_GROWTH / 4.0  # smallest effect of interest of claim D3
WORDS = {
    "floating_share": "floating share",
    "pass_through": "pass-through",
    "hedge_share": "hedged part",
    "maturity_share": "maturing a year",
    "coupon_reset": "coupon reset",
    "cash_loading": "cash reprices",
    "tax": "tax on the saving",
    "effective_rate": "effective rate",
}


def plot_floating_shares(result: DebtExamination, ax: Axes | None = None) -> Axes:
    """Published floating shares, one row a publication, small and large joined where both are given."""
    ax = ax or plt.subplots()[1]
    title = "Published floating shares of debt"
    if result.shares.empty:
        return unknown(ax, title, "No share had been published by this date.")
    shares = result.shares.assign(
        row=result.shares["publisher"].str.split(r" via | \(").str[0]
        + ", "
        + result.shares["period"]
    )
    rows = shares.groupby("row", sort=False)["value"].max().sort_values(kind="stable").index
    position = {row: k for k, row in enumerate(rows)}
    for row, both in shares.groupby("row"):
        ax.hlines(position[row], both["value"].min(), both["value"].max(), color=NEUTRAL, lw=1.2)
    for size, colour, marker in (("small", SMALL, "o"), ("large", LARGE, "s")):
        chosen = shares[shares["size"] == size]
        label = f"{size.capitalize()} caps"
        ax.scatter(
            chosen["value"],
            chosen["row"].map(position),
            color=colour,
            marker=marker,
            s=42,
            zorder=3,
            label=label,
        )
    ax.set_yticks(range(len(rows)), [row.replace(", origin unclear", "") for row in rows])
    ax.set_xlim(0, 60)
    ax.set_title(title)
    ax.set_xlabel("Percent of debt at floating rates")
    ax.grid(axis="x")
    ax.legend(loc="lower right")
    return ax


def plot_pass_through(result: DebtExamination, axes=None):
    """Pass-through of the policy rate into interest expense by market-cap rank, hikes and cuts apart."""
    title = "Pass-through of the policy rate, by size"
    if result.pass_through.empty:
        return unknown(plt.subplots()[1], title, "No estimate from filings was known at this date.")
    axes = small_multiples(1, 2, height=3.2, sharey=True)[1] if axes is None else axes
    measures = {
        "quarterly, gross of cash": (SMALL, "o"),
        "quarterly, net of cash": (LARGE, "s"),
        "same firms, median": (NEUTRAL, "^"),
    }
    ranks = ["1-500", "501-1000", "1001-3000", ">3000"]
    for ax, phase, name in zip(axes.flat, (HIKES, CUTS), ("Hikes", "Cuts"), strict=True):
        for shift, (measure, (colour, marker)) in zip(
            (-0.15, 0.0, 0.15), measures.items(), strict=True
        ):
            table = result.pass_through
            chosen = table[(table["phase"] == phase) & (table["measure"] == measure)]
            if chosen.empty:
                continue
            x = chosen["rank"].map(ranks.index).to_numpy(dtype=float) + shift
            error = 1.96 * chosen["se"].fillna(0.0)
            ax.errorbar(
                x,
                chosen["loading"],
                yerr=error,
                color=colour,
                marker=marker,
                ls="none",
                lw=1.2,
                label=measure.capitalize(),
            )
        ax.set_xticks(range(len(ranks)), ranks)
        ax.set_xlim(-0.5, len(ranks) - 0.5)
        ax.set_title(name)
        ax.set_xlabel("Rank by market value")
    axes.flat[0].set_ylim(bottom=0)
    axes.flat[0].set_ylabel("Percent of the rate change")
    axes.flat[0].legend(loc="upper left", fontsize=8)
    return axes


def plot_effective_rates(result: DebtExamination, ax: Axes | None = None) -> Axes:
    """Net interest over debt of small and large caps, quarter by quarter, with the funds rate."""
    ax = ax or plt.subplots()[1]
    title = "Effective interest rates and the policy rate"
    if result.effective_rates is None:
        return unknown(ax, title, "No estimate from filings was known at this date.")
    styles = {
        "small, aggregate": (SMALL, "-"),
        "large, aggregate": (LARGE, "-"),
        "funds rate": (NEUTRAL, ":"),
    }
    for name, (colour, style) in styles.items():
        series = result.effective_rates[name]
        ax.plot(
            series.index.to_timestamp(), series, color=colour, ls=style, label=name.capitalize()
        )
    ax.set_title(title)
    ax.set_ylabel("Percent of debt a year")
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper left")
    return ax


def plot_parts(result: DebtExamination, axes=None):
    """From full pass-through to what is left of net income: level and growth, part by part."""
    title = "From the cut to the profit"
    if result.model is None:
        return unknown(plt.subplots()[1], title, result.reason)
    parts = result.model.parts
    axes = small_multiples(1, 2, height=3.4, sharex=True, sharey=True)[1] if axes is None else axes
    names = [*parts.index, "left for net income"]
    y = np.arange(len(names))[::-1]
    titles = (
        ("level", f"Whole cut, {100 * result.model.cut:.0f} bp"),
        ("growth", "Growth this year"),
    )
    for ax, (column, heading) in zip(axes.flat, titles, strict=True):
        steps = parts[column].to_numpy()
        ends = steps.cumsum()
        starts = np.concatenate([[0.0], ends[:-1]])
        colours = [ACCENT if step > 0 else WARN for step in steps]
        ax.barh(y[:-1], steps, left=starts, color=colours, label="Part")
        ax.barh(y[-1:], ends[-1:], color=SMALL, label="Left")
        for position, value, end in zip(
            y, [*steps, ends[-1]], [*np.maximum(starts, ends), ends[-1]], strict=True
        ):
            ax.annotate(
                signed(value),
                (max(end, 0.0), position),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
            )
        ax.set_title(heading)
        ax.set_xlabel("Percent of net income")
        ax.grid(axis="x")
        ax.grid(axis="y", visible=False)
    axes.flat[0].set_yticks(y, [name.capitalize() for name in names])
    low, high = axes.flat[0].get_xlim()
    axes.flat[0].set_xlim(low - 0.05 * (high - low), high + 0.15 * (high - low))
    return axes


def plot_uplift(result: DebtExamination, ax: Axes | None = None) -> Axes:
    """Uplift of net income with its range, level and growth, small and large, against the claimed growth."""
    ax = ax or plt.subplots()[1]
    title = "What lower rates add to net income"
    model = result.model
    if model is None:
        return unknown(ax, title, result.reason)
    rows = (
        ("Small caps, whole cut", "uplift_level", SMALL),
        ("Small caps, growth this year", "uplift_growth", SMALL),
        ("Large caps, whole cut", "large_uplift_level", LARGE),
        ("Large caps, growth this year", "large_uplift_growth", LARGE),
    )
    y = np.arange(len(rows))[::-1]
    low, mid, high = np.array([model.interval(column) for _, column, _ in rows]).T
    colours = [colour for *_, colour in rows]
    ax.errorbar(
        mid,
        y,
        xerr=[mid - low, high - mid],
        fmt="none",
        ecolor=colours,
        elinewidth=5,
        alpha=0.4,
        label="95 percent of the draws, published shares",
    )
    ax.scatter(mid, y, color=colours, marker="|", s=160, zorder=3, label="Median")
    marks = []
    for (name, medians), marker in zip(model.definitions.iterrows(), ("o", "^", "v"), strict=True):
        values = [medians[column] for _, column, _ in rows]
        label = name.capitalize()
        marks.append(ax.scatter(values, y - 0.24, color=NEUTRAL, marker=marker, s=22, label=label))
    for value, position in zip(mid, y, strict=True):
        ax.annotate(
            signed(value),
            (value, position),
            xytext=(0, 9),
            textcoords="offset points",
            ha="center",
            fontsize=8.5,
        )
    ax.axvline(QUARTER, color=NEUTRAL, lw=1, ls="--", label="A quarter of the claimed growth")
    ax.axvline(CLAIMED_GROWTH, color=WARN, lw=1.6, label="Claimed growth")
    ax.annotate(
        "a quarter\nof the claim",
        (QUARTER, 3.55),
        xytext=(4, 0),
        textcoords="offset points",
        fontsize=8,
        va="top",
    )
    ax.annotate(
        "claimed\ngrowth",
        (CLAIMED_GROWTH, 3.55),
        xytext=(-4, 0),
        textcoords="offset points",
        ha="right",
        fontsize=8,
        va="top",
    )
    ax.set_yticks(range(len(rows)), [row[0] for row in rows][::-1])
    ax.set_ylim(-0.6, len(rows) - 0.3)
    ax.set_title(title)
    ax.set_xlabel("Percent of net income")
    ax.grid(axis="x")
    ax.legend(handles=marks, loc="center right", bbox_to_anchor=(0.9, 0.5), fontsize=8)
    return ax


def plot_sensitivity(result: DebtExamination, axes=None):
    """One-at-a-time swings and Sobol shares of the growth uplift."""
    title = "What the answer hangs on"
    if result.model is None:
        return unknown(plt.subplots()[1], title, result.reason)
    axes = small_multiples(1, 2, height=3.4, sharey=True)[1] if axes is None else axes
    tornado, sobol = result.model.tornado, result.model.sobol
    y = pd.Series(np.arange(len(tornado))[::-1], index=tornado.index)
    left, right = axes.flat
    low = tornado[["at_low", "at_high"]].min(axis=1)
    width = (tornado["at_high"] - tornado["at_low"]).abs()
    left.barh(
        y,
        width,
        left=low,
        color=SMALL,
        height=0.6,
        label="One input from low to high, others central",
    )
    left.set_yticks(y, [WORDS[name] for name in tornado.index])
    left.set_xlim(low.min() - 0.05, (low + width).max() + 0.05)
    left.set_title("One at a time")
    left.set_xlabel("Growth, percent of net income")
    total = sobol.reindex(tornado.index)
    for shift, kind, colour, marker in ((0.3, "first", LARGE, "o"), (0.0, "total", ACCENT, "s")):
        errors = np.clip(
            [total[kind] - total[f"{kind}_low"], total[f"{kind}_high"] - total[kind]], 0.0, None
        )
        right.errorbar(
            total[kind],
            y + shift,
            xerr=errors,
            color=colour,
            marker=marker,
            ls="none",
            lw=1.2,
            label=f"{kind.capitalize()} order",
        )
    right.set_title("Share of the variance")
    right.set_xlabel("Sobol index, 95 percent interval")
    right.legend(loc="lower right")
    for ax in (left, right):
        ax.grid(axis="x")
        ax.grid(axis="y", visible=False)
    return axes


def plot_response(result: DebtExamination, ax: Axes | None = None) -> Axes:
    """Relative return of small caps in the year after a rise of the bill rate by one point, three pairs."""
    ax = ax or plt.subplots()[1]
    table = result.response
    y = np.arange(len(table))[::-1]
    slope = table["slope, next year"]
    reach = [slope - table["low"], table["high"] - slope]
    whole = "Whole sample, 95 percent interval"
    ax.errorbar(slope, y, xerr=reach, color=SMALL, marker="o", ls="none", lw=2, label=whole)
    for column, marker in (("first half", "<"), ("second half", ">")):
        ax.scatter(
            table[column], y - 0.22, color=NEUTRAL, marker=marker, s=30, label=column.capitalize()
        )
    ax.axvline(0, color=NEUTRAL, lw=1)
    ax.set_yticks(y, table.index)
    ax.set_ylim(-0.7, len(table) + 0.4)
    ax.set_title("Small less large after rates rose by a point")
    ax.set_xlabel("Percent over the next year")
    ax.grid(axis="x")
    ax.legend(loc="upper left", fontsize=8)
    return ax


def plot_bill_over_time(
    model: BillModel,
    cut_bp: float | None = None,
    floating_share: float | None = None,
    coupon_reset: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Fall of the small-cap interest bill against years of refinancing; None takes the central value."""
    ax = ax or plt.subplots()[1]
    inputs = central(model.ranges)
    chosen = {"floating_share": floating_share, "coupon_reset": coupon_reset}
    inputs |= {name: value for name, value in chosen.items() if value is not None}
    cut = model.cut if cut_bp is None else cut_bp / 100.0
    years = np.linspace(0.0, 6.0, 61)
    ax.plot(years, bill_fall(cut, years, **inputs), color=SMALL, label="Fall of the bill")
    ax.axhline(0, color=NEUTRAL, lw=1)
    ax.axvline(model.years, color=NEUTRAL, lw=1, ls="--", label="Today")
    ax.set_title(f"A cut of {100 * cut:.0f} bp against refinancing")
    ax.set_xlabel("Years since the first cut")
    ax.set_ylabel("Percent of the interest bill")
    ax.legend(loc="upper right")
    return ax


def signed(value: float) -> str:
    """A change with its sign, one decimal."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")
