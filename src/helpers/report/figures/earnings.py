"""Figures of notebook 02: what was published, by which definition, and how far such forecasts have missed."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.errors import NotKnown
from helpers.report.figures.style import (
    ACCENT,
    LARGE,
    NEUTRAL,
    SMALL,
    WARN,
    key_below,
    label_ends,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn, unknown
from helpers.report.text import number, signed
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.earnings.consensus import YEAR
from helpers.topics.earnings.examination import EarningsExamination
from helpers.topics.earnings.payoff import FELL, ROSE
from helpers.trial import load_claim

GROUPS = {
    "Russell 2000": (SMALL, "o"),
    "S&P 600": (ACCENT, "D"),
    "US small caps": (WARN, "^"),
    "S&P 500": (LARGE, "s"),
    "US large caps": (NEUTRAL, "v"),
    "S&P 500 ex Mag 7": (LARGE, "P"),
}


#: What became of companies between two years, as an axis has room for it.
TRANSITIONS = {
    "profit to profit": "Profit in both years",
    "profit to loss": "Profit, then loss",
    "loss to profit": "Loss, then profit",
    "loss to loss": "Loss in both years",
}


@drawn(f"{YEAR} earnings growth: what was published")
def plot_published_growth(result: EarningsExamination, ax: Axes | None = None) -> Axes:
    """Every published growth rate of `YEAR`, one row a publication; hollow where machine-written."""
    rows = result.quotations
    rows = rows[(rows["target"] == str(YEAR)) & (rows["kind"] == "forecast")]
    rows = rows[rows["universe"].isin(GROUPS)]
    if rows.empty:
        raise NotKnown(f"No forecast of {YEAR} had been published by this date.")
    source = rows["publisher"].map(_short) + rows["known"].dt.strftime(", %b %Y")
    rows = rows.assign(source=source)
    order = rows.groupby("source")["figure"].max().sort_values(kind="stable").index
    place = {name: position for position, name in enumerate(order)}
    ax = ax or plt.subplots(figsize=(6.4, 1.2 + 0.27 * len(order)))[1]
    ends = rows.groupby("source")["figure"].agg(["min", "max"]).loc[order]
    ax.hlines(range(len(order)), ends["min"], ends["max"], color=NEUTRAL, lw=0.9, label="Same page")
    for group, (colour, marker) in GROUPS.items():
        for machine, label in ((False, group), (True, f"{group}, machine-written")):
            some = rows[(rows["universe"] == group) & (rows["machine_written"] == machine)]
            if len(some):
                face = "none" if machine else colour
                ax.scatter(
                    some["figure"], some["source"].map(place), s=40, marker=marker, facecolors=face,
                    edgecolors=colour, linewidths=1.3, label=label, zorder=3,
                )  # fmt: skip
    small, large = (load_claim(claim).claimed_number for claim in ("E1", "E2"))
    ax.axvline(small, color=SMALL, ls="--", lw=1, label=f"Article, small: {number(small)}")
    ax.axvline(large, color=LARGE, ls=":", lw=1.2, label=f"Article, large: {number(large)}")
    ax.set_yticks(range(len(order)), order)
    ax.set_xlabel("Percent growth of earnings per share")
    ax.grid(axis="x")
    key_below(ax)
    rows = rows[~rows["machine_written"]]
    told = []
    for name in ("Russell 2000", "S&P 500"):
        some = rows.loc[rows["universe"] == name, "figure"]
        if len(some):  # one page alone has no range
            ends = dict.fromkeys(number(one) for one in (some.min(), some.max()))
            told.append(f"the {name} by {' to '.join(ends)} percent")
    if told:
        tell(ax, "Pages that people wrote see earnings grow: {told}.", told=", ".join(told))
    return ax


@drawn("Last reported year, by definition")
def plot_definitions(result: EarningsExamination, ax: Axes | None = None) -> Axes:
    """Growth of net income by definition, small and large ranks, the last reported year; refusals named."""
    table = result.by_rank
    year = table["fiscal_year"].max()
    last = table[table["fiscal_year"] == year].set_index("rank")
    names = [
        "ratio of sums",
        "mid-point",
        "over gross earnings",
        "profitable companies",
        "over market value",
    ]
    shown = last.reindex([SMALL_RANKS, LARGE_RANKS])[names].astype(float)
    *_, second, most = np.sort(shown.abs().stack().dropna())
    reach = most if most < 3 * second else 1.5 * second  # one bar must not flatten the others
    ax = ax or plt.subplots(figsize=(6.4, 3.3))[1]
    for rank, colour, offset, label in (
        (SMALL_RANKS, SMALL, -0.19, "small"),
        (LARGE_RANKS, LARGE, 0.19, "large"),
    ):
        if rank not in last.index:
            continue
        values = last.loc[rank, names].astype(float)
        ax.barh(
            np.arange(len(names)) + offset,
            values.fillna(0.0),
            0.36,
            color=colour,
            label=f"Ranks {rank} ({label})",
        )
        for row, value in enumerate(values):
            text = "refused" if np.isnan(value) else signed(value)
            if cut := abs(value) > reach:
                text += " (cut off)"
            left = np.isnan(value) or value >= 0 or cut
            ax.annotate(
                text, (0 if np.isnan(value) or cut else value, row + offset), xytext=(3 if left else -3, 0),
                textcoords="offset points", ha="left" if left else "right", va="center", fontsize=8,
            )  # fmt: skip
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    low, high = (max(-reach, min(reach, end)) for end in ax.get_xlim())
    ax.set_xlim(low - 0.16 * (high - low), high + 0.35 * (high - low))
    ax.set_yticks(range(len(names)), [name.capitalize() for name in names])
    ax.invert_yaxis()
    ax.set_title(f"Fiscal {year}: one year, five growth rates")
    ax.set_xlabel("Percent (over market value: points of earnings yield)")
    ax.grid(axis="x")
    key_below(ax)
    if len(small := shown.loc[SMALL_RANKS].dropna()):
        tell(
            ax,
            "Growth of small companies in fiscal {year} runs from {low:.0f} to {high:.0f} percent, by "
            "definition{refused}.",
            low=small.min(),
            high=small.max(),
            year=year,
            refused=""
            if len(small) == len(names)
            else f"; {len(names) - len(small)} of {len(names)} is refused",
        )
    return ax


@drawn("Change of net income by profit and loss")
def plot_transitions(result: EarningsExamination, ax: Axes | None = None) -> Axes:
    """Change of small-firm net income by profit and loss in both years, adding up from one level to the next."""
    split = result.split
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    parts = split[split["metric"] == "transition"].set_index("group")["amount"]
    level = split[split["metric"] == "level"].set_index("group")["amount"]
    names = [level.index[0], *parts.index, level.index[-1]]
    values = [level.iloc[0], *parts, level.iloc[-1]]
    starts = [0.0, *(level.iloc[0] + parts.cumsum() - parts), 0.0]
    colours = [NEUTRAL, *(ACCENT if part > 0 else WARN for part in parts), NEUTRAL]
    rows = range(len(names))
    label = "Net income and its changes"
    ax.barh(rows, values, left=starts, color=colours, height=0.65, label=label)
    for row, value, start in zip(rows, values, starts, strict=True):
        ax.annotate(
            signed(value), (max(start, start + value), row), xytext=(3, 0), textcoords="offset points",
            va="center", fontsize=8.5,
        )  # fmt: skip
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(rows, [TRANSITIONS.get(name, name[0].upper() + name[1:]) for name in names])
    ax.invert_yaxis()
    ax.grid(axis="x")
    ax.use_sticky_edges = False  # room for the numbers, though bars have a foot
    ax.margins(x=0.08)
    ax.set_title("Companies that turned to losses outweigh those that recovered")
    ax.set_xlabel("Billion USD")
    tell(
        ax,
        "Companies that turned to losses moved the total by {down:+.1f} billion USD, those that recovered by "
        "{up:+.1f}.",
        down=parts["profit to loss"],
        up=parts["loss to profit"],
    )
    return ax


@drawn("Level of earnings")
def plot_levels(result: EarningsExamination, axes: np.ndarray | None = None) -> np.ndarray:
    """Net income of small and large ranks against the first reported year, and 2026 as the forecasts imply it."""
    levels = result.index_levels
    left, right = axes = np.ravel(small_multiples(1, 2, height=3.3)[1] if axes is None else axes)
    for (name, one), colour, style in zip(
        levels.items(), (LARGE, SMALL, SMALL), ("-", "-", "--"), strict=True
    ):
        left.plot(one.index, one, style, color=colour, marker="o", ms=4, label=name.capitalize())
    left.axhline(100, color=NEUTRAL, lw=0.8)
    left.set_xticks(levels.index)
    left.set_title("Net income reported")
    left.set_ylabel(f"Fiscal {levels.index[0]} = 100")
    label_ends(left, *left.lines[:3])
    moved = levels.iloc[-1] - 100
    words = (
        "Since fiscal {first} reported net income of large companies moved by {large:+.0f} percent, of small ones "
        "with a profit by {profitable:+.0f}, of all small ones by {small:+.0f}."
    )
    tell(
        left,
        words,
        first=levels.index[0],
        large=moved["large, all"],
        profitable=moved["small, profitable"],
        small=moved["small, all"],
    )
    title = f"{YEAR}, implied"
    if not result.knows("recovery"):
        unknown(right, title, result.reason("recovery"))
        return axes
    by = result.recovery.groupby("definition", sort=False)["against_peak"]
    ends = by.agg(["min", "max"])
    place = {name: at for at, name in enumerate(ends.index)}
    right.axvline(0, color=NEUTRAL, lw=0.8)
    right.hlines(range(len(place)), ends["min"], ends["max"], color=SMALL, lw=3, label="range")
    right.scatter(
        result.recovery["against_peak"], result.recovery["definition"].map(place),
        facecolors="white", edgecolors=SMALL, linewidths=1.3, s=34, zorder=3, label="one assumption",
    )  # fmt: skip
    right.set_yticks(range(len(place)), [name.replace(" ", "\n", 1).capitalize() for name in place])
    right.set_ylim(len(place) - 0.4, -0.6)
    right.set_title(title)
    right.set_xlabel("Percent against the old peak")
    right.grid(axis="x")
    return axes


@drawn("Small against large, measured alike")
def plot_record(result: EarningsExamination, ax: Axes | None = None) -> Axes:
    """Small and large growth of a pair published alike, and the clear leads of other pairs, by period.

    Results are filled, estimates and forecasts hollow.
    """
    small, _ = result.pair
    stated = result.stated
    stated = stated[stated["group"] == " vs ".join(result.pair)]
    others = result.leads[result.leads["universe"] != small]
    rows = pd.concat([result.pairs, others]).drop_duplicates(
        ["period", "universe", "kind", "measured_by"]
    )
    rows = rows.sort_values("period", kind="stable", ignore_index=True)
    ax = ax or plt.subplots(figsize=(6.4, 1.7 + 0.28 * len(rows)))[1]
    shown = rows[["small", "large"]]
    ax.hlines(
        rows.index, shown.min(axis=1), shown.max(axis=1), color=NEUTRAL, lw=1, label="Lead or lag"
    )
    for side, colour, marker in (("small", SMALL, "o"), ("large", LARGE, "s")):
        for label, done, face in (
            ("result", True, colour),
            ("estimate or forecast", False, "none"),
        ):
            some = shown.loc[(rows["kind"] == "result") == done, side]
            ax.scatter(
                some, some.index, marker=marker, s=44, facecolors=face, edgecolors=colour, linewidths=1.4,
                label=f"{side}, {label}", zorder=3,
            )  # fmt: skip
    names = [
        f"{period}, {_short(by)}{'' if universe == small else f', {universe}'}"
        for period, by, universe in zip(
            rows["period"], rows["measured_by"], rows["universe"], strict=True
        )
    ]
    for row in stated.itertuples():
        names.append(f"{row.period}, {_short(row.publisher)}")
        ax.annotate('"small overtook large", no figures', (0, len(names) - 1), xytext=(4, 0),
                    textcoords="offset points", va="center", fontsize=8)  # fmt: skip
    ax.set_yticks(range(len(names)), names, fontsize=8.5)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_xlabel("Percent growth over a year")
    ax.grid(axis="x")
    key_below(ax, columns=3)
    done = rows[rows["kind"] == "result"]
    tell(
        ax,
        "In {ahead} of {done} results that are measured alike small caps grew faster, as they would in {hoped} of "
        "{left} estimates and forecasts.",
        ahead=(done["small"] > done["large"]).sum(),
        done=len(done),
        hoped=(rows["small"] > rows["large"]).sum() - (done["small"] > done["large"]).sum(),
        left=len(rows) - len(done),
    )
    return ax


@drawn("Forecasts of a whole year, and what came")
def plot_misses(result: EarningsExamination, ax: Axes | None = None) -> Axes:
    """How far the level of yearly consensus earnings was off: the long record, and every miss we can document."""
    rows = [(name, value, LARGE) for name, value in result.error.as_misses().items()]
    for row in result.misses.itertuples() if result.knows("misses") else ():
        colour = LARGE if row.group == "S&P 500" else SMALL
        seen = f"{row.known:%b %Y}"  # late in a year little can be missed
        rows.append(
            (f"{row.group} {row.year}, {_short(row.forecast_by)}, {seen}", row.error, colour)
        )
    ax = ax or plt.subplots(figsize=(6.4, 3.6))[1]
    names, values, colours = zip(*rows, strict=True)
    ax.barh(
        range(len(rows)), values, color=colours, height=0.65, label="Final level against forecast"
    )
    for place, value in enumerate(values):
        ax.annotate(
            signed(value), (value, place), xytext=(3 if value >= 0 else -3, 0), textcoords="offset points",
            ha="left" if value >= 0 else "right", va="center", fontsize=8,
        )  # fmt: skip
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(range(len(rows)), names, fontsize=8)
    ax.invert_yaxis()
    ax.margins(x=0.3)
    ax.set_xlabel("Percent of the forecast (negative: it was too high)")
    ax.grid(axis="x")
    tell(
        ax,
        "On average of {years} years earnings of the S&P 500 ended {mean:.1f} percent from their forecast, that "
        "is, the forecast stood {over:.1f} percent above them.",
        years=result.error.years,
        mean=values[0],
        over=result.error.mean,
    )
    return ax


@drawn(f"{YEAR} growth once past errors count")
def plot_forecast(result: EarningsExamination, ax: Axes | None = None) -> Axes:
    """Predictive distribution of small-cap and large-cap growth and of their gap, with the article's numbers."""
    spread = result.spread
    colours, place = (SMALL, LARGE, ACCENT), np.arange(len(spread))
    ax = ax or plt.subplots(figsize=(6.4, 2.9))[1]
    for ends, width, share in ((("low", "high"), 2, 95), (("quarter", "upper"), 7, 50)):
        low, high = (spread[end] for end in ends)
        ax.hlines(place, low, high, color=colours, lw=width, label=f"{share} percent of draws")
    ax.scatter(
        spread["mid"],
        place,
        facecolors="white",
        edgecolors=colours,
        linewidths=1.3,
        s=40,
        zorder=4,
        label="median",
    )
    pages = result.forecast.pairs[["small", "large", "lead"]].to_numpy()
    ax.scatter(
        pages, np.broadcast_to(place - 0.27, pages.shape), color=NEUTRAL, marker="v", s=30, label="published",
    )  # fmt: skip
    ax.scatter(
        spread["claimed"], place + 0.27, color=WARN, marker="^", s=44, label="article", zorder=3
    )
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(place, [name.capitalize() for name in spread.index])
    ax.set_ylim(2.6, -0.6)
    ax.set_xlabel("Percent, and points for the lead")
    ax.grid(axis="x")
    key_below(ax, columns=3)
    lead = spread.iloc[-1]
    tell(
        ax,
        "Small caps end {mid:.0f} points ahead in the median draw, and between {low:.0f} and {high:.0f} in 95 of "
        "100; the article counts on {claimed}.",
        mid=lead["mid"],
        low=lead["low"],
        high=lead["high"],
        claimed=number(lead["claimed"]),
    )
    return ax


