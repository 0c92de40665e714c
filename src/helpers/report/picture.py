"""One figure on the page: inline SVG or palette PNG, with its caption, source line and alternative text."""

from __future__ import annotations

import base64
import contextlib
import io
import re
from collections.abc import Iterator
from html import escape

import matplotlib as mpl
import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from matplotlib.layout_engine import TightLayoutEngine
from matplotlib.transforms import ScaledTranslation
from PIL import Image

from helpers.report.alt import describe
from helpers.report.sources import figure_of, source_text, take_line
from helpers.report.svg import PageRenderer

PNG_DPI = 144
PNG_COLOURS = 64
SMALL_SVG = 60_000  # bytes: below it no PNG is drawn to compare with


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
    """Solve the layout once: the formats keep it instead of solving it again.

    Ticks are measured once, too: a name of an axis is put where they end, where it would look for them at each draw.
    """
    with _measured(figure) as renderer:
        for ax in figure.axes:
            if ax.axison and ax.get_visible():
                _place_names(figure, ax, renderer)
        engine = figure.get_layout_engine()
        if isinstance(engine, TightLayoutEngine):
            engine.set(pad=0.3, w_pad=0.8, h_pad=0.8)
        if engine is not None:
            engine.execute(figure)
    with mpl.rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):
        figure.set_layout_engine(None)  # the one way to leave none: "none" keeps a place holder


class _Canvas(FigureCanvasBase):
    """Hands its renderer to all that measures the figure."""

    def __init__(self, figure: Figure, renderer: PageRenderer):
        super().__init__(figure)
        self._page = renderer

    def get_renderer(self) -> PageRenderer:
        return self._page


@contextlib.contextmanager
def _measured(figure: Figure, name: str = "") -> Iterator[PageRenderer]:
    """A figure measured and drawn by a `PageRenderer`, at one point a pixel."""
    dpi, canvas = figure.dpi, figure.canvas
    figure.dpi = 72
    width, height = 72 * figure.get_size_inches()
    renderer = PageRenderer(width, height, name)
    _Canvas(figure, renderer)
    try:
        yield renderer
    finally:
        figure.set_canvas(canvas)
        figure.dpi = dpi


def _place_names(figure: Figure, ax: Axes, renderer: PageRenderer) -> None:
    """Fix the names of both axes at their distance from the axes, which the layout does not change."""
    for axis, side in ((ax.xaxis, "y0"), (ax.yaxis, "x0")):
        x, y = axis.label.get_position()
        axis.label.set_visible(False)  # not measured with the ticks
        axis.set_label_coords(x, y)
        box = axis.get_tightbbox(renderer)
        axis.label.set_visible(True)
        beside = max(0.0, getattr(ax.bbox, side) - getattr(box, side)) if box else 0.0
        away = -(beside + axis.labelpad) / 72
        if side == "y0":
            y, shift = 0, ScaledTranslation(0, away, figure.dpi_scale_trans)
        else:
            x, shift = 0, ScaledTranslation(away, 0, figure.dpi_scale_trans)
        axis.set_label_coords(x, y, ax.transAxes + shift)


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
    patches = [figure.patch, *(ax.patch for ax in figure.axes)]
    paper = [patch for patch in patches if patch.get_visible()]
    for patch in paper:
        patch.set_visible(False)
    with _measured(figure, name) as renderer:
        figure.draw(renderer)
    for patch in paper:
        patch.set_visible(True)
    return renderer.document()
