"""Claim M4: each multiple of the article against its own convention, and their ratio against its own history."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.quotations import period_end
from helpers.topics.common.ranges import Range
from helpers.topics.common.weight import carries_weight, is_first_hand, require_first_hand
from helpers.topics.valuation.ratios import DEFINITIONS, FORWARD, NO_HEALTH_CARE, SCREENED
from helpers.trial import Evidence, load_claim, load_line

#: Conventions in which a history of the ratio is published.
TRIED = DEFINITIONS[:2]
#: Conventions of a forward multiple: the index, and which of its companies it counts.
CONVENTIONS = {
    "S&P 500": ("large", "S&P 500", ""),
    "Russell 2000, all companies": ("small", "Russell 2000", "all_companies"),
    "Russell 2000, without loss makers": ("small", "Russell 2000", "without_loss_makers"),
    "Russell 2000, without health care": ("small", NO_HEALTH_CARE, "without_health_care"),
    "S&P 600, profitable companies only": ("small", SCREENED, ""),
}
HALF_MONTH = 15  # days


def in_words(definition: str) -> str:
    """A definition as it is read."""
    return definition.replace("_", " ")


def table_conventions(quoted: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Forward multiples published for a time since a day, by convention, against the article's.

    Parameters
    ----------
    quoted : DataFrame
        Quotations of multiples. Machine-written pages do not count, nor what a page recalls of earlier times.
    since : Timestamp
        Start of the year before the date.

    Returns
    -------
    DataFrame
        One row a convention with a page: ``side``; ``low``, ``high``; ``pages`` and how many of them are
        ``first_hand``; the ``article``'s multiple of that side, and whether it ``fits``: lies between the ends, give or
        take the tolerance of the claim's line as stated.
    """
    rows = carries_weight(quoted[quoted["quantity"] == FORWARD])
    rows = rows[rows["period"].map(period_end) > since]
    claimed, slack = load_claim("M4").claimed_parts, load_line("M4", "stated").tolerance
    table = {}
    for name, (side, group, definition) in CONVENTIONS.items():
        some = rows[(rows["group"] == group) & (rows["definition"] == definition)]
        if some.empty:
            continue
        low, high = some["figure"].min(), some["figure"].max()
        table[name] = {
            "side": side,
            "low": low,
            "high": high,
            "pages": len(some),
            "first_hand": int(is_first_hand(some).sum()),
            "article": claimed[side],
            "fits": bool(low - slack <= claimed[side] <= high + slack),
        }
    columns = ["side", "low", "high", "pages", "first_hand", "article", "fits"]
    found = pd.DataFrame.from_dict(table, orient="index", columns=columns)
    return found.rename_axis("convention")


def weigh_multiples(conventions: pd.DataFrame, ratios: pd.DataFrame) -> Evidence:
    """Evidence for M4 as stated: does either multiple lie in the range of a convention of its own?

    Parameters
    ----------
    conventions : DataFrame
        As from `table_conventions`; a convention that is only known at second hand does not count.
    ratios : DataFrame
        Forward ratios of the year before the date in the convention on trial, as from `ratios.ratios_alike`.
    """
    line, claimed = load_line("M4", "stated"), load_claim("M4").claimed_parts
    counted = conventions[conventions["first_hand"] > 0]
    checks: dict[str, bool | None] = {}
    for name, side in zip(line.definitions, ("large", "small"), strict=True):
        fits = counted.loc[counted["side"] == side, "fits"]
        checks[name] = bool(fits.any()) if len(fits) else None
    notes = [
        _told(claimed[side], holds, counted[counted["side"] == side])
        for side, holds in zip(("large", "small"), checks.values(), strict=True)
    ]
    return Evidence(
        method="ranges of published forward multiples by convention; the estimate is the median ratio counted alike",
        **_median(ratios, line.unit),
        interval="none",
        n=float(conventions["pages"].sum()),
        checks=checks,
        note=" ".join(notes),
    )


def _median(ratios: pd.DataFrame, unit: str) -> dict[str, Any]:
    """The median ratio, or the fact that there is none."""
    if ratios.empty:
        return {"unit": "", "found": "no ratio counted alike"}
    return {"unit": unit, "estimate": float(ratios["ratio"].median())}


def _told(claimed: float, fits: bool | None, pages: pd.DataFrame) -> str:
    if fits is None:
        return f"No page of the year gives a multiple to set beside {claimed:g}."
    spans = "; ".join(
        f"{name} {row['low']:g}" + (f" to {row['high']:g}" if row["high"] > row["low"] else "")
        for name, row in pages.iterrows()
    )
    return f"{claimed:g} {'fits' if fits else 'fits none of'} the pages of the year: {spans}."


