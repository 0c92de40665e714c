"""The scoreboard is read from executed notebooks and nowhere else."""

import dataclasses
import json
from collections.abc import Mapping

import pytest

from helpers.errors import ClaimError
from helpers.trial.claims import LINES, load_claim, load_claims
from helpers.trial.evidence import Answer, Evidence
from helpers.trial.ledger import (
    CARD_MIME,
    FIELDS,
    SINCE_MIME,
    adjusted_p,
    count_words,
    how_it_went,
    mixed_settings,
    open_scoreboard,
    read_cards,
    read_failed,
    read_since,
    scoreboard,
)


def card(answer: Answer, **more) -> dict:
    """A synthetic card as an executed notebook stores it."""
    lines = {name: {"evidence": fields(one)} for name in LINES if (one := getattr(answer, name))}
    return {"as_of": "2026-02-16", **lines, **more}


def notebook(folder, name, **answers):
    """A synthetic executed notebook that carries one card a claim."""
    outputs = [
        {"output_type": "display_data", "data": {CARD_MIME: card(answer, claim=claim)}}
        for claim, answer in answers.items()
    ]
    (folder / name).write_text(json.dumps({"cells": [{"cell_type": "code", "outputs": outputs}]}))


def fields(found: Evidence) -> dict:
    values = {f.name: getattr(found, f.name) for f in dataclasses.fields(found)}
    maps = {name: dict(one) for name, one in values.items() if isinstance(one, Mapping)}
    return json.loads(json.dumps(values | maps))


def effect(p, **more) -> Answer:
    """A mean of ten on the line as used."""
    ends = {"estimate": 10.0, "ci_low": 5.5, "ci_high": 14.5} | more
    return Answer(used=Evidence(unit="percent", method="m", n=100, p=p, **ends))


def words(rows, name) -> set[str]:
    return {row[name]["word"] for row in rows if row[name] is not None}


def test_claims_without_a_card_are_not_tried_yet(tmp_path):
    rows = scoreboard(read_cards(tmp_path))
    assert [row["id"] for row in rows] == list(load_claims())
    for name in LINES:
        put = sum(name in claim.lines for claim in load_claims().values())
        assert words(rows, name) == {"not tried yet"}
        assert count_words(rows, name) == {"not tried yet": put}


def test_a_line_that_is_not_put_to_a_claim_has_no_answer(tmp_path):
    rows = {row["id"]: row for row in scoreboard(read_cards(tmp_path))}
    assert rows["R1"]["used"] is None
    assert rows["P2"]["stated"] is None
    assert {i: {n for n in LINES if row[n]} for i, row in rows.items()} == {
        i: set(claim.lines) for i, claim in load_claims().items()
    }


SHAPE = {
    "word": str, "reason": str, "read": dict, "rule": str, "until": (str, type(None)), "unit": str,
    "estimate": float, "ci_low": float, "ci_high": float, "ci_level": float, "interval": str,
    "n": int, "n_effective": (int, type(None)), "p": float, "p_adjusted": float, "mde": (float, type(None)),
    "method": str, "found": (str, type(None)), "note": str, "vintage": str, "test_grade": str, "would_change": str,
}  # fmt: skip


def test_a_line_of_the_scoreboard_has_this_shape_whether_it_was_answered_or_not():
    """What ``scoreboard.json`` promises to other programs."""
    row = next(row for row in scoreboard({"M2": card(effect(0.01))}) if row["id"] == "M2")
    assert set(row) == {
        *("id", "section", "claim", "article", "article_grade", "notebook", "as_of"),
        *(*LINES, "since", "changed", "mixed"),
    }
    for name in LINES:
        assert set(row[name]) == set(SHAPE)
    for field, kind in SHAPE.items():
        assert isinstance(row["used"][field], kind), field
    assert {"Bayes factor", "standard error", "expected size"} <= set(row["used"]["read"])
    assert {field: row["stated"][field] for field in FIELDS} == dict.fromkeys(FIELDS)
    assert json.loads(json.dumps(row, allow_nan=False)) == row


