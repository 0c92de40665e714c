"""The small and the large multiple of one day by every definition, from consensus and from quotations."""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotKnown

SMALL, LARGE = "IWM", "S&P 500"  # the fund of the Russell 2000, and the index
QUARTERS = 4
NEXT_QUARTER = "next quarter, times four"
#: Multiples of the table of consensus by what both sides count.
COLUMNS = {
    "all_companies": "pe_including_loss_makers",
    "without_loss_makers": "pe_excluding_loss_makers",
    "without_health_care": "pe_excluding_health_care",
}
BOOK_AND_SALES = ["price / book", "price / sales"]
QUOTED_SMALL, QUOTED_LARGE = "Russell 2000", "S&P 500"


def last_day(consensus: pd.DataFrame) -> pd.DataFrame:
    """The last day's row of each index, by index.

    Raises
    ------
    NotKnown
        No day was known.
    """
    if consensus.empty:
        raise NotKnown("No consensus of the members of both indices was known at this date.")
    last = consensus[consensus["price_date"] == consensus["price_date"].max()]
    return last.set_index("index_name")


def yearly_profits(day: pd.DataFrame) -> pd.Series:
    """Expected profits of the profitable members by index, billion USD a year: next quarter's, times four.

    Parameters
    ----------
    day : DataFrame
        As from `last_day`; losses are negative.
    """
    return QUARTERS * (day["quarterly_net_income_bn"] - day["quarterly_losses_bn"])


def profitable_value(day: pd.DataFrame) -> pd.Series:
    """Market value of the profitable members by index, billion USD."""
    return day["pe_excluding_loss_makers"] * yearly_profits(day)


def multiples_of_consensus(day: pd.DataFrame) -> pd.DataFrame:
    """Price over expected earnings on one day, however one may count.

    Returns
    -------
    DataFrame
        One row a definition: ``small``, ``large``, ``ratio`` of the two, ``known``, ``source``.

    Notes
    -----
    "Profits only, all market value" drops the losses and keeps the companies that make them: no index does, but
    averages of vendors that floor earnings at zero come close.
    """
    by_index = {name.replace("_", " "): day[column] for name, column in COLUMNS.items()}
    by_index["profits only, all market value"] = day["market_cap_bn"] / yearly_profits(day)
    by_index["median profitable company"] = day["median_pe_profitable"]
    table = pd.DataFrame(by_index).T[[SMALL, LARGE]].set_axis(["small", "large"], axis=1)
    table["ratio"] = table["small"] / table["large"]
    table["known"] = day["price_date"].max()
    table["source"] = "computed here"
    return table.rename_axis(index="definition")


def multiples_of_book_and_sales(rows: pd.DataFrame) -> pd.DataFrame:
    """The last price over book value and over sales quoted for both indices; columns as `multiples_of_consensus`."""
    last = rows.drop_duplicates(["metric", "group"], keep="last").set_index("metric")
    small, large = (last[last["group"] == name] for name in (QUOTED_SMALL, QUOTED_LARGE))
    table = pd.DataFrame(
        {
            "small": small["figure"],
            "large": large["figure"],
            "ratio": small["figure"] / large["figure"],
            "known": small["known"],
            "source": small["publisher"],
        }
    )
    both = table.dropna().rename_axis(index="definition")
    return both.loc[[name for name in BOOK_AND_SALES if name in both.index]]
