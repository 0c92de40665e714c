"""Markdown to HTML without scripts: formulas become MathML, headings get anchors, tables can scroll.

HTML inside Markdown is shown as text, whoever wrote it: prose of notebooks needs none, and values come from files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import latex2mathml.converter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from helpers.report.html.page import is_link

PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")
#: A tag of MathML that draws. Others act, link or hold another language, and so do these attributes.
MATHML = re.compile(
    r"</?(math|mrow|mi|mn|mo|ms|mtext|mspace|mfrac|msqrt|mroot|mstyle|mpadded|mphantom|msub|msup|msubsup|munder|"
    r"mover|munderover|mmultiscripts|mprescripts|mtable|mtr|mtd|mlabeledtr|mfenced|menclose)"
    r"( (?!href|on)[a-z]+=\"[^\"<>]*\")*( ?/)?>"
)


class Renderer(IPythonRenderer):
    """Renders the Markdown of one notebook and remembers its headings.

    ``headings`` holds (level, anchor, HTML) in order of appearance.
    """

    def __init__(self) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        self.headings: list[tuple[int, str, str]] = []

    def heading(self, text: str, level: int, **_attrs) -> str:
        anchor = self._unused(slug(text))
        self.headings.append((level, anchor, text))
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def _unused(self, anchor: str) -> str:
        taken = {other for _, other, _ in self.headings}
        return next(name for name in _candidates(anchor) if name not in taken)

    def inline_math(self, body: str) -> str:
        return _mathml(body, "inline")

    def block_math(self, body: str) -> str:
        formula = _mathml(body, "block")
        return (
            f'<div class="formula" role="group" tabindex="0" aria-label="Formula">{formula}</div>'
        )

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if not is_link(url):
            return f"{text} ({escape(url)})"
        # Notebooks point to notebooks, their reports to reports.
        return super().link(text, re.sub(r"^([\w./-]+)\.ipynb(?=#|$)", r"\1.html", url), title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        # A page asks nothing of the network or of the disk.
        return (
            super().image(text, url, title) if PICTURE.fullmatch(url) else f"{text} ({escape(url)})"
        )

    def block_mermaidjs(self, code: str) -> str:
        return f"<pre><code>{escape(code)}</code></pre>\n"  # a diagram needs a script: its source is shown


def _mathml(body: str, display: str) -> str:
    """A formula; its source where it holds more than a formula, since the converter takes ``\\text`` over as it is."""
    found = latex2mathml.converter.convert(body.strip(), display=display)
    return f"<code>{escape(body.strip())}</code>" if "<" in MATHML.sub("", found) else found


def to_html(source: str, renderer: Renderer) -> str:
    """Render Markdown."""
    return accessible(MarkdownWithMath(renderer=renderer).render(source))


def slug(text: str) -> str:
    """Anchor of a heading: its words in lower case."""
    words = re.sub(r"<[^>]+>|&\w+;", " ", text).lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-") or "section"


def accessible(html: str) -> str:
    """Repair tables that are not ours: the page's styles, no empty header cells, a named container that scrolls."""
    html = re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)
    html = re.sub(r"<th(?=[\s>])[^>]*>\s*</th>", "<td></td>", html)
    parts = re.split(r"(<table.*?</table>)", html, flags=re.DOTALL)
    for position in range(1, len(parts), 2):
        if (
            not parts[position - 1].endswith(">")
            or 'class="gr-scroll"' not in parts[position - 1].rpartition("<")[2]
        ):
            caption = re.search(r"<caption>(.*?)</caption>", parts[position])
            name = escape(re.sub(r"<[^>]+>", "", caption.group(1))) if caption else "Table"
            parts[position] = (
                f'<div class="gr-scroll" role="group" tabindex="0" aria-label="{name}">{parts[position]}</div>'
            )
    return "".join(parts)


def _candidates(anchor: str) -> Iterator[str]:
    yield anchor
    number = 2
    while True:
        yield f"{anchor}-{number}"
        number += 1