def test_claims_of_a_notebook_that_failed_are_failed_unless_an_earlier_run_answered(tmp_path):
    claims = load_claims()
    names = {claim.notebook for claim in claims.values()}
    debt = claims["D1"].notebook
    (tmp_path / f"{debt}.partial.ipynb").write_text("as far as it came")
    assert read_failed(tmp_path) == {debt}
    rows = open_scoreboard(str(tmp_path))
    failed = [row for row in rows if row["stated"] and row["stated"]["word"] == "failed"]
    assert {row["notebook"] for row in failed} == {debt} < names
    assert words([row for row in rows if row["notebook"] != debt], "stated") == {"not tried yet"}
    assert debt in failed[0]["stated"]["reason"]
    assert failed[0]["stated"]["would_change"].endswith("to its end.")
    assert count_words(rows, "stated")["failed"] == len(failed)
    assert count_words(rows, "used")["failed"] == sum(row["used"] is not None for row in failed)

    notebook(tmp_path, f"{debt}.ipynb", D2=effect(0.01))
    assert read_failed(tmp_path) == set()
    assert "failed" not in count_words(open_scoreboard(str(tmp_path)), "stated")


def setting(value, default, unit="months"):
    return {"value": value, "default": default, "unit": unit}


def test_a_claim_carries_the_settings_that_were_not_the_defaults():
    changed = {"horizon": setting(24, 12), "block": setting(12, 12)}
    told = {"M2": card(effect(0.01), settings=changed), "M5": card(effect(0.01))}
    rows = {row["id"]: row for row in scoreboard(told)}
    assert rows["M2"]["changed"] == {"horizon": setting(24, 12)}
    assert rows["M5"]["changed"] == rows["R1"]["changed"] == {}


def test_settings_are_mixed_where_a_changed_one_contradicts_another_notebook():
    cards = {
        "M1": {"horizon": setting(24, 12)},
        "M5": {"horizon": setting(12, 12)},
        "E1": {"other": setting(1, 2)},
    }
    board = scoreboard({i: card(effect(0.5), settings=one) for i, one in cards.items()})
    mixed = {row["id"]: row["mixed"] for row in board if row["mixed"]}
    assert mixed == {"M1": {"horizon": 24}, "M5": {"horizon": 12}}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"horizon": setting(12, 12)}, {"horizon": setting(12, 12)}),  # nothing changed
        ({"horizon": setting(24, 12)}, {"horizon": setting(24, 12)}),  # alike in both
        ({"age": setting(6, 6)}, {"age": setting(12, 12)}),  # defaults of their own
        (
            {"age": setting(3, 6)},
            {"age": setting(12, 12)},
        ),  # one of them changed: they never were alike
        ({"window": setting(3, 6)}, {"window": setting([1974, 1983], [1975, 1983], "year")}),
        ({"seed": setting(7, 1926, "seed")}, {"seed": setting(1926, 1926, "seed")}),
        ({"horizon": setting(24, 12)}, {}),
    ],
)
def test_settings_that_do_not_contradict_each_other_are_not_mixed(one, other):
    assert mixed_settings({"a": one, "b": other}) == {"a": {}, "b": {}}


def test_two_notebooks_that_changed_one_setting_differently_are_mixed_whatever_the_defaults():
    found = mixed_settings(
        {"a": {"age": setting(3, 6)}, "b": {"age": setting(9, 12)}, "c": {"age": setting(1, 1)}}
    )
    assert found == {"a": {"age": 3}, "b": {"age": 9}, "c": {}}


def test_a_p_value_is_adjusted_for_every_primary_test_of_the_collection(tmp_path):
    """Bonferroni over the tests that are planned, so that a card and the board, which know others, say the same."""
    planned = [claim for claim in load_claims().values() if claim.has_p_value]
    assert len(planned) > 5
    notebook(tmp_path, "03_a.ipynb", M2=effect(0.001), H3=effect(0.9))
    alone = {row["id"]: row for row in scoreboard(read_cards(tmp_path))}
    assert alone["M2"]["used"]["p_adjusted"] == pytest.approx(0.001 * len(planned))
    assert alone["H3"]["used"]["p_adjusted"] == 1.0
    notebook(tmp_path, "04_b.ipynb", M5=effect(0.6))
    more = {row["id"]: row for row in scoreboard(read_cards(tmp_path))}
    assert more["M2"] == alone["M2"]


def test_a_blunt_test_and_a_quantity_have_no_adjusted_p_value():
    line = load_claim("M2").used
    border = 2 * line.smallest_effect
    assert adjusted_p(line, effect(0.01, mde=border).used) is not None
    assert adjusted_p(line, effect(0.01, mde=border + 0.01).used) is None
    assert adjusted_p(load_claim("D2").used, effect(0.01).used) is None
    assert adjusted_p(line, None) is None


def test_partial_notebooks_do_not_count(tmp_path):
    notebook(tmp_path, "03_a.partial.ipynb", M1=effect(0.01))
    assert read_cards(tmp_path) == {}


