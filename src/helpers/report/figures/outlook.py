"""Figures of notebook 07: what may come under each scenario, what it rests on, how far the engine can be trusted."""

from __future__ import annotations

import matplotlib.dates as mdates
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
    label_ends,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn
from helpers.topics.outlook.assumptions import INPUTS
from helpers.topics.outlook.chain import LAYERS
from helpers.topics.outlook.examination import OutlookExamination
from helpers.topics.outlook.scenarios import Scenario

SHOWN = 1e-6  # percent: inputs that move nothing under a scenario are left out


@drawn("Where the relative return may go")
def plot_fan(
    result: OutlookExamination, ax: Axes | None = None, scenario: Scenario | None = None
) -> Axes:
    """The record of a year, and bands of the forecast: assumptions, then sampling, then news, nine in ten each.

    Under the scenario that was examined, or another one.
    """
    simulation = result.simulation if scenario is None else result.simulate_under(scenario)
    bands = {layer: simulation.band(layer) for layer in LAYERS}
    ax = ax or plt.subplots(figsize=(6.4, 3.2))[1]
    past = result.inputs.lead(result.index_pair).months.iloc[-18:].cumsum()
    past = past - past.iloc[-1]
    today = past.index[-1].end_time.normalize()
    ax.plot(_ends(past.index), past, color=NEUTRAL, lw=1.6, label="to the last closing price")
    dates = _ends(simulation.quarters).insert(0, today)
    for layer, colour in zip(reversed(LAYERS), (LARGE, ACCENT, SMALL), strict=True):
        low, high = (np.insert(bands[layer][end].to_numpy(), 0, 0.0) for end in ("low", "high"))
        ax.fill_between(dates, low, high, color=colour, alpha=0.28, lw=0, label=layer)
    centre = np.insert(simulation.central, 0, 0.0)
    ax.plot(dates, centre, color=SMALL, lw=1.8, label="central")
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.xaxis.set_major_locator(mdates.AutoDateLocator(maxticks=8))
    ax.set_ylabel("Small less large, log percent from today")
    past_line, *layers, centre_line = ax.get_legend_handles_labels()[0]
    ax.legend(  # in two rows, between the top and the first line of the grid
        handles=[past_line, centre_line, *reversed(layers)], loc="upper left", fontsize=8, ncol=3
    )
    whole = bands[LAYERS[-1]].iloc[-1]
    tell(
        ax,
        "From today to {end} small companies gain {centre:+.1f} percent on large ones at central inputs, and between "
        "{low:+.0f} and {high:+.0f} in nine of ten outcomes.",
        centre=centre[-1],
        end=str(simulation.quarters[-1]),
        low=whole["low"],
        high=whole["high"],
    )
    return ax


def plot_path(
    result: OutlookExamination,
    mid_2026: float = 0.0,
    end_2026: float = 0.0,
    mid_2027: float = 0.0,
    end_2027: float = 0.0,
    growth: float = 0.0,
    margin_gain: float = 0.0,
) -> Axes:
    """The fan of a policy-rate path that a reader draws, basis points from today by each date."""
    path = (mid_2026, end_2026, mid_2027, end_2027)
    drawn_path = Scenario(rate_path=path, growth=growth, margin_gain=margin_gain)
    return plot_fan(result, scenario=drawn_path)


