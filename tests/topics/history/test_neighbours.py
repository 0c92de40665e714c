"""Nearest months: as seen at the time, in order, and judged by sliding the label of an era."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import stats
from helpers.errors import ParameterError
from helpers.topics.history import neighbours as near

MONTHS = pd.period_range("1950-01", "1999-12", freq="M")
ERA = (pd.Period("1974-01", "M"), pd.Period("1983-12", "M"))
OPTIONS = {"k": 30, "metric": "euclidean", "embargo": 48}


@pytest.fixture(scope="module")
def state():
    """Synthetic: four variables of noise over fifty years."""
    values = np.random.default_rng(2).normal(size=(600, 4))
    return pd.DataFrame(values, index=MONTHS, columns=list("abcd"))


def by_hand(state, at, embargo):
    """Expanding z-scores and straight distances, the plain way."""
    z = (state - state.expanding().mean()) / state.expanding().std()
    candidates = z[: at - embargo - 1].iloc[119:]
    return np.sqrt(((candidates - z.loc[at]) ** 2).sum(axis=1))


@pytest.mark.parametrize(("at", "embargo"), [("1999-12", 48), ("1985-06", 13)])
def test_distances_are_those_of_expanding_z_scores(state, at, embargo):
    at = pd.Period(at, "M")
    found = near.find_distances(state, at, k=5, metric="euclidean", embargo=embargo)
    expected = by_hand(state, at, embargo)
    assert len(found) == len(expected)
    pd.testing.assert_series_equal(
        found.sort_index(), expected, check_names=False, check_freq=False
    )
    assert found.is_monotonic_increasing


def test_the_metric_is_the_one_asked_for(state):
    """Synthetic: one variable repeats two others, which Mahalanobis' distance discounts."""
    twice = state.assign(e=state["a"] + state["b"])
    ordered = {
        metric: near.find_distances(twice, MONTHS[-1], **OPTIONS | {"metric": metric})
        for metric in near.METRICS
    }
    analogs = {
        metric: stats.nearest_analogs(twice, k=30, metric=metric, embargo=48).nearest
        for metric in near.METRICS
    }
    for metric in near.METRICS:
        assert ordered[metric].iloc[:30].tolist() == analogs[metric].tolist()
    assert list(ordered["euclidean"].index) != list(ordered["mahalanobis"].index)


def test_a_history_repeated_is_found(state):
    """Synthetic: the last month copies 1976, so its neighbour is there."""
    copied = state.copy()
    copied.iloc[-1] = copied.loc["1976-06"]
    found = near.find_distances(copied, MONTHS[-1], k=1, metric="euclidean", embargo=48)
    assert found.index[0] == pd.Period("1976-06", "M")


@pytest.mark.parametrize("metric", near.METRICS)
@pytest.mark.parametrize("cut", ["1975-06", "1990-12"])
def test_neighbours_of_a_month_do_not_depend_on_what_came_after_it(state, cut, metric):
    at = pd.Period(cut, "M")
    wrong = state.copy()
    wrong[at + 1 :] = np.random.default_rng(0).normal(1e3, 1e3, size=wrong[at + 1 :].shape)
    options = OPTIONS | {"metric": metric}
    expected = near.find_distances(state, at, **options)
    for other in (state[:at], wrong):
        pd.testing.assert_series_equal(near.find_distances(other, at, **options), expected)


def test_the_candidates_are_ten_years_from_the_start_and_an_embargo_from_the_month(state):
    found = near.find_distances(state, MONTHS[-1], **OPTIONS).index.sort_values()
    assert (found[0], found[-1]) == (MONTHS[0] + 119, MONTHS[-1] - 49)
    at = MONTHS[0] + 119 + 48 + 30  # as many candidates as neighbours are asked for
    assert len(near.find_distances(state, at, **OPTIONS)) == 30
    with pytest.raises(ParameterError, match=rf"k is 30, but only 29 months before {at - 1}"):
        near.find_distances(state, at - 1, **OPTIONS)


