"""Small against large growth published alike, period by period: has small led before?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.weight import carries_weight, is_first_hand
from helpers.topics.earnings.consensus import YEAR
from helpers.trial import Evidence, load_line

SINCE = 2021  # "post-pandemic"
OVERTOOK = "quarter in which small-cap EPS growth overtook large caps"
#: Small and large companies for each way to pair them; the first one is the index itself.
PAIRS = {
    "russell2000_sp500": ("Russell 2000", "S&P 500"),
    "sp600_sp500": ("S&P 600", "S&P 500"),
    "broker_universes": ("US small caps", "US large caps"),
}
SAID = [
    "universe", "target", "figure", "kind", "known", "vendor", "publisher", "confidence", "url",
]  # fmt: skip
COLUMNS = [
    "period", "small", "large", "lead", "kind", "known", "measured_by", "publisher", "confidence", "url",
]  # fmt: skip


def pair_quotations(quotations: pd.DataFrame, small: str, large: str) -> pd.DataFrame:
    """Growth of two universes for the same period, measured alike: by one publication, or by one data vendor.

    Parameters
    ----------
    quotations : DataFrame
        As from `EarningsInputs.quotations`.
    small, large : str
        Universes.

    Returns
    -------
    DataFrame
        ``period``, ``small``, ``large``, ``lead`` (percentage points), ``kind``, ``known`` (the later of the two),
        ``measured_by``, ``publisher``, ``confidence``, ``url``; one row a period, vendor and page. Machine-written
        pages are left out; where a vendor has several dates, the two nearest ones meet.

    Raises
    ------
    NotKnown
        When no publication or vendor gives both.
    """
    rows = carries_weight(quotations)[SAID].reset_index()
    ours, theirs = (rows[rows["universe"] == name] for name in (small, large))
    page = ours.merge(theirs, on=["target", "kind", "url", "vendor"], suffixes=("", "_large"))
    left = ours[(ours["vendor"] != "") & ~ours["index"].isin(page["index"])]
    vendor = left.merge(theirs, on=["target", "kind", "vendor"], suffixes=("", "_large"))
    both = pd.concat(
        [
            page.assign(measured_by=page["publisher"]),
            vendor.assign(measured_by=vendor["vendor"]),
        ]
    )
    if both.empty:
        raise NotKnown(
            f"No publication known at this date gives growth of {small} and {large} alike."
        )
    both = (
        both.assign(apart=(both["known"] - both["known_large"]).abs())
        .sort_values("apart", kind="stable")
        .drop_duplicates(["target", "kind", "vendor", "figure", "figure_large"])
        .rename(columns={"target": "period", "figure": "small", "figure_large": "large"})
    )
    same = both["confidence"] == both["confidence_large"]
    both = both.assign(
        lead=both["small"] - both["large"],
        known=both[["known", "known_large"]].max(axis=1),
        confidence=both["confidence"].where(same, "second-hand"),
    )
    return both[COLUMNS].sort_values(["period", "known"], ignore_index=True)


def is_earlier(period: pd.Series) -> pd.Series:
    """Which periods lie between the pandemic and the forecast year."""
    return period.str[:4].astype(int).between(SINCE, YEAR - 1)


def earlier_results(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of results from `SINCE` to the year before the forecast."""
    return pairs[(pairs["kind"] == "outcome") & is_earlier(pairs["period"])]


def earlier_leads(pairs: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Periods since the pandemic, before the forecast year, in which small-cap earnings had grown faster.

    Parameters
    ----------
    pairs : DataFrame
        As from `pair_quotations`.
    stated : DataFrame
        Publications that say so in words, of the same pair.

    Returns
    -------
    DataFrame
        One row a period; empty when small companies never led. A statement has no figures.
    """
    done = earlier_results(pairs)
    said = stated[is_earlier(stated["period"])]
    said = said.assign(small=np.nan, large=np.nan, lead=np.nan, measured_by=said["publisher"])
    columns = ["period", "small", "large", "lead", "measured_by", "confidence", "known", "url"]
    found = [table[columns] for table in (done[done["lead"] > 0], said) if len(table)]
    if not found:
        return done[columns].iloc[:0]
    return pd.concat(found).drop_duplicates("period").sort_values("period", ignore_index=True)


def weigh_first_lead(pairs: pd.DataFrame, leads: pd.DataFrame) -> Evidence:
    """Evidence for E3: the number of earlier leads.

    Raises
    ------
    NotKnown
        No lead is promised for `YEAR`, no result is published for both alike, or only second-hand pages report one.
    """
    if pairs[(pairs["period"] == str(YEAR)) & (pairs["lead"] > 0)].empty:
        raise NotKnown(
            f"No publication known at this date sees small growth ahead of large growth in {YEAR}."
        )
    done = earlier_results(pairs)
    if done.empty and leads.empty:
        raise NotKnown(
            f"No outcome since {SINCE} is published for both groups alike; "
            "the vendors' quarterly series would settle it."
        )
    if len(leads) and not is_first_hand(leads).any():
        raise NotKnown("Only second-hand pages report an earlier lead.")
    listed = ", ".join(f"{row.period} ({row.measured_by})" for row in leads.itertuples()) or "none"
    without = done[done["lead"] <= 0]["period"].drop_duplicates()
    return Evidence(
        unit=load_line("E3", "stated").unit,
        method="count of periods published for both groups alike",
        estimate=float(len(leads)),
        interval="none",
        n=len(leads) + len(without),
        note=f"Earlier leads: {listed}. Periods without one: {', '.join(without) or 'none'}.",
    )
