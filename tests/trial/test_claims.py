"""Every claim of the article has a row, and every row was complete before the data were looked at."""

import pytest

from helpers.errors import ClaimError
from helpers.trial import claims as claims_module
from helpers.trial.claims import load_claim, load_claims

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


def test_every_claim_of_the_article_is_on_trial():
    assert list(load_claims()) == IDS


@pytest.mark.parametrize("claim", load_claims().values(), ids=IDS)
def test_a_claim_fixes_its_test_beforehand(claim):
    assert (
        claim.claim.endswith(".") and claim.true_if.endswith(".") and claim.false_if.endswith(".")
    )
    assert claim.estimand and claim.statistic
    assert claim.direction in (-1, 1) and claim.compare in ("equal", "at_least")
    assert claim.article_grade in ("checkable fact", "unsourced number", "assertion")
    assert claim.test_grade in ("full", "good", "partial", "proxy", "none")
    if claim.rule in ("effect", "range"):
        assert claim.smallest_effect is not None and claim.smallest_effect >= 0
    if claim.rule == "effect":
        assert claim.null_hypothesis and claim.smallest_effect > 0
    if claim.rule in ("fact", "about"):
        assert claim.claimed is not None
    if claim.rule == "about":
        assert claim.tolerance > 0


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
