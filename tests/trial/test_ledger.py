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
