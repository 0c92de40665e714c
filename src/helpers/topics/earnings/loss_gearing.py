"""Losses gear the growth of an index: what its profitable companies add up to, and back."""

from __future__ import annotations

import numpy as np

from helpers.topics.earnings.growth import UndefinedGrowth, aggregate_growth

ROUNDING = 12  # decimals; the last ones of a difference of two large numbers are noise


def index_growth(
    profit_growth: float, loss_growth: float, *, profits: float, losses: float
) -> float:
    """Growth of an index whose profits and losses grow at different rates, in percent.

    Losses gear the index: while they stay, it grows profits / (profits - losses) times as fast as its profits.

    Parameters
    ----------
    profit_growth, loss_growth : float
        Percent; -100 means that the losses end.
    profits, losses : float
        Size of both in the base period, positive numbers.

    Raises
    ------
    UndefinedGrowth
        Losses that eat the profits up, or leave less than `growth.NEAR_ZERO` of their gross size.

    Examples
    --------
    >>> index_growth(10.0, 0.0, profits=150.0, losses=50.0)
    15.0
    """
    base = _base(profits, losses)
    growth = 1 + np.array([profit_growth, loss_growth]) / 100
    return round(aggregate_growth(base, base * growth), ROUNDING)


def growth_of_profits(
    index_growth: float, loss_growth: float, *, profits: float, losses: float
) -> float:
    """Growth of the profitable companies that an index growth rate implies, in percent: `index_growth` backwards.

    Raises
    ------
    UndefinedGrowth
        As for `index_growth`.

    Examples
    --------
    >>> growth_of_profits(15.0, 0.0, profits=150.0, losses=50.0)
    10.0
    """
    base = _base(profits, losses)
    aggregate_growth(base, base)  # refuses the base an index rate cannot refer to
    change = (profits - losses) * index_growth + losses * loss_growth
    return round(change / profits, ROUNDING)


def _base(profits: float, losses: float) -> np.ndarray:
    if losses < 0:
        raise UndefinedGrowth(
            f"losses is {losses:g}; give the size of the losses as a positive number."
        )
    return np.array([profits, -losses])