@drawn("What the claimed growth is made of")
def plot_drivers(result: EarningsExamination, ax: Axes | None = None) -> Axes:
    """Where the claimed growth of the index would have to come from, points of growth, with the range of the rates."""
    drivers = result.drivers
    ax = ax or plt.subplots(figsize=(6.4, 2.4))[1]
    spread = np.abs(drivers[["low", "high"]].to_numpy().T - drivers["mid"].to_numpy())
    ax.barh(range(len(drivers)), drivers["mid"], xerr=spread, color=[WARN, LARGE, ACCENT], ecolor=NEUTRAL, height=0.6,
            label="Points of index growth")  # fmt: skip
    for place, value in enumerate(drivers["mid"]):
        ax.annotate(signed(value), (max(drivers["high"].iloc[place], 0), place), xytext=(5, 0),
                    textcoords="offset points", va="center", fontsize=8.5)  # fmt: skip
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(range(len(drivers)), [name.capitalize() for name in drivers.index])
    ax.invert_yaxis()
    ax.margins(x=0.12)
    mid = drivers["mid"]
    tell(
        ax,
        "Lower policy rates bring {rates:.1f} of {claimed:.0f} points, losses that merely stay {losses:.1f}; sales and "
        "margins have to bring {rest:.1f}.",
        rates=mid["lower policy rates"],
        claimed=mid.sum(),
        losses=mid["unchanged losses"],
        rest=mid["volume and margin"],
    )
    ax.set_xlabel("Percentage points")
    ax.grid(axis="x")
    return ax


