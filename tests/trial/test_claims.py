"""Every claim of the article has a row, and every row was complete before the data were looked at."""

import re

import pytest

from helpers.data.paths import data_dir
from helpers.errors import ClaimError
from helpers.trial import claims as claims_module
from helpers.trial.claims import load_claim, load_claims
from helpers.trial.verify import verify_claims

IDS = [
    *(f"R{k}" for k in range(1, 7)),
    *(f"D{k}" for k in range(1, 4)),
    *(f"E{k}" for k in range(1, 6)),
    *(f"M{k}" for k in range(1, 6)),
    *(f"W{k}" for k in range(1, 9)),
    *(f"P{k}" for k in range(1, 5)),
    *(f"H{k}" for k in range(1, 4)),
    *(f"F{k}" for k in range(1, 6)),
]

NOTEBOOKS = sorted({claim.notebook for claim in load_claims().values() if claim.notebook < "05"})


def test_every_claim_of_the_article_is_on_trial():
    assert list(load_claims()) == IDS


def test_every_claim_fixes_its_test_beforehand():
    assert verify_claims(NOTEBOOKS) == []


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """The claims with one line changed, in the claim or block named first."""
    text = (data_dir() / "claims.yaml").read_text(encoding="utf-8")

    def change(start, old, new):
        place = text.index(old, text.index(start))
        (tmp_path / "catalog.yaml").touch()
        (tmp_path / "claims.yaml").write_text(
            text[:place] + new + text[place + len(old) :], encoding="utf-8"
        )
        monkeypatch.setenv("REBALANCE_DATA", str(tmp_path))
        return verify_claims(NOTEBOOKS)

    return change


@pytest.mark.parametrize(
    ("start", "old", "new", "complaint"),
    [
        ("- id: R1", "    rule: fact", "    rule: feeling", "claim R1 has rule 'feeling'"),
        ("- id: R1", "    rule: fact\n", "", "claim R1: .*missing"),
        ("- id: R1", "    rule: fact\n", "    rule: fact\n    rule: fact\n", "line .*: rule stands twice"),
        ("- id: R2", "\n  - id: R3", "\n  - id: R2", "R2: stands twice"),
        ("- id: R1", "claimed: 5.50", "claimed: null", "R1: a fact needs what is claimed"),
        ("- id: R1", "claimed: 5.50", "claimed: .nan", "R1: claimed is nan, which is no finite number"),
        ("- id: R1", "claimed: 5.50", "claimed: 2025-01-01", r"R1: claimed is datetime.*no finite number"),
        ("- id: R1", "article: \"5.50 % peak\"", "article: 5.50", "R1: article is 5.5, which is no text"),
        ("- id: R1", "estimand: Highest", "estimand: '' #", "R1: estimand is '', which is no text"),
        ("- id: R1", "5.50 percent.\n    false_if", "5.50 percent\n    false_if", "R1: true_if is not a sentence"),
        ("- id: R1", "checkable fact", "rumour", "R1: article_grade is 'rumour'; use one of"),
        ("- id: R1", "test_grade: full", "test_grade: fullish", "R1: test_grade is 'fullish'; use one of"),
        ("- id: R1", "notebook: 01_rate", "notebook: 01_rte", "R1: notebook 01_rte.* neither exists nor is planned"),
        ("- id: R5", "compare: at_least", "compare: at_most", "R5: compare is 'at_most'; use one of"),
        ("- id: R6", "tolerance: 0.5", "tolerance: 0", "R6: a band needs a tolerance above zero"),
        ("- id: R6", "claimed: 0", "claimed: none", "R6: a band needs the number claimed"),
        ("- id: R6", "core CPI", "core PCE", "R6: a definition stands twice"),
        ("- id: R6", "core CPI", "''", "R6: a definition is no text"),
        ("- id: D1", "smallest_effect: 5", "smallest_effect: -5", "D1: a range needs a smallest_effect"),
        ("- id: M3", "smallest_effect: 3", "smallest_effect: 0", "M3: an effect needs a smallest_effect above zero"),
        ("- id: M3", "smallest_effect: 3", "smallest_effect: .inf", "M3: smallest_effect is inf"),
        ("- id: M3", "smallest_effect: 3", "direction: 2\n    smallest_effect: 3", "M3: direction is 2"),
        ("- id: M3", "null_hypothesis: The", "null_hypothesis: '' #", "M3: an effect needs a null_hypothesis"),
        ("- id: M4", "small: 18.1", "small: many", "M4: claimed_parts small is 'many'"),
        ("- id: W1", "notebook: 05_w", "notebook: javascript:05_w", "W1: notebook javascript:.* neither exists"),
        ("\nrules:", "significant: 0.05", "significant: 0.5", "rules: significant and suggestive are not in order"),
        ("\nrules:", "[2, 3]", "[4, 3]", "rules: 4 of 3 definitions cannot agree"),
        ("\nrules:", "2026-02-16", "today", "rules: article_date is not a date"),
        ("\nrules:", "  suggestive: 0.10", "  suggested: 0.10", "rules: KeyError: 'suggestive'"),
        ("", "planned:", "plans:", "holds the blocks rules, planned, claims, and no other"),
        ("", "planned: [", "planned: # [", "the lists planned and claims"),
        ("", "claims:\n", "claims:\n  - R0\n", "'R0' is no claim"),
    ],
)  # fmt: skip
def test_what_keeps_a_claim_from_being_tried_is_named(changed, start, old, new, complaint):
    (problem, *_) = changed(start, old, new)
    assert re.search(complaint, problem)
    assert "claims.yaml" in problem


def test_every_problem_of_the_claims_is_listed_not_only_the_first(changed):
    assert len(changed("", "claimed: 5.50", "claimed: null\n    surprise: 1\n  - id: R9")) == 2
    both = "tolerance: 0\n    direction: 0"
    assert len(changed("- id: R6", "tolerance: 0.5", both)) == 2


def test_claims_that_are_not_there_are_named(tmp_path, monkeypatch):
    (tmp_path / "catalog.yaml").touch()
    monkeypatch.setenv("REBALANCE_DATA", str(tmp_path))
    (problem,) = verify_claims(NOTEBOOKS)
    assert problem.startswith("claims.yaml cannot be read: No such file")


def test_an_unknown_claim_lists_the_known_ones():
    with pytest.raises(ClaimError, match=r"Unknown claim 'Z9'.*R1"):
        load_claim("Z9")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claims:\n  - {id: R1, section: rates}\n", "R1.*missing"),
        ("claims:\n  - {id: R1, surprise: 1}\n", "R1.*surprise"),
    ],
)
def test_a_broken_row_is_named(tmp_path, monkeypatch, text, message):
    (tmp_path / "catalog.yaml").write_text("tables: {}\n")
    (tmp_path / "claims.yaml").write_text(text)
    monkeypatch.setenv("REBALANCE_DATA", str(tmp_path))
    with pytest.raises(ClaimError, match=message):
        claims_module.load_claims.__wrapped__()
