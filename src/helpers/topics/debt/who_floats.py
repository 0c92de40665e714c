"""Whose debt floats: published shares beside what filings show of the pass-through of the policy rate, by size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range

if TYPE_CHECKING:
    from helpers.data import Information

FLOATING = "floating share of total debt"
HIKES, CUTS = "hikes", "cuts"
PUBLISHED, IN_HIKES, IN_CUTS = DEFINITIONS = (
    "published shares",
    "pass-through in hikes",
    "pass-through in cuts",
)
TWO_SE = 1.96
PASS_THROUGH_COLUMNS = ["phase", "measure", "rank", "loading", "se", "firms"]


def table_floating_shares(info: Information) -> pd.DataFrame:
    """Published floating shares known at the date: period, publisher, size, value (percent), confidence."""
    rows = info.published(FLOATING).rows
    rows = rows[rows["size"].isin(["small", "large"]) & rows["value"].notna()]
    columns = ["period", "publisher", "group", "size", "value", "confidence", "machine_written"]
    return rows[columns].sort_values(["size", "period"], kind="stable").reset_index(drop=True)


def table_share_pairs(info: Information) -> pd.DataFrame:
    """Publications that give both shares: small, large, their difference (points) and ratio."""
    shares = table_floating_shares(info)
    wide = shares.pivot_table(
        index=["publisher", "period"], columns="size", values="value", aggfunc="first"
    )
    pairs = wide.reindex(columns=["small", "large"]).dropna().reset_index()
    pairs["difference"] = pairs["small"] - pairs["large"]
    pairs["ratio"] = pairs["small"] / pairs["large"]
    pairs.columns.name = None
    return pairs


def table_pass_through(info: Information) -> pd.DataFrame:
    """Change of the effective interest rate per point of policy rate, percent, by phase and market-cap rank.

    Returns
    -------
    pandas.DataFrame
        ``phase`` (hikes, cuts), ``measure`` (how it was estimated), ``rank``, ``loading`` (percent of all debt that
        behaves as if floating), ``se``, ``firms``. Empty when no estimate was known at the date.

    Notes
    -----
    Hikes: 2020Q3-2024Q2, sum of lags 0-4, cash separated (gross) or not (net); standard errors ignore that a few
    policy swings drive everything and are lower bounds. Both phases: the same firms between two fiscal years,
    net of interest income.
    """
    parts = [_gross(info), _net(info), _same_firms(info)]
    parts = [part for part in parts if part is not None]
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=PASS_THROUGH_COLUMNS)
    )


def _gross(info: Information) -> pd.DataFrame | None:
    table = table_or_none(info, "passthrough_gross_vs_cash")
    if table is None:
        return None
    table = table[table["bucketing"] == "market_cap_rank"]
    return pd.DataFrame(
        {
            "phase": HIKES,
            "measure": "quarterly, gross of cash",
            "rank": table["bucket"],
            "loading": 100.0 * table["gross_debt_loading"],
            "se": 100.0 * table["gross_debt_se"],
            "firms": table["firms"],
        }
    )


def _net(info: Information) -> pd.DataFrame | None:
    table = table_or_none(info, "passthrough_quarterly")
    if table is None:
        return None
    table = table[(table["bucketing"] == "market_cap_rank") & (table["sample"] == "all")]
    return pd.DataFrame(
        {
            "phase": HIKES,
            "measure": "quarterly, net of cash",
            "rank": table["bucket"],
            "loading": 100.0 * table["beta_with_constant"],
            "se": 100.0 * table["beta_with_constant_se"],
            "firms": table["firms"],
        }
    )


def _same_firms(info: Information) -> pd.DataFrame | None:
    table = table_or_none(info, "passthrough_same_firm")
    if table is None:
        return None
    return pd.DataFrame(
        {
            "phase": table["episode"].str.split().str[0],
            "measure": "same firms, median",
            "rank": table["rank"],
            "loading": 100.0 * table["median"],
            "se": float("nan"),
            "firms": table["firms"],
        }
    )


def loading(pass_through: pd.DataFrame, phase: str, measure: str, rank: str) -> float | None:
    """One loading of the table of pass-through, percent, or None when it was not known."""
    chosen = (
        (pass_through["phase"] == phase)
        & (pass_through["measure"] == measure)
        & (pass_through["rank"] == rank)
    )
    found = pass_through.loc[chosen, "loading"]
    return None if found.empty else float(found.iloc[0])


def loading_ranges(info: Information, rank: str) -> dict[str, Range]:
    """Part of all debt that behaved as floating, percent, by the definitions that come from filings.

    In hikes two standard errors about the gross loading; in cuts from the median to the mean of the same firms.
    """
    gross = row_of_rank(
        info.table("passthrough_gross_vs_cash"), "bucket", rank, bucketing="market_cap_rank"
    )
    same_firms = info.table("passthrough_same_firm")
    cuts = row_of_rank(same_firms[same_firms["episode"].str.startswith(CUTS)], "rank", rank)
    mid, width = 100.0 * gross["gross_debt_loading"], 100.0 * TWO_SE * gross["gross_debt_se"]
    low, high = sorted((100.0 * cuts["median"], 100.0 * cuts["mean"]))
    return {
        IN_HIKES: Range(
            mid - width, mid, mid + width, "filings, hikes of 2022-23, two standard errors"
        ),
        IN_CUTS: Range(low, (low + high) / 2.0, high, "filings, cuts of 2019-21, median to mean"),
    }


def row_of_rank(table: pd.DataFrame, column: str, rank: str, **where: str) -> pd.Series:
    """The first row of a rank that meets the other conditions."""
    chosen = table[column] == rank
    for name, value in where.items():
        chosen &= table[name] == value
    return table[chosen].iloc[0]


def table_effective_rates(info: Information, min_firms: int = 100) -> pd.DataFrame | None:
    """Net interest over debt by quarter, percent: aggregate and median of small and large, with the funds rate.

    Quarters with fewer than ``min_firms`` small firms are left out: their reports had not come in.
    """
    table = table_or_none(info, "effective_net_rate_quarterly")
    if table is None:
        return None
    table = table[table["firms_1001_3000"] >= min_firms]
    names = {
        "aggregate_1001_3000": "small, aggregate",
        "median_1001_3000": "small, median",
        "aggregate_1_500": "large, aggregate",
        "median_1_500": "large, median",
        "fed_funds_quarter": "funds rate",
    }
    return table[list(names)].rename(columns=names)


def table_or_none(info: Information, name: str) -> pd.DataFrame | None:
    """A table of the catalog, or None when nothing of it was known at the date."""
    try:
        table = info.table(name)
    except NotKnown:
        return None
    return None if table.empty else table
