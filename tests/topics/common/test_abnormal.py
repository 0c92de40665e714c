"""Abnormal returns: exposures from before the window, errors that hold their uncertainty, places among windows."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data import Information
from helpers.errors import NotKnown
from helpers.stats.hac import fixed_b_critical
from helpers.topics.common.abnormal import (
    abnormal_windows,
    count_as_large,
    months_since,
    p_among_windows,
)
from helpers.topics.common.industries import IndustryInputs

HISTORY, WINDOW = 60, 12


@pytest.fixture(scope="module")
def inputs():
    return IndustryInputs(Information("2026-02-16"))


@pytest.fixture(scope="module")
def years(inputs):
    return abnormal_windows(inputs.industries, inputs.factors, WINDOW, HISTORY)


def made_up(seed, columns=1, months=240, noise=3.0):
    """Factors and portfolios with known exposures; synthetic."""
    rng = np.random.default_rng(seed)
    index = pd.period_range("2000-01", periods=months, freq="M")
    factors = pd.DataFrame(rng.normal(0.3, (4, 3), (months, 2)), index, ["mkt_rf", "smb"])
    factors["rf"] = 0.2
    exposures = rng.uniform((0.5, -0.5), (1.5, 1.0), (columns, 2))
    returns = 0.2 + factors[["mkt_rf", "smb"]].to_numpy() @ exposures.T
    returns += noise * rng.normal(size=returns.shape)
    return pd.DataFrame(returns, index), factors, exposures


def test_one_window_is_what_statsmodels_and_pandas_make_of_it(inputs):
    aero, factors = inputs.industries["aero"], inputs.factors
    found = abnormal_windows(inputs.industries, factors, WINDOW, HISTORY, ends=1).last().loc["aero"]
    before, then = factors.iloc[-WINDOW - HISTORY : -WINDOW], factors.iloc[-WINDOW:]
    design = sm.add_constant(before[["mkt_rf", "smb"]])
    fit = sm.OLS(aero[before.index] - before["rf"], design).fit(
        cov_type="HAC", cov_kwds={"maxlags": 10, "use_correction": True}
    )
    assert found["market"] == pytest.approx(fit.params["mkt_rf"])
    assert found["size"] == pytest.approx(fit.params["smb"])
    held = then["rf"] + then[["mkt_rf", "smb"]] @ fit.params[["mkt_rf", "smb"]]
    months = np.log1p(aero[then.index] / 100) - np.log1p(held / 100)
    assert found["abnormal"] == pytest.approx(100 * months.sum())
    pull = then[["mkt_rf", "smb"]].T @ (1 / (1 + held / 100))
    e = fit.resid.to_numpy()
    noise = e @ e + 2 * sum((1 - k / 11) * (e[k:] @ e[:-k]) for k in range(1, 11))
    variance = WINDOW * noise / (HISTORY - 3)
    variance += pull @ fit.cov_params().loc[["mkt_rf", "smb"], ["mkt_rf", "smb"]] @ pull
    assert found["se"] == pytest.approx(np.sqrt(variance))
    assert found["high"] - found["abnormal"] == pytest.approx(
        fixed_b_critical(0.05, 11 / 60) * found["se"]
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_a_portfolio_of_the_factors_alone_earns_nothing_beyond_them(seed):
    returns, factors, exposures = made_up(seed, columns=3, noise=0.0)
    found = abnormal_windows(returns, factors, WINDOW, HISTORY)
    assert found.sums.abs().max().max() < 1e-9
    assert np.allclose(found.market, exposures[:, 0])
    assert np.allclose(found.size, exposures[:, 1])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(-5, 5))
def test_what_is_added_in_the_window_is_found_and_moves_no_error(seed, more):
    returns, factors, _ = made_up(seed)
    richer = returns.copy()
    richer.iloc[-WINDOW:] = 100 * ((1 + returns.iloc[-WINDOW:] / 100) * (1 + more / 100) - 1)
    plain, rich = (
        abnormal_windows(one, factors, WINDOW, HISTORY, ends=1).last().loc[0]
        for one in (returns, richer)
    )
    assert rich["abnormal"] - plain["abnormal"] == pytest.approx(1200 * np.log1p(more / 100))
    assert rich["se"] == pytest.approx(plain["se"])


def test_what_a_portfolio_always_led_by_is_abnormal_too():
    returns, factors, _ = made_up(1, noise=0.1)
    found = abnormal_windows(returns + 1.0, factors, WINDOW, HISTORY, ends=1).last()
    assert found.loc[0, "abnormal"] == pytest.approx(WINDOW, abs=1)


def test_the_error_covers_the_error_of_the_exposures():
    """Without it a test of long windows after a short history would reject far too often."""
    rng, index = np.random.default_rng(8), pd.period_range("2000-01", periods=84, freq="M")
    factors = pd.DataFrame(rng.normal(0.3, (4, 3), (84, 2)), index, ["mkt_rf", "smb"])
    factors["rf"] = 0.2
    factors.iloc[-48:, 0] = 4.0  # a market that rises throughout: an error of the exposure adds up
    slopes = rng.uniform((0.5, -0.5), (1.5, 1.0), (400, 2))
    values = 0.2 + factors[["mkt_rf", "smb"]].to_numpy() @ slopes.T + 3 * rng.normal(size=(84, 400))
    found = abnormal_windows(pd.DataFrame(values, index), factors, 48, 36)
    rejected = (found.last()["p"] < 0.05).mean()
    assert 0.01 < rejected < 0.12
    months_alone = found.sums.iloc[-1] / (3 * np.sqrt(48))
    assert (months_alone.abs() > 1.96).mean() > 2 * rejected


@pytest.mark.parametrize(
    ("months", "low", "high"), [(1, 0.03, 0.06), (12, 0.05, 0.09), (24, 0.07, 0.11)]
)
def test_how_often_it_rejects_over_all_real_windows_is_what_the_docstring_says(
    inputs, months, low, high
):
    found = abnormal_windows(inputs.industries, inputs.factors, months, HISTORY)
    t = found.t.loc["1963":].stack()
    assert low < (t.abs() > fixed_b_critical(0.05, found.b)).mean() < high


def test_nothing_after_a_window_moves_it(inputs, years):
    until = pd.Period("1999-06", "M")
    early = abnormal_windows(
        inputs.industries[:until], inputs.factors[:until], WINDOW, HISTORY, ends=3
    )
    for name in ("sums", "errors", "market", "size", "total"):
        pd.testing.assert_frame_equal(
            getattr(early, name), getattr(years, name)[:until].iloc[-3:], check_freq=False
        )


def test_a_window_with_an_unknown_month_has_no_return(years):
    rubber = years.sums["rubbr"]
    gap = rubber.loc["1943-07":"1950-05"]  # blank 1943-07 to 1944-06, then six years of windows
    assert gap.isna().all()
    assert rubber[["1943-06", "1950-06"]].notna().all()


def test_too_short_a_record_says_how_much_is_needed(inputs):
    with pytest.raises(NotKnown, match=r"60 months of returns .* 60 before a window of 12"):
        abnormal_windows(inputs.industries.iloc[-60:], inputs.factors, WINDOW, HISTORY)


def test_windows_start_the_month_after_the_event(inputs):
    assert months_since(inputs.industries.index, "2024-09-18") == 15
    assert months_since(inputs.industries.index, "2025-12-31") == 0


def test_the_place_among_windows_counts_both_tails_and_itself(years):
    t = years.t["gold"].dropna()
    assert p_among_windows(t) == ((t <= -abs(t.iloc[-1])) | (t >= abs(t.iloc[-1]))).mean()
    assert p_among_windows(t) >= 1 / len(t)


def test_the_largest_has_nobody_above_it(years):
    last = years.sums.iloc[-1]
    assert count_as_large(last, last.idxmax()) == (0, 48)
    assert count_as_large(last, last.idxmin()) == (48, 48)


def test_the_interval_lies_about_the_return_it_belongs_to(years):
    last = years.last()
    assert (last["low"] + last["high"]).to_numpy() == pytest.approx(2 * last["abnormal"].to_numpy())
    assert (last["low"] < last["high"]).all()
