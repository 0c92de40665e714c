"""Mega-caps: the rest of the market, episodes seen in real time, the slope at today's level, each by plain pandas."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data, stats
from helpers.topics import winners
from helpers.topics.winners.megacaps import LATE, RESTS, return_of_the_rest
from snapshot_csv import column

ALL_OTHERS = next(iter(RESTS))


@given(st.floats(-30, 30), st.floats(-30, 30), st.floats(0.3, 0.9))
def test_the_market_is_the_largest_and_the_rest_by_their_weights(largest, rest, share):
    months = pd.period_range("2025-01", periods=2, freq="M")
    market = share * largest + (1 - share) * rest
    found = return_of_the_rest(
        pd.Series([0.0, market], months),
        pd.Series([0.0, largest], months),
        pd.Series([share, 0.99], months),
    )
    assert found.to_list() == pytest.approx([rest], abs=1e-6)


def test_the_rest_moves_as_the_middle_companies_do(found):
    rest = np.exp(-found.megacaps.relative(ALL_OTHERS) / 100 + found.megacaps.largest / 100) - 1
    middle = column("size_portfolios_monthly", "med40")
    assert rest.dropna().corr(middle.reindex(rest.dropna().index)) > 0.98


def test_extremes_are_those_of_the_months_before(found):
    share, months = found.megacaps.share, found.megacaps.extreme.index
    for month in (months[0], months[20], months[-1]):
        assert share[month] > share[: month - 1].quantile(0.9)
    for month in (months[0] - 1, months[-1] - 40 * 12):
        assert month not in months
        assert share[month] <= share[: month - 1].quantile(0.9)
    assert found.megacaps.episodes.index.to_list() == ["1999-2001", "2020-2025"]


def test_what_followed_an_episode_is_the_mean_over_its_months(found):
    months = [one for one in found.megacaps.extreme.index if one.year < 2005]
    largest = np.log1p(column("size_portfolios_monthly", "hi10") / 100)
    after = 100 * np.mean([largest[one + 1 : one + 24].sum() for one in months])
    assert found.megacaps.episodes.loc["1999-2001", "24 months"] == pytest.approx(after)


def test_a_lower_quantile_finds_more_episodes(found):
    other = winners.examine(data.Information("2026-02-16"), extreme=0.75)
    assert len(other.megacaps.episodes) > len(found.megacaps.episodes)
    assert other.megacaps.episodes["months"].sum() > found.megacaps.episodes["months"].sum()


def test_the_slope_at_todays_level_is_ivx_times_the_distance(found):
    used, mega = found.answers["W8"].used, found.megacaps
    returns = mega.relative(ALL_OTHERS)
    level = np.log(column("market_structure_monthly", "top_decile_share")[:"2025-12"])
    level -= np.log1p(-column("market_structure_monthly", "top_decile_share")[:"2025-12"])
    level = level[returns.index]
    slope = stats.ivx(returns, level, 24).coefficients.iloc[0]
    expected = 24 * slope * (level.iloc[-1] - level.mean())
    assert used.estimate == pytest.approx(expected)
    assert used.definitions[ALL_OTHERS] == pytest.approx(expected)
    assert used.definitions[LATE] == pytest.approx(mega.expected.loc[LATE, "beyond"])
    assert used.oos_r2 < 0


def test_how_often_they_were_dead_money_is_a_plain_count(found):
    largest = np.log1p(column("size_portfolios_monthly", "hi10") / 100)[:"2025-12"]
    coming = largest.rolling(24).sum().dropna()
    dead = found.megacaps.dead
    assert dead.loc["all months", "nothing in 24 months"] == pytest.approx(
        100 * (coming <= 0).mean(), abs=0.2
    )
    assert dead.loc["all months", "months with 24 over"] >= len(coming) - 1


def test_the_sentence_is_open_and_shows_no_return(found):
    stated = found.answers["W8"].stated
    assert stated.found == "not over"
    assert stated.estimate is None
    assert f"{found.megacaps.share.iloc[-1]:.0f} percent of market value" in stated.note


def test_early_dates_say_what_is_missing():
    early = winners.examine(data.Information("1950-01-01"))
    assert "too few" in early.answers["W8"].used.not_testable
