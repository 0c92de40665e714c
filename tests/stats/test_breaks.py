"""Break dates: the Nile and the real interest rate as published, ruptures, brute force, size of the test."""

import tracemalloc
import warnings
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import ruptures
from scipy.optimize import brentq
from scipy.signal import lfilter
from statsmodels.datasets import nile as nile_data

from helpers.stats import (
    break_dates,
    breaks,
    mean_hac,
    optimal_block,
    regress_hac,
    stationary_indices,
)
from helpers.stats.breaks import argmax_cdf
from signatures import defaults_of


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


@pytest.mark.parametrize("number", [1, 2, 3])
def test_dates_agree_with_ruptures_exact_search(nile, number):
    result = break_dates(nile, min_segment=10, max_breaks=3, draws=19)
    reference = (
        ruptures.Dynp(model="l2", min_size=10, jump=1).fit(nile.to_numpy()).predict(n_bkps=number)
    )
    assert [nile.index.get_loc(date) + 1 for date in result.dates(number)] == reference[:-1]


def test_regression_breaks_by_brute_force():
    rng = np.random.default_rng(0)
    x = rng.normal(size=60)
    y = np.where(np.arange(60) < 35, 1.0, -1.0) * x + 0.5 * rng.normal(size=60)
    result = break_dates(y, exog=x, min_segment=8, max_breaks=2, draws=19)
    design = np.column_stack([np.ones(60), x])

    def rss(first, last):
        return np.linalg.lstsq(design[first:last], y[first:last], rcond=None)[1][0]

    for number in (1, 2):
        best = min(
            (sum(rss(a, b) for a, b in zip((0, *cuts), (*cuts, 60), strict=True)), cuts)
            for cuts in combinations(range(8, 53), number)
            if all(b - a >= 8 for a, b in zip((0, *cuts), (*cuts, 60), strict=True))
        )
        assert result.table.loc[number, "rss"] == pytest.approx(best[0])
        assert result.dates(number) == [cut - 1 for cut in best[1]]
    assert result.bic_breaks == 1
    assert list(result.segments.columns) == ["start", "end", "n", "intercept", "x0"]


