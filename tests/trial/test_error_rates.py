"""The rule's own error rates, simulated with synthetic data of a known truth."""

import numpy as np
import pandas as pd
import pytest

from helpers.stats import mean_hac
from helpers.trial.error_rates import _simulated_evidence, simulate_error_rates


def test_false_support_is_rare_and_power_grows_with_the_truth():
    table = simulate_error_rates(60, np.random.default_rng(7))
    assert (
        table.loc[0.0, "any supported"] <= 0.13
    )  # 5 % nominal, two standard errors of 60 draws above it
    assert table["supported"].is_monotonic_increasing
    assert table.loc[12.0, "supported"] > 0.5
    assert np.allclose(table.drop(columns="any supported").sum(axis=1), 1)


def test_the_same_seed_gives_the_same_rates():
    first, second = (simulate_error_rates(3, np.random.default_rng(1)) for _ in range(2))
    assert first.equals(second)


def test_the_simulation_uses_the_inference_of_mean_hac():
    rng = np.random.default_rng(3)
    evidence = _simulated_evidence(4.0, 1, rng)[0]
    rng = np.random.default_rng(3)
    shocks = rng.standard_t(5, size=(1, 4, 240)) / np.sqrt(5 / 3)
    first = np.sqrt(0.9) * shocks[0, 0] + np.sqrt(0.1) * shocks[0, 1]
    series = np.zeros(240)
    for t in range(240):
        series[t] = np.sqrt(0.99) * first[t] + (0.1 * series[t - 1] if t else 0)
    mean = mean_hac(4.0 / 12 + 3.0 * series)
    assert (evidence.estimate, evidence.ci_low, evidence.p) == pytest.approx(
        (12 * mean.estimate, 12 * mean.ci_low, mean.p)
    )


def test_collections_may_be_held_in_memory_by_any_number(monkeypatch):
    whole = simulate_error_rates(5, np.random.default_rng(1))
    monkeypatch.setattr("helpers.trial.error_rates._AT_ONCE", 2)
    pd.testing.assert_frame_equal(simulate_error_rates(5, np.random.default_rng(1)), whole)
