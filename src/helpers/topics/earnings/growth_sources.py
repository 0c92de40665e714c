"""What growth is made of: by rank and definition in filings, and what drives the growth the article claims."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.earnings.growth import (
    NEAR_ZERO,
    aggregate_growth,
    change_over_absolute,
    change_over_value,
    midpoint_growth,
    refusal,
)
from helpers.topics.earnings.loss_gearing import growth_of_profits, index_growth

BROAD_INDEX = "IWM"  # the Russell 2000 in the consensus by index


def table_growth_by_rank(filings: pd.DataFrame, near_zero: float = NEAR_ZERO) -> pd.DataFrame:
    """Growth of net income by fiscal year and market-cap rank under each definition that group totals allow.

    Parameters
    ----------
    filings : DataFrame
        As from `EarningsInputs.filings`.
    near_zero : float
        Share of gross earnings below which a net base is refused.

    Returns
    -------
    DataFrame
        ``rank``, ``fiscal_year``, a column a definition (percent; NaN where refused) and the ``reason`` of a refusal.

    Raises
    ------
    NotKnown
        When no rank has two fiscal years.

    Notes
    -----
    Companies are those of the rank in each year, not the same ones.
    """
    found = []
    for rank, group in filings.groupby("rank", sort=False):
        years = group.sort_values("fiscal_year").to_dict("records")
        for then, now in itertools.pairwise(years):
            base, current = _profits_and_losses(then), _profits_and_losses(now)
            reason = refusal(base, near_zero=near_zero)
            ratio = np.nan if reason else aggregate_growth(base, current, near_zero=near_zero)
            value = change_over_value([sum(base)], [sum(current)], [then["market_cap_bn"]])
            found.append(
                {
                    "rank": rank,
                    "fiscal_year": now["fiscal_year"],
                    "ratio of sums": ratio,
                    "mid-point": midpoint_growth(base, current),
                    "over gross earnings": change_over_absolute(base, current),
                    "over market value": value,
                    "profitable companies": aggregate_growth(base[:1], current[:1]),
                    "reason": reason,
                }
            )
    if not found:
        raise NotKnown("No two fiscal years of filings were known at this date.")
    return pd.DataFrame(found)


def table_refusals(by_rank: pd.DataFrame) -> pd.DataFrame:
    """Growth rates refused, and why; no row when none was."""
    rows = by_rank.loc[by_rank["reason"] != "", ["rank", "fiscal_year", "reason"]]
    return rows.astype({"fiscal_year": str}).reset_index(drop=True)  # a year takes no separator


def expected_profits_and_losses(expected: pd.DataFrame) -> tuple[float, float]:
    """Profits and losses of the broad small-cap index in the last quarter known, both positive, bn USD.

    Parameters
    ----------
    expected : DataFrame
        As from `EarningsInputs.expected`.
    """
    rows = expected[expected["index_name"] == BROAD_INDEX]
    last = rows.sort_values("price_date").iloc[-1]
    losses = -float(last["quarterly_losses_bn"])
    return float(last["quarterly_net_income_bn"]) + losses, losses


def split_drivers(
    claimed: float, *, profits: float, losses: float, rates: tuple[float, float, float]
) -> pd.DataFrame:
    """Where a given growth of the broad small-cap index would have to come from, percentage points of it.

    Parameters
    ----------
    claimed : float
        Growth of the index, percent.
    profits, losses : float
        Of the base, both positive.
    rates : tuple of float
        Low, mid and high of what lower policy rates add to the net income of profitable companies, percent.

    Returns
    -------
    DataFrame
        ``low``, ``mid``, ``high`` by part: ``unchanged losses``, the gearing that turns growth of profits into more
        growth of the index; ``lower policy rates``, on the same gearing; ``volume and margin``, the rest.

    Raises
    ------
    UndefinedGrowth
        When losses leave too little of the profits (see `loss_gearing.index_growth`).
    """
    of_profits = growth_of_profits(claimed, 0.0, profits=profits, losses=losses)
    low, mid, high = (index_growth(one, 0.0, profits=profits, losses=losses) for one in rates)
    geared = claimed - of_profits
    parts = {
        "unchanged losses": (geared, geared, geared),
        "lower policy rates": (low, mid, high),
        "volume and margin": (of_profits - high, of_profits - mid, of_profits - low),
    }
    return pd.DataFrame.from_dict(parts, orient="index", columns=["low", "mid", "high"])


def _profits_and_losses(row: dict) -> list[float]:
    profits = row["net_income_profitable_bn"]
    return [profits, row["net_income_bn"] - profits]
