"""Inputs of the chain and what is said of its chances, by hand, on synthetic figures where the files have no edge."""

import datetime as dt
from itertools import pairwise
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.data import Information
from helpers.errors import NotKnown
from helpers.topics.common.leads import Lead
from helpers.topics.outlook import claims
from helpers.topics.outlook.assumptions import (
    Coverage,
    Prices,
    coupons_follow,
    cover_record,
    distance_of_gap,
    explain_returns,
    reaching_prices,
)
from helpers.topics.outlook.claims import Chance, chance_of_fall, changed_since, record_of_years
from helpers.topics.outlook.inputs import (
    FORECAST_DRAWS,
    HALF_LIFE_DRAWS,
    OutlookInputs,
    lead_in,
    normal_range,
)
from helpers.topics.outlook.margins import MarginNeed
from helpers.topics.outlook.scenarios import SCENARIOS, Scenario
from helpers.topics.outlook.since_inputs import SinceInputs
from snapshot_csv import SNAPSHOT, column


def noise(months, seed=0):
    """Synthetic monthly figures."""
    ahead = pd.period_range("2000-01", periods=months, freq="M")
    return pd.Series(np.random.default_rng(seed).standard_normal(months), ahead)


def ends(one):
    return one.low, one.mid, one.high


# --- inputs estimated from history


def newey_west(y, x=None):
    """Coefficients and errors with two years of lags, by statsmodels."""
    x = np.ones(len(y)) if x is None else sm.add_constant(x.to_numpy())
    fit = sm.OLS(y.to_numpy(), x).fit(cov_type="HAC", cov_kwds={"maxlags": 24, "use_correction": True})  # fmt: skip
    return fit.params[-1], fit.bse[-1]


@pytest.fixture(scope="module")
def returns_and_gap():
    """Returns of twenty years, the gap of the last eighteen of them, which closes with most of each return."""
    relative = noise(240)
    return relative, -(0.8 * relative + 0.5 * noise(240, 1)).cumsum()[24:] / 100


def test_the_loading_is_that_of_returns_of_a_year_on_what_of_the_gap_closed_in_it(returns_and_gap):
    relative, gap = returns_and_gap
    found = explain_returns(relative, gap)
    closed = -100 * (gap - gap.shift(12)).dropna()
    year = relative.rolling(12).sum()[closed.index]
    slope, error = newey_west(year, closed)
    assert ends(found.loading) == pytest.approx((slope - 6**0.5 * error, slope, slope + 6**0.5 * error))  # fmt: skip
    assert found.loading.origin.endswith("changes of the gap, to 2019-12")
    assert found.drift.mid == pytest.approx(relative.mean())
    assert found.drift.origin == "average month, 2000-01 to 2019-12"
    assert found.months.to_numpy() == pytest.approx(relative - relative.mean())


def test_ten_years_of_changes_are_needed_to_explain_returns():
    months = noise(132)
    assert explain_returns(months, noise(132, 1)).months.index.equals(months.index)
    with pytest.raises(NotKnown, match="119 twelve-month returns and changes of the gap"):
        explain_returns(months, noise(132, 1)[1:])


def test_a_year_of_months_spreads_by_the_root_of_twelve():
    months, none = noise(100), normal_range(0.0, 0.0, "")
    spread = Prices(drift=none, loading=none, months=months).yearly_spread
    assert spread**2 == pytest.approx(12 * months.var())


def test_coupons_follow_by_the_slope_of_yearly_changes_in_percent():
    funds = noise(150).cumsum()
    yields = (0.4 * funds + noise(150, 1))[10:]
    found = coupons_follow(yields, funds)
    changes = (funds - funds.shift(12))[22:]
    slope, error = newey_west((yields - yields.shift(12)).dropna(), changes)
    assert found.mid == pytest.approx(100 * slope)
    assert found.high - found.mid == pytest.approx(100 * 6**0.5 * error)
    assert found.origin.endswith("twelve-month changes, 2001-11 to 2012-06")


def test_the_distance_of_the_gap_is_told_from_its_mean_since_three_years():
    months = pd.period_range("1926-01", "2026-01", freq="M")
    gap = pd.Series(np.sqrt(np.arange(len(months))), months)
    found = distance_of_gap(gap)
    by_hand = [gap.iloc[-1] - gap[str(year) + "-01" :].mean() for year in (1963, 1936, 1926)]
    assert ends(found) == pytest.approx(by_hand)
    assert found.origin == "2026-01 less the mean since 1926, 1936, 1963"


