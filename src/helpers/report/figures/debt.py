"""Figures of notebook 01 on floating-rate debt: who carries it, what a cut is worth, what drives the answer."""

from __future__ import annotations

from typing import Any

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from helpers.report.figures.style import (
    ACCENT,
    LARGE,
    NEUTRAL,
    SMALL,
    WARN,
    key_below,
    label_ends,
    label_point,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn
from helpers.report.text import fill, number, signed
from helpers.topics.common.ranks import LARGE_RANKS, RANKS, SMALL_RANKS
from helpers.topics.debt.examination import DebtExamination
from helpers.topics.debt.input_ranges import name_shares
from helpers.topics.debt.who_floats import CUTS, GROSS, HIKES, NET, PUBLISHED, SAME_FIRMS
from helpers.topics.rates.decisions import TIGHTENING_BEGAN
from helpers.trial import load_claim, load_line

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
MEASURES = {GROSS: (ACCENT, "o"), NET: (WARN, "s"), SAME_FIRMS: (NEUTRAL, "^")}


@drawn("Published floating shares of debt")
def plot_floating_shares(result: DebtExamination, ax: Axes | None = None) -> Axes:
    """Published floating shares, one row a publication, small and large joined where both are given."""
    ax = ax or plt.subplots()[1]
    shares = result.publications
    ax.hlines(shares["label"].cat.codes, shares["low"], shares["high"], color=NEUTRAL, lw=1.2)
    told = []
    for size, colour, marker in (("small", SMALL, "o"), ("large", LARGE, "s")):
        chosen = shares[shares["size"] == size]
        ax.scatter(
            chosen["value"],
            chosen["label"].cat.codes,
            color=colour,
            marker=marker,
            s=42,
            zorder=3,
            label=f"{size.capitalize()} caps",
        )
        for place, value in zip(chosen["label"].cat.codes, chosen["value"], strict=True):
            label_point(ax, value, place, number(value), colour, side="above")
        if len(chosen):
            low, high = chosen["value"].min(), chosen["value"].max()
            told.append(f"{number(low)} to {number(high)} percent of debt at {size} caps")
    labels = shares["label"].cat.categories
    ax.set_yticks(range(len(labels)), labels)
    ax.set_xlim(0, 60)
    ax.margins(y=0.1)
    ax.set_xlabel("Percent of debt at floating rates")
    ax.grid(axis="x")
    key_below(ax)
    tell(ax, "Published shares run from {told}.", told=", and from ".join(told))
    return ax


@drawn("Pass-through of the policy rate, by size")
def plot_pass_through(result: DebtExamination) -> np.ndarray:
    """Pass-through of the policy rate into interest expense by market-value rank, hikes and cuts apart."""
    table = result.pass_through
    axes = small_multiples(1, 2, height=3.2, sharey=True)[1]
    for ax, phase, name in zip(axes.flat, (HIKES, CUTS), ("Hikes", "Cuts"), strict=True):
        for shift, (measure, (colour, marker)) in zip(
            (-0.15, 0.0, 0.15), MEASURES.items(), strict=True
        ):
            chosen = table[(table["phase"] == phase) & (table["measure"] == measure)]
            if chosen.empty:
                continue
            ax.errorbar(
                chosen["rank"].map(RANKS.index).to_numpy(dtype=float) + shift,
                chosen["loading"],
                yerr=chosen["reach"],
                color=colour,
                marker=marker,
                ls="none",
                lw=1.2,
                label=measure.capitalize(),
            )
        ax.set_xticks(range(len(RANKS)), RANKS)
        ax.set_xlim(-0.35, len(RANKS) - 0.65)
        ax.set_title(name)
        ax.set_xlabel("Rank by market value")
    axes.flat[0].set_ylim(bottom=0)
    axes.flat[0].set_ylabel("Percent of the rate change")
    known = {
        name: one
        for ax in axes.flat
        for one, name in zip(*ax.get_legend_handles_labels(), strict=True)
    }
    key_below(axes.flat[0], list(known.values()), list(known), columns=3)
    loading = table.set_index(["phase", "measure", "rank"])["loading"]
    told = [
        fill(
            "{small:.0f} percent against {large:.0f} in {phase}",
            phase=phase,
            small=small,
            large=large,
        )
        for phase in (HIKES, CUTS)
        if (small := loading.get((phase, SAME_FIRMS, SMALL_RANKS))) is not None
        and (large := loading.get((phase, SAME_FIRMS, LARGE_RANKS))) is not None
    ]
    if told:
        tell(axes, "Medians of the same small and large firms: {told}.", told=", ".join(told))
    return axes


@drawn("Effective interest rates and the policy rate")
def plot_effective_rates(result: DebtExamination, ax: Axes | None = None) -> Axes:
    """Net interest over debt of small and large caps, quarter by quarter, with the funds rate."""
    ax = ax or plt.subplots()[1]
    styles = {
        "small, aggregate": (SMALL, "-"),
        "large, aggregate": (LARGE, "-"),
        "funds rate": (NEUTRAL, ":"),
    }
    before, change = pd.Period(TIGHTENING_BEGAN, "Q") - 1, {}
    for name, (colour, style) in styles.items():
        series = result.effective_rates[name]
        label = name.replace(", aggregate", " caps").capitalize()
        ax.plot(series.index.to_timestamp(), series, color=colour, ls=style, label=label)
        change[name.split()[0].strip(",")] = series.iloc[-1] - series.get(before, np.nan)
    label_ends(ax, *ax.lines)
    ax.xaxis.set_major_locator(mdates.YearLocator())
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))
    ax.set_ylabel("Percent of debt a year")
    ax.set_ylim(bottom=0)
    if np.isfinite(list(change.values())).all():
        tell(
            ax,
            "From {before} to {last} the funds rate moved by {funds:+.1f} points, what small caps pay by "
            "{small:+.1f} and what large caps pay by {large:+.1f}.",
            before=before,
            last=series.index[-1],
            **change,
        )
    return ax


