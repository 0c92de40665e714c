"""Whose debt floats: published shares beside what filings show of the pass-through of the policy rate, by size."""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range
from helpers.topics.common.ranks import row_of_rank

HIKES, CUTS = "hikes", "cuts"
PUBLISHED, IN_HIKES, IN_CUTS = DEFINITIONS = (
    "published shares",
    "pass-through in hikes",
    "pass-through in cuts",
)
GROSS, NET, SAME_FIRMS = MEASURES = (
    "quarterly, gross of cash",
    "quarterly, net of cash",
    "same firms, median",
)
TWO_SE = 1.96
MIN_FIRMS = 100  # small firms that must have reported before a quarter's rate means anything
SHARE_COLUMNS = ["period", "publisher", "group", "size", "value", "confidence", "machine_written"]
RATE_NAMES = {
    "aggregate_1001_3000": "small, aggregate",
    "median_1001_3000": "small, median",
    "aggregate_1_500": "large, aggregate",
    "median_1_500": "large, median",
    "fed_funds_quarter": "funds rate",
}


def table_floating_shares(quotations: pd.DataFrame) -> pd.DataFrame:
    """Published floating shares of small and large caps.

    Parameters
    ----------
    quotations : pandas.DataFrame
        As from `helpers.data.quoted`.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``publisher``, ``group``, ``size``, ``value`` (percent), ``confidence``, ``machine_written``.

    Raises
    ------
    NotKnown
        When no share had been published.
    """
    rows = quotations[quotations["size"].isin(["small", "large"]) & quotations["value"].notna()]
    if rows.empty:
        raise NotKnown("No share had been published by this date.")
    return rows[SHARE_COLUMNS].sort_values(["size", "period"], ignore_index=True)


def table_share_pairs(shares: pd.DataFrame) -> pd.DataFrame:
    """Publications that give both shares: small, large, their difference (points) and ratio.

    Raises
    ------
    NotKnown
        When no publication gave both.
    """
    wide = shares.pivot_table(
        index=["publisher", "period", "confidence"], columns="size", values="value", aggfunc="first"
    )
    pairs = wide.reindex(columns=["small", "large"]).dropna().reset_index()
    if pairs.empty:
        raise NotKnown("No publication had given both shares by this date.")
    pairs["difference"] = pairs["small"] - pairs["large"]
    pairs["ratio"] = pairs["small"] / pairs["large"]
    pairs.columns.name = None
    return pairs


def label_publications(shares: pd.DataFrame) -> pd.DataFrame:
    """The shares under a short name of who published them when, which a picture has room for.

    Returns
    -------
    pandas.DataFrame
        In addition ``label``, ordered by the highest share under it, and that share and the lowest: ``high``, ``low``.
    """
    publisher = shares["publisher"].str.split(r" via | \(").str[0]
    labelled = shares.assign(label=publisher + ", " + shares["period"].str[:7])
    values = labelled.groupby("label", sort=False)["value"]
    order = values.max().sort_values(kind="stable").index
    return labelled.assign(
        low=values.transform("min"),
        high=values.transform("max"),
        label=pd.Categorical(labelled["label"], order, ordered=True),
    )


def gross_pass_through(loadings: pd.DataFrame) -> pd.DataFrame:
    """Hikes, cash separated; columns as in `table_pass_through`."""
    return _loadings(
        loadings, HIKES, GROSS, loadings["gross_debt_loading"], loadings["gross_debt_se"]
    )


def net_pass_through(loadings: pd.DataFrame) -> pd.DataFrame:
    """Hikes, net of what cash earned; columns as in `table_pass_through`."""
    se = loadings["beta_with_constant_se"]
    return _loadings(loadings, HIKES, NET, loadings["beta_with_constant"], se)


def same_firm_pass_through(loadings: pd.DataFrame) -> pd.DataFrame:
    """Both phases, net of interest income; columns as in `table_pass_through`."""
    return _loadings(loadings, loadings["phase"], SAME_FIRMS, loadings["median"], float("nan"))


def _loadings(
    table: pd.DataFrame,
    phase: str | pd.Series,
    measure: str,
    loading: pd.Series,
    se: float | pd.Series,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "phase": phase,
            "measure": measure,
            "rank": table["rank"],
            "loading": 100.0 * loading,
            "se": 100.0 * se,
            "firms": table["firms"],
        }
    )


def table_pass_through(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Change of the effective interest rate per point of policy rate, percent, by phase and market-value rank.

    Returns
    -------
    pandas.DataFrame
        ``phase`` (hikes, cuts), ``measure`` (how it was estimated), ``rank``, ``loading`` (percent of all debt that
        behaves as if floating), ``se``, ``firms``, ``reach`` (half the width of a 95 % interval, 0 without one).

    Raises
    ------
    NotKnown
        When no estimate was known.

    Notes
    -----
    Hikes: 2020Q3-2024Q2, sum of lags 0-4, cash separated (gross) or not (net); standard errors ignore that a few
    policy swings drive everything and are lower bounds. Both phases: the same firms between two fiscal years,
    net of interest income.
    """
    if not parts:
        raise NotKnown("No estimate from filings was known at this date.")
    table = pd.concat(parts, ignore_index=True)
    return table.assign(reach=TWO_SE * table["se"].fillna(0.0))


def loading_ranges(gross: pd.DataFrame, same_firms: pd.DataFrame, rank: str) -> dict[str, Range]:
    """Part of all debt that behaved as floating, percent, by the definitions that come from filings.

    In hikes two standard errors about the gross loading; in cuts from the median to the mean of the same firms.
    """
    hikes, cuts = row_of_rank(gross, rank), row_of_rank(same_firms, rank, phase=CUTS)
    mid, width = 100.0 * hikes["gross_debt_loading"], 100.0 * TWO_SE * hikes["gross_debt_se"]
    low, high = sorted((100.0 * cuts["median"], 100.0 * cuts["mean"]))
    return {
        IN_HIKES: Range(
            mid - width, mid, mid + width, "filings, hikes of 2022-23, two standard errors"
        ),
        IN_CUTS: Range(low, (low + high) / 2.0, high, "filings, cuts of 2019-21, median to mean"),
    }


def table_effective_rates(rates: pd.DataFrame) -> pd.DataFrame:
    """Net interest over debt by quarter, percent: aggregate and median of small and large, with the funds rate.

    Quarters with fewer than `MIN_FIRMS` small firms are left out: their reports had not come in.
    """
    return rates.loc[rates["firms_1001_3000"] >= MIN_FIRMS, list(RATE_NAMES)].rename(
        columns=RATE_NAMES
    )
