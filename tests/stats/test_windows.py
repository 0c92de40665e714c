"""Sup-window: it is the best window, it admits the search, and it tells a real regime from luck."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.stats import stationary_indices, sup_window


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), window=st.integers(2, 40))
def test_no_window_is_better(seed, window):
    x = np.random.default_rng(seed).normal(size=100)
    result = sup_window(x, window, block=5, draws=19, rng=seed)
    means = [x[i : i + window].mean() for i in range(100 - window + 1)]
    assert result.estimate == pytest.approx(max(means))
    assert x[result.start : result.end + 1].mean() == pytest.approx(result.estimate)
    assert result.rolling.to_numpy() == pytest.approx(means)


def test_the_null_is_the_best_window_of_each_bootstrap_sample():
    x = np.random.default_rng(0).normal(size=80)
    result = sup_window(x, 10, block=4, draws=50, rng=3)
    samples = x[stationary_indices(80, 4, 50, np.random.default_rng(3))]
    plain = [max(row[i : i + 10].mean() for i in range(71)) for row in samples]
    assert result.null == pytest.approx(plain)
    assert result.p_some == pytest.approx((1 + np.sum(np.array(plain) >= result.estimate)) / 51)


def test_searching_costs_and_the_sup_test_admits_it():
    """Synthetic noise without regimes: the best window looks significant far too often, the sup-window does not."""
    rng = np.random.default_rng(1)
    results = [
        sup_window(rng.normal(size=300), 60, block=6, draws=199, rng=rng) for _ in range(200)
    ]
    assert np.mean([r.p_fixed < 0.05 for r in results]) > 0.3
    assert np.mean([r.p_some < 0.05 for r in results]) < 0.08


def test_a_named_window_has_the_right_size_and_finds_a_regime():
    rng = np.random.default_rng(2)
    fixed = [
        sup_window(rng.normal(size=200), 40, block=5, draws=199, rng=rng, fixed=(60, 99)).p_fixed
        for _ in range(300)
    ]
    assert 0.02 < np.mean(np.array(fixed) < 0.05) < 0.09
    x = rng.normal(size=400)
    x[100:160] += 1.5
    result = sup_window(x, 60, block=10, draws=499, rng=3)
    assert result.p_some < 0.05
    assert abs(result.start - 100) < 8


def test_dates_name_the_window():
    index = pd.period_range("1950-01", periods=300, freq="M")
    x = pd.Series(np.random.default_rng(3).normal(size=300), index=index)
    result = sup_window(x, 24, block=6, draws=99, fixed=("1955-01", "1956-12"))
    assert result.fixed == (pd.Period("1955-01"), pd.Period("1956-12"))
    assert result.fixed_estimate == pytest.approx(x["1955-01":"1956-12"].mean())
    assert result.end - result.start == 23 * pd.offsets.MonthEnd()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"window": 80}, "less than half"),
        ({"window": 0}, "at least 1"),
        ({"fixed": (50, 20)}, "reversed"),
        ({"fixed": (50, 200)}, "outside"),
        ({"draws": 1}, "draws"),
        ({"block": 0}, "block"),
        ({"x": np.ones(100)}, "constant"),
        ({"x": np.r_[np.nan, np.arange(99.0)]}, "missing"),
    ],
)
def test_bad_input_is_refused(change, word):
    arguments = {
        "x": np.random.default_rng(0).normal(size=100),
        "window": 10,
        "block": 5,
        "draws": 19,
    } | change
    with pytest.raises(ValueError, match=word):
        sup_window(**arguments)
