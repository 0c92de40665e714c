"""Claim W3: loan demand, loan growth and lending standards, each with its place in its own history."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from helpers.trial import Evidence, load_line

MONTHS = 12
#: What is measured, and the series it is read from.
MEASURES = {
    "loan demand of small firms": "sloos_demand_small",
    "growth of business loans": "ci_loans",
    "growth of business loans less inflation": "ci_loans",
    "standards for large firms, tightening": "sloos_tightening_large",
}


def measure(name: str, series: Callable[[str], pd.Series]) -> pd.Series:
    """One of `MEASURES` by period: net percent of banks, or percent over twelve months.

    Parameters
    ----------
    name : str
    series : callable
        Reads a series of the catalog.
    """
    values = series(MEASURES[name])
    if MEASURES[name] != "ci_loans":
        return values
    growth = yearly_growth(values)
    return growth - yearly_growth(series("cpi")) if name.endswith("less inflation") else growth


def yearly_growth(level: pd.Series) -> pd.Series:
    """Change over twelve months, percent; NaN where either month is missing."""
    return 100.0 * (level / level.shift(MONTHS) - 1.0)


def table_places(measures: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The last value of each measure and its place in its history.

    Parameters
    ----------
    measures : mapping of str to Series
        By period.

    Returns
    -------
    DataFrame
        ``period``, ``value``, ``percentile`` (share of all values known that were no higher), ``since`` and ``n``.

    Examples
    --------
    >>> quarters = pd.period_range("2025Q1", periods=4, freq="Q")
    >>> table_places({"demand": pd.Series([1.0, 4.0, 2.0, 2.0], quarters)})["percentile"].to_dict()
    {'demand': 75.0}
    """
    rows = {}
    for name, measure in measures.items():
        known = measure.dropna()
        rows[name] = {
            "period": str(known.index[-1]),
            "value": float(known.iloc[-1]),
            "percentile": 100.0 * float((known <= known.iloc[-1]).mean()),
            "since": str(known.index[0]),
            "n": len(known),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def weigh_places(places: pd.DataFrame) -> Evidence:
    """Evidence on the sentence: are demand and growth positive, and in the upper quarter of their histories?"""
    line = load_line("W3", "stated")
    parts = places.loc[[name for name in line.definitions if name in places.index]]
    checks = {
        name: _surges(parts.loc[name], line.size_that_matters) if name in parts.index else None
        for name in line.definitions
    }
    told = "; ".join(
        f"{name} {round(row['value'], 1) + 0.0:.1f} in {row['period']}, at percentile {row['percentile']:.0f} since "
        f"{row['since'][:4]}"
        for name, row in parts.iterrows()
    )
    first = parts.iloc[0]
    return Evidence(
        unit=line.unit,
        method="share of all values known at the date that were no higher than the last one",
        estimate=float(first["percentile"]),
        interval="none",
        n=float(first["n"]),
        checks=checks,
        note=(
            f"{sum(filter(None, checks.values()))} of {len(parts)} measures grow and lie in the upper quarter of their "
            f"history. They are, in percent: {told}."
        ),
    )


def _surges(measure: pd.Series, upper: float) -> bool:
    """Far up in its history and growing: no net demand is no surge, however weak the years before were."""
    return bool(measure["percentile"] >= upper and measure["value"] > 0)
