"""The interest bill model against what others computed or measured, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from helpers.data import recorded
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination
from helpers.topics.common.ranges import Range
from helpers.topics.common.ranks import LARGE_RANKS, MID_RANKS, SMALL_RANKS, row_of_rank
from helpers.topics.debt.balance_sheets import (
    HUNDRED_OF_DEBT,
    BalanceSheet,
    all_firms,
    last_exposures,
    operating_income,
    profitable_firms,
)
from helpers.topics.debt.bill_model import LEAST_SHARE, effect_inputs
from helpers.topics.debt.bill_tables import FEDERAL_TAX
from helpers.topics.debt.input_ranges import YEARS_DUE, cash_loading, coupon_reset, name_shares
from helpers.topics.debt.inputs import DebtInputs
from helpers.topics.debt.interest_bill import bill_effect, floating_saving, lost_cash_income
from helpers.topics.debt.rate_changes import average_rates
from helpers.topics.debt.who_floats import IN_HIKES, PUBLISHED, table_effective_rates

COLUMNS = ["check", "theirs", "ours", "unit", "reading"]
SIZES = {SMALL_RANKS: "small", LARGE_RANKS: "large"}
LISTED = (LARGE_RANKS, MID_RANKS, SMALL_RANKS)
BOARD_RISE = 1.75  # percentage points: the Board's staff took the funds rate from 1.25 to 3 percent
BANK_STEP = 0.25  # percentage points
MIRRORED = pd.Period("2022Q1", "Q"), pd.Period("2023Q4", "Q")


@dataclass(frozen=True)
class OutsideChecks(Examination):
    """Figures of others beside ours. Parts not published by the date are absent from the table."""

    inputs: DebtInputs
    ranges: Mapping[str, Range]

    @recorded
    def table(self) -> pd.DataFrame:
        """``check``, ``theirs``, ``ours``, ``unit``, ``reading``."""
        parts = ("filings", "board", "bank", "bank_five_years", "mirror", "earnings_2023")
        return pd.concat(
            [getattr(self, part) for part in parts if self.knows(part)], ignore_index=True
        )

    @recorded
    def filings(self) -> pd.DataFrame:
        """The arithmetic that came with the filings, from its own inputs."""
        return check_filings(self.inputs.uplifts, self.inputs.gross_loadings)

    @recorded
    def board(self) -> pd.DataFrame:
        """The Board's exercise of 2017 on all nonfinancial corporations."""
        theirs = self.inputs.board_extra_interest.mid
        return check_board(theirs, self.inputs.exposures, self.inputs.gross_loadings)

    @recorded
    def bank(self) -> pd.DataFrame:
        """A bank's sensitivity of operating earnings."""
        theirs = -self.inputs.bank_sensitivity.mid
        return check_bank("BofA, 25 bp", theirs, self.inputs.exposures, self.ranges)

    @recorded
    def bank_five_years(self) -> pd.DataFrame:
        """The same from its hits with and without cuts of a percentage point."""
        hits = self.inputs.bank_hit_without_cuts.mid - self.inputs.bank_hit_with_cuts.mid
        name = "BofA, 25 bp from its five-year hits"
        return check_bank(name, hits * BANK_STEP, self.inputs.exposures, self.ranges)

    @recorded
    def mirror(self) -> pd.DataFrame:
        """The hikes of 2022-23 run through the same accounting."""
        inputs = self.inputs
        return check_mirror(
            table_effective_rates(inputs.effective_rates),
            last_exposures(inputs.exposures, SMALL_RANKS),
            self._at_the_peak,
            row_of_rank(inputs.gross_loadings, SMALL_RANKS),
            name_shares(self.ranges["floating_share"]),
        )

    @recorded
    def earnings_2023(self) -> pd.DataFrame:
        """What the same accounting says of earnings in 2023, beside what they did for all causes."""
        return check_earnings(
            self.inputs.earnings_growth_2023.mid,
            profitable_firms(self.inputs.uplifts, SMALL_RANKS),
            average_rates(self.inputs.funds, MIRRORED[1].year),
            self._at_the_peak,
            self.ranges["tax"].mid,
        )

    @property
    def _at_the_peak(self) -> dict[str, float]:
        """Central inputs with the coupon reset of the end of 2023."""
        yields = self.inputs.five_year_yield
        then = yields[yields.index <= MIRRORED[1].asfreq("M")]
        return effect_inputs(self.ranges) | {"coupon_reset": coupon_reset(then).mid}


def check_filings(uplifts: pd.DataFrame, gross: pd.DataFrame) -> pd.DataFrame:
    """Uplift of net income of profitable firms as published with the filings, and ours from the same inputs."""
    return _table(
        (
            f"Filings, {size} caps, {row['shock_bp']} bp",
            row["after_tax_uplift_pct_of_net_income"],
            filings_uplift(
                profitable_firms(uplifts, rank), row_of_rank(gross, rank), row["shock_bp"]
            ),
            "percent of net income",
            "same inputs: reproduces the published arithmetic",
        )
        for rank, size in SIZES.items()
        for row in uplifts[uplifts["rank"] == rank].to_dict("records")
    )


