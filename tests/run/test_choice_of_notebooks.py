"""Which notebooks run, and with which values."""

import json

import pytest
from small_notebooks import PARAMETERS, write_notebook

from helpers.errors import ParameterError, RunError
from helpers.run.collection import assign_values, find_notebooks, load_scenario, select

DRAWS = "draws: int = {default}  # draws | {low} .. {high} | Monte Carlo draws\n"
RUNS = 'runs: str = ""  # folder | any | executed notebooks to read'


@pytest.fixture
def folder(tmp_path):
    few = DRAWS.format(default=50, low=10, high=100)
    many = DRAWS.format(default=8192, low=256, high=131072)
    write_notebook(tmp_path, "00_scoreboard", parameters=RUNS)
    write_notebook(tmp_path, "01_alpha", parameters=PARAMETERS + few)
    write_notebook(tmp_path, "02_beta", parameters=PARAMETERS.replace("1990", "2020") + many)
    return tmp_path


@pytest.fixture
def notebooks(folder):
    return find_notebooks(folder)


def names(found):
    return [notebook.name for notebook in found]


@pytest.mark.parametrize(
    "copy", ["01_alpha-Copy1", "01_alpha (1)", "02_beta copy", "01_alpha-Copy"]
)
def test_a_copy_is_left_out_with_a_word(folder, caplog, copy):
    write_notebook(folder, copy)
    assert names(find_notebooks(folder)) == ["00_scoreboard", "01_alpha", "02_beta"]
    assert f"Left out: {copy}.ipynb" in caplog.text


def test_other_names_are_not_taken_for_copies(folder, caplog):
    for name in ("03_Copyright", "04_my-idea", "05_copy1"):
        write_notebook(folder, name)
    assert names(find_notebooks(folder))[3:] == ["03_Copyright", "04_my-idea", "05_copy1"]
    assert caplog.text == ""


def test_a_notebook_is_named_by_number_by_name_or_by_file(folder, notebooks, monkeypatch):
    both = ["00_scoreboard", "01_alpha"]
    monkeypatch.chdir(folder.parent)
    for word in (
        "1",
        "01",
        " 01 ",
        "01_alpha",
        "01_alpha.ipynb",
        f"{folder.name}/01_alpha.ipynb",
        f"./{folder.name}/01_alpha.ipynb",
        str(folder / "01_alpha.ipynb"),
    ):
        assert names(select(notebooks, [word])) == both, word
    assert names(select(notebooks, ["0"])) == ["00_scoreboard"]
    assert names(select(notebooks, ["1", "01_alpha", "2"])) == names(notebooks)
    assert names(select(notebooks, ["", " "])) == names(notebooks)


@pytest.mark.parametrize(
    "word", ["3", "001", "-1", "alpha", "01_alph", "elsewhere/01_alpha.ipynb", "../01_alpha.ipynb"]
)
def test_an_unknown_notebook_is_refused(notebooks, word):
    with pytest.raises(RunError, match="Known: 00_scoreboard, 01_alpha, 02_beta"):
        select(notebooks, [word])


def test_a_value_goes_to_all_that_allow_it_and_the_others_are_named(notebooks, caplog):
    values = assign_values(notebooks, {}, {"draws": "20", "label": "x"})
    assert values == {
        "00_scoreboard": {},
        "01_alpha": {"draws": 20, "label": "x"},
        "02_beta": {"label": "x"},
    }
    assert "02_beta: parameter 'draws' = 20 is out of range" in caplog.text
    assert "01_alpha" not in caplog.text


def test_a_value_that_no_notebook_allows_is_refused(notebooks):
    with pytest.raises(ParameterError, match="01_alpha: parameter 'draws' = 5 is out of range"):
        assign_values(notebooks, {}, {"draws": "5"})


@pytest.mark.parametrize("given", [({}, {"as_of": "2010-01-31"}), ({"as_of": "2010-01-31"}, {})])
def test_the_date_is_one_for_the_whole_report(notebooks, given):
    with pytest.raises(ParameterError, match="02_beta: parameter 'as_of' = '2010-01-31'"):
        assign_values(notebooks, *given)


