"""Decisions of the Federal Open Market Committee and business cycle dates, by the day they became public."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from helpers.data.tables import load_table


def fomc_decisions(as_of: str | dt.date | None = None) -> pd.DataFrame:
    """Changes of the federal funds target announced on or before ``as_of``, since October 1982.

    Returns
    -------
    pandas.DataFrame
        ``announced`` and ``effective`` (Timestamps), ``lower`` and ``upper`` (percent), ``change_bp``; meetings
        without a change have no row. Through 2016 both dates are the day of the decision; since 2017 a change
        takes effect on the day after. Before February 1994 nothing was announced: markets inferred the change.

    Raises
    ------
    DataError
        When ``as_of`` is before the first decision.

    Examples
    --------
    >>> cut = fomc_decisions("2024-09-18").iloc[-1]
    >>> float(cut["upper"]), float(cut["change_bp"])
    (5.0, -50.0)
    """
    return load_table("fomc_decisions", as_of)


def recessions(as_of: str | dt.date | None = None) -> pd.DataFrame:
    """US recessions that were known at ``as_of``, by the committee's announcement dates.

    Returns
    -------
    pandas.DataFrame
        ``peak`` and ``trough`` (monthly Periods). A trough is NaT while it is not announced. Announcement dates
        exist since 1980; an earlier turning point counts as known twelve months after its month.

    Raises
    ------
    DataError
        When ``as_of`` is before the first peak was known.

    Examples
    --------
    >>> recessions("2009-01-31").iloc[-1].tolist()
    [Period('2007-12', 'M'), NaT]
    """
    return load_table("nber_recessions", as_of)[["peak", "trough"]]
