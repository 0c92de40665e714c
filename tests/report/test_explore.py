"""Controls in JupyterLab become a still picture and a sentence where nobody can move them."""

from __future__ import annotations

import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from ipywidgets.widgets.widget import _instances

from helpers.report import controls
from helpers.report.controls import explore, has_controls, start_value
from helpers.report.picture import mimebundle


def plot_power(exponent=2.0, kind="line", grid=False):
    ax = plt.subplots()[1]
    ax.plot([0, 1, 2], [0, 1, 2**exponent], label=kind)
    ax.grid(grid)
    return ax


def table_power(exponent, word):
    return pd.DataFrame({word: [2.0**exponent]})


def test_without_a_reader_the_start_values_are_shown_and_the_controls_named(shown):
    note, picture = shown(
        explore,
        plot_power,
        caption="Powers",
        name="powers",
        exponent=(0.0, 4.0),
        kind=["line", "curve"],
        grid=True,
    )
    assert "exponent: 0 to 4; kind: line, curve; grid: yes or no" in note["text/markdown"]
    assert "line: its lowest to its highest, 0 at 0 to 4 at 2" in picture["text/html"]


def test_a_function_that_returns_a_frame_is_shown_as_a_table(shown):
    _, bundle = shown(
        explore,
        table_power,
        caption="Powers",
        name="powers",
        exponent=(1, 5),
        word=["first", "second"],
    )
    assert "<caption>Powers</caption>" in bundle["text/html"]
    assert ">first</th>" in bundle["text/html"]
    assert ">8.0</" in bundle["text/html"]


@pytest.mark.parametrize(
    ("key", "control", "expected"),
    [
        ("exponent", (0.0, 4.0), 2.0),  # the function's own default
        ("exponent", (3.0, 4.0), 3.5),  # the default lies outside: the middle
        ("kind", ["curve", "line"], "line"),
        ("kind", ["curve", "bar"], "curve"),
        ("grid", True, False),
    ],
)
def test_a_control_starts_from_a_value_it_offers(key, control, expected):
    assert start_value(plot_power, key, control) == expected


def test_whole_numbers_stay_whole():
    middle = start_value(table_power, "exponent", (1, 4))
    assert middle == 2
    assert isinstance(middle, int)


def test_a_move_draws_the_picture_of_its_value_once_and_for_one_width(monkeypatch, shown):
    asked = []

    def plot_asked(exponent=2.0):
        asked.append(exponent)
        return plot_power(exponent)

    monkeypatch.setattr(controls, "has_controls", lambda: True)
    start, view = shown(
        explore, plot_asked, caption="Powers", name="powers", exponent=(0.0, 4.0, 0.5)
    )
    slider, _ = _instances[view["application/vnd.jupyter.widget-view+json"]["model_id"]].children
    ((first,), (back,), (again,)) = (
        shown(setattr, slider, "value", value) for value in (3.0, 2.0, 3.0)
    )
    assert asked == [2.0, 3.0]
    assert (back, again) == (start, first)
    still = mimebundle(plot_power(3.0), "Powers", name="powers")
    assert again["text/plain"] == still["text/plain"]
    wide, _ = re.findall("<svg.*?</svg>", still["text/html"])
    assert re.findall("<svg.*?</svg>", again["text/html"]) == [wide.replace("gr-wide", "gr-map")]


def test_a_shell_without_a_front_end_has_no_controls(shown):
    shown(plt.close)
    assert not has_controls()
