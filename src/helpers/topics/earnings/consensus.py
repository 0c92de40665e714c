"""Which of the published growth rates count, for whom, and whether the article's number is among them."""

from __future__ import annotations

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.weight import carries_weight, is_first_hand
from helpers.trial import Evidence, load_claim, load_line

YEAR = 2026  # the year the article forecasts
ROUNDING = 1e-9  # numbers of one decimal: equal up to the last bit


def universe_of(group: pd.Series) -> pd.Series:
    """The index, or the kind of companies without the name of the broker who counts them.

    Examples
    --------
    >>> universe_of(pd.Series(["S&P 500", "US small caps (BofA universe)"])).tolist()
    ['S&P 500', 'US small caps']
    """
    return group.str.partition(" (")[0]


def voter_of(rows: pd.DataFrame) -> pd.Series:
    """Whose numbers a page prints: the data vendor or broker it names, else its publisher without brackets."""
    named = rows["publisher"].str.split(" (", regex=False).str[0]
    return rows["vendor"].where(rows["vendor"] != "", named)


def select_forecasts(quotations: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Forecasts of `YEAR` that carry weight and are not older than a day, of every universe.

    Parameters
    ----------
    quotations : DataFrame
        As from `EarningsInputs.quotations`.
    since : Timestamp
        Oldest day.
    """
    rows = carries_weight(quotations)
    ahead = (rows["target"] == str(YEAR)) & (rows["kind"] == "forecast")
    return rows[ahead & (rows["known"] >= since)]


def cast_votes(forecasts: pd.DataFrame, universe: str) -> pd.Series:
    """The last first-hand forecast of each publisher for a universe, percent by publisher.

    Parameters
    ----------
    forecasts : DataFrame
        As from `select_forecasts`, in order of the date known.
    universe : str
        An index, or a kind of companies.
    """
    rows = forecasts[is_first_hand(forecasts) & (forecasts["universe"] == universe)]
    votes = rows.assign(voter=voter_of(rows)).drop_duplicates("voter", keep="last")
    return votes.set_index("voter")["figure"]


def weigh_published_growth(claim_id: str, forecasts: pd.DataFrame, universe: str) -> Evidence:
    """Evidence for E1 or E2 as stated: which publications put growth of this index near the claimed number.

    The estimate is the published number nearest to the claim, the interval runs from the lowest to the highest; no
    middle of two pages is formed. Second-hand pages are told and have no vote.

    Parameters
    ----------
    claim_id : str
        The claim.
    forecasts : DataFrame
        As from `select_forecasts`.
    universe : str
        The index it speaks of.
    """
    claim, line = load_claim(claim_id), load_line(claim_id, "stated")
    number, slack = claim.claimed_number, line.tolerance
    votes = cast_votes(forecasts, universe)
    others = forecasts[~is_first_hand(forecasts) & (forecasts["universe"] == universe)]
    known = {"unit": line.unit, "method": line.statistic, "interval": "none", "n": len(votes)}
    told = _second_hand(others) + _elsewhere(forecasts, number)
    if votes.empty:
        return Evidence(
            **known,
            note=f"No recent first-hand forecast of {universe} growth in {YEAR} was known by the date.{told}",
        )
    away = (votes - number).abs()
    near = away <= slack + ROUNDING
    least, most = votes.min(), votes.max()
    said = f"{least:g} to {most:g}" if most > least else f"{most:g}"
    return Evidence(
        **known | {"interval": "parameters", "ci_level": 1.0},
        estimate=float(votes[away.idxmin()]),
        ci_low=float(least),
        ci_high=float(most),
        checks={f"{voter}, {one:g} {line.unit}": bool(near[voter]) for voter, one in votes.items()},
        note=f"{near.sum()} of {len(votes)} first-hand publications put {universe} growth in {YEAR} within "
        f"{slack:g} points of {number:g} percent; they say {said}.{told}",
    )


def _second_hand(rows: pd.DataFrame) -> str:
    """A sentence on what is known at second hand only; empty where nothing is."""
    if rows.empty:
        return ""
    # A range is told by both its ends, never by its middle.
    least = rows["low"].fillna(rows["figure"]).min()
    most = rows["high"].fillna(rows["figure"]).max()
    return f" Second hand: {least:g} to {most:g}." if most > least else f" Second hand: {most:g}."


def _elsewhere(forecasts: pd.DataFrame, number: float) -> str:
    """A sentence on whose growth the claimed number is, where a page prints it; empty where none does."""
    rows = forecasts[(forecasts["figure"] - number).abs() <= ROUNDING]
    rows = rows[rows["low"].isna()]
    if rows.empty:
        return ""
    last = rows.drop_duplicates("group", keep="last")
    read = last["confidence"].where(~is_first_hand(last), "first hand")
    named = "; ".join(
        f"{group} ({voter}, {how})"
        for group, voter, how in zip(last["group"], voter_of(last), read, strict=True)
    )
    return f" The number {number:g} is printed for {named}."


def table_universes(forecasts: pd.DataFrame) -> pd.DataFrame:
    """What was published for `YEAR` by universe: range and number of publishers, first hand and second hand.

    Parameters
    ----------
    forecasts : DataFrame
        As from `select_forecasts`.

    Returns
    -------
    DataFrame
        ``universe``, ``lowest``, ``highest`` (percent, ranges by their ends), ``first hand`` and ``second hand``
        (publishers); the most published universe first.

    Raises
    ------
    NotKnown
        When no forecast is known.
    """
    if forecasts.empty:
        raise NotKnown(f"No forecast of {YEAR} had been published by this date.")
    first = is_first_hand(forecasts)
    rows = forecasts.assign(
        lowest=forecasts["low"].fillna(forecasts["figure"]),
        highest=forecasts["high"].fillna(forecasts["figure"]),
        **{
            "first hand": voter_of(forecasts).where(first),
            "second hand": voter_of(forecasts).where(~first),
        },
    )
    table = rows.groupby("universe", sort=False).agg(
        {"lowest": "min", "highest": "max", "first hand": "nunique", "second hand": "nunique"}
    )
    return table.sort_values(
        ["first hand", "second hand"], ascending=False, kind="stable"
    ).reset_index()


def table_quotations(quotations: pd.DataFrame) -> pd.DataFrame:
    """The quotations of `YEAR` as a reader wants them: whose growth, who said so, when, and how it was read.

    Raises
    ------
    NotKnown
        When none is known.
    """
    rows = quotations[quotations["target"] == str(YEAR)]
    if rows.empty:
        raise NotKnown(f"No forecast of {YEAR} had been published by this date.")
    rows = rows.sort_values("figure", ascending=False, kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "index": rows["group"],
            "growth": rows["figure"],
            "publisher": rows["publisher"],
            "known": rows["known"],
            "read": rows["confidence"],
            "machine-written": rows["machine_written"],
        }
    )
