"""Pictures of notebook 03: the century of small and large, its analogs, first cuts, concentration, rotation."""

from __future__ import annotations

from typing import Any, Literal

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
    label_ends,
    label_level,
    label_point,
    shade_recessions,
    small_multiples,
    tell,
)
from helpers.report.sources import drawn
from helpers.report.text import fill, number, signed
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.history.concentration import YEAR, Concentration
from helpers.topics.history.easing import Easing
from helpers.topics.history.nifty_fifty import NiftyFifty
from helpers.topics.history.resemblance import ERA, Resemblance
from helpers.topics.history.rotation import Rotation
from helpers.topics.history.size_premium import BANZ, SizePremium


def _dates(index: pd.Index) -> pd.DatetimeIndex:
    return pd.PeriodIndex(index).to_timestamp()


def _day(month: pd.Period, how: Literal["start", "end"] = "start") -> Any:
    """Its first or last moment; a date axis takes it, though matplotlib's types know numbers alone."""
    return month.to_timestamp(how=how)


def _shade(ax: Axes, first: pd.Period, last: pd.Period, label: str) -> None:
    ax.axvspan(
        _day(first),
        _day(last, "end"),
        color=ACCENT,
        alpha=0.18,
        lw=0,
        label=label,
    )


def _sentence(label: str) -> str:
    return label[0].upper() + label[1:]


def _years(run: pd.Series) -> str:
    """First and last year, the century said once."""
    first, last = run.index[0].year, run.index[-1].year
    return f"{first}-{last % 100:02d}" if first // 100 == last // 100 else f"{first}-{last}"


@drawn("The run against the century")
def plot_wealth(premium: SizePremium, ax: Axes | None = None) -> Axes:
    """Cumulative log return of small less large since 1926; flat lines mean that size paid nothing."""
    ax = ax or plt.subplots()[1]
    wealth = premium.wealth
    _shade(ax, premium.run.index[0], premium.run.index[-1], f"The run, {_years(premium.run)}")
    dates = _dates(wealth.index)
    ax.plot(dates, wealth["all months"], color=SMALL, label="All months")
    apart = wealth["without the run"][premium.run.index[0] - 1 :]  # before it the two are one
    ax.plot(_dates(apart.index), apart, color=NEUTRAL, ls="--", label="Without the run")
    label_ends(ax, *ax.lines)
    ax.axvline(_day(BANZ), color=LARGE, ls=":", label="Size effect published (Banz 1981)")
    ax.set_title(f"The run of {_years(premium.run)} against the century")
    ax.set_ylabel("Small less large, cumulative log percent")
    ax.margins(x=0.01)
    key_below(ax)
    tell(
        ax,
        "Since {first:%B %Y} the lead of small over large companies adds up to {whole:+.0f} log percent, and "
        "without the run of {years} to {rest:+.0f}.",
        first=wealth.index[0],
        whole=wealth["all months"].iloc[-1],
        rest=wealth["without the run"].iloc[-1],
        years=_years(premium.run),
    )
    return ax


@drawn("Every window of that length, and the best one chance would give")
def plot_windows(premium: SizePremium, ax: Axes | None = None) -> Axes:
    """Mean of every window as long as the run, against the best window that chance gives."""
    ax = ax or plt.subplots()[1]
    windows, months = premium.windows, len(premium.run)
    best, usual = premium.by_chance["rare"], premium.by_chance["usual"]
    ax.plot(
        _dates(windows.index),
        windows,
        color=SMALL,
        label=f"Mean of the {months} months to the date",
    )
    ax.axhline(best, color=WARN, ls="--", label="Best by chance, one century in twenty")
    ax.axhline(usual, color=NEUTRAL, ls=":", label="Best by chance in half of them")
    label_level(ax, best, f"Best of one century in twenty: {number(best)}")
    label_level(ax, usual, f"Best of every second century: {number(usual)}")
    at = premium.run.index[-1]
    ax.plot([_day(at)], [windows[at]], "o", color=ACCENT, label=_years(premium.run))
    label_point(ax, _day(at), windows[at], f"{_years(premium.run)}: {signed(windows[at])}", ACCENT)
    ax.set_title(f"Every window of {months} months, and the best one chance would give")
    ax.set_ylabel("Small less large, percent a year")
    ax.margins(x=0.01, y=0.1)
    tell(
        ax,
        "{years} brought {run:+.1f} percent a year; half of all centuries without regimes have a window "
        "of {months} months better than {usual:.1f}.",
        years=_years(premium.run),
        run=windows[at],
        months=months,
        usual=usual,
    )
    return ax


