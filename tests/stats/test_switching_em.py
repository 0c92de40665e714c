"""The EM behind the regime test, held to enumeration of every path, to the normal law, and to what EM promises."""

from itertools import pairwise, product

import numpy as np
import pytest
from scipy import special, stats

from helpers.stats._switching_em import (
    Fitted,
    _expect,
    _maximise,
    _pull_of_the_start,
    _start,
    _stationary,
    em_log_likelihood,
    simulate_switching,
    single_regime,
)
from signatures import defaults_of


def fitted(means, variances, transition) -> Fitted:
    """Parameters of one series as a batch of one."""
    columns = (np.array(part, dtype=float)[..., None] for part in (means, variances, transition))
    return Fitted(*columns)


TWO = fitted([-1.0, 2.0], [0.5, 3.0], [[0.9, 0.1], [0.3, 0.7]])
THREE = fitted(
    [-2.0, 0.0, 1.5], [0.4, 1.0, 2.5], [[0.8, 0.15, 0.05], [0.1, 0.7, 0.2], [0.05, 0.25, 0.7]]
)


def enumerated(y: np.ndarray, law: Fitted):
    """Likelihood, smoothed probabilities and expected transitions, from every path of regimes."""
    mean, variance, transition = law.mean[:, 0], law.variance[:, 0], law.transition[..., 0]
    regimes, n = len(mean), len(y)
    long_run = np.linalg.matrix_power(transition, 500)[0]
    smoothed, joint = np.zeros((n, regimes)), np.zeros((regimes, regimes))
    likelihood = 0.0
    for path in product(range(regimes), repeat=n):
        weight = long_run[path[0]] * np.prod([transition[a, b] for a, b in pairwise(path)])
        weight *= np.prod(stats.norm.pdf(y, mean[list(path)], np.sqrt(variance[list(path)])))
        likelihood += weight
        for t, regime in enumerate(path):
            smoothed[t, regime] += weight
        for a, b in pairwise(path):
            joint[a, b] += weight
    return np.log(likelihood), smoothed / likelihood, joint / likelihood


@pytest.mark.parametrize("n", [1, 2, 5, 6])
@pytest.mark.parametrize("law", [TWO, THREE])
def test_expectations_are_those_over_every_path_of_regimes(law, n):
    y = np.array([0.3, -1.2, 2.5, 4.0, -0.7, 0.1])[:n]
    batch = np.column_stack([y, y[::-1] + 1])
    twice = law.pick([0, 0])
    llf, smoothed, joint = _expect(batch, twice)
    for column in range(2):
        expected = enumerated(batch[:, column], law)
        assert llf[column] == pytest.approx(expected[0])
        assert smoothed[..., column] == pytest.approx(expected[1])
        assert joint[..., column] == pytest.approx(expected[2])


def stepped(y: np.ndarray, law: Fitted):
    """Log likelihood and smoothed probabilities of one series, period by period in logarithms."""
    with np.errstate(divide="ignore"):
        moves, now = np.log(law.transition[..., 0]), np.log(_stationary(law.transition)[:, 0])
    densities = stats.norm.logpdf(y[:, None], law.mean[:, 0], np.sqrt(law.variance[:, 0]))
    forward = [now + densities[0]]
    for density in densities[1:]:
        forward.append(special.logsumexp(forward[-1][:, None] + moves, axis=0) + density)
    backward = [np.zeros(len(now))]
    for density in densities[:0:-1]:
        backward.append(special.logsumexp(moves + density + backward[-1], axis=1))
    both = np.array(forward) + np.array(backward)[::-1]
    return special.logsumexp(forward[-1]), special.softmax(both, axis=1)


LEFT_FOR_EVER = fitted([5.0, 0.0], [1.0, 1.0], [[0.5, 0.5], [0.0, 1.0]])
NEVER_TWICE = fitted([-1.0, 2.0], [0.5, 3.0], [[0.0, 1.0], [0.6, 0.4]])


