"""IVX against the tables of Kostakis, Magdalinos and Stamatogiannis (2015), and its size under the null."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

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
    assert result.wald_each[PAYOUT] == pytest.approx(0.393, abs=5e-4)
    assert result.delta[PAYOUT] == pytest.approx(-0.067, abs=5e-4)
    result = ivx(monthly[RETURN], monthly[DIVIDENDS])
    assert result.coefficients[DIVIDENDS] == pytest.approx(0.006489, abs=5e-7)
    assert result.wald_each[DIVIDENDS] == pytest.approx(2.031, abs=5e-4)


def test_table_8_two_predictors(monthly):
    result = ivx(monthly[RETURN], monthly[[DIVIDENDS, BILL]])
    assert result.coefficients.to_list() == pytest.approx([0.0061, -0.0807], abs=5e-5)
    assert result.wald == pytest.approx(3.644, abs=5e-4)
    assert result.p == pytest.approx(0.1617, abs=1e-4)


@pytest.mark.parametrize(
    ("horizon", "wald"),
    [(4, 0.138), (12, 0.005), (24, 0.472), (36, 0.803), (48, 0.422), (60, 0.637)],
)
def test_table_11_long_horizons(monthly, horizon, wald):
    result = ivx(monthly[RETURN], monthly[PAYOUT], horizon=horizon)
    assert result.wald_each[PAYOUT] == pytest.approx(wald, abs=5e-4)


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
    assert result.wald_each.to_list() == pytest.approx([earnings, bill], abs=5e-4)
    assert result.wald == pytest.approx(joint, abs=5e-4)


def test_joint_wald_of_one_predictor_is_its_own():
    rng = np.random.default_rng(0)
    result = ivx(rng.normal(size=200), np.cumsum(rng.normal(size=200)))
    assert result.wald == pytest.approx(result.wald_each["x0"])
    assert (result.p_each["x0"] < 0.05) == (result.ci_low["x0"] > 0 or result.ci_high["x0"] < 0)


def kms(y, x, horizon):
    """The paper's formulas with plain loops: returns y and predictors x, (n, k), both lagged here."""
    y, past, now = y[1:], x[:-1], x[1:]
    n, k = past.shape
    design = np.column_stack([np.ones(n), past])
    error = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    roots = [past[:, j] @ now[:, j] / (past[:, j] @ past[:, j]) for j in range(k)]
    u = now - past * roots
    variance = np.mean(error**2)
    long_run, crossed = u.T @ u / n, u.T @ error / n
    lags = int(n ** (1 / 3))
    for j in range(1, lags + 1):
        weight = 1 - j / (lags + 1)
        auto = sum(np.outer(u[t], u[t - j]) for t in range(j, n)) / n
        long_run = long_run + weight * (auto + auto.T)
        crossed = crossed + weight * sum(u[t] * error[t - j] for t in range(j, n)) / n
    z = np.zeros((n, k))
    for t in range(1, n):
        z[t] = (1 - 1 / n**0.95) * z[t - 1] + past[t] - past[t - 1]
    m = n - horizon + 1
    y_sum, x_sum, z_sum = (
        np.array([a[t : t + horizon].sum(axis=0) for t in range(m)]) for a in (y, past, z)
    )
    inverse = np.linalg.inv(z[:m].T @ (x_sum - x_sum.mean(axis=0)))
    slopes = inverse @ z[:m].T @ (y_sum - y_sum.mean())
    corrected = variance - crossed @ np.linalg.inv(long_run) @ crossed
    middle = z_sum.T @ z_sum * variance - m * np.outer(z_sum.mean(0), z_sum.mean(0)) * corrected
    return slopes, inverse @ middle @ inverse.T, [np.corrcoef(error, v)[0, 1] for v in u.T]


@pytest.mark.parametrize("horizon", [1, 7])
@pytest.mark.parametrize("k", [1, 3])
def test_the_formulas_of_the_paper_step_by_step(horizon, k):
    rng = np.random.default_rng(2)
    months = pd.period_range("1990-01", periods=150, freq="M")
    x = pd.DataFrame(rng.normal(size=(150, k)).cumsum(axis=0), index=months).add_prefix("p")
    y = pd.Series(rng.normal(size=150) - 0.4 * x["p0"].diff().fillna(0), index=months)
    slopes, covariance, delta = kms(y.to_numpy(), x.to_numpy(), horizon)
    result = ivx(y, x, horizon)
    errors = np.sqrt(np.diag(covariance))
    assert result.coefficients.to_list() == pytest.approx(slopes)
    assert result.se.to_list() == pytest.approx(errors)
    assert result.wald_each.to_list() == pytest.approx((slopes / errors) ** 2)
    assert result.p_each.to_list() == pytest.approx(stats.chi2(1).sf((slopes / errors) ** 2))
    joint = slopes @ np.linalg.inv(covariance) @ slopes
    assert (result.wald, result.p) == pytest.approx((joint, stats.chi2(k).sf(joint)))
    assert result.delta.to_list() == pytest.approx(delta)
    assert result.ci_low.to_list() == pytest.approx(slopes - 1.959964 * errors)
    assert result.ci_high.to_list() == pytest.approx(slopes + 1.959964 * errors)
    assert (result.horizon, result.n) == (horizon, 149 - horizon + 1)
    for part in ("coefficients", "se", "wald_each", "p_each", "delta"):
        assert getattr(result, part).name == part
        assert getattr(result, part).index.equals(x.columns)


def test_thirty_periods_are_the_fewest_and_one_period_the_horizon():
    rng = np.random.default_rng(3)
    y, x = rng.normal(size=30), rng.normal(size=30).cumsum()
    assert ivx(y, x).horizon == 1
    assert ivx(y, x, horizon=14).n == 16
    with pytest.raises(ValueError, match="horizon is 15 but the sample has 29 periods"):
        ivx(y, x, horizon=15)
    for shorter in ((y[1:], x), (y, x[1:])):
        with pytest.raises(ValueError, match="has 29 observations; at least 30"):
            ivx(*shorter)


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


def test_a_large_level_is_no_collinearity():
    """A rank taken in raw units calls a predictor around 1e17 collinear with the intercept."""
    rng = np.random.default_rng(0)
    returns, steps = rng.normal(size=200), rng.integers(-5, 6, size=200).cumsum()
    found = ivx(returns, 1e17 + 1e6 * steps)
    assert np.isfinite(found.p)
    assert found.delta.abs().iloc[0] < 0.5
    with pytest.raises(ValueError, match="collinear"):
        ivx(returns, np.column_stack([steps, 3.0 * steps + 7]))
    with pytest.raises(ValueError, match="constant but for its last value"):
        ivx(returns, np.r_[np.zeros(199), 1.0])