def filings_uplift(sheet: BalanceSheet, loadings: pd.Series, cut_bp: float) -> float:
    """Uplift of net income, percent: loadings of filings alone, no refinancing, no hedges, the federal tax."""
    cut = cut_bp / 100.0
    saved = floating_saving(sheet.debt, cut, floating_share=100.0 * loadings["gross_debt_loading"])
    lost = lost_cash_income(sheet.cash, cut, cash_loading=cash_loading(loadings).mid)
    return 100.0 * float(saved - lost) * (1.0 - FEDERAL_TAX / 100.0) / sheet.net_income


def check_board(theirs: float, exposures: pd.DataFrame, gross: pd.DataFrame) -> pd.DataFrame:
    """Extra interest of all nonfinancial firms after a rise, USD bn, and that of listed firms from loadings."""
    ours = sum(
        float(
            floating_saving(
                last_exposures(exposures, rank)["debt_bn"],
                BOARD_RISE,
                floating_share=100.0 * row_of_rank(gross, rank)["gross_debt_loading"],
            )
        )
        for rank in LISTED
    )
    name = f"FEDS Notes 2017, +{100 * BOARD_RISE:.0f} bp, year three"
    return _table([(name, theirs, ours, "USD bn a year", "listed nonfinancial firms, 2024 debt")])


def check_bank(
    name: str, theirs: float, exposures: pd.DataFrame, ranges: Mapping[str, Range]
) -> pd.DataFrame:
    """Gain of operating earnings from a step of the bank's, percent of them: floating debt, and what falls due too."""
    inputs, sheet = effect_inputs(ranges), all_firms(exposures, SMALL_RANKS)
    ebit = operating_income(last_exposures(exposures, SMALL_RANKS))
    floating = 100.0 * float(bill_effect(sheet, BANK_STEP, 0.0, **inputs).net) / ebit
    fixed = 1.0 - inputs["floating_share"] / 100.0
    due = fixed * min(inputs["maturity_share"] * YEARS_DUE / 100.0, 1.0)
    repriced = floating + BANK_STEP * sheet.debt * due / ebit
    unit = "percent of operating earnings"
    now = "all firms, losses included; ours: floating debt only"
    later = "ours: debt due within five years repriced too"
    return _table(
        [
            (name, theirs, floating, unit, now),
            (f"{name}, five years on", theirs, repriced, unit, later),
        ]
    )


def check_mirror(
    rates: pd.DataFrame,
    exposures: pd.Series,
    inputs: Mapping[str, float],
    gross: pd.Series,
    shares: str = PUBLISHED,
) -> pd.DataFrame:
    """Rise of the net rate on debt in the hikes, and what the accounting makes of the rise of the funds rate.

    Parameters
    ----------
    rates : pandas.DataFrame
        As from `table_effective_rates`.
    exposures, gross : pandas.Series
        Rows of small caps: debt and cash, and loadings.
    inputs : mapping of input to float
        Central inputs at the time.
    shares : str
        Their floating share in words.

    Raises
    ------
    NotKnown
        When the rates of the quarters at both ends were not.
    """
    first, last = MIRRORED
    ends = rates.reindex(list(MIRRORED))
    if ends.isna().any(axis=None):
        raise NotKnown(f"The effective rates of {first} and {last} were not both known.")
    change = ends.iloc[1] - ends.iloc[0]
    cash = 100.0 * exposures["cash_bn"] / exposures["debt_bn"]
    sheet = replace(HUNDRED_OF_DEBT, cash=cash)
    loading = 100.0 * gross["gross_debt_loading"]
    share = max(inputs["floating_share"], LEAST_SHARE)
    filed = {
        **inputs,
        "floating_share": share,
        "pass_through": 100.0 * loading / share,
        "hedge_share": 0.0,
    }
    years = (last - first).n / 4.0
    return _table(
        (
            f"Mirror: hikes of 2022-23, {name}",
            change["small, aggregate"],
            -float(bill_effect(sheet, -change["funds rate"], years, **taken).net),
            "points of the net rate on debt",
            "theirs: measured in filings of small caps",
        )
        for name, taken in ((shares, inputs), (IN_HIKES, filed))
    )


def check_earnings(
    theirs: float,
    sheet: BalanceSheet,
    rates: tuple[float, float],
    inputs: Mapping[str, float],
    tax: float,
) -> pd.DataFrame:
    """Growth of earnings in 2023 beside the part that interest explains, percent of net income."""
    gain = bill_effect(sheet, rates[0] - rates[1], 1.0, **inputs).net * (1.0 - tax / 100.0)
    ours = 100.0 * float(gain) / sheet.net_income
    reading = "theirs: all causes; ours: interest alone"
    return _table([("Mirror: earnings of 2023", theirs, ours, "percent of net income", reading)])


def _table(rows: Iterable[tuple]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS)
