"""Adjusted p-values against the example of Benjamini and Hochberg (1995)."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stats import (
    benjamini_hochberg,
    holm,
    optimal_block,
    stationary_indices,
    superior_ability,
)

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


# --- the best of many rules -------------------------------------------------------------------------------


def test_the_reality_check_is_the_best_mean_against_centred_bootstrap_means():
    """White (2000) by hand, on draws of our own: the two bootstraps differ by chance only."""
    excess = np.random.default_rng(0).normal(0.05, 1, size=(150, 8))
    found = superior_ability(excess, block=4, draws=999)
    rows = stationary_indices(150, 4, 4_000, 1)
    best = (excess[rows].mean(axis=1) - excess.mean(axis=0)).max(axis=1)
    assert found.estimate == pytest.approx(excess.mean(axis=0).max())
    assert found.best == f"x{excess.mean(axis=0).argmax()}"
    assert found.p_high == pytest.approx((best >= found.estimate).mean(), abs=0.04)
    assert found.p_low <= found.p <= found.p_high
    assert (found.rules, found.n, found.draws, found.block) == (8, 150, 999, 4.0)


def test_hopeless_rules_weigh_on_the_reality_check_and_not_on_the_consistent_test():
    """Synthetic: one good rule among forty that lose and vary much, as in Hansen (2005)."""
    rng = np.random.default_rng(3)
    excess = np.column_stack([rng.normal(0.2, 1, size=200), rng.normal(-2, 4, size=(200, 40))])
    found = superior_ability(pd.DataFrame(excess).add_prefix("rule "), block=2, draws=499)
    assert found.best == "rule 0"
    assert found.p < 0.02
    assert found.p_high > 5 * found.p


def test_the_best_of_many_rules_without_merit_is_rarely_called_good():
    rng = np.random.default_rng(4)
    found = [
        superior_ability(rng.normal(size=(80, 10)), block=2, draws=59, rng=rng).p for _ in range(60)
    ]
    assert np.mean(np.array(found) <= 0.05) < 0.14
    picked = superior_ability(
        rng.normal(size=(80, 10)) + np.r_[1.0, np.zeros(9)], block=2, draws=99
    )
    assert picked.p == 0.01


def test_by_default_the_block_is_the_longest_of_the_optimal_ones():
    excess = np.random.default_rng(5).normal(size=(90, 3))
    excess[:, 1] = excess[:, 1].cumsum()
    found = superior_ability(excess, draws=19)
    assert found.block == round(max(optimal_block(column) for column in excess.T)) > 2
    assert superior_ability(excess, draws=19) == found
    for block in (0.5, 91):
        with pytest.raises(ValueError, match=f"block is {block}"):
            superior_ability(excess, block=block)
