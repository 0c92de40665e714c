"""Others' figures beside ours: reproduced where the inputs are theirs, worked out on paper where they are not."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data import load_table
from helpers.errors import NotKnown
from helpers.topics import debt
from helpers.topics.common.ranges import Range
from helpers.topics.common.ranks import LARGE_RANKS, MID_RANKS, SMALL_RANKS, row_of_rank
from helpers.topics.debt.balance_sheets import BalanceSheet, profitable_firms
from helpers.topics.debt.checks import (
    check_bank,
    check_board,
    check_earnings,
    check_filings,
    check_mirror,
    filings_uplift,
)

RANGES = {
    "floating_share": Range(40, 40, 50, ""),
    "pass_through": Range(75, 75, 100, ""),
    "hedge_share": Range(0, 10, 30, ""),
    "maturity_share": Range(12, 12, 25, ""),
    "coupon_reset": Range(1, 2, 3, ""),
    "cash_loading": Range(20, 30, 40, ""),
}
MIDDLE = {name: one.mid for name, one in RANGES.items()}


@pytest.fixture(scope="module")
def inputs(found):
    return found.inputs


# --- filings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rank", "cut_bp", "percent_of_net_income"),
    [
        (SMALL_RANKS, 175, 4.36),
        (LARGE_RANKS, 175, 0.64),
        (MID_RANKS, 175, 2.92),
        (SMALL_RANKS, 58, 1.44),
        (LARGE_RANKS, 58, 0.21),
    ],
)
def test_filings_arithmetic_is_reproduced(inputs, rank, cut_bp, percent_of_net_income):
    # balance sheets of 2024, gross loading, cash loading, 21 % tax, no refinancing, no hedges
    sheet, row = profitable_firms(inputs.uplifts, rank), row_of_rank(inputs.gross_loadings, rank)
    assert filings_uplift(sheet, row, cut_bp) == pytest.approx(percent_of_net_income, abs=0.006)


def test_every_published_shock_of_small_and_large_caps_is_checked(inputs):
    table = check_filings(inputs.uplifts, inputs.gross_loadings).set_index("check")
    assert list(table.index) == [
        "Filings, small caps, 175 bp",
        "Filings, small caps, 58 bp",
        "Filings, large caps, 175 bp",
        "Filings, large caps, 58 bp",
    ]
    assert table["theirs"].tolist() == [4.36, 1.44, 0.64, 0.21]
    assert (table["ours"] - table["theirs"]).abs().max() < 0.006


# --- the Board ------------------------------------------------------------------------------------------


def test_extra_interest_of_listed_firms_is_that_of_three_groups_of_ranks():
    exposures = pd.DataFrame(
        {
            "rank": [LARGE_RANKS, MID_RANKS, SMALL_RANKS, ">3000"],
            "fiscal_year": 2024,
            "debt_bn": [1000.0, 400.0, 200.0, 9999.0],
        }
    )
    gross = pd.DataFrame(
        {"rank": exposures["rank"], "gross_debt_loading": [0.20, 0.30, 0.50, 0.90]}
    )
    (row,) = check_board(37.0, exposures, gross).itertuples()
    assert row.theirs == 37.0
    assert row.ours == pytest.approx((200.0 + 120.0 + 100.0) * 0.0175)  # floats, times the rise
    assert row.check == "FEDS Notes 2017, +175 bp, year three"


# --- the bank -------------------------------------------------------------------------------------------


def exposures_of_small(debt, cash):
    return pd.DataFrame(
        {
            "rank": [SMALL_RANKS],
            "fiscal_year": [2024],
            "debt_bn": [debt],
            "cash_bn": [cash],
            "net_income_bn": [-1.0],
            "firms": [9],
            "net_interest_bn": [8.0],
            "net_interest_pct_of_ebit": [40.0],
        }
    )


def test_a_banks_quarter_point_against_floating_debt_and_what_falls_due_in_five_years():
    table = check_bank("Bank", 2.0, exposures_of_small(200.0, 50.0), RANGES).set_index("check")
    # 54 of 200 floats after hedges and lags, 15 of 50 of cash: 39 at a quarter point, over 20 of income
    assert table.loc["Bank", "ours"] == pytest.approx(100 * 39 * 0.0025 / 20)
    # of 120 fixed, 12 percent a year fall due: 72 more
    assert table.loc["Bank, five years on", "ours"] == pytest.approx(100 * 111 * 0.0025 / 20)
    assert (table["theirs"] == 2.0).all()


def test_no_more_than_all_fixed_debt_falls_due_in_five_years():
    fast = RANGES | {"maturity_share": Range(25, 25, 25, "")}
    table = check_bank("Bank", 2.0, exposures_of_small(200.0, 50.0), fast)
    assert table["ours"].iloc[1] == pytest.approx(100 * (39 + 120) * 0.0025 / 20)


# --- the hikes of 2022-23 -------------------------------------------------------------------------------

RATES = pd.DataFrame(
    {"small, aggregate": [4.0, 9.0, 6.5], "funds rate": [0.1, 9.0, 5.1]},
    index=pd.PeriodIndex(["2022Q1", "2022Q4", "2023Q4"], freq="Q"),
)
FIRM = pd.Series({"debt_bn": 200.0, "cash_bn": 50.0})


def test_the_rise_of_the_net_rate_in_the_hikes_and_what_the_accounting_makes_of_it():
    table = check_mirror(RATES, FIRM, MIDDLE, pd.Series({"gross_debt_loading": 0.5}))
    assert table["theirs"].tolist() == pytest.approx([2.5, 2.5])
    # of 100: 27 floats, 60 x 12 percent x 1.75 years refinanced at two points more, 25 of cash at 30 percent
    refinanced, cash = 60 * 0.12 * 1.75 * 0.02, 25 * 0.30 * 0.05
    published, filed = 27 * 0.05 + refinanced - cash, 50 * 0.05 + refinanced - cash
    assert table["ours"].tolist() == pytest.approx([published, filed])
    assert table["check"].str.contains("published shares").tolist() == [True, False]


def test_the_mirror_needs_the_rates_at_both_ends():
    with pytest.raises(NotKnown, match="effective rates of 2022Q1 and 2023Q4"):
        check_mirror(RATES.iloc[:2], FIRM, MIDDLE, pd.Series({"gross_debt_loading": 0.5}))


def test_earnings_of_2023_lose_what_interest_adds_after_tax():
    sheet = BalanceSheet(group="any", debt=200.0, cash=50.0, net_income=10.0, firms=12)
    (row,) = check_earnings(-11.6, sheet, (1.5, 5.0), MIDDLE, tax=20.0).itertuples()
    # 54 floats, 14.4 mature at two points more, 15 of cash earns more
    assert row.ours == pytest.approx(-10 * 0.8 * (39 * 3.5 + 120 * 0.12 * 2) / 100)
    assert row.theirs == -11.6


# --- as they stand --------------------------------------------------------------------------------------


def test_outside_figures_stand_beside_ours(found):
    checks = found.checks.set_index("check")
    board = checks.loc["FEDS Notes 2017, +175 bp, year three"]
    assert board["theirs"] == 37.0
    assert board["ours"] == pytest.approx(37.0, rel=0.2)
    bank = checks.loc["BofA, 25 bp from its five-year hits"]
    assert bank["theirs"] == pytest.approx((42 - 35) / 4)
    later = checks.loc["BofA, 25 bp from its five-year hits, five years on"]
    assert bank["ours"] < bank["theirs"] < later["ours"] * 1.1
    assert list(found.checks.index) == list(range(len(found.checks)))


def test_the_hikes_of_2022_23_lie_between_two_definitions_run_through_the_same_accounting(found):
    checks = found.checks.set_index("check")
    low, high = (
        checks.loc[f"Mirror: hikes of 2022-23, {name}", "ours"]
        for name in ("published shares", "pass-through in hikes")
    )
    measured = checks.loc["Mirror: hikes of 2022-23, published shares", "theirs"]
    assert measured == pytest.approx(6.38 - 4.39)
    assert low < measured < high


def test_the_mirror_reprices_at_the_yields_of_the_end_of_2023(found, info):
    yields = ((info.load("treasury_2y") + info.load("treasury_10y")) / 2)[:"2023-12"]
    vintages = [
        yields.iloc[-12 * back - 12 : len(yields) - 12 * back].mean() for back in range(4, 9)
    ]
    reset = yields.iloc[-1] - np.mean(vintages)
    middle = {name: found.small_ranges[name].mid for name in MIDDLE} | {"coupon_reset": reset}
    firms = load_table("exposures_by_rank").query("rank == '1001-3000' and fiscal_year == 2024")
    gross = row_of_rank(found.inputs.gross_loadings, SMALL_RANKS)
    mirror = check_mirror(found.effective_rates, firms.iloc[0], middle, gross)
    pd.testing.assert_frame_equal(found.outside.mirror, mirror)
    funds = info.load("fed_funds")
    years = (funds["2022"].mean(), funds["2023"].mean())
    sheet = profitable_firms(load_table("eps_uplift"), SMALL_RANKS)
    tax = found.small_ranges["tax"].mid
    earnings = check_earnings(-11.6, sheet, years, middle, tax)
    pd.testing.assert_frame_equal(found.outside.earnings_2023, earnings)


def test_sensitivity_of_a_bank_published_later_is_not_known_earlier(found):
    assert "BofA, 25 bp" not in set(found.checks["check"])
    assert "2026-07-31" in found.outside.reason("bank") or "2026-06-30" in found.outside.reason(
        "bank"
    )
    later = debt.examine(data.Information("2026-11-25"), draws=256)
    assert later.checks.set_index("check").loc["BofA, 25 bp", "theirs"] == 2.0
