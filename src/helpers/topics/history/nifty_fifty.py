"""The Nifty Fifty: when the largest companies fell, what small ones did meanwhile, and then against now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import NotKnown

if TYPE_CHECKING:
    from helpers.data import Information

# The years in which the fall is looked for: wide enough that the data, not we, choose its peak and trough.
ERA = (pd.Period("1968-01", "M"), pd.Period("1978-12", "M"))
LIST_FINDINGS = (
    "terminal wealth of Terrific 24 vs S&P 500, end-1972 to end-2001",
    "Nifty Fifty members beating S&P 500 over 25 years",
    "$1 from start 1971 to mid-1995",
)
RUN = (pd.Period("1975-01", "M"), pd.Period("1983-12", "M"))


@dataclass(frozen=True)
class NiftyFifty:
    """Peak and trough month of the largest decile, returns by phase, market structure then and now.

    ``quotations`` are published statements on the list; the table of single stocks is cut off and sorted by its
    outcome, so nothing is estimated from it.
    """

    peak: pd.Period
    trough: pd.Period
    wealth: pd.DataFrame
    phases: pd.DataFrame
    structure: pd.DataFrame
    profitability: pd.DataFrame | None
    quotations: pd.DataFrame


def examine_nifty_fifty(info: Information) -> NiftyFifty:
    """Price evidence on the fall of 1973-74 and the structure of the market then and now."""
    returns = pd.DataFrame(
        {
            "largest 10 percent": info.load("hi10"),
            "largest 30 percent": info.load("hi30"),
            "smallest 30 percent": info.load("lo30"),
            "smallest 20 percent": info.load("lo20"),
        }
    )
    market = info.load("mkt_rf") + info.load("rf")
    returns["market"] = market.reindex(returns.index)
    peak, trough = find_fall(returns["largest 10 percent"])
    return NiftyFifty(
        peak=peak,
        trough=trough,
        wealth=(1 + returns[ERA[0] : RUN[1]] / 100).cumprod(),
        phases=_phases(returns, info.load("fed_funds"), peak, trough),
        structure=_structure(
            info, {"at the peak": peak, "at the trough": trough, "end of the run": RUN[1]}
        ),
        profitability=_profitability(info),
        quotations=_quotations(info),
    )


def find_fall(returns: pd.Series) -> tuple[pd.Period, pd.Period]:
    """Month-ends between which the deepest fall of ``ERA`` ran: the last high before it, and its low."""
    wealth = (1 + returns[ERA[0] : ERA[1]] / 100).cumprod()
    trough = (wealth / wealth.cummax()).idxmin()
    return wealth[:trough].idxmax(), trough


def total_return(returns: pd.DataFrame) -> pd.Series:
    """Compound return over all rows, percent."""
    return 100 * ((1 + returns / 100).prod() - 1)


def _phases(
    returns: pd.DataFrame, policy_rate: pd.Series, peak: pd.Period, trough: pd.Period
) -> pd.DataFrame:
    """Total return of each group by phase, percent, and what the policy rate did meanwhile."""
    spans = {
        f"the fall, {peak + 1} to {trough}": (peak + 1, trough),
        "1973": (pd.Period("1973-01", "M"), pd.Period("1973-12", "M")),
        "1974": (pd.Period("1974-01", "M"), pd.Period("1974-12", "M")),
        "1975, the year the article names": (pd.Period("1975-01", "M"), pd.Period("1975-12", "M")),
        "1976 to 1983": (pd.Period("1976-01", "M"), RUN[1]),
        "of it, 1977 to June 1981": (pd.Period("1977-01", "M"), pd.Period("1981-06", "M")),
    }
    phases = pd.DataFrame(
        {name: total_return(returns[first:last]) for name, (first, last) in spans.items()}
    ).T
    small, large = phases["smallest 30 percent"], phases["largest 30 percent"]
    phases["small less large, log"] = 100 * np.log((1 + small / 100) / (1 + large / 100))
    phases["policy rate, change in points"] = [
        policy_rate[last] - policy_rate[first - 1] for first, last in spans.values()
    ]
    return phases


def _structure(info: Information, months: dict[str, pd.Period]) -> pd.DataFrame:
    """Concentration, size share, number of companies and valuation at the dates, and their rank in history."""
    columns = {
        "top_decile_share": "share of the largest decile, percent of market value",
        "small30_share": "share of the smallest 30 percent, percent of market value",
        "firms": "listed companies",
        "book_to_market_small": "book-to-market, smallest quintile",
        "book_to_market_large": "book-to-market, largest quintile",
    }
    series = {label: info.load(name) for name, label in columns.items()}
    for name in ("top_decile_share", "small30_share"):
        series[columns[name]] = 100 * series[columns[name]]
    small, large = series[columns["book_to_market_small"]], series[columns["book_to_market_large"]]
    series["small over large book-to-market"] = (small / large).dropna()
    series["trailing price-earnings ratio, S&P 500"] = info.load("trailing_pe")
    series["cyclically adjusted price-earnings ratio"] = info.load("cape")
    rows = {}
    for label, values in series.items():
        today = values.index[-1]
        row = {f"{when} ({month})": values[month] for when, month in months.items()}
        rows[label] = row | {"latest": values.iloc[-1], "month": str(today)}
        rows[label]["percentile of latest"] = 100 * float((values <= values.iloc[-1]).mean())
    return pd.DataFrame.from_dict(rows, orient="index")


def _profitability(info: Information) -> pd.DataFrame | None:
    """Share of companies and of market value that lose money, by rank, last fiscal year known; None before 2022."""
    try:
        exposures = info.table("exposures_by_rank")
    except NotKnown:
        return None
    last = exposures[exposures["fiscal_year"] == exposures["fiscal_year"].max()].set_index("rank")
    columns = {
        "fiscal_year": "fiscal year",
        "loss_makers_pct_of_firms": "loss-makers, percent of companies",
        "loss_makers_pct_of_market_cap": "loss-makers, percent of market value",
    }
    last = last[list(columns)].astype({"fiscal_year": str})
    return last.rename(columns=columns).rename_axis("rank by market value")


def _quotations(info: Information) -> pd.DataFrame:
    """What publications found on the list, with the list each one used; the answer depends on the list."""
    rows = info.table("concentration_regimes")
    rows = rows[rows["metric"].isin(LIST_FINDINGS)]
    return rows[
        ["metric", "group", "period", "value", "unit", "publisher", "confidence"]
    ].reset_index(drop=True)
