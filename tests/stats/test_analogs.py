"""Analogs: nearest by definition, blind to the future, worthless on noise, and found out when they leak."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from helpers.stats import analog_forecast, analogs, nearest_analogs, score_forecast
from helpers.stats.analogs import ledoit_wolf
from signatures import defaults_of


def _states(n=400, variables=3, rho=0.95, seed=0) -> pd.DataFrame:
    """Synthetic persistent states on monthly dates."""
    noise = np.random.default_rng(seed).normal(size=(n, variables))
    return pd.DataFrame(
        lfilter([1.0], [1.0, -rho], noise, axis=0),
        index=pd.period_range("1960-01", periods=n, freq="M"),
        columns=[f"v{i}" for i in range(variables)],
    )


def _returns(n=400, seed=1) -> pd.Series:
    values = np.random.default_rng(seed).normal(size=n)
    return pd.Series(values, index=pd.period_range("1960-01", periods=n, freq="M"))


def test_euclidean_analogs_by_plain_loops():
    state = _states()
    at, embargo, history, k = 350, 24, 60, 7
    z = pd.DataFrame(
        {c: [(s.iloc[-1] - s.mean()) / s.std() for s in state[c].expanding(2)] for c in state}
    )
    distance = {
        i: np.sqrt(((z.iloc[i] - z.iloc[at]) ** 2).sum()) for i in range(history - 1, at - embargo)
    }
    expected = sorted(distance, key=distance.get)[:k]
    result = nearest_analogs(state, state.index[at], k, embargo=embargo, min_history=history)
    assert list(result.nearest.index) == list(state.index[expected])
    assert result.nearest.to_list() == pytest.approx([distance[i] for i in expected])
    assert result.n == len(distance)
    assert result.nearest.is_monotonic_increasing


def test_mahalanobis_analogs_by_plain_loops():
    """The covariance is that of the z-scores from the first usable period up to the one asked about."""
    state = _states()
    at, embargo, history, k = 350, 24, 60, 7
    z = np.array(
        [[(s.iloc[-1] - s.mean()) / s.std() for s in state[c].expanding(2)] for c in state]
    ).T
    inverse = np.linalg.inv(ledoit_wolf(z[history - 1 : at + 1]))
    distance = {
        i: np.sqrt((z[i] - z[at]) @ inverse @ (z[i] - z[at]))
        for i in range(history - 1, at - embargo)
    }
    expected = sorted(distance, key=distance.get)[:k]
    result = nearest_analogs(state, state.index[at], k, "mahalanobis", embargo, history)
    assert list(result.nearest.index) == list(state.index[expected])
    assert result.nearest.to_list() == pytest.approx([distance[i] for i in expected])


def test_the_result_says_what_was_asked_and_found():
    state = _states()
    result = nearest_analogs(state, k=5, embargo=30, min_history=48)
    assert result.at == state.index[-1] == result.state.name
    assert (result.k, result.metric, result.embargo, result.n) == (
        5,
        "euclidean",
        30,
        400 - 31 - 47,
    )
    assert result.candidates.equals(state.index[47 : 400 - 31])
    assert result.nearest.name == "distance"
    assert result.state.index.equals(state.columns)
    assert result.state.to_list() == pytest.approx(
        [(state[c].iloc[-1] - state[c].mean()) / state[c].std() for c in state]
    )
    assert nearest_analogs(state.to_numpy(), 380, 5, embargo=30).at == 380
    assert defaults_of(nearest_analogs) == {
        "at": None, "k": 20, "metric": "euclidean", "embargo": 0, "min_history": 120,
    }  # fmt: skip


def test_the_whole_history_may_be_chosen_and_not_one_more():
    state = _states()
    left = 350 - 24 - 59
    assert len(nearest_analogs(state, state.index[350], left, "euclidean", 24, 60).nearest) == left
    with pytest.raises(
        ValueError, match=f"larger than the history: {left} periods are left before"
    ):
        nearest_analogs(state, state.index[350], left + 1, "euclidean", 24, 60)
    with pytest.raises(ValueError, match="larger than the history: 0 periods"):
        nearest_analogs(state, state.index[50], 1, "euclidean", 24, 60)
    assert nearest_analogs(state, k=1, min_history=24).n == 400 - 1 - 23


def test_a_variable_that_has_not_moved_yet_says_nothing():
    """Zero while flat; where it starts to move, measured like any other."""
    rng = np.random.default_rng(4)
    moving = rng.normal(size=200)
    flat = np.r_[np.full(80, 5.0), 5.0 + rng.normal(size=120)]
    both = nearest_analogs(np.column_stack([moving, flat]), 79, 10, min_history=24)
    assert both.state["x1"] == 0.0
    assert both.nearest.equals(nearest_analogs(moving[:, None], 79, 10, min_history=24).nearest)
    later = nearest_analogs(np.column_stack([moving, flat]), 80, 10, min_history=24)
    seen = flat[:81]
    assert later.state["x1"] == pytest.approx((seen[-1] - seen.mean()) / seen.std(ddof=1))


def test_of_periods_equally_near_the_earlier_comes_first():
    """While nothing has moved every period is as far as any other from one that has."""
    moving = 5 + np.random.default_rng(0).normal(size=100)
    nearest = nearest_analogs(np.r_[np.full(100, 5.0), moving], k=170, min_history=24).nearest
    still = [row for row in nearest.index if row < 100]
    assert still == list(range(23, 100))
    assert nearest[still].nunique() == 1


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_the_level_of_a_variable_does_not_matter(shift):
    state = _states(n=200, variables=2)
    plain, moved = (nearest_analogs(s, k=10, embargo=12) for s in (state, state * 3 + shift))
    assert list(moved.nearest.index) == list(plain.nearest.index)
    assert moved.nearest.to_list() == pytest.approx(plain.nearest.to_list(), rel=1e-6)


def test_mahalanobis_counts_twins_once():
    """Synthetic state with one variable given four times: it must not outvote the other."""
    state = _states(variables=2)
    twins = pd.concat([state["v0"]] * 4 + [state["v1"]], axis=1, keys=list("abcde"))
    twins = twins + 0.01 * np.random.default_rng(2).normal(size=twins.shape)
    single = nearest_analogs(state, k=20, metric="mahalanobis", embargo=12).nearest.index
    euclidean = nearest_analogs(twins, k=20, metric="euclidean", embargo=12).nearest.index
    mahalanobis = nearest_analogs(twins, k=20, metric="mahalanobis", embargo=12).nearest.index
    assert len(single.intersection(mahalanobis)) > len(single.intersection(euclidean))


def test_shrunk_covariance_by_the_formula_of_ledoit_and_wolf():
    x = np.random.default_rng(3).normal(size=(30, 4)) @ np.diag([1, 1, 2, 3])
    x = x - x.mean(axis=0)
    sample = x.T @ x / 30
    level = np.trace(sample) / 4
    d2 = ((sample - level * np.eye(4)) ** 2).sum() / 4
    b2 = min(sum(((np.outer(row, row) - sample) ** 2).sum() / 4 for row in x) / 30**2, d2)
    expected = b2 / d2 * level * np.eye(4) + (d2 - b2) / d2 * sample
    assert ledoit_wolf(x) == pytest.approx(expected)


def test_shrinkage_ends_at_the_multiple_of_the_identity():
    single = np.random.default_rng(5).normal(7, 2, size=(40, 1))
    assert ledoit_wolf(single) == pytest.approx(single.var(axis=0, keepdims=True))
    # Three draws say nothing about six covariances: all noise, the target alone is left.
    few = np.random.default_rng(6).normal(size=(3, 6))
    level = few.var(axis=0).mean()
    shrunk = ledoit_wolf(few)
    assert np.diag(shrunk).mean() == pytest.approx(level)
    round_ = np.vstack([np.eye(3), -np.eye(3)])
    assert ledoit_wolf(round_) == pytest.approx(np.eye(3) / 3)
    noisy = np.array([[1.0, 0.1], [-1.0, 0.1], [0.1, 1.0], [0.1, -1.3]])
    assert ledoit_wolf(noisy) == pytest.approx(noisy.var(axis=0).mean() * np.eye(2))
    # Whatever is added to every row is no variance.
    assert ledoit_wolf(few + 9) == pytest.approx(shrunk)


@settings(max_examples=15, deadline=None)
@given(
    cut=st.integers(200, 390),
    metric=st.sampled_from(["euclidean", "mahalanobis"]),
    seed=st.integers(0, 99),
)
def test_deleting_or_corrupting_the_future_changes_no_analog(cut, metric, seed):
    state = _states(seed=seed)
    at = state.index[cut]
    whole = nearest_analogs(state, at, 10, metric, embargo=12, min_history=60)
    corrupted = state.copy()
    corrupted.iloc[cut + 1 :] = np.random.default_rng(seed).normal(
        1e3, 1e3, size=corrupted.iloc[cut + 1 :].shape
    )
    for other in (state.iloc[: cut + 1], corrupted):
        again = nearest_analogs(other, at, 10, metric, embargo=12, min_history=60)
        pd.testing.assert_series_equal(whole.nearest, again.nearest)
        pd.testing.assert_series_equal(whole.state, again.state)


@pytest.mark.parametrize("metric", ["euclidean", "mahalanobis"])
def test_deleting_or_corrupting_the_future_changes_no_forecast(metric):
    state, returns = _states(), _returns()
    arguments = {"horizon": 6, "k": 10, "metric": metric, "embargo": 12, "min_history": 60}
    whole = analog_forecast(state, returns, **arguments)
    cut = 300
    shorter = analog_forecast(state.iloc[:cut], returns.iloc[:cut], **arguments)
    pd.testing.assert_frame_equal(
        whole.score.path.iloc[: len(shorter.score.path)], shorter.score.path
    )
    state.iloc[cut:], returns.iloc[cut:] = 1e3 * np.sin(state.iloc[cut:]), 1e3
    corrupted = analog_forecast(state, returns, **arguments)
    until, early = state.index[cut - 1], ["forecast", "benchmark"]
    pd.testing.assert_frame_equal(
        whole.score.path.loc[:until, early], corrupted.score.path.loc[:until, early]
    )
    pd.testing.assert_frame_equal(whole.analogs.loc[:until], corrupted.analogs.loc[:until])


def test_forecast_agrees_with_single_queries():
    state, returns = _states(), _returns()
    result = analog_forecast(state, returns, 6, k=10, embargo=12, min_history=60)
    date = result.score.path.index[50]
    single = nearest_analogs(state, date, 10, embargo=12, min_history=60).nearest.index
    assert set(result.analogs.loc[date]) == set(single)
    followed = [returns[month + 1 : month + 6].sum() for month in single]
    assert result.score.path.loc[date, "forecast"] == pytest.approx(np.mean(followed))
    position = state.index.get_loc(date)
    known = [returns.iloc[s + 1 : s + 7].sum() for s in range(position - 5)]
    assert result.score.path.loc[date, "benchmark"] == pytest.approx(np.mean(known))
    assert result.score.r2 == score_forecast(result.score.path, 6).r2


@pytest.mark.parametrize(("embargo", "leaky"), [(6, False), (20, False), (0, True)])
def test_no_forecast_uses_a_period_within_the_embargo(embargo, leaky):
    """The state climbs, so that the newest candidates are always the nearest: one period too many would show."""
    months = pd.period_range("1960-01", periods=240, freq="M")
    climbing = pd.Series(np.arange(240.0) ** 1.5, index=months, name="level").to_frame()
    result = analog_forecast(
        climbing, _returns(n=240), 6, k=3, embargo=embargo, min_history=60, leaky=leaky
    )
    for date, nearest in result.analogs.iterrows():
        newest = months.get_loc(date) - embargo - 1
        assert set(nearest) == set(months[newest - 2 : newest + 1])
    assert result.leaky is leaky


@pytest.mark.parametrize("metric", ["euclidean", "mahalanobis"])
def test_every_forecast_has_the_analogs_of_its_own_query(metric):
    state, returns = _states(n=220), _returns(n=220)
    result = analog_forecast(state, returns, 6, 8, metric, embargo=9, min_history=50)
    for date in result.analogs.index:
        single = nearest_analogs(state, date, 8, metric, embargo=9, min_history=50)
        assert list(result.analogs.loc[date]) == list(single.nearest.index)


def test_forecasts_start_with_k_candidates_and_end_a_horizon_before_the_sample():
    state, returns = _states(n=200), _returns(n=200)
    result = analog_forecast(state, returns, 6, k=10, embargo=12, min_history=60)
    # The first date has exactly ten candidates: rows 59 .. 68.
    assert result.analogs.index[0] == state.index[59 + 12 + 10]
    assert set(result.analogs.iloc[0]) == set(state.index[59:69])
    assert result.analogs.index[-1] == state.index[200 - 6 - 1]
    # With a leak the outcomes of the benchmark decide: a horizon after the first usable period.
    leak = analog_forecast(state, returns, 40, k=1, embargo=0, min_history=60, leaky=True)
    assert leak.analogs.index[0] == state.index[100]
    defaults = analog_forecast(_states(), _returns(), 6, k=10)
    assert defaults.analogs.index[0] == _states().index[119 + 42 + 10]
    assert defaults_of(analog_forecast) == {
        "k": 20, "metric": "euclidean", "embargo": None, "min_history": 120, "leaky": False,
    }  # fmt: skip


def test_twenty_forecasts_are_the_fewest():
    n = 59 + 12 + 10 + 20 + 6
    arguments = {"horizon": 6, "k": 10, "embargo": 12, "min_history": 60}
    assert analog_forecast(_states(n=n), _returns(n=n), **arguments).score.n == 20
    with pytest.raises(ValueError, match="9 periods are left for 20 forecasts"):
        analog_forecast(_states(n=n - 1), _returns(n=n - 1), **arguments)


def test_p_is_the_share_of_shifts_as_good_and_blocks_of_shifts_change_nothing(monkeypatch):
    state, returns = _states(n=200), _returns(n=200)
    arguments = {"horizon": 4, "k": 5, "embargo": 8, "min_history": 60}
    result = analog_forecast(state, returns, **arguments)
    as_good = (result.placebo >= result.r2).sum()
    assert result.placebo_p == pytest.approx((1 + as_good) / (1 + len(result.placebo)))
    assert result.r2 == result.score.r2
    for shift in (5, 195):
        shifted = pd.Series(np.roll(returns.to_numpy(), -shift), index=returns.index)
        again = analog_forecast(state, shifted, **arguments)
        assert result.placebo[shift - 5] == pytest.approx(again.r2)
    monkeypatch.setattr(analogs, "_CELLS", 2_000)
    blocks = analog_forecast(state, returns, **arguments)
    assert blocks.placebo == pytest.approx(result.placebo)


def test_shifts_that_repeat_the_returns_count_though_rounding_makes_them_less():
    """Returns that repeat themselves every ten periods: each tenth shift is no shift at all."""
    returns = np.tile(np.random.default_rng(7).normal(size=10), 20)
    result = analog_forecast(_states(n=200).to_numpy(), returns, 4, 5, embargo=8, min_history=60)
    shifts = np.arange(5, 196)
    assert result.placebo[shifts % 10 == 0] == pytest.approx(result.r2)
    as_good = np.sum(result.placebo >= result.r2 - 1e-9)
    assert as_good >= 19
    assert result.placebo_p == (1 + as_good) / 192


def test_placebo_is_the_same_pipeline_on_shifted_returns():
    state, returns = _states(n=260), _returns(n=260)
    arguments = {"horizon": 4, "k": 5, "embargo": 8, "min_history": 60}
    result = analog_forecast(state, returns, **arguments)
    shift = 30
    shifted = pd.Series(np.roll(returns.to_numpy(), -shift), index=returns.index)
    again = analog_forecast(state, shifted, **arguments)
    assert result.placebo[shift - 5] == pytest.approx(again.r2)
    assert len(result.placebo) == 260 - 2 * 4 - 1


def test_placebo_p_is_not_small_on_noise_and_small_when_the_state_matters():
    p = [
        analog_forecast(
            _states(n=240, seed=s), _returns(n=240, seed=50 + s), 6, k=15, embargo=12
        ).placebo_p
        for s in range(40)
    ]
    assert np.mean(np.array(p) < 0.10) < 0.3
    assert 0.3 < np.mean(p) < 0.7
    state = _states(n=600, variables=1)
    driven = 0.5 * state["v0"].shift(1).fillna(0.0) + _returns(n=600)
    result = analog_forecast(state, driven, 6, k=25, embargo=12)
    assert result.r2 > 0.1
    assert result.placebo_p < 0.05


def test_a_leak_looks_like_skill():
    """Synthetic noise, state containing past returns: without embargo the outcome overlaps the forecast."""
    honest, leaky = [], []
    for seed in range(10):
        returns = _returns(seed=seed)
        state = returns.cumsum().to_frame("level")
        honest.append(analog_forecast(state, returns, 24, k=10, embargo=60, min_history=60).r2)
        leak = analog_forecast(state, returns, 24, k=10, embargo=0, min_history=60, leaky=True)
        assert leak.leaky
        leaky.append(leak.r2)
    assert np.mean(leaky) > np.mean(honest) + 0.2


def test_share_of_analogs_in_a_window_against_its_base_rate():
    result = nearest_analogs(_states(), k=40, embargo=12, min_history=60)
    share, base = result.share_in("1970-01", "1974-12")
    inside = [
        pd.Period("1970-01") <= month <= pd.Period("1974-12") for month in result.nearest.index
    ]
    assert share == pytest.approx(np.mean(inside))
    assert base == pytest.approx(60 / result.n)
    with pytest.raises(ValueError, match="reversed"):
        result.share_in("1974-12", "1970-01")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"k": 400}, "larger than the history"),
        ({"k": 0}, "at least 1"),
        ({"metric": "cosine"}, "metric"),
        ({"k": 2.5}, "k is 2.5"),
        ({"embargo": -1}, "embargo is -1"),
        ({"embargo": 1.5}, "embargo is 1.5"),
        ({"min_history": 23}, "min_history is 23"),
        ({"min_history": 60.5}, "min_history is 60.5"),
        ({"state": _states().iloc[:29]}, "at least 30"),
        ({"at": "2050-01"}, "outside the sample"),
        ({"state": _states().to_numpy(), "at": 400}, r"at outside the sample \(0 .. 399\): 400"),
        ({"state": _states().iloc[::-1]}, "time order"),
        ({"state": _states().drop(pd.Period("1970-05"))}, "gap"),
        ({"state": _states().assign(flat=1.0)}, "constant"),
        ({"state": _states().replace(_states().iloc[5, 0], np.nan)}, "missing"),
    ],
)
def test_bad_queries_are_refused(change, word):
    with pytest.raises(ValueError, match=word):
        nearest_analogs(**({"state": _states(), "k": 10, "embargo": 12} | change))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"embargo": 5}, "embargo is 5, below the horizon 6"),
        ({"k": 300}, "larger than the history"),
        ({"horizon": 250}, "less than half"),
        ({"returns": _returns(n=399)}, "length"),
        ({"returns": _returns().replace(_returns().iloc[9], np.inf)}, "infinite"),
    ],
)
def test_bad_forecasts_are_refused(change, word):
    arguments = {
        "state": _states(),
        "returns": _returns(),
        "horizon": 6,
        "k": 10,
        "embargo": 12,
    } | change
    with pytest.raises(ValueError, match=word):
        analog_forecast(**arguments)
