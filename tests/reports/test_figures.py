"""Figures in a real browser: drawn for a desk and for a phone, legible by day and by night, with their numbers."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image, ImageColor

from helpers.report.figures import style
from sample_notebook import NAME

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1440]
SMALLEST_TEXT = 11  # pixels
A_FIGURE = 350_000 / 6  # bytes: a report of six takes 350 kB

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8").partition("\n")[2]


#: Letters are as large by day as by night, so two looks tell both size and contrast.
LOOKS = [(360, "dark"), (1440, "light")]

DRAWINGS = """[...document.querySelectorAll('.gr-plot')].map(plot => [...plot.children]
    .filter(one => one.getBoundingClientRect().width).map(one => one.getAttribute('class')))"""


@pytest.fixture(scope="module")
def seen(opened) -> dict[int, tuple[list[list[str]], list[dict]]]:
    """By width, the drawings that a page shows and what stands in them; each is laid out once, which takes long."""
    found = {}
    for width, scheme in [LOOKS[0], (768, "light"), LOOKS[1]]:
        opened.fit(width, scheme)
        page = opened.unfold()
        drawn = page.evaluate(LOOK) if (width, scheme) in LOOKS else []
        found[width] = page.evaluate(DRAWINGS), drawn
    return found


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_text_is_large_enough_and_nothing_is_cut(seen, width, scheme):
    _, drawn = seen[width]
    letters = [one for one in drawn if one["kind"] == "text" and not one["map"]]
    small = {
        (one["figure"], one["text"], round(one["size"], 2))
        for one in letters
        if one["size"] < SMALLEST_TEXT
    }
    assert small == set()
    assert {(one["figure"], one["text"], one["out"]) for one in letters if one["out"] > 1} == set()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_letters_and_marks_stand_out_from_the_page(seen, width, scheme):
    """WCAG 2.2: letters 4.5 to 1 (1.4.3), marks 3 to 1 (1.4.11). Bands only tint what lies under lines and marks."""
    for one in seen[width][1]:
        least = 4.5 if one["kind"] == "text" else 1.15 if one["band"] else 3
        assert one["see"] >= least or one["grid"] or one["map"], one


@pytest.mark.parametrize("width", WIDTHS)
def test_one_of_the_two_drawings_is_shown(seen, width):
    drawings, _ = seen[width]
    phone = "gr-narrow" if width < 640 else "gr-wide"
    assert all(one in ([phone], ["gr-map"]) for one in drawings)


def test_every_figure_brings_its_numbers_as_a_file(opened):
    page = opened.unfold()
    for address in page.eval_on_selector_all("a.gr-data", "all => all.map(one => one.href)"):
        text = unquote(address.removeprefix("data:text/csv;charset=utf-8,"))
        head, *rows = csv.reader(text.splitlines())
        assert rows
        assert {len(row) for row in rows} <= {len(head)}


@pytest.mark.page_of_each_kind
def test_the_file_is_saved_under_the_name_of_its_figure_without_a_script(
    visit, page_path, tmp_path
):
    page = visit(page_path, scripts=False, painted=True).page
    for figure in page.locator("figure.gr-figure:has(.gr-data)").all()[:1]:
        link = figure.locator("a.gr-data")
        with page.expect_download() as started:
            link.click()
        path = tmp_path / "file.csv"
        started.value.save_as(path)
        name = figure.get_attribute("id").removeprefix("figure-")
        file = f"{page_path.stem[:2]}_{name}_2026-02-16.csv"
        assert started.value.suggested_filename == file
        told = unquote(link.get_attribute("href").partition(",")[2])
        assert path.read_text(encoding="utf-8").splitlines() == told.splitlines()


CELLS = """one => [...one.querySelectorAll('tr')].map(row => [...row.cells].map(cell => cell.textContent))"""


@pytest.mark.page_of_each_kind
def test_numbers_open_by_keyboard_as_a_table_equal_to_the_file_and_close_again(visit, page_path):
    tab = visit(page_path, width=360)
    page = tab.unfold()
    for figure in page.locator("figure.gr-figure:has(.gr-data):not(#figure-cloud)").all():
        address = figure.locator(".gr-data").get_attribute("href")
        told = list(csv.reader(unquote(address.partition(",")[2]).splitlines()))
        button, table = figure.get_by_role("button", name="Numbers"), figure.locator(".gr-numbers")
        assert button.get_attribute("aria-expanded") == "false"
        button.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
        assert button.get_attribute("aria-controls") == table.get_attribute("id")
        assert table.get_by_role("table").is_visible()
        assert table.evaluate(CELLS) == told
        heads = table.locator("tbody tr").last.get_by_role("rowheader")
        assert heads.count() == sum(map(bool, told[-1][: 1 + (told[0][0] == "panel")]))
        button.press("Space")
        assert not table.is_visible()
        button.press("Enter")
        assert table.count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert tab.complaints == []


NOTE_WORDS = """() => {
    const pen = CanvasRenderingContext2D.prototype, write = pen.fillText;
    window.written = [];
    pen.fillText = function (text, ...at) { window.written.push(text); write.call(this, text, ...at); };
}"""


@pytest.mark.parametrize(
    ("name", "figure"),
    [(NAME, "policy-rate"), (NAME, "cloud"), ("sweep", "d2-used")],
)
def test_a_figure_is_saved_as_a_picture_by_day_with_caption_source_and_date(
    visit, reports, tmp_path, name, figure
):
    """One of lines, one of dots, which is a picture already, and a map; saved from a phone at night."""
    tab = visit(reports / f"{name}.html", width=360)
    tab.fit(360, "dark")
    page = tab.unfold()
    page.evaluate(NOTE_WORDS)
    shown = page.locator(f"#figure-{figure}")
    with page.expect_download() as started:
        shown.get_by_role("button", name="Picture").press("Enter")
    started.value.save_as(tmp_path / "picture.png")
    dated = f"01_{figure}_2026-02-16.png" if name == NAME else f"figure-{figure}.png"
    assert started.value.suggested_filename == dated
    picture = Image.open(tmp_path / "picture.png").convert("RGB")
    assert picture.width == 2 * (640 + 2 * 24)
    plot = shown.locator(".gr-plot > *").first
    tall, wide = (
        float(plot.get_attribute(side).removesuffix("pt")) for side in ("height", "width")
    )
    drawn = 1280 * tall / wide
    assert drawn + 100 < picture.height < drawn + 600
    assert picture.getpixel((0, 0)) == picture.getpixel((1375, picture.height - 1)) == (255,) * 3
    colours = {colour for _, colour in picture.getcolors(maxcolors=2**24)}
    assert (0x1B, 0x1F, 0x27) in colours  # letters by day
    inside = picture.crop((48, 100, 48 + 1280, 100 + int(drawn))).getcolors(maxcolors=2**24)
    assert sum(count for count, colour in inside if min(colour) < 200) > 0.01 * 1280 * drawn
    if figure == "policy-rate":
        assert ImageColor.getrgb(style.ACCENT) in {colour for _, colour in inside}
    written = " ".join(page.evaluate("written"))
    caption = shown.locator("figcaption").evaluate("one => one.firstChild.textContent.trim()")
    told = [page.title(), *shown.locator(".gr-finding").all_text_contents(), caption]
    if name == NAME:
        told += ["Source: ", page.locator(".dateline").text_content()]
    places = [written.find(one) for one in told]
    assert -1 not in places
    assert places == sorted(places)  # the finding first, then how to read the picture
    assert "CSV" not in written
    assert tab.requests == tab.complaints == []


def test_a_page_stays_small(page_path):
    text = page_path.read_text(encoding="utf-8")
    figures = len(re.findall('<figure class="gr-figure"', text))
    assert len(text.encode()) <= A_FIGURE * max(figures, 6)
