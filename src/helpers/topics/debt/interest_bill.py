"""What a change of the policy rate does to an interest bill: first-round accounting, no behaviour.

Amounts in USD bn, shares and rates in percent, changes of rates in percentage points. Every argument may be an
array: numpy broadcasting applies, so one call evaluates all draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from helpers.topics.debt.balance_sheets import DebtAndCash

#: A number, or draws of it.
Numbers: TypeAlias = float | np.ndarray

INTEREST_LIMIT = 30.0  # percent of adjusted taxable income that may be deducted, section 163(j)


@dataclass(frozen=True, kw_only=True)
class BillEffect:
    """Yearly effect of a rate cut on profits before tax, USD bn, in its parts.

    Each part has the sign of its name: a drag and an income lost are positive where they cost.
    """

    floating_saving: np.ndarray
    refinancing_drag: np.ndarray
    lost_cash_income: np.ndarray

    @property
    def bill_fall(self) -> np.ndarray:
        """Fall of the gross interest bill: floating saving less refinancing drag."""
        return self.floating_saving - self.refinancing_drag

    @property
    def net(self) -> np.ndarray:
        """Gain before tax: fall of the bill less the interest that cash no longer earns."""
        return self.bill_fall - self.lost_cash_income


def floating_saving(
    debt: Numbers,
    cut: Numbers,
    *,
    floating_share: Numbers,
    pass_through: Numbers = 100.0,
    hedge_share: Numbers = 0.0,
) -> np.ndarray:
    """Yearly interest saved on floating debt, in the unit of ``debt``.

    Parameters
    ----------
    debt : float or array
        Total debt.
    cut : float or array
        Fall of the policy rate, percentage points (negative: a rise).
    floating_share : float or array
        Floating-rate debt, percent of all debt.
    pass_through : float or array
        Part of the cut that reaches the contract rates, percent.
    hedge_share : float or array
        Part of the floating debt swapped into fixed, percent: it saves nothing.

    Examples
    --------
    The whole Russell 2000 at Goldman Sachs' and at Apollo's share, no lag, no hedge:

    >>> [round(float(floating_saving(832, 1.75, floating_share=share)), 1) for share in (30, 51)]
    [4.4, 7.4]
    """
    return (
        debt
        * _part(floating_share)
        * _part(100.0 - np.asarray(hedge_share))
        * _part(pass_through)
        * _part(cut)
    )


def refinancing_drag(
    debt: Numbers,
    years: Numbers,
    *,
    floating_share: Numbers,
    maturity_share: Numbers,
    coupon_reset: Numbers,
) -> np.ndarray:
    """Yearly interest added by fixed-rate debt that matured and was replaced at today's coupon.

    Parameters
    ----------
    debt : float or array
        Total debt.
    years : float or array
        Years of maturities that were replaced.
    floating_share : float or array
        Floating-rate debt, percent of all debt; the rest is fixed.
    maturity_share : float or array
        Fixed debt maturing a year, percent of it; never more than all of it is replaced.
    coupon_reset : float or array
        New coupon less old coupon, percentage points (negative: refinancing saves).
    """
    replaced = np.minimum(_part(maturity_share) * years, 1.0)
    return debt * _part(100.0 - np.asarray(floating_share)) * replaced * _part(coupon_reset)


def lost_cash_income(cash: Numbers, cut: Numbers, *, cash_loading: Numbers) -> np.ndarray:
    """Yearly interest that cash no longer earns; ``cash_loading`` is the part of the cut that reaches it, percent."""
    return cash * _part(cash_loading) * _part(cut)


def bill_effect(
    sheet: DebtAndCash,
    cut: Numbers,
    years: Numbers,
    *,
    floating_share: Numbers,
    pass_through: Numbers,
    hedge_share: Numbers,
    maturity_share: Numbers,
    coupon_reset: Numbers,
    cash_loading: Numbers,
) -> BillEffect:
    """All parts of the effect of a cut on a balance sheet (see the functions of the parts)."""
    return BillEffect(
        floating_saving=floating_saving(
            sheet.debt,
            cut,
            floating_share=floating_share,
            pass_through=pass_through,
            hedge_share=hedge_share,
        ),
        refinancing_drag=refinancing_drag(
            sheet.debt,
            years,
            floating_share=floating_share,
            maturity_share=maturity_share,
            coupon_reset=coupon_reset,
        ),
        lost_cash_income=lost_cash_income(sheet.cash, cut, cash_loading=cash_loading),
    )


def tax_on_saving(
    saving: Numbers, *, interest: Numbers, adjusted_income: Numbers, tax: Numbers
) -> np.ndarray:
    """Tax due on interest saved when only a part of interest is deductible (section 163(j)).

    Interest above `INTEREST_LIMIT` percent of adjusted taxable income was not deducted, so saving it costs no tax.

    Parameters
    ----------
    saving : float or array
        Interest saved a year (negative: added).
    interest : float or array
        Net interest before the saving.
    adjusted_income : float or array
        Adjusted taxable income: EBIT for years 2022-24, EBITDA for years that begin after 2024.
    tax : float or array
        Tax rate, percent.

    Examples
    --------
    >>> float(tax_on_saving(2.0, interest=10.0, adjusted_income=100.0, tax=21.0))  # limit 30: all deductible
    0.42
    >>> float(tax_on_saving(2.0, interest=10.0, adjusted_income=20.0, tax=21.0))  # limit 6: none of the saving was
    0.0
    """
    allowed = np.maximum(_part(INTEREST_LIMIT) * adjusted_income, 0.0)
    deducted_before = np.minimum(interest, allowed)
    deducted_after = np.minimum(interest - saving, allowed)
    return _part(tax) * (deducted_before - deducted_after)


def break_even_years(
    cut: Numbers,
    *,
    floating_share: Numbers,
    pass_through: Numbers,
    hedge_share: Numbers,
    maturity_share: Numbers,
    coupon_reset: Numbers,
) -> np.ndarray:
    """Years of refinancing after which the floating saving is gone; infinite when refinancing costs nothing.

    Examples
    --------
    >>> case = dict(pass_through=100, hedge_share=0, maturity_share=15, coupon_reset=2.5)
    >>> [round(float(break_even_years(1.75, floating_share=share, **case)), 1) for share in (47, 28)]
    [4.1, 1.8]
    """
    saving = floating_saving(
        1.0, cut, floating_share=floating_share, pass_through=pass_through, hedge_share=hedge_share
    )
    drag = refinancing_drag(
        1.0,
        1.0,
        floating_share=floating_share,
        maturity_share=maturity_share,
        coupon_reset=coupon_reset,
    )
    saving, drag = np.broadcast_arrays(saving, drag)
    years = np.full(drag.shape, np.inf)
    with np.errstate(over="ignore"):  # a drag of next to nothing: as good as never
        np.divide(saving, drag, out=years, where=drag > 0)
    return np.maximum(years, 0.0)


def _part(percent: Numbers) -> np.ndarray:
    return np.asarray(percent) / 100.0
