"""A notebook runs again when something it is made of changed, and only then."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from small_notebooks import answer, printed, rebalance, write_notebook

from helpers import report
from helpers.data.paths import data_dir
from helpers.errors import RunError
from helpers.run.collection import find_notebooks
from helpers.run.execute import run_collection
from helpers.run.freshness import Sources, plan
from helpers.run.publish import read_manifest
from helpers.run.reach import reached_files

# Nothing of this house is imported, so that starting a run costs little.
READ = """\
import os, pathlib
print(len(pathlib.Path(os.environ["REBALANCE_DATA"], "snapshot/fomc_decisions.csv").read_text()))"""
READ_RUNS = """\
import pathlib
print(sorted(path.name for path in pathlib.Path(runs).glob("*.ipynb")))"""


@pytest.fixture(scope="module")
def made(tmp_path_factory, warm_forks):
    """Three notebooks of which the last reads the others, figures of their own, and a report of them."""
    root = tmp_path_factory.mktemp("fresh")
    shutil.copytree(data_dir(), root / "data")
    (root / "collection").mkdir()
    write_notebook(root / "collection", "01_reads", READ)
    write_notebook(root / "collection", "02_plain", "print(cut_bp)")
    runs = 'runs: str = ""  # folder | any | executed notebooks to read'
    write_notebook(root / "collection", "00_scoreboard", READ_RUNS, parameters=runs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REBALANCE_DATA", str(root / "data"))
        run_collection(root / "out", notebooks=root / "collection")
    return root


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    root = Path(shutil.copytree(made, tmp_path / "copy"))
    monkeypatch.setenv("REBALANCE_DATA", str(root / "data"))
    return root


def asked(root, **options):
    return run_collection(root / "out", notebooks=root / "collection", **options)


def test_nothing_is_run_when_nothing_changed(place):
    before = {path: path.read_bytes() for path in (place / "out").rglob("*") if path.is_file()}
    report = asked(place)
    assert report.ran == {}
    assert report.kept == ["00_scoreboard", "01_reads", "02_plain"]
    assert {path: path.read_bytes() for path in before} == before
    assert report.rows == json.loads((place / "out/scoreboard.json").read_text())


def test_the_command_says_what_it_kept_and_why_it_ran_the_others(place):
    given = ("run", "--out", str(place / "out"))
    lines = rebalance(*given, notebooks=place / "collection").stdout.splitlines()
    kept = "Kept, because nothing they are made of changed: 00_scoreboard, 01_reads, 02_plain."
    assert lines[0] == kept
    assert lines[1] == f"Report: {place / 'out/index.html'}"
    lines = answer(*given, "-p", "02.cut_bp=5", notebooks=place / "collection").stdout
    assert "Ran again: 02_plain, because its parameters changed.\n" in lines
    assert "Ran again: 00_scoreboard, because the notebooks it reads changed.\n" in lines
    assert "Kept, because nothing they are made of changed: 01_reads.\n" in lines
    assert printed(place / "out/notebooks/02_plain.ipynb") == "5.0\n"


def test_the_answer_when_nothing_changed_needs_no_library(place):
    code = f"""
