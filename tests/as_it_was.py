"""A signal as it was: what a predictor says today of a past month is what it said in that month.

Corrupting the future cannot show a look-ahead inside history, such as a mean over the whole sample or a figure used
before its release. Reading the predictor again at past dates can. Of a predictor made of first releases, what later
vintages say is the future too: today's reading may be taken from a folder in which they say something else.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pandas as pd

from corrupted_future import data_folder
from helpers.data import Information

TODAY = "2026-02-16"
DATES = 20


def assert_as_it_was(
    signal: Callable[[Information], pd.Series | pd.DataFrame],
    first: str,
    last: str = TODAY,
    dates: int = DATES,
    seed: int = 7,
    revised: Path | None = None,
) -> None:
    """Read a signal at dates between two days: its last row then equals the same row as read today.

    Parameters
    ----------
    signal : callable
        Gives the predictor by month from an information set, dated by the month in which it could be used.
    first, last : ISO dates
        Between which the dates are drawn.
    revised : path, optional
        A folder from `corrupted_future.revised_copy`, from which today's reading is taken.
    """
    rng = np.random.default_rng(seed)
    with data_folder(revised) if revised else nullcontext():
        today = signal(Information(TODAY))
    days = pd.date_range(first, last, freq="D")
    for day in sorted(rng.choice(days, size=dates, replace=False)):
        then = signal(Information(str(pd.Timestamp(day).date()))).dropna()
        month = then.index[-1]
        np.testing.assert_allclose(
            np.asarray(then.iloc[-1], dtype=float),
            np.asarray(today.loc[month], dtype=float),
            rtol=1e-12,
            err_msg=f"{month} as read on {pd.Timestamp(day).date()} and as read today",
        )
