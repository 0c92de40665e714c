"""Which of the published growth rates count, and for whom."""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.weight import carries_weight

YEAR = 2026  # the year the article forecasts
STRATEGISTS = ("BofA", "Jefferies")  # forecasts of a broker, not a sum of analysts' estimates


def universe_of(group: pd.Series) -> pd.Series:
    """The index, or the kind of companies without the name of the broker who counts them.

    Examples
    --------
    >>> universe_of(pd.Series(["S&P 500", "US small caps (BofA universe)"])).tolist()
    ['S&P 500', 'US small caps']
    """
    return group.str.partition(" (")[0]


def select_forecasts(quotations: pd.DataFrame, universe: str, since: pd.Timestamp) -> pd.DataFrame:
    """Forecasts of `YEAR` for a universe that carry weight and are not older than a day.

    Parameters
    ----------
    quotations : DataFrame
        As from `EarningsInputs.quotations`.
    universe : str
        An index, or ``"US small caps"`` and ``"US large caps"`` for the universes of brokers.
    since : Timestamp
        Oldest day.
    """
    rows = carries_weight(quotations)
    ahead = (rows["target"] == str(YEAR)) & (rows["kind"] == "forecast")
    return rows[ahead & (rows["universe"] == universe) & (rows["known"] >= since)]


def by_strategists(rows: pd.DataFrame) -> pd.Series:
    """Which forecasts are a broker's own, not a sum of analysts' estimates."""
    return rows["vendor"].isin(STRATEGISTS)


def table_quotations(quotations: pd.DataFrame) -> pd.DataFrame:
    """The quotations of `YEAR` as a reader wants them: whose growth, who said so, when, and how it was read.

    Raises
    ------
    NotKnown
        When none is known.
    """
    rows = quotations[quotations["target"] == str(YEAR)]
    if rows.empty:
        raise NotKnown(f"No forecast of {YEAR} had been published by this date.")
    rows = rows.sort_values("figure", ascending=False, kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "index": rows["group"],
            "growth": rows["figure"],
            "publisher": rows["publisher"],
            "known": rows["known"],
            "read": rows["confidence"],
            "machine-written": rows["machine_written"],
        }
    )
