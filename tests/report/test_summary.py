"""The answer says what the scoreboard says, and nothing else."""

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.report.card import NOT_PUT
from helpers.report.figures.scoreboard import COLOURS, MARKERS, plot_estimates
from helpers.report.finding import in_a_sentence
from helpers.report.marks import SYMBOLS
from helpers.report.summary import (
    answer,
    changes,
    headline,
    how_they_fared,
    is_tried,
    opening,
    table_changes,
    table_section,
    table_tests,
    tables_by_section,
    what_if,
)
from helpers.report.text import first_sentence
from helpers.trial.claims import QUESTIONS, load_chain, load_claim, load_claims
from helpers.trial.ledger import scoreboard
from helpers.trial.rules import SINCE, USED, WORDS


def card(**lines) -> dict:
    """A synthetic card with evidence on one line or both."""
    told = {
        name: {"evidence": {"unit": "percent", "method": "synthetic", **evidence}}
        for name, evidence in lines.items()
    }
    return {"as_of": "2026-02-16", **told}


FACT = {"interval": "none"}
MEAN = {"estimate": 9.0, "ci_low": 6.0, "ci_high": 12.0, "n": 120, "n_effective": 12, "p": 0.001}
BLUNT = MEAN | {"ci_low": -20.0, "ci_high": 38.0, "p": 0.4, "mde": 45.0}
CARDS = {
    "R4": card(stated=FACT | {"estimate": 175.0}),
    "R2": card(stated=FACT | {"found": "5.25-5.50"}),
    "D2": card(
        stated={"checks": {"a": True, "b": False}, "note": "One of two rose by 9.5 percent. And so on."},
        used={"estimate": 4.0, "ci_low": 1.0, "ci_high": 8.0, "interval": "parameters", "share": 0.05},
    ),
    "M2": card(stated={"checks": {"a": True}}, used=MEAN),
    "M3": card(stated={"checks": {"a": None}}, used=BLUNT),
    "H1": card(stated={"checks": {"a": True}}, used=FACT),
}  # fmt: skip


@pytest.fixture
def board() -> list[dict]:
    return scoreboard(CARDS)


def setting(value, default, unit="months"):
    return {"value": value, "default": default, "unit": unit}


def test_changed_and_mixed_settings_are_told_by_notebook():
    cards = {
        "M1": card(stated=MEAN)
        | {"settings": {"horizon": setting(24, 12), "seed": setting(7, 1926, "seed")}},
        "M5": card(stated=MEAN)
        | {"settings": {"horizon": setting(12, 12), "draws": setting(1000, 1000, "draws")}},
        "E1": card(stated=MEAN) | {"settings": {"seed": setting(8, 2026, "seed")}},
    }
    names = [load_claim(claim).notebook for claim in ("M1", "M5", "E1")]
    told = changes(scoreboard(cards))
    assert (
        f"**Changed assumptions.** {names[0]} ran with `horizon` = 24 (default 12); `seed` = 7 (default 1926)."
        in told
    )
    assert f"**Other random draws.** {names[2]} ran with `seed` = 8 (default 2026)." in told
    assert f"**Mixed assumptions.** `horizon` is 24 in {names[0]}, 12 in {names[1]}." in told
    assert len(told.split("\n\n")) == 3


def test_a_board_of_defaults_tells_no_change(board):
    assert changes(board) == ""


def test_nothing_tried_gives_no_counts():
    untried = scoreboard({})
    assert answer(untried).startswith(f"None of the {len(load_claims())} claims has been tried")
    assert opening(untried) == answer(untried)
    assert how_they_fared(untried) == ""


def test_the_headline_counts_the_words_of_each_line(board):
    assert headline(board) == (
        f"Of {len(load_claims())} claims, 6 were tried on figures known by 16 February 2026. "
        "As stated: 3 true, 1 true in part, 1 false, 1 no source found. "
        "As used: 1 strong evidence for, 1 undecided, 1 strong evidence against, 1 not testable."
    )


