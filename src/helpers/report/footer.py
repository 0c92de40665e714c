"""The last cell of a notebook: every series, parameter and version behind it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from html import escape
from importlib.metadata import version
from typing import Any

import pandas as pd
from IPython.display import display

from helpers.report.changes import value_text
from helpers.report.marks import PROVENANCE_MIME
from helpers.report.tables import table_html

PACKAGES = ("great-rebalancing", "numpy", "pandas", "scipy", "statsmodels", "arch", "matplotlib")


def provenance(info, parameters: Mapping[str, Any], later=None) -> None:
    """Display where every number came from.

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
    series = _series(info)
    since = [] if later is None else _series(later)
    entered = (
        "Everything known today"
        if info.as_of is None
        else f"Nothing known after {info.as_of:%d %B %Y}"
    )
    html = [
        f"<p><strong>{entered}</strong> entered, however far the edition of a file reaches. Figures were read from the "
        f"source <q>{escape(info.source)}</q>.</p>"
    ]
    live = info.source == "live"
    if series:
        html.append(table_html(_grouped(series, live=live), "Figures used, in order of first use"))
    if since:
        known = f"What happened since, from figures known by {later.day:%d %B %Y}"
        html.append(table_html(_grouped(since, live=live), known))
    if series or since:
        html.append(f"<p>Rights: {escape(_rights([*series, *since]))}.</p>")
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
        "series": series,
        "versions": versions,
    }
    if later is not None:
        bundle["since"] = {"evaluate_on": str(later.day), "series": since}
    display(
        {
            "text/html": f'<section class="gr-provenance" aria-label="Provenance">{"".join(html)}</section>',
            "text/plain": "\n".join(
                f"{one['name']}: {one['publisher']}, {one['vintage']}" for one in [*series, *since]
            ),
            PROVENANCE_MIME: bundle,
        },
        raw=True,
    )


def _series(info) -> list[dict[str, str]]:
    """What was read through an information set, in order of first use."""
    return [
        {
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
        }
        for one in info.used()
    ]


def _grouped(series: list[dict[str, str]], *, live: bool) -> pd.DataFrame:
    """One row for all series that share publisher, unit, span and vintage; a live run says what was read where."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for one in series:
        span = one["from"] if one["from"] == one["to"] else f"{one['from']} to {one['to']}"
        name = (
            one["name"]
            if one["title"].lower() == one["name"].lower()
            else f"{one['title']} ({one['name']})"
        )
        read = (f"{one['source']}. {one['note']}".strip(" ."),) if live else ()
        groups.setdefault((one["publisher"], one["unit"], span, one["vintage"], *read), []).append(
            name
        )
    columns = ["Figures", "Publisher", "Unit", "Span", "Edition"] + ["Read from"] * live
    return pd.DataFrame(
        [("; ".join(names), *group) for group, names in groups.items()], columns=columns
    )


def _rights(series: list[dict[str, str]]) -> str:
    """Each kind of right with the publishers it belongs to."""
    owners: dict[str, list[str]] = {}
    for one in series:
        known = owners.setdefault(one["rights"], [])
        if one["publisher"] not in known:
            known.append(one["publisher"])
    return "; ".join(
        f"{right} ({', '.join(names) if len(names) <= 3 else f'{len(names)} publishers'})"
        for right, names in owners.items()
    )
