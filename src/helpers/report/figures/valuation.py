"""Figures of notebook 04: one gap by many definitions, its century, what followed it, and what it prices in."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from helpers.report.figures.style import (
    ACCENT,
    INK,
    LARGE,
    NEUTRAL,
    SMALL,
    WARN,
    key_below,
    shade_recessions,
    small_multiples,
)
from helpers.report.sources import drawn
from helpers.report.tables import readable
from helpers.report.text import signed
from helpers.topics.valuation.century import SAMPLES
from helpers.topics.valuation.examination import ValuationExamination
from helpers.topics.valuation.ratios import DEFINITIONS, FORWARD, SCREENED, TRAILING
from helpers.trial import load_claim

MARKS = {"verbatim": "o", "derived": "D", "second-hand": "s"}


@drawn("One day, one pair of indices, many multiples")
def plot_multiples(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Small and large multiple by definition on the last known date, with the article's pair."""
    table, claimed = result.multiples_of_earnings, load_claim("M4").claimed_parts
    ax = ax or plt.subplots(figsize=(6.4, 2.9))[1]
    rows = np.arange(len(table))
    ax.hlines(rows, table["small"], table["large"], color=NEUTRAL, lw=1.2, label="gap")
    for side, colour, marker, label in (
        ("small", SMALL, "o", "Russell 2000 fund"),
        ("large", LARGE, "s", "S&P 500"),
    ):
        _dots(ax, table[side], rows, label, colour, marker, 46)
    ax.axvline(claimed["small"], color=SMALL, ls="--", lw=1, label="article, small")
    ax.axvline(claimed["large"], color=LARGE, ls=":", lw=1.2, label="article, large")
    ax.set_yticks(rows, [name.replace(", ", ",\n") for name in table.index])
    ax.invert_yaxis()
    ax.set_xlabel("Price over expected earnings")
    ax.grid(axis="x")
    key_below(ax, columns=3)
    return ax


