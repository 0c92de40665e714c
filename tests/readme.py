"""Renew the pictures and the words of README.md from a report: `make pictures`."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image

from helpers.run.printing import find_chromium
from helpers.trial.chain import say_chain
from helpers.trial.ledger import how_it_went, how_they_fared

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PICTURES = ROOT / "docs" / "pictures"
#: Picture, page of the report, and what it shows of it; a card is opened first.
SHOWN = {
    "scoreboard": ("index", ".gr-chain"),
    "card": ("01_rate_cuts_and_floating_debt", "#card-D2"),
    "evidence": ("01_rate_cuts_and_floating_debt", "#figure-uplift"),
}
COLOURS = 128
WIDTH = 140  # characters of a line in README.md
#: The words between the report's address and the next command.
TOLD = re.compile(r"(?<=\nReport: reports/index\.html\n).*?(?=\n\n\$ make test)", re.DOTALL)


def pictures(report: Path) -> Iterator[tuple[str, bytes]]:
    """Each picture by name, as a small PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(
            viewport={"width": 1120, "height": 900}, device_scale_factor=1.5
        ).new_page()
        for name, (stem, place) in SHOWN.items():
            page.goto((report / f"{stem}.html").resolve().as_uri())
            shown = page.locator(place).first
            shown.evaluate("one => one.tagName === 'DETAILS' && (one.open = true)")
            file = BytesIO()
            with Image.open(BytesIO(shown.screenshot())) as shot:
                shot.convert("RGB").quantize(COLOURS).save(file, "PNG", optimize=True)
            yield name, file.getvalue()
        browser.close()


def words(report: Path) -> str:
    """What a run says at its end, a sentence a line of README.md, long ones broken."""
    rows = json.loads((report / "scoreboard.json").read_text(encoding="utf-8"))
    told = filter(None, (how_they_fared(rows), say_chain(rows), how_it_went(rows)))
    return "\n".join(line for sentence in told for line in textwrap.wrap(sentence, WIDTH))


def readme(report: Path) -> str:
    """README.md with the words of this report."""
    return TOLD.sub(lambda _: words(report), README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    source = Path(sys.argv[1])
    README.write_text(readme(source), encoding="utf-8")
    for picture, png in pictures(source):
        (PICTURES / f"{picture}.png").write_bytes(png)
