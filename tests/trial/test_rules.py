"""The verdict is total, monotone, honest about zero, and exact at every border of its rule."""

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers.trial.claims import Claim, load_claim, load_claims
from helpers.trial.evidence import Evidence
from helpers.trial.rules import ORDER, WORDS, verdict

EFFECT = load_claim("M2")  # direction +1, smallest effect 5
AGAINST = load_claim("W8")  # direction -1, smallest effect 5
RANGE = load_claim("D2")  # smallest effect 10
ABOUT = load_claim("E1")  # 19 within 5


def effect(estimate, low, high, p=0.01, **more) -> Evidence:
    return Evidence(
        unit="percent",
        method="test",
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        n=100,
        p=p,
        **more,
    )


def word(claim, evidence, p_adjusted=None) -> str:
    return verdict(claim, evidence, p_adjusted).word


numbers = st.floats(-100, 100, allow_nan=False)
unit_interval = st.floats(0, 1)


@st.composite
def evidences(draw) -> Evidence:
    low, estimate, high = sorted(draw(st.tuples(numbers, numbers, numbers)))
    return Evidence(
        unit="percent",
        method="synthetic",
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        p=draw(st.none() | unit_interval),
        mde=draw(st.none() | st.floats(0, 50)),
        definitions=draw(st.dictionaries(st.sampled_from("abc"), numbers)),
        halves=draw(st.none() | st.tuples(numbers, numbers)),
        oos_r2=draw(st.none() | st.floats(-1, 1)),
    )


@given(st.sampled_from(sorted(load_claims())), st.none() | evidences(), st.none() | unit_interval)
def test_every_input_gives_a_known_word_and_a_reason(claim_id, evidence, p_adjusted):
    answer = verdict(load_claim(claim_id), evidence, p_adjusted)
    assert answer.word in WORDS
    assert answer.reason.endswith(".")


@given(st.sampled_from([EFFECT, AGAINST, RANGE]), evidences(), st.none() | unit_interval)
def test_never_supported_with_an_interval_over_zero(claim, evidence, p_adjusted):
    if evidence.ci_low <= 0 <= evidence.ci_high:
        assert word(claim, evidence, p_adjusted) != "supported"


@given(
    st.sampled_from([EFFECT, AGAINST, RANGE]),
    evidences(),
    st.floats(0, 50),
    st.none() | unit_interval,
)
def test_stronger_evidence_never_lowers_the_verdict(claim, evidence, shift, p_adjusted):
    move = claim.direction * shift
    stronger = dataclasses.replace(
        evidence,
        estimate=evidence.estimate + move,
        ci_low=evidence.ci_low + move,
        ci_high=evidence.ci_high + move,
    )
    before, after = word(claim, evidence, p_adjusted), word(claim, stronger, p_adjusted)
    assert ORDER.index(after) >= ORDER.index(before)


@given(evidences(), unit_interval, unit_interval)
def test_a_smaller_p_never_lowers_the_verdict(evidence, one, other):
    small, large = sorted((one, other))
    at = lambda p: word(EFFECT, dataclasses.replace(evidence, p=p))  # noqa: E731
    assert ORDER.index(at(small)) >= ORDER.index(at(large))


@given(evidences(), unit_interval)
def test_the_adjustment_can_only_weaken(evidence, p_adjusted):
    assume(evidence.p is not None)
    assert ORDER.index(word(EFFECT, evidence, p_adjusted)) <= ORDER.index(word(EFFECT, evidence))


@pytest.mark.parametrize(
    ("evidence", "p_adjusted", "expected"),
    [
        (effect(10, 6, 14), 0.049, "supported"),
        (effect(10, 6, 14), 0.05, "leaning"),  # significant only before Holm
        (effect(10, 0.001, 20), 0.01, "supported"),
        (effect(10, 0, 20), 0.01, "leaning"),  # the interval touches zero
        (effect(10, -1, 21, p=0.099), None, "leaning"),
        (effect(10, -1, 21, p=0.10), None, "not detectable"),
        (effect(-1, -8, 6, p=0.8), None, "not detectable"),
        (
            effect(2, -1, 5, p=0.2),
            None,
            "not detectable",
        ),  # the interval just reaches the smallest effect
        (effect(2, -1, 4.999, p=0.2), None, "contradicted"),  # and just does not
        (effect(2, 1, 4.999, p=0.001), None, "contradicted"),  # real, but too small to matter
        (effect(-5, -9, 0, p=0.05), None, "contradicted"),  # other side of zero
        (
            effect(10, 6, 14, definitions={"a": 1, "b": 1, "c": -1}),
            None,
            "supported",
        ),  # two of three agree
        (effect(10, 6, 14, definitions={"a": 1, "b": -1, "c": -1}), None, "leaning"),
        (effect(10, 6, 14, halves=(1, -1)), None, "leaning"),
        (effect(10, 6, 14, oos_r2=0.0), None, "leaning"),
        (effect(10, 6, 14, oos_r2=0.001), None, "supported"),
        (effect(10, 6, 14, p=None), None, "not detectable"),  # no p, no claim to significance
        (
            Evidence(unit="", method="", not_testable="No data.", interval="none"),
            None,
            "not testable",
        ),
        (Evidence(unit="", method="", estimate=3.0, interval="none"), None, "not testable"),
        (None, None, "not tried yet"),
    ],
)
def test_borders_of_the_effect_rule(evidence, p_adjusted, expected):
    assert word(EFFECT, evidence, p_adjusted) == expected


