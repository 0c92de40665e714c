"""Pages to open, and a browser without a network to open them in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest

from helpers.run.parameters import notebooks_dir
from sample_notebook import NAME, TITLE, executed
from synthetic_sweep import synthetic_sweep

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]


def build_sample(folder: Path) -> Path:
    """A small report: the sample notebook and the index that leads to it; and the page of a sweep."""
    from helpers.report import html
    from helpers.trial import ledger

    (folder / "notebooks").mkdir()
    nbformat.write(executed(), folder / "notebooks" / f"{NAME}.ipynb")
    (folder / f"{NAME}.html").write_text(html.export(executed()), encoding="utf-8")
    rows = ledger.scoreboard(ledger.read_cards(folder / "notebooks"))
    reports = [{"name": NAME, "title": TITLE, "href": f"{NAME}.html"}]
    page = html.index_page(rows, reports, {NAME: {"status": "ok", "seconds": 1.0}})
    (folder / "index.html").write_text(page, encoding="utf-8")
    values = {"cut_bp": [0, 50, 100], "seed": [1, 2, 3, 4]}
    frame = synthetic_sweep(values, size=lambda at: at["cut_bp"] / 50 - 1, failed={5})
    frame.to_csv(folder / "sweep.csv", index=False)
    varied = {"cut_bp": "basis points", "seed": "seed of every draw"}
    page = html.sweep_page(frame, varied, title="A synthetic sweep", notebook=NAME)
    (folder / "sweep.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def reports(tmp_path_factory) -> Path:
    return build_sample(tmp_path_factory.mktemp("reports"))


SAMPLE = ("index.html", f"{NAME}.html", "sweep.html")
COLLECTION = (
    "index.html",
    *sorted(f"{path.stem}.html" for path in notebooks_dir().glob("[0-9][0-9]_*.ipynb")),
)


def pytest_generate_tests(metafunc) -> None:
    """Run a test on each page: those of the sample, which has every kind of output, and all of the collection."""
    if "page_path" in metafunc.fixturenames:
        pages = [("reports", name) for name in SAMPLE] + [
            ("collection_report", name) for name in COLLECTION
        ]
        metafunc.parametrize(
            "page_path", pages, ids=["-".join(page) for page in pages], indirect=True
        )


@pytest.fixture
def page_path(request) -> Path:
    folder, name = request.param
    return request.getfixturevalue(folder) / name


@pytest.fixture(scope="session")
def chromium() -> str:
    named = os.environ.get("CHROMIUM")
    found = named or next(
        filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None
    )
    if found is None:
        reason = "No Chromium on the path. Install chromium, or name one in the variable CHROMIUM."
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return found


@dataclass
class Visit:
    """An open page with everything it asked for and complained about."""

    page: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser) -> Iterator:
    """Open a file: every request beyond it is recorded and refused."""
    contexts = []

    def open_page(path: Path, *, width: int = 1280, **options) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        visit = Visit(context.new_page())
        address = path.resolve().as_uri()

        def answer(route) -> None:
            if route.request.url.partition("#")[0] == address:
                route.continue_()
            else:
                visit.requests.append(route.request.url)
                route.abort()

        visit.page.route("**/*", answer)
        visit.page.on("console", lambda message: visit.complaints.append(message.text))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.goto(address)
        return visit

    yield open_page
    for context in contexts:
        context.close()
