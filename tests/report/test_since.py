"""What became of the claims: shown for the eye and for the scoreboard, in a column of its own where it was scored."""

import datetime as dt
import re
from html import unescape

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers import report
from helpers.data import Information
from helpers.data.dates import in_words
from helpers.report.card import NOT_PUT
from helpers.report.html import index_page
from helpers.report.summary import NOT_SCORED, SINCE_THEN, answer, tables_by_section
from helpers.trial.claims import load_claim, load_claims
from helpers.trial.evidence import Evidence, Outcome
from helpers.trial.ledger import SINCE_MIME, open_scoreboard, scoreboard


def synthetic(claim_id, *holds, note="It rose by <2.5> percent. More.") -> Outcome:
    since = load_claim(claim_id).since
    parts = dict(zip(since.parts, holds, strict=True))
    found = Evidence(unit=since.unit, method="m", interval="none", estimate=2.5, checks=parts, note=note)  # fmt: skip
    return Outcome("It stood at <b>1</b>.", found)


OUTCOMES = {
    "R6": synthetic("R6", False),
    "F1": synthetic("F1", True, False),
    "F3": Outcome("Nothing.", Evidence.untestable("The year is not over.")),
}
DAYS = {"as_of": dt.date(2026, 2, 16), "evaluate_on": dt.date(2026, 10, 1)}


@pytest.fixture
def output(shown) -> dict:
    (output,) = shown(report.since, OUTCOMES, **DAYS)
    return output


@pytest.fixture
def rows(output, tmp_path) -> list[dict]:
    cell = new_code_cell(outputs=[new_output("display_data", output)])
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "07_outlook.ipynb")
    return open_scoreboard(str(tmp_path))


def test_each_claim_says_what_was_known_what_happened_and_the_word(output):
    html = output["text/html"]
    assert "Known by 16 February 2026, and what happened by 1 October 2026" in html
    items = re.findall(r"<li class=\"gr-([\w-]+)\">(.*?)</li>", html, re.DOTALL)
    assert [word for word, _ in items] == ["did-not-come-true", "so-far-in-part", "no-figure-yet"]
    bullish = items[1][1]
    assert load_claim("F1").claim in bullish
    assert "It stood at &lt;b&gt;1&lt;/b&gt;." in bullish
    assert "It rose by &lt;2.5&gt; percent. More." in bullish
    assert "The reason given does not hold: the policy rate stayed unchanged." in bullish
    assert items[2][1].count("The year is not over.") == 1
    for claim, (_, item) in zip(OUTCOMES, items, strict=True):
        rule = load_claim(claim).since
        assert "Written down after the outcome was published." in item
        assert f"As claimed if: {rule.true_if}" in unescape(item)
        assert in_words(rule.until) in item
    assert output["text/plain"].splitlines()[2] == "F3: no figure yet. The year is not over."


def test_the_machine_reads_the_same_as_the_eye(output, rows):
    stored = output[SINCE_MIME]
    assert (stored["as_of"], stored["evaluate_on"]) == ("2026-02-16", "2026-10-01")
    found = {row["id"]: row["since"] for row in rows if row["since"]}
    assert list(found) == list(OUTCOMES)
    for claim, since in found.items():
        assert since["word"] == stored["claims"][claim]["word"]
        assert since["note"] == OUTCOMES[claim].since.note
    assert found["F1"]["mechanism"] == {"the policy rate stayed unchanged": False}


def test_the_index_has_a_column_for_it_and_no_line_changes(rows):
    html, before = index_page(rows, [], {}), index_page(scoreboard({}), [], {})
    assert SINCE_THEN not in before
    assert "data-since" not in before
    assert f'<th role="columnheader" scope="col">{SINCE_THEN}</th>' in html
    assert f"<h3>{SINCE_THEN}, to 1 October 2026</h3>" in html
    row = re.search(r'<tr [^>]*id="row-F1">.*?</tr>', html, re.DOTALL)[0]
    assert 'data-since="so far in part"' in row
    assert "It rose by &lt;2.5&gt; percent." in row
    assert "More." not in row
    assert NOT_SCORED in re.search(r'<tr [^>]*id="row-R1">.*?</tr>', html, re.DOTALL)[0]
    assert html.count("data-since=") == len(load_claims())
    chain = re.compile(r'<section class="gr-chain".*?</section>', re.DOTALL)
    assert chain.search(html)[0] == chain.search(before)[0]


def test_the_tables_and_the_page_of_words_gain_it_and_nothing_else(rows):
    tables, before = tables_by_section(rows), tables_by_section(scoreboard({}))
    for section, table in tables.items():
        assert table.drop(columns=SINCE_THEN).equals(before[section])
    outlook = tables["Outlook"].set_index("Claim")[SINCE_THEN]
    assert outlook.iloc[0] == "So far in part. It rose by <2.5> percent."
    assert outlook.iloc[2] == "No figure yet. The year is not over."
    assert NOT_PUT["used"] not in outlook.tolist()
    assert answer(rows) == answer(scoreboard({}))  # no line was tried


def test_the_words_are_counted_at_the_end_of_the_page(rows):
    true = {"word": "true", "note": "So."}
    tried = [row | {"stated": row["stated"] and row["stated"] | true} for row in rows]
    assert answer(tried).endswith(
        "Since then, to 1 October 2026: 1 did not come true, 1 so far in part, 1 no figure yet."
    )


def test_the_foot_names_the_figures_of_both_doors_apart(shown):
    then, later = (Information(day) for day in ("2026-02-16", "2026-10-01"))
    then.load("iwm"), later.load("cpi")
    (output,) = shown(report.provenance, then, {"as_of": "2026-02-16"}, later)
    bundle = output[report.PROVENANCE_MIME]
    assert [one["name"] for one in bundle["series"]] == ["iwm"]
    assert [one["name"] for one in bundle["since"]["series"]] == ["cpi"]
    html = output["text/html"]
    assert "Nothing known after 16 February 2026" in html
    assert "What happened since, from figures known by 1 October 2026" in html
    (alone,) = shown(report.provenance, then, {"as_of": "2026-02-16"})
    assert "since" not in alone[report.PROVENANCE_MIME]
    assert "What happened since" not in alone["text/html"]
