"""The verdict is total, monotone, reaches each of its words, and has no cliffs."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import norm

from helpers.errors import ClaimError
from helpers.stats import half_normal_bayes_factor
from helpers.trial.claims import LINES, load_claim, load_claims, load_line, load_rules
from helpers.trial.evidence import Evidence
from helpers.trial.flips import list_flips, words_under
from helpers.trial.ledger import evidence_of
from helpers.trial.rules import (
    CAME,
    FOR,
    NO_FIGURE,
    SINCE,
    SO_FAR,
    STATED,
    USED,
    WORDS,
    is_blunt,
    power_at,
    standard_error,
    verdict,
    verdict_since,
)

EFFECT = "M2"  # direction +1, smallest effect 5, expected 10
AGAINST = "W8"  # direction -1, smallest effect 5
QUANTITY = "D2"  # direction +1, smallest effect 10
PUTS = [(claim.id, name) for claim in load_claims().values() for name in claim.lines]


def effect(estimate, se=1.0, **more) -> Evidence:
    margin = norm.ppf(0.975) * se
    return Evidence(
        unit="percent",
        method="synthetic",
        estimate=estimate,
        ci_low=estimate - margin,
        ci_high=estimate + margin,
        n=100,
        **more,
    )


def draws(share, low=-1.0, high=1.0, **more) -> Evidence:
    return Evidence(
        unit="percent",
        method="synthetic",
        interval="parameters",
        estimate=(low + high) / 2,
        ci_low=low,
        ci_high=high,
        share=share,
        **more,
    )


def record(**found) -> Evidence:
    return Evidence(unit="", method="record", interval="none", **found)


def checks(holding, failing, unknown=0) -> Evidence:
    ballot = [True] * holding + [False] * failing + [None] * unknown
    return record(checks={f"part {k}": one for k, one in enumerate(ballot)})


def word(claim_id, name, evidence) -> str:
    return verdict(load_claim(claim_id), name, evidence).word


numbers = st.floats(-100, 100, allow_nan=False)


@st.composite
def evidences(draw) -> Evidence:
    low, estimate, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    return Evidence(
        unit="percent",
        method="synthetic",
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        p=draw(st.none() | st.floats(0, 1)),
        mde=draw(st.none() | st.floats(0, 50)),
        definitions=draw(st.dictionaries(st.sampled_from("abc"), numbers)),
        checks=draw(st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans())),
        share=draw(st.none() | st.floats(0, 1)),
        oos_r2=draw(st.none() | st.floats(-1, 1)),
    )


@given(st.sampled_from(PUTS), st.none() | evidences())
def test_every_input_gives_a_known_word_and_a_reason(put, evidence):
    answer = verdict(load_claim(put[0]), put[1], evidence)
    assert answer.word in WORDS[put[1]]
    assert answer.reason.endswith(".")
    assert all(np.isfinite(value) for value in answer.read.values())


def test_a_line_that_is_not_put_has_no_verdict():
    with pytest.raises(ClaimError, match="R4 has no line 'used'"):
        verdict(load_claim("R4"), "used", None)


# --- what happened before any rule is read


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (None, "not tried yet"),
        (record(not_testable="No data."), {"stated": "no source found", "used": "not testable"}),
        (record(not_yet_sayable="It speaks of 2026."), "not yet sayable"),
        (record(not_yet_sayable="Too early.", not_testable="No data."), "not yet sayable"),
    ],
)
@pytest.mark.parametrize("put", [("M2", "used"), ("M1", "stated"), ("D2", "used"), ("H1", "used")])
def test_silence_comes_before_every_rule(put, evidence, expected):
    assert word(*put, evidence) == (expected if isinstance(expected, str) else expected[put[1]])


# --- as stated


@pytest.mark.parametrize(
    ("claim_id", "found", "expected"),
    [
        ("R4", {"estimate": 175.0}, "true"),
        ("R4", {"estimate": 174.0}, "false"),
        ("R4", {"estimate": 176.0}, "false"),
        ("R2", {"found": "3.50-3.75"}, "true"),
        ("R2", {"found": "5.25-5.50"}, "false"),
        ("P4", {"estimate": 199.0}, "false"),
        ("P4", {"estimate": 200.0}, "true"),
        ("R4", {}, "no source found"),
    ],
)
def test_a_fact_equals_or_reaches_what_is_claimed(claim_id, found, expected):
    assert word(claim_id, "stated", record(**found)) == expected


@pytest.mark.parametrize(
    ("compare", "tolerance", "estimate", "expected"),
    [
        ("equal", 0.0, 175.0 + 5e-10, "true"),
        ("equal", 0.0, 175.0 + 1.05e-9, "false"),
        ("equal", 2.0, 177.0, "true"),
        ("equal", 2.0, 177.1, "false"),
        ("at_least", 0.0, 176.0, "true"),
        ("at_least", 2.0, 173.0, "true"),
        ("at_least", 2.0, 172.9, "false"),
    ],
)
def test_a_fact_holds_up_to_its_tolerance(compare, tolerance, estimate, expected):
    claim = load_claim("R4")
    line = dataclasses.replace(claim.stated, compare=compare, tolerance=tolerance)
    claim = dataclasses.replace(claim, stated=line)
    assert verdict(claim, "stated", record(estimate=estimate)).word == expected


def test_a_fact_is_told_with_its_unit_where_it_has_one():
    found = record(found="2024-09", estimate=175.0)
    told = [verdict(load_claim(one), "stated", found).reason for one in ("R3", "R4")]
    assert told == [
        "Found 2024-09, the article says September 2024.",
        "Found 175 basis points, the article says 175 bp.",
    ]


@pytest.mark.parametrize(
    ("holding", "failing", "unknown", "expected"),
    [
        (3, 0, 0, "true"),
        (2, 1, 0, "true in part"),
        (2, 0, 1, "true in part"),  # a part of which no source speaks is not taken for true
        (1, 2, 0, "true in part"),
        (0, 3, 0, "false"),
        (0, 1, 2, "false"),
        (0, 0, 3, "no source found"),
        (0, 0, 0, "no source found"),
    ],
)
def test_a_sentence_is_true_when_all_its_parts_are(holding, failing, unknown, expected):
    answer = verdict(load_claim("M1"), "stated", checks(holding, failing, unknown))
    assert answer.word == expected
    for k, told in enumerate(["Holds", "Does not hold", "No source found"]):
        assert (told in answer.reason) == (
            expected != "no source found" and (holding, failing, unknown)[k] > 0
        )


@pytest.mark.parametrize(
    ("holding", "failing", "expected"),
    [
        (2, 1, "true"),
        (199, 101, "true in part"),  # just below two thirds
        (1, 2, "true in part"),
        (99, 201, "false"),  # just below one third
        (0, 1, "false"),
        (1, 0, "true"),
        (0, 0, "no source found"),
    ],
)
def test_publications_vote(holding, failing, expected):
    assert word("E1", "stated", checks(holding, failing)) == expected
    silent = checks(holding, failing, unknown=5)  # those that do not speak of it have no vote
    assert word("E1", "stated", silent) == expected


@given(st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_no_single_publication_moves_the_word_by_two_steps(holding, failing, drop_holding):
    dropped = (holding - 1, failing) if drop_holding else (holding, failing - 1)
    if min(dropped) < 0 or sum(dropped) == 0:
        return
    before, after = (word("E1", "stated", checks(*one)) for one in ((holding, failing), dropped))
    assert abs(STATED.index(before) - STATED.index(after)) <= 1


def test_what_has_not_happened_yet_is_open_with_its_date():
    stated = verdict(load_claim("F1"), "stated", record(estimate=1.0))
    used = verdict(load_claim("F1"), "used", draws(0.5))
    assert (stated.word, used.word) == ("open", "not yet known")
    assert "2026-12-31" in stated.reason
    assert "2026-12-31" in used.reason


# --- as used: a regularity


@pytest.mark.parametrize(
    ("border", "below", "above"),
    [
        (10.0, "evidence for", "strong evidence for"),
        (3.0, "undecided", "evidence for"),
        (1 / 3, "evidence against", "undecided"),
        (1 / 10, "strong evidence against", "evidence against"),
    ],
)
def test_borders_of_the_bayes_factor(border, below, above):
    estimates = np.linspace(-30, 30, 60001)
    factors = np.array([half_normal_bayes_factor(one, 1.5, 10.0) for one in estimates[::60]])
    k = int(np.searchsorted(factors, border))  # the factor rises with the estimate
    low, high = estimates[::60][k - 1], estimates[::60][k]
    for _ in range(60):
        mid = (low + high) / 2
        low, high = (mid, high) if half_normal_bayes_factor(mid, 1.5, 10.0) < border else (low, mid)
    assert word(EFFECT, "used", effect(low - 1e-6, 1.5)) == below
    assert word(EFFECT, "used", effect(high + 1e-6, 1.5)) == above


def test_the_rule_reads_the_width_of_the_interval_and_twice_the_smallest_effect():
    found = effect(8.0, 2.5)
    answer = verdict(load_claim(EFFECT), "used", found)
    assert answer.read["Bayes factor"] == pytest.approx(half_normal_bayes_factor(8.0, 2.5, 10.0))
    assert answer.read["standard error"] == pytest.approx(2.5)
    wide = dataclasses.replace(found, ci_level=0.90)
    assert standard_error(wide) == pytest.approx(2.5 * norm.ppf(0.975) / norm.ppf(0.95))


def test_an_article_that_names_a_size_is_held_to_it():
    claim = load_claim(EFFECT)
    named = dataclasses.replace(claim, used=dataclasses.replace(claim.used, scale=40.0))
    factors = [verdict(one, "used", effect(6.0)).read["Bayes factor"] for one in (claim, named)]
    assert factors[1] < factors[0]  # six is little where forty was said


@given(st.floats(-30, 30), st.floats(0.1, 30))
def test_an_effect_in_the_other_direction_is_judged_as_its_mirror_image(estimate, se):
    against = load_line(AGAINST, "used")
    for_it = dataclasses.replace(
        load_claim(AGAINST), used=dataclasses.replace(against, direction=1)
    )
    mirrored = verdict(for_it, "used", effect(-estimate, se))
    assert verdict(load_claim(AGAINST), "used", effect(estimate, se)).word == mirrored.word


@given(evidences(), st.floats(0, 50))
def test_stronger_evidence_never_lowers_the_word(evidence, shift):
    assume(
        evidence.ci_high - evidence.ci_low > 1e-6
    )  # narrower ones lose their width where they go
    stronger = dataclasses.replace(
        evidence,
        estimate=evidence.estimate + shift,
        ci_low=evidence.ci_low + shift,
        ci_high=evidence.ci_high + shift,
    )
    before, after = (word(EFFECT, "used", one) for one in (evidence, stronger))
    if before in USED:
        assert USED.index(after) <= USED.index(before)


def robust(signs, oos_r2=None):
    return {"definitions": dict(zip("abc", signs, strict=True)), "oos_r2": oos_r2}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (robust([1, 1, 1]), "strong evidence for"),
        (robust([1, 1, -1]), "strong evidence for"),  # two of three
        (robust([1, 0, -1]), "evidence for"),  # zero favours nothing
        (robust([1, -1, -1]), "evidence for"),
        (robust([1, 1, 1], 0.001), "strong evidence for"),
        (robust([1, 1, 1], 0.0), "evidence for"),
        (robust([1, -1, -1], -0.1), "undecided"),
    ],
)
def test_each_lack_of_robustness_costs_evidence_for_a_step(more, expected):
    answer = verdict(load_claim(EFFECT), "used", effect(10.0, 1.0, **more))
    assert answer.word == expected
    assert ("Weakened" in answer.reason) == (expected != "strong evidence for")


def test_a_lack_of_robustness_never_makes_evidence_against():
    frail = robust([-1, -1, -1], -1.0)
    assert word(EFFECT, "used", effect(5.0, 2.5, **frail)) == "undecided"
    assert word(EFFECT, "used", effect(-10.0, 1.0, **frail)) == "strong evidence against"


def test_undecided_says_what_the_test_could_have_seen():
    blunt = verdict(load_claim(EFFECT), "used", effect(2.0, 6.0, mde=2.8 * 6.0))
    assert blunt.word == "undecided"
    assert "too blunt" in blunt.reason
    # power of a two-sided normal test at 5 %, for an effect of 5 with a standard error of 6
    power = norm.sf(norm.ppf(0.975) - 5 / 6) + norm.cdf(-norm.ppf(0.975) - 5 / 6)
    assert blunt.read["power"] == pytest.approx(power, abs=0.002)
    sharp = verdict(load_claim(EFFECT), "used", effect(4.0, 2.5, mde=7.0))
    assert sharp.word == "undecided"
    assert "too blunt" not in sharp.reason


def test_power_is_that_of_the_test_used():
    simulated = effect(2.0, 6.0, mde=17.0, power=0.3)
    assert power_at(5.0, simulated, 6.0) == 0.3
    fixed_b = effect(2.0, 6.0, mde=3.19 * 6.0)  # a wider critical value has less power
    assert power_at(5.0, fixed_b, 6.0) < power_at(5.0, effect(2.0, 6.0, mde=2.8 * 6.0), 6.0)
    assert power_at(5.0, effect(2.0, 6.0), 6.0) == pytest.approx(
        power_at(5.0, effect(2.0, 6.0, mde=2.8016 * 6.0), 6.0), abs=1e-3
    )


def test_a_test_is_blunt_beyond_twice_the_smallest_effect():
    line = load_line(EFFECT, "used")
    assert [is_blunt(line, effect(1.0, mde=mde)) for mde in (None, 10.0, 10.001)] == [
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    "nothing", [record(estimate=3.0), effect(3.0, 0.0), record(checks={"a": True})]
)
def test_without_an_interval_an_effect_is_not_testable(nothing):
    assert word(EFFECT, "used", nothing) == "not testable"


# --- as used: a quantity


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (1.0, "strong evidence for"),
        (0.9, "strong evidence for"),
        (0.899, "evidence for"),
        (0.6, "evidence for"),
        (0.599, "undecided"),
        (0.4, "undecided"),
        (0.399, "evidence against"),
        (0.1, "evidence against"),
        (0.099, "strong evidence against"),
        (0.0, "strong evidence against"),
    ],
)
def test_borders_of_the_share_of_draws(share, expected):
    assert word(QUANTITY, "used", draws(share)) == expected


def test_a_small_quantity_of_the_right_sign_is_called_true_but_small():
    reasons = [
        verdict(load_claim(QUANTITY), "used", draws(share, low, 8.0)).reason
        for share, low in ((0.05, 1.0), (0.05, -1.0), (0.7, 1.0))
    ]
    assert ["True but small" in reason for reason in reasons] == [True, False, False]


def test_without_draws_a_quantity_is_not_testable():
    assert word(QUANTITY, "used", record(estimate=3.0)) == "not testable"


def test_one_episode_is_not_testable_whatever_was_found():
    answer = verdict(load_claim("H1"), "used", effect(13.0, 0.1))
    assert (answer.word, answer.reason) == ("not testable", load_line("H1", "used").reason)


# --- every rule


POSSIBLE = {
    "fact": [record(estimate=one) for one in (175.0, 100.0)] + [record()],
    "parts": [checks(*one) for one in ((2, 0), (1, 1), (0, 2), (0, 0, 2))],
    "votes": [checks(*one) for one in ((2, 1), (1, 1), (0, 2), (0, 0, 2))],
    "outcome": [record(estimate=1.0)],
    "effect": [effect(one) for one in (10.0, 3.0, 1.9, 0.8, -3.0)] + [record()],
    "quantity": [draws(one) for one in (0.95, 0.7, 0.5, 0.2, 0.0)] + [record()],
    "forecast": [draws(0.5)],
    "episode": [effect(1.0)],
}
REACHABLE = {
    "fact": {"true", "false", "no source found"},
    "parts": {*STATED, "no source found"},
    "votes": {*STATED, "no source found"},
    "outcome": {"open"},
    "effect": {*USED, "not testable"},
    "quantity": {*USED, "not testable"},
    "forecast": {"not yet known"},
    "episode": {"not testable"},
}


@pytest.mark.parametrize(("claim_id", "name"), PUTS)
def test_every_line_can_reach_each_word_of_its_rule(claim_id, name):
    claim = load_claim(claim_id)
    line = claim.lines[name]
    if line.rule == "fact":
        claimed = claim.claimed
        found = [{"found": claimed}, {"found": "another"}, {}]
        if not isinstance(claimed, str):
            found = [{"estimate": float(claimed)}, {"estimate": claimed - line.direction * 99}, {}]
            words = {word(claim_id, name, record(**one)) for one in found}
            assert words == REACHABLE["fact"]
            return
        assert {word(claim_id, name, record(**one)) for one in found} == {"true", "false"}
        return
    possible = POSSIBLE[line.rule]
    if line.rule == "effect":  # in units of the size expected if the claim is true
        size = line.direction * line.expected_size
        sure = [effect(size * k, abs(size) / 5) for k in (1.0, 0.45, 0.37, 0.1, -1.0)]
        possible = [*sure, record()]
    assert {word(claim_id, name, one) for one in possible} == REACHABLE[line.rule]


def test_no_word_of_an_effect_jumps():
    """Nowhere do two estimates within rounding of each other get words two steps apart."""
    for more in (robust([1, 1, 1]), robust([1, -1, -1]), robust([1, 1, 1], -1.0)):
        words = [
            USED.index(word(EFFECT, "used", effect(one, 2.0, **more)))
            for one in np.arange(-12, 25, 0.03)
        ]
        assert max(abs(a - b) for a, b in pairwise(words)) == 1
    at_zero = [
        USED.index(word(EFFECT, "used", effect(10.0, 1.0, **one)))
        for one in (
            robust([1, 1e-9, -1]),
            robust([1, -1e-9, -1]),
            robust([1, 1, 1], 1e-9),
            robust([1, 1, 1], -1e-9),
        )
    ]
    assert abs(at_zero[0] - at_zero[1]) == abs(at_zero[2] - at_zero[3]) == 1


def test_no_word_of_a_quantity_jumps():
    words = [USED.index(word(QUANTITY, "used", draws(one))) for one in np.arange(0, 1.0001, 0.001)]
    assert max(abs(a - b) for a, b in pairwise(words)) == 1
    assert (words[0], words[-1]) == (4, 0)


def test_two_thirds_are_a_fraction_not_a_decimal():
    rules = load_rules()
    assert rules.shares_of_votes == (Fraction(2, 3), Fraction(1, 3))
    assert rules.agreeing_share == Fraction(2, 3)


@pytest.mark.parametrize(
    "bad",
    [
        {"ci_low": 2.0, "ci_high": 1.0},
        {"ci_low": 1.0},
        {"p": 1.1},
        {"estimate": float("nan")},
        {"share": float("inf")},
        {"interval": "guess"},
        {"definitions": {"one": 1.0, "other": float("nan")}},
        {"halves": (1.0, float("inf"))},
        {"mde": -1.0},
        {"ci_level": 95},
        {"ci_level": 0.0},
        {"estimate": 5.0, "ci_low": 1.0, "ci_high": 2.0},
        {"estimate": 0.0, "ci_low": 1.0, "ci_high": 2.0},
    ],
)
def test_evidence_refuses_what_no_test_can_give(bad):
    with pytest.raises(ValueError, match=r"Evidence|interval"):
        Evidence(unit="", method="", **bad)


@pytest.mark.parametrize("interval", ["prediction", "parameters", "given"])
def test_an_estimate_at_a_readers_own_values_may_lie_outside_the_ranges_drawn(interval):
    found = Evidence(
        unit="", method="", estimate=-67.4, ci_low=-64.3, ci_high=108.5, interval=interval
    )
    assert found.ends == (-64.3, 108.5)


def test_draws_become_an_interval_and_shares():
    drawn = {"a": np.arange(0.0, 20.0), "b": np.full(4, 3.0)}
    found = Evidence.from_draws(QUANTITY, drawn, method="synthetic", level=0.9)
    assert (found.estimate, found.share) == (9.5, 0.5)  # 10 to 19 reach ten
    assert (found.ci_low, found.ci_high) == pytest.approx((0.95, 18.05))
    assert dict(found.shares) == {"a": 0.5, "b": 0.0}
    assert dict(found.shares_by_size) == {5.0: 0.75, 20.0: 0.0}
    assert dict(found.definitions) == {"a": 9.5, "b": 3.0}


# --- what would flip a word


def flips(claim_id, name, evidence):
    return {
        (one["choice"], one["instead"]): one["word"]
        for one in list_flips(load_claim(claim_id), name, evidence)
    }


def test_another_definition_or_size_is_tried_by_the_same_rule():
    found = effect(10.0, 2.0, definitions={"on trial": 10.0, "other": 0.0})
    told = flips(EFFECT, "used", found)
    assert told["definition", "other"] == word(
        EFFECT, "used", effect(0.0, 2.0, definitions=found.definitions)
    )
    assert ("definition", "on trial") not in told
    assert {one for choice, one in told if choice == "expected size"} == {"5 percent", "20 percent"}


def test_another_definition_is_tried_with_its_own_interval_where_it_has_one():
    both = {"on trial": 10.0, "other": 40.0}
    found = effect(10.0, 20.0, definitions=both)
    own = dataclasses.replace(found, intervals={"other": (38.0, 42.0)})
    moved = flips(EFFECT, "used", found)["definition", "other"]
    assert moved == word(EFFECT, "used", effect(40.0, 20.0, definitions=both))
    assert flips(EFFECT, "used", own)["definition", "other"] == "strong evidence for" != moved


def test_another_share_of_draws_is_tried_by_the_same_rule():
    found = draws(0.95, shares={"a": 0.95, "b": 0.05}, shares_by_size={20.0: 0.5})
    assert flips(QUANTITY, "used", found) == {
        ("definition", "a"): "strong evidence for",
        ("definition", "b"): "strong evidence against",
        ("smallest effect", "20 percent"): "undecided",
    }


def test_each_publication_is_left_out_once():
    told = flips("E1", "stated", checks(2, 1))
    assert told == {
        ("without", "part 0"): "true in part",
        ("without", "part 1"): "true in part",
        ("without", "part 2"): "true",
    }


def test_where_nothing_was_chosen_nothing_can_flip():
    assert flips("R4", "stated", record(estimate=175.0)) == {}
    assert flips("H1", "used", effect(13.0)) == {}
    for silent in (record(not_testable="No data."), record(not_yet_sayable="It speaks of 2026.")):
        assert flips(EFFECT, "used", silent) == {}


def test_the_lines_are_two():
    assert LINES == ("stated", "used")
    assert set(FOR) <= set(WORDS["used"])


# --- what became of a claim since

SCORED = [claim.id for claim in load_claims().values() if claim.since]
OPEN_DAY, OVER = dt.date(2026, 10, 1), dt.date(2026, 12, 31)
PART = st.none() | st.booleans()


def came(claim_id, *holds, day=OPEN_DAY) -> str:
    claim = load_claim(claim_id)
    parts = dict(zip(claim.since.parts, holds, strict=True))
    return verdict_since(claim, record(checks=parts), day).word


@pytest.mark.parametrize(
    ("holds", "step"),
    [
        ((True, True), 0),
        ((True, False), 1),  # for another reason than the one given
        ((True, None), 1),  # no figure tells of the reason
        ((False, True), 2),  # the reason given does not rescue what did not happen
        ((False, False), 2),
        ((False, None), 2),
    ],
)
def test_every_word_on_what_happened_can_be_reached(holds, step):
    assert came("F1", *holds) == SO_FAR[step]
    assert came("F1", *holds, day=OVER) == CAME[step]
    assert came("F1", None, holds[1]) == NO_FIGURE
    assert {*CAME, *SO_FAR, NO_FIGURE} == set(SINCE)


def test_some_of_what_was_to_happen_is_part_of_it():
    assert came("W1", True, False, False, True) == "so far in part"
    assert came("W1", None, False, False, True) == "so far against"
    assert came("W1", True, True, True, True) == "so far as claimed"


def test_a_state_that_was_to_last_is_over_once_it_ends_and_a_sentence_without_an_end_never_is():
    assert came("R6", True) == "so far as claimed"
    assert came("R6", False) == "did not come true"
    assert load_claim("H3").since.until is None
    assert came("H3", True, True, day=dt.date(2100, 1, 1)) == "so far as claimed"


@given(st.sampled_from(SCORED), st.data())
def test_a_part_that_holds_never_makes_the_word_worse_and_every_input_has_one(claim_id, data):
    claim = load_claim(claim_id)
    parts = claim.since.parts
    holds = data.draw(st.tuples(*[PART] * len(parts)))
    day = data.draw(st.sampled_from([OPEN_DAY, OVER, dt.date(2031, 3, 1)]))
    word = came(claim_id, *holds, day=day)
    assert word in SINCE
    raised = list(holds)
    raised[data.draw(st.integers(0, len(parts) - 1))] = True
    better = came(claim_id, *raised, day=day)
    assume(NO_FIGURE not in (word, better))
    assert step_of(better) <= step_of(word)


def step_of(word) -> int:
    return (CAME if word in CAME else SO_FAR).index(word)


def test_what_could_not_be_said_or_told_has_no_word_on_what_happened():
    claim = load_claim("F1")
    early = record(not_yet_sayable="The sentence speaks of a later day.")
    for evidence in (early, Evidence.untestable("No figure was known.")):
        answer = verdict_since(claim, evidence, OPEN_DAY)
        assert answer.word == NO_FIGURE
        assert answer.reason == (evidence.not_yet_sayable or evidence.not_testable)


def test_the_reason_names_each_part_with_its_role():
    claim = load_claim("F1")
    parts = dict(zip(claim.since.parts, (True, False), strict=True))
    told = verdict_since(claim, record(checks=parts), OPEN_DAY).reason
    assert told == (
        "As claimed: small companies led over 2026. The reason given does not hold: the policy rate stayed unchanged."
    )


def test_a_claim_that_was_no_forecast_is_not_scored():
    with pytest.raises(ClaimError, match="R1 has no block since"):
        verdict_since(load_claim("R1"), record(), OPEN_DAY)


def stored(evidence) -> dict:
    """Evidence as a card holds it."""
    fields = {one.name: getattr(evidence, one.name) for one in dataclasses.fields(evidence)}
    return {n: dict(one) if isinstance(one, Mapping) else one for n, one in fields.items()}


def test_other_borders_and_sizes_give_other_words_and_leave_those_written_down():
    written = load_rules()
    cards = {
        QUANTITY: {
            "used": {"evidence": stored(draws(0.65, shares_by_size={5.0: 0.95, 20.0: 0.3}))}
        },
        EFFECT: {"used": {"evidence": stored(effect(10.0, 4.0))}},
        "R4": {"stated": {"evidence": stored(record(estimate=175.0))}, "used": None},
        "H1": {"used": {"evidence": stored(record(not_testable="No data."))}},
    }
    own = {claim_id: first for claim_id, (first, _) in words_under(cards, written).items()}
    assert list(own) == [claim_id for claim_id in load_claims() if claim_id in (QUANTITY, EFFECT)]
    assert own == {i: word(i, "used", evidence_of(cards[i], "used")) for i in own}

    stricter = dataclasses.replace(
        written, shares_of_draws=(0.9, 0.7, 0.3, 0.1), bayes_factors=(1e9, 1e8)
    )
    moved = words_under(cards, stricter)
    assert moved[QUANTITY] == ("evidence for", "undecided")
    assert moved[EFFECT] == (own[EFFECT], "undecided")
    assert own[EFFECT] != "undecided"
    assert words_under(cards, written, 0.5)[QUANTITY] == ("evidence for", "strong evidence for")
    assert words_under(cards, written, 2.0)[QUANTITY] == ("evidence for", "evidence against")
    half = flips(EFFECT, "used", effect(10.0, 4.0))["expected size", "5 percent"]
    assert words_under(cards, written, 0.5)[EFFECT] == (own[EFFECT], half)
    with pytest.raises(ClaimError, match=f"{QUANTITY} does not say which share .* again"):
        words_under(cards, written, 3.0)
