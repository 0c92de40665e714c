"""One executed notebook as one HTML file: answer first, then verdicts, code folded, nothing from the network."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape
from itertools import takewhile
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import Highlight2HTML, ansi2html
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from helpers.errors import RunError
from helpers.report.changes import change_kind, list_changes
from helpers.report.citation import Citation, cite_page, dateline
from helpers.report.glossary import glossary, mark
from helpers.report.html.markdown import Renderer, accessible, slug, to_html
from helpers.report.html.page import TEMPLATES, describe, is_link, shell
from helpers.report.marks import PROVENANCE_MIME, STYLE_MIME
from helpers.trial.claims import QUESTIONS
from helpers.trial.ledger import CARD_MIME, changed_settings

WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
#: Id of the cell that answers the notebook's question: what it shows opens the report.
ANSWER = "answer"
#: Tag of a text for readers who sit at the notebook: folded in its report.
EXERCISE = "exercise"
#: A word of code for which the style sheet has no colour: half a report's code is marks around such words.
PLAIN = re.compile(r'<span class="(?!(?:k|kn|kc|ow|c1|s1|s2|sa|mi|mf)")\w+">([^<]*)</span>')
#: Where the links to other reports stand.
BESIDE = re.compile(r"(<!--beside-->).*(<!--/beside-->)")
SCRIPTS = ("theme.js", "unfold.js", "copy.js", "terms.js")
FIGURE = '<figure class="gr-figure" id='
LABELS = {"parameters": "Parameters", "injected-parameters": "Parameters of this run"}


@dataclass
class Page:
    """A notebook taken apart in the order in which its report is read."""

    title: str
    shell: Mapping[str, Markup]
    source: str = ""
    as_of: str = ""
    description: str = ""
    dateline: str = ""
    cite: Citation | None = None
    changes: Markup = field(default_factory=Markup)
    answer: list[Markup] = field(default_factory=list)
    cards: list[Markup] = field(default_factory=list)
    questions: tuple[str, ...] = tuple(QUESTIONS.values())
    contents: list[tuple[str, Markup]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    terms: Markup = field(default_factory=Markup)
    provenance: Markup = field(default_factory=Markup)

    def __deepcopy__(self, memo: object) -> Page:
        """Itself: nbconvert copies what it hands to the template, which only reads it."""
        return self


class ReportExporter(TemplateExporter):
    """nbconvert exporter with this package's template: no theme, no script library, no request."""

    output_mimetype = "text/html"

    def __init__(self, **options) -> None:
        options |= {
            "template_name": "report",
            "extra_template_basedirs": [str(TEMPLATES)],
            "file_extension": ".html",
        }
        super().__init__(**options)

    def _create_environment(self) -> jinja2.Environment:
        environment = super()._create_environment()
        environment.autoescape = True
        return environment

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **kwargs
    ) -> tuple[Any, dict[str, Any]]:
        resources = dict(resources or {})
        resources["page"] = read_page(
            nb, title=resources.get("title"), source=resources.get("source", "")
        )
        # The template reads the page alone: what else is handed over would be copied and checked a dozen times.
        return super().from_notebook_node(new_notebook(), resources, **kwargs)


def export(notebook: NotebookNode | str | Path, *, title: str | None = None) -> str:
    """Turn an executed notebook into one self-contained HTML page.

    Parameters
    ----------
    notebook : NotebookNode or path
        Executed; its outputs are shown as they are stored.
    title : str, optional
        Heading of the page; the notebook's own first heading when None.

    Returns
    -------
    str
        The page. It opens without a network, a server or JavaScript.

    Raises
    ------
    RunError
        When the file is not a notebook, or two figures share a name.
    """
    source = ""
    if not isinstance(notebook, NotebookNode):
        source, notebook = Path(notebook).name, _read(Path(notebook))
    html, read = _exporter().from_notebook_node(notebook, {"title": title, "source": source})
    html = _name_files(html, read["page"])
    names = Counter(re.findall(r'<figure class="gr-figure" id="figure-([^"]+)"', html))
    if twice := [name for name, count in names.items() if count > 1]:
        raise RunError(
            f"{source or 'The notebook'} shows two figures called {twice[0]!r}. Give each its own name in show."
        )
    return html


