"""Whether the file behind a figure holds what the figure draws: both are turned into places on its paper."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.report.alt import has_names
from helpers.report.downloads import MARK, table_of

NEAR = 0.1  # points: the file has five digits


class Recorder(RendererBase):
    """Notes where every path goes, and draws nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[tuple[float, float]] = []

    def draw_path(self, _gc, path, transform, _face=None) -> None:
        ends = slice(None) if path.codes is None else path.codes != path.CLOSEPOLY
        self.places += map(tuple, transform.transform(path.vertices[ends]))

    def draw_markers(self, gc, marker, marker_trans, path, trans, _face=None) -> None:
        places = trans.transform(path.vertices)
        if places.any():
            self.places += map(tuple, places)
        else:  # a band by itself comes as a marker that is its own place
            self.draw_path(gc, marker, marker_trans)

    def draw_path_collection(
        self, gc, master_transform, paths, _transforms, offsets, offset_trans, *_given, **_options
    ) -> None:
        if len(offsets) and np.any(offsets):
            self.places += map(tuple, offset_trans.transform(np.ma.filled(offsets, np.nan)))
            return
        for path in paths:
            self.draw_path(gc, path, master_transform)

    def get_canvas_width_height(self) -> tuple[float, float]:
        return 1e4, 1e4


def assert_download_is_what_is_drawn(figure: Figure) -> None:
    """Every number of the file is drawn, and every place drawn is a number of the file, a foot or an edge."""
    for ax in figure.axes:
        ax.get_xlim(), ax.get_ylim()  # settles the scales; a layout would move panels as a whole
    rows = list(csv.reader(io.StringIO(table_of(figure))))
    panels = [ax for ax in figure.axes if ax.get_visible() and ax.axison]
    head, body = rows[0], rows[1:]
    by_panel: list[list[list[str]]] = [body]
    if head[0] == "panel":
        titles = list(dict.fromkeys(row[0] for row in body))
        assert len(titles) == len(panels)
        by_panel = [[row[1:] for row in body if row[0] == title] for title in titles]
        head = head[1:]
    for ax, part in zip(panels, by_panel, strict=True):
        _compare(ax, head, part)


def _compare(ax: Axes, head: list[str], rows: list[list[str]]) -> None:
    names_up = has_names(ax.yaxis) and not has_names(ax.xaxis)
    across, up = _drawn(ax).T
    at, values = (up, across) if names_up else (across, up)
    told = [
        float(cell)
        for row in rows
        for name, cell in zip(head[1:], row[1:], strict=True)
        if cell and name != MARK
    ]
    places = [place for row in rows if (place := _place(row[0])) is not None]
    value_axis, position_axis = (0, 1) if names_up else (1, 0)
    assert told
    _covers(values, _paper(ax, told, value_axis), f"{ax.get_title('left')}: not drawn")
    known = [*told, 0.0, *(ax.get_xlim() if names_up else ax.get_ylim())]
    _covers(_paper(ax, known, value_axis), values, f"{ax.get_title('left')}: not in the file")
    if places:
        _covers(at, _paper(ax, places, position_axis), "position not drawn")
        edges = [*places, *(ax.get_ylim() if names_up else ax.get_xlim())]
        _covers(_paper(ax, edges, position_axis), at, "position not in the file")


def _drawn(ax: Axes) -> np.ndarray:
    recorder = Recorder()
    bars = [one for one in ax.containers if isinstance(one, BarContainer)]
    of_bars = {id(patch) for one in bars for patch in one.patches}
    for artist in [*ax.lines, *ax.collections, *ax.patches]:
        if id(artist) not in of_bars:
            artist.draw(recorder)
    middles = [_middle(patch, one.orientation) for one in bars for patch in one.patches]
    places = np.vstack(
        [np.reshape(recorder.places, (-1, 2)), *map(ax.transData.transform, middles)]
    )
    return places[np.isfinite(places).all(axis=1)]


def _middle(bar: Rectangle, orientation: str | None) -> np.ndarray:
    """Both ends of a bar, in its middle: there it stands, however wide it is."""
    ends = bar.get_bbox().get_points()
    wide = 1 if orientation == "horizontal" else 0
    ends[:, wide] = ends[:, wide].mean()
    return ends


def _paper(ax: Axes, numbers: Iterable[float], axis: int) -> np.ndarray:
    """Where numbers of one axis lie on the paper."""
    points = np.tile([[ax.get_xlim()[0], ax.get_ylim()[0]]], (len(list(numbers)), 1))
    points[:, axis] = list(numbers)
    with np.errstate(divide="ignore", invalid="ignore"):
        return ax.transData.transform(points)[:, axis]


def _covers(found: np.ndarray, sought: np.ndarray, says: str) -> None:
    found, sought = np.sort(found[np.isfinite(found)]), sought[np.isfinite(sought)]
    after = np.searchsorted(found, sought)
    away = np.minimum(
        np.abs(found[np.clip(after, 0, len(found) - 1)] - sought),
        np.abs(found[np.clip(after - 1, 0, len(found) - 1)] - sought),
    )
    assert away.max(initial=0.0) < NEAR, f"{says}: {sought[away.argmax()]:.1f} by {away.max():.2f}"


def _place(position: str) -> float | None:
    """A number or a date; names have no place of their own, for bars of a group stand beside it."""
    try:
        return float(position)
    except ValueError:
        pass
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", position):
        return float(mdates.date2num(pd.Timestamp(position).to_pydatetime()))
    return None
