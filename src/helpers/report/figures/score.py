"""The figure of the score: the article's year on one sheet, day under day."""

from __future__ import annotations

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.report.figures.style import (
    ACCENT,
    INK,
    LARGE,
    NEUTRAL,
    SMALL,
    WARN,
    WIDTH,
    key_below,
    label_ends,
    tell,
)
from helpers.report.sources import drawn
from helpers.topics.outlook.doors import NEW_YEAR
from helpers.topics.outlook.score import Score
from helpers.trial import load_rules

SIDES = (("small", SMALL, "o", "Russell 2000"), ("large", LARGE, "s", "S&P 500"))
A_DAY = pd.Timedelta(days=1)
#: What a meeting decided: its height, colour and marker.
DECISIONS = {"cut": (-1, ACCENT, "v"), "hold": (0, NEUTRAL, "o"), "hike": (1, WARN, "^")}


@drawn("The year of the article: decisions, returns, inflation, earnings")
def plot_year(result: Score) -> np.ndarray:
    """What the Federal Reserve decided, returns of small and large, inflation, and growth as it was published."""
    _, axes = plt.subplots(4, 1, figsize=(WIDTH, 7.8), sharex=True, height_ratios=[1, 3, 2.2, 2.8])
    decided, returns, prices, growth = axes
    _decisions(result, decided)
    _returns(result, returns)
    _inflation(result, prices)
    _growth(result, growth)
    written, end = pd.Timestamp(load_rules().article_date), pd.Timestamp(result.later.day)
    for ax in axes:
        ax.axvspan(written, written + A_DAY, color=INK, lw=0)
    decided.annotate(
        "article", (mdates.date2num(written), -1), xytext=(4, -3), textcoords="offset points", fontsize=8.5
    )  # fmt: skip
    growth.set_xlim(pd.Timestamp(NEW_YEAR) - 6 * A_DAY, end + 6 * A_DAY)
    growth.xaxis.set_major_locator(mdates.MonthLocator(interval=2))
    growth.xaxis.set_major_formatter(mdates.DateFormatter("%b"))
    last = result.returns.iloc[-1]
    tell(
        decided,
        "By {day} small companies had returned {small:+.1f} percent since New Year and large ones {large:+.1f}.",
        day=result.returns.index[-1],
        small=last["small"],
        large=last["large"],
    )
    return axes


def _decisions(result: Score, ax: Axes) -> None:
    meetings = result.meetings
    for action, (height, colour, marker) in DECISIONS.items():
        some = meetings[meetings["action"] == action]
        if len(some):
            heights = np.full(len(some), height)
            ax.scatter(
                some["announced"],
                heights,
                color=colour,
                marker=marker,
                s=34,
                label=action,
                zorder=3,
            )
    ax.set_ylim(-1.6, 1.6)
    ax.set_yticks([-1, 0, 1], list(DECISIONS))
    ax.set_title("What the Federal Reserve decided", fontsize=9.5)


def _returns(result: Score, ax: Axes) -> None:
    for side, colour, marker, label in SIDES:
        ax.plot(
            result.returns.index,
            result.returns[side],
            color=colour,
            marker=marker,
            ms=3.5,
            lw=1.6,
            label=label,
        )
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_ylabel("Percent")
    ax.set_title("Return since New Year", fontsize=9.5)
    label_ends(ax, *ax.lines[:2])


def _inflation(result: Score, ax: Axes) -> None:
    months = result.inflation
    days = months.index.to_timestamp(how="end").normalize()
    for (name, values), colour, style in zip(
        months.items(), (WARN, NEUTRAL), ("-", "--"), strict=True
    ):
        label = "all prices" if name == "all" else name
        ax.plot(days, values, color=colour, ls=style, marker=".", lw=1.5, label=label)  # fmt: skip
    ax.set_ylabel("Percent")
    ax.set_title("Consumer prices over twelve months", fontsize=9.5)
    ax.margins(y=0.1)
    label_ends(ax, *ax.lines)


def _growth(result: Score, ax: Axes) -> None:
    rows = result.growth
    rows = rows[rows["known"] >= pd.Timestamp(NEW_YEAR)]
    for side, colour, marker, label in SIDES:
        for first_hand, how in ((True, "first hand"), (False, "second hand")):
            some = rows[(rows["side"] == side) & (rows["first_hand"] == first_hand)]
            if len(some):
                face = colour if first_hand else "none"
                ax.scatter(
                    some["known"],
                    some["figure"],
                    marker=marker,
                    s=30,
                    facecolors=face,
                    edgecolors=colour,
                    linewidths=1.3,
                    label=f"{label}, {how}",
                    zorder=3,
                )
    ax.set_ylabel("Percent")
    ax.set_ylim(bottom=0)
    ax.set_title("Earnings growth of the year, by day of forecast", fontsize=9.5)
    key_below(ax)
