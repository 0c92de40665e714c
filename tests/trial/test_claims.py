"""Every claim of the article has a row, and every row can be tried as it stands."""

import dataclasses
import re

import pytest

from helpers.data.paths import data_dir
from helpers.errors import ClaimError
from helpers.run.parameters import notebooks_dir
from helpers.trial import claims as claims_module
from helpers.trial.claims import load_chain, load_claim, load_claims, load_line
from helpers.trial.verify import verify_claims

IDS = [
    *(f"R{k}" for k in range(1, 7)),
    *(f"D{k}" for k in range(1, 4)),
    *(f"E{k}" for k in range(1, 7)),
    *(f"M{k}" for k in range(1, 6)),
    *(f"W{k}" for k in range(1, 9)),
    *(f"P{k}" for k in range(1, 5)),
    *(f"H{k}" for k in range(1, 4)),
    *(f"F{k}" for k in range(1, 6)),
]

NOTEBOOKS = sorted(path.stem for path in notebooks_dir().glob("*.ipynb"))


def test_every_claim_of_the_article_is_on_trial():
    assert list(load_claims()) == IDS


def test_every_claim_can_be_tried_as_it_stands():
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
        ("- id: R1", "      rule: fact", "      rule: feeling", "claim R1: stated: rule 'feeling'"),
        ("- id: R1", "      rule: fact", "      rule: effect", "claim R1: stated: rule 'effect'; use one of fact"),
        ("- id: R1", "      rule: fact\n", "", "claim R1: .*missing"),
        ("- id: R1", "      rule: fact\n", "      rule: fact\n      rule: fact\n", "line .*: rule stands twice"),
        ("- id: R1", "      rule: fact\n", "      rule: fact\n      verdict: true\n", "stated: unknown field verdict"),
        ("- id: R1", "    stated:", "    told:", "R1.*told"),
        ("- id: R2", "\n  - id: R3", "\n  - id: R2", "R2: stands twice"),
        ("- id: R1", "claimed: 5.50", "claimed: null", "R1: stated: a fact needs what is claimed"),
        ("- id: R1", "claimed: 5.50", "claimed: .nan", "R1: claimed is nan, which is no finite number"),
        ("- id: R1", "claimed: 5.50", "claimed: 2025-01-01", r"R1: claimed is datetime.*no finite number"),
        ("- id: R1", "article: \"5.50 % peak\"", "article: 5.50", "R1: article is 5.5, which is no text"),
        ("- id: R1", "estimand: Highest", "estimand: '' #", "R1: stated: estimand is '', which is no text"),
        ("- id: R1", "5.50 percent.\n      false_if", "5.50 percent\n      false_if", "true_if is not a sent"),
        ("- id: R1", "checkable fact", "rumour", "R1: article_grade is 'rumour'; use one of"),
        ("- id: R1", "test_grade: full", "test_grade: fullish", "R1: stated: test_grade is 'fullish'; use one of"),
        ("- id: R1", "fixed: before the results", "fixed: always", "R1: stated: fixed is 'always'; use one of"),
        ("- id: R1", "notebook: 01_rate", "notebook: 01_rte", "R1: notebook 01_rte.* neither exists nor is planned"),
        ("- id: P4", "compare: at_least", "compare: at_most", "P4: stated: compare is 'at_most'; use one of"),
        ("- id: R6", "tolerance: 0.5", "tolerance: -1", "R6: stated: tolerance is -1, which is no finite number"),
        ("- id: D2", "pass-through in hikes", "published shares", "D2: used: a definition stands twice"),
        ("- id: D2", "pass-through in hikes", "''", "D2: used: a definition is no text"),
        ("- id: D2\n", "smallest_effect: 10", "smallest_effect: -5", "D2: stated: smallest_effect is -5"),
        ("- id: P2", "      smallest_effect: 1\n", "", "P2: used: the rule quantity needs a smallest_effect"),
        ("- id: M3", "smallest_effect: 3", "smallest_effect: .inf", "M3: used: smallest_effect is inf"),
        ("- id: M3", "smallest_effect: 3", "scale: 0\n      smallest_effect: 3", "M3: used: scale is 0"),
        ("- id: M3", "smallest_effect: 3", "direction: 2\n      smallest_effect: 3", "M3: used: direction is 2"),
        ("- id: M3", "null_hypothesis: The", "null_hypothesis: '' #", "M3: used: an effect needs a null_hypothesis"),
        ("- id: H1", "reason: One", "reason: '' #", "H1: used: an episode needs the reason"),
        ("- id: F1", "      until: 2026-12-31\n", "", "F1: stated: until is None; outcome needs the date"),
        ("- id: F1", "says_of: 2026-01-01", "says_of: soon", "F1: says_of is 'soon', which is no date"),
        ("- id: M4", "small: 18.1", "small: many", "M4: claimed_parts small is 'many'"),
        ("- id: W1", "notebook: 05_w", "notebook: javascript:05_w", "W1: notebook javascript:.* neither exists"),
        ("- id: F1", "direction: [small companies led over 2026]", "direction: []", "since: direction names no"),
        ("- id: F1", "[the policy rate stayed unchanged]", "['']", "F1: since: a part is no text"),
        ("- id: F1", "[the policy rate stayed unchanged]", "[small companies led over 2026]", "a part stands twice"),
        ("- id: F1", "fixed: after the outcome was published", "fixed: long ago", "since: fixed is 'long ago'; use"),
        ("- id: F1", "    since:\n      unit: percent\n", "    since:\n", "claim F1: .*unit"),
        ("- id: F1", "    since:\n", "    since:\n      verdict: true\n", "F1: since: unknown field verdict"),
        ("    since:", "lasting: true", "lasting: long", "R6: since: lasting is 'long'; use true or false"),
        ("    since:", "until: 2026-12-31", "until: soon", "R6: since: until is 'soon', which is no date"),
        ("    since:", "2026.\n      false_if", "2026\n      false_if", "since: true_if is not a sentence"),
        ("\nrules:", "[10, 3]", "[3, 10]", "rules: bayes_factors are not in order"),
        ("\nrules:", "[0.9, 0.6", "[0.6, 0.9", "rules: shares_of_draws are not in order"),
        ("\nrules:", "[[2, 3], [1, 3]]", "[[1, 3], [2, 3]]", "rules: shares_of_votes are not in order"),
        ("\nrules:", "agreeing_definitions: [2, 3]", "agreeing_definitions: [4, 3]", "4 of 3 definitions cannot"),
        ("\nrules:", "blunt: 2", "blunt: 0.5", "rules: blunt is no multiple"),
        ("\nrules:", "2026-02-16", "today", "rules: article_date is not a date"),
        ("\nrules:", "  blunt: 2", "  dull: 2", "rules: KeyError: 'blunt'"),
        ("\nchain:", "bears: R4", "bears: D1", "chain: Rates fell: D1 bears the load and is not among its claims"),
        ("\nchain:", "[R1, R2,", "[R1, R1,", "chain: R1 stands in 2 links"),
        ("\nchain:", "[D1, D2, D3]", "[D2, D3, D4]", "chain: D1 stands in 0 links"),
        ("\nchain:", "    bears: R4\n", "", "chain: .* is no link with name, claims and bears"),
        ("", "planned:", "plans:", "holds the blocks chain, claims, planned, rules, and no other"),
        ("", "planned: [", "planned: # [", "the lists chain, planned and claims"),
        ("", "claims:\n  - id", "claims:\n  - R0\n  - id", "'R0' is no claim"),
    ],
)  # fmt: skip
def test_what_keeps_a_claim_from_being_tried_is_named(changed, start, old, new, complaint):
    (problem, *_) = changed(start, old, new)
    assert re.search(complaint, problem)
    assert "claims.yaml" in problem


