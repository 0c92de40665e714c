"""Cells that take too long, write too much or start processes; and Ctrl-C at any moment."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_notebooks import environment, printed, write_notebook
from watching import is_running, needs_proc, wait_until

from helpers.data.paths import data_dir
from helpers.errors import RunError
from helpers.run.engines import ENGINES
from helpers.run.execute import run_collection
from helpers.run.processes import end_processes
from helpers.run.workfolder import work_path

START_CHILD = """\
import pathlib, subprocess
child = subprocess.Popen(["sleep", "300"], start_new_session=True)
pathlib.Path(r"{marks}", f"{{child.pid}}.child").touch()"""


@pytest.fixture(autouse=True)
def _short_place_for_sockets(tmp_path, monkeypatch):
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield


@pytest.fixture
def marks(tmp_path):
    """Where cells note the processes they start; none outlives the test."""
    folder = tmp_path / "marks"
    folder.mkdir()
    yield folder
    for pid in pids(folder):
        if is_running(pid):
            os.kill(pid, signal.SIGKILL)


def pids(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.iterdir()]


@needs_proc
@pytest.mark.parametrize("engine", ENGINES)
def test_a_cell_has_a_time_and_a_size_and_what_it_starts_ends_with_its_notebook(
    tmp_path, marks, warm_forks, engine
):
    folder, out = tmp_path / "collection", tmp_path / "out"
    folder.mkdir()
    child = START_CHILD.format(marks=marks)
    write_notebook(folder, "01_slow", child, "import time\nprint('so far')\ntime.sleep(100)")
    write_notebook(folder, "02_chatty", "while True:\n    print('x' * 1_000)")
    write_notebook(folder, "03_large", "print('few')", "print('x' * 10_000_001)")
    write_notebook(folder, "04_dies", child, "import os\nos._exit(1)")
    write_notebook(folder, "05_fine", child, "print('x' * 1_000_000)")
    with pytest.raises(RunError) as stopped:
        run_collection(out, notebooks=folder, cell_timeout=8, jobs=2, engine=engine)
    lines = str(stopped.value).splitlines()
    too_much = "wrote more than 10 MB of output; show less, or a summary (partial output: "
    assert len(lines) == 5
    assert lines[0].startswith(
        "01_slow: cell 4 (import time): took longer than 8 seconds (--cell-timeout) (partial output: "
    )
    assert lines[1].startswith(f"02_chatty: cell 3 (while True:): {too_much}")
    assert lines[2].startswith(f"03_large: cell 4 (print('x' * 10_000_001)): {too_much}")
    assert lines[3].startswith("04_dies: cell 4 (import os): ")
    assert printed(out / "notebooks/01_slow.partial.ipynb") == "so far\n"
    assert (out / "notebooks/02_chatty.partial.ipynb").stat().st_size < 11_000_000
    assert (out / "05_fine.html").is_file()
    assert len(pids(marks)) == 3
    assert [pid for pid in pids(marks) if is_running(pid)] == []


def test_no_process_is_ended_by_an_empty_token():
    with pytest.raises(ValueError, match="every process"):
        end_processes("")


# Text in colours, of which nbconvert takes many seconds to make a page.
COLOURS = "print('\\x1b[31mx\\x1b[0m' * 60_000)"
MOMENTS = {
    "while it starts": lambda run: time.monotonic() > run.begun + 0.3,
    "while it loads": lambda run: time.monotonic() > run.begun + 1.0,
    "while kernels start": lambda run: run.work.is_dir(),
    "in a cell": lambda run: any(run.marks.iterdir()),
    "while a page is made": lambda run: (run.work / "notebooks/01_colours.ipynb").is_file(),
}


@needs_proc
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_an_interrupted_first_run_ends_soon_and_leaves_nothing(tmp_path, marks, moment):
    folder, out = tmp_path / "collection", tmp_path / "out"
    folder.mkdir()
    write_notebook(folder, "01_colours", COLOURS)
    hang = START_CHILD.format(marks=marks) + "\nimport time\ntime.sleep(100)"
    write_notebook(folder, "02_hangs", hang)
    command = [sys.executable, "-m", "helpers.run.cli", "run", "--out", str(out), "--jobs", "2"]
    run = SimpleNamespace(begun=time.monotonic(), marks=marks, work=work_path(out))
    with subprocess.Popen(
        command, env=environment(folder), stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until(lambda: moment(run))
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        _, stderr = process.communicate(timeout=60)
    # Two seconds on an idle machine; the cells and the page would take a minute.
    assert time.monotonic() - sent < 15
    if process.returncode == 130:
        assert "Interrupted: kernels stopped." in stderr
        assert "Traceback" not in stderr
    else:  # Python itself, or the command line, was still starting
        assert process.returncode in (1, -signal.SIGINT)
    assert "good report" not in stderr
    assert not out.exists()
    assert not work_path(out).exists()
    assert list(Path(tempfile.gettempdir()).iterdir()) == []
    assert [pid for pid in pids(marks) if is_running(pid)] == []


# Python drops an exception that is raised while an object is destroyed, that of Ctrl-C too.
SLOW_FAREWELL = """\
import pathlib, sys, time
from helpers.run import cli, execute