SAYS = f"{load_claim('F1').claim.rstrip('.')}, says a market article of mid-February 2026. "


def test_the_opening_says_where_the_chain_breaks_what_was_found_there_and_why(board):
    debt = {row["id"]: row for row in board}["D2"]
    assert opening(board) == (
        f"{SAYS}**The chain breaks at “Debt costs fell sharply” (D2: strong evidence against).**\n\n"
        f"Found: 4 percent (1 to 8). {first_sentence(debt['used']['reason'])} "
        f"[Card of D2]({debt['notebook']}.ipynb#card-D2)"
    )


@pytest.mark.parametrize("broken", load_chain(), ids=lambda link: link.bears)
def test_the_opening_follows_the_break_and_tells_what_became_of_it_and_of_the_conclusion(broken):
    rows = {row["id"]: row for row in scoreboard({})}
    for link in load_chain():
        word = "undecided" if link is broken else "evidence for"
        for name in ("stated", "used"):
            if rows[link.bears][name] is not None:
                stated = "false" if link is broken else "true"
                rows[link.bears][name] |= {
                    "word": stated if name == "stated" else word,
                    "note": f"{link.bears} as {name}. More.",
                    "reason": f"Why {link.bears}. More.",
                }
        went = {"word": "so far against", "note": f"{link.bears} went. More.", "reason": ""}
        rows[link.bears]["since"] = went | {"evaluate_on": "2026-10-01"}
    last = load_chain()[-1]
    name = "stated" if rows[broken.bears]["used"] is None else "used"
    word = rows[broken.bears][name]["word"]
    assert opening(list(rows.values())) == (
        f"{SAYS}**The chain breaks at “{broken.name}” ({broken.bears}: {word}).**\n\n"
        f"{broken.bears} as {name}. Why {broken.bears}. "
        f"[Card of {broken.bears}]({rows[broken.bears]['notebook']}.ipynb#card-{broken.bears})\n\n"
        "**Since then, to 1 October 2026.** "
        + " ".join(
            f"“{link.name}” ({link.bears}): *so far against*. {link.bears} went."
            for link in dict.fromkeys((broken, last))
        )
    )


def test_the_opening_counts_what_has_an_answer_where_the_chain_has_none():
    tried = {one: CARDS[one] for one in ("D2", "M2")}
    counted = f"Of {len(load_claims())} claims, 2 were tried on figures known by 16 February 2026."
    for failed, word in ((set(), "not tried yet"), ({load_claim("R4").notebook}, "failed")):
        told = opening(scoreboard(tried, failed))
        assert told.startswith(
            f"{SAYS}**The chain cannot be followed past “Rates fell” (R4: {word}).**\n\n{counted}"
        )
        assert ("because the notebook failed" in told) == bool(failed)
        assert "Since then" not in told


@given(st.lists(st.sampled_from(sorted(CARDS)), unique=True))
def test_every_answered_line_is_counted_once(claims):
    rows = scoreboard({claim: CARDS[claim] for claim in claims})
    told = how_they_fared(rows)
    counted = sum(map(int, re.findall(r"(\d+) [a-z]", told)))
    assert counted == sum(len(CARDS[claim]) - 1 for claim in claims)
    assert sum(map(is_tried, rows)) == len(claims)


def test_what_failed_is_called_failed_and_counts_as_no_answer(board):
    debt = load_claim("D1").notebook
    stopped = scoreboard({}, failed={debt})
    claims = [row["id"] for row in stopped if row["notebook"] == debt]
    assert headline(stopped) == (
        f"None of the {len(load_claims())} claims has an answer. "
        f"{len(claims)} claims have no answer, because the notebook failed."
    )
    for row in board:
        if row["id"] == "E1":
            row["stated"]["word"] = "failed"
    assert "6 were tried" in headline(board)
    assert "1 claim has no answer" in headline(board)
    assert "**Failed**\n\n- Russell 2000 earnings grow by 19 percent in 2026 (E1)" in answer(board)
    assert "E1" not in table_changes(board)["Claim"].str[:2].tolist()


