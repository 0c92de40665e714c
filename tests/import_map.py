"""The floors of the house and who imports whom, read from the code; ``make map`` draws them in CONTRIBUTING.md."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "helpers"
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- map: drawn by `make map` -->", "<!-- end of map -->"
FLOORS = ("run", "report", "topics", "trial", "stats", "data")


@cache
def imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    """Every import of a file, at its head or inside a function; to read them all takes long."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


@cache
def imported_modules(path: Path) -> frozenset[tuple[str, ...]]:
    """Modules of this package that a file imports, as parts below ``helpers``; types alone count too."""
    found = set()
    for node in imports(path):
        if isinstance(node, ast.ImportFrom) and node.module:
            first, *parts = node.module.split(".")
            if first == "helpers":  # a name may be a package or module of its own
                found |= {(*parts, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
            found |= {tuple(parts[1:]) for parts in names if parts[0] == "helpers" and parts[1:]}
    return frozenset(parts for parts in found if not parts[0].startswith("__"))


@cache
def room(parts: tuple[str, ...]) -> str:
    """The room of the house a module lies in: its floor, and within topics its package."""
    package = parts[0] == "topics" and SOURCE.joinpath(*parts[:2]).is_dir()
    return "/".join(parts[:2]) if package else parts[0]


@cache
def arrows() -> set[tuple[str, str]]:
    """Pairs of rooms of which one imports the other; errors, which all use, are left out."""
    found = set()
    for path in sorted(SOURCE.rglob("*.py")):
        here = room(path.relative_to(SOURCE).with_suffix("").parts)
        others = {room(parts) for parts in imported_modules(path)}
        found |= {(here, other) for other in others - {here, "errors"}}
    return {(here, other) for here, other in found if not {here, other} & {"topics", "__init__"}}


def drawn() -> str:
    """The map as a Mermaid flowchart: one box a room, one arrow where a room imports another."""
    rooms = sorted({end for arrow in arrows() for end in arrow})
    lines = ["```mermaid", "flowchart TD"]
    for floor in FLOORS:
        inside = [one for one in rooms if one.split("/")[0] == floor]
        boxes = [f"{_box(one)}[{one.split('/')[-1]}]" for one in inside]
        if floor == "topics":
            lines += ["  subgraph topics", *(f"    {box}" for box in boxes), "  end"]
        else:
            lines += [f"  {box}" for box in boxes]
    lines += [f"  {_box(here)} --> {_box(other)}" for here, other in sorted(arrows())]
    return "\n".join([*lines, "```"])


def _box(name: str) -> str:
    return name.replace("/", "_")


def page_with_map() -> str:
    """CONTRIBUTING.md with the map as the code has it now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{drawn()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    PAGE.write_text(page_with_map(), encoding="utf-8")
