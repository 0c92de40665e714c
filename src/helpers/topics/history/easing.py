"""First cuts of the Federal Reserve: what small less large companies did after each one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers import stats
from helpers.errors import DataError, ParameterError
from helpers.topics.common.pairs import load_small_minus_large

if TYPE_CHECKING:
    from helpers.data import Information

HORIZONS = (3, 6, 12, 24, 36)
#: Lists of first cuts: the ten that Neuberger Berman counts, then with one and with two dates it leaves out.
EVENT_LISTS = {"ten": (), "eleven": ("2024-09",), "twelve": ("2020-03", "2024-09")}


@dataclass(frozen=True)
class Easing:
    """Relative return after each first cut (percent, log), and exact tests of its mean by horizon.

    ``paths`` holds the cumulative return by months since the cut (rows) and event (columns); ``tests`` a row a
    horizon; ``lists`` a row an event list at the primary horizon; ``shift`` the full result behind that row.
    """

    horizon: int
    events: pd.DataFrame
    paths: pd.DataFrame
    tests: pd.DataFrame
    lists: pd.DataFrame
    recessions: pd.DataFrame
    shift: stats.CircularShift


def examine_easing(info: Information, *, pair: str, events: str, horizon: int) -> Easing:
    """Event study of first cuts; each window starts the month after the cut."""
    relative = load_small_minus_large(info, pair)
    table = load_first_cuts(info, events)
    table = table[table.index >= relative.index[0]]
    months = list(table.index)
    longest = max(horizon, *HORIZONS)
    paths = pd.DataFrame({str(month): _path(relative, month, longest) for month in months})
    horizons = sorted({*HORIZONS, horizon})
    tests = {}
    for h in horizons:
        table[f"next {h} months"] = paths.loc[h].to_numpy()
        tests[h] = _test(relative, months, h)
    lists = {}
    for name in EVENT_LISTS:
        listed = load_first_cuts(info, name).index
        lists[name] = _test(
            relative, [month for month in listed if month >= relative.index[0]], horizon
        )
    return Easing(
        horizon=horizon,
        events=table,
        paths=paths,
        tests=pd.DataFrame.from_dict(tests, orient="index").rename_axis("months after the cut"),
        lists=pd.DataFrame.from_dict(lists, orient="index").rename_axis("event list"),
        recessions=_recession_split(table, horizon),
        shift=stats.circular_shift_test(relative, _complete(relative, months, horizon), horizon),
    )


def load_first_cuts(info: Information, events: str = "ten") -> pd.DataFrame:
    """Months of first cuts known by the date, with whether a recession came with them.

    Parameters
    ----------
    info : Information
        What was known at its date.
    events : str
        One of ``EVENT_LISTS``. The rule behind the ten is their publisher's: the first cut after rises or a
        long pause; March 2020 resumed the cuts of 2019, September 2024 is not on the list.

    Returns
    -------
    DataFrame
        Index: month of the cut. Column ``recession``: the publisher's flag, or for the two other dates whether
        the month lies in a recession that had been announced by then.

    Raises
    ------
    ParameterError
        Unknown list.
    DataError
        A date added here at which no cut was announced.
    """
    if events not in EVENT_LISTS:
        raise ParameterError(f"Unknown event list {events!r}; use one of {', '.join(EVENT_LISTS)}.")
    rows = info.table("easing_cycles")
    flags = {pd.Period(row.period[:7], "M"): row.text == "recession" for row in rows.itertuples()}
    decisions, recessions = info.fomc_decisions(), info.recessions()
    last = pd.Period(info.as_of, "M")
    for text in EVENT_LISTS[events]:
        month = pd.Period(text, "M")
        if month > last:
            continue
        cuts = decisions[decisions["change_bp"] < 0]["announced"].dt.to_period("M")
        if month not in set(cuts):
            if decisions["announced"].max().to_period("M") < month:
                continue  # later in the month than the date asked for
            raise DataError(
                f"No cut was announced in {month}; check fomc_decisions against the event lists."
            )
        within = (recessions["peak"] <= month) & ~(recessions["trough"] < month)
        flags[month] = bool(within.any())
    known = {month: flag for month, flag in sorted(flags.items()) if month <= last}
    return pd.DataFrame({"recession": known})


def _path(relative: pd.Series, month: pd.Period, longest: int) -> pd.Series:
    """Cumulative return after the month of the cut; empty where the window is not over."""
    after = relative[month + 1 : month + longest].cumsum()
    return pd.Series(after.to_numpy(), index=range(1, len(after) + 1)).reindex(
        range(1, longest + 1)
    )


def _complete(relative: pd.Series, months: list[pd.Period], horizon: int) -> list[pd.Period]:
    return [month for month in months if month + horizon <= relative.index[-1]]


def _test(relative: pd.Series, months: list[pd.Period], horizon: int) -> dict[str, float]:
    """All exact tests at one horizon: shifts first, sign flips and ranks beside them."""
    used = _complete(relative, months, horizon)
    if len(used) < 4:
        raise ParameterError(
            f"Only {len(used)} first cuts have {horizon} months behind them; choose a shorter horizon or a later as_of."
        )
    shift = stats.circular_shift_test(relative, used, horizon)
    excess = (
        shift.per_event - shift.unconditional
    ).to_numpy()  # events are no series: they have gaps
    left_out = stats.leave_out(excess)
    return {
        "events": len(used),
        "separate windows": shift.n_effective,
        "mean": shift.per_event.mean(),
        "any window": shift.unconditional,
        "difference": shift.estimate,
        "low 95 %": shift.ci_low,
        "high 95 %": shift.ci_high,
        "p": shift.p,
        "smallest detectable": stats.minimum_detectable_effect(shift.se),
        "p, sign flips": stats.sign_flip_exact(excess).p,
        "p, Wilcoxon": stats.wilcoxon_exact(excess).p,
        "positive": int((shift.per_event > 0).sum()),
        "least, two left out": left_out.low,
        "most, two left out": left_out.high,
    }


def _recession_split(table: pd.DataFrame, horizon: int) -> pd.DataFrame:
    column = f"next {horizon} months"
    groups = table.dropna(subset=[column]).groupby("recession")[column]
    split = groups.agg(["count", "mean", "min", "max"])
    return split.rename(index={True: "with a recession", False: "without"}).rename_axis(
        "first cuts"
    )
