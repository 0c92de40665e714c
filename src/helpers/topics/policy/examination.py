"""Claims P1 to P4: what the tax act says, whom it reaches, and what lighter rules are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown, ParameterError, check_offered
from helpers.topics.common.examination import Examination
from helpers.topics.common.ranges import Range, central
from helpers.topics.common.ranks import LARGE_RANKS, MID_RANKS, SMALL_RANKS
from helpers.topics.debt.balance_sheets import (
    all_firms,
    last_exposures,
    operating_income,
    profitable_firms,
)
from helpers.topics.debt.input_ranges import ASSUMED as ASSUMED_OF_DEBT
from helpers.topics.debt.input_ranges import GIVEN, any_given, published_range
from helpers.topics.policy import events, law, official
from helpers.topics.policy.channels import (
    CASH,
    CHANNELS,
    INCOME,
    MEASURES,
    Company,
    Economy,
    Reach,
    deduction_value,
    draw_reach,
)
from helpers.topics.policy.inputs import RULES, PolicyInputs
from helpers.trial import Answer, Evidence, answer_claims, load_line

if TYPE_CHECKING:
    from helpers.data import Information

SIZES = (LARGE_RANKS, MID_RANKS, SMALL_RANKS)
#: What stands for inputs of which nothing is published.
ASSUMED = {
    "booked": Range(
        0.0,
        50.0,
        100.0,
        "assumption: none where interest disallowed before is an asset, all where an allowance stands against it",
    ),
    "yearly": Range(
        3.0, 7.0, 14.0, "assumption: at 3 and at 7 percent for ever, or over ten years at 7"
    ),
    "tax": ASSUMED_OF_DEBT["tax"],
}
LENGTHS = (1, 2, 3, 5, 10)  # trading days


@dataclass(frozen=True)
class PolicyExamination(Examination):
    """What notebook 06 knows about the act and the rules; ``answers`` by claim id."""

    info: Information
    definition: str
    booked: Range
    yearly: Range
    tax: Range
    window: int
    months: int
    history: int
    draws: int
    seed: int

    @cached_property
    def inputs(self) -> PolicyInputs:
        return PolicyInputs(self.info)

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on P1 to P4."""
        return self.answers_by(self.definition)

    @recorded_each
    def answers_by(self, definition: str) -> dict[str, Answer]:
        """The same by any definition of the saving, which moves P4 alone."""
        check_offered("definition", definition, official.READINGS)
        saving = {
            "stated": lambda: official.weigh_saving(self.inputs.savings),
            "used": lambda: self._worth_of_saving(definition),
        }
        return self._whatever_the_definition | answer_claims(self.info.day, {"P4": saving})

    @recorded
    def _whatever_the_definition(self) -> dict[str, Answer]:
        return answer_claims(
            self.info.day,
            {
                "P1": {
                    "stated": lambda: law.weigh_permanence(self.inputs.rates, self.inputs.terms)
                },
                "P2": {"used": self._favours},
                "P3": {
                    "stated": lambda: official.weigh_count(self.inputs.counts, self.inputs.acts),
                    "used": self._moved_by_rules,
                },
            },
        )

    # --- the act

    @recorded
    def law(self) -> pd.DataFrame:
        """What the law says, one page a row; see `law.table_law`."""
        inputs = self.inputs
        found = law.table_law(inputs.rates, inputs.terms, inputs.who)
        return _known(found, "No page on the deduction was known at this date.")

    @recorded
    def deduction(self) -> float:
        """What the deduction adds to the net income of a listed company, percent."""
        return self.deduction_if_open if law.reached(self.inputs.who) else 0.0

    @recorded
    def deduction_if_open(self) -> float:
        """What it would add were it open to corporations, percent."""
        rates = _known(self.inputs.rates, "The rate of the deduction was not known at this date.")
        return deduction_value(float(rates["figure"].iloc[0]))

    @recorded
    def economy(self) -> Economy:
        """Official costs by channel, and interest, profits and debt of all corporations, USD bn."""
        inputs = self.inputs
        costs = _known(inputs.costs, "No official cost of the act was known at this date.")
        by_channel = costs.drop_duplicates("group", keep="first").set_index("group")["figure"]
        if missing := set(CHANNELS) - set(by_channel.index):
            raise NotKnown(f"No official cost of the {missing.pop()} was known at this date.")
        return Economy(
            costs={channel: float(by_channel[channel]) for channel in CHANNELS},
            interest=_last(inputs.debt.net_interest),
            profits=_last(inputs.corporate_profits),
            debt=_last(inputs.debt.corporate_debt) / 1000,
        )

    @recorded
    def broker(self) -> float | None:
        """Tax a broker found the limit to save small caps, USD bn a year; None where none was known."""
        rows = self.inputs.broker_saving
        return float(rows["figure"].iloc[-1]) if len(rows) else None

    @recorded_each
    def company(self, rank: str) -> Company:
        """The companies of a rank by market value."""
        debt = self.inputs.debt
        everyone, row = all_firms(debt.exposures, rank), last_exposures(debt.exposures, rank)
        low, high = published_range(debt.rate_large), published_range(debt.rate_small)
        between = Range(low.low, (low.mid + high.mid) / 2, high.high, "between large and small")
        small = rank == SMALL_RANKS
        ebitda = (everyone.debt - everyone.cash) / debt.ebitda_multiple.mid if small else np.inf
        return Company(
            everyone=everyone,
            profitable=profitable_firms(debt.uplifts, rank),
            interest=float(row["net_interest_bn"]),
            ebit=operating_income(row),
            ebitda=ebitda,
            rate={LARGE_RANKS: low, MID_RANKS: between, SMALL_RANKS: high}[rank],
        )

    @recorded_each
    def reach(self, rank: str) -> Reach:
        """What the act brings the companies of a rank, channel by channel; see `draw_reach`."""
        return draw_reach(
            self.company(rank),
            self.economy,
            self.deduction,
            broker=self.broker if rank == SMALL_RANKS else None,
            booked=self.booked,
            draws=self.draws,
            rng=np.random.default_rng([self.seed, SIZES.index(rank)]),
        )

    @recorded
    def channels(self) -> pd.DataFrame:
        """``low``, ``mid`` and ``high`` by rank, measure and channel, percent of net income."""
        return pd.concat(
            {rank: self.reach(rank).summary() for rank in SIZES},
            names=["rank", "measure", "channel"],
        )

    @recorded
    def channel_table(self) -> pd.DataFrame:
        """The same with a row a rank and channel, as the notebook shows it: small companies first."""
        parts = {
            f"{measure}, {end}": self.channels.xs(measure, level="measure")[end]
            for measure in MEASURES
            for end in ("low", "mid", "high")
        }
        return pd.DataFrame(parts).loc[list(reversed(SIZES))].reset_index()

    @recorded
    def amounts(self) -> pd.DataFrame:
        """Yearly amounts behind the channels, USD bn, with their origin; small companies first."""
        rows = [
            {
                "rank": rank,
                "channel": channel,
                "low": one.low,
                "mid": one.mid,
                "high": one.high,
                "origin": one.origin,
            }
            for rank in reversed(SIZES)
            for channel, one in self.reach(rank).ranges.items()
        ]
        return pd.DataFrame(rows).set_index(["rank", "channel"])

    def _favours(self) -> Evidence:
        small, large = self.reach(SMALL_RANKS), self.reach(LARGE_RANKS)
        names = load_line("P2", "used").definitions
        alone = np.full(self.draws, self.deduction)
        adds = f"{self.deduction:.1f} percent" if self.deduction else "nothing"
        middle = {
            (size, measure): float(np.median(one.total(measure)))
            for size, one in (("small", small), ("large", large))
            for measure in (CASH, INCOME)
        }
        return Evidence.from_draws(
            "P2",
            dict(zip(names, (alone, small.total(INCOME), small.total(CASH)), strict=True)),
            method="text of the law; beside it the tax changes that reach a corporation, drawn over published ranges",
            interval="given" if any_given([self.booked]) else "parameters",
            n=float(self.company(SMALL_RANKS).profitable.firms),
            note=(
                f"The deduction adds {adds} to the profits of a listed small company: owners take "
                f"it, corporations may not (open to them it would be worth {self.deduction_if_open:.1f}). Other "
                f"changes of the act bring profitable small caps {middle['small', INCOME]:.1f} percent of net income "
                f"as reported and {middle['small', CASH]:.1f} in cash, large ones {middle['large', INCOME]:.1f} and "
                f"{middle['large', CASH]:.1f}."
            ),
        )

    # --- rules

    @recorded
    def counts(self) -> pd.DataFrame:
        """Official counts of actions and rules; see `official.table_official`."""
        return _known(official.table_official(self.inputs.counts), "No count was known.")

    @recorded
    def savings(self) -> pd.DataFrame:
        """Official sums of savings, USD bn."""
        return _known(official.table_official(self.inputs.savings), "No sum was known.")

    @recorded
    def listed(self) -> official.Listed:
        """Listed small caps and their share in business; see `official.listed_small_caps`."""
        inputs = self.inputs
        return official.listed_small_caps(
            inputs.consensus,
            inputs.price_to_sales.mid,
            inputs.sales_of_all.mid,
            inputs.sales_of_small_firms.mid,
            _last(inputs.corporate_profits),
        )

    @recorded
    def saving_cases(self) -> dict[str, dict[str, Range]]:
        """Ranges behind each reading of the saving; see `official.saving_cases`."""
        return official.saving_cases(
            self.inputs.savings, self.listed, yearly=self.yearly, tax=self.tax
        )

    @recorded
    def saving_draws(self) -> dict[str, np.ndarray]:
        """What the saving is to listed small caps, percent of net income, by reading."""
        rng = np.random.default_rng([self.seed, len(SIZES)])
        return official.draw_savings(self.saving_cases, self.listed, self.draws, rng)

    @recorded
    def saving_table(self) -> pd.DataFrame:
        """By reading: ends and middle of the draws, the part that reaches what would matter, the central value."""
        size, names = load_line("P4", "used").size_that_matters, official.reading_names()
        rows = {}
        for one, drawn in self.saving_draws.items():
            low, mid, high = np.percentile(drawn, (2.5, 50, 97.5))
            rows[names[one]] = {
                "low": low,
                "mid": mid,
                "high": high,
                "reaches": 100 * np.mean(drawn >= size),
                "central": official.worth(self.listed, **central(self.saving_cases[one])),
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    def _worth_of_saving(self, definition: str) -> Evidence:
        figures = len(official.of_the_year(self.inputs.savings))
        return official.weigh_reach_of_saving(
            self.saving_draws,
            definition,
            self.listed,
            figures,
            interval="given" if any_given([self.yearly, self.tax]) else "parameters",
        )

    # --- dated acts

    @recorded
    def lead_days(self) -> pd.Series:
        """Small less large companies by trading day, percent."""
        return self.inputs.days["smb"]

    @recorded
    def beyond_days(self) -> pd.Series:
        """The same beyond their share in the market's move."""
        return events.beyond_market(self.inputs.days)

    @recorded
    def dated_acts(self) -> pd.DataFrame:
        """The acts with their dates, words and sources; see `events.list_acts`."""
        return _known(events.list_acts(self.inputs.acts), "No act was known at this date.")

    @recorded
    def act_table(self) -> pd.DataFrame:
        """Lead of small companies from each act; see `events.table_acts`."""
        found = events.table_acts(self.lead_days, self.inputs.acts, self.window)
        return _known(found, "No act with a window of returns was known at this date.")

    @recorded
    def placebo_leads(self) -> pd.Series:
        """Lead over every window of as many trading days, percent, by its last day."""
        return self.lead_days.rolling(self.window).sum().dropna()

    @recorded_each
    def act_test(self, kind: str) -> stats.CircularShift:
        """All acts of a kind against every shift of their dates."""
        return events.test_acts(self.lead_days, self.inputs.acts, kind, self.window)

    @recorded
    def length_table(self) -> pd.DataFrame:
        """Acts of each kind over windows of other lengths; see `events.table_lengths`."""
        return events.table_lengths(self.lead_days, self.inputs.acts, LENGTHS)

    def exposed(self, kind: str) -> list[str]:
        """Industries exposed to acts of a kind."""
        return list(events.EXPOSED[kind])

    @recorded
    def leads_after_rules(self) -> pd.Series:
        """Industries exposed to acts on rules less the others in the months after each; see `events.leads_after`."""
        inputs, acts = self.inputs, self.inputs.acts
        return events.leads_after(
            inputs.industries_equal_weighted,
            inputs.factors,
            acts[acts["metric"] == RULES],
            self.months,
            self.history,
        )

    @recorded
    def leads_elsewhere(self) -> np.ndarray:
        """Mean of `leads_after_rules` had the acts come at other dates, as far apart; see `events.shifted_means`."""
        if self.leads_after_rules.empty:
            return np.array([])
        acts = self.inputs.acts
        return events.shifted_means(self.industry_leads, acts, RULES, self.months)

    @recorded
    def industry_leads(self) -> pd.DataFrame:
        """Abnormal return of each industry, companies counted alike, over every window of `months`."""
        inputs = self.inputs
        return events.industry_leads(
            inputs.industries_equal_weighted, inputs.factors, self.months, self.history
        )

    @recorded
    def industry_table(self) -> pd.DataFrame:
        """Exposed less other industries after each act; see `events.table_industries`."""
        return events.table_industries(
            self.industry_leads,
            self.inputs.acts,
            self.months,
            draws=self.draws,
            rng=np.random.default_rng([self.seed, len(SIZES) + 1]),
        )

    def _moved_by_rules(self) -> Evidence:
        return events.weigh_acts(
            self.act_test(RULES),
            events.test_acts(self.beyond_days, self.inputs.acts, RULES, self.window),
            self.leads_after_rules,
            self.leads_elsewhere,
            self.act_table,
            self.window,
        )


def examine(
    info: Information,
    *,
    definition: str = official.ALL_FIRMS,
    booked: Sequence[float] = (0.0, 50.0, 100.0),
    yearly: Sequence[float] = (3.0, 7.0, 14.0),
    tax: Sequence[float] = (0.0, 21.0, 25.0),
    window: int = 3,
    months: int = 3,
    history: int = 60,
    draws: int = 4096,
    seed: int = 2026,
) -> PolicyExamination:
    """Evidence for P1 to P4 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    definition : str
        Whose savings and over what time P4 is judged by, one of `official.READINGS`.
    booked : sequence of float
        Low, mid, high of the part of the tax saved by the interest limit that raises reported income, percent.
    yearly : sequence of float
        Low, mid, high of the part of a present value that is saved in a year, percent.
    tax : sequence of float
        Low, mid, high of the tax on what rules save, percent.
    window : int
        Trading days from an act, its own included.
    months : int
        Months after an act over which industries are compared.
    history : int
        Months on which their exposures are estimated.
    draws, seed : int
        Draws of every range, sets of placebo industries, and their seed.

    Raises
    ------
    ParameterError
        Unknown definition, or a range that is not low, mid, high in this order.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"), draws=256)
    >>> found.answers["P1"].stated.found, round(found.deduction_if_open, 1)
    ('20 %, permanent', 5.3)
    """
    check_offered("definition", definition, official.READINGS)
    return PolicyExamination(
        info=info,
        definition=definition,
        booked=_given("booked", booked),
        yearly=_given("yearly", yearly),
        tax=_given("tax", tax),
        window=window,
        months=months,
        history=history,
        draws=draws,
        seed=seed,
    )


def _given(name: str, values: Sequence[float]) -> Range:
    if len(values) != 3:
        raise ParameterError(f"{name}: give low, mid and high, not {len(values)} values.")
    low, mid, high = values
    given = Range(low, mid, high, GIVEN)
    assumed = ASSUMED[name]
    return assumed if replace(given, origin=assumed.origin) == assumed else given


def _known(frame: pd.DataFrame, why: str) -> pd.DataFrame:
    if frame.empty:
        raise NotKnown(why)
    return frame


def _last(series: pd.Series) -> float:
    return float(series.dropna().iloc[-1])
