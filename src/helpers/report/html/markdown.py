"""Markdown to HTML without scripts: formulas become MathML, headings get anchors, tables can scroll."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import latex2mathml.converter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


class Renderer(IPythonRenderer):
    """Renders the Markdown of one notebook and remembers its headings.

    ``headings`` holds (level, anchor, HTML) in order of appearance.
    """

    def __init__(self) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.headings: list[tuple[int, str, str]] = []

    def heading(self, text: str, level: int, **_attrs) -> str:
        anchor = self._unused(slug(text))
        self.headings.append((level, anchor, text))
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def _unused(self, anchor: str) -> str:
        taken = {other for _, other, _ in self.headings}
        return next(name for name in _candidates(anchor) if name not in taken)

    def inline_math(self, body: str) -> str:
        return latex2mathml.converter.convert(body.strip())

    def block_math(self, body: str) -> str:
        formula = latex2mathml.converter.convert(body.strip(), display="block")
        return (
            f'<div class="formula" role="group" tabindex="0" aria-label="Formula">{formula}</div>'
        )

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    def link(self, text: str, url: str, title: str | None = None) -> str:
        # Notebooks point to notebooks, their reports to reports.
        return super().link(text, re.sub(r"^([\w./-]+)\.ipynb(?=#|$)", r"\1.html", url), title)


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
