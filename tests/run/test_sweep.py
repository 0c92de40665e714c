"""A sweep: checked before it starts, each run kept and never run twice, whatever stops it."""

import csv
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_notebooks import answer, environment, write_notebook

from helpers.errors import ParameterError, RunError
from helpers.run.parameters import notebooks_dir
from helpers.run.sweep import date_grid, plan_sweep, run_sweep

pytestmark = pytest.mark.usefixtures("warm_forks")

# Leaves a mark for each run, then answers both questions of a claim; it imports nothing of this house: starting costs
# little.
ANSWER = """\
import pathlib, time, uuid
marks = pathlib.Path(r"{marks}")
(marks / f"{{cut_bp:g}}-{{label}}-{{uuid.uuid4().hex}}").touch()
time.sleep({seconds})
from IPython.display import display
found = {{"estimate": cut_bp / 100, "unit": "percent", "n": 17}}
card = {{"claim": "D2", "stated": {{"word": "true", "evidence": {{"unit": "percent"}}}}}}
card["used"] = {{"word": "undecided", "evidence": found}}
display({{"application/vnd.great-rebalancing.card+json": card, "text/plain": "D2"}}, raw=True)"""


@pytest.fixture
def collection(tmp_path):
    """A folder with one notebook that answers claim D2, and one of marks."""
    folder, marks = tmp_path / "collection", tmp_path / "marks"
    folder.mkdir()
    marks.mkdir()
    write_notebook(folder, "01_answers", ANSWER.format(marks=marks, seconds=0))
    return folder


def times_run(collection: Path) -> dict[str, int]:
    """How often each point was executed."""
    names = [path.name.rpartition("-")[0] for path in collection.with_name("marks").iterdir()]
    return {name: names.count(name) for name in names}


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "sweep.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_dates_are_so_many_months_apart():
    assert date_grid("2020-02-15:2020-05-14:1") == ["2020-02-15", "2020-03-15", "2020-04-15"]
    assert date_grid("2023-11-30:2024-05-31:3") == ["2023-11-30", "2024-02-29", "2024-05-30"]
    assert len(date_grid("2020-02-15:2026-02-15:1")) == 73
    for wrong in ("2020-02-15", "2020-02-15:2019-02-15:1", "2020-02-15:2021-02-15:0", "a:b:c"):
        with pytest.raises(ParameterError, match=r"START"):
            date_grid(wrong)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"grids": {}}, "Nothing to vary"),
        ({"grids": {"cut": "1"}}, "did you mean 'cut_bp'"),
        ({"grids": {"cut_bp": "100,many"}}, "is not a number"),
        ({"grids": {"cut_bp": "100,2000"}}, "is out of range"),
        ({"grids": {"as_of": "2024-06-30"}, "dates": "2020-02-15:2026-02-15:1"}, "given twice"),
        ({"grids": {}, "dates": "1980-02-15:2026-02-15:1"}, "is out of range"),
        ({"grids": {"cut_bp": ",".join(map(str, range(400))), "label": "x," * 400}}, "160400 runs"),
        ({"grids": {}, "scenarios": Path("nowhere")}, "No scenario"),
    ],
)
def test_a_plan_is_checked_before_anything_runs(collection, given, word):
    with pytest.raises(ParameterError, match=word):
        plan_sweep("01", notebooks=collection, **given)


def test_a_plan_holds_every_combination_once(collection):
    plan = plan_sweep(
        "1", {"cut_bp": "100,175,1e2", "shares": "10,20,30;;1,2,3"}, notebooks=collection
    )
    assert [dict(point.values) for point in plan.points] == [
        {"cut_bp": cut, "shares": shares}
        for cut in (100.0, 175.0)
        for shares in ([10.0, 20.0, 30.0], [], [1.0, 2.0, 3.0])
    ]
    assert plan.varied == ["cut_bp", "shares"]


def test_scenarios_combine_with_grids_which_win(collection, tmp_path):
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "kind.yaml").write_text("cut_bp: 300\nlabel: kind\n")
    (cases / "plain.yaml").write_text("label: plain\n")
    plan = plan_sweep(
        "01_answers",
        {"net": "true,false"},
        dates="2024-06-30:2024-07-30:1",
        scenarios=cases,
        notebooks=collection,
    )
    assert len(plan.points) == 8
    assert dict(plan.points[0].values) == {
        "cut_bp": 300.0,
        "label": "kind",
        "net": True,
        "as_of": "2024-06-30",
    }
    assert {point.scenario for point in plan.points} == {"kind", "plain"}
    assert plan.varied == ["cut_bp", "label", "net", "as_of"]


