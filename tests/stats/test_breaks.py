"""Break dates: the Nile and the real interest rate as published, ruptures, brute force, size of the test."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import ruptures
from statsmodels.datasets import nile as nile_data

from helpers.stats import break_dates
from helpers.stats.breaks import argmax_cdf


@pytest.fixture(scope="module")
def nile() -> pd.Series:
    """Annual flow of the Nile at Aswan, 1871-1970 (Cobb 1978)."""
    frame = nile_data.load_pandas().data
    return pd.Series(
        frame["volume"].to_numpy(),
        index=pd.PeriodIndex(frame["year"].astype(int).astype(str), freq="Y"),
    )


@pytest.fixture(scope="module")
def real_interest() -> pd.Series:
    """US ex-post real interest rate, percent a year, 1961Q1-1986Q3 (Garcia and Perron 1996)."""
    frame = pd.read_csv(Path(__file__).with_name("reference") / "real_interest.csv")
    return pd.Series(
        frame["real_rate"].to_numpy(), index=pd.PeriodIndex(frame["quarter"], freq="Q")
    )


def test_nile(nile):
    """Break after 1898 (observation 28), RSS 2835157 -> 1597457, sup F 75.93, interval 1895-1902, BIC one break."""
    result = break_dates(nile, min_segment=0.15)
    assert [str(date) for date in result.dates(1)] == ["1898"]
    assert result.table.loc[0, "rss"] == pytest.approx(2_835_157, abs=1)
    assert result.table.loc[1, "rss"] == pytest.approx(1_597_457, abs=1)
    assert result.sup_f == pytest.approx(75.93, abs=0.005)
    assert result.bic_breaks == result.lwz_breaks == 1
    interval = result.intervals.iloc[0]
    assert (str(interval["ci_low"]), str(interval["ci_high"])) == ("1895", "1902")
    assert result.p < 0.05


def test_real_interest_rate(real_interest):
    """Bai and Perron (2003), section 6.1: two breaks by BIC and LWZ, 1972Q3 and 1980Q3; means 1.36, -1.80, 5.64."""
    result = break_dates(real_interest, min_segment=15)
    assert result.bic_breaks == result.lwz_breaks == 2
    assert [str(date) for date in result.dates(2)] == ["1972Q3", "1980Q3"]
    assert result.segments["mean"].to_list() == pytest.approx([1.36, -1.80, 5.64], abs=0.006)
    assert [str(date) for date in result.dates(3)] == ["1966Q4", "1972Q3", "1980Q3"]
    # RSS of each number of breaks, as strucchange prints them for these data.
    published = [1214.9, 645.0, 456.0, 445.2, 444.9, 449.6]
    assert result.table["rss"].to_list() == pytest.approx(published, abs=0.06)
    assert result.p < 0.05


def test_criteria_by_their_formulas(nile):
    table = break_dates(nile, min_segment=15, max_breaks=2, draws=19).table
    n, rss = 100, table.loc[2, "rss"]
    assert table.loc[2, "bic"] == pytest.approx(np.log(rss / n) + 5 * np.log(n) / n)
    assert table.loc[2, "lwz"] == pytest.approx(
        np.log(rss / (n - 5)) + 5 / n * 0.299 * np.log(n) ** 2.1
    )
    assert table.loc[2, "sup_f"] == pytest.approx((n - 3) / 2 * (table.loc[0, "rss"] - rss) / rss)


@pytest.mark.parametrize("breaks", [1, 2, 3])
def test_dates_agree_with_ruptures_exact_search(nile, breaks):
    result = break_dates(nile, min_segment=10, max_breaks=3, draws=19)
    reference = (
        ruptures.Dynp(model="l2", min_size=10, jump=1).fit(nile.to_numpy()).predict(n_bkps=breaks)
    )
    assert [nile.index.get_loc(date) + 1 for date in result.dates(breaks)] == reference[:-1]


def test_regression_breaks_by_brute_force():
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    y = np.where(np.arange(60) < 35, 1.0, -1.0) * x + 0.5 * rng.normal(size=60)
    result = break_dates(y, exog=x, min_segment=8, max_breaks=2, draws=19)
    design = np.column_stack([np.ones(60), x])

    def rss(first, last):
        return np.linalg.lstsq(design[first:last], y[first:last], rcond=None)[1][0]

    for breaks in (1, 2):
        best = min(
            (sum(rss(a, b) for a, b in zip((0, *cuts), (*cuts, 60), strict=True)), cuts)
            for cuts in combinations(range(8, 53), breaks)
            if all(b - a >= 8 for a, b in zip((0, *cuts), (*cuts, 60), strict=True))
        )
        assert result.table.loc[breaks, "rss"] == pytest.approx(best[0])
        assert result.dates(breaks) == [cut - 1 for cut in best[1]]
    assert result.bic_breaks == 1
    assert list(result.segments.columns) == ["start", "end", "n", "intercept", "x0"]


def test_size_of_the_bootstrap_test():
    """Synthetic noise without a break, 200 samples of 80: rejected near 5 % (Monte Carlo error 1.5 points)."""
    rng = np.random.default_rng(1)
    p = [
        break_dates(rng.normal(size=80), max_breaks=1, block=1, draws=99, rng=rng).p
        for _ in range(200)
    ]
    assert 0.015 < np.mean(np.array(p) <= 0.05) < 0.10


def test_more_breaks_never_fit_worse_when_they_refine(nile):
    table = break_dates(nile, min_segment=10, max_breaks=4, draws=19).table
    assert table["rss"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("xi", "phi1", "phi2"), [(1.0, 1.0, 1.0), (2.0, 0.8, 1.3), (0.5, 1.2, 0.7)]
)
def test_law_of_the_break_date_by_simulation(xi, phi1, phi2):
    """Bai (1997): argmax of a two-sided Brownian motion with drift, on a grid of 0.02 (which costs .02 at 0)."""
    rng = np.random.default_rng(2)
    step, points, draws = 0.02, 2_500, 2_000
    time = np.arange(1, points + 1) * step
    left = phi1 * np.cumsum(rng.normal(size=(draws, points)), axis=1) * np.sqrt(step) - time / 2
    right = (
        np.sqrt(xi) * phi2 * np.cumsum(rng.normal(size=(draws, points)), axis=1) * np.sqrt(step)
        - xi * time / 2
    )
    argmax = np.where(left.max(1) > right.max(1), -time[left.argmax(1)], time[right.argmax(1)])
    for x in (-5, -2, 1, 4):
        assert argmax_cdf(x, xi, phi1, phi2) == pytest.approx(np.mean(argmax <= x), abs=0.035)


def test_the_symmetric_law_has_bais_critical_value():
    """Bai (1997): P(|argmax| <= 11.03) = .95 for equal variances."""
    assert argmax_cdf(11.03, 1, 1, 1) == pytest.approx(0.975, abs=0.0005)
    assert argmax_cdf(-11.03, 1, 1, 1) == pytest.approx(0.025, abs=0.0005)
    assert argmax_cdf(0, 1, 1, 1) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"min_segment": 1}, "min_segment"),
        ({"min_segment": 45}, "min_segment"),
        ({"max_breaks": 0}, "max_breaks"),
        ({"y": np.ones(80)}, "constant"),
        ({"y": np.arange(6.0)}, "at least 10"),
        ({"y": np.r_[np.arange(79.0), np.nan]}, "missing"),
        ({"exog": np.arange(70.0)}, "length"),
        ({"exog": np.r_[np.zeros(40), np.arange(40.0)], "min_segment": 10}, "collinear"),
        ({"draws": 2}, "draws"),
    ],
)
def test_bad_input_is_refused(change, word):
    arguments = {"y": np.random.default_rng(0).normal(size=80), "draws": 19} | change
    with pytest.raises(ValueError, match=word):
        break_dates(**arguments)
