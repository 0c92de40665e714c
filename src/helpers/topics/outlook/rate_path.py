"""A path of the policy rate, and the interest bill that follows it quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.topics.debt.balance_sheets import DebtAndCash
from helpers.topics.debt.interest_bill import (
    BillEffect,
    Numbers,
    floating_saving,
    lost_cash_income,
    refinancing_drag,
)

#: Ends of the quarters at which a path is given; straight lines lie between them.
POINTS = pd.PeriodIndex(["2026Q2", "2026Q4", "2027Q2", "2027Q4"], freq="Q")
LAST = POINTS[-1]
LAG = 1  # quarters until floating debt and cash reprice
QUARTERS = 4  # of a year


def quarters_ahead(last_known: pd.Period) -> pd.PeriodIndex:
    """Quarters to the end of 2027 that were not over in the last month known.

    Examples
    --------
    >>> quarters_ahead(pd.Period("2026-03", "M"))[0]
    Period('2026Q2', 'Q-DEC')
    """
    return pd.period_range((last_known + 1).asfreq("Q"), LAST, freq="Q")


def changes_by_quarter(path_bp: Sequence[float], quarters: pd.PeriodIndex) -> np.ndarray:
    """Change of the policy rate from today by the end of each quarter, percentage points.

    Parameters
    ----------
    path_bp : sequence of float
        Change by the end of each of `POINTS`, basis points; a point that has passed is left out.
    quarters : PeriodIndex
        As from `quarters_ahead`.

    Examples
    --------
    >>> changes_by_quarter([50, 100, 100, 0], quarters_ahead(pd.Period("2026-02", "M"))).tolist()
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 0.5, 0.0]
    """
    ahead = POINTS.asi8 >= quarters[0].ordinal
    at = np.concatenate([[quarters[0].ordinal - 1], POINTS.asi8[ahead]])
    values = np.concatenate([[0.0], np.asarray(path_bp, dtype=float)[ahead]])
    return np.interp(quarters.asi8, at, values) / 100.0


def bill_by_quarter(
    sheet: DebtAndCash, change: np.ndarray, inputs: Mapping[str, Numbers], lag: int = LAG
) -> BillEffect:
    """Yearly effect of a path on profits before tax by the end of each quarter, against rates that do not move.

    The identity of notebook 01 (`debt.interest_bill`) fed with a path: floating debt and cash follow the rate of
    ``lag`` quarters ago; of fixed debt a quarter of a year's maturities is replaced each quarter, at coupons that move
    with the rate. Without a change nothing changes: what earlier hikes still add stands in every scenario alike.

    Parameters
    ----------
    sheet : DebtAndCash
        USD bn.
    change : array of shape (quarters,)
        Change of the policy rate from today, percentage points.
    inputs : mapping of str to float or array of shape (draws,)
        ``floating_share``, ``pass_through``, ``hedge_share``, ``maturity_share``, ``cash_loading`` and ``new_coupons``
        (percent of a change of the policy rate that reaches new coupons).

    Returns
    -------
    BillEffect
        Parts of shape (..., quarters), USD bn a year.
    """
    column = {name: np.asarray(one, dtype=float)[..., None] for name, one in inputs.items()}
    cut = -np.concatenate([np.zeros(lag), change])[: len(change)]
    replaced = np.diff(
        refinancing_drag(
            sheet.debt,
            np.arange(len(change) + 1) / QUARTERS,
            floating_share=column["floating_share"],
            maturity_share=column["maturity_share"],
            coupon_reset=1.0,
        )
    )
    return BillEffect(
        floating_saving=floating_saving(
            sheet.debt,
            cut,
            floating_share=column["floating_share"],
            pass_through=column["pass_through"],
            hedge_share=column["hedge_share"],
        ),
        refinancing_drag=np.cumsum(replaced * change * column["new_coupons"] / 100.0, axis=-1),
        lost_cash_income=lost_cash_income(sheet.cash, cut, cash_loading=column["cash_loading"]),
    )
