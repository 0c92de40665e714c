"""The parameters cell: what it may declare, and which values get past it."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import ParameterError
from helpers.run.parameters import load_parameters, read_declarations

CELL = """\
as_of: str = "2026-02-16"  # date | 1990-01-01 .. 2026-11-30 | nothing known later enters
source: str = "snapshot"  # text | snapshot, live | where figures are read
code: str = "007"  # text | any | a label
cut_bp: float = 175.0  # basis points | 0 .. 1000 | size of the easing
draws: int = 2000  # draws | 100 .. 100000 | Monte Carlo draws
net: bool = True  # switch | true, false | after taxes
shares: list[float] = []  # percent, low mid high | 0 .. 100, 3 values or none | empty: published range
years: list[int] = [1974, 1983]  # years | 1926 .. 2026, 1 to 4 values | ends of the window
metrics: list[str] = ["euclid"]  # names | euclid, mahalanobis | distances
"""


@pytest.fixture(scope="module")
def declared():
    return read_declarations(CELL, "01_test")


def test_every_line_is_read_with_type_unit_domain_and_meaning(declared):
    assert list(declared) == [
        "as_of",
        "source",
        "code",
        "cut_bp",
        "draws",
        "net",
        "shares",
        "years",
        "metrics",
    ]
    cut = declared["cut_bp"]
    assert (cut.type, cut.default, cut.unit) == ("float", 175.0, "basis points")
    assert (cut.domain.low, cut.domain.high, cut.meaning) == (0.0, 1000.0, "size of the easing")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("as_of", "2024-06-30", dt.date(2024, 6, 30)),
        ("code", "007", "007"),
        ("code", "true", "true"),
        ("cut_bp", "1e2", 100.0),
        ("cut_bp", "0", 0.0),
        ("cut_bp", "1000", 1000.0),
        ("draws", "007000", 7000),
        ("net", "false", False),
        ("net", "True", True),
        ("shares", "30, 40.5,50", [30.0, 40.5, 50.0]),
        ("shares", "[30, 40.5, 50]", [30.0, 40.5, 50.0]),
        ("shares", "", []),
        ("years", "1975", [1975]),
        ("metrics", "euclid,mahalanobis", ["euclid", "mahalanobis"]),
    ],
)
def test_text_is_read_by_the_declared_type(declared, name, text, value):
    read = declared[name].parse(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("as_of", "2024-13-01"),
        ("as_of", "20240630"),
        ("as_of", "1989-12-31"),
        ("as_of", "2026-12-01"),
        ("source", "fred"),
        ("cut_bp", "1_000"),
        ("cut_bp", "nan"),
        ("cut_bp", "inf"),
        ("cut_bp", "-0.001"),
        ("cut_bp", "1000.001"),
        ("cut_bp", "a lot"),
        ("cut_bp", ""),
        ("draws", "1000.5"),
        ("draws", "true"),
        ("net", "yes"),
        ("net", "1"),
        ("shares", "30,40"),
        ("shares", "30,40,101"),
        ("shares", "[30,40,NaN]"),
        ("shares", "[30,40"),
        ("years", ""),
        ("years", "1975.5"),
        ("metrics", "[1]"),
        ("metrics", "manhattan"),
        ("shares", "50,40,30"),
        ("shares", "30,50,40"),
        ("draws", "9" * 5000),
        ("draws", "٣٠٠"),
        ("cut_bp", "1e400"),
        ("cut_bp", "9" * 5000),
        ("shares", "[" * 100_000),
        ("shares", "[1, 2, " + "9" * 400 + "]"),
        ("code", "\udcff"),
    ],
    ids=lambda text: text if len(text) < 30 else f"{text[:8].encode('ascii', 'replace')}...",
)
def test_a_refused_text_names_notebook_parameter_value_and_range(declared, name, text):
    with pytest.raises(ParameterError) as refused:
        declared[name].parse(text)
    message = str(refused.value)
    assert "01_test" in message
    assert repr(name) in message
    assert (
        f"Allowed: {declared[name].type}, {declared[name].unit}, {declared[name].domain.text}"
        in message
    )
    assert "Default:" in message
    assert len(message) < 500


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cut_bp", True),
        ("cut_bp", "5"),
        ("cut_bp", None),
        ("cut_bp", float("nan")),
        ("draws", True),
        ("draws", 1000.0),
        ("net", "true"),
        ("net", 1),
        ("code", 7),
        ("shares", (30.0, 40.0, 50.0)),
        ("shares", "30,40,50"),
        ("shares", [30.0, None, 50.0]),
        ("as_of", dt.datetime(2024, 6, 30)),
        ("as_of", 20240630),
    ],
)
def test_a_value_of_another_type_is_refused(declared, name, value):
    with pytest.raises(ParameterError, match=f"01_test: parameter '{name}'"):
        declared[name].check(value)


def test_a_range_rises_and_other_lists_need_not(declared):
    assert declared["shares"].check([30, 30, 30]) == [30.0, 30.0, 30.0]
    assert declared["years"].parse("1983,1974") == [1983, 1974]
    with pytest.raises(ParameterError, match="is not in the order low mid high"):
        declared["shares"].check([0.0, 2.0, 1.0])


def test_a_span_of_years_rises():
    line = "run: list[int] = [1975, 1983]  # year, first last | 1927 .. 2025, 2 values | the run"
    span = read_declarations(line, "01_test")["run"]
    assert span.parse("1975,1975") == [1975, 1975]
    with pytest.raises(ParameterError, match="is not in the order first last"):
        span.parse("1983,1975")


def test_a_choice_names_each_word_once(declared):
    with pytest.raises(ParameterError, match="names one twice"):
        declared["metrics"].parse("euclid,euclid")


def test_a_default_out_of_order_is_refused():
    line = "tax: list[float] = [25.0, 0.0, 21.0]  # percent, low mid high | 0 .. 50, 3 values | tax"
    with pytest.raises(ParameterError, match="is not in the order low mid high"):
        read_declarations(line, "01_test")


def test_a_near_miss_is_answered_with_the_right_word(declared):
    with pytest.raises(ParameterError, match="did you mean 'mahalanobis'"):
        declared["metrics"].parse("mahalanobi")


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_float_passes_exactly_when_it_lies_in_the_range(value):
    cut = read_declarations(CELL, "01_test")["cut_bp"]
    if 0 <= value <= 1000:
        assert cut.check(value) == value == cut.parse(repr(value))
    else:
        with pytest.raises(ParameterError):
            cut.check(value)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("cut_bp = 5  # bp | 0 .. 10 | size", "write `name: type = default"),
        ("import os", "write `name: type = default"),
        ("cut_bp: float  # bp | 0 .. 10 | size", "write `name: type = default"),
        ("cut_bp: complex = 5  # bp | 0 .. 10 | size", "has type complex"),
        ("cut_bp: int | None = 5  # bp | 0 .. 10 | size", "has type int | None"),
        ("cut_bp: float = 5", "needs the comment"),
        ("cut_bp: float = 5  # bp | 0 .. 10", "needs the comment"),
        ("cut_bp: float = 5 * a  # bp | 0 .. 10 | size", "not a plain value"),
        ("cut_bp: float = 5  # bp | small, large | size", "a number needs"),
        ("cut_bp: float = 5  # bp | 0 .. x | size", "could not convert"),
        ("cut_bp: float = 5  # bp | 10 .. 0 | size", "the range is empty"),
        ("cut_bp: float = 5  # bp | 0 .. 10, 2 values | size", "only a list"),
        ("name: str = 'a'  # text | 0 .. 10 | size", "has no range"),
        ("cut_bp: float = 11  # bp | 0 .. 10 | size", "is out of range"),
        ("cut_bp: float = 'a'  # bp | 0 .. 10 | size", "is not a number"),
        ("a: int = 1  # n | 0 .. 2 | x\na: int = 1  # n | 0 .. 2 | x", "declared twice"),
        ("a: int = (", "is not Python"),
        ("", "declares nothing"),
    ],
)
def test_a_declaration_that_cannot_be_checked_is_refused(line, complaint):
    with pytest.raises(ParameterError) as refused:
        read_declarations(line, "01_test")
    assert complaint in str(refused.value)
    assert "01_test" in str(refused.value)


def test_a_hash_inside_a_default_is_not_a_comment():
    colour = read_declarations('colour: str = "#fff"  # text | any | a colour', "01_test")["colour"]
    assert (colour.default, colour.unit) == ("#fff", "text")


def test_a_notebook_has_exactly_one_parameters_cell(tmp_path):
    path = tmp_path / "01_two.ipynb"
    cell = {
        "cell_type": "code",
        "metadata": {"tags": ["parameters"]},
        "source": CELL.splitlines(keepends=True),
    }
    path.write_text(json.dumps({"cells": [cell]}))
    assert "cut_bp" in load_parameters(path)
    for count in (0, 2):
        path.write_text(json.dumps({"cells": [cell] * count}))
        with pytest.raises(ParameterError, match=f"01_two: {count} cells carry the tag"):
            load_parameters(path)
