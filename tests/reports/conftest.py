"""Pages to open, and a browser without a network to open them in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from between_workers import made_once
from helpers.errors import RunError
from helpers.run.parameters import notebooks_dir
from helpers.run.printing import find_chromium
from sample_notebook import NAME, TITLE
from synthetic_sweep import synthetic_sweep

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    # Nobody types an address; the page of suggestions below it would cost each tab a second.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
]
#: A page that is laid out and asked, and never painted, takes two thirds; a test that points at something in it asks
#: for one that is.
UNPAINTED = ["--disable-threaded-compositing", "--in-process-gpu"]


def build_sample(sample_file: Path, folder: Path) -> None:
    """A small report: the sample notebook and the index that leads to it; and the page of a sweep."""
    from helpers.report import html
    from helpers.trial import ledger

    (folder / "notebooks").mkdir(parents=True)
    shutil.copy(sample_file, folder / "notebooks")
    page = html.export(folder / "notebooks" / f"{NAME}.ipynb")
    (folder / f"{NAME}.html").write_text(page, encoding="utf-8")
    rows = ledger.open_scoreboard(str(folder / "notebooks"))
    reports = [{"name": NAME, "title": TITLE, "href": f"{NAME}.html"}]
    page = html.index_page(rows, reports, {NAME: {"status": "ok", "seconds": 1.0}})
    (folder / "index.html").write_text(page, encoding="utf-8")
    values = {"cut_bp": [0, 50, 100], "seed": [1, 2, 3, 4]}
    frame = synthetic_sweep(values, size=lambda at: at["cut_bp"] / 50 - 1, failed={5})
    frame.to_csv(folder / "sweep.csv", index=False)
    varied = {"cut_bp": "basis points", "seed": "seed of every draw"}
    page = html.sweep_page(frame, varied, title="A synthetic sweep", notebook=NAME)
    (folder / "sweep.html").write_text(page, encoding="utf-8")


@pytest.fixture(scope="session")
def reports(tmp_path_factory, sample_file) -> Path:
    return made_once(tmp_path_factory, "sample_report", partial(build_sample, sample_file))


SAMPLE = ("index.html", f"{NAME}.html", "sweep.html")
COLLECTION = (
    "index.html",
    *sorted(f"{path.stem}.html" for path in notebooks_dir().glob("[0-9][0-9]_*.ipynb")),
)
#: Pages of one kind are written by the same code; what takes a browser long looks at one of each.
OF_EACH_KIND = ("index.html", "00_scoreboard.html", "07_outlook.html")


def pytest_generate_tests(metafunc) -> None:
    """Run a test on each page: those of the sample, which has every kind of output, and all of the collection."""
    if "page_path" in metafunc.fixturenames:
        kinds = metafunc.definition.get_closest_marker("page_of_each_kind")
        pages = [("reports", name) for name in SAMPLE] + [
            ("collection_report", name) for name in (OF_EACH_KIND if kinds else COLLECTION)
        ]
        metafunc.parametrize(
            "page_path",
            pages,
            ids=["-".join(page) for page in pages],
            indirect=True,
            scope="module",
        )


@pytest.fixture(scope="module")
def page_path(request) -> Path:
    folder, name = request.param
    return request.getfixturevalue(folder) / name


@pytest.fixture(scope="session")
def chromium() -> str:
    try:
        return find_chromium()
    except RunError as none:
        pytest.fail(str(none)) if os.environ.get("CI") == "true" else pytest.skip(str(none))


BLOCKED_STORE = (
    "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"
)


class Tab:
    """A tab that goes from file to file, with everything a file asked for and complained about.

    Requests beyond the file itself are recorded, and refused unless ``may_leave``. ``use`` tells
    tabs of one kind apart. A test that changes a page which others look at says that it is ``spent``.
    """

    def __init__(self, browser, use: str, *, scripts: bool = True, store: bool = True):
        self.use = use
        self.look = ("", "")
        self.page = browser.new_context(java_script_enabled=scripts).new_page()
        if not store:
            self.page.add_init_script(BLOCKED_STORE)
        self.page.route("**/*", self._answer)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.complaints: list[str] = []

    def open(self, path: Path, width: int = 1280) -> Tab:
        self.page.goto("about:blank")  # whatever the file before still had to say
        self.requests: list[str] = []
        self.complaints = []
        self.may_leave = False
        self.spent = False
        self.address = path.resolve().as_uri()
        self.fit(width)
        self.page.goto(self.address)
        return self

    def fit(
        self,
        width: int = 1280,
        scheme: str = "light",
        media: str = "screen",
        *,
        height: int = 900,
    ) -> None:
        """Show the page by this size, colour scheme and medium; what stays as it is costs nothing."""
        size = {"width": width, "height": height}
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        if self.look != (look := (media, scheme)):
            self.page.emulate_media(media=media, color_scheme=scheme)
            self.look = look

    def unfold(self):
        """The page with every detail open."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        return self.page

    def _answer(self, route) -> None:
        if self.may_leave or route.request.url.partition("#")[0] == self.address:
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()


@pytest.fixture(scope="session")
def launch(chromium) -> Iterator[Callable[..., Any]]:
    """Start a browser with these options besides ours."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        start = partial(playwright.chromium.launch, executable_path=chromium)
        started = []

        def start_with(*options: str):
            started.append(start(args=[*CHROMIUM_ARGS, *options]))
            return started[-1]

        yield start_with
        for browser in started:
            browser.close()


@pytest.fixture(scope="session")
def browser(launch):
    return launch()


@pytest.fixture(scope="session")
def tabs(launch, request) -> Callable[..., Tab]:
    """Tabs made on first use and kept: a new one costs as much as ten pages."""
    unpainted = cache(partial(launch, *UNPAINTED))

    @cache
    def tab(use: str, *, painted: bool = False, **kind: bool) -> Tab:
        return Tab(request.getfixturevalue("browser") if painted else unpainted(), use, **kind)

    return tab


@pytest.fixture
def visit(tabs) -> Callable[..., Tab]:
    """Open a file anew."""

    def open_file(path: Path, *, width: int = 1280, **kind: bool) -> Tab:
        return tabs("visits", **kind).open(path, width)

    return open_file
