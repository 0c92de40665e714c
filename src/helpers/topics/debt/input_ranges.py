"""Low, central and high value of each input of the interest bill, with where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import ParameterError
from helpers.topics.common.ranges import Range
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS, row_of_rank
from helpers.topics.debt.rate_changes import coupon_resets
from helpers.topics.debt.who_floats import CUTS, PUBLISHED, TWO_SE

if TYPE_CHECKING:
    from helpers.data import Published
    from helpers.topics.debt.inputs import DebtInputs

#: Inputs of the model, in the order in which tables show them, with their units.
UNITS = {
    "floating_share": "percent of debt",
    "pass_through": "percent of the cut",
    "hedge_share": "percent of floating debt",
    "maturity_share": "percent of fixed debt a year",
    "coupon_reset": "percentage points",
    "cash_loading": "percent of the cut",
    "tax": "percent",
    "effective_rate": "percent of debt",
}
GIVEN = "given by the reader"
#: What stands for inputs of which nothing is published.
ASSUMED = {
    "hedge_share": Range(0.0, 10.0, 30.0, "assumption: no published figure was found"),
    "tax": Range(
        0.0,
        21.0,
        25.0,
        "assumption: zero where losses carried forward or section 163(j) bind, to federal plus state",
    ),
}
YEARS_DUE = 5.0  # span of the published maturities


def given_range(name: str, values: Sequence[float]) -> Range | None:
    """A range of the reader's or the assumed one, or None for an empty one: then what was known counts.

    Raises
    ------
    ParameterError
        When it is not low, mid, high in this order, or empty where nothing is published.
    """
    if not values and name not in ASSUMED:
        return None
    if len(values) != 3:
        raise ParameterError(f"{name}: give low, mid and high, not {len(values)} values.")
    low, mid, high = values
    given = Range(low, mid, high, GIVEN)
    assumed = ASSUMED.get(name, given)
    return assumed if assumed == replace(given, origin=assumed.origin) else given


def any_given(ranges: Iterable[Range]) -> bool:
    """Whether a reader gave one of these ranges."""
    return any(one.origin == GIVEN for one in ranges)


def name_shares(*shares: Range) -> str:
    """What the primary definition takes, in words: published shares, or those that a reader gave."""
    return "given shares" if any_given(shares) else PUBLISHED


def small_cap_ranges(inputs: DebtInputs, given: Mapping[str, Range]) -> dict[str, Range]:
    """Ranges of all inputs for small caps: those the reader gave, the others as known at the date.

    Parameters
    ----------
    inputs : DebtInputs
        Figures known at the date.
    given : mapping of input to Range
        With those of `ASSUMED`, of which nothing is published.

    Raises
    ------
    NotKnown
        When a range was neither given nor known.
    """
    share = given.get("floating_share") or published_range(inputs.floating_small)
    gross = row_of_rank(inputs.gross_loadings, SMALL_RANKS)
    pass_through = given.get("pass_through") or implied_pass_through(
        gross,
        row_of_rank(inputs.same_firms, SMALL_RANKS, phase=CUTS),
        floating_share=share.mid,
        hedge_share=given["hedge_share"].mid,
    )
    return {
        "floating_share": share,
        "pass_through": pass_through,
        "hedge_share": given["hedge_share"],
        "maturity_share": given.get("maturity_share")
        or maturities(inputs.due_small.mid, inputs.due_large.mid),
        "coupon_reset": given.get("coupon_reset") or coupon_reset(inputs.five_year_yield),
        "cash_loading": cash_loading(gross),
        "tax": given["tax"],
        "effective_rate": published_range(inputs.rate_small),
    }


def large_cap_ranges(
    inputs: DebtInputs, small: Mapping[str, Range], floating_share: Range | None
) -> dict[str, Range]:
    """The same inputs for large caps: own floating share, maturities, cash loading and rate, the rest as small."""
    pace = inputs.due_large.mid / YEARS_DUE
    return {
        **small,
        "floating_share": floating_share or published_range(inputs.floating_large),
        "maturity_share": Range(pace, pace, pace, "a fifth of S&P 500 debt due within five years"),
        "cash_loading": cash_loading(row_of_rank(inputs.gross_loadings, LARGE_RANKS)),
        "effective_rate": published_range(inputs.rate_large),
    }


def published_range(found: Published) -> Range:
    """Lowest, median and highest published figure, with the publishers."""
    origin = "published: " + "; ".join(dict.fromkeys(found.sources))
    return Range(found.low, found.mid, found.high, origin)


def implied_pass_through(
    hikes: pd.Series, cuts: pd.Series, *, floating_share: float, hedge_share: float
) -> Range:
    """Part of a rate change that reached unhedged floating debt, percent: loadings of filings over its share of debt.

    From the one cutting phase filings cover (low) to the hikes of 2022-23 (high, at most all), their mean between.
    Loadings are gross of cash; that of the cuts is net in the filings, so the interest that cash lost is added back.

    Parameters
    ----------
    hikes : pandas.Series
        Row of a rank: ``gross_debt_loading``, ``cash_loading`` (negative), ``median_cash_to_debt``, shares of one.
    cuts : pandas.Series
        Row of the same rank: ``median``, share of one.
    floating_share, hedge_share : float
        Central values, percent.
    """
    cash = -hikes["cash_loading"] * hikes["median_cash_to_debt"]
    unhedged = floating_share / 100.0 * (1.0 - hedge_share / 100.0)
    low, high = (  # at most all; all too where nothing floats unhedged
        100.0 * one / unhedged if one < unhedged else 100.0
        for one in (cuts["median"] + cash, hikes["gross_debt_loading"])
    )
    origin = "filings: loading in cuts to loading in hikes, over the unhedged floating share"
    in_hikes = hikes["gross_debt_loading"] / unhedged if unhedged else float("inf")
    if 1.0 < in_hikes < float("inf"):
        origin += f"; the hikes moved {100.0 * in_hikes:.0f} percent of it, of which all is counted"
    return Range(low, (low + high) / 2.0, high, origin)


def maturities(due_small: float, due_large: float) -> Range:
    """Fixed debt that matures a year, percent: from the pace of S&P 500 debt to that of all Russell 2000 debt.

    Small-cap loans float and fall due before bonds, so the fixed part matures more slowly than the whole.

    Parameters
    ----------
    due_small, due_large : float
        Debt due within five years, percent of all debt.
    """
    slow, fast = due_large / YEARS_DUE, due_small / YEARS_DUE
    return Range(
        slow,
        (slow + fast) / 2.0,
        fast,
        "a fifth of the debt due within five years, S&P 500 to Russell 2000",
    )


def coupon_reset(yields: pd.Series) -> Range:
    """Least, mean and largest of the `coupon_resets` of the last month."""
    resets = coupon_resets(yields)
    low, mid, high = min(resets), sum(resets) / len(resets), max(resets)
    return Range(
        low,
        mid,
        high,
        f"Treasury yields of {yields.index[-1]} less those four to eight years earlier, spreads unchanged",
    )


def cash_loading(row: pd.Series) -> Range:
    """Part of a rate change that reached interest on cash, percent, with two standard errors about it.

    Parameters
    ----------
    row : pandas.Series
        Row of a rank: ``cash_loading`` (negative), ``cash_se``, shares of one.
    """
    mid, width = -100.0 * row["cash_loading"], 100.0 * TWO_SE * row["cash_se"]
    return Range(
        max(mid - width, 0.0),
        mid,
        mid + width,
        f"filings, market-cap ranks {row['rank']}, two standard errors",
    )
