"""Prose takes its numbers from results, and tables can be walked by a screen reader."""

from __future__ import annotations

import io
import math
import re
import xml.etree.ElementTree as ElementTree
from html import unescape
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data
from helpers.errors import DataError, RebalanceError
from helpers.report import tables
from helpers.report.marks import TABLE_MIME
from helpers.report.sources import source_text
from helpers.report.tables import table, table_html
from helpers.report.text import alike, number, p_value, say, typeset
from helpers.trial.claims import QUESTIONS, load_claim, load_claims


def markdown(bundles: list[dict]) -> str:
    return bundles[0]["text/markdown"]


def test_say_renders_values_with_a_typographic_minus(shown):
    text = markdown(
        shown(
            say,
            "Cut **{cut:.0f} bp**, {gap:+.2f} points, {when}.",
            cut=175.0,
            gap=-1.75,
            when="2024-09",
        )
    )
    assert text == "Cut **175 bp**, −1.75 points, September 2024."


@pytest.mark.parametrize(
    ("template", "values", "told"),
    [
        ("The cut is {cut}.", {}, "cut"),
        ("The cut is {}.", {}, "was not given"),
        ("The cut is {cut}.", {"cut": None}, "None"),
        ("The cut is {cut:.1f}.", {"cut": math.nan}, "nan"),
        ("The cut is {cut:.1f}.", {"cut": np.float64("inf")}, "inf"),
        ("The cut is large.", {"cut": 175.0}, "does not use"),
        ("Growth was 12.5 percent, {cut}.", {"cut": 1}, "12.5"),
    ],
)
def test_say_refuses_missing_unused_and_typed_numbers(shown, template, values, told):
    with pytest.raises(RebalanceError, match=told):
        shown(say, template, **values)


@given(st.floats(-1e12, 1e12, allow_nan=False), st.integers(2, 6))
def test_a_written_number_keeps_its_significant_digits(value, digits):
    written = number(value, digits)
    back = float(written.replace(",", "").replace("−", "-"))
    assert math.isclose(back, value, rel_tol=0.5 * 10 ** (1 - digits) * 1.001, abs_tol=1e-300)
    assert "-" not in written.replace("e-", "")


def test_p_values_are_never_written_as_zero():
    assert p_value(0.0) == "< 0.001"
    assert p_value(0.0499) == "0.050"
    assert p_value(1.0) == "1.000"


def saved(html: str) -> tuple[str, pd.DataFrame]:
    """Name and content of the file behind a table, words as they are."""
    (name,) = re.findall(r' download="([^"]+)"', html)
    (text,) = re.findall(r'href="data:text/csv;charset=utf-8,([^"]+)"', html)
    return name, pd.read_csv(io.StringIO(unquote(unescape(text))), keep_default_na=False)


def test_a_table_brings_its_numbers_with_ten_digits_its_units_and_its_words_as_they_are(shown):
    sizes = [5.25, math.nan, 1 / 3, -1.23456789012e-7]
    index = pd.Index(["2022-03", 'a "b", c', "=1+1", "x"], name="Cycle")
    frame = pd.DataFrame(
        {"ci_low": sizes, "Months": [16, 24, 3, 0], "Held": [True, False, True, True]}, index=index
    )
    units = {"ci_low": "percent, % a year"}
    (bundle,) = shown(
        table, frame, "Long cycles since 1954 & all of them: how many?", units=units, digits=1
    )
    name, found = saved(bundle["text/html"])
    assert name == "long-cycles-since-1954-all-of.csv"
    assert list(found) == ["Cycle", "interval from [percent, % a year]", "Months", "Held"]
    assert list(found["Cycle"]) == list(index)
    read = pd.to_numeric(found["interval from [percent, % a year]"])
    np.testing.assert_allclose(read, sizes, rtol=1e-9)
    assert list(found["Months"]) == [16, 24, 3, 0]
    assert list(found["Held"]) == ["yes", "no", "yes", "yes"]
    assert bundle["text/html"].count("gr-source") == 1


def test_a_table_of_words_has_no_file(shown):
    (bundle,) = shown(table, pd.DataFrame({"Claim": ["R1"], "Held": [True]}), "Words")
    assert "download" not in bundle["text/html"]


def parsed(frame: pd.DataFrame, **options) -> ElementTree.Element:
    return ElementTree.fromstring(table_html(frame, "Rates & cycles", **options))


def test_a_table_has_caption_scopes_units_and_a_named_container():
    frame = pd.DataFrame({"Cycle": ["2022-03"], "Size": [5.254], "Moves": [11]})
    container = parsed(frame, units={"Size": "percentage points"}, digits={"Size": 2})
    assert container.get("aria-label") == "Rates & cycles"
    assert container.get("tabindex") == "0"
    assert container.find(".//caption").text == "Rates & cycles"
    heads = container.findall(".//thead//th")
    assert [head.get("scope") for head in heads] == ["col"] * 3
    assert [head.text.strip() for head in heads] == ["Cycle", "Size", "Moves"]
    assert heads[1].find("small").text == "percentage points"
    assert container.find(".//tbody//th").get("scope") == "row"
    assert [cell.text for cell in container.findall(".//tbody//td")] == ["5.25", "11"]


