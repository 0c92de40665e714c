"""Where a figure or table comes from: recorded while it was made, told in one line."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import ParamSpec, TypeVar

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers import data
from helpers.data.catalog import Entry
from helpers.data.dates import in_words
from helpers.data.provenance import Provenance
from helpers.data.record import SOURCES, recording
from helpers.errors import DataError, NotKnown

P = ParamSpec("P")
R = TypeVar("R")

#: Marks the line in a matplotlib figure, so that `show` can move it into the caption, where it wraps.
SOURCE_GID = "source-line"
MOST_LISTED = 4
MOST_NAMED = 2
AT_THE_FOOT = ". Publishers and vintages at the foot."
MOST_PUBLISHERS = 2
IN_ROWS = "see rows"  # what the catalog says of a table whose rows name their publishers
PUBLISHED = "Published: "  # heads the title of what was quoted
UNNAMED = (
    "No source was named. Pass the catalog names, or the Information the figure was drawn from."
)


def source_text(sources) -> str:
    """Publisher, names and vintage of what was used, publishers in order of first use.

    Parameters
    ----------
    sources : Information, Published, Provenance, str or iterable of these
        As recorded while a result was made, or everything loaded through an Information. Beyond a few, vintages
        are left to the foot of the report. A name of the catalog is looked up there; any other text (a named
        publication) is printed as it is.

    Raises
    ------
    DataError
        When nothing is named: a figure without a source is not shown.
    """
    listed = list(_flat(sources))
    if hasattr(sources, "used") and len(listed) > MOST_LISTED:
        return f"Source: the {len(listed)} series, tables and quotations listed at the foot, with vintages."
    if len(listed) > MOST_LISTED:
        names = dict.fromkeys(one if isinstance(one, str) else one.name for one in listed)
        return f"Source: {'; '.join(names)}{AT_THE_FOOT}"
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for source in listed:
        if isinstance(source, str):
            source = data.catalog().get(source, source)
        if isinstance(source, str):
            groups.setdefault((source, ""), {})
        else:
            key = _publisher(source), str(source.vintage)
            groups.setdefault(key, {})[_named(source)] = None
    if not groups:
        raise DataError(UNNAMED)
    parts = [
        publisher
        + (f": {'; '.join(names)}" if names else "")
        + (f" [{vintage}]" if vintage else "")
        for (publisher, vintage), names in groups.items()
    ]
    return f"Source: {' · '.join(parts)}."


def source_html(sources, more: str = "") -> str:
    """The source line of a page: every name leads to its row at the foot; many fold behind the first ones.

    An edition that was read may reach beyond the day by which the figures were known, so the line names that day.

    Parameters
    ----------
    sources : Information, Published, Provenance, str or iterable of these, or None
        As for :func:`source_text`; what was not read has no row to lead to.
    more : str
        HTML put after the line, or in its place where there is none.
    """
    if sources is None:
        return f'<div class="gr-source">{more}</div>' if more else ""
    groups: dict[tuple[str, str], dict[str, str]] = {}
    days: set[dt.date] = set()
    for one in _flat(sources):
        if isinstance(one, str):
            one = data.catalog().get(one, one)
        if isinstance(one, Provenance) and one.as_of:
            days.add(one.as_of)
        if isinstance(one, str):
            groups.setdefault((one, ""), {})
            continue
        title, place = one.title.removeprefix(PUBLISHED), anchor(one.name)
        key = _publisher(one), str(one.vintage)
        groups.setdefault(key, {})[title] = place if isinstance(one, Provenance) else ""
    if not groups:
        raise DataError(UNNAMED)
    lines = [
        escape(publisher)
        + (f": {_links(names)}" if names else "")
        + (f" [edition: {escape(vintage)}]" if vintage else "")
        for (publisher, vintage), names in groups.items()
    ]
    if days:  # an edition may reach beyond the day of the figures
        lines.append(f"only what was known by {' and '.join(map(in_words, sorted(days)))}")
    named = [one for names in groups.values() for one in names.items()]
    return _line(named, lines, more)


def names_html(names: Iterable[str], *, since: bool = False) -> str:
    """As :func:`source_html`, of sources whose name alone was kept; ``since``, at the later date of the report."""
    places = {title_of(name): anchor(name, since=since) for name in names}
    return _line(list(places.items()), [_links({title: at}) for title, at in places.items()])


def anchor(name: str, *, since: bool = False) -> str:
    """Where the foot of a report tells of a source; ``since``, of what was read of it at the later date.

    Examples
    --------
    >>> anchor("fed_funds"), anchor("published: total debt, small")
    ('source-fed-funds', 'source-published-total-debt-small')
    """
    return f"{'since' if since else 'source'}-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}"


def _links(places: Mapping[str, str]) -> str:
    """Titles, each a link to its place in the page where it has one."""
    return "; ".join(
        f'<a href="#{place}">{escape(title)}</a>' if place else escape(title)
        for title, place in places.items()
    )


def _line(named: list[tuple[str, str]], lines: list[str], more: str = "") -> str:
    """Lines of sources in one; more than a few, each a title and its place, fold behind links to the first ones."""
    if len(named) <= MOST_LISTED:
        told = f"Source: {' · '.join(lines)}." + (f" {more}" if more else "")
    else:
        first, others = _links(dict(named[:MOST_NAMED])), len(named) - MOST_NAMED
        items = "".join(f"<li>{line}</li>" for line in lines)
        told = f"Source: {first}; <details><summary>and {others} more</summary><ul>{items}</ul></details>{more}"
    return f'<div class="gr-source">{told}</div>'


def title_of(name: str) -> str:
    """What the catalog calls a series or table; any other text as it is, without the marks of the code."""
    entry = data.catalog().get(name)
    if entry is None:
        return name.removeprefix(PUBLISHED.lower()).replace("_", " ")
    return entry.title.removeprefix(PUBLISHED)


def _named(source: Provenance) -> str:
    """The title of a series or table, with the name by which it is loaded where that is another."""
    same = source.title.lower() == source.name.lower()
    return source.title if same else f"{source.title} ({source.name})"


def _publisher(source: Provenance | Entry) -> str:
    """Who published it; many are counted, and named at the foot of the report."""
    pages = source.publications if isinstance(source, Provenance) else ()
    named = list(dict.fromkeys(page.publisher for page in pages)) or [source.publisher]
    if len(named) > MOST_PUBLISHERS:
        return f"{len(pages)} publications"
    return "; ".join("Named publications" if one == IN_ROWS else one for one in named)


def source_line(drawn, sources) -> None:
    """Put the source and vintage line under a figure; ``sources`` as in :func:`source_text`.

    ``show`` moves the line into the caption, where it wraps on a phone; any other way of saving keeps it.
    """
    text = source_text(sources)
    line = figure_of(drawn).text(0.01, 0.0, text, fontsize="x-small", va="top", gid=SOURCE_GID)
    vars(line)[SOURCES] = tuple(_flat(sources))


def sources_in(figure: Figure) -> tuple[Provenance | str, ...]:
    """What `source_line` told of, for the caption."""
    lines = [text for text in figure.texts if text.get_gid() == SOURCE_GID]
    return tuple(one for line in lines for one in vars(line)[SOURCES])


def take_line(figure: Figure) -> str:
    """Remove the line `source_line` left in the figure and return it."""
    lines = [text for text in figure.texts if text.get_gid() == SOURCE_GID]
    for line in lines:
        line.remove()
    return " ".join(line.get_text() for line in lines)


def sources_of(frame: pd.DataFrame) -> tuple[Provenance, ...]:
    """What a frame of an examination was made of; empty for a frame built by hand."""
    return tuple(frame.attrs.get(SOURCES, ()))


def drawn(title: str) -> Callable[[Callable[P, R]], Callable[P, R | Axes]]:
    """Decorate a plotting function: its sources are those it read, and what was not known leaves it empty.

    The figure gets a source line of everything read while it was drawn. Where a part raises `NotKnown`, the
    picture stays empty under its title and says why.
    """

    def decorate(plot: Callable[P, R]) -> Callable[P, R | Axes]:
        @functools.wraps(plot)
        def wrapper(*args: P.args, **options: P.kwargs) -> R | Axes:
            before = plt.get_fignums()
            with recording() as read:
                try:
                    result: R | Axes = plot(*args, **options)
                except NotKnown as error:
                    for number in set(plt.get_fignums()) - set(before):
                        plt.close(number)
                    return unknown(plt.subplots()[1], title, str(error))
            if read.sources:
                source_line(result, read.sources)
            if isinstance(result, Axes) and not (result.get_title() or result.get_title("left")):
                result.set_title(title)
            return result

        return wrapper

    return decorate


def unknown(ax: Axes, title: str, reason: str) -> Axes:
    """An empty picture that says why it is empty."""
    ax.set_title(title)
    ax.text(0.5, 0.5, reason, ha="center", va="center", wrap=True, transform=ax.transAxes)
    ax.set_axis_off()
    return ax


def figure_of(drawn) -> Figure:
    """The figure behind whatever a plotting function returned: Axes, a Figure or an array of Axes."""
    if isinstance(drawn, Figure):
        return drawn
    if hasattr(drawn, "figure"):
        return (
            drawn.figure.get_figure(root=True)
            if hasattr(drawn.figure, "get_figure")
            else drawn.figure
        )
    return figure_of(next(iter(getattr(drawn, "flat", drawn))))


def _flat(sources) -> Iterable:
    if isinstance(sources, str) or hasattr(sources, "publisher"):
        yield sources
    elif hasattr(sources, "used"):
        yield from sources.used()
    elif hasattr(sources, "sources"):
        yield from sources.sources
    else:
        for source in sources:
            yield from _flat(source)
