"""What every page carries: styles, scripts, and the policy that lets a browser run these and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from collections.abc import Mapping
from functools import cache
from html import escape, unescape
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

HERE = Path(str(resources.files(__package__)))
TEMPLATES = HERE / "templates"
#: A balance, small beside large; in the page itself, since a page asks for nothing.
ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='3' fill='#005a8d'/>"
    "<path d='M8 4v9M5 13h6M3 6l10-3' stroke='#fff'/><path d='M1.5 7h4v3h-4zM11.5 4h2v2h-2z' fill='#fff'/></svg>",
    safe=" ='/:",
)
MOST_DESCRIBED = 300  # characters; whoever shows a link cuts longer texts anyhow
SCHEMES = ("http", "https", "mailto")


def render(template: str, page: Mapping[str, Any]) -> str:
    """Fill a template of this package; whatever is not `Markup` is escaped."""
    return _templates().get_template(template).render(page=page)


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES / "report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )


def describe(html: str) -> str:
    """What a link to a page tells of it: the paragraphs that open it as plain text, cut after a word.

    Examples
    --------
    >>> describe("<p>It <b>broke</b> at 8 &amp; more.</p><figure></figure><p>Since then.</p>")
    'It broke at 8 & more. Since then.'
    """
    paragraphs = re.findall(r"<p>(.*?)</p>", html, re.DOTALL)
    text = unescape(re.sub(r"<[^>]+>", "", " ".join(paragraphs)))
    return textwrap.shorten(text, MOST_DESCRIBED, placeholder=" …")


@cache
def shell(*scripts: str) -> Mapping[str, Markup]:
    """The parts of the base template that no text of a reader enters: ``css``, ``script``, ``policy``, ``icon``."""
    css, code = stylesheet(), "\n".join(map(script, scripts))
    return {
        "css": Markup(css),
        "script": Markup(code),
        "policy": Markup(policy(css, code)),
        "icon": Markup(ICON),
    }


def policy(css: str, code: str) -> str:
    """Content-Security-Policy of a page with one style sheet and one script, both known by their hash.

    Nothing else runs: no other script, no handler in an attribute, no address ``javascript:``, no request. Inline
    SVG styles its lines in ``style`` attributes, which differ from page to page and which a hash covers in no
    browser that calls it safe: ``style-src`` allows those. ``style-src-elem`` keeps the sheet to its hash in
    browsers that know it; the others fall back to ``style-src``. An attribute cannot load anything either:
    pictures come from the page itself (``data:``), and fonts from the system.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hashed(code)}",
            "style-src 'unsafe-inline'",
            f"style-src-elem {_hashed(css)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def is_link(address: str) -> bool:
    """Whether an address may become a link: a page of the web, a mail, or a place in or beside this page.

    Examples
    --------
    >>> is_link("https://fred.stlouisfed.org"), is_link("01_x.html#card-R1"), is_link("#card-R1")
    (True, True, True)
    >>> is_link("javascript:alert(1)"), is_link("Java\tScript&colon;alert(1)"), is_link("data:text/html,x")
    (False, False, False)
    """
    read = re.sub(r"[\x00-\x20]", "", unescape(address))  # browsers drop these before they look
    scheme = re.match(r"([^/?#:]*):", read)
    return scheme is None or scheme[1].lower() in SCHEMES


def web_link(text: str, address: str) -> str:
    """A text that leads to a page of the web; the text alone where the address is no such page.

    Examples
    --------
    >>> web_link("Rates & more", "https://fred.stlouisfed.org")
    '<a href="https://fred.stlouisfed.org">Rates &amp; more</a>'
    >>> web_link("Rates", "javascript:alert(1)"), web_link("Rates", "")
    ('Rates', 'Rates')
    """
    shown = escape(text)
    on_the_web = address.startswith(("https://", "http://")) and is_link(address)
    return f'<a href="{escape(address)}">{shown}</a>' if on_the_web else shown


def _hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def stylesheet() -> str:
    """Styles of the page and of the outputs in it, comments and line breaks removed."""
    text = "".join(
        (HERE / name).read_text(encoding="utf-8") for name in ("outputs.css", "page.css")
    )
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", text)).strip()


@cache
def script(name: str) -> str:
    """A script of this package, indentation removed."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line.strip() for line in lines)
