"""Within the ground floor imports make no circle, and a plain load pulls in no reader of a live source."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import helpers.data

FLOOR = Path(helpers.data.__file__).parent


def modules_imported(path: Path) -> set[str]:
    """Modules of this floor that a file imports anywhere, inside functions too."""
    known = {file.relative_to(FLOOR).with_suffix("").as_posix() for file in FLOOR.rglob("*.py")}
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers.data"):
            base = node.module.removeprefix("helpers.data").strip(".").replace(".", "/")
            found |= {base} | {f"{base}/{alias.name}".strip("/") for alias in node.names}
    return found & known


def test_no_module_imports_itself_by_way_of_others():
    files = [path for path in FLOOR.rglob("*.py") if path.name != "__init__.py"]
    graph = {
        path.relative_to(FLOOR).with_suffix("").as_posix(): modules_imported(path) for path in files
    }
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError
    assert order.index("series") < order.index("live/fred") < order.index("loading")
    assert graph["series"] & {"loading", "live/fred", "live/registry"} == set()


def test_a_plain_load_imports_no_live_reader_and_no_schema():
    heavy = "{'helpers.data.live', 'platformdirs', 'fredapi', 'pandera'}"
    code = f"import sys; from helpers import data; data.load('cpi'); assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
