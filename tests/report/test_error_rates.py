"""The rule's own error rates, simulated with synthetic data of a known truth."""

import numpy as np

from helpers.report.error_rates import simulate_error_rates


def test_false_support_is_rare_and_power_grows_with_the_truth():
    table = simulate_error_rates(60, np.random.default_rng(7))
    assert table.loc[0.0, "any supported"] <= 0.13  # 5 % nominal, two standard errors of 60 draws above it
    assert table["supported"].is_monotonic_increasing
    assert table.loc[12.0, "supported"] > 0.5
    assert np.allclose(table.drop(columns="any supported").sum(axis=1), 1)


def test_the_same_seed_gives_the_same_rates():
    first, second = (simulate_error_rates(3, np.random.default_rng(1)) for _ in range(2))
    assert first.equals(second)
