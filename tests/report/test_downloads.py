"""The numbers of a figure in a file: read off what was drawn, whatever it was drawn with."""

from __future__ import annotations

import csv
import io
from html import unescape
from urllib.parse import unquote

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.patches import Circle

from drawn_numbers import assert_download_is_what_is_drawn
from helpers import data
from helpers.report.downloads import link, table_of
from helpers.report.figures import style

mpl.use("Agg")


def rows_of(ax) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table_of(ax.figure))))


def test_series_at_the_same_months_stand_side_by_side():
    ax = plt.subplots()[1]
    months = pd.period_range("2007-11", "2008-01", freq="M").to_timestamp()
    ax.plot(months, [1.0, 2.5, -3.0], label="Small, all")
    ax.plot(months[1:], [7.0, 8.0], label="Large")
    ax.axhline(2.0, label="Goal")
    ax.axhline(0.0)
    style.shade_recessions(ax, data.recessions())
    assert rows_of(ax) == [
        ["date", "Small, all", "Large", "Goal", "marked"],
        ["2007-11", "1", "", "", ""],
        ["2007-12", "2.5", "7", "", "Recession, from"],
        ["2008-01", "-3", "8", "", ""],
        ["2008-01-04", "", "", "", "Recession, to"],
        ["", "", "", "2", ""],
    ]


def test_a_dot_plot_has_a_row_a_name_and_further_ones_for_further_dots():
    ax = plt.subplots()[1]
    ax.set_yticks([0, 1], ["by count", "by weight"])
    ax.scatter([40.0, 41.0, 20.0], [0, 0, 1], label="Share")
    ax.hlines([0, 1], [40, 20], [41, 20], label="Range")
    ax.axvline(30.0, label="Article")
    ax.set_xlabel("Percent")
    assert rows_of(ax) == [
        [
            "name",
            "Article [Percent]",
            "Share [Percent]",
            "Range, low [Percent]",
            "Range, high [Percent]",
            "Range [Percent]",
        ],
        ["by count", "", "40", "40", "41", ""],
        ["by count", "", "41", "", "", ""],
        ["by weight", "", "20", "", "", "20"],
        ["", "30", "", "", "", ""],
    ]


def test_bars_on_bars_have_two_ends_and_intervals_their_own():
    ax = plt.subplots()[1]
    ax.barh(["whole", "part"], [4.5, -0.7], left=[0.0, 4.5], label="Step")
    ax.errorbar([1.0], ["whole"], xerr=[[0.5], [2.0]], fmt="o", label="Estimate")
    assert rows_of(ax) == [
        ["name", "Step", "Step, from", "Step, to", "Estimate", "Estimate, low", "Estimate, high"],
        ["whole", "4.5", "", "", "1", "0.5", "3"],
        ["part", "", "4.5", "3.8", "", "", ""],
    ]


def test_bands_and_panels_are_told_apart():
    left, right = plt.subplots(1, 2)[1]
    left.fill_between([1, 2], [0, 1], [4, 6], label="Interval")
    left.set(title="One", xlabel="Years")
    right.plot([1, 2], [5.0, np.nan])
    assert rows_of(left) == [
        ["panel", "Years", "Interval, low", "Interval, high", "line"],
        ["One", "1", "0", "4", ""],
        ["One", "2", "1", "6", ""],
        ["panel 2", "1", "", "", "5"],
    ]


def test_the_head_of_a_column_names_what_its_values_are_unless_panels_differ():
    figure, axes = plt.subplots(1, 4)
    for ax, unit in zip(axes, ("Percent", "Percent", "Months\nto go", "ignored"), strict=True):
        ax.plot([1, 2], [3, 4], label=f"In {unit.split()[0]}")
        ax.plot([1, 2], [5, 6], label="In all")
        ax.axvspan(1, 2, label="Years")
        ax.set_ylabel(unit)
    axes[3].sharey(axes[0])  # only the first of them says it
    axes[3].set_ylabel("")
    axes[3].lines[0].set_label("Beside")
    head = rows_of(axes[0])[0]
    assert head == [
        "panel", "name", "In Percent [Percent]", "In all", "marked", "In Months [Months to go]", "Beside [Percent]",
    ]  # fmt: skip
    plt.close(figure)
    figure, ax = plt.subplots()
    figure.colorbar(ax.pcolormesh([[1.0, 2.0], [3.0, 7.0]]), label="Growth")
    ax.set_ylabel("Years of waiting")
    assert rows_of(ax)[0] == ["name", "0 [Growth]", "1 [Growth]"]


@settings(max_examples=25)
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=30), st.booleans())
def test_any_series_comes_back_to_five_digits(values, as_bars):
    ax = plt.subplots()[1]
    (ax.bar if as_bars else ax.plot)(range(len(values)), values, label="Series")
    found = pd.read_csv(io.StringIO(table_of(ax.figure)))["Series"]
    plt.close("all")
    np.testing.assert_allclose(found, values, rtol=1e-4)


def test_the_link_carries_the_file_itself():
    ax = plt.subplots()[1]
    ax.plot([1, 2], [3, 4], label='Small & "large" < 5 % #')
    html = unescape(link(table_of(ax.figure), "some-name"))
    assert ' download="some-name.csv" ' in html
    address = html.partition('href="data:text/csv;charset=utf-8,')[2].partition('"')[0]
    assert unquote(address) == table_of(ax.figure)


def test_an_empty_picture_has_no_file():
    assert link(table_of(plt.subplots()[0]), "empty") == ""


def test_what_cannot_be_read_is_refused_with_its_name():
    ax = plt.subplots()[1]
    ax.add_patch(Circle((0, 0), 1))
    with pytest.raises(TypeError, match=r"A Circle in the figure .* Draw it with lines"):
        table_of(ax.figure)


def test_the_check_of_figures_finds_a_number_that_is_not_drawn(monkeypatch):
    ax = plt.subplots()[1]
    (line,) = ax.plot([1, 2, 3], [3, 4, 9], label="x")
    assert_download_is_what_is_drawn(ax.figure)
    table = table_of(ax.figure)
    for wrong in (table.replace("4", "5"), table.replace("2,4\n", "")):
        monkeypatch.setattr("drawn_numbers.table_of", lambda _, wrong=wrong: wrong)
        with pytest.raises(AssertionError, match=r"not drawn|not in the file"):
            assert_download_is_what_is_drawn(line.figure)
