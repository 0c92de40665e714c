"""Multiples of one day: sums of prices over sums of earnings, against the file they come from."""

import pandas as pd
import pytest

from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics.valuation import multiples


@pytest.fixture(scope="module")
def consensus():
    """The table as it is in the file."""
    file = data_dir() / "snapshot" / "consensus_pe.csv"
    return pd.read_csv(file, parse_dates=["price_date"])


@pytest.fixture(scope="module")
def day(consensus):
    return multiples.last_day(consensus)


def test_the_last_day_has_one_row_an_index(consensus, day):
    assert (day["price_date"] == consensus["price_date"].max()).all()
    assert sorted(day.index) == ["IWM", "S&P 500"]
    first = consensus[consensus["price_date"] < consensus["price_date"].max()]
    assert multiples.last_day(first)["price_date"].max() < day["price_date"].max()


def test_without_a_day_the_reason_is_given():
    with pytest.raises(NotKnown, match="consensus of the members"):
        multiples.last_day(pd.DataFrame({"price_date": [], "index_name": []}))


def test_profits_are_net_income_and_the_losses_added_back_for_four_quarters(day):
    profits = multiples.yearly_profits(day)
    assert profits["IWM"] == pytest.approx(4 * (23.6 + 11.4))
    assert profits["S&P 500"] == pytest.approx(4 * (558.8 + 1.9))
    value = multiples.profitable_value(day)
    assert value["IWM"] == pytest.approx(16.5 * 4 * (23.6 + 11.4))
    assert (value < day["market_cap_bn"]).all()  # the rest is the market value of the loss-makers


def test_the_multiple_of_all_companies_is_their_value_over_their_net_income(consensus):
    by_sum = consensus["market_cap_bn"] / (4 * consensus["quarterly_net_income_bn"])
    # published to a tenth, from sums published to a tenth of a billion
    assert by_sum.to_numpy() == pytest.approx(consensus["pe_including_loss_makers"], rel=0.004)


def test_every_definition_on_the_last_day(day):
    table = multiples.multiples_of_consensus(day)
    assert table[["small", "large"]].to_dict("index") == {
        "all companies": {"small": 30.8, "large": 25.0},
        "without loss makers": {"small": 16.5, "large": 24.6},
        "without health care": {"small": 22.6, "large": 25.4},
        "profits only, all market value": {
            "small": pytest.approx(2906.5 / 140.0),
            "large": pytest.approx(55785.3 / 2242.8),
        },
        "median profitable company": {"small": 15.1, "large": 22.3},
    }
    assert table["ratio"].to_numpy() == pytest.approx((table["small"] / table["large"]).to_numpy())
    assert (table["known"] == pd.Timestamp("2026-02-13")).all()
    assert table["source"].str.startswith("computed here").all()
    assert table.index.name == "definition"


def test_leaving_loss_makers_out_makes_no_index_dearer(day):
    table = multiples.multiples_of_consensus(day)[["small", "large"]]
    without, mixed, whole = (
        table.loc[name]
        for name in ("without loss makers", "profits only, all market value", "all companies")
    )
    assert (without <= mixed).all()
    assert (mixed <= whole).all()


def quoted(*rows):
    """Synthetic quotations, oldest first."""
    columns = ["metric", "group", "figure", "known", "publisher"]
    return pd.DataFrame(rows, columns=columns)


def test_the_last_price_over_book_and_sales_quoted_for_both_indices():
    rows = quoted(
        ("price / sales", "Russell 2000", 9.0, 2023, "old"),
        ("price / sales", "S&P 500", 2.0, 2024, "large"),
        ("price / book", "S&P 500", 4.0, 2024, "large"),
        ("price / sales", "Russell 2000", 1.0, 2025, "new"),
        ("price / book", "Russell 2000", 3.0, 2025, "new"),
    )
    table = multiples.multiples_of_book_and_sales(rows)
    assert table.index.to_list() == ["price / book", "price / sales"]
    assert table.index.name == "definition"
    assert table.loc["price / sales"].to_list() == [1.0, 2.0, 0.5, 2025, "new"]
    assert table.loc["price / book", "ratio"] == 0.75
    assert table.columns.to_list() == ["small", "large", "ratio", "known", "source"]


def test_a_multiple_of_one_index_alone_is_none_of_the_pair():
    rows = quoted(
        ("price / sales", "Russell 2000", 1.0, 2025, "new"),
        ("price / book", "S&P 500", 4.0, 2024, "large"),
    )
    assert multiples.multiples_of_book_and_sales(rows).empty