@drawn("From the cut to the profit")
def plot_parts(result: DebtExamination) -> np.ndarray:
    """From full pass-through to what is left of net income: level and growth, part by part."""
    model = result.model
    axes = small_multiples(1, 2, height=3.4, sharex=True, sharey=True)[1]
    titles = {
        "level": f"Whole cut, {100 * model.easing.cut:.0f} bp",
        "growth": "Growth this year",
    }
    for ax, (column, heading) in zip(axes.flat, titles.items(), strict=True):
        steps = model.steps(column)
        y = np.arange(len(steps))[::-1]
        parts = steps.iloc[:-1]
        colours = [ACCENT if step > 0 else WARN for step in parts["change"]]
        ax.barh(y[:-1], parts["change"], left=parts["start"], color=colours, label="Part")
        ax.barh(y[-1:], steps["change"].iloc[-1:], color=SMALL, label="Left")
        right = steps[["start", "end"]].max(axis=1).clip(lower=0.0)
        for position, change, end in zip(y, steps["change"], right, strict=True):
            ax.annotate(
                signed(change),
                (end, position),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=8.5,
            )
        ax.set_yticks(y, [name.capitalize() for name in steps.index])
        ax.set_title(heading)
        ax.set_xlabel("Percent of net income")
        ax.grid(axis="x")
        ax.grid(axis="y", visible=False)
    low, high = axes.flat[0].get_xlim()
    axes.flat[0].set_xlim(low - 0.05 * (high - low), high + 0.15 * (high - low))
    (whole, left), (this_year, rest) = (
        model.steps(column)["change"].iloc[[0, -1]] for column in titles
    )
    tell(
        axes,
        "Of a saving of {whole:.1f} percent of net income {left:+.1f} is left, and of {this_year:.1f} percent "
        "this year {rest:+.1f}.",
        whole=whole,
        left=left,
        this_year=this_year,
        rest=rest,
    )
    return axes


@drawn("What lower rates add to net income")
def plot_uplift(result: DebtExamination, ax: Axes | None = None) -> Axes:
    """Uplift of net income with its range, level and growth, small and large, against the claimed growth."""
    ax = ax or plt.subplots()[1]
    model = result.model
    claimed, matters = load_claim("E1").claimed_number, load_line("D3", "used").size_that_matters
    rows = (
        ("Small caps, whole cut", "uplift_level", SMALL),
        ("Small caps, growth this year", "uplift_growth", SMALL),
        ("Large caps, whole cut", "large_uplift_level", LARGE),
        ("Large caps, growth this year", "large_uplift_growth", LARGE),
    )
    y = np.arange(len(rows))[::-1]
    low, mid, high = np.array([model.interval(column) for _, column, _ in rows]).T
    colours = [colour for *_, colour in rows]
    bars: dict[str, Any] = {"fmt": "none", "ecolor": colours, "elinewidth": 5, "alpha": 0.4}
    shares = name_shares(model.small.ranges["floating_share"], model.large.ranges["floating_share"])
    label = f"95 percent of the draws, {shares}"
    ax.errorbar(mid, y, xerr=[mid - low, high - mid], label=label, **bars)
    ax.scatter(mid, y, color=colours, marker="|", s=160, zorder=3, label="Median")
    marks = []
    for (name, medians), marker in zip(model.definitions.iterrows(), ("o", "^", "v"), strict=True):
        values = [medians[column] for _, column, _ in rows]
        label = (shares if name == PUBLISHED else str(name)).capitalize()
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
    ax.axvline(matters, color=NEUTRAL, lw=1, ls="--", label="Smallest growth that would matter")
    ax.axvline(claimed, color=WARN, lw=1.6, label="Claimed growth")
    notes = (
        (matters, 4, "left", f"{number(matters)}\nwould\nmatter"),
        (claimed, -4, "right", f"{number(claimed)}\nclaimed"),
    )
    for value, shift, side, text in notes:
        ax.annotate(
            text,
            (value, 3.55),
            xytext=(shift, 0),
            textcoords="offset points",
            ha=side,
            fontsize=8,
            va="top",
        )
    ax.set_yticks(range(len(rows)), [row[0] for row in rows][::-1])
    ax.set_ylim(-0.6, len(rows) - 0.3)
    ax.set_xlabel("Percent of net income")
    ax.xaxis.set_major_locator(MultipleLocator(5))
    ax.grid(axis="x")
    key_below(ax, marks, [str(mark.get_label()) for mark in marks], columns=3)
    tell(
        ax,
        "Lower rates move the net income of small caps by {mid:+.1f} percent this year ({low:.1f} to {high:.1f}), "
        "where {matters} would matter and {claimed} are claimed.",
        low=low[1],
        mid=mid[1],
        high=high[1],
        matters=number(matters),
        claimed=number(claimed),
    )
    return ax


