"""Claims F1 to F5: what the outlook needs, what it is likely to bring, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import ParameterError
from helpers.topics.common.examination import Examination
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.common.ranges import Range, central, swings, variance_shares
from helpers.topics.earnings.forecast import DEFINITIONS
from helpers.topics.outlook import claims
from helpers.topics.outlook.assumptions import (
    Coverage,
    Prices,
    collect_ranges,
    cover_record,
    explain_returns,
    published_lead,
    table_ranges,
)
from helpers.topics.outlook.barometer import Barometer
from helpers.topics.outlook.chain import Chain, News, Simulation, simulate
from helpers.topics.outlook.checks import EngineChecks
from helpers.topics.outlook.claims import FIRST, SECOND, Chance
from helpers.topics.outlook.inputs import OutlookInputs, lead_in
from helpers.topics.outlook.margins import MarginNeed, weigh_need
from helpers.topics.outlook.rate_path import POINTS, changes_by_quarter, quarters_ahead
from helpers.topics.outlook.scenarios import SCENARIOS, Scenario, in_words
from helpers.topics.outlook.shocks import SIZE_PAIRS, Shocks
from helpers.trial import Answer, Evidence, answer_claims, load_claim, load_line

if TYPE_CHECKING:
    from helpers.data import Information

FUNDS = ("iwm_spy", "ijr_spy")
BLOCK = 6  # months: mean length of the blocks in which unexplained months are drawn
SOBOL_POINTS, SOBOL_RESAMPLES = 1024, 100
YEAR_END = pd.Period(f"{FIRST}-12", "M")
ALL_PRICED = Range(0.0, 0.0, 0.0, "supposed: all of the published lead is in prices")


@dataclass(frozen=True, kw_only=True)
class OutlookExamination(Examination):
    """What notebook 07 knows about the outlook; ``answers`` by claim id, parameters as in `examine`."""

    info: Information
    scenario: Scenario
    definition: str
    index_pair: str
    size_pair: str
    years: int
    draws: int
    seed: int

    @cached_property
    def inputs(self) -> OutlookInputs:
        return OutlookInputs(self.info)

    @cached_property
    def shocks(self) -> Shocks:
        """What hikes, inflation and shocks to policy did to small less large companies."""
        return Shocks(self.inputs, self.size_pair, self.draws, self.seed)

    @cached_property
    def barometer(self) -> Barometer:
        """Whose returns go with the growth after them."""
        return Barometer(self.inputs, self.draws, self.seed)

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on F1 to F5."""
        return answer_claims(
            self.info.day,
            {
                "F1": {"stated": self.weigh_lead_so_far, "used": self.weigh_chance_of_lead},
                "F2": {
                    "stated": self.shocks.weigh_episodes,
                    "used": self.shocks.weigh_responses,
                },
                "F3": {"stated": self.weigh_balance_so_far, "used": self.weigh_chance_of_balance},
                "F4": {"stated": self.weigh_margin_on_record, "used": self.weigh_rise_on_record},
                "F5": {
                    "stated": self.barometer.weigh_record,
                    "used": self.barometer.weigh_difference,
                },
            },
        )

    # --- the chain: rates, bill, earnings, prices -------------------------------------------------------

    @recorded_each
    def prices(self, pair: str) -> Prices:
        """What moved the relative return of a pair of funds; see `explain_returns`."""
        return explain_returns(self.inputs.lead(pair).months, self.inputs.gap)

    @recorded
    def earnings_errors(self) -> np.ndarray:
        """Errors of relative growth, points, less their mean: that consensus is too high is no news."""
        made = self.inputs.forecast(self.definition)
        errors = made.lead - np.resize(made.pairs["lead"].to_numpy(), len(made.lead))
        return errors - errors.mean()

    @recorded_each
    def ranges(self, pair: str) -> dict[str, Range]:
        """Every input of the chain with its range and origin."""
        lead = published_lead(self.inputs.forecast(self.definition))
        error = float(self.earnings_errors.std())
        return collect_ranges(self.inputs, self.prices(pair), lead, error)

    @recorded
    def input_table(self) -> pd.DataFrame:
        """The same as a table."""
        return table_ranges(self.ranges(self.index_pair))

    @recorded_each
    def chain(self, pair: str) -> Chain:
        """The scenario, ready to be evaluated for any inputs."""
        last = self.inputs.lead(pair).months.index[-1]
        quarters = quarters_ahead(last)
        return Chain(
            scenario=self.scenario,
            small=self.inputs.small_sheet,
            large=self.inputs.large_sheet,
            quarters=quarters,
            months=np.array([(one.asfreq("M") - last).n for one in quarters]),
            year_end=(YEAR_END - last).n,
            ranges=self.ranges(pair),
        )

    @recorded_each
    def news(self, pair: str) -> News:
        """Draws of earnings errors of two years, and of months of relative returns less their drift."""
        rng = np.random.default_rng(self.seed)
        errors, months = self.earnings_errors, self.prices(pair).months.to_numpy()
        rows = stats.stationary_indices(len(months), BLOCK, self.draws, rng)
        first, second = rng.choice(errors, (2, self.draws))
        other = months[rows[:, : self.chain(pair).months[-1]]]
        return News(first=_centred(first), second=_centred(second), other=_centred(other))

    @recorded_each
    def unchanged(self, pair: str) -> Simulation:
        """Relative returns with the policy rate where it is, and all else as supposed."""
        return self._simulate(pair, replace(self.scenario, rate_path=(0.0,) * len(POINTS)))

    @recorded
    def simulation(self) -> Simulation:
        """Relative returns under the scenario."""
        return self.simulate_under(self.scenario)

    def simulate_under(self, scenario: Scenario) -> Simulation:
        """Relative returns under any scenario: inputs and news are drawn alike, so that nothing else differs."""
        return self._simulate(self.index_pair, scenario)

    @recorded
    def named(self) -> dict[str, Simulation]:
        """The same under each named scenario, beside each other and never averaged."""
        return {name: self.simulate_under(one) for name, one in SCENARIOS.items()}

    @recorded
    def priced(self) -> Simulation:
        """Relative returns under the scenario where prices hold all of the published lead."""
        return self._simulate(self.index_pair, self.scenario, unpriced=ALL_PRICED)

    @recorded
    def unchanged_and_priced(self) -> Simulation:
        """The same with the policy rate where it is."""
        still = replace(self.scenario, rate_path=(0.0,) * len(POINTS))
        return self._simulate(self.index_pair, still, unpriced=ALL_PRICED)

    def _simulate(self, pair: str, scenario: Scenario, **given: Range) -> Simulation:
        chain = self.chain(pair)
        chain = replace(chain, scenario=scenario, ranges={**chain.ranges, **given})
        return simulate(chain, self.news(pair), np.random.default_rng(self.seed))

    @recorded
    def steps(self) -> pd.DataFrame:
        """The chain at central inputs by quarter, under the scenario; see `steps_under`."""
        return self._steps(self.scenario)

    @recorded_each
    def steps_under(self, name: str) -> pd.DataFrame:
        """The chain at central inputs by quarter, under a named scenario.

        ``policy rate`` change in percentage points; ``interest, small`` and ``interest, large`` and ``earnings, small``
        and ``earnings, large`` in percent of net income; ``relative return`` since the last closing price, log percent.
        """
        return self._steps(SCENARIOS[name])

    def _steps(self, scenario: Scenario) -> pd.DataFrame:
        chain = replace(self.chain(self.index_pair), scenario=scenario)
        middle = central(chain.ranges)
        interest, earnings = chain.interest(**middle), chain.earnings(**middle)
        return pd.DataFrame(
            {
                "policy rate": changes_by_quarter(scenario.rate_path, chain.quarters),
                "interest, small": interest.small,
                "interest, large": interest.large,
                "earnings, small": earnings.small,
                "earnings, large": earnings.large,
                "relative return": chain.expected(**middle),
            },
            index=chain.quarters.rename("quarter"),
        )

    @recorded
    def parts(self) -> pd.DataFrame:
        """What the relative return of `steps` is made of, by quarter, log percent, the largest part first.

        See `Chain.parts`.
        """
        chain = self.chain(self.index_pair)
        found = chain.parts(**central(chain.ranges))
        table = pd.DataFrame(found, index=chain.quarters.rename("quarter"))
        largest = table.iloc[-1].abs().sort_values(ascending=False, kind="stable").index
        return table[largest].assign(**{"relative return": self.steps["relative return"]})

    @recorded
    def named_table(self) -> pd.DataFrame:
        """Relative return to the end of 2027 by named scenario: where nine in ten paths end, and two chances.

        ``low``, ``mid``, ``high`` in log percent; ``lead in 2026``, of the size that matters, and ``less in 2027`` in
        percent.
        """
        size = load_line("F1", "stated").size_that_matters
        rows = {}
        for name, found in self.named.items():
            low, mid, high = np.percentile(found.paths[..., -1], (5, 50, 95))
            first = found.in_year(FIRST, self.so_far)
            rows[in_words(name)] = {
                "low": low,
                "mid": mid,
                "high": high,
                "lead in 2026": Chance.of(first >= size).estimate,
                "less in 2027": self._chance_of_less(found).estimate,
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("scenario")

    @recorded
    def interest_of_a_point(self) -> float:
        """Effect of a policy rate that rises by a point on small-cap net income by the end of 2027, percent."""
        higher = Scenario(rate_path=(100.0,) * len(POINTS))
        chain = replace(self.chain(self.index_pair), scenario=higher)
        return float(chain.interest(**central(chain.ranges)).small[-1])

    @recorded
    def levers(self) -> pd.DataFrame:
        """What one percent of relative return by the end of 2027 takes, one lever at a time, all else central.

        ``takes`` in ``unit``; the chain is linear, so that two percent take twice as much.
        """
        middle = central(self.ranges(self.index_pair))
        still = replace(self.chain(self.index_pair), scenario=Scenario())
        base = still.expected(**middle)[-1]

        def effect(scenario: Scenario) -> float:
            return float(replace(still, scenario=scenario).expected(**middle)[-1] - base)

        rows = {
            "policy rate": (
                -100.0 / effect(Scenario(rate_path=(-100.0,) * len(POINTS))),
                "basis points",
            ),
            "real growth": (1.0 / effect(Scenario(growth=1.0)), "points a year"),
            "small-cap net margin": (1.0 / effect(Scenario(margin_gain=1.0)), "points of sales"),
            "relative earnings": (100.0 / middle["reach"], "percent"),
        }
        return pd.DataFrame.from_dict(rows, orient="index", columns=["takes", "unit"]).rename_axis(
            "lever"
        )

    def _at_the_end(self, **inputs: float | np.ndarray) -> np.ndarray:
        """Relative return to the end of 2027 before any news."""
        return self.chain(self.index_pair).expected(**inputs)[..., -1]

    @recorded
    def tornado(self) -> pd.DataFrame:
        """Relative return to the end of 2027 with one input at either end of its range; see `swings`."""
        return swings(self._at_the_end, self.ranges(self.index_pair))

    @recorded
    def sobol(self) -> pd.DataFrame:
        """Shares of the variance of that return that each input brings; see `variance_shares`."""
        return variance_shares(
            self._at_the_end,
            self.ranges(self.index_pair),
            points=SOBOL_POINTS,
            resamples=SOBOL_RESAMPLES,
            rng=np.random.default_rng(self.seed),
        )

    @recorded
    def checks(self) -> pd.DataFrame:
        """The engine against what is known of other paths; see `EngineChecks`."""
        return EngineChecks(
            self.inputs.debt.inputs,
            self.ranges(self.index_pair),
            self.inputs.small_sheet,
            self.inputs.profits_and_losses,
            self.seed,
        ).table

    # --- what may come ----------------------------------------------------------------------------------

    @recorded
    def coverage(self) -> Coverage:
        """How often bands of the record alone, made in the past, held what came; see `cover_record`."""
        return cover_record(
            self.inputs.lead(self.index_pair).months, int(self.chain(self.index_pair).months[-1])
        )

    @recorded
    def so_far(self) -> float:
        """Relative return of 2026 to the last closing price known, log percent."""
        return lead_in(self.inputs.lead(self.index_pair).months, FIRST)

    @recorded_each
    def lead_chance(self, pair: str) -> Chance:
        """Of a lead in 2026 of the size that matters, with the policy rate where it is."""
        known = lead_in(self.inputs.lead(pair).months, FIRST)
        size = load_line("F1", "stated").size_that_matters
        return Chance.of(self.unchanged(pair).in_year(FIRST, known) >= size)

    @recorded
    def balance_chance(self) -> Chance:
        """Of a smaller lead in 2027 than in 2026, under the scenario."""
        return self._chance_of_less(self.simulation)

    @recorded
    def chances_when_priced(self) -> tuple[float, float]:
        """Of the same lead in 2026, and of a smaller one in 2027, where prices hold all of the published lead."""
        size = load_line("F1", "stated").size_that_matters
        first = self.unchanged_and_priced.in_year(FIRST, self.so_far)
        return Chance.of(first >= size).estimate, self._chance_of_less(self.priced).estimate

    def _chance_of_less(self, found: Simulation) -> Chance:
        return Chance.of(found.in_year(SECOND) < found.in_year(FIRST, self.so_far))

    @recorded
    def narrower_gap(self) -> float:
        """Chance that the valuation gap is narrower at the end of 2027 than in the last month known, percent."""
        gap, life = self.inputs.gap, self.inputs.half_life
        months = (pd.Period(f"{SECOND}-12", "M") - gap.index[-1]).n
        return claims.chance_of_fall(gap, life.root, months)

    @recorded
    def margin_need(self) -> MarginNeed:
        """The rise of margins that more years of a lead need; see `weigh_need`."""
        beta, large = (self.inputs.growth_beta(group).mid for group in ("Russell 2000", "S&P 500"))
        small, claimed = (load_claim(claim).claimed_number for claim in ("E1", "E2"))
        article = 100.0 * ((1 + small / 100.0) / (1 + claimed / 100.0) - 1.0)
        least = load_line("F1", "stated").size_that_matters
        return weigh_need(
            self.inputs.profit_share,
            Range(
                least,
                (least + article) / 2.0,
                article,
                "the lead that matters to the article's of 2026",
            ),
            Range(
                1.0,
                (1.0 + beta / large) / 2.0,
                beta / large,
                "as all companies to as earnings on growth",
            ),
            self.inputs.net_margin.mid,
            years=self.years,
            draws=self.draws,
            rng=np.random.default_rng(self.seed),
        )

    # --- claims -----------------------------------------------------------------------------------------

    def weigh_lead_so_far(self) -> Evidence:
        """F1 as stated: the lead of the year so far."""
        return claims.lead_so_far(self.inputs.lead(self.index_pair), self.inputs.decisions)

    def weigh_chance_of_lead(self) -> Evidence:
        """F1 as used: the chance of a lead with the policy rate where it is."""
        months = self.inputs.lead(self.index_pair).months
        chance = self.lead_chance(self.index_pair)
        others = {
            PAIR_LABELS[pair]: self.lead_chance(pair).estimate
            for pair in self.known_names("lead_chance", FUNDS)
            if pair != self.index_pair
        }
        base, (priced, _) = claims.record_of_years(months), self.chances_when_priced
        return claims.chance_of_lead(chance, priced, self.so_far, base, others, self.draws)

    def weigh_balance_so_far(self) -> Evidence:
        """F3 as stated: what the lead of 2027 will be held against."""
        return claims.balance_so_far(self.inputs.lead(self.index_pair))

    def weigh_chance_of_balance(self) -> Evidence:
        """F3 as used: the chance of a smaller lead in 2027."""
        by_scenario, (_, priced) = self.named_table["less in 2027"], self.chances_when_priced
        return claims.chance_of_balance(
            self.balance_chance, priced, self.narrower_gap, by_scenario, self.draws
        )

    def weigh_margin_on_record(self) -> Evidence:
        """F4 as stated: the last margin published."""
        return claims.margin_on_record(self.inputs.net_margin)

    def weigh_rise_on_record(self) -> Evidence:
        """F4 as used: the rise of margins needed, against earlier changes."""
        return claims.rise_on_record(self.margin_need)


def _centred(drawn: np.ndarray) -> np.ndarray:
    """Draws less their mean: news is zero on average, and a chance must not hang on the mean of a thousand draws."""
    return drawn - drawn.mean(axis=0)


def examine(
    info: Information,
    *,
    supposed: str = "hold",
    rate_path: Sequence[float] = (0.0, 0.0, 0.0, 0.0),
    growth: float = 0.0,
    margin_gain: float = 0.0,
    definition: str = "profitable_base",
    index_pair: str = "iwm_spy",
    size_pair: str = "lo30_hi30",
    years: int = 5,
    draws: int = 1_000,
    seed: int = 2026,
) -> OutlookExamination:
    """Evidence for F1 to F5 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    supposed : str
        Named scenario, one of `SCENARIOS`; F1 keeps the policy rate where it is.
    rate_path, growth, margin_gain : sequence of float, float, float
        A reader's own changes on top of it, as in `Scenario`.
    definition : str
        Whose growth forecasts are meant, one of `earnings.forecast.DEFINITIONS`.
    index_pair : str
        Funds whose relative return is forecast, one of `FUNDS`.
    size_pair : str
        Size portfolios whose response to shocks is measured, one of `SIZE_PAIRS`.
    years : int
        Years of lead that F4 asks margins for.
    draws : int
        Draws of news, of what F4 needs, and of the intervals of F2 and F5.
    seed : int
        Seed of every draw.

    Raises
    ------
    ParameterError
        Unknown scenario, definition or pair, or a path with another number of points.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"), rate_path=(100, 100, 100, 100))
    >>> bool(found.steps["interest, small"].iloc[-1] < found.steps["interest, large"].iloc[-1] < 0)
    True
    """
    for name, value, offered in (
        ("supposed", supposed, SCENARIOS),
        ("definition", definition, DEFINITIONS),
        ("index_pair", index_pair, FUNDS),
        ("size_pair", size_pair, SIZE_PAIRS),
    ):
        if value not in offered:
            raise ParameterError(f"{name} is {value!r}; use one of {', '.join(offered)}.")
    if len(rate_path) != len(POINTS):
        ends = ", ".join(map(str, POINTS))
        raise ParameterError(f"rate_path has {len(rate_path)} values; give one for each of {ends}.")
    return OutlookExamination(
        info=info,
        scenario=SCENARIOS[supposed].plus(rate_path, growth, margin_gain),
        definition=definition,
        index_pair=index_pair,
        size_pair=size_pair,
        years=years,
        draws=draws,
        seed=seed,
    )
