"""One executed run of three small notebooks, shared by the tests of what a run leaves behind."""

from types import SimpleNamespace

import pytest
from small_notebooks import answer, write_notebook

from warm_forks import runs_in

START = 'from helpers import run\np = run.start("{name}", globals())'

CARD = """\
from helpers import report
from helpers.trial.evidence import Answer, Evidence
found = Evidence(unit="percent", method="announced", interval="none", estimate=5.5, vintage="2026-02")
report.cards({"R1": Answer(found)}, as_of=p.as_of, settings=p.settings)"""

WHERE = """\
import os, warnings, pathlib
warnings.warn("from a cell")
print(os.getcwd(), pathlib.__file__, run.__file__, pathlib.Path.home())"""

READ_RUNS = """\
import pathlib
print(sorted(path.name for path in pathlib.Path(runs).glob("*.ipynb")))"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("collection")
    write_notebook(
        folder,
        "01_alpha",
        START.format(name="01_alpha"),
        "print(repr((p.as_of, p.cut_bp, p.shares, p.net, p.label)))",
        CARD,
        WHERE,
    )
    write_notebook(folder, "02_beta", "print(cut_bp, sorted({'b', 'a', 'c'}), {'b', 'a', 'c'})")
    runs = 'runs: str = ""  # folder | any | executed notebooks to read'
    write_notebook(folder, "00_scoreboard", READ_RUNS, parameters=runs)
    return folder


@pytest.fixture(scope="session")
def executed(folder, tmp_path_factory, _server):
    """The collection run once, with values for two parameters."""
    out = (
        tmp_path_factory.mktemp("first run") / "{report} of today"
    )  # a blank and braces are no fields to fill
    values = ("--as-of", "2024-06-30", "-p", "label=007", "-p", "cut_bp=1e2")
    with runs_in(_server):
        done = answer("run", "--out", str(out), *values, notebooks=folder)
    assert done.returncode == 0, done.stderr
    return SimpleNamespace(out=out, folder=folder, stdout=done.stdout, stderr=done.stderr)
