"""One figure on the page: inline SVG or palette PNG, with its caption, source line and alternative text."""

from __future__ import annotations

import base64
import io
import re
from html import escape
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image

from helpers.report.alt import describe
from helpers.report.figures.style import GRID, INK
from helpers.report.sources import figure_of, source_text, take_line

PNG_DPI = 144
PNG_COLOURS = 64
SMALL_SVG = 60_000  # bytes: below it no PNG is drawn to compare with

#: What every SVG inherits from its root; the same rules are left out below it.
ROOT_STYLE = ("fill:currentColor", "stroke-linejoin:round", "stroke-linecap:butt")


def show(ax_or_figure, caption: str, *, name: str, sources=None, alt: str | None = None) -> None:
    """Display one figure with its caption, source line and alternative text, then close it.

    Parameters
    ----------
    ax_or_figure : Axes, Figure or array of Axes
        What a ``plot_`` function returned.
    caption : str
        One sentence that says what to see.
    name : str
        Lower-case words joined by ``-``; unique in the notebook. It is the anchor and salts the SVG's ids.
    sources : Information, Published, Provenance, names, optional
        For the source line; leave it out for a function that is `drawn`, which recorded what it read.
    alt : str, optional
        A sentence put before the description computed from the data.

    Raises
    ------
    ValueError
        When the name is not of that form.
    """
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(
            f"show: the name {name!r} must be lower-case letters, digits and '-', starting with a letter."
        )
    figure = figure_of(ax_or_figure)
    source = take_line(figure) if sources is None else source_text(sources)
    html, text = captioned(figure, caption, name=name, source=source, alt=alt)
    plt.close(figure)
    display({"text/html": html, "text/plain": f"{caption} {text}"}, raw=True)


def captioned(
    figure: Figure, caption: str, *, name: str, source: str = "", alt: str | None = None
) -> tuple[str, str]:
    """A figure as the element a page shows, and its alternative text; arguments as in :func:`show`."""
    lay_out(figure)
    text = " ".join(filter(None, (alt, describe(figure))))
    line = f' <span class="gr-source">{escape(source)}</span>' if source else ""
    html = (
        f'<figure class="gr-figure" id="figure-{name}">{embedded(figure, name, text)}'
        f"<figcaption>{escape(caption)}{line}</figcaption></figure>"
    )
    return html, text


def lay_out(figure: Figure) -> None:
    """Solve the layout once: the formats keep it instead of solving it, and drawing twice, again."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    with mpl.rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):
        figure.set_layout_engine(None)  # the one way to leave none: "none" keeps a place holder


def embedded(figure: Figure, name: str, alt: str) -> str:
    """The element that shows a figure, with its alternative text: an SVG, or a PNG where that takes fewer bytes."""
    vector = svg(figure, name)
    drawn = vector.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
    if len(vector.encode()) <= SMALL_SVG:
        return drawn
    raster = png(figure)
    encoded = base64.b64encode(raster).decode("ascii")
    if len(vector.encode()) <= len(encoded):
        return drawn
    width, height = Image.open(io.BytesIO(raster)).size
    size = f'width="{width // 2}" height="{height // 2}"'
    return f'<img src="data:image/png;base64,{encoded}" {size} alt="{escape(alt)}">'


def png(figure: Figure) -> bytes:
    """PNG at twice the screen's resolution with a palette, about a third of the plain size."""
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="png", dpi=PNG_DPI, facecolor="white", metadata={"Software": None}
    )
    small = io.BytesIO()
    Image.open(buffer).convert("RGB").quantize(PNG_COLOURS).save(small, format="png", optimize=True)
    return small.getvalue()


def svg(figure: Figure, name: str) -> str:
    """SVG to stand inline in a page: same bytes each time, ids salted by name, text and axes in the page's colours."""
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(
            buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    root = ElementTree.fromstring(buffer.getvalue())
    referenced = set(re.findall(r"#([\w.-]+)", buffer.getvalue().decode()))
    _compact(root, referenced)
    root.attrib = {
        **{name: root.attrib[name] for name in ("width", "height", "viewBox")},
        "focusable": "false",
        "class": "gr-plot",
        "style": ";".join(ROOT_STYLE),
    }
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _compact(element: ElementTree.Element, referenced: set[str]) -> None:
    """Shorten an element and all below it, without changing what is drawn by more than a hundredth of a point."""
    element.tag = element.tag.rpartition("}")[2]
    element.text = element.text if element.tag in ("text", "tspan") else None
    element.tail = None
    element.attrib = {
        key.rpartition("}")[2]: _attribute(key, value)
        for key, value in element.items()
        if (key != "id" or value in referenced) and not value.startswith("rotate(-0 ")
    }
    if element.get("style") == "":
        del element.attrib["style"]
    kept = []
    for child in element:
        _compact(child, referenced)
        if child.tag in ("metadata", "style") or child.get("style") == "fill:none":
            continue  # the sheet would hold for every line of the page; a path with neither fill nor line is unseen
        if child.tag in ("g", "defs") and len(child) == 0:
            continue
        kept += list(child) if child.tag == "g" and not child.attrib else [child]
    element[:] = kept


def _attribute(key: str, value: str) -> str:
    if key == "id" or key.endswith("href"):
        return value
    value = re.sub(
        r"-?\d+\.\d{3,}", lambda match: f"{float(match.group()):.2f}".rstrip("0").rstrip("."), value
    )
    if key == "d":
        return _path(value)
    if key == "style":
        value = value.replace(INK, "currentColor").replace(GRID, f"var(--gr-grid,{GRID})")
        value = re.sub(r"font: (?:(\w+) )?([\d.]+)px [^;]+", _font, value)
        value = re.sub(r"; ?", ";", re.sub(r": ", ":", value)).strip(";")
        rules = (
            rule
            for rule in value.split(";")
            if rule not in ROOT_STYLE and not rule.startswith("font-family")
        )
        return ";".join(rules)
    return value


def _font(match: re.Match) -> str:
    weight = f"font-weight:{match.group(1)};" if match.group(1) else ""
    return f"{weight}font-size:{match.group(2)}px"


def _path(data: str) -> str:
    words = re.sub(r" ?([A-Za-z]) ?", r"\1", re.sub(r"\s+", " ", data).strip())
    # After a move or a line, further pairs of numbers are lines already.
    return (
        words.replace("L", " ") if set(re.findall("[A-Za-z]", words)) <= {"M", "L", "z"} else words
    )