@drawn("Relative return to the end of 2027, by scenario")
def plot_scenarios(result: OutlookExamination, ax: Axes | None = None) -> Axes:
    """Nine in ten outcomes of each named scenario, and the middle one."""
    table = result.named_table
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    rows = np.arange(len(table))[::-1]
    reach = [table["mid"] - table["low"], table["high"] - table["mid"]]
    ax.errorbar(
        table["mid"],
        rows,
        xerr=reach,
        fmt="o",
        color=LARGE,
        lw=2,
        label="middle, and nine in ten outcomes",
    )
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(rows, list(table.index))
    ax.set_ylim(-0.6, len(table) - 0.4)
    ax.set_xlabel("Small less large, log percent from today")
    ax.grid(axis="x")
    key_below(ax)
    worst, best = table["mid"].idxmin(), table["mid"].idxmax()
    tell(
        ax,
        "The middle outcomes run from {low:+.1f} percent ({worst}) to {high:+.1f} ({best}); nine in ten of those "
        "of one scenario alone spread over {wide:.0f} points or more.",
        low=table["mid"].min(),
        worst=worst,
        high=table["mid"].max(),
        best=best,
        wide=(table["high"] - table["low"]).min(),
    )
    return ax


@drawn("From the policy rate to relative earnings")
def plot_chain(result: OutlookExamination, scenario: str) -> np.ndarray:
    """A named scenario at central inputs: rate, effect on earnings of both sides, and relative return."""
    steps = result.steps_under(scenario)
    dates = _ends(steps.index)
    _, axes = small_multiples(1, 3, height=2.6)
    rate, earnings, price = np.ravel(axes)
    rate.plot(dates, steps["policy rate"], color=ACCENT, label="change")
    for name, colour in (("small", SMALL), ("large", LARGE)):
        earnings.plot(dates, steps[f"earnings, {name}"], color=colour, label=name)
    price.plot(dates, steps["relative return"], color=NEUTRAL, label="small less large")
    for ax, title, unit in (
        (rate, "Policy rate", "Points from today"),
        (earnings, "Earnings", "Percent of net income"),
        (price, "Relative return", "Log percent from today"),
    ):
        ax.axhline(0, color=NEUTRAL, lw=0.8)
        ax.set_title(title)
        ax.set_ylabel(unit)
        ax.xaxis.set_major_locator(mdates.MonthLocator(bymonth=1))
        ax.margins(y=0.1)
    label_ends(earnings, *earnings.lines[:2], fontsize=8)
    last = steps.iloc[-1]
    tell(
        rate,
        "With the policy rate {rate:+.1f} points from today, by {end} earnings of small caps are {small:+.1f} percent "
        "away from where they would be, those of large caps {large:+.1f}.",
        rate=last["policy rate"],
        end=str(steps.index[-1]),
        small=last["earnings, small"],
        large=last["earnings, large"],
    )
    return axes


@drawn("What moves the answer, one input at a time")
def plot_tornado(result: OutlookExamination, ax: Axes | None = None) -> Axes:
    """Relative return to the end of 2027 with one input at either end of its range and all others central."""
    table = result.tornado
    table = table[table["swing"] > SHOWN]
    ax = ax or plt.subplots(figsize=(6.4, 1.0 + 0.24 * len(table)))[1]
    rows = np.arange(len(table))[::-1]
    ax.barh(rows, table["swing"], left=table["lowest"], height=0.6, color=LARGE, label="range")
    ax.axvline(result.simulation.central[-1], color=SMALL, lw=1.4, label="all central")
    ax.set_yticks(rows, _in_words(table.index))
    ax.margins(x=0.03)
    ax.set_xlabel("Small less large to the end of 2027, log percent")
    ax.grid(axis="x")
    key_below(ax)
    first, second = (table.iloc[k] for k in (0, 1))
    tell(
        ax,
        "Between its ends the {widest} alone moves the answer from {low:+.1f} to {high:+.1f} percent; next comes the "
        "{next}, with {swing:.1f} points.",
        widest=_in_words(table.index)[0],
        low=first["lowest"],
        high=first["lowest"] + first["swing"],
        next=_in_words(table.index)[1],
        swing=second["swing"],
    )
    return ax