def test_every_problem_of_the_claims_is_listed_not_only_the_first(changed):
    both = "tolerance: -1\n      direction: 0"
    assert len(changed("- id: R6", "tolerance: 0.5", both)) == 2


def test_claims_that_are_not_there_are_named(tmp_path, monkeypatch):
    (tmp_path / "catalog.yaml").touch()
    monkeypatch.setenv("REBALANCE_DATA", str(tmp_path))
    (problem,) = verify_claims(NOTEBOOKS)
    assert problem.startswith("claims.yaml cannot be read: No such file")


def test_a_claim_without_a_question_is_refused():
    row = {"id": "R1", "section": "", "claim": "", "article": "", "claimed": None}
    with pytest.raises(ClaimError, match="R1 has neither a stated nor a used line"):
        claims_module.read_claim(row | {"article_grade": "", "notebook": ""})


def test_a_line_that_is_not_put_lists_those_that_are():
    with pytest.raises(ClaimError, match="Claim R1 has no line 'used', only stated"):
        load_line("R1", "used")


def test_sizes_and_numbers_that_are_not_stated_are_errors():
    with pytest.raises(ClaimError, match="Claim M1 states no number"):
        _ = load_claim("M1").claimed_number
    with pytest.raises(ClaimError, match="No smallest_effect"):
        _ = load_line("R1", "stated").size_that_matters


def test_the_expected_size_is_the_articles_or_twice_the_smallest():
    line = load_line("M2", "used")
    assert line.expected_size == 2 * line.size_that_matters
    assert dataclasses.replace(line, scale=7.0).expected_size == 7.0


def test_the_chain_holds_each_claim_once_in_the_order_of_the_argument():
    links = load_chain()
    assert sorted(one for link in links for one in link.claims) == sorted(IDS)
    assert [link.claims[0][0] for link in links] == ["R", "D", "E", "M", "M", "W", "H", "F"]


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
