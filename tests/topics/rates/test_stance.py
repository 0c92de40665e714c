"""How tight policy is: a rule of 1993, real rates, and the stance from the files alone."""

import numpy as np
import pandas as pd
import pytest

from as_it_was import assert_as_it_was
from corrupted_future import data_folder
from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics import rates
from helpers.topics.rates.inputs import RateInputs
from helpers.topics.rates.stance import (
    estimate_stance,
    latest_estimates,
    real_policy_rate,
    taylor_rate,
    twelve_month_inflation,
)


@pytest.fixture(scope="module")
def stance():
    return estimate_stance(RateInputs(data.Information("2026-02-16")))


def test_inflation_compares_with_the_month_a_year_before():
    months = pd.period_range("2024-01", periods=14, freq="M")
    level = pd.Series([100.0] * 12 + [102.0, 103.0], index=months)
    found = twelve_month_inflation(level).dropna()
    assert found.to_dict() == {months[12]: pytest.approx(2.0), months[13]: pytest.approx(3.0)}


def test_real_rate_is_the_funds_rate_less_inflation():
    info = data.Information("2026-02-16")
    level, month = info.load("core_cpi"), pd.Period("2026-01", "M")
    real = real_policy_rate(info.load("fed_funds"), info.as_released("core_cpi"))
    assert real[month] == pytest.approx(3.64 - 100 * (level[month] / level[month - 12] - 1))
    assert pd.Period("2025-10", "M") not in real.index  # no price index was collected


@pytest.mark.parametrize(
    ("name", "last"),
    [("core PCE", "2026-02-16"), ("core CPI", "2026-02-16"), ("core CPI", "2024-02-10")],
)
def test_what_is_read_of_a_past_month_today_was_read_in_that_month(name, last, revised):
    def real(info):
        return rates.examine(info).real_rates[name]

    # first releases of core CPI are held to December 2023: until then no later vintage matters
    assert_as_it_was(real, "1990-01-01", last, revised=revised if last < "2026" else None)


def test_unemployment_is_what_was_announced_on_the_day(revised):
    """10.2 percent for October 2009 (BLS, 6 November 2009); 10.0 by the last vintage."""
    assert data.load("unemployment_rate")["2009-10"] == 10.0
    for folder in (data_dir(), revised):
        with data_folder(folder):
            assert RateInputs(data.Information("2009-11-30")).unemployment.iloc[-1] == 10.2


def test_taylor_rule_in_balance_and_its_principle():
    assert taylor_rate(2.0, 2.0, 0.0) == 4.0  # Taylor (1993), p. 202
    assert taylor_rate(2.0, 3.0, 0.0) - taylor_rate(2.0, 2.0, 0.0) == 1.5
    assert taylor_rate(1.0, 2.0, 0.0) - taylor_rate(2.0, 2.0, 0.0) == -1.0
    # a point of unemployment is two of output (Okun), half of which is a point of the rate
    assert taylor_rate(2.0, 2.0, 1.0) == 3.0


def test_the_last_estimate_of_each_model_counts_in_whatever_order_rows_come():
    rows = pd.DataFrame(
        {
            "group": ["b", "a", "b", "a"],
            "known": pd.to_datetime(["2025-01-01", "2024-06-01", "2023-01-01", "2022-01-01"]),
            "value": [2.0, 0.5, 1.0, 0.25],
        }
    )
    for one in (rows, rows.iloc[::-1]):
        found = latest_estimates(one)
        assert found[["group", "value"]].to_numpy().tolist() == [["a", 0.5], ["b", 2.0]]
        assert list(found.index) == [0, 1]
        assert list(found.columns) == list(rows.columns)


def test_of_estimates_known_on_the_same_day_the_last_quoted_counts():
    days = pd.to_datetime(["2025-06-18", "2025-03-19"] * 20)
    rows = pd.DataFrame({"group": "FOMC median", "known": days, "value": np.arange(40.0)})
    assert latest_estimates(rows)["value"].tolist() == [38.0]


def test_one_neutral_rate_a_model_the_last_known(stance):
    estimates = stance.estimates.set_index("group")["value"]
    assert estimates.index.is_unique
    assert len(estimates) == 5
    assert estimates["FOMC median"] == 1.0
    assert estimates["Zaman (Cleveland Fed)"] == 1.7
    assert stance.neutral == (0.6, 1.0, 2.3)
    earlier = estimate_stance(RateInputs(data.Information("2024-06-30"))).estimates
    assert earlier.set_index("group").loc["FOMC median", "value"] == 0.8
    assert "Zaman (Cleveland Fed)" not in set(earlier["group"])


def test_the_stance_from_the_files_alone(stance):
    """pandas and the CSV only: none of our functions between the files and the numbers."""
    snapshot = data_dir() / "snapshot"
    prices = pd.read_csv(snapshot / "prices_labour_monthly.csv", index_col="period")
    activity = pd.read_csv(snapshot / "activity_monthly.csv", index_col="period")
    pce = activity["core_pce"][:"2025-11"]  # December came late, on 20 February
    cpi = prices["core_cpi"][:"2026-01"]
    inflation = [100 * (one.iloc[-1] / one.iloc[-13] - 1) for one in (pce, cpi)]
    gap = prices.loc["2026-01", "unemployment_rate"] - stance_of_committee()
    rule = 1.0 + inflation[0] + 0.5 * (inflation[0] - 2.0) - gap
    assert stance.policy_rate == 3.64
    assert list(stance.inflation.values()) == pytest.approx(inflation)
    assert stance.unemployment_gap == pytest.approx(gap)
    assert stance.taylor_rate == pytest.approx(rule)
    assert stance.gaps == {
        "core PCE": pytest.approx(3.64 - inflation[0] - 1.0),
        "core CPI": pytest.approx(3.64 - inflation[1] - 1.0),
        "Taylor-type rule": pytest.approx(3.64 - rule),
        "inflation goal": pytest.approx(3.64 - 2.0 - 1.0),
    }
    assert [str(stance.policy_month), *map(str, stance.inflation_month.values())] == [
        "2026-01",
        "2025-11",
        "2026-01",
    ]


def stance_of_committee():
    """Longer-run unemployment of the last projections before the article, percent."""
    rows = pd.read_csv(data_dir() / "published" / "neutral_rate.csv")
    rows = rows[rows["metric"].eq("longer-run unemployment rate") & rows["known"].le("2026-02-16")]
    return float(rows.sort_values("known")["value"].iloc[-1])


def test_before_any_neutral_rate_was_published_the_reason_names_it():
    with pytest.raises(NotKnown, match="neutral real policy rate"):
        estimate_stance(RateInputs(data.Information("1990-01-01")))


def test_core_prices_are_the_first_release_and_personal_consumption_the_last_vintage():
    """Core CPI of June 2000 was 2.4 percent up on the year when it came out; 2.5 by the last vintage."""
    inputs = RateInputs(data.Information("2026-02-16"))
    assert list(inputs.inflation) == ["core PCE", "core CPI"]
    assert round(inputs.inflation["core CPI"]["2000-06"], 2) == 2.37
    level = data.load("core_cpi")
    assert round(twelve_month_inflation(level)["2000-06"], 2) == 2.55
    assert round(inputs.inflation["core PCE"]["2000-06"], 6) == round(
        twelve_month_inflation(data.load("core_pce"))["2000-06"], 6
    )
