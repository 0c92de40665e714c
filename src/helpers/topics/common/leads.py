"""The lead of one group over another in the last months, weighed against every window of that length."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import stats
from helpers.trial.evidence import Evidence


def weigh_lead(
    months: pd.Series,
    window: int,
    tests: Mapping[str, stats.CircularShift],
    *,
    sources: tuple[str, ...],
    vintage: str,
    note: str,
) -> Evidence:
    """Evidence that the last `window` months stand out, from the placebo test of the first pair.

    Parameters
    ----------
    months : Series
        Monthly log relative return of the first pair, percent; its last `window` months are on trial.
    window : int
        Months of the lead.
    tests : mapping of str to CircularShift
        Placebo test by pair in the order fixed beforehand: the first is the primary one, all are definitions.
    sources, vintage, note
        As in `Evidence`; the share of windows that led by as much is added to the note.
    """
    test = next(iter(tests.values()))
    excess = months.iloc[-window:] - test.unconditional / window
    half = window // 2
    as_large = (test.shifted >= test.estimate - 1e-9).mean()
    return Evidence(
        unit="percent",
        method=f"sum of {window} monthly log returns less the average window; interval and p from all placebo dates",
        estimate=test.estimate,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        n=len(test.shifted),
        n_effective=len(test.shifted) / window,
        p=test.p,
        mde=stats.minimum_detectable_effect(test.se),
        definitions={name: one.estimate for name, one in tests.items()},
        halves=(float(excess.iloc[:half].sum()), float(excess.iloc[half:].sum())),
        sources=sources,
        vintage=vintage,
        note=f"{excess.index[0]} to {excess.index[-1]}; {as_large:.0%} of all windows of {window} months since "
        f"{months.index[0]} led by as much.{note}",
    )
