"""The last cell of a notebook: every series, publication, parameter and version behind it, and where to find it."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from html import escape
from importlib.metadata import version
from typing import Any

import pandas as pd
from IPython.display import display
from markupsafe import Markup

from helpers.data.catalog import DOI, Page
from helpers.data.dates import in_words
from helpers.data.provenance import Provenance
from helpers.report.changes import value_text
from helpers.report.html.page import web_link
from helpers.report.marks import PROVENANCE_MIME
from helpers.report.sources import PUBLISHED, anchor
from helpers.report.tables import table_html

PACKAGES = ("great-rebalancing", "numpy", "pandas", "scipy", "statsmodels", "arch", "matplotlib")


def provenance(info, parameters: Mapping[str, Any], later=None) -> None:
    """Display where every number came from, each source in a row that source lines and cards lead to.

    Parameters
    ----------
    info : Information
        Through which the notebook loaded its figures.
    parameters : mapping of str to value
        The parameters as executed: what ``run.start`` returned.
    later : Information, optional
        Through which it loaded what happened after the date of ``info``.
    """
    values = {name: str(value) for name, value in parameters.items()}
    versions = {
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }
    read = info.used()
    since = () if later is None else later.used()
    entered = (
        "Everything known today"
        if info.as_of is None
        else f"Nothing known after {in_words(info.as_of)}"
    )
    html = [
        f"<p><strong>{entered}</strong> entered, however far the edition of a file reaches. Figures were read from the "
        f"source <q>{escape(info.source)}</q>.</p>"
    ]
    live = info.source == "live"
    places = {one.name: [anchor(one.name)] for one in read}
    html += _tables(read, "{} used, in order of first use", places, live=live)
    if since:
        # What was not read before is told here alone, whoever leads to it.
        places = {
            one.name: [anchor(one.name, since=True)] + [anchor(one.name)] * (one.name not in places)
            for one in since
        }
        known = f"What happened since, from {{}} known by {in_words(later.day)}"
        html += _tables(since, known, places, live=live)
    if read or since:
        html.append(f"<p>Rights: {escape(_rights([*read, *since]))}.</p>")
    given = pd.DataFrame(
        [(name, value_text(value)) for name, value in parameters.items()],
        columns=["Parameter", "Value"],
    )
    html.append(table_html(given, "Parameters as executed"))
    html.append(
        f"<p>Software: {', '.join(f'{name} {number}' for name, number in versions.items())}.</p>"
    )
    bundle = {
        "as_of": str(info.as_of),
        "source": info.source,
        "parameters": values,
        "series": list(map(_stored, read)),
        "versions": versions,
    }
    if later is not None:
        bundle["since"] = {"evaluate_on": str(later.day), "series": list(map(_stored, since))}
    display(
        {
            "text/html": '<section class="gr-provenance" id="sources" aria-label="Sources">'
            f"{''.join(html)}</section>",
            "text/plain": "\n".join(
                f"{one.name}: {one.publisher}, {one.vintage}" for one in [*read, *since]
            ),
            PROVENANCE_MIME: bundle,
        },
        raw=True,
    )


def _stored(one: Provenance) -> dict[str, Any]:
    """What a machine reads of a source."""
    return {
        "name": one.name,
        "title": one.title,
        "publisher": one.publisher,
        "unit": one.unit,
        "from": str(one.first),
        "to": str(one.last),
        "vintage": str(one.vintage),
        "rights": one.rights,
        "sha256": one.sha256,
        "source": one.source,
        "note": one.note,
        "pages": list(map(asdict, one.pages)),
    }


def _tables(
    read: Sequence[Provenance], caption: str, places: Mapping[str, Sequence[str]], *, live: bool
) -> list[str]:
    """What was read, folded: the series and tables of the catalog, and the publications row by row."""
    kinds = {
        "figures": _grouped([one for one in read if not one.publications], places, live=live),
        "publications": _quoted([one for one in read if one.publications], places),
    }
    captions = {kind: caption.format(kind) for kind in kinds}
    return [
        table_html(frame, captions[kind][0].upper() + captions[kind][1:], first=0)
        for kind, frame in kinds.items()
        if not frame.empty
    ]


def _grouped(
    read: Iterable[Provenance], places: Mapping[str, Sequence[str]], *, live: bool
) -> pd.DataFrame:
    """One row for all series that share publisher, unit, span and vintage; a live run says what was read where."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in read:
        where = (f"{one.source}. {one.note}".strip(" ."),) if live else ()
        publisher = Markup(_linked(one.publisher, one.pages))
        key = (publisher, one.unit, _span(one), str(one.vintage), *where)
        groups.setdefault(key, []).append(_named(one, places[one.name]))
    columns = ["Figures, and names to load", "Publisher", "Unit", "Span", "Edition"]
    columns += ["Read from"] * live
    rows = [(Markup("; ".join(names)), *group) for group, names in groups.items()]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _quoted(read: Iterable[Provenance], places: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """One row for all publications in which the same was looked up."""
    rows = [
        (
            Markup(f"{_named(one, places[one.name])} <small>{escape(one.vintage)}</small>"),
            Markup(f"<ul>{''.join(map(_publication, one.publications))}</ul>"),
        )
        for one in read
    ]
    columns = ["Figures", "Publications, and the day on which each counts as known"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _named(one: Provenance, places: Sequence[str]) -> str:
    """The title of a source, at the places of the page that lead to it, and the name by which it is loaded."""
    html = _linked(one.title.removeprefix(PUBLISHED), one.pages)
    if one.title.lower() != one.name.lower():
        html += f" <code>{escape(one.name)}</code>"
    for place in places:
        html = f'<span id="{place}">{html}</span>'
    return html


def _linked(text: str, pages: Iterable[Page]) -> str:
    """A text that leads to the page of its name, or from each paper that it names to that paper."""
    addresses = {page.title: page.address for page in pages if not page.known}
    if text in addresses:
        return web_link(text, addresses[text])
    return DOI.sub(lambda found: web_link(found[0], addresses.get(found[0], "")), escape(text))


def _publication(page: Page) -> str:
    owner = "" if page.publisher == page.title else f"{page.publisher}, "
    never = " (machine-written or promotional: never a sole source)" if page.machine_written else ""
    return f"<li>{web_link(page.title, page.address)}, {escape(owner)}{page.known}{never}</li>"


def _span(one: Provenance) -> str:
    return one.first if one.first == one.last else f"{one.first} to {one.last}"


def _rights(read: Iterable[Provenance]) -> str:
    """Each kind of right with the publishers it belongs to."""
    owners: dict[str, list[str]] = {}
    for one in read:
        known = owners.setdefault(one.rights, [])
        if one.publisher not in known:
            known.append(one.publisher)
    return "; ".join(
        f"{right} ({', '.join(names) if len(names) <= 3 else f'{len(names)} publishers'})"
        for right, names in owners.items()
    )
