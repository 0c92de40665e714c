"""Balance sheets against the rows they come from."""

import pandas as pd
import pytest

from helpers.data import load_table
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.debt.balance_sheets import (
    HUNDRED_OF_DEBT,
    BalanceSheet,
    all_firms,
    last_exposures,
    operating_income,
    profitable_firms,
)
from helpers.topics.debt.interest_bill import lost_cash_income


def test_profitable_firms_are_those_of_the_table_whatever_the_shock():
    assert profitable_firms(load_table("eps_uplift"), SMALL_RANKS) == BalanceSheet(
        group="ranks 1001-3000, profitable firms",
        debt=388.55,
        cash=98.33,
        net_income=49.38,
        firms=445,
    )


def test_all_firms_of_the_last_year_lose_money_together():
    assert all_firms(load_table("exposures_by_rank"), SMALL_RANKS) == BalanceSheet(
        group="ranks 1001-3000, all firms",
        debt=812.106,
        cash=187.335,
        net_income=-18.285,
        firms=793,
    )


def test_the_last_fiscal_year_counts_in_whatever_order_rows_come():
    table = pd.DataFrame(
        {
            "rank": [SMALL_RANKS, LARGE_RANKS, SMALL_RANKS],
            "fiscal_year": [2024, 2024, 2023],
            "debt_bn": [3.0, 9.0, 2.0],
        }
    )
    assert last_exposures(table, SMALL_RANKS)["debt_bn"] == 3.0
    assert last_exposures(table.iloc[::-1], SMALL_RANKS)["debt_bn"] == 3.0


def test_operating_income_is_what_interest_is_a_share_of():
    row = pd.Series({"net_interest_bn": 42.0, "net_interest_pct_of_ebit": 56.0})
    assert operating_income(row) == pytest.approx(75.0)  # 42 is 56 percent of it


def test_a_hundred_of_debt_gives_answers_in_percent_of_it_and_none_about_cash():
    assert HUNDRED_OF_DEBT.debt == 100.0
    assert lost_cash_income(HUNDRED_OF_DEBT.cash, 2.0, cash_loading=100.0) == 0.0
