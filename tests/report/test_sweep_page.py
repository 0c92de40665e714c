"""The page of a sweep, on synthetic sweeps of every shape: what it says is what the table holds."""

from __future__ import annotations

import itertools
import re
from html import unescape

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_html import Reader

from helpers.report import sweep
from helpers.report.figures.sweep import plot_course, plot_intervals, plot_maps
from helpers.report.html import sweep_page
from helpers.report.marks import SYMBOLS
from helpers.report.text import number
from helpers.trial.claims import LINES, QUESTIONS
from synthetic_sweep import COLUMNS, WORDS, synthetic_sweep

MONTHS = [f"{day:%Y-%m-%d}" for day in pd.date_range("2020-02-01", "2026-02-01", freq="MS")]
LISTS = {"25, 21, 0": -0.4, "21, 21, 0": 0.6, "0, 0, 0": 2.5}
SHAPES = {
    "one number": synthetic_sweep(
        {"cut_bp": [200, 0, 50, 100, 150]}, size=lambda at: (at["cut_bp"] - 60) / 100, failed={4}
    ),
    "one name": synthetic_sweep({"tax": list(LISTS)}, size=lambda at: LISTS[at["tax"]]),
    "dates": synthetic_sweep(
        {"as_of": MONTHS},
        size=lambda at: (
            None if "2021-03" < at["as_of"] < "2021-09" else (int(at["as_of"][:4]) - 2023) / 2
        ),
        failed={5, 6},
    ),
    "two numbers": synthetic_sweep(
        {"cut_bp": [0, 50, 100], "seed": list(range(12))},
        size=lambda at: None if at["seed"] == 7 else at["cut_bp"] / 50 - 2 + at["seed"] / 100,
        failed={1, 35},
    ),
    "a number and a switch": synthetic_sweep(
        {"cut_bp": [0.5, 1.5], "losses": [True, False]}, size=lambda at: at["cut_bp"] - at["losses"]
    ),
    "three": synthetic_sweep(
        {"cut_bp": [0, 50, 100], "as_of": MONTHS[:4], "tax": list(LISTS)},
        size=lambda at: LISTS[at["tax"]] + at["cut_bp"] / 100,
    ),
}


def names_of(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame if name not in ("run", "claim", "error", *COLUMNS)]


def page_of(frame: pd.DataFrame, **texts: str) -> str:
    meanings = {name: f"meaning of {name}" for name in names_of(frame)}
    return sweep_page(frame, meanings, **{"title": "A synthetic sweep", "notebook": "01_x"} | texts)


def figures_in(page: str) -> dict[str, str]:
    """Alternative text by name of figure."""
    shown = r'<div class="gr-plot" role="img" aria-label="([^"]*)"'
    found = re.findall(
        rf'<figure class="gr-figure" id="figure-([^"]+)" data-title="[^"]*">{shown}', page
    )
    assert len(found) == page.count("<figure")
    return {name: unescape(alt) for name, alt in found}


