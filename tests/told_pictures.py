"""What holds of the pictures of every notebook: they say what they show, where it is from, and why they are empty."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import compress
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from drawn_numbers import assert_download_is_what_is_drawn
from helpers.report.alt import describe
from helpers.report.sources import figure_of, take_line

Plot = Callable[[Any], Any]


class PicturesOfANotebook:
    """The tests of the pictures of one notebook; a class below states what is its own.

    The file has the fixtures ``found``, what was examined, and ``long_before``, the same when little was known.
    """

    #: What each picture reads, among others.
    sources: Mapping[Plot, Sequence[str]]
    #: Pictures of what was known even long before.
    known_before: Collection[Plot] = ()
    #: Pictures below whose first panel no other has a title.
    one_title: Collection[Plot] = ()
    #: Pictures with panels whose title alone says what is counted.
    unnamed: Collection[Plot] = ()
    #: Whether all panels name what lies across, not up alone.
    across: bool = False

    @classmethod
    def part(cls, _plot: Plot, found: Any) -> Any:
        """What of all that was found a picture shows."""
        return found

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Try all pictures that the class below states."""
        if "plot" in metafunc.fixturenames:
            metafunc.parametrize("plot", self.sources)
        if "empty" in metafunc.fixturenames:
            empty = [plot for plot in self.sources if plot not in self.known_before]
            metafunc.parametrize("empty", empty)

    def test_a_picture_says_what_it_shows_and_where_it_is_from(self, plot, picture):
        panels = visible(picture(plot))
        for ax in panels[:1] if plot in self.one_title else panels:
            assert title(ax)
        units = [named(ax.xaxis) or (named(ax.yaxis) and not self.across) for ax in panels]
        assert any(units) if plot in self.unnamed else all(units)
        drawn = []
        for ax in panels:
            marks, names = ax.get_legend_handles_labels()
            assert names
            assert not [name for name in names if name.startswith("_") or not name.strip()]
            # what is shaded lies behind what the words are of
            told = [not isinstance(mark, Rectangle) for mark in marks]
            drawn += compress(names, told)
        figure = figure_of(panels[0])
        assert figure.get_label().endswith("."), "what is seen heads it"
        assert_download_is_what_is_drawn(figure)
        line = take_line(figure)
        assert line.startswith("Source: ")
        assert not [name for name in self.sources[plot] if name not in line], line
        words = describe(figure)
        assert not [name for name in drawn if name not in words], words

    def test_an_empty_picture_gives_its_reason(self, empty, long_before):
        (ax,) = visible(empty(self.part(empty, long_before)))
        assert title(ax)
        assert not [*ax.lines, *ax.collections, *ax.patches]
        (reason,) = (text.get_text() for text in ax.texts)
        assert reason.endswith(".")


def visible(drawn: Any) -> list[Axes]:
    """The panels of a picture that can be seen."""
    return [ax for ax in np.ravel(drawn) if ax.get_visible()]


def title(ax: Axes) -> str:
    """Wherever the style puts it."""
    return ax.get_title(loc="left") or ax.get_title()


def named(axis: Any) -> bool:
    """Whether an axis says what it measures, or one that it is shared with does."""
    ax, name = axis.axes, axis.axis_name
    shared = getattr(ax, f"get_shared_{name}_axes")().get_siblings(ax)
    return any(getattr(one, f"get_{name}label")() for one in shared)
