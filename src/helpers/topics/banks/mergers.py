"""Claim W4: announced bank mergers by year, counted and by value, as published."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.weight import carries_weight, is_first_hand, require_first_hand
from helpers.trial import Evidence, load_line

COUNTS, VALUES = "bank M&A deals announced", "bank M&A deal value"
REASONS = "reason named for bank deals"
WAVE, BEFORE = 2025, 2024
PEACE = range(2015, 2020)  # before the pandemic
FEWEST = 3  # of these years must be known
HALVES = {"": ("H1", "H2"), "H1": ("Q1", "Q2"), "H2": ("Q3", "Q4")}


def table_years(rows: pd.DataFrame) -> pd.DataFrame:
    """One figure a year: of several pages the one read first-hand, of these the last.

    A year that no page gives as a whole is the sum of its halves, a half that of its quarters.

    Parameters
    ----------
    rows : DataFrame
        Quotations of one metric, as from `Information.quoted`, oldest first; machine-written pages do not count.

    Returns
    -------
    DataFrame
        By year: ``figure``; ``first_hand``, whether all of it was read so; ``publisher``.
    """
    kept = carries_weight(rows)
    kept = kept.assign(first_hand=is_first_hand(kept)).sort_values("first_hand", kind="stable")
    best = kept.drop_duplicates("period", keep="last").set_index("period")
    found = {}
    for year in sorted({label[:4] for label in best.index}):
        if parts := _parts(best.index, year):
            chosen = best.loc[parts]
            found[int(year)] = {
                "figure": float(chosen["figure"].sum()),
                "first_hand": bool(chosen["first_hand"].all()),
                "publisher": "; ".join(dict.fromkeys(chosen["publisher"])),
            }
    return pd.DataFrame.from_dict(
        found, orient="index", columns=["figure", "first_hand", "publisher"]
    )


def _parts(labels: pd.Index, year: str, half: str = "") -> list[str]:
    """Labels that make up a year, or a half of it; none where one is missing."""
    if year + half in labels:
        return [year + half]
    parts = [_parts(labels, year, part) for part in HALVES.get(half, ())]
    return [label for part in parts for label in part] if parts and all(parts) else []


def table_deals(counts: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Number and value of deals by year, each with its publisher.

    Raises
    ------
    NotKnown
        No year is known.
    """
    number, value = table_years(counts), table_years(values)
    if number.empty:
        raise NotKnown("No page known at this date counts bank deals.")
    return pd.DataFrame(
        {
            "number": number["figure"],
            "counted by": number["publisher"],
            "value": value["figure"],
            "valued by": value["publisher"].reindex(number.index, fill_value=""),
        },
        index=number.index,
    ).rename_axis("year")


def compare(rows: pd.DataFrame) -> dict[str, float]:
    """Change of the year of the wave against the year before and against the mean of 2015-19, percent.

    Parameters
    ----------
    rows : DataFrame
        Quotations of one metric.

    Returns
    -------
    dict
        By what is compared with; without 2015-19 where fewer than three of its years are known.

    Raises
    ------
    NotKnown
        No page gives the year of the wave, or all that do were read second-hand.
    """
    figures = table_years(rows)["figure"]
    if WAVE not in figures.index:
        raise NotKnown(
            f"No publication known at this date gives the bank deals of {WAVE}; a later as_of would."
        )
    require_first_hand(rows[rows["period"].str.startswith(str(WAVE))], f"the bank deals of {WAVE}")
    peace = figures[figures.index.isin(PEACE)]
    changes = {}
    if BEFORE in figures.index:
        changes["against 2024"] = 100.0 * (figures[WAVE] / figures[BEFORE] - 1.0)
    if len(peace) >= FEWEST:
        changes["against 2015-19"] = 100.0 * (figures[WAVE] / peace.mean() - 1.0)
    return changes


def weigh_deals(counts: pd.DataFrame, values: pd.DataFrame) -> Evidence:
    """Evidence on the sentence: did deals rise by a quarter against both, counted and by value?

    Parameters
    ----------
    counts, values : DataFrame
        Quotations of `COUNTS` and of `VALUES`.
    """
    line = load_line("W4", "stated")
    changes = {f"number {name}": change for name, change in compare(counts).items()}
    with suppress(NotKnown):  # these parts have no source then
        changes |= {f"value {name}": change for name, change in compare(values).items()}
    told = "; ".join(
        f"{measure} "
        + " and ".join(
            f"{change:+.0f} percent {name.removeprefix(measure).strip()}"
            for name, change in changes.items()
            if name.startswith(measure)
        )
        for measure in dict.fromkeys(name.split()[0] for name in changes)
    )
    years = table_years(counts)["figure"]
    return Evidence(
        unit=line.unit,
        method=f"announced deals of {WAVE} as published, first-hand before second-hand",
        estimate=next(iter(changes.values()), None),
        found=None if changes else f"{years[WAVE]:.0f} deals",
        interval="none",
        n=len(years),
        checks={
            name: bool(changes[name] >= line.size_that_matters) if name in changes else None
            for name in line.definitions
        },
        note=(
            f"At least {years[WAVE]:.0f} bank deals were announced in {WAVE}: {told or 'no earlier year is known'}."
        ),
    )


def weigh_reasons(reasons: pd.DataFrame) -> Evidence:
    """What pages say of the reasons for the deals; no count of deals that name the rules was found."""
    told = "; ".join(
        f"{row.publisher}, {row.known:%B %Y}: {row.text}" for row in reasons.itertuples()
    )
    return Evidence(
        unit="",
        method="pages that name a reason for the deals",
        interval="none",
        n=len(reasons),
        found="no count of deals that name the rules",
        note=f"No page counts the deals that name the rules as their reason. {told or 'None names a reason'}.",
    )
