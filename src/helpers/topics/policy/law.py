"""Claim P1, and who may take the deduction: the law as it was published."""

from __future__ import annotations

import pandas as pd

from helpers.topics.common.weight import READ, require_first_hand
from helpers.trial import Evidence, load_line

#: Legal forms that a member of the index has, or could have, as the rows name them.
MEMBERS = ("corporation", "listed company taxed as an S corporation", "listed partnership")


def weigh_permanence(rates: pd.DataFrame, terms: pd.DataFrame) -> Evidence:
    """Evidence for P1: rate and term under the act, each from the first page known that was read first hand.

    Raises
    ------
    NotKnown
        One of the two was not known, or at second hand alone.
    """
    for rows, what in (
        (rates, "the rate of the deduction"),
        (terms, "the term of the deduction"),
    ):
        require_first_hand(rows, what)
    rate, term = rates.iloc[0], terms.iloc[0]
    return Evidence(
        unit=load_line("P1", "stated").unit,
        method="rate and term as published",
        interval="none",
        n=float(len(rates) + len(terms)),
        found=f"{rate['figure']:g} %, {term['text']}",
        note=(
            f"The act of 4 July 2025 leaves the deduction at {rate['figure']:g} percent and takes away the year in "
            f"which it was to end: it is {term['text']} ({term['publisher']}, {term['title']})."
        ),
    )


def reached(who: pd.DataFrame) -> bool:
    """Whether a member of the index, or the owners it passes its income through to, may take the deduction.

    Parameters
    ----------
    who : DataFrame
        Rows of `PolicyInputs.who`.

    Raises
    ------
    NotKnown
        No page on a legal form was known.
    """
    members = who[who["group"].isin(MEMBERS)]
    require_first_hand(members, "who may take the deduction")
    return bool(members["text"].str.startswith("yes").any())


def table_law(*tables: pd.DataFrame) -> pd.DataFrame:
    """What the law says, one page a row: ``fact``, ``of``, ``says``, ``known``, ``publisher``, ``read``.

    What it says of `MEMBERS` comes first: on that the verdict rests.
    """
    rows = pd.concat([table for table in tables if len(table)])
    rows = rows.sort_values("group", key=lambda of: ~of.isin(MEMBERS), kind="stable")
    numbers = rows["figure"].map("{:g}".format) + " " + rows["unit"]
    return pd.DataFrame(
        {
            "fact": rows["metric"],
            "of": rows["group"],
            "says": numbers.where(rows["figure"].notna(), rows["text"]),
            "known": rows["known"],
            "publisher": rows["publisher"],
            "read": rows["confidence"].replace(READ),
        }
    ).reset_index(drop=True)
