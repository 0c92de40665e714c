"""From a scenario to relative returns: interest bill, earnings, prices, and what no scenario explains.

Four layers of uncertainty are kept apart. A *scenario* is chosen, never averaged. *Parameters* are known up to a range
with an origin. *Sampling* is the error of what was estimated from history. The *residual* is news: errors of earnings
forecasts, and everything else that moved relative prices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.topics.common.ranges import Range, central, simulate_ranges
from helpers.topics.debt.balance_sheets import BalanceSheet
from helpers.topics.outlook.rate_path import bill_by_quarter, changes_by_quarter
from helpers.topics.outlook.scenarios import Scenario

BILL_INPUTS = (
    "floating_share", "pass_through", "hedge_share", "maturity_share", "cash_loading", "new_coupons",
)  # fmt: skip
SAMPLED = ("new_coupons", "drift", "loading", "root")  # estimated from history; all else is a range
LAYERS = ("assumptions", "and sampling error", "and news")
PARAMETER_DRAWS = 128
YEAR = 12  # months


@dataclass(frozen=True, kw_only=True)
class Sides:
    """A number for small and for large companies, by quarter."""

    small: np.ndarray
    large: np.ndarray

    @property
    def lead(self) -> np.ndarray:
        return self.small - self.large


@dataclass(frozen=True, kw_only=True)
class News:
    """Shocks of the residual layer, by draw: errors of the two years' forecasts, and moves of relative prices.

    ``first`` and ``second`` are errors of relative earnings in points, ``other`` monthly relative returns less their
    drift, log percent, of shape (draws, months).
    """

    first: np.ndarray = field(repr=False)
    second: np.ndarray = field(repr=False)
    other: np.ndarray = field(repr=False)

    @cached_property
    def ratio(self) -> float:
        """Spread of a year's earnings errors over that of a year's relative returns."""
        return float(self.second.std() / (self.other.std() * np.sqrt(YEAR)))


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One scenario, evaluated for any inputs; ``ranges`` holds every input with its origin.

    ``months`` are those from the last known one to the end of each quarter, ``year_end`` those to the end of 2026.
    """

    scenario: Scenario
    small: BalanceSheet
    large: BalanceSheet
    quarters: pd.PeriodIndex
    months: np.ndarray
    year_end: int
    ranges: Mapping[str, Range]

    def interest(self, **inputs: float | np.ndarray) -> Sides:
        """Effect of the rate path on net income, percent of it: after tax, of profitable companies."""
        change = changes_by_quarter(self.scenario.rate_path, self.quarters)
        kept = 1.0 - np.asarray(inputs["tax"], dtype=float)[..., None] / 100.0
        small = {name: inputs[name] for name in BILL_INPUTS}
        large = small | {
            name.removeprefix("large_"): inputs[name]
            for name in inputs
            if name.startswith("large_")
        }
        return Sides(
            small=100.0
            * kept
            * bill_by_quarter(self.small, change, small).net
            / self.small.net_income,
            large=100.0
            * kept
            * bill_by_quarter(self.large, change, large).net
            / self.large.net_income,
        )

    def earnings(self, **inputs: float | np.ndarray) -> Sides:
        """Effect of the scenario on earnings, percent of what they would be: interest, growth and margins."""
        interest = self.interest(**inputs)
        column = {name: np.asarray(one, dtype=float)[..., None] for name, one in inputs.items()}
        growth = self.scenario.growth * self.months / YEAR
        gained = self.scenario.margin_gain * self.months / self.months[-1]
        return Sides(
            small=interest.small
            + column["growth_beta"] * growth
            + 100.0 * gained / column["net_margin"],
            large=interest.large + column["beta_large"] * growth,
        )

    def expected(self, **inputs: float | np.ndarray) -> np.ndarray:
        """Relative return from today to the end of each quarter before any news, log percent, (..., quarters).

        The sum of its `parts`. Rates enter through earnings alone: the multiple closes its gap whatever they do.
        """
        return np.asarray(sum(self.parts(**inputs).values()))

    def parts(self, **inputs: float | np.ndarray) -> dict[str, np.ndarray]:
        """What that return is made of, each of its shape: the record's drift; the published lead as far as prices do
        not hold it yet; what the scenario does to relative earnings, as far as it reaches prices; and the part of the
        valuation gap that closes by partial adjustment.
        """
        column = {name: np.asarray(one, dtype=float)[..., None] for name, one in inputs.items()}
        reach = column["reach"] / 100.0
        unpriced = column["unpriced"] / 100.0 * column["lead"]
        closed = 1.0 - column["root"] ** self.months
        return {
            "average lead of the record": column["drift"] * self.months,
            "published growth lead": reach * unpriced * self.arrived(0, self.year_end),
            "rates, growth and margins": reach * self.earnings(**inputs).lead,
            "valuation gap closing": column["loading"] * 100.0 * column["gap"] * closed,
        }

    def arrived(self, start: int, end: int) -> np.ndarray:
        """Share of the news of a year that has come by each quarter; months from the last known one."""
        return np.clip((self.months - start) / (end - start), 0.0, 1.0)

    def surprises(self, news: News) -> tuple[np.ndarray, np.ndarray]:
        """Errors of earnings that have come by each quarter, and all other moves; (draws, quarters) each."""
        first = news.first[:, None] * np.sqrt(self.arrived(0, self.year_end))
        second = news.second[:, None] * np.sqrt(self.arrived(self.year_end, self.year_end + YEAR))
        return first + second, np.cumsum(news.other, axis=1)[:, self.months - 1]


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """Paths of relative returns under one scenario, log percent, by layer.

    ``central`` has shape (quarters,), ``by_parameters`` and ``by_sampling`` (inputs, quarters), ``paths``
    (inputs, news, quarters): a row of inputs meets all news, so that a chance can be told for each.
    """

    quarters: pd.PeriodIndex
    central: np.ndarray
    by_parameters: np.ndarray = field(repr=False)
    by_sampling: np.ndarray = field(repr=False)
    paths: np.ndarray = field(repr=False)

    def band(self, layer: str, level: float = 0.9) -> pd.DataFrame:
        """Ends of the middle of a layer with those before it, ``low`` and ``high`` by quarter."""
        drawn = dict(
            zip(
                LAYERS,
                (self.by_parameters, self.by_sampling, self.paths.reshape(-1, len(self.quarters))),
                strict=True,
            )
        )[layer]
        by_quarter = np.ascontiguousarray(
            drawn.T
        )  # ordered faster where its draws lie side by side
        ends = np.quantile(by_quarter, [(1 - level) / 2, (1 + level) / 2], axis=1)
        return pd.DataFrame({"low": ends[0], "high": ends[1]}, index=self.quarters)

    def in_year(self, year: int, known: float = 0.0) -> np.ndarray:
        """Relative return of a calendar year, (inputs, news): what is known of it, and the rest."""
        at = self.quarters.get_loc(pd.Period(f"{year}Q4", "Q"))
        before = pd.Period(f"{year - 1}Q4", "Q")
        start = self.paths[..., self.quarters.get_loc(before)] if before in self.quarters else 0.0
        return known + self.paths[..., at] - start


def simulate(chain: Chain, news: News, rng: np.random.Generator) -> Simulation:
    """Draw inputs, and let each draw meet all news.

    Earnings errors explain a part of what moved relative prices before, as large as `reach` says; the rest is scaled
    down so that a year is as uncertain as years were: news is not counted twice.
    """
    inputs = simulate_ranges(chain.ranges, PARAMETER_DRAWS, rng)
    middle = central(chain.ranges)
    parameters = inputs | {name: np.full(PARAMETER_DRAWS, middle[name]) for name in SAMPLED}
    expected = chain.expected(**inputs)
    reach = inputs["reach"][:, None, None] / 100.0
    earned, other = chain.surprises(news)
    left = np.sqrt(np.maximum(1.0 - (reach * news.ratio) ** 2, 0.0))
    return Simulation(
        quarters=chain.quarters,
        central=chain.expected(**middle),
        by_parameters=chain.expected(**parameters),
        by_sampling=expected,
        paths=expected[:, None, :] + reach * earned + left * other,
    )
