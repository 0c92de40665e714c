"""Claims E1 to E6: is the small-cap growth lead of 2026 real, new, and more than a rebound?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown, ParameterError, check_offered
from helpers.topics import debt
from helpers.topics.common.examination import Examination
from helpers.topics.earnings import (
    consensus,
    forecast,
    growth_sources,
    handoff,
    recovery,
    slowdown,
)
from helpers.topics.earnings.consensus_error import (
    ConsensusError,
    estimate_consensus_error,
    table_misses,
)
from helpers.topics.earnings.forecast import DEFINITIONS, Correction, Forecast
from helpers.topics.earnings.handoff import PAIRS
from helpers.topics.earnings.inputs import EarningsInputs
from helpers.topics.earnings.loss_gearing import growth_of_profits
from helpers.topics.earnings.payoff import Payoff
from helpers.trial import Answer, Evidence, answer_claims, load_claim

if TYPE_CHECKING:
    from helpers.data import Information

BILL_DRAWS = 2048  # of the interest bill model, which here adds one bar with its range


@dataclass(frozen=True, kw_only=True)
class EarningsExamination(Examination):
    """What notebook 02 knows about the earnings handoff; ``answers`` by claim id, parameters as in `examine`."""

    info: Information
    definition: str
    index_pair: str
    horizon: int
    months_left: int
    max_age_months: int
    haircut: tuple[float, ...]
    near_zero: float
    error_correlation: float
    draws: int
    seed: int

    @cached_property
    def inputs(self) -> EarningsInputs:
        return EarningsInputs(self.info)

    @property
    def definitions(self) -> tuple[str, ...]:
        """Every definition of small-cap growth on offer."""
        return tuple(DEFINITIONS)

    @property
    def pair(self) -> tuple[str, str]:
        """Names of the small and of the large group compared."""
        return PAIRS[self.index_pair]

    # --- what was published, and how far it missed

    @recorded
    def quotations(self) -> pd.DataFrame:
        """Every published growth rate, see `EarningsInputs.quotations`."""
        return self.inputs.quotations

    @recorded
    def quotations_of_year(self) -> pd.DataFrame:
        """Those of the forecast year, see `consensus.table_quotations`."""
        return consensus.table_quotations(self.inputs.quotations)

    @recorded
    def forecasts(self) -> pd.DataFrame:
        """Those that count: forecasts of the year, recent, of every universe."""
        return consensus.select_forecasts(self.inputs.quotations, self.oldest)

    @recorded
    def universes(self) -> pd.DataFrame:
        """Their range by universe, see `consensus.table_universes`."""
        return consensus.table_universes(self.forecasts)

    @recorded
    def error(self) -> ConsensusError:
        """Errors of start-of-year consensus."""
        return estimate_consensus_error(self.inputs.record)

    @recorded
    def misses(self) -> pd.DataFrame:
        """Forecasts of whole years that met their outcome."""
        return table_misses(self.inputs.quotations, self.inputs.levels)

    # --- the forecast year

    @property
    def oldest(self) -> pd.Timestamp:
        """Day from which on a forecast counts."""
        return pd.Timestamp(self.info.day) - pd.DateOffset(months=self.max_age_months)

    @recorded
    def large_correction(self) -> Correction:
        """What a large-cap forecast usually misses by."""
        return Correction(self.error, months_left=self.months_left)

    @recorded
    def small_corrections(self) -> dict[str, Correction]:
        """What a small-cap forecast may miss by: the one chosen first, then as on the record of small caps."""
        chosen = "haircut given" if self.haircut else "record of the S&P 500"
        found = {chosen: Correction(self.error, self.haircut, self.months_left)}
        documented = forecast.small_cap_haircut(self.misses) if self.knows("misses") else ()
        if documented and not self.haircut:
            found["misses of small caps"] = Correction(self.error, documented, self.months_left)
        return found

    @recorded
    def promised(self) -> pd.DataFrame:
        """Forecasts of both sides published alike, of every universe, see `handoff.pair_forecasts`."""
        return handoff.pair_forecasts(self.all_pairs, self.oldest)

    @recorded_each
    def published_pairs(self, definition: str) -> pd.DataFrame:
        """Those of one definition; small-cap growth is that of its profitable companies where they are meant."""
        universe, _ = DEFINITIONS[definition]
        pairs = self.promised[self.promised["universe"] == universe]
        if definition != "profitable_base":
            return pairs
        profits, losses = self.expected_profits_and_losses
        small = [
            growth_of_profits(one, 0.0, profits=profits, losses=losses) for one in pairs["small"]
        ]
        return pairs.assign(small=small, lead=small - pairs["large"])

    def _predict(self, definition: str, small: Correction, correlation: float) -> Forecast:
        shocks = forecast.simulate_shocks(correlation, self.draws, self.seed)
        pairs = self.published_pairs(definition)
        return forecast.predict_growth(pairs, (small, self.large_correction), shocks)

    @recorded_each
    def forecast_of(self, definition: str) -> Forecast:
        """Growth of both sides by one definition, with errors as chosen."""
        chosen = next(iter(self.small_corrections.values()))
        return self._predict(definition, chosen, self.error_correlation)

    @recorded
    def forecast(self) -> Forecast:
        """Growth of both sides by the definition chosen."""
        return self.forecast_of(self.definition)

    @recorded
    def chances(self) -> pd.DataFrame:
        """Chance of a lead, and of one as large as claimed, percent, by definition and assumption on the errors.

        The first row of each definition is that of the assumptions chosen.
        """
        claimed = load_claim("E6").claimed_number
        correlations = dict.fromkeys((self.error_correlation, *forecast.CORRELATIONS))
        rows = []
        for definition in self.known_names("forecast_of", DEFINITIONS):
            for errors, small in self.small_corrections.items():
                for correlation in correlations:
                    made = self._predict(definition, small, correlation)
                    rows.append(
                        {
                            "definition": definition,
                            "errors of small caps": errors,
                            "correlation": correlation,
                            "pages": len(made.pairs),
                            "lead": made.chance(),
                            "claimed lead": made.chance(claimed),
                        }
                    )
        if not rows:
            raise NotKnown(self.reason("forecast_of", self.definition))
        return pd.DataFrame(rows)

    @recorded
    def spread(self) -> pd.DataFrame:
        """Where the draws of both and of their gap lie, see `forecast.table_spread`."""
        return forecast.table_spread(self.forecast)

    # --- has small led before, does large slow, is it more than a rebound

    @recorded
    def pairs(self) -> pd.DataFrame:
        """Small and large growth of the chosen pair published alike, see `handoff.pair_quotations`."""
        return handoff.pair_quotations(self.inputs.quotations, *self.pair)

    @recorded
    def all_pairs(self) -> pd.DataFrame:
        """The same of every pair."""
        return handoff.pair_universes(self.inputs.quotations)

    @recorded
    def stated(self) -> pd.DataFrame:
        """Publications that state a lead in words."""
        return self.inputs.statements

    @recorded
    def leads(self) -> pd.DataFrame:
        """Earlier periods in which small companies led clearly, see `handoff.earlier_leads`."""
        return handoff.earlier_leads(self.all_pairs)

    @recorded
    def slowdown(self) -> pd.DataFrame:
        """Large-cap growth of two years from the same page."""
        return slowdown.table_slowdown(self.inputs.quotations, self.inputs.levels)

    @recorded
    def quarters(self) -> pd.DataFrame:
        """Growth of the largest companies and of the rest by quarter, see `slowdown.table_quarters`."""
        return slowdown.table_quarters(self.inputs.quotations)

    @recorded
    def base_effect(self) -> pd.DataFrame:
        """Published slowdowns and what a harder comparison explains of them."""
        return slowdown.table_base_effect(self.inputs.quotations)

    @recorded
    def levels(self) -> pd.DataFrame:
        """Net income of small and large ranks by fiscal year."""
        return recovery.table_levels(self.inputs.filings)

    @recorded
    def index_levels(self) -> pd.DataFrame:
        """The same with the first fiscal year as 100."""
        return recovery.index_levels(self.levels)

    @recorded
    def broad_profit_growth(self) -> float:
        """Growth of the profits of the Russell 2000 over both years with unchanged losses, percent."""
        profits, losses = self.expected_profits_and_losses
        growth = recovery.two_year_growth(self.inputs.quotations, recovery.BROAD)
        return growth_of_profits(growth, 0.0, profits=profits, losses=losses)

    @recorded
    def recovery_of_filers(self) -> pd.DataFrame:
        """Net income of small companies in the forecast year against its peak, one assumption at a time."""
        screened = recovery.two_year_growth(self.inputs.quotations, recovery.SCREENED)
        broad = self.broad_profit_growth if self.knows("broad_profit_growth") else None
        return recovery.recovery_of_filers(self.levels, screened, broad)

    @recorded
    def recovery_of_index(self) -> pd.DataFrame:
        """Earnings of the S&P 600 in the forecast year against their peak."""
        return recovery.recovery_of_index(self.inputs.levels, self.inputs.quotations)

    @recorded
    def recovery(self) -> pd.DataFrame:
        """Both, as far as they were known."""
        parts = [part for part in ("recovery_of_filers", "recovery_of_index") if self.knows(part)]
        if not parts:
            raise NotKnown(self.reason("recovery_of_filers"))
        return pd.concat([getattr(self, part) for part in parts], ignore_index=True)

    # --- what growth is made of

    @recorded
    def by_rank(self) -> pd.DataFrame:
        """Growth of net income by fiscal year, rank and definition."""
        return growth_sources.table_growth_by_rank(self.inputs.filings, self.near_zero / 100)

    @recorded
    def refusals(self) -> pd.DataFrame:
        """Growth rates refused, and why; no row when none was."""
        return growth_sources.table_refusals(self.by_rank)

    @recorded
    def split(self) -> pd.DataFrame:
        """Net income of the same small companies in two years, by profit and loss and by driver."""
        return self.inputs.split

    @recorded
    def split_definitions(self) -> pd.DataFrame:
        """Growth of these companies by definition."""
        rows = self.split[self.split["metric"] == "definition"]
        columns = {"group": "definition", "amount": "growth"}
        return rows[list(columns)].rename(columns=columns).reset_index(drop=True)

    @recorded
    def expected_profits_and_losses(self) -> tuple[float, float]:
        """Of the Russell 2000 in the next quarter, both positive, bn USD."""
        return growth_sources.expected_profits_and_losses(self.inputs.expected)

    @recorded
    def drivers(self) -> pd.DataFrame:
        """Where the claimed growth would have to come from, see `growth_sources.split_drivers`."""
        profits, losses = self.expected_profits_and_losses
        bill = debt.examine(self.info, draws=BILL_DRAWS).model
        return growth_sources.split_drivers(
            load_claim("E1").claimed_number,
            profits=profits,
            losses=losses,
            rates=bill.interval("growth_saving"),
        )

    @cached_property
    def payoff(self) -> Payoff:
        """Whether an earnings lead paid."""
        return Payoff(self.inputs, self.horizon)

    # --- the claims

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on E1 to E6."""
        return self.answers_by(self.definition)

    @recorded_each
    def answers_by(self, definition: str) -> dict[str, Answer]:
        """The same by any definition of small-cap growth, which moves E6 alone."""
        check_offered("definition", definition, DEFINITIONS)
        chance = {"stated": self._promised_lead, "used": lambda: self._chance(definition)}
        return self._whatever_the_definition | answer_claims(self.info.day, {"E6": chance})

    @recorded
    def _whatever_the_definition(self) -> dict[str, Answer]:
        return answer_claims(
            self.info.day,
            {
                "E1": {"stated": lambda: self._published_growth("E1", forecast.SMALL)},
                "E2": {"stated": lambda: self._published_growth("E2", forecast.LARGE)},
                "E3": {"stated": lambda: handoff.weigh_first_lead(self.all_pairs, self.stated)},
                "E4": {"stated": self._slowdown, "used": self._base_effect},
                "E5": {"stated": lambda: recovery.weigh_recovery(self.recovery)},
            },
        )

    def _published_growth(self, claim: str, universe: str) -> Evidence:
        return consensus.weigh_published_growth(claim, self.forecasts, universe)

    def _slowdown(self) -> Evidence:
        known = self.slowdown if self.knows("slowdown") else slowdown.NO_PAGE
        return slowdown.weigh_slowdown(known, self.quarters)

    def _base_effect(self) -> Evidence:
        known = self.slowdown if self.knows("slowdown") else slowdown.NO_PAGE
        return slowdown.weigh_base_effect(self.base_effect, known)

    def _promised_lead(self) -> Evidence:
        known = self.promised if self.knows("promised") else handoff.NO_PAIR
        return handoff.weigh_promised_lead(known)

    def _chance(self, definition: str) -> Evidence:
        return forecast.weigh_chance(self.chances, definition)