@pytest.mark.parametrize(
    ("low", "estimate", "high", "expected"),
    [
        (10, 12, 15, "supported"),
        (9.999, 12, 15, "leaning"),
        (0, 12, 15, "not detectable"),
        (2, 9.999, 12, "not detectable"),
        (2, 5, 9.999, "contradicted"),
        (2, 5, 10, "not detectable"),
    ],
)
def test_borders_of_the_range_rule(low, estimate, high, expected):
    evidence = Evidence(
        unit="percent",
        method="",
        interval="parameters",
        estimate=estimate,
        ci_low=low,
        ci_high=high,
    )
    assert word(RANGE, evidence) == expected


@pytest.mark.parametrize(
    ("low", "estimate", "high", "expected"),
    [
        (14, 19, 24, "supported"),
        (13.9, 19, 24, "leaning"),
        (-10, 24.1, 50, "not detectable"),
        (24.1, 30, 40, "contradicted"),
        (-5, 5, 13.9, "contradicted"),
        (24, 30, 40, "not detectable"),
    ],
)
def test_borders_of_the_about_rule(low, estimate, high, expected):
    assert word(ABOUT, effect(estimate, low, high, p=None)) == expected


def fact(claim_id, **found) -> str:
    return word(load_claim(claim_id), Evidence(unit="", method="record", interval="none", **found))


@pytest.mark.parametrize(
    ("claim_id", "found", "expected"),
    [
        ("R4", {"estimate": 175.0}, "confirmed"),
        ("R4", {"estimate": 174.0}, "contradicted"),
        ("R2", {"found": "3.50-3.75"}, "confirmed"),
        ("R2", {"found": "5.25-5.50"}, "contradicted"),
        ("R5", {"estimate": 0.0}, "confirmed"),
        ("R5", {"estimate": -0.1}, "contradicted"),
        ("P3", {"estimate": 599.0}, "contradicted"),
        ("P3", {"estimate": 600.0}, "confirmed"),
        ("R4", {}, "not testable"),
    ],
)
def test_borders_of_facts(claim_id, found, expected):
    assert fact(claim_id, **found) == expected


def test_a_fact_is_told_with_its_unit_where_it_has_one():
    record = Evidence(unit="", method="record", interval="none", found="2024-09", estimate=175.0)
    assert (
        verdict(load_claim("R3"), record).reason
        == "Found 2024-09, the article says September 2024."
    )
    assert (
        verdict(load_claim("R4"), record).reason
        == "Found 175 basis points, the article says 175 bp."
    )


def test_a_claimed_size_is_the_threshold_of_an_effect():
    claimed: Claim = dataclasses.replace(EFFECT, claimed=19.0)
    assert word(claimed, effect(12, 6, 18.9)) == "contradicted"
    assert word(claimed, effect(12, 6, 19.0)) == "supported"


