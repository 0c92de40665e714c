"""Forks of one loaded interpreter give what kernels give, the referee; both lose nothing when many run at once."""

import json
import os
import re
import sys
import tempfile

import psutil
import pytest
from forked import draw
from small_notebooks import printed, write_notebook

from helpers.errors import RunError
from helpers.run.engines import ENGINES
from helpers.run.engines.fork_server import ForkServer
from helpers.run.execute import run_collection

needs_forks = pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux")

#: Where running a cell in a process of our own could differ from a kernel.
TRAPS = {
    "the last expression": "1 + 1",
    "text in both streams": "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')",
    "a line that is overwritten": "print('half', end='\\r')\nprint('done')",
    "a program's output": "import subprocess\n_ = subprocess.run(['echo', 'from a program'])",
    "a shell line": "!echo from the shell",
    "a bare figure": "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])",
    "two figures": "_ = plt.figure(), plt.plot([1, 2])\n_ = plt.figure(), plt.plot([2, 1])",
    "a shown figure": "fig, ax = plt.subplots()\nax.plot([3, 1])\nplt.show()\nprint('after')",
    "a returned figure": "fig",
    "no figure once closed": "plt.plot([1])\nplt.close('all')",
    "rich output": "from IPython.display import HTML, Markdown, display\ndisplay(Markdown('*a*'))\nHTML('<b>b</b>')",
    "a table": "import pandas as pd\npd.DataFrame({'x': [1.5, 2.0]})",
    "a display that is updated": "handle = display('first', display_id='one')\nhandle.update('second')",
    "an update from a later cell": "handle.update('third')",
    "output that is cleared": "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('stays')",
    "cleared when more comes": "print('gone')\nclear_output(wait=True)\nprint('stays')",
    "a warning": "import warnings\nwarnings.warn('careful')",
    "an awaited line": "import asyncio\nawait asyncio.sleep(0)\nprint('awaited')",
    "a running loop": "asyncio.get_running_loop().is_running()",
    "a thread": "import threading\nt = threading.Thread(target=print, args=['from a thread'])\nt.start(); t.join()",
    "an object without a name": "class Odd:\n    def __repr__(self): return 'odd'\nOdd()",
    "a silent assignment": "x = _",
    "what was entered": "len(In), In[-1][:5], sorted(Out)[:1]",
    "the order of a set": "print({'b', 'a', 'c'}, hash('a'))",
    "a pickled class": "import pickle\npickle.loads(pickle.dumps(Odd()))",
    "nobody answers": "from helpers.report.controls import has_controls\nhas_controls()",
    "an environment": "import os\nos.environ['OMP_NUM_THREADS'], os.environ['FORCE_COLOR'], os.environ['TERM']",
    "a long text": "'word ' * 400",
}


@pytest.fixture(scope="module")
def both(tmp_path_factory, warm_forks):
    """One notebook of all traps, and one that fails, run by each engine."""
    root = tmp_path_factory.mktemp("engines")
    (root / "collection").mkdir()
    write_notebook(root / "collection", "01_traps", *TRAPS.values())
    failing = "def inner():\n    raise ValueError('no')\n\nprint('before')\ninner()"
    write_notebook(root / "collection", "02_fails", "print(cut_bp)", failing, "print('never')")
    errors = {}
    for engine in ENGINES:
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("PYTEST_CURRENT_TEST")  # seeing it, kernels leave programs' output alone
            with pytest.raises(RunError) as error:
                run_collection(root / engine, notebooks=root / "collection", engine=engine)
        errors[engine] = str(error.value).replace(str(root / engine), "")
    return root, errors


@needs_forks
@pytest.mark.parametrize("trap", TRAPS)
def test_a_fork_shows_what_a_kernel_shows(both, trap):
    position = list(TRAPS).index(trap) + 2  # after the title and the parameters
    shown = [
        json.loads((both[0] / engine / "notebooks/01_traps.ipynb").read_text())["cells"][position]
        for engine in ENGINES
    ]
    assert shown[0]["outputs"] == shown[1]["outputs"]
    assert shown[0] == shown[1]


@needs_forks
def test_every_figure_is_there(both):
    text = (both[0] / "fork/notebooks/01_traps.ipynb").read_text()
    assert len(re.findall('"image/png": "iVBOR', text)) == 5


@needs_forks
def test_a_failure_reads_the_same(both):
    root, errors = both
    assert errors["fork"] == errors["kernel"]
    assert "02_fails: cell 4 (def inner():): ValueError: no" in errors["fork"]
    shown = [(root / engine / "notebooks/02_fails.partial.ipynb").read_text() for engine in ENGINES]
    assert shown[0] == shown[1]
    assert '"execution_count": 3' in shown[0]
    assert "never" not in json.dumps([c.get("outputs") for c in json.loads(shown[0])["cells"]])


@pytest.mark.parametrize("engine", ENGINES)
def test_many_notebooks_at_once_lose_none(tmp_path, monkeypatch, warm_forks, engine):
    folder, sockets = tmp_path / "collection", tmp_path / "t"
    folder.mkdir()
    sockets.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(sockets))
    names = [f"{number:02}_tiny" for number in range(1, 9)]
    for name in names:
        write_notebook(folder, name, f"print({int(name[:2])} * cut_bp)")
    given = {"notebooks": folder, "texts": {"cut_bp": "2"}, "jobs": 6, "engine": engine}
    run_collection(tmp_path / "out", **given)
    for name in names:
        found = printed(tmp_path / f"out/notebooks/{name}.ipynb")
        assert found == f"{int(name[:2]) * 2.0}\n"
    assert list(sockets.iterdir()) == []


@needs_forks
def test_fifty_forks_cost_the_server_nothing(tmp_path):
    here = os.pathsep.join(filter(None, sys.path))
    server = ForkServer({**os.environ, "PYTHONPATH": here}, str(tmp_path), collection=False)

    def answer(number):
        fork = server.fork(draw, number)
        with fork.pipe:
            return fork.pipe.recv()

    first = answer(0)
    process = psutil.Process(server._process.pid)
    before = process.memory_info().rss, process.num_fds(), process.num_threads()
    answers = [first, *(answer(number) for number in range(1, 50))]
    after = process.memory_info().rss, process.num_fds(), process.num_threads()
    server.close()
    assert [number for number, _, _ in answers] == list(range(50))
    assert len({drawn for _, drawn, _ in answers}) == 50  # they do not share their luck
    assert len({drawn for _, _, drawn in answers}) == 50
    assert after[0] < 1.05 * before[0]
    assert after[1:] == before[1:]
    assert not process.is_running()
    with pytest.raises(RunError, match="has ended"):
        server.fork(draw, 50)