def test_a_meaningful_index_heads_the_rows():
    frame = pd.DataFrame(
        {"Rate": [1.0, 2.0]}, index=pd.period_range("2024-01", periods=2, freq="M", name="Month")
    )
    container = parsed(frame)
    assert [head.text for head in container.findall(".//tbody//th")] == ["2024-01", "2024-02"]
    assert container.find(".//thead//th").text == "Month"


def test_no_header_cell_is_empty_and_missing_values_are_words():
    frame = pd.DataFrame({"Rate": [np.nan, -0.04]}, index=["a", "b"])
    container = parsed(frame)
    assert all(head.text for head in container.iter("th"))
    assert [cell.text for cell in container.findall(".//tbody//td")] == ["not available", "−0.040"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1234.5, 0.4], ["1,234", "0"]),
        ([525.0, -0.04], ["525.0", "0.0"]),
        ([0.213, 0.05], ["0.21", "0.05"]),
        ([0.0021, -0.05], ["0.002", "−0.050"]),
        ([np.nan, 0.0], ["not available", "0.0"]),
    ],
)
def test_a_column_has_the_decimals_that_its_largest_value_deserves(values, told):
    cells = parsed(pd.DataFrame({"a": ["x", "y"], "b": values})).findall(".//tbody//td")
    assert [cell.text for cell in cells] == told


def test_rows_with_units_of_their_own_have_decimals_of_their_own():
    frame = pd.DataFrame(
        {
            "low": [-201.69, 0.9861, 4.8, np.nan],
            "high": [100.0, 0.9944, 4.8, 2.0],
            "n": [3, 12, 1, 0],
            "p": [0.5, 0.0004, 1.0, 0.2],
            "unit": ["basis points", "a month", "percent", "none"],
        },
        index=["path", "root", "margin", "gap"],
    )
    frame.loc["p of the root"] = [
        0.00004,
        0.25,
        1,
        0.5,
        "",
    ]  # such a row is written as such a column is
    rows = parsed(frame).findall(".//tbody/tr")
    assert [[cell.text for cell in row.iter("td")][:4] for row in rows] == [
        ["\N{MINUS SIGN}202", "100", "3", "0.500"],
        ["0.986", "0.994", "12", "< 0.001"],
        ["4.8", "4.8", "1", "1.000"],
        ["not available", "2", "0", "0.200"],
        ["< 0.001", "0.250", "1", "0.500"],
    ]
    first = parsed(frame, digits=1).find(".//tbody/tr")
    assert [cell.text for cell in first.iter("td")][:2] == ["\N{MINUS SIGN}201.7", "100.0"]


def test_what_is_missing_is_told_in_the_words_asked_for():
    frame = pd.DataFrame({"a": [1.5, np.nan], "b": ["x", "y"]}, index=["p", "q"])
    cells = [cell.text for cell in parsed(frame, missing="no page").findall(".//tbody//td")]
    assert cells == ["1.5", "x", "no page", "y"]


def folded(rows: int, **options) -> ElementTree.Element:
    html = table_html(pd.DataFrame({"Row": range(rows)}), "Many", **options)
    return ElementTree.fromstring(f"<div>{html}</div>")


@pytest.mark.parametrize(
    "name", ["p", "lowest p", "p, windows", "act on rules, p", "p_ivx", "holm"]
)
def test_p_values_are_written_alike_whatever_digits_were_asked_for(name):
    frame = pd.DataFrame(
        {"Lag": ["a", "b", "c"], name: [0.0004, 0.5, np.nan], "step": [0.0004, 1.0, 2.0]}
    )
    cells = [cell.text for cell in parsed(frame, digits=2).findall(".//tbody//td")]
    assert cells == ["< 0.001", "0.00", "0.500", "1.00", "not available", "2.00"]


@pytest.mark.parametrize(("rows", "rest"), [(8, 0), (9, 4), (30, 25)])
def test_a_long_table_folds_behind_its_first_rows_and_stays_one_table(rows, rest):
    shown = folded(rows)
    found = shown.findall(".//tbody/tr")
    assert [row.get("class") for row in found] == [None] * (rows - rest) + ["gr-rest"] * rest
    summaries = [one.text for one in shown.iter("summary")]
    assert summaries == ([f"All {rows} rows"] if rest else [])


def test_a_long_last_text_of_many_columns_stands_below_its_row_and_folds_with_it():
    long = "As counted in 2025-01-20 to 2025-08-26 by the office that keeps all counts, and by no other."
    frame = pd.DataFrame(1, range(9), list("abcd")).assign(note=[long] * 8 + [""])
    shown = ElementTree.fromstring(f"<div>{table_html(frame, 'Counts', first=4)}</div>")
    assert [head.text for head in shown.findall(".//thead//th")] == ["a", "b", "c", "d"]
    over, under, *others = shown.findall(".//tbody/tr")
    assert len(over) == 4
    (cell,) = under
    assert (under.get("class"), cell.get("colspan")) == ("gr-under", "4")
    assert "".join(cell.itertext()) == f"note {long}"
    dates = [one.text for one in cell.iter("span") if one.get("class") == "gr-short"]
    assert dates == ["2025-01-20", "2025-08-26"]
    kept, rest = [None, "gr-under"] * 3, ["gr-rest", "gr-under gr-rest"] * 4
    assert [row.get("class") for row in others] == [*kept, *rest, "gr-rest"]
    few = parsed(frame.drop(columns="a").head(2))
    assert [head.text for head in few.findall(".//thead//th")] == ["b", "c", "d", "note"]


