"""The state of a month: what each variable measures, and what an observer of the time could put in it."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data import Information
from helpers.errors import DataError, ParameterError
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.state import (
    KNOWN,
    LONGEST_CARRY,
    REAL_VARIABLES,
    VARIABLES,
    build_state,
    check_variables,
    logit,
    measure,
)
from snapshot_csv import column

PAIR = "lo30_hi30"
MONTHS = pd.period_range("2000-01", periods=24, freq="M")


@pytest.fixture(scope="module")
def inputs():
    return HistoryInputs(Information("2026-02-16"))


@cache
def recomputed():
    """Each variable from the embedded files, by the plainest formula."""
    funds, long, short = (
        column("rates_monthly", name) for name in ("fed_funds", "treasury_10y", "tbill_3m")
    )
    prices = column("prices_labour_monthly", "cpi")
    output = column("activity_monthly", "industrial_production")
    rate = column("prices_labour_monthly", "unemployment_rate")
    first = {
        name: column("first_releases_monthly", name)
        for name in ("cpi_first_12m", "industrial_production_first_12m", "unemployment_rate_first")
    }
    share = column("market_structure_monthly", "top_decile_share")
    small, large = (column("size_portfolios_monthly", name) for name in ("lo30", "hi30"))
    inflation, growth = (
        (100 * np.log(1 + first[f"{name}_first_12m"] / 100)).combine_first(
            100 * (np.log(level) - np.log(level.shift(12)))
        )
        for name, level in (("cpi", prices), ("industrial_production", output))
    )
    return {
        "policy_rate": funds,
        "policy_change": funds - funds.shift(12),
        "slope": long - short,
        "inflation": inflation,
        "unemployment": first["unemployment_rate_first"].combine_first(rate),
        "production": growth,
        "valuation": np.log(column("sp500_valuation_monthly", "cape")).shift(4, freq="M"),
        "concentration": np.log(share) - np.log(1 - share),
        "trailing_premium": 100
        * (np.log(1 + small / 100) - np.log(1 + large / 100)).rolling(36).sum(),
        "real_rate": funds - inflation,
    }


def test_the_vector_has_nine_variables_and_the_real_rate_is_none_of_them():
    assert set(VARIABLES) == set(recomputed()) - {"real_rate"}
    assert list(KNOWN)[:-1] == list(VARIABLES)
    assert REAL_VARIABLES == ("real_rate", "unemployment", "production")


@pytest.mark.parametrize("name", KNOWN)
def test_a_variable_is_what_its_label_says(inputs, name):
    found, expected = measure(inputs, name, PAIR), recomputed()[name]
    both = pd.concat([found.rename("found"), expected.rename("plain")], axis=1).dropna()
    assert len(both) > 700
    assert len(both) == found.notna().sum()
    np.testing.assert_allclose(both["found"], both["plain"], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("month", "points"), [("2011-01", 3.24), ("2007-02", -0.31), ("2000-12", -0.53)]
)
def test_the_slope_is_positive_in_recoveries_and_inverted_before_recessions(inputs, month, points):
    # FRED, GS10 less TB3MS
    assert measure(inputs, "slope", PAIR)[month] == pytest.approx(points, abs=0.005)


@pytest.mark.parametrize(
    ("name", "month", "value"),
    [
        ("inflation", "1980-03", 100 * np.log(1.146)),  # twelve-month inflation as BLS states it
        ("inflation", "2022-06", 100 * np.log(1.090)),
        ("unemployment", "1982-11", 10.8),
        ("unemployment", "2020-04", 14.7),  # 14.8 since
        ("production", "1983-11", 100 * np.log(1.159)),  # G.17 of December 1983; 9.6 since
        ("valuation", "2000-04", np.log(44.0)),  # Shiller's highest, of December, as known in April
    ],
)
def test_published_extremes(inputs, name, month, value):
    assert measure(inputs, name, PAIR)[month] == pytest.approx(value, rel=0.01)


def test_the_trailing_premium_is_that_of_the_pair(inputs):
    smb = np.log(1 + column("factors_monthly", "smb") / 100)
    month = pd.Period("1983-12", "M")
    assert measure(inputs, "trailing_premium", "smb")[month] == pytest.approx(
        100 * smb[month - 35 : month].sum()
    )


@given(st.floats(0.01, 0.99))
def test_logit_and_its_inverse(share):
    level = logit(pd.Series([share]))[0]
    assert 1 / (1 + np.exp(-level)) == pytest.approx(share)
    assert logit(pd.Series([1 - share]))[0] == pytest.approx(-level, abs=1e-9)


# --- one vector a month ---------------------------------------------------------------------------------


def test_the_vector_starts_when_every_variable_has_begun_and_ends_where_it_is_told():
    late = pd.Series(2.0, MONTHS[5:])
    state = build_state({"early": pd.Series(1.0, MONTHS), "late": late}, MONTHS[:21])
    assert (state.index[0], state.index[-1]) == (MONTHS[5], MONTHS[20])
    assert state.columns.tolist() == ["early", "late"]
    assert not state.isna().any().any()


def test_the_vector_reaches_the_last_month_though_every_variable_is_late():
    late = pd.Series(2.0, MONTHS[:20])
    state = build_state({"late": late}, MONTHS)
    assert list(state.index) == list(MONTHS)
    assert (state["late"] == 2.0).all()


def test_states_begin_where_the_months_asked_for_begin():
    assert build_state({"x": pd.Series(1.0, MONTHS)}, MONTHS[5:]).index[0] == MONTHS[5]


def test_a_missing_figure_is_the_last_one_seen_and_never_a_later_one():
    values = pd.Series(np.arange(24.0), MONTHS)
    values.iloc[10:13] = np.nan
    state = build_state({"x": values, "y": pd.Series(1.0, MONTHS)}, MONTHS)
    assert state["x"].iloc[9:14].tolist() == [9.0, 9.0, 9.0, 9.0, 13.0]


@pytest.mark.parametrize("gap", [1, 5, 6, 7, 8])
def test_a_figure_stands_in_for_six_months_and_no_longer(gap):
    columns = {
        "slope": pd.Series(1.0, MONTHS),
        "valuation": pd.Series(3.0, MONTHS[: len(MONTHS) - gap]),
    }
    if gap <= LONGEST_CARRY == 6:
        assert (build_state(columns, MONTHS)["valuation"] == 3.0).all()
    else:
        month = MONTHS[-1] - gap + 7
        with pytest.raises(DataError, match=f"'valuation' is missing in {month} and its last"):
            build_state(columns, MONTHS)


def test_a_price_index_that_was_never_collected_is_carried(inputs):
    months = pd.period_range("2024-01", "2025-12", freq="M")
    inflation = build_state({"inflation": measure(inputs, "inflation", PAIR)}, months)["inflation"]
    assert inflation["2025-10"] == inflation["2025-09"] != inflation["2025-11"]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        (("slope", "vix"), "Unknown state variable 'vix'; use some of policy_rate, .*real_rate"),
        (("slope", "slope"), "each once"),
        ((), "at least one"),
    ],
)
def test_impossible_vectors_are_named(variables, message):
    with pytest.raises(ParameterError, match=message):
        check_variables(variables)


def test_some_of_the_variables_in_any_order_will_do():
    check_variables(("real_rate", "slope"))
    check_variables(VARIABLES)
