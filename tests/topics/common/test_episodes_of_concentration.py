"""Episodes of extreme concentration: seen in real time, parted by a year, followed by what is over."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import NotKnown
from helpers.topics.common.concentration import HIGH, extreme_months, logit, table_extremes


def monthly(values):
    """Synthetic monthly series."""
    return pd.Series(values, pd.period_range("1900-01", periods=len(values), freq="M"), dtype=float)


@given(st.floats(0.001, 0.999))
def test_log_odds_are_those_of_the_share_and_change_sign_with_the_rest(share):
    odds = logit(pd.Series([share, 1 - share]))
    assert 1 / (1 + np.exp(-odds[0])) == pytest.approx(share)
    assert odds[1] == pytest.approx(-odds[0], abs=1e-9)


def test_more_than_a_year_without_an_extreme_parts_two_episodes():
    rising = [*range(240), 300, *[0] * 11, 300, *[0] * 12, 400]
    share = pd.Series(
        rising, pd.period_range("1900-01", periods=len(rising), freq="M"), dtype=float
    )
    assert extreme_months(share).to_list() == [0, 0, 1]
    with pytest.raises(NotKnown, match="nine in ten"):
        extreme_months(share[:240])


def test_a_month_is_extreme_by_those_before_it_alone():
    share = np.random.default_rng(3).normal(size=400)
    found = extreme_months(monthly(share)).index
    again = extreme_months(monthly([*share[:330], *share[330:] * 0 + 99])).index
    assert list(found[found < monthly(share).index[330]]) == list(
        again[again < monthly(share).index[330]]
    )


def test_a_lower_quantile_holds_every_month_of_a_higher_one():
    share = monthly(np.random.default_rng(4).normal(size=500).cumsum())
    high, higher = (set(extreme_months(share, one).index) for one in (0.75, 0.9))
    assert higher < high
    with pytest.raises(NotKnown, match="99 percent of all earlier ones"):
        extreme_months(monthly(np.arange(300.0)[::-1]), 0.99)


def test_what_followed_is_the_mean_over_the_months_whose_outcome_is_over():
    share = monthly([*range(240), 500, 501, *[0] * 20, 502])
    after = pd.DataFrame({"year": [*[0.0] * 240, 3.0, 5.0, *[0.0] * 20, np.nan]}, share.index)
    table = table_extremes(share, after)
    assert table["year"].to_list()[0] == 4.0
    assert np.isnan(table["year"].iloc[1])
    assert table["months"].to_list() == [2, 1]
    assert table["share"].iloc[0] == 500.5


def test_a_share_that_only_equals_what_was_is_no_extreme_and_one_alone_is_an_episode():
    with pytest.raises(NotKnown):
        extreme_months(monthly([7.0] * 300))
    alone = extreme_months(monthly([*range(240), 500, *[0] * 20]))
    assert alone.to_list() == [0]


def test_high_is_the_top_quarter_and_very_high_the_top_tenth():
    assert HIGH == (1 - 1 / 4, 1 - 1 / 10)
