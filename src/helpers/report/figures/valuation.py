"""Figures of notebook 04: one gap by many definitions, its century, what followed it, and what it prices in."""

from __future__ import annotations

import matplotlib.dates as mdates
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
    label_ends,
    shade_recessions,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn
from helpers.report.tables import readable
from helpers.report.text import p_value, signed
from helpers.topics.common.weight import READ
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
    whole, screened = (table.loc[readable(name)] for name in DEFINITIONS[:2])
    tell(
        ax,
        "With all companies in, small caps cost {small:.1f} times earnings and large caps {large:.1f}; "
        "without loss-makers {screened:.1f} and {others:.1f}.",
        small=whole["small"],
        large=whole["large"],
        screened=screened["small"],
        others=screened["large"],
    )
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
            how = READ[str(confidence)] if basis == FORWARD else basis
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
    ax.set_ylabel("Ratio of multiples")
    # A colour a definition and a shape a way of counting: one key for each, not one for each pair.
    handles, labels = ax.get_legend_handles_labels()
    colours = zip(DEFINITIONS, (SMALL, LARGE, ACCENT), strict=True)
    key = {readable(name): Line2D([], [], color=colour, lw=4) for name, colour in colours}
    for how, marker in shapes.items():
        key[how] = Line2D([], [], color=INK, ls="none", marker=marker)
    key["long-term average"] = Line2D([], [], color=INK, lw=1, ls=":")
    told = tuple(f"{readable(name)}, " for name in DEFINITIONS)
    alone = zip(handles, labels, strict=True)
    key |= {label: one for one, label in alone if not label.startswith(told)}
    key_below(ax, list(key.values()), list(key), columns=3)
    if result.knows("chosen_ratios") and len(chosen := result.chosen_ratios["ratio"]):
        tell(
            ax,
            "On pages of the year small caps cost {ratio:.2f} times as much as large ones ({definition}); "
            "the article's pair makes {claimed:.2f}.",
            ratio=chosen.median(),
            definition=readable(result.definition),
            claimed=load_claim("M4").claimed_number,
        )
    return ax


