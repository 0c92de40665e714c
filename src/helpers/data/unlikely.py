"""Months of a return series that look like an error of the file: blank, zero, or a hundred times their size."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

RETURNS = "percent a month"  # the unit that tells returns from levels and rates
WINDOW, FEWEST = 25, 6  # months around, and how many of them must have moved
MOVING = 0.4  # percent: where the usual month is smaller, as of a bill rate near zero, zeros are no surprise
HUNDREDFOLD = 40  # times the usual month: the largest true month of the record is 19 times, a slipped point 100


def unlikely_months(returns: pd.Series) -> Iterator[str]:
    """What is suspicious in monthly returns, in words, with the first month that shows it.

    Parameters
    ----------
    returns : Series
        Monthly returns in percent, from the first figure to the last, by period.

    Yields
    ------
    str
        For blank months inside the span; for two or more zeros in a row where months move; for a month more than
        40 times as large as the median month of the two years around it.

    Examples
    --------
    >>> months = pd.period_range("2020-01", periods=12, freq="M")
    >>> list(unlikely_months(pd.Series([1.0, -2, 1, 3, 0, 0, -1, 2, 250, 1, 2, 1], months)))
    ['2 months in a row are exactly zero (2020-05)', '250 is over 40 times the usual month around it (2020-09)']
    """
    blank = returns.isna()
    if blank.any():
        yield f"{blank.sum()} months inside its span are blank ({blank.idxmax()})"
    size = returns.abs()
    usual = size.where(size > 0).rolling(WINDOW, center=True, min_periods=FEWEST).median()
    zero = returns == 0
    for _, run in returns.index.to_series()[zero].groupby((~zero).cumsum()[zero]):
        if len(run) > 1 and (usual[run] > MOVING).any():
            yield f"{len(run)} months in a row are exactly zero ({run.iloc[0]})"
    for month in returns.index[size > HUNDREDFOLD * usual]:
        yield f"{returns[month]:g} is over {HUNDREDFOLD} times the usual month around it ({month})"
