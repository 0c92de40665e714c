"""One figure on the page: inline SVG or palette PNG, with its caption, source line and alternative text."""

from __future__ import annotations

import base64
import contextlib
import io
import re
from collections.abc import Iterator
from html import escape
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine, TightLayoutEngine
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import ScaledTranslation
from PIL import Image

from helpers.report.alt import describe_twice, title_of
from helpers.report.downloads import link, table_of
from helpers.report.figures.style import BELOW, END, fills_the_width
from helpers.report.narrow import enlarge, rearrange, spread_names
from helpers.report.sources import figure_of, source_html, sources_in, take_line
from helpers.report.svg import PageRenderer
from helpers.report.text import first_sentence

SMALLEST = 8.0  # points: 11 pixels in a column of text
#: Of the layout, in letters. Without a frame to fit it is measured once, not twice.
MARGINS: dict[str, Any] = {"pad": 0.3, "w_pad": 0.8, "h_pad": 0.8, "rect": None}
TITLE = 3.0  # points from the left edge
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
        How to read it, below the picture. Above it stands what the figure itself tells, see
        :func:`helpers.report.figures.style.tell`.
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
    display(mimebundle(ax_or_figure, caption, name=name, sources=sources, alt=alt), raw=True)


def mimebundle(
    ax_or_figure,
    caption: str,
    *,
    name: str,
    sources=None,
    alt: str | None = None,
    phone: bool = True,
) -> dict[str, str]:
    """What :func:`show` displays, by media type; arguments as there and in :func:`captioned`."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        raise ValueError(
            f"show: the name {name!r} must be lower-case letters, digits and '-', starting with a letter."
        )
    figure = figure_of(ax_or_figure)
    told = str(figure.get_label())
    if sources is None:
        sources = sources_in(figure) or None
    take_line(figure)
    html, text = captioned(figure, caption, name=name, sources=sources, alt=alt, phone=phone)
    plt.close(figure)
    plain = " ".join(filter(None, (told, caption, text)))
    return {"text/html": html, "text/plain": plain}


def captioned(
    figure: Figure,
    caption: str,
    *,
    name: str,
    sources=None,
    alt: str | None = None,
    download: bool = True,
    phone: bool = True,
) -> tuple[str, str]:
    """A figure as the element a page shows, and all its numbers in words; arguments as in :func:`show`.

    What it tells heads it: the finding is read before the picture that shows it, whose own title steps back. It is
    drawn for two widths, of which the style sheet shows the one that fits; a map scrolls sideways on a phone instead,
    and without ``phone`` any figure does, as one that a control draws anew at each move. Its numbers go with it unless
    they lie beside the page anyway.
    """
    told = str(figure.get_label())
    if told and title_of(figure):
        for ax in figure.axes:
            vars(ax)["_left_title"].set_fontweight("normal")
    engine = figure.get_layout_engine()
    enlarge(figure, SMALLEST)
    lay_out(figure, engine)
    whole, label = describe_twice(figure, alt or "")
    text = " ".join(filter(None, (alt, whole)))
    title = title_of(figure) or first_sentence(told or caption).rstrip(".")
    data = link(table_of(figure), name) if download else ""
    focus = ""
    if not phone or any(ax.get_label() == "<colorbar>" for ax in figure.axes):
        drawn, focus = embedded(figure, name, "gr-map"), ' tabindex="0"'
    else:
        drawn = embedded(figure, name, "gr-wide")
        rearrange(figure)
        lay_out(figure, engine)
        if spread_names(figure):
            lay_out(figure, engine)
        drawn += embedded(figure, f"{name}-narrow", "gr-narrow")
    line = source_html(sources, data)
    head = f'<p class="gr-finding">{escape(told)}</p>' if told else ""
    html = (
        f'<figure class="gr-figure" id="figure-{name}" data-title="{escape(title)}">{head}'
        f'<div class="gr-plot" role="img" aria-label="{escape(label)}"{focus}>{drawn}</div>'
        f"<figcaption>{escape(caption)}{line}</figcaption></figure>"
    )
    return html, text


def lay_out(figure: Figure, engine: LayoutEngine | None = None) -> None:
    """Solve the layout once: the formats keep it instead of solving it again.

    Ticks are measured once, too: a name of an axis is put where they end, where it would look for them at each draw.
    """
    engine = engine or figure.get_layout_engine()
    if isinstance(engine, TightLayoutEngine):
        engine = TightLayoutEngine(**MARGINS)
    with _measured(figure) as renderer:
        for _ in range(6):  # new margins may bring other ticks, or move a text over an edge
            ticks = _numbers(figure)
            shown = [ax for ax in figure.axes if ax.get_visible()]
            reaches = [_place_names(figure, ax, renderer) for ax in shown]
            for ax, reach in zip(shown, reaches, strict=True):
                _hang_key(figure, ax, *reach)
            if engine is None:
                break
            engine.execute(figure)
            for ax in shown:
                _part_labels(ax, renderer)
            _make_room(figure, renderer)
            if _numbers(figure) == ticks and not _reaches_out(figure, renderer):
                break
        for ax in shown:
            if ax.get_title("left") and fills_the_width(
                ax
            ):  # flush with the names, not with the axes
                vars(ax)["_left_title"].set_x((TITLE - ax.bbox.x0) / ax.bbox.width)
    with mpl.rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):
        figure.set_layout_engine(None)  # the one way to leave none: "none" keeps a place holder


def _numbers(figure: Figure) -> list[list[float]]:
    """Where the numbers at the left of each axes stand, whose width decides its margin."""
    axes = [ax.yaxis for ax in figure.axes if ax.get_visible() and ax.axison]
    free = [axis for axis in axes if not isinstance(axis.get_major_locator(), FixedLocator)]
    return [list(axis.get_majorticklocs()) for axis in free]


def _make_room(figure: Figure, renderer: PageRenderer) -> None:
    """Leave room for keys below a row of panels, which are wider than the panels that they hang on."""
    keys = [key for ax in figure.axes if (key := ax.get_legend()) and not key.get_in_layout()]
    if keys:
        tall = max(key.get_window_extent(renderer).height for key in keys) / figure.bbox.height
        figure.subplots_adjust(bottom=figure.subplotpars.bottom + tall)


def _part_labels(ax: Axes, renderer: PageRenderer) -> None:
    """Move labels at the ends of lines up and down until none covers another."""
    labels = [text for text in ax.texts if text.get_gid() == END]
    labels.sort(key=lambda label: ax.transData.transform(label.xy)[1])  # type: ignore[attr-defined]
    least, moved = -np.inf, []
    for label in labels:
        tall = label.get_window_extent(renderer).height
        at = ax.transData.transform(label.xy)[1]  # type: ignore[attr-defined]
        middle = max(at, least + tall / 2)
        least = middle + tall / 2
        moved.append(middle - at)
    for label, away in zip(labels, moved, strict=True):
        label.set_position((label.get_position()[0], away - np.mean(moved)))


def _hang_key(figure: Figure, ax: Axes, left: float, low: float) -> None:
    """Put a key that belongs below its axes under all that is written there, flush with the names at the left."""
    key = ax.get_legend()
    if key is not None and key.get_gid() == BELOW:
        shift = ScaledTranslation(-left / 72, -low / 72, figure.dpi_scale_trans)
        key.set_bbox_to_anchor((0, 0), transform=ax.transAxes + shift)


def _reaches_out(figure: Figure, renderer: PageRenderer) -> bool:
    """Whether a text in the axes runs over an edge of the figure."""
    boxes = (text.get_window_extent(renderer) for ax in figure.axes for text in ax.texts)
    return any(
        box.x0 < 0 or box.y0 < 0 or box.x1 > figure.bbox.x1 or box.y1 > figure.bbox.y1
        for box in boxes
    )


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


def _place_names(figure: Figure, ax: Axes, renderer: PageRenderer) -> tuple[float, float]:
    """Fix the names of both axes at their distance from the axes, which the layout does not change.

    How far ticks and names reach out of the axes, to the left and down, in points.
    """
    if not ax.axison:
        return 0.0, 0.0
    reach = []
    for axis, side in ((ax.yaxis, "x0"), (ax.xaxis, "y0")):
        name = axis.label
        x, y = name.get_position()
        name.set_visible(False)  # not measured with the ticks
        axis.set_label_coords(x, y)
        box = axis.get_tightbbox(renderer)
        name.set_visible(True)
        beside = max(0.0, getattr(ax.bbox, side) - getattr(box, side)) if box else 0.0
        away = -(beside + axis.labelpad) / 72
        if side == "y0":
            y, shift = 0, ScaledTranslation(0, away, figure.dpi_scale_trans)
        else:
            x, shift = 0, ScaledTranslation(away, 0, figure.dpi_scale_trans)
        axis.set_label_coords(x, y, ax.transAxes + shift)
        if name.get_text():
            extent = name.get_window_extent(renderer)
            beside += axis.labelpad + (extent.height if side == "y0" else extent.width)
        reach.append(beside)
    return reach[0], reach[1]


def embedded(figure: Figure, name: str, kind: str) -> str:
    """The element that shows a figure, of this class: an SVG, or a PNG where that takes fewer bytes."""
    vector = svg(figure, name, kind)
    if len(vector.encode()) <= SMALL_SVG:
        return vector
    raster = png(figure)
    encoded = base64.b64encode(raster).decode("ascii")
    if len(vector.encode()) <= len(encoded):
        return vector
    width, height = Image.open(io.BytesIO(raster)).size
    size = f'width="{width // 2}" height="{height // 2}"'
    return f'<img class="{kind}" src="data:image/png;base64,{encoded}" {size} alt="">'


def png(figure: Figure) -> bytes:
    """PNG at twice the screen's resolution with a palette, about a third of the plain size."""
    buffer = io.BytesIO()
    figure.savefig(
        buffer, format="png", dpi=PNG_DPI, facecolor="white", metadata={"Software": None}
    )
    small = io.BytesIO()
    Image.open(buffer).convert("RGB").quantize(PNG_COLOURS).save(small, format="png", optimize=True)
    return small.getvalue()


def svg(figure: Figure, name: str, kind: str = "gr-wide") -> str:
    """SVG to stand inline in a page: same bytes each time, ids salted by name, text and axes in the page's colours."""
    patches = [figure.patch, *(ax.patch for ax in figure.axes)]
    paper = [patch for patch in patches if patch.get_visible()]
    for patch in paper:
        patch.set_visible(False)
    with _measured(figure, name) as renderer:
        figure.draw(renderer)
    for patch in paper:
        patch.set_visible(True)
    return renderer.document(kind)
