"""Figures as they were first published, and the last vintage where no first release is held."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd

from helpers.data.catalog import catalog, entry
from helpers.data.dates import known_dates, nothing_known
from helpers.data.loading import load
from helpers.data.series import trim
from helpers.errors import DataError, NotKnown


def as_released(
    name: str, as_of: str | dt.date | None = None, source: str = "snapshot"
) -> pd.Series:
    """A revised series as its first releases gave it, month by month.

    What is said of a past month is then what was said of it when it came out, however often it was revised since.

    Parameters
    ----------
    name : str
        A series for which the catalog names first releases (``real_time``), e.g. ``"cpi"``.
    as_of : date or ISO text, optional
        Only figures released on or before this day.
    source : {"snapshot", "live"}
        First releases always come from the snapshot; see `load` for the rest.

    Returns
    -------
    pandas.Series
        An index as its change over twelve months in percent, taken within the vintage that first showed the month:
        levels of different vintages have different bases. A rate as it is. Months before and after those whose
        first release is held have the last vintage. ``attrs["provenance"]`` has an entry for each of the two, and
        says which months are the last vintage's.

    Raises
    ------
    DataError
        The catalog names no first releases of the series; and as for `load`.
    NotKnown
        Nothing was known at ``as_of``, or of an index less than a year.

    Notes
    -----
    Croushore, D. and Stark, T. (2001), A real-time data set for macroeconomists, Journal of Econometrics 105,
    doi 10.1016/S0304-4076(01)00072-0. Unemployment has one vintage a quarter: of three months two are dated by their
    release and stand as one and two months later.

    Examples
    --------
    Output of November 1983 was first put 15.9 percent above that of a year before:

    >>> round(float(as_released("industrial_production", as_of="1983-12-31").iloc[-1]), 1)
    15.9

    It has been revised since:

    >>> level = load("industrial_production")
    >>> round(float(100 * (level["1983-11"] / level["1982-11"] - 1)), 1)
    9.6
    """
    revised = entry(name, "series")
    if not revised.real_time:
        offered = ", ".join(one.name for one in catalog().values() if one.real_time)
        raise DataError(
            f"The catalog names no first releases of {name}, only of {offered}. "
            f"load({name!r}) gives its last vintage."
        )
    first_release = entry(revised.real_time, "series")
    level, months = load(name, as_of, source), first_release.change_over
    origin = level.attrs["provenance"]
    last = _change(level, months)
    if last.empty:
        begins = level.index[0] + months
        known = known_dates(revised, pd.Index([begins]))[0].date()
        raise nothing_known(name, origin.as_of, begins, known)
    try:
        first = load(first_release.name, as_of, source)
    except NotKnown:  # every month whose first release is held lies ahead
        last.attrs["provenance"] = (origin,)
        return last
    ends = []
    if last.index[0] < first.index[0]:
        ends.append(f"until {first.index[0] - 1}")
    if last.index[-1] > first.index[-1]:
        ends.append(f"from {first.index[-1] + 1}")
    values = first.combine_first(last).rename(name)
    filled = replace(origin, vintage=f"last vintage, read {' and '.join(ends)}; {origin.vintage}")
    values.attrs["provenance"] = (first.attrs["provenance"], *([filled] if ends else []))
    return values


def _change(level: pd.Series, months: int) -> pd.Series:
    """Percent change over a number of months; the figure itself over none."""
    return trim(100 * (level / level.shift(months) - 1)) if months else level.copy()
