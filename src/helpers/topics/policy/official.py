"""Claims P3 and P4: the claimed count and savings beside the official ones, and what they are to listed companies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.data.dates import in_words
from helpers.data.quotations import period_end
from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range, simulate_ranges
from helpers.topics.common.weight import carries_weight, require_first_hand
from helpers.topics.debt.interest_bill import Numbers
from helpers.topics.policy.inputs import COUNT
from helpers.trial import Evidence, load_claim, load_line

ALL, SMALL = "all firms and households", "small firms"
AGENCIES, BODY = "all agencies", "SBA Strike Force"
ADMINISTRATION = pd.Timestamp("2025-01-20")  # the year the article speaks of begins
ALL_FIRMS, SMALL_FIRMS, EVERY_YEAR = READINGS = ("all_firms", "small_firms", "every_year")


def reading_names() -> dict[str, str]:
    """Readings of the saving as ``data/claims.yaml`` names them."""
    return dict(zip(READINGS, load_line("P4", "used").definitions, strict=True))


def of_the_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that speak of the administration of 2025."""
    ends = pd.Series([period_end(period) for period in rows["period"]], rows.index, dtype=object)
    return rows[pd.to_datetime(ends) > ADMINISTRATION]


def weigh_count(counts: pd.DataFrame, acts: pd.DataFrame) -> Evidence:
    """Evidence for P3 as stated: the largest count of all agencies, beside the launch of the body named.

    Parameters
    ----------
    counts, acts : DataFrame
        As `PolicyInputs.counts` and `PolicyInputs.acts`.

    Raises
    ------
    NotKnown
        No count of the year was known.
    """
    line, claimed = load_line("P3", "stated"), load_claim("P3").claimed_number
    actions = carries_weight(of_the_year(counts[counts["metric"] == COUNT]))
    require_first_hand(actions, "a count of deregulatory actions of the year")
    largest = actions.sort_values("figure", kind="stable").iloc[-1]
    launched = acts.loc[acts["group"] == BODY, "period"]
    reached = bool(largest["figure"] >= claimed)
    # A count of part of a year that falls short says nothing of the whole.
    whole = pd.Timestamp(period_end(largest["period"])) >= ADMINISTRATION + pd.DateOffset(years=1)
    checks = (reached if reached or whole else None,)
    own = actions[actions["group"] != AGENCIES]
    return Evidence(
        unit=line.unit,
        method="official counts of deregulatory actions",
        estimate=float(largest["figure"]),
        interval="none",
        n=float(len(actions)),
        checks=dict(zip(line.definitions, checks, strict=True)),
        note=" ".join(
            [
                f"The largest official count of deregulatory actions found is {largest['figure']:.0f}, of "
                f"{largest['group']}, to {in_words(period_end(largest['period']))}; "
                f"no page found counts {claimed:.0f}.",
                *(f"The task force named began on {day}." for day in launched),
                *(
                    f"Of its own work its house counts {row['figure']:.0f} ({row['group']})."
                    for _, row in own.iterrows()
                ),
            ]
        ),
    )