def link_beside(
    page: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None
) -> str:
    """A report with links to the ones before and after it, in the place of those that it had.

    Parameters
    ----------
    page : str
        As `export` gives it: which reports will stand beside it is not known before all are made.
    before, after : dict, optional
        ``title`` and ``href`` of a report; None at an end.
    """
    links = "".join(
        f'<a rel="{rel}" href="{escape(one["href"])}"><small>{told}</small> {escape(one["title"])}</a>'
        for one, rel, told in ((before, "prev", "Previous report"), (after, "next", "Next report"))
        if one and is_link(one["href"])
    )
    nav = (
        f'<nav class="beside" aria-label="Reports before and after">{links}</nav>' if links else ""
    )
    return BESIDE.sub(lambda found: f"{found[1]}{nav}{found[2]}", page)


@cache
def _exporter() -> ReportExporter:
    """One for all pages: its template takes longer to read than a page to write."""
    return ReportExporter()


def _name_files(html: str, page: Page) -> str:
    """Let files that a reader saves from many reports tell themselves apart: ``01_uplift_2026-02-16.csv``."""
    number = "".join(re.findall(r"^\d+_", page.source))
    day = f"_{page.as_of}" if page.as_of else ""
    return re.sub(
        r'(<a class="gr-data" download=")([^"]+)(?=\.csv")', rf"\g<1>{number}\g<2>{day}", html
    )


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        raise RunError(
            f"{path.name} is not a readable notebook ({type(error).__name__}). Run it again."
        ) from None


def read_page(notebook: NotebookNode, *, title: str | None, source: str) -> Page:
    """Sort a notebook's cells and outputs: the answer and the cards to the front, provenance to the foot."""
    renderer = Renderer()
    page = Page(title="", source=source, shell=shell(*SCRIPTS))
    settings: dict[str, Any] = {}
    bundle: Mapping[str, Any] = {}
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown" and not _heads_the_front(notebook.cells, position):
            kind = EXERCISE if EXERCISE in cell.metadata.get("tags", ()) else "text"
            page.parts.append({"kind": kind, "html": to_html(cell.source, renderer)})
        elif cell.cell_type == "code":
            for data in _bundles(cell):
                if CARD_MIME in data:
                    settings |= data[CARD_MIME].get("settings", {})
                    page.cards.append(Markup(_joined(data["text/html"])))
                elif PROVENANCE_MIME in data:
                    bundle = data[PROVENANCE_MIME]
                    page.provenance += Markup(_joined(data["text/html"]))
                elif html := _output(data, renderer):
                    if cell.get("id") == ANSWER:
                        page.answer.append(Markup(html))
                    else:
                        page.parts.append({"kind": "output", "html": html})
            # Below what it made: a reader wants the picture, a referee the code.
            for part in _code(cell):
                last = page.parts[-1] if page.parts else {}
                if last.get("label") == part["label"]:  # cells that show nothing fold as one
                    last["html"] += part["html"]
                else:
                    page.parts.append(part)
    first = next((text for level, _, text in renderer.headings if level == 1), None)
    page.title = title or (unescape(re.sub(r"<[^>]+>", "", first)) if first else source or "Report")
    page.description = describe("".join(page.answer))
    if bundle:
        _date(page, bundle)
    if changed := changed_settings(settings):
        told = f"**{change_kind(changed)}.** This report was run with {list_changes(changed, '`')}."
        page.changes = Markup(to_html(told, Renderer()))
    page.contents = [
        (anchor, Markup(text)) for level, anchor, text in renderer.headings if level == 2
    ]
    # The page has its own first heading.
    for part in page.parts:
        part["html"] = re.sub(r"<h1 [^>]*>.*?</h1>\n?", "", part["html"], flags=re.DOTALL)
    _mark_terms(page)
    if any(FIGURE in html for html in (*page.answer, *(part["html"] for part in page.parts))):
        page.shell = shell(*SCRIPTS, "figures.js")
    return page


