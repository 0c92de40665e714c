"""The rules' own error rates, simulated with synthetic data of a known truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from helpers.stats import mean_hac
from helpers.trial.error_rates import _simulated_evidence, simulate_error_rates, vote_rates
from helpers.trial.rules import USED


@pytest.fixture(scope="module")
def rates():
    return simulate_error_rates(60, np.random.default_rng(7))


def test_without_an_effect_a_bayes_factor_keeps_its_promise(rates):
    none = rates.loc[("effect", "no effect")]
    assert none["strong evidence for"] <= 1 / 10
    assert none["for"] <= 1 / 3
    # 60 collections hold some 800 tests: the true rates are far below these bounds
    assert none["for"] <= 0.10
    assert none["against"] > none["for"]


def test_words_follow_the_truth(rates):
    effect = rates.loc["effect"]
    order = ["expected size, other sign", "no effect", "smallest effect", "expected size"]
    assert effect.loc[[*order, "twice the expected size"], "for"].is_monotonic_increasing
    assert effect.loc["expected size, other sign", "against"] > 0.6
    assert effect.loc["twice the expected size", "for"] > 0.6
    assert effect.loc["expected size", "against"] <= 0.15  # false "against"
    quantity = rates.loc["quantity"]
    assert quantity["for"].is_monotonic_increasing
    assert quantity.loc["nothing", "for"] == 0
    assert quantity.loc["twice the smallest", "against"] < 0.05


def test_one_claim_true_among_many(rates):
    many, none = (rates.loc[("effect", row)] for row in ("one claim true among many", "no effect"))
    assert none["for"] < many["for"] < rates.loc[("effect", "expected size"), "for"]
    assert many["any false for"] <= none["any false for"]
    # several tests that are not sharp: some collection calls a chance finding evidence
    assert 0 < none["any false for"] < 1


def test_every_row_holds_every_word_once(rates):
    assert np.allclose(rates[list(USED)].sum(axis=1), 1)
    assert np.allclose(rates["for"], rates[list(USED[:2])].sum(axis=1))
    assert np.allclose(rates["against"], rates[list(USED[3:])].sum(axis=1))


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
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high) == pytest.approx(
        (12 * mean.estimate, 12 * mean.ci_low, 12 * mean.ci_high)
    )


def test_series_may_be_held_in_memory_by_any_number(monkeypatch):
    whole = simulate_error_rates(3, np.random.default_rng(1))
    monkeypatch.setattr("helpers.trial.error_rates._AT_ONCE", 7)
    pd.testing.assert_frame_equal(simulate_error_rates(3, np.random.default_rng(1)), whole)


def test_votes_are_counted_exactly():
    table = vote_rates((5,), (0.7,)).iloc[0]
    assert table["true"] == pytest.approx(binom.sf(3, 5, 0.7))  # four or five of five
    assert table["true in part"] == pytest.approx(binom.pmf([2, 3], 5, 0.7).sum())
    assert table["false"] == pytest.approx(binom.cdf(1, 5, 0.7))


def test_publications_that_mislead_are_the_mirror_image():
    right, wrong = (vote_rates((4, 5), (chance,)) for chance in (0.8, 0.2))
    assert np.allclose(right, wrong.iloc[:, ::-1])  # no third of four or five votes is exact
