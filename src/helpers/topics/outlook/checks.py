"""The engine held against what happened and what others published; nothing is tuned to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.data import recorded
from helpers.topics.common.examination import Examination
from helpers.topics.common.ranges import Range, simulate_ranges
from helpers.topics.common.ranks import SMALL_RANKS
from helpers.topics.debt.balance_sheets import (
    BalanceSheet,
    DebtAndCash,
    all_firms,
    last_exposures,
    operating_income,
)
from helpers.topics.debt.inputs import DebtInputs
from helpers.topics.outlook.chain import BILL_INPUTS
from helpers.topics.outlook.rate_path import QUARTERS, bill_by_quarter

BAND = (5.0, 50.0, 95.0)
DRAWS = 1024
HIKES = pd.period_range("2022Q1", "2023Q4", freq="Q")
BANK_STEP = 0.25  # percentage points
YEARS_ON = 5
BOARD_RISE = (
    1.75  # percentage points over 2018 and 2019: the Board's staff went from 1.25 to 3 percent
)
BOARD_QUARTER = "2017Q3"  # last debt known to it
BOARD_SPAN = 3.0  # years to the end of 2020, by which it says what falls due


@dataclass(frozen=True)
class EngineChecks(Examination):
    """What the engine says of rate paths whose effect is known, with the middle ninety percent of its draws."""

    inputs: DebtInputs
    ranges: Mapping[str, Range]
    sheet: BalanceSheet
    profits_and_losses: tuple[float, float]
    seed: int

    @cached_property
    def drawn(self) -> dict[str, np.ndarray]:
        bill = {name: self.ranges[name] for name in (*BILL_INPUTS, "tax")}
        return simulate_ranges(bill, DRAWS, np.random.default_rng(self.seed))

    @recorded
    def table(self) -> pd.DataFrame:
        """``check``, ``theirs``, ``low``, ``mid``, ``high``, ``inside``, ``unit``, ``reading``; those known."""
        rows = []
        for part in ("earnings_of_2023", "bank", "bank_hits", "board"):
            if self.knows(part):
                rows += getattr(self, part)
        columns = ["check", "theirs", "low", "mid", "high", "unit", "reading"]
        table = pd.DataFrame(rows, columns=columns)
        inside = (
            table["theirs"].between(table["low"], table["high"]).map({True: "yes", False: "no"})
        )
        table.insert(5, "inside", inside)
        return table

    @property
    def hikes(self) -> np.ndarray:
        """Rise of the funds rate since the end of 2021, by quarter of 2022 and 2023, percentage points."""
        quarterly = self.inputs.funds.groupby(self.inputs.funds.index.asfreq("Q")).mean()
        return (quarterly[HIKES] - quarterly[HIKES[0] - 1]).to_numpy()

    @recorded
    def earnings_of_2023(self) -> list[tuple]:
        """The hikes of 2022-23, fed to the engine: earnings of 2023 against 2022."""
        theirs = self.inputs.earnings_growth_2023.mid
        kept = 1.0 - self.drawn["tax"] / 100.0
        effect = bill_by_quarter(self.sheet, self.hikes, self.drawn).net
        years = effect.reshape(DRAWS, 2, QUARTERS).mean(axis=2)
        ours = 100.0 * kept * (years[:, 1] - years[:, 0]) / self.sheet.net_income
        profits, losses = self.profits_and_losses
        unit = "percent of net income"
        return [
            _row(
                "Hikes of 2022-23, profitable companies", theirs, ours, unit, "ours: interest alone"
            ),
            _row(
                "Hikes of 2022-23, index with its losses",
                theirs,
                ours * profits / (profits - losses),
                unit,
                "ours: interest alone, on a base thinned by unchanged losses",
            ),
        ]

    @recorded
    def bank(self) -> list[tuple]:
        """A bank's sensitivity of operating earnings to a rise by a quarter point."""
        return self._rise("BofA, +25 bp", self.inputs.bank_sensitivity.mid)

    @recorded
    def bank_hits(self) -> list[tuple]:
        """The same from its hits over five years without cuts and with a percentage point of them."""
        hits = self.inputs.bank_hit_without_cuts.mid - self.inputs.bank_hit_with_cuts.mid
        return self._rise("BofA, +25 bp from its five-year hits", -hits * BANK_STEP)

    def _rise(self, name: str, theirs: float) -> list[tuple]:
        exposures = self.inputs.exposures
        ebit = operating_income(last_exposures(exposures, SMALL_RANKS))
        path = np.full(YEARS_ON * QUARTERS, BANK_STEP)
        effect = bill_by_quarter(all_firms(exposures, SMALL_RANKS), path, self.drawn).net
        ours, unit = 100.0 * effect / ebit, "percent of operating earnings"
        reading = "all firms, losses included"
        return [
            _row(f"{name}, after a year", theirs, ours[:, QUARTERS - 1], unit, reading),
            _row(f"{name}, {YEARS_ON} years on", theirs, ours[:, -1], unit, reading),
        ]

    @recorded
    def board(self) -> list[tuple]:
        """The Board's exercise of 2017 from its own shares: extra interest on loans and on bonds in year three."""
        theirs, inputs = self.inputs.board_extra_interest.mid, self.inputs
        loans = 1000.0 * inputs.board_loans.mid
        bonds = inputs.corporate_debt[BOARD_QUARTER] / 1000.0 - loans
        classes = (
            (loans, inputs.board_variable_loans.mid, inputs.board_loans_due.mid),
            (bonds, 100.0 - inputs.board_fixed_bonds.mid, inputs.board_bonds_due.mid),
        )
        name = f"FEDS Notes 2017, +{100 * BOARD_RISE:.0f} bp"
        unit, reading = "USD bn a year", "their shares of loans and bonds; third year"
        rows = []
        for when, quarters in (("end", 2 * QUARTERS), ("start", QUARTERS)):
            rise = BOARD_RISE * np.minimum(np.arange(1, 2 * QUARTERS + 1) / quarters, 1.0)
            extra = np.sum([self._extra(*one, rise) for one in classes], axis=0)
            rows.append(_row(f"{name} by the {when} of 2019", theirs, extra, unit, reading))
        return rows

    def _extra(self, debt: float, floating: float, due: float, rise: np.ndarray) -> np.ndarray:
        """Extra interest of a class of debt in the second year of a rise, USD bn."""
        shares = {
            "floating_share": floating,
            "maturity_share": due / BOARD_SPAN,
            "pass_through": 100.0,
            "hedge_share": 0.0,
        }
        sheet = DebtAndCash(group="class of debt", debt=debt, cash=0.0)
        effect = bill_by_quarter(sheet, rise, {**self.drawn, **shares})
        return -effect.bill_fall[..., -QUARTERS:].mean(axis=-1)


def _row(check: str, theirs: float, ours: np.ndarray, unit: str, reading: str) -> tuple:
    return (check, theirs, *np.percentile(ours, BAND), unit, reading)
