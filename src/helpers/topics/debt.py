"""Claims D1 to D3: who carries floating-rate debt, and what lower rates are worth to a profit and loss account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.stats.evidence import Evidence
from helpers.topics import assumptions as known
from helpers.topics.debt_checks import table_checks
from helpers.topics.interest_bill import BalanceSheet, bill_effect, break_even_years, floating_saving
from helpers.topics.rate_response import table_response
from helpers.topics.rates import easing_so_far, first_cut
from helpers.topics.uncertainty import Range, central, simulate_ranges, swings, variance_shares
from helpers.topics.who_floats import (
    CUTS,
    FLOATING,
    HIKES,
    LARGE_RANKS,
    SMALL_RANKS,
    loading,
    table_effective_rates,
    table_floating_shares,
    table_pass_through,
    table_share_pairs,
)

if TYPE_CHECKING:
    from helpers.data import Information

CLAIMED_GROWTH = 19.0  # percent, the article's growth of Russell 2000 earnings: the yardstick, never an input
SOBOL_POINTS, SOBOL_RESAMPLES = 1024, 200
INTERVAL = (2.5, 50.0, 97.5)
EFFECT_INPUTS = ("floating_share", "pass_through", "hedge_share", "maturity_share", "coupon_reset", "cash_loading")


@dataclass(frozen=True, kw_only=True)
class BillModel:
    """The interest bill of small caps under a cut: inputs, draws, and what moves the answer.

    ``draws`` has the columns ``bill_fall`` (percent of the bill), ``uplift_level`` (percent of net income, the whole
    cut), ``uplift_growth`` (percent of net income, change of the year's average rate), ``break_even`` (years), and
    the large-cap counterparts ``large_bill_fall``, ``large_uplift_level``, ``large_uplift_growth``.
    ``definitions`` holds the first three under each definition listed beforehand.
    """

    small: BalanceSheet
    large: BalanceSheet
    ranges: dict[str, Range]
    large_ranges: dict[str, Range]
    cut: float
    growth_cut: float
    years: float
    average_rates: tuple[float, float]
    draws: pd.DataFrame
    definitions: pd.DataFrame
    parts: pd.DataFrame
    tornado: pd.DataFrame
    sobol: pd.DataFrame

    def interval(self, column: str) -> tuple[float, float, float]:
        """2.5, 50 and 97.5 percent points of a column of the draws."""
        low, mid, high = np.percentile(self.draws[column], INTERVAL)
        return float(low), float(mid), float(high)

    def explained(self, column: str = "uplift_growth") -> tuple[float, float, float]:
        """Share of the claimed growth that a column of the draws explains, percent: low, mid, high."""
        low, mid, high = (100.0 * value / CLAIMED_GROWTH for value in self.interval(column))
        return low, mid, high


@dataclass(frozen=True, kw_only=True)
class DebtExamination:
    """What notebook 01 knows about floating-rate debt; ``evidence`` by claim id.

    ``model``, ``checks``, ``denominators`` and ``effective_rates`` are None where their inputs were not known at the
    date; ``reason`` then says which.
    """

    evidence: dict[str, Evidence]
    shares: pd.DataFrame
    pairs: pd.DataFrame
    pass_through: pd.DataFrame
    effective_rates: pd.DataFrame | None
    model: BillModel | None
    reason: str
    checks: pd.DataFrame | None
    denominators: pd.DataFrame | None
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
        model = estimate_model(info, small, large, table, cut_bp=cut_bp, draws=draws, seed=seed)
        checks, denominators, reason = table_checks(info, small), table_denominators(info, model), ""
    except DataError as error:
        model, checks, denominators, reason = None, None, None, f"Not every input was known on {info.as_of}: {error}"
    evidence = {
        "D1": _more_floating(info, floating_share_small, floating_share_large, table, pairs, draws, seed),
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
        checks=checks,
        denominators=denominators,
        response=table_response(info),
    )


def bill_fall(cut: float, years: float, *, effective_rate, tax=0.0, **inputs):
    """Fall of the interest bill, percent of it: floating saving less refinancing drag. Free of the amount of debt."""
    sheet = BalanceSheet(group="one hundred of debt", debt=100.0, cash=0.0)
    return 100.0 * bill_effect(sheet, cut, years, **inputs).bill_fall / np.asarray(effective_rate, dtype=float)


def uplift(sheet: BalanceSheet, cut: float, years: float, *, tax, effective_rate=None, **inputs):
    """Gain of net income, percent of it: after tax, net of refinancing and of interest lost on cash.

    Raises
    ------
    ValueError
        When net income is not positive: a growth rate on that base is undefined.
    """
    if sheet.net_income is None or sheet.net_income <= 0:
        raise ValueError(f"Net income of {sheet.group} is {sheet.net_income}: growth on it is undefined; take the profitable base.")
    gain = bill_effect(sheet, cut, years, **inputs).net * (1.0 - np.asarray(tax, dtype=float) / 100.0)
    return 100.0 * gain / sheet.net_income


def estimate_model(
    info: Information,
    ranges: dict[str, Range],
    large_ranges: dict[str, Range],
    pass_through: pd.DataFrame,
    *,
    cut_bp: float,
    draws: int,
    seed: int,
) -> BillModel:
    """Draw the bill of small and large caps, and take the answer apart."""
    sheet = known.profitable_sheet(info, SMALL_RANKS)
    large_sheet = known.profitable_sheet(info, LARGE_RANKS)
    start = first_cut(info)
    years = 1.0 if start is None else (pd.Timestamp(info.as_of) - start).days / 365.25
    averages = known.average_rates(info)
    cut, growth_cut = cut_bp / 100.0, averages[0] - averages[1]
    models: dict[str, Callable] = {
        "bill_fall": partial(bill_fall, cut, years),
        "uplift_level": partial(uplift, sheet, cut, years),
        "uplift_growth": partial(uplift, sheet, growth_cut, 1.0),
    }
    large_models = {
        "large_bill_fall": models["bill_fall"],
        "large_uplift_level": partial(uplift, large_sheet, cut, years),
        "large_uplift_growth": partial(uplift, large_sheet, growth_cut, 1.0),
    }
    rng = np.random.default_rng(seed)
    inputs, large_inputs = simulate_ranges(ranges, draws, rng), simulate_ranges(large_ranges, draws, rng)
    outputs = {name: model(**inputs) for name, model in models.items()}
    outputs |= {name: model(**large_inputs) for name, model in large_models.items()}
    timing = {name: inputs[name] for name in EFFECT_INPUTS if name != "cash_loading"}
    outputs["break_even"] = break_even_years(cut, **timing)
    uplift_inputs = {name: one for name, one in ranges.items() if name != "effective_rate"}
    return BillModel(
        small=sheet,
        large=large_sheet,
        ranges=ranges,
        large_ranges=large_ranges,
        cut=cut,
        growth_cut=growth_cut,
        years=years,
        average_rates=averages,
        draws=pd.DataFrame(outputs),
        definitions=_definitions(models, ranges, pass_through),
        parts=_parts(sheet, ranges, {"level": (cut, years), "growth": (growth_cut, 1.0)}),
        tornado=swings(models["uplift_growth"], uplift_inputs),
        sobol=variance_shares(
            models["uplift_growth"], uplift_inputs, points=SOBOL_POINTS, resamples=SOBOL_RESAMPLES, rng=rng
        ),
    )


def _definitions(models: dict[str, Callable], ranges: dict[str, Range], pass_through: pd.DataFrame) -> pd.DataFrame:
    """Central outputs under the three definitions listed beforehand; a loading replaces share, pass-through and hedge.

    Only the fixed part of the published central share is refinanced in each. The loading in cuts is net of cash
    already, so no cash income is taken off again.
    """
    middle = central(ranges)
    fixed = middle["floating_share"]
    rows = {"published shares": {name: float(model(**middle)) for name, model in models.items()}}
    cases = {
        "pass-through in hikes": (HIKES, "quarterly, gross of cash", middle["cash_loading"]),
        "pass-through in cuts": (CUTS, "same firms, median", 0.0),
    }
    for name, (phase, measure, cash) in cases.items():
        effective = 100.0 * loading(pass_through, phase, measure, SMALL_RANKS) / fixed
        case = {**middle, "pass_through": effective, "hedge_share": 0.0, "cash_loading": cash}
        rows[name] = {output: float(model(**case)) for output, model in models.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def _parts(sheet: BalanceSheet, ranges: dict[str, Range], cuts: dict[str, tuple[float, float]]) -> pd.DataFrame:
    """Parts of the central uplift, percent of net income, for the whole cut (level) and the year's change (growth)."""
    middle = central(ranges)
    inputs = {name: middle[name] for name in EFFECT_INPUTS}
    rows = {}
    for name, (cut, years) in cuts.items():
        full = floating_saving(sheet.debt, cut, floating_share=middle["floating_share"])
        effect = bill_effect(sheet, cut, years, **inputs)
        amounts = {
            "full pass-through, no hedges": full,
            "incomplete pass-through and hedges": effect.floating_saving - full,
            "refinancing of fixed debt": -effect.refinancing_drag,
            "interest lost on cash": -effect.lost_cash_income,
            "tax": -effect.net * middle["tax"] / 100.0,
        }
        rows[name] = {part: 100.0 * float(amount) / sheet.net_income for part, amount in amounts.items()}
    return pd.DataFrame(rows)


def table_denominators(info: Information, model: BillModel) -> pd.DataFrame:
    """The same after-tax gain over each base: all firms with their losses, and the profitable ones."""
    middle = central(model.ranges)
    inputs = {name: middle[name] for name in EFFECT_INPUTS}
    keep = 1.0 - middle["tax"] / 100.0
    rows = []
    for sheet in (known.all_firms_sheet(info, SMALL_RANKS), model.small, model.large):
        gain = keep * float(bill_effect(sheet, model.cut, model.years, **inputs).net)
        if sheet is model.large:
            inputs_large = {name: central(model.large_ranges)[name] for name in EFFECT_INPUTS}
            gain = keep * float(bill_effect(sheet, model.cut, model.years, **inputs_large).net)
        defined = sheet.net_income > 0
        rows.append(
            {
                "base": sheet.group,
                "firms": sheet.firms,
                "debt": sheet.debt,
                "net income": sheet.net_income,
                "gain after tax": gain,
                "uplift": 100.0 * gain / sheet.net_income if defined else float("nan"),
                "reading": "defined" if defined else "undefined: the base is a loss",
            }
        )
    return pd.DataFrame(rows)


def _shares_or_none(info: Information) -> tuple[pd.DataFrame, pd.DataFrame]:
    try:
        return table_floating_shares(info), table_share_pairs(info)
    except DataError:
        return pd.DataFrame(), pd.DataFrame()


def _more_floating(info, small, large, pass_through, pairs, draws, seed) -> Evidence:
    unit = "percentage points"
    try:
        ranges = {
            "small": Range(*small, known.GIVEN) if small else known.published_range(info, FLOATING, "small"),
            "large": Range(*large, known.GIVEN) if large else known.published_range(info, FLOATING, "large"),
        }
    except DataError as error:
        return Evidence.untestable(f"No published floating shares on {info.as_of}: {error}", unit=unit)
    drawn = simulate_ranges(ranges, draws, np.random.default_rng(seed))
    low, mid, high = np.percentile(drawn["small"] - drawn["large"], INTERVAL)
    definitions = {"published shares": float(mid)}
    for name, phase, measure in (
        ("pass-through in hikes", HIKES, "quarterly, gross of cash"),
        ("pass-through in cuts", CUTS, "same firms, median"),
    ):
        legs = [loading(pass_through, phase, measure, rank) for rank in (SMALL_RANKS, LARGE_RANKS)]
        if None not in legs:
            definitions[name] = legs[0] - legs[1]
    note = (
        f"Published small-cap shares run from {ranges['small'].low:g} to {ranges['small'].high:g} percent, large-cap "
        f"shares from {ranges['large'].low:g} to {ranges['large'].high:g}."
    )
    if len(pairs):
        note += (
            f" The {len(pairs)} publications that give both agree on the difference, "
            f"{pairs['difference'].min():g} to {pairs['difference'].max():g} points."
        )
    return Evidence(
        unit=unit,
        method="difference of independent triangular draws over the published ranges",
        estimate=float(mid),
        ci_low=float(low),
        ci_high=float(high),
        interval="parameters",
        n=float(draws),
        n_effective=float(max(len(pairs), 1)),
        definitions=definitions,
        sources=(FLOATING, "passthrough_gross_vs_cash", "passthrough_same_firm"),
        vintage=f"quotations known by {info.as_of}",
        note=note,
    )


def _untested(info: Information, model: BillModel | None, reason: str) -> str | None:
    if easing_so_far(info) <= 0:
        return f"No cut had been announced by {info.as_of}, so there was no effect to measure."
    return reason if model is None else None


def _modelled(info: Information, model: BillModel, column: str, unit: str, method: str, note: str) -> Evidence:
    low, mid, high = model.interval(column)
    return Evidence(
        unit=unit,
        method=method,
        estimate=mid,
        ci_low=low,
        ci_high=high,
        interval="parameters",
        n=float(len(model.draws)),
        n_effective=float(len(model.ranges)),
        definitions=model.definitions[column].to_dict(),
        sources=(FLOATING, "eps_uplift", "passthrough_gross_vs_cash", "passthrough_same_firm", "fomc_decisions", "fed_funds"),
        vintage=f"balance sheets of the last fiscal year filed by {info.as_of}; quotations known by then",
        note=note,
    )


def _bill(info: Information, model: BillModel | None, reason: str) -> Evidence:
    unit = "percent of the interest bill"
    if why := _untested(info, model, reason):
        return Evidence.untestable(why, unit=unit)
    large = model.interval("large_bill_fall")
    note = (
        f"A cut of {100 * model.cut:.0f} basis points after {model.years:.1f} years of refinancing. Large caps: "
        f"{large[1]:.1f} ({large[0]:.1f} to {large[2]:.1f}) percent."
    )
    method = "floating saving less refinancing drag over the bill before, Monte Carlo over published ranges"
    return _modelled(info, model, "bill_fall", unit, method, note)


def _profits(info: Information, model: BillModel | None, reason: str) -> Evidence:
    unit = "percent of net income"
    if why := _untested(info, model, reason):
        return Evidence.untestable(why, unit=unit)
    level = model.interval("uplift_level")
    share = model.explained()
    before, after = model.average_rates
    note = (
        f"The average policy rate falls from {before:.2f} to {after:.2f} percent, which explains {share[1]:.0f} percent "
        f"({share[0]:.0f} to {share[2]:.0f}) of the claimed growth; the whole cut, spread over the years since its start, is worth "
        f"{level[1]:.1f} percent of net income ({level[0]:.1f} to {level[2]:.1f}), once."
    )
    method = "change of the year's average rate on balance sheets of profitable firms, after tax, refinancing, hedges, cash"
    return _modelled(info, model, "uplift_growth", unit, method, note)
