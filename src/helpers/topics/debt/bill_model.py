"""The interest bill run on balance sheets: draws under each definition, parts of the gain, and what moves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from helpers.topics.common.ranges import Range, central, simulate_ranges, swings, variance_shares
from helpers.topics.debt.balance_sheets import HUNDRED_OF_DEBT, BalanceSheet
from helpers.topics.debt.interest_bill import (
    Numbers,
    bill_effect,
    break_even_years,
    floating_saving,
)
from helpers.topics.debt.rate_changes import Easing
from helpers.topics.debt.who_floats import DEFINITIONS, IN_CUTS, PUBLISHED
from helpers.trial import load_claim

SOBOL_POINTS, SOBOL_RESAMPLES = 1024, 200
INTERVAL = (2.5, 50.0, 97.5)
LEFT = "left for net income"
LEAST_SHARE = 1e-9  # percent: a loading of filings enters as a multiple of the floating share
EFFECT_INPUTS = (
    "floating_share",
    "pass_through",
    "hedge_share",
    "maturity_share",
    "coupon_reset",
    "cash_loading",
)


@dataclass(frozen=True, kw_only=True)
class Borrowers:
    """A group of firms: balance sheet, range of each input, and loadings by the definitions that come from filings."""

    sheet: BalanceSheet
    ranges: Mapping[str, Range]
    loadings: Mapping[str, Range]


@dataclass(frozen=True, kw_only=True)
class BillModel:
    """The interest bill of small caps under a cut: draws, and what moves the answer.

    ``draws`` has the columns ``bill_saving`` (percent of the bill, against a path without the cut), ``bill_fall`` (net
    of refinancing, which is owed to the hikes before), ``uplift_saving`` and ``uplift_level`` (percent of net income,
    the whole cut, without and with refinancing), ``growth_saving`` and ``uplift_growth`` (percent of net income, change
    of the year's average rate, likewise), ``break_even`` (years), and ``large_bill_fall``, ``large_uplift_level``,
    ``large_uplift_growth``; a third of them under each definition, named in ``definition``.
    ``parts``, ``tornado`` and ``sobol`` take the published shares.
    """

    small: Borrowers
    large: Borrowers
    easing: Easing
    draws: pd.DataFrame
    parts: pd.DataFrame
    tornado: pd.DataFrame
    sobol: pd.DataFrame

    @property
    def definitions(self) -> pd.DataFrame:
        """Median of every column under each definition."""
        return self.draws.groupby("definition", sort=False).median()

    def drawn(self, column: str) -> dict[str, np.ndarray]:
        """Draws of a column under each definition."""
        groups = self.draws.groupby("definition", sort=False)[column]
        return {str(name): values.to_numpy() for name, values in groups}

    def interval(self, column: str, definition: str = PUBLISHED) -> tuple[float, float, float]:
        """2.5, 50 and 97.5 percent points of a column under a definition, the published shares unless said."""
        drawn = self.draws.loc[self.draws["definition"] == definition, column]
        with np.errstate(invalid="ignore"):  # between two draws that never break even lies never
            points = np.nan_to_num(np.percentile(drawn, INTERVAL), nan=np.inf, posinf=np.inf)
        low, mid, high = points.tolist()
        return low, mid, high

    def explained(self, column: str = "uplift_growth") -> tuple[float, float, float]:
        """Share of the claimed growth that a column of the draws explains, percent: low, mid, high."""
        claimed = load_claim("E1").claimed_number
        low, mid, high = (100.0 * value / claimed for value in self.interval(column))
        return low, mid, high

    def steps(self, column: str) -> pd.DataFrame:
        """The parts of the central gain as steps, ``start`` to ``end``, and what is left after all of them."""
        change = self.parts[column]
        ends = change.cumsum()
        left = pd.DataFrame({"change": ends.iloc[-1], "start": 0.0}, index=[LEFT])
        start = ends.shift(fill_value=0.0)
        steps = pd.concat([pd.DataFrame({"change": change, "start": start}), left])
        return steps.assign(end=steps["start"] + steps["change"])

    def fall_over_time(self, years: np.ndarray, cut: float, **inputs: float) -> np.ndarray:
        """Fall of the bill after years of refinancing, percent of it; inputs not given take their central value.

        ``cut`` is in percentage points.
        """
        return bill_fall(cut, years, **central(self.small.ranges) | inputs)


def bill_fall(cut: Numbers, years: Numbers, **inputs: Numbers) -> np.ndarray:
    """Fall of the interest bill, percent of it: floating saving less refinancing drag.

    Free of the amount of debt. Takes all inputs by name; the tax and the cash loading do not enter.
    """
    effect = bill_effect(HUNDRED_OF_DEBT, cut, years, **_of_effect(inputs))
    return 100.0 * effect.bill_fall / inputs["effective_rate"]


def uplift(sheet: BalanceSheet, cut: Numbers, years: Numbers, **inputs: Numbers) -> np.ndarray:
    """Gain of net income, percent of it: after tax, net of refinancing and of interest lost on cash.

    Takes all inputs by name; the effective rate does not enter.

    Raises
    ------
    ValueError
        When net income is not positive: a growth rate on that base is undefined.
    """
    if sheet.net_income <= 0:
        raise ValueError(
            f"Net income of {sheet.group} is {sheet.net_income}: growth on it is undefined; take the profitable base."
        )
    kept = 1.0 - inputs["tax"] / 100.0
    gain = bill_effect(sheet, cut, years, **_of_effect(inputs)).net * kept
    return 100.0 * gain / sheet.net_income


def break_even(cut: Numbers, **inputs: Numbers) -> np.ndarray:
    """`break_even_years` from all inputs by name."""
    terms = _of_effect(inputs)
    del terms["cash_loading"]
    return break_even_years(cut, **terms)


def _of_effect(inputs: Mapping[str, Numbers]) -> dict[str, Numbers]:
    return {name: inputs[name] for name in EFFECT_INPUTS}


def estimate_model(
    small: Borrowers, large: Borrowers, easing: Easing, *, draws: int, seed: int
) -> BillModel:
    """Draw the bill of small and large caps, and take the answer apart.

    Parameters
    ----------
    small, large : Borrowers
        With a positive net income.
    easing : Easing
        The whole cut and the change of the year's average rate.
    draws : int
        Values taken under each definition: the first is the primary one, the others check it.
    seed : int
        Of one stream: small caps, large caps, then the Sobol points.
    """
    level, growth = (easing.cut, easing.years), (easing.growth_cut, 1.0)
    models: dict[str, Callable] = {
        "bill_saving": partial(bill_fall, easing.cut, 0.0),
        "bill_fall": partial(bill_fall, *level),
        "uplift_saving": partial(uplift, small.sheet, easing.cut, 0.0),
        "uplift_level": partial(uplift, small.sheet, *level),
        "growth_saving": partial(uplift, small.sheet, easing.growth_cut, 0.0),
        "uplift_growth": partial(uplift, small.sheet, *growth),
        "break_even": partial(break_even, easing.cut),
    }
    large_models: dict[str, Callable] = {
        "large_bill_fall": models["bill_fall"],
        "large_uplift_level": partial(uplift, large.sheet, *level),
        "large_uplift_growth": partial(uplift, large.sheet, *growth),
    }
    rng = np.random.default_rng(seed)
    small_draws = draw_definitions(small, draws, rng)
    large_draws = draw_definitions(large, draws, rng)
    drawn = []
    for name in DEFINITIONS:
        outputs = {column: model(**small_draws[name]) for column, model in models.items()}
        outputs |= {column: model(**large_draws[name]) for column, model in large_models.items()}
        drawn.append(pd.DataFrame({"definition": name, **outputs}))
    growth_inputs = {name: one for name, one in small.ranges.items() if name != "effective_rate"}
    return BillModel(
        small=small,
        large=large,
        easing=easing,
        draws=pd.concat(drawn, ignore_index=True),
        parts=gain_in_parts(small, {"level": level, "growth": growth}),
        tornado=swings(models["uplift_growth"], growth_inputs),
        sobol=variance_shares(
            models["uplift_growth"],
            growth_inputs,
            points=SOBOL_POINTS,
            resamples=SOBOL_RESAMPLES,
            rng=rng,
        ),
    )


def draw_definitions(
    borrowers: Borrowers, draws: int, rng: np.random.Generator
) -> dict[str, dict[str, np.ndarray]]:
    """Draws of all inputs under each definition listed beforehand.

    Under a definition from filings the loading replaces floating share, pass-through and hedge in the saving: it
    enters as the pass-through that, times the share drawn, gives it, and can exceed 100 percent; the share goes on
    to say what is fixed, and is at least `LEAST_SHARE`. The loading in cuts is net of cash, so no cash income is
    taken off again.
    """
    drawn = {}
    for name in DEFINITIONS:
        inputs = simulate_ranges(borrowers.ranges, draws, rng)
        if name in borrowers.loadings:
            chosen = {"loading": borrowers.loadings[name]}
            loading = simulate_ranges(chosen, draws, rng)["loading"]
            inputs["floating_share"] = np.maximum(inputs["floating_share"], LEAST_SHARE)
            inputs["pass_through"] = 100.0 * loading / inputs["floating_share"]
            inputs["hedge_share"] = np.zeros(draws)
        if name == IN_CUTS:
            inputs["cash_loading"] = np.zeros(draws)
        drawn[name] = inputs
    return drawn


def gain_in_parts(borrowers: Borrowers, cuts: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Parts of the central gain, percent of net income; they add up to `uplift`.

    Parameters
    ----------
    borrowers : Borrowers
        With a positive net income.
    cuts : mapping of column to (cut, years)
        Percentage points, and years of refinancing.
    """
    sheet, middle = borrowers.sheet, central(borrowers.ranges)
    rows = {}
    for name, (cut, years) in cuts.items():
        full = floating_saving(sheet.debt, cut, floating_share=middle["floating_share"])
        effect = bill_effect(sheet, cut, years, **effect_inputs(borrowers.ranges))
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


def effect_inputs(ranges: Mapping[str, Range]) -> dict[str, float]:
    """Central values of the inputs that `bill_effect` takes."""
    return {name: ranges[name].mid for name in EFFECT_INPUTS}
