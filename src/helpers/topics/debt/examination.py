"""Claims D1 to D3: who carries floating-rate debt, and what lower rates are worth to a profit and loss account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data import recorded
from helpers.topics.common.examination import Examination
from helpers.topics.common.ranges import Range
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.debt import claims, who_floats
from helpers.topics.debt.balance_sheets import all_firms, last_exposures, profitable_firms
from helpers.topics.debt.bill_model import BillModel, Borrowers, estimate_model
from helpers.topics.debt.bill_tables import (
    table_denominators,
    table_inputs,
    table_interest_limit,
    table_specifications,
)
from helpers.topics.debt.checks import OutsideChecks
from helpers.topics.debt.input_ranges import (
    given_range,
    large_cap_ranges,
    small_cap_ranges,
)
from helpers.topics.debt.inputs import DebtInputs
from helpers.topics.debt.rate_changes import (
    Easing,
    InterestPaid,
    average_rates,
    measure_easing,
    measure_interest_paid,
)
from helpers.topics.debt.rate_response import table_response
from helpers.trial import Answer, Evidence, answer_claims

if TYPE_CHECKING:
    from helpers.data import Information

YEAR = 12  # months


@dataclass(frozen=True)
class DebtExamination(Examination):
    """What notebook 01 knows about floating-rate debt; ``answers`` by claim id.

    ``given`` are the reader's ranges of small-cap inputs, ``floating_share_large`` that of large caps.
    """

    info: Information
    cut_bp: float
    given: Mapping[str, Range]
    floating_share_large: Range | None
    draws: int
    seed: int

    @cached_property
    def inputs(self) -> DebtInputs:
        return DebtInputs(self.info)

    # --- who floats

    @recorded
    def shares(self) -> pd.DataFrame:
        """Published floating shares, see `table_floating_shares`."""
        return who_floats.table_floating_shares(self.inputs.floating_shares)

    @recorded
    def publications(self) -> pd.DataFrame:
        """The shares with a short label of who published them."""
        return who_floats.label_publications(self.shares)

    @recorded
    def pairs(self) -> pd.DataFrame:
        """Publications that give both shares, see `table_share_pairs`."""
        return who_floats.table_share_pairs(self.shares)

    @recorded
    def gross_pass_through(self) -> pd.DataFrame:
        return who_floats.gross_pass_through(self.inputs.gross_loadings)

    @recorded
    def net_pass_through(self) -> pd.DataFrame:
        return who_floats.net_pass_through(self.inputs.net_loadings)

    @recorded
    def same_firm_pass_through(self) -> pd.DataFrame:
        return who_floats.same_firm_pass_through(self.inputs.same_firms)

    @recorded
    def pass_through(self) -> pd.DataFrame:
        """All that filings show by the date, see `table_pass_through`."""
        parts = ("gross_pass_through", "net_pass_through", "same_firm_pass_through")
        return who_floats.table_pass_through(
            [getattr(self, part) for part in parts if self.knows(part)]
        )

    @recorded
    def effective_rates(self) -> pd.DataFrame:
        """Net interest over debt by quarter, see `table_effective_rates`."""
        return who_floats.table_effective_rates(self.inputs.effective_rates)

    @recorded
    def loading_gaps(self) -> dict[str, float]:
        """Loading of small less that of large firms in each phase of policy that filings cover, percentage points."""
        small, large = (self.loadings[rank] for rank in (SMALL_RANKS, LARGE_RANKS))
        return {phase: float(small[phase].mid - large[phase].mid) for phase in small}

    # --- what a cut is worth

    @recorded
    def easing(self) -> Easing:
        """The cut that is asked for, and the change of the year's average rate."""
        return measure_easing(
            self.inputs.decisions, self.inputs.funds, self.info.day, cut_bp=self.cut_bp
        )

    @recorded
    def loadings(self) -> dict[str, dict[str, Range]]:
        """Loadings of filings by rank and definition."""
        gross, same_firms = self.inputs.gross_loadings, self.inputs.same_firms
        ranks = (SMALL_RANKS, LARGE_RANKS)
        return {rank: who_floats.loading_ranges(gross, same_firms, rank) for rank in ranks}

    @recorded
    def small_ranges(self) -> dict[str, Range]:
        """Range of each input for small caps."""
        return small_cap_ranges(self.inputs, self.given)

    @recorded
    def large_ranges(self) -> dict[str, Range]:
        """Range of each input for large caps."""
        return large_cap_ranges(self.inputs, self.small_ranges, self.floating_share_large)

    @recorded
    def model(self) -> BillModel:
        """The interest bill under the cut, drawn."""
        easing, uplifts = self.easing, self.inputs.uplifts
        small, large = (
            Borrowers(
                sheet=profitable_firms(uplifts, rank), ranges=ranges, loadings=self.loadings[rank]
            )
            for rank, ranges in ((SMALL_RANKS, self.small_ranges), (LARGE_RANKS, self.large_ranges))
        )
        return estimate_model(small, large, easing, draws=self.draws, seed=self.seed)

    @recorded
    def interest_paid(self) -> InterestPaid:
        """Interest that business paid since the easing began."""
        inputs = self.inputs
        return measure_interest_paid(inputs.net_interest, inputs.corporate_debt, self.easing.began)

    @recorded
    def market_yields(self) -> tuple[float, float]:
        """Five-year yield in the month of the first cut and in the last month known, percent."""
        yields = self.inputs.five_year_yield
        since = yields[yields.index >= self.easing.began.to_period("M")]
        return float(since.iloc[0]), float(since.iloc[-1])

    @recorded
    def input_table(self) -> pd.DataFrame:
        """Every input with its unit and origin."""
        return table_inputs(self.small_ranges, self.large_ranges)

    # --- attempts to break it

    @recorded
    def outside(self) -> OutsideChecks:
        """Figures of others beside ours."""
        return OutsideChecks(self.inputs, self.small_ranges)

    @recorded
    def checks(self) -> pd.DataFrame:
        """All of them in one table."""
        return self.outside.table

    @recorded
    def specifications(self) -> pd.DataFrame:
        """One choice after another turned in the article's favour."""
        late = average_rates(self.inputs.funds, self.info.day.year, lag_months=YEAR)
        return table_specifications(self.model, late)

    @recorded
    def denominators(self) -> pd.DataFrame:
        """The whole cut over each base: all small caps with their losses, and profitable firms."""
        model, everyone = self.model, all_firms(self.inputs.exposures, SMALL_RANKS)
        cases = [(everyone, model.small.ranges)]
        cases += [(one.sheet, one.ranges) for one in (model.small, model.large)]
        return table_denominators(cases, model.easing.cut, model.easing.years)

    @recorded
    def interest_limit(self) -> pd.DataFrame:
        """Tax on the saving where interest is deductible in part."""
        exposures, small = self.inputs.exposures, self.model.small
        return table_interest_limit(
            all_firms(exposures, SMALL_RANKS),
            small.sheet,
            last_exposures(exposures, SMALL_RANKS),
            small.ranges,
            self.easing.cut,
            self.inputs.ebitda_multiple.mid,
        )

    @recorded
    def response(self) -> pd.DataFrame:
        """The market's answer to falling rates, see `table_response`."""
        return table_response(self.inputs.relative_returns, self.inputs.bill_rate)

    # --- claims

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on D1 to D3."""
        return answer_claims(
            self.info.day,
            {
                "D1": {"stated": self._more_floating},
                "D2": {
                    "stated": lambda: claims.interest_paid(self.interest_paid),
                    "used": lambda: claims.bill(self.model),
                },
                "D3": {
                    "stated": lambda: claims.pads_profits(self.model),
                    "used": lambda: claims.profits(self.model),
                },
            },
        )

    def _more_floating(self) -> Evidence:
        filings = self.loading_gaps if self.knows("loadings") else {}
        return claims.more_floating(self.pairs, filings)


def examine(
    info: Information,
    *,
    cut_bp: float = 175.0,
    floating_share_small: Sequence[float] = (),
    floating_share_large: Sequence[float] = (),
    pass_through: Sequence[float] = (),
    hedge_share: Sequence[float] = (0.0, 10.0, 30.0),
    maturity_share: Sequence[float] = (),
    coupon_reset: Sequence[float] = (),
    tax: Sequence[float] = (0.0, 21.0, 25.0),
    draws: int = 8192,
    seed: int = 1926,
) -> DebtExamination:
    """Evidence for D1 to D3 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    cut_bp : float
        Fall of the policy rate whose full effect on the bill is asked for, basis points.
    floating_share_small, floating_share_large : sequence of float
        Low, mid, high of the floating share, percent; empty: the range published by the date.
    pass_through, hedge_share, maturity_share, coupon_reset, tax : sequence of float
        Low, mid, high of the other inputs (units in `input_ranges.UNITS`); empty: what was known at the date.
    draws : int
        Monte Carlo draws.
    seed : int
        Seed of every draw.

    Raises
    ------
    ParameterError
        When a range is not given as low, mid, high in this order.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"), draws=256)
    >>> len(found.pairs), round(found.model.easing.growth_cut, 2)
    (3, 0.57)
    """
    ranges = {
        "floating_share": floating_share_small,
        "pass_through": pass_through,
        "hedge_share": hedge_share,
        "maturity_share": maturity_share,
        "coupon_reset": coupon_reset,
        "tax": tax,
    }
    given = {name: given_range(name, values) for name, values in ranges.items()}
    return DebtExamination(
        info=info,
        cut_bp=cut_bp,
        given={name: one for name, one in given.items() if one},
        floating_share_large=given_range("floating_share", floating_share_large),
        draws=draws,
        seed=seed,
    )
