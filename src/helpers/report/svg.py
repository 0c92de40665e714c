"""A matplotlib renderer that writes the SVG a page shows and nothing else, and measures text by adding up widths.

matplotlib's own SVG says in each element what its page says once. Text is drawn in the reader's font, which nobody
knows here: widths are those of DejaVu Sans, which is wide, so that what has room here has room there.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import re
from collections.abc import Callable
from html import escape
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import rgb2hex
from matplotlib.font_manager import FontProperties, findfont, get_font, weight_dict
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Transform
from PIL import Image

from helpers.report.figures.style import ACCENT, GRID, INK, LARGE, NEUTRAL, SMALL, WARN

#: What every SVG inherits from its root, and is left out below it.
ROOT_STYLE = {"fill": "currentColor", "stroke-linejoin": "round", "stroke-linecap": "butt"}

#: Colours that follow the page. Letters need more contrast than marks: they take the shades of the page's own text.
_COLOURS = {INK: "currentColor", "#000000": "currentColor", GRID: f"var(--gr-grid,{GRID})"}
_MARKS = _COLOURS | {"#ffffff": "var(--gr-page,#fff)"}  # inside of a hollow mark
_LETTERS_IN = _COLOURS | {
    LARGE: f"var(--gr-blue,{LARGE})",
    SMALL: f"var(--gr-red,{SMALL})",
    ACCENT: f"var(--gr-green,{ACCENT})",
    WARN: f"var(--gr-purple,{WARN})",
    NEUTRAL: f"var(--gr-muted,{NEUTRAL})",
}
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
_HATCH = 72  # points: the side of a hatch pattern, in which matplotlib draws its lines
_MEASURED = 100  # points: the size at which characters are measured


class PageRenderer(RendererBase):
    """Draws a figure of ``width`` by ``height`` points, one point a pixel; ``name`` salts the ids."""

    def __init__(self, width: float, height: float, name: str = ""):
        super().__init__()
        self._width, self._height, self._name = width, height, name
        self._flip = Affine2D().scale(1, -1).translate(0, height)
        self._drawn: list[tuple[str, str, str]] = []  # clip, style, the element without its style
        self._defined: dict[str, tuple[str, str]] = {}  # what follows an id: its element and the id

    def document(self, kind: str = "gr-wide") -> str:
        """All that was drawn, as an element of this class; neighbours that look alike say so once."""
        width, height = _numbers(self._width, self._height)
        parts = [
            f'<svg width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}" focusable="false" '
            f'class="{kind}" style="{_css(ROOT_STYLE)}">'
        ]
        if self._defined:
            parts.append("<defs>")
            parts += [f'<{tag} id="{key}"{rest}' for rest, (tag, key) in self._defined.items()]
            parts.append("</defs>")
        letters = [one for one in self._drawn if one[2].startswith("<text")]
        marks = [one for one in self._drawn if not one[2].startswith("<text")]
        letters.sort(key=lambda drawn: drawn[:2])  # above all marks, in whatever order
        for clip, clipped in groupby(marks + letters, key=lambda drawn: drawn[0]):
            parts.append(f'<g clip-path="url(#{clip})">' if clip else "")
            for style, alike in groupby(clipped, key=lambda drawn: drawn[1]):
                elements = [element for _, _, element in alike]
                if elements[0].startswith("M"):  # dots of one look
                    elements = [f'<path d="{"".join(elements)}"/>']
                said = f' style="{style}"' if style else ""
                if len(elements) == 1:
                    parts.append(elements[0].replace(" ", f"{said} ", 1))
                else:
                    parts += [f"<g{said}>", *elements, "</g>"]
            parts.append("</g>" if clip else "")
        return "".join([*parts, "</svg>"])

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,
    ) -> None:
        bare = rgbFace is None and gc.get_hatch_path() is None
        if bare and not gc.get_linewidth():
            return
        if data := self._data(path, transform, line=bare):
            self._add(gc, self._style(gc, rgbFace), f'<path d="{data}"/>')

    def draw_markers(
        self,
        gc: GraphicsContextBase,
        marker_path: Path,
        marker_trans: Transform,
        path: Path,
        trans: Transform,
        rgbFace: Any = None,
    ) -> None:
        mark = self._marker(marker_path, marker_trans)
        for x, y in (trans + self._flip).transform(path.vertices):
            if 0 <= x <= self._width and 0 <= y <= self._height:
                mark(gc, rgbFace, x, y)

    def draw_path_collection(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        paths: Any,
        all_transforms: Any,
        offsets: Any,
        *given: Any,
        **options: Any,
    ) -> None:
        if len(offsets) <= max(len(paths), len(all_transforms)):  # each path stands at one place
            everything = master_transform, paths, all_transforms, offsets, *given
            super().draw_path_collection(gc, *everything, **options)
            return
        base: Any = self  # its helpers for renderers are documented, but not in the stubs
        raw = base._iter_collection_raw_paths(master_transform, paths, all_transforms)
        markers = [self._marker(path, transform) for path, transform in raw]
        for x, y, mark, one, face in base._iter_collection(gc, markers, offsets, *given, **options):
            mark(one, face, x, self._height - y)

    def draw_image(
        self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Any = None
    ) -> None:
        height, width = im.shape[:2]
        stored = io.BytesIO()
        Image.fromarray(im).save(stored, format="png")
        data = base64.b64encode(stored.getvalue()).decode("ascii")
        placed = Affine2D().scale(1 / width, 1 / height) + (
            transform if transform is not None else Affine2D().scale(width, height)
        )
        placed = placed + Affine2D().translate(x, y) + self._flip
        matrix = " ".join(f"{value:g}" for value in placed.get_matrix()[:2].T.ravel())
        self._add(
            gc,
            "image-rendering:pixelated",
            f'<image width="{width}" height="{height}" transform="matrix({matrix})"'
            f' href="data:image/png;base64,{data}"/>',
        )

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        if ismath:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        weight: Any = prop.get_weight()
        weight = weight_dict.get(weight, weight)
        red, green, blue, alpha = gc.get_rgb()
        style = {
            "font-style": prop.get_style() if prop.get_style() != "normal" else "",
            "font-weight": str(weight) if weight != 400 else "",
            "font-size": f"{prop.get_size_in_points():g}px",
            "fill": _colour((red, green, blue), letters=True),
            "fill-opacity": f"{alpha:g}" if alpha != 1 else "",
        }
        if mtext and (angle == 0 or mtext.get_rotation_mode() == "anchor"):
            # Anchored where it was aligned, for the reader's font has other widths.
            style["text-anchor"] = _ANCHORS[mtext.get_horizontalalignment()]
            at = mtext.get_transform().transform(mtext.get_unitless_position())
            turned = np.deg2rad(angle)
            down = np.array([np.sin(turned), np.cos(turned)])
            x, y = (at := self._flip.transform(at)) + down * (down @ (np.array([x, y]) - at))
            if style["text-anchor"] == "start":
                del style["text-anchor"]
        across, up = _numbers(x, y)
        rotated = f' transform="rotate({-angle:g} {across} {up})"' if angle else ""
        text = escape(s, quote=False)
        self._add(gc, _css(style), f'<text x="{across}" y="{up}"{rotated}>{text}</text>')

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        widths, size = _widths_of(prop), prop.get_size_in_points()
        up, down, _ = widths.heights
        return sum(map(widths.__getitem__, s)) * size, (up + down) * size, down * size

    def _get_font_height_metrics(self, prop: FontProperties) -> tuple[float, float, float]:
        # Asked for by matplotlib from 3.11 on at each text; without it the font is looked up again each time.
        up, down, gap = (part * prop.get_size_in_points() for part in _widths_of(prop).heights)
        return up, down, gap

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self._width, self._height

    def option_scale_image(self) -> bool:
        return True

    def flipy(self) -> bool:
        return True

    def _add(self, gc: GraphicsContextBase, style: str, element: str) -> None:
        alpha = gc.get_alpha() if gc.get_forced_alpha() else 1.0
        if alpha != 1.0:  # of the whole element, line and fill together: not inherited
            element = element.replace(" ", f' opacity="{alpha:g}" ', 1)
        self._drawn.append((self._clip(gc), style, element))

    def _marker(
        self, path: Path, transform: Transform
    ) -> Callable[[GraphicsContextBase, Any, float, float], None]:
        """What draws a marker at a place: a shape that is used again, or for a plain dot the round end of a line."""
        size, shape = _diameter(path, transform), ""

        def mark(gc: GraphicsContextBase, face: Any, x: float, y: float) -> None:
            nonlocal shape
            across, up = _numbers(x, y)
            if size and face is not None and _is_plain(gc, face):
                style = {
                    "stroke": _colour(face[:3]),
                    "stroke-width": f"{size + gc.get_linewidth():.4g}",
                    "stroke-linecap": "round",
                }
                self._add(gc, _css(style), f"M{across} {up}h0")
                return
            shape = shape or self._shape(path, transform)
            self._add(gc, self._style(gc, face), f'<use href="#{shape}" x="{across}" y="{up}"/>')

        return mark

    def _define(self, tag: str, rest: str) -> str:
        """Put down, once, what others refer to, and return its id."""
        if rest not in self._defined:
            salted = hashlib.sha256(f"{self._name} {rest}".encode())
            self._defined[rest] = (tag, f"{tag[0]}{salted.hexdigest()[:8]}")
        return self._defined[rest][1]

    def _shape(self, path: Path, transform: Transform) -> str:
        top = Affine2D().translate(0, self._height)  # where the flip puts nought
        data = self._data(path, transform + top)
        return self._define("path", f' d="{data}"/>')

    def _clip(self, gc: GraphicsContextBase) -> str:
        path, transform = gc.get_clip_path()
        if path is not None:
            inside = f'<path d="{self._data(path, transform)}"/>'
        elif (box := gc.get_clip_rectangle()) is not None:
            left, top = self._flip.transform((box.x0, box.y1))
            x, y, width, height = _numbers(left, top, box.width, box.height)
            inside = f'<rect x="{x}" y="{y}" width="{width}" height="{height}"/>'
        else:
            return ""
        return self._define("clipPath", f">{inside}</clipPath>")

    def _hatch(self, gc: GraphicsContextBase, face: Any) -> str:
        top = self._height - _HATCH  # where the flip puts the top of the pattern
        lines = self._data(gc.get_hatch_path(), Affine2D().scale(_HATCH).translate(0, top))
        style = {
            "fill": (colour := _colour(gc.get_hatch_color()[:3])),
            "stroke": colour,
            "stroke-width": f"{gc.get_hatch_linewidth():g}",
        }
        fill = "none" if face is None else _colour(face[:3])
        return self._define(
            "pattern",
            f' patternUnits="userSpaceOnUse" width="{_HATCH}" height="{_HATCH}">'
            f'<path d="M0 0H{_HATCH}V{_HATCH}H0z" style="fill:{fill}"/>'
            f'<path d="{lines}" style="{_css(style)}"/></pattern>',
        )

    def _style(self, gc: GraphicsContextBase, face: Any) -> str:
        own_alpha = not gc.get_forced_alpha()
        style = {"fill": "none"}
        if gc.get_hatch() is not None:
            style["fill"] = f"url(#{self._hatch(gc, face)})"
        elif face is not None:
            style["fill"] = _colour(face[:3])
        if face is not None and len(face) == 4 and face[3] != 1 and own_alpha:
            style["fill-opacity"] = f"{face[3]:g}"
        red, green, blue, alpha = gc.get_rgb()
        if gc.get_linewidth():
            dashes: Any
            start, dashes = gc.get_dashes()
            style |= {
                "stroke": _colour((red, green, blue)),
                "stroke-opacity": f"{alpha:g}" if alpha != 1 and own_alpha else "",
                "stroke-width": f"{gc.get_linewidth():g}" if gc.get_linewidth() != 1 else "",
                "stroke-dasharray": " ".join(_numbers(*dashes)) if dashes is not None else "",
                "stroke-dashoffset": f"{start:g}" if dashes is not None and start else "",
                "stroke-linejoin": gc.get_joinstyle(),
                "stroke-linecap": {"projecting": "square"}.get(
                    gc.get_capstyle(), gc.get_capstyle()
                ),
            }
        return _css(style)

    def _data(self, path: Any, transform: Any, line: bool = False) -> str:
        """The path in SVG's words; a line is cut at the figure's edges and thinned out as matplotlib does."""
        cleaned: Any = path.cleaned(
            transform + self._flip,
            remove_nans=True,
            clip=(0.0, 0.0, self._width, self._height) if line else None,
            simplify=line and path.should_simplify,
            curves=True,
        )
        if line and (codes := cleaned.codes[:-1]).size and (codes <= Path.LINETO).all():
            return _steps(cleaned.vertices[:-1], codes)
        words, said = [], None
        for (x, y), code in zip(
            (np.round(cleaned.vertices, 2) + 0.0).tolist(), cleaned.codes, strict=True
        ):
            if code == Path.STOP:
                continue
            if code == Path.CLOSEPOLY:
                words.append("z")
                said = None
                continue
            words.append(f"{' ' if code == said else _LETTERS[code]}{x:g} {y:g}")
            said = Path.LINETO if code == Path.MOVETO else code  # what further pairs of numbers are
        return "".join(words)


def _steps(vertices: np.ndarray, codes: np.ndarray) -> str:
    """A line as steps from point to point, in tenths of a point, which takes half the letters."""
    tenths = np.round(vertices * 10).astype(int)
    words: list[str] = []
    for (x, y), step, code in zip(
        tenths.tolist(), np.diff(tenths, axis=0, prepend=0).tolist(), codes.tolist(), strict=True
    ):
        if code == Path.MOVETO:
            words.append(f"M{x / 10:g} {y / 10:g}l")
        elif any(step):
            across, up = (
                f"{part / 10:g}".replace("0.", ".", 1) if abs(part) < 10 else f"{part / 10:g}"
                for part in step
            )
            words.append(f"{across}{up}" if up.startswith("-") else f"{across} {up}")
    line = " ".join(words).replace(" -", "-").replace("l ", "l").replace(" M", "M")
    return re.sub(r"l(?=M|$)", "", line)


def _is_plain(gc: GraphicsContextBase, face: Any) -> bool:
    """Whether a marker has one colour, which nothing shows through."""
    edge = gc.get_rgb()
    solid = gc.get_alpha() == 1 and (len(face) < 4 or face[3] == 1)
    return solid and (not gc.get_linewidth() or tuple(edge[:3]) == tuple(face[:3]))


def _diameter(path: Path, transform: Transform) -> float:
    """The diameter of a circle, in points; nought for any other shape."""
    codes, circle = np.asarray(path.codes), np.asarray(Path.unit_circle().codes)
    if not np.array_equal(codes, circle):
        return 0.0
    outline = transform.transform(np.asarray(path.vertices)[:-1:3])
    (left, low), (right, high) = outline.min(axis=0), outline.max(axis=0)
    away = np.hypot(*(outline - ((left + right) / 2, (low + high) / 2)).T)
    return float(right - left) if np.allclose(away, (right - left) / 2, rtol=1e-3) else 0.0


class _Widths(dict[str, float]):
    """Widths of a font's characters, measured once each, and the heights of its lines, as parts of its size."""

    def __init__(self, font: FT2Font):
        self._font = font
        head, line = font.get_sfnt_table("head"), font.get_sfnt_table("OS/2")
        if head is None or line is None:
            raise ValueError(
                f"{font.family_name} is no OpenType font: it lacks the heights of lines."
            )
        heights = line["sTypoAscender"], -line["sTypoDescender"], line["sTypoLineGap"]
        self.heights = tuple(height / head["unitsPerEm"] for height in heights)

    def __missing__(self, character: str) -> float:
        self._font.set_size(_MEASURED, 72)
        glyph = self._font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
        self[character] = width = glyph.linearHoriAdvance / 65536 / _MEASURED
        return width


def _widths_of(prop: FontProperties) -> _Widths:
    return _widths(tuple(prop.get_family()), prop.get_weight(), prop.get_style())


@functools.cache
def _widths(family: tuple[str, ...], weight: Any, style: Any) -> _Widths:
    return _Widths(
        get_font(findfont(FontProperties(family=list(family), weight=weight, style=style)))
    )


@functools.lru_cache(256)
def _hex(red: float, green: float, blue: float, letters: bool) -> str:
    name = rgb2hex((red, green, blue))
    return (_LETTERS_IN if letters else _MARKS).get(name, name)


def _colour(rgb: Any, *, letters: bool = False) -> str:
    return _hex(*map(float, rgb), letters)


def _css(style: dict[str, str]) -> str:
    inherited = {} if style is ROOT_STYLE else ROOT_STYLE
    return ";".join(
        f"{name}:{value}" for name, value in style.items() if value and inherited.get(name) != value
    )


def _numbers(*values: float) -> list[str]:
    """Hundredths of a point."""
    return [f"{round(float(value), 2) + 0.0:g}" for value in values]
