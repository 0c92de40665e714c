"""Which quotations carry weight: not machine-written pages, and never second-hand ones alone."""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotKnown

FIRST_HAND = ("verbatim", "derived")
#: How a reader is told at what hand a page was read.
READ = {"verbatim": "first hand", "derived": "first hand, derived", "second-hand": "second hand"}


def carries_weight(rows: pd.DataFrame) -> pd.DataFrame:
    """Quotations that may move an estimate: machine-written pages never do.

    Parameters
    ----------
    rows : DataFrame
        Quotations as from `Information.quoted`.
    """
    return rows[~rows["machine_written"]]


def is_first_hand(rows: pd.DataFrame) -> pd.Series:
    """Which quotations were read in the publisher's own words."""
    return rows["confidence"].isin(FIRST_HAND)


def require_first_hand(rows: pd.DataFrame, what: str) -> None:
    """A verdict needs at least one quotation read in the publisher's own words.

    Parameters
    ----------
    rows : DataFrame
        Quotations.
    what : str
        What they give, for the message.

    Raises
    ------
    NotKnown
        No quotation is known, or only second-hand ones.
    """
    if rows.empty:
        raise NotKnown(
            f"No publication known at this date gives {what}; a later as_of, or its series, would settle it."
        )
    if not is_first_hand(rows).any():
        raise NotKnown(
            f"Only second-hand quotations give {what}; they do not carry a verdict alone."
        )