def test_each_tried_claim_stands_under_its_heading(board):
    parts = answer(board).split("\n\n")
    assert parts[1].startswith(
        "The chain breaks at “Debt costs fell sharply” (D2: strong evidence against)"
    )
    lists = dict(itertools.pairwise(parts))
    assert lists["**True**"] == (
        "- Cuts add up to 175 basis points (R4)\n"
        "- A small-cap rotation, a change of regime, is under way in early 2026 (M2)\n"
        "- The end of the Nifty Fifty led to nearly ten years of small-cap outperformance (H1)"
    )
    claims = {claim: load_claim(claim).claim.rstrip(".") for claim in ("R2", "D2", "M2")}
    less = lists["**Sentences that are false, or true in part**"]
    assert less == (
        f"- **{claims['R2']}** (R2): *false*. Found: 5.25-5.50 percent.\n"
        f"- **{claims['D2']}** (D2): *true in part*. One of two rose by 9.5 percent."
    )
    carries = lists["**What carries the argument**"]
    assert (
        carries == f"- **{claims['M2']}** (M2): *strong evidence for*. Found: 9 percent (6 to 12)."
    )
    against = lists["**What speaks against it**"]
    assert against.startswith(f"- **{claims['D2']}** (D2): *strong evidence against*. ")
    claims = {claim: load_claim(claim).claim.rstrip(".") for claim in ("M3", "H1", "E1")}
    assert lists["**Undecided**"] == f"- {claims['M3']} (M3)"
    assert lists["**Not testable**"] == f"- {claims['H1']} (H1)"
    assert f"- {claims['E1']} (E1)" in lists["**Not tried yet**"].splitlines()


def test_a_finding_is_one_sentence_of_the_note_the_number_or_the_reason(board):
    rows = {row["id"]: row for row in board}
    assert in_a_sentence(rows["D2"]["stated"]) == "One of two rose by 9.5 percent."
    assert in_a_sentence(rows["R4"]["stated"]) == "Found: 175 percent."
    assert in_a_sentence(rows["H1"]["used"]) == first_sentence(load_claim("H1").used.reason)
    assert in_a_sentence(rows["E1"]["stated"]) == ""
    untried = tables_by_section(board)["Earnings"].iloc[0]
    assert untried[QUESTIONS["stated"]] == "Not tried yet."


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It rose by 3.3 times. Then it fell.", "It rose by 3.3 times."),
        ("The U.S. Bureau says so. It does.", "The U.S. Bureau says so."),
        ("Two e.g. three. “Four” follows.", "Two e.g. three."),
        ("One figure (Office, No. 25-1). More.", "One figure (Office, No. 25-1)."),
        ("Did it? Yes.", "Did it?"),
        ("One sentence", "One sentence"),
        ("", ""),
    ],
)
def test_a_sentence_ends_where_a_reader_would_say(text, first):
    assert first_sentence(text) == first


def test_tables_cover_the_claims_they_name(board):
    sections = tables_by_section(board)
    assert {name.lower() for name in sections} == {
        claim.section for claim in load_claims().values()
    }
    claims = pd.concat(sections.values()).set_index("Claim")
    assert len(claims) == len(load_claims())
    row = claims.loc[f"D2. {load_claim('D2').claim}"]
    assert row[QUESTIONS["stated"]] == "True in part. One of two rose by 9.5 percent."
    assert row[QUESTIONS["used"]] == "Strong evidence against. Found: 4 percent (1 to 8)."
    record = claims.loc[f"R4. {load_claim('R4').claim}"]
    assert record[QUESTIONS["used"]] == NOT_PUT["used"]
    inference = claims.loc[f"P2. {load_claim('P2').claim}"]
    assert inference[QUESTIONS["stated"]] == NOT_PUT["stated"]
    assert claims.loc[f"M2. {load_claim('M2').claim}"]["n (independent)"] == "120 (12)"
    twice = [claim for claim in ("D2", "M2", "M3", "H1") for _ in QUESTIONS]
    assert table_changes(board)["Claim"].str[:2].tolist() == ["R2", "R4", *twice]
    section = table_section(board, section="debt")
    assert section["Claim"].str[:2].tolist() == ["D1", "D2", "D2", "D3", "D3"]