def row_of(page: str, claim: str) -> str:
    head = rf'<tr role="row">\n<th [^>]*><span class="gr-id">{claim}</span>'
    (row,) = re.findall(f"{head}.*?</tr>", page, re.DOTALL)
    return unescape(row)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {shape: page_of(frame) for shape, frame in SHAPES.items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_is_sound_offline_and_says_what_was_varied(pages, shape):
    page = pages[shape]
    read = Reader(page)
    assert read.open == []
    assert len(read.ids) == len(set(read.ids))
    assert all(source.startswith("data:image/png;base64,") for source in read.loads)
    assert {link[1:] for link in read.links if link.startswith("#")} <= set(read.ids)
    assert {link for link in read.links if not link.startswith("#")} == {"sweep.csv"}
    for name in names_of(SHAPES[shape]):
        assert f"<code>{name}</code>: meaning of {name}; " in page


@pytest.mark.parametrize("shape", SHAPES)
def test_each_claim_has_a_figure_whose_text_holds_the_lowest_and_the_highest_estimate(pages, shape):
    frame = SHAPES[shape]
    figures = figures_in(pages[shape])
    assert list(figures) == ["d2-used", "d3-used"]
    for claim in ("D2", "D3"):
        alt = figures[f"{claim.lower()}-used"]
        assert alt.startswith(f"{claim} as used over {' and '.join(names_of(frame))}.")
        known = frame.loc[frame["claim"] == claim, "estimate"].astype(float)
        assert number(known.min()) in alt
        assert number(known.max()) in alt


@pytest.mark.parametrize("shape", SHAPES)
def test_the_words_and_the_range_of_a_claim_are_those_of_the_table(pages, shape):
    for claim, rows in SHAPES[shape].groupby("claim"):
        row = row_of(pages[shape], claim)
        word = r"<b>(\d+)</b> <span [^>]*><span [^>]*>(.)</span> ([a-z ]+)</span>"
        told = re.findall(word, row)
        assert {name: int(count) for count, _, name in told} == dict(rows["word"].value_counts())
        assert all(SYMBOLS[name] == symbol for _, symbol, name in told)
        assert f"{sweep.reach(rows['estimate'])} percent" in row
        assert f"intervals reach {sweep.reach(rows['ci_low'], rows['ci_high'])}" in row


def test_the_page_opens_with_the_runs_and_why_some_failed(pages):
    why = "“ZeroDivisionError: synthetic"
    assert f"5 runs over cut_bp; 1 failed: {why}, 0” (1)." in pages["one number"]
    assert "3 runs over tax; none failed." in pages["one name"]
    assert f"36 runs over cut_bp and seed; 2 failed: {why}, 1” (2)." in pages["two numbers"]


def test_the_reasons_of_failures_are_counted_and_the_rarest_summed_up():
    frame = synthetic_sweep({"seed": list(range(9))}, size=lambda _: 0.0, failed=range(1, 9))
    frame.loc[frame["error"] != "", "error"] = ["a\nmore", "a", "a", "c", "c", "d", "e", "f"]
    told = sweep.headline(frame, ["seed"])
    assert told.startswith("9 runs over seed; 8 failed: “a” (3), “c” (2), “")
    assert told.endswith(" and other reasons (2).")


def test_the_one_parameter_that_moves_a_word_is_named_with_the_places(pages):
    page = pages["one number"]
    places = "100 (undecided to evidence for) and 200 (evidence for to strong evidence for)"
    assert f"The word of D2 as used changes at cut_bp {places}." in row_of(page, "D2")
    moved = "The word of D3 as used changes at cut_bp 100 (evidence for to strong evidence for)."
    assert moved in row_of(page, "D3")
    assert (
        f"<figcaption>▲ strong evidence for in 2, △ evidence for in 2. {moved}</figcaption>"
        in unescape(page)
    )
    named = "The word of D2 as used goes with tax: undecided at “25, 21, 0”; evidence for at “21, 21, 0”; "
    assert f"{named}strong evidence for at “0, 0, 0”." in row_of(pages["one name"], "D2")
    assert "The word of D2 as used changes with cut_bp and seed." in row_of(
        pages["two numbers"], "D2"
    )
    assert "The word of D2 as used changes with cut_bp and tax." in row_of(pages["three"], "D2")


grids = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(
        st.lists(st.sampled_from(WORDS[2:]), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)


@settings(deadline=None)
@given(grids)
def test_what_moves_a_word_is_what_differs_between_runs_that_differ_in_it_alone(matrix):
    points = {(a, b): word for a, row in enumerate(matrix) for b, word in enumerate(row)}
    rows = pd.DataFrame([{"a": a, "b": b, "word": word} for (a, b), word in points.items()])
    pairs = list(itertools.combinations(points, 2))
    moving = [
        name
        for k, name in enumerate("ab")
        if any(p[1 - k] == q[1 - k] and points[p] != points[q] for p, q in pairs)
    ]
    told = sweep.what_moves("D3", rows, [name for name in "ab" if rows[name].nunique() > 1])
    if not moving:
        assert told == "The word of D3 is the same in every run."
    elif len(moving) == 2:
        assert told == "The word of D3 changes with a and b."
    else:
        along = [row[0] for row in matrix] if moving == ["a"] else matrix[0]
        places = [k for k in range(1, len(along)) if along[k] != along[k - 1]]
        assert told.startswith(f"The word of D3 changes at {moving[0]} {places[0]} (")
        assert told.count(" to ") == len(places)


def test_a_word_that_changes_often_is_counted_and_shown_at_its_ends():
    frame = synthetic_sweep({"as_of": MONTHS[:8]}, size=lambda at: float(at["as_of"][6]) % 2 - 0.5)
    told = sweep.what_moves("D2 as used", sweep.runs_of(frame, "D2", "used", ["as_of"]), ["as_of"])
    assert told == (
        "The word of D2 as used changes 7 times along as_of, first at 2020-03-01 (undecided to evidence for), "
        "last at 2020-09-01 (undecided to evidence for)."
    )


def test_runs_of_scenarios_that_differ_in_several_parameters_are_told_apart_by_scenario():
    frame = synthetic_sweep({"cut_bp": [0, 100, 200]}, size=lambda at: at["cut_bp"] / 50 - 2)
    frame["draws"] = frame["cut_bp"] * 10
    assert sweep.axes_of(frame, ["cut_bp", "draws"]) == ["cut_bp", "draws"]
    frame["scenario"] = frame["cut_bp"].map({0: "mild", 100: "base", 200: "harsh"})
    assert sweep.axes_of(frame, ["cut_bp", "draws"]) == ["scenario"]
    more = pd.concat([frame.assign(seed=1), frame.assign(seed=2)])
    assert sweep.axes_of(more, ["cut_bp", "draws", "seed"]) == ["scenario", "seed"]


def test_runs_without_an_estimate_leave_a_gap_and_keep_their_word():
    rows = sweep.runs_of(SHAPES["dates"], "D2", "used", ["as_of"])
    told, below = plot_course(rows, "as_of").axes
    assert list(below.get_lines()[0].get_ydata()) == pytest.approx(
        list(rows["estimate"]), nan_ok=True
    )
    counts = rows["word"].value_counts()
    bars = [len(drawn.get_segments()) for drawn in told.collections]
    names = [label.get_text()[2:] for label in told.get_yticklabels()]
    assert dict(zip(names, bars, strict=True)) == dict(counts)
    assert counts["not testable"] == 6
    assert counts["failed"] == 2


def test_a_claim_without_any_estimate_shows_its_words_alone():
    frame = synthetic_sweep({"cut_bp": [0, 50], "seed": [1, 2]}, size=lambda _: None)
    rows = sweep.runs_of(frame, "D2", "used", ["cut_bp", "seed"])
    (ax,) = plot_maps({"": rows}, "cut_bp", "seed").axes
    assert [text.get_text() for text in ax.figure.texts if text.get_text() == "⊘"] == ["⊘"] * 4
    assert len(plot_course(rows[rows["seed"] == 1], "cut_bp").axes) == 1
    drawn = plot_intervals(rows[rows["seed"] == 1].astype({"cut_bp": str}), "cut_bp").axes[0]
    assert drawn.containers == []
    assert [text.get_text() for text in drawn.texts] == ["⊘ not testable"] * 2


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(-1e3, 1e3) | st.none(), min_size=12, max_size=12), st.booleans())
def test_each_cell_of_a_map_holds_the_symbol_of_its_run_in_readable_ink(sizes, positive):
    values = iter(sizes)
    frame = synthetic_sweep(
        {"cut_bp": [0, 50, 100], "seed": [4, 1, 2, 3]},
        size=lambda _: abs(value) if (value := next(values)) and positive else value,
        claims=["D2"],
        failed={5},
    )
    rows = sweep.runs_of(frame, "D2", "used", ["cut_bp", "seed"])
    figure = plot_maps({"": rows}, "seed", "cut_bp")
    ax = figure.axes[0]
    (image,) = ax.images
    cells = {
        text.get_position(): text for text in figure.texts if text.get_transform() == ax.transData
    }
    assert len(cells) == len(rows) == 12
    for row in rows.itertuples():
        text = cells[[1, 2, 3, 4].index(row.seed), row.cut_bp // 50]
        assert text.get_text().split()[0] == SYMBOLS[row.word]
        if row.estimate == row.estimate:
            ground = image.to_rgba(np.array([[row.estimate]]))[0, 0]
            assert contrast(text.get_color(), ground) >= 3


def contrast(one, other) -> float:
    """Of two colours, as WCAG 2 defines it."""
    levels = []
    for colour in (one, other):
        part = np.array(mpl.colors.to_rgb(tuple(colour) if not isinstance(colour, str) else colour))
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        levels.append(linear @ (0.2126, 0.7152, 0.0722))
    return (max(levels) + 0.05) / (min(levels) + 0.05)


def test_three_parameters_give_a_map_for_each_value_of_the_third(pages):
    alt = figures_in(pages["three"])["d2-used"]
    assert re.findall(r"(tax [\d, ]+)\. Estimate: 3 rows by 4 columns", alt) == [
        f"tax {value}" for value in LISTS
    ]


def test_maps_side_by_side_share_their_axes_whatever_ran_first_or_did_not_run():
    frame = synthetic_sweep(
        {"cut_bp": [0, 50, 100], "tax": list(LISTS), "seed": [1, 2]},
        size=lambda at: LISTS[at["tax"]] * at["seed"] + at["cut_bp"],
    )
    rows = sweep.runs_of(frame, "D2", "used", ["cut_bp", "tax", "seed"])
    first, second = rows[rows["seed"] == 1], rows[rows["seed"] == 2].iloc[:0:-1]
    figure = plot_maps({"1": first, "2": second}, "cut_bp", "tax")
    for ax, part in zip(figure.axes, (first, second), strict=False):
        values = ax.images[0].get_array().filled(np.nan)
        assert np.isfinite(values).sum() == len(part)
        for row in part.itertuples():
            assert values[list(LISTS).index(row.tax), row.cut_bp // 50] == row.estimate


def test_more_combinations_than_can_be_drawn_are_left_to_the_table():
    values = {"cut_bp": [0, 50], "seed": [1, 2], "horizon": list(range(7))}
    page = page_of(synthetic_sweep(values, size=lambda at: at["cut_bp"] / 50))
    assert figures_in(page) == {}
    assert "more combinations than can be drawn (6 maps" in page
    assert (
        "The word of D2 as used changes at cut_bp 50 (undecided to strong evidence for)."
        in row_of(page, "D2")
    )
    many = synthetic_sweep({"tax": [f"tax {k}" for k in range(61)]}, size=lambda _: 0.0)
    assert "more combinations than can be drawn" in page_of(many)


def test_each_line_of_a_claim_has_its_own_row_and_figure():
    used = synthetic_sweep({"cut_bp": [0, 50]}, size=lambda at: at["cut_bp"] / 50, claims=["D2"])
    stated = used.assign(line="stated", word="true in part", ci_low=None, ci_high=None)
    page = page_of(pd.concat([stated, used]).sort_index(kind="stable"))
    assert list(figures_in(page)) == ["d2-stated", "d2-used"]
    rows = re.findall(r'<tr role="row">\n<th .*?</tr>', page, re.DOTALL)
    assert [QUESTIONS[line] in row for line, row in zip(LINES, rows, strict=True)] == [True, True]
    assert "<b>2</b>" in rows[0]
    assert "true in part" in rows[0]
    assert "The word of D2 as stated is the same in every run." in rows[0]
    assert "The word of D2 as used changes at cut_bp 50" in rows[1]


def test_a_single_run_is_told_without_a_figure():
    page = page_of(synthetic_sweep({"cut_bp": [50]}, size=lambda _: 2.0))
    assert "1 run; none failed." in page
    assert figures_in(page) == {}
    assert "The word of D2 as used is the same in every run." in row_of(page, "D2")


def test_a_sweep_of_failures_lists_each_of_them_folded():
    frame = synthetic_sweep({"cut_bp": [0, 50, 100]}, size=lambda _: 0.0, failed={0, 1, 2})
    page = page_of(frame)
    assert figures_in(page) == {}
    assert 'id="claims"' not in page.split("</style>")[1]
    (folded,) = re.findall(r"<details><summary>.*?</details>", page, re.DOTALL)
    for run, cut_bp, error in frame[["run", "cut_bp", "error"]].itertuples(index=False):
        row = f'<th scope="row" class="gr-short">{run}</th>.*?>{error}</td><td[^>]*>{cut_bp}</td>'
        assert re.search(row, folded)
    assert "3 failed: “ZeroDivisionError: synthetic, 0” (2) and “" in page


def test_a_page_is_the_same_each_time_and_leaves_the_style_of_figures_as_it_was(pages):
    before = dict(mpl.rcParams)
    assert page_of(SHAPES["two numbers"]) == pages["two numbers"]
    assert dict(mpl.rcParams) == before


def test_three_hundred_runs_of_nine_claims_make_a_page_of_less_than_a_megabyte_and_a_half():
    frame = synthetic_sweep(
        {"cut_bp": list(range(0, 300, 20)), "seed": list(range(20))},
        size=lambda at: at["cut_bp"] / 100 - 1.5 + np.sin(at["seed"]),
        claims=["R4", "R5", "R6", "D1", "D2", "D3", "H1", "M1", "M2"],
    )
    page = page_of(frame)
    assert len(figures_in(page)) == 9
    assert len(page.encode()) < 1_500_000
