"""The score so far: what became of the claims that were open at a date, from what a later date knows.

Two doors: ``info`` opens what was known then, ``later`` what is known by the day of the score. Nothing read through the
second one enters a forward statement: no other module of this package opens it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import pandas as pd

from helpers.data import Information, catalog, recorded
from helpers.data.catalog import Entry
from helpers.data.dates import PERIOD_FREQ, as_date, known_dates
from helpers.errors import DataError, NotKnown, ParameterError
from helpers.topics.common.examination import Examination
from helpers.topics.common.weight import is_first_hand
from helpers.topics.earnings.consensus import YEAR
from helpers.topics.outlook import outcomes
from helpers.topics.outlook.doors import NEW_YEAR, Doors, plain
from helpers.topics.outlook.since_inputs import MARKET, SinceInputs
from helpers.trial import Evidence, Outcome, score_claims

#: The figures whose last day bounds the score: prices, decisions, and what was published about both.
BOUNDING = ("iwm", "spy", "cpi")
BOUNDING_TABLES = (
    "market_moves",
    "fomc_decisions",
    "fomc_meetings_2026",
    "after_article",
    "earnings_growth",
)

#: What tells what was known then, and what makes the evidence on what came after, by claim.
SCORED: dict[str, tuple[Callable[[Doors], str], Callable[[Doors], Evidence]]] = {
    "R6": (outcomes.range_then, outcomes.range_since),
    "D2": (outcomes.interest_then, outcomes.interest_since),
    "E1": (partial(outcomes.growth_then, index="Russell 2000"), outcomes.small_growth),
    "E2": (partial(outcomes.growth_then, index="S&P 500"), outcomes.large_growth),
    "E4": (outcomes.reported_then, outcomes.slowdown),
    "E6": (outcomes.growth_lead_then, outcomes.growth_lead),
    "M2": (outcomes.year_then, outcomes.rotation),
    "M3": (lambda doors: outcomes.led_then(doors, "rsp", "qqq"), outcomes.breadth),
    "M5": (outcomes.gap_then, outcomes.discount),
    "W1": (lambda doors: outcomes.led_then(doors, "kre", "key", "hban"), outcomes.banks),
    "W2": (outcomes.margins_then, outcomes.margins),
    "W3": (outcomes.loans_then, outcomes.loans),
    "W5": (lambda doors: outcomes.led_then(doors, "ita", "xli"), outcomes.onshoring),
    "W6": (lambda doors: outcomes.led_then(doors, "rklb"), outcomes.rocket),
    "W7": (lambda doors: outcomes.led_then(doors, "iwm", against="qqq"), outcomes.adopters),
    "W8": (lambda doors: outcomes.led_then(doors, "mags"), outcomes.mega_caps),
    "H3": (outcomes.share_then, outcomes.reversal),
    "F1": (outcomes.year_then, outcomes.bullish),
    "F2": (outcomes.inflation_then, outcomes.main_risk),
    "F3": (outcomes.year_then, outcomes.balance),
    "F4": (outcomes.nothing_then, outcomes.small_margins),
    "F5": (outcomes.nothing_then, outcomes.barometer),
}


def last_day() -> dt.date:
    """The last day on which a figure of the score became known.

    Examples
    --------
    >>> last_day() > dt.date(2026, 2, 16)
    True
    """
    everything, known = Information(), catalog()
    days = [_last_release(known[name]) for name in BOUNDING]
    days += [everything.table(name)[known[name].known_column].max() for name in BOUNDING_TABLES]
    return max(days).date()


def _last_release(series: Entry) -> pd.Timestamp:
    """Day on which the last figure of a series became known, by the catalog: no figure is read for it."""
    last = series.span.rpartition("..")[2]
    return known_dates(series, pd.PeriodIndex([last], freq=PERIOD_FREQ[series.frequency]))[-1]


def open_later(info: Information, evaluate_on: str | dt.date = "") -> Information:
    """The second door: what is known by the day of the score.

    Parameters
    ----------
    info : Information
        What was known then.
    evaluate_on : date or ISO text
        Day of the score; empty: the last one the figures allow, or the date of ``info`` where that is later.

    Raises
    ------
    ParameterError
        A day before the date of ``info``, after the last figure, or none at all.

    Examples
    --------
    >>> open_later(Information("2026-02-16"), "2026-06-30").day
    datetime.date(2026, 6, 30)
    """
    end = max(last_day(), info.day)
    try:
        day = as_date(evaluate_on or end) or end
    except DataError:
        raise ParameterError(
            f"evaluate_on {evaluate_on!r} is not a date written YYYY-MM-DD; empty means {end}."
        ) from None
    if day < info.day:
        raise ParameterError(
            f"evaluate_on {day} is before as_of {info.day}: nothing could have happened. Take a day up to {end}."
        )
    if day > end:
        raise ParameterError(
            f"evaluate_on {day} is beyond the figures, which end on {end}. Take {end} or a day before it."
        )
    return Information(day, info.source)


def weigh_since(info: Information, later: Information) -> Score:
    """What happened between the dates of two information sets on every claim that was open at the first.

    Parameters
    ----------
    info, later : Information
        What was known then, and what is known by the day of the score, see `open_later`.

    Examples
    --------
    >>> info = Information("2026-02-16")
    >>> found = weigh_since(info, open_later(info, "2026-09-30"))
    >>> found.outcomes["R6"].since.checks["the target range is unchanged"]
    False
    """
    return Score(info, later)


@dataclass(frozen=True)
class Score(Examination):
    """What became of each claim; ``outcomes`` by claim id."""

    info: Information
    later: Information

    @cached_property
    def doors(self) -> Doors:
        """Figures by what was known then, and by what is known now."""
        return Doors(SinceInputs(self.info), SinceInputs(self.later))

    @recorded
    def outcomes(self) -> dict[str, Outcome]:
        """What was known then and what happened, on every claim that was open or spoke of the future."""
        return score_claims(
            self.info.day,
            {
                claim: (partial(tell, self.doors), partial(make, self.doors))
                for claim, (tell, make) in SCORED.items()
            },
        )

    # --- what the picture of the year shows

    @recorded
    def returns(self) -> pd.DataFrame:
        """Return of the Russell 2000 and S&P 500 funds, ``small`` and ``large``, over the year, percent, by close."""
        now = self.doors.now
        both = {"small": now.wealth("iwm"), "large": now.wealth(MARKET)}
        wealth = pd.concat(both, axis=1, join="inner").sort_index()
        year = wealth[wealth.index >= pd.Timestamp(NEW_YEAR)]
        if len(year) < 2:
            raise NotKnown(f"No return of {YEAR} was known by {self.later.day}.")
        return (year - year.iloc[0]).map(plain)

    @recorded
    def meetings(self) -> pd.DataFrame:
        """Meetings of the year: ``announced``, ``action``."""
        return self.doors.now.meetings

    @recorded
    def inflation(self) -> pd.DataFrame:
        """Consumer prices over twelve months, all and without food and energy, percent, by month of the year."""
        now = self.doors.now
        rates = pd.concat(
            {"all": now.inflation, "without food and energy": now.core_inflation}, axis=1
        )
        return rates[rates.index.year == YEAR]

    @recorded
    def growth(self) -> pd.DataFrame:
        """Forecasts of the year's growth: ``known``, ``side``, ``figure``, percent, and whether read ``first_hand``."""
        rows = self.doors.now.earnings.quotations
        sides = rows["universe"].map({"Russell 2000": "small", "S&P 500": "large"})
        ahead = (rows["target"] == str(YEAR)) & (rows["kind"] == "forecast")
        rows = rows[sides.notna() & ahead & ~rows["machine_written"]]
        return pd.DataFrame(
            {
                "known": rows["known"],
                "side": sides[rows.index],
                "figure": rows["figure"],
                "first_hand": is_first_hand(rows),
            }
        ).reset_index(drop=True)
