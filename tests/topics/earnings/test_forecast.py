"""What consensus becomes once its past errors count: the record, a haircut in its place, and the time left."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as laws

from helpers.errors import NotKnown, ParameterError
from helpers.topics import earnings
from helpers.topics.earnings import forecast, handoff
from helpers.topics.earnings.forecast import Correction, Forecast
from helpers.trial import load_claim, verdict
from made_up_quotations import quotations

shocks = st.floats(0.001, 0.999)


@pytest.fixture(scope="module")
def record(found):
    return Correction(found.error)


# --- the correction -------------------------------------------------------------------------------------


def test_a_year_in_the_middle_of_the_record_takes_back_the_usual_overestimate(record):
    """The record says by how much forecasts were too high, in percent of what came."""
    assert record.factor(np.array([0.5]))[0] == pytest.approx(1 / 1.062)


def test_the_interval_is_student_s_for_one_new_year(record):
    """t with 24 degrees of freedom: 2.0639 leaves 2.5 % above (published table)."""
    error = record.error
    over = error.mean + 2.0639 * error.sd * np.sqrt(1 + 1 / 25)
    assert record.factor(np.array([0.975]))[0] == pytest.approx(1 / (1 + over / 100), rel=1e-4)


@given(shocks, shocks)
def test_a_worse_year_leaves_less(found, one, other):
    for correction in (Correction(found.error), Correction(found.error, (-5.0, 10.0, 30.0))):
        factors = correction.factor(np.array([min(one, other), max(one, other)]))
        assert factors[0] >= factors[1]


def test_no_forecast_is_more_than_five_times_too_low(record):
    assert record.factor(np.array([1e-300]))[0] == pytest.approx(5.0)


def test_fewer_months_leave_a_part_of_the_error_and_the_root_of_its_spread(found):
    quarter = Correction(found.error, months_left=3)
    assert quarter.factor(np.array([0.5]))[0] == pytest.approx(1 / (1 + 0.062 / 4))
    t = laws.t.ppf(0.9, 24)
    over = 6.2 / 4 + t * found.error.sd * np.sqrt(1 + 1 / 25) / 2
    assert quarter.factor(np.array([0.9]))[0] == pytest.approx(1 / (1 + over / 100))


def test_a_haircut_replaces_the_record_by_its_own_triangle(found):
    cut = Correction(found.error, (2.0, 12.0, 42.0), months_left=3)
    # a quarter of the triangle lies below its peak; the ends are the ends
    assert cut.factor(np.array([0.0, 0.25, 1.0])) == pytest.approx([0.98, 0.88, 0.58])
    draws = cut.factor(np.linspace(0.0005, 0.9995, 1000))
    assert draws.mean() == pytest.approx(1 - (2 + 12 + 42) / 300, abs=1e-3)


def test_a_haircut_without_width_is_a_number(found):
    cut = Correction(found.error, (31.5, 31.5, 31.5))
    assert cut.factor(np.linspace(0, 1, 5)) == pytest.approx(0.685)


def test_a_haircut_cuts_small_caps_only(info, found):
    cut = earnings.examine(info, haircut=[31.5, 31.5, 31.5], draws=5000)
    mine = np.resize(cut.forecast.pairs["small"], 5000)
    assert cut.forecast.small == pytest.approx(100 * ((1 + mine / 100) * 0.685 - 1))
    assert np.array_equal(cut.forecast.large, found.forecast.large)
    assert cut.chances["errors of small caps"].unique().tolist() == ["haircut given"]


@pytest.mark.parametrize(
    "haircut", [[10.0, 5.0, 0.0], [0.0, 10.0, 5.0], [10.0], [0.0, 1.0, 2.0, 3.0]]
)
def test_a_haircut_is_low_mid_high(info, haircut):
    with pytest.raises(ParameterError, match="rising order"):
        earnings.examine(info, haircut=haircut)


# --- draws ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_shocks_are_uniform_and_as_correlated_as_said(correlation):
    pair = forecast.simulate_shocks(correlation, 40_000, seed=1)
    for one in pair:
        assert laws.kstest(one, "uniform").pvalue > 0.001
    scores = [laws.norm.ppf(one) for one in pair]
    assert np.corrcoef(scores)[0, 1] == pytest.approx(correlation, abs=0.02)


def test_the_seed_decides_the_shocks():
    one, same, other = (forecast.simulate_shocks(0.5, 100, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


# --- the forecast ---------------------------------------------------------------------------------------


def pairs(*growth, **said):
    """Pairs of small and large growth in the form of `handoff.pair_forecasts`."""
    both = (
        [{"group": "Russell 2000", "figure": small}, {"group": "S&P 500", "figure": large}]
        for small, large in growth
    )
    rows = [
        side | {"url": str(page), "publisher": f"page {page}"}
        for page, sides in enumerate(both)
        for side in sides
    ]
    table = handoff.pair_universes(quotations(*rows, **said))
    return handoff.pair_forecasts(table, pd.Timestamp("2025-08-16"))


def test_every_publication_is_drawn_equally_often_and_with_its_own_other_side(found):
    none = Correction(found.error, (0.0, 0.0, 0.0))
    usual = np.full(300, 0.5), np.full(300, 0.5)
    made = forecast.predict_growth(
        pairs((10.0, 5.0), (40.0, 15.0), (20.0, 1.0)), (none, none), usual
    )
    values, counts = np.unique(made.small.round(6), return_counts=True)
    assert values.tolist() == [10.0, 20.0, 40.0]
    assert counts.tolist() == [100, 100, 100]
    assert set(made.lead.round(6)) == {5.0, 25.0, 19.0}


def test_both_sides_lose_what_consensus_usually_does(record):
    made = forecast.predict_growth(
        pairs((40.0, 15.0)), (record, record), (np.array([0.5]), np.array([0.5]))
    )
    assert made.small[0] == pytest.approx(100 * (1.40 / 1.062 - 1))
    assert made.large[0] == pytest.approx(100 * (1.15 / 1.062 - 1))


def test_without_first_hand_pairs_there_is_no_growth(record):
    with pytest.raises(NotKnown, match="growth of both sides in 2026"):
        forecast.predict_growth(
            pairs((40.0, 15.0), confidence="second-hand"), (record, record), (np.array([0.5]),) * 2
        )


def test_the_chance_is_the_share_of_draws_that_lead():
    made = Forecast(
        pairs((1.0, 1.0)), np.array([5.0, 20.0, 10.0, 17.0]), np.array([5.0, 10.0, 20.0, 10.0])
    )
    assert made.chance() == 50.0  # a tie leads by nothing
    assert made.chance(7.0) == 50.0  # seven is seven
    assert made.chance(7.5) == 25.0


def test_the_spread_holds_the_points_of_the_draws():
    made = Forecast(pairs((1.0, 1.0)), np.arange(101.0), np.full(101, 40.0))
    table = forecast.table_spread(made)
    points = table.loc["small caps", ["low", "quarter", "mid", "upper", "high"]]
    assert points.tolist() == [2.5, 25.0, 50.0, 75.0, 97.5]
    assert table.loc["lead of small caps", "mid"] == 10.0
    assert table["claimed"].tolist() == [19.0, 12.5, 6.5]


def test_errors_that_go_together_make_the_lead_surer(info):
    loose, close = (
        earnings.examine(info, error_correlation=one, draws=4000).spread.loc["lead of small caps"]
        for one in (0.0, 0.95)
    )
    assert close["high"] - close["low"] < loose["high"] - loose["low"]


# --- the chance of a lead -------------------------------------------------------------------------------


def test_the_pairs_behind_each_definition_by_hand(found):
    """One page gives both sides: Russell 2000 35/14, 50/14 and 63/16; S&P 600 15.4/14.9 and 19/13; brokers."""
    expected = {
        "index_with_loss_makers": {(35.0, 14.0), (50.0, 14.0), (63.0, 16.0)},
        "profit_screened_index": {(15.4, 14.9), (19.0, 13.0)},
        "broker_universes": {(14.6, 13.8), (18.0, 13.0)},
    }
    for definition, growth in expected.items():
        shown = found.published_pairs(definition)
        assert set(map(tuple, shown[["small", "large"]].to_numpy())) == growth


def test_profitable_companies_grow_by_what_unchanged_losses_leave(found):
    """IWM, February 2026: 23.6 bn USD expected for the quarter, losses of 11.4 in it."""
    own = found.published_pairs("profitable_base")
    all_of_it = found.published_pairs("index_with_loss_makers")
    assert own["small"].to_numpy() == pytest.approx(all_of_it["small"] * 23.6 / (23.6 + 11.4))
    assert own["lead"].to_numpy() == pytest.approx(own["small"] - own["large"])


def test_the_chances_by_plain_arithmetic(found):
    """Each page's two levels over one plus the error of a t distribution with 24 degrees of freedom, mean 6.2."""
    rng = np.random.default_rng(7)
    common, own = rng.standard_normal((2, 200_000))
    sample = np.r_[[36, 43, 28, 27], np.full(21, (6.2 * 25 - 134) / 21)]
    scale = sample.std(ddof=1) * np.sqrt(1 + 1 / 25)
    scores = {"small": 0.5 * common + np.sqrt(0.75) * own, "large": common}
    level = {
        side: 1 + (6.2 + scale * laws.t(24).ppf(laws.norm.cdf(score))) / 100
        for side, score in scores.items()
    }
    for definition, growth in {
        "index_with_loss_makers": [(35, 14), (50, 14), (63, 16)],
        "profit_screened_index": [(15.4, 14.9), (19, 13)],
    }.items():
        lead = [
            (100 + small) / np.maximum(level["small"], 0.2)
            - (100 + large) / np.maximum(level["large"], 0.2)
            for small, large in growth
        ]
        mine = found.chances.set_index("definition").loc[definition].iloc[0]
        assert mine["lead"] == pytest.approx(100 * np.mean(np.array(lead) > 0), abs=2)
        assert mine["claimed lead"] == pytest.approx(100 * np.mean(np.array(lead) >= 6.5), abs=2)


