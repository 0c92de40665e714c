"""A notebook on a kernel, the referee: the same bytes as in a fork, and no module that was overlooked.

The one that looks ahead reads what most other topics hand on. Engines know nothing of topics.
"""

import json
import shutil
import sys

import pytest

from helpers.run.execute import run_collection
from helpers.run.parameters import notebooks_dir

pytestmark = [
    pytest.mark.notebooks,
    pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux"),
]

REFEREED = ("07",)

LOADED = """\
import sys
from pathlib import Path
import helpers
folder = Path(helpers.__file__).parent
files = [module.__file__ for name, module in sys.modules.items() if name.startswith("helpers")]
print(*sorted(Path(file).relative_to(folder).as_posix() for file in files), sep="\\n")"""


@pytest.fixture(scope="module")
def on_kernels(tmp_path_factory):
    """Each notebook with one more cell at its end, which tells what it has loaded."""
    root = tmp_path_factory.mktemp("kernels")
    shutil.copytree(notebooks_dir(), root / "collection")
    for path in (root / "collection").glob("[0-9]*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        last = {
            "cell_type": "code",
            "id": "loaded",
            "metadata": {},
            "outputs": [],
            "source": LOADED,
        }
        notebook["cells"].append({**last, "execution_count": None})
        path.write_text(json.dumps(notebook), encoding="utf-8")
    run_collection(root / "out", notebooks=root / "collection", only=REFEREED, engine="kernel")
    return root / "out"


def test_both_engines_give_the_same_bytes(on_kernels, collection_report):
    for number in REFEREED:
        (path,) = (on_kernels / "notebooks").glob(f"{number}_*.ipynb")
        found = json.loads(path.read_text(encoding="utf-8"))["cells"][:-1]
        fork = collection_report / "notebooks" / path.name
        assert found == json.loads(fork.read_text(encoding="utf-8"))["cells"], path.name
    ours, theirs = (
        json.loads((folder / "scoreboard.json").read_text(encoding="utf-8"))
        for folder in (on_kernels, collection_report)
    )
    judged = [row for row in ours if row["as_of"]]
    assert judged == [row for row in theirs if row["notebook"].startswith(REFEREED)]


def test_no_notebook_loads_what_it_is_not_said_to_reach(on_kernels, collection_report):
    manifest = json.loads((collection_report / "manifest.json").read_text(encoding="utf-8"))
    for path in sorted((on_kernels / "notebooks").glob("*.ipynb")):
        told = json.loads(path.read_text(encoding="utf-8"))["cells"][-1]["outputs"][0]["text"]
        loaded = "".join(told).split()
        reached = manifest["notebooks"][path.stem]["used"]["helpers"]
        assert len(loaded) > 30
        assert set(loaded) <= set(reached), path.stem
