"""What the engine says of F1, F3 and F4: forecasts with their range, and a need against a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from helpers.data import Published
from helpers.topics.common.leads import Lead
from helpers.topics.outlook.inputs import lead_in
from helpers.topics.outlook.margins import MarginNeed
from helpers.trial import Evidence, load_line

FIRST, SECOND = 2026, 2027
ENDS = (2.5, 97.5)
ALL_IN_PRICES = "prices hold all that is forecast"


@dataclass(frozen=True, kw_only=True)
class Chance:
    """A probability in percent over all draws, and the ends of its middle 95 percent over assumptions."""

    estimate: float
    low: float
    high: float

    @classmethod
    def of(cls, happens: np.ndarray) -> Chance:
        """From an array of (inputs, news): whether it happens."""
        by_inputs = 100.0 * happens.mean(axis=1)
        low, high = np.percentile(by_inputs, ENDS)
        return cls(estimate=float(by_inputs.mean()), low=float(low), high=float(high))

    def __str__(self) -> str:
        return f"{self.estimate:.0f} ({self.low:.0f} to {self.high:.0f})"


def record_of_years(months: pd.Series) -> pd.Series:
    """Relative return of every calendar year known whole, log percent."""
    years = months.groupby(pd.PeriodIndex(months.index).year)
    return years.sum()[years.count() == 12]


def chance_of_fall(series: pd.Series, root: float, months: int) -> float:
    """Chance that an AR(1) with this root stands lower after so many months than now, percent; Gaussian errors.

    Examples
    --------
    >>> round(chance_of_fall(pd.Series([0.0, 1.0, -1.0, 0.0]), 0.9, 12))  # at its mean: as likely as not
    50
    """
    distance = float(series.iloc[-1] - series.mean())
    centred = series.to_numpy() - series.mean()
    error = float(np.std(centred[1:] - root * centred[:-1]))
    spread = error * np.sqrt(sum(root ** (2 * step) for step in range(months)))
    return 100.0 * NormalDist().cdf(distance * (1.0 - root**months) / spread)


def changed_since(decisions: pd.DataFrame, year: int) -> float:
    """Change of the target announced since the start of a year, basis points."""
    since = decisions[decisions["announced"] >= pd.Timestamp(year, 1, 1)]
    return float(since["change_bp"].sum())


def lead_so_far(lead: Lead, decisions: pd.DataFrame) -> Evidence:
    """F1 as stated: the lead of the year to the last closing price known, and what the target did."""
    so_far, moved = lead_in(lead.months, FIRST), changed_since(decisions, FIRST)
    rate = "has not moved" if moved == 0 else f"has moved by {moved:+.0f} basis points"
    return Evidence(
        unit=load_line("F1", "stated").unit,
        method="log returns of two funds from the end of last year to the last closing price known",
        estimate=so_far,
        interval="none",
        n=float(lead.year_to_date(lead.last_day)),
        note=f"By {lead.last_day} small companies led by {so_far:+.1f} log percent in {FIRST}; the policy rate {rate} "
        "since the year began.",
    )


def chance_of_lead(
    chance: Chance,
    priced: float,
    so_far: float,
    base: pd.Series,
    definitions: Mapping[str, float],
    news: int,
) -> Evidence:
    """F1 as used: the chance of a lead of the size that matters with the policy rate where it is.

    Parameters
    ----------
    chance : Chance
        Under an unchanged rate.
    priced : float
        The same where prices hold all of the published growth lead, percent.
    so_far : float
        Lead of the year known, log percent.
    base : pandas.Series
        Relative return of earlier calendar years.
    definitions : mapping of str to float
        The same chance for other funds, percent.
    news : int
        Draws of news that each set of assumptions met.
    """
    size = load_line("F1", "stated").size_that_matters
    did = int((base >= size).sum())
    return _forecast(
        "F1",
        chance,
        {
            ALL_IN_PRICES: priced,
            **definitions,
            f"{len(base)} earlier calendar years": 100.0 * did / len(base),
        },
        news,
        f"With the policy rate where it is, small companies lead by {size:g} percent or more over {FIRST} with a "
        f"chance of {chance} percent, of {priced:.0f} if prices hold all that is forecast; by the date they were "
        f"{so_far:+.1f} log percent ahead. In {did} of {len(base)} earlier years they led by as much.",
    )


def balance_so_far(lead: Lead) -> Evidence:
    """F3 as stated: the lead of this year so far, which that of the next is to be held against."""
    so_far = lead_in(lead.months, FIRST)
    return Evidence(
        unit=load_line("F3", "stated").unit,
        method="log returns of two funds to the last closing price known",
        estimate=so_far,
        interval="none",
        n=float(lead.year_to_date(lead.last_day)),
        note=f"The lead of {SECOND} will be held against that of {FIRST}, {so_far:+.1f} log percent by "
        f"{lead.last_day}.",
    )


def chance_of_balance(
    chance: Chance, priced: float, narrower: float, by_scenario: pd.Series, news: int
) -> Evidence:
    """F3 as used: the chance that the lead of the second year is smaller.

    Parameters
    ----------
    chance : Chance
        Under the scenario chosen.
    priced : float
        The same where prices hold all of the published growth lead, percent.
    narrower : float
        Chance that the valuation gap is narrower, percent.
    by_scenario : pandas.Series
        The first chance under each named scenario, percent.
    news : int
        Draws of news that each set of assumptions met.
    """
    low, high = by_scenario.min(), by_scenario.max()
    return _forecast(
        "F3",
        chance,
        {ALL_IN_PRICES: priced}
        | {f"under {name}": float(one) for name, one in by_scenario.items()}
        | {"narrower valuation gap": narrower},
        news,
        f"Small companies lead by less in {SECOND} than in {FIRST} with a chance of {chance} percent, of {priced:.0f} "
        f"if prices hold all that is forecast; after a good start that is likely, whatever the theory. By named "
        f"scenario it is {low:.0f} to {high:.0f} percent. The valuation gap is narrower by then with a chance of "
        f"{narrower:.0f} percent.",
    )


def _forecast(
    claim: str, chance: Chance, definitions: Mapping[str, float], news: int, note: str
) -> Evidence:
    line = load_line(claim, "used")
    return Evidence(
        unit=line.unit,
        method=f"{line.statistic}; middle 95 percent of the chance over draws of assumptions",
        estimate=chance.estimate,
        ci_low=chance.low,
        ci_high=chance.high,
        interval="parameters",
        n=float(news),
        definitions=definitions,
        note=note,
    )


def margin_on_record(found: Published) -> Evidence:
    """F4 as stated: the last published margin, from which a rise would be counted."""
    return Evidence(
        unit=load_line("F4", "stated").unit,
        method="net margin expected for the index, as published",
        estimate=found.mid,
        interval="none",
        note=f"The net margin of the Russell 2000 was expected at {found.mid:.1f} percent of sales for the end of "
        "2024; no later one, and none that was reported, was found.",
    )


def rise_on_record(need: MarginNeed) -> Evidence:
    """F4 as used: earlier changes of margins as large as more years of a lead need."""
    low, mid, high = need.needed
    on_trial = next(iter(need.shares.values()))
    low_share, share, high_share = np.percentile(on_trial, (ENDS[0], 50.0, ENDS[1]))
    return Evidence(
        unit=load_line("F4", "used").unit,
        estimate=float(share),
        ci_low=float(low_share),
        ci_high=float(high_share),
        interval="parameters",
        definitions={name: float(np.median(drawn)) for name, drawn in need.shares.items()},
        method=f"changes of profits over output across {need.years} years, resampled in blocks; draws of the lead and "
        "of how far small companies swing",
        n=float(len(need.changes)),
        n_effective=len(need.changes) / (4 * need.years),
        note=f"{need.years} more years of lead need small-cap margins {mid:.0f} percent higher ({low:.0f} to "
        f"{high:.0f}), {need.margin + need.points[1]:.1f} for {need.margin:.1f} percent of sales; at "
        f"the central lead {need.as_large:.0f} of 100 earlier changes of the profit share over as long were as large, "
        f"{need.from_high:.0f} from a level in its upper half. That it can happen is no sign that it does.",
    )
