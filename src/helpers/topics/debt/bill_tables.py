"""The central answer in other words: other choices, other bases, the limit on deducting interest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.topics.common.ranges import Range, central
from helpers.topics.debt.balance_sheets import BalanceSheet, operating_income
from helpers.topics.debt.bill_model import BillModel, bill_fall, effect_inputs, uplift
from helpers.topics.debt.input_ranges import UNITS
from helpers.topics.debt.interest_bill import bill_effect, tax_on_saving

FEDERAL_TAX = 21.0  # percent


def table_inputs(small: Mapping[str, Range], large: Mapping[str, Range]) -> pd.DataFrame:
    """Range of every input, small caps and large caps, with unit and origin."""
    rows = [
        {
            "input": name.replace("_", " "),
            "low": one.low,
            "mid": one.mid,
            "high": one.high,
            "large caps, mid": large[name].mid,
            "unit": UNITS[name],
            "origin": one.origin,
        }
        for name, one in small.items()
    ]
    return pd.DataFrame(rows)


def table_specifications(model: BillModel, late_rates: tuple[float, float]) -> pd.DataFrame:
    """Central outputs with one choice after another turned in the article's favour, and with all of them at once.

    Parameters
    ----------
    model : BillModel
        As from `estimate_model`.
    late_rates : (float, float)
        Average rates of last year and of this one when they arrive a year late, percent.
    """
    ranges, easing = model.small.ranges, model.easing
    middle = central(ranges)
    turns = {
        "no refinancing": {"coupon_reset": 0.0},
        "highest floating share": {"floating_share": ranges["floating_share"].high},
        "full pass-through, no hedges": {"pass_through": 100.0, "hedge_share": 0.0},
        "cash keeps its yield": {"cash_loading": 0.0},
        "no tax": {"tax": 0.0},
    }
    late = late_rates[0] - late_rates[1]
    cases = {"central inputs": (middle, easing.growth_cut)}
    cases |= {name: (middle | turn, easing.growth_cut) for name, turn in turns.items()}
    cases["rates arrive a year late"] = (middle, late)
    everything = {name: value for turn in turns.values() for name, value in turn.items()}
    cases["all of these at once"] = (middle | everything, max(late, easing.growth_cut))
    sheet = model.small.sheet
    rows = [
        {
            "choice": name,
            "fall of the bill": float(bill_fall(easing.cut, easing.years, **inputs)),
            "net income, whole cut": float(uplift(sheet, easing.cut, easing.years, **inputs)),
            "net income, growth": float(uplift(sheet, growth_cut, 1.0, **inputs)),
        }
        for name, (inputs, growth_cut) in cases.items()
    ]
    return pd.DataFrame(rows)


def table_denominators(
    cases: Sequence[tuple[BalanceSheet, Mapping[str, Range]]], cut: float, years: float
) -> pd.DataFrame:
    """The after-tax gain of the whole cut over each base.

    Parameters
    ----------
    cases : sequence of (BalanceSheet, ranges)
        Bases, a loss among them or not: growth on a loss is undefined and stays empty.
    cut, years : float
        Percentage points, and years of refinancing.
    """
    rows = []
    for sheet, ranges in cases:
        effect = bill_effect(sheet, cut, years, **effect_inputs(ranges))
        gain = float(effect.net) * (1.0 - ranges["tax"].mid / 100.0)
        defined = sheet.net_income > 0
        rows.append(
            {
                "base": sheet.group,
                "firms": sheet.firms,
                "debt": sheet.debt,
                "net income": sheet.net_income,
                "gain after tax": gain,
                "uplift": 100.0 * gain / sheet.net_income if defined else float("nan"),
                "growth rate": "defined" if defined else "undefined: the base is a loss",
            }
        )
    return pd.DataFrame(rows)


def table_interest_limit(
    everyone: BalanceSheet,
    profitable: BalanceSheet,
    exposures: pd.Series,
    ranges: Mapping[str, Range],
    cut: float,
    ebitda_multiple: float,
) -> pd.DataFrame:
    """Tax on the saving under section 163(j): all firms and the profitable base, by interest and income.

    Interest was deductible up to a share of EBIT for the years 2022-24, and is up to one of EBITDA since.

    Parameters
    ----------
    everyone, profitable : BalanceSheet
        All firms of a rank, and those with a positive net income.
    exposures : pandas.Series
        Row of the rank, as from `last_exposures`. Profitable firms pay interest in proportion to their debt.
    ranges : mapping of input to Range
        Central values count.
    cut : float
        Percentage points; before refinancing.
    ebitda_multiple : float
        Net debt over EBITDA of all firms. That of profitable ones is not published; it is no less than their EBIT.
    """
    interest = float(exposures["net_interest_bn"])
    share = interest * profitable.debt / everyone.debt
    before_tax = profitable.net_income / (1.0 - FEDERAL_TAX / 100.0)
    ebitda = (everyone.debt - everyone.cash) / ebitda_multiple
    cases = (
        (everyone, "EBIT, 2022-24", interest, operating_income(exposures)),
        (everyone, "EBITDA, from 2025", interest, ebitda),
        (profitable, "EBIT, 2022-24", share, before_tax + share),
    )
    rows = []
    for sheet, limit, paid, income in cases:
        saving = float(bill_effect(sheet, cut, 0.0, **effect_inputs(ranges)).net)
        tax = float(tax_on_saving(saving, interest=paid, adjusted_income=income, tax=FEDERAL_TAX))
        rows.append(
            {
                "base": sheet.group,
                "limit on": limit,
                "net interest": paid,
                "income": income,
                "saving": saving,
                "tax on it": tax,
                "tax rate on it": 100.0 * tax / saving if saving else 0.0,
            }
        )
    return pd.DataFrame(rows)
