"""The fall of the largest companies: dated by prices, not by the article."""

import numpy as np
import pandas as pd
import pytest

from helpers.data import Information
from helpers.errors import NotKnown
from helpers.topics.history import nifty_fifty as nf
from helpers.topics.history.inputs import LIST_FINDINGS, HistoryInputs
from snapshot_csv import column

PEAK, TROUGH = pd.Period("1972-12", "M"), pd.Period("1974-09", "M")


@pytest.fixture(scope="module")
def nifty():
    one = nf.NiftyFifty(HistoryInputs(Information("2026-02-16")))
    for part in ("phases", "structure", "wealth", "profitability", "quotations"):
        getattr(one, part)  # read here, so that every test of this file stands for them
    return one


def compound(name, first, last):
    return 100 * ((1 + column("size_portfolios_monthly", name)[first:last] / 100).prod() - 1)


def test_the_fall_ran_from_1973_to_september_1974_and_1975_was_a_recovery(nifty):
    assert nifty.fall == (PEAK, TROUGH)
    fall, named = nifty.phases.iloc[0], nifty.phases.loc["1975, the year the article names"]
    assert fall["largest 10 percent"] < -40
    assert named["largest 10 percent"] > 30
    assert fall["smallest 30 percent"] < fall["largest 30 percent"], "small companies fell further"


def test_a_fall_is_found_where_it_is():
    returns = pd.Series(1.0, index=pd.period_range("1960-01", "1990-12", freq="M"))
    returns["1971-03":"1971-06"] = -10.0
    returns["1965-03":"1965-09"] = returns["1985-03":"1985-09"] = -20.0  # outside the era
    assert nf.find_fall(returns) == (pd.Period("1971-02", "M"), pd.Period("1971-06", "M"))
    assert nf.total_return(returns["1968-01":"1978-12"].to_frame("x"))["x"] == pytest.approx(
        100 * (1.01**128 * 0.9**4 - 1)
    )


def test_a_high_that_is_missed_by_a_hair_is_none():
    """Synthetic: percentages compound, so that half lost and all but a thousandth regained is a little less."""
    months = pd.period_range("1970-01", "1978-12", freq="M")
    returns = pd.Series(0.0, months)
    returns["1971-01":"1971-04"] = (100.0, -50.0, 99.9, -60.0)
    assert nf.find_fall(returns) == (pd.Period("1971-01", "M"), pd.Period("1971-04", "M"))


@pytest.mark.parametrize(
    ("phase", "first", "last", "before"),
    [
        ("the fall, 1973-01 to 1974-09", "1973-01", "1974-09", "1972-12"),
        ("1973", "1973-01", "1973-12", "1972-12"),
        ("1974", "1974-01", "1974-12", "1973-12"),
        ("1975, the year the article names", "1975-01", "1975-12", "1974-12"),
        ("1976 to 1983", "1976-01", "1983-12", "1975-12"),
        ("of it, 1977 to June 1981", "1977-01", "1981-06", "1976-12"),
    ],
)
def test_a_phase_compounds_its_months(nifty, phase, first, last, before):
    row = nifty.phases.loc[phase]
    names = {
        "largest 10 percent": "hi10",
        "largest 30 percent": "hi30",
        "smallest 30 percent": "lo30",
        "smallest 20 percent": "lo20",
    }
    for label, name in names.items():
        assert row[label] == pytest.approx(compound(name, first, last))
    market = column("factors_monthly", "mkt_rf") + column("factors_monthly", "rf")
    assert row["market"] == pytest.approx(100 * ((1 + market[first:last] / 100).prod() - 1))
    small, large = (1 + row[f"{group} 30 percent"] / 100 for group in ("smallest", "largest"))
    assert row["small less large, log"] == pytest.approx(100 * np.log(small / large))
    funds = column("rates_monthly", "fed_funds")
    assert row["policy rate, change in points"] == pytest.approx(funds[last] - funds[before])


