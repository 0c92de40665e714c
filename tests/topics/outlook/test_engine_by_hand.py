"""The chain and what it is held against, once more by hand on synthetic balance sheets, quarter by quarter."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.topics.common.ranges import Range
from helpers.topics.common.ranks import SMALL_RANKS
from helpers.topics.debt.balance_sheets import BalanceSheet
from helpers.topics.outlook.chain import LAYERS, SAMPLED, Chain, News, Sides, Simulation, simulate
from helpers.topics.outlook.checks import EngineChecks
from helpers.topics.outlook.rate_path import quarters_ahead
from helpers.topics.outlook.scenarios import Scenario

SHEET = BalanceSheet(group="synthetic", debt=400.0, cash=100.0, net_income=50.0, firms=9)
LARGE = BalanceSheet(group="synthetic", debt=900.0, cash=300.0, net_income=200.0, firms=5)
BILL = {
    "floating_share": 40.0, "pass_through": 90.0, "hedge_share": 10.0, "maturity_share": 12.0,
    "cash_loading": 30.0, "new_coupons": 50.0,
}  # fmt: skip
OWN = {"floating_share": 20.0, "maturity_share": 8.0, "cash_loading": 60.0}
INPUTS = BILL | {f"large_{name}": one for name, one in OWN.items()} | {
    "tax": 20.0, "growth_beta": 8.0, "beta_large": 5.0, "net_margin": 4.0, "lead": 6.0, "unpriced": 50.0,
    "reach": 40.0, "gap": 0.3, "drift": -0.1, "loading": 0.7, "root": 0.98,
}  # fmt: skip
AHEAD = quarters_ahead(pd.Period("2026-02", "M"))
MONTHS = np.array([1, 4, 7, 10, 13, 16, 19, 22])
PATH = np.array([0.25, 0.5, 0.75, 1.0, 0.5, 0.0, -0.5, -1.0])
CHAIN = Chain(
    scenario=Scenario(rate_path=(50.0, 100.0, 0.0, -100.0), growth=-2.0, margin_gain=0.5),
    small=SHEET, large=LARGE, quarters=AHEAD, months=MONTHS, year_end=10,
    ranges={name: Range(one, one, one, "synthetic") for name, one in INPUTS.items()},
)  # fmt: skip


def cost(sheet, path, inputs, hedged=True):
    """What a path of the rate adds to interest paid less earned, USD bn a year, by quarter."""
    part = {name: one / 100 for name, one in inputs.items()}
    floating = part["floating_share"] * part["pass_through"] * (1 - part["hedge_share"] * hedged)
    replaced, added = (1 - part["floating_share"]) * part["maturity_share"] / 4, 0.0
    for before, now in zip([0.0, *path], path, strict=False):
        added += sheet.debt * replaced * part["new_coupons"] * now / 100
        yield added + before / 100 * (sheet.debt * floating - sheet.cash * part["cash_loading"])


def of_income(sheet, inputs):
    return np.array([-100 * 0.8 * one / sheet.net_income for one in cost(sheet, PATH, inputs)])


def test_interest_is_percent_of_net_income_after_tax_on_either_side_with_its_own_debt():
    found = CHAIN.interest(**INPUTS)
    assert found.small == pytest.approx(of_income(SHEET, BILL))
    assert found.large == pytest.approx(of_income(LARGE, BILL | OWN))


def test_earnings_add_growth_and_what_of_the_margin_has_been_gained():
    found, interest = CHAIN.earnings(**INPUTS), CHAIN.interest(**INPUTS)
    margin = 100 * 0.5 * MONTHS / 22 / 4
    assert found.small == pytest.approx(interest.small - 8 * 2 * MONTHS / 12 + margin)
    assert found.large == pytest.approx(interest.large - 5 * 2 * MONTHS / 12)
    assert found.lead == pytest.approx(found.small - found.large)
    assert Sides(small=np.array([3.0]), large=np.array([1.0])).lead == 2


def test_relative_returns_are_the_sum_of_their_four_parts():
    drift = -0.1 * MONTHS
    published = 0.4 * 0.5 * 6 * np.minimum(MONTHS / 10, 1)
    earned = 0.4 * CHAIN.earnings(**INPUTS).lead
    closed = 0.7 * 100 * 0.3 * (1 - 0.98**MONTHS)
    assert CHAIN.expected(**INPUTS) == pytest.approx(drift + published + earned + closed)


def test_draws_of_inputs_are_rows_of_what_each_gives_alone():
    taxes, reaches = np.array([10.0, 20.0, 30.0]), np.array([0.0, 40.0, 100.0])
    rows = CHAIN.expected(**INPUTS | {"tax": taxes, "reach": reaches})
    for row, tax, reach in zip(rows, taxes, reaches, strict=True):
        assert row == pytest.approx(CHAIN.expected(**INPUTS | {"tax": tax, "reach": reach}))


def test_news_of_a_year_comes_evenly_over_it():
    assert CHAIN.arrived(0, 10) == pytest.approx([0.1, 0.4, 0.7, 1, 1, 1, 1, 1])
    assert CHAIN.arrived(10, 22) == pytest.approx([0, 0, 0, 0, 0.25, 0.5, 0.75, 1])


@pytest.fixture(scope="module")
def news():
    rng = np.random.default_rng(3)
    first, second = 10 * rng.standard_normal((2, 50))
    return News(first=first, second=second, other=2 * rng.standard_normal((50, 22)))


def surprised(news, draw):
    earned = news.first[draw] * np.sqrt(np.minimum(MONTHS / 10, 1))
    earned += news.second[draw] * np.sqrt(np.clip((MONTHS - 10) / 12, 0, 1))
    return earned, np.array([news.other[draw, :month].sum() for month in MONTHS])


def test_errors_of_forecasts_grow_with_the_root_of_time_and_other_moves_add_up(news):
    earned, other = CHAIN.surprises(news)
    for draw in (0, 7, 49):
        assert (earned[draw], other[draw]) == tuple(map(pytest.approx, surprised(news, draw)))
    yearly = news.other.std() * 12**0.5
    assert news.ratio == pytest.approx(news.second.std() / yearly)


@pytest.mark.parametrize("reach", [0.0, 25.0, 100.0])
def test_a_path_is_what_is_expected_and_news_of_which_none_counts_twice(news, reach):
    """Where earnings alone would move prices more than they moved, nothing else is left."""
    fixed = CHAIN.ranges | {"reach": Range(reach, reach, reach, "synthetic")}
    found = simulate(replace(CHAIN, ranges=fixed), news, np.random.default_rng(0))
    expected = CHAIN.expected(**INPUTS | {"reach": reach})
    assert found.central == pytest.approx(expected)
    left = max(1 - (reach / 100 * news.ratio) ** 2, 0) ** 0.5
    assert (left == 0) is (reach == 100)
    for draw in (0, 7, 49):
        earned, other = surprised(news, draw)
        path = expected + reach / 100 * earned + left * other
        assert found.paths[:, draw] == pytest.approx(np.tile(path, (len(found.paths), 1)))


def test_what_history_was_asked_for_errs_in_the_second_layer_only(news):
    wide = {name: Range(*sorted((0.9 * one, one, 1.1 * one)), "wide") for name, one in INPUTS.items()}  # fmt: skip
    sampled = CHAIN.ranges | {name: wide[name] for name in SAMPLED}
    found = simulate(replace(CHAIN, ranges=sampled), news, np.random.default_rng(0))
    assert found.by_parameters == pytest.approx(np.tile(found.central, (len(found.paths), 1)))
    assert found.by_sampling.std(axis=0)[-1] > 0.1
    assumed = CHAIN.ranges | {name: one for name, one in wide.items() if name not in SAMPLED}
    found = simulate(replace(CHAIN, ranges=assumed), news, np.random.default_rng(0))
    assert found.by_parameters == pytest.approx(found.by_sampling)
    assert found.by_parameters.std(axis=0)[-1] > 0.1


@pytest.fixture(scope="module")
def simulation():
    draws = np.random.default_rng(4).standard_normal((3, 40, 5, 8))
    one, two, paths = draws[0, :, 0], draws[1, :, 0], draws[2]
    return Simulation(quarters=AHEAD, central=np.zeros(8), by_parameters=one, by_sampling=two, paths=paths)  # fmt: skip


def test_a_band_holds_the_middle_of_its_layer_by_quarter(simulation):
    drawn = (simulation.by_parameters, simulation.by_sampling, simulation.paths.reshape(200, 8))
    for layer, draws in zip(LAYERS, drawn, strict=True):
        usual, half = simulation.band(layer), simulation.band(layer, 0.5)
        assert usual.index.equals(AHEAD)
        for band, ends in ((usual, (0.05, 0.95)), (half, (0.25, 0.75))):
            for k, name in enumerate(("low", "high")):
                by_quarter = [np.quantile(draws[:, q], ends[k]) for q in range(8)]
                assert band[name].to_list() == pytest.approx(by_quarter)


def test_a_year_ends_in_its_last_quarter_and_begins_where_the_one_before_ended(simulation):
    first, last = (simulation.paths[..., q] for q in (3, 7))
    assert simulation.in_year(2026) == pytest.approx(first)
    assert simulation.in_year(2026, known=3.0) == pytest.approx(first + 3)
    assert simulation.in_year(2027) == pytest.approx(last - first)


def test_thousands_of_draws_are_not_printed(news, simulation):
    assert repr(news) == "News()"
    assert "paths" not in repr(simulation)
    assert "by_" not in repr(simulation)
    assert "central" in repr(simulation)


# --- held against what is known


def published(**figures):
    return {name: SimpleNamespace(mid=one) for name, one in figures.items()}


FUNDS = pd.Series(
    [1.0] * 3 + [0.25] * 3 + list(np.linspace(0.5, 5.25, 24)),
    pd.period_range("2021-07", "2023-12", freq="M"),
)
EXPOSURES = pd.DataFrame({
    "fiscal_year": [2023, 2024], "rank": SMALL_RANKS, "firms": 9, "debt_bn": [1.0, 600.0], "cash_bn": [1.0, 200.0],
    "net_income_bn": [1.0, 30.0], "net_interest_bn": [1.0, 24.0], "net_interest_pct_of_ebit": [1.0, 30.0],
})  # fmt: skip
DEBT = pd.Series([9e6, 6.2e6, 9e6], pd.period_range("2017Q2", periods=3, freq="Q"))


def checks(ranges=CHAIN.ranges, **known):
    inputs = SimpleNamespace(
        funds=FUNDS, exposures=EXPOSURES, corporate_debt=DEBT,
        **published(
            earnings_growth_2023=-3.0, bank_sensitivity=-0.3, bank_hit_without_cuts=42.0, bank_hit_with_cuts=35.0,
            board_extra_interest=37.0, board_loans=2.2, board_variable_loans=85.0, board_fixed_bonds=98.0,
            board_loans_due=66.0, board_bonds_due=25.0,
        ),
    )  # fmt: skip
    vars(inputs).update(known)
    return EngineChecks(inputs, ranges, SHEET, (30.0, 6.0), 1).table.set_index("check")


@pytest.fixture(scope="module")
def table():
    """With inputs that are points every draw is the same."""
    return checks()


def ours(table, name):
    row = table.loc[name]
    assert row["low"] == pytest.approx(row["mid"])
    assert row["high"] == pytest.approx(row["mid"])
    return row["mid"]


def test_the_hikes_of_two_years_are_told_as_growth_from_the_first_to_the_second(table):
    quarterly = FUNDS.to_numpy().reshape(-1, 3).mean(axis=1)
    effect = [-one for one in cost(SHEET, quarterly[2:] - quarterly[1], BILL)]
    growth = 100 * 0.8 * (np.mean(effect[4:]) - np.mean(effect[:4])) / SHEET.net_income
    assert ours(table, "Hikes of 2022-23, profitable companies") == pytest.approx(growth)
    index = ours(table, "Hikes of 2022-23, index with its losses")
    assert index == pytest.approx(growth * 30 / (30 - 6))


def test_a_quarter_point_is_told_in_percent_of_operating_earnings_after_one_and_five_years(table):
    sheet = BalanceSheet(group="all firms", debt=600.0, cash=200.0, net_income=30.0, firms=9)
    effect = [-100 * one / 80 for one in cost(sheet, [0.25] * 20, BILL)]  # 24 is 30 percent of 80
    for name, theirs in (("BofA, +25 bp", -0.3), ("BofA, +25 bp from its five-year hits", -1.75)):
        for when, quarter in (("after a year", 3), ("5 years on", 19)):
            assert ours(table, f"{name}, {when}") == pytest.approx(effect[quarter])
            assert table["theirs"][f"{name}, {when}"] == theirs


def test_coupons_that_follow_less_leave_the_board_s_exercise_a_band():
    coupons = Range(0.0, 50.0, 100.0, "synthetic")
    board = checks(CHAIN.ranges | {"new_coupons": coupons}).filter(like="FEDS", axis="index")
    assert len(board) == 2
    assert (board["low"] < board["mid"] - 1).all()
    assert (board["mid"] < board["high"] - 1).all()


@pytest.mark.parametrize(("when", "quarters"), [("end", 8), ("start", 4)])
def test_the_board_s_exercise_is_its_third_year_on_loans_and_bonds(table, when, quarters):
    rise = [1.75 * min(one / quarters, 1) for one in range(1, 9)]
    extra = 0.0
    for debt, floating, due in ((2200.0, 85.0, 66.0), (4000.0, 2.0, 25.0)):
        sheet = BalanceSheet(group="class", debt=debt, cash=0.0, net_income=1.0, firms=1)
        shares = {"floating_share": floating, "maturity_share": due / 3, "pass_through": 100.0}
        extra += np.mean(list(cost(sheet, rise, BILL | shares, hedged=False))[4:])
    assert ours(table, f"FEDS Notes 2017, +175 bp by the {when} of 2019") == pytest.approx(extra)


def test_the_band_is_the_middle_nine_tenths_and_its_ends_are_inside():
    taxes = Range(10.0, 20.0, 40.0, "synthetic")
    name = "Hikes of 2022-23, profitable companies"
    plain = checks()["mid"][name] / 0.8
    wide = checks(CHAIN.ranges | {"tax": taxes}).loc[name]
    for end, share in (("low", 0.05), ("mid", 0.5), ("high", 0.95)):
        assert wide[end] == pytest.approx(plain * (1 - taxes.quantile(share) / 100), rel=2e-3)
    for theirs, inside in ((wide["low"], "yes"), (wide["high"], "yes"), (wide["high"] + 1, "no")):
        held = checks(CHAIN.ranges | {"tax": taxes}, **published(earnings_growth_2023=theirs))
        assert held["inside"][name] == inside


def test_the_table_shows_theirs_and_ours_before_how_they_compare(table):
    columns = ["theirs", "low", "mid", "high", "inside", "unit", "reading"]
    assert table.columns.to_list() == columns
    assert len(table) == 8
