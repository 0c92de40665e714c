"""What the tax changes of the act bring a group of companies, channel by channel, in cash and in reported income."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range, simulate_ranges
from helpers.topics.debt.balance_sheets import BalanceSheet
from helpers.topics.debt.interest_bill import INTEREST_LIMIT

DEDUCTION, LIMIT, EQUIPMENT, RESEARCH = CHANNELS = (
    "deduction for pass-through income",
    "interest limit on EBITDA",
    "immediate write-off of equipment",
    "immediate write-off of research",
)
CASH, INCOME = MEASURES = ("cash", "net income")
FEDERAL_TAX = 21.0  # percent
DECADE = 10  # years the costs are summed over
#: Part of a ten-year cost by which tax is put off in the first, a middle and the last year, percent.
BUILT_UP = Range(
    10.0, 50.0, 100.0, "first, middle and last year of the ten the cost is summed over"
)
ENDS = (2.5, 50.0, 97.5)


@dataclass(frozen=True, kw_only=True)
class Economy:
    """Ten-year ``costs`` by channel, all taxpayers; ``interest``, ``profits`` and ``debt`` of corporations; USD bn."""

    costs: Mapping[str, float]
    interest: float
    profits: float
    debt: float


@dataclass(frozen=True, kw_only=True)
class Company:
    """A group of companies: all of them, and the profitable ones among them.

    ``interest`` and ``ebit`` are those of all, USD bn a year; ``ebitda`` too, infinite where it is not published: the
    limit on it then binds nobody. ``rate`` is the interest rate on their debt, percent.
    """

    everyone: BalanceSheet
    profitable: BalanceSheet
    interest: float
    ebit: float
    ebitda: float
    rate: Range

    @property
    def profitable_interest(self) -> float:
        """Interest of the profitable ones, in proportion to their debt, USD bn."""
        return self.interest * self.profitable.debt / self.everyone.debt


def limit_relief(interest: float, ebit: float, ebitda: float, tax: float = FEDERAL_TAX) -> float:
    """Tax saved a year where interest is deductible up to 30 percent of EBITDA instead of EBIT.

    Parameters
    ----------
    interest, ebit, ebitda : float
        Of one taxpayer, same unit. A group counted as one hides that the limit binds some and not others.
    tax : float
        Rate, percent.

    Examples
    --------
    >>> round(limit_relief(10.0, ebit=20.0, ebitda=30.0), 2)  # nine of the ten are deductible, before it was six
    0.63
    >>> limit_relief(10.0, ebit=40.0, ebitda=60.0)  # all was deductible before
    0.0
    """
    before, after = (
        min(interest, max(INTEREST_LIMIT / 100 * income, 0.0)) for income in (ebit, ebitda)
    )
    return tax / 100 * (after - before)


def limit_range(company: Company, economy: Economy, broker: float | None) -> Range:
    """Tax that the new limit saves a group a year, USD bn: from profitable companies counted as one to the most found.

    In the middle is the official cost of the change, spread by interest. The other values: all companies, losses and
    all, counted as one; and a broker's count firm by firm, where there is one.
    """
    middle = economy.costs[LIMIT] / DECADE * company.interest / economy.interest
    paid = company.profitable_interest
    before_tax = company.profitable.net_income / (1 - FEDERAL_TAX / 100)
    found = {
        "profitable companies as one": limit_relief(paid, before_tax + paid, np.inf),
        "official cost by share of interest": middle,
        "all companies as one": limit_relief(company.interest, company.ebit, company.ebitda),
    }
    if broker is not None:
        found["a broker, firm by firm"] = broker
    return Range(
        min(found.values()),
        middle,
        max(found.values()),
        "; ".join(f"{name} {value:.1f}" for name, value in found.items()),
    )


def write_off_range(company: Company, economy: Economy, channel: str) -> Range:
    """Tax that a write-off puts off a year, USD bn: its official cost, spread by profits or by debt."""
    yearly = economy.costs[channel] / DECADE
    shares = (
        company.profitable.net_income / economy.profits,
        company.profitable.debt / economy.debt,
    )
    low, high = yearly * min(shares), yearly * max(shares)
    return Range(
        low, (low + high) / 2, high, "official cost, spread by profits after tax or by debt"
    )


def deduction_value(rate: float, tax: float = FEDERAL_TAX) -> float:
    """What the deduction would add to the net income of a corporation that were allowed it, percent.

    Examples
    --------
    >>> round(deduction_value(20.0), 2)
    5.32
    """
    return 100 * (rate / 100) * (tax / 100) / (1 - tax / 100)


@dataclass(frozen=True)
class Reach:
    """Draws of what each channel brings one group, percent of the net income of its profitable companies.

    ``draws`` has a column for each measure and channel; ``ranges`` are the yearly amounts behind them, USD bn.
    """

    draws: pd.DataFrame
    ranges: Mapping[str, Range]

    def total(self, measure: str) -> np.ndarray:
        """All channels together, by draw."""
        columns = [(measure, channel) for channel in CHANNELS]
        return self.draws[columns].to_numpy().sum(axis=1)

    def summary(self) -> pd.DataFrame:
        """``low``, ``mid`` and ``high`` by measure and channel, all together last."""
        columns = {key: self.draws[key].to_numpy() for key in self.draws}
        columns |= {(measure, "all together"): self.total(measure) for measure in MEASURES}
        points = {key: np.percentile(drawn, ENDS) for key, drawn in columns.items()}
        table = pd.DataFrame.from_dict(points, orient="index", columns=["low", "mid", "high"])
        table.index = pd.MultiIndex.from_tuples(table.index, names=["measure", "channel"])
        return table.sort_index(level="measure", sort_remaining=False)


def draw_reach(
    company: Company,
    economy: Economy,
    deduction: float,
    *,
    broker: float | None,
    booked: Range,
    draws: int,
    rng: np.random.Generator,
) -> Reach:
    """What each channel brings a group, drawn over its ranges.

    A write-off puts tax off and leaves reported income alone but for the interest on what is put off; tax saved by
    the limit raises it as far as the interest disallowed before was no asset.

    Parameters
    ----------
    company, economy : Company, Economy
        The group, and all taxpayers.
    deduction : float
        What the deduction for pass-through income adds to net income, percent.
    broker : float or None
        As in `limit_range`.
    booked : Range
        Part of the tax saved by the limit that raises reported income, percent.

    Raises
    ------
    NotKnown
        When the net income of the group is not positive: a growth rate on that base is undefined.
    """
    income = company.profitable.net_income
    if income <= 0:
        raise NotKnown(
            f"Net income of {company.profitable.group} is {income}: growth on it is undefined."
        )
    ranges = {LIMIT: limit_range(company, economy, broker)} | {
        channel: write_off_range(company, economy, channel) for channel in (EQUIPMENT, RESEARCH)
    }
    drawn = simulate_ranges(
        {**ranges, "booked": booked, "built up": BUILT_UP, "rate": company.rate}, draws, rng
    )
    kept = DECADE * drawn["built up"] / 100 * drawn["rate"] / 100 * (1 - FEDERAL_TAX / 100)
    amounts = {
        (CASH, LIMIT): drawn[LIMIT],
        (INCOME, LIMIT): drawn[LIMIT] * drawn["booked"] / 100,
    }
    for channel in (EQUIPMENT, RESEARCH):
        amounts |= {(CASH, channel): drawn[channel], (INCOME, channel): drawn[channel] * kept}
    percent = {key: 100 * amount / income for key, amount in amounts.items()}
    percent |= {(measure, DEDUCTION): np.full(draws, deduction) for measure in MEASURES}
    order = [(measure, channel) for measure in MEASURES for channel in CHANNELS]
    return Reach(pd.DataFrame({key: percent[key] for key in order}), ranges)
