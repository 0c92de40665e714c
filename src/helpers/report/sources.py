"""One line that says where a figure or table comes from and which vintage it is."""

from __future__ import annotations

from collections.abc import Iterable

from helpers import data
from helpers.errors import DataError

#: Marks the line in a matplotlib figure, so that `show` can move it into the caption, where it wraps.
SOURCE_GID = "source-line"
MOST_LISTED = 4
IN_ROWS = "see rows"  # what the catalog says of a table whose rows name their publishers


def source_text(sources) -> str:
    """Publisher, names and vintage of what was used, publishers in order of first use.

    Parameters
    ----------
    sources : Information, Published, Provenance, str or iterable of these
        Information stands for everything loaded through it; beyond a few, they are counted and the reader is sent
        to the provenance at the foot. A name of the catalog is looked up there; any other text (a named
        publication) is printed as it is.

    Raises
    ------
    DataError
        When nothing is named: a figure without a source is not shown.
    """
    if hasattr(sources, "used") and len(sources.used()) > MOST_LISTED:
        return f"Source: the {len(sources.used())} series, tables and quotations listed at the foot, with vintages."
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for source in _flat(sources):
        if isinstance(source, str):
            source = data.catalog().get(source, source)
        if isinstance(source, str):
            groups.setdefault((source, ""), {})
        else:
            publisher = (
                "Publications named in the table"
                if source.publisher == IN_ROWS
                else source.publisher
            )
            groups.setdefault((publisher, str(source.vintage)), {})[source.name] = None
    if not groups:
        raise DataError(
            "No source was named. Pass the catalog names, or the Information the figure was drawn from."
        )
    parts = [
        publisher
        + (f": {', '.join(names)}" if names else "")
        + (f" [{vintage}]" if vintage else "")
        for (publisher, vintage), names in groups.items()
    ]
    return f"Source: {' · '.join(parts)}."


def source_line(ax, sources) -> None:
    """Put the source and vintage line under the figure of ``ax``; ``sources`` as in :func:`source_text`.

    ``show`` moves the line into the caption, where it wraps on a phone; any other way of saving keeps it.
    """
    ax.figure.text(0.01, 0.0, source_text(sources), fontsize="x-small", va="top", gid=SOURCE_GID)


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
