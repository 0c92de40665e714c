"""Multiples of small over large companies that count alike on both sides, published or computed here."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from helpers.topics.common.weight import carries_weight
from helpers.topics.valuation.multiples import COLUMNS, LARGE, NEXT_QUARTER, SMALL

#: Which companies both multiples count.
DEFINITIONS = tuple(COLUMNS)
FORWARD, TRAILING = "forward P/E", "trailing P/E"
BASES = [FORWARD, TRAILING]
SCREENED = "S&P 600"  # admits profitable companies only
NO_HEALTH_CARE = "Russell 2000 ex Health Care"
SMALL_GROUPS = ("Russell 2000", NO_HEALTH_CARE, SCREENED)
LARGE_GROUPS = ("S&P 500", "Russell 1000")
RATIO, PREMIUM = "relative forward P/E small/large", "P/E premium small over large"
STATED = [RATIO, PREMIUM]
AVERAGES = [f"{metric}, long-term average" for metric in STATED]
COUNTED = [
    *["known", "period", "basis", "definition", "small", "large", "ratio", "low", "high"],
    *["publisher", "confidence", "url"],
]


def half_unit(figures: pd.Series, decimals: int = 0) -> pd.Series:
    """Half a unit of the last digit in which each figure is printed, or of the digit named where that is finer.

    Examples
    --------
    >>> half_unit(pd.Series([21.2, 22.19])).round(3).tolist()
    [0.05, 0.005]
    """
    printed = [max(decimals, -int(Decimal(f"{one:g}").as_tuple().exponent)) for one in figures]
    return pd.Series([10.0**-digits / 2 for digits in printed], figures.index, dtype=float)


def rounded_ratio(small: pd.Series, large: pd.Series) -> pd.DataFrame:
    """The ratio of two printed multiples, and the ``low`` and ``high`` end of what may stand behind the rounding."""
    one, other = half_unit(small), half_unit(large)
    ends = {"low": (small - one) / (large + other), "high": (small + one) / (large - other)}
    return pd.DataFrame({"ratio": small / large, **ends})


def pair_multiples(rows: pd.DataFrame) -> pd.DataFrame:
    """Small and large multiples that one page quotes for one date.

    Parameters
    ----------
    rows : DataFrame
        Quotations of multiples, ``quantity`` in `BASES`.

    Returns
    -------
    DataFrame
        ``known``, ``period``, ``small_group``, ``large_group``, ``basis`` (forward or trailing), ``definition``,
        ``small``, ``large``, ``ratio`` with its ``low`` and ``high`` by rounding, ``publisher``, ``confidence``,
        ``machine_written``, ``url``; in order of the date known. ``definition`` is empty where the index itself admits
        only profitable companies, or the multiple is trailing.
    """
    small, large = (rows[rows["group"].isin(groups)] for groups in (SMALL_GROUPS, LARGE_GROUPS))
    both = small.merge(large, on=["url", "period", "quantity"], suffixes=("", "_large"))
    pairs = pd.DataFrame(
        {
            "known": both["known"],
            "period": both["period"],
            "small_group": both["group"],
            "large_group": both["group_large"],
            "basis": both["quantity"],
            "definition": both["definition"],
            "small": both["figure"],
            "large": both["figure_large"],
            **rounded_ratio(both["figure"], both["figure_large"]),
            "publisher": both["publisher"],
            "confidence": both["confidence"],
            "machine_written": both["machine_written"],
            "url": both["url"],
        }
    )
    return pairs.sort_values("known", kind="stable", ignore_index=True)


def stated_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Forward ratios quoted as such, and premiums in percent as one plus their hundredth; columns `COUNTED`.

    Only those that say which companies both sides count.
    """
    rows = carries_weight(rows[rows["definition"].isin(DEFINITIONS)])
    premium = rows["metric"].str.startswith(PREMIUM)
    ratio = rows["figure"].where(~premium, 1 + rows["figure"] / 100)
    # A ratio is printed to a tenth at least, also where it is 1.0.
    half = half_unit(rows["figure"], 1).where(~premium, half_unit(rows["figure"]) / 100)
    ends = {"low": ratio - half, "high": ratio + half}
    return rows.assign(basis=FORWARD, ratio=ratio, **ends).reindex(columns=COUNTED)


def own_ratios(consensus: pd.DataFrame) -> pd.DataFrame:
    """Ratios computed here, one a day and definition; columns `COUNTED`.

    Their earnings are those of the next quarter, times four: not a forward multiple, which prices twelve months.
    """
    small, large = (
        consensus[consensus["index_name"] == name].set_index("price_date")
        for name in (SMALL, LARGE)
    )
    by_definition = [
        pd.DataFrame({"definition": name, "small": small[column], "large": large[column]})
        for name, column in COLUMNS.items()
    ]
    table = pd.concat(by_definition).rename_axis("known").sort_index(kind="stable").reset_index()
    return table.assign(
        period=table["known"].astype("str"),
        basis=NEXT_QUARTER,
        **rounded_ratio(table["small"], table["large"]),
        publisher="computed here",
        confidence="derived",
        url="consensus_pe",
    )[COUNTED]


def published_ratios(quoted: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Forward multiple of small over large companies: quoted pairs and stated ratios, one a page.

    Parameters
    ----------
    quoted, stated : DataFrame
        Quotations of multiples, and of ratios and premiums. Machine-written pages do not count.

    Returns
    -------
    DataFrame
        Columns `COUNTED`, in order of the date known. Where a page states its ratio too, the one of its two
        multiples stands.
    """
    pairs = carries_weight(pair_multiples(quoted))
    pairs = pairs[(pairs["basis"] == FORWARD) & (pairs["definition"] != "")]
    table = pd.concat([pairs[COUNTED], stated_ratios(stated)])
    once = table.drop_duplicates(["known", "definition", "publisher"])
    return once.sort_values("known", kind="stable", ignore_index=True)
