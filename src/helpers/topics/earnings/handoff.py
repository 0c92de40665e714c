"""Small against large growth published alike, period by period: is a lead promised, and has small led before?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.weight import carries_weight, is_first_hand
from helpers.topics.earnings.consensus import ROUNDING, YEAR, voter_of
from helpers.trial import Evidence, load_claim, load_line

SINCE = 2021  # "post-pandemic"
OVERTOOK = "quarter in which small-cap EPS growth overtook large caps"
#: Days after a quarter, and after a year, from which its growth is a result and no longer an estimate: as reported
#: quarters are dated in the tables, and FactSet takes the final number of a year two months after it.
SETTLED = {"quarter": 45, "year": 59}
#: Small and large companies for each way to pair them; the first one is the index itself.
PAIRS = {
    "russell2000_sp500": ("Russell 2000", "S&P 500"),
    "sp600_sp500": ("S&P 600", "S&P 500"),
    "broker_universes": ("US small caps", "US large caps"),
}
SAID = [
    "universe", "target", "figure", "kind", "known", "vendor", "publisher", "confidence", "url",
]  # fmt: skip
COLUMNS = [
    "period", "universe", "small", "large", "lead", "kind", "known", "measured_by", "publisher", "confidence", "url",
]  # fmt: skip

NO_PAIR = pd.DataFrame(columns=COLUMNS)


def pair_quotations(quotations: pd.DataFrame, small: str, large: str) -> pd.DataFrame:
    """Growth of two universes for the same period, measured alike: by one publication, or by one data vendor.

    Parameters
    ----------
    quotations : DataFrame
        As from `EarningsInputs.quotations`.
    small, large : str
        Universes.

    Returns
    -------
    DataFrame
        ``period``, ``universe`` (the small one), ``small``, ``large``, ``lead`` (percentage points), ``kind``
        (``"result"``, ``"estimate"`` of a period whose results were not all in, ``"forecast"``), ``known`` (the later
        of the two), ``measured_by``, ``publisher``, ``confidence``, ``url``; one row a period, vendor and page.
        Machine-written pages are left out; where a vendor has several dates, the two nearest ones meet.

    Raises
    ------
    NotKnown
        When no publication or vendor gives both.
    """
    rows = carries_weight(quotations)[SAID].reset_index()
    ours, theirs = (rows[rows["universe"] == name] for name in (small, large))
    page = ours.merge(theirs, on=["target", "kind", "url", "vendor"], suffixes=("", "_large"))
    left = ours[(ours["vendor"] != "") & ~ours["index"].isin(page["index"])]
    vendor = left.merge(theirs, on=["target", "kind", "vendor"], suffixes=("", "_large"))
    both = pd.concat(
        [
            page.assign(measured_by=page["publisher"]),
            vendor.assign(measured_by=vendor["vendor"]),
        ]
    )
    if both.empty:
        raise NotKnown(
            f"No publication known at this date gives growth of {small} and {large} alike."
        )
    both = (
        both.assign(apart=(both["known"] - both["known_large"]).abs())
        .sort_values("apart", kind="stable")
        .drop_duplicates(["target", "kind", "vendor", "figure", "figure_large"])
        .rename(columns={"target": "period", "figure": "small", "figure_large": "large"})
    )
    same = both["confidence"] == both["confidence_large"]
    dates = both[["known", "known_large"]]
    settled = dates.min(axis=1) >= settled_on(both["period"])
    over = both["kind"] == "outcome"
    both = both.assign(
        lead=both["small"] - both["large"],
        kind=np.select([over & settled, over], ["result", "estimate"], "forecast"),
        known=dates.max(axis=1),
        confidence=both["confidence"].where(same, "second-hand"),
    )
    return both[COLUMNS].sort_values(["period", "known"], ignore_index=True)


def settled_on(periods: pd.Series) -> pd.Series:
    """First day on which growth of each quarter or year is a result.

    Examples
    --------
    >>> settled_on(pd.Series(["2021Q2", "2025"])).dt.date.tolist()
    [datetime.date(2021, 8, 14), datetime.date(2026, 2, 28)]
    """
    days = np.where(periods.str.len() == 4, SETTLED["year"], SETTLED["quarter"])
    ends = pd.to_datetime([pd.Period(one).end_time.normalize() for one in periods])
    return pd.Series(ends + pd.to_timedelta(days, unit="D"), periods.index, dtype="datetime64[us]")


def pair_universes(quotations: pd.DataFrame) -> pd.DataFrame:
    """The pairs of `pair_quotations` of every universe, in the order of `PAIRS`.

    Raises
    ------
    NotKnown
        When no publication or vendor gives both sides of any.
    """
    found = []
    for small, large in PAIRS.values():
        try:
            found.append(pair_quotations(quotations, small, large))
        except NotKnown:
            continue
    if not found:
        raise NotKnown("No publication known at this date gives growth of both sides alike.")
    return pd.concat(found, ignore_index=True)


def pair_forecasts(pairs: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Pairs that forecast `YEAR` and are not older than a day: the last one of each publisher and universe."""
    rows = pairs[
        (pairs["period"] == str(YEAR)) & (pairs["kind"] == "forecast") & (pairs["known"] >= since)
    ]
    return rows.sort_values("known", kind="stable").drop_duplicates(
        ["universe", "publisher"], keep="last"
    )


