"""Every page in a real browser, looked at: offline, readable by all, on a phone, in the dark, printed."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

pytestmark = pytest.mark.browser

WIDTHS = [360, 768, 1440]
#: Letters are as large by day as by night, so two looks tell both size and contrast.
LOOKS = [(360, "dark"), (1440, "light")]
SMALLEST_TEXT = 11  # pixels
A_FIGURE = 350_000 / 6  # bytes: a report of six takes 350 kB

LOOK = Path(__file__).with_name("look.js").read_text(encoding="utf-8").partition("\n")[2]

DRAWINGS = """[...document.querySelectorAll('.gr-plot')].map(plot => [...plot.children]
    .filter(one => one.getBoundingClientRect().width).map(one => one.getAttribute('class')))"""


FIRST_SCREEN = """() => {
    const box = one => one.getBoundingClientRect().toJSON();
    const pictures = [...document.querySelectorAll('.answer .gr-figure :is(svg, img)')]
        .filter(one => one.checkVisibility({visibilityProperty: true}));
    return {pictures: pictures.map(box), words: [...document.querySelectorAll('.answer > p')].map(box)};
}"""

TWICE = "200%"
MEASURE = """size => {
    const root = document.documentElement;
    root.style.fontSize = size;
    return {
        sideways: root.scrollWidth - root.clientWidth,
        clipped: [...document.querySelectorAll('.gr-scroll')]
            .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.getAttribute('aria-label')),
    };
}"""


@dataclass
class Looked:
    """What is seen on a page, at each width once, because to lay a page out takes a browser long."""

    #: By height of a screen, the picture and the words that answer the question, before anything is opened.
    screens: dict[int, dict[str, list]]
    #: By width and size of the text, how the page fits.
    fits: dict[tuple[int, str], dict]
    #: By width, the drawings that are shown.
    drawings: dict[int, list[list[str]]]
    #: By width and colour scheme, each text and mark of the figures.
    drawn: dict[tuple[int, str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def looked(tabs, page_path) -> Looked:
    tab = tabs("looks").open(page_path)
    seen = Looked({}, {}, {}, {})
    for width, height in [(1280, 900), (390, 844)]:
        tab.fit(width, height=height)
        seen.screens[height] = tab.page.evaluate(FIRST_SCREEN)
    page = tab.unfold()
    for width, *sizes in [(320, ""), (360, TWICE, ""), (768, ""), (1280, TWICE, ""), (1440, "")]:
        tab.fit(width)
        for size in sizes:
            seen.fits[width, size] = page.evaluate(MEASURE, size)
        if width in WIDTHS:
            seen.drawings[width] = page.evaluate(DRAWINGS)
        for scheme in [scheme for look, scheme in LOOKS if look == width]:
            tab.fit(width, scheme)
            seen.drawn[width, scheme] = json.loads(page.evaluate(LOOK))
    return seen


@pytest.fixture
def opened(tabs, page_path, looked):
    """A page at its usual size, as those left it who only looked; anew where a test has spent it."""
    tab = tabs("looks")
    if tab.spent:
        tab.open(page_path)
    tab.fit()
    return tab


def test_a_page_asks_nothing_of_the_network_and_complains_of_nothing(opened):
    opened.page.wait_for_load_state("networkidle")
    assert opened.requests == []
    assert opened.complaints == []


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_the_page_never_scrolls_sideways(looked, width):
    assert looked.fits[width, ""]["sideways"] == 0


@pytest.mark.parametrize("width", [360, 1280])
def test_with_text_at_twice_its_size_nothing_is_cut_or_scrolls_sideways(looked, width):
    assert looked.fits[width, TWICE]["sideways"] == 0


def test_no_table_is_clipped_on_a_desktop(looked):
    assert looked.fits[1280, ""]["clipped"] == []


#: Pages that answer no question.
NO_ANSWER = ("index.html", "sweep.html", "00_scoreboard.html")


def test_the_first_screen_answers_and_shows_the_picture_that_carries_it(looked, page_path):
    if page_path.name in NO_ANSWER:
        return
    # On a phone the legend of the picture, which stands below it, may follow.
    for height, seen in [(900, 1), (844, 0.75)]:
        (picture,) = looked.screens[height]["pictures"]
        words = looked.screens[height]["words"]
        assert picture["y"] + seen * picture["height"] < height
        assert words
        assert all(one["bottom"] < picture["y"] for one in words)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_text_is_large_enough_and_nothing_is_cut(looked, width, scheme):
    drawn = looked.drawn[width, scheme]
    letters = [one for one in drawn if one["kind"] == "text" and not one["map"]]
    small = {
        (one["figure"], one["text"], round(one["size"], 2))
        for one in letters
        if one["size"] < SMALLEST_TEXT
    }
    assert small == set()
    assert {(one["figure"], one["text"], one["out"]) for one in letters if one["out"] > 1} == set()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_letters_and_marks_stand_out_from_the_page(looked, width, scheme):
    """WCAG 2.2: letters 4.5 to 1 (1.4.3), marks 3 to 1 (1.4.11). Bands only tint what lies under lines and marks."""
    for one in looked.drawn[width, scheme]:
        least = 4.5 if one["kind"] == "text" else 1.15 if one["band"] else 3
        assert one["see"] >= least or one["grid"] or one["map"], one


@pytest.mark.parametrize("width", WIDTHS)
def test_one_of_the_two_drawings_is_shown(looked, width):
    phone = "gr-narrow" if width < 640 else "gr-wide"
    assert all(one in ([phone], ["gr-map"]) for one in looked.drawings[width])


def test_every_figure_brings_its_numbers_as_a_file(opened):
    page = opened.unfold()
    for address in page.eval_on_selector_all("a.gr-data", "all => all.map(one => one.href)"):
        text = unquote(address.removeprefix("data:text/csv;charset=utf-8,"))
        head, *rows = csv.reader(text.splitlines())
        assert rows
        assert {len(row) for row in rows} <= {len(head)}


def test_every_picture_has_a_text_or_is_marked_as_ornament(opened):
    bare = opened.page.evaluate(
        """[...document.querySelectorAll('img, svg')]
            .filter(one => !one.closest('[aria-hidden=true]'))
            .map(one => one.closest('[role=img]') ?? one)
            .filter(one => !(one.getAttribute('alt') || one.getAttribute('aria-label') || '').trim())
            .map(one => one.outerHTML.slice(0, 200))"""
    )
    assert bare == []


WORDS_OF_FILE = """text => {
    const main = new DOMParser().parseFromString(text, 'text/html').querySelector('main');
    for (const one of main.querySelectorAll('script, style, .gr-narrow')) one.remove();
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT), words = [];
    while (texts.nextNode()) words.push(...texts.currentNode.data.split(/\\s+/).filter(Boolean));
    return words.length;
}"""


def test_a_page_is_whole_without_javascript(opened, page_path):
    """Its words stand in the file; that none of them waits to be shown is tried on a page of each kind."""
    with_scripts = opened.unfold().inner_text("main").split()
    words = opened.page.evaluate(WORDS_OF_FILE, page_path.read_text(encoding="utf-8"))
    assert words > 0.9 * len(with_scripts)
    assert words > 100


@pytest.mark.page_of_each_kind
def test_a_page_shows_all_of_itself_without_javascript(visit, opened, page_path):
    with_scripts = opened.unfold().inner_text("main").split()
    without = visit(page_path, scripts=False).unfold()
    assert not without.locator("#theme").is_visible()
    words = without.locator("main").inner_text().split()
    assert len(words) > 0.9 * len(with_scripts)
    assert len(words) > 100


FRAME = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<body.*?<main\b", re.DOTALL)


def test_all_pages_of_notebooks_have_one_frame(collection_report):
    """What holds of the scripts, the style and the head of one page holds of all."""
    pages = [path.read_text(encoding="utf-8") for path in collection_report.glob("0*.html")]
    (frame,) = {tuple(FRAME.findall(page)) for page in pages}
    assert len(frame) == 3


@pytest.mark.page_of_each_kind
def test_a_page_prints(opened):
    opened.fit(scheme="dark", media="print")
    page = opened.unfold()
    assert page.pdf(format="A4").startswith(b"%PDF-")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("button >> visible=true").count() == 0
    assert page.locator("details.code >> visible=true").count() == 0


def test_a_page_stays_small(page_path):
    text = page_path.read_text(encoding="utf-8")
    figures = len(re.findall('<figure class="gr-figure"', text))
    assert len(text.encode()) <= A_FIGURE * max(figures, 6)


#: Contrast, of letters with the page and of links with the words around them, is nine tenths of what axe costs, and
#: thousands of words look alike: one of each look is enough. Letters in figures have a test of their own.
OF_A_LOOK = ["color-contrast", "link-in-text-block"]
MARK_ONE_OF_EACH_LOOK = """() => {
    const seen = new Set(), behind = new Map();
    for (const one of document.querySelectorAll('html, body, body *:not(svg *)')) {
        const look = getComputedStyle(one), {backgroundColor, opacity} = look;
        const clear = backgroundColor === 'rgba(0, 0, 0, 0)' && opacity === '1';
        const below = behind.get(one.parentElement) ?? '';
        behind.set(one, clear ? below : [below, backgroundColor, opacity].join());
        if (![...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
        const around = [look.textDecoration, getComputedStyle(one.parentElement).color];
        const key = [look.color, look.font, ...around, behind.get(one)].join();
        one.toggleAttribute('data-look', !seen.has(key));
        seen.add(key);
    }
    return seen.size;
}"""


#: What axe reads costs it as much as what it judges: inside a figure nothing is announced, its letters have a test of
#: their own, the words of code are letters like others, and the rows of a table are alike.
LIGHTEN = """{
    for (const body of document.querySelectorAll('.gr-scroll tbody'))
        for (const row of [...body.rows].slice(3)) if (!row.querySelector('[data-look]')) row.remove();
    for (const one of document.querySelectorAll('.gr-plot svg')) one.replaceChildren();
    for (const one of document.querySelectorAll('pre span:not([data-look])')) one.replaceWith(...one.childNodes);
}"""


LEAVE_THE_MARKED = """{
    for (const one of document.querySelectorAll('main :not([data-look]):not(:has([data-look]))')) one.remove();
}"""


# A press shows the numbers of a figure: of the one with the fewest, for all are alike.
SHOW_NUMBERS = """{
    const size = one => one.closest('figure').querySelector('.gr-data').href.length;
    [...document.querySelectorAll('.gr-take[aria-expanded]')].sort((a, b) => size(a) - size(b))[0]?.click();
}"""


def axe_violations(page, whole: str = "html", **asked) -> list[str]:
    """What axe finds wrong. Of what it finds right, as a rule thousands of places, it makes no list."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], **asked}
    found = Axe().run(page, context={"include": [[whole]]}, options=options).response["violations"]
    return [f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.page_of_each_kind
def test_axe_finds_no_letter_that_fades(visit, page_path):
    opened = visit(page_path)
    page = opened.unfold()
    page.evaluate(SHOW_NUMBERS)
    assert page.evaluate(MARK_ONE_OF_EACH_LOOK) > 10
    page.evaluate(LIGHTEN)
    page.evaluate(LEAVE_THE_MARKED)
    for scheme in ("light", "dark"):
        opened.fit(scheme=scheme)
        assert axe_violations(page, "[data-look]", runOnly=OF_A_LOOK) == [], scheme


def test_axe_finds_no_violation(opened):
    opened.fit(375)
    page = opened.unfold()
    opened.spent = True
    page.evaluate(SHOW_NUMBERS)
    page.evaluate(LIGHTEN)
    assert axe_violations(page, rules={name: {"enabled": False} for name in OF_A_LOOK}) == []