def examine(
    info: Information,
    *,
    definition: str = "index_with_loss_makers",
    index_pair: str = "russell2000_sp500",
    horizon: int = 12,
    months_left: int = 12,
    max_age_months: int = 6,
    haircut: Sequence[float] = (),
    near_zero: float = 25.0,
    error_correlation: float = 0.5,
    draws: int = 20_000,
    seed: int = 2026,
) -> EarningsExamination:
    """Evidence for E1 to E6 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    definition : str
        Whose small-cap growth is meant, one of `DEFINITIONS`: the index with its loss-makers (as the article says),
        the index that admits only profitable companies, universes that brokers choose, or the profitable companies
        of the broad index.
    index_pair : str
        Small and large group whose growth since 2021 is drawn (`handoff.PAIRS`); E3 counts the leads of all.
    horizon : int
        Months of return after earnings growth.
    months_left : int
        Months until the results of the year are in; the record of errors is for 12 and shrinks with it.
    max_age_months : int
        Quotations older than that are left out.
    haircut : sequence of float
        Low, mid, high cut of the small-cap consensus level, percent; empty: the published record of errors.
    near_zero : float
        Percent of gross earnings below which a net base is refused (see `growth.aggregate_growth`).
    error_correlation : float
        Correlation of the small-cap and the large-cap forecast error, an assumption without a source.
    draws, seed : int
        Monte Carlo draws and their seed.

    Raises
    ------
    ParameterError
        Unknown definition or pair, or a haircut out of order.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"))
    >>> found.leads[["period", "universe"]].values.tolist()
    [['2021Q2', 'S&P 600']]
    """
    check_offered("definition", definition, DEFINITIONS)
    check_offered("index_pair", index_pair, PAIRS)
    if len(haircut) not in (0, 3) or list(haircut) != sorted(haircut):
        raise ParameterError(f"haircut is {list(haircut)}; give low, mid, high in rising order.")
    return EarningsExamination(
        info=info,
        definition=definition,
        index_pair=index_pair,
        horizon=horizon,
        months_left=months_left,
        max_age_months=max_age_months,
        haircut=tuple(haircut),
        near_zero=near_zero,
        error_correlation=error_correlation,
        draws=draws,
        seed=seed,
    )
