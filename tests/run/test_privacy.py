"""What is hidden in published outputs, and how long that takes."""

import re
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.run.privacy import machine_hider

# What a cell's file is, said plainly; too slow for long words, so it serves on short ones only.
PLAIN = re.compile(r"[^\s\"'<>\x1b]*ipykernel_\d+[/\\]\d+\.py")
PIECES = ("ipykernel_", "12", "3", "/", "\\", ".py", " ", '"', "<", ">", "\n", "\x1b", "a", "_")


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_a_cell_file_is_hidden_with_the_folders_before_it(text):
    assert machine_hider()(text) == PLAIN.sub("<cell>", text)


def test_paths_are_hidden_at_any_depth_of_an_output():
    here = Path(tempfile.gettempdir(), "elsewhere", "data")
    outputs = [{"data": {"text/plain": [f"read {here}/cpi.csv", 5, None]}}]
    assert machine_hider(run=here)(outputs) == [
        {"data": {"text/plain": ["read <run>/cpi.csv", 5, None]}}
    ]


LONG_WORDS = {
    "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB+/",
    "digits": "0123456789",
    "folders": "/tmp",
    "almost a cell's file": "ipykernel_",
    "almost a cell's file, numbered": "ipykernel_1/1",
    "points of a picture": "L12.5,7.25",
    "home folders": f"{Path.home()}/",
}


def _least_work(hide, *texts):
    """Processor time each text takes, at best: what other programs do does not count."""
    least = [float("inf")] * len(texts)
    for _ in range(7):
        for k, text in enumerate(texts):
            started = time.thread_time()
            hide(text)
            least[k] = min(least[k], time.thread_time() - started)
    return least


@pytest.mark.parametrize("piece", LONG_WORDS.values(), ids=LONG_WORDS)
def test_eight_times_the_text_takes_about_eight_times_as_long_and_a_megabyte_is_no_trouble(piece):
    hide = machine_hider()
    short, long = _least_work(hide, *(piece * (n // len(piece)) for n in (10_000, 80_000)))
    assert long < 30 * short  # a quadratic pattern takes 64 times
    word = piece * (1_000_000 // len(piece))
    ending = "ipykernel_7/8.py"
    assert hide(f"{word} {ending}").endswith(" <cell>")
    assert hide(word + ending) == "<cell>"
