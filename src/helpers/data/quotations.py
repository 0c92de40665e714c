"""Published figures as ranges: what named publications had said by a date, with their disagreement."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

import pandas as pd

from helpers.data.catalog import catalog, nearest
from helpers.data.dates import as_date, nothing_known
from helpers.data.files import read_table
from helpers.data.provenance import Provenance
from helpers.errors import DataError, NotKnown

SIZES = ("small", "mid", "large")


@dataclass(frozen=True)
class Published:
    """Range of the published figures for one metric.

    Attributes
    ----------
    low, mid, high : float
        Smallest, median and largest figure; a quoted range counts with both ends and, for the median, its
        middle. NaN where all that was published are statements.
    rows : pandas.DataFrame
        Every quotation known by ``as_of``, oldest first, also those that do not move the range.
    sources : tuple of str
        The publishers whose figures make the range.
    """

    metric: str
    group: str | None
    low: float
    mid: float
    high: float
    unit: str
    rows: pd.DataFrame = field(repr=False, compare=False)
    sources: tuple[str, ...]
    as_of: dt.date | None
    provenance: Provenance = field(repr=False)


def published(
    metric: str,
    group: str | None = None,
    as_of: str | dt.date | None = None,
    since: str | dt.date | None = None,
) -> Published:
    """Range of what named publications state for a metric.

    Parameters
    ----------
    metric : str
        As in the column ``metric`` of the published tables, e.g. ``"floating share of total debt"``.
    group : str, optional
        An index, group of firms or firm as in the column ``group``, or a size: ``"small"``, ``"mid"``,
        ``"large"``. None: every group.
    as_of : date or ISO text, optional
        Only quotations known on or before this day.
    since : date or ISO text, optional
        Only quotations that speak of a period ending on or after this day, where older ones describe another
        time.

    Notes
    -----
    Machine-written and promotional pages stay in ``rows``, marked, but never move the range: they must not
    be a sole source.

    Raises
    ------
    DataError
        Unknown metric or group, nothing known at ``as_of``, only machine-written pages, or mixed units.

    Examples
    --------
    >>> share = published("floating share of total debt", "small", as_of="2026-02-16")
    >>> share.low, share.mid, share.high, share.unit
    (30.0, 34.5, 51.0, 'percent')
    """
    as_of, since = as_date(as_of), as_date(since)
    rows = _quotations(metric, group)
    what = f"{metric}, {group}" if group else metric
    if as_of is not None:
        known = rows["known"] <= pd.Timestamp(as_of)
        if not known.any():
            first = rows.loc[rows["known"].idxmin()]
            raise nothing_known(what, as_of, first["publisher"], first["known"].date())
        rows = rows[known]
    if since is not None:
        rows = rows[[period_end(period) >= pd.Timestamp(since) for period in rows["period"]]]
        if rows.empty:
            raise NotKnown(
                f"{what}: no quotation speaks of a period since {since}. Choose an earlier since."
            )
    rows = rows.sort_values(["known", "period"], kind="stable").reset_index(drop=True)
    return _range(metric, group, what, rows, as_of)


def period_end(period: str) -> pd.Timestamp:
    """Last day of a period label: year, half-year, quarter, month, day, or start/end of these."""
    last = period.rsplit("/", 1)[-1]
    if half := re.fullmatch(r"(\d{4})H([12])", last):
        last = f"{half[1]}-{'06' if half[2] == '1' else '12'}"
    return pd.Period(last).end_time.normalize()


def _quotations(metric: str, group: str | None) -> pd.DataFrame:
    tables = [one for one in catalog().values() if one.kind == "table" and one.is_published]
    frames = [read_table(one).assign(table=one.name) for one in tables]
    rows = pd.concat([frame for frame in frames if not frame.empty], ignore_index=True)
    found = rows[rows["metric"] == metric]
    if found.empty:
        raise DataError(
            f"No published figure for the metric {metric!r}.{nearest(metric, rows['metric'].unique())} "
            "Metrics are named in the column `metric` of data/published/*.csv."
        )
    if group is None:
        return found
    chosen = found[found["size" if group in SIZES else "group"] == group]
    if chosen.empty:
        groups = sorted(found["group"].unique()) + [
            size for size in SIZES if size in set(found["size"])
        ]
        raise DataError(
            f"No published figure for {metric!r} of the group {group!r}. Groups: {', '.join(groups)}."
        )
    return chosen


def _range(
    metric: str, group: str | None, what: str, rows: pd.DataFrame, as_of: dt.date | None
) -> Published:
    low, high = rows["low"].fillna(rows["value"]), rows["high"].fillna(rows["value"])
    figures = low.notna()
    counted = figures & ~rows["machine_written"]
    if figures.any() and not counted.any():
        raise NotKnown(
            f"{what}: only machine-written or promotional pages state it "
            f"({', '.join(rows.loc[figures, 'publisher'].unique())}), which must not be a sole source. "
            f"See load_table({rows['table'].iloc[0]!r})."
        )
    units = rows.loc[counted, "unit"].unique()
    if len(units) > 1:
        raise DataError(f"{what}: quoted in different units ({', '.join(units)}). Name one group.")
    low, high = low[counted], high[counted]
    sources = tuple(dict.fromkeys(rows.loc[counted if counted.any() else rows.index, "publisher"]))
    unit = units[0] if len(units) else ""
    origin = _provenance(what, rows, sources, unit, as_of)
    middle = float(((low + high) / 2).median())
    return Published(
        metric,
        group,
        float(low.min()),
        middle,
        float(high.max()),
        unit,
        rows,
        sources,
        as_of,
        origin,
    )


def _provenance(
    what: str, rows: pd.DataFrame, sources: tuple[str, ...], unit: str, as_of: dt.date | None
) -> Provenance:
    tables = [catalog()[name] for name in dict.fromkeys(rows["table"])]
    return Provenance(
        name=f"published: {what}",
        title=f"Published: {what}",
        publisher="; ".join(sources),
        source_id="",
        unit=unit,
        frequency="irregular",
        seasonal_adjustment="none",
        vintage=tables[0].vintage,
        rights=tables[0].rights,
        file=", ".join(one.file for one in tables),
        sha256=", ".join(one.sha256 for one in tables),
        first=str(rows["known"].min().date()),
        last=str(rows["known"].max().date()),
        as_of=as_of,
    )