@drawn("Small over large, counted alike on both sides")
def plot_ratios(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Every ratio of small to large multiples published alike, by definition and date, with the article's band."""
    ratios, (low, high) = result.ratios, result.claimed_band
    ax = ax or plt.subplots(figsize=(6.4, 3.3))[1]
    shapes: dict[str, str] = {}
    ax.axhspan(low, high, color=WARN, alpha=0.25, lw=0, label="article, as rounded")
    for definition, colour in zip(DEFINITIONS, (SMALL, LARGE, ACCENT), strict=True):
        same = ratios[ratios["definition"] == definition]
        for (basis, confidence), some in same.groupby(["basis", "confidence"]):
            how = confidence if basis == FORWARD else basis
            marker = shapes[how] = MARKS.get(str(confidence), "x")
            _dots(
                ax,
                some["known"],
                some["ratio"],
                f"{readable(definition)}, {how}",
                colour,
                marker,
                38,
            )
        for usual in result.averages.query("definition == @definition")["ratio"]:
            label = f"{readable(definition)}, long-term average"
            ax.axhline(usual, color=colour, lw=1, ls=":", label=label)
    screened = result.screened_pairs
    _dots(ax, screened["known"], screened["ratio"], "S&P 600 over S&P 500", NEUTRAL, "^", 34)
    ax.axhline(1, color=NEUTRAL, lw=0.8, label="equal multiples")
    ax.set_ylabel("Ratio of multiples")
    # A colour a definition and a shape a way of counting: one key for each, not one for each pair.
    handles, labels = ax.get_legend_handles_labels()
    colours = zip(DEFINITIONS, (SMALL, LARGE, ACCENT), strict=True)
    key = {readable(name): Line2D([], [], color=colour, lw=4) for name, colour in colours}
    for how, marker in shapes.items():
        key[how] = Line2D([], [], color=INK, ls="none", marker=marker)
    key["long-term average"] = Line2D([], [], color=INK, lw=1, ls=":")
    key |= {label: one for one, label in zip(handles, labels, strict=True) if ", " not in label}
    key_below(ax, list(key.values()), list(key), columns=3)
    return ax


@drawn("Small against large by book value, since 1926")
def plot_gap(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """A century of relative book-to-market, small over large; higher means that small companies are cheaper."""
    gap = result.gap_ratio
    ax = ax or plt.subplots()[1]
    dates = gap.index.to_timestamp()
    ax.plot(dates, gap, color=SMALL, lw=1.3, label="book-to-market, small over large")
    typical = result.typical_gap_ratio
    ax.axhline(typical, color=NEUTRAL, lw=1, ls="--", label="median of all history")
    last = f"last known, {gap.index[-1]}"
    ax.plot(dates[-1], gap.iloc[-1], "o", color=ACCENT, ms=7, label=last)
    ax.set_yscale("log")
    ax.set_yticks([1, 2, 4, 8, 16], ["1", "2", "4", "8", "16"])
    ax.minorticks_off()
    ax.set_ylabel("Ratio (log scale)")
    ax.legend(loc="upper right", fontsize=8)
    shade_recessions(ax, result.recessions)
    return ax


@drawn("Published multiples: which index decides")
def plot_published_pairs(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Published small over large multiples as far back as pages go."""
    pairs = result.written_pairs
    ax = ax or plt.subplots(figsize=(6.4, 2.9))[1]
    for label, rows, colour, marker in (
        ("Russell 2000, all companies", pairs["definition"] == DEFINITIONS[0], SMALL, "o"),
        ("Russell 2000, trailing", pairs["basis"] == TRAILING, WARN, "v"),
        ("Russell 2000, some left out", pairs["definition"].isin(DEFINITIONS[1:]), LARGE, "s"),
        ("S&P 600, profit-screened", pairs["small_group"] == SCREENED, ACCENT, "D"),
    ):
        if rows.any():
            some = pairs[rows]
            _dots(ax, some["known"], some["ratio"], label, colour, marker, 40)
    ax.axhline(1, color=NEUTRAL, lw=0.8, label="equal multiples")
    ax.set_ylabel("Small over large")
    ax.legend(loc="upper right", fontsize=8)
    return ax


@drawn("What one standard deviation of cheapness earned")
def plot_horizons(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Return of small less large a year, for one standard deviation of the gap, by horizon and method."""
    table, tests = result.effects_a_year, result.horizons
    ax = ax or plt.subplots(figsize=(6.4, 3.0))[1]
    place = np.arange(len(table))
    spread = np.abs(table[["ci_low", "ci_high"]].to_numpy().T - table["effect"].to_numpy())
    ax.errorbar(
        place - 0.1,
        table["effect"],
        spread,
        fmt="o",
        color=SMALL,
        lw=2,
        label="IVX, 95 percent",
    )
    _dots(ax, place + 0.12, table["hodrick"], "Hodrick", LARGE, "s", 34)
    names = [
        f"{months} month{'s' * (months > 1)}\np {p:.2f}\nOOS {signed(score)}%"
        for months, p, score in zip(table.index, tests["p_ivx"], tests["oos_r2"], strict=True)
    ]
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_xticks(place, names)
    ax.set_xlim(-0.5, len(table) - 0.5)
    ax.set_ylabel("Log percent a year")
    key_below(ax)
    return ax


@drawn("What followed each fifth of the gap, in real time")
def plot_fifths(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Later return of small less large by fifth of the gap as it stood in its own past."""
    table = result.returns_by_fifth
    ax = ax or plt.subplots(figsize=(6.4, 2.8))[1]
    place = np.arange(len(table))
    for offset, horizon, colour, hatch in (
        (-0.27, "12 months", NEUTRAL, ""),
        (0, "36 months", LARGE, "//"),
        (0.27, "60 months", SMALL, ""),
    ):
        label = f"next {horizon}"
        ax.bar(place + offset, table[horizon], 0.25, color=colour, hatch=hatch, label=label)
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    names = ["small dearest", "2", "3", "4", "small cheapest"]
    counts = table["months in it"].astype(int)
    ax.set_xticks(
        place, [f"{name}\n({count} months)" for name, count in zip(names, counts, strict=True)]
    )
    ax.set_ylabel("Log percent a year")
    key_below(ax, columns=3)
    return ax


@drawn("Every specification")
def plot_specifications(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Every specification of the test, sorted: pair of portfolios, definition of the gap, sample."""
    curve = result.specifications
    ax = ax or plt.subplots(figsize=(6.4, 2.6))[1]
    for predictor, colour, marker in (("gap", SMALL, "o"), ("less expanding mean", LARGE, "s")):
        some = curve.table[curve.table["predictor"] == predictor]
        _dots(ax, some.index, some["estimate"], predictor, colour, marker, 36)
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.axhline(curve.median, color=ACCENT, lw=1.3, ls="--", label="median")
    ax.set_xticks([])
    ax.set_title(f"{curve.n} specifications, joint p {curve.p:.2f}")
    ax.set_ylabel(f"Percent over {curve.horizon} months")
    ax.legend(loc="upper left", fontsize=8)
    return ax


@drawn("What the multiples price in")
def plot_priced_in(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Growth lead of small companies that lets each pair of multiples meet."""
    table = result.priced_in
    ax = ax or plt.subplots(figsize=(6.4, 2.2))[1]
    rows = np.arange(len(table))
    colours = [SMALL if value > 0 else ACCENT for value in table["lead"]]
    label = "growth lead of small caps priced in"
    ax.barh(rows, table["lead"], color=colours, height=0.55, label=label)
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(rows, list(table.index))
    ax.set_ylim(len(table) - 0.5, -0.5)
    ax.set_xlabel("Points a year")
    ax.grid(axis="x")
    return ax


@drawn("What followed the gap, and what may follow it now")
def plot_expected(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Return after every month by its gap; at today's gap the return expected, with where the outcome may lie."""
    months, expected = result.followed, result.expected
    ax = ax or plt.subplots(figsize=(6.4, 3.2))[1]
    early = months.index.year < SAMPLES["since 1936"]
    for rows, colour, label in ((early, WARN, "to 1935"), (~early, NEUTRAL, "from 1936")):
        _dots(ax, months["gap"][rows], months["later"][rows], f"a month, {label}", colour, ".", 12)
    now = float(result.gap.iloc[-1])
    for place, colour, marker, (name, row) in zip(
        (now - 0.02, now + 0.02), (SMALL, LARGE), ("o", "s"), expected.iterrows(), strict=True
    ):
        ends = np.abs(row[["low", "high"]].to_numpy() - row["expected"])[:, None]
        ax.errorbar(
            *(place, row["expected"], ends),
            fmt=marker,
            color=colour,
            lw=1.6,
            label=f"expected now, {name}, 95 percent",
        )
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_xlabel("Log book-to-market, small less large (right: small is cheaper)")
    ax.set_ylabel(f"Percent, next {result.horizon} months")
    key_below(ax)
    return ax


@drawn("Where relative returns came from")
def plot_decades(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Small less large by decade: re-rating against everything else."""
    table = result.decades
    ax = ax or plt.subplots(figsize=(6.4, 2.9))[1]
    place = np.arange(len(table))
    rest, whole = "growth, payout, members", "small less large"
    ax.bar(place - 0.19, table["re-rating"], 0.36, color=LARGE, label="re-rating")
    ax.bar(place + 0.19, table[rest], 0.36, color=ACCENT, hatch="//", label=rest)
    ax.plot(place, table[whole], "o", color=SMALL, ms=6, label=whole, zorder=4)
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_xticks(place, [f"{name}s" if isinstance(name, int) else name for name in table.index])
    ax.set_ylabel("Log percent a year")
    key_below(ax, columns=3)
    return ax


@drawn("Loss-makers: many companies, little weight")
def plot_loss_makers(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Loss-makers of small-cap indices: by count and by weight, one dot a source."""
    table = result.loss_makers
    ax = ax or plt.subplots(figsize=(6.4, 1.9))[1]
    screened = table["index_name"] == SCREENED
    place = table["measure"].map({"count": 0, "weight": 1})
    for index, rows, colour, marker in (
        ("Russell 2000", ~screened, SMALL, "o"),
        (SCREENED, screened, ACCENT, "D"),
    ):
        if rows.any():
            _dots(ax, table["share"][rows], place[rows], index, colour, marker, 44)
    ax.set_yticks([0, 1], ["by count", "by weight"])
    ax.set_ylim(1.5, -0.5)
    ax.set_xlim(0, 50)
    ax.set_xlabel("Percent of the index")
    ax.grid(axis="x")
    key_below(ax, columns=3)
    return ax


@drawn("Is the market broadening?")
def plot_breadth(result: ValuationExamination) -> np.ndarray:
    """Lead of the broad side over each past window, and where the last one falls among all."""
    leads, ranges = result.breadth_leads, result.breadth_ranges
    _, axes = small_multiples(1, len(leads.columns), height=2.7, sharey=True)
    for ax, name in zip(np.ravel(axes), leads.columns, strict=True):
        series = leads[name].dropna()
        dates = series.index.to_timestamp()
        ax.plot(dates, series, color=NEUTRAL, lw=0.9, label="every window")
        ax.plot(dates[-1], series.iloc[-1], "o", color=SMALL, ms=7, label="last window", zorder=4)
        ax.axhspan(*ranges.loc[name], color=LARGE, alpha=0.2, lw=0, label="95 percent of windows")
        ax.axhline(0, color=NEUTRAL, lw=0.8)
        ax.set_title(name.replace(" less ", "\nless "), fontsize=8)
        ax.tick_params(axis="x", labelrotation=45, labelsize=8)
    first = np.ravel(axes)[0]
    first.set_ylabel("Log percent over the window")
    key_below(first, columns=3)
    return axes


def _dots(
    ax: Axes, across: ArrayLike, up: ArrayLike, label: str, colour: str, marker: str, size: float
) -> None:
    ax.scatter(across, up, color=colour, marker=marker, s=size, label=label, zorder=3)