@pytest.mark.parametrize(
    "bad",
    [
        {"ci_low": 2.0, "ci_high": 1.0},
        {"ci_low": 1.0},
        {"p": 1.1},
        {"estimate": float("nan")},
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


SMALL_EFFECT = dataclasses.replace(EFFECT, smallest_effect=0.1)
SMALL_RANGE = dataclasses.replace(RANGE, smallest_effect=0.1)
ANY_SIZE = dataclasses.replace(EFFECT, smallest_effect=0.0)


@pytest.mark.parametrize(
    ("claim", "evidence", "expected"),
    [
        # Numbers below one decide as large ones do: the border is zero, not one.
        (SMALL_EFFECT, effect(0.5, 0.2, 0.8), "supported"),
        (SMALL_EFFECT, effect(0.5, -0.1, 0.9, p=0.09), "leaning"),
        (SMALL_EFFECT, effect(0.5, 0.2, 0.8, definitions={"a": 0.3, "b": 0.4}), "supported"),
        (SMALL_EFFECT, effect(0.5, 0.2, 0.8, halves=(0.3, 0.7)), "supported"),
        (SMALL_EFFECT, effect(0.5, 0.2, 0.8, oos_r2=0.5), "supported"),
        (SMALL_RANGE, effect(0.5, 0.2, 0.8, p=None), "supported"),
        (SMALL_RANGE, effect(0.5, 0.05, 0.8, p=None), "leaning"),
        # The whole range reaches what matters, the definitions or the halves do not agree.
        (RANGE, effect(15, 12, 18, p=None, definitions={"a": 1, "b": 1, "c": -1}), "supported"),
        (RANGE, effect(15, 12, 18, p=None, definitions={"a": 1, "b": -1, "c": -1}), "leaning"),
        (RANGE, effect(15, 12, 18, p=None, halves=(1, -1)), "leaning"),
        # Exactly on a border.
        (EFFECT, effect(10, 6, 14, definitions={"a": 1, "b": 0, "c": 0}), "leaning"),
        (EFFECT, effect(10, 6, 14, halves=(1, 0)), "leaning"),
        (ANY_SIZE, effect(0.0, -1, 1, p=0.01), "not detectable"),
        # A zero estimate at the lower end of its interval favours nothing.
        (EFFECT, effect(0.0, 0, 14, p=0.01), "not detectable"),
        (ANY_SIZE, effect(0.5, 0.0, 1.0, p=0.01), "leaning"),
        (ANY_SIZE, effect(-0.5, -1.0, 0.0, p=0.2), "contradicted"),
        (ANY_SIZE, effect(-0.5, -1.0, 0.5, p=0.2), "not detectable"),
        (EFFECT, effect(10, 6, 14, p=0.05), "leaning"),
        (EFFECT, effect(10, -1, 21, p=0.10), "not detectable"),
        (
            dataclasses.replace(RANGE, smallest_effect=0.0),
            effect(5, 0, 9, p=None),
            "not detectable",
        ),
        (
            dataclasses.replace(RANGE, smallest_effect=0.0),
            effect(-5, -9, 0, p=None),
            "contradicted",
        ),
        (RANGE, effect(10, 2, 15, p=None), "leaning"),
        (ABOUT, effect(14, 2, 30, p=None), "leaning"),
        (ABOUT, effect(24, 2, 30, p=None), "leaning"),
        (ABOUT, effect(24.001, 2, 30, p=None), "not detectable"),
        (ABOUT, effect(13.999, 2, 30, p=None), "not detectable"),
        (ABOUT, effect(10, 5, 14, p=None), "not detectable"),
        (ABOUT, effect(10, 5, 13.999, p=None), "contradicted"),
    ],
)
def test_a_border_belongs_to_one_side(claim, evidence, expected):
    assert word(claim, evidence) == expected


def test_a_band_without_a_claimed_number_lies_about_zero():
    neutral = dataclasses.replace(ABOUT, claimed=None, tolerance=0.5)
    assert word(neutral, effect(0.2, -0.4, 0.5, p=None)) == "supported"
    assert word(neutral, effect(1.0, 0.6, 1.4, p=None)) == "contradicted"


@pytest.mark.parametrize(
    ("evidence", "p_adjusted", "reason"),
    [
        (effect(10, 6, 14, p=0.02), 0.2, "not after Holm"),
        (effect(10, 6, 14, p=0.02, oos_r2=-0.1), 0.02, "but not robust"),
        (effect(10, 6, 14, p=0.04), 0.05, "not after Holm"),
        (effect(10, 6, 14, p=0.5), None, "which is stricter, does not reject chance"),
        (effect(10, 0.5, 14, p=0.5), None, "which is stricter, does not reject chance"),
        (effect(10, 0, 14, p=0.5), None, "holds no effect as well as the claimed one"),
        (effect(10, -1, 14, p=None), None, "holds no effect as well as the claimed one"),
        (effect(10, -1, 14, p=0.5, mde=12.5), None, "smallest detectable effect is 12.5 percent"),
    ],
)
def test_the_reason_names_the_branch_that_decided(evidence, p_adjusted, reason):
    assert reason in verdict(EFFECT, evidence, p_adjusted).reason


def test_without_a_p_value_the_adjusted_one_does_not_count():
    assert word(EFFECT, effect(10, 6, 14, p=None), 0.001) == "not detectable"


@pytest.mark.parametrize(
    ("compare", "tolerance", "estimate", "expected"),
    [
        ("equal", 0.0, 175.0 + 5e-10, "confirmed"),
        ("equal", 0.0, 175.0 + 1.05e-9, "contradicted"),
        ("equal", 2.0, 177.0, "confirmed"),
        ("equal", 2.0, 177.1, "contradicted"),
        ("equal", 0.0, 176.0, "contradicted"),
        ("at_least", 0.0, 176.0, "confirmed"),
        ("at_least", 2.0, 173.0, "confirmed"),
        ("at_least", 2.0, 172.9, "contradicted"),
    ],
)
def test_a_fact_holds_up_to_its_tolerance(compare, tolerance, estimate, expected):
    claim = dataclasses.replace(load_claim("R4"), compare=compare, tolerance=tolerance)
    found = Evidence(unit="", method="record", interval="none", estimate=estimate)
    assert word(claim, found) == expected


@pytest.mark.parametrize("interval", ["prediction", "parameters", "given"])
def test_an_estimate_at_a_readers_own_values_may_lie_outside_the_ranges_drawn(interval):
    found = Evidence(
        unit="", method="", estimate=-67.4, ci_low=-64.3, ci_high=108.5, interval=interval
    )
    assert found.ends == (-64.3, 108.5)
