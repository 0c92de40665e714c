"""Figures in a real browser: drawn for a desk and for a phone, legible by day and by night, with their numbers."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1440]
SMALLEST_TEXT = 11  # pixels
A_FIGURE = 350_000 / 6  # bytes: a report of six takes 350 kB

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8").partition("\n")[2]


def seen(opened, width: int, scheme: str = "light") -> list[dict]:
    opened.fit(width, scheme)
    return opened.unfold().evaluate(LOOK)


@pytest.mark.parametrize("width", WIDTHS)
def test_text_is_large_enough_and_nothing_is_cut(opened, width):
    drawn = seen(opened, width)
    letters = [one for one in drawn if one["kind"] == "text" and not one["map"]]
    small = {
        (one["figure"], one["text"], round(one["size"], 2))
        for one in letters
        if one["size"] < SMALLEST_TEXT
    }
    assert small == set()
    assert {(one["figure"], one["text"], one["out"]) for one in letters if one["out"] > 1} == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_letters_and_marks_stand_out_from_the_page(opened, width, scheme):
    """WCAG 2.2: letters 4.5 to 1 (1.4.3), marks 3 to 1 (1.4.11). Bands only tint what lies under lines and marks."""
    for one in seen(opened, width, scheme):
        least = 4.5 if one["kind"] == "text" else 1.15 if one["band"] else 3
        assert one["see"] >= least or one["grid"] or one["map"], one


@pytest.mark.parametrize("width", WIDTHS)
def test_one_of_the_two_drawings_is_shown(opened, width):
    opened.fit(width)
    shown = opened.unfold().evaluate(
        """[...document.querySelectorAll('.gr-plot')].map(plot => [...plot.children]
            .filter(one => one.getBoundingClientRect().width).map(one => one.getAttribute('class')))"""
    )
    phone = "gr-narrow" if width < 640 else "gr-wide"
    assert all(one in ([phone], ["gr-map"]) for one in shown)


def test_every_figure_brings_its_numbers_as_a_file_that_needs_no_script(visit, page_path, tmp_path):
    page = visit(page_path, scripts=False).page
    for figure in page.locator("figure.gr-figure:has(.gr-data)").all():
        link = figure.locator("a.gr-data")
        with page.expect_download() as started:
            link.click()
        path = tmp_path / "file.csv"
        started.value.save_as(path)
        assert (
            started.value.suggested_filename
            == f"{figure.get_attribute('id').removeprefix('figure-')}.csv"
        )
        head, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
        assert rows
        assert {len(row) for row in rows} <= {len(head)}


def test_a_page_stays_small(page_path):
    text = page_path.read_text(encoding="utf-8")
    figures = len(re.findall('<figure class="gr-figure"', text))
    assert len(text.encode()) <= A_FIGURE * max(figures, 6)
