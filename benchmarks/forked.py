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


def control_moves(path: Path, pipe: Any, cells: Any, _read: Any) -> None:
    """CPU milliseconds of the dearest move of each control of a notebook to a value it offers."""
    import ipywidgets

    from helpers.report import controls

    offered: list[tuple[Any, dict[str, Any]]] = []
    controls.has_controls = lambda: True
    controls._widget = lambda control, start: (control, start)
    ipywidgets.interact = lambda draw, **widgets: offered.append((draw, widgets))
    _run(path, {}, cells)
    moves = {}
    for draw, widgets in offered:
        starts = {key: start for key, (_, start) in widgets.items()}
        draw(**starts)
        for key, (control, _) in widgets.items():
            # A list offers its members, a slider its two ends.
            values = control if isinstance(control, list) else control[:2]
            moves[key] = max(_move(draw, starts | {key: value}) for value in values)
    pipe.send(moves)


def _move(draw: Any, values: dict[str, Any]) -> float:
    began = time.process_time()
    draw(**values)
    return 1e3 * (time.process_time() - began)


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
