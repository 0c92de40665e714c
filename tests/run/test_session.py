"""run.start: the same check for papermill, for the command and for a cell edited by hand."""

import datetime as dt
import subprocess
import sys

import papermill
import pytest
from small_notebooks import write_notebook

from helpers import run
from helpers.errors import ParameterError, RunError
from notebook_cells import run_injected

VALUES = {"as_of": "2024-06-30", "cut_bp": 100, "shares": [], "net": True, "label": "007"}


@pytest.fixture(autouse=True)
def _collection(folder, monkeypatch):
    monkeypatch.setenv("REBALANCE_NOTEBOOKS", str(folder))


def test_hands_on_checked_values_and_the_information_set():
    p = run.start("01_alpha", VALUES)
    assert dict(p) == VALUES | {"as_of": dt.date(2024, 6, 30), "cut_bp": 100.0}
    assert (p.as_of, p.label, type(p.cut_bp)) == (dt.date(2024, 6, 30), "007", float)
    assert p.info.as_of == dt.date(2024, 6, 30)
    assert p.declared["cut_bp"].unit == "basis points"
    with pytest.raises(AttributeError, match="01_alpha declares no parameter 'cut'"):
        p.cut  # noqa: B018


def test_settings_are_the_parameters_that_do_not_say_when_and_where_figures_are_read(
    tmp_path, monkeypatch
):
    given = """\
as_of: str = "2026-02-16"  # date | any | nothing known later enters
source: str = "snapshot"  # text | snapshot, live | where figures are read
runs: str = ""  # folder | any | executed notebooks
cut_bp: float = 175  # basis points | 0 .. 1000 | size of the easing
"""
    write_notebook(tmp_path, "05_all", parameters=given)
    monkeypatch.setenv("REBALANCE_NOTEBOOKS", str(tmp_path))
    values = {"as_of": "2025-01-31", "source": "snapshot", "runs": "elsewhere", "cut_bp": 100}
    assert run.start("05_all", values).settings == {
        "cut_bp": {"value": 100.0, "default": 175.0, "unit": "basis points"}
    }


def test_a_cell_edited_by_hand_is_checked():
    with pytest.raises(ParameterError, match=r"01_alpha: parameter 'cut_bp' = -1 .*out of range"):
        run.start("01_alpha", VALUES | {"cut_bp": -1})


def test_values_that_were_never_set_are_named():
    with pytest.raises(ParameterError, match=r"01_alpha: no value for as_of, shares"):
        run.start("01_alpha", {name: VALUES[name] for name in ("cut_bp", "net", "label")})


def test_an_injected_name_that_is_not_declared_is_refused_until_it_is_corrected():
    injected = "# Parameters\ncut_bp = 100\nlable = 5\n"
    with pytest.raises(ParameterError, match="unknown parameter 'lable'; did you mean 'label'"):
        run.start("01_alpha", VALUES | {"In": ["", injected]})
    run.start("01_alpha", VALUES | {"In": ["", injected, "# Parameters\ncut_bp = 100\n"]})


def test_an_unknown_notebook_is_named():
    with pytest.raises(RunError, match=r"There is no notebook 09_none\.ipynb"):
        run.start("09_none", VALUES)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"typo": 5}, "unknown parameter 'typo'"),
        ({"cut_bp": 5000}, "parameter 'cut_bp' = 5000 is out of range"),
        (
            {"net": "true"},
            "parameter 'net' = 'true' is not true or false (with plain papermill: -p net True)",
        ),
        ({"label": 7}, "parameter 'label' = 7 is not text (with plain papermill: -r label VALUE)"),
        ({"cut_bp": float("nan")}, "parameter 'cut_bp' = nan is not a finite number"),
    ],
)
def test_plain_papermill_cannot_pass_what_the_notebook_does_not_allow(folder, given, message):
    with pytest.raises(ParameterError) as stopped:
        run_injected(folder / "01_alpha.ipynb", **given)
    assert f"01_alpha: {message}" in str(stopped.value)


def test_plain_papermill_on_the_command_line_stops_at_a_typo(folder, tmp_path):
    # Its own command, without the grammar that takes seconds to compile and that no notebook uses.
    program = "import helpers.run; from papermill.cli import papermill; papermill()"
    given = [str(folder / "01_alpha.ipynb"), "out.ipynb", "-p", "cut_pb", "5"]
    done = subprocess.run(
        [sys.executable, "-c", program, *given],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0
    assert "01_alpha: unknown parameter 'cut_pb'; did you mean 'cut_bp'?" in done.stderr


def test_a_notebook_runs_by_plain_papermill_with_good_values(tmp_path, monkeypatch):
    write_notebook(
        tmp_path, "01_own", "from helpers import run", "p = run.start('01_own', globals())"
    )
    monkeypatch.setenv("REBALANCE_NOTEBOOKS", str(tmp_path))
    good = {"cut_bp": 50, "shares": [1, 2.5, 3], "net": True}
    papermill.execute_notebook(str(tmp_path / "01_own.ipynb"), None, good, progress_bar=False)