@drawn('"Since" statements: the mean depends on the start')
def plot_origins(premium: SizePremium, ax: Axes | None = None) -> Axes:
    """Mean premium from every start month to the date."""
    ax = ax or plt.subplots()[1]
    mean = premium.origins["mean"]
    ax.plot(_dates(mean.index), mean, color=SMALL, label="Mean from the month on to the date")
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    after = premium.run.index[-1] + 1
    _shade(ax, premium.run.index[0], premium.run.index[-1], f"The run, {_years(premium.run)}")
    if after in mean.index:
        ax.plot([_day(after)], [mean[after]], "o", color=ACCENT, label=f"Since {after.year}")
        told = f"Since {after.year}: {signed(mean[after])}"
        label_point(ax, _day(after), mean[after], told, ACCENT, side="below")
    ax.set_ylabel("Small less large, percent a year")
    ax.margins(x=0.01)
    key_below(ax)
    tell(
        ax,
        "{share:.0f} percent of all starts give small caps a minus to {last:%B %Y}: the mean runs from "
        "{low:+.1f} percent a year since {lowest:%B %Y} to {high:+.1f} since {highest:%B %Y}.",
        share=100 * (mean < 0).mean(),
        last=premium.relative.index[-1],
        low=mean.min(),
        lowest=mean.idxmin(),
        high=mean.max(),
        highest=mean.idxmax(),
    )
    return ax


@drawn("The large fell before 1975, and the small fell further")
def plot_fall(nifty: NiftyFifty, ax: Axes | None = None) -> Axes:
    """Wealth of the largest and the smallest companies around the fall, 100 at the peak of the largest."""
    ax = ax or plt.subplots()[1]
    wealth, (peak, trough) = nifty.wealth, nifty.fall
    for name, color, style in (
        ("largest 10 percent", LARGE, "-"),
        ("smallest 30 percent", SMALL, "--"),
    ):
        ax.plot(_dates(wealth.index), wealth[name], color=color, ls=style, label=name.capitalize())
    label_ends(ax, *ax.lines)
    ax.axvspan(
        _day(peak + 1),
        _day(trough, "end"),
        color=WARN,
        alpha=0.22,
        lw=0,
        label=f"The fall, {peak + 1:%B %Y} to {trough:%B %Y}",
    )
    ax.set_yscale("log")
    ax.set_yticks([50, 100, 200, 400, 800], ["50", "100", "200", "400", "800"])
    ax.minorticks_off()
    ax.set_ylabel(f"Total return index, {peak} = 100")
    ax.margins(x=0.01, y=0.12)
    key_below(ax)
    tell(
        ax,
        "From {peak:%B %Y} to {trough:%B %Y} the largest tenth of companies returned {large:+.0f} percent and the "
        "smallest three tenths {small:+.0f}.",
        peak=peak,
        trough=trough,
        large=wealth["largest 10 percent"][trough] - 100,
        small=wealth["smallest 30 percent"][trough] - 100,
    )
    return ax


@drawn("Which months resemble the last one?")
def plot_distances(resemblance: Resemblance, ax: Axes | None = None) -> Axes:
    """How far each month of history is from today, with the nearest ones marked."""
    ax = ax or plt.subplots()[1]
    distance, nearest = resemblance.distance, resemblance.neighbours.index
    _shade(ax, *ERA, f"{ERA[0].year}-{ERA[1].year % 100}")
    ax.plot(
        _dates(distance.index), distance, color=NEUTRAL, label=f"Distance to {resemblance.at:%B %Y}"
    )
    ax.plot(
        _dates(nearest),
        distance[nearest],
        "o",
        ms=3.5,
        color=LARGE,
        label=f"The {len(nearest)} nearest months",
    )
    ax.set_ylim(bottom=0)
    ax.set_title(f"Which months resemble {resemblance.at:%B %Y}?")
    ax.set_ylabel(f"{resemblance.metric.capitalize()} distance, z-scores")
    ax.margins(x=0.01)
    key_below(ax)
    inside = ((nearest >= ERA[0]) & (nearest <= ERA[1])).sum()
    tell(
        ax,
        "Among the {k} months nearest to {at:%B %Y} {inside} of {era}; the nearest of all is {month:%B %Y}.",
        inside="is one" if inside == 1 else f"are {inside or 'none'}",
        k=len(nearest),
        at=resemblance.at,
        era=f"{ERA[0].year}-{ERA[1].year % 100}",
        month=nearest[0],
    )
    return ax


