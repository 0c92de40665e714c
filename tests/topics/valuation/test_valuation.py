"""Multiples count alike or not at all; the gap by book value foretells only what it could have at the time."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers import data, stats
from helpers.errors import ParameterError
from helpers.topics import valuation
from helpers.topics.valuation import multiples
from helpers.topics.valuation.examination import claimed_loss_maker_share
from helpers.topics.valuation.multiples import UndefinedMultiple
from helpers.topics.valuation.relative_value import effect, load_gap, load_relative
from helpers.trial import load_claim, verdict

ARTICLE = "2026-02-16"
FAST = {"draws": 200}


@pytest.fixture(scope="module")
def info():
    return data.Information(ARTICLE)


@pytest.fixture(scope="module")
def found(info):
    return valuation.examine(info, **FAST)


def word(examination, claim):
    return verdict(load_claim(claim), examination.evidence[claim]).word


# --- multiples ------------------------------------------------------------------------------------------

companies = st.lists(
    st.tuples(st.floats(0.1, 1e5), st.floats(-1e4, 1e4).map(lambda x: round(x, 3))),
    min_size=1,
    max_size=30,
)


@given(companies, st.floats(1e-3, 1e3))
def test_a_multiple_ignores_the_currency_and_the_order(pairs, unit):
    value, earnings = np.array(pairs).T
    assume(earnings.sum() > 1e-3 * np.abs(earnings).sum() > 0)
    plain = multiples.index_multiple(value, earnings)
    assert multiples.index_multiple(value * unit, earnings * unit) == pytest.approx(plain, rel=1e-6)
    assert multiples.index_multiple(value[::-1], earnings[::-1]) == pytest.approx(plain, rel=1e-6)


@given(companies)
def test_leaving_loss_makers_out_never_makes_an_index_dearer(pairs):
    value, earnings = np.array(pairs).T
    assume(earnings.sum() > 1e-3 * np.abs(earnings).sum() > 0)
    without = multiples.multiple_without_losses(value, earnings)
    assert 0 < without <= multiples.index_multiple(value, earnings) * (1 + 1e-9)


@given(companies)
def test_an_index_multiple_lies_between_those_of_its_members(pairs):
    value, earnings = np.array(pairs).T
    kept = earnings > 0.01
    assume(kept.any())
    single = value[kept] / earnings[kept]
    whole = multiples.index_multiple(value[kept], earnings[kept])
    assert single.min() * (1 - 1e-9) <= whole <= single.max() * (1 + 1e-9)


def test_multiples_without_meaning_are_refused():
    for value, earnings in (([100.0, 50.0], [1.0, -2.0]), ([10.0], [0.0])):
        with pytest.raises(UndefinedMultiple, match="no meaning"):
            multiples.index_multiple(value, earnings)
    with pytest.raises(UndefinedMultiple, match="No company makes a profit"):
        multiples.multiple_without_losses([10.0, 20.0], [-1.0, -2.0])
    with pytest.raises(UndefinedMultiple, match="0 values"):
        multiples.index_multiple([], [])
    with pytest.raises(UndefinedMultiple, match="positive"):
        multiples.index_multiple([-1.0], [1.0])


@given(st.floats(5, 60), st.floats(5, 60), st.floats(1, 20))
def test_the_growth_gap_closes_the_multiples(small, large, years):
    lead = multiples.growth_gap(small, large, years)
    assert small / math.exp(lead * years / 100) == pytest.approx(large)
    assert multiples.growth_gap(large, small, years) == pytest.approx(-lead)


@given(st.floats(5, 60), st.floats(25, 100), st.floats(0, 3))
def test_a_higher_rate_lowers_every_multiple_and_the_dearer_one_more(multiple, payout, change):
    after = multiples.multiple_after(multiple, payout=payout, rate_change=change)
    dearer = multiples.multiple_after(1.5 * multiple, payout=payout, rate_change=change)
    assert after <= multiple
    assert dearer / (1.5 * multiple) <= after / multiple + 1e-12
    # growth and premium stay: the same implied growth at the new required return
    then = multiples.implied_growth(multiple, payout=payout, required_return=8.0)
    now = multiples.implied_growth(after, payout=payout, required_return=8.0 + change)
    assert now == pytest.approx(then)


def test_a_fall_of_the_rate_beyond_the_payout_yield_is_refused():
    with pytest.raises(UndefinedMultiple, match="exceeds the payout yield"):
        multiples.multiple_after(40.0, payout=40.0, rate_change=-1.5)


# --- one gap, many definitions --------------------------------------------------------------------------


def test_verdicts_on_the_articles_date(found):
    assert {claim: word(found, claim) for claim in found.evidence} == {
        "M3": "not detectable",
        "M4": "contradicted",
        "M5": "leaning",
    }


def test_ratios_of_the_year_before_the_date(found):
    """Century 23/22, MarketScreener +5 %, own 28.6/24.9 and 30.8/25.0: all companies on both sides."""
    expected = sorted([23 / 22, 1.05, 28.6 / 24.9, 30.8 / 25.0])
    assert sorted(found.chosen["ratio"]) == pytest.approx(expected)
    assert found.evidence["M4"].estimate == pytest.approx(np.median(expected))


def test_machine_written_multiples_are_listed_and_never_counted(found):
    assert found.pairs["machine_written"].any()
    assert not found.ratios["publisher"].str.contains("AInvest|Gate").any()
    assert found.ratios["known"].max() <= pd.Timestamp(ARTICLE)


def test_the_clearest_published_illustration(found):
    """LSEG, December 2023: 23.4 against 18.8 for the Russell 1000, and 15.4 without health care."""
    lseg = found.pairs[found.pairs["publisher"].str.startswith("LSEG")].set_index("definition")[
        "ratio"
    ]
    assert lseg["all_companies"] == pytest.approx(23.4 / 18.8)
    assert lseg["without_health_care"] == pytest.approx(15.4 / 18.8)


def test_profit_screened_index_has_no_definition_of_ours(found):
    screened = found.pairs[found.pairs["small_group"] == "S&P 600"]
    assert len(screened) >= 5 and (screened["definition"] == "").all()


def test_loss_makers_weigh_less_than_they_count(found):
    own = found.loss_makers[found.loss_makers["confidence"] == "derived"].set_index("measure")[
        "share"
    ]
    assert own["count"] == pytest.approx(27.8)
    profits = 4 * (23.6 + 11.4)
    assert own["weight"] == pytest.approx(100 * (1 - 16.5 * profits / 2906.5))
    assert own["weight"] < own["count"]


def test_the_articles_multiple_as_a_mix(info):
    share = claimed_loss_maker_share(info)
    profits, inside = 4 * (23.6 + 11.4), 16.5 * 4 * (23.6 + 11.4)
    assert (inside + share / 100 * (2906.5 - inside)) / profits == pytest.approx(18.1)


def test_haircut_moves_the_small_multiple_only(info, found):
    cut = valuation.examine(info, haircut=[20.0, 20.0, 20.0], **FAST)
    assert cut.priced_in["small"].to_numpy() == pytest.approx(
        [30.8 / 0.8, 16.5 / 0.8, 22.6 / 0.8, 18.1 / 0.8]
    )
    assert cut.priced_in["large"].equals(found.priced_in["large"])


# --- a century of the gap -------------------------------------------------------------------------------


def test_primary_effect_is_ivx_times_horizon_and_deviation(info, found):
    gap, relative = load_gap(info), load_relative(info, "lo20_hi20")
    both = pd.concat([relative, gap], axis=1, join="inner").dropna()
    test = stats.ivx(both.iloc[:, 0], both.iloc[:, 1], 12)
    row = found.value.horizons.loc[12]
    assert row["effect"] == pytest.approx(12 * test.coefficients.iloc[0] * both.iloc[:, 1].std())
    assert row["p_ivx"] == pytest.approx(test.p.iloc[0])
    assert found.evidence["M5"].definitions["book-to-market of size quintiles"] == pytest.approx(
        row["effect"]
    )
    assert effect(both.iloc[:, 0], 2 * both.iloc[:, 1], 12) == pytest.approx(
        row["effect"]
    )  # no unit


def test_decades_add_up(found):
    table = found.value.decades
    total = table["re-rating"] + table["growth, payout, members"]
    assert total.to_numpy() == pytest.approx(table["small less large"].to_numpy())


def test_real_time_percentile_of_a_month_uses_only_its_past(info, found):
    early = data.Information("2005-12-31")
    then = valuation.examine(early, **FAST).value.real_time
    now = found.value.real_time[then.index]
    pd.testing.assert_series_equal(then, now)


def test_breadth_is_the_last_window_beyond_the_average(info, found):
    months = 100 * (np.log1p(info.load("rsp") / 100) - np.log1p(info.load("spy") / 100)).dropna()
    expected = months.iloc[-6:].sum() - 6 * months.mean()
    assert found.evidence["M3"].estimate == pytest.approx(expected)
    assert found.evidence["M3"].n_effective == pytest.approx(len(months) / 6, rel=0.05)


# --- nothing later enters -------------------------------------------------------------------------------


def test_a_wrong_future_changes_nothing(found, wrong_future):
    with wrong_future(ARTICLE):
        again = valuation.examine(data.Information(ARTICLE), **FAST)
    assert again.evidence == found.evidence
    pd.testing.assert_frame_equal(again.priced_in, found.priced_in)
    pd.testing.assert_frame_equal(again.pairs, found.pairs)
    pd.testing.assert_frame_equal(again.value.horizons, found.value.horizons)


def test_before_the_funds_and_the_multiples_each_claim_says_why(info):
    early = valuation.examine(data.Information("1990-01-01"), **FAST)
    assert word(early, "M3") == word(early, "M4") == "not testable"
    assert early.evidence["M5"].not_testable is None
    assert early.value.gap.index[-1] < pd.Period("1990-01", "M")


def test_unknown_choices_are_refused_with_the_known_ones(info):
    with pytest.raises(ParameterError, match="without_health_care"):
        valuation.examine(info, definition="median", **FAST)
    with pytest.raises(ParameterError, match="lo20_hi20"):
        valuation.examine(info, index_pair="smb", **FAST)