def test_a_table_whose_rows_all_stand_first_does_not_fold():
    assert not list(folded(30, first=30).iter("details"))


def test_a_table_can_fold_whole_and_then_hides_no_row_of_its_own():
    (fold,) = folded(30, first=0)
    assert fold.find("summary").text == "Many: 30 rows"
    assert not [row for row in fold.iter("tr") if row.get("class")]
    assert [one.text for one in folded(1, first=0).iter("summary")] == ["Many: 1 row"]


@pytest.mark.parametrize(
    ("frame", "options", "told"),
    [
        (pd.DataFrame({"a": []}), {}, "at least one row"),
        (
            pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
            {},
            "single row of column names",
        ),
        (pd.DataFrame({"a": [1]}), {"units": {"b": "percent"}}, "no column b"),
        (pd.DataFrame({"a": [1]}), {"digits": {"c": 1}}, "no column c"),
    ],
)
def test_a_table_refuses_what_it_cannot_show(frame, options, told):
    with pytest.raises(ValueError, match=told):
        table_html(frame, "x", **options)


def test_table_displays_html_with_source_and_plain_text(shown):
    (bundle,) = shown(
        table, pd.DataFrame({"Size": [5.25]}), "Cycles", sources="fed_funds", digits=2
    )
    assert "Federal Reserve" in bundle["text/html"]
    assert bundle["text/plain"].splitlines()[0] == "Cycles"
    assert "5.25" in bundle["text/plain"]


def test_names_of_the_code_are_readable_to_people_and_machines(shown):
    frame = pd.DataFrame({"oos_r2": [0.2]}, index=pd.Index([12], name="months_ahead"))
    (bundle,) = shown(table, frame, "Forecasts", units={"oos_r2": "percent"})
    assert "out-of-sample R²" in bundle["text/html"]
    assert "oos" not in bundle["text/html"]
    assert bundle[TABLE_MIME]["columns"] == ["months ahead", "oos r2"]


def test_the_tests_table_prints_both_questions_of_each_claim(shown):
    ids = list(load_claims())
    (bundle,) = shown(tables.tests, ids)
    table_cells = [
        "".join(cell.itertext())
        for cell in ElementTree.fromstring(bundle["text/html"]).iter()
        if cell.tag in ("th", "td")
    ]
    rows = [table_cells[at : at + 7] for at in range(7, len(table_cells), 7)]
    lines = [(claim, *one) for claim in map(load_claim, ids) for one in claim.lines.items()]
    for row, (claim, name, line) in zip(rows, lines, strict=True):
        assert row[:2] == [f"{claim.id}. {claim.claim}", QUESTIONS[name]]
        assert row[4:] == [line.true_if, line.false_if, line.fixed]
        assert line.statistic in row[2]
        if line.smallest_effect is not None:
            assert f"{number(line.smallest_effect)} {line.unit}" in row[3]


def test_a_source_line_names_publisher_series_and_vintage():
    entry = data.catalog()["fed_funds"]
    line = source_text(["fed_funds", "Goldman Sachs, January 2026", "fed_funds"])
    assert (
        line
        == f"Source: {entry.publisher}: {entry.title} (fed_funds) [{entry.vintage}] · Goldman Sachs, January 2026."
    )


def test_a_source_line_of_an_information_set_names_what_was_used():
    info = data.Information("2026-02-16")
    with pytest.raises(DataError, match="No source"):
        source_text(info)
    info.load("cpi")
    assert "US Bureau of Labor Statistics: Consumer price index, all items" in source_text(info)


def test_an_estimate_is_written_with_the_decimals_of_its_interval():
    assert alike([26.31, -4.72, 81.44]) == ["26.3", "−4.7", "81.4"]
    assert alike([-0.0004, 1.25]) == ["0.00", "1.25"]
    assert alike([12345.6, 2.0]) == ["12,346", "2"]
    assert alike([1e-9, 2e-9]) == [number(1e-9), number(2e-9)]
    assert alike([0.0, 0.0]) == ["0", "0"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("in 2026-05, after 2025-12.", "in May 2026, after December 2025."),
        ("from 1969-01 to 2012-12", "from January 1969 to December 2012"),
        ("2004-06", "2004-06"),  # may be a span of years
        ("1926-35, 2024-25, 2026-00", "1926-35, 2024-25, 2026-00"),
        ("2026-02-31 and cards_2026-02", "2026-02-31 and cards_2026-02"),
    ],
)
def test_months_are_spelled_where_they_cannot_be_spans_of_years(written, read):
    assert typeset(written) == read
