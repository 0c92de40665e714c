"""Figures of notebook 05 on banks: who led what, margins by size with rates, loans and mergers."""

from __future__ import annotations

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.data.record import SOURCES, recording
from helpers.report.figures.style import (
    ACCENT,
    LARGE,
    NEUTRAL,
    SMALL,
    WARN,
    key_below,
    label_ends,
    shade_recessions,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn
from helpers.report.text import signed
from helpers.topics.banks.examination import BanksExamination
from helpers.topics.banks.margins import GROUPS
from helpers.topics.banks.mergers import PEACE, WAVE
from helpers.topics.banks.returns import AGAINST, BANKS, CUT, EQUAL, INDUSTRY, YEAR
from helpers.trial import Evidence, load_claim, load_line, verdict
from helpers.trial.flips import list_flips

ROWS = (*BANKS.values(), INDUSTRY, EQUAL)
BY_SIZE = {
    "small banks": (SMALL, "-"),
    "mid-sized banks": (ACCENT, "--"),
    "large banks": (LARGE, "-"),
}


@drawn("Which banks won, and against what")
def plot_winners(result: BanksExamination) -> np.ndarray:
    """Lead of each bank and fund over the market and over small companies, and what exposure does not explain."""
    leads = result.leads
    _, axes = small_multiples(1, 2, height=3.2, sharey=True)
    place = pd.Series(range(len(ROWS)), ROWS)
    for ax, window in zip(axes[0], (CUT, YEAR), strict=True):
        ax.axvline(0, color=NEUTRAL, lw=0.8)
        for against, colour, marker, shift in (
            (AGAINST["spy"], LARGE, "o", -0.14),
            (AGAINST["iwm"], SMALL, "s", 0.0),
        ):
            some = leads[(leads["against"] == against) & (leads["window"] == window)]
            up = place[some["bank"]] + shift
            ax.scatter(
                some["lead"],
                up,
                color=colour,
                marker=marker,
                s=34,
                label=f"less {against}",
                zorder=3,
            )
        ax.set_xlabel("Log percent")
        ax.grid(axis="x")
    first, second = axes[0]
    if result.knows("beyond_exposures"):  # some months after the leads
        beyond = result.beyond_exposures
        last = result.abnormal.sums.index[-1]
        first.scatter(
            beyond["abnormal"], place[beyond.index] + 0.14, color=ACCENT, marker="D", s=30, zorder=3,
            label=f"beyond market and size, to {last:%B %Y}",
        )  # fmt: skip
        sector = beyond.loc[[INDUSTRY, EQUAL]]
        first.hlines(
            place[sector.index] + 0.14, sector["low"], sector["high"], color=ACCENT, lw=1.2,
            label="95 percent, portfolios alone",
        )  # fmt: skip
    first.set_yticks(
        range(len(ROWS)), [name.replace(" ", "\n", 1) if len(name) > 12 else name for name in ROWS]
    )
    first.invert_yaxis()
    first.set_title("Since the first cut")
    second.set_title("This year")
    key_below(first)
    cut = leads[(leads["window"] == CUT) & (leads["against"] == AGAINST["spy"])]
    led = cut.set_index("bank")["lead"]
    if result.knows("beyond_exposures"):
        whole = result.beyond_exposures.loc[INDUSTRY]
        tell(
            first,
            "Since the first cut all listed banks earned {mid:+.0f} percent beyond market and size ({low:+.0f} "
            "to {high:+.0f}); KeyCorp led the S&P 500 by {key:+.0f}, Huntington by {huntington:+.0f}.",
            mid=whole["abnormal"],
            low=whole["low"],
            high=whole["high"],
            key=led[BANKS["key"]],
            huntington=led[BANKS["hban"]],
        )
    return axes


@drawn("Margins by size of bank, and rates")
def plot_margins(result: BanksExamination) -> np.ndarray:
    """Margins of small, mid-sized and large banks from call reports; the profile's later ones apart; rates below."""
    by_size, rates, profile = result.margins_by_size, result.rates, result.profile_margins
    _, axes = small_multiples(2, 1, height=2.5, sharex=True, height_ratios=[3, 2])
    top, bottom = axes[:, 0]
    for group, (colour, style) in BY_SIZE.items():
        margin = by_size[group].dropna()
        top.plot(margin.index.to_timestamp(), margin, style, color=colour, lw=1.4, label=group)
    everyone = by_size["all banks"].dropna()
    top.plot(everyone.index.to_timestamp(), everyone, color=NEUTRAL, lw=1, label="all banks")
    for (name, margin), marker in zip(profile.items(), ("o", "^"), strict=False):
        dates = margin.index.to_timestamp()
        colour = NEUTRAL if marker == "o" else SMALL
        top.plot(dates, margin, marker, color=colour, ms=3.5, label=f"{name}, quarterly profile")
    top.set_ylabel("Percent")
    top.set_title("Net interest margin")
    top.legend(loc="upper right", fontsize=7.5, ncol=2)
    top.set_yticks(range(2, 7))
    since = rates[rates.index >= by_size.index[0]]
    for name, colour, style, label in (
        ("short", SMALL, "-", "three-month bill"),
        ("slope", LARGE, "--", "ten-year less three-month"),
    ):
        bottom.plot(
            since.index.to_timestamp(), since[name], style, color=colour, lw=1.3, label=label
        )
    bottom.axhline(0, color=NEUTRAL, lw=0.8)
    bottom.set_ylabel("Percent, points")
    bottom.set_title("Rates")
    bottom.legend(loc="upper right", fontsize=7.5)
    for ax in (top, bottom):
        shade_recessions(ax, result.recessions)
    small, large = (by_size[group].dropna() for group in ("small banks", "large banks"))
    tell(
        top,
        "From {first} to {last} margins of small banks went from {small_then:.1f} to {small:.1f} percent, those "
        "of large ones from {large_then:.1f} to {large:.1f}.",
        first=str(small.index[0]),
        last=str(small.index[-1]),
        small_then=small.iloc[0],
        small=small.iloc[-1],
        large_then=large.iloc[0],
        large=large.iloc[-1],
    )
    return axes


@drawn("Margins in each easing")
def plot_easings(result: BanksExamination, ax: Axes | None = None) -> Axes:
    """Change of the margin of small and of large banks over each easing that has ended."""
    table = result.easings.dropna(subset=["large less small"])
    ax = ax or plt.subplots(figsize=(6.4, 2.8))[1]
    place = np.arange(len(table))
    for shift, group, colour, hatch in (
        (-0.2, "small banks", SMALL, ""),
        (0.2, "large banks", LARGE, "//"),
    ):
        ax.bar(place + shift, table[group], 0.36, color=colour, hatch=hatch, label=group)
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    names = [
        f"{year}\nshort {signed(row['short'])}\nslope {signed(row['slope'])}"
        for year, row in table.iterrows()
    ]
    ax.set_xticks(place, names, fontsize=8)
    ax.set_ylabel("Percentage points")
    ax.margins(y=0.08)
    key_below(ax)
    tell(
        ax,
        "Margins of large banks widened in {large} of {n} easings, those of small banks in {small}.",
        large=int((table["large banks"] > 0).sum()),
        small=int((table["small banks"] > 0).sum()),
        n=len(table),
    )
    return ax


@drawn("What one point of each rate did to margins")
def plot_responses(result: BanksExamination) -> np.ndarray:
    """Effect of the short rate and of the slope on the margin of each group, with 95 percent intervals."""
    table = result.responses
    table = table[table["quarters"] == result.lags]
    _, axes = small_multiples(1, 2, height=2.4, sharey=True)
    for ax, rate, title in zip(axes[0], ("short", "slope"), ("Short rate", "Slope"), strict=True):
        some = table[table["rate"] == rate].set_index("banks").loc[list(GROUPS)]
        rows = np.arange(len(some))
        spread = np.abs(some[["low", "high"]].to_numpy().T - some["effect"].to_numpy())
        ax.errorbar(
            some["effect"], rows, xerr=spread, fmt="o", color=SMALL if rate == "short" else LARGE,
            lw=1.6, label="95 percent",
        )  # fmt: skip
        ax.axvline(0, color=NEUTRAL, lw=0.8)
        ax.set_yticks(rows, list(some.index))
        ax.set_title(title)
        ax.set_xlabel("Points for each point")
        ax.grid(axis="x")
    slope = axes[0, 1]
    size = load_line("W2", "used").size_that_matters
    slope.axvline(size, color=ACCENT, ls="--", lw=1, label="the smallest that matters")
    slope.set_ylim(len(GROUPS) - 0.5, -0.5)  # shared; the first group on top
    handles, labels = slope.get_legend_handles_labels()
    key_below(axes[0, 0], handles[:1], labels[:1])
    everyone = table[(table["rate"] == "slope") & (table["banks"] == next(iter(GROUPS)))].iloc[0]
    tell(
        slope,
        "One point more of slope went with {effect:+.2f} points of margin at {banks} ({low:+.2f} to "
        "{high:+.2f}); {size:.2f} points, the dashed line, would matter.",
        effect=everyone["effect"],
        banks=everyone["banks"],
        low=everyone["low"],
        high=everyone["high"],
        size=size,
    )
    return axes


@drawn("Margins since the hikes, as reported")
def plot_reported(result: BanksExamination, ax: Axes | None = None) -> Axes:
    """Margins of KeyCorp and Huntington beside those of the industry and of community banks, by quarter."""
    own, profile = result.own_margins, result.profile_margins
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    first = own["quarter"].min()
    for (name, margin), colour in zip(profile.items(), (NEUTRAL, ACCENT), strict=False):
        some = margin[margin.index >= first]
        ax.plot(some.index.to_timestamp(), some, "--", color=colour, lw=1.2, marker=".", label=name)
    for (bank, rows), colour in zip(own.groupby("bank"), (LARGE, SMALL), strict=False):
        dates = pd.PeriodIndex(rows["quarter"]).to_timestamp()
        ax.plot(dates, rows["margin"], color=colour, lw=1.5, marker="o", ms=4, label=bank)
    label_ends(ax, *ax.lines)
    ax.xaxis.set_major_locator(mdates.AutoDateLocator(maxticks=6))
    ax.set_ylabel("Percent")
    if result.knows("cut"):
        ax.axvline(result.cut, color=WARN, lw=1, ls=":", label="first cut")
        key_below(ax)
        changes = result.margin_changes["change"] if result.knows("margin_changes") else {}
        told = [f"{name} by {signed(change, 2)}" for name, change in changes.items()]
        if told:
            tell(
                ax, "Since before the first cut margins moved: {told} points.", told=", ".join(told)
            )
    return ax


@drawn("Business loans: growth over twelve months")
def plot_loans(result: BanksExamination, ax: Axes | None = None) -> Axes:
    """Growth of business loans, nominal and less inflation, and where the upper quarter of each begins."""
    places, share = result.loan_places, load_line("W3", "stated").size_that_matters / 100
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    last, upper = {}, {}
    for name, colour, style, label in (
        ("growth of business loans", LARGE, "-", "growth"),
        ("growth of business loans less inflation", SMALL, "--", "less inflation"),
    ):
        if name in places.index:
            growth = result.loan_measures[name].dropna()
            last[label], upper[label] = growth.iloc[-1], growth.quantile(share)
            ax.plot(growth.index.to_timestamp(), growth, style, color=colour, lw=1.1, label=label)
            ax.axhline(upper[label], color=colour, lw=0.9, ls=":", label=f"upper quarter, {label}")
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_ylabel("Percent")
    key_below(ax)
    shade_recessions(ax, result.recessions)
    if "growth" in last:
        real = [
            f"; less inflation {signed(last[one])} and {signed(upper[one])}" for one in [*last][1:]
        ]
        tell(
            ax,
            "Growth was {last:+.1f} percent in {month} and its upper quarter begins at {upper:+.1f}{real}.",
            last=last["growth"],
            month=growth.index[-1],
            upper=upper["growth"],
            real="".join(real),
        )
    return ax


@drawn("Bank mergers: how many, and how large")
def plot_deals(result: BanksExamination) -> np.ndarray:
    """Announced deals by year, counted and by value, with the average of the years before the pandemic."""
    table = result.deals
    _, axes = small_multiples(1, 2, height=2.5)
    for ax, name, unit, title in zip(
        axes[0],
        ("number", "value"),
        ("Deals", "Billion dollars"),
        ("Bank deals: how many", "Their value"),
        strict=True,
    ):
        some = table[name].dropna()
        years = some.index.to_numpy()
        colours = [SMALL if year == WAVE else NEUTRAL for year in years]
        ax.bar(years, some, color=colours, width=0.7, label=f"announced, {WAVE} marked")
        for year in years[years == WAVE]:
            ax.annotate(
                f"{some[year]:.0f}", (year, some[year]), xytext=(0, 2), textcoords="offset points",
                ha="center", fontsize=8.5,
            )  # fmt: skip
        before = some[some.index.isin(PEACE)]
        if len(before):
            ax.axhline(before.mean(), color=LARGE, ls="--", lw=1.2, label=f"average to {PEACE[-1]}")
        ax.set_title(title)
        ax.set_ylabel(unit)
        ax.set_xticks(range(WAVE - 2 * ((WAVE - years.min()) // 2), WAVE + 1, 2))
        ax.margins(y=0.1)
    key_below(axes[0, 0])
    both = table[["number", "value"]]
    if WAVE in both.index and both.loc[WAVE].notna().all():
        before = both[both.index.isin(PEACE)].mean()
        tell(
            axes[0, 0],
            "{number:.0f} deals worth {value:.0f} billion dollars in {year}, where the years to {peace} saw "
            "{usual:.0f} worth {worth:.0f} on average.",
            number=both["number"][WAVE],
            value=both["value"][WAVE],
            year=WAVE,
            peace=PEACE[-1],
            usual=before["number"],
            worth=before["value"],
        )
    return axes


def table_lags(result: BanksExamination) -> pd.DataFrame:
    """Effect of the slope on the margin of all banks, and the word of W2 as used, by how long margins are given."""
    with recording() as read:
        slopes = result.slopes
    rows = {
        lags: {
            "effect": one.estimate,
            "low": one.ci_low,
            "high": one.ci_high,
            "p": one.p,
            "word": verdict(load_claim("W2"), "used", one).word,
        }
        for lags, one in slopes.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("quarters of lags")
    table.attrs[SOURCES] = read.sources
    return table


def table_slope(result: BanksExamination, *, lags: int) -> pd.DataFrame:
    """Effect of the slope under each definition of W2 as used, and the word, with so many quarters of lags."""
    with recording() as read:
        reason = result.reason("slope_by", lags)
        evidence = Evidence.untestable(reason) if reason else result.slope_by(lags)
    claim = load_claim("W2")
    word = verdict(claim, "used", evidence).word
    others = {one["instead"]: one["word"] for one in list_flips(claim, "used", evidence)}
    effect = 100 * pd.Series(dict(evidence.definitions) or {"all banks": None}, dtype=float)
    words = [others.get(str(banks), word) for banks in effect.index]
    table = pd.DataFrame({"basis points for one point": effect, "word": words})
    table.attrs[SOURCES] = read.sources
    return table
