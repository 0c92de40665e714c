"""Mega-caps: the rest of the market, episodes seen in real time, the slope at today's level, each by plain pandas."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data, stats
from helpers.errors import NotKnown
from helpers.topics import winners
from helpers.topics.winners.megacaps import (
    ALONE,
    LATE,
    RESTS,
    Megacaps,
    return_of_the_rest,
    weigh_dead_money,
    weigh_outcome,
)
from helpers.trial import load_line
from snapshot_csv import column

ALL_OTHERS = next(iter(RESTS))


@dataclass(frozen=True)
class Synthetic(Megacaps):
    """Mega-caps after whose months what is made up followed; the first two of them are extreme."""

    followed: pd.DataFrame
    after = property(lambda self: self.followed)
    extreme = property(lambda self: self.followed.iloc[:2, 0])


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
    scale = 24 * (level.iloc[-1] - level.mean())
    test = stats.ivx(returns, level, 24)
    expected = scale * test.coefficients.iloc[0]
    assert used.estimate == pytest.approx(expected)
    assert used.definitions[ALL_OTHERS] == pytest.approx(expected)
    ends = sorted(scale * end.iloc[0] for end in (test.ci_low, test.ci_high))
    assert used.intervals[ALL_OTHERS] == pytest.approx(tuple(ends))
    half = len(level) // 2
    slopes = (
        stats.ivx(returns[part], level[part], 24).coefficients.iloc[0]
        for part in (level.index[:half], level.index[half:])
    )
    assert used.halves == pytest.approx(tuple(scale * slope for slope in slopes))
    assert used.definitions[LATE] == pytest.approx(mega.expected.loc[LATE, "beyond"])
    assert used.oos_r2 < 0


def test_how_often_they_were_dead_money_is_a_plain_count(found):
    largest = np.log1p(column("size_portfolios_monthly", "hi10") / 100)[:"2025-12"]
    coming = largest.rolling(24).sum().dropna()
    dead = found.megacaps.dead
    assert list(dead.index.get_level_values(0).unique()) == [
        "24 months",
        "12 months",
    ]  # longest first
    row = dead.loc[("24 months", "all months")]
    assert row["nothing"] == pytest.approx(100 * (coming <= 0).mean(), abs=0.2)
    assert row["months"] >= len(coming) - 1


def test_nothing_is_a_return_of_zero_or_less_and_a_tie_with_the_rest_is_no_less(found):
    own, over_rest = [-1.0, 0.0, 0.5, 2.0, np.nan], [-1.0, 0.0, 0.5, 2.0, np.nan]
    followed = pd.DataFrame(
        {
            f"{months} months{of}": outcome
            for months in (12, 24)
            for of, outcome in (("", own), (f", {ALL_OTHERS}", over_rest))
        }
    )
    dead = Synthetic(found.inputs, 0.9, 24, followed).dead
    for months in (12, 24):
        shown = dead.loc[f"{months} months"]
        assert list(shown) == ["nothing", "less than the rest", "months"]
        assert shown.loc["all months"].to_list() == [50, 25, 4]
        assert shown.loc["extreme concentration"].to_list() == [100, 50, 2]


def test_twice_twenty_years_and_the_horizon_are_the_least_a_slope_is_told_from(found):
    returns = found.megacaps.relative(ALL_OTHERS)
    assert len(found.megacaps._shared(returns[-504:])) == 504  # 2 * 240 + 24
    with pytest.raises(NotKnown, match="503 months of concentration and returns are too few"):
        found.megacaps._shared(returns[-503:])


def test_the_sentence_is_open_and_shows_no_return(found):
    stated = found.answers["W8"].stated
    assert stated.found == "not over"
    assert stated.estimate is None
    share = 100 * column("market_structure_monthly", "top_decile_share")[:"2025-12"]
    lower = 100 * (share < share.iloc[-1]).mean()
    assert (
        f"{share.iloc[-1]:.0f} percent of market value (2025-12), more than in {lower:.1f} percent"
        in stated.note
    )
    assert stated.n == len(share)
    assert found.megacaps.share.to_list() == pytest.approx(share.to_list())


def test_the_place_of_a_share_is_how_many_months_were_lower():
    months = pd.PeriodIndex(["2024-12", "2025-10", "2025-11", "2025-12"], freq="M")
    share = pd.Series([10.0, 20.0, 30.0, 20.0], months)  # synthetic
    note = weigh_outcome(SimpleNamespace(share=share)).note
    assert "held 20 percent of market value (2025-12), more than in 25.0 percent" in note
    assert "of all months since 2024" in note


def test_the_card_tells_what_is_expected_against_the_rest_and_alone(found):
    note, expected = found.answers["W8"].used.note, found.megacaps.expected
    row, alone = expected.loc[ALL_OTHERS], expected.loc[ALONE]
    word = "less" if row["beyond"] < 0 else "more"
    assert f"return {abs(row['beyond']):.1f} log percent {word} against the rest over 24" in note
    assert f"Alone it is expected to return {alone['expected']:+.0f}," in note
    assert f"between {alone['low']:+.0f} and {alone['high']:+.0f}." in note
    largest = np.log1p(column("size_portfolios_monthly", "hi10")[:"2025-12"] / 100)
    shared = largest[found.megacaps.level.index.intersection(largest.index)]
    assert alone["average"] == pytest.approx(2400 * shared.mean())
    episode = found.megacaps.episodes.loc["1999-2001"]
    assert f"months of 1999-2001 it returned {episode['24 months']:+.0f} log percent" in note


def test_over_another_horizon_the_unit_names_it(found):
    mega = found.megacaps
    better = mega.expected.assign(beyond=0.5)  # synthetic
    year = weigh_dead_money(
        SimpleNamespace(
            expected=better,
            definitions=mega.definitions,
            halves=mega.halves,
            horizon=12,
            knows={"episodes": False}.get,
        )
    )
    assert year.unit == "percent over 12 months"
    assert "0.5 log percent more against the rest over 12 months" in year.note
    assert year.note.endswith("No month so far was extreme.")
    assert found.answers["W8"].used.unit == load_line("W8", "used").unit


def test_early_dates_say_what_is_missing():
    early = winners.examine(data.Information("1950-01-01"))
    assert "too few" in early.answers["W8"].used.not_testable
