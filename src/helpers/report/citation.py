"""Words to cite by: the days a page speaks of, the page in words and for BibTeX, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from helpers.report.text import typeset

COLLECTION = "The Great Rebalancing"
AUTHOR = f"{COLLECTION} contributors"
#: What BibTeX or TeX would read as a command.
TEX = str.maketrans(
    {one: f"\\{one}" for one in "&%$#_{}"}
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


class Citation(NamedTuple):
    """A page, cited in words and for BibTeX."""

    words: str
    bibtex: str


def dateline(days: Sequence[str], until: str = "") -> str:
    """The days of which the figures of a page speak; empty where none is known.

    Parameters
    ----------
    days : list of ISO text
        By which the figures were known.
    until : ISO text, optional
        The last day that enters what happened since.

    Examples
    --------
    >>> dateline(["2026-02-16"], "2026-10-01")
    'Figures known by 16 February 2026; what happened since, to 1 October 2026.'
    >>> dateline([])
    ''
    """
    if not days:
        return ""
    since = f"; what happened since, to {until}" if until else ""
    return typeset(f"Figures known by {' and by '.join(days)}{since}.")


def cite_page(key: str, title: str, told: str, version: str) -> Citation:
    r"""A page as a reader cites it. No year of publication is claimed: whoever puts it online publishes it.

    Parameters
    ----------
    key : str
        Of the entry, to which the name of the collection is put before.
    title : str
        Of the page.
    told : str
        Its dateline.
    version : str
        Of this package, which made the figures.

    Examples
    --------
    >>> print(cite_page("01", "Did 5 % pay?", "Figures known by 2026-02-16.", "1.0").bibtex)
    @misc{great-rebalancing-01,
      author = {{The Great Rebalancing contributors}},
      title = {{Did 5 \% pay?}},
      howpublished = {The Great Rebalancing, version 1.0},
      note = {Figures known by 2026-02-16.},
    }
    """
    words = f"{AUTHOR}, “{title}”, {COLLECTION}, version {version}. {told}".strip()
    fields = {
        "author": f"{{{AUTHOR}}}",
        "title": f"{{{_tex(title)}}}",
        "howpublished": f"{COLLECTION}, version {_tex(version)}",
        "note": _tex(told),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return Citation(words, f"@misc{{great-rebalancing-{key},\n{lines}}}")


def _tex(text: str) -> str:
    """A text on one line that means to TeX what it says."""
    return " ".join(text.split()).translate(TEX)


def cite_verdict(claim_id: str, claim: str, words: str, as_of: str | None) -> str:
    """Words to cite a verdict with."""
    told = f"{COLLECTION}, {claim_id}: “{claim}” {words}. {dateline([as_of] if as_of else [])}"
    return told.strip()
