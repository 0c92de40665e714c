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
from helpers.trial import load_claim, verdict

ARTICLE = "2026-02-16"


def word(examination, claim):
    return verdict(load_claim(claim), examination.evidence[claim]).word


def test_verdicts_on_the_articles_date(found):
    assert {claim: word(found, claim) for claim in found.evidence} == {
        "E1": "not detectable",
        "E2": "not detectable",
        "E3": "contradicted",
        "E4": "contradicted",
        "E5": "not detectable",
    }


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_the_definition_chosen_is_the_small_cap_growth_on_trial(info, definition):
    found = earnings.examine(info, definition=definition, draws=100)
    assert found.small is getattr(found, definition)
    assert found.evidence["E1"].estimate == getattr(found, definition).corrected
    assert definition in found.definitions


def test_each_card_says_what_was_read_for_it(found):
    read = {claim: set(one.sources) for claim, one in found.evidence.items()}
    quoted = {"earnings_growth", "consensus_record"}
    assert read == {
        "E1": quoted | {"consensus_pe"},
        "E2": quoted | {"eps_growth_yoy_pct"},
        "E3": quoted,
        "E4": quoted,
        "E5": quoted | {"exposures_by_rank"},
    }
    assert all(one.vintage for one in found.evidence.values())


def test_tables_carry_their_sources(found):
    for part in ("quotations_of_year", "slowdown", "refusals", "split_definitions"):
        assert [one.name for one in getattr(found, part).attrs["sources"]], part
    slower = {one.name for one in found.slowdown.attrs["sources"]}
    assert slower == {"earnings_growth", "consensus_record"}


def test_units_are_those_of_the_claims(found):
    for claim, evidence in found.evidence.items():
        assert evidence.unit == load_claim(claim).unit


def test_the_article_s_numbers_are_read_never_typed():
    """Neither its two growth rates nor their gap stand in the code of the topic or of its figures."""
    claimed = [load_claim(claim).claimed_number for claim in ("E1", "E2")]
    forbidden = {*claimed, claimed[0] - claimed[1]}
    files = [*Path(earnings.__file__).parent.glob("*.py"), Path(figures.__file__)]
    assert len(files) > 10
    for path in files:
        with path.open("rb") as file:
            tokens = list(tokenize.tokenize(file.readline))
        numbers = {float(one.string) for one in tokens if re.fullmatch(r"[\d_]+\.?\d*", one.string)}
        assert not numbers & forbidden, path.name
        assert not re.search("nineteen|twelve and a half", path.read_text("utf-8")), path.name


# --- nothing later enters -------------------------------------------------------------------------------


def test_a_wrong_future_changes_nothing(found, wrong_future):
    true = found.evidence, found.lead, found.quotations, found.payoff.predictive, found.misses
    with wrong_future(ARTICLE):
        again = earnings.examine(data.Information(ARTICLE), draws=5000)
        assert (again.evidence, again.lead) == true[:2]
        for ours, theirs in zip(
            (again.quotations, again.payoff.predictive, again.misses), true[2:], strict=True
        ):
            pd.testing.assert_frame_equal(ours, theirs)


@pytest.mark.parametrize("as_of", ["1990-01-01", "2024-06-30"])
def test_before_the_forecasts_each_claim_says_why_it_cannot_be_tried(as_of):
    early = earnings.examine(data.Information(as_of), draws=1000)
    for claim, one in early.evidence.items():
        assert word(early, claim) == "not testable", claim
        assert len(one.not_testable) > 20
    assert not early.knows("lead")
    assert early.reason("lead") == early.evidence["E1"].not_testable


def test_a_quotation_counts_from_the_day_it_was_known():
    """First Trust's page of 29 January 2026 is the first to give growth of the profit-screened index first hand."""
    eve, day = (
        earnings.examine(data.Information(text), definition="profit_screened_index", draws=100)
        for text in ("2026-01-28", "2026-01-29")
    )
    assert "Only second-hand" in eve.evidence["E1"].not_testable
    assert day.small.published == (15.4, 19.0)


def test_an_unknown_definition_is_refused_with_the_known_ones(info):
    with pytest.raises(ParameterError, match="profit_screened_index"):
        earnings.examine(info, definition="median")


def test_the_defaults_are_those_of_the_notebook():
    assert_defaults_are_declared(earnings.examine, "02_earnings_handoff")
