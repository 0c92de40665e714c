"""Figures of notebook 05, W5 to W8: which industries won, factories, adopters, and what followed concentration."""

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
    key_below,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn
from helpers.report.text import signed
from helpers.topics.winners.adopters import Adopters
from helpers.topics.winners.inputs import BUILDING, JOBS
from helpers.topics.winners.megacaps import ALONE, CLAIMED_HORIZON, RESTS, Megacaps
from helpers.topics.winners.onshoring import SMALL as AVERAGE_COMPANY
from helpers.topics.winners.onshoring import Onshoring

#: Industries named in the picture of all 49 beside the exposed ones, with the claim that names them.
ALSO_NAMED = {"banks": LARGE, "chips": ACCENT, "hardw": ACCENT, "softw": ACCENT}


@drawn("Who won: 49 industries by their average company")
def plot_industries(result: Onshoring, ax: Axes | None = None) -> Axes:
    """Exposed and named industries by abnormal return, with their plain lead over the market; the others in one row."""
    table = result.table
    ax = ax or plt.subplots(figsize=(6.4, 3.7))[1]
    colours = dict.fromkeys(table.index[table["exposed"]], SMALL) | ALSO_NAMED
    named = table[table.index.isin(list(colours))]
    others = table.drop(index=named.index)
    rows = pd.Series(np.arange(len(named)), named.index)
    ax.scatter(
        named["lead"],
        rows,
        s=16,
        facecolors="none",
        edgecolors=NEUTRAL,
        linewidths=0.9,
        label="less the market alone",
    )
    for label, names in (
        ("exposed to onshoring", [one for one, colour in colours.items() if colour == SMALL]),
        ("banks", ["banks"]),
        ("builders of artificial intelligence", list(ALSO_NAMED)[1:]),
    ):
        some = named.loc[names]
        ends = np.abs(some[["low", "high"]].to_numpy().T - some["abnormal"].to_numpy())
        ax.errorbar(
            some["abnormal"],
            rows[names],
            xerr=ends,
            fmt="o",
            ms=5,
            color=colours[names[0]],
            lw=1.1,
            label=f"{label}, 95 percent",
        )
    below = len(named)
    ax.scatter(
        others["abnormal"],
        below + np.linspace(-0.3, 0.3, 5)[np.arange(len(others)) % 5],
        s=10,
        color=NEUTRAL,
        label="other industries",
    )
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks([*rows, below], [*named["industry"], f"{len(others)} others"], fontsize=8.5)
    ax.set_ylim(below + 0.7, -0.7)
    ax.set_xlabel(f"Log percent, {result.window} months")
    ax.grid(axis="x")
    key_below(ax, columns=2)
    exposed = table[table["exposed"]]
    tell(
        ax,
        "Beyond market and size {up} of {n} industries exposed to onshoring gained, from {low:+.0f} to "
        "{high:+.0f} percent; {clear} of these intervals {verb} clear of zero.",
        up=int((exposed["abnormal"] > 0).sum()),
        n=len(exposed),
        low=exposed["abnormal"].min(),
        high=exposed["abnormal"].max(),
        clear=(clear := int((exposed["low"] * exposed["high"] > 0).sum())) or "none",
        verb="is" if clear < 2 else "are",
    )
    return ax


@drawn("Exposed less all other industries, every window as long")
def plot_windows(
    result: Onshoring, *, definition: str = AVERAGE_COMPANY, ax: Axes | None = None
) -> Axes:
    """Abnormal return of the exposed less the other industries over each past window, the last one marked."""
    windows = result.every_window(definition)
    ax = ax or plt.subplots(figsize=(6.4, 2.8))[1]
    dates = pd.PeriodIndex(windows.index).to_timestamp()
    ax.plot(
        dates,
        windows,
        color=NEUTRAL,
        lw=1,
        label=f"each window of {result.months_of(definition)} months",
    )
    ax.plot(
        dates[-1:], windows.iloc[-1:], "o", color=SMALL, ms=7, label="the window on trial", zorder=4
    )
    first = result.first_acts.to_timestamp()
    ax.axvline(first, color=ACCENT, lw=1.2, ls="--", label="first acts")
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_ylabel("Log percent a year")
    ax.set_xlabel("End of the window")
    key_below(ax, columns=3)
    last, earlier = windows.iloc[-1], windows.iloc[:-1]
    tell(
        ax,
        "In the {months} months to {end} exposed industries led the others by {lead:+.1f} percent a year; {more} of "
        "{n} earlier windows brought as much.",
        months=result.months_of(definition),
        end=windows.index[-1],
        lead=last,
        more=int((earlier >= last).sum()),
        n=len(earlier),
    )
    return ax


