"""Adjusted p-values for a family of tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from helpers.stats._checks import Observations, check_draws, check_frame
from helpers.stats.bootstrap import optimal_block


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


@dataclass(frozen=True)
class SuperiorAbility:
    """Best of many rules, with the chance that luck alone makes the best of as many look as good."""

    best: str
    estimate: float
    p: float
    p_low: float
    p_high: float
    rules: int
    block: float
    draws: int
    n: int


def superior_ability(
    excess: Observations,
    block: float | None = None,
    draws: int = 999,
    rng: np.random.Generator | int = 0,
) -> SuperiorAbility:
    """Does the best of many rules beat the benchmark, once one admits that it was picked? Hansen's SPA test.

    All rules are resampled together by the stationary bootstrap (computed by `arch`). Null hypothesis, one-sided: no
    rule has a mean above zero.

    Parameters
    ----------
    excess : Series, DataFrame or array of shape (n,) or (n, rules)
        Performance of each rule less that of the benchmark, a period a row; higher is better.
    block : float, optional
        Mean block length in periods, rounded; default: the longest of the optimal ones.
    draws : int
        Bootstrap samples.
    rng : Generator or int
        Source of randomness; an int is a seed.

    Returns
    -------
    SuperiorAbility
        ``best``: name of the rule with the highest mean, ``estimate``. ``p``: Hansen's consistent one, between
        ``p_low`` and ``p_high``; the last is White's Reality Check, which counts hopeless rules in full.

    Raises
    ------
    ValueError
        Bad series, a block below 1 or above n, too few draws.

    Notes
    -----
    Rules are compared by their means in the unit given: scale them alike. (1 + exceedances) / (1 + draws) keeps p
    above zero.

    References
    ----------
    Hansen (2005), doi:10.1198/073500105000000063. White (2000), doi:10.1111/1468-0262.00152.

    Examples
    --------
    >>> rules = np.random.default_rng(0).normal(size=(120, 20))
    >>> superior_ability(rules, block=3, draws=99).p > 0.05
    True
    """
    from arch.bootstrap import SPA

    frame = check_frame(excess, "excess", minimum=20)
    n, draws = len(frame), check_draws(draws)
    if block is None:
        block = max(optimal_block(frame[name].to_numpy()) for name in frame.columns)
    if not 1 <= block <= n:
        raise ValueError(f"block is {block}; the mean block length lies between 1 and {n}.")
    length = round(block)
    test = SPA(
        np.zeros(n),
        -frame.to_numpy(),
        block_size=length,
        reps=draws,
        seed=np.random.default_rng(rng),
    )
    test.compute()
    low, p, high = ((1 + round(share * draws)) / (1 + draws) for share in test.pvalues)
    means = frame.mean()
    return SuperiorAbility(
        best=str(means.idxmax()),
        estimate=float(means.max()),
        p=p,
        p_low=low,
        p_high=high,
        rules=frame.shape[1],
        block=float(length),
        draws=draws,
        n=n,
    )


def _checked(p_values: Mapping[str, float]) -> np.ndarray:
    values = np.array(list(p_values.values()), dtype=float)
    for name, value in p_values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"p-value of {name!r} is {value}; a p-value lies in [0, 1].")
    return values
