"""The cycle the article speaks of, in announced decisions: the tightening from March 2022 and the cuts after it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.errors import NotKnown

TIGHTENING_BEGAN = pd.Timestamp("2022-03-16")  # first hike of the cycle the article speaks of
QUIET = pd.DateOffset(
    months=6
)  # a peak is called after that long without a further hike, or with a cut


def since_tightening(decisions: pd.DataFrame, until: dt.date | None = None) -> pd.DataFrame:
    """Decisions since March 2022, up to a day where one is given."""
    since = decisions[decisions["announced"] >= TIGHTENING_BEGAN]
    return since if until is None else since[since["announced"] <= pd.Timestamp(until)]


def cuts_after_peak(since: pd.DataFrame) -> pd.DataFrame:
    """Decisions from the first cut after the highest upper bound up to the lowest one since."""
    if since.empty:
        return since
    after = since.iloc[int(np.argmax(since["upper"].to_numpy())) + 1 :]
    return after if after.empty else after.iloc[: int(np.argmin(after["upper"].to_numpy())) + 1]


def easing_so_far(decisions: pd.DataFrame) -> float:
    """Basis points the upper bound has fallen since its peak of 2023; zero before the first cut."""
    return -float(cuts_after_peak(since_tightening(decisions))["change_bp"].sum())


def first_cut(decisions: pd.DataFrame) -> pd.Timestamp | None:
    """Day the first cut after the tightening of 2022-23 was announced, or None while none is known."""
    cuts = cuts_after_peak(since_tightening(decisions))
    return None if cuts.empty else cuts["announced"].iloc[0]


def standing_range(since: pd.DataFrame) -> str:
    """The target range after the last decision, as it is written."""
    last = since.iloc[-1]
    return f"{last['lower']:.2f}-{last['upper']:.2f}"


def require_peak(since: pd.DataFrame, as_of: dt.date) -> None:
    """A tightening can be judged once it has ended: after a cut, or after six quiet months.

    Raises
    ------
    NotKnown
        When it was still to come, or rates were still rising.
    """
    if since.empty:
        raise NotKnown(f"On {as_of} the tightening that began in March 2022 was still to come.")
    hikes = since[since["change_bp"] > 0]
    quiet = hikes["announced"].iloc[-1] + QUIET <= pd.Timestamp(as_of)
    if not (quiet or (since["change_bp"] < 0).any()):
        raise NotKnown(
            f"On {as_of} rates were still rising: no cut and no six quiet months since the last hike."
        )


def require_cut(since: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The cuts after the peak.

    Raises
    ------
    NotKnown
        When none had been announced.
    """
    cuts = cuts_after_peak(since)
    if cuts.empty:
        known = f"; the range stood at {standing_range(since)} percent" if len(since) else ""
        raise NotKnown(f"No cut had been announced by {as_of}{known}.")
    return cuts
