"""Does an earnings lead pay? Growth used when it was public, and every slope and mean once more by hand."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from as_it_was import TODAY, assert_as_it_was
from helpers import data, stats
from helpers.errors import NotKnown
from helpers.topics import earnings
from helpers.topics.earnings import payoff
from helpers.topics.earnings.inputs import months_until_public

PREDICTORS = ("known_growth", "known_profit_growth")


@pytest.fixture(scope="module")
def paid(found):
    return found.payoff


def signal(name, info):
    return getattr(earnings.examine(info).payoff, name)


# --- when growth was public -----------------------------------------------------------------------------


def test_a_decision_is_public_when_it_is_made_and_profits_a_quarter_later():
    assert months_until_public("fomc_decisions") == 0
    assert months_until_public("corporate_profits_after_tax") == 3


@pytest.mark.parametrize("name", PREDICTORS)
def test_growth_is_read_as_it_was(name):
    assert_as_it_was(lambda info: signal(name, info), first="1990-01-01", dates=8)


@pytest.mark.parametrize("name", PREDICTORS)
def test_growth_of_a_month_was_public_by_its_end(name, paid):
    """A figure dated too early could not be read on the last day of its month."""
    today = getattr(paid, name)
    for text in ("1996-04-30", "2001-02-28", "2009-06-30", "2017-01-31", "2024-10-31"):
        then = signal(name, data.Information(text))
        month = pd.Period(text, "M")
        assert then[:month].iloc[-1] == pytest.approx(today[month], rel=1e-12), month


@pytest.mark.parametrize("name", PREDICTORS)
def test_growth_is_not_kept_waiting_for_longer_than_a_month(name):
    """The figures known today reach to this month or the last one, but for profits between two quarters."""
    last = signal(name, data.Information(TODAY)).index[-1]
    wait = (pd.Period(TODAY, "M") - last).n
    assert -1 <= wait <= (1 if name == "known_growth" else 3)


def test_growth_is_in_logs_so_that_a_fall_and_its_rebound_cancel():
    months = pd.period_range("2009-03", periods=2, freq="M")
    known = payoff.known_growth(pd.Series([-50.0, 100.0], months), months=4)
    assert known.sum() == pytest.approx(0.0)
    assert known.iloc[1] == pytest.approx(100 * np.log(2))
    assert known.index.tolist() == [pd.Period("2009-07", "M"), pd.Period("2009-08", "M")]


def test_profits_grow_over_four_quarters_and_stand_until_the_next_are_known():
    quarters = pd.period_range("1990Q1", periods=48, freq="Q")
    profits = pd.Series(100 * 1.02 ** np.arange(48), quarters)
    profits.iloc[4] *= 1.10
    known = payoff.known_profit_growth(profits, months=3)
    first = pd.Period("1991-06", "M")  # 1991Q1 ends in March
    assert known.index[0] == first
    assert known.iloc[:4].tolist() == pytest.approx(
        [100 * np.log(1.02**4 * 1.10)] * 3 + [100 * np.log(1.02**4)]
    )
    assert known.index.equals(pd.period_range(first, periods=len(known), freq="M"))
    assert known.index[-1] == pd.Period("2002-03", "M")


def test_ten_years_of_profits_are_needed():
    quarters = pd.period_range("1990Q1", periods=45, freq="Q")
    profits = pd.Series(100 * 1.02 ** np.arange(45), quarters)
    assert len(payoff.known_profit_growth(profits, months=3)) == 121  # from the 41st growth rate on
    with pytest.raises(NotKnown, match="118 months only"):
        payoff.known_profit_growth(profits.iloc[:-1], months=3)
    with pytest.raises(NotKnown, match="0 months only"):
        payoff.known_profit_growth(profits.iloc[:4], months=3)


# --- calendar years -------------------------------------------------------------------------------------


def test_years_hold_december_growth_and_twelve_months_of_return(paid, info):
    growth, price = info.load("eps_growth_yoy_pct"), info.load("price_return_pct")
    paid_out = info.load("dividend_yield_pct")
    year = paid.years.loc[1974]
    assert year["growth"] == pytest.approx(100 * np.log1p(growth["1974-12"] / 100))
    months = [pd.Period(f"1974-{month:02d}", "M") for month in range(1, 13)]
    total = sum(
        math.log1p(price[month] / 100) + math.log1p(paid_out[month] / 12 / 100) for month in months
    )
    assert year["market"] == pytest.approx(100 * total)
    small, large = info.load("lo20"), info.load("hi20")
    lead = np.prod([(1 + small[month] / 100) / (1 + large[month] / 100) for month in months])
    assert year["relative"] == pytest.approx(100 * np.log(lead))


def test_a_year_with_a_month_missing_has_no_return():
    months = pd.period_range("2000-01", "2002-12", freq="M")
    growth, market = pd.Series(10.0, months), pd.Series(1.0, months)
    relative = market.drop(pd.Period("2001-05", "M"))
    years = payoff.table_calendar_years(growth, market, relative)
    assert years["market"].tolist() == [12.0, 12.0, 12.0]
    assert years["relative"].isna().tolist() == [False, True, False]
    assert payoff.table_calendar_years(growth, relative, market).index.tolist() == [2000, 2002]


def test_means_by_sign_are_those_of_the_year_and_of_the_next():
    years = pd.DataFrame(
        {"growth": [-1.0, 0.0, 5.0, -3.0], "market": [1.0, 2.0, 4.0, 8.0], "relative": [10.0, 20.0, 40.0, 80.0]},
        index=range(2000, 2004),
    )  # fmt: skip
    table = payoff.table_by_sign(years)
    fell, rose = table.loc["earnings fell"], table.loc["earnings rose"]  # no growth is no fall
    assert (fell["market"], fell["relative"], fell["years"]) == (4.5, 45.0, 2)
    assert (rose["market"], rose["relative"], rose["years"]) == (3.0, 30.0, 2)
    assert (fell["market after"], fell["relative after"]) == (2.0, 20.0)  # nothing after the last
    assert (rose["market after"], rose["relative after"]) == (6.0, 60.0)


def test_years_of_falling_earnings_are_those_of_the_series(paid, info):
    growth = info.load("eps_growth_yoy_pct")
    december = growth[growth.index.month == 12]
    december = december[december.index.year >= paid.years.index[0]]
    assert paid.by_sign.loc["earnings fell", "years"] == (december < 0).sum() == 34
    assert paid.by_sign["years"].sum() == len(december) == len(paid.years)


# --- predictive regressions -----------------------------------------------------------------------------

QUESTION = "small less large after S&P 500 earnings growth"


@pytest.fixture(scope="module")
def sample(info, paid):
    """Relative return by month, and earnings growth in tens of log percent when it was public, from the series."""
    legs = np.log1p(pd.concat([info.load(name) for name in ("lo20", "hi20")], axis=1) / 100)
    growth = 10 * np.log1p(info.load("eps_growth_yoy_pct") / 100)
    known = growth.set_axis(
        growth.index + math.ceil(data.catalog()["eps_growth_yoy_pct"].release_lag / 30)
    )
    relative = 100 * (legs["lo20"] - legs["hi20"])
    return pd.DataFrame({"relative": relative, "known": known}).dropna()


def test_the_slope_is_least_squares_of_the_months_ahead(paid, sample):
    ahead = sample["relative"].rolling(12).sum().shift(-12)
    fit = smf.ols("ahead ~ known", sample.assign(ahead=ahead).dropna()).fit()
    assert paid.predictive.loc[QUESTION, "slope"] == pytest.approx(fit.params["known"])


def test_tests_and_detectable_size_are_those_of_the_same_regression(paid, sample):
    row = paid.predictive.loc[QUESTION]
    y, x = sample["relative"], sample["known"]
    slope = stats.hodrick_1b(y, x, 12)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((slope.ci_low, slope.ci_high))
    assert (row["p_hodrick"], row["n_effective"]) == pytest.approx((slope.p, slope.n_effective))
    assert row["p_ivx"] == pytest.approx(stats.ivx(y, x, 12).p_each.iloc[0])
    assert row["oos_r2"] == pytest.approx(100 * stats.oos_r2(y, x, 12, 240).r2)
    assert row["mde"] == pytest.approx(stats.minimum_detectable_effect(slope.se))


def test_a_short_sample_keeps_half_of_itself_for_the_first_forecast():
    rng = np.random.default_rng(3)
    months = pd.period_range("2000-01", periods=200, freq="M")
    y, x = pd.Series(rng.normal(size=200), months), pd.Series(rng.normal(size=200), months)
    table = payoff.table_predictive({"q": (y, x)}, _years(rng), horizon=3)
    assert table.loc["q", "oos_r2"] == pytest.approx(100 * stats.oos_r2(y, x / 10, 3, 100).r2)


def _years(rng):
    return pd.DataFrame(rng.normal(size=(30, 2)), columns=["growth", "market"])


@pytest.mark.parametrize(
    ("question", "effect", "cause"),
    [
        ("S&P 500 earnings growth after S&P 500 return", "growth", "market"),
        ("S&P 500 return after S&P 500 earnings growth, yearly", "market", "growth"),
    ],
)
def test_granger_rows_put_next_year_on_this_one(paid, question, effect, cause):
    years = paid.years
    sample = years.assign(ahead=years[effect].shift(-1), ten=years[cause] / 10).dropna(
        subset="ahead"
    )
    fit = smf.ols(f"ahead ~ ten + {effect}", sample).fit(
        cov_type="HAC", cov_kwds={"maxlags": 1, "use_correction": True}, use_t=True
    )
    row = paid.predictive.loc[question]
    assert row["slope"] == pytest.approx(fit.params["ten"])
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(fit.conf_int().loc["ten"]))
    assert row["p_hodrick"] == pytest.approx(fit.pvalues["ten"])
    assert row["mde"] == pytest.approx(
        stats.minimum_detectable_effect(fit.bse["ten"], df=len(sample) - 3)
    )
    assert row["n_effective"] == len(sample) == len(years) - 1
    assert row[["p_ivx", "oos_r2"]].isna().all()


def test_questions_stand_in_their_order_and_profits_where_they_were_known(paid):
    assert list(paid.predictive.index) == [
        "S&P 500 after S&P 500 earnings growth",
        QUESTION,
        "small less large after growth of corporate profits",
        "S&P 500 earnings growth after S&P 500 return",
        "S&P 500 return after S&P 500 earnings growth, yearly",
    ]
    market, growth = paid.inputs.market_return, paid.known_growth
    both = pd.concat([market, growth / 10], axis=1, join="inner").dropna()
    slope = stats.hodrick_1b(both.iloc[:, 0], both.iloc[:, 1], 12).estimate
    assert paid.predictive["slope"].iloc[0] == pytest.approx(slope)


# --- recoveries -----------------------------------------------------------------------------------------


def test_a_recovery_comes_after_six_months_of_falling_earnings():
    months = pd.period_range("2000-01", periods=20, freq="M")
    growth = pd.Series([1, *[-1] * 6, 0, 1, *[-1] * 5, 1, *[-1] * 4, 1.0], months)
    assert payoff.find_recoveries(growth).tolist() == [pd.Period("2000-08", "M")]


def test_the_mean_after_recoveries_by_hand():
    months = pd.period_range("2000-01", periods=120, freq="M")
    relative = pd.Series(np.arange(120.0), months)
    growth = pd.Series(1.0, months)
    starts = [10, 40, 70, 110, 118]
    for start in starts:
        growth.iloc[start - 7 : start] = -1.0
    found = payoff.estimate_recoveries(relative, growth, horizon=3)
    # three months after each start that has three months behind it: 11 + 12 + 13 = 36, ...
    sums = [3 * start + 6 for start in starts[:4]]
    assert found.per_event.tolist() == pytest.approx(sums)
    assert found.mean == pytest.approx(np.mean(sums))
    inside = [start + k for start in starts[:4] for k in (1, 2, 3)]
    assert found.usual == pytest.approx(3 * relative.drop(months[inside]).mean())
    with pytest.raises(NotKnown, match="three recoveries"):
        payoff.estimate_recoveries(relative.iloc[:73], growth.iloc[:73], horizon=3)
    assert len(payoff.estimate_recoveries(relative.iloc[:74], growth.iloc[:74], 3).per_event) == 3


def test_recoveries_since_1926_are_those_of_known_growth(paid):
    dates = payoff.find_recoveries(paid.known_growth)
    assert set(paid.recoveries.per_event.index) <= set(dates)
    assert len(paid.recoveries.per_event) == 24