def test_a_month_without_a_past_or_a_state_is_named(state):
    with pytest.raises(ParameterError, match="only 0 months before 1951-01 can be neighbours"):
        near.find_distances(state, pd.Period("1951-01", "M"), **OPTIONS)
    with pytest.raises(ParameterError, match=r"2000-01 has no state: .* 1950-01 \.\. 1999-12"):
        near.find_distances(state, pd.Period("2000-01", "M"), **OPTIONS)


# --- what followed --------------------------------------------------------------------------------------


def test_what_followed_starts_when_the_figures_of_the_month_were_known():
    relative = pd.Series(np.arange(600.0), MONTHS)
    after = near.sum_after(relative, 12)
    month = pd.Period("1960-05", "M")
    assert after[month] == relative[month + 2 : month + 13].sum()
    assert (after.index[0], after.index[-1]) == (MONTHS[0], MONTHS[-1] - 13)


def test_the_state_can_be_used_a_month_later(state):
    known = near.usable(state)
    assert known.index[0] == MONTHS[1]
    assert known.index[-1] == MONTHS[-1]
    assert known.loc["1980-07"].tolist() == state.loc["1980-06"].tolist()


def test_each_neighbour_keeps_its_distance_and_gets_what_came_after_it():
    nearest = pd.Series([0.1, 0.2, 0.3], [MONTHS[7], MONTHS[3], MONTHS[9]])
    table = near.follow(nearest, pd.Series([5.0, 6.0], [MONTHS[3], MONTHS[7]]))
    assert table["distance"].tolist() == [0.1, 0.2, 0.3]
    assert table["after"].iloc[:2].tolist() == [6.0, 5.0]
    assert np.isnan(table["after"].iloc[2])


def test_an_embargo_covers_what_followed_and_the_month_until_it_was_known():
    near.check_embargo(13, 12)
    with pytest.raises(
        ParameterError,
        match=r"embargo is 12 months, .* only after 13; use at least that, better 48",
    ):
        near.check_embargo(12, 12)


def test_shares_by_bin_add_up_and_the_bins_span_the_first_sample():
    rng = np.random.default_rng(4)
    everything = pd.Series(rng.normal(size=500))
    bars = near.share_by_bin({"all": everything, "some": everything[:100]})
    assert len(bars) == 24
    assert bars["all"].sum() == pytest.approx(100)
    assert bars["some"].sum() == pytest.approx(100)
    assert bars["left"].iloc[0] == everything.min()
    assert bars["left"].iloc[-1] + bars["width"].iloc[-1] == pytest.approx(everything.max())
    left, right = bars["left"].iloc[10], bars["left"].iloc[11]
    inside = (everything[:100] >= left) & (everything[:100] < right)
    assert bars["some"].iloc[10] == pytest.approx(100 * inside.mean())


# --- crowding -------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_crowding_is_a_share_less_its_base_rate(seed):
    rng = np.random.default_rng(seed)
    months = pd.period_range("1970-01", periods=240, freq="M")
    distance = pd.Series(rng.uniform(size=240), index=months).sort_values()
    test = near.crowding_test(distance, 24, ERA)
    inside = (months >= ERA[0]) & (months <= ERA[1])
    share = distance.index[:24].isin(months[inside]).mean()
    assert test.per_event.mean() == pytest.approx(share)
    others = (inside.sum() - 24 * share) / (241 - 24)
    assert test.estimate == pytest.approx(share - others)
    assert 0 < test.p <= 1


def test_the_ends_of_the_era_belong_to_it():
    months = pd.period_range("1970-01", "1989-12", freq="M")
    for nearest, inside in zip([ERA[0] - 1, *ERA, ERA[1] + 1], [0, 1, 1, 0], strict=True):
        distance = pd.Series(1.0, months)
        distance[nearest] = 0.5
        test = near.crowding_test(distance.sort_values(), 1, ERA)
        assert test.per_event.mean() == inside, nearest


def test_neighbours_a_year_apart_are_one_episode():
    months = [pd.Period(text, "M") for text in ("1980-01", "1970-05", "1981-01", "1982-02")]
    assert near.count_episodes(pd.PeriodIndex(months)) == 3
    assert near.count_episodes(pd.PeriodIndex(months), apart=13) == 2
    assert near.count_episodes(pd.PeriodIndex(months[:1])) == 1