import sys
from helpers.run.execute import run_collection
report = run_collection({str(place / "out")!r}, notebooks={str(place / "collection")!r})
print(report.ran, [name for name in ("numpy", "scipy", "pandas", "nbformat", "papermill") if name in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "{} []\n"


def test_a_changed_notebook_runs_again_alone(place):
    write_notebook(place / "collection", "02_plain", "print(2 * cut_bp)")
    report = asked(place)
    assert report.kept == ["01_reads"]
    assert printed(place / "out/notebooks/02_plain.ipynb") == "350.0\n"


def test_figures_that_were_read_count_and_no_others(place):
    used = json.loads((place / "out/manifest.json").read_text())["notebooks"]["01_reads"]["used"]
    read, *others = [name for name in used["data"] if name.endswith(".csv")]
    assert (read, others) == ("snapshot/fomc_decisions.csv", [])
    other = next(path for path in (place / "data/snapshot").glob("*.csv") if path.name not in read)
    other.write_text(other.read_text() + "\n")
    assert asked(place).kept == ["00_scoreboard", "01_reads", "02_plain"]
    assert asked(place).ran == {}  # the index, too, is made again only once
    figures = place / "data" / read
    figures.write_text(figures.read_text() + "\n")
    assert asked(place).ran["01_reads"] == "figures it read changed"
    assert asked(place).ran == {}


def test_a_report_that_somebody_changed_is_made_again(place):
    page = place / "out/02_plain.html"
    good = page.read_bytes()
    page.write_bytes(good + b" ")
    report = asked(place)
    assert report.ran == {
        "02_plain": "its report was changed by somebody else",
        "00_scoreboard": "the notebooks it reads changed",
    }
    assert page.read_bytes() == good
    page.unlink()
    assert list(asked(place).ran) == ["02_plain", "00_scoreboard"]


def test_what_failed_runs_again(place):
    write_notebook(place / "collection", "02_plain", "1 / 0")
    for _ in range(2):
        with pytest.raises(RunError, match="ZeroDivisionError"):
            asked(place)


def test_force_runs_everything(place):
    report = asked(place, force=True)
    assert report.kept == []
    assert report.ran == dict.fromkeys(("00_scoreboard", "01_reads", "02_plain"), "as asked for")


def test_each_ingredient_is_missed(place):
    notebooks = find_notebooks(place / "collection")
    values = {notebook.name: {} for notebook in notebooks}
    sources = Sources.now(notebooks)
    before = read_manifest(place / "out")

    def reasons(sources=sources, before=before, **given):
        return plan(notebooks, {**values, **given}, sources, before, place / "out")

    def with_entry(**fields):
        entry = {**before.notebooks["01_reads"], **fields}
        return replace(before, notebooks={**before.notebooks, "01_reads": entry})

    assert reasons() == {}
    helpers = {**sources.helpers, "run/notebook.py": "other"}
    assert set(reasons(replace(sources, helpers=helpers)).values()) >= {"code it uses changed"}
    versions = {**sources.versions, "pandas": "0.1"}
    assert len(reasons(replace(sources, versions=versions))) == 3
    assert reasons(**{"01_reads": {"cut_bp": 1.0}})["01_reads"] == "its parameters changed"
    assert reasons(before=with_entry(status="failed"))["01_reads"] == "it failed"
    unknown = with_entry(used=None)
    assert reasons(before=unknown)["01_reads"] == "its report does not say what it used"
    unread = "topics/debt/who_floats.py"
    assert unread not in before.notebooks["01_reads"]["used"]["helpers"]
    assert reasons(replace(sources, helpers={**sources.helpers, unread: "other"})) == {}


def test_live_figures_are_read_anew(place):
    source = 'source: str = "live"  # text | snapshot, live | where figures are read'
    write_notebook(place / "collection", "02_plain", "print(1)", parameters=source)
    asked(place)
    assert asked(place).ran["02_plain"] == "its figures are live"


def test_reach_follows_names_that_are_loaded_late():
    cells = ["from helpers import report", "figures = report.figures", "figures.debt.plot_parts"]
    reached = reached_files(cells)
    assert "report/figures/debt.py" in reached
    assert "report/figures/history.py" not in reached
    assert "topics/history/examination.py" not in reached
    assert "report/card.py" in reached_files(["from helpers.report import cards"])
    assert "stats/hac.py" in reached_files(["import helpers.stats as st", "st.mean_hac"])


def test_what_dresses_every_page_is_reached_by_every_notebook():
    html = Path(report.__file__).parent / "html"
    dress = {one for kind in ("css", "js", "j2") for one in html.rglob(f"*.{kind}")}
    reached = set(reached_files(["print(1)"]))
    assert {f"report/html/{one.relative_to(html).as_posix()}" for one in dress} <= reached
    assert "report/html/outputs.css" in reached


@pytest.mark.parametrize("code", ["found = !echo 1", "%time 1", "1 +"])
def test_a_cell_that_is_not_plain_python_may_reach_anything(place, code):
    write_notebook(place / "collection", "02_plain", code)
    if code == "1 +":
        with pytest.raises(RunError, match=r"02_plain: cell 3.*SyntaxError"):
            asked(place)
        return
    asked(place)
    entry = read_manifest(place / "out").notebooks["02_plain"]
    assert "topics/debt/who_floats.py" in entry["used"]["helpers"]
    assert asked(place).ran == {}
