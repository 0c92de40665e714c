"""Figures of notebook 06: whom the act reaches, official counts and sums on one scale, dated acts among other dates."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.report.figures.style import (
    ACCENT,
    LARGE,
    NEUTRAL,
    SMALL,
    WARN,
    key_below,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn
from helpers.report.text import p_value
from helpers.topics.common.ranks import LARGE_RANKS, MID_RANKS, SMALL_RANKS
from helpers.topics.policy.channels import CASH, CHANNELS, INCOME
from helpers.topics.policy.events import lead_over_rest
from helpers.topics.policy.examination import PolicyExamination
from helpers.topics.policy.inputs import A_YEAR, COUNT, PRESENT_VALUE, RULES, TAXES, UNSTATED
from helpers.topics.policy.official import SMALL as SMALL_FIRMS
from helpers.trial import load_claim, load_line

SIZES = {LARGE_RANKS: ("large", LARGE), MID_RANKS: ("mid", NEUTRAL), SMALL_RANKS: ("small", SMALL)}
SHORT_NAMES = (
    "deduction for owners",
    "interest limit",
    "equipment write-off",
    "research write-off",
)
KINDS = {RULES: (SMALL, "o"), TAXES: (LARGE, "s")}
BASES = {PRESENT_VALUE: "o", A_YEAR: "D", UNSTATED: "s"}
MOST_WINDOWS = (2.5, 97.5)  # percent: between these lie 95 percent of all windows


@drawn("From the act to a listed company's profit")
def plot_channels(result: PolicyExamination) -> np.ndarray:
    """What each channel of the act brings large, mid and small companies, in cash and as reported, with its range."""
    table = result.channels
    names = [*CHANNELS, "all together"]
    axes = small_multiples(1, 2, height=2.4, sharex=True, sharey=True)[1]
    for ax, measure, heading in zip(
        axes.flat, (CASH, INCOME), ("Tax not paid this year", "Profit as reported"), strict=True
    ):
        for shift, (rank, (size, colour)) in zip((-0.26, 0.0, 0.26), SIZES.items(), strict=True):
            rows = table.loc[(rank, measure)].loc[names]
            spread = np.array([rows["mid"] - rows["low"], rows["high"] - rows["mid"]])
            ax.barh(
                np.arange(len(names)) + shift,
                rows["mid"],
                0.24,
                xerr=spread,
                color=colour,
                error_kw={"elinewidth": 1.0, "ecolor": NEUTRAL},
                label=f"{size}, ranks {rank}",
            )
        ax.set_title(heading)
        ax.set_xlabel("Percent of net income")
        ax.grid(axis="x")
        ax.grid(visible=False, axis="y")
    first = axes.flat[0]
    first.set_yticks(range(len(names)), [*SHORT_NAMES, names[-1]])
    first.invert_yaxis()
    first.text(0.1, 0, f"{result.deduction:.0f} by law", va="center", fontsize=8)
    axes.flat[1].axvline(
        load_line("P2", "used").size_that_matters, color=ACCENT, ls="--", lw=1, label="would matter"
    )
    key_below(first, *axes.flat[1].get_legend_handles_labels())
    cash, income = (table.loc[(SMALL_RANKS, one, "all together")] for one in (CASH, INCOME))
    tell(
        first,
        "Together the changes spare small companies tax of {cash:.1f} percent of net income this year ({least:.1f} "
        "to {most:.1f}) and add {income:.1f} percent to reported profit, large ones {large:.1f}.",
        cash=cash["mid"],
        least=cash["low"],
        most=cash["high"],
        income=income["mid"],
        large=table.loc[(LARGE_RANKS, INCOME, "all together"), "mid"],
    )
    return axes


@drawn("Savings, claimed and published")
def plot_savings(result: PolicyExamination, ax: Axes | None = None) -> Axes:
    """Savings as stated officially, whose and on what basis, with the article's."""
    table = result.savings.sort_values("known", kind="stable").reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(6.4, 3.6))[1]
    rows = np.arange(len(table))
    for basis, marker in BASES.items():
        for whose, colour in ((SMALL_FIRMS, SMALL), ("everybody", LARGE)):
            of_small = table["whose"] == SMALL_FIRMS
            chosen = (table["what"] == basis) & (of_small if whose == SMALL_FIRMS else ~of_small)
            if chosen.any():
                label = f"{whose}, {basis.removeprefix('regulatory savings, ')}"
                ax.scatter(
                    table.loc[chosen, "figure"],
                    rows[chosen],
                    color=colour,
                    marker=marker,
                    s=46,
                    zorder=3,
                    label=label,
                )
    claimed = load_claim("P4").claimed_number
    ax.axvline(claimed, color=WARN, ls="--", lw=1.3, label="article: small firms")
    ax.set_xscale("log")
    ax.set_xticks([10, 30, 100, 300, 1000], ["10", "30", "100", "300", "1000"])
    ax.minorticks_off()
    ax.set_yticks(rows, [_saving_name(row) for _, row in table.iterrows()], fontsize=8)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel("Billion dollars (log scale)")
    ax.grid(axis="x")
    key_below(ax)
    small = table["whose"] == SMALL_FIRMS
    if small.any():
        tell(
            ax,
            "The largest saving stated for small firms is {most:.0f} billion dollars, the article's {claimed:.0f}; "
            "{reach} of {n} statements about everybody reach that.",
            most=table.loc[small, "figure"].max(),
            claimed=claimed,
            reach=int((table.loc[~small, "figure"] >= claimed).sum()),
            n=int((~small).sum()),
        )
    return ax