def leads_since(pages: pd.DataFrame, months: pd.Series) -> pd.Series:
    """Lead of small over large companies since the period of each page, log percent, to the last month known.

    Parameters
    ----------
    pages : DataFrame
        With ``period``; its end counts from the nearest end of a month.
    months : Series
        Monthly relative return, log percent.
    """
    ends = pages["period"].map(period_end) - pd.Timedelta(days=HALF_MONTH)
    return ends.dt.to_period("M").map(lambda month: months[months.index > month].sum())


def draw_discounts(
    pages: pd.DataFrame,
    averages: pd.DataFrame,
    leads: pd.Series,
    draws: int,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """Discount of the ratio to its own long-term average, percent, for every page and every published average.

    Drawn are the rounding of both, and how much of the lead of prices since a page its earnings have matched: where
    they matched all of it the page still holds, where none, the ratio has risen by the lead.

    Parameters
    ----------
    pages, averages : DataFrame
        Ratios of one convention, and their long-term averages, with ``ratio``, ``low``, ``high``, ``publisher``.
    leads : Series
        As from `leads_since`, by page.
    draws : int
        Draws of each page against each average.

    Returns
    -------
    dict of str to array
        ``on trial``; and the same ``as published`` and ``at prices of the date``, its two ends.
    """
    found: dict[str, list[np.ndarray]] = {}
    for (page, lead), average in product(
        zip(pages.to_dict("records"), leads, strict=True), averages.to_dict("records")
    ):
        ratio, usual = (
            Range(one["low"], one["ratio"], one["high"], one["publisher"]).quantile(
                rng.random(draws)
            )
            for one in (page, average)
        )
        kept = {"on trial": rng.random(draws), "as published": 0.0, "at prices of the date": 1.0}
        for name, share in kept.items():
            now = ratio * np.exp(share * lead / 100)
            found.setdefault(name, []).append(100 * (1 - now / usual))
    return {name: np.concatenate(some) for name, some in found.items()}


def weigh_history(
    ratios: pd.DataFrame,
    averages: pd.DataFrame,
    months: pd.Series,
    definition: str,
    draws: int,
    rng: np.random.Generator,
) -> Evidence:
    """Evidence for M4 as used: is the ratio, counted alike, below its own long-term average?

    Parameters
    ----------
    ratios, averages : DataFrame
        Forward ratios published in the year before the date, and long-term averages known at it, of every convention.
    months : Series
        Monthly return of small less large companies, log percent.
    definition : str
        The convention on trial, one of `TRIED`.
    draws : int
        Draws of each page against each average.

    Raises
    ------
    NotKnown
        No first-hand page gives the ratio on trial, or its average.
    """
    on_trial, others = in_words(definition), [one for one in TRIED if one != definition]
    drawn: dict[str, Mapping[str, np.ndarray]] = {}
    for one in (definition, *others):
        pages, usual = (table[table["definition"] == one] for table in (ratios, averages))
        if one == definition:
            require_first_hand(pages, f"both multiples, {on_trial}")
            require_first_hand(usual, f"the long-term average of their ratio, {on_trial}")
        if len(pages) and len(usual):
            leads = leads_since(pages, months)
            drawn[in_words(one)] = draw_discounts(pages, usual, leads, draws, rng)
    ends = {f"{on_trial}, {end}": drawn[on_trial][end] for end in list(drawn[on_trial])[1:]}
    page, usual = (table[table["definition"] == definition] for table in (ratios, averages))
    medians = {name: float(np.median(some["on trial"])) for name, some in drawn.items()}
    told = "".join(
        f" Counted {name}: {mid:.0f} percent." for name, mid in medians.items() if name != on_trial
    )
    published, today = (float(np.median(one)) for one in ends.values())
    return Evidence.from_draws(
        "M4",
        {name: some["on trial"] for name, some in drawn.items()} | ends,
        method=(
            "published ratio over its published long-term average; drawn: the page, its rounding, and how much of the "
            "lead of prices since the page earnings have matched, none to all"
        ),
        n=len(page) + len(usual),
        note=(
            f"Counted alike ({on_trial}), the small-cap multiple was {page['ratio'].median():.2f} times the large-cap "
            f"one on pages of the year and {usual['ratio'].median():.2f} times on average: {published:.0f} percent "
            "cheaper than in its own history, and "
            f"{today:.0f} if earnings have matched nothing of the lead of prices since.{told}"
        ),
    )