def test_a_claim_answered_twice_is_an_error_that_names_both(tmp_path):
    notebook(tmp_path, "03_a.ipynb", M1=effect(0.01))
    notebook(tmp_path, "04_b.ipynb", M1=effect(0.01))
    with pytest.raises(ClaimError, match=r"M1.*03_a.*04_b"):
        read_cards(tmp_path)


def test_an_unreadable_notebook_is_named(tmp_path):
    (tmp_path / "03_a.ipynb").write_text("{")
    with pytest.raises(ClaimError, match=r"03_a\.ipynb"):
        read_cards(tmp_path)


def test_every_row_says_what_would_change_it(tmp_path):
    undecided = effect(0.5, estimate=1.0, ci_low=-9.0, ci_high=11.0, mde=7.0)
    notebook(tmp_path, "03_a.ipynb", M2=undecided, H3=effect(0.01))
    rows = scoreboard(read_cards(tmp_path))
    assert all(
        line["would_change"].endswith(".")
        for row in rows
        for line in (row["stated"], row["used"])
        if line
    )
    told = {row["id"]: row["used"]["would_change"] for row in rows if row["used"]}
    assert told["M2"].startswith("An effect of 7 percent or more")
    assert told["H3"] == load_claim("H3").used.false_if


# --- what became of the claims since


def scored(folder, name, **outcomes):
    """A synthetic executed notebook that scores claims."""
    found = {
        claim: {"then": "It was early.", "word": "typed", "reason": "", "evidence": fields(one)}
        for claim, one in outcomes.items()
    }
    days = {"as_of": "2026-02-16", "evaluate_on": "2026-10-01"}
    outputs = [{"output_type": "display_data", "data": {SINCE_MIME: days | {"claims": found}}}]
    (folder / name).write_text(json.dumps({"cells": [{"cell_type": "code", "outputs": outputs}]}))


def outcome(claim_id, *holds, note="It rose by 2.5 percent. More."):
    parts = dict(zip(load_claim(claim_id).since.parts, holds, strict=True))
    return Evidence(
        unit="percent", method="m", interval="none", estimate=2.5, checks=parts, note=note
    )


SINCE_SHAPE = {
    "word", "reason", "then", "note", "as_of", "evaluate_on", "until", "unit", "estimate", "n", "direction",
    "mechanism", "vintage", "test_grade", "notebook",
}  # fmt: skip


def test_what_became_of_a_claim_stands_beside_its_lines_and_moves_neither(tmp_path):
    notebook(tmp_path, "03.ipynb", M2=effect(0.01))
    before = {row["id"]: row for row in open_scoreboard(str(tmp_path))}
    assert {row["since"] for row in before.values()} == {None}
    assert how_it_went(list(before.values())) == ""
    scored(tmp_path, "07.ipynb", M2=outcome("M2", True, False), F1=outcome("F1", True, True))
    rows = {row["id"]: row for row in open_scoreboard(str(tmp_path))}
    assert {i: row | {"since": None} for i, row in rows.items()} == before
    assert {i for i, row in rows.items() if row["since"]} == {"M2", "F1"}
    since = rows["M2"]["since"]
    assert set(since) == SINCE_SHAPE
    # The word follows from the evidence, whatever the notebook holds.
    assert (since["word"], rows["F1"]["since"]["word"]) == ("so far in part", "so far as claimed")
    assert since["direction"] == {"a lead since the date": True, "a lead over 2026": False}
    assert (since["until"], since["evaluate_on"]) == ("2026-12-31", "2026-10-01")
    assert json.loads(json.dumps(since, allow_nan=False)) == since
    assert how_it_went(list(rows.values())) == (
        "Since then, to 2026-10-01: 1 so far as claimed, 1 so far in part."
    )


@pytest.mark.parametrize(
    ("names", "claim", "complaint"),
    [
        (["07.ipynb"], "R1", "07.ipynb scores claim 'R1', for which .* no block since"),
        (["07.ipynb"], "Z9", "07.ipynb scores claim 'Z9'"),
        (["07.ipynb", "08.ipynb"], "M2", "Claim M2 is scored by 07 and by 08"),
    ],
)
def test_a_score_that_nobody_wrote_down_a_rule_for_is_an_error(tmp_path, names, claim, complaint):
    for name in names:
        scored(tmp_path, name, **{claim: outcome("M2", True, True)})
    with pytest.raises(ClaimError, match=complaint):
        read_since(tmp_path)


def test_a_score_that_stopped_on_its_way_is_none(tmp_path):
    scored(tmp_path, "07.partial.ipynb", M2=outcome("M2", True, True))
    assert read_since(tmp_path) == {}