def test_scenarios_of_other_notebooks_are_left_out(collection, tmp_path):
    depth = "depth: int = 1  # steps | 1 .. 9 | of another notebook"
    write_notebook(collection, "02_other", "print(depth)", parameters=depth)
    (tmp_path / "kind.yaml").write_text("cut_bp: 300\n")
    (tmp_path / "deep.yaml").write_text("depth: 3\n")
    plan = plan_sweep("01", {}, scenarios=tmp_path, notebooks=collection)
    assert {point.scenario for point in plan.points} == {"kind"}
    (tmp_path / "kind.yaml").write_text("cut_bpp: 300\n")
    with pytest.raises(ParameterError, match="did you mean 'cut_bp'"):
        plan_sweep("01", {}, scenarios=tmp_path, notebooks=collection)


@pytest.mark.parametrize("name", ["01", "07"])
def test_the_folder_of_the_collection_can_be_swept(name):
    plan = plan_sweep(name, {}, scenarios=notebooks_dir() / "scenarios")
    assert len(plan.points) > 1


def test_the_scoreboard_is_not_swept(collection):
    runs = 'runs: str = ""  # folder | any | executed notebooks to read'
    write_notebook(collection, "00_scoreboard", "print(runs)", parameters=runs)
    with pytest.raises(ParameterError, match="reads the other notebooks"):
        plan_sweep("00", {"runs": "a"}, notebooks=collection)


def test_each_run_is_kept_and_none_is_run_twice(collection, tmp_path):
    plan = plan_sweep("01", {"cut_bp": "100,175", "label": "a,b"}, notebooks=collection)
    said: list[str] = []
    done = run_sweep(plan, tmp_path / "out", jobs=2, say=said.append)
    assert (done.runs, done.kept, done.errors) == (4, 0, [])
    assert said == ["4 runs of 01_answers; how long one takes is not known yet."]
    rows = table(tmp_path / "out")
    points = [("100.0", "a"), ("100.0", "b"), ("175.0", "a"), ("175.0", "b")]
    assert [(row["cut_bp"], row["label"], row["claim"], row["line"]) for row in rows] == [
        (*point, "D2", line) for point in points for line in ("stated", "used")
    ]
    assert [row["word"] for row in rows] == ["true", "undecided"] * 4
    assert [row["estimate"] for row in rows] == ["", "1.0", "", "1.0", "", "1.75", "", "1.75"]
    page = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert "What does 01_answers find?" in page
    assert page.count("<figure") == 2
    packed = tmp_path / "out/runs" / f"{rows[-1]['run']}.ipynb.gz"
    cells = json.loads(gzip.decompress(packed.read_bytes()))["cells"]
    assert any("cut_bp = 175.0" in "".join(cell["source"]) for cell in cells)

    first = (tmp_path / "out/sweep.csv").read_bytes()
    again = run_sweep(plan, tmp_path / "out", jobs=2, say=said.append)
    assert again.kept == 4
    assert said[1] == "4 runs of 01_answers, 4 kept from before."
    assert (tmp_path / "out/sweep.csv").read_bytes() == first
    assert set(times_run(collection).values()) == {1}

    packed.unlink()  # of one run, whose record alone is no proof
    wider = plan_sweep("01", {"cut_bp": "100,175,200", "label": "a,b"}, notebooks=collection)
    assert run_sweep(wider, tmp_path / "out", jobs=2, say=said.append).kept == 3
    assert "3 kept from before; 3 to run, about" in said[2]
    assert times_run(collection) == {
        "100-a": 1,
        "100-b": 1,
        "175-a": 1,
        "175-b": 2,
        "200-a": 1,
        "200-b": 1,
    }

    write_notebook(collection, "01_answers", "print(cut_bp)")
    changed = plan_sweep("01", {"cut_bp": "100,175"}, notebooks=collection)
    assert run_sweep(changed, tmp_path / "out", jobs=2, keep="cards").kept == 0
    assert table(tmp_path / "out")[0]["claim"] == ""  # it answers no claim


def test_a_run_that_fails_has_its_row_and_runs_again(collection, tmp_path):
    write_notebook(collection, "01_answers", "print(1 / (cut_bp - 100))")
    given = ("sweep", "01", "--grid", "cut_bp=100,175", "--out", str(tmp_path / "out"))
    done = answer(*given, notebooks=collection)
    assert done.returncode == 1
    assert (
        "1 of 2 runs failed: cell 3 (print(1 / (cut_bp - 100))): ZeroDivisionError" in done.stderr
    )
    assert "Traceback" not in done.stderr
    failed, fine = table(tmp_path / "out")
    assert "ZeroDivisionError" in failed["error"]
    assert fine["error"] == ""
    plan = plan_sweep("01", {"cut_bp": "100,175"}, notebooks=collection)
    assert run_sweep(plan, tmp_path / "out", jobs=1).kept == 1


