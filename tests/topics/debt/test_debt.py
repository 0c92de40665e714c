"""Who floats and what a cut is worth, against published arithmetic."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.errors import ParameterError
from helpers.topics import debt
from helpers.topics.common.ranges import central
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.debt.bill_model import uplift
from helpers.topics.debt.checks import filings_uplift
from helpers.topics.debt.inputs import (
    all_firms_sheet,
    coupon_resets,
    implied_pass_through,
    profitable_sheet,
)
from helpers.topics.debt.interest_bill import floating_saving
from helpers.topics.debt.who_floats import (
    DEFINITIONS,
    loading,
    table_pass_through,
)
from helpers.trial import load_claim, verdict

ARTICLE = "2026-02-16"


@pytest.fixture(scope="module")
def info():
    return data.Information(ARTICLE)


@pytest.fixture(scope="module")
def found(info):
    return debt.examine(info)


def word(examination, claim):
    return verdict(load_claim(claim), examination.evidence[claim]).word


# --- published figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rank", "cut", "percent_of_net_income"),
    [
        ("1001-3000", 1.75, 4.36),
        ("1-500", 1.75, 0.64),
        ("501-1000", 1.75, 2.92),
        ("1001-3000", 0.58, 1.44),
        ("1-500", 0.58, 0.21),
    ],
)
def test_filings_arithmetic_is_reproduced(info, rank, cut, percent_of_net_income):
    # FY2024 balance sheets, gross loading, cash loading, 21 % tax, no refinancing, no hedges
    assert filings_uplift(info, rank, cut) == pytest.approx(percent_of_net_income, abs=0.006)


@pytest.mark.parametrize(("share", "usd_bn"), [(30.0, 4.4), (51.0, 7.4)])
def test_full_pass_through_of_published_shares(info, share, usd_bn):
    total = info.published("total debt", "Russell 2000").high
    assert total == 832.0
    assert floating_saving(total, 1.75, floating_share=share) == pytest.approx(usd_bn, abs=0.05)


def test_published_shares_disagree_in_level_and_agree_in_difference(found):
    small = found.shares.loc[found.shares["size"] == "small", "value"]
    assert (small.min(), small.max()) == (30.0, 51.0)
    assert found.pairs["ratio"].min() == pytest.approx(2.04, abs=0.01)
    assert found.pairs["ratio"].max() == pytest.approx(5.0)
    assert found.pairs["difference"].between(22, 26).all()


def test_pass_through_grows_as_firms_shrink_in_hikes_and_hardly_in_cuts(info):
    table = table_pass_through(info)
    gap = {
        phase: loading(table, phase, measure, SMALL_RANKS)
        - loading(table, phase, measure, LARGE_RANKS)
        for phase, measure in (
            ("hikes", "quarterly, gross of cash"),
            ("cuts", "same firms, median"),
        )
    }
    assert gap["hikes"] == pytest.approx(24.9, abs=0.05)
    assert gap["cuts"] == pytest.approx(2.0, abs=0.05)


def test_effective_rates_leave_out_the_quarter_that_had_not_come_in(found):
    rates = found.effective_rates
    assert str(rates.index[-1]) == "2024Q2"
    rise = rates.loc["2023Q4", "small, aggregate"] - rates.loc["2022Q2", "small, aggregate"]
    assert rise == pytest.approx(6.38 - 4.37)


def test_coupon_reset_comes_from_treasury_yields(info):
    reset = coupon_resets(info)
    now = (info.load("treasury_2y").iloc[-1] + info.load("treasury_10y").iloc[-1]) / 2
    assert now == pytest.approx(3.875)
    assert reset.low > 0  # every vintage that matures now was cheaper
    assert coupon_resets(info, pd.Period("2021-12", "M")).high < reset.high


# --- the model ------------------------------------------------------------------------------------------


def test_profits_gain_less_than_a_quarter_of_the_claim(found):
    low, mid, high = found.model.interval("uplift_growth")
    assert word(found, "D3") == "contradicted"
    assert low < mid < high < 19.0 / 4.0
    assert found.evidence["D3"].estimate == pytest.approx(mid)


def test_even_every_choice_in_its_favour_leaves_the_claim_far_off(found):
    table = found.specifications.set_index("choice")["net income, growth"]
    assert table.idxmax() == "all of these at once"
    assert table.max() < 19.0 / 4.0
    assert table["central inputs"] < table["no refinancing"]


def test_the_bill_fell_by_less_than_a_tenth(found):
    evidence = found.evidence["D2"]
    assert word(found, "D2") == "contradicted"
    assert 0 < evidence.ci_low < evidence.estimate < evidence.ci_high < 10
    assert (
        found.model.interval("bill_fall", "pass-through in hikes")[2] > 10
    )  # and the card says so
    assert "reaches a tenth" in evidence.note
    assert list(evidence.definitions) == list(DEFINITIONS)


def test_more_of_small_cap_debt_floats(found):
    assert (
        word(found, "D1") == "supported"
    )  # the published range is above five points, every definition above zero
    assert min(found.evidence["D1"].definitions.values()) > 0
    assert found.evidence["D1"].definitions["pass-through in cuts"] < 10


def test_growth_is_smaller_than_the_level(found):
    assert found.model.growth_cut == pytest.approx(4.2125 - 3.64, abs=1e-6)
    level, growth = (
        found.model.interval(column)[1] for column in ("uplift_level", "uplift_growth")
    )
    assert growth < level < 4.36  # before refinancing, hedges and with hike loadings


def test_parts_add_up_to_the_central_uplift(found):
    model = found.model
    inputs = central(model.ranges)
    assert model.parts["level"].sum() == pytest.approx(
        float(uplift(model.small, model.cut, model.years, **inputs))
    )
    assert model.parts["growth"].sum() == pytest.approx(
        float(uplift(model.small, model.growth_cut, 1.0, **inputs))
    )


def test_tornado_and_sobol_name_the_same_leaders(found):
    model = found.model
    assert (
        set(model.tornado.index[:2])
        == set(model.sobol.index[:2])
        == {"coupon_reset", "floating_share"}
    )
    assert model.sobol["first"].sum() == pytest.approx(1.0, abs=0.05)
    assert (model.sobol["total_low"] <= model.sobol["total"]).all()


def test_implied_pass_through_times_the_share_gives_the_loading(info):
    found = implied_pass_through(info, 60.0, 10.0)
    assert 0.60 * 0.90 * found.high == pytest.approx(47.3, abs=0.01)
    assert found.low < found.mid < found.high
    assert implied_pass_through(info, 34.5, 10.0).high == 100.0  # never more than all


def test_growth_on_a_loss_is_refused(info, found):
    everyone = all_firms_sheet(info, SMALL_RANKS)
    assert everyone.net_income == pytest.approx(-18.285)
    with pytest.raises(
        ValueError, match=r"-18\.285: growth on it is undefined; take the profitable base"
    ):
        uplift(everyone, 1.75, 1.0, **central(found.model.ranges))
    row = found.denominators.set_index("base").loc["ranks 1001-3000, all firms"]
    assert np.isnan(row["uplift"]) and "undefined" in row["growth rate"]


def test_interest_limit_binds_for_all_firms_and_not_for_profitable_ones(found):
    rate = found.interest_limit.set_index("base")["tax rate on it"]
    assert rate["ranks 1001-3000, all firms"] == 0.0
    assert rate["ranks 1001-3000, profitable firms"] == pytest.approx(21.0)


# --- outside checks -------------------------------------------------------------------------------------


def test_outside_figures_stand_beside_ours(found):
    checks = found.checks.set_index("check")
    board = checks.loc["FEDS Notes 2017, +175 bp, year three"]
    assert board["theirs"] == 37.0 and board["ours"] == pytest.approx(37.0, rel=0.2)
    bank = checks.loc["BofA, 25 bp from its five-year hits"]
    assert bank["theirs"] == pytest.approx((42 - 35) / 4)
    later = checks.loc["BofA, 25 bp from its five-year hits, five years on"]
    assert bank["ours"] < bank["theirs"] < later["ours"] * 1.1


def test_the_hikes_of_2022_23_lie_between_two_definitions_run_through_the_same_accounting(found):
    checks = found.checks.set_index("check")
    low, high = (
        checks.loc[f"Mirror: hikes of 2022-23, {name}", "ours"]
        for name in ("published shares", "pass-through in hikes")
    )
    measured = checks.loc["Mirror: hikes of 2022-23, published shares", "theirs"]
    assert measured == pytest.approx(6.38 - 4.39)
    assert low < measured < high


def test_sensitivity_of_a_bank_published_later_is_not_known_earlier(found):
    assert "BofA, 25 bp" not in set(found.checks["check"])
    later = debt.examine(data.Information("2026-11-25"), draws=256)
    assert later.checks.set_index("check").loc["BofA, 25 bp", "theirs"] == 2.0


# --- dates, seeds, input --------------------------------------------------------------------------------


def test_before_any_cut_there_is_no_effect_to_measure():
    early = debt.examine(data.Information("2024-06-30"), draws=256)
    assert word(early, "D2") == word(early, "D3") == "not testable"
    assert "No cut had been announced by 2024-06-30" in early.evidence["D2"].not_testable
    assert early.model is None and "passthrough_gross_vs_cash" in early.reason
    assert word(early, "D1") != "not testable"


def test_before_balance_sheets_were_filed_the_reason_names_them():
    early = debt.examine(data.Information("2024-12-31"), draws=256)
    assert "eps_uplift" in early.evidence["D3"].not_testable


def test_the_seed_decides_every_draw(info):
    one, same, other = (debt.examine(info, draws=512, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.model.draws, same.model.draws)
    pd.testing.assert_frame_equal(one.model.sobol, same.model.sobol)
    assert one.evidence == same.evidence
    assert not one.model.draws.equals(other.model.draws)


def test_a_share_given_out_of_order_is_an_error_that_names_it(info):
    with pytest.raises(ParameterError, match="low, mid, high"):
        debt.examine(info, floating_share_small=[51.0, 41.0, 30.0], draws=256)


def test_all_inputs_at_a_point_leave_no_uncertainty_but_the_filings(info):
    point = dict(
        floating_share_small=[40.0] * 3,
        pass_through=[100.0] * 3,
        hedge_share=[0.0] * 3,
        maturity_share=[12.0] * 3,
        coupon_reset=[2.0] * 3,
        tax=[21.0] * 3,
    )
    model = debt.examine(info, draws=256, **point).model
    low, _, high = model.interval("uplift_growth", "published shares")
    cash = model.ranges["cash_loading"]
    swing = (
        0.79
        * profitable_sheet(info, SMALL_RANKS).cash
        * (cash.high - cash.low)
        / 100
        * model.growth_cut
        / 100
    )
    assert 0 < high - low < 100 * swing / model.small.net_income
    assert model.sobol.loc["cash_loading", "total"] == pytest.approx(1.0, abs=0.05)


def test_a_wrong_future_changes_no_evidence(wrong_future, found):
    with wrong_future(ARTICLE):
        spoiled = debt.examine(data.Information(ARTICLE))
    assert spoiled.evidence == found.evidence
    pd.testing.assert_frame_equal(spoiled.response, found.response)
    pd.testing.assert_frame_equal(spoiled.checks, found.checks)
