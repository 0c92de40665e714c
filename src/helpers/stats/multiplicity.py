"""Adjusted p-values for a family of tests."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm-adjusted p-values: controls the chance of any false rejection, under any dependence.

    Parameters
    ----------
    p_values : mapping of str to float
        Unadjusted p-value by test; the order does not matter.

    Returns
    -------
    dict of str to float
        Adjusted p-values in the order given; reject where it is below the level.

    Raises
    ------
    ValueError
        A p-value that is missing or outside [0, 1].

    References
    ----------
    Holm (1979), https://www.jstor.org/stable/4615733.

    Examples
    --------
    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    values = _checked(p_values)
    # By hand: statsmodels' multipletests collects garbage at every call, too slow for the simulated error rates.
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return dict(zip(p_values, adjusted.tolist(), strict=True))


def benjamini_hochberg(p_values: Mapping[str, float]) -> dict[str, float]:
    """Benjamini-Hochberg adjusted p-values: controls the expected share of false rejections.

    Parameters
    ----------
    p_values : mapping of str to float
        Unadjusted p-value by test, independent or positively dependent.

    Returns
    -------
    dict of str to float
        Adjusted p-values in the order given; reject where it is at or below the level.

    Raises
    ------
    ValueError
        A p-value that is missing or outside [0, 1].

    References
    ----------
    Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> benjamini_hochberg({"a": 0.02, "b": 0.04})
    {'a': 0.04, 'b': 0.04}
    """
    from statsmodels.stats.multitest import multipletests

    values = _checked(p_values)
    if not values.size:
        return {}
    return dict(zip(p_values, multipletests(values, method="fdr_bh")[1].tolist(), strict=True))


def _checked(p_values: Mapping[str, float]) -> np.ndarray:
    values = np.array(list(p_values.values()), dtype=float)
    for name, value in p_values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"p-value of {name!r} is {value}; a p-value lies in [0, 1].")
    return values
