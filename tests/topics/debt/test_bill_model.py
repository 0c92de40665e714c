"""The bill of two groups of firms: synthetic ones worked out on paper, and small caps from the files alone."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from helpers.data.paths import data_dir
from helpers.topics.common.ranges import Range, central, variance_shares
from helpers.topics.debt.balance_sheets import BalanceSheet
from helpers.topics.debt.bill_model import (
    Borrowers,
    bill_fall,
    draw_definitions,
    effect_inputs,
    estimate_model,
    gain_in_parts,
    uplift,
)
from helpers.topics.debt.rate_changes import Easing
from helpers.topics.debt.who_floats import DEFINITIONS, IN_CUTS, IN_HIKES, PUBLISHED
from helpers.trial import load_claim

MIDDLE = {
    "floating_share": 40.0,
    "pass_through": 75.0,
    "hedge_share": 10.0,
    "maturity_share": 20.0,
    "coupon_reset": 2.0,
    "cash_loading": 30.0,
    "tax": 25.0,
    "effective_rate": 6.0,
}
EASING = Easing(
    cut=2.0, began=pd.Timestamp("2024-09-18"), years=1.5, average_rates=(5.0, 4.0)
)  # synthetic, like the firms


def firms(debt, cash, net_income, **inputs):
    """Firms whose inputs are all known to a point."""
    points = {name: Range(value, value, value, "") for name, value in (MIDDLE | inputs).items()}
    loadings = {IN_HIKES: Range(45, 45, 45, ""), IN_CUTS: Range(30, 30, 30, "")}
    sheet = BalanceSheet(group="any", debt=debt, cash=cash, net_income=net_income, firms=12)
    return Borrowers(sheet=sheet, ranges=points, loadings=loadings)


SMALL = firms(200.0, 50.0, 10.0)
LARGE = firms(400.0, 300.0, 100.0, floating_share=20.0, effective_rate=4.0)


@pytest.fixture(scope="module")
def model():
    return estimate_model(SMALL, LARGE, EASING, draws=16, seed=1)


# --- on paper -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        # of 100 of debt, two points: 0.54 saved, 0.36 lost on maturing debt, of a bill of 6;
        # of 200 of debt and 50 of cash: (1.08 - 0.72 - 0.30) x 0.75 of 10, then with one point and one year;
        # without the drag 0.78 x 0.75 of 10, and half of that;
        # the drag of 0.48 a year has eaten 1.08 after two years and a quarter
        (PUBLISHED, [9.0, 3.0, 5.85, 0.45, 2.925, -0.675, 2.25]),
        # 45 percent floats, no hedges: 0.90 of 100; (1.80 - 0.72 - 0.30) and (0.90 - 0.48 - 0.15)
        (IN_HIKES, [15.0, 9.0, 11.25, 5.85, 5.625, 2.025, 3.75]),
        # 30 percent floats net of cash: 0.60 of 100; (1.20 - 0.72) and (0.60 - 0.48)
        (IN_CUTS, [10.0, 4.0, 9.0, 3.6, 4.5, 0.9, 2.5]),
    ],
)
def test_the_bill_of_small_firms_worked_out_on_paper(model, definition, expected):
    columns = ["bill_saving", "bill_fall", "uplift_saving", "uplift_level"]
    columns += ["growth_saving", "uplift_growth", "break_even"]
    drawn = model.draws.loc[model.draws["definition"] == definition, columns]
    assert len(drawn) == 16
    assert (drawn.nunique() == 1).all()
    assert drawn.iloc[0].tolist() == pytest.approx(expected)
    assert model.definitions.loc[definition, columns].tolist() == pytest.approx(expected)
    assert list(model.definitions.index) == list(DEFINITIONS)
    assert model.interval("bill_fall", definition) == pytest.approx((expected[1],) * 3)


def test_the_bill_of_large_firms_worked_out_on_paper(model):
    # of 100: 0.27 saved, 0.48 lost, of 4; of 400 and 300 of cash: 1.08 - 1.92 - 1.80 and 0.54 - 1.28 - 0.90
    columns = ["large_bill_fall", "large_uplift_level", "large_uplift_growth"]
    found = model.definitions.loc[PUBLISHED, columns].tolist()
    assert found == pytest.approx([-5.25, -1.98, -1.23])


def test_parts_lead_from_the_full_cut_to_what_is_left(model):
    assert model.parts["level"].tolist() == pytest.approx([16.0, -5.2, -7.2, -3.0, -0.15])
    assert model.parts["growth"].tolist() == pytest.approx([8.0, -2.6, -4.8, -1.5, 0.225])
    assert model.parts.sum().tolist() == pytest.approx([0.45, -0.675])  # the uplift


def test_steps_begin_where_the_last_one_ended(model):
    steps = model.steps("level")
    assert steps.index[-1] == "left for net income"
    assert steps["start"].tolist() == pytest.approx([0.0, 16.0, 10.8, 3.6, 0.6, 0.0])
    assert steps["end"].tolist() == pytest.approx([16.0, 10.8, 3.6, 0.6, 0.45, 0.45])
    assert steps["change"].tolist()[:-1] == model.parts["level"].tolist()
    assert steps["change"].iloc[-1] == pytest.approx(0.45)


def test_a_share_of_the_claimed_growth_is_in_percent_of_it(model):
    claimed = load_claim("E1").claimed_number
    assert model.explained() == pytest.approx((-67.5 / claimed,) * 3)
    assert model.explained("uplift_level") == pytest.approx((45.0 / claimed,) * 3)


def test_over_time_refinancing_eats_the_saving(model):
    falls = model.fall_over_time(np.array([0.0, 1.5, 2.25, 9.0]), 2.0)
    assert falls == pytest.approx([9.0, 3.0, 0.0, -11.0])  # after five years all was replaced
    free = model.fall_over_time(np.array([0.0, 9.0]), 2.0, coupon_reset=0.0, floating_share=80.0)
    assert free == pytest.approx([18.0, 18.0])


def test_an_interval_that_reaches_never_says_so(model):
    never = model.draws.assign(break_even=[1.0, 2.0] * 4 + [np.inf] * 40)
    spoiled = replace(model, draws=never)
    assert spoiled.interval("break_even") == (1.0, np.inf, np.inf)
    assert spoiled.interval("bill_fall") == model.interval("bill_fall")
    seldom = model.draws.assign(break_even=[1.0] + [np.inf] * 47)
    assert replace(model, draws=seldom).interval("break_even") == (np.inf,) * 3


def test_growth_on_a_loss_is_refused():
    everyone = BalanceSheet(
        group="all firms", debt=812.0, cash=187.0, net_income=-18.285, firms=793
    )
    message = r"all firms is -18\.285: growth on it is undefined; take the profitable base"
    with pytest.raises(ValueError, match=message):
        uplift(everyone, 1.75, 1.0, **MIDDLE)
    with pytest.raises(ValueError, match="growth on it is undefined"):
        uplift(replace(everyone, net_income=0.0), 1.75, 1.0, **MIDDLE)
    little, more = (
        uplift(replace(everyone, net_income=one), 1.75, 1.0, **MIDDLE) for one in (0.5, 50.0)
    )
    assert little == pytest.approx(100 * more)  # half a billion is a base like any other


def test_neither_tax_nor_cash_changes_the_bill():
    inputs = MIDDLE | {"tax": 0.0, "cash_loading": 99.0}
    assert bill_fall(2.0, 1.5, **MIDDLE) == bill_fall(2.0, 1.5, **inputs) == pytest.approx(3.0)


def test_parts_of_several_cuts_stand_side_by_side():
    parts = gain_in_parts(SMALL, {"none": (0.0, 0.0), "free": (1.0, 0.0)})
    assert parts["none"].eq(0.0).all()
    assert parts.loc["refinancing of fixed debt"].eq(0.0).all()
    assert parts.loc["full pass-through, no hedges", "free"] == pytest.approx(8.0)
    assert set(effect_inputs(SMALL.ranges)) == set(MIDDLE) - {"tax", "effective_rate"}


# --- draws ----------------------------------------------------------------------------------------------

WIDE = replace(SMALL, ranges={**SMALL.ranges, "floating_share": Range(30, 40, 60, "")})


def test_a_loading_takes_the_place_of_share_pass_through_and_hedge():
    drawn = draw_definitions(WIDE, 64, np.random.default_rng(2))
    assert list(drawn) == list(DEFINITIONS)
    for name, loading in ((IN_HIKES, 45.0), (IN_CUTS, 30.0)):
        inputs = drawn[name]
        product = inputs["floating_share"] * inputs["pass_through"] / 100.0
        assert product == pytest.approx(loading)
        assert np.ptp(inputs["floating_share"]) > 20  # the share goes on to say what is fixed
        assert (inputs["hedge_share"] == 0.0).all()
    assert (drawn[PUBLISHED]["hedge_share"] == 10.0).all()
    assert (drawn[IN_CUTS]["cash_loading"] == 0.0).all()
    assert (drawn[IN_HIKES]["cash_loading"] == 30.0).all()


def test_a_loading_holds_where_the_reader_says_that_nothing_floats():
    nothing = replace(SMALL, ranges={**SMALL.ranges, "floating_share": Range(0, 0, 0, "")})
    drawn = draw_definitions(nothing, 16, np.random.default_rng(2))
    assert (bill_fall(2.0, 0.0, **drawn[PUBLISHED]) == 0.0).all()
    # a loading of 45 percent, a cut of two points, a bill of six
    assert bill_fall(2.0, 0.0, **drawn[IN_HIKES]) == pytest.approx(100 * 0.45 * 2 / 6)


def test_one_stream_serves_all_draws_in_order():
    rng = np.random.default_rng(5)
    small, large = draw_definitions(WIDE, 32, rng), draw_definitions(WIDE, 32, rng)
    model = estimate_model(WIDE, replace(WIDE, sheet=LARGE.sheet), EASING, draws=32, seed=5)
    drawn = model.draws[model.draws["definition"] == PUBLISHED]
    assert np.array_equal(drawn["bill_fall"], bill_fall(2.0, 1.5, **small[PUBLISHED]))
    assert np.array_equal(drawn["large_bill_fall"], bill_fall(2.0, 1.5, **large[PUBLISHED]))
    assert not np.array_equal(drawn["bill_fall"], drawn["large_bill_fall"])


def test_an_interval_holds_nineteen_draws_of_twenty():
    model = estimate_model(WIDE, LARGE, EASING, draws=4000, seed=1)
    low, mid, high = model.interval("bill_saving")
    drawn = model.draws.loc[model.draws["definition"] == PUBLISHED, "bill_saving"]
    assert drawn.lt(low).mean() == pytest.approx(0.025, abs=0.001)
    assert drawn.gt(high).mean() == pytest.approx(0.025, abs=0.001)
    assert drawn.lt(mid).mean() == pytest.approx(0.5, abs=0.001)


def test_only_an_input_that_is_not_known_moves_the_growth():
    model = estimate_model(WIDE, LARGE, EASING, draws=16, seed=1)
    ends = [
        float(uplift(WIDE.sheet, 1.0, 1.0, **MIDDLE | {"floating_share": share}))
        for share in (30.0, 60.0)
    ]
    assert model.tornado.loc["floating_share", ["at_low", "at_high"]].tolist() == pytest.approx(
        ends
    )
    assert model.tornado["swing"].drop("floating_share").eq(0.0).all()
    assert model.sobol.loc["floating_share", ["first", "total"]].tolist() == pytest.approx(
        [1.0, 1.0], abs=0.05
    )
    assert "effective_rate" not in model.tornado.index  # growth of income does not know it


def test_the_sobol_points_follow_the_draws_in_one_stream():
    model = estimate_model(WIDE, LARGE, EASING, draws=16, seed=1)
    assert list(model.draws.index) == list(range(3 * 16))
    rng = np.random.default_rng(1)
    for one in (WIDE, LARGE):
        draw_definitions(one, 16, rng)
    growth = partial(uplift, WIDE.sheet, 1.0, 1.0)  # a point less on average, after one year
    inputs = {name: one for name, one in WIDE.ranges.items() if name != "effective_rate"}
    expected = variance_shares(growth, inputs, points=1024, resamples=200, rng=rng)
    pd.testing.assert_frame_equal(model.sobol, expected)


# --- small caps, from the files alone -------------------------------------------------------------------


def test_growth_at_central_inputs_from_the_files_alone(found):
    """pandas and the CSV only: none of our functions between the files and the number."""
    snapshot = data_dir() / "snapshot"
    rates = pd.read_csv(snapshot / "rates_monthly.csv", index_col="period")
    firms = pd.read_csv(snapshot / "eps_uplift.csv").set_index("rank").loc["1001-3000"].iloc[0]
    gross = pd.read_csv(snapshot / "passthrough_gross_vs_cash.csv").set_index("bucket")
    gross = gross.loc["1001-3000"]
    same = pd.read_csv(snapshot / "passthrough_same_firm.csv").set_index(["episode", "rank"])
    in_cuts = same.loc[("cuts FY2019-FY2021", "1001-3000"), "median"]

    floating = 0.33 * 0.9  # median published share, a tenth hedged
    through_hikes = min(gross["gross_debt_loading"] / floating, 1.0)
    through_cuts = (in_cuts - gross["cash_loading"] * gross["median_cash_to_debt"]) / floating
    through = (through_hikes + through_cuts) / 2

    rates = rates[:"2026-01"]
    five = (rates["treasury_2y"] + rates["treasury_10y"]) / 2
    year = five.rolling(12).mean()
    resets = [five.iloc[-1] - year.iloc[-1 - 12 * back] for back in (4, 5, 6, 7, 8)]
    matures = (0.50 / 5 + 0.75 / 5) / 2  # due within five years: S&P 500 and Russell 2000

    funds = rates["fed_funds"]
    change = (funds["2025-01":"2025-12"].mean() - funds["2026-01"]) / 100
    saved = firms["debt_bn"] * floating * through * change
    drag = firms["debt_bn"] * (1 - 0.33) * matures * sum(resets) / 5 / 100
    lost = -firms["cash_bn"] * gross["cash_loading"] * change
    growth = 100 * (saved - drag - lost) * (1 - 0.21) / firms["net_income_bn"]
    middle = uplift(
        found.model.small.sheet, found.easing.growth_cut, 1.0, **central(found.small_ranges)
    )
    assert growth == pytest.approx(middle, rel=1e-9)
    net = found.answers["D3"].used.definitions["net of refinancing"]
    assert growth == pytest.approx(net, abs=0.5)
    owed = 100 * (saved - lost) * (1 - 0.21) / firms["net_income_bn"]
    assert owed == pytest.approx(found.answers["D3"].used.estimate, abs=0.2)


def test_the_claim_draws_on_the_first_definition(found):
    assert found.answers["D2"].used.estimate == found.model.interval("bill_saving")[1]
    assert found.answers["D3"].used.estimate == found.model.interval("growth_saving")[1]


def test_growth_is_smaller_than_the_level(found):
    assert found.model.easing.growth_cut == pytest.approx(4.2125 - 3.64, abs=1e-6)
    level, growth = (
        found.model.interval(column)[1] for column in ("uplift_level", "uplift_growth")
    )
    assert growth < level < 4.36  # before refinancing, hedges and with hike loadings


def test_tornado_and_sobol_name_the_same_leaders(found):
    model = found.model
    leaders = {"coupon_reset", "floating_share"}
    assert set(model.tornado.index[:2]) == set(model.sobol.index[:2]) == leaders
    assert model.sobol["first"].sum() == pytest.approx(1.0, abs=0.05)
    assert (model.sobol["total_low"] <= model.sobol["total"]).all()