def test_a_folder_of_something_else_is_left_alone(collection, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    plan = plan_sweep("01", {"cut_bp": "100"}, notebooks=collection)
    with pytest.raises(RunError, match=r"holds thesis\.txt and no sweep"):
        run_sweep(plan, out, jobs=1)
    (out / "thesis.txt").rename(out / "sweep.json")
    with pytest.raises(RunError, match="Choose another folder"):
        run_sweep(plan, out, jobs=1)
    (out / "sweep.json").write_text('{"notebook": "02_other"}')
    with pytest.raises(RunError, match="a sweep of 02_other"):
        run_sweep(plan, out, jobs=1)
    assert times_run(collection) == {}


GRID = {"cut_bp": "5,10,15", "label": "a,b"}


def test_a_killed_sweep_goes_on_where_it_stopped(collection, tmp_path):
    marks = collection.with_name("marks")
    write_notebook(collection, "01_answers", ANSWER.format(marks=marks, seconds=0.3))
    out, grids = tmp_path / "out", [f"{name}={values}" for name, values in GRID.items()]
    command = [sys.executable, "-m", "helpers.run.cli", "sweep", "01", "--out", str(out)]
    command += [word for grid in grids for word in ("--grid", grid)]
    with subprocess.Popen(command, env=environment(collection)) as process:
        end = time.monotonic() + 120
        while len(list(out.glob("runs/*.json"))) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    finished = {json.loads(path.read_text())["id"] for path in out.glob("runs/*.json")}
    assert 2 <= len(finished) < 6
    plan = plan_sweep("01", GRID, notebooks=collection)
    before = times_run(collection)
    done = run_sweep(plan, out, jobs=2)
    assert (done.runs, done.kept, done.errors) == (6, len(finished), [])
    after = times_run(collection)
    names = {
        point.id: f"{point.values['cut_bp']:g}-{point.values['label']}" for point in plan.points
    }
    assert set(after) == set(names.values())
    assert all(after[names[one]] == before[names[one]] == 1 for one in finished)

    shutil.rmtree(tmp_path / "whole", ignore_errors=True)
    run_sweep(plan, tmp_path / "whole", jobs=2)
    tables = [(folder / "sweep.csv").read_bytes() for folder in (out, tmp_path / "whole")]
    assert tables[0] == tables[1]


def test_a_cluster_whose_worker_dies_gives_the_same(collection, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")
    marks = collection.with_name("marks")
    write_notebook(collection, "01_answers", ANSWER.format(marks=marks, seconds=0.3))
    monkeypatch.setenv("REBALANCE_NOTEBOOKS", str(collection))
    plan = plan_sweep("01", GRID)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", worker_dashboard_address=None
    ) as cluster:
        killed: list[int] = []

        def kill_one(_text: str) -> None:
            import threading

            def wait_and_kill() -> None:
                while len(list(marks.iterdir())) < 2:
                    time.sleep(0.01)
                one = next(iter(cluster.workers.values()))
                one.auto_restart = False  # the other worker has to take over
                killed.append(one.pid)
                os.kill(killed[0], signal.SIGKILL)

            threading.Thread(target=wait_and_kill, daemon=True).start()

        address = cluster.scheduler_address
        done = run_sweep(plan, tmp_path / "far", jobs=1, cluster=address, say=kill_one)
    assert killed
    assert (done.runs, done.errors) == (6, [])
    run_sweep(plan, tmp_path / "near", jobs=2)
    tables = [(tmp_path / place / "sweep.csv").read_bytes() for place in ("far", "near")]
    assert tables[0] == tables[1]
    packed = [sorted((tmp_path / place / "runs").glob("*.gz")) for place in ("far", "near")]
    assert [path.read_bytes() for path in packed[0]] == [path.read_bytes() for path in packed[1]]


def test_a_cluster_that_is_not_there_is_said(collection, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("helpers.run.sweep.cluster._PATIENCE", 1)
    plan = plan_sweep("01", {"cut_bp": "100"}, notebooks=collection)
    with pytest.raises(RunError, match="No Dask scheduler answers at"):
        run_sweep(plan, tmp_path / "out", jobs=1, cluster="tcp://127.0.0.1:9")
