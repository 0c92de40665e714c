"""What consensus becomes once its past errors count: the record, a haircut in its place, and the time left."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as laws

from helpers.data.paths import data_dir
from helpers.errors import NotKnown, ParameterError
from helpers.topics import earnings
from helpers.topics.earnings import forecast
from helpers.topics.earnings.forecast import Correction, Forecast
from helpers.trial import load_claim
from made_up_quotations import quotations

shocks = st.floats(0.001, 0.999)


@pytest.fixture(scope="module")
def record(found):
    return Correction(found.error)


# --- the correction -------------------------------------------------------------------------------------


def test_a_forecast_above_the_base_by_the_usual_overestimate_promises_nothing(record):
    """The record says by how much forecasts were too high, in percent of what came."""
    assert forecast.corrected(record.error.mean, record) == pytest.approx(0.0, abs=1e-12)
    assert forecast.corrected(20.0, record) == pytest.approx(100 * (1.20 / 1.069 - 1))


def test_a_year_in_the_middle_of_the_record_is_the_usual_one(record):
    assert record.factor(np.array([0.5]))[0] == pytest.approx(record.usual)


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
    assert quarter.usual == pytest.approx(1 / (1 + 0.069 / 4))
    t = laws.t.ppf(0.9, 24)
    over = 6.9 / 4 + t * found.error.sd * np.sqrt(1 + 1 / 25) / 2
    assert quarter.factor(np.array([0.9]))[0] == pytest.approx(1 / (1 + over / 100))


def test_a_haircut_replaces_the_record_by_its_own_triangle(found):
    cut = Correction(found.error, (2.0, 12.0, 42.0), months_left=3)
    assert cut.usual == pytest.approx(0.88)
    # a quarter of the triangle lies below its peak; the ends are the ends
    assert cut.factor(np.array([0.0, 0.25, 1.0])) == pytest.approx([0.98, 0.88, 0.58])
    draws = cut.factor(np.linspace(0.0005, 0.9995, 1000))
    assert draws.mean() == pytest.approx(1 - (2 + 12 + 42) / 300, abs=1e-3)


def test_a_haircut_without_width_is_a_number(found):
    cut = Correction(found.error, (31.5, 31.5, 31.5))
    assert cut.factor(np.linspace(0, 1, 5)) == pytest.approx(0.685)


def test_a_haircut_cuts_small_caps_only(info, found):
    cut = earnings.examine(info, haircut=[31.5, 31.5, 31.5], draws=5000)
    assert cut.small.corrected == pytest.approx(100 * ((1 + cut.small.consensus / 100) * 0.685 - 1))
    assert cut.large == found.large


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


def test_every_publication_is_drawn_equally_often(found):
    none = Correction(found.error, (0.0, 0.0, 0.0))
    rows = quotations({"figure": 10.0}, {"figure": 40.0}, {"figure": 20.0})
    made = forecast.predict_growth(rows, rows["figure"], none, np.full(300, 0.5))
    values, counts = np.unique(made.draws.round(6), return_counts=True)
    assert values.tolist() == [10.0, 20.0, 40.0]
    assert counts.tolist() == [100, 100, 100]
    assert (made.consensus, made.published) == (20.0, (10.0, 40.0))
    assert made.corrected == pytest.approx(20.0)


def test_a_forecast_is_the_median_less_the_usual_overestimate(found):
    growth = found.small.quotations["figure"]
    assert found.small.consensus == growth.median()
    assert found.small.corrected == pytest.approx(100 * ((1 + growth.median() / 100) / 1.069 - 1))
    assert found.small.corrected < found.small.consensus  # consensus was too high in the mean
    assert found.small.low < found.small.corrected < found.small.high
    ends = np.percentile(found.small.draws, [2.5, 97.5])
    assert (found.small.low, found.small.high) == pytest.approx(tuple(ends))


def test_a_forecast_prints_its_four_numbers_and_neither_pages_nor_draws(found):
    one = found.small
    numbers = [
        f"{name}={getattr(one, name)!r}" for name in ("consensus", "corrected", "low", "high")
    ]
    assert repr(one) == f"Forecast({', '.join(numbers)})"


def test_the_same_draws_that_reach_the_median_reach_the_correction(record):
    rows = quotations({"figure": 30.0})
    made = forecast.predict_growth(rows, rows["figure"], record, np.linspace(0.001, 0.999, 999))
    assert np.median(made.draws) == pytest.approx(made.corrected)


def test_without_first_hand_forecasts_there_is_no_growth(record):
    rows = quotations({"confidence": "second-hand"})
    with pytest.raises(NotKnown, match="growth of 2026 by this definition"):
        forecast.predict_growth(rows, rows["figure"], record, np.array([0.5]))


# --- the headline numbers, from the files -----------------------------------------------------------------


@pytest.fixture(scope="module")
def published():
    files = pd.concat(
        pd.read_csv(data_dir() / "published" / f"{name}.csv")
        for name in ("earnings_growth", "consensus_record")
    )
    rows = files[(files["quantity"] == "EPS growth") & (files["target"] == "2026")]
    rows = rows[rows["known"].between("2025-08-16", "2026-02-16") & (rows["kind"] == "forecast")]
    rows = rows[~rows["machine_written"]]
    return rows.assign(figure=rows["value"].fillna((rows["low"] + rows["high"]) / 2))


def less_the_overestimate(growth):
    return 100 * ((1 + growth / 100) / 1.069 - 1)


def test_small_cap_growth_by_hand(found, published):
    of = {
        name: published.loc[published["group"] == name, "figure"]
        for name in ("Russell 2000", "S&P 600")
    }
    broad, screened = (less_the_overestimate(one.median()) for one in of.values())
    evidence = found.evidence["E1"]
    assert evidence.estimate == pytest.approx(broad)
    assert evidence.n == len(of["Russell 2000"]) == 4
    assert evidence.definitions["index with loss makers"] == pytest.approx(broad)
    assert evidence.definitions["profit screened index"] == pytest.approx(screened)


def test_the_profitable_companies_grow_by_what_unchanged_losses_leave(found, published):
    """IWM, February 2026: 23.6 bn USD expected for the quarter, losses of 11.4 in it."""
    growth = published.loc[published["group"] == "Russell 2000", "figure"] * 23.6 / (23.6 + 11.4)
    assert sorted(found.profitable_base.growth) == pytest.approx(sorted(growth))
    ours = found.evidence["E1"].definitions["profitable base"]
    assert ours == pytest.approx(less_the_overestimate(growth.median()))


def test_large_cap_growth_by_hand(found, published):
    own = published["vendor"].isin(["BofA", "Jefferies"])
    index = published["group"] == "S&P 500"
    universe = published["group"].str.startswith("US large caps")
    analysts, brokers = published[index & ~own], published[(index | universe) & own]
    evidence = found.evidence["E2"]
    assert evidence.estimate == pytest.approx(less_the_overestimate(analysts["figure"].median()))
    assert evidence.n == len(analysts) == 6
    assert evidence.definitions["bottom-up consensus"] == evidence.estimate
    assert evidence.definitions["strategist forecasts"] == pytest.approx(
        less_the_overestimate(brokers["figure"].median())
    )


def test_the_random_walk_grows_at_its_own_mean_in_logs(found, info):
    monthly = info.load("eps_growth_yoy_pct")
    december = [value for month, value in monthly.items() if month.month == 12]
    growth = 100 * (np.prod([1 + one / 100 for one in december]) ** (1 / len(december)) - 1)
    assert found.evidence["E2"].definitions["random walk"] == pytest.approx(growth)


def test_a_forecaster_nobody_quotes_is_left_out(record, info):
    rows = quotations({}, {"group": "US large caps", "vendor": "BofA", "kind": "outcome"})
    since = pd.Timestamp("2025-08-16")
    walk = info.load("eps_growth_yoy_pct")
    named = forecast.compare_large_forecasts(rows, since, record, walk)
    assert set(named) == {"bottom-up consensus", "random walk"}


# --- the lead -------------------------------------------------------------------------------------------


def drawn(*values):
    draws = np.array(values, dtype=float)
    return Forecast(
        quotations=quotations(), growth=draws, consensus=draws[0], corrected=0.0, low=0.0, high=0.0, draws=draws
    )  # fmt: skip


def test_the_lead_is_small_less_large_draw_by_draw():
    small, large = drawn(5.0, 20.0, 10.0, 17.0), drawn(5.0, 10.0, 20.0, 10.0)
    lead = forecast.estimate_lead(small, large, claimed_gap=7.0)
    assert (lead.p_lead, lead.p_claimed_gap) == (0.5, 0.5)  # a tie leads by nothing; seven is seven
    assert forecast.estimate_lead(small, large, 7.5).p_claimed_gap == 0.25


def test_the_spread_holds_the_points_of_the_draws():
    small, large = drawn(*np.arange(101.0)), drawn(*np.full(101, 40.0))
    table = forecast.table_spread(small, large, 19.0, 12.5)
    assert table.loc["small caps", ["low", "quarter", "mid", "upper", "high"]].tolist() == [
        2.5,
        25.0,
        50.0,
        75.0,
        97.5,
    ]
    assert table.loc["lead of small caps", "mid"] == 10.0
    assert table["published"].tolist() == [0.0, 40.0, -40.0]
    assert table["claimed"].tolist() == [19.0, 12.5, 6.5]


def test_the_lead_is_held_to_the_gap_of_the_two_claims(found):
    gap = found.small.draws - found.large.draws
    claimed = load_claim("E1").claimed_number - load_claim("E2").claimed_number
    assert found.lead.p_claimed_gap == (gap >= claimed).mean() < found.lead.p_lead
    assert found.lead.p_lead == (gap > 0).mean()
    assert found.spread["claimed"].tolist() == [19.0, 12.5, claimed]
    assert found.spread.loc["lead of small caps", "mid"] == pytest.approx(np.median(gap))


def test_errors_that_go_together_make_the_lead_surer(info):
    loose, close = (
        earnings.examine(info, error_correlation=one, draws=4000).spread.loc["lead of small caps"]
        for one in (0.0, 0.95)
    )
    assert close["high"] - close["low"] < loose["high"] - loose["low"]


# --- the claims -----------------------------------------------------------------------------------------


def test_the_note_tells_the_range_and_who_was_read_first_hand(found):
    rows = quotations({"figure": 10.0}, {"figure": 30.0, "confidence": "second-hand"})
    made = forecast.predict_growth(rows, rows["figure"], Correction(found.error), np.full(10, 0.5))
    evidence = forecast.weigh_forecast("E1", made, {"a_definition": 1.0})
    assert evidence.note == "Published: 10 to 30 percent, median 20; 1 of 2 read first hand."
    assert (evidence.n, evidence.interval, evidence.unit) == (2, "prediction", "percent")
    assert (evidence.estimate, evidence.ci_low) == (made.corrected, made.low)
    assert evidence.ci_high == made.high
    assert dict(evidence.definitions) == {"a definition": 1.0}
