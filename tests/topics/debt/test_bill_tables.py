"""The central answer under other choices, over other bases, and under the limit on deducting interest."""

import numpy as np
import pandas as pd
import pytest

from helpers.topics.common.ranges import Range
from helpers.topics.debt.balance_sheets import BalanceSheet
from helpers.topics.debt.bill_tables import (
    table_denominators,
    table_inputs,
    table_interest_limit,
    table_specifications,
)
from helpers.topics.debt.input_ranges import UNITS
from helpers.trial import load_line

# Synthetic: 200 of debt, 50 of cash; see test_bill_model
RANGES = {
    "floating_share": Range(40, 40, 50, "pages"),
    "pass_through": Range(75, 75, 100, "filings"),
    "hedge_share": Range(0, 10, 30, "assumed"),
    "maturity_share": Range(20, 20, 25, "pages"),
    "coupon_reset": Range(1, 2, 3, "yields"),
    "cash_loading": Range(20, 30, 40, "filings"),
    "tax": Range(0, 25, 25, "assumed"),
    "effective_rate": Range(6, 6, 7, "pages"),
}
PROFITABLE = BalanceSheet(group="profitable", debt=200.0, cash=50.0, net_income=10.0, firms=12)
LOSING = BalanceSheet(group="losing", debt=200.0, cash=50.0, net_income=-1.0, firms=30)
SCARCE = BalanceSheet(group="scarce", debt=200.0, cash=50.0, net_income=0.5, firms=3)
NOTHING = BalanceSheet(group="nothing", debt=200.0, cash=50.0, net_income=0.0, firms=3)


def test_inputs_show_both_sizes_units_and_origins():
    large = RANGES | {"floating_share": Range(6, 8, 25, "")}
    table = table_inputs(RANGES, large).set_index("input")
    assert len(table) == len(UNITS)
    row = table.loc["floating share"]
    assert row[["low", "mid", "high", "large caps, mid"]].tolist() == [40, 40, 50, 8]
    assert (row["unit"], row["origin"]) == ("percent of debt", "pages")


def test_one_choice_after_another_is_turned_in_the_articles_favour(found):
    model, late = found.model, (5.1, 4.2)
    table = table_specifications(model, late).set_index("choice")
    middle = {name: one.mid for name, one in model.small.ranges.items()}
    level = (1.75, model.easing.years)

    def expected(growth_cut, **turn):
        inputs = middle | turn
        share, tax = inputs["floating_share"] / 100, 1 - inputs["tax"] / 100
        part = share * (1 - inputs["hedge_share"] / 100) * inputs["pass_through"] / 100
        sheet, found = model.small.sheet, []
        for cut, years in (level, level, (growth_cut, 1.0)):
            matured = min(inputs["maturity_share"] / 100 * years, 1.0)
            fall = part * cut - (1 - share) * matured * inputs["coupon_reset"]
            net = fall * sheet.debt - sheet.cash * inputs["cash_loading"] / 100 * cut
            found += [100 * fall / inputs["effective_rate"], net * tax / sheet.net_income]
        return [found[0], found[3], found[5]]

    growth = model.easing.growth_cut
    everything = {
        "coupon_reset": 0.0,
        "floating_share": 51.0,
        "pass_through": 100.0,
        "hedge_share": 0.0,
        "cash_loading": 0.0,
        "tax": 0.0,
    }
    cases = {
        "central inputs": expected(growth),
        "no refinancing": expected(growth, coupon_reset=0.0),
        "highest floating share": expected(growth, floating_share=51.0),
        "full pass-through, no hedges": expected(growth, pass_through=100.0, hedge_share=0.0),
        "cash keeps its yield": expected(growth, cash_loading=0.0),
        "no tax": expected(growth, tax=0.0),
        "rates arrive a year late": expected(5.1 - 4.2),
        "all of these at once": expected(5.1 - 4.2, **everything),
    }
    assert list(table.index) == list(cases)
    for name, values in cases.items():
        assert table.loc[name].tolist() == pytest.approx(values), name


def test_all_choices_at_once_take_the_larger_change_of_the_rate(found):
    early = table_specifications(found.model, (5.0, 4.9)).set_index("choice")["net income, growth"]
    late = table_specifications(found.model, (5.0, 4.0)).set_index("choice")["net income, growth"]
    assert late["all of these at once"] > early["all of these at once"]
    assert early["rates arrive a year late"] < early["central inputs"]


def test_late_rates_of_the_examination_are_those_of_the_year_before(found, info):
    funds = info.load("fed_funds")
    late = funds["2024"].mean() - funds["2025"].mean()
    expected = table_specifications(found.model, (late, 0.0))
    column = "net income, growth"
    assert found.specifications[column].tolist() == pytest.approx(expected[column].tolist())


