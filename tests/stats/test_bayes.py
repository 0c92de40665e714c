"""Half-normal Bayes factor: published examples, numerical integration, far tails, the bound on being misled."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate
from scipy.stats import halfnorm, norm

from helpers.stats import half_normal_bayes_factor


@pytest.mark.parametrize(
    ("estimate", "se", "scale", "published"),
    [
        (0.63, 0.43, 2.69, 0.83),  # height of two word lists, "Norming materials"
        (
            5.0,
            2.6,
            10.0,
            2.75,
        ),  # recognition above chance, "Why choose one distribution rather than another?"
    ],
)
def test_examples_of_dienes(estimate, se, scale, published):
    """Dienes (2014), doi:10.3389/fpsyg.2014.00781; his calculator integrates in 2,000 steps."""
    assert half_normal_bayes_factor(estimate, se, scale) == pytest.approx(published, abs=0.006)


def test_the_formula_written_out():
    d, s, tau = 5.0, 10.0, 5.0
    total = s**2 + tau**2
    expected = (
        2
        * np.sqrt(s**2 / total)
        * np.exp(d**2 * tau**2 / (2 * s**2 * total))
        * norm.cdf(d * tau / (s * np.sqrt(total)))
    )
    assert half_normal_bayes_factor(d, s, tau) == pytest.approx(expected, rel=1e-12)
    assert expected == pytest.approx(1.0793, abs=1e-4)


@given(t=st.floats(-6, 6), se=st.floats(0.01, 100), ratio=st.floats(0.05, 20))
def test_it_is_the_average_likelihood_over_the_prior_against_that_at_zero(t, se, ratio):
    effect = np.linspace(0, 12 * ratio, 40_001)
    density = norm.pdf(t, effect) * halfnorm.pdf(effect, scale=ratio)
    average = integrate.simpson(density, x=effect)
    assert half_normal_bayes_factor(t * se, se, ratio * se) == pytest.approx(
        average / norm.pdf(t), rel=1e-7
    )


def test_far_out_it_neither_overflows_nor_loses_digits():
    assert np.isfinite(half_normal_bayes_factor(1e6, 1.0, 1e6))
    # Against the claim the factor falls like 1 / distance: erfcx(x) = 1 / (x sqrt(pi)) for large x.
    x = 1e8 * 2 / np.sqrt(5) / np.sqrt(2)
    assert half_normal_bayes_factor(-1e8, 1.0, 2.0) == pytest.approx(
        1 / np.sqrt(5) / (x * np.sqrt(np.pi)), rel=1e-9
    )


@given(t=st.floats(-30, 30), ratio=st.floats(0.01, 100))
def test_it_rises_with_the_estimate_and_a_tiny_scale_says_nothing(t, ratio):
    assert half_normal_bayes_factor(t + 0.1, 1.0, ratio) > half_normal_bayes_factor(t, 1.0, ratio)
    assert half_normal_bayes_factor(t, 1.0, 1e-9) == pytest.approx(1.0, abs=1e-6)


@given(t=st.floats(-8, 8), ratio=st.floats(0.1, 10), unit=st.floats(1e-3, 1e3))
def test_it_does_not_depend_on_the_unit(t, ratio, unit):
    assert half_normal_bayes_factor(t * unit, unit, ratio * unit) == pytest.approx(
        half_normal_bayes_factor(t, 1.0, ratio), rel=1e-9
    )


@cache
def factors_without_effect(ratio):
    t = np.random.default_rng(3).normal(size=20_000)
    return np.array([half_normal_bayes_factor(one, 1.0, ratio) for one in t])


@pytest.mark.parametrize("k", [3, 10])
def test_a_factor_of_k_is_rare_where_there_is_no_effect(k):
    """P(factor >= k | zero) <= 1 / k, whatever the scale; its mean under zero is 1. Synthetic normal estimates."""
    for ratio in (0.5, 1.0, 3.0):
        factors = factors_without_effect(ratio)
        assert np.mean(factors >= k) <= 1 / k
        if ratio < 1:  # for a wide prior the mean lives on draws too rare to be seen
            assert factors.mean() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((np.nan, 1.0, 1.0), "estimate is nan"),
        ((np.inf, 1.0, 1.0), "estimate is inf"),
        ((1.0, 0.0, 1.0), "se is 0"),
        ((1.0, -1.0, 1.0), "se is -1"),
        ((1.0, 1.0, 0.0), "scale is 0"),
        ((1.0, 1.0, np.inf), "scale is inf"),
        ((1.0, np.nan, 1.0), "se is nan"),
    ],
)
def test_nonsense_is_refused(arguments, word):
    with pytest.raises(ValueError, match=word):
        half_normal_bayes_factor(*arguments)
