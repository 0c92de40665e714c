"""The fall of the largest companies: dated by prices, not by the article."""

import pandas as pd
import pytest

from helpers.data import Information
from helpers.topics.history.nifty_fifty import examine_nifty_fifty, find_fall, total_return


@pytest.fixture(scope="module")
def nifty():
    return examine_nifty_fifty(Information("2026-02-16"))


def test_the_fall_ran_from_1973_to_september_1974_and_1975_was_a_recovery(nifty):
    assert (nifty.peak, nifty.trough) == (pd.Period("1972-12", "M"), pd.Period("1974-09", "M"))
    fall, named = nifty.phases.iloc[0], nifty.phases.loc["1975, the year the article names"]
    assert fall["largest 10 percent"] < -40 and named["largest 10 percent"] > 30
    assert fall["smallest 30 percent"] < fall["largest 30 percent"], "small companies fell further"


def test_small_caps_won_while_the_policy_rate_rose(nifty):
    row = nifty.phases.loc["of it, 1977 to June 1981"]
    assert row["policy rate, change in points"] > 10 and row["small less large, log"] > 50


@pytest.mark.parametrize(
    ("month", "share"),
    [("1932-06", 0.738), ("1972-12", 0.617), ("1983-12", 0.492), ("2026-02", 0.780)],
)
def test_share_of_the_largest_decile(month, share):
    # French data library, CRSP 202602: number of firms times average size, by decile of New York breakpoints.
    assert Information("2026-06-30").load("top_decile_share")[month] == pytest.approx(
        share, abs=0.002
    )


def test_the_stock_table_that_is_cut_off_by_outcome_stays_out(nifty):
    assert not nifty.quotations["metric"].str.contains("P/E|annualized return Dec 1972").any()
    assert {"second-hand", "verbatim"} == set(nifty.quotations["confidence"])


def test_structure_then_and_now(nifty):
    row = nifty.structure.loc["small over large book-to-market"]
    assert row["latest"] > row["at the trough (1974-09)"] > row["end of the run (1983-12)"]
    assert (
        nifty.structure.loc["cyclically adjusted price-earnings ratio", "percentile of latest"] > 90
    )


def test_profits_by_size_are_unknown_before_the_first_filing_year():
    assert examine_nifty_fifty(Information("2021-06-30")).profitability is None


def test_a_fall_is_found_where_it_is():
    returns = pd.Series(1.0, index=pd.period_range("1968-01", "1978-12", freq="M"))
    returns["1971-03":"1971-06"] = -10.0
    assert find_fall(returns) == (pd.Period("1971-02", "M"), pd.Period("1971-06", "M"))
    assert total_return(returns.to_frame("x"))["x"] == pytest.approx(100 * (1.01**128 * 0.9**4 - 1))