@drawn("What followed the nearest months, episode by episode")
def plot_forward(resemblance: Resemblance, ax: Axes | None = None) -> Axes:
    """What followed each of the nearest months, gathered into episodes, with the mean of each one."""
    ax = ax or plt.subplots()[1]
    episodes = resemblance.episodes
    after = resemblance.neighbours["after"].sort_index()
    months = [after[row["first"] : row["last"]] for _, row in episodes.iterrows()]
    ax.plot(
        np.concatenate([place + _spread(len(one)) for place, one in enumerate(months)]),
        pd.concat(months),
        "o",
        ms=4,
        color=LARGE,
        alpha=0.6,
        label="Each month",
    )
    means, places = episodes["mean after"], np.arange(len(episodes))
    ax.hlines(
        means, places - 0.38, places + 0.38, color=ACCENT, lw=2.5, label="Mean of the episode"
    )
    for place, value in zip(places, means, strict=True):
        told = signed(value, 0)
        ax.annotate(told, (place + 0.4, value), va="center", color=ACCENT, fontsize=9)
    mean = resemblance.mean_after
    ax.axhline(mean["nearest"], color=LARGE, ls=":", label="Mean of all nearest months")
    ax.axhline(mean["all"], color=NEUTRAL, ls="--", label="Mean of all months")
    ax.set_xticks(
        range(len(episodes)),
        [f"{name} ({months})" for name, months in episodes["months"].items()],
    )
    ax.set_xlabel("Episode (nearest months in it)")
    ax.set_xlim(-0.6, len(episodes) - 0.2)
    ax.set_title(f"Small less large over the {resemblance.horizon} months after the nearest months")
    ax.set_ylabel("Log percent")
    key_below(ax)
    tell(
        ax,
        "Small less large was {mean:+.1f} percent on average over the {months} months after the nearest "
        "ones, from {low:+.0f} to {high:+.0f} by episode; after all months {all:.1f}.",
        mean=mean["nearest"],
        all=mean["all"],
        months=resemblance.horizon,
        low=means.min(),
        high=means.max(),
    )
    return ax


def _spread(count: int) -> np.ndarray:
    """Places side by side around nought; a single one stands in the middle."""
    return np.linspace(-0.3, 0.3, count) if count > 1 else np.zeros(count)


@drawn("Neighbours of a month, and what followed each")
def plot_month(
    resemblance: Resemblance, year: int = 2000, month: int = 12, ax: Axes | None = None
) -> Axes:
    """Neighbours of any month and what followed each: the same engine, asked at another date."""
    at = pd.Period(year=year, month=month, freq="M")
    asked = resemblance.ask(at)
    found = asked.neighbours
    ax = ax or plt.subplots()[1]
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.plot(
        _dates(found.index),
        found["after"],
        "o",
        ms=4,
        color=LARGE,
        label=f"Neighbours of {at:%B %Y}",
    )
    ax.axhline(asked.mean, color=LARGE, ls=":", label="Mean after them")
    if asked.came is not None:
        ax.axhline(asked.came, color=ACCENT, ls="--", label=f"What followed {at:%B %Y} itself")
    ax.set_title(f"Neighbours of {at:%B %Y}, and the {resemblance.horizon} months after each")
    ax.set_ylabel("Small less large, log percent")
    key_below(ax)
    tell(
        ax,
        "Small less large was {mean:+.1f} percent on average after the neighbours of {at:%B %Y}{came}.",
        mean=asked.mean,
        at=at,
        came="" if asked.came is None else fill(", and {came:+.1f} after it", came=asked.came),
    )
    return ax


