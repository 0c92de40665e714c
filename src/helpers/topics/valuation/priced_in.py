"""What a pair of multiples prices in: growth, and how far a move of the long rate would shift it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import NotKnown


class UndefinedMultiple(NotKnown):
    """A multiple without meaning: not positive, or of a price without bound."""


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


def usual_cut(error: float) -> float:
    """Percent of the consensus that was not earned when it exceeded final earnings by `error` percent of these.

    Examples
    --------
    >>> usual_cut(25.0)
    20.0
    """
    return 100 * error / (100 + error)


def table_priced_in(
    multiples: pd.DataFrame,
    *,
    small_cut: float,
    large_cut: float,
    years: float,
    payout: float,
    required_return: float,
    rate_change: float,
) -> pd.DataFrame:
    """What growth each pair of multiples prices in, on consensus cut by its usual overestimate.

    Parameters
    ----------
    multiples : DataFrame
        ``small`` and ``large`` price over consensus earnings, one row a definition.
    small_cut, large_cut : float
        Percent by which consensus earnings are cut.
    years, payout, required_return, rate_change : float
        As in `growth_gap`, `implied_growth` and `multiple_after`, the same on both sides.

    Returns
    -------
    DataFrame
        One row a definition: the corrected multiples ``small`` and ``large``; ``lead`` by which small earnings would
        have to outgrow large ones a year until the multiples meet; growth for ever that each implies
        (``growth_small``, ``growth_large``), percent a year; their durations, years; the ``ratio`` of the two, and
        ``ratio_after`` the long rate moved.
    """
    found = {}
    for name, row in multiples.iterrows():
        small, large = row["small"] / (1 - small_cut / 100), row["large"] / (1 - large_cut / 100)
        small_after, large_after = (
            multiple_after(one, payout=payout, rate_change=rate_change) for one in (small, large)
        )
        found[name] = {
            "small": small,
            "large": large,
            "lead": growth_gap(small, large, years),
            "growth_small": implied_growth(small, payout=payout, required_return=required_return),
            "growth_large": implied_growth(large, payout=payout, required_return=required_return),
            "duration_small": equity_duration(small, payout=payout),
            "duration_large": equity_duration(large, payout=payout),
            "ratio": small / large,
            "ratio_after": small_after / large_after,
        }
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("multiples")


def _positive(**numbers: float) -> None:
    for name, number in numbers.items():
        if not (np.isfinite(number) and number > 0):
            raise UndefinedMultiple(f"{name} is {number}; it must be positive.")
