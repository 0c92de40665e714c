"""What a pair of multiples prices in: the growth lead that would let the two meet."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import NotKnown


class UndefinedMultiple(NotKnown):
    """A multiple without meaning: not positive."""


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
    for name, number in {"small": small, "large": large, "years": years}.items():
        if not (np.isfinite(number) and number > 0):
            raise UndefinedMultiple(f"{name} is {number}; it must be positive.")
    return float(100 * np.log(small / large) / years)


def table_priced_in(multiples: pd.DataFrame, years: float) -> pd.DataFrame:
    """What growth lead each pair of multiples prices in.

    Parameters
    ----------
    multiples : DataFrame
        ``small`` and ``large`` price over expected earnings, one row a definition.
    years : float
        As in `growth_gap`.

    Returns
    -------
    DataFrame
        One row a definition: ``small``, ``large``, their ``ratio``, and the ``lead`` in points a year by which small
        earnings would have to outgrow large ones until the multiples meet.
    """
    sides = multiples[["small", "large"]].astype(float)
    leads = [growth_gap(small, large, years) for small, large in sides.to_numpy()]
    return sides.assign(ratio=sides["small"] / sides["large"], lead=leads).rename_axis("multiples")