@drawn("Factories: building and jobs")
def plot_factories(result: Onshoring) -> np.ndarray:
    """Factory building and factory jobs as known at the date, with the months of the acts."""
    _, axes = small_multiples(2, 1, height=2.0, sharex=True)
    panels = (
        (axes[0, 0], BUILDING, "Billion dollars a year", "factory building put in place"),
        (axes[1, 0], JOBS, "Million jobs", "jobs in manufacturing"),
    )
    for ax, series, unit, name in panels:
        level = result.factory(series)[result.factories_from :] / 1000
        dates = pd.PeriodIndex(level.index).to_timestamp()
        ax.plot(dates, level, color=LARGE, label=name)
        ax.plot(dates[-1:], level.iloc[-1:], "o", color=SMALL, ms=6, label="last known")
        for (month, acts), style in zip(
            result.act_months_known.items(), (":", "--", "-."), strict=False
        ):
            label = acts if ax is axes[0, 0] else None
            ax.axvline(month.to_timestamp(), color=ACCENT, lw=1, ls=style, label=label)
        ax.set_ylabel(unit)
        ax.set_title(name[0].upper() + name[1:])
    handles, labels = axes[0, 0].get_legend_handles_labels()
    key_below(axes[1, 0], handles[1:], labels[1:], columns=2)
    building, jobs = (result.factory(one) for one in (BUILDING, JOBS))
    tell(
        axes[0, 0],
        "In {month} factory building ran at {level:.0f} billion dollars a year, {below:.0f} percent below its peak; "
        "factory jobs, {jobs:.1f} million, were {lost:.1f} percent below their highest since {since}.",
        month=building.index[-1],
        level=building.iloc[-1] / 1000,
        below=100 * (1 - building.iloc[-1] / building.max()),
        jobs=jobs.iloc[-1] / 1000,
        lost=100 * (1 - jobs.iloc[-1] / jobs[result.factories_from :].max()),
        since=result.factories_from.year,
    )
    return axes


@drawn("Will adopters end the year ahead?")
def plot_chances(result: Adopters, ax: Axes | None = None) -> Axes:
    """Probability that adopters lead over the year, by list, with the drift of the past and without."""
    table = result.table
    ax = ax or plt.subplots(figsize=(6.4, 2.8))[1]
    rows = np.arange(len(table))
    ends = table[["with drift", "without drift"]]
    ax.hlines(rows, ends.min(axis=1), ends.max(axis=1), color=NEUTRAL, lw=1.2, label="range")
    ax.scatter(table["with drift"], rows, s=40, color=SMALL, label="with the drift of the past")
    ax.scatter(
        table["without drift"], rows, s=40, color=LARGE, marker="s", label="without any drift"
    )
    ax.axvline(50, color=NEUTRAL, lw=0.8, label="even chance")
    names = []
    for name, led in table["lead so far"].items():
        told = "not known yet" if pd.isna(led) else f"{led:+.1f} percent so far"
        first, last = str(name).split(" less ")
        names.append(f"{_short(first)}\nless {_short(last)} ({told})")
    ax.set_yticks(rows, names, fontsize=8)
    ax.set_ylim(len(table) - 0.4, -0.6)  # room for names of several lines
    ax.set_xlim(0, 100)
    ax.set_xlabel("Percent")
    ax.grid(axis="x")
    key_below(ax, columns=3)
    tell(
        ax,
        "By the drift of the past adopters end the year ahead in {low:.0f} to {high:.0f} of 100 cases; above "
        "even under {above} of {n} lists.",
        low=table["with drift"].min(),
        high=table["with drift"].max(),
        above=int((table["with drift"] > 50).sum()),
        n=len(table),
    )
    return ax


@drawn("Concentration, and what followed its extremes")
def plot_episodes(result: Megacaps) -> np.ndarray:
    """The share of the largest decile with its extremes as known then; what followed each episode in two years."""
    share, months = result.share, result.extreme.index
    figure, (top, below) = plt.subplots(
        2, 1, figsize=(6.4, 4.8), gridspec_kw={"height_ratios": [3, 2]}
    )
    del figure
    dates = pd.PeriodIndex(share.index).to_timestamp()
    top.plot(dates, share, color=LARGE, lw=1.2, label="share of the largest decile")
    high = pd.PeriodIndex(months).to_timestamp()
    top.plot(high, share[months], ".", color=SMALL, ms=5, label="extreme, by what was known then")
    top.set_title("Concentration, and what followed its extremes")
    top.set_ylabel("Percent of market value")
    top.legend(loc="lower left", fontsize=8)
    column, rest = f"{CLAIMED_HORIZON} months", next(iter(RESTS))
    table = pd.concat([result.episodes, result.all_months.rename("all months").to_frame().T])
    rows = np.arange(len(table))
    for offset, name, colour, label in (
        (-0.2, column, LARGE, ALONE),
        (0.2, f"{column}, {rest}", SMALL, rest),
    ):
        below.barh(rows + offset, table[name].astype(float), 0.36, color=colour, label=label)
    below.axvline(0, color=NEUTRAL, lw=0.8)
    below.set_yticks(rows, [f"after {name}" for name in result.episodes.index] + ["all months"])
    below.invert_yaxis()
    below.set_title(f"Return over the next {column}")
    below.set_xlabel("Log percent")
    below.grid(axis="x")
    key_below(below)
    told = [
        f"{signed(value, 0)} percent after {name}"
        for name, value in result.episodes[column].dropna().items()
    ]
    tell(
        top,
        "The largest decile was {share:.0f} percent of the market in {month}; over {column} it returned {told}, "
        "{usual:+.0f} after all months.",
        share=share.iloc[-1],
        month=share.index[-1],
        told=", ".join(told),
        column=column,
        usual=result.all_months[column],
    )
    return np.array([top, below])


def _short(names: str) -> str:
    """The first of several industries, and how many follow."""
    first, *more = names.split(", ")
    return f"{first} + {len(more)}" if more else first