@pytest.mark.parametrize("n", [7, 50, 83, 400])
@pytest.mark.parametrize("law", [TWO, THREE, LEFT_FOR_EVER, NEVER_TWICE])
def test_long_series_step_by_step(law, n):
    """With periods so far out that all regimes but one have no density that a number can hold."""
    y = np.random.default_rng(10).normal(scale=2, size=n)
    y[n // 2 :: 9] += 60.0
    llf, smoothed, joint = _expect(y[:, None], law)
    expected = stepped(y, law)
    assert llf[0] == pytest.approx(expected[0])
    assert smoothed[..., 0] == pytest.approx(expected[1], abs=1e-10)
    assert joint.sum() == pytest.approx(n - 1)
    assert joint[..., 0].sum(axis=1) == pytest.approx(smoothed[:-1, :, 0].sum(axis=0), abs=1e-9)
    assert joint[..., 0].sum(axis=0) == pytest.approx(smoothed[1:, :, 0].sum(axis=0), abs=1e-9)


def test_a_period_that_no_regime_explains_does_not_break_the_filter():
    """Densities of e^-5000 would underflow; the likelihood of two equal regimes is the normal one."""
    y = np.array([[0.0], [100.0], [1.0]])
    equal = fitted([0.0, 0.0], [1.0, 1.0], [[0.6, 0.4], [0.2, 0.8]])
    llf, smoothed, _ = _expect(y, equal)
    assert llf[0] == pytest.approx(stats.norm.logpdf(y).sum())
    assert smoothed[..., 0] == pytest.approx(np.array([[1 / 3, 2 / 3]] * 3))


def test_a_regime_that_can_never_be_is_given_no_weight():
    """The first regime is left for ever: its long-run probability is nought, which nothing may be divided by."""
    y = np.array([[0.2], [-0.4], [1.0]])
    llf, smoothed, joint = _expect(y, fitted([5.0, 0.0], [1.0, 1.0], [[0.5, 0.5], [0.0, 1.0]]))
    assert llf[0] == pytest.approx(stats.norm.logpdf(y).sum())
    assert smoothed[..., 0] == pytest.approx(np.array([[0, 1]] * 3))
    assert joint[..., 0] == pytest.approx(np.array([[0, 0], [0, 2]]))


def test_long_run_probabilities_do_not_move():
    for law in (TWO, THREE):
        found = _stationary(law.transition)[:, 0]
        assert found.sum() == pytest.approx(1)
        assert found @ law.transition[..., 0] == pytest.approx(found)
    assert _stationary(TWO.transition)[:, 0] == pytest.approx([0.75, 0.25])  # p10 / (p01 + p10)


def test_one_regime_is_the_normal_law():
    y = np.random.default_rng(0).normal(3, 2, size=(50, 2))
    llf, law = single_regime(y)
    for column in range(2):
        mean, spread = stats.norm.fit(y[:, column])
        assert law.mean[0, column] == pytest.approx(mean)
        assert law.variance[0, column] == pytest.approx(spread**2)
        assert llf[column] == pytest.approx(stats.norm.logpdf(y[:, column], mean, spread).sum())
    assert law.transition.tolist() == [[[1.0, 1.0]]]


def test_maximisation_weighs_each_period_by_the_probability_of_the_regime():
    rng = np.random.default_rng(1)
    y = rng.normal(size=(40, 2))
    smoothed = rng.dirichlet([1, 1], size=(40, 2)).transpose(0, 2, 1)
    joint = rng.uniform(1, 5, size=(2, 2, 2))
    law = _maximise(y, smoothed, joint, ("mean", "variance"), TWO.pick([0, 0]))
    joint = joint + _pull_of_the_start(smoothed[0], TWO.pick([0, 0]).transition)
    for column, regime in product(range(2), range(2)):
        weights = smoothed[:, regime, column]
        mean = np.average(y[:, column], weights=weights)
        variance = np.average((y[:, column] - mean) ** 2, weights=weights)
        assert law.mean[regime, column] == pytest.approx(mean)
        assert law.variance[regime, column] == pytest.approx(variance)
        expected = joint[regime, :, column] / joint[regime, :, column].sum()
        assert law.transition[regime, :, column] == pytest.approx(expected)


def test_what_does_not_switch_is_common_to_the_regimes():
    rng = np.random.default_rng(2)
    one = np.r_[rng.normal(size=60), rng.normal(scale=5, size=60)]
    y = np.column_stack([one, 30 + 2 * one[::-1]])
    weights = np.repeat([[0.9, 0.1], [0.2, 0.8]], 60, axis=0)
    smoothed = np.stack([weights, weights[::-1]], axis=-1)
    before = TWO.pick([0, 0])
    same_variance = _maximise(y, smoothed, np.ones((2, 2, 2)), ("mean",), before)
    same_mean = _maximise(y, smoothed, np.ones((2, 2, 2)), ("variance",), before)
    for column in range(2):
        values, weight = y[:, column], smoothed[..., column]
        means = np.array([np.average(values, weights=weight[:, i]) for i in range(2)])
        squares = (weight * (values[:, None] - means) ** 2).sum()
        assert same_variance.mean[:, column] == pytest.approx(means)
        assert same_variance.variance[:, column] == pytest.approx([squares / 120] * 2)
        precision = weight.sum(axis=0) / before.variance[:, column]
        mean = precision @ means / precision.sum()
        around = [np.average((values - mean) ** 2, weights=weight[:, i]) for i in range(2)]
        assert same_mean.mean[:, column] == pytest.approx([mean] * 2)
        assert same_mean.variance[:, column] == pytest.approx(around)


def test_no_regime_shrinks_to_a_point_and_no_probability_leaves_its_range():
    one = np.r_[np.linspace(-1, 1, 30), 9.0]
    y = np.column_stack([one, 10 * one])
    alone = np.zeros((31, 2, 2))
    alone[:30, 0], alone[30, 1] = 1.0, 1.0
    joint = np.array([[29.0, 1.0], [0.0, 0.0]])[..., None] * np.ones(2)
    half = fitted([0.0, 0.0], [1.0, 1.0], [[0.5, 0.5], [0.5, 0.5]]).pick([0, 0])
    law = _maximise(y, alone, joint, ("mean", "variance"), half)
    assert law.variance[1] == pytest.approx(y.var(axis=0) / 1000)
    assert (law.variance[0] > y.var(axis=0) / 1000).all()
    assert law.transition.sum(axis=1) == pytest.approx(np.ones((2, 2)))
    # Nothing is known of the way out of the last regime but that the series does not begin in it.
    assert law.transition[1] == pytest.approx(np.array([[1, 1], [0, 0]]), abs=1e-8)
    unseen = np.array([[30.0, 0.0], [1.0, 5.0]])[..., None] * np.ones(2)
    unseen = _maximise(y, alone, unseen, (), half)
    assert unseen.transition[0] == pytest.approx(np.array([[1, 1], [0, 0]]), abs=1e-9)
    assert (unseen.transition >= 0).all()


@pytest.mark.parametrize("switching", [("mean",), ("variance",), ("mean", "variance")])
def test_no_step_lowers_the_likelihood(switching):
    rng = np.random.default_rng(3)
    y = np.repeat(np.r_[rng.normal(size=80), rng.normal(1, 3, size=80)][:, None], 5, axis=1)
    law = _start(y, 2, switching, rng)
    reached = []
    for _ in range(25):
        llf, smoothed, joint = _expect(y, law)
        reached.append(llf)
        law = _maximise(y, smoothed, joint, switching, law)
    assert np.diff(reached, axis=0).min() > -1e-9
    assert (reached[-1] > reached[0] + 0.5).all()


@pytest.mark.parametrize("regimes", [2, 3])
def test_the_start_pulls_by_the_slope_of_its_long_run_probability(regimes):
    rng = np.random.default_rng(11)
    transition = rng.dirichlet(np.ones(regimes), size=regimes)[..., None]
    first = rng.dirichlet(np.ones(regimes))[:, None]
    pull = _pull_of_the_start(first, transition)
    for now, then in product(range(regimes), range(regimes)):
        move = np.zeros_like(transition)
        move[now, then] += 1e-6
        move[now, now] -= 1e-6
        up, down = (np.log(_stationary(transition + s * move)) for s in (1, -1))
        slope = (first * (up - down)).sum() / 2e-6
        assert pull[now, then, 0] == pytest.approx(transition[now, then, 0] * slope, abs=1e-6)


@pytest.mark.parametrize("regimes", [2, 3])
def test_starting_points_spread_around_each_series(regimes):
    """Levels by normal steps of its standard deviation, in order; variances by a factor; staying .6 to .98."""
    y = np.random.default_rng(4).normal([50, -3], [3, 0.1], size=(200, 2))
    law = _start(y, regimes, ("mean", "variance"), np.random.default_rng(5))
    rng = np.random.default_rng(5)
    steps, factors = np.sort(rng.normal(size=(regimes, 2)), axis=0), rng.normal(size=(regimes, 2))
    stay = 0.6 + 0.38 * rng.random((regimes, 2))
    for i, column in product(range(regimes), range(2)):
        centre, spread = y[:, column].mean(), y[:, column].std()
        assert law.mean[i, column] == pytest.approx(centre + spread * steps[i, column])
        assert law.variance[i, column] == pytest.approx(spread**2 * np.exp(factors[i, column]))
        leave = (1 - stay[i, column]) / (regimes - 1)
        row = [stay[i, column] if j == i else leave for j in range(regimes)]
        assert law.transition[i, :, column] == pytest.approx(row)
    fixed = _start(y, regimes, ("variance",), np.random.default_rng(5))
    assert fixed.mean == pytest.approx(np.tile(y.mean(axis=0), (regimes, 1)))
    fixed = _start(y, regimes, ("mean",), np.random.default_rng(5))
    assert fixed.variance == pytest.approx(np.tile(y.var(axis=0), (regimes, 1)))


def test_the_best_start_of_each_series_is_kept():
    rng = np.random.default_rng(6)
    y = rng.normal(size=(60, 3)) * np.where(np.arange(60) < 30, 1.0, 4.0)[:, None]
    llf, law = em_log_likelihood(
        y, 2, ("variance",), starts=4, rng=np.random.default_rng(7), steps=6
    )
    batch = np.repeat(y, 4, axis=1)
    every = _start(batch, 2, ("variance",), np.random.default_rng(7))
    for _ in range(6):
        _, smoothed, joint = _expect(batch, every)
        every = _maximise(batch, smoothed, joint, ("variance",), every)
    reached = _expect(batch, every)[0].reshape(3, 4)
    assert llf == pytest.approx(reached.max(axis=1))
    assert defaults_of(em_log_likelihood) == {"steps": 200}
    # What is handed back are the parameters that reach it.
    assert _expect(y, law)[0] == pytest.approx(llf)


def test_simulated_series_step_by_step():
    """From regime to regime by one uniform number a period, then one normal number around its mean."""
    found = simulate_switching(THREE, 12, 30, np.random.default_rng(8))
    rng = np.random.default_rng(8)
    uniform, normal = rng.random((12, 30)), rng.normal(size=(12, 30))
    long_run = _stationary(THREE.transition)[:, 0]
    for draw in range(30):
        probabilities = long_run
        for t in range(12):
            regime = int((uniform[t, draw] > np.cumsum(probabilities)).sum())
            spread = np.sqrt(THREE.variance[regime, 0])
            assert found[t, draw] == pytest.approx(THREE.mean[regime, 0] + spread * normal[t, draw])
            probabilities = THREE.transition[regime, :, 0]


def test_what_rounding_leaves_of_the_probabilities_goes_to_the_last_regime():
    short = fitted([0.0, 100.0], [1.0, 1.0], [[0.5, 0.4], [0.5, 0.4]])
    series = simulate_switching(short, 400, 20, np.random.default_rng(9))
    assert (series > 50).mean() == pytest.approx(0.5, abs=0.02)


def test_simulated_series_follow_the_regimes_they_were_given():
    """40 series of 2,000 periods from three well separated regimes: shares, moments and transitions."""
    law = fitted([0.0, 10.0, 20.0], [0.25, 1.0, 0.04], THREE.transition[..., 0])
    rng = np.random.default_rng(8)
    series = simulate_switching(law, 2_000, 40, rng)
    assert series.shape == (2_000, 40)
    regime = np.rint(series / 10).astype(int).clip(0, 2)
    long_run = _stationary(law.transition)[:, 0]
    for i, (mean, variance) in enumerate([(0, 0.25), (10, 1.0), (20, 0.04)]):
        assert (regime == i).mean() == pytest.approx(long_run[i], abs=0.015)
        assert series[regime == i].mean() == pytest.approx(mean, abs=0.02)
        assert series[regime == i].var() == pytest.approx(variance, rel=0.03)
        follows = regime[1:][regime[:-1] == i]
        frequencies = np.bincount(follows, minlength=3) / len(follows)
        assert frequencies == pytest.approx(law.transition[i, :, 0], abs=0.01)
    first = np.rint(simulate_switching(law, 1, 20_000, rng)[0] / 10).astype(int)
    assert np.bincount(first) / 20_000 == pytest.approx(long_run, abs=0.012)
