"""Draws over ranges, swings and shares of variance, against closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers.errors import ParameterError
from helpers.topics.common.ranges import (
    Range,
    central,
    simulate_ranges,
    swings,
    variance_shares,
)

ordered = st.lists(st.floats(-100.0, 100.0), min_size=3, max_size=3).map(sorted)


@given(ordered, st.floats(0.0, 1.0))
def test_quantile_is_that_of_the_triangular_distribution(ends, u):
    low, mid, high = ends
    found = float(Range(low, mid, high, "synthetic").quantile(u))
    assert low - 1e-9 <= found <= high + 1e-9
    if high - low > 1e-3:
        peak = (mid - low) / (high - low)
        assert found == pytest.approx(
            stats.triang.ppf(u, peak, loc=low, scale=high - low), abs=1e-6
        )


def test_ends_out_of_order_are_refused_by_name():
    with pytest.raises(ParameterError, match=r"low, mid, high.*51, 41, 30 \(given"):
        Range(51.0, 41.0, 30.0, "given by the reader")


def test_draws_are_independent_cover_the_range_and_follow_the_seed():
    ranges = {"a": Range(0, 1, 4, ""), "b": Range(-1, 0, 1, "")}
    one, same, other = (
        simulate_ranges(ranges, 4096, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(one["a"], same["a"])
    assert not np.array_equal(one["a"], other["a"])
    assert one["a"].mean() == pytest.approx(
        5 / 3, abs=0.01
    )  # mean of a triangle: (low + mid + high) / 3
    assert one["b"].var() == pytest.approx(1 / 6, abs=0.005)
    assert abs(np.corrcoef(one["a"], one["b"])[0, 1]) < 0.05


def test_swings_put_the_widest_first_and_leave_the_rest_central():
    table = swings(lambda a, b: 10 * a - b, {"b": Range(0, 1, 2, ""), "a": Range(0, 1, 4, "")})
    assert list(table.index) == ["a", "b"]
    assert table.loc["a", ["at_low", "at_high"]].tolist() == [-1.0, 39.0]
    assert table.loc["b", ["at_low", "at_high"]].tolist() == [10.0, 8.0]


def test_a_swing_is_told_from_its_lowest_end():
    table = swings(lambda a, b: a - 2 * b, {"a": Range(1, 2, 3, ""), "b": Range(0, 1, 4, "")})
    assert list(table.index) == ["b", "a"]
    assert table.loc["b"].tolist() == [0.0, 4.0, 2.0, -6.0, -6.0, 8.0]  # falls as the input rises
    assert table.loc["a"].tolist() == [1.0, 3.0, -1.0, 1.0, -1.0, 2.0]
    assert table.columns.tolist()[-2:] == ["lowest", "swing"]


def test_equal_swings_and_shares_stay_in_the_order_of_the_inputs():
    names = [f"input {letter}" for letter in "zyxwvutsrqponmlkjihg"]
    ends = {name: Range(0, 1, 1 + j % 2, "") for j, name in enumerate(names)}
    table = swings(lambda **inputs: sum(inputs.values()), ends)
    assert list(table.index) == names[1::2] + names[::2]
    found = variance_shares(  # every second one enters
        lambda **inputs: sum(inputs[name] for name in names[1::2]),
        ends,
        points=64,
        resamples=2,
        rng=np.random.default_rng(1),
    )
    assert list(found.index[10:]) == names[::2]
    assert found.index.name == "input"


@pytest.mark.parametrize(("low", "mid", "high"), [(2, 1, 3), (1, 3, 2), (3, 2, 1)])
def test_a_middle_outside_its_ends_is_refused(low, mid, high):
    with pytest.raises(ParameterError, match="low, mid, high in order"):
        Range(low, mid, high, "synthetic")


def test_a_point_is_a_range():
    point = Range(3, 3, 3, "synthetic")
    assert point.quantile([0.0, 0.5, 1.0]).tolist() == [3.0, 3.0, 3.0]
    assert central({"a": point, "b": Range(0, 1, 4, "")}) == {"a": 3, "b": 1}


def test_a_peak_may_lie_at_an_end():
    rising, falling = Range(0, 4, 4, "synthetic"), Range(0, 0, 4, "synthetic")
    assert rising.quantile([0.25, 1.0]).tolist() == pytest.approx([2.0, 4.0])  # 4 sqrt(u)
    assert falling.quantile([0.0, 0.75]).tolist() == pytest.approx([0.0, 2.0])


def test_draws_spread_evenly_one_in_each_slice():
    drawn = simulate_ranges({"a": Range(0, 0, 1, "")}, 100, np.random.default_rng(0))["a"]
    slices = np.floor(100 * (1 - np.square(1 - drawn)))  # the distribution function
    assert sorted(slices) == list(range(100))


def test_intervals_are_percentiles_of_resampled_indices():
    ranges = {"a": Range(0, 1, 4, ""), "b": Range(-1, 0, 1, "")}
    found = variance_shares(
        lambda a, b: a * b + a, ranges, points=64, resamples=500, rng=np.random.default_rng(3)
    )
    # the same points and rows, index by index in a plain loop
    rng = np.random.default_rng(3)
    sample = stats.qmc.Sobol(d=4, bits=64, rng=rng).random(64)
    rows = rng.integers(0, 64, size=(500, 64))

    def output(u):
        a, b = (one.quantile(column) for one, column in zip(ranges.values(), u.T, strict=True))
        return a * b + a

    f_a, f_b = output(sample[:, :2]), output(sample[:, 2:])
    swapped = {"a": sample[:, [2, 1]], "b": sample[:, [0, 3]]}
    for name, columns in swapped.items():
        f_ab, kinds = output(columns), {"first": [], "total": []}
        for row in rows:
            x, y, z = f_a[row], f_b[row], f_ab[row]
            mean = (x.mean() + y.mean()) / 2
            x, y, z = x - mean, y - mean, z - mean
            variance = (np.square(x).mean() + np.square(y).mean()) / 2
            kinds["first"].append((y * (z - x)).mean() / variance)
            kinds["total"].append(np.square(x - z).mean() / 2 / variance)
        for kind, values in kinds.items():
            ends = found.loc[name, [f"{kind}_low", f"{kind}_high"]].tolist()
            assert ends == pytest.approx(np.percentile(values, (2.5, 97.5)))
    assert found["total"].is_monotonic_decreasing


def shares(model, ranges):
    return variance_shares(model, ranges, points=2048, resamples=100, rng=np.random.default_rng(7))


def test_shares_of_a_sum_are_the_shares_of_its_variances():
    ranges = {"a": Range(0, 1, 2, ""), "b": Range(0, 2, 4, ""), "point": Range(3, 3, 3, "")}
    found = shares(lambda a, b, point: a + b + point, ranges)
    assert list(found.index) == ["b", "a", "point"]
    assert found.loc["b", "first"] == pytest.approx(0.8, abs=0.02)  # variances 4/6 and 1/6
    assert found.loc["a", "total"] == pytest.approx(0.2, abs=0.02)
    assert found.loc["point"].eq(0.0).all()
    assert (found["first_low"] <= found["first"]).all()
    assert (found["first"] <= found["first_high"]).all()


def test_an_interaction_belongs_to_the_total_only():
    centred = {"a": Range(-1, 0, 1, ""), "b": Range(-1, 0, 1, "")}
    found = shares(lambda a, b: a * b, centred)
    assert found["first"].abs().max() < 0.05
    assert found["total"].min() > 0.9


def test_an_output_that_does_not_move_has_no_shares():
    found = shares(lambda a: np.ones_like(a) if np.ndim(a) else 1.0, {"a": Range(0, 1, 2, "")})
    assert found.eq(0.0).all(axis=None)


def test_indices_are_those_of_scipy_on_the_same_points():
    ranges = {"a": Range(0, 1, 4, ""), "b": Range(-1, 0, 1, ""), "c": Range(2, 2, 5, "")}

    def model(a, b, c):
        return a * c + np.square(b)

    ours = variance_shares(model, ranges, points=512, resamples=10, rng=np.random.default_rng(5))
    quantiles = [one.quantile for one in ranges.values()]
    theirs = stats.sobol_indices(
        func=lambda u: model(*(quantile(row) for quantile, row in zip(quantiles, u, strict=True))),
        n=512,
        dists=[stats.uniform()] * 3,
        rng=np.random.default_rng(5),
    )
    assert ours.loc[list(ranges), "first"].to_numpy() == pytest.approx(theirs.first_order, abs=1e-9)
    assert ours.loc[list(ranges), "total"].to_numpy() == pytest.approx(theirs.total_order, abs=1e-9)


def test_a_single_input_explains_everything():
    found = shares(lambda a: np.square(a), {"a": Range(0, 1, 2, "")})
    assert found.loc["a", ["first", "total"]].to_numpy(dtype=float) == pytest.approx(
        [1.0, 1.0], abs=0.02
    )
