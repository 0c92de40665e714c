"""Multiples: sums over sums, what they price in, and how they move with the long rate."""

from __future__ import annotations

import numpy as np

from helpers.errors import NotKnown


class UndefinedMultiple(NotKnown):
    """A price-earnings ratio was asked for on earnings of zero or less, or on no companies."""


def index_multiple(value, earnings) -> float:
    """Price over earnings of an index: summed market value over summed earnings, losses included.

    Parameters
    ----------
    value, earnings : array of shape (n,)
        Market value (positive) and yearly earnings of the same companies.

    Raises
    ------
    UndefinedMultiple
        No companies, values that are not positive, or earnings that sum to zero or less.

    Notes
    -----
    The harmonic mean weighted by market value: what one share of the index pays for one unit of its earnings. The
    arithmetic mean of company multiples is not a price of anything.

    Examples
    --------
    >>> index_multiple([100.0, 100.0], [10.0, -2.0])
    25.0
    """
    value, earnings = _columns(value, earnings)
    total = earnings.sum()
    if total <= 0:
        raise UndefinedMultiple(
            f"Earnings sum to {total:g}: a multiple of zero or less has no meaning. "
            "Use multiple_without_losses, and say so, or price over book."
        )
    return float(value.sum() / total)


def multiple_without_losses(value, earnings) -> float:
    """Price over earnings of the profitable companies: loss-makers leave both sums.

    Raises
    ------
    UndefinedMultiple
        No companies, values that are not positive, or no profitable company.

    Examples
    --------
    >>> multiple_without_losses([100.0, 100.0], [10.0, -2.0])
    10.0
    """
    value, earnings = _columns(value, earnings)
    kept = earnings > 0
    if not kept.any():
        raise UndefinedMultiple(
            "No company makes a profit; there is nothing left to price. Use price over book."
        )
    return float(value[kept].sum() / earnings[kept].sum())


def growth_gap(small: float, large: float, years: float) -> float:
    """Yearly growth lead, in percentage points of log growth, that lets two multiples meet at equal returns.

    If both returned the same and paid out the same share of their price, the dearer side has to outgrow the other by
    this much for `years` until the multiples are equal. Positive: small companies are priced to grow faster.

    Raises
    ------
    UndefinedMultiple
        A multiple or a number of years that is not positive.

    Examples
    --------
    >>> round(growth_gap(20.0, 25.0, 5), 2)
    -4.46
    """
    _positive(small=small, large=large, years=years)
    return float(100 * np.log(small / large) / years)


def implied_growth(multiple: float, *, payout: float, required_return: float) -> float:
    """Perpetual growth of earnings in percent a year that a multiple prices in: required return less payout yield.

    Parameters
    ----------
    multiple : float
        Price over next year's earnings.
    payout : float
        Percent of earnings paid out.
    required_return : float
        Percent a year: long rate plus equity premium.

    Raises
    ------
    UndefinedMultiple
        A multiple or payout that is not positive.

    References
    ----------
    Gordon (1962), The Investment, Financing, and Valuation of the Corporation: price = dividend / (r - g).

    Examples
    --------
    >>> implied_growth(25.0, payout=50.0, required_return=8.5)
    6.5
    """
    _positive(multiple=multiple, payout=payout)
    return float(required_return - payout / multiple)


def equity_duration(multiple: float, *, payout: float) -> float:
    """Years: percent fall of the price when the required return rises by one point and growth stays.

    Raises
    ------
    UndefinedMultiple
        A multiple or payout that is not positive.

    Examples
    --------
    >>> equity_duration(25.0, payout=50.0)
    50.0
    """
    _positive(multiple=multiple, payout=payout)
    return float(100 * multiple / payout)


def multiple_after(multiple: float, *, payout: float, rate_change: float) -> float:
    """Multiple at unchanged growth and premium after the long rate moved by `rate_change` percentage points.

    Raises
    ------
    UndefinedMultiple
        A fall of the rate that exceeds the payout yield: the price would have no bound.

    Examples
    --------
    >>> round(multiple_after(25.0, payout=50.0, rate_change=1.0), 2)
    16.67
    """
    duration = equity_duration(multiple, payout=payout)
    discount = 1 + duration * rate_change / 100
    if discount <= 0:
        raise UndefinedMultiple(
            f"A fall of {-rate_change:g} points exceeds the payout yield of {100 / duration:.2g} percent: "
            "growth would reach the required return. Use a smaller change."
        )
    return float(multiple / discount)


def _columns(value, earnings) -> tuple[np.ndarray, np.ndarray]:
    value, earnings = (
        np.atleast_1d(np.asarray(column, dtype=float)) for column in (value, earnings)
    )
    if value.size == 0 or value.shape != earnings.shape or value.ndim != 1:
        raise UndefinedMultiple(
            f"{value.size} values and {earnings.size} earnings; give one of each for every company."
        )
    if not (np.isfinite(value).all() and np.isfinite(earnings).all() and (value > 0).all()):
        raise UndefinedMultiple(
            "Market values must be positive and earnings finite; leave other companies out."
        )
    return value, earnings


def _positive(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (np.isfinite(number) and number > 0):
            raise UndefinedMultiple(f"{name} is {number}; it must be positive.")