def _saving_name(row: pd.Series) -> str:
    """Who said it, when, and what is added to whose: planned, frozen, one rule."""
    who = row["publisher"].split(" (")[0].split(",")[0]
    said = row["whose"].partition(", ")[2]
    return f"{who}, {row['known']:%Y-%m}" + (f" ({said})" if said else "")


@drawn("Counts, claimed and published")
def plot_counts(result: PolicyExamination, ax: Axes | None = None) -> Axes:
    """Deregulatory actions, and final rules of any kind, as counted officially, with the article's number."""
    table = result.counts.sort_values("known", kind="stable").reset_index(drop=True)
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    rows = np.arange(len(table))
    actions = table["what"] == COUNT
    for chosen, colour, label in (
        (actions, LARGE, "deregulatory actions"),
        (~actions, NEUTRAL, "final rules that affect small firms, of any kind"),
    ):
        if chosen.any():
            ax.barh(rows[chosen], table.loc[chosen, "figure"], 0.55, color=colour, label=label)
    claimed = load_claim("P3").claimed_number
    ax.axvline(claimed, color=WARN, ls="--", lw=1.3, label="article: deregulatory actions")
    names = [f"{row['whose']}, {row['period']}" for _, row in table.iterrows()]
    ax.set_yticks(rows, names, fontsize=8)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel("Number")
    ax.grid(axis="x")
    key_below(ax, columns=1)
    if actions.any():
        most = table.loc[table.loc[actions, "figure"].idxmax()]
        tell(
            ax,
            "The largest count of deregulatory actions is {figure:.0f} ({whose}, {period}); the article says more "
            "than {claimed:.0f}.",
            figure=most["figure"],
            whose=most["whose"],
            period=most["period"],
            claimed=claimed,
        )
    return ax


@drawn("What the savings are to listed small caps")
def plot_readings(result: PolicyExamination, ax: Axes | None = None) -> Axes:
    """The saving as a part of the profits of listed small caps, by reading of what was said."""
    table = result.saving_table
    ax = ax or plt.subplots(figsize=(6.4, 2.0))[1]
    rows = np.arange(len(table))
    spread = np.array([table["mid"] - table["low"], table["high"] - table["mid"]])
    ax.errorbar(
        table["mid"], rows, xerr=spread, fmt="o", color=SMALL, lw=2, label="95 percent of the draws"
    )
    size = load_line("P4", "used").size_that_matters
    ax.axvline(size, color=ACCENT, ls="--", lw=1, label="would matter")
    ax.set_xscale("log")
    ax.set_xticks([0.1, 0.3, 1, 3, 10, 30, 100], ["0.1", "0.3", "1", "3", "10", "30", "100"])
    ax.minorticks_off()
    ax.set_xlim(0.1, 100)
    ax.set_yticks(rows, list(table.index))
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel("Percent of net income a year (log scale)")
    ax.grid(axis="x")
    key_below(ax)
    first, last = table.iloc[0], table.iloc[-1]
    tell(
        ax,
        "The savings are {first:.1f} percent of small caps' profits a year read as {lowest}, {last:.0f} read as "
        "{highest}.",
        first=first["mid"],
        lowest=first.name,
        last=last["mid"],
        highest=last.name,
    )
    return ax