def test_even_every_choice_in_its_favour_leaves_the_claim_far_off(found):
    growth = found.specifications.set_index("choice")["net income, growth"]
    assert growth.idxmax() == "all of these at once"
    assert growth.max() < load_line("D3", "used").size_that_matters
    assert growth["central inputs"] < growth["no refinancing"]


def test_the_gain_of_a_cut_over_each_base():
    # 1.08 saved, 0.72 lost on maturing debt, 0.30 on cash; a quarter goes to tax
    cases = [(one, RANGES) for one in (PROFITABLE, LOSING, NOTHING, SCARCE)]
    table = table_denominators(cases, 2.0, 1.5).set_index("base")
    assert table["gain after tax"].tolist() == pytest.approx([0.045] * 4)
    assert table.loc[["profitable", "scarce"], "uplift"].tolist() == pytest.approx([0.45, 9.0])
    assert table.loc["profitable", "growth rate"] == "defined"
    assert table.loc[["losing", "nothing"], "uplift"].isna().all()
    assert table["growth rate"].str.contains("undefined").tolist() == [False, True, True, False]
    assert table[["firms", "debt", "net income"]].iloc[1].tolist() == [30, 200.0, -1.0]


def test_the_same_cut_over_all_small_caps_profitable_ones_and_large_caps(found):
    table = found.denominators
    assert table["base"].str.contains("all firms").tolist() == [True, False, False]
    assert table["net income"].tolist() == pytest.approx([-18.285, 49.38, 1351.44])
    assert np.isnan(table["uplift"].iloc[0])
    assert "a loss" in table["growth rate"].iloc[0]


def test_interest_that_was_not_deducted_is_saved_free_of_tax():
    exposures = pd.Series({"net_interest_bn": 12.0, "net_interest_pct_of_ebit": 60.0})
    everyone = BalanceSheet(group="all", debt=200.0, cash=50.0, net_income=-1.0, firms=30)
    profitable = BalanceSheet(group="some", debt=100.0, cash=25.0, net_income=7.9, firms=12)
    table = table_interest_limit(everyone, profitable, exposures, RANGES, 2.0, 3.0)
    assert table["limit on"].tolist() == ["EBIT, 2022-24", "EBITDA, from 2025", "EBIT, 2022-24"]
    table = table.drop(columns="limit on").set_index("base")
    # 12 is 60 percent of 20, of which 6 may be deducted: saving 1.08 less 0.30 of cash costs nothing
    assert table.loc["all"].iloc[0].tolist() == pytest.approx([12.0, 20.0, 0.78, 0.0, 0.0])
    # a third of 150 of net debt is the EBITDA of 50, of which 15 may be deducted: all of the 12
    assert table.loc["all"].iloc[1].tolist() == pytest.approx([12.0, 50.0, 0.78, 0.1638, 21.0])
    # half the debt pays half the interest; 7.9 after tax is 10 before: of 16, 4.8 may be deducted, 6 is paid
    assert table.loc["some"].tolist() == pytest.approx([6.0, 16.0, 0.39, 0.0, 0.0])


def test_interest_within_the_limit_is_taxed_at_the_full_rate_when_saved():
    exposures = pd.Series({"net_interest_bn": 3.0, "net_interest_pct_of_ebit": 10.0})
    table = table_interest_limit(PROFITABLE, PROFITABLE, exposures, RANGES, 2.0, 4.0)
    assert table["income"].tolist() == pytest.approx([30.0, 37.5, 10.0 / 0.79 + 3.0])
    assert table["tax on it"].tolist() == pytest.approx([0.21 * 0.78] * 3)
    assert table["tax rate on it"].tolist() == pytest.approx([21.0] * 3)


def test_no_cut_saves_nothing_and_costs_no_tax():
    exposures = pd.Series({"net_interest_bn": 3.0, "net_interest_pct_of_ebit": 10.0})
    table = table_interest_limit(PROFITABLE, PROFITABLE, exposures, RANGES, 0.0, 4.0)
    assert table[["saving", "tax on it", "tax rate on it"]].eq(0.0).all(axis=None)


def test_interest_limit_binds_for_all_firms_and_not_for_profitable_ones(found):
    rate = found.interest_limit.set_index(["base", "limit on"])["tax rate on it"]
    assert rate["ranks 1001-3000, all firms", "EBIT, 2022-24"] == 0.0
    # (812 - 187) of net debt at four times EBITDA: 30 percent of 156 is more than the 42 paid
    assert rate["ranks 1001-3000, all firms", "EBITDA, from 2025"] == pytest.approx(21.0)
    assert rate["ranks 1001-3000, profitable firms", "EBIT, 2022-24"] == pytest.approx(21.0)