@pytest.mark.parametrize(
    ("error", "expected"), [(20.0, (0, 25, 50)), (10.0, (0, 50, 100)), (5.0, (0, 50, 100))]
)
def test_earnings_reach_prices_up_to_what_prices_moved(error, expected):
    assert ends(reaching_prices(error, 10.0)) == expected


def test_a_triangle_about_an_estimate_has_the_variance_of_its_error():
    one = normal_range(3.0, 2.0, "a regression")
    half = one.high - 3
    assert (one.mid, one.low) == (3, pytest.approx(3 - half))
    assert half**2 / 6 == pytest.approx(4)  # variance of a triangle of that half-width


# --- what bands of the record held


def test_windows_are_held_by_the_band_of_the_months_before_them():
    months = noise(150)
    windows = inside = 0
    for known in range(120, 145):
        past, ahead = months.iloc[:known], months.iloc[known : known + 6].sum()
        width = NormalDist().inv_cdf(0.75) * past.std() * (6 + 36 / known) ** 0.5
        inside += abs(ahead - 6 * past.mean()) <= width
        windows += 1
    found = cover_record(months, 6, level=0.5)
    assert (found.inside, found.windows, found.months) == (inside, windows, 6)
    assert 0 < inside < windows
    assert cover_record(months, 6) == cover_record(months, 6, level=0.9)
    assert cover_record(months, 30).windows == 1
    with pytest.raises(NotKnown, match="No window of 31 months"):
        cover_record(months, 31)


def test_windows_are_told_in_percent_and_how_many_do_not_overlap():
    coverage = Coverage(inside=3, windows=25, months=12)
    assert (coverage.share, coverage.separate) == (12, 2)


# --- inputs read from the files


def test_funds_with_less_than_ten_years_of_returns_have_no_outlook():
    """The Russell 2000 fund began in May 2000."""
    lead = OutlookInputs(Information("2010-06-05")).lead("iwm_spy")
    assert (len(lead.months), str(lead.months.index[-1])) == (120, "2010-05")
    with pytest.raises(NotKnown, match="iwm_spy: 119 months of returns were known; 120 are needed"):
        OutlookInputs(Information("2010-05-05")).lead("iwm_spy")


@pytest.mark.parametrize(
    ("day", "left"),
    [("2025-06-30", 12), ("2026-02-16", 12), ("2026-11-20", 3), ("2027-01-31", 1), ("2027-02-28", 1)],
)  # fmt: skip
def test_forecasts_wait_for_the_last_results_of_2026_a_month_at_least_and_a_year_at_most(day, left):
    found = OutlookInputs(Information(day)).earnings
    assert found.months_left == left
    assert (found.max_age_months, found.draws) == (12, FORECAST_DRAWS)


def test_the_persistence_of_the_gap_is_drawn_as_often_as_said():
    assert OutlookInputs(Information("2026-02-16")).valuation.draws == HALF_LIFE_DRAWS


def test_profits_are_told_in_percent_of_output():
    profits = column_of_quarters("credit_quarterly", "corporate_profits_after_tax")
    share = 100 * profits / column_of_quarters("output_quarterly", "gdp")
    found = OutlookInputs(Information("2026-02-16")).profit_share
    assert found.to_numpy() == pytest.approx(share[: found.index[-1]].dropna().to_numpy())


def column_of_quarters(table, name):
    values = pd.read_csv(SNAPSHOT / f"{table}.csv", index_col="period")[name]
    return values.set_axis(pd.PeriodIndex(values.index, freq="Q"))


def test_the_gap_and_the_slope_are_differences_of_two_columns():
    found = SinceInputs(Information("2026-02-16"))
    book = [column("market_structure_monthly", f"book_to_market_{side}") for side in ("small", "large")]  # fmt: skip
    ratio = (book[0] / book[1])[:"2025-12"]
    assert np.exp(found.gap).to_numpy() == pytest.approx(ratio.to_numpy())
    ten, three = (column("rates_monthly", name) for name in ("treasury_10y", "tbill_3m"))
    slope = (ten - three).dropna()[:"2026-01"]
    assert found.slope.to_numpy() == pytest.approx(slope.to_numpy())


def wealth(fund, *quotes, moves=()):
    """Log wealth in a fund whose months from January 2026 returned 10, -5 and 4 percent."""
    months = pd.Series([10.0, -5.0, 4.0], pd.period_range("2026-01", periods=3, freq="M"))
    moves = pd.DataFrame(list(moves), columns=["start", "end", "ticker", "total_return"])
    moves = moves.assign(start=pd.to_datetime(moves["start"]), end=pd.to_datetime(moves["end"]))
    quotes = pd.DataFrame(list(quotes), columns=["period", "figure", "confidence"])
    known = SimpleNamespace(
        load=lambda _: months, known_rows=lambda _: moves, quoted=lambda *_: quotes
    )
    levels = SinceInputs(known).wealth(fund)
    assert levels.index.is_monotonic_increasing
    return {str(day.date()): float(np.exp(level / 100)) for day, level in levels.items()}