@drawn("Small less large caps from each act")
def plot_acts(result: PolicyExamination, ax: Axes | None = None) -> Axes:
    """Lead of small companies in the days from each act, over that in all windows as long."""
    table, windows = result.act_table, result.placebo_leads
    ax = ax or plt.subplots(figsize=(6.4, 3.8))[1]
    low, high = np.percentile(windows, MOST_WINDOWS)
    ax.axvspan(low, high, color=NEUTRAL, alpha=0.18, lw=0, label="95 percent of all windows")
    rows = np.arange(len(table))
    for kind, (colour, marker) in KINDS.items():
        chosen = (table["kind"] == kind).to_numpy()
        if chosen.any():
            ax.scatter(
                table["lead"][chosen],
                rows[chosen],
                color=colour,
                marker=marker,
                s=46,
                zorder=3,
                label=kind,
            )
    ax.scatter(
        windows[::5],
        np.full(len(windows[::5]), len(table))
        + np.linspace(-0.3, 0.3, 7)[np.arange(len(windows[::5])) % 7],
        color=NEUTRAL,
        s=3,
        alpha=0.6,
        label="placebo: every fifth window",
    )
    ax.axvline(float(windows.mean()), color=NEUTRAL, lw=0.8, label="mean of all windows")
    names = [f"{act}, {row['day']:%Y-%m-%d}" for act, row in table.iterrows()]
    ax.set_yticks([*rows, len(table)], [*names, "other dates"], fontsize=8)
    ax.set_ylim(len(table) + 0.6, -0.6)
    ax.set_xlabel(f"Percent over {result.window} trading days")
    ax.grid(axis="x")
    key_below(ax, columns=2)
    tell(
        ax,
        "Outside the band: {out} of {n} acts; in the mean small companies led by {rules:+.1f} percent "
        "after acts on rules.",
        out=int(((table["lead"] < low) | (table["lead"] > high)).sum()),
        n=len(table),
        rules=table.loc[table["kind"] == RULES, "lead"].mean(),
    )
    return ax


@drawn("Exposed industries after each act")
def plot_industries(result: PolicyExamination, ax: Axes | None = None) -> Axes:
    """Exposed less other industries after each act, over that in all windows as long."""
    table, leads = result.industry_table, result.industry_leads
    ax = ax or plt.subplots(figsize=(6.4, 3.2))[1]
    rows, out = np.arange(len(table)), 0
    for kind, (colour, marker) in KINDS.items():
        chosen = (table["kind"] == kind).to_numpy()
        if not chosen.any():
            continue
        low, high = np.percentile(lead_over_rest(leads, result.exposed(kind)), MOST_WINDOWS)
        out += int((~table["lead"][chosen].between(low, high)).sum())
        label = f"{kind}: 95 percent of all windows"
        ax.hlines(rows[chosen], low, high, color=colour, lw=5, alpha=0.35, label=label)
        ax.scatter(
            table["lead"][chosen],
            rows[chosen],
            color=colour,
            marker=marker,
            s=46,
            zorder=3,
            label=kind,
        )
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(rows, list(table.index), fontsize=8)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel(f"Log percent over {result.months} months, beyond market and size")
    ax.grid(axis="x")
    key_below(ax)
    tell(
        ax,
        "Exposed industries led by {low:+.1f} to {high:+.1f} percent, {out} of {n} times outside the bar; once all {n} "
        "acts are counted the lowest p is {holm}.",
        out=out,
        low=table["lead"].min(),
        high=table["lead"].max(),
        n=len(table),
        holm=p_value(table["holm"].min()),
    )
    return ax
