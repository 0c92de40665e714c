"""How concentrated the market is, and the episodes in which it was more so than ever before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import NotKnown

HIGH = (0.75, 0.9)  # quantiles above which concentration is high, and very high
FIRST_MONTHS = 240  # months of a share before it can be called extreme
APART = 12  # months without an extreme that part two episodes


def logit(share: pd.Series) -> pd.Series:
    """Log odds of a share between 0 and 1: unbounded, as a linear model needs it."""
    return pd.Series(np.log(share / (1 - share)))


def extreme_months(share: pd.Series, quantile: float = HIGH[1]) -> pd.Series:
    """Months in which a share topped the quantile of all months before, as known then; the number of its episode.

    Parameters
    ----------
    share : Series
        By month.
    quantile : float
        Between 0 and 1.

    Returns
    -------
    Series
        By month, 0 for the first episode, 1 for the next; more than a year without such a month parts two.

    Raises
    ------
    NotKnown
        There was no such month.
    """
    past = share.expanding(FIRST_MONTHS).quantile(quantile).shift(1)
    high = pd.PeriodIndex(share.index[share > past])
    if high.empty:
        raise NotKnown(
            "No share so far was above "
            f"{'nine in ten' if quantile == HIGH[1] else f'{100 * quantile:.0f} percent'} of all earlier ones."
        )
    return pd.Series((np.diff(high.asi8, prepend=high.asi8[0]) > APART).cumsum(), high)


def table_extremes(
    share: pd.Series, after: pd.DataFrame, quantile: float = HIGH[1]
) -> pd.DataFrame:
    """Episodes of a share above the quantile of all earlier ones, as known then, and what followed.

    Parameters
    ----------
    share : Series
        By month.
    after : DataFrame
        What followed each month, a column an outcome; missing where it is not over.
    quantile : float
        As in `extreme_months`.

    Returns
    -------
    DataFrame
        A row an episode: ``first`` and ``last`` month, ``months``, mean ``share``, and the mean of each outcome over
        those of its months whose outcome is over.
    """
    rows = {}
    for _, episode in (numbers := extreme_months(share, quantile)).groupby(numbers):
        months = episode.index
        rows[f"{months[0].year}-{months[-1].year}"] = {
            "first": str(months[0]),
            "last": str(months[-1]),
            "months": len(months),
            "share": share[months].mean(),
        } | after.reindex(months).mean().to_dict()
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("episode")
