"""A rebound to where? Levels of earnings against their old peak, reported and as the forecasts imply them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.common.weight import carries_weight
from helpers.topics.earnings.consensus import YEAR
from helpers.trial import Evidence, load_line

#: Which earnings are set against their own peak, in the order of the definitions of E5.
EVERYONE, PROFITABLE, PUBLISHED = LEVELS = (
    "all companies", "profitable companies", "published index earnings",
)  # fmt: skip
GROWN_BY = {
    "S&P 600": "First Trust",
    "Russell 2000": "First Eagle",
}  # who publishes growth of both years
SCREENED, BROAD = GROWN_BY
INDEX_PEAK = "2022"  # year of the highest S&P 600 earnings
COLUMNS = ["definition", "path", "against_peak"]


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


def two_year_growth(quotations: pd.DataFrame, index: str) -> float:
    """Growth of an index over the forecast year and the year before together, percent.

    Parameters
    ----------
    quotations : DataFrame
        As from `EarningsInputs.quotations`.
    index : str
        One of `GROWN_BY`.

    Raises
    ------
    NotKnown
        When growth of both years was not published.
    """
    rows = carries_weight(quotations)
    years = rows["target"].isin((str(YEAR - 1), str(YEAR)))
    rows = rows[years & (rows["group"] == index) & (rows["vendor"] == GROWN_BY[index])]
    growth = rows.drop_duplicates("target", keep="last")["figure"]
    if len(growth) < 2:
        raise NotKnown(
            f"Growth of {index} earnings in both {YEAR - 1} and {YEAR} was not known at this date."
        )
    return float(100 * (np.prod(1 + growth / 100) - 1))


def recovery_of_filers(
    levels: pd.DataFrame, screened: float, unchanged: float | None = None
) -> pd.DataFrame:
    """Small-cap net income implied for the forecast year against its peak, percent, one assumption at a time.

    Losses leave the sum in one way only: growth of the screened index, which holds none, moves profits, and losses
    then stay or end; growth of the broad index already holds what losses do to it, so it is traced back to the growth
    of its profits with unchanged losses (`loss_gearing.growth_of_profits`), and losses stay.

    Parameters
    ----------
    levels : DataFrame
        As from `table_levels`.
    screened : float
        Growth over both years of the index that admits only profitable companies, percent.
    unchanged : float, optional
        Growth of the profits of the broad index with unchanged losses, percent; None where it was not known.

    Returns
    -------
    DataFrame
        ``definition``, ``path``, ``against_peak``.

    Raises
    ------
    NotKnown
        When the last fiscal year known is not the one two years before the forecast.
    """
    small = levels[levels["rank"] == SMALL_RANKS]
    if small.empty or small["fiscal_year"].iloc[-1] != YEAR - 2:
        raise NotKnown(f"Filings of fiscal {YEAR - 2} were not the last known at this date.")
    peak, last = small.iloc[int(small["all"].to_numpy().argmax())], small.iloc[-1]
    profits, losses = last["profits"] * (1 + screened / 100), last["losses"]
    paths = {
        (EVERYONE, f"growth of the {SCREENED}, losses stay"): profits - losses,
        (EVERYONE, f"growth of the {SCREENED}, losses end"): profits,
        (PROFITABLE, f"growth of the {SCREENED}"): profits,
    }
    if unchanged is not None:
        profits = last["profits"] * (1 + unchanged / 100)
        paths[EVERYONE, f"growth of the {BROAD}, losses stay"] = profits - losses
        paths[PROFITABLE, f"growth of the {BROAD}"] = profits
    old = {EVERYONE: peak["all"], PROFITABLE: peak["profits"]}
    rows = [(*name, float(100 * (level / old[name[0]] - 1))) for name, level in paths.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def recovery_of_index(levels: pd.DataFrame, quotations: pd.DataFrame) -> pd.DataFrame:
    """S&P 600 earnings of the forecast year against their peak, percent, page by page of one publisher.

    Parameters
    ----------
    levels, quotations : DataFrame
        As from `EarningsInputs`. A page that stops a year short is grown by the same publisher's growth.

    Raises
    ------
    NotKnown
        When no page gives the peak and a later level.
    """
    rows = levels[(levels["group"] == SCREENED) & (levels["vendor"] == GROWN_BY[SCREENED])]
    page = rows.pivot_table(index=["known", "url"], columns="target", values="figure")
    page = page.reindex(columns=[INDEX_PEAK, str(YEAR - 1), str(YEAR)])
    grown = quotations[
        (quotations["group"] == SCREENED) & (quotations["vendor"] == GROWN_BY[SCREENED])
    ]
    growth = grown.loc[grown["target"] == str(YEAR), "figure"]
    if len(growth):
        extended = page[str(YEAR - 1)] * (1 + growth.iloc[-1] / 100)
        page[str(YEAR)] = page[str(YEAR)].fillna(extended)
    found = (100 * (page[str(YEAR)] / page[INDEX_PEAK] - 1)).dropna()
    if found.empty:
        raise NotKnown(
            f"No {SCREENED} earnings of {YEAR} and of their peak in {INDEX_PEAK} were known at this date."
        )
    names = [f"{SCREENED}, page of {known:%B %Y}" for known, _ in found.index]
    return pd.DataFrame({"definition": PUBLISHED, "path": names, "against_peak": found.to_numpy()})


def weigh_recovery(recovery: pd.DataFrame) -> Evidence:
    """Evidence for E5: which earnings pass their old peak whatever is assumed.

    Parameters
    ----------
    recovery : DataFrame
        Rows of `recovery_of_filers` and `recovery_of_index`, as far as known.
    """
    line = load_line("E5", "stated")
    by = recovery.groupby("definition")["against_peak"]
    low, high = by.min(), by.max()
    shown = [name for name in line.definitions if name in low.index]
    on_trial = shown[0]
    above = [name for name in shown if low[name] > 0]
    told = "; ".join(f"{name} {_span(low[name], high[name])}" for name in shown)
    named = f" ({', '.join(above)})" if above else ""
    return Evidence(
        unit=line.unit,
        method=line.statistic,
        estimate=float(high[on_trial]),
        ci_low=float(low[on_trial]),
        ci_high=float(high[on_trial]),
        ci_level=1.0,
        interval="parameters",
        n=len(recovery),
        definitions={name: float(high[name]) for name in shown},
        checks={
            name: bool(low[name] > 0) if name in low.index else None for name in line.definitions
        },
        note=f"Of {len(shown)} kinds of small-cap earnings {len(above)} would pass the old peak in {YEAR} whatever is "
        f"assumed{named}. Percent against the peak: {told}. "
        "Filings are non-financial companies; forecasts speak of whole indices.",
    )


def _span(low: float, high: float) -> str:
    return f"{low:+.0f} to {high:+.0f}" if high > low else f"{high:+.0f}"
