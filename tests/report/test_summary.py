"""The answer says what the scoreboard says, and nothing else."""

import pytest

from helpers.report.figures.scoreboard import plot_estimates, plot_verdicts_by_section
from helpers.report.summary import (
    answer,
    changes,
    headline,
    list_by_verdict,
    table_changes,
    table_claims,
    table_holm,
    table_section,
)
from helpers.trial.claims import load_claim
from helpers.trial.ledger import scoreboard


def card(**evidence) -> dict:
    return {
        "as_of": "2026-02-16",
        "evidence": {"unit": "percent", "method": "synthetic", **evidence},
    }


@pytest.fixture
def board() -> list[dict]:
    mean = {"estimate": 9.0, "ci_low": 6.0, "ci_high": 12.0, "n": 120, "p": 0.001}
    cards = {
        "R4": card(estimate=175.0, interval="none"),
        "R2": card(found="5.25-5.50", interval="none"),
        "D2": card(estimate=4.0, ci_low=1.0, ci_high=8.0, interval="parameters"),
        "M1": card(**mean),
        "M2": card(**mean | {"ci_low": -2.0, "ci_high": 20.0, "p": 0.4, "mde": 15.0}),
    }
    return scoreboard(cards)


def setting(value, default, unit="months"):
    return {"value": value, "default": default, "unit": unit}


def test_changed_and_mixed_settings_are_told_by_notebook():
    mean = {"estimate": 9.0, "ci_low": 6.0, "ci_high": 12.0, "n": 120, "p": 0.001}
    cards = {
        "M1": card(**mean)
        | {"settings": {"horizon": setting(24, 12), "seed": setting(7, 1926, "seed")}},
        "M5": card(**mean)
        | {"settings": {"horizon": setting(12, 12), "draws": setting(1000, 1000, "draws")}},
        "E1": card(**mean) | {"settings": {"seed": setting(8, 2026, "seed")}},
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
    assert "None of the 39 claims" in answer(scoreboard({}))


def test_the_headline_counts_each_verdict(board):
    text = headline(board)
    assert "5 were tried" in text
    assert "by 2026-02-16" in text
    assert "1 confirmed, 1 supported, 1 not detectable, 2 contradicted" in text


def test_what_failed_is_called_failed_and_counts_as_no_answer(board):
    debt = load_claim("D1").notebook
    stopped = scoreboard({}, failed={debt})
    claims = [row["id"] for row in stopped if row["notebook"] == debt]
    assert headline(stopped) == (
        "**None of the 39 claims has an answer.** "
        f"{len(claims)} claims have no answer, because the notebook failed."
    )
    for row in board:
        if row["id"] == "E1":
            row["verdict"] = "failed"
    assert "5 were tried" in headline(board)
    assert "1 claim has no answer" in headline(board)
    assert "**Failed**: E1." in answer(board)
    assert "E1" not in table_changes(board)["Claim"].str[:2].tolist()
    assert plot_verdicts_by_section(board).get_legend_handles_labels()[1].count("failed") == 1


def test_each_tried_claim_stands_under_its_heading(board):
    holds, rest = answer(board).split("**What does not hold**")
    fails, open_ = rest.split("**What the data cannot settle**")
    assert "R4" in holds
    assert "175 percent" in holds
    assert "M1" in holds
    assert "Found: 5.25-5.50" in fails
    assert "4 percent (1 to 8)" in fails
    assert "M2" in open_
    assert "E1" in open_.split("**Not tried yet**")[1]


def test_tables_cover_the_claims_they_name(board):
    assert len(table_claims(board)) == 39
    assert table_holm(board)["Claim"].str[:2].tolist() == ["M1", "M2"]
    assert table_changes(board)["Claim"].str[:2].tolist() == ["R2", "R4", "D2", "M1", "M2"]
    assert table_section(board, section="debt")["Claim"].str[:2].tolist() == ["D1", "D2", "D3"]


def test_pictures_place_every_claim_and_every_interval(board):
    squares = plot_verdicts_by_section(board)
    assert len(squares.patches) == 39
    assert [text.get_text() for text in squares.get_legend().get_texts()][:2] == [
        "confirmed",
        "supported",
    ]
    assert "contradicted: R2, D2" in list_by_verdict(board)
    ax = plot_estimates(board)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["M2", "M1", "D2"]


def test_a_picture_without_estimates_is_refused():
    with pytest.raises(ValueError, match="Run a notebook first"):
        plot_estimates(scoreboard({}))
