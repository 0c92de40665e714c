"""What growth is made of and where it stands, against published pages and sums done by hand."""

import numpy as np
import pytest

from helpers import data
from helpers.topics.earnings import consensus, growth_sources
from helpers.topics.earnings.growth import index_growth

ARTICLE = "2026-02-16"


@pytest.fixture(scope="module")
def info():
    return data.Information(ARTICLE)


@pytest.fixture(scope="module")
def quotations(info):
    return consensus.growth_quotations(info)


def test_a_growth_rate_on_the_small_cap_base_is_refused_and_the_others_are_finite(info):
    by_rank = growth_sources.table_growth_by_rank(info)
    last = by_rank[by_rank["fiscal_year"] == 2024].set_index("rank")
    assert (
        np.isnan(last.loc["1001-3000", "ratio of sums"])
        and "cancel" in last.loc["1001-3000", "reason"]
    )
    assert last.loc["1-500", "ratio of sums"] == pytest.approx(100 * (1272.606 / 1193.049 - 1))
    others = ["mid-point", "over gross earnings", "over market value", "profitable companies"]
    assert np.isfinite(last[others].to_numpy(float)).all()
    assert last.loc["1001-3000", "over market value"] == pytest.approx(
        100 * (-18.285 - 6.579) / 1284.742, abs=1e-6
    )


def test_transitions_of_filings_add_up(info):
    split = growth_sources.table_split(info).set_index("group")
    change = split.loc["net income FY2024", "amount"] - split.loc["net income FY2023", "amount"]
    assert split[split["metric"] == "transition"]["amount"].sum() == pytest.approx(
        change, abs=0.06
    )  # rounded
    assert split[split["metric"] == "driver"]["amount"].sum() == pytest.approx(change, abs=0.15)


def test_drivers_add_up_to_the_claim_and_read_the_interest_bill(info):
    drivers = growth_sources.split_drivers(info)
    assert drivers["mid"].sum() == pytest.approx(19.0)
    profits, losses = 23.6 + 11.4, 11.4
    of_profits = 19.0 - drivers.loc["unchanged losses", "mid"]
    assert index_growth(of_profits, 0.0, profits=profits, losses=losses) == pytest.approx(19.0)
    assert (
        drivers.loc["lower policy rates", "high"] < 19.0 / 4
    )  # a quarter: the effect that would matter


def test_large_cap_growth_by_page(info, quotations):
    """LSEG 8.4 then 14.0; First Trust 268.32 then 299.30 USD after 12.52 %; FactSet 11.0, 13.9; First Eagle 13, 16."""
    slowdown = growth_sources.table_slowdown(info, quotations)
    expected = {
        "LSEG": 5.6,
        "First Trust": 100 * (299.30 / 268.32 - 1) - 12.52,
        "FactSet": 2.9,
        "First Eagle": 3.0,
    }
    for publisher, difference in expected.items():
        row = slowdown[slowdown["publisher"].str.startswith(publisher)]
        assert row["difference"].item() == pytest.approx(difference)


def test_level_against_the_peak_by_hand(info, quotations):
    """FY2021: 100.996 and 143.981 bn USD; FY2024: -18.285 and 49.377; two-year growth 5.77/15.4 to 45/63 percent."""
    low, high = 49.377 * 1.0577 * 1.154, 49.377 * 1.45 * 1.63
    recovery = growth_sources.table_recovery(info, quotations, growth_sources.table_levels(info))
    assert recovery.loc["profitable companies", "low"] == pytest.approx(100 * (low / 143.981 - 1))
    assert recovery.loc["profitable companies", "high"] == pytest.approx(100 * (high / 143.981 - 1))
    losses = 49.377 + 18.285
    assert recovery.loc["all companies", "low"] == pytest.approx(
        100 * ((low - losses) / 100.996 - 1)
    )
    assert recovery.loc["published index earnings", "high"] == pytest.approx(
        100 * (99.1 / 90.87 - 1)
    )
    assert (recovery["low"] < recovery["mid"]).all() and (recovery["mid"] < recovery["high"]).all()
