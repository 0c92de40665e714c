"""Ranks by market value among firms that file with the SEC, and the index each stands for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import DataError

LARGE_RANKS = "1-500"  # S&P 500
MID_RANKS = "501-1000"
SMALL_RANKS = "1001-3000"  # Russell 2000
BELOW_RANKS = ">3000"

#: From the largest firms to the smallest.
RANKS = (LARGE_RANKS, MID_RANKS, SMALL_RANKS, BELOW_RANKS)


def row_of_rank(table: pd.DataFrame, rank: str, **where: str) -> pd.Series:
    """The one row of a rank that meets the other conditions.

    Parameters
    ----------
    table : pandas.DataFrame
        With the ranks in a column ``rank``.
    rank : str
        One of `RANKS`.
    **where : str
        Values of further columns.

    Raises
    ------
    DataError
        When no row, or more than one, is left.

    Examples
    --------
    >>> firms = pd.DataFrame({"rank": RANKS, "debt": [4742.4, 900.0, 832.0, 60.0]})
    >>> float(row_of_rank(firms, SMALL_RANKS)["debt"])
    832.0
    """
    wanted = {"rank": rank, **where}
    meets = [(table[name] == value).to_numpy() for name, value in wanted.items()]
    rows = table[np.logical_and.reduce(meets)]
    if len(rows) != 1:
        raise DataError(
            f"{len(rows)} rows have {', '.join(f'{name} {value!r}' for name, value in wanted.items())}; "
            "one is needed. Name the columns that tell them apart."
        )
    return rows.iloc[0]