def test_one_notebook_is_set_by_its_number_over_what_goes_to_all(notebooks):
    texts = {"01.draws": "99", "1.net": "true", "02_beta.draws": "16384", "draws": "300"}
    values = assign_values(notebooks, {"label": "s", "1": {"label": "one"}}, texts)
    assert values["01_alpha"] == {"draws": 99, "net": True, "label": "one"}
    assert values["02_beta"] == {"draws": 16384, "label": "s"}


def test_one_parameter_of_one_notebook_is_not_set_under_two_of_its_names(notebooks):
    twice = "01_alpha: parameter 'draws' is given twice, for '01' and for '1'"
    for given in (
        ({}, {"01.draws": "99", "1.draws": "98"}),
        ({"01": {"draws": 99}, "1": {"draws": 98}}, {}),
    ):
        with pytest.raises(ParameterError, match=twice):
            assign_values(notebooks, *given)
    over = assign_values(notebooks, {"01": {"draws": 99}}, {"1.draws": "98"})
    assert over["01_alpha"] == {"draws": 98}  # the command line wins over a scenario


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("01.typo", "01_alpha: unknown parameter 'typo'"),
        ("3.draws", "No notebook '3' in this run"),
        (".draws", "No notebook '' in this run"),
        ("typo", "unknown parameter 'typo'"),
        ("runs", "'runs' is set by the run itself"),
        ("00.runs", "'runs' is set by the run itself"),
    ],
)
def test_a_name_that_cannot_be_set_is_refused(notebooks, name, complaint):
    with pytest.raises(ParameterError, match=complaint):
        assign_values(notebooks, {}, {name: "5"})


def test_a_scenario_may_not_set_what_the_run_sets(notebooks):
    for scenario in ({"runs": "x"}, {"00_scoreboard": {"runs": "x"}}):
        with pytest.raises(ParameterError, match="set by the run itself"):
            assign_values(notebooks, scenario, {})


def test_a_scenario_names_notebooks_as_the_command_line_does(notebooks, tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text("label: all\n1:\n  draws: 99\n'02':\n  draws: 300\n02_beta:\n  net: true\n")
    values = assign_values(notebooks, load_scenario(path, notebooks), {})
    assert values["01_alpha"] == {"label": "all", "draws": 99}
    assert values["02_beta"] == {"label": "all", "draws": 300, "net": True}


@pytest.mark.parametrize(
    "text",
    ["as_of: 2024-13-45", "cut_bp: " + "9" * 5000, "[" * 5000, "a: *b", b"\xff"],
    ids=["no date", "digits", "nested", "alias", "not UTF-8"],
)
def test_a_scenario_that_cannot_be_read_is_named(notebooks, tmp_path, text):
    path = tmp_path / "scenario.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RunError, match=r"Scenario .*scenario\.yaml.* is not YAML"):
        load_scenario(path, notebooks)


BROKEN = {
    "a list": "[]",
    "null": "null",
    "a number": "5",
    "no cells": "{}",
    "cells that are no list": '{"cells": {}}',
    "a cell that is no cell": '{"cells": [5]}',
    "a cell without a type": '{"cells": [{"source": "", "metadata": {}}]}',
    "a cell without a source": '{"cells": [{"cell_type": "code", "metadata": {}}]}',
    "a source of numbers": '{"cells": [{"cell_type": "code", "source": [1], "metadata": {}}]}',
    "tags that are no list": json.dumps(
        {"cells": [{"cell_type": "code", "source": "", "metadata": {"tags": 5}}]}
    ),
    "cut off": '{"cells": [',
    "nested without end": "[" * 100_000,
    "not UTF-8": b"\xff\xfe",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_notebook_is_named(tmp_path, text):
    path = tmp_path / "01_torn.ipynb"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (notebook,) = find_notebooks(tmp_path)
    for field in ("declared", "question"):
        with pytest.raises(RunError, match=r"01_torn\.ipynb is not a notebook: "):
            getattr(notebook, field)


def test_a_folder_named_like_a_notebook_is_named(tmp_path):
    (tmp_path / "01_folder.ipynb").mkdir()
    (notebook,) = find_notebooks(tmp_path)
    with pytest.raises(RunError, match=r"01_folder\.ipynb cannot be read: "):
        notebook.declared  # noqa: B018