MONTHS = {"2025-12-31": 1.0, "2026-01-30": 1.1, "2026-02-27": 1.1 * 0.95, "2026-03-31": 1.1 * 0.95 * 1.04}  # fmt: skip


def test_wealth_grows_from_the_close_before_the_first_month_and_to_named_days():
    assert wealth("rsp") == pytest.approx(MONTHS)
    moves = [
        ("2026-01-30", "2026-02-13", "rsp", 3.0),
        ("2026-01-30", "2026-02-27", "rsp", 99.0),  # a month that is known already
        ("2026-02-27", "2026-03-13", "spy", 50.0),
        ("2026-02-13", "2026-03-13", "rsp", 50.0),  # not from the end of a month
        ("2026-03-31", "2026-04-10", "rsp", -2.0),
    ]
    added = {"2026-02-13": 1.1 * 1.03, "2026-04-10": MONTHS["2026-03-31"] * 0.98}
    assert wealth("rsp", moves=moves) == pytest.approx(MONTHS | added)


def test_quoted_prices_lead_on_from_a_close_that_is_known_or_back_from_one():
    last = MONTHS["2026-03-31"]
    back = wealth("iwm", ("2026-03-10/2026-03-31", 2.0, "verbatim"))
    assert back == pytest.approx(MONTHS | {"2026-03-10": last / 1.02})
    # One that begins earlier is read first, and of two from one day the shorter.
    quotes = [
        ("2026-04-30/2026-05-29", 4.0, "verbatim"),
        ("2026-03-31/2026-05-29", 8.0, "derived"),
        ("2026-04-05/2026-06-30", 1.0, "verbatim"),
        ("2026-04-05/2026-04-20", 5.0, "verbatim"),
        ("2026-03-31/2026-04-20", 2.0, "verbatim"),
        ("2026-03-31/2026-04-10", 9.0, "second-hand"),
        ("2026H1", 9.0, "verbatim"),
    ]
    added = {"2026-05-29": 1.08, "2026-04-30": 1.08 / 1.04, "2026-04-20": 1.02, "2026-04-05": 1.02 / 1.05}  # fmt: skip
    added["2026-06-30"] = added["2026-04-05"] * 1.01
    found = wealth("spy", *quotes)
    assert found == pytest.approx(MONTHS | {day: last * one for day, one in added.items()})
    assert wealth("rsp", *quotes) == pytest.approx(MONTHS)  # quoted are two funds alone


# --- scenarios


def test_a_reader_s_changes_are_added_to_a_scenario():
    one = Scenario(rate_path=(10.0, 20.0, 30.0, 40.0), growth=1.0, margin_gain=0.5, origin="one")
    both = one.plus((1.0, 2.0, 3.0, -4.0), -2.0, 0.25)
    assert both.rate_path == (11, 22, 33, 36)
    assert (both.growth, both.margin_gain, both.origin) == (-1, 0.75, "one")
    assert Scenario() == Scenario(rate_path=(0.0,) * 4, growth=0.0, margin_gain=0.0)


def test_scenarios_move_as_their_origins_say():
    """By the ends of June and December 2026 and 2027."""
    steps = {name: np.diff([0, *one.rate_path]).tolist() for name, one in SCENARIOS.items()}
    assert steps["further_cuts"] == [-25] * 4  # a percentage point
    assert steps["inflation_and_hikes"] == [100, 100, 100, 0]
    assert steps["reversal"] == [50, 50, 50, 25]
    cuts = pd.read_csv(SNAPSHOT / "fomc_decisions.csv").set_index("announced")["change_bp"]
    by_april, all_year = cuts["2001-01-01":"2001-04-30"].sum(), cuts["2001-01-01":"2001-12-31"].sum()  # fmt: skip
    assert SCENARIOS["recession"].rate_path == (by_april, *[all_year] * 3)
    others = {name: (one.growth, one.margin_gain) for name, one in SCENARIOS.items()}
    assert others.pop("recession") == (-2, 0)
    assert others.pop("ai_margins") == (0, 1)
    assert set(others.values()) == {(0, 0)}


# --- what is said of chances


def test_a_chance_is_told_over_all_draws_and_its_ends_over_assumptions():
    happens = np.arange(1000).reshape(100, 10) % 100 < np.arange(100)[:, None]
    shares = sorted(100 * row.mean() for row in happens)
    found = Chance.of(happens)
    assert found.estimate == pytest.approx(np.mean(shares))
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(shares, (0.025, 0.975))))


