"""The examination of the earnings handoff: its verdicts, its sources, and everything that was not yet known."""

import re
import tokenize
from pathlib import Path

import pandas as pd
import pytest

from declared_defaults import assert_defaults_are_declared
from helpers import data
from helpers.errors import ParameterError
from helpers.report.figures import earnings as figures
from helpers.topics import earnings
from helpers.topics.earnings.forecast import DEFINITIONS
from helpers.trial import load_claim, load_line
from verdict_words import words

ARTICLE = "2026-02-16"


def evidence_of(examination):
    return [
        (load_line(claim, line), found)
        for claim, answer in examination.answers.items()
        for line in load_claim(claim).lines
        if (found := getattr(answer, line)) is not None
    ]


def test_both_lines_of_each_claim_on_the_articles_date(found):
    assert words(found.answers) == {
        ("E1", "stated"): "false",
        ("E2", "stated"): "true in part",
        ("E3", "stated"): "false",
        ("E4", "stated"): "true in part",
        ("E4", "used"): "evidence for",
        ("E5", "stated"): "true in part",
        ("E6", "stated"): "true in part",
        ("E6", "used"): "not yet known",
    }


def test_each_line_opens_with_a_number_in_plain_words(found):
    for line, evidence in evidence_of(found):
        first = evidence.note.split(". ")[0]
        assert any(sign.isdigit() for sign in first), line.estimand
        assert len(first) < 200, first


@pytest.fixture(scope="module")
def few(info):
    return earnings.examine(info, draws=100)


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_the_definition_chosen_is_the_small_cap_growth_on_trial(info, few, definition):
    found = earnings.examine(info, definition=definition, draws=100)
    assert found.forecast is found.forecast_of(definition)
    mine = found.chances[found.chances["definition"] == definition]
    assert found.answers["E6"].used.estimate == mine["lead"].iloc[0] == found.forecast.chance()
    assert definition in found.definitions
    assert few.answers_by(definition) == found.answers


def test_each_card_says_what_was_read_for_it(found):
    read = {
        (claim, line): set(getattr(answer, line).sources)
        for claim, answer in found.answers.items()
        for line in load_claim(claim).lines
    }
    quoted = {"earnings_growth", "consensus_record"}
    assert read == {
        ("E1", "stated"): quoted,
        ("E2", "stated"): quoted,
        ("E3", "stated"): quoted,
        ("E4", "stated"): quoted,
        ("E4", "used"): quoted,
        ("E5", "stated"): quoted | {"exposures_by_rank", "consensus_pe"},
        ("E6", "stated"): quoted,
        ("E6", "used"): quoted | {"consensus_pe"},
    }
    assert all(one.vintage for _, one in evidence_of(found))


def test_tables_carry_their_sources(found):
    for part in (
        "quotations_of_year",
        "universes",
        "slowdown",
        "base_effect",
        "quarters",
        "chances",
        "refusals",
        "split_definitions",
    ):
        assert [one.name for one in getattr(found, part).attrs["sources"]], part
    slower = {one.name for one in found.slowdown.attrs["sources"]}
    assert slower == {"earnings_growth", "consensus_record"}


def test_units_are_those_of_the_claims(found):
    for line, evidence in evidence_of(found):
        assert evidence.unit == line.unit


def test_the_article_s_numbers_are_read_never_typed():
    """Neither its two growth rates nor their gap stand in the code of the topic or of its figures."""
    claimed = [load_claim(claim).claimed_number for claim in ("E1", "E2")]
    forbidden = {*claimed, claimed[0] - claimed[1]}
    files = [*Path(earnings.__file__).parent.glob("*.py"), Path(figures.__file__)]
    assert len(files) > 10
    for path in files:
        with path.open("rb") as file:
            tokens = list(tokenize.tokenize(file.readline))
        numbers = {
            float(one.string) for one in tokens if re.fullmatch(r"\d[\d_]*\.?\d*", one.string)
        }
        assert not numbers & forbidden, path.name
        assert not re.search("nineteen|twelve and a half", path.read_text("utf-8")), path.name


# --- nothing later enters -------------------------------------------------------------------------------


def test_a_wrong_future_changes_nothing(found, wrong_future):
    true = found.quotations, found.chances, found.payoff.predictive, found.misses
    answers = found.answers
    with wrong_future(ARTICLE):
        again = earnings.examine(data.Information(ARTICLE), draws=5000)
        assert again.answers == answers
        for ours, theirs in zip(
            (again.quotations, again.chances, again.payoff.predictive, again.misses),
            true,
            strict=True,
        ):
            pd.testing.assert_frame_equal(ours, theirs)


@pytest.mark.parametrize("as_of", ["2020-03-01", "2022-01-15", "2024-06-30"])
def test_what_speaks_of_2026_was_not_yet_sayable_before_anyone_did(as_of):
    early = earnings.examine(data.Information(as_of), draws=1000)
    assert set(words(early.answers).values()) == {"not yet sayable"}
    assert not early.knows("forecast")


def test_half_a_year_before_the_article_each_line_says_what_was_known():
    early = earnings.examine(data.Information("2025-06-30"), draws=1000)
    assert words(early.answers) == {
        ("E1", "stated"): "no source found",
        ("E2", "stated"): "no source found",  # RBC's 13.47, second hand
        ("E3", "stated"): "false",
        ("E4", "stated"): "true in part",
        ("E4", "used"): "undecided",
        ("E5", "stated"): "no source found",
        ("E6", "stated"): "no source found",
        ("E6", "used"): "not testable",
    }
    assert "Second hand: 13.47." in early.answers["E2"].stated.note


def test_a_quotation_counts_from_the_day_it_was_known():
    """First Trust's page of 29 January 2026 is the first to give both sides of the profit-screened index first hand."""
    eve, day = (
        earnings.examine(data.Information(text), definition="profit_screened_index", draws=100)
        for text in ("2026-01-28", "2026-01-29")
    )
    assert "No first-hand page" in eve.answers["E6"].used.not_testable
    assert day.forecast.pairs["small"].tolist() == [19.0, 15.4]


def test_an_unknown_definition_is_refused_with_the_known_ones(info, few):
    for ask in (few.answers_by, lambda one: earnings.examine(info, definition=one)):
        with pytest.raises(ParameterError, match="definition is 'median'; use one of index_with"):
            ask("median")


def test_the_defaults_are_those_of_the_notebook():
    assert_defaults_are_declared(earnings.examine, "02_earnings_handoff")
