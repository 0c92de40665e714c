"""One reader for the catalog, the claims and the scenarios; what could be meant otherwise is refused by line."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.paths import data_dir
from helpers.data.yaml_files import DEEPEST, read_yaml
from helpers.errors import DataError


def write(folder, text):
    path = folder / "tried.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["catalog.yaml", "claims.yaml"])
def test_the_files_of_the_project_read_as_any_yaml_reader_reads_them(name):
    path = data_dir() / name
    assert read_yaml(path) == yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, "a stands twice, first in line 1"),
        ("rows:\n  - {id: 1, id: 2}", 2, "id stands twice, first in line 2"),
        ("'1': a\n1: b", 2, "1 stands twice"),
        ("a: &x [1]\nb: *x", 1, "is used again by an alias"),
        ("a: &x 1\nb: [*x, *x]", 1, "is used again by an alias"),
        ("a: &x {b: 1}\nc:\n  <<: [*x, *x]", 1, "is used again by an alias"),
        ("a: &x\n  b: *x", 1, "is used again by an alias"),
        ("a: &x\n  <<: *x", 1, "is used again by an alias"),
        ("a: 010", 1, "010 reads as a number of another base"),
        ("a:\n  - 08", 2, "08 reads"),
        ("a: 0o17", 1, "0o17 reads"),
        ("a: 0x1F", 1, "0x1F reads"),
        ("a: 0b11", 1, "0b11 reads"),
        ("a: -012", 1, "-012 reads"),
        ("a: 1:30", 1, "1:30 reads"),
        ("a: 190:20:30.5", 1, "190:20:30.5 reads"),
        ("a: 1_000", 1, "1_000 reads"),
        ("010: {cut_bp: 5}", 1, "010 reads"),
        ("01: a\n1: b", 2, "1 stands twice, first in line 1"),
        ("? [a, b]\n: 1", 1, "is a name made of several values"),
        ("a: 1\nb: ]", 2, "is not YAML"),
        ("a: 1\n--- \nb: 2", 2, "is not YAML"),
        ("a: !!python/name:os.system", 1, "is not YAML"),
    ],
)
def test_what_could_be_meant_otherwise_is_refused_with_file_and_line(tmp_path, text, line, words):
    with pytest.raises(DataError) as error:
        read_yaml(write(tmp_path, text))
    assert re.search(rf"tried\.yaml, line {line}\b.*{re.escape(words)}", str(error.value))


@pytest.mark.parametrize("text", ["a: 2026-02-31", "a: \0", "[" * 100_000, "- " * 100_000])
def test_what_no_reader_can_read_is_refused_with_the_file(tmp_path, text):
    with pytest.raises(DataError, match=r"tried\.yaml.* is not YAML"):
        read_yaml(write(tmp_path, text))


def test_bytes_that_are_no_text_are_refused_with_the_file(tmp_path):
    (tmp_path / "tried.yaml").write_bytes(b"a: \xff")
    with pytest.raises(DataError, match=r"tried\.yaml is not YAML"):
        read_yaml(tmp_path / "tried.yaml")


def test_the_deepest_level_is_read_and_the_next_is_refused(tmp_path):
    def nested(levels):
        return write(tmp_path, "[" * levels + "]" * levels)

    assert read_yaml(nested(DEEPEST))
    with pytest.raises(DataError, match=rf"line 1: lies deeper than {DEEPEST} levels"):
        read_yaml(nested(DEEPEST + 1))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: 0", {"a": 0}),
        ("a: 0.5", {"a": 0.5}),
        ("a: -10", {"a": -10}),
        ("a: '010'", {"a": "010"}),
        ("a: '1:30'", {"a": "1:30"}),
        ("'01': {cut_bp: 5}", {"01": {"cut_bp": 5}}),
        ("01: {cut_bp: 5}", {1: {"cut_bp": 5}}),
        ("a: 2026-02-16", {"a": dt.date(2026, 2, 16)}),
        ("a: 2025-09", {"a": "2025-09"}),
        ("a: 1-500", {"a": "1-500"}),
        ("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3", {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}}),
    ],
)  # fmt: skip
def test_what_has_one_meaning_is_read(tmp_path, text, value):
    assert read_yaml(write(tmp_path, text)) == value


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=40)
@given(PLAIN)
def test_what_a_program_writes_comes_back(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "tried.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=False), encoding="utf-8")
    assert read_yaml(path) == content