@drawn("After each first cut")
def plot_first_cuts(easing: Easing) -> np.ndarray:
    """Cumulative relative return after each first cut, a panel an event, with the mean of all that are complete."""
    paths, mean = easing.paths, easing.mean_path
    _, axes = small_multiples(-(-paths.shape[1] // 4), 4, height=1.6, sharex=True, sharey=True)
    for ax, name in zip(axes.flat, paths, strict=False):
        path = paths[name].dropna()
        fell = bool(easing.events.loc[pd.Period(name, "M"), "recession"])
        ax.axhline(0, color=NEUTRAL, lw=0.8)
        ax.plot(mean.index, mean, color=NEUTRAL, lw=1, ls="--", label="Mean of complete ones")
        told = "After the cut, a recession" if fell else "After the cut, no recession"
        ax.plot(path.index, path, color=WARN if fell else LARGE, lw=1.8, label=told)
        ax.set_title(name, fontsize=8.5)
        last = signed(path.iloc[-1], 0) if len(path) else "no month yet"
        ax.text(1, 1, last, transform=ax.transAxes, ha="right", va="bottom", fontsize=8.5)
        ax.set_xticks([0, 12, 24, 36])
    for ax in axes.flat[paths.shape[1] :]:
        ax.set_visible(False)
        for above in axes[:-1][-1:, list(axes[-1]).index(ax)]:
            above.tick_params(labelbottom=True)
    axes.flat[0].set_ylabel("Log percent")
    axes[-1, 0].set_xlabel("Months after")
    known: dict[str, Any] = {}
    for ax in axes.flat:
        handles, labels = ax.get_legend_handles_labels()
        known |= dict(zip(labels, handles, strict=True))
    key_below(axes[-1, 0], list(known.values()), list(known))
    after = paths.loc[easing.horizon].dropna()
    if len(after):
        tell(
            axes,
            "Over the {months} months after a first cut small less large was {mean:+.1f} percent on average; small "
            "caps led after {led} of {cuts}.",
            months=easing.horizon,
            led=(after > 0).sum(),
            cuts=len(after),
            mean=after.mean(),
        )
    return axes


@drawn("Share of the largest decile in the market since 1926")
def plot_concentration(concentration: Concentration, ax: Axes | None = None) -> Axes:
    """Share of the largest decile in market value, with the peaks that hindsight marks."""
    ax = ax or plt.subplots()[1]
    share, peaks = concentration.share, concentration.peak_months
    ax.plot(_dates(share.index), share, color=LARGE, label="Largest decile (NYSE breakpoints)")
    ax.plot(_dates(peaks), share[peaks], "v", color=WARN, label="Peaks seen with hindsight")
    ax.plot(
        [_day(share.index[-1])],
        [share.iloc[-1]],
        "o",
        color=ACCENT,
        label=f"{share.index[-1]:%B %Y}",
    )
    label_point(
        ax, _day(share.index[-1]), share.iloc[-1], number(share.iloc[-1]), ACCENT, side="left"
    )
    ax.set_ylabel("Percent of market value")
    ax.margins(x=0.01, y=0.1)
    key_below(ax)
    tell(
        ax,
        "In {month:%B %Y} the largest tenth of companies held {share:.1f} percent of market value; {more} of the "
        "{months:,} months before saw more.",
        month=share.index[-1],
        share=share.iloc[-1],
        more=(share > share.iloc[-1]).sum() or "none",
        months=len(share) - 1,
    )
    return ax


@drawn("After high concentration: effect of one standard deviation")
def plot_slopes(concentration: Concentration, ax: Axes | None = None) -> Axes:
    """Effect of one standard deviation of concentration on relative returns, by horizon, with IVX intervals."""
    ax = ax or plt.subplots()[1]
    slopes = concentration.slopes
    place = np.arange(len(slopes))
    error = [slopes["IVX slope"] - slopes["low 95 %"], slopes["high 95 %"] - slopes["IVX slope"]]
    ax.errorbar(
        place,
        slopes["IVX slope"],
        yerr=error,
        fmt="o",
        color=LARGE,
        capsize=4,
        label="IVX slope, 95 % interval",
    )
    ax.plot(
        place + 0.15, slopes["least squares"], "x", color=WARN, label="Least squares, no interval"
    )
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_xticks(place, [f"{h}" for h in slopes.index])
    ax.set_xlabel("Months ahead")
    ax.set_ylabel("Small less large, percent")
    key_below(ax)
    year = slopes.loc[YEAR]
    tell(
        ax,
        "One standard deviation more concentration went with {slope:+.1f} percent for small caps over "
        "{months} months ({low:.1f} to {high:.1f}).",
        slope=year["IVX slope"],
        months=YEAR,
        low=year["low 95 %"],
        high=year["high 95 %"],
    )
    return ax


@drawn("Three pairs, three measures, four spans")
def plot_family(concentration: Concentration, ax: Axes | None = None) -> Axes:
    """All specifications of the concentration question, sorted by their estimate."""
    ax = ax or plt.subplots()[1]
    table = concentration.family.table
    marks = {"all": "o", "to 1974": "s", "from 1975": "^", "from 1984": "D"}
    for (name, mark), color in zip(marks.items(), (NEUTRAL, LARGE, SMALL, ACCENT), strict=True):
        rows = table[table["sample"] == name]
        ax.plot(
            rows.index + 1, rows["estimate"], mark, color=color, ms=4.5, label=f"Months: {name}"
        )
    ax.axhline(0, color=NEUTRAL, lw=0.8)
    ax.set_xlabel("Specification, by size")
    ax.set_ylabel("Percent over twelve months")
    key_below(ax)
    tell(
        ax,
        "{plus} of {all} specifications put small caps ahead after high concentration; the median is "
        "{median:+.1f} percent.",
        plus=(table["estimate"] > 0).sum(),
        all=len(table),
        median=table["estimate"].median(),
    )
    return ax


@drawn("The latest half year against every earlier one")
def plot_leads(rotation: Rotation, ax: Axes | None = None) -> Axes:
    """Six-month lead of each pair of funds; the latest one against the band that holds nine in ten."""
    ax = ax or plt.subplots()[1]
    styles = (("iwm_spy", SMALL, "-"), ("rsp_spy", LARGE, "--"))
    for pair, color, style in styles:
        lead = rotation.leads[pair].dropna()
        ax.plot(
            _dates(lead.index),
            lead,
            color=color,
            ls=style,
            lw=1.2,
            label=_sentence(PAIR_LABELS[pair]),
        )
    lead = rotation.leads[styles[0][0]].dropna()
    ax.axhspan(
        *rotation.usual_leads,
        color=NEUTRAL,
        alpha=0.18,
        lw=0,
        label="Nine in ten windows of the first pair",
    )
    ax.plot(
        [_day(lead.index[-1])],
        [lead.iloc[-1]],
        "o",
        color=ACCENT,
        label=f"To {lead.index[-1]:%B %Y}",
    )
    label_point(ax, _day(lead.index[-1]), lead.iloc[-1], signed(lead.iloc[-1]), ACCENT)
    ax.set_ylabel("Six-month log percent")
    ax.margins(x=0.05)
    key_below(ax)
    before = lead.iloc[:-1]
    tell(
        ax,
        "{pair} was {lead:+.1f} percent in the half year to {month:%B %Y}; {more} of {of} other half years "
        "brought as much.",
        month=lead.index[-1],
        pair=PAIR_LABELS[styles[0][0]],
        lead=lead.iloc[-1],
        more=(before >= lead.iloc[-1]).sum() or "none",
        of=len(before),
    )
    return ax


@drawn("Probability of the more volatile of two states")
def plot_states(rotation: Rotation, ax: Axes | None = None) -> Axes:
    """Filtered probability of the high-variance state: what was known at each month."""
    ax = ax or plt.subplots()[1]
    probability = rotation.volatile
    ax.plot(_dates(probability.index), probability, color=ACCENT, label="Filtered probability")
    ax.margins(x=0.01)
    shade_recessions(ax, rotation.recessions)
    ax.set_ylabel("Probability, percent")
    key_below(ax)
    tell(
        ax,
        "In {month:%B %Y} the more volatile state had a probability of {now:.0f} percent; it was the likelier one in "
        "{share:.0f} percent of all months since {first:%B %Y}.",
        month=probability.index[-1],
        now=probability.iloc[-1],
        share=100 * (probability > 50).mean(),
        first=probability.index[0],
    )
    return ax
