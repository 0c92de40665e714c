"""The last cell of a notebook: every series, parameter and version behind it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from html import escape
from importlib.metadata import version
from typing import Any

import pandas as pd
from IPython.display import display

from helpers.report.tables import table_html

PROVENANCE_MIME = "application/vnd.great-rebalancing.provenance+json"
PACKAGES = ("great-rebalancing", "numpy", "pandas", "scipy", "statsmodels", "arch", "matplotlib")


def provenance(info, parameters: Mapping[str, Any]) -> None:
    """Display where every number came from.

    Parameters
    ----------
    info : Information
        Through which the notebook loaded its figures.
    parameters : mapping of str to value
        The parameters as executed: what ``run.start`` returned.
    """
    used = info.used()
    values = {name: str(value) for name, value in parameters.items()}
    versions = {"python": platform.python_version(), **{package: version(package) for package in PACKAGES}}
    series = [
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
        }
        for one in used
    ]
    shown = pd.DataFrame(
        {
            "Series": f"{one['name']}: {one['title']}",
            "Publisher": one["publisher"],
            "Unit": one["unit"],
            "Span": f"{one['from']} to {one['to']}",
            "Vintage": one["vintage"],
        }
        for one in series
    )
    entered = "Everything known today" if info.as_of is None else f"Nothing known after {info.as_of:%d %B %Y}"
    html = [
        f"<p><strong>{entered}</strong> entered. Figures were read from the source <q>{escape(info.source)}</q>.</p>"
    ]
    if used:
        html.append(table_html(shown, "Series used, in order of first use"))
    html.append(
        table_html(
            pd.DataFrame(list(values.items()), columns=["Parameter", "Value"]), "Parameters as executed"
        )
    )
    html.append(f"<p>Software: {', '.join(f'{name} {number}' for name, number in versions.items())}.</p>")
    display(
        {
            "text/html": f'<section class="gr-provenance" aria-label="Provenance">{"".join(html)}</section>',
            "text/plain": "\n".join(f"{one['name']}: {one['publisher']}, {one['vintage']}" for one in series),
            PROVENANCE_MIME: {
                "as_of": str(info.as_of),
                "source": info.source,
                "parameters": values,
                "series": series,
                "versions": versions,
            },
        },
        raw=True,
    )