def weigh_promised_lead(forecasts: pd.DataFrame) -> Evidence:
    """Evidence for E6 as stated: which publications promise a clear lead of small-cap growth.

    The estimate is the published lead nearest to the claimed one, the interval runs from the smallest to the largest.

    Parameters
    ----------
    forecasts : DataFrame
        As from `pair_forecasts`, of every universe; second-hand pairs have no vote.
    """
    line, claimed = load_line("E6", "stated"), load_claim("E6").claimed_number
    size = line.size_that_matters
    rows = forecasts[is_first_hand(forecasts)]
    known = {"unit": line.unit, "method": line.statistic, "interval": "none", "n": len(rows)}
    if rows.empty:
        return Evidence(
            **known, note=f"No recent first-hand page known by the date gives both sides of {YEAR}."
        )
    lead = rows["lead"]
    clear = lead >= size - ROUNDING
    names = [
        f"{publisher.split(' (')[0].split(' via ')[0]}, {universe}, {points:+.3g} points"
        for publisher, universe, points in zip(
            rows["publisher"], rows["universe"], lead, strict=True
        )
    ]
    by = rows.groupby("universe", sort=False)["lead"]
    told = "; ".join(f"{universe} {_span(one.min(), one.max())}" for universe, one in by)
    return Evidence(
        **known | {"interval": "parameters", "ci_level": 1.0},
        estimate=float(lead[(lead - claimed).abs().idxmin()]),
        ci_low=float(lead.min()),
        ci_high=float(lead.max()),
        checks=dict(zip(names, clear.tolist(), strict=True)),
        note=f"{(lead > 0).sum()} of {len(rows)} publishers see small-cap earnings grow faster in {YEAR}, "
        f"{clear.sum()} by {size:g} points or more. Lead by universe, points: {told}.",
    )


def _span(low: float, high: float) -> str:
    return f"{low:.3g} to {high:.3g}" if high > low else f"{high:.3g}"


def is_earlier(period: pd.Series) -> pd.Series:
    """Which periods lie between the pandemic and the forecast year."""
    return period.str[:4].astype(int).between(SINCE, YEAR - 1)


def earlier_results(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of results from `SINCE` to the year before the forecast."""
    return pairs[(pairs["kind"] == "result") & is_earlier(pairs["period"])]


def earlier_leads(pairs: pd.DataFrame) -> pd.DataFrame:
    """Periods since the pandemic, before the forecast year, in which small-cap results led clearly.

    Parameters
    ----------
    pairs : DataFrame
        As from `pair_universes`.

    Returns
    -------
    DataFrame
        One row a period and universe, with a lead of at least the size that matters to E3; empty when there was none.
    """
    done = earlier_results(pairs)
    size = load_line("E3", "stated").size_that_matters
    led = done[done["lead"] >= size - ROUNDING]
    return led.drop_duplicates(["period", "universe"], keep="last")


def weigh_first_lead(pairs: pd.DataFrame, stated: pd.DataFrame) -> Evidence:
    """Evidence for E3: the number of earlier clear leads.

    Parameters
    ----------
    pairs : DataFrame
        As from `pair_universes`.
    stated : DataFrame
        Publications that say in words when small overtook large; without figures they are told, not counted.

    Raises
    ------
    NotKnown
        No result is published for both sides alike, or only second-hand pages report a lead.
    """
    line = load_line("E3", "stated")
    done, leads = earlier_results(pairs), earlier_leads(pairs)
    if done.empty:
        raise NotKnown(
            f"No result since {SINCE} is published for both groups alike; "
            "the vendors' quarterly series would settle it."
        )
    if len(leads) and not is_first_hand(leads).any():
        raise NotKnown("Only second-hand pages report an earlier lead.")
    size = f"{line.size_that_matters:g} points or more"
    listed = "; ".join(_told(row) for row in leads.to_dict("records"))
    first = (
        f"Small caps had led by {size} before: {listed}."
        if listed
        else f"No earlier period with results for both sides shows a lead of {size}."
    )
    early = pairs[(pairs["kind"] == "estimate") & is_earlier(pairs["period"])]
    early = early[
        (early["lead"] >= line.size_that_matters) & ~early["period"].isin(leads["period"])
    ]
    guessed = "; ".join(_told(row) for row in early.to_dict("records"))
    words = stated[is_earlier(stated["period"])]
    said = ", ".join(words["period"] + " (" + voter_of(words) + ")") if len(words) else ""
    return Evidence(
        unit=line.unit,
        method=line.statistic,
        estimate=float(len(leads)),
        interval="none",
        n=done[["period", "universe"]].drop_duplicates().shape[0],
        note=first
        + (f" Estimates before the results were in, not counted: {guessed}." if guessed else "")
        + (f" Said in words, without figures, not counted: {said}." if said else ""),
    )


def _told(row: Mapping[Hashable, Any]) -> str:
    return (
        f"{row['period']}, {row['universe']} {row['small']:.4g} percent against {row['large']:.4g} "
        f"({row['measured_by']})"
    )