@drawn("Small against large by book value, since 1926")
def plot_gap(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """A century of relative book-to-market, small over large; higher means that small companies are cheaper."""
    gap = result.gap_ratio
    ax = ax or plt.subplots()[1]
    dates = gap.index.to_timestamp()
    ax.plot(dates, gap, color=SMALL, lw=1.3, label="book-to-market, small over large")
    typical = result.typical_gap_ratio
    median = ax.axhline(typical, color=NEUTRAL, lw=1, ls="--", label="median")
    ax.plot(dates[-1:], gap.iloc[-1:], "o", color=ACCENT, ms=7, label="last known")
    label_ends(ax, median)
    ax.annotate(
        f"{gap.iloc[-1]:.1f}", (dates[-1], gap.iloc[-1]), xytext=(-7, 7), textcoords="offset points", ha="right"
    )  # fmt: skip
    ax.set_yscale("log")
    ax.set_yticks([1, 2, 4, 8, 16], ["1", "2", "4", "8", "16"])
    ax.minorticks_off()
    ax.set_ylabel("Ratio (log scale)")
    shade_recessions(ax, result.recessions)
    tell(
        ax,
        "In {month} the book-to-market of small companies was {last:.1f} times that of large ones; "
        "the median since {first} is {typical:.1f}.",
        month=gap.index[-1],
        last=gap.iloc[-1],
        first=gap.index[0].year,
        typical=typical,
    )
    return ax


@drawn("Published multiples: which index decides")
def plot_published_pairs(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Published small over large multiples by index and companies counted, as far back as pages go."""
    pairs = result.written_pairs
    ax = ax or plt.subplots(figsize=(6.4, 2.4))[1]
    kinds = {
        "Russell 2000, trailing": (pairs["basis"] == TRAILING, WARN, "v"),
        "Russell 2000, all companies": (pairs["definition"] == DEFINITIONS[0], SMALL, "o"),
        "Russell 2000, some left out": (pairs["definition"].isin(DEFINITIONS[1:]), LARGE, "s"),
        "S&P 600, profit-screened": (pairs["small_group"] == SCREENED, ACCENT, "D"),
    }
    known = {name: kind for name, kind in kinds.items() if kind[0].any()}
    for row, (name, (rows, colour, marker)) in enumerate(known.items()):
        some = pairs.loc[rows, "ratio"]
        _dots(ax, some, np.full(len(some), row), name, colour, marker, 40)
    ax.axvline(1, color=NEUTRAL, lw=0.8, label="equal multiples")
    years = [pairs[rows]["known"].dt.year for rows, *_ in known.values()]
    spans = [f"{one.min()}-{one.max()}" if one.nunique() > 1 else one.min() for one in years]
    names = [f"{name}\n({span})" for name, span in zip(known, spans, strict=True)]
    ax.set_yticks(range(len(known)), names)
    ax.set_ylim(len(known) - 0.4, -0.6)
    ax.set_xlabel("Small over large (1: equal)")
    ax.grid(axis="x")
    lowest = {name: pairs.loc[rows, "ratio"].min() for name, (rows, *_) in known.items()}
    highest = {name: pairs.loc[rows, "ratio"].max() for name, (rows, *_) in known.items()}
    least, most = min(lowest, key=lowest.__getitem__), max(highest, key=highest.__getitem__)
    tell(
        ax,
        "Where a page gives both multiples their ratio runs from {low:.2f} ({least}) to {high:.2f} ({most}).",
        low=lowest[least],
        least=least,
        high=highest[most],
        most=most,
    )
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
    ax.margins(y=0.08)
    ax.set_ylabel("Log percent a year")
    key_below(ax)
    tell(
        ax,
        "One standard deviation more of the gap went with {least:+.1f} to {most:+.1f} percent a year; the "
        "interval is clear of zero at {clear} of {n} horizons.",
        least=table["effect"].min(),
        most=table["effect"].max(),
        clear=int((table["ci_low"] * table["ci_high"] > 0).sum()),
        n=len(table),
    )
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
    names = ["dear", "2nd", "3rd", "4th", "cheap"]
    counts = table["months in it"].astype(int)
    ax.set_xticks(place, [f"{name}\n({n})" for name, n in zip(names, counts, strict=True)])
    ax.margins(y=0.08)
    ax.set_xlabel("Small companies beside their past, by fifth (months in it)")
    ax.set_ylabel("Log percent a year")
    key_below(ax, columns=3)
    ends = table["60 months"].iloc[[0, -1]]
    if ends.notna().all():
        tell(
            ax,
            "From the cheapest fifth small companies led by {cheap:+.1f} percent a year over the next 60 "
            "months, from the dearest by {dear:+.1f}.",
            cheap=ends.iloc[1],
            dear=ends.iloc[0],
        )
    return ax


@drawn("Every specification")
def plot_specifications(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Every specification of the test, sorted: pair of portfolios, definition of the gap, sample."""
    curve = result.specifications
    ax = ax or plt.subplots(figsize=(6.4, 2.6))[1]
    for predictor, label, colour, marker in (
        ("gap", "gap", SMALL, "o"),
        ("less expanding mean", "gap less its mean until then", LARGE, "s"),
    ):
        some = curve.table[curve.table["predictor"] == predictor]
        _dots(ax, some.index, some["estimate"], label, colour, marker, 36)
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    middle = ax.axhline(curve.median, color=ACCENT, lw=1.3, ls="--", label="median")
    label_ends(ax, middle)
    ax.set_xticks([])
    ax.set_ylabel(f"Percent over {curve.horizon} months")
    key_below(ax)
    tell(
        ax,
        "{above} of {n} specifications lie above zero, the middle one at {median:+.1f} percent; shifted "
        "histories do as well with a probability of {p}.",
        above=int((curve.table["estimate"] > 0).sum()),
        n=curve.n,
        median=curve.median,
        p=p_value(curve.p),
    )
    return ax


@drawn("What the multiples price in")
def plot_priced_in(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Growth lead of small companies that lets each pair of multiples meet."""
    table = result.priced_in
    ax = ax or plt.subplots(figsize=(6.4, 2.2))[1]
    rows = np.arange(len(table))
    colours = [SMALL if value > 0 else LARGE for value in table["lead"]]
    label = "growth lead of small caps priced in"
    ax.barh(rows, table["lead"], color=colours, height=0.55, label=label)
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(rows, list(table.index))
    ax.set_ylim(len(table) - 0.5, -0.5)
    for row, value in enumerate(table["lead"]):
        ax.annotate(
            signed(value), (value, row), xytext=(3 if value > 0 else -3, 0), textcoords="offset points",
            ha="left" if value > 0 else "right", va="center", fontsize=8.5,
        )  # fmt: skip
    ax.margins(x=0.25)
    ax.set_xlabel("Points a year (left: large caps must outgrow)")
    ax.grid(axis="x")
    claimed = table["lead"].iloc[-1]
    tell(
        ax,
        "By the article's pair {side} must grow by {lead:.1f} points a year more for {years:g} years until "
        "the multiples meet.",
        side="small caps" if claimed > 0 else "large caps",
        lead=abs(claimed),
        years=result.years,
    )
    return ax


@drawn("What followed the gap, and what may follow it now")
def plot_expected(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Return after every month by its gap; at today's gap the return expected, with where the outcome may lie."""
    months, expected = result.followed, result.expected
    ax = ax or plt.subplots(figsize=(6.4, 3.2))[1]
    early = months.index.year < SAMPLES["since 1936"]
    for rows, colour, label in ((early, WARN, "to 1935"), (~early, NEUTRAL, "from 1936")):
        _dots(ax, months["gap"][rows], months["later"][rows], f"a month, {label}", colour, "o", 3)
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
    wide = months[months["gap"] >= now]
    if len(wide):
        tell(
            ax,
            "In {led} of the {n} months with a gap as wide small companies led over the next {horizon}; "
            "{early} of these months came before {split}.",
            led=int((wide["later"] > 0).sum()),
            n=len(wide),
            horizon=result.horizon,
            early=int((wide.index.year < SAMPLES["since 1936"]).sum()),
            split=SAMPLES["since 1936"],
        )
    return ax


@drawn("Where relative returns came from")
def plot_decades(result: ValuationExamination, ax: Axes | None = None) -> Axes:
    """Small less large by decade: re-rating against everything else."""
    table = result.decades
    ax = ax or plt.subplots(figsize=(6.4, 3.8))[1]
    place = np.arange(len(table))
    rest, whole = "growth, payout, members", "small less large"
    ax.barh(place - 0.19, table["re-rating"], 0.36, color=LARGE, label="re-rating")
    ax.barh(place + 0.19, table[rest], 0.36, color=ACCENT, hatch="//", label=rest)
    ax.plot(table[whole], place, "o", color=SMALL, ms=6, label=whole, zorder=4)
    ax.axvline(0, color=NEUTRAL, lw=0.8)
    ax.set_yticks(place, [f"{name}s" if isinstance(name, int) else name for name in table.index])
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.margins(x=0.05)
    ax.set_xlabel("Log percent a year")
    ax.grid(axis="x")
    key_below(ax, columns=3)
    everything = table.iloc[-1]
    tell(
        ax,
        "Over all years small companies led by {whole:+.1f} percent a year, {rated:+.1f} of it by re-rating.",
        whole=everything[whole],
        rated=everything["re-rating"],
    )
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
    spans = table[~screened].groupby("measure")["share"].agg(["min", "max"])
    if {"count", "weight"} <= set(spans.index):
        tell(
            ax,
            "{low:.0f} to {high:.0f} percent of the companies of the Russell 2000 lose money; by weight it is "
            "{least:.0f} to {most:.0f}.",
            low=spans["min"]["count"],
            high=spans["max"]["count"],
            least=spans["min"]["weight"],
            most=spans["max"]["weight"],
        )
    return ax


@drawn("Is the market broadening?")
def plot_breadth(result: ValuationExamination) -> np.ndarray:
    """Lead of the broad side over each past window, and where the last one falls among all."""
    leads, ranges = result.breadth_leads, result.breadth_ranges
    _, axes = small_multiples(1, len(leads.columns), height=2.7)
    for ax, name in zip(np.ravel(axes), leads.columns, strict=True):
        series = leads[name].dropna()
        dates = series.index.to_timestamp()
        ax.plot(dates, series, color=NEUTRAL, lw=0.9, label="every window")
        ax.plot(dates[-1], series.iloc[-1], "o", color=SMALL, ms=7, label="last window", zorder=4)
        ax.axhspan(*ranges.loc[name], color=LARGE, alpha=0.2, lw=0, label="95 percent of windows")
        ax.axhline(0, color=NEUTRAL, lw=0.8)
        ax.set_title(name.replace(" less ", "\nless "), fontsize=8)
        ax.xaxis.set_major_locator(mdates.YearLocator(10))
    first, lead = np.ravel(axes)[0], leads.iloc[:, 0].dropna()
    first.set_ylabel("Log percent over the window")
    key_below(first, columns=3)
    tell(
        first,
        "Over the last {months} months the average company led the index by {lead:+.1f} percent; "
        "{share:.0f} of 100 windows as long brought more.",
        months=result.window,
        lead=lead.iloc[-1],
        share=100 * (lead.iloc[:-1] > lead.iloc[-1]).mean(),
    )
    return axes


def _dots(
    ax: Axes, across: ArrayLike, up: ArrayLike, label: str, colour: str, marker: str, size: float
) -> None:
    ax.scatter(across, up, color=colour, marker=marker, s=size, label=label, zorder=3)
