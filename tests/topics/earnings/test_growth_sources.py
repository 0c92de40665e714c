"""What growth is made of, against filings and sums done by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics import debt, earnings
from helpers.topics.earnings import growth_sources
from helpers.topics.earnings.growth import UndefinedGrowth
from helpers.topics.earnings.loss_gearing import index_growth
from helpers.trial import load_claim

SAFE = ["mid-point", "over gross earnings", "over market value", "profitable companies"]


# --- by rank --------------------------------------------------------------------------------------------


def test_a_growth_rate_on_the_small_cap_base_is_refused_and_the_others_are_finite(found):
    last = found.by_rank[found.by_rank["fiscal_year"] == 2024].set_index("rank")
    assert np.isnan(last.loc["1001-3000", "ratio of sums"])
    assert "cancel" in last.loc["1001-3000", "reason"]
    assert np.isfinite(last[SAFE].to_numpy(float)).all()


def test_each_definition_by_hand(found):
    """Ranks 1-500: 1193.049 then 1272.606 bn USD, profits 1239.144 then 1346.641; ranks 1001-3000: 6.579, -18.285."""
    last = found.by_rank[found.by_rank["fiscal_year"] == 2024].set_index("rank")
    large = last.loc["1-500"]
    assert large["ratio of sums"] == pytest.approx(100 * (1272.606 / 1193.049 - 1))
    assert large["profitable companies"] == pytest.approx(100 * (1346.641 / 1239.144 - 1))
    change, gross = 1272.606 - 1193.049, 1239.144 + (1239.144 - 1193.049)
    assert large["over gross earnings"] == pytest.approx(100 * change / gross)
    assert large["mid-point"] == pytest.approx(100 * change / ((1193.049 + 1272.606) / 2))
    assert large["reason"] == ""
    small = last.loc["1001-3000", "over market value"]
    assert small == pytest.approx(100 * (-18.285 - 6.579) / 1284.742, abs=1e-6)


def test_every_rank_is_compared_with_its_own_year_before(found):
    counts = found.by_rank.groupby("rank")["fiscal_year"].apply(list)
    assert all(years == [2022, 2023, 2024] for years in counts)
    assert len(counts) == 4


def test_ranks_stand_in_the_order_of_the_filings():
    filings = pd.read_csv(data_dir() / "snapshot" / "exposures_by_rank.csv")
    for table in (filings, filings.iloc[::-1]):
        ranks = growth_sources.table_growth_by_rank(table)["rank"].unique()
        assert ranks.tolist() == table["rank"].unique().tolist()


def test_a_lower_bar_refuses_less(info):
    counts = [
        (earnings.examine(info, near_zero=bar).by_rank["reason"] != "").sum()
        for bar in (0.0, 25.0, 100.0)
    ]
    assert counts[0] < counts[1] < counts[2] == 12


@pytest.mark.parametrize(("bar", "refused"), [(92.8, False), (92.9, True)])
def test_the_bar_is_percent_of_gross_earnings(info, bar, refused):
    """Ranks 1-500, fiscal 2023: 1193.049 bn USD net, 1239.144 + 46.095 gross, of which 92.83 percent are left."""
    table = earnings.examine(info, near_zero=bar).by_rank
    row = table[(table["rank"] == "1-500") & (table["fiscal_year"] == 2024)]
    assert (row["reason"].item() != "") is refused


def test_refusals_are_told_with_rank_year_and_reason(found):
    table = found.refusals
    refused = found.by_rank[found.by_rank["ratio of sums"].isna()]
    assert list(table) == ["rank", "fiscal_year", "reason"]
    assert table["reason"].tolist() == refused["reason"].tolist()
    assert len(table)
    assert table["fiscal_year"].tolist() == refused["fiscal_year"].astype(str).tolist()


def test_one_fiscal_year_has_no_growth():
    filings = pd.read_csv(data_dir() / "snapshot" / "exposures_by_rank.csv")
    with pytest.raises(NotKnown, match="two fiscal years"):
        growth_sources.table_growth_by_rank(filings[filings["fiscal_year"] == 2024])


# --- the same companies in both years -------------------------------------------------------------------


def test_transitions_of_filings_add_up(found):
    split = found.split.set_index("group")
    change = split.loc["net income FY2024", "amount"] - split.loc["net income FY2023", "amount"]
    parts = {kind: split[split["metric"] == kind]["amount"] for kind in ("transition", "driver")}
    assert parts["transition"].sum() == pytest.approx(change, abs=0.06)  # rounded
    assert parts["driver"].sum() == pytest.approx(change, abs=0.15)
    table = found.split_definitions
    assert list(table) == ["definition", "growth"]
    assert table["growth"].tolist() == [-9, -49, -11]


# --- drivers --------------------------------------------------------------------------------------------


def test_expected_profits_and_losses_are_those_of_the_last_day(found):
    rows = pd.read_csv(data_dir() / "snapshot" / "consensus_pe.csv")
    rows = rows[(rows["index_name"] == "IWM") & (rows["price_date"] == "2026-02-13")]
    net, losses = rows["quarterly_net_income_bn"].item(), -rows["quarterly_losses_bn"].item()
    assert found.expected_profits_and_losses == pytest.approx((net + losses, losses))


def test_the_last_day_is_the_latest_wherever_it_stands_and_of_the_broad_index():
    days = ["2026-01-30", "2026-02-13", "2025-11-28", "2026-03-13"]
    rows = pd.DataFrame(
        {
            "index_name": ["IWM", "IWM", "IWM", "S&P 500"],
            "price_date": pd.to_datetime(days),
            "quarterly_net_income_bn": [20.0, 23.0, 21.0, 500.0],
            "quarterly_losses_bn": [-10.0, -11.0, -12.0, -5.0],
        }
    )
    assert growth_sources.expected_profits_and_losses(rows) == (34.0, 11.0)


def test_each_driver_by_hand():
    """Profits 150, losses 50: unchanged losses gear the index by a half, and whatever lower rates add as well."""
    table = growth_sources.split_drivers(15.0, profits=150.0, losses=50.0, rates=(-2.0, 2.0, 4.0))
    assert table.loc["unchanged losses"].tolist() == pytest.approx([5.0, 5.0, 5.0])
    assert table.loc["lower policy rates"].tolist() == pytest.approx([-3.0, 3.0, 6.0])
    assert table.loc["volume and margin"].tolist() == pytest.approx([4.0, 7.0, 13.0])


def test_drivers_add_up_to_the_claim_and_read_the_interest_bill(found, info):
    claimed = load_claim("E1").claimed_number
    drivers = found.drivers
    assert drivers["mid"].sum() == pytest.approx(claimed)
    ends = drivers.loc["lower policy rates", "low"] + drivers.loc["volume and margin", "high"]
    assert ends + drivers.loc["unchanged losses", "low"] == pytest.approx(claimed)
    profits, losses = 23.6 + 11.4, 11.4
    of_profits = claimed - drivers.loc["unchanged losses", "mid"]
    assert index_growth(of_profits, 0.0, profits=profits, losses=losses) == pytest.approx(claimed)
    bill = debt.examine(info, draws=2048).answers["D3"].used
    rates = np.array([bill.ci_low, bill.estimate, bill.ci_high]) * profits / (profits - losses)
    assert drivers.loc["lower policy rates"].tolist() == pytest.approx(rates.tolist())


def test_losses_that_eat_the_profits_up_have_no_drivers():
    with pytest.raises(UndefinedGrowth, match="no meaning"):
        growth_sources.split_drivers(15.0, profits=50.0, losses=50.0, rates=(0.0, 0.0, 0.0))