def _date(page: Page, bundle: Mapping[str, Any]) -> None:
    """Say of which days the page speaks, and how to cite it, by what stands at its foot."""
    page.as_of = "" if bundle["as_of"] == "None" else bundle["as_of"]
    page.dateline = dateline(
        [page.as_of] if page.as_of else [], bundle.get("since", {}).get("evaluate_on", "")
    )
    key = Path(page.source).stem or slug(page.title)
    page.cite = cite_page(key, page.title, page.dateline, bundle["versions"]["great-rebalancing"])


def _mark_terms(page: Page) -> None:
    """Lead from the first use of each term, in the text and on each card, to its meaning at the foot."""
    in_text: set[str] = set()
    page.answer = [Markup(mark(html, in_text)) for html in page.answer]
    for part in page.parts:
        part["html"] = Markup(
            part["html"] if part["kind"] == "code" else mark(part["html"], in_text)
        )
    used = set(in_text)
    for place, html in enumerate(page.cards):
        on_card: set[str] = set()
        page.cards[place] = Markup(mark(html, on_card))
        used |= on_card
    page.terms = Markup(glossary(used))


def _is_front(cell: NotebookNode) -> bool:
    """Whether all that a cell shows stands before the story: the answer, or cards."""
    return cell.get("id") == ANSWER or all(CARD_MIME in data for data in _bundles(cell))


def _heads_the_front(cells: list[NotebookNode], position: int) -> bool:
    """Whether a cell is a heading, and nothing more, of cells that all moved to the front."""
    code = list(takewhile(lambda one: one.cell_type == "code", cells[position + 1 :]))
    alone = re.fullmatch(r"##+ [^\n]*", cells[position].source.strip())
    return bool(alone and code) and all(map(_is_front, code))


def _code(cell: NotebookNode) -> Iterator[dict[str, str]]:
    tags = cell.metadata.get("tags", [])
    if cell.source.strip() and "remove-input" not in tags:
        html = Highlight2HTML(pygments_lexer="python3")(cell.source)
        html = PLAIN.sub(r"\1", html)
        # A folded block that scrolls must be reachable by keyboard.
        html = html.replace("<pre>", '<pre tabindex="0">', 1)
        label = next((LABELS[tag] for tag in tags if tag in LABELS), "Code")
        yield {"kind": "code", "label": label, "html": html}


def _bundles(cell: NotebookNode) -> Iterator[Mapping[str, Any]]:
    for output in cell.outputs:
        if output.output_type == "stream":
            yield {"text/plain": output.text}
        elif output.output_type == "error":
            yield {"error": "\n".join(output.traceback)}
        elif STYLE_MIME not in output.data and WIDGET_MIME not in output.data:
            yield output.data


def _output(data: Mapping[str, Any], renderer: Renderer) -> str:
    """The richest form of an output that needs no script."""
    if "error" in data:
        return f'<pre class="failure" tabindex="0">{ansi2html(data["error"])}</pre>'
    if "text/html" in data:
        # Notebooks point to notebooks, their reports to reports.
        html = re.sub(r'(<a href="[\w./-]+)\.ipynb(?=[#"])', r"\1.html", _joined(data["text/html"]))
        return accessible(html)
    if "text/markdown" in data:
        return to_html(_joined(data["text/markdown"]), renderer)
    plain = _joined(data.get("text/plain", ""))
    if "image/png" in data:
        source = escape(f"data:image/png;base64,{_joined(data['image/png']).strip()}")
        return f'<figure class="gr-figure"><img alt="{escape(plain)}" src="{source}"></figure>'
    return f'<pre tabindex="0">{ansi2html(plain)}</pre>' if plain.strip() else ""


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
