"""The printed sizes: honest tests near 5 %, the customary ones far above."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers.stats import (
    circular_shift_test,
    hodrick_1b,
    ivx,
    mean_hac,
    sign_flip_exact,
    simulate_sizes,
    size_simulation,
    sup_window,
)
from helpers.stats.size_simulation import _one_sample
from signatures import defaults_of


@pytest.fixture(scope="module")
def simulated():
    """A hundred draws: the table, and the p-values of each of them as they were made."""
    samples = []

    def kept(rng):
        samples.append(list(_one_sample(rng)))
        return samples[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(size_simulation, "_one_sample", kept)
        table = simulate_sizes(draws=100, rng=0).set_index(["null", "test"])
    return table, [{(null, test): p for null, test, p in sample} for sample in samples]


@pytest.fixture(scope="module")
def sizes(simulated):
    return simulated[0]["rejected"]


def test_overlapping_ols_rejects_truth_half_of_the_time(sizes):
    for delta in ("0", "-0.9"):
        for horizon in (12, 36):
            null = f"no predictability, delta {delta}, {horizon} months"
            assert sizes[null, "OLS t, overlapping"] > 0.4
            assert sizes[null, "Newey-West, lags = horizon"] > 0.08


def test_ivx_and_hodrick_stay_near_nominal(sizes):
    """Monte Carlo error 2.2 points; Hodrick is known to drift up when innovations are correlated."""
    for null in sizes.index.get_level_values("null").unique():
        if "predictability" in null:
            assert sizes[null, "IVX-Wald"] < 0.12
        if "predictability, delta 0" in null:
            assert sizes[null, "Hodrick 1B"] < 0.12


def test_means_events_and_windows(sizes):
    assert sizes["mean zero, autocorrelation 0.3", "mean_hac, fixed-b"] < 0.12
    assert sizes["mean zero, autocorrelation 0.3", "t-test, independence assumed"] > 0.09
    events = "events without effect, 10 events, 12 months"
    assert sizes[events, "circular shifts, exact"] < 0.12
    window = "same mean throughout, best window of 108 months"
    assert sizes[window, "as if named beforehand"] > 0.25
    assert sizes[window, "sup-window"] < 0.12


def autoregression(noise, rho):
    x = [noise[0]]
    for shock in noise[1:]:
        x.append(rho * x[-1] + shock)
    return np.array(x[240:])


def test_one_sample_of_each_null_step_by_step():
    """Forty years of months after a warm-up of twenty, from the same random numbers in loops."""
    found = {(null, test): p for null, test, p in _one_sample(np.random.default_rng(4))}
    rng = np.random.default_rng(4)
    expected = {}
    correlated = autoregression(rng.normal(size=720), 0.3)
    mean = "mean zero, autocorrelation 0.3"
    expected[mean, "t-test, independence assumed"] = stats.ttest_1samp(correlated, 0).pvalue
    expected[mean, "mean_hac, fixed-b"] = mean_hac(correlated).p
    for delta in ("0", "-0.9"):
        noise, own = rng.normal(size=(2, 720))
        y = noise[240:]
        both = float(delta) * noise + np.sqrt(1 - float(delta) ** 2) * own
        x = autoregression(both, 0.99)
        for horizon in (1, 12, 36):
            null = f"no predictability, delta {delta}, {horizon} months"
            summed = np.array([y[t + 1 : t + 1 + horizon].sum() for t in range(480 - horizon)])
            fit = sm.OLS(summed, sm.add_constant(x[: len(summed)]))
            expected[null, "OLS t, overlapping"] = fit.fit().pvalues[1]
            newey_west = fit.fit(cov_type="HAC", cov_kwds={"maxlags": horizon})
            expected[null, "Newey-West, lags = horizon"] = newey_west.pvalues[1]
            expected[null, "Hodrick 1B"] = hodrick_1b(y, x, horizon).p
            expected[null, "IVX-Wald"] = ivx(y, x, horizon).p
    noise = rng.normal(size=480)
    dates = [30, 75, 90, 150, 210, 240, 310, 350, 400, 430]
    events = "events without effect, 10 events, 12 months"
    shifts = circular_shift_test(noise, dates, 12)
    expected[events, "circular shifts, exact"] = shifts.p
    expected[events, "sign flips, exact"] = sign_flip_exact(shifts.per_event).p
    window = sup_window(noise, 108, block=6, draws=199, rng=rng)
    best = "same mean throughout, best window of 108 months"
    expected[best, "as if named beforehand"] = window.p_fixed
    expected[best, "sup-window"] = window.p
    assert list(found) == list(expected)
    assert found == pytest.approx(expected)


def test_the_share_rejected_is_that_of_p_values_below_five_percent(simulated):
    sizes, samples = simulated
    assert len(samples) == 100
    rng = np.random.default_rng(0)
    for sample in samples[:2]:  # of one generator, which goes on
        assert sample == {(null, test): p for null, test, p in _one_sample(rng)}
    assert 0.05 in [p for sample in samples for p in sample.values()]  # which is not below
    for key in samples[0]:
        assert sizes.loc[key, "rejected"] == np.mean([sample[key] < 0.05 for sample in samples])
    assert sizes["error"].to_numpy() == pytest.approx(np.sqrt(0.05 * 0.95 / 100))
    assert (sizes["draws"] == 100).all()
    with pytest.raises(ValueError, match="draws is 18"):
        simulate_sizes(18)
    assert defaults_of(simulate_sizes) == {"draws": 200, "rng": 0}
