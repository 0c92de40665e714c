"""Adjusted p-values against the example of Benjamini and Hochberg (1995)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stats import benjamini_hochberg, holm

# Benjamini and Hochberg (1995), section 4.1: thrombolysis in myocardial infarction, 15 comparisons.
INFARCTION = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def test_rejections_of_the_published_example():
    p = {f"h{i}": value for i, value in enumerate(INFARCTION)}
    assert sum(value <= 0.05 for value in holm(p).values()) == 3
    assert sum(value <= 0.05 for value in benjamini_hochberg(p).values()) == 4


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20).map(lambda values: dict(enumerate(values)))
)
def test_adjustment_never_lowers_a_p_value_and_keeps_their_order(p):
    for adjust in (holm, benjamini_hochberg):
        adjusted = adjust(p)
        assert list(adjusted) == list(p)
        assert all(p[name] - 1e-12 <= adjusted[name] <= 1 for name in p)
        ranked = sorted(p, key=p.get)
        assert all(adjusted[a] <= adjusted[b] + 1e-12 for a, b in pairwise(ranked))


def test_adjusted_values_of_the_published_example():
    """Holm: the largest so far of p(i) (16 - i); Benjamini and Hochberg: the smallest from here on of 15 p(i) / i."""
    p = {f"h{i}": value for i, value in enumerate(reversed(INFARCTION))}
    stepped = [min(1.0, value * (15 - i)) for i, value in enumerate(INFARCTION)]
    raised = [value * 15 / (i + 1) for i, value in enumerate(INFARCTION)]
    for i, name in enumerate(reversed(p)):
        assert holm(p)[name] == pytest.approx(max(stepped[: i + 1]))
        assert benjamini_hochberg(p)[name] == pytest.approx(min(raised[i:]))


def test_whole_numbers_come_back_as_shares():
    for adjust in (holm, benjamini_hochberg):
        adjusted = adjust({"never": 0, "always": 1})
        assert adjusted == {"never": 0.0, "always": 1.0}
        assert all(isinstance(value, float) for value in adjusted.values())


def test_no_tests_no_adjustment_and_one_test_unchanged():
    assert holm({}) == benjamini_hochberg({}) == {}
    assert holm({"only": 0.04}) == {"only": pytest.approx(0.04)}


@pytest.mark.parametrize("value", [-0.1, 1.2, float("nan")])
def test_what_is_no_p_value_is_refused(value):
    with pytest.raises(ValueError, match="bad"):
        holm({"bad": value})
