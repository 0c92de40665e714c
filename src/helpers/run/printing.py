"""Reports on paper: each page printed to a PDF by the Chromium of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from helpers.errors import RunError
from helpers.run.publish import find_pages

BROWSERS = ("chromium", "google-chrome", "chromium-browser")
#: Seconds that one page may take.
PATIENCE = 120


def find_chromium() -> str:
    """Path of the browser that prints: the one named in the variable CHROMIUM, else the first on the path.

    Raises
    ------
    RunError
        When there is none.
    """
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing = f"CHROMIUM names {named}, which is no program" if named else "No Chromium found"
        raise RunError(
            f"{missing}. Install chromium or Google Chrome (Debian, Ubuntu: apt install chromium; macOS: "
            "brew install --cask chromium), or name the program in the variable CHROMIUM."
        )
    return found


def print_report(report: Path, out: Path, only: Iterable[str] = ()) -> Iterator[Path]:
    """Print pages of a report, one PDF each, and name each file once it is there.

    Parameters
    ----------
    report : Path
        Folder that a run wrote.
    out : Path
        Folder of the PDFs, made where there is none; files of the same name are replaced.
    only : iterable of str
        Numbers or names of notebooks; every page and the index when empty.

    Yields
    ------
    Path

    Raises
    ------
    RunError
        When there is no report, no such page, no browser, or the browser prints nothing.
    """
    pages, chromium = find_pages(report, only), find_chromium()
    try:
        out.mkdir(parents=True, exist_ok=True)
        # In the folder of the results: a confined browser may write nowhere else, and a rename is whole.
        with tempfile.TemporaryDirectory(dir=out, prefix="printing-") as work:
            for page in pages:
                made = Path(work, "page.pdf")
                _print(chromium, page, made, Path(work, "profile"))
                yield made.rename(out / f"{page.stem}.pdf")
    except OSError as error:
        raise RunError(
            f"Cannot write to {out}: {error.strerror}. Choose another folder with --out."
        ) from None


def _print(chromium: str, page: Path, made: Path, profile: Path) -> None:
    """One page to one file; a fresh profile, so that a browser in use is left alone."""
    command = [
        chromium,
        "--headless",
        "--disable-gpu",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",  # nothing is asked of a network
        "--no-first-run",
        f"--user-data-dir={profile.resolve()}",
        "--generate-pdf-document-outline",
        "--no-pdf-header-footer",  # the page's own style numbers the pages
        f"--print-to-pdf={made.resolve()}",
        page.resolve().as_uri(),
    ]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        command.insert(1, "--no-sandbox")  # Chromium has none for the superuser
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
        said = f"{done.stderr.strip()}\n".splitlines()[-1] or f"status {done.returncode}"
    except subprocess.TimeoutExpired:
        said = f"no page after {PATIENCE} seconds"
    if not made.is_file():
        raise RunError(f"{chromium} did not print {page.name}: {said}")