def weigh_saving(savings: pd.DataFrame) -> Evidence:
    """Evidence for P4 as stated: the largest official saving of small firms.

    Raises
    ------
    NotKnown
        No official figure of small firms was known.
    """
    line, claimed = load_line("P4", "stated"), load_claim("P4").claimed_number
    made = of_the_year(carries_weight(savings))
    small = made[made["group"] == SMALL]
    require_first_hand(small, "what lighter rules saved small firms")
    largest = small.sort_values("figure", kind="stable").iloc[-1]
    everyone = made[made["group"] == ALL]
    reach = everyone[everyone["figure"] >= claimed]
    of_all = (
        f"Figures of {claimed:.0f} billion are of all firms and households."
        if len(reach)
        else f"No official figure of {claimed:.0f} billion was known."
    )
    return Evidence(
        unit=line.unit,
        method="official figures of savings said to be made",
        estimate=float(largest["figure"]),
        interval="none",
        n=float(len(small)),
        note=(
            f"The one official figure of small firms is {largest['figure']:.0f} billion dollars "
            f"({largest['publisher']}). {of_all} None says over how many years."
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Listed small caps, USD bn: ``net_income`` a year, ``sales``, and ranges of their share in business."""

    net_income: float
    sales: Range
    share_of_all: Range
    share_of_small: Range


def listed_small_caps(
    consensus: pd.DataFrame,
    price_to_sales: float,
    sales_of_all: float,
    sales_of_small: float,
    profits: float,
) -> Listed:
    """Listed small caps on the last day of the consensus.

    Parameters
    ----------
    consensus : DataFrame
        As `PolicyInputs.consensus`: next quarter's net income, times four.
    price_to_sales : float
        As published, a whole number: rounding is the range of their sales.
    sales_of_all, sales_of_small : float
        Sales of all companies in the country, and of those with fewer than 250 employees, USD bn.
    profits : float
        Profits after tax of all corporations, USD bn.

    Raises
    ------
    NotKnown
        The members are expected to lose money together.
    """
    last = consensus[consensus["index_name"] == "IWM"].sort_values("price_date").iloc[-1]
    income = 4 * float(last["quarterly_net_income_bn"])
    if income <= 0:
        raise NotKnown("Listed small caps are expected to lose money: no share of it is defined.")
    low, mid, high = (
        float(last["market_cap_bn"]) / (price_to_sales + step) for step in (0.5, 0.0, -0.5)
    )
    sales = Range(
        low, mid, high, "market value over the published ratio of price to sales, as rounded"
    )
    low, high = sorted((income / profits, sales.mid / sales_of_all))
    of_all = Range(low, (low + high) / 2, high, "share in profits or in sales")
    most = min(sales.mid / sales_of_small, 1.0)
    of_small = Range(0.0, most / 2, most, "none of them a small firm, to all of them")
    return Listed(net_income=income, sales=sales, share_of_all=of_all, share_of_small=of_small)


def saving_cases(
    savings: pd.DataFrame, listed: Listed, *, yearly: Range, tax: Range
) -> dict[str, dict[str, Range]]:
    """Ranges behind each reading of the saving: ``saving`` (USD bn), ``part``, ``share`` and ``tax``.

    Parameters
    ----------
    savings : DataFrame
        As `PolicyInputs.savings`.
    listed : Listed
        As from `listed_small_caps`.
    yearly : Range
        Part of a present value that is saved in a year, percent.
    tax : Range
        On the saving, percent.

    Raises
    ------
    NotKnown
        No official figure was known.
    """
    made = of_the_year(carries_weight(savings))
    require_first_hand(made[made["group"].isin([ALL, SMALL])], "what lighter rules saved")
    claimed = load_claim("P4").claimed_number
    of_all, of_small = (made.loc[made["group"] == whose, "figure"] for whose in (ALL, SMALL))
    total = _spanned([*of_all, claimed], "official figures of all firms, and the article's")
    small = _spanned([*of_small, claimed], "official figure of small firms, and the article's")
    most = listed.share_of_small.high
    always = Range(100.0, 100.0, 100.0, "all of it in each year")
    every = Range(most, most, most, "all of them small firms")
    parts = {
        ALL_FIRMS: (total, yearly, listed.share_of_all),
        SMALL_FIRMS: (small, yearly, listed.share_of_small),
        EVERY_YEAR: (small, always, every),
    }
    return {
        reading: {"saving": saving, "part": part, "share": share, "tax": tax}
        for reading, (saving, part, share) in parts.items()
    }


def worth(
    listed: Listed, *, saving: Numbers, part: Numbers, share: Numbers, tax: Numbers
) -> Numbers:
    """What a saving is to listed small caps a year, percent of their net income; inputs as in `saving_cases`."""
    return 100 * saving * part / 100 * share * (1 - tax / 100) / listed.net_income


def draw_savings(
    cases: Mapping[str, Mapping[str, Range]],
    listed: Listed,
    draws: int,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:
    """`worth` of the saving under each reading, drawn over its ranges."""
    return {
        reading: np.asarray(worth(listed, **simulate_ranges(ranges, draws, rng)))
        for reading, ranges in cases.items()
    }


def _spanned(values: list[float], origin: str) -> Range:
    low, high = min(values), max(values)
    return Range(low, (low + high) / 2, high, origin)


def weigh_reach_of_saving(
    drawn: Mapping[str, np.ndarray],
    reading: str,
    listed: Listed,
    figures: int,
    *,
    interval: str,
) -> Evidence:
    """Evidence for P4 as used, the chosen reading on trial first; ``figures`` says from how many official figures."""
    names = reading_names()
    order = [reading, *(one for one in READINGS if one != reading)]
    middles = {one: float(np.median(drawn[one])) for one in READINGS}
    claimed = load_claim("P4").claimed_number
    return Evidence.from_draws(
        "P4",
        {names[one]: drawn[one] for one in order},
        method=(
            "official saving, the part of it a year brings, the share of listed small caps in sales or profits, tax; "
            "all of it kept as profit"
        ),
        interval=interval,
        n=float(figures),
        note=(
            f"Spread over all firms as a present value, about {claimed:.0f} billion dollars are worth "
            f"{middles[ALL_FIRMS]:.1f} percent of the profits of listed small caps a year; {middles[SMALL_FIRMS]:.1f} "
            f"if small firms alone have them. Taken at its word, every year and for small firms, the saving would lift "
            f"their profits of {listed.net_income:.0f} billion by {middles[EVERY_YEAR]:.0f} percent."
        ),
    )


def table_official(rows: pd.DataFrame) -> pd.DataFrame:
    """Counts or sums as published, one a row: ``what``, ``whose``, ``figure`` and where it comes from."""
    names = {"metric": "what", "group": "whose"}
    columns = ["metric", "group", "figure", "period", "known", "publisher", "note"]
    spans = rows["period"].str.replace("/", " to ")
    return rows[columns].assign(period=spans).rename(columns=names).reset_index(drop=True)
