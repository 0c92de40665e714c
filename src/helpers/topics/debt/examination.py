"""Claims D1 to D3: who carries floating-rate debt, and what lower rates are worth to a profit and loss account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range, simulate_ranges
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.debt import inputs as known
from helpers.topics.debt.bill_model import (
    INTERVAL,
    BillModel,
    estimate_model,
    table_denominators,
    table_inputs,
    table_specifications,
)
from helpers.topics.debt.checks import table_checks, table_interest_limit
from helpers.topics.debt.rate_response import table_response
from helpers.topics.debt.who_floats import (
    FLOATING,
    IN_CUTS,
    IN_HIKES,
    PUBLISHED,
    loading_ranges,
    table_effective_rates,
    table_floating_shares,
    table_pass_through,
    table_share_pairs,
)
from helpers.topics.rates.decisions import easing_so_far
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information

FILINGS = ("passthrough_gross_vs_cash", "passthrough_same_firm")
TENTH = 10.0  # percent of the bill, smallest effect of interest of claim D2
POLICY_SWINGS = (
    2.0  # one hiking and one cutting phase carry all that filings say about pass-through
)


@dataclass(frozen=True, kw_only=True)
class DebtExamination:
    """What notebook 01 knows about floating-rate debt; ``evidence`` by claim id.

    ``model`` and the tables after it are None where their inputs were not known at the date; ``reason`` says which.
    """

    evidence: dict[str, Evidence]
    shares: pd.DataFrame
    pairs: pd.DataFrame
    pass_through: pd.DataFrame
    effective_rates: pd.DataFrame | None
    model: BillModel | None
    reason: str
    inputs: pd.DataFrame | None
    checks: pd.DataFrame | None
    denominators: pd.DataFrame | None
    specifications: pd.DataFrame | None
    interest_limit: pd.DataFrame | None
    response: pd.DataFrame


def examine(
    info: Information,
    *,
    cut_bp: float = 175.0,
    floating_share_small: Sequence[float] = (),
    floating_share_large: Sequence[float] = (),
    pass_through: Sequence[float] = (),
    hedge_share: Sequence[float] = (0.0, 10.0, 30.0),
    maturity_share: Sequence[float] = (),
    coupon_reset: Sequence[float] = (),
    tax: Sequence[float] = (0.0, 21.0, 25.0),
    draws: int = 8192,
    seed: int = 1926,
) -> DebtExamination:
    """Evidence for D1 to D3 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    cut_bp : float
        Fall of the policy rate whose full effect on the bill is asked for, basis points.
    floating_share_small, floating_share_large : sequence of float
        Low, mid, high of the floating share, percent; empty: the range published by the date.
    pass_through, hedge_share, maturity_share, coupon_reset, tax : sequence of float
        Low, mid, high of the other inputs (units in `assumptions.UNITS`); empty: what was known at the date.
    draws : int
        Monte Carlo draws.
    seed : int
        Seed of every draw.

    Raises
    ------
    ParameterError
        When a range is not given as low, mid, high in this order.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"), draws=256)
    >>> len(found.pairs), round(found.model.growth_cut, 2)
    (3, 0.57)
    """
    given = {
        "floating_share": floating_share_small,
        "pass_through": pass_through,
        "hedge_share": hedge_share,
        "maturity_share": maturity_share,
        "coupon_reset": coupon_reset,
        "tax": tax,
    }
    shares, pairs = _shares_or_none(info)
    table = table_pass_through(info)
    try:
        small = known.small_cap_ranges(info, **given)
        large = known.large_cap_ranges(info, small, floating_share_large)
        model = estimate_model(info, small, large, cut_bp=cut_bp, draws=draws, seed=seed)
        tables = {
            "inputs": table_inputs(model),
            "checks": table_checks(info, small),
            "denominators": table_denominators(info, model),
            "specifications": table_specifications(info, model),
            "interest_limit": table_interest_limit(info, model.cut, small),
        }
        reason = ""
    except NotKnown as error:
        model, reason = None, f"Not every input was known on {info.as_of}: {error}"
        tables = dict.fromkeys(
            ("inputs", "checks", "denominators", "specifications", "interest_limit")
        )
    evidence = {
        "D1": _more_floating(
            info, floating_share_small, floating_share_large, pairs, len(shares), draws, seed
        ),
        "D2": _bill(info, model, reason),
        "D3": _profits(info, model, reason),
    }
    return DebtExamination(
        evidence=evidence,
        shares=shares,
        pairs=pairs,
        pass_through=table,
        effective_rates=table_effective_rates(info),
        model=model,
        reason=reason,
        **tables,
        response=table_response(info),
    )


def _shares_or_none(info: Information) -> tuple[pd.DataFrame, pd.DataFrame]:
    try:
        return table_floating_shares(info), table_share_pairs(info)
    except NotKnown:
        return pd.DataFrame(), pd.DataFrame()


def _more_floating(
    info: Information,
    small: Sequence[float],
    large: Sequence[float],
    pairs: pd.DataFrame,
    quotations: int,
    draws: int,
    seed: int,
) -> Evidence:
    unit = "percentage points"
    try:
        ours = (
            Range(*small, known.GIVEN) if small else known.published_range(info, FLOATING, "small")
        )
        theirs = (
            Range(*large, known.GIVEN) if large else known.published_range(info, FLOATING, "large")
        )
    except NotKnown as error:
        return Evidence.untestable(
            f"No published floating shares on {info.as_of}: {error}", unit=unit
        )
    legs = {PUBLISHED: (ours, theirs)}
    try:
        filings = [loading_ranges(info, rank) for rank in (SMALL_RANKS, LARGE_RANKS)]
        legs |= {name: (filings[0][name], filings[1][name]) for name in filings[0]}
    except NotKnown:
        pass  # before August 2024 only publications were known; the definitions then show it
    rng = np.random.default_rng(seed)
    gaps = {}
    for name, (one, other) in legs.items():
        drawn = simulate_ranges({"small": one, "large": other}, draws, rng)
        gaps[name] = drawn["small"] - drawn["large"]
    low, mid, high = np.percentile(gaps[PUBLISHED], INTERVAL)
    note = (
        f"Published small-cap shares run from {ours.low:g} to {ours.high:g} percent, large-cap shares from "
        f"{theirs.low:g} to {theirs.high:g}."
    )
    if len(pairs):
        note += (
            f" The {len(pairs)} publications that give both agree on the difference, "
            f"{pairs['difference'].min():g} to {pairs['difference'].max():g} points."
        )
    if IN_CUTS in gaps:
        note += f" In the one cutting phase that filings cover it was about {np.median(gaps[IN_CUTS]):.0f} points."
    return Evidence(
        unit=unit,
        method="difference of independent triangular draws over the published shares",
        estimate=float(mid),
        ci_low=float(low),
        ci_high=float(high),
        interval="parameters",
        n=float(quotations),
        n_effective=float(max(len(pairs), 1)),
        definitions={name: float(np.median(gap)) for name, gap in gaps.items()},
        sources=("floating_rate_debt", *FILINGS),
        vintage=f"quotations known by {info.as_of}",
        note=note,
    )


def _untested(info: Information, model: BillModel | None, reason: str) -> str | None:
    if easing_so_far(info.fomc_decisions()) <= 0:
        return f"No cut had been announced by {info.as_of}, so there was no effect to measure."
    return reason if model is None else None


def _modelled(
    info: Information, model: BillModel, column: str, unit: str, method: str, note: str
) -> Evidence:
    low, mid, high = model.interval(column)
    return Evidence(
        unit=unit,
        method=method,
        estimate=mid,
        ci_low=low,
        ci_high=high,
        interval="parameters",
        n=model.small.firms,
        n_effective=POLICY_SWINGS,
        definitions=model.definitions[column].to_dict(),
        sources=("floating_rate_debt", "eps_uplift", *FILINGS, "fomc_decisions", "fed_funds"),
        vintage=f"balance sheets of the last fiscal year filed by {info.as_of}; quotations known by then",
        note=note,
    )


def _bill(info: Information, model: BillModel | None, reason: str) -> Evidence:
    unit = "percent of the interest bill"
    if why := _untested(info, model, reason):
        return Evidence.untestable(why, unit=unit)
    in_hikes = model.interval("bill_fall", IN_HIKES)
    note = (
        f"A cut of {100 * model.cut:.0f} basis points after {model.years:.1f} years of refinancing. "
        f"With the pass-through of the hikes: {_spread(in_hikes)}, "
        f"which {'reaches' if in_hikes[2] >= TENTH else 'does not reach'} a tenth. "
        f"Before refinancing: {_spread(model.interval('bill_saving'))}. "
        f"Large caps after it: {_spread(model.interval('large_bill_fall'))}."
    )
    method = "floating saving less refinancing drag over the bill before; draws over the published ranges"
    return _modelled(info, model, "bill_fall", unit, method, note)


def _profits(info: Information, model: BillModel | None, reason: str) -> Evidence:
    unit = "percent of net income"
    if why := _untested(info, model, reason):
        return Evidence.untestable(why, unit=unit)
    before, after = model.average_rates
    note = (
        f"The average policy rate goes from {before:.2f} percent last year to {after:.2f} this year, which explains "
        f"{_spread(model.explained(), 0)} percent of the claimed growth. The whole cut, net of refinancing since it "
        f"began, is worth {_spread(model.interval('uplift_level'))} percent of net income, once."
    )
    method = "change of the year's average rate on profitable firms' balance sheets, net of refinancing, cash, tax"
    return _modelled(info, model, "uplift_growth", unit, method, note)


def _spread(interval: tuple[float, float, float], digits: int = 1) -> str:
    """The middle with its ends, as a sentence needs them."""
    low, mid, high = (
        f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "\N{MINUS SIGN}")
        for value in interval
    )
    return f"{mid} ({low} to {high})"
