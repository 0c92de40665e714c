"""The lead of one group over another to the last closing price known, weighed against every window of that length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
from pandas.tseries.offsets import BDay

from helpers import stats
from helpers.errors import NotKnown
from helpers.trial import Evidence, load_line

if TYPE_CHECKING:
    from helpers.topics.common.pairs import PairInputs

WINDOWS = 10  # separate windows behind a placebo test: fewer say nothing about the last one
TIE = 1e-9  # windows that differ by less led by the same


@dataclass(frozen=True)
class Lead:
    """Monthly relative return of a pair, log percent, to the close of ``last_day``.

    A month begun is the last value, as far as it went, and counts as a month: a window that ends in it is compared with
    windows that are longer, and swing more, by what is left of that month.
    """

    months: pd.Series
    last_day: dt.date

    def year_to_date(self, day: dt.date) -> int:
        """Months of the year of ``day`` that have begun, as far as they are known; 0 where none is."""
        return int((pd.PeriodIndex(self.months.index).year == day.year).sum())


def lead_to_date(inputs: PairInputs, pair: str) -> Lead:
    """The monthly returns of a pair, and the month begun where a closing price in it is known.

    Examples
    --------
    >>> from helpers.data import Information
    >>> from helpers.topics.common.pairs import PairInputs
    >>> lead = lead_to_date(PairInputs(Information("2026-02-16")), "rsp_spy")
    >>> str(lead.last_day), round(float(lead.months.iloc[-2:].sum()), 2)
    ('2026-02-13', 5.75)
    """
    months, moves = inputs.relative(pair), inputs.moves(pair)
    last = months.index[-1]
    begun = moves[
        is_month_end(moves["start"])
        & (moves["start"].dt.to_period("M") <= last)
        & (moves["end"].dt.to_period("M") == last + 1)
    ]
    if begun.empty:
        return Lead(months, BDay().rollback(last.end_time.normalize()).date())
    move = begun.sort_values(["end", "start"]).iloc[-1]
    whole = months[move["start"].to_period("M") + 1 :].sum()
    so_far = pd.Series(move["lead"] - whole, pd.PeriodIndex([last + 1], name=months.index.name))
    return Lead(pd.concat([months, so_far]).rename(months.name), move["end"].date())


def lead_since(inputs: PairInputs, pair: str, day: dt.date) -> float | None:
    """Lead from the close of a day to the last one known, log percent; None where no return from that day is known."""
    months, moves = lead_to_date(inputs, pair).months, inputs.moves(pair)
    rows = moves[(moves["start"].dt.date == day) & is_month_end(moves["end"])]
    if rows.empty:
        return None
    move = rows.sort_values("end").iloc[-1]
    return float(move["lead"] + months[move["end"].to_period("M") + 1 :].sum())


def is_month_end(days: pd.Series) -> pd.Series:
    """Whether each trading day is the last of its month."""
    return pd.Series((days + BDay(1)).dt.month != days.dt.month, index=days.index)


def table_windows(lead: Lead, lengths: Mapping[str, int]) -> pd.DataFrame:
    """The lead over each window to the date, and how many others of that length led by as much.

    Parameters
    ----------
    lead : Lead
        A pair to the date.
    lengths : mapping of str to int
        Months of each window; those of no month, or longer than what is known, are left out.

    Returns
    -------
    DataFrame
        ``first`` month, ``last`` day, ``months``, ``lead`` (log percent), ``as large`` (other windows of that length
        that led by as much), ``of`` so many, and ``larger windows``: the percent of all, this one included, that led
        by as much.
    """
    rows = {}
    for name, length in lengths.items():
        if not 0 < length <= len(lead.months):
            continue
        leads = lead.months.rolling(length).sum().dropna()
        as_large = int((leads >= leads.iloc[-1] - TIE).sum())
        rows[name] = {
            "first": str(lead.months.index[-length]),
            "last": str(lead.last_day),
            "months": length,
            "lead": float(leads.iloc[-1]),
            "as large": as_large - 1,
            "of": len(leads) - 1,
            "larger windows": 100 * as_large / len(leads),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


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


def weigh_windows(claim: str, windows: pd.DataFrame, note: str) -> Evidence:
    """Evidence on a sentence that says that one group leads: the sign over each window of `table_windows`.

    Parameters
    ----------
    claim : str
        The claim on trial; the definitions of its line as stated name the windows.
    windows : DataFrame
        As from `table_windows`, the first row the one whose lead is shown.
    note : str
        What was found in one plain sentence.
    """
    line, first = load_line(claim, "stated"), windows.iloc[0]
    return Evidence(
        unit=line.unit,
        method=(
            "log returns of funds to the last closing price known; a month begun counts as a month, and each window is "
            "ranked among all of that length"
        ),
        estimate=float(first["lead"]),
        interval="none",
        n=float(first["of"] + 1),
        checks={
            name: bool(windows["lead"][name] > 0) if name in windows.index else None
            for name in line.definitions
        },
        note=note,
    )


def weigh_lead(
    claim: str,
    lead: Lead,
    window: int,
    tests: Mapping[str, stats.CircularShift],
    note: str = "",
) -> Evidence:
    """Evidence that the last `window` months stand out, from the placebo test of the first pair.

    Parameters
    ----------
    claim : str
        The claim on trial.
    lead : Lead
        The first pair to the date; its last `window` months are on trial.
    window : int
        Months of the lead.
    tests : mapping of str to CircularShift
        Placebo test by pair in the order of the claim's definitions: the first is the primary one.
    note : str
        Added to the note, which tells the windows that led by as much.
    """
    test = next(iter(tests.values()))
    row = table_windows(lead, {"window": window}).loc["window"]
    line = load_line(claim, "used")
    return Evidence(
        unit=line.unit,
        method=(
            f"sum of the last {window} monthly log returns, a month begun counted as one, less that of as many other "
            "months; interval and p from all placebo dates"
        ),
        estimate=test.estimate,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        n=len(test.shifted),
        n_effective=len(test.shifted) / window,
        p=test.p,
        mde=test.minimum_detectable_effect(),
        power=test.power(line.size_that_matters),
        definitions={name: one.estimate for name, one in tests.items()},
        note=(
            f"The lead over the {window} months to {row['last']} is {row['lead']:+.1f} percent, {test.estimate:+.1f} "
            f"beyond that of as many other months; {row['as large']} of {row['of']} other windows as long brought as "
            f"much.{note}"
        ),
    )
