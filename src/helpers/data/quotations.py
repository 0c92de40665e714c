"""Published figures: the quotations known by a date, one a row, and the range they make with their disagreement."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pandas as pd

from helpers.data.catalog import catalog, entry
from helpers.data.dates import as_date, nothing_known
from helpers.data.files import check_file, read_table
from helpers.data.provenance import Provenance, describe, publications
from helpers.errors import DataError, NotKnown, nearest

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


def quoted(
    metric: str | Sequence[str] | None = None,
    group: str | Sequence[str] | None = None,
    as_of: str | dt.date | None = None,
    *,
    quantity: str | Sequence[str] | None = None,
    target: str | Sequence[str] | None = None,
    kind: str | Sequence[str] | None = None,
    definition: str | Sequence[str] | None = None,
    vendor: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Quotations known at ``as_of``, one a row, chosen by what their columns say.

    Parameters
    ----------
    metric : str or sequence of str, optional
        In the publication's sense, as in the column ``metric``; like each of the others, one value or several,
        None: every one.
    group : str or sequence of str, optional
        An index, group of firms or firm, or a size: ``"small"``, ``"mid"``, ``"large"``.
    as_of : date or ISO text, optional
        Only quotations known on or before this day.
    quantity : str or sequence of str, optional
        What several metrics measure in common, e.g. ``"EPS growth"`` or ``"forward P/E"``.
    target : str or sequence of str, optional
        Year or quarter whose earnings the figure speaks of, e.g. ``"2026"``, ``"2025Q4"``.
    kind : {"forecast", "outcome"}, optional
    definition : str or sequence of str, optional
        Which small-cap earnings a multiple counts, e.g. ``"without_loss_makers"``.
    vendor : str or sequence of str, optional
        Whose numbers, e.g. ``"LSEG"``.

    Returns
    -------
    pandas.DataFrame
        The columns of the published tables, those that some tables lack blank there; ``known`` as Timestamp,
        ``machine_written`` as bool, ``value``, ``low``, ``high`` as float, ``out_of`` as integer. In addition
        ``figure``, the value or the middle of the range (NaN for a statement), and ``table``. Oldest first; rows of
        one day in the order of the tables. No row, with the same columns, where all that was asked for came later.
        ``attrs["provenance"]`` has one entry for each table the rows come from.

    Raises
    ------
    DataError
        No quotation of any date has what is asked for; the message offers what there is.

    Examples
    --------
    >>> rows = quoted(quantity="EPS growth", group="S&P 600", target="2026", as_of="2026-02-16")
    >>> rows[["known", "vendor", "figure"]].values.tolist()
    [[Timestamp('2025-12-31 00:00:00'), 'BofA', 19.0], [Timestamp('2026-01-29 00:00:00'), 'First Trust', 15.4]]
    """
    as_of = as_date(as_of)
    rows = _chosen(
        metric=metric,
        quantity=quantity,
        group=group,
        target=target,
        kind=kind,
        definition=definition,
        vendor=vendor,
    )
    known = rows["known"].to_numpy()
    order = known.argsort(kind="stable")
    if as_of is not None:
        order = order[known[order] <= np.datetime64(as_of)]
    rows = rows.iloc[order].reset_index(drop=True)
    figure = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    rows.insert(list(rows).index("text"), "figure", figure)
    rows.attrs["provenance"] = tuple(
        describe(
            entry(str(table)),
            read["known"].min().date(),
            read["known"].max().date(),
            as_of,
            pages=publications(read),
        )
        for table, read in rows.groupby("table", sort=False)
    )
    return rows


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
    (30.0, 33.0, 51.0, 'percent')
    """
    as_of, since = as_date(as_of), as_date(since)
    rows = _chosen(metric=metric, group=group)
    what = f"{metric}, {group}" if group else metric
    if as_of is not None:
        known = rows["known"] <= pd.Timestamp(as_of)
        if not known.any():
            first = rows.sort_values("known", kind="stable").iloc[0]
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


def _all_rows() -> pd.DataFrame:
    """Every quotation of every published table, each file checked."""
    tables = [one for one in catalog().values() if one.kind == "table" and one.is_published]
    for one in tables:
        check_file(one)
    return _joined(tuple((one.name, one.sha256) for one in tables))


@lru_cache(maxsize=4)
def _joined(tables: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """The rows of tables, named with the hash of their content, under each other."""
    frames = [read_table(entry(name)).assign(table=name) for name, _ in tables]
    rows = pd.concat([frame for frame in frames if not frame.empty], ignore_index=True)
    rows = rows.fillna(dict.fromkeys(rows.select_dtypes("str"), ""))
    return rows[[name for name in rows if name != "table"] + ["table"]]


def _chosen(**wanted: str | Sequence[str] | None) -> pd.DataFrame:
    """Rows with the wanted values, each of which must occur beside those named before it."""
    rows = _all_rows()
    chosen = np.ones(len(rows), dtype=bool)
    said = ""
    for column, choice in wanted.items():
        if choice is None:
            continue
        values = [choice] if isinstance(choice, str) else list(choice)
        offered = [one for one in rows[column][chosen].unique() if one]
        if column == "group":
            sizes = set(rows["size"][chosen])
            offered = sorted(offered) + [size for size in SIZES if size in sizes]
        for value in values:
            if value not in offered:
                raise DataError(_no_such(column, value, offered, said))
        matches = rows[column].isin(values).to_numpy()
        if column == "group":
            matches = matches | rows["size"].isin(values).to_numpy()
        chosen &= matches
        said += f"{' and' if said else ' of'} the {column} {' or '.join(map(repr, values))}"
    return rows[chosen]


def _no_such(column: str, value: str, offered: list[str], said: str) -> str:
    label = "Quantities" if column == "quantity" else f"{column.capitalize()}s"
    listed = (
        f"{label}: {', '.join(offered)}."
        if len(offered) <= 40
        else f"{label} are named in the column `{column}` of data/published/*.csv."
    )
    return f"No quotation{said} has the {column} {value!r}.{nearest(value, offered)} {listed}"


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
        pages=publications(rows),
    )
