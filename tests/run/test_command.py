"""The command line: light to start, and clear when it refuses."""

import json
import subprocess
import sys

import pytest
from small_notebooks import answer, environment, rebalance, write_notebook

from helpers.run.parameters import notebooks_dir
from helpers.trial.claims import load_claims
from part_of_data import copy_of_data

HEAVY = {
    "pandas",
    "numpy",
    "matplotlib",
    "nbformat",
    "nbconvert",
    "papermill",
    "seaborn",
    "IPython",
}


ANSWERS = [["--help"], ["list"], ["claims"], ["data", "list"], ["run", "--help"]]


def test_answers_without_loading_anything_heavy(folder):
    program = f"""
import io, sys
from contextlib import redirect_stdout
from helpers.run.cli import main
for arguments in {ANSWERS!r}:
    with redirect_stdout(io.StringIO()) as said:
        try:
            main(arguments)
        except SystemExit as done:
            assert not done.code, (arguments, done.code)
    assert said.getvalue(), arguments
    loaded = set(sys.modules) & {HEAVY!r}
    assert not loaded, (arguments, loaded)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_list_shows_each_notebook_with_its_question_and_parameters(folder):
    shown = answer("list", notebooks=folder).stdout
    assert "01_alpha\n  What does 01_alpha find?" in shown
    assert "cut_bp=175.0  (float, basis points, 0 .. 1000)" in shown


def test_claims_are_printed_for_eyes_and_for_machines(folder):
    lines = answer("claims", notebooks=folder).stdout.splitlines()
    rows = json.loads(answer("claims", "--json", notebooks=folder).stdout)
    assert [row["id"] for row in rows] == list(load_claims())
    told = iter(lines)
    for row, claim in zip(rows, load_claims().values(), strict=True):
        assert next(told).startswith(f"{claim.id:3} {claim.claim}")
        for name, line in claim.lines.items():
            assert next(told) == f"    as {name}: {line.estimand} [{line.rule}]"
            assert row[name]["true_if"] == line.true_if
    assert list(told) == []
    assert {row["until"] for row in (row["used"] for row in rows) if row} > {None, "2026-12-31"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "01,9"], "No notebook 9. Known: 00_scoreboard, 01_alpha, 02_beta"),
        (["--only", "9", "--only", "01,8"], "No notebook 9, 8. Known: 00_scoreboard"),
        (
            ["--only", "01", "--only", "02", "-p", "03.cut_bp=5"],
            "Running: 00_scoreboard, 01_alpha, 02_beta.",
        ),
        (["-p", "cut_pb=5"], "unknown parameter 'cut_pb'; did you mean 'cut_bp'?"),
        (["--only", "00", "-p", "cut_bp=5"], "00_scoreboard: unknown parameter 'cut_bp'"),
        (["-p", "cut_bp=1001"], "01_alpha: parameter 'cut_bp' = 1001.0 is out of range"),
        (["-p", "cut_bp=1001"], "Allowed: float, basis points, 0 .. 1000. Default: 175.0."),
        (["-p", "cut_bp=much"], "01_alpha: parameter 'cut_bp' = 'much' is not a number"),
        (["-p", "net=yes"], "01_alpha: parameter 'net' = 'yes' is not true or false"),
        (["-p", "shares=1,2"], "01_alpha: parameter 'shares' = [1.0, 2.0] has 2 values"),
        (["--as-of", "1985-01-01"], "01_alpha: parameter 'as_of' = '1985-01-01' is out of range"),
        (["--as-of", "yesterday"], "is not a date written YYYY-MM-DD"),
        (["--scenario", "none.yaml"], "Scenario none.yaml cannot be read"),
        (["-p", "runs="], "'runs' is set by the run itself"),
        (["-p", "03.cut_bp=5"], "No notebook '03' in this run"),
        (["-p", "01.cut_bp=1001"], "01_alpha: parameter 'cut_bp' = 1001.0 is out of range"),
        (["-p", "cut_bp=" + "9" * 5000], "01_alpha: parameter 'cut_bp' = inf is not a finite"),
    ],
)
def test_bad_input_is_refused_before_anything_runs(folder, tmp_path, arguments, message):
    done = answer("run", "--out", str(tmp_path / "out"), *arguments, notebooks=folder, cwd=tmp_path)
    assert done.returncode == 1
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- 1\n- 2", "is not a mapping"),
        ("a: [1", "is not YAML"),
        ("cut_bp: .nan", "is not a finite number"),
        ("cut_bp: '5'", "'5' is not a number"),
        ("cut_bp: 5000", "is out of range"),
        ("nothing: 5", "unknown parameter 'nothing'"),
        ("09_none: {cut_bp: 5}", "names notebook '09_none'"),
        ("00_scoreboard: {cut_bp: 5}", "00_scoreboard: unknown parameter 'cut_bp'"),
    ],
)
def test_a_scenario_is_checked_like_the_command_line(folder, tmp_path, text, message):
    (tmp_path / "scenario.yaml").write_text(text)
    done = answer("run", "--scenario", "scenario.yaml", notebooks=folder, cwd=tmp_path)
    assert done.returncode == 1
    assert message in done.stderr
    assert not (tmp_path / "reports").exists()


def test_an_option_without_a_value_is_a_mistake_of_usage(folder):
    done = answer("run", "-p", "cut_bp", notebooks=folder)
    assert done.returncode == 2
    assert "'cut_bp' is not NAME=VALUE" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "-p", "cut_bp=5", "-p", "cut_bp=6"], "'cut_bp' is given twice, '5' and '6'"),
        (["run", "-p", "01.net=true", "-p", "01.net=true"], "'01.net' is given twice"),
        (["run", "--as-of", "2024-06-30", "-p", "as_of=2025-06-30"], "by --as-of and by -p"),
        (["run", "--scenario", "a.yaml", "--scenario", "b.yaml"], "--scenario is given 2 times"),
        (["run", "--out", "a", "--jobs", "1", "--out", "b"], "--out is given 2 times"),
        (["sweep", "01", "--grid", "cut_bp=5", "--grid", "cut_bp=6"], "'cut_bp' is given twice"),
        (["sizes", "--seed", "1", "--seed=2", "--seed", "3"], "--seed is given 3 times"),
        (["data", "show", "cpi", "--as-of", "2020-01-01", "--as-of", "a"], "--as-of is given 2"),
    ],
)
def test_of_two_values_none_is_dropped_unsaid(folder, tmp_path, arguments, message):
    done = answer(*arguments, notebooks=folder, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["error-rates", "--seed", "-1"],
        ["error-rates", "--seed", "9" * 30],
        ["error-rates", "--draws", "9" * 30],
        ["error-rates", "--draws", "0"],
        ["sizes", "--seed", "-1"],
        ["sizes", "--draws", "18"],
        ["run", "--jobs", "0"],
        ["run", "--cell-timeout", "0"],
        ["run", "--cell-timeout", "9" * 30],
        ["run", "--cell-timeout", "soon"],
        ["run", "-p", "01.=5"],
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_a_number_out_of_reach_is_a_mistake_of_usage(folder, arguments):
    done = answer(*arguments, notebooks=folder)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")


def test_an_empty_folder_is_named(tmp_path):
    done = answer("list", notebooks=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"No notebook NN_name.ipynb in {tmp_path.name}/" in done.stderr


def test_a_notebook_that_is_not_json_is_named(tmp_path):
    (tmp_path / "01_torn.ipynb").write_text('{"cells": [')
    done = answer("list", notebooks=tmp_path)
    assert done.returncode == 1
    assert "01_torn.ipynb is not a notebook" in done.stderr


def test_a_key_is_never_printed_nor_published(tmp_path, monkeypatch):
    monkeypatch.setenv("FRED_API_KEY", "0123456789abcdef")
    folder = tmp_path / "collection"
    folder.mkdir()
    leak = (
        "import os\nurl = 'https://fred.invalid/?api_key=' + os.environ['FRED_API_KEY']\nprint(url)"
    )
    write_notebook(folder, "01_leak", leak, "raise OSError(url)")
    done = rebalance("run", "--out", str(tmp_path / "out"), notebooks=folder)
    assert done.returncode == 1
    assert "api_key=<FRED_API_KEY>" in done.stderr
    assert "Traceback" not in done.stderr
    published = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    assert "api_key=<FRED_API_KEY>" in published
    assert "0123456789abcdef" not in published + done.stdout + done.stderr


def test_data_show_prints_provenance_and_only_what_was_known(folder):
    shown = answer("data", "show", "cpi", "--as-of", "2025-12-01", notebooks=folder).stdout
    assert "CPIAUCSL" in shown
    assert (
        shown.rstrip().splitlines()[-2].startswith("2025-09")
    )  # October's figure was never published


def test_data_show_offers_the_nearest_name(folder):
    done = answer("data", "show", "cpj", notebooks=folder)
    assert done.returncode == 1
    assert "'cpj'" in done.stderr
    assert "Did you mean cpi?" in done.stderr


def test_data_verify_names_an_altered_file(folder, tmp_path, monkeypatch):
    assert answer("data", "verify", notebooks=notebooks_dir()).stdout.startswith("All well: ")
    altered = copy_of_data(tmp_path / "data", "fomc_decisions")
    with (altered / "snapshot/fomc_decisions.csv").open("a") as table:
        table.write("2026-10-28,2026-10-29,4.00,4.25,25\n")
    monkeypatch.setenv("REBALANCE_DATA", str(altered))
    done = answer("data", "verify", notebooks=notebooks_dir())
    assert done.returncode == 1
    assert "fomc_decisions.csv" in done.stderr
    assert answer("data", "refresh", notebooks=folder).stdout == "Renewed: fomc_decisions.\n"
    assert answer("data", "refresh", notebooks=folder).stdout == "Nothing to renew.\n"
    assert answer("data", "verify", notebooks=notebooks_dir()).returncode == 0


def test_data_verify_checks_the_claims_too(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("REBALANCE_DATA", str(copy_of_data(tmp_path / "data", "fomc_decisions")))
    done = answer("data", "verify", notebooks=folder)
    assert done.returncode == 1
    assert (
        "R1: notebook 01_rate_cuts_and_floating_debt neither exists nor is planned" in done.stderr
    )


def test_error_rates_are_simulated_with_a_seed(folder):
    first, again, other = (
        answer("error-rates", "--draws", "2", "--seed", seed, notebooks=folder).stdout
        for seed in "112"
    )
    assert first == again != other
    assert "any false for" in first
    assert "each is right" in first
