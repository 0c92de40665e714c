"""How many small companies lose money, how much they weigh, and how many of them the article's multiple keeps."""

from __future__ import annotations

import pandas as pd

from helpers.topics.common.weight import carries_weight
from helpers.topics.valuation.multiples import SMALL, profitable_value, yearly_profits

#: Metrics of the quotations, and what they measure.
MEASURES = {
    "unprofitable companies, share of count": "count",
    "unprofitable companies, share of index weight": "weight",
}


def quoted_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Loss-makers of small-cap indices as quoted while they were news, percent.

    A page of today that recalls the past says nothing about today's index: the period has to begin in the year in
    which the page was known, or in the year before.

    Returns
    -------
    DataFrame
        ``index_name``, ``measure`` (``"count"`` or ``"weight"``), ``share``, ``period``, ``known``, ``source``,
        ``confidence``.
    """
    rows = carries_weight(rows)
    began = rows["period"].str[:4].astype(int)
    rows = rows[(began >= rows["known"].dt.year - 1) & rows["figure"].notna()]
    return pd.DataFrame(
        {
            "index_name": rows["group"],
            "measure": rows["metric"].map(MEASURES),
            "share": rows["figure"],
            "period": rows["period"],
            "known": rows["known"],
            "source": rows["publisher"],
            "confidence": rows["confidence"],
        }
    )


def own_shares(day: pd.DataFrame) -> pd.DataFrame:
    """Members of the Russell 2000 fund that are expected to lose money next quarter; columns as `quoted_shares`.

    Parameters
    ----------
    day : DataFrame
        As from `multiples.last_day`.
    """
    weight = 100 * (1 - profitable_value(day) / day["market_cap_bn"])
    known = day["price_date"].max()
    return pd.DataFrame(
        {
            "index_name": "Russell 2000 fund",
            "measure": ["count", "weight"],
            "share": [day["loss_makers_pct_of_firms"][SMALL], weight[SMALL]],
            "period": str(known.date()),
            "known": known,
            "source": "computed here: expected loss in the next quarter",
            "confidence": "derived",
        }
    )


def share_kept(day: pd.DataFrame, multiple: float) -> float:
    """Percent of the loss-makers' market value that must stay in for a small-cap multiple, their losses left out.

    0: loss-makers are left out altogether; 100: all market value over the profits alone; outside these no such mix
    gives the multiple.
    """
    inside, profits = profitable_value(day), yearly_profits(day)
    return float(100 * ((multiple * profits - inside) / (day["market_cap_bn"] - inside))[SMALL])
