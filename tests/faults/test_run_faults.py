"""Failing cells, interruptions and folders that cannot be written: nothing good is lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from small_notebooks import answer, environment, printed, write_notebook
from watching import is_running, needs_proc, wait_until

from helpers.errors import RunError
from helpers.run.execute import run_collection
from helpers.run.workfolder import work_path

# Leaves its process id where the test can find it, then works for longer than any test waits.
HANG = """\
import os, pathlib, time
import subprocess
child = subprocess.Popen(["sleep", "120"])
pathlib.Path(r"{marks}", f"{{os.getpid()}}.kernel").touch()
pathlib.Path(r"{marks}", f"{{child.pid}}.child").touch()
time.sleep(120)"""


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory, warm_forks):
    """A collection, and its report made once."""
    folder = tmp_path_factory.mktemp("sound")
    (folder / "collection").mkdir()
    write_notebook(folder / "collection", "01_sound", "print(cut_bp)")
    write_notebook(folder / "collection", "02_fragile", "print('before')", "print(cut_bp)")
    run_collection(folder / "out", notebooks=folder / "collection")
    return folder


@pytest.fixture
def collection(sound, tmp_path):
    return Path(shutil.copytree(sound / "collection", tmp_path / "collection"))


@pytest.fixture
def good(sound, tmp_path):
    """A folder with a good report, and what is in it."""
    out = Path(shutil.copytree(sound / "out", tmp_path / "out"))
    return out, contents(out)


def break_notebook(collection):
    write_notebook(
        collection,
        "02_fragile",
        "print('before')",
        "# Half of it\n[1, 2][int(cut_bp)]",
        "print('never')",
    )


def assert_kept(out: Path, before: dict[str, bytes]) -> bytes:
    """The report before is there whole, and says that the last run of 02 failed; its partial notebook."""
    after = contents(out)
    partial = after.pop("notebooks/02_fragile.partial.ipynb")
    saying = ("index.html", "manifest.json")
    assert {name: after[name] for name in before.keys() - saying} == {
        name: before[name] for name in before.keys() - saying
    }
    assert after.keys() == before.keys()
    assert b"The last run failed; this is the report before it." in after["index.html"]
    was, now = (json.loads(files["manifest.json"])["notebooks"] for files in (before, after))
    assert now["01_sound"] == was["01_sound"]
    error = now["02_fragile"].pop("error")
    assert error.startswith("02_fragile: cell ")
    assert now["02_fragile"] == was["02_fragile"] | {"status": "failed"}
    return partial


def test_a_failing_cell_is_named_and_keeps_the_last_good_report(collection, good):
    out, before = good
    break_notebook(collection)
    done = answer("run", "--out", str(out), "-p", "cut_bp=5", notebooks=collection)
    assert done.returncode == 1
    assert "02_fragile: cell 4 (# Half of it): IndexError: list index out of range" in done.stderr
    assert "the last good report is kept" in done.stderr
    assert "Traceback" not in done.stderr
    partial = assert_kept(out, before)
    outputs = [cell.get("outputs") for cell in json.loads(partial)["cells"]]
    assert "before" in json.dumps(outputs)
    assert "IndexError" in json.dumps(outputs)
    assert str(collection.parent) not in partial.decode()


def test_the_next_success_clears_the_partial_notebook(collection, good):
    out, before = good
    break_notebook(collection)
    with pytest.raises(RunError, match="02_fragile"):
        run_collection(out, notebooks=collection)
    write_notebook(collection, "02_fragile", "print('before')", "print(cut_bp)")
    run_collection(out, notebooks=collection)
    after = contents(out)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} <= {
        "manifest.json",
        "index.html",
    }  # with the seconds


def test_where_no_report_was_the_others_finish_and_are_published(collection, tmp_path):
    break_notebook(collection)
    with pytest.raises(RunError, match=r"02_fragile: cell 4 .*\n.*the others are in the report"):
        run_collection(tmp_path / "new", notebooks=collection)
    assert printed(tmp_path / "new/notebooks/01_sound.ipynb") == "175.0\n"
    assert (tmp_path / "new/01_sound.html").is_file()
    assert not (tmp_path / "new/02_fragile.html").exists()
    assert not (tmp_path / "new/notebooks/02_fragile.ipynb").exists()
    manifest = json.loads((tmp_path / "new/manifest.json").read_text())["notebooks"]
    assert {name: entry["status"] for name, entry in manifest.items()} == {
        "01_sound": "ok",
        "02_fragile": "failed",
    }
    index = (tmp_path / "new/index.html").read_text()
    assert 'href="notebooks/02_fragile.partial.ipynb"' in index

    # What failed is not forgotten by a run of something else.
    with pytest.raises(RunError, match=r"02_fragile failed in an earlier run.*--only 02"):
        run_collection(tmp_path / "new", notebooks=collection, only=["01"])
    assert (tmp_path / "new/notebooks/02_fragile.partial.ipynb").is_file()
    assert 'href="notebooks/02_fragile.partial.ipynb"' in (tmp_path / "new/index.html").read_text()


def test_a_kernel_that_dies_is_a_failing_cell(collection, good):
    out, before = good
    write_notebook(collection, "02_fragile", "x = 1", "import os\nos._exit(9)")
    with pytest.raises(RunError, match=r"02_fragile: cell 4 \(import os\): .*died"):
        run_collection(out, notebooks=collection)
    assert_kept(out, before)


def test_a_page_that_cannot_be_made_fails_its_notebook_only(collection, tmp_path):
    twice = "from helpers import report\nimport matplotlib.pyplot as plt\nax = plt.figure().subplots()\nax.plot([1, 2])"
    show = "report.show(ax, 'One line.', name='same')"
    write_notebook(collection, "02_fragile", twice, show, show)
    with pytest.raises(RunError, match=r"02_fragile: its page cannot be made: .*'same'"):
        run_collection(tmp_path / "new", notebooks=collection)
    assert (tmp_path / "new/01_sound.html").is_file()
    assert (tmp_path / "new/notebooks/02_fragile.partial.ipynb").is_file()
    assert not (tmp_path / "new/02_fragile.html").exists()


@pytest.fixture
def sockets():
    """Where the run keeps its sockets: a path of its own, short enough to be one."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        yield Path(folder)


