"""Claims E1 to E5: is the small-cap growth lead of 2026 real, new, and more than a rebound?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.data import recorded
from helpers.errors import NotKnown, ParameterError
from helpers.topics import debt
from helpers.topics.common.examination import Examination
from helpers.topics.earnings import forecast, growth_sources, handoff, recovery, slowdown
from helpers.topics.earnings.consensus import select_forecasts, table_quotations
from helpers.topics.earnings.consensus_error import (
    ConsensusError,
    estimate_consensus_error,
    table_misses,
)
from helpers.topics.earnings.forecast import DEFINITIONS, Correction, Forecast, Lead
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
    """What notebook 02 knows about the earnings handoff; ``evidence`` by claim id, parameters as in `examine`."""

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
        return table_quotations(self.inputs.quotations)

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
    def shocks(self) -> tuple[np.ndarray, np.ndarray]:
        """Good and bad years of the small-cap and of the large-cap forecast."""
        return forecast.simulate_shocks(self.error_correlation, self.draws, self.seed)

    @recorded
    def small_correction(self) -> Correction:
        """What a small-cap forecast usually misses by."""
        return Correction(self.error, self.haircut, self.months_left)

    @recorded
    def large_correction(self) -> Correction:
        """What a large-cap forecast usually misses by."""
        return Correction(self.error, months_left=self.months_left)

    @recorded
    def index_with_loss_makers(self) -> Forecast:
        """Growth of the Russell 2000."""
        rows = self._forecasts_of("index_with_loss_makers")
        return self._small(rows, rows["figure"])

    @recorded
    def profit_screened_index(self) -> Forecast:
        """Growth of the S&P 600."""
        rows = self._forecasts_of("profit_screened_index")
        return self._small(rows, rows["figure"])

    @recorded
    def profitable_base(self) -> Forecast:
        """Growth of the profitable companies of the Russell 2000, if its losses stay."""
        rows = self._forecasts_of("profitable_base")
        profits, losses = self.expected_profits_and_losses
        growth = [
            growth_of_profits(one, 0.0, profits=profits, losses=losses) for one in rows["figure"]
        ]
        return self._small(rows, pd.Series(growth, rows.index))

    def _forecasts_of(self, definition: str) -> pd.DataFrame:
        return select_forecasts(self.inputs.quotations, DEFINITIONS[definition], self.oldest)

    def _small(self, rows: pd.DataFrame, growth: pd.Series) -> Forecast:
        return forecast.predict_growth(rows, growth, self.small_correction, self.shocks[0])

    @property
    def small(self) -> Forecast:
        """Small-cap growth by the definition chosen."""
        return getattr(self, self.definition)

    @recorded
    def large(self) -> Forecast:
        """Growth of the S&P 500."""
        rows = forecast.select_large_consensus(self.inputs.quotations, self.oldest)
        return forecast.predict_growth(rows, rows["figure"], self.large_correction, self.shocks[1])

    @recorded
    def lead(self) -> Lead:
        """Chance of a small-cap lead, and of one as large as claimed."""
        gap = load_claim("E1").claimed_number - load_claim("E2").claimed_number
        return forecast.estimate_lead(self.small, self.large, gap)

    @recorded
    def spread(self) -> pd.DataFrame:
        """Where the draws of both and of their gap lie, see `forecast.table_spread`."""
        claimed = (load_claim(claim).claimed_number for claim in ("E1", "E2"))
        return forecast.table_spread(self.small, self.large, *claimed)

    # --- has small led before, does large slow, is it more than a rebound

    @recorded
    def pairs(self) -> pd.DataFrame:
        """Small and large growth published alike, see `handoff.pair_quotations`."""
        return handoff.pair_quotations(self.inputs.quotations, *self.pair)

    @recorded
    def stated(self) -> pd.DataFrame:
        """Publications that state a lead of this pair in words; none for a pair nobody speaks of."""
        rows = self.inputs.statements
        return rows[rows["group"] == " vs ".join(self.pair)]

    @recorded
    def leads(self) -> pd.DataFrame:
        """Earlier periods in which small companies grew faster, see `handoff.earlier_leads`."""
        return handoff.earlier_leads(self.pairs, self.stated)

    @recorded
    def slowdown(self) -> pd.DataFrame:
        """Large-cap growth of two years from the same page."""
        return slowdown.table_slowdown(self.inputs.quotations, self.inputs.levels)

    @recorded
    def levels(self) -> pd.DataFrame:
        """Net income of small and large ranks by fiscal year."""
        return recovery.table_levels(self.inputs.filings)

    @recorded
    def index_levels(self) -> pd.DataFrame:
        """The same with the first fiscal year as 100."""
        return recovery.index_levels(self.levels)

    @recorded
    def recovery_of_filers(self) -> pd.DataFrame:
        """Net income of small companies in the forecast year against its peak."""
        growth = recovery.two_year_growth(self.inputs.quotations)
        return recovery.recovery_of_filers(self.levels, growth)

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
        return pd.concat([getattr(self, part) for part in parts])

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
            rates=bill.interval("uplift_growth"),
        )

    @cached_property
    def payoff(self) -> Payoff:
        """Whether an earnings lead paid."""
        return Payoff(self.inputs, self.horizon)

    # --- the claims

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on E1 to E5."""
        return answer_claims(
            self.info.day,
            {
                "E1": {"stated": self._small_growth},
                "E2": {"stated": self._large_growth},
                "E3": {"stated": lambda: handoff.weigh_first_lead(self.pairs, self.leads)},
                "E4": {"stated": lambda: slowdown.weigh_slowdown(self.slowdown)},
                "E5": {"stated": lambda: recovery.weigh_recovery(self.recovery, self.definition)},
            },
        )

    def _small_growth(self) -> Evidence:
        small = self.small
        definitions = {
            name: getattr(self, name).corrected for name in DEFINITIONS if self.knows(name)
        }
        return forecast.weigh_forecast("E1", small, definitions)

    def _large_growth(self) -> Evidence:
        large = self.large
        definitions = forecast.compare_large_forecasts(
            self.inputs.quotations, self.oldest, self.large_correction, self.inputs.eps_growth
        )
        return forecast.weigh_forecast("E2", large, definitions)


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
    """Evidence for E1 to E5 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    definition : str
        Whose small-cap growth is meant, one of `DEFINITIONS`: the index with its loss-makers (as the article says),
        the index that admits only profitable companies, or the profitable companies of the broad index.
    index_pair : str
        Small and large group whose growth is compared since 2021 (`handoff.PAIRS`).
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
    >>> found.leads["period"].tolist(), round(found.small.consensus, 1)
    (['2024Q2', '2025'], 42.5)
    """
    for name, value, known in (
        ("definition", definition, DEFINITIONS),
        ("index_pair", index_pair, PAIRS),
    ):
        if value not in known:
            raise ParameterError(f"{name} is {value!r}; use one of {', '.join(known)}.")
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
