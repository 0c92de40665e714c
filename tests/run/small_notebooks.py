"""Small real notebooks, written by the tests and executed on real kernels."""

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import TextIO

import pytest

from helpers.run.cli import main

PARAMETERS = """\
as_of: str = "2026-02-16"  # date | 1990-01-01 .. 2026-11-30 | nothing known later enters
cut_bp: float = 175.0  # basis points | 0 .. 1000 | size of the easing
shares: list[float] = []  # percent | 0 .. 100, 3 values or none | low, mid and high
net: bool = False  # switch | true, false | after taxes
label: str = "base"  # text | any | name of the run
"""


def write_notebook(folder: Path, name: str, *code: str, parameters: str = PARAMETERS) -> Path:
    """A notebook of the collection's form: title, parameters cell, then a cell for each text of code."""
    cells = [
        {
            "cell_type": "markdown",
            "id": "title",
            "metadata": {},
            "source": f"# What does {name} find?",
        }
    ]
    for position, source in enumerate([parameters, *code]):
        tags = {"tags": ["parameters"]} if position == 0 else {}
        cells.append(
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"code-{position}",
                "metadata": tags,
                "outputs": [],
                "source": source.rstrip().splitlines(keepends=True),
            }
        )
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps(content, indent=1))
    return path


def printed(executed: Path) -> str:
    """All text that an executed notebook printed or displayed."""
    parts = []
    for cell in json.loads(executed.read_text())["cells"]:
        for output in cell.get("outputs", ()):
            parts += output.get("text", []) or output.get("data", {}).get("text/plain", [])
    return "".join(parts)


def rebalance(*arguments: str, notebooks: Path, **options) -> subprocess.CompletedProcess[str]:
    """The command as a user runs it, on other notebooks."""
    return subprocess.run(
        [sys.executable, "-m", "helpers.run.cli", *arguments],
        env=environment(notebooks),
        capture_output=True,
        text=True,
        timeout=180,
        **options,
    )


def answer(
    *arguments: str, notebooks: Path, cwd: Path | None = None, stderr: TextIO | None = None
) -> SimpleNamespace:
    """What the command answers, asked in this process; an error that is none of ours is raised."""
    out, err = io.StringIO(), stderr or io.StringIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("REBALANCE_NOTEBOOKS", str(notebooks))
        if cwd:
            patch.chdir(cwd)
        try:
            main(list(arguments), prog_name="rebalance")
        except SystemExit as done:
            told = "" if stderr else err.getvalue()
            return SimpleNamespace(returncode=done.code, stdout=out.getvalue(), stderr=told)
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
    raise AssertionError("The command ends with a status.")


def environment(notebooks: Path) -> dict[str, str]:
    return {**os.environ, "REBALANCE_NOTEBOOKS": str(notebooks)}
