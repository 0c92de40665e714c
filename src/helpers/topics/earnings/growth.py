"""Growth of earnings when companies lose money: each definition says what it needs, and refuses what it lacks.

Every function takes one number a company (or a group of companies): earnings in the base period and now, in the
same currency and order. Results are percent. The ratio definitions raise `UndefinedGrowth` where a percentage
would have no meaning; the sign-safe ones (`change_over_value`, `change_over_absolute`, `midpoint_growth`) and the
split by profit and loss exist for every base.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from helpers.errors import NotKnown

#: A sum of earnings below this share of the sum of their absolute values is a difference of two large numbers.
NEAR_ZERO = 0.25


class UndefinedGrowth(NotKnown):
    """A growth rate was asked for on a base that is empty, negative, or near zero by cancellation."""


def aggregate_growth(base: ArrayLike, current: ArrayLike, *, near_zero: float = NEAR_ZERO) -> float:
    """Growth of summed earnings, E1 / E0 - 1, in percent; refused where it has no meaning.

    Parameters
    ----------
    base, current : array of shape (n,)
        Earnings of the same companies then and now; losses are negative.
    near_zero : float
        Smallest allowed share of the net base in the sum of absolute base earnings.

    Returns
    -------
    float
        Percent, invariant to the currency unit.

    Raises
    ------
    UndefinedGrowth
        No companies, a base that sums to zero or less, or to less than `near_zero` of its gross size.

    Notes
    -----
    Never average growth rates of companies: one tiny base dominates. A ratio of sums weights them by base earnings.

    References
    ----------
    Kothari, Lewellen and Warner (2006), doi:10.1016/j.jfineco.2004.11.003, on scaling aggregate earnings.

    Examples
    --------
    >>> aggregate_growth([100.0, -20.0], [110.0, -14.0])
    20.0
    """
    base, current = _pair(base, current)
    if reason := refusal(base, near_zero=near_zero):
        raise UndefinedGrowth(reason)
    return float(100 * (current.sum() - base.sum()) / base.sum())


def refusal(base: ArrayLike, *, near_zero: float = NEAR_ZERO) -> str:
    """Why a growth rate on a net base has no meaning; empty when it has one.

    Parameters
    ----------
    base : array of shape (n,)
        Earnings of the base period; losses are negative.
    near_zero : float
        Smallest allowed share of the net base in the sum of absolute base earnings.

    Raises
    ------
    UndefinedGrowth
        No companies.

    Examples
    --------
    >>> refusal([100.0, -20.0])
    ''
    >>> refusal([1.0, -3.0])[:22]
    'The base sums to −2: a'
    """
    base = _column(base, "base")
    total = base.sum()
    if total <= 0:
        written = f"{total:.3g}".replace("-", "\N{MINUS SIGN}")
        return (
            f"The base sums to {written}: a growth rate on a base of zero or less has no meaning. "
            "Use the change over market value, the mid-point or the split by profit and loss."
        )
    share = total / np.abs(base).sum()
    if share < near_zero:
        return (
            f"Profits and losses of the base cancel: only {share:.0%} of its gross size is left (below "
            f"{near_zero:.0%}). Use the change over market value, the mid-point or the split by profit and loss."
        )
    return ""


def growth_of_profitable_base(base: ArrayLike, current: ArrayLike) -> float:
    """Growth of the companies that made a profit in the base period, whatever became of them, in percent.

    Raises
    ------
    UndefinedGrowth
        No company made a profit in the base period.

    Notes
    -----
    Biased downwards by construction: profits can turn into losses, while losses that turn into profits are left out.

    Examples
    --------
    >>> growth_of_profitable_base([100.0, -20.0], [110.0, 30.0])
    10.0
    """
    base, current = _pair(base, current)
    kept = base > 0
    _require(kept, "made a profit in the base period")
    return aggregate_growth(base[kept], current[kept])


def growth_of_always_profitable(base: ArrayLike, current: ArrayLike) -> float:
    """Growth of the companies that made a profit in both periods, in percent.

    Raises
    ------
    UndefinedGrowth
        No company made a profit in both periods.

    Notes
    -----
    Chosen on the outcome: it shows neither failures nor recoveries.

    Examples
    --------
    >>> growth_of_always_profitable([100.0, 50.0, -20.0], [110.0, -5.0, 30.0])
    10.0
    """
    base, current = _pair(base, current)
    kept = (base > 0) & (current > 0)
    _require(kept, "made a profit in both periods")
    return aggregate_growth(base[kept], current[kept])


def median_growth(base: ArrayLike, current: ArrayLike) -> float:
    """Median of the growth rates of companies with a positive base, in percent.

    Raises
    ------
    UndefinedGrowth
        No company made a profit in the base period.

    Examples
    --------
    >>> median_growth([100.0, 50.0, 10.0, -20.0], [110.0, 50.0, 30.0, 30.0])
    10.0
    """
    base, current = _pair(base, current)
    kept = base > 0
    _require(kept, "made a profit in the base period")
    return float(np.median(100 * (current[kept] - base[kept]) / base[kept]))


def change_over_value(base: ArrayLike, current: ArrayLike, market_value: ArrayLike) -> float:
    """Change of summed earnings over market value in the base period, in percent: safe for every sign.

    Parameters
    ----------
    base, current : array of shape (n,)
        Earnings of the same companies then and now.
    market_value : array of shape (n,)
        Positive market values of the base period, same unit.

    Raises
    ------
    UndefinedGrowth
        No companies, or market values that are not positive.

    Notes
    -----
    Adds up over companies, so that large and small indices compare. It is a change of the earnings yield at
    unchanged prices, not a growth rate.

    References
    ----------
    Kothari, Lewellen and Warner (2006), doi:10.1016/j.jfineco.2004.11.003.

    Examples
    --------
    >>> change_over_value([-5.0, 10.0], [5.0, 10.0], [100.0, 100.0])
    5.0
    """
    base, current = _pair(base, current)
    value = _column(market_value, "market_value")
    if value.shape != base.shape or (value <= 0).any():
        raise UndefinedGrowth("market_value needs one positive number for each company.")
    return float(100 * (current.sum() - base.sum()) / value.sum())


def change_over_absolute(base: ArrayLike, current: ArrayLike) -> float:
    """Change of summed earnings over the sum of absolute base earnings, in percent.

    Raises
    ------
    UndefinedGrowth
        No companies, or base earnings that are all zero.

    Examples
    --------
    >>> change_over_absolute([60.0, -40.0], [60.0, -20.0])
    20.0
    """
    base, current = _pair(base, current)
    gross = np.abs(base).sum()
    if gross == 0:
        raise UndefinedGrowth("Base earnings are all zero; use midpoint_growth.")
    return float(100 * (current.sum() - base.sum()) / gross)


def midpoint_growth(base: ArrayLike, current: ArrayLike) -> float:
    """Change of summed earnings over the mean of their absolute values, in percent, from -200 to 200.

    Raises
    ------
    UndefinedGrowth
        No companies.

    Notes
    -----
    Symmetric in time (going back gives minus the same) and finite for every base; 0 when both sums are zero. Every
    change of sign gives plus or minus 200 whatever its size.

    References
    ----------
    Davis, Haltiwanger and Schuh (1996), Job Creation and Destruction, MIT Press: the same rate for employment.

    Examples
    --------
    >>> midpoint_growth([100.0], [150.0]), midpoint_growth([-10.0], [5.0]), midpoint_growth([0.0], [0.0])
    (40.0, 200.0, 0.0)
    """
    base, current = _pair(base, current)
    then, now = base.sum(), current.sum()
    middle = (abs(then) + abs(now)) / 2
    return float(100 * (now - then) / middle) if middle > 0 else 0.0


@dataclass(frozen=True)
class Transitions:
    """Change of summed earnings by the sign of each company's result then and now (P profit, L loss).

    ``pp`` profit to profit, ``pl`` profit to loss, ``lp`` loss to profit, ``ll`` loss to loss; in the unit of the
    earnings. Zero counts as a loss.
    """

    pp: float
    pl: float
    lp: float
    ll: float

    @property
    def total(self) -> float:
        """Change of summed earnings: the four parts add up to it."""
        return self.pp + self.pl + self.lp + self.ll


def split_transitions(base: ArrayLike, current: ArrayLike) -> Transitions:
    """Split the change of summed earnings into profit-makers, new losers, recoveries and lasting losers.

    Raises
    ------
    UndefinedGrowth
        No companies.

    Examples
    --------
    >>> split_transitions([10.0, 5.0, -4.0, -8.0], [12.0, -1.0, 3.0, -2.0])
    Transitions(pp=2.0, pl=-6.0, lp=7.0, ll=6.0)
    """
    base, current = _pair(base, current)
    change, then, now = current - base, base > 0, current > 0
    return Transitions(
        pp=float(change[then & now].sum()),
        pl=float(change[then & ~now].sum()),
        lp=float(change[~then & now].sum()),
        ll=float(change[~then & ~now].sum()),
    )


def _pair(base: ArrayLike, current: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    base, current = _column(base, "base"), _column(current, "current")
    if base.shape != current.shape:
        raise UndefinedGrowth(
            f"base has {len(base)} companies and current {len(current)}; growth needs the same ones, in the same order."
        )
    return base, current


def _column(values: ArrayLike, name: str) -> np.ndarray:
    column = np.atleast_1d(np.asarray(values, dtype=float))
    if column.ndim != 1 or column.size == 0:
        raise UndefinedGrowth(f"{name} holds no companies; give one number for each.")
    if not np.isfinite(column).all():
        raise UndefinedGrowth(
            f"{name} holds missing or infinite earnings; leave those companies out on both sides."
        )
    return column


def _require(kept: np.ndarray, what: str) -> None:
    if not kept.any():
        raise UndefinedGrowth(
            f"No company {what}; a ratio has no base. Use change_over_value or midpoint_growth."
        )