@drawn("Does an earnings lead pay?")
def plot_payoff(result: EarningsExamination, axes: np.ndarray | None = None) -> np.ndarray:
    """Returns by the sign of the year's earnings growth, and after each recovery of earnings since 1926."""
    payoff = result.payoff
    table = payoff.by_sign
    left, right = axes = np.ravel(small_multiples(1, 2, height=3.2)[1] if axes is None else axes)
    names = ["market", "market after", "relative", "relative after"]
    labels = ["S&P\n500", "next\nyear", "small −\nlarge", "next\nyear"]
    for sign, offset, colour, hatch in (
        (FELL, -0.19, WARN, "//"),
        (ROSE, 0.19, ACCENT, ""),
    ):
        label = f"{sign} ({table.loc[sign, 'years']:.0f} years)"
        left.bar(
            np.arange(4) + offset,
            table.loc[sign, names],
            0.36,
            color=colour,
            hatch=hatch,
            label=label,
        )
    left.axhline(0, color=NEUTRAL, lw=0.8)
    left.set_xticks(range(4), labels)
    left.set_title("Mean return by earnings")
    left.set_ylabel("Log percent a year")
    key_below(left, columns=1)
    tell(
        left,
        "In the year after earnings fell small less large was {fell:+.1f} percent on average, after they rose "
        "{rose:+.1f}.",
        fell=table.loc[FELL, "relative after"],
        rose=table.loc[ROSE, "relative after"],
    )
    title = "After earnings turned up"
    if not payoff.knows("recoveries"):
        unknown(right, title, payoff.reason("recoveries"))
        return axes
    events = payoff.recoveries
    sums = events.per_event
    right.scatter(
        sums.index.year + sums.index.month / 12,
        sums,
        color=SMALL,
        s=26,
        label="each recovery",
        zorder=3,
    )
    right.axhline(events.usual, color=NEUTRAL, lw=1, ls="--", label="other months")
    right.axhline(events.mean, color=SMALL, lw=1.4, label="mean after recoveries")
    right.set_title(title)
    right.set_ylabel("Small less large, log percent")
    right.set_xlabel(f"Start of the {payoff.horizon} months")
    key_below(right, columns=1)
    return axes


def _short(publisher: str) -> str:
    """Publisher as printed on an axis: without the reprint and without brackets."""
    return (
        publisher.split(" via ")[0]
        .split(" (")[0]
        .removesuffix(" I/B/E/S")
        .removesuffix(" Investments")
    )
