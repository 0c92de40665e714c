"""The bank claims as a whole: words at several dates, no look into the future, sources as read."""

import pytest

from declared_defaults import assert_defaults_are_declared
from helpers import data
from helpers.topics import banks
from verdict_words import word_pairs

WORDS = {
    "2026-02-16": {
        "W1": ("true in part", "undecided"),
        "W2": ("true", "undecided"),
        "W3": ("false", None),
        "W4": ("true in part", "not testable"),
    },
    "2025-06-30": {
        "W1": ("true in part", "undecided"),
        "W2": ("true", "undecided"),
        "W3": ("false", None),
        "W4": ("no source found", "not testable"),
    },
    "2024-06-30": {
        "W1": ("not yet sayable", "not yet sayable"),
        "W2": ("no source found", "undecided"),
        "W3": ("false", None),
        "W4": ("no source found", "not testable"),
    },
    "2020-03-01": {
        "W1": ("not yet sayable", "not yet sayable"),
        "W2": ("no source found", "undecided"),
        "W3": ("false", None),
        "W4": ("no source found", "not testable"),
    },
    "1990-01-01": {
        "W1": ("not yet sayable", "not yet sayable"),
        "W2": ("no source found", "not testable"),
        "W3": ("false", None),
        "W4": ("no source found", "not testable"),
    },
}


@pytest.mark.parametrize("as_of", WORDS)
def test_words_at_each_date(at, as_of):
    assert word_pairs(at(as_of).answers) == WORDS[as_of]


PARTS = (
    "lead_table", "beyond_exposures", "industries", "sizes", "response_table", "easings", "steepenings",
    "margin_changes", "own_margins", "loan_places", "deals",
)  # fmt: skip


@pytest.mark.parametrize("as_of", ["2026-02-16", "2025-06-30", "2020-03-01"])
def test_nothing_known_later_enters(at, wrong_future, as_of):
    with wrong_future(as_of):
        spoiled = banks.examine(data.Information(as_of))
        answers = spoiled.answers
        parts = {part: getattr(spoiled, part) for part in PARTS if spoiled.knows(part)}
    assert answers == at(as_of).answers
    assert set(parts) == {part for part in PARTS if at(as_of).knows(part)}
    for part, frame in parts.items():
        assert frame.equals(getattr(at(as_of), part)), part


def test_sources_are_those_that_were_read(found):
    used = {claim: answer.used.sources for claim, answer in found.answers.items() if answer.used}
    assert {"industries_monthly", "mkt_rf", "smb", "rf", "kre"} <= set(used["W1"])
    assert used["W2"] == (
        "nim_all", "nim_under_1b", "nim_1b_15b", "nim_over_15b", "tbill_3m", "treasury_10y",
    )  # fmt: skip
    assert found.answers["W3"].stated.sources == (
        "sloos_demand_small", "ci_loans", "cpi", "sloos_tightening_large",
    )  # fmt: skip


def test_why_a_part_was_not_known_is_told(at):
    early = at("2024-06-30")
    assert "No cut had been announced by 2024-06-30" in early.reason("leads")
    assert "No cut had been announced" in early.reason("margin_changes")
    long_before = at("1990-01-01")
    assert "No margin of KeyCorp or Huntington" in long_before.reason("own_margins")
    assert "60 are needed" in long_before.reason("responses")
    assert "No page known at this date counts bank deals" in long_before.reason("deals")


def test_defaults_are_those_of_the_notebook():
    assert_defaults_are_declared(
        banks.examine, "05_winners_and_losers", "act_months", "extreme", "horizon"
    )
