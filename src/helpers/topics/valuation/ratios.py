"""Multiples of small over large companies that count alike on both sides, published or computed here."""

from __future__ import annotations

import pandas as pd

from helpers.topics.common.weight import carries_weight, require_first_hand
from helpers.topics.valuation.multiples import COLUMNS, LARGE, SMALL
from helpers.trial import Evidence, load_line

#: Which companies both multiples count.
DEFINITIONS = tuple(COLUMNS)
FORWARD, TRAILING = "forward P/E", "trailing P/E"
BASES = [FORWARD, TRAILING]
SCREENED = "S&P 600"  # admits profitable companies only
SMALL_GROUPS = ("Russell 2000", "Russell 2000 ex Health Care", SCREENED)
LARGE_GROUPS = ("S&P 500", "Russell 1000")
RATIO, PREMIUM = "relative forward P/E small/large", "P/E premium small over large"
STATED = [RATIO, PREMIUM]
COUNTED = ["known", "definition", "small", "large", "ratio", "publisher", "confidence", "url"]


def pair_multiples(rows: pd.DataFrame) -> pd.DataFrame:
    """Small and large multiples that one page quotes for one date.

    Parameters
    ----------
    rows : DataFrame
        Quotations of multiples, ``quantity`` in `BASES`.

    Returns
    -------
    DataFrame
        ``known``, ``small_group``, ``large_group``, ``basis`` (forward or trailing), ``definition``, ``small``,
        ``large``, ``ratio``, ``publisher``, ``confidence``, ``machine_written``, ``url``; in order of the date
        known. ``definition`` is empty where the index itself admits only profitable companies, or the multiple
        is trailing.
    """
    small, large = (rows[rows["group"].isin(groups)] for groups in (SMALL_GROUPS, LARGE_GROUPS))
    both = small.merge(large, on=["url", "period", "quantity"], suffixes=("", "_large"))
    pairs = pd.DataFrame(
        {
            "known": both["known"],
            "small_group": both["group"],
            "large_group": both["group_large"],
            "basis": both["quantity"],
            "definition": both["definition"],
            "small": both["figure"],
            "large": both["figure_large"],
            "ratio": both["figure"] / both["figure_large"],
            "publisher": both["publisher"],
            "confidence": both["confidence"],
            "machine_written": both["machine_written"],
            "url": both["url"],
        }
    )
    return pairs.sort_values("known", kind="stable", ignore_index=True)


def stated_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """Ratios quoted as such, and premiums in percent as one plus their hundredth; columns `COUNTED`.

    Only those that say which companies both sides count.
    """
    rows = carries_weight(rows[rows["definition"].isin(DEFINITIONS)])
    ratio = rows["figure"].where(rows["metric"] == RATIO, 1 + rows["figure"] / 100)
    return rows.assign(ratio=ratio).reindex(columns=COUNTED)


def own_ratios(consensus: pd.DataFrame) -> pd.DataFrame:
    """Ratios computed here, one a day and definition; columns `COUNTED`."""
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
        ratio=table["small"] / table["large"],
        publisher="computed here",
        confidence="derived",
        url="consensus_pe",
    )[COUNTED]


def ratios_alike(
    quoted: pd.DataFrame, stated: pd.DataFrame, consensus: pd.DataFrame
) -> pd.DataFrame:
    """Forward multiple of small over large companies: quoted pairs, stated ratios and our own, one a page.

    Parameters
    ----------
    quoted, stated : DataFrame
        Quotations of multiples, and of ratios and premiums. Machine-written pages do not count.
    consensus : DataFrame
        Consensus by day and index.

    Returns
    -------
    DataFrame
        Columns `COUNTED`, in order of the date known. Where a page states its ratio too, the one of its two
        multiples stands.
    """
    pairs = carries_weight(pair_multiples(quoted))
    pairs = pairs[(pairs["basis"] == FORWARD) & (pairs["definition"] != "")]
    table = pd.concat([pairs[COUNTED], stated_ratios(stated), own_ratios(consensus)])
    once = table.drop_duplicates(["known", "definition", "publisher"])
    return once.sort_values("known", kind="stable", ignore_index=True)


def weigh_ratio(ratios: pd.DataFrame, definition: str) -> Evidence:
    """Evidence for M4: median and range of the ratios that count by one definition on both sides.

    Parameters
    ----------
    ratios : DataFrame
        As from `ratios_alike`, of the year before the date.
    definition : str
        One of `DEFINITIONS`.

    Raises
    ------
    NotKnown
        No publication of that definition, or second-hand ones only.
    """
    chosen = ratios[ratios["definition"] == definition]
    counted = {name: name.replace("_", " ") for name in DEFINITIONS}
    require_first_hand(chosen, f"both multiples, {counted[definition]}")
    medians = ratios.groupby("definition")["ratio"].median()
    second_hand = chosen["confidence"].eq("second-hand").sum()
    return Evidence(
        unit=load_line("M4", "stated").unit,
        method="median and range of the ratio over publications of the year before the date",
        estimate=float(chosen["ratio"].median()),
        ci_low=float(chosen["ratio"].min()),
        ci_high=float(chosen["ratio"].max()),
        ci_level=1.0,
        interval="parameters",
        n=len(chosen),
        definitions={
            words: float(medians[name]) for name, words in counted.items() if name in medians
        },
        note=f"Counted on both sides: {counted[definition]}. {second_hand} of {len(chosen)} second-hand.",
    )