@pytest.mark.parametrize("cells", [None, 7 * 40 * 2])
def test_p_is_the_share_of_resampled_residuals_with_a_larger_sup_f(cells, monkeypatch):
    """Every split of every draw by least squares; blocks of draws go on with the same generator."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=40)
    y = 2 + x + rng.normal(size=40) * np.repeat([0.5, 1.0], 20)
    if cells:
        monkeypatch.setattr(breaks, "_CELLS", cells)
    result = break_dates(y, exog=x, min_segment=8, max_breaks=1, block=3, draws=30, rng=5)
    design = np.column_stack([np.ones(40), x])

    def rss(sample, first, last):
        return np.linalg.lstsq(design[first:last], sample[first:last], rcond=None)[1][0]

    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    generator = np.random.default_rng(5)
    counts = [7, 7, 7, 7, 2] if cells else [30]
    rows = np.concatenate([stationary_indices(40, 3, count, generator) for count in counts])
    null = []
    for sample in residual[rows]:
        best = min(rss(sample, 0, cut) + rss(sample, cut, 40) for cut in range(8, 33))
        null.append((40 - 4) / 2 * (rss(sample, 0, 40) - best) / best)
    assert result.p == (1 + np.sum(np.array(null) >= result.sup_f)) / 31
    assert (result.block, result.draws, result.n, result.min_segment) == (3, 30, 40, 8)


def test_sup_f_of_each_draw_is_the_best_of_all_its_splits():
    """Regressors with a level far above their spread, whose products would not tell them from the intercept."""
    rng = np.random.default_rng(13)
    x, residual = rng.normal(size=(2, 24))
    y = 1 + 2 * x + np.repeat([0.0, 0.3], 12) + residual
    plain, moved = (
        break_dates(y, exog=z, min_segment=3, max_breaks=1, block=2, draws=400, rng=6)
        for z in (x, x + 1e5)
    )
    assert moved.p == plain.p
    design = np.column_stack([np.ones(24), x])
    splits = breaks._splits(design, [(0, 23)], 3)
    rng = np.random.default_rng(6)
    found = breaks._bootstrap_sup_f(residual, design, splits, 2, 40, rng)

    def rss(sample, first, last):
        return np.linalg.lstsq(design[first:last], sample[first:last])[1][0]

    for value, rows in zip(found, stationary_indices(24, 2, 40, 6), strict=True):
        sample = residual[rows]
        best = min(rss(sample, 0, cut) + rss(sample, cut, 24) for cut in range(3, 22))
        assert value == pytest.approx((24 - 4) / 2 * (rss(sample, 0, 24) - best) / best)


@pytest.mark.parametrize("seed", range(6))
def test_a_draw_that_repeats_the_sample_counts_though_rounding_makes_it_less(seed):
    """Blocks as long as the sample: a draw that starts with the first row and never jumps is the sample."""
    y = np.random.default_rng(seed).normal(size=10) + np.repeat([0.0, 3.0], 5)
    result = break_dates(y, min_segment=2, max_breaks=1, block=10, draws=99, rng=1)
    null = []
    for sample in y[stationary_indices(10, 10, 99, 1)]:
        squares = [
            ((sample[:cut] - sample[:cut].mean()) ** 2).sum()
            + ((sample[cut:] - sample[cut:].mean()) ** 2).sum()
            for cut in range(2, 9)
        ]
        null.append((10 - 2) * (((sample - sample.mean()) ** 2).sum() / min(squares) - 1))
    assert sum(np.isclose(null, result.sup_f, rtol=1e-9)) > 1
    assert result.p == (1 + np.sum(np.array(null) >= result.sup_f * (1 - 1e-9))) / 100


def test_without_a_block_that_of_the_residuals_is_taken():
    rng = np.random.default_rng(4)
    x = rng.normal(size=80).cumsum()
    y = 3 * x + np.convolve(rng.normal(size=83), np.ones(4), mode="valid")
    residual = y - np.polyval(np.polyfit(x, y, 1), x)
    result = break_dates(y, exog=x, draws=19)
    assert result.block == pytest.approx(optimal_block(residual))
    assert defaults_of(break_dates) == {
        "exog": None, "min_segment": 0.15, "max_breaks": 5, "block": None, "draws": 999, "rng": 0,
        "client": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("min_segment", "periods"), [(0.15, 15), (0.29, 29), (0.5, 50), (2, 2), (50, 50), (34.0, 34)]
)
def test_segments_may_take_up_to_half_of_the_sample(min_segment, periods):
    """0.29 of a hundred is 29, though not in floating point."""
    y = np.random.default_rng(5).normal(size=100)
    result = break_dates(y, min_segment=min_segment, max_breaks=1, draws=19)
    assert result.min_segment == periods
    assert periods - 1 <= result.dates(1)[0] <= 99 - periods


def test_as_many_breaks_as_fit_and_no_more_than_asked_for():
    y = np.random.default_rng(6).normal(size=85)
    assert list(break_dates(y, min_segment=20, draws=19).table.index) == [0, 1, 2, 3]
    assert list(break_dates(y, min_segment=20, max_breaks=2.0, draws=19).table.index) == [0, 1, 2]
    table = break_dates(y, min_segment=10, draws=19).table
    assert (table.index.name, table.index[-1]) == ("breaks", 5)
    assert [len(dates) for dates in table["dates"]] == [0, 1, 2, 3, 4, 5]
    assert np.isnan(table.loc[0, "sup_f"])


@pytest.mark.parametrize("last", [True, False])
def test_the_outermost_segments_may_be_the_shortest(last):
    y = 0.1 * np.random.default_rng(7).normal(size=60)
    y[slice(50, None) if last else slice(10)] += 5
    result = break_dates(y, min_segment=10, max_breaks=1, draws=19)
    assert result.dates(1) == [49 if last else 9]
    assert result.segments["n"].to_list() == ([50, 10] if last else [10, 50])


def test_neither_level_nor_unit_of_the_regressors_matters():
    """Levels of a million against deviations of one would drown the sums of squares."""
    rng = np.random.default_rng(8)
    x = rng.normal(size=(90, 2))
    y = x @ [1.0, -1.0] + np.repeat([0.0, 4.0], 45) * x[:, 0] + rng.normal(size=90)
    plain = break_dates(y, exog=x, min_segment=12, max_breaks=2, draws=19).table
    moved = break_dates(
        y + 1e6, exog=x * [1e3, 1e-3] + [1e6, -7.0], min_segment=12, max_breaks=2, draws=19
    ).table
    assert moved["dates"].to_list() == plain["dates"].to_list()
    for column in ("rss", "bic", "lwz"):
        assert moved[column].to_list() == pytest.approx(plain[column].to_list(), rel=1e-6)
    scaled = breaks._standardised(np.column_stack([np.ones(90), x * [1e6, 1e-6] + [1e9, -7.0]]))
    assert scaled[:, 0] == pytest.approx(1)
    assert scaled[:, 1:] == pytest.approx((x - x.mean(axis=0)) / x.std(axis=0), abs=1e-6)
    # The unit of y only sets that of its squares, small as they may be.
    small = break_dates(1e-4 * y, exog=x, min_segment=12, max_breaks=2, draws=19).table
    assert small["rss"].to_list() == pytest.approx((1e-8 * plain["rss"]).to_list())


def test_criteria_of_a_regression_count_its_coefficients_in_every_segment():
    rng = np.random.default_rng(9)
    x = rng.normal(size=(80, 2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = break_dates(
            rng.normal(size=80), exog=x, min_segment=10, max_breaks=2, block=2, draws=19
        ).table
    for m in (1, 2):
        rss, parameters = table.loc[m, "rss"], (m + 1) * 3 + m
        assert table.loc[m, "bic"] == pytest.approx(np.log(rss / 80) + parameters * np.log(80) / 80)
        assert table.loc[m, "lwz"] == pytest.approx(
            np.log(rss / (80 - parameters)) + 0.299 * parameters / 80 * np.log(80) ** 2.1
        )
        assert table.loc[m, "sup_f"] == pytest.approx(
            (80 - (m + 1) * 3) / (m * 3) * (table.loc[0, "rss"] - rss) / rss
        )


def test_segments_are_regressions_of_their_own():
    index = pd.period_range("2000-01", periods=90, freq="M")
    rng = np.random.default_rng(10)
    x = pd.Series(rng.normal(size=90), index=index, name="spread")
    y = pd.Series(np.repeat([1.0, -2.0, 3.0], 30), index=index) * x + 0.3 * rng.normal(size=90) + 4
    result = break_dates(y, exog=x, min_segment=15, max_breaks=3, draws=19)
    assert [str(date) for date in result.dates(2)] == ["2002-06", "2004-12"]
    assert result.bic_breaks == result.lwz_breaks == 2
    assert result.segments.columns.to_list() == ["start", "end", "n", "intercept", "spread"]
    for _, row in result.segments.iterrows():
        slope, intercept = np.polyfit(x[row["start"] : row["end"]], y[row["start"] : row["end"]], 1)
        assert (row["spread"], row["intercept"]) == pytest.approx((slope, intercept))
    assert result.segments["start"].to_list() == [index[0], index[30], index[60]]
    assert result.segments["end"].to_list() == [index[29], index[59], index[89]]
    assert result.segments["n"].to_list() == [30, 30, 30]


@pytest.mark.parametrize("shift", [1.0, 2.5])
def test_intervals_by_the_law_of_bai_in_the_unit_of_periods(shift):
    """The date minus a quantile over (change' Q change), with Q and the variance of each segment."""
    rng = np.random.default_rng(11)
    x = rng.normal(size=150) * np.repeat([1.0, 2.0], 75)
    y = 1 + np.repeat([0.0, shift], 75) * x + rng.normal(size=150) * np.repeat([1.0, 2.0], 75)
    result = break_dates(y, exog=x, min_segment=20, max_breaks=1, draws=19)
    assert result.bic_breaks == 1
    at = result.dates(1)[0]
    design = np.column_stack([np.ones(150), x])
    sides = []
    for part in (slice(0, at + 1), slice(at + 1, 150)):
        coefficients, squares = np.linalg.lstsq(design[part], y[part], rcond=None)[:2]
        n = len(y[part])
        sides.append((coefficients, design[part].T @ design[part] / n, squares[0] / n))
    change = sides[1][0] - sides[0][0]
    one, two = (change @ side[1] @ change for side in sides)
    law = (two / one, np.sqrt(sides[0][2]), np.sqrt(sides[1][2]))
    low, high = (
        brentq(lambda value, p=p: argmax_cdf(value, *law) - p, -500, 500) for p in (0.025, 0.975)
    )
    row = result.intervals.iloc[0]
    assert row["date"] == at
    assert row["ci_low"] == at - np.ceil(high / one)
    assert row["ci_high"] == at - np.floor(low / one)
    assert result.intervals.columns.to_list() == ["date", "ci_low", "ci_high"]


def test_intervals_end_with_the_sample():
    """A small shift near either end: the law reaches beyond, the sample does not."""
    rng = np.random.default_rng(12)
    for at, column, end in ((9, "ci_low", 0), (69, "ci_high", 79)):
        y = rng.normal(size=80)
        y[at + 1 :] += 1.5
        lasts = [at]
        found = breaks._intervals(y, np.ones((80, 1)), lasts, pd.RangeIndex(80), level=0.9999)
        assert found.iloc[0][column] == end


@pytest.mark.parametrize("p", [0.001, 0.025, 0.5, 0.6, 0.975, 0.9999])
@pytest.mark.parametrize(
    "law", [(1.0, 1.0, 1.0), (0.2, 0.5, 3.0), (6.0, 2.0, 0.7), (0.01, 1.0, 1.0)]
)
def test_quantiles_invert_the_law(p, law):
    assert argmax_cdf(breaks._argmax_quantile(p, *law), *law) == pytest.approx(p, abs=1e-9)


def test_size_of_the_bootstrap_test():
    """Synthetic noise without a break, 150 samples of 80: rejected near 5 % (Monte Carlo error 1.8 points)."""
    rng = np.random.default_rng(1)
    p = [
        break_dates(rng.normal(size=80), max_breaks=1, block=1, draws=39, rng=rng).p
        for _ in range(150)
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


@pytest.mark.parametrize("law", [(1.0, 1.0, 1.0), (0.2, 0.5, 3.0), (6.0, 2.0, 0.7)])
def test_the_higher_of_two_exponential_maxima_decides_the_side(law):
    """The maxima of the two sides are exponential with rates 1 / phi1^2 and 1 / phi2^2, whatever xi."""
    _, one, two = law
    for x in (-1e-12, 0, 1e-12):
        assert argmax_cdf(x, *law) == pytest.approx(one**2 / (one**2 + two**2), abs=1e-5)


def test_the_symmetric_law_has_bais_critical_value():
    """Bai (1997): P(|argmax| <= 11.03) = .95 for equal variances."""
    assert argmax_cdf(11.03, 1, 1, 1) == pytest.approx(0.975, abs=0.0005)
    assert argmax_cdf(-11.03, 1, 1, 1) == pytest.approx(0.025, abs=0.0005)
    assert argmax_cdf(0, 1, 1, 1) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"min_segment": 1}, "min_segment is 1: segments of 1 periods; .* between 2 and 40"),
        ({"min_segment": 1.9}, "segments of 1 periods"),
        ({"min_segment": 0}, "segments of 0 periods"),
        ({"min_segment": 41}, "segments of 41 periods"),
        ({"min_segment": 2, "exog": np.arange(80.0) % 7}, "2 coefficients .* between 3 and 40"),
        ({"max_breaks": 0}, "max_breaks is 0"),
        ({"max_breaks": 1.5}, "max_breaks is 1.5"),
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


