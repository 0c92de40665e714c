"""The lead of one group over another in the last months, weighed against every window of that length."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers import stats
from helpers.errors import NotKnown
from helpers.trial import Evidence, load_claim

WINDOWS = 10  # separate windows behind a placebo test: fewer say nothing about the last one
TIE = 1e-9  # windows that differ by less led by the same


def placebo_test(months: pd.Series, window: int) -> stats.CircularShift:
    """The lead of the last `window` months against the lead at every other date.

    Parameters
    ----------
    months : Series
        Monthly log relative return, percent.
    window : int
        Months of the lead.

    Raises
    ------
    NotKnown
        Less than ten windows were known.
    """
    if len(months) < WINDOWS * window:
        raise NotKnown(
            f"{months.name}: {len(months)} months were known, too few for placebo dates ({WINDOWS * window} are "
            "needed); use a later as_of."
        )
    # Windows that join the first months to the last never happened: they are left out.
    event = [months.index[-1 - window]]
    return stats.circular_shift_test(months, event, horizon=window, embargo=window)


def share_as_large(test: stats.CircularShift) -> float:
    """Share of all windows, the last one included, that led by at least as much."""
    return float((test.shifted >= test.estimate - TIE).mean())


def weigh_lead(
    claim: str,
    months: pd.Series,
    window: int,
    tests: Mapping[str, stats.CircularShift],
    note: str = "",
) -> Evidence:
    """Evidence that the last `window` months stand out, from the placebo test of the first pair.

    Parameters
    ----------
    claim : str
        The claim on trial.
    months : Series
        Monthly log relative return of the first pair, percent; its last `window` months are on trial.
    window : int
        Months of the lead.
    tests : mapping of str to CircularShift
        Placebo test by pair in the order fixed beforehand: the first is the primary one, all are definitions.
    note : str
        Added to the note, which tells the share of windows that led by as much.
    """
    test = next(iter(tests.values()))
    excess = months.iloc[-window:] - test.elsewhere / window
    half = window // 2
    return Evidence(
        unit=load_claim(claim).unit,
        method=(
            f"sum of {window} monthly log returns less that of as many other months; "
            "interval and p from all placebo dates"
        ),
        estimate=test.estimate,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        n=len(test.shifted),
        n_effective=len(test.shifted) / window,
        p=test.p,
        mde=test.minimum_detectable_effect(),
        definitions={name: one.estimate for name, one in tests.items()},
        halves=(float(excess.iloc[:half].sum()), float(excess.iloc[half:].sum())),
        note=f"{excess.index[0]} to {excess.index[-1]}; {share_as_large(test):.0%} of all windows of {window} months "
        f"since {months.index[0]} led by as much.{note}",
    )
