"""What the benchmarks call in forks: the cells of a notebook without anything around them."""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path
from typing import Any


def cell_seconds(path: Path | None, pipe: Any, cells: Any, _read: Any) -> None:
    """CPU seconds of a notebook's cells."""
    pipe.send(_run(path, {}, cells) if path else 1.0)


def peak_memory(path: Path, values: dict[str, Any], pipe: Any, cells: Any, _read: Any) -> None:
    """Megabytes at the peak of a notebook run with these values, and before its first cell."""
    before = _megabytes()
    _run(path, values, cells)
    pipe.send((_megabytes(), before))


def _run(path: Path, values: dict[str, Any], cells: Any) -> float:
    cells.open()
    given = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    started = time.process_time()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            found = cells.shell.run_cell("".join(cell["source"]), store_history=True)
            found.raise_error()
            if "parameters" in cell["metadata"].get("tags", ()):
                cells.shell.run_cell(f"# Parameters\n{given}", store_history=True)
    return time.process_time() - started


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
