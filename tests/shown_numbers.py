"""Every number the collection shows, read from executed notebooks, and the golden files that pin them.

``make golden`` renews the files. A number that moves needs a line under "Numbers" in CHANGELOG.md first, which says
which one moved and which data or rule moved it; the golden files remember these lines, and a test holds the two
together.
"""

from __future__ import annotations

import json
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from helpers.report.agreement import BY_HAND
from helpers.report.marks import TABLE_MIME
from helpers.run.execute import run_collection
from helpers.trial.claims import LINES
from helpers.trial.ledger import CARD_MIME, PARTIAL

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "tests" / "golden"
DATES = ("2026-02-16", "2025-06-30")
#: What a run at each date is given. At the earlier one the score is of that day itself: no later figure is read.
RUNS = {
    DATES[0]: {"as_of": DATES[0]},
    DATES[1]: {"as_of": DATES[1], "07.evaluate_on": DATES[1]},
}
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "arch", "matplotlib")
#: Fields of a line of a card that hold numbers, beside the word they led to and what its rule read.
FIELDS = (
    "estimate", "ci_low", "ci_high", "ci_level", "n", "n_effective", "p", "mde", "power", "oos_r2", "halves",
    "definitions", "checks", "share", "shares", "shares_by_size", "found",
)  # fmt: skip
# Ten digits in the environment that made the file; elsewhere other builds of the same packages differ a little, and
# a bootstrap draw or an optimiser may fall to the other side.
EXACT, ELSEWHERE = 1e-9, 2e-3
WRITTEN = re.compile(r"(?<![\w#.])[-\N{MINUS SIGN}+]?\d[\d,]*(?:\.\d+)?")


def environment() -> dict[str, str]:
    """What decides the last digits of a number."""
    versions = {name: version(name) for name in PACKAGES}
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        **versions,
    }


def numbers_shown(report: Path) -> dict[str, dict[str, Any]]:
    """Numbers of every card, table, sentence and figure of the executed notebooks in a report."""
    shown: dict[str, dict[str, Any]] = {"cards": {}, "tables": {}, "sentences": {}, "figures": {}}
    for path in sorted((report / "notebooks").glob("*.ipynb")):
        if path.name.endswith(PARTIAL):
            continue
        for data in _outputs(path):
            if CARD_MIME in data:
                card = data[CARD_MIME]
                shown["cards"][card["claim"]] = {
                    line: {"word": card[line]["word"], "read": card[line]["read"]}
                    | {name: card[line]["evidence"][name] for name in FIELDS}
                    for line in LINES
                    if line in card
                }
            elif TABLE_MIME in data:
                table = data[TABLE_MIME]
                shown["tables"][f"{path.stem}: {table['caption']}"] = _columns(table)
            elif 'class="gr-figure"' in "".join(data.get("text/html", "")):
                html, text = "".join(data["text/html"]), "".join(data["text/plain"])
                name = re.search(r'id="figure-([a-z0-9-]+)"', html)[1]
                shown["figures"][f"{path.stem}: {name}"] = WRITTEN.findall(text)
            elif "text/markdown" in data:
                said = "".join(data["text/markdown"])
                if not said.startswith(BY_HAND):  # such a cell stops where the two differ
                    shown["sentences"].setdefault(path.stem, []).extend(WRITTEN.findall(said))
    return shown


def _outputs(path: Path) -> Iterator[dict[str, Any]]:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            yield output.get("data", {})


def _columns(table: dict[str, Any]) -> dict[str, list[float | None]]:
    """The columns of a table that hold numbers."""
    columns = dict(zip(table["columns"], zip(*table["data"], strict=True), strict=True))
    return {
        name: [value if _is_number(value) else None for value in values]
        for name, values in columns.items()
        if any(_is_number(value) for value in values)
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def differences(old: Any, new: Any, tolerance: float, where: str = "") -> list[str]:
    """Each place where two sets of numbers disagree, with the old and the new value."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        missing = object()
        found = []
        for key in keys:
            place = f"{where}, {key}" if where else key
            one, other = old.get(key, missing), new.get(key, missing)
            if one is missing or other is missing:
                found.append(f"{place}: {'new' if one is missing else 'gone'}")
            else:
                found += differences(one, other, tolerance, place)
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True), 1)
        return [
            line for k, (a, b) in pairs for line in differences(a, b, tolerance, f"{where} [{k}]")
        ]
    if _same(old, new, tolerance):
        return []
    return [f"{where}: was {old}, is {new}"]


def _same(old: Any, new: Any, tolerance: float) -> bool:
    if old == new:
        return True
    if isinstance(old, str) and isinstance(new, str) and tolerance > EXACT:
        # A number as written has lost its digits: at the border of rounding the last one may differ.
        texts = [text.replace(",", "").replace("\N{MINUS SIGN}", "-") for text in (old, new)]
        if all(WRITTEN.fullmatch(text) for text in texts):
            one, other = map(float, texts)
            return abs(one - other) <= 0.02 * max(abs(one), abs(other), 1.0)
    if _is_number(old) and _is_number(new):
        return abs(old - new) <= tolerance * max(abs(old), abs(new)) + 1e-12
    return False


def changelog_lines() -> list[str]:
    """Lines under "Numbers" of the unreleased part of the changelog, each on one line."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = text.partition("## Unreleased")[2].partition("\n## ")[0]
    part = unreleased.partition("### Numbers\n")[2].partition("\n### ")[0]
    return [" ".join(line.split()) for line in re.split(r"\n(?=- )", part.strip()) if line]


def read_golden(date: str) -> dict[str, Any]:
    """The pinned numbers of one date, with the environment and the changelog lines they were renewed under."""
    golden = json.loads((FOLDER / f"cards_{date}.json").read_text(encoding="utf-8"))
    tables = json.loads((FOLDER / f"tables_{date}.json").read_text(encoding="utf-8"))
    return golden | {"numbers": golden["numbers"] | tables}


def compare_with_golden(report: Path, date: str) -> list[str]:
    """Differences of a report from the golden files of its date, to the digits its environment allows."""
    golden = read_golden(date)
    tolerance = EXACT if golden["environment"] == environment() else ELSEWHERE
    return differences(golden["numbers"], numbers_shown(report), tolerance)


def write_golden(report: Path, date: str) -> None:
    """Pin the numbers of a report."""
    numbers = numbers_shown(report)
    head = {"environment": environment(), "explained_by": changelog_lines()}
    cards = {"cards": numbers.pop("cards")}
    FOLDER.mkdir(exist_ok=True)
    for name, content in (("cards", head | {"numbers": cards}), ("tables", numbers)):
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        (FOLDER / f"{name}_{date}.json").write_text(text, encoding="utf-8")


def renew() -> int:
    """Run the collection at both dates and renew the files; refuse when a number moved without a word."""
    status = 0
    for date in DATES:
        with tempfile.TemporaryDirectory() as folder:
            run_collection(folder, texts=RUNS[date])
            if (FOLDER / f"cards_{date}.json").exists():
                moved = compare_with_golden(Path(folder), date)
                told = changelog_lines() != read_golden(date)["explained_by"]
                print(f"{date}: {len(moved)} numbers moved", *moved, sep="\n  ")
                if moved and not told:
                    print(
                        'Say in CHANGELOG.md, under "Numbers", what moved them; then `make golden`.'
                    )
                    status = 1
                    continue
            write_golden(Path(folder), date)
    return status


if __name__ == "__main__":
    sys.exit(renew())
