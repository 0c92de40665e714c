"""What a good run leaves in its folder."""

import hashlib
import json
import os
import re
import sys
import sysconfig
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest
from nbformat.v4 import new_notebook
from small_notebooks import answer, printed, rebalance, write_notebook

from helpers.data.paths import data_dir, project_dir
from helpers.report.html import export
from helpers.run.execute import make_index, run_collection
from helpers.trial.claims import load_claims

NAMES = ["00_scoreboard", "01_alpha", "02_beta"]


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_folder_holds_the_report_and_nothing_else(executed):
    files = sorted(
        path.relative_to(executed.out).as_posix()
        for path in executed.out.rglob("*")
        if path.is_file()
    )
    pages = [f"{name}.html" for name in NAMES]
    notebooks = [f"notebooks/{name}.ipynb" for name in NAMES]
    assert files == sorted(["index.html", "manifest.json", "scoreboard.json", *pages, *notebooks])


def test_the_last_lines_say_where_the_report_is_how_claims_fared_and_where_the_chain_breaks(
    executed,
):
    *_, report, words = executed.stdout.splitlines()
    assert report == f"Report: {executed.out / 'index.html'}"
    chain = "The chain cannot be followed past “Rates fell” (R4: not tried yet)."
    assert words == f"As stated: 1 true. {chain}"


def test_nothing_is_said_on_the_way_when_nobody_watches(executed):
    assert executed.stderr == ""


def test_values_arrive_with_the_declared_types(executed):
    shown = printed(executed.out / "notebooks/01_alpha.ipynb")
    assert "(datetime.date(2024, 6, 30), 100.0, [], False, '007')" in shown


def test_the_scoreboard_notebook_runs_last_and_reads_the_others(executed):
    assert (
        printed(executed.out / "notebooks/00_scoreboard.ipynb")
        == "['01_alpha.ipynb', '02_beta.ipynb']\n"
    )


def test_scoreboard_holds_every_claim_in_order_with_both_answers(executed):
    rows = read_json(executed.out / "scoreboard.json")
    assert [row["id"] for row in rows] == list(load_claims())
    first = next(row for row in rows if row["id"] == "R1")
    stated = first["stated"]
    assert (stated["word"], stated["estimate"], first["as_of"]) == ("true", 5.5, "2024-06-30")
    assert (stated["unit"], stated["vintage"], first["used"]) == ("percent", "2026-02", None)
    others = [row[line] for row in rows if row["id"] != "R1" for line in ("stated", "used")]
    assert {line["word"] for line in others if line} == {"not tried yet"}


def test_every_changed_parameter_stands_in_the_scoreboard_the_index_and_the_report(executed):
    rows = read_json(executed.out / "scoreboard.json")
    first = next(row for row in rows if row["id"] == "R1")
    assert first["changed"] == {
        "cut_bp": {"value": 100.0, "default": 175.0, "unit": "basis points"},
        "label": {"value": "007", "default": "base", "unit": "text"},
    }
    assert all(row["changed"] == row["mixed"] == {} for row in rows if row["id"] != "R1")
    told = "<code>cut_bp</code> = 100 (default 175); <code>label</code> = 007 (default base)."
    for page, ran in (("index", f"{first['notebook']} ran"), ("01_alpha", "This report was run")):
        html = (executed.out / f"{page}.html").read_text(encoding="utf-8")
        assert f"<strong>Changed assumptions.</strong> {ran} with {told}" in html


def test_manifest_says_what_each_notebook_was_made_of(executed):
    manifest = read_json(executed.out / "manifest.json")["notebooks"]
    assert list(manifest) == NAMES
    alpha = manifest["01_alpha"]
    assert alpha["status"] == "ok"
    assert 0 < alpha["seconds"] < 170
    assert alpha["parameters"] == {
        "as_of": "2024-06-30",
        "cut_bp": 100.0,
        "shares": [],
        "net": False,
        "label": "007",
    }
    source = (executed.folder / "01_alpha.ipynb").read_bytes()
    assert alpha["source_sha256"] == hashlib.sha256(source).hexdigest()
    assert alpha["source_sha256"] != manifest["02_beta"]["source_sha256"]
    assert len({alpha["helpers_sha256"], alpha["data_sha256"], alpha["source_sha256"]}) == 3
    assert alpha["versions"]["pandas"] == version("pandas")


def test_no_published_file_names_a_folder_of_this_machine(executed):
    folders = {
        str(executed.folder),
        str(executed.out),
        str(project_dir()),
        str(data_dir()),
        sys.prefix,
        sysconfig.get_path("stdlib"),
        f"{tempfile.gettempdir()}/",
        f"{Path.home()}/",
        "ipykernel_",
        ".rebalance",
    }
    for path in executed.out.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert [folder for folder in folders if folder in text] == [], path.name


