"""Figures in a real browser: drawn for a desk and for a phone, legible by day and by night, with their numbers."""

from __future__ import annotations

import csv
import json
from urllib.parse import unquote

import pytest
from PIL import Image, ImageColor

from helpers.report.figures import style
from sample_notebook import NAME

pytestmark = pytest.mark.browser


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


#: What a press of the button leaves, asked at once: each question of its own would cost as much as the answer.
NUMBERS = """figure => {
    const button = figure.querySelector('.gr-take[aria-expanded]'), group = figure.querySelector('.gr-numbers');
    const table = group?.querySelector('table:not([role])');
    return {
        name: button.localName + ' ' + button.ariaLabel,
        expanded: button.ariaExpanded,
        controls: button.getAttribute('aria-controls') === group?.id,
        visible: table?.checkVisibility() ?? false,
        cells: JSON.stringify([...table?.rows ?? []].map(row => [...row.cells].map(cell => cell.textContent))),
        heads: table?.querySelectorAll('tbody tr:last-child th[scope=row]').length,
        count: figure.querySelectorAll('.gr-numbers').length,
    };
}"""


@pytest.mark.page_of_each_kind
def test_numbers_open_by_keyboard_as_a_table_equal_to_the_file_and_close_again(visit, page_path):
    tab = visit(page_path, width=360)
    page = tab.unfold()
    for figure in page.locator(
        "figure.gr-figure:has(.gr-data):not(#figure-cloud)"
    ).element_handles():
        address = figure.query_selector(".gr-data").get_attribute("href")
        told = list(csv.reader(unquote(address.partition(",")[2]).splitlines()))
        button = figure.query_selector(".gr-take[aria-expanded]")
        closed = figure.evaluate(NUMBERS)
        assert closed["name"].startswith("button Numbers")
        assert (closed["expanded"], closed["visible"]) == ("false", False)
        button.press("Enter")
        shown = figure.evaluate(NUMBERS)
        assert (shown["expanded"], shown["controls"], shown["visible"]) == ("true", True, True)
        assert json.loads(shown["cells"]) == told
        assert shown["heads"] == sum(map(bool, told[-1][: 1 + (told[0][0] == "panel")]))
        button.press("Space")
        assert not figure.evaluate(NUMBERS)["visible"]
        button.press("Enter")
        again = figure.evaluate(NUMBERS)
        assert (again["visible"], again["count"]) == (True, 1)
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
