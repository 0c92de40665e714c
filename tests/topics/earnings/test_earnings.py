"""Earnings claims against published arithmetic, and against everything that was not yet known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats as laws

from helpers import data
from helpers.errors import DataError, ParameterError
from helpers.topics import earnings
from helpers.topics.earnings import consensus
from helpers.topics.earnings.payoff import known_growth
from helpers.trial import load_claim, verdict

ARTICLE = "2026-02-16"


@pytest.fixture(scope="module")
def info():
    return data.Information(ARTICLE)


@pytest.fixture(scope="module")
def found(info):
    return earnings.examine(info, draws=5000)


@pytest.fixture(scope="module")
def quotations(info):
    return consensus.growth_quotations(info)


def word(examination, claim):
    return verdict(load_claim(claim), examination.evidence[claim]).word


# --- quotations -----------------------------------------------------------------------------------------


def test_nothing_published_after_the_date_is_read(quotations):
    assert quotations["known"].max() <= pd.Timestamp(ARTICLE)
    broad = quotations[
        (quotations["index_name"] == "Russell 2000") & (quotations["period"] == "2026")
    ]
    assert 38.0 not in broad["growth"].values  # CNBC, 30 June 2026
    assert not (
        (broad["growth"] == 19.0) & ~broad["machine_written"]
    ).any()  # Motley Fool, 20 February 2026
    later = consensus.growth_quotations(data.Information("2026-07-15"))
    assert 38.0 in later.loc[later["index_name"] == "Russell 2000", "growth"].values


def test_machine_written_pages_are_shown_and_never_counted(quotations, found):
    assert quotations["machine_written"].any()
    assert not found.small.quotations["machine_written"].any()
    assert not found.pairs["publisher"].str.contains("MarketMinute|AInvest").any()


def test_second_hand_pages_alone_carry_no_verdict(quotations):
    rows = quotations[
        (quotations["confidence"] == "second-hand") & (quotations["index_name"] == "Russell 2000")
    ]
    with pytest.raises(DataError, match="do not carry a verdict alone"):
        consensus.require_first_hand(rows, "growth")
    with pytest.raises(DataError, match="No publication"):
        consensus.require_first_hand(rows.iloc[:0], "growth")


def test_an_estimate_of_a_year_that_is_over_counts_as_its_outcome(quotations):
    first_eagle = quotations[quotations["vendor"] == "First Eagle"].set_index(
        ["index_name", "period"]
    )["kind"]
    assert first_eagle["Russell 2000", "2025"] == "outcome"
    assert first_eagle["Russell 2000", "2026"] == "forecast"


def test_pairs_are_published_alike(found, quotations):
    by_url = quotations.groupby("url")["vendor"].first()
    for row in found.pairs.itertuples():
        assert row.measured_by in (row.publisher, by_url[row.url])
    first_eagle = found.pairs[
        (found.pairs["period"] == "2026") & (found.pairs["publisher"].str.startswith("First Eagle"))
    ]
    assert first_eagle[["small", "large", "lead"]].values.tolist() == [[63.0, 16.0, 47.0]]
    with pytest.raises(ParameterError, match="russell2000_sp500"):
        consensus.pair_quotations(quotations, "nasdaq")


# --- the record of errors -------------------------------------------------------------------------------


def test_the_published_bias_and_its_count_of_years(info):
    """FactSet, 1998-2022: 6.9 % too high on average, in 17 of 25 years; 2001 +36, 2008 +43, 2009 +28, 2020 +27."""
    error = consensus.estimate_consensus_error(info)
    assert (error.mean, error.years, error.years_over) == (6.9, 25, 17)
    assert error.named_years.to_dict() == {2001: 36, 2008: 43, 2009: 28, 2020: 27}
    assert error.p_sign == pytest.approx(laws.binomtest(17, 25).pvalue)
    # the mean is the named years and the others together
    assert (error.named_years.sum() + 21 * error.mean_of_other_years) / 25 == pytest.approx(6.9)
    assert error.mean_of_other_years == pytest.approx(1.83, abs=0.01)


def test_the_spread_is_the_least_that_the_published_summary_allows(info):
    error = consensus.estimate_consensus_error(info)
    sample = [*error.named_years, *[error.mean_of_other_years] * 21]
    assert np.mean(sample) == pytest.approx(error.mean)
    assert np.std(sample, ddof=1) == pytest.approx(error.sd)
    rng = np.random.default_rng(0)
    for _ in range(20):  # any other spread of the unnamed years, same mean, is wider
        noise = rng.normal(size=21)
        other = np.r_[sample[:4], np.array(sample[4:]) + noise - noise.mean()]
        assert np.std(other, ddof=1) > error.sd


def test_before_its_publication_the_record_is_an_earlier_one():
    early = consensus.estimate_consensus_error(data.Information("2023-06-30"))
    assert (early.mean, early.years, early.years_over) == (7.0, 25, 17)
    with pytest.raises(DataError, match="No record of forecast errors"):
        consensus.estimate_consensus_error(data.Information("2015-01-01"))


def test_the_cut_of_2024_is_the_published_one(found):
    """Bloomberg: above 80 USD in March 2024, 54.8 in November: -31.5 %; 66.9 % promised for 2025, about 45 came."""
    misses = found.misses.set_index(["index_name", "year"])["error"]
    assert misses["Russell 2000", "2024"] == pytest.approx(-31.5, abs=0.01)
    assert misses["Russell 2000", "2025"].min() == pytest.approx(100 * (1.45 / 1.669 - 1), abs=0.01)
    assert misses["Russell 2000", "2025"].max() > 0  # and one forecast was too low


# --- the claims -----------------------------------------------------------------------------------------


def test_verdicts_on_the_articles_date(found):
    assert {claim: word(found, claim) for claim in found.evidence} == {
        "E1": "not detectable",
        "E2": "not detectable",
        "E3": "contradicted",
        "E4": "contradicted",
        "E5": "not detectable",
    }


def test_earlier_leads_by_index_pair(info, found):
    assert found.leads["period"].tolist() == ["2024Q2", "2025"]
    assert found.evidence["E3"].estimate == 2
    screened = earnings.examine(info, index_pair="sp600_sp500", draws=2000)
    assert screened.leads["period"].tolist() == ["2021Q2"]  # the rebound: Zacks, August 2021
    universes = earnings.examine(info, index_pair="broker_universes", draws=2000)
    assert word(universes, "E3") == "not testable"


def test_earnings_are_used_only_when_they_were_public(info):
    growth, lag = known_growth(info)
    published = info.load("eps_growth_yoy_pct")
    assert lag >= 3
    assert growth.index[0] == published.index[0] + lag
    assert growth.iloc[-1] == pytest.approx(100 * np.log1p(published.iloc[-1] / 100))


def test_years_of_falling_earnings_by_hand(found, info):
    growth = info.load("eps_growth_yoy_pct")
    december = growth[growth.index.month == 12]
    table = found.payoff.by_sign
    assert table["years"].sum() == pytest.approx(len(december), abs=1)
    assert table.loc["earnings fell", "years"] == pytest.approx((december < 0).sum(), abs=1)


# --- nothing later enters -------------------------------------------------------------------------------


def test_a_wrong_future_changes_nothing(found, wrong_future):
    with wrong_future(ARTICLE):
        again = earnings.examine(data.Information(ARTICLE), draws=5000)
    assert again.evidence == found.evidence
    assert again.lead == found.lead
    pd.testing.assert_frame_equal(again.quotations, found.quotations)
    pd.testing.assert_frame_equal(again.payoff.predictive, found.payoff.predictive)


@pytest.mark.parametrize("as_of", ["1990-01-01", "2024-06-30"])
def test_before_the_forecasts_each_claim_says_why_it_cannot_be_tried(as_of):
    early = earnings.examine(data.Information(as_of), draws=1000)
    for claim, one in early.evidence.items():
        assert word(early, claim) == "not testable", claim
        assert len(one.not_testable) > 20


def test_an_unknown_definition_is_refused_with_the_known_ones(info):
    with pytest.raises(ParameterError, match="profit_screened_index"):
        earnings.examine(info, definition="median")
