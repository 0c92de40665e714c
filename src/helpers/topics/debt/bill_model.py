"""The interest bill model run on balance sheets: draws, definitions, parts, sensitivity and specifications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.topics.common.ranges import Range, central, simulate_ranges, swings, variance_shares
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.debt import inputs as known
from helpers.topics.debt.interest_bill import (
    BalanceSheet,
    bill_effect,
    break_even_years,
    floating_saving,
)
from helpers.topics.debt.who_floats import (
    DEFINITIONS,
    IN_CUTS,
    PUBLISHED,
    loading_ranges,
)
from helpers.topics.rates.decisions import first_cut

if TYPE_CHECKING:
    from helpers.data import Information

CLAIMED_GROWTH = (
    19.0  # percent, the article's growth of Russell 2000 earnings: the yardstick, never an input
)
SOBOL_POINTS, SOBOL_RESAMPLES = 1024, 200
INTERVAL = (2.5, 50.0, 97.5)
EFFECT_INPUTS = (
    "floating_share",
    "pass_through",
    "hedge_share",
    "maturity_share",
    "coupon_reset",
    "cash_loading",
)


@dataclass(frozen=True, kw_only=True)
class BillModel:
    """The interest bill of small caps under a cut: inputs, draws, and what moves the answer.

    ``draws`` has the columns ``bill_saving`` (percent of the bill, before refinancing), ``bill_fall`` (after it),
    ``uplift_level`` (percent of net income, the whole cut), ``uplift_growth`` (percent of net income, change of the
    year's average rate), ``break_even`` (years), and ``large_bill_fall``, ``large_uplift_level``,
    ``large_uplift_growth``; a third of them under each definition listed beforehand, named in ``definition``.
    ``parts``, ``tornado`` and ``sobol`` take the published shares. ``market_yields``: five-year yield in the month of
    the first cut and in the last month known, percent.
    """

    small: BalanceSheet
    large: BalanceSheet
    ranges: dict[str, Range]
    large_ranges: dict[str, Range]
    cut: float
    growth_cut: float
    years: float
    average_rates: tuple[float, float]
    market_yields: tuple[float, float]
    draws: pd.DataFrame
    parts: pd.DataFrame
    tornado: pd.DataFrame
    sobol: pd.DataFrame

    @property
    def definitions(self) -> pd.DataFrame:
        """Median of every column under each definition."""
        return self.draws.groupby("definition", sort=False).median()

    def interval(self, column: str, definition: str = PUBLISHED) -> tuple[float, float, float]:
        """2.5, 50 and 97.5 percent points of a column under a definition, the published shares unless said."""
        drawn = self.draws[self.draws["definition"] == definition]
        low, mid, high = np.percentile(drawn[column], INTERVAL)
        return float(low), float(mid), float(high)

    def explained(self, column: str = "uplift_growth") -> tuple[float, float, float]:
        """Share of the claimed growth that a column of the draws explains, percent: low, mid, high."""
        low, mid, high = (100.0 * value / CLAIMED_GROWTH for value in self.interval(column))
        return low, mid, high


def bill_fall(cut: float, years: float, *, effective_rate, tax=0.0, **inputs):
    """Fall of the interest bill, percent of it: floating saving less refinancing drag.

    Free of the amount of debt. ``tax`` and the cash loading belong to the same set of inputs and do not enter.
    """
    sheet = BalanceSheet(group="one hundred of debt", debt=100.0, cash=0.0)
    return (
        100.0
        * bill_effect(sheet, cut, years, **inputs).bill_fall
        / np.asarray(effective_rate, dtype=float)
    )


def uplift(sheet: BalanceSheet, cut: float, years: float, *, tax, effective_rate=None, **inputs):
    """Gain of net income, percent of it: after tax, net of refinancing and of interest lost on cash.

    The effective rate belongs to the same set of inputs and does not enter.

    Raises
    ------
    ValueError
        When net income is not positive: a growth rate on that base is undefined.
    """
    if sheet.net_income is None or sheet.net_income <= 0:
        raise ValueError(
            f"Net income of {sheet.group} is {sheet.net_income}: growth on it is undefined; take the profitable base."
        )
    gain = bill_effect(sheet, cut, years, **inputs).net * (
        1.0 - np.asarray(tax, dtype=float) / 100.0
    )
    return 100.0 * gain / sheet.net_income


def estimate_model(
    info: Information,
    ranges: dict[str, Range],
    large_ranges: dict[str, Range],
    *,
    cut_bp: float,
    draws: int,
    seed: int,
) -> BillModel:
    """Draw the bill of small and large caps, and take the answer apart.

    ``draws`` values are taken under each definition: the first is the primary one, the others check it.
    """
    sheet = known.profitable_sheet(info, SMALL_RANKS)
    large_sheet = known.profitable_sheet(info, LARGE_RANKS)
    start = first_cut(info.fomc_decisions())
    years = 1.0 if start is None else (pd.Timestamp(info.as_of) - start).days / 365.25
    averages = known.average_rates(info)
    yields = known.five_year_yield(info)
    yields = yields if start is None else yields[yields.index >= start.to_period("M")]
    cut, growth_cut = cut_bp / 100.0, averages[0] - averages[1]
    models: dict[str, Callable] = {
        "bill_saving": partial(bill_fall, cut, 0.0),
        "bill_fall": partial(bill_fall, cut, years),
        "uplift_level": partial(uplift, sheet, cut, years),
        "uplift_growth": partial(uplift, sheet, growth_cut, 1.0),
        "break_even": partial(_break_even, cut),
    }
    large_models = {
        "large_bill_fall": models["bill_fall"],
        "large_uplift_level": partial(uplift, large_sheet, cut, years),
        "large_uplift_growth": partial(uplift, large_sheet, growth_cut, 1.0),
    }
    rng = np.random.default_rng(seed)
    small_draws = draw_definitions(ranges, loading_ranges(info, SMALL_RANKS), draws, rng)
    large_draws = draw_definitions(large_ranges, loading_ranges(info, LARGE_RANKS), draws, rng)
    drawn = []
    for name in DEFINITIONS:
        outputs = {column: model(**small_draws[name]) for column, model in models.items()}
        outputs |= {column: model(**large_draws[name]) for column, model in large_models.items()}
        drawn.append(pd.DataFrame({"definition": name, **outputs}))
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
        market_yields=(float(yields.iloc[0]), float(yields.iloc[-1])),
        draws=pd.concat(drawn, ignore_index=True),
        parts=_parts(sheet, ranges, {"level": (cut, years), "growth": (growth_cut, 1.0)}),
        tornado=swings(models["uplift_growth"], uplift_inputs),
        sobol=variance_shares(
            models["uplift_growth"],
            uplift_inputs,
            points=SOBOL_POINTS,
            resamples=SOBOL_RESAMPLES,
            rng=rng,
        ),
    )


def draw_definitions(
    ranges: dict[str, Range], loadings: dict[str, Range], draws: int, rng: np.random.Generator
) -> dict[str, dict[str, np.ndarray]]:
    """Draws of all inputs under each definition listed beforehand.

    Under a definition from filings the loading replaces floating share, pass-through and hedge in the saving: it
    enters as the pass-through that, times the share drawn, gives it, and can exceed 100 percent; the share goes on
    to say what is fixed. The loading in cuts is net of cash, so no cash income is taken off again.
    """
    drawn = {}
    for name in DEFINITIONS:
        inputs = simulate_ranges(ranges, draws, rng)
        if name in loadings:
            (found,) = simulate_ranges({"loading": loadings[name]}, draws, rng).values()
            inputs |= {
                "pass_through": 100.0 * found / inputs["floating_share"],
                "hedge_share": np.zeros(draws),
            }
        if name == IN_CUTS:
            inputs["cash_loading"] = np.zeros(draws)
        drawn[name] = inputs
    return drawn


def _break_even(cut: float, *, effective_rate, tax, cash_loading, **inputs) -> np.ndarray:
    """`break_even_years` from the full set of inputs."""
    return break_even_years(cut, **inputs)


def _parts(
    sheet: BalanceSheet, ranges: dict[str, Range], cuts: dict[str, tuple[float, float]]
) -> pd.DataFrame:
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
        rows[name] = {
            part: 100.0 * float(amount) / sheet.net_income for part, amount in amounts.items()
        }
    return pd.DataFrame(rows)


def table_specifications(info: Information, model: BillModel) -> pd.DataFrame:
    """Central outputs with one choice after another turned in the article's favour, and with all of them at once."""
    middle = central(model.ranges)
    turns = {
        "no refinancing": {"coupon_reset": 0.0},
        "highest published floating share": {"floating_share": model.ranges["floating_share"].high},
        "full pass-through, no hedges": {"pass_through": 100.0, "hedge_share": 0.0},
        "cash keeps its yield": {"cash_loading": 0.0},
        "no tax": {"tax": 0.0},
    }
    before, after = known.average_rates(info, lag_months=12)
    late = before - after
    cases = {"central inputs": (middle, model.growth_cut)}
    cases |= {name: (middle | turn, model.growth_cut) for name, turn in turns.items()}
    cases["rates arrive a year late"] = (middle, late)
    everything = {name: value for turn in turns.values() for name, value in turn.items()}
    cases["all of these at once"] = (middle | everything, max(late, model.growth_cut))
    rows = [
        {
            "choice": name,
            "fall of the bill": float(bill_fall(model.cut, model.years, **inputs)),
            "net income, whole cut": float(uplift(model.small, model.cut, model.years, **inputs)),
            "net income, growth": float(uplift(model.small, growth_cut, 1.0, **inputs)),
        }
        for name, (inputs, growth_cut) in cases.items()
    ]
    return pd.DataFrame(rows)


def table_denominators(info: Information, model: BillModel) -> pd.DataFrame:
    """The after-tax gain of the whole cut over each base: all small caps with their losses, and profitable firms."""
    cases = (
        (known.all_firms_sheet(info, SMALL_RANKS), model.ranges),
        (model.small, model.ranges),
        (model.large, model.large_ranges),
    )
    rows = []
    for sheet, ranges in cases:
        middle = central(ranges)
        effect = bill_effect(
            sheet, model.cut, model.years, **{name: middle[name] for name in EFFECT_INPUTS}
        )
        gain = float(effect.net) * (1.0 - middle["tax"] / 100.0)
        defined = sheet.net_income > 0
        rows.append(
            {
                "base": sheet.group,
                "firms": int(sheet.firms),
                "debt": sheet.debt,
                "net income": sheet.net_income,
                "gain after tax": gain,
                "uplift": 100.0 * gain / sheet.net_income if defined else float("nan"),
                "growth rate": "defined" if defined else "undefined: the base is a loss",
            }
        )
    return pd.DataFrame(rows)


def table_inputs(model: BillModel) -> pd.DataFrame:
    """Range of every input, small caps and large caps, with unit and origin."""
    rows = [
        {
            "input": name.replace("_", " "),
            "low": one.low,
            "mid": one.mid,
            "high": one.high,
            "large caps, mid": model.large_ranges[name].mid,
            "unit": known.UNITS[name],
            "origin": one.origin,
        }
        for name, one in model.ranges.items()
    ]
    return pd.DataFrame(rows)