def test_a_step_without_noise_has_one_break_dated_exactly():
    result = break_dates(np.r_[np.zeros(30), np.ones(30)], min_segment=6, max_breaks=3, draws=19)
    assert (result.bic_breaks, result.lwz_breaks, result.dates(1)) == (1, 1, [29])
    assert result.sup_f == np.inf
    assert result.p == pytest.approx(1 / 20)
    assert result.intervals.to_numpy().tolist() == [[29, 29, 29]]
    assert result.segments["mean"].to_list() == pytest.approx([0.0, 1.0])


def test_no_table_of_all_segments_is_held():
    """At 2,000 periods such a table has 32 MB."""
    y = np.repeat([0.0, 2.0], 1_000) + np.random.default_rng(0).normal(size=2_000)
    tracemalloc.start()
    result = break_dates(y, max_breaks=2, draws=19, block=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert abs(result.dates(1)[0] - 999) < 20
    assert peak < 25e6


def test_a_partition_tells_each_segment_with_its_hac_error():
    months = pd.period_range("1990-01", periods=120, freq="M")
    y = pd.Series(
        np.repeat([0.0, 3.0, 1.0], 40) + np.random.default_rng(5).normal(size=120), months
    )
    result = break_dates(y, min_segment=12, max_breaks=3, draws=19)
    table = result.partition(2)
    assert list(table.columns) == [
        "start",
        "end",
        "n",
        "mean",
        "mean, se",
        "mean, low",
        "mean, high",
    ]
    assert table["end"].to_list()[:2] == result.dates(2)
    assert (table["start"].iloc[0], table["end"].iloc[-1]) == (months[0], months[-1])
    assert table["n"].sum() == 120
    for _, row in table.iterrows():
        mean = mean_hac(y[row["start"] : row["end"]])
        assert row["mean"] == pytest.approx(mean.estimate)
        assert row["mean, se"] == pytest.approx(mean.se)
        assert (row["mean, low"], row["mean, high"]) == pytest.approx((mean.ci_low, mean.ci_high))
    assert result.partition(0)["mean"].to_list() == pytest.approx([y.mean()])
    chosen = result.partition(result.bic_breaks)
    assert chosen["mean"].to_list() == pytest.approx(result.segments["mean"].to_list())
    for tried in (-1, 4):
        with pytest.raises(ValueError, match=f"breaks is {tried}; between 0 and 3 were tried"):
            result.partition(tried)


def test_a_partition_of_a_regression_has_its_coefficients():
    rng = np.random.default_rng(6)
    x = rng.normal(size=100)
    y = np.repeat([1.0, -1.0], 50) * x + 0.2 * rng.normal(size=100)
    result = break_dates(y, x, min_segment=15, max_breaks=2, draws=19)
    table = result.partition(1)
    names = result.segments.columns[3:].to_list()
    assert names == ["intercept", "x0"]
    fit = regress_hac(y[: table["n"][0]], x[: table["n"][0]])
    assert table["x0"].to_list() == pytest.approx([1.0, -1.0], abs=0.1)
    assert table["x0, se"][0] == pytest.approx(fit.se["x0"])
    assert table["intercept, low"][0] == pytest.approx(fit.ci_low["intercept"])


def test_size_under_autocorrelation_is_the_one_the_docstring_states():
    """Synthetic autoregressions of 120 periods, coefficient 0.7: about 15 % in place of 5 (error 3.5 points)."""
    rng = np.random.default_rng(7)
    series = lfilter([1.0], [1.0, -0.7], rng.normal(size=(100, 220)))[:, -120:]
    rejected = np.mean([break_dates(y, max_breaks=1, draws=39, rng=rng).p <= 0.05 for y in series])
    assert 0.07 < rejected < 0.25


def least_rss(y, design, shortest, number):
    """Sum of squares of the best partition, every one of them fitted by least squares."""
    n = len(y)
    partitions = ([0, *cuts, n] for cuts in combinations(range(shortest, n - shortest + 1), number))
    return min(
        sum(np.linalg.lstsq(design[a:b], y[a:b])[1][0] for a, b in pairwise(ends))
        for ends in partitions
        if min(np.diff(ends)) >= shortest
    )


@pytest.mark.parametrize("cells", [None, 7 * 24 * 2])
def test_ud_max_and_its_draws_are_plain_maxima_over_all_partitions(cells, monkeypatch):
    """By least squares of every segment of every partition; blocks of draws go on with the same generator."""
    if cells:
        monkeypatch.setattr(breaks, "_CELLS", cells)
    rng = np.random.default_rng(20)
    x = 5 + rng.normal(size=24)
    y = 2 + x * np.repeat([1.0, 1.4, 1.0], 8) + rng.normal(size=24)
    result = break_dates(y, exog=x, min_segment=5, max_breaks=2, block=2, draws=30)
    found = result.ud_max(draws=20, rng=4)
    design = np.column_stack([np.ones(24), x])

    def largest(sample):
        rss = [least_rss(sample, design, 5, m) for m in range(3)]
        return max((24 - (m + 1) * 2) / (m * 2) * (rss[0] - rss[m]) / rss[m] for m in (1, 2))

    residual = y - design @ np.linalg.lstsq(design, y)[0]
    generator = np.random.default_rng(4)
    counts = [7, 7, 6] if cells else [20]
    rows = np.concatenate([stationary_indices(24, 2, count, generator) for count in counts])
    null = np.array([largest(sample) for sample in residual[rows]])
    assert found.statistic == pytest.approx(largest(y))
    assert found.statistic == result.table["sup_f"].max()
    assert found.p == (1 + np.sum(null >= largest(y))) / 21
    assert 1 / 21 < found.p < 1
    assert (found.breaks, found.block, found.draws) == (0, 2, 20)
    drawn = breaks._bootstrap_ud_max(
        residual, breaks._standardised(design), 5, 2, 2, 20, np.random.default_rng(4)
    )
    assert drawn == pytest.approx(null)


def test_one_more_break_splits_one_segment_of_the_partition_and_so_do_its_draws(monkeypatch):
    """Dates held; short segments stay whole; residuals of all regimes drawn together."""
    rng = np.random.default_rng(21)
    x = rng.normal(size=50)
    y = np.repeat([0.0, 6.0, 2.0], [22, 8, 20]) + x + rng.normal(size=50)
    result = break_dates(y, exog=x, min_segment=6, max_breaks=3, block=3, draws=19)
    ends = [0, *(last + 1 for last in result.dates(2)), 50]
    assert sorted(np.diff(ends))[0] < 12  # no room within it
    design = np.column_stack([np.ones(50), x])
    residual = np.concatenate(
        [y[a:b] - design[a:b] @ np.linalg.lstsq(design[a:b], y[a:b])[0] for a, b in pairwise(ends)]
    )

    def sup_f(sample):
        def rss(breaks, a, b):
            return least_rss(sample[a:b], design[a:b], 6, breaks)

        whole = [rss(0, a, b) for a, b in pairwise(ends)]
        gains = [
            kept - rss(1, a, b)
            for kept, (a, b) in zip(whole, pairwise(ends), strict=True)
            if b - a >= 12
        ]
        left = sum(whole) - max(gains)
        return (50 - 4 * 2) / 2 * max(gains) / left

    found = result.sup_f_given(2, draws=40, rng=8)
    null = np.array([sup_f(sample) for sample in residual[stationary_indices(50, 3, 40, 8)]])
    assert found.statistic == pytest.approx(sup_f(y))
    assert found.p == (1 + np.sum(null >= found.statistic)) / 41
    assert 1 / 41 < found.p < 1
    assert (found.breaks, found.block, found.draws) == (2, 3, 40)


@pytest.mark.parametrize("block", [None, 4.0])
@pytest.mark.parametrize("regressors", [0, 1])
def test_one_break_against_none_is_the_test_of_break_dates_by_either_name(block, regressors):
    rng = np.random.default_rng(22)
    y = rng.normal(size=70) + np.repeat([0.0, 0.5], 35)
    x = rng.normal(size=70) if regressors else None
    result = break_dates(y, x, max_breaks=1, block=block, draws=199, rng=9)
    for found in (result.sup_f_given(0, rng=9), result.ud_max(rng=9)):
        assert found.statistic == pytest.approx(result.sup_f)
        assert (found.p, found.block, found.draws) == (result.p, result.block, result.draws)
    assert 0.005 < result.p < 1
    assert result.sup_f_given(0, rng=np.random.default_rng(9)).p == result.p
    assert result.sup_f_given(0, rng=10).p != result.p


def test_blocks_of_a_further_break_are_those_of_its_own_residuals():
    """A shift looks like memory: the blocks of the model without it are too long for what is left."""
    y = np.random.default_rng(23).normal(size=100) + np.repeat([0.0, 4.0], 50)
    result = break_dates(y, max_breaks=2, draws=19)
    cut = result.dates(1)[0] + 1
    residual = np.r_[y[:cut] - y[:cut].mean(), y[cut:] - y[cut:].mean()]
    assert result.sup_f_given(1).block == pytest.approx(optimal_block(residual))
    assert result.sup_f_given(1).block < result.sup_f_given(0).block == result.block


def test_clear_breaks_are_found_and_no_more_than_there_are():
    noise = np.random.default_rng(24).normal(size=120)
    one = break_dates(noise + np.repeat([0.0, 2.0], 60), max_breaks=3, block=2, draws=199)
    assert one.ud_max().p == one.sup_f_given(0).p == 1 / 200
    assert one.sup_f_given(1).p > 0.1
    two = break_dates(noise + np.repeat([0.0, 2.0, 0.0], 40), max_breaks=3, block=2, draws=199)
    assert two.ud_max().p == two.sup_f_given(1).p == 1 / 200
    assert two.sup_f_given(2).p > 0.1


def test_the_published_real_rate_has_two_breaks_by_the_sequence(real_interest):
    """Bai and Perron (2003), section 6.1: two breaks by the sequence; UDmax is the F of one."""
    result = break_dates(real_interest, min_segment=15, max_breaks=3, draws=199)
    assert result.ud_max().statistic == result.table.loc[1, "sup_f"]
    assert result.ud_max().p <= 0.05
    assert [result.sup_f_given(number).p <= 0.05 for number in range(3)] == [True, True, False]


def test_a_pulse_is_seen_by_ud_max_where_one_break_is_not():
    """Synthetic pulses of one standard deviation: some half of them against a fifth."""
    rng = np.random.default_rng(25)
    found = [
        break_dates(y, max_breaks=2, draws=39, block=1)
        for y in rng.normal(size=(40, 90)) + np.repeat([0.0, 1.0, 0.0], 30)
    ]
    many = np.mean([result.ud_max(rng=rng).p <= 0.05 for result in found])
    assert many > np.mean([result.p <= 0.05 for result in found]) + 0.1


def test_sizes_of_both_tests_of_more_breaks():
    """Synthetic noise, without a break and after a clear one: near 5 % (Monte Carlo error 2.4 points)."""
    rng = np.random.default_rng(26)
    noise, shift = rng.normal(size=(80, 30)), np.repeat([0.0, 3.0], 15)
    options = {"max_breaks": 2, "block": 1, "draws": 19}
    none = [break_dates(y, **options).ud_max(rng=rng).p for y in noise]
    more = [break_dates(y + shift, **options).sup_f_given(1, rng=rng).p for y in noise]
    for p in (none, more):
        assert 0.01 < np.mean(np.array(p) <= 0.05) < 0.11


@pytest.mark.parametrize(("level", "scale"), [(1e6, 1.0), (0.0, 1e-4), (-7.0, 1e3)])
def test_neither_level_nor_scale_matters_to_the_tests_of_more_breaks(level, scale):
    rng = np.random.default_rng(27)
    x = rng.normal(size=80)
    y = x + rng.normal(size=80) + np.repeat([0.0, 2.0], 40)
    plain, moved = (
        break_dates(z, x, max_breaks=2, block=2, draws=59) for z in (y, level + scale * y)
    )
    for one, other in (
        (plain.ud_max(), moved.ud_max()),
        (plain.sup_f_given(1), moved.sup_f_given(1)),
    ):
        assert other.statistic == pytest.approx(one.statistic, rel=1e-6)
        assert other.p == one.p


def test_a_further_break_needs_a_partition_with_room_and_residuals():
    y = np.random.default_rng(28).normal(size=60)
    result = break_dates(y, min_segment=18, draws=19)
    assert result.table.index[-1] == 2
    for tried in (-1, 3, 0.5):
        with pytest.raises(ValueError, match=f"breaks is {tried}; between 0 and 2 were tried"):
            result.sup_f_given(tried)
    with pytest.raises(
        ValueError, match=r"breaks is 2: no segment .* has 36 periods.* fewer breaks"
    ):
        result.sup_f_given(2)
    for test in (result.ud_max, lambda draws: result.sup_f_given(0, draws=draws)):
        with pytest.raises(ValueError, match="draws"):
            test(draws=2)
    step = break_dates(np.r_[np.zeros(30), np.ones(30)], min_segment=6, max_breaks=2, draws=19)
    assert step.ud_max().statistic == np.inf
    with pytest.raises(ValueError, match="breaks is 1: that partition leaves no residual"):
        step.sup_f_given(1)


def test_a_further_break_that_leaves_nothing_is_infinite():
    y = np.repeat([0.0, 1.0, 3.0], 20)
    result = break_dates(y, min_segment=6, max_breaks=2, draws=19)
    assert result.sup_f_given(1).statistic == np.inf