@drawn("Which input the uncertainty comes from")
def plot_sobol(result: OutlookExamination, ax: Axes | None = None) -> Axes:
    """First-order and total shares of the variance of the return before news, with bootstrap intervals."""
    table = 100 * result.sobol
    table = table[table["total"] > 1]
    ax = ax or plt.subplots(figsize=(6.4, 1.1 + 0.3 * len(table)))[1]
    rows = np.arange(len(table), dtype=float)[::-1]
    for kind, colour, marker, offset, label in (
        ("first", LARGE, "o", 0.13, "alone"),
        ("total", SMALL, "s", -0.13, "with what it does together with others"),
    ):
        reach = [table[kind] - table[f"{kind}_low"], table[f"{kind}_high"] - table[kind]]
        ax.errorbar(
            table[kind],
            rows + offset,
            xerr=np.maximum(reach, 0.0),
            fmt=marker,
            color=colour,
            lw=1.6,
            label=label,
        )
    ax.set_yticks(rows, _in_words(table.index))
    ax.set_xlabel("Percent of the variance before news")
    ax.grid(axis="x")
    key_below(ax)
    first = table.iloc[0]
    tell(
        ax,
        "The {name} alone brings {share:.0f} percent of the variance ({low:.0f} to {high:.0f}).",
        name=_in_words(table.index)[0],
        share=first["first"],
        low=first["first_low"],
        high=first["first_high"],
    )
    return ax


@drawn("The engine against other paths")
def plot_checks(result: OutlookExamination, ax: Axes | None = None) -> Axes:
    """Each check in multiples of what others found: one is agreement."""
    table = result.checks
    ax = ax or plt.subplots(figsize=(6.4, 1.0 + 0.34 * len(table)))[1]
    rows = np.arange(len(table))[::-1]
    ours = table[["low", "mid", "high"]].div(table["theirs"], axis=0)
    ends = ours[["low", "high"]]
    reach = [ours["mid"] - ends.min(axis=1), ends.max(axis=1) - ours["mid"]]
    ax.errorbar(
        ours["mid"], rows, xerr=reach, fmt="o", color=LARGE, lw=2, label="ours, nine in ten draws"
    )
    ax.axvline(1.0, color=SMALL, lw=1.4, label="theirs")
    ax.set_yticks(rows, list(table["check"]))
    ax.set_xlim(left=0)
    ax.set_xlabel("Ours over theirs")
    ax.grid(axis="x")
    key_below(ax)
    tell(
        ax,
        "The engine finds {low:.1f} to {high:.1f} times what others found; in {inside} of {n} checks theirs lies "
        "among our draws.",
        low=ours["mid"].min(),
        high=ours["mid"].max(),
        inside=int((table["inside"] == "yes").sum()),
        n=len(table),
    )
    return ax


@drawn("The rise of margins that is needed, and earlier ones")
def plot_margins(result: OutlookExamination, ax: Axes | None = None) -> Axes:
    """Every earlier change of the profit share over as many years, and the rise a lead needs."""
    need = result.margin_need
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    changes = need.changes
    ax.plot(_ends(changes.index), changes, color=LARGE, lw=1.4, label="change of the profit share")
    low, mid, high = need.needed
    ax.axhspan(low, high, color=SMALL, alpha=0.18, lw=0, label="needed, by size of the lead")
    ax.axhline(mid, color=SMALL, lw=1.3, ls="--", label="needed, central")
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.margins(y=0.05)
    ax.set_ylabel(f"Percent, over {need.years} years")
    key_below(ax, columns=3)
    tell(
        ax,
        "{years} years of lead need margins to rise by {mid:.0f} percent ({low:.0f} to {high:.0f}); with the wider "
        "swing of small companies {share:.0f} of 100 earlier changes were as large.",
        years=need.years,
        mid=mid,
        low=low,
        high=high,
        share=need.as_large,
    )
    return ax


def _in_words(names: pd.Index) -> list[str]:
    return [INPUTS[str(name)][0] for name in names]


def _ends(periods: pd.Index) -> pd.DatetimeIndex:
    """Last day of each period."""
    return pd.PeriodIndex(periods).to_timestamp(how="end").normalize()
