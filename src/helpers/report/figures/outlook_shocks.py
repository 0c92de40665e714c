"""Pictures of notebook 07 on shocks to rates and prices, and on the barometer of the economy."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.errors import NotKnown
from helpers.report.figures.style import (
    ACCENT,
    LARGE,
    NEUTRAL,
    SMALL,
    key_below,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn
from helpers.topics.outlook.barometer import GROUPS, SPAN, Barometer
from helpers.topics.outlook.shocks import DRAWN, Shocks

COLUMNS = 2
KINDS = {"hikes": "Hikes", "inflation": "Inflation"}
TITLES = {
    "narrative": "Narrative shock of a point,\nidentified, 1969-2007",
    "pure policy": "Pure policy, a quarter point,\nidentified, since 1990",
    "orthogonalised": "Orthogonalised, a quarter point,\nidentified, 1988-2023",
    "information": "Information, a quarter point,\nnot a policy shock, since 1990",
    "prices": "Prices a percent over forecast,\nnot identified, since 2003",
    "core prices": "Core prices a percent over forecast,\nnot identified, since 2003",
}


@drawn("What followed a shock")
def plot_responses(result: Shocks) -> np.ndarray:
    """Small less large companies in the year after each shock, with both bands, by both estimators."""
    names = result.known_names("response", DRAWN)
    if not names:
        raise NotKnown("No series of shocks was public at this date.")
    rows = -(-len(names) // COLUMNS)
    _, axes = small_multiples(rows, COLUMNS, height=2.3, sharex=True)
    for ax, name in zip(axes.flat, names, strict=False):
        table = result.response(name).table
        months = table.index
        alone = result.response_of_large(name).table["response"]
        ax.fill_between(
            *(months, table["band_low"], table["band_high"]),
            *(None, 0),
            color=SMALL,
            alpha=0.14,
            lw=0,
            label="all months at once, 95 percent",
        )
        ax.fill_between(
            *(months, table["ci_low"], table["ci_high"]),
            *(None, 0),
            color=SMALL,
            alpha=0.22,
            lw=0,
            label="each month alone, 95 percent",
        )
        ax.plot(months, table["response"], color=SMALL, lw=2, label="small less large, projections")
        model = result.response_by_var(name)
        ax.plot(months, model, color=ACCENT, lw=1.3, ls="--", label="the same by a VAR")
        ax.plot(months, alone, color=LARGE, lw=1.3, ls=":", label="large companies alone")
        ax.axhline(0, color=NEUTRAL, lw=0.8)
        ax.set_title(TITLES[name], fontsize=7.5)
        ax.set_xticks(range(0, len(months), 3))
    for ax in axes.flat[len(names) :]:
        ax.set_visible(False)
    for ax in axes[:, 0]:
        ax.set_ylabel("Percent since then", fontsize=8)
    for ax in axes.flat[max(0, len(names) - COLUMNS) : len(names)]:
        ax.set_xlabel("Months after", fontsize=8)
        ax.tick_params(labelbottom=True)
    key_below(axes[-1, 0], *axes.flat[0].get_legend_handles_labels())
    year = result.response(names[0]).table.iloc[-1]
    tell(
        axes.flat[0],
        "{shock}: a year on small companies have moved by {mid:+.1f} percent beside large ones ({low:+.1f} to "
        "{high:+.1f}).",
        shock=TITLES[names[0]].partition(",")[0],
        mid=year["response"],
        low=year["ci_low"],
        high=year["ci_high"],
    )
    return axes


@drawn("Did small companies lag in hikes and surges?")
def plot_episodes(result: Shocks) -> np.ndarray:
    """Return of small less large companies over each hiking cycle and each inflation surge."""
    table = result.episodes
    kinds = [kind for kind in KINDS if (table["kind"] == kind).any()]
    tallest = int(table["kind"].value_counts().max())
    _, axes = small_multiples(1, len(kinds), height=0.6 + 0.19 * tallest)
    for ax, kind in zip(axes.flat, kinds, strict=True):
        some = table[table["kind"] == kind]
        place = np.arange(len(some))
        lagged = some["lead"] < 0
        for rows, colour, hatch, label in (
            (lagged, SMALL, "", "small companies lagged"),
            (~lagged, NEUTRAL, "//", "they led"),
        ):
            if rows.any():
                ax.barh(
                    *(place[rows], some["lead"][rows], 0.7),
                    color=colour,
                    hatch=hatch,
                    label=label,
                )
        ax.axvline(0, color=NEUTRAL, lw=0.8)
        spans = [f"{first - 1} to {last}" for first, last in zip(some["first"], some["last"], strict=True)]  # fmt: skip
        ax.set_yticks(place, spans, fontsize=7)
        ax.set_ylim(tallest - 0.4, -0.6)
        ax.set_title(f"{KINDS[kind]}: {int(lagged.sum())} of {len(some)} lagged", fontsize=9)
        ax.set_xlabel("Percent, small less large", fontsize=8)
        ax.grid(axis="x")
        ax.grid(visible=False, axis="y")
    known = [dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True)) for ax in axes.flat]
    marks = {name: mark for one in known for name, mark in one.items()}
    key_below(axes.flat[0], list(marks.values()), list(marks))
    lagged = {kind: table.loc[table["kind"] == kind, "lead"] < 0 for kind in kinds}
    told = [f"{one.sum()} of {len(one)} ({kind})" for kind, one in lagged.items()]
    tell(axes.flat[0], "Small companies lagged in {told}.", told=" and ".join(told))
    return axes


@drawn("Whose returns lead the economy?")
def plot_leads(result: Barometer, ax: Axes | None = None) -> Axes:
    """Correlation of six-month returns with six-month growth of output, by how much later that growth ends."""
    table = result.leads
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    for label, colour, style in zip(GROUPS, (ACCENT, SMALL, LARGE), ("-", "--", ":"), strict=True):
        ax.plot(table.index, table[label], color=colour, ls=style, lw=1.8, label=label)
    ax.axvline(SPAN, color=NEUTRAL, lw=1, label="growth of the half-year after")
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_xticks(range(table.index[0], table.index[-1] + 1, 3))
    ax.set_xlabel("Months by which growth ends later than returns")
    ax.set_ylabel("Correlation")
    key_below(ax)
    told = [f"{table.loc[SPAN, label]:.2f} ({label})" for label in GROUPS]
    tell(
        ax,
        "Returns go with the growth of the half-year after by {told}.",
        told=", ".join(told),
    )
    return ax


@drawn("A better barometer?")
def plot_differences(result: Barometer, ax: Axes | None = None) -> Axes:
    """Difference of correlations by definition, with its interval, and over the last ten years."""
    table = result.table
    ax = ax or plt.subplots(figsize=(6.4, 2.6))[1]
    place = np.arange(len(table))
    ends = np.abs(table[["ci_low", "ci_high"]].to_numpy().T - table["difference"].to_numpy())
    ax.errorbar(
        *(table["difference"], place),
        xerr=ends,
        fmt="o",
        color=SMALL,
        lw=2,
        label="all years, 95 percent",
    )
    ax.scatter(
        *(table["last ten years"], place),
        color=LARGE,
        marker="s",
        s=30,
        zorder=3,
        label="last ten years",
    )
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(place, list(table.index), fontsize=8)
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel("Correlation less that of the largest")
    ax.grid(axis="x")
    key_below(ax)
    tell(
        ax,
        "Correlations of smaller companies differ from those of the largest by {low:+.2f} to {high:+.2f}; {clear} of "
        "{n} intervals lie above zero.",
        low=table["difference"].min(),
        high=table["difference"].max(),
        clear=int((table["ci_low"] > 0).sum()),
        n=len(table),
    )
    return ax
