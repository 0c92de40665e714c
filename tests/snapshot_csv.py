"""Embedded figures read by pandas alone, for recomputing a result apart from the package."""

from pathlib import Path

import pandas as pd

SNAPSHOT = Path(__file__).parents[1] / "data" / "snapshot"


def column(table: str, name: str) -> pd.Series:
    """One monthly series by month, from the first to the last figure of its column."""
    frame = pd.read_csv(SNAPSHOT / f"{table}.csv", index_col="period")
    frame.index = pd.PeriodIndex(frame.index, freq="M")
    values = frame[name]
    return values[values.first_valid_index() : values.last_valid_index()]