@drawn("What the answer hangs on")
def plot_sensitivity(result: DebtExamination) -> np.ndarray:
    """One-at-a-time swings and Sobol shares of the growth uplift."""
    model = result.model
    axes = small_multiples(1, 2, height=3.4, sharey=True)[1]
    tornado, sobol = model.tornado, model.sobol
    y = pd.Series(np.arange(len(tornado))[::-1], index=tornado.index)
    left, right = axes.flat
    left.barh(
        y,
        tornado["swing"],
        left=tornado["lowest"],
        color=SMALL,
        height=0.6,
        label="One input from low to high, others central",
    )
    left.set_yticks(y, [WORDS[name].capitalize() for name in tornado.index])
    left.use_sticky_edges = False  # a margin on both sides, though bars have a foot
    left.margins(x=0.05)
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
    most = sobol["first"].nlargest(2)
    tell(
        axes,
        "The {one} and the {other} explain {share:.0f} percent of the variance of this year's growth.",
        one=WORDS[most.index[0]],
        other=WORDS[most.index[1]],
        share=100 * most.sum(),
    )
    return axes


@drawn("Small less large after rates rose by a point")
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
    for place, value in zip(y, slope, strict=True):
        label_point(ax, value, place, signed(value), side="above")
    ax.set_yticks(y, [name.capitalize() for name in table.index])
    ax.set_ylim(-0.7, len(table) - 0.5)
    ax.set_xlabel("Percent over the next year")
    ax.grid(axis="x")
    key_below(ax, columns=3)
    tell(
        ax,
        "In the year after the bill rate rose by a point small less large was {low:+.1f} to {high:+.1f} percent; "
        "{clear} of {all} intervals leave out zero.",
        low=slope.min(),
        high=slope.max(),
        clear=(table["low"] * table["high"] > 0).sum(),
        all=len(table),
    )
    return ax


@drawn("A cut against refinancing")
def plot_bill_over_time(
    result: DebtExamination,
    cut_bp: float,
    floating_share: float,
    coupon_reset: float,
    ax: Axes | None = None,
) -> Axes:
    """Fall of the small-cap interest bill against years of refinancing."""
    ax = ax or plt.subplots()[1]
    model, years = result.model, np.linspace(0.0, 6.0, 61)
    inputs = {"floating_share": floating_share, "coupon_reset": coupon_reset}
    fall = model.fall_over_time(years, cut_bp / 100.0, **inputs)
    ax.plot(years, fall, color=SMALL, label=f"Fall of the bill after a cut of {cut_bp:.0f} bp")
    ax.axhline(0, color=NEUTRAL, lw=1)
    ax.axvline(model.easing.years, color=NEUTRAL, lw=1, ls="--", label="Today")
    ax.set_xlabel("Years since the first cut")
    ax.set_ylabel("Percent of the interest bill")
    key_below(ax)
    gone = years[fall <= 0]
    tell(
        ax,
        "{years:.1f} years after the first cut the bill stands at {change:+.1f} percent against that before; "
        "refinancing has eaten the saving {when}.",
        years=model.easing.years,
        change=-np.interp(model.easing.years, years, fall),
        when=fill("after {gone:.1f} years", gone=gone[0]) if len(gone) else "nowhere in six years",
    )
    return ax