class Slow:
    def __del__(self):
        pathlib.Path(r"{marks}", "0.farewell").touch()
        time.sleep(1)

def run_after_farewell(*given, run=execute.run_collection, **options):
    Slow()
    return run(*given, **options)

execute.run_collection = run_after_farewell
sys.argv = ["rebalance", "run", "--out", r"{out}"]
cli.main()"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarm")
def test_an_interrupt_that_python_drops_is_repeated(tmp_path):
    folder, out, marks = tmp_path / "collection", tmp_path / "out", tmp_path / "marks"
    folder.mkdir()
    marks.mkdir()
    write_notebook(folder, "01_hangs", "import time\ntime.sleep(100)")
    program = [sys.executable, "-c", SLOW_FAREWELL.format(marks=marks, out=out)]
    with subprocess.Popen(
        program, env=environment(folder), stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until(lambda: any(marks.iterdir()))
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert "Exception ignored" in stderr
    assert process.returncode == 130
    assert stderr.endswith("Interrupted: kernels stopped.\n")
    assert not work_path(out).exists()


@pytest.mark.parametrize("what", ["figures", "catalog", "notebook"])
def test_nothing_is_published_when_what_was_read_changed_under_the_run(
    tmp_path, monkeypatch, warm_forks, what
):
    folder, out, data = tmp_path / "collection", tmp_path / "out", Path(tmp_path / "data")
    folder.mkdir()
    shutil.copytree(data_dir(), data)
    monkeypatch.setenv("REBALANCE_DATA", str(data))
    changed = {
        "figures": data / "snapshot/fomc_decisions.csv",
        "catalog": data / "catalog.yaml",
        "notebook": folder / "01_changes.ipynb",
    }[what]
    write_notebook(folder, "01_changes", f"open(r'{changed}', 'a').write('\\n')")
    with pytest.raises(RunError, match=rf"{changed.name} changed while .* Nothing was published"):
        run_collection(out, notebooks=folder)
    assert not out.exists()
    assert not work_path(out).exists()


def test_a_run_survives_a_damaged_manifest_and_says_so(tmp_path, caplog, warm_forks):
    folder, out = tmp_path / "collection", tmp_path / "out"
    folder.mkdir()
    out.mkdir()
    write_notebook(folder, "01_fine", "print(cut_bp)")
    (out / "manifest.json").write_text('{"notebooks": []}')
    (out / "notes.txt").write_text("mine")
    run_collection(out, notebooks=folder)
    assert "manifest.json does not say how each notebook ran" in caplog.text
    assert json.loads((out / "manifest.json").read_text())["notebooks"]["01_fine"]["status"] == "ok"
    assert (out / "replaced/manifest.json").read_text() == '{"notebooks": []}'
    assert (out / "notes.txt").read_text() == "mine"