def test_small_caps_won_while_the_policy_rate_rose(nifty):
    row = nifty.phases.loc["of it, 1977 to June 1981"]
    assert row["policy rate, change in points"] > 10
    assert row["small less large, log"] > 50


def test_wealth_is_a_hundred_at_the_peak_and_drawn_for_fourteen_years(nifty):
    wealth = nifty.wealth
    assert (str(wealth.index[0]), str(wealth.index[-1])) == ("1970-01", "1983-12")
    assert wealth.loc["1972-12"].tolist() == pytest.approx([100.0, 100.0])
    assert wealth.loc["1983-12", "smallest 30 percent"] == pytest.approx(
        100 + compound("lo30", "1973-01", "1983-12")
    )


@pytest.mark.parametrize(
    ("month", "share"),
    [("1932-06", 0.738), ("1972-12", 0.617), ("1983-12", 0.492), ("2026-02", 0.780)],
)
def test_share_of_the_largest_decile(month, share):
    # French data library, CRSP 202602: number of firms times average size, by decile of New York breakpoints.
    decile = column("market_structure_monthly", "top_decile_share")
    assert decile[month] == pytest.approx(share, abs=0.002)


def test_structure_then_and_now(nifty):
    row = nifty.structure.loc["small over large book-to-market"]
    assert row["latest"] > row["at the trough (1974-09)"] > row["end of the run (1983-12)"]
    small, large = (
        column("market_structure_monthly", f"book_to_market_{size}") for size in ("small", "large")
    )
    assert row["at the peak (1972-12)"] == pytest.approx(small["1972-12"] / large["1972-12"])
    share = nifty.structure.loc["share of the largest decile, percent of market value"]
    assert share["at the peak (1972-12)"] == pytest.approx(61.7, abs=0.2)
    micro = nifty.structure.loc["share of the smallest 30 percent, percent of market value"]
    assert micro["latest"] == pytest.approx(
        100 * column("market_structure_monthly", "small30_share")["2025-12"]
    )
    assert (
        nifty.structure.loc["cyclically adjusted price-earnings ratio", "percentile of latest"] > 90
    )


def test_the_percentile_counts_months_at_or_below_the_latest():
    months = pd.period_range("2000-01", periods=4, freq="M")
    series = {"x": pd.Series([1.0, 3.0, 5.0, 3.0], months)}
    row = nf.table_structure(series, {"then": months[2]}).loc["x"]
    assert row.to_dict() == {
        "then (2000-03)": 5.0,
        "latest": 3.0,
        "month": "2000-04",
        "percentile of latest": 75.0,
    }


def test_findings_keep_the_order_of_the_list_and_leave_single_stocks_out(nifty):
    order = [LIST_FINDINGS.index(metric) for metric in nifty.quotations["metric"]]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2}
    assert nifty.quotations["value"].tolist() == [-50.0, 15.0, 17.38, 14.82]
    assert {"second-hand", "verbatim"} == set(nifty.quotations["confidence"])
    assert "index" not in nifty.quotations
    assert nifty.quotations.index.equals(pd.RangeIndex(4))


def test_losses_are_those_of_the_last_fiscal_year_known(nifty):
    losses = nifty.profitability
    assert set(losses["fiscal year"]) == {"2024"}
    assert losses.index.name == "rank by market value"
    firms = losses["loss-makers, percent of companies"]
    assert firms["1001-3000"] > firms["1-500"]


def test_profits_by_size_are_unknown_before_the_first_filing_year():
    early = nf.NiftyFifty(HistoryInputs(Information("2021-06-30")))
    assert not early.knows("profitability")
    assert "2021-06-30" in early.reason("profitability")
    with pytest.raises(NotKnown):
        _ = early.profitability
    assert early.knows("phases", "quotations")


def test_before_the_first_publication_there_is_no_table_of_them():
    early = nf.NiftyFifty(HistoryInputs(Information("1990-01-01")))
    assert early.reason("quotations") == (
        "No publication on the list was known; use a later as_of."
    )
