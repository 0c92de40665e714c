"""Claim W2 as stated: margins since the first cut, as the industry, KeyCorp and Huntington reported them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.weight import READ
from helpers.trial import Evidence, load_line

#: Groups of the quarterly profile by the name the claim uses.
PROFILE = {"the industry": "industry", "community banks": "community"}
#: The banks the article names; their margins are taxable equivalent.
NAMED = ("KeyCorp", "Huntington")
OWN_MARGIN = "net interest margin (TE/FTE)"


def of_profile(quoted: pd.DataFrame) -> dict[str, pd.Series]:
    """Margins by quarter, percent, from the rows of the quarterly profile; a group without a row is left out."""
    found = {}
    for name, group in PROFILE.items():
        rows = quoted[quoted["bank_group"] == group]
        quarters = pd.PeriodIndex(rows["period"], freq="Q")
        if len(rows):
            found[name] = pd.Series(rows["net_interest_margin"].to_numpy(), quarters).sort_index()
    return found


def of_named_banks(quoted: pd.DataFrame) -> pd.DataFrame:
    """Their own margins, the last word on each quarter.

    Parameters
    ----------
    quoted : DataFrame
        Quotations as from `Information.quoted`, oldest first.

    Returns
    -------
    DataFrame
        ``bank``, ``quarter``, ``margin`` (percent), ``confidence``, ``publisher`` and ``note``.
    """
    last = quoted.drop_duplicates(["group", "period"], keep="last")
    table = pd.DataFrame(
        {
            "bank": last["group"],
            "quarter": pd.PeriodIndex(last["period"], freq="Q"),
            "margin": last["figure"],
            "confidence": last["confidence"],
            "publisher": last["publisher"],
            "note": last["note"],
        }
    )
    return table.sort_values(["bank", "quarter"], ignore_index=True)


def arrange_quarters(own: pd.DataFrame) -> pd.DataFrame:
    """Their margins side by side: a row a quarter and a column a bank, with what the pages say of it.

    Parameters
    ----------
    own : DataFrame
        As from `of_named_banks`.

    Returns
    -------
    DataFrame
        By quarter: a margin for each bank, percent; ``note``; ``how read``, where a margin was derived or read at
        second hand.
    """
    table = own.pivot(index="quarter", columns="bank", values="margin").rename_axis(columns=None)
    read = own["confidence"].replace(READ | {"verbatim": ""})

    def told(words: pd.Series) -> pd.Series:
        said = (own["bank"] + ": " + words)[words != ""]
        return said.groupby(own["quarter"]).agg("; ".join).reindex(table.index, fill_value="")

    return table.assign(**{"note": told(own["note"]), "how read": told(read)})


def table_changes(margins: Mapping[str, pd.Series], cut: pd.Timestamp) -> pd.DataFrame:
    """Change of each margin from the last quarter known before that of the first cut to the last one known after it.

    Parameters
    ----------
    margins : mapping of str to Series
        Percent, by quarter.
    cut : Timestamp
        Day of the first cut.

    Returns
    -------
    DataFrame
        ``from`` and ``to`` quarter, margin ``before`` and ``now`` (percent), ``change`` (percentage points).

    Raises
    ------
    NotKnown
        No margin has a quarter on both sides.

    Examples
    --------
    >>> quarters = pd.PeriodIndex(["2024Q2", "2024Q3", "2025Q1"], freq="Q")
    >>> own = {"a bank": pd.Series([3.0, 3.1, 3.25], quarters)}
    >>> table_changes(own, pd.Timestamp("2024-09-18"))["change"].to_dict()
    {'a bank': 0.25}
    """
    rows = {}
    for name, margin in margins.items():
        before = margin[margin.index < cut.to_period("Q")]
        after = margin[margin.index > cut.to_period("Q")]
        if len(before) and len(after):
            first, last = before.index[-1], after.index[-1]
            rows[name] = {
                "from": str(first),
                "to": str(last),
                "before": margin[first],
                "now": margin[last],
                "change": margin[last] - margin[first],
            }
    if not rows:
        raise NotKnown(f"No margin of a quarter after the first cut of {cut:%B %Y} was known yet.")
    return pd.DataFrame.from_dict(rows, orient="index")


def weigh_changes(changes: pd.DataFrame, steeper: float, last: pd.Period) -> Evidence:
    """Evidence on the sentence: did the curve steepen, and did the margins rise?

    Parameters
    ----------
    changes : DataFrame
        As from `table_changes`, read first-hand.
    steeper : float
        Change of the slope from the quarter before the first cut to `last`, percentage points.
    last : Period
        Last quarter whose rates are known.
    """
    line = load_line("W2", "stated")
    curve, *banks = line.definitions
    told = ", ".join(
        f"{name} {row['change']:+.2f} ({row['to']})" for name, row in changes.iterrows()
    )
    return Evidence(
        unit=line.unit,
        method="margins as reported, last quarter known less the last one known from before the first cut",
        estimate=float(changes["change"].iloc[0]),
        interval="none",
        n=len(changes),
        checks={curve: steeper > 0}
        | {
            name: bool(changes["change"][name] > 0) if name in changes.index else None
            for name in banks
        },
        note=(
            f"Since the quarter before the first cut the curve steepened by {steeper:+.1f} points (to {last}), and "
            f"margins moved, in points: {told}."
        ),
    )