def test_the_primary_tests_stand_by_strength_with_the_p_value_that_counts_all_of_them(board):
    tests = table_tests(board)
    planned = sum(claim.has_p_value for claim in load_claims().values())
    assert tests["Claim"].str[:2].tolist() == ["M2", "M3"]
    assert tests["p, adjusted"].tolist() == [f"{0.001 * planned:.3f}", "too blunt"]
    assert tests["Smallest detectable effect"].tolist() == ["", "45 percent"]
    assert table_tests(scoreboard({})).empty


def test_the_picture_places_each_inference_with_its_shape(board):
    ax = plot_estimates(board)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert sorted(names) == ["D2", "M2", "M3"]
    height = dict(zip(names, ax.get_yticks(), strict=True))
    words = {row["id"]: row["used"]["word"] for row in board if row["used"]}
    drawn = {container.get_label(): container for container in ax.containers}
    assert set(drawn) == {words[name] for name in names}
    for name in names:
        fixed = load_claim(name).used
        line = drawn[words[name]].lines[0]
        where = list(line.get_ydata()).index(height[name])
        expected = {"D2": 4.0, "M2": 9.0, "M3": 9.0}[name] / fixed.smallest_effect
        assert line.get_xdata()[where] == pytest.approx(fixed.direction * expected)
        assert line.get_marker() == MARKERS[words[name]]
    key = {text.get_text() for text in ax.get_legend().get_texts()}
    assert key == {*drawn, "would matter"}
    assert ax.figure.get_label() == (
        "2 of 3 estimates reach the size that would matter, 1 of them with the whole interval; "
        "0 lie on the other side of zero."
    )


def test_an_interval_is_cut_where_the_picture_ends():
    wide = {"M2": card(used=MEAN | {"ci_low": -500.0, "ci_high": 500.0})}
    ax = plot_estimates(scoreboard(wide))
    (segment,) = ax.containers[0].lines[2][0].get_segments()
    assert np.ptp(segment[:, 0]) == 16
    assert ax.get_xlim()[1] > 8


def test_a_picture_without_estimates_is_refused():
    with pytest.raises(ValueError, match="Run a notebook first"):
        plot_estimates(scoreboard({}))


def test_every_word_has_a_shape_and_a_colour_and_those_in_order_have_shapes_of_their_own():
    words = {*WORDS["stated"], *WORDS["used"]}
    assert set(COLOURS) == words
    assert set(SYMBOLS) == words | set(SINCE)
    ordered = [
        word for name in WORDS for word in WORDS[name] if word not in ("open", "not yet known")
    ]
    assert len({SYMBOLS[word] for word in ordered}) == len(set(ordered))
    assert len({SYMBOLS[word] for word in SINCE}) == len(SINCE)
    filled = {(MARKERS[word], word.startswith("strong")) for word in USED}
    assert len(filled) == len(USED)


def test_a_reader_sees_first_which_words_turn_by_other_thresholds():
    choice = {"bayes_factor": 3.0, "strong_factor": 10.0, "share_of_draws": 0.6}
    fixed = what_if(CARDS, smallest_effect="as fixed", **choice)
    assert list(fixed["As fixed"]) == list(fixed["By yours"])
    assert [one.split(".")[0] for one in fixed["Claim"]] == ["D2", "M2", "M3"]
    moved = what_if(CARDS, smallest_effect="as fixed", **choice | {"strong_factor": 1e12})
    assert moved["Claim"][0].startswith("M2")
    assert (moved["As fixed"][0], moved["By yours"][0]) == (
        "strong evidence for",
        "evidence for",
    )
    assert list(moved["As fixed"])[1:] == list(moved["By yours"])[1:]
    assert what_if({}, smallest_effect="as fixed", **choice).empty