def test_the_range_runs_over_the_errors_of_small_caps_and_their_correlation(found):
    table = found.chances
    assert set(table["correlation"]) == {0.0, 0.5, 0.95}
    assert set(table["errors of small caps"]) == {"record of the S&P 500", "misses of small caps"}
    for definition in ("index_with_loss_makers", "profit_screened_index", "broker_universes"):
        evidence = forecast.weigh_chance(table, definition)
        mine = table[table["definition"] == definition]
        assert len(mine) == 6
        assert (evidence.ci_low, evidence.ci_high) == (mine["lead"].min(), mine["lead"].max())
        assert evidence.estimate == mine["lead"].iloc[0]
        assert evidence.n == mine["pages"].iloc[0]
    with pytest.raises(NotKnown, match="No first-hand page"):
        forecast.weigh_chance(table, "another")


def test_a_lead_as_large_as_claimed_is_never_likelier_than_a_lead(found):
    assert (found.chances["claimed lead"] <= found.chances["lead"]).all()
    assert found.chances[["lead", "claimed lead"]].stack().between(0, 100).all()


def test_the_cuts_of_small_caps_are_their_documented_misses(found):
    """80 to 54.8 USD, 66.9 promised and 45 come, 40 promised and 45 come."""
    errors = [100 * (54.8 / 80 - 1), 100 * (1.45 / 1.669 - 1), 100 * (1.45 / 1.40 - 1)]
    cut = forecast.small_cap_haircut(found.misses)
    assert cut == pytest.approx((-errors[2], -errors[1], -errors[0]))
    assert forecast.small_cap_haircut(found.misses.iloc[:2]) == ()


def test_the_chance_says_both_numbers_and_until_when_it_is_open(found):
    evidence = found.answers["E6"].used
    ruling = verdict(load_claim("E6"), "used", evidence)
    assert ruling.word == "not yet known"
    assert "2027-03-31" in ruling.reason
    first = found.chances.iloc[0]
    assert f"a chance of {first['lead']:.0f} (" in evidence.note
    assert f"6.5 points or more with one of {first['claimed lead']:.0f} " in evidence.note
    assert next(iter(evidence.definitions)) == "the Russell 2000, a lead"
    assert len(evidence.definitions) == 8
