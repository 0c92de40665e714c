"""Whole tables of the catalog, as far as their rows were known at a date."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from helpers.data.catalog import Entry, entry
from helpers.data.dates import as_date, known_dates, nothing_known
from helpers.data.files import read_table
from helpers.data.provenance import describe, publications
from helpers.data.series import check_plausible, trim


def load_table(name: str, as_of: str | dt.date | None = None) -> pd.DataFrame:
    """One table of the catalog with the rows, and in tables of series the cells, that were known at ``as_of``.

    Parameters
    ----------
    name : str
        Id in the catalog, e.g. ``"rates_monthly"``, ``"exposures_by_rank"`` or ``"valuation"``.
    as_of : date or ISO text, optional
        None: everything.

    Returns
    -------
    pandas.DataFrame
        Tables of periods have a PeriodIndex named ``period``; each of their columns ends where it was known.
        ``attrs["provenance"]`` says where the table comes from.

    Raises
    ------
    DataError
        Unknown name, missing or altered file, implausible values, or nothing known at ``as_of``.

    Examples
    --------
    >>> int(load_table("exposures_by_rank", as_of="2024-12-31")["fiscal_year"].max())
    2023
    """
    found, as_of = entry(name, "table"), as_date(as_of)
    frame = read_table(found)
    if as_of is not None:
        frame = _known(found, frame, as_of)
    for one in found.series:
        check_plausible(entry(one), frame[one])
    first, last = _ends(found, frame)
    pages = publications(frame) or found.pages
    frame.attrs["provenance"] = describe(found, first, last, as_of, pages=pages)
    return frame


def _known(found: Entry, frame: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    if found.series:
        return _known_series(found, frame, as_of)
    if found.release_lag is not None:
        known = known_dates(found, frame.index)
    elif found.known is not None:
        known = pd.DatetimeIndex([found.known] * len(frame))
    else:
        known = pd.DatetimeIndex(frame[found.known_column])
    if known.min() > day:
        first = frame.index[0] if found.release_lag is not None else found.vintage
        raise nothing_known(found.name, as_of, first, known.min().date())
    kept = frame[known <= day]
    for announced in [name for name in kept.columns if name.endswith("_announced")]:
        dated = [
            announced.removesuffix("_announced"),
            announced,
        ]  # a row may hold facts of several dates
        kept = kept.assign(**{name: kept[name].where(kept[announced] <= day) for name in dated})
    return kept if isinstance(frame.index, pd.PeriodIndex) else kept.reset_index(drop=True)


def _known_series(found: Entry, frame: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Each column cut at its own release; rows in which nothing was known yet are dropped."""
    columns, firsts = {}, {}
    for one in found.series:
        values = trim(frame[one])
        known = known_dates(entry(one), values.index)
        firsts[known[0]] = values.index[0]
        columns[one] = values[known <= pd.Timestamp(as_of)]
    if all(values.empty for values in columns.values()):
        raise nothing_known(found.name, as_of, firsts[min(firsts)], min(firsts).date())
    kept = pd.DataFrame(columns, index=frame.index)
    filled = kept.dropna(how="all").index
    return kept.loc[filled[0] : filled[-1]]


def _ends(found: Entry, frame: pd.DataFrame) -> tuple[object, object]:
    """First and last period of the rows; where they are no periods, the first and last date known."""
    if isinstance(frame.index, pd.PeriodIndex):
        return frame.index[0], frame.index[-1]
    if found.known_column:
        return frame[found.known_column].min().date(), frame[found.known_column].max().date()
    return found.vintage, found.vintage
