"""A search measured by each window's own swings, and what a search can find."""

import numpy as np
import pandas as pd
import pytest

from helpers import stats

MONTHS = pd.period_range("1950-01", periods=240, freq="M")


@pytest.fixture(scope="module")
def noise():
    """Synthetic: twenty years of returns."""
    return pd.Series(np.random.default_rng(4).normal(size=240), MONTHS)


def t_of(values, first, window):
    part = values[first : first + window]
    return (part.mean() - values.mean()) / (part.std(ddof=1) / np.sqrt(window))


def test_the_best_window_has_the_largest_t_of_all(noise):
    found = stats.studentised_window(noise, 24, block=6, draws=99)
    all_t = [t_of(noise.to_numpy(), first, 24) for first in range(240 - 24 + 1)]
    assert found.estimate == pytest.approx(max(all_t))
    first = int(np.argmax(all_t))
    assert (found.start, found.end) == (MONTHS[first], MONTHS[first + 23])
    assert (found.window, found.block, found.draws, found.n) == (24, 6, 99, 240)


def test_p_counts_the_draws_whose_largest_t_is_as_large(noise):
    found = stats.studentised_window(noise, 24, block=6, draws=99, rng=1)
    assert found.p == (1 + (found.null >= found.estimate).sum()) / 100
    again = stats.studentised_window(noise, 24, block=6, draws=99, rng=1)
    np.testing.assert_array_equal(found.null, again.null)


def test_neither_the_level_nor_the_unit_of_a_series_matters(noise):
    one = stats.studentised_window(noise, 24, block=6, draws=99, rng=2)
    other = stats.studentised_window(1000 + 30 * noise, 24, block=6, draws=99, rng=2)
    assert other.estimate == pytest.approx(one.estimate)
    assert other.p == one.p
    tiny = stats.studentised_window(1e-8 * noise, 24, block=6, draws=99, rng=2)
    assert tiny.estimate == pytest.approx(one.estimate)


def test_wild_years_hide_a_quiet_run_from_its_mean_but_not_from_its_t():
    """Synthetic: sixty months ten times as wild; a quiet run of two years long after."""
    values = np.random.default_rng(11).normal(size=240)
    values[:60] *= 10
    values[150:174] += 1.5
    raw = stats.sup_window(values, 24, block=1, draws=199, rng=0)
    steady = stats.studentised_window(values, 24, block=1, draws=199, rng=0)
    assert abs(steady.start - 150) <= 3
    assert steady.p <= 0.05 < raw.p


def test_a_window_that_never_moves_does_not_win():
    """Synthetic: two years without any trade."""
    values = np.random.default_rng(5).normal(size=240)
    values[100:124] = 3.0
    found = stats.studentised_window(values, 24, block=1, draws=19)
    assert found.start != 100
    assert np.isfinite(found.null).all()


def test_under_no_regime_one_series_in_twenty_is_rejected():
    rng = np.random.default_rng(6)
    p = [
        stats.studentised_window(rng.normal(size=120), 12, block=1, draws=99, rng=rng).p
        for _ in range(200)
    ]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.045)


def test_power_rises_with_the_effect_from_the_size_of_the_test(noise):
    sizes = [
        stats.search_power(noise, 24, effect, block=1, histories=99, draws=99, rng=3)
        for effect in (0.0, 1.0, 2.0)
    ]
    assert sizes[0] <= 0.12
    assert sizes == sorted(sizes)
    assert sizes[2] > 0.9


@pytest.mark.parametrize("draws", [19, 36])  # p of a twentieth, and of 2 in 37: just above it
def test_power_is_the_share_of_raised_histories_that_are_found(noise, draws):
    rng, found = np.random.default_rng(5), 0
    for history in noise.to_numpy()[stats.stationary_indices(240, 6, 39, rng)]:
        first = rng.integers(0, 240 - 24 + 1)
        history[first : first + 24] += 0.6
        found += stats.sup_window(history, 24, 6, draws, rng).p <= 0.05
    assert 0 < found < 39
    assert stats.search_power(noise, 24, 0.6, 6, histories=39, draws=draws, rng=5) == found / 39


def test_blocks_are_as_long_as_is_best_unless_given(noise):
    assert stats.studentised_window(noise, 24, draws=19).block == stats.optimal_block(noise)


def test_twenty_values_and_windows_of_two_are_enough(noise):
    assert stats.studentised_window(noise[:20], 2, block=1, draws=19).n == 20
    assert 0 <= stats.search_power(noise[:20], 2, 1.0, 1, histories=19, draws=19) <= 1


def test_a_draw_as_large_to_the_last_digit_counts():
    """Synthetic: in blocks as long as the series the best window stays whole in many draws."""
    values = np.random.default_rng(7).normal(size=60)
    found = stats.studentised_window(values, 5, block=60, draws=99)
    ties = np.isclose(found.null, found.estimate, rtol=1e-12)
    assert ties.sum() > 10
    assert found.p == (1 + (ties | (found.null > found.estimate)).sum()) / 100


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: stats.studentised_window(x, 1, draws=19), "window is 1; a standard error"),
        (lambda x: stats.studentised_window(x, 120, draws=19), "less than half"),
        (lambda x: stats.studentised_window(x, 24, draws=3), "draws is 3"),
        (lambda x: stats.studentised_window(x[:19], 2, 1, 19), "19 observations; at least 20"),
        (lambda x: stats.search_power(x[:19], 2, 1.0, 1), "19 observations; at least 20"),
        (lambda x: stats.search_power(x, 24, -1.0, 6), "effect is -1.0"),
        (lambda x: stats.search_power(x, 24, float("nan"), 6), "effect is nan"),
        (lambda x: stats.search_power(x, 24, 1.0, 6, histories=3), "draws is 3"),
    ],
)
def test_bad_values_are_named(noise, call, message):
    with pytest.raises(ValueError, match=message):
        call(noise)
