"""Nearest months: as seen at the time, judged by sliding the label, and worth nothing without the leak."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data import Information
from helpers.errors import DataError, ParameterError
from helpers.topics.history import resemblance as near
from helpers.topics.history.state import VARIABLES, load_state
from helpers.trial import load_claim, verdict

OPTIONS = {"pair": "lo30_hi30", "horizon": 12, "k": 60, "metric": "euclidean", "embargo": 48}


@pytest.fixture(scope="module")
def info():
    return Information("2026-02-16")


@pytest.fixture(scope="module")
def found(info):
    return near.examine_resemblance(info, **OPTIONS, variables=tuple(VARIABLES))


def test_the_state_is_that_of_the_last_known_relative_return(found):
    assert found.at == pd.Period("2025-12", "M")
    assert found.state.loc[found.at, "policy_rate"] == pytest.approx(3.72)
    assert not found.state.isna().any().any()


def test_a_missing_price_index_is_carried_as_an_observer_would(info):
    inflation = load_state(info, ("inflation",))["inflation"]
    assert inflation["2025-10"] == inflation["2025-09"]


def test_no_near_month_lies_in_the_years_the_article_names(info, found):
    evidence = near.weigh_resemblance(info, found)
    assert (found.shares["share"] == 0).all()
    assert set(evidence.definitions) == set(load_claim("H2").definitions)
    assert evidence.ci_low >= -found.shares.loc["euclidean", "base rate"] - 1e-9
    assert verdict(load_claim("H2"), evidence).word in ("not detectable", "contradicted")
    assert evidence.n_effective < 10, "sixty neighbours are a few episodes"


def test_neighbours_respect_the_embargo_and_come_in_order(found):
    assert found.neighbours.index.max() <= found.at - 48
    assert found.neighbours["distance"].is_monotonic_increasing
    assert len(found.distance) == len(
        pd.period_range(found.distance.index[0], found.at - 49, freq="M")
    )


def test_what_followed_starts_when_the_figures_of_the_month_were_known(found):
    month = found.neighbours.index[0]
    assert found.neighbours["after"].iloc[0] == pytest.approx(
        found.relative[month + 2 : month + 13].sum()
    )


def test_the_leak_is_what_makes_analogs_look_skilful(found):
    assert found.leaking.leaky and not found.score.leaky
    assert found.score.r2 < 0 < found.leaking.r2


@pytest.mark.parametrize("cut", ["1995-06", "2010-12"])
def test_neighbours_of_a_month_do_not_depend_on_what_came_after_it(found, cut):
    at = pd.Period(cut, "M")
    wrong = found.state.copy()
    wrong[at + 1 :] = np.random.default_rng(0).normal(1e3, 1e3, size=wrong[at + 1 :].shape)
    options = {"k": 30, "metric": "mahalanobis", "embargo": 48}
    expected = near.find_distances(found.state, at, **options)
    for state in (found.state[:at], wrong):
        pd.testing.assert_series_equal(near.find_distances(state, at, **options), expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_crowding_is_a_share_less_its_base_rate(seed):
    rng = np.random.default_rng(seed)
    months = pd.period_range("1970-01", periods=240, freq="M")
    distance = pd.Series(rng.uniform(size=240), index=months).sort_values()
    test = near.test_crowding(distance, 24, near.ERA)
    inside = (months >= near.ERA[0]) & (months <= near.ERA[1])
    share = distance.index[:24].isin(months[inside]).mean()
    assert test.estimate == pytest.approx(share - inside.sum() / 241)
    assert 0 < test.p <= 1


def test_a_history_repeated_is_found():
    """Synthetic: the last year copies 1976, so its neighbours are there."""
    months = pd.period_range("1950-01", "1999-12", freq="M")
    state = pd.DataFrame(
        np.random.default_rng(2).normal(size=(600, 4)), index=months, columns=list("abcd")
    )
    state.iloc[-1] = state.loc["1976-06"]
    found = near.find_distances(state, months[-1], k=1, metric="euclidean", embargo=48)
    assert found.index[0] == pd.Period("1976-06", "M")


def test_impossible_questions_are_named(info, found):
    with pytest.raises(
        ParameterError,
        match="embargo is 6 months, but what followed a neighbour is known only after 13",
    ):
        near.examine_resemblance(info, **(OPTIONS | {"embargo": 6}), variables=("slope",))
    with pytest.raises(ParameterError, match="only 37 months before 1976-01 can be neighbours"):
        near.find_distances(
            found.state, pd.Period("1976-01", "M"), k=60, metric="euclidean", embargo=48
        )
    with pytest.raises(ParameterError, match="has no state"):
        near.find_month(found, pd.Period("1950-01", "M"))
    with pytest.raises(ParameterError, match="Unknown state variable 'vix'"):
        load_state(info, ("slope", "vix"))
    with pytest.raises(ParameterError, match="each once"):
        load_state(info, ("slope", "slope"))


def test_a_figure_too_old_to_stand_for_today_is_an_error(info, monkeypatch):
    monkeypatch.setattr("helpers.topics.history.state.LONGEST_CARRY", 2)
    with pytest.raises(DataError, match="'valuation' is missing in 2025-11"):
        load_state(info, ("slope", "valuation"))


def test_every_year_offered_to_the_reader_can_be_asked(found):
    first, last = found.years
    assert len(near.find_month(found, pd.Period(f"{first}-01", "M"))) == 60
    assert len(near.find_month(found, pd.Period(f"{last}-12", "M"))) == 60