@pytest.fixture
def under_way(collection, good, tmp_path, sockets):
    """A second run of the command that hangs in a cell, with its kernel and the process that the cell started."""
    marks = tmp_path / "marks"
    marks.mkdir()
    write_notebook(collection, "02_fragile", HANG.format(marks=marks))
    command = [sys.executable, "-m", "helpers.run.cli", "run", "--out", str(good[0])]
    with subprocess.Popen(
        command,
        env=environment(collection) | {"TMPDIR": str(sockets)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until(lambda: len(list(marks.iterdir())) == 2)
            yield process, {path.suffix: int(path.stem) for path in marks.iterdir()}
        finally:
            process.kill()
            for path in marks.iterdir():
                if is_running(int(path.stem)):
                    os.kill(int(path.stem), signal.SIGKILL)


@needs_proc
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_stops_its_kernels_and_leaves_the_last_good_report(
    good, under_way, number, status
):
    process, started = under_way
    process.send_signal(number)
    time.sleep(0.3)
    process.send_signal(number)  # an impatient second one
    _, stderr = process.communicate(timeout=90)
    assert process.returncode == status
    assert "Traceback" not in stderr
    assert not is_running(started[".kernel"])
    assert not is_running(started[".child"])
    assert contents(good[0]) == good[1]
    assert f"{good[0]} holds the last good report" in stderr
    assert not work_path(good[0]).exists()


@needs_proc
def test_a_run_keeps_others_out_and_once_killed_leaves_the_last_good_report_for_the_next_to_clean_up(
    collection, good, under_way, sockets
):
    out, before = good
    process, started = under_way
    with pytest.raises(RunError, match=f"Another run is writing to {out}"):
        run_collection(out, notebooks=collection)
    assert process.poll() is None  # the first run goes on
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=90)
    wait_until(lambda: not is_running(started[".kernel"]))  # a kernel notices within a second
    assert is_running(started[".child"])
    assert work_path(out).is_dir()
    assert list(sockets.glob("rb-*"))
    assert contents(out) == before
    write_notebook(collection, "02_fragile", "print('before')", "print(cut_bp)")
    run_collection(out, notebooks=collection)
    assert contents(out).keys() == before.keys()
    assert not work_path(out).exists()
    assert list(sockets.glob("rb-*")) == []
    assert not is_running(started[".child"])


@pytest.fixture
def marked(tmp_path):
    """A collection whose only notebook leaves a mark when it is executed."""
    folder = tmp_path / "marked"
    folder.mkdir()
    write_notebook(
        folder, "01_mark", f"import pathlib; pathlib.Path(r'{tmp_path}', 'executed').touch()"
    )
    return folder


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(marked, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked/notebooks").write_text("mine")
    places = [tmp_path / "file", tmp_path / "file/under", tmp_path / "blocked"]
    if Path("/proc/self").is_dir():
        places.append(Path("/proc/rebalance"))  # where even root can make no folder
    for out in places:
        done = answer("run", "--out", str(out), notebooks=marked)
        assert done.returncode == 1
        assert f"Cannot write to {out}" in done.stderr
        assert "--out" in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "file").read_text() == "mine"
    assert not (tmp_path / "executed").exists()


def test_the_notebooks_themselves_are_never_overwritten(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    source = write_notebook(folder, "01_mine", "print(1)")
    before = source.read_bytes()
    with pytest.raises(RunError, match=r"notebooks lies in it"):
        run_collection(tmp_path, notebooks=folder)
    assert source.read_bytes() == before
