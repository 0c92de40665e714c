"""A rebound to where? Levels of earnings against their old peak, reported and as the forecasts imply them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.common.weight import carries_weight
from helpers.topics.earnings.consensus import YEAR
from helpers.trial import Evidence, load_line

#: What stands for each definition of growth (`forecast.DEFINITIONS`).
LEVELS = {
    "index_with_loss_makers": "all companies",
    "profit_screened_index": "published index earnings",
    "profitable_base": "profitable companies",
}
LOSS_SHARES = (1.0, 0.5, 0.0)  # losses that remain in the low, middle and high path
GROWN_BY = ("First Trust", "First Eagle")  # who publishes growth of both years for an index
SCREENED, BROAD = "S&P 600", "Russell 2000"
INDEX_PEAK = "2022"  # year of the highest S&P 600 earnings
COLUMNS = ["low", "mid", "high"]


def table_levels(filings: pd.DataFrame) -> pd.DataFrame:
    """Net income by fiscal year for small and large ranks, bn USD: all, the profitable, the loss-makers.

    Parameters
    ----------
    filings : DataFrame
        As from `EarningsInputs.filings`.
    """
    rows = filings[filings["rank"].isin((SMALL_RANKS, LARGE_RANKS))]
    profits = rows["net_income_profitable_bn"]
    return pd.DataFrame(
        {
            "rank": rows["rank"],
            "fiscal_year": rows["fiscal_year"],
            "all": rows["net_income_bn"],
            "profits": profits,
            "losses": profits - rows["net_income_bn"],
        }
    ).sort_values(["rank", "fiscal_year"], ignore_index=True)


def index_levels(levels: pd.DataFrame) -> pd.DataFrame:
    """The levels of `table_levels` with the first fiscal year as 100: a column a group, by fiscal year."""
    columns = {
        "large, all": (LARGE_RANKS, "all"),
        "small, all": (SMALL_RANKS, "all"),
        "small, profitable": (SMALL_RANKS, "profits"),
    }
    by_year = levels.set_index("fiscal_year")
    series = {
        name: by_year.loc[by_year["rank"] == rank, column]
        for name, (rank, column) in columns.items()
    }
    return pd.DataFrame({name: 100 * one / one.iloc[0] for name, one in series.items()})


def two_year_growth(quotations: pd.DataFrame) -> tuple[float, float, float]:
    """Growth factor of the forecast year and the year before together: lower index, geometric middle, higher one.

    Raises
    ------
    NotKnown
        When growth of both years was not published for the profit-screened and the broad index.
    """
    rows = carries_weight(quotations)
    rows = rows[rows["vendor"].isin(GROWN_BY) & rows["target"].isin((str(YEAR - 1), str(YEAR)))]
    last = rows.drop_duplicates(["group", "target"], keep="last").set_index("group")
    factors = []
    for index in (SCREENED, BROAD):
        growth = last.loc[last.index == index, "figure"]
        if len(growth) < 2:
            raise NotKnown(
                f"Growth of {index} earnings in both {YEAR - 1} and {YEAR} was not known at this date."
            )
        factors.append(float(np.prod(1 + growth.to_numpy() / 100)))
    low, high = sorted(factors)
    return low, float(np.sqrt(low * high)), high


def recovery_of_filers(levels: pd.DataFrame, growth: tuple[float, float, float]) -> pd.DataFrame:
    """Small-cap net income implied for the forecast year against its peak, percent, all and profitable companies.

    Parameters
    ----------
    levels : DataFrame
        As from `table_levels`.
    growth : tuple of float
        As from `two_year_growth`.

    Returns
    -------
    DataFrame
        ``low``, ``mid``, ``high`` by definition. The base of all companies is negative, so their profits grow at
        these rates while their losses stay (low), halve (mid) or end (high).

    Raises
    ------
    NotKnown
        When the last fiscal year known is not the one two years before the forecast.
    """
    small = levels[levels["rank"] == SMALL_RANKS]
    if small.empty or small["fiscal_year"].iloc[-1] != YEAR - 2:
        raise NotKnown(f"Filings of fiscal {YEAR - 2} were not the last known at this date.")
    peak, last = small.iloc[int(small["all"].to_numpy().argmax())], small.iloc[-1]
    profits = last["profits"] * np.array(growth)
    everyone = profits - last["losses"] * np.array(LOSS_SHARES)
    rows = {
        LEVELS["index_with_loss_makers"]: 100 * (everyone / peak["all"] - 1),
        LEVELS["profitable_base"]: 100 * (profits / peak["profits"] - 1),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS)


def recovery_of_index(levels: pd.DataFrame, quotations: pd.DataFrame) -> pd.DataFrame:
    """S&P 600 earnings of the forecast year over their peak, percent, over the pages of one publisher.

    Parameters
    ----------
    levels, quotations : DataFrame
        As from `EarningsInputs`. A page that stops a year short is grown by the same publisher's growth.

    Raises
    ------
    NotKnown
        When no page gives the peak and a later level.
    """
    rows = levels[(levels["group"] == SCREENED) & (levels["vendor"] == GROWN_BY[0])]
    page = rows.pivot_table(index="url", columns="target", values="figure")
    page = page.reindex(columns=[INDEX_PEAK, str(YEAR - 1), str(YEAR)])
    grown = quotations[(quotations["group"] == SCREENED) & (quotations["vendor"] == GROWN_BY[0])]
    growth = grown.loc[grown["target"] == str(YEAR), "figure"]
    if len(growth):
        extended = page[str(YEAR - 1)] * (1 + growth.iloc[-1] / 100)
        page[str(YEAR)] = page[str(YEAR)].fillna(extended)
    found = (100 * (page[str(YEAR)] / page[INDEX_PEAK] - 1)).dropna()
    if found.empty:
        raise NotKnown(
            f"No {SCREENED} earnings of {YEAR} and of their peak in {INDEX_PEAK} were known at this date."
        )
    row = {LEVELS["profit_screened_index"]: (found.min(), found.mean(), found.max())}
    return pd.DataFrame.from_dict(row, orient="index", columns=COLUMNS)


def weigh_recovery(recovery: pd.DataFrame, definition: str) -> Evidence:
    """Evidence for E5: the implied level against the old peak under one definition of growth.

    Raises
    ------
    NotKnown
        When the level, or its growth, was not known for this definition.
    """
    name = LEVELS[definition]
    if name not in recovery.index:
        raise NotKnown(
            "The last reported level or its published growth was not known at this date."
        )
    low, mid, high = recovery.loc[name]
    return Evidence(
        unit=load_line("E5", "stated").unit,
        method="last reported level grown by the published forecasts over its peak",
        estimate=mid,
        ci_low=low,
        ci_high=high,
        ci_level=1.0,
        interval="parameters",
        n=2.0,  # publishers whose two-year growth, or vintages whose peak, make the ends of the range
        definitions=recovery["mid"].to_dict(),
        note=f"Definition: {name}. Filings are non-financial companies; forecasts speak of whole indices.",
    )
