"""The Nifty Fifty: when the largest companies fell, what small ones did meanwhile, and then against now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.data import recorded
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination
from helpers.topics.history.inputs import HistoryInputs

# The years in which the fall is looked for: wide enough that the data, not we, choose its peak and trough.
ERA = (pd.Period("1968-01", "M"), pd.Period("1978-12", "M"))
RUN = (pd.Period("1975-01", "M"), pd.Period("1983-12", "M"))
DRAWN = slice("1970-01", "1984-01")  # months of the picture
GROUPS = {
    "largest 10 percent": "hi10",
    "largest 30 percent": "hi30",
    "smallest 30 percent": "lo30",
    "smallest 20 percent": "lo20",
}


@dataclass(frozen=True)
class NiftyFifty(Examination):
    """Peak and trough month of the largest decile, returns by phase, market structure then and now."""

    inputs: HistoryInputs

    @recorded
    def returns(self) -> pd.DataFrame:
        """Monthly total return of each group and of the market, percent."""
        groups = {label: self.inputs.series(name) for label, name in GROUPS.items()}
        market = self.inputs.series("mkt_rf") + self.inputs.series("rf")
        frame = pd.DataFrame(groups)
        return frame.assign(market=market.reindex(frame.index))

    @recorded
    def fall(self) -> tuple[pd.Period, pd.Period]:
        """Month-ends between which the largest companies fell: peak and trough."""
        return find_fall(self.inputs.series(GROUPS["largest 10 percent"]))

    @recorded
    def largest_by_year(self) -> pd.Series:
        """Total return of the largest companies in each calendar year, percent."""
        returns = self.inputs.series(GROUPS["largest 10 percent"])
        return total_return_by_year(returns)

    @recorded
    def wealth(self) -> pd.DataFrame:
        """Wealth in the largest and in the smallest companies around the fall, 100 at the peak."""
        groups = ("largest 10 percent", "smallest 30 percent")
        return index_wealth(
            pd.DataFrame({name: self.inputs.series(GROUPS[name]) for name in groups}), self.fall[0]
        )

    @recorded
    def phases(self) -> pd.DataFrame:
        """Total return of each group by phase, percent, and what the policy rate did meanwhile."""
        return table_phases(self.returns, self.inputs.series("fed_funds"), *self.fall)

    @recorded
    def structure(self) -> pd.DataFrame:
        """Concentration, size, number of companies and valuation then and now."""
        peak, trough = self.fall
        read = self.inputs.series
        small, large = read("book_to_market_small"), read("book_to_market_large")
        series = {
            "share of the largest decile, percent of market value": 100 * read("top_decile_share"),
            "share of the smallest 30 percent, percent of market value": 100
            * read("small30_share"),
            "listed companies, thousand": read("firms") / 1000,
            "book-to-market, smallest quintile": small,
            "book-to-market, largest quintile": large,
            "small over large book-to-market": (small / large).dropna(),
            "trailing price-earnings ratio, S&P 500": read("trailing_pe"),
            "cyclically adjusted price-earnings ratio": read("cape"),
        }
        months = {"at the peak": peak, "at the trough": trough, "end of the run": RUN[1]}
        return table_structure(series, months)

    @recorded
    def profitability(self) -> pd.DataFrame:
        """Share of companies and of market value that lose money, by rank, in the last fiscal year known."""
        return last_losses(self.inputs.exposures)

    @recorded
    def quotations(self) -> pd.DataFrame:
        """What publications found on the list, with the list each one used; the answer depends on the list."""
        columns = ["metric", "group", "period", "value", "unit", "publisher", "confidence"]
        rows = self.inputs.list_findings[columns].reset_index(drop=True)
        if rows.empty:
            raise NotKnown("No publication on the list was known; use a later as_of.")
        return rows


def find_fall(returns: pd.Series) -> tuple[pd.Period, pd.Period]:
    """Month-ends between which the deepest fall of ``ERA`` ran: the last high before it, and its low."""
    wealth = (1 + returns[ERA[0] : ERA[1]] / 100).cumprod()
    trough = wealth.index[int((wealth / wealth.cummax()).argmin())]
    return wealth.index[int(wealth[:trough].argmax())], trough


def index_wealth(returns: pd.DataFrame, base: pd.Period) -> pd.DataFrame:
    """Wealth by month-end, 100 in the base month, over the months of the picture."""
    wealth = (1 + returns[ERA[0] : RUN[1]] / 100).cumprod()
    return (100 * wealth / wealth.xs(base))[DRAWN]


def total_return(returns: pd.DataFrame) -> pd.Series:
    """Compound return over all rows, percent."""
    return 100 * ((1 + returns / 100).prod() - 1)


def total_return_by_year(returns: pd.Series) -> pd.Series:
    """Compound return of each calendar year, percent."""
    return 100 * ((1 + returns / 100).groupby(pd.PeriodIndex(returns.index).year).prod() - 1)


def table_phases(
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
    rate = policy_rate.to_dict()
    phases["policy rate, change in points"] = [
        rate[last] - rate[first - 1] for first, last in spans.values()
    ]
    return phases


def table_structure(
    series: Mapping[str, pd.Series], months: Mapping[str, pd.Period]
) -> pd.DataFrame:
    """Each series at the named months and at its last one, and the percentile of the last in its history."""
    rows = {}
    for label, values in series.items():
        then = {f"{when} ({month})": values.at[month] for when, month in months.items()}
        rows[label] = then | {
            "latest": values.iloc[-1],
            "month": str(values.index[-1]),
            "percentile of latest": 100 * float((values <= values.iloc[-1]).mean()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def last_losses(exposures: pd.DataFrame) -> pd.DataFrame:
    """Loss-makers by rank in the last fiscal year of the table."""
    last = exposures[exposures["fiscal_year"] == exposures["fiscal_year"].max()].set_index("rank")
    columns = {
        "fiscal_year": "fiscal year",
        "loss_makers_pct_of_firms": "loss-makers, percent of companies",
        "loss_makers_pct_of_market_cap": "loss-makers, percent of market value",
    }
    last = last[list(columns)].astype({"fiscal_year": str})
    return last.rename(columns=columns).rename_axis("rank by market value")
