"""The scoreboard is read from executed notebooks and nowhere else."""

import dataclasses
import json

import pytest

from helpers.errors import ClaimError
from helpers.trial.claims import load_claims
from helpers.trial.evidence import Evidence
from helpers.trial.ledger import (
    CARD_MIME,
    count_verdicts,
    mixed_settings,
    open_scoreboard,
    read_cards,
    read_failed,
    scoreboard,
)


def notebook(folder, name, **evidence):
    """A synthetic executed notebook that carries one card a claim."""
    outputs = [
        {
            "output_type": "display_data",
            "data": {CARD_MIME: {"claim": claim, "as_of": "2026-02-16", "evidence": fields(found)}},
        }
        for claim, found in evidence.items()
    ]
    (folder / name).write_text(json.dumps({"cells": [{"cell_type": "code", "outputs": outputs}]}))


def fields(found: Evidence) -> dict:
    values = {f.name: getattr(found, f.name) for f in dataclasses.fields(found)}
    return json.loads(json.dumps(values | {"definitions": dict(found.definitions)}))


def effect(p, **more):
    return Evidence(
        unit="percent", method="m", estimate=10.0, ci_low=5.5, ci_high=15.0, n=100, p=p, **more
    )


def test_claims_without_a_card_are_not_tried_yet(tmp_path):
    rows = scoreboard(read_cards(tmp_path))
    assert [row["id"] for row in rows] == list(load_claims())
    assert {row["verdict"] for row in rows} == {"not tried yet"}
    assert count_verdicts(rows) == {"not tried yet": len(rows)}


def test_claims_of_a_notebook_that_failed_are_failed_unless_an_earlier_run_answered(tmp_path):
    claims = load_claims()
    names = {claim.notebook for claim in claims.values()}
    debt = claims["D1"].notebook
    (tmp_path / f"{debt}.partial.ipynb").write_text("as far as it came")
    assert read_failed(tmp_path) == {debt}
    rows = open_scoreboard(str(tmp_path))
    failed = [row for row in rows if row["verdict"] == "failed"]
    assert {row["notebook"] for row in failed} == {debt} < names
    assert {row["verdict"] for row in rows if row["notebook"] != debt} == {"not tried yet"}
    assert debt in failed[0]["reason"]
    assert failed[0]["would_change"].endswith("to its end.")
    assert count_verdicts(rows)["failed"] == len(failed)

    notebook(tmp_path, f"{debt}.ipynb", R4=effect(0.01))
    assert read_failed(tmp_path) == set()
    assert "failed" not in count_verdicts(open_scoreboard(str(tmp_path)))


def setting(value, default, unit="months"):
    return {"value": value, "default": default, "unit": unit}


def test_a_claim_carries_the_settings_that_were_not_the_defaults():
    card = {"as_of": "2026-02-16", "evidence": fields(effect(0.01))}
    changed = {"horizon": setting(24, 12), "block": setting(12, 12)}
    rows = {row["id"]: row for row in scoreboard({"M1": card | {"settings": changed}, "M5": card})}
    assert rows["M1"]["changed"] == {"horizon": setting(24, 12)}
    assert rows["M5"]["changed"] == rows["R1"]["changed"] == {}


def test_settings_are_mixed_where_a_changed_one_contradicts_another_notebook():
    cards = {
        "M1": {"horizon": setting(24, 12)},
        "M5": {"horizon": setting(12, 12)},
        "E1": {"other": setting(1, 2)},
    }
    board = scoreboard(
        {
            i: {"as_of": "", "evidence": fields(effect(0.5)), "settings": one}
            for i, one in cards.items()
        }
    )
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


def test_holm_runs_over_the_primary_tests_that_exist(tmp_path):
    # Holm (1979): 0.01 x 3, then 0.02 x 2, then 0.04 x 1, made monotone
    notebook(tmp_path, "03_a.ipynb", M1=effect(0.01), M2=effect(0.04), H1=effect(0.02))
    notebook(
        tmp_path,
        "01_b.ipynb",
        R4=Evidence(unit="bp", method="record", estimate=175.0, interval="none"),
    )
    rows = {row["id"]: row for row in scoreboard(read_cards(tmp_path))}
    assert [rows[i]["p_adjusted"] for i in ("M1", "H1", "M2")] == pytest.approx([0.03, 0.04, 0.04])
    assert rows["R4"]["verdict"] == "confirmed"
    assert rows["R4"]["p_adjusted"] is None


def test_one_more_test_can_take_significance_away(tmp_path):
    notebook(tmp_path, "03_a.ipynb", M1=effect(0.03))
    assert {r["id"]: r["verdict"] for r in scoreboard(read_cards(tmp_path))}["M1"] == "supported"
    notebook(tmp_path, "04_b.ipynb", M5=effect(0.6))
    assert {r["id"]: r["verdict"] for r in scoreboard(read_cards(tmp_path))}["M1"] == "leaning"


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
    notebook(tmp_path, "03_a.ipynb", M1=effect(0.01), M2=effect(0.5, mde=7.0))
    for row in scoreboard(read_cards(tmp_path)):
        assert row["would_change"].endswith(".")