def test_the_command_of_a_user_elsewhere_gives_the_same_bytes_and_words(
    executed, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    values = ["--as-of", "2024-06-30", "-p", "label=007", "-p", "cut_bp=100"]
    again = rebalance("run", *values, "--jobs", "1", notebooks=executed.folder, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert again.stderr == ""
    report, *words = again.stdout.splitlines()
    assert [report, *words] == [
        f"Report: {Path('reports/index.html')}",
        *executed.stdout.splitlines()[1:],
    ]
    for first in sorted(executed.out.rglob("*")):
        if first.is_file() and first.name not in (
            "manifest.json",
            "index.html",
        ):  # which show the seconds
            second = tmp_path / "reports" / first.relative_to(executed.out)
            assert second.read_bytes() == first.read_bytes(), first.name


def beside(page: Path) -> list[str]:
    """The reports that one leads to as the ones before and after it."""
    return re.findall(r'<a rel="(?:prev|next)" href="([^"]+)"', page.read_text(encoding="utf-8"))


def test_pages_lead_past_a_notebook_that_failed(tmp_path):
    (tmp_path / "notebooks").mkdir()
    pages = [
        {"name": name, "title": "?", "href": f"{name}.html"} for name in ("01_a", "02_b", "03_c")
    ]
    pages[1]["href"] = "notebooks/02_b.partial.ipynb"
    for page in (pages[0], pages[2]):
        (tmp_path / page["href"]).write_text(export(new_notebook()), encoding="utf-8")
    make_index(tmp_path, pages, {})
    assert beside(tmp_path / "01_a.html") == ["03_c.html"]
    assert beside(tmp_path / "03_c.html") == ["01_a.html"]


def test_only_runs_what_is_named_and_keeps_what_was_found_before(tmp_path, warm_forks):
    folder, out = tmp_path / "collection", tmp_path / "out"
    folder.mkdir()
    for name in ("01_one", "02_two", "03_three"):
        write_notebook(folder, name, "print(cut_bp)")
    runs = 'runs: str = ""  # folder | any | executed notebooks to read'
    write_notebook(folder, "00_all", "import os; print(sorted(os.listdir(runs)))", parameters=runs)
    run_collection(out, notebooks=folder, texts={"cut_bp": "1"})
    assert beside(out / "00_all.html") == ["01_one.html"]
    assert beside(out / "02_two.html") == ["01_one.html", "03_three.html"]
    (folder / "03_three.ipynb").unlink()

    run_collection(out, notebooks=folder, only=["02"], texts={"cut_bp": "2"})

    assert [printed(out / f"notebooks/{name}.ipynb") for name in ("01_one", "02_two")] == [
        "1.0\n",
        "2.0\n",
    ]
    assert beside(out / "01_one.html") == ["00_all.html", "02_two.html"]
    assert beside(out / "02_two.html") == ["01_one.html"]
    # The one that left the collection leaves the report.
    assert "['01_one.ipynb', '02_two.ipynb']" in printed(out / "notebooks/00_all.ipynb")
    assert not (out / "03_three.html").exists()
    assert not (out / "notebooks/03_three.ipynb").exists()
    manifest = read_json(out / "manifest.json")["notebooks"]
    assert [manifest[name]["parameters"]["cut_bp"] for name in ("01_one", "02_two")] == [1.0, 2.0]
    index = (out / "index.html").read_text()
    assert "01_one.html" in index
    assert "03_three" not in index


def test_a_scenario_gives_values_that_the_command_line_overrides(tmp_path, warm_forks):
    folder, out, scenario = tmp_path / "collection", tmp_path / "out", tmp_path / "deep_cuts.yaml"
    folder.mkdir()
    for name in ("01_one", "02_two"):
        write_notebook(folder, name, "print(as_of, cut_bp, shares, label)")
    scenario.write_text(
        "as_of: 2025-01-31\ncut_bp: 300\nlabel: deep\n02_two:\n  shares: [1, 2, 3]\n"
    )
    run_collection(out, notebooks=folder, scenario=scenario, texts={"label": "own"})
    assert printed(out / "notebooks/01_one.ipynb") == "2025-01-31 300.0 [] own\n"
    assert printed(out / "notebooks/02_two.ipynb") == "2025-01-31 300.0 [1.0, 2.0, 3.0] own\n"


def test_a_terminal_shows_a_bar_for_each_notebook(folder, tmp_path, warm_forks):
    pty = pytest.importorskip("pty", reason="this system has no pseudo-terminals")
    termios = pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    with open(theirs, "w") as terminal:
        given = ("run", "--only", "02", "--out", str(tmp_path))
        done = answer(*given, notebooks=folder, stderr=terminal)
        terminal.flush()
        shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "02_beta: 100%" in shown
    assert "00_scoreboard: 100%" in shown
