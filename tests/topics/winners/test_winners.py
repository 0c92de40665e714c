"""The second half of notebook 05 as a whole: words by date, sources, and a future that cannot be seen."""

import pytest

from declared_defaults import assert_defaults_are_declared
from helpers import data
from helpers.topics import winners
from verdict_words import word_pairs


def test_verdicts_on_the_articles_date(found):
    assert word_pairs(found.answers) == {
        "W5": ("true in part", "undecided"),
        "W6": ("true in part", "not testable"),
        "W7": ("true in part", "not yet known"),
        "W8": ("open", "undecided"),
    }


def test_before_the_policy_the_sentences_could_not_be_said(before):
    assert word_pairs(before.answers) == {
        "W5": ("not yet sayable", "not yet sayable"),
        "W6": ("not yet sayable", "not yet sayable"),
        "W7": ("not yet sayable", "not yet sayable"),
        "W8": ("open", "undecided"),
    }


def test_each_card_names_what_was_read_for_it(found):
    read = {claim: set(answer.used.sources) for claim, answer in found.answers.items()}
    assert read["W5"] == {
        "mkt_rf", "smb", "rf", "industries_monthly", "industries_equal_weighted_monthly", "onshoring",
    }  # fmt: skip
    assert {"factory_vintages", "manufacturing_construction"} <= set(
        found.answers["W5"].stated.sources
    )
    assert read["W6"] == {"rklb", "spy", "market_moves"}
    assert read["W7"] == {"industries_monthly", "iwm", "qqq", "xli", "market_moves"}
    assert {"top_decile_share", "hi10", "lo30", "med40"} <= read["W8"]


@pytest.mark.parametrize("as_of", ["2022-01-15", "2025-06-30", "2026-02-16"])
def test_nothing_known_later_enters(as_of, wrong_future):
    right = winners.examine(data.Information(as_of))
    answers, table = right.answers, None
    if right.onshoring.knows("after_acts"):
        table = right.onshoring.after_acts
    with wrong_future(as_of):
        wrong = winners.examine(data.Information(as_of))
        assert wrong.answers == answers
        if table is not None:
            assert wrong.onshoring.after_acts.equals(table)


def test_notes_are_a_sentence_or_three(found):
    for claim, answer in found.answers.items():
        for evidence in (answer.stated, answer.used):
            assert evidence.note.endswith("."), claim
            assert len(evidence.note) < 460, claim


def test_defaults_are_those_of_the_notebook():
    assert_defaults_are_declared(winners.examine, "05_winners_and_losers", "lags", "after")