def test_only_whole_years_are_a_record():
    months = pd.Series(1.0, pd.period_range("2023-02", "2026-03", freq="M"))
    months["2025"] = 2.0
    assert record_of_years(months).to_dict() == {2024: 12, 2025: 24}
    assert [lead_in(months, year) for year in (2022, 2023, 2025, 2026)] == [0, 11, 24, 3]


def test_a_deviation_fades_while_errors_add_up():
    series, root = pd.Series([1.0, 2.0, 0.5, 1.5, 4.0]), 0.8
    away = series.to_numpy() - series.mean()
    errors = [later - root * sooner for sooner, later in pairwise(away)]
    expected, variance = away[-1], 0.0
    for _ in range(6):
        expected, variance = root * expected, root**2 * variance + np.var(errors)
    chance = 100 * NormalDist(expected, variance**0.5).cdf(away[-1])
    assert chance_of_fall(series, root, 6) == pytest.approx(chance)


def test_changes_count_from_the_first_day_of_the_year():
    days = pd.to_datetime(["2025-12-31", "2026-01-01", "2026-02-01"])
    moves = pd.DataFrame({"announced": days, "change_bp": [100.0, 25.0, -50.0]})
    assert changed_since(moves, 2026) == -25
    assert changed_since(moves, 2025) == 75


LEAD = Lead(
    pd.Series([5.0, 1.0, 2.0], pd.period_range("2025-12", periods=3, freq="M")),
    dt.date(2026, 2, 13),
)


@pytest.mark.parametrize(
    ("moved", "told"),
    [(0.0, "has not moved"), (1.0, "has moved by +1 basis points"), (-25.0, "has moved by -25 basis points")],
)  # fmt: skip
def test_the_lead_so_far_is_told_with_what_the_policy_rate_did(moved, told):
    moves = pd.DataFrame({"announced": [pd.Timestamp("2026-01-28")], "change_bp": [moved]})
    found = claims.lead_so_far(LEAD, moves)
    assert (found.estimate, found.n) == (3, 2)
    assert found.note == (
        f"By 2026-02-13 small companies led by +3.0 log percent in 2026; the policy rate {told} since the year began."
    )
    assert claims.balance_so_far(LEAD).estimate == 3


CHANCE = Chance(estimate=60.0, low=40.0, high=80.0)


def test_a_chance_of_a_lead_stands_beside_the_record_of_earlier_years():
    base = pd.Series([2.0, 1.9, 5.0, -1.0])  # two percent is enough
    found = claims.chance_of_lead(CHANCE, 55.0, 3.0, base, {"other": 50.0}, 100)
    assert found.definitions == {
        "prices hold all that is forecast": 55, "other": 50, "4 earlier calendar years": 50,
    }  # fmt: skip
    assert (found.estimate, found.ci_low, found.ci_high, found.n) == (60, 40, 80, 100)
    assert found.note.endswith("In 2 of 4 earlier years they led by as much.")


def test_a_chance_of_balance_stands_beside_those_of_scenarios_and_of_the_gap():
    by_scenario = pd.Series({"hold": 60.0, "recession": 70.0})
    found = claims.chance_of_balance(CHANCE, 55.0, 80.0, by_scenario, 100)
    assert found.definitions == {
        "prices hold all that is forecast": 55, "under hold": 60, "under recession": 70, "narrower valuation gap": 80,
    }  # fmt: skip
    assert "By named scenario it is 60 to 70 percent." in found.note


def test_the_rise_needed_is_told_in_percent_and_in_points_of_sales():
    drawn = np.linspace(0, 100, 201) ** 1.5 / 10
    need = MarginNeed(
        years=5, needed=(10.0, 20.0, 30.0), points=(0.5, 1.0, 1.5), margin=5.0, as_large=33.0, from_high=22.0,
        changes=pd.Series(np.zeros(90)), shares={"every start": drawn, "other": drawn / 2},
    )  # fmt: skip
    found = claims.rise_on_record(need)
    middle = np.quantile(drawn, (0.5, 0.025, 0.975))
    assert (found.estimate, found.ci_low, found.ci_high) == pytest.approx(tuple(middle))
    assert (found.n, found.n_effective) == (90, 4.5)  # spans of twenty quarters
    assert found.definitions == pytest.approx({"every start": middle[0], "other": middle[0] / 2})
    assert "20 percent higher (10 to 30), 6.0 for 5.0 percent of sales" in found.note
    assert "changes" not in repr(need)
    assert "shares" not in repr(need)
