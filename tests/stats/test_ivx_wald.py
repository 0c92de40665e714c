"""IVX against the tables of Kostakis, Magdalinos and Stamatogiannis (2015), and its size under the null."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.stats import ivx

RETURN, BILL = "log_excess_return", "treasury_bill"
DIVIDENDS, EARNINGS, PAYOUT = "log_dividend_price", "log_earnings_price", "log_payout"


@pytest.fixture(scope="module")
def monthly() -> pd.DataFrame:
    """Predictors of Goyal and Welch and the log excess return of the US market, 1926-12 to 2012-12."""
    frame = pd.read_csv(Path(__file__).with_name("reference") / "predictors.csv")
    frame.index = pd.PeriodIndex(frame.pop("month"), freq="M")
    return frame.assign(**{PAYOUT: frame[DIVIDENDS] - frame[EARNINGS]})


def test_table_6_one_predictor(monthly):
    result = ivx(monthly[RETURN], monthly[PAYOUT])
    assert result.coefficients[PAYOUT] == pytest.approx(-0.0033, abs=5e-5)
    assert result.wald[PAYOUT] == pytest.approx(0.393, abs=5e-4)
    assert result.delta[PAYOUT] == pytest.approx(-0.067, abs=5e-4)
    result = ivx(monthly[RETURN], monthly[DIVIDENDS])
    assert result.coefficients[DIVIDENDS] == pytest.approx(0.006489, abs=5e-7)
    assert result.wald[DIVIDENDS] == pytest.approx(2.031, abs=5e-4)


def test_table_8_two_predictors(monthly):
    result = ivx(monthly[RETURN], monthly[[DIVIDENDS, BILL]])
    assert result.coefficients.to_list() == pytest.approx([0.0061, -0.0807], abs=5e-5)
    assert result.joint_wald == pytest.approx(3.644, abs=5e-4)
    assert result.joint_p == pytest.approx(0.1617, abs=1e-4)


@pytest.mark.parametrize(
    ("horizon", "wald"),
    [(4, 0.138), (12, 0.005), (24, 0.472), (36, 0.803), (48, 0.422), (60, 0.637)],
)
def test_table_11_long_horizons(monthly, horizon, wald):
    result = ivx(monthly[RETURN], monthly[PAYOUT], horizon=horizon)
    assert result.wald[PAYOUT] == pytest.approx(wald, abs=5e-4)


@pytest.mark.parametrize(
    ("horizon", "earnings", "bill", "joint"),
    [
        (4, 5.778, 3.894, 7.638),
        (12, 6.383, 3.166, 7.614),
        (24, 4.990, 2.124, 5.794),
        (36, 4.599, 1.915, 5.383),
        (48, 4.983, 1.441, 5.660),
        (60, 4.321, 1.039, 4.822),
    ],
)
def test_table_13_two_predictors_long_horizons(monthly, horizon, earnings, bill, joint):
    result = ivx(monthly[RETURN], monthly[[EARNINGS, BILL]], horizon=horizon)
    assert result.wald.to_list() == pytest.approx([earnings, bill], abs=5e-4)
    assert result.joint_wald == pytest.approx(joint, abs=5e-4)


def test_joint_wald_of_one_predictor_is_its_own():
    rng = np.random.default_rng(0)
    result = ivx(rng.normal(size=200), np.cumsum(rng.normal(size=200)))
    assert result.joint_wald == pytest.approx(result.wald["x0"])
    assert (result.p["x0"] < 0.05) == (result.ci_low["x0"] > 0 or result.ci_high["x0"] < 0)


def test_slope_is_per_period_at_every_horizon():
    """Synthetic predictor with a true slope of 0.1 a period: the long-horizon estimate is in the same unit."""
    rng = np.random.default_rng(1)
    predictor = np.cumsum(rng.normal(size=2_000)) * 0.1
    returns = 0.1 * np.r_[0, predictor[:-1]] + rng.normal(size=2_000)
    for horizon in (1, 12, 36):
        assert ivx(returns, predictor, horizon).coefficients["x0"] == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize(
    ("returns", "predictors", "horizon", "word"),
    [
        (np.arange(60.0) % 5, np.ones(60), 1, "constant"),
        (np.arange(60.0) % 5, np.arange(59.0), 1, "length"),
        (np.arange(20.0) % 5, np.arange(20.0), 1, "at least 30"),
        (np.arange(60.0) % 5, np.arange(60.0), 40, "half"),
        (np.arange(60.0) % 5, np.arange(60.0), 0, "at least 1"),
        (
            np.arange(60.0) % 5,
            np.column_stack([np.arange(60.0), 2 * np.arange(60.0)]),
            1,
            "collinear",
        ),
        (np.arange(60.0) % 5, np.r_[np.arange(59.0), np.nan], 1, "missing"),
    ],
)
def test_bad_input_is_refused(returns, predictors, horizon, word):
    with pytest.raises(ValueError, match=word):
        ivx(returns, predictors, horizon)


def test_dates_must_agree():
    index = pd.period_range("2000-01", periods=60, freq="M")
    returns = pd.Series(np.arange(60.0) % 5, index=index)
    with pytest.raises(ValueError, match="different dates"):
        ivx(returns, pd.Series(np.arange(60.0), index=index.shift(1)))
