"""Does the last month known resemble 1974-83, and is resemblance worth anything as a forecast?"""

import numpy as np
import pandas as pd
import pytest

from helpers import stats
from helpers.data import Information
from helpers.errors import ParameterError
from helpers.topics.history import resemblance as res
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.neighbours import METRICS, crowding_test, sum_after
from helpers.topics.history.state import KNOWN, REAL_VARIABLES, VARIABLES
from helpers.trial import load_claim, verdict

OPTIONS = {
    "pair": "lo30_hi30",
    "horizon": 12,
    "k": 60,
    "metric": "euclidean",
    "embargo": 48,
    "variables": VARIABLES,
}


def resemblance(as_of="2026-02-16", **changed):
    return res.Resemblance(HistoryInputs(Information(as_of)), **(OPTIONS | changed))


@pytest.fixture(scope="module")
def found():
    one = resemblance()
    for part in ("shares", "today", "histogram", "mean_after", "distance"):
        getattr(one, part)  # read here, so that every test of this file stands for them
    return one


@pytest.fixture(scope="module")
def evidence(found):
    return res.weigh_resemblance(found)


def test_the_state_is_that_of_the_last_known_relative_return(found):
    assert found.at == pd.Period("2025-12", "M") == found.relative.index[-1]
    assert found.state.loc[found.at, "policy_rate"] == pytest.approx(3.72)
    assert list(found.state) == list(VARIABLES)
    assert not found.state.isna().any().any()


def test_neighbours_are_the_nearest_in_order_an_embargo_away(found):
    assert len(found.neighbours) == 60
    assert found.neighbours.index.max() <= found.at - 49
    assert found.neighbours["distance"].tolist() == sorted(found.distance)[:60]
    span = pd.period_range(found.distance.index[0], found.at - 49, freq="M")
    assert list(found.distance.index) == list(span)


def test_what_followed_all_and_the_nearest(found):
    after = sum_after(found.relative, 12)
    known = [month for month in found.distance.index if month in after.index]
    assert list(found.after_all.index) == known
    assert found.after_all.tolist() == after[known].tolist()
    assert found.neighbours["after"].tolist() == after[found.neighbours.index].tolist()
    assert found.mean_after["all"] == pytest.approx(after[known].mean())
    assert found.mean_after["nearest"] == pytest.approx(found.neighbours["after"].mean())
    assert (len(found.after_nearest), len(found.histogram)) == (60, 24)


def test_the_table_of_today_compares_months_the_reader_can_find(found):
    slope = found.today.loc[KNOWN["slope"].label]
    values = found.state["slope"]
    era = values["1974-01":"1983-12"]
    assert slope["today"] == values["2025-12"]
    assert slope["nearest months"] == pytest.approx(values[found.neighbours.index].mean())
    assert slope["1974-83"] == pytest.approx(era.mean())
    assert (slope["lowest 1974-83"], slope["highest 1974-83"]) == (era.min(), era.max())
    assert slope["all months"] == pytest.approx(values.mean())


def test_shares_are_percent_of_the_nearest_with_intervals_that_shares_can_have():
    months = pd.period_range("1960-01", "1999-12", freq="M")
    distance = pd.Series(np.arange(480.0), months)  # Synthetic: the nearest months open the sample
    distance["1975-01":"1976-12"] = -1.0
    test = crowding_test(distance.sort_values(kind="stable"), 48, res.ERA)
    row = res.table_shares({"one": test}).loc["one"]
    assert row["share"] == pytest.approx(50.0)
    assert row["base rate"] == pytest.approx(100 * (120 - 24) / (481 - 48))
    assert row["difference"] == pytest.approx(row["share"] - row["base rate"])
    assert row["p"] == test.p
    assert row["episodes"] == 2
    assert row["low 95 %"] >= -row["base rate"] - 1e-9
    assert row["high 95 %"] <= 100 - row["base rate"] + 1e-9
    assert row["low 95 %"] == pytest.approx(100 * max(test.ci_low, -test.elsewhere))
    assert row["high 95 %"] == pytest.approx(100 * min(test.ci_high, 1 - test.elsewhere))


@pytest.mark.parametrize(("first", "inside"), [("1975-01", True), ("1990-01", False)])
def test_an_interval_of_a_share_ends_where_shares_end(first, inside):
    months = pd.period_range("1960-01", "1999-12", freq="M")
    distance = pd.Series(np.arange(480.0), months)  # Synthetic: the nearest months are four years
    distance[pd.period_range(first, periods=48, freq="M")] = -1.0
    test = crowding_test(distance.sort_values(kind="stable"), 48, res.ERA)
    row, base = res.table_shares({"one": test}).loc["one"], 100 * (120 - 48 * inside) / (481 - 48)
    assert row["share"] == (100.0 if inside else 0.0)
    if inside:
        assert test.ci_high > 1 - test.elsewhere
        assert row["high 95 %"] == pytest.approx(100 - base)
    else:
        assert test.ci_low < -test.elsewhere
        assert row["low 95 %"] == pytest.approx(-base)


def test_no_near_month_lies_in_the_years_the_article_names(found, evidence):
    assert (found.shares["share"] == 0).all()
    assert list(found.shares.index) == list(load_claim("H2").definitions)
    assert verdict(load_claim("H2"), evidence).word in ("not detectable", "contradicted")
    assert evidence.n_effective < 10, "sixty neighbours are a few episodes"


def test_the_evidence_is_the_row_of_the_chosen_distance(found, evidence):
    row, test = found.shares.loc["euclidean"], found.tests["euclidean"]
    assert evidence.unit == load_claim("H2").unit
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high, evidence.p) == (
        row["difference"],
        row["low 95 %"],
        row["high 95 %"],
        test.p,
    )
    assert (evidence.n, evidence.n_effective) == (60, row["episodes"])
    assert evidence.mde == 100 * test.minimum_detectable_effect()
    assert dict(evidence.definitions) == found.shares["difference"].to_dict()


def test_the_halves_split_the_era_in_the_middle(found, evidence):
    nearest = found.distances("euclidean")
    spans = (("1974-01", "1978-12"), ("1979-01", "1983-12"))
    for half, span in zip(evidence.halves, spans, strict=True):
        era = tuple(pd.Period(text, "M") for text in span)
        assert half == pytest.approx(100 * crowding_test(nearest, 60, era).estimate)


def test_the_note_ranks_the_nearest_month_of_those_years(found, evidence):
    ordered = found.distances("euclidean")
    rank = 1 + next(k for k, month in enumerate(ordered.index) if 1974 <= month.year <= 1983)
    assert f"{ordered.index[rank - 1]}, ranks {rank} of {len(ordered)}" in evidence.note
    assert f"between {ordered.index[:60].min()} and {ordered.index[:60].max()}" in evidence.note


@pytest.mark.parametrize(("nearest", "rank"), [("1974-01", 2), ("1983-12", 2), ("1983-11", 3)])
def test_the_first_and_the_last_month_of_an_era_belong_to_it(nearest, rank):
    era = pd.Period("1974-01", "M"), pd.Period("1983-12", "M")
    months = {2: ["1973-12", nearest, "1980-05"], 3: ["1973-12", "1984-01", nearest]}[rank]
    ordered = pd.Series([0.1, 0.2, 0.3], pd.PeriodIndex(months, freq="M"))
    assert res.nearest_within(ordered, era) == (pd.Period(nearest, "M"), rank)


def test_each_metric_orders_the_months_by_its_own_distance(found):
    for metric in METRICS:
        nearest = stats.nearest_analogs(found.state, k=60, metric=metric, embargo=48).nearest
        assert found.distances(metric).iloc[:60].tolist() == nearest.tolist()


def test_real_variables_alone_are_another_definition(found):
    ordered = found.distances(res.REAL_ONLY)
    alone = resemblance(variables=("real_rate", "unemployment", "production"))
    pd.testing.assert_series_equal(ordered, alone.distances("euclidean"))
    assert not ordered.equals(found.distances("euclidean"))


def test_only_what_is_read_becomes_a_source(found):
    alone = resemblance(variables=("unemployment",))
    names = {one.name for one in alone.state.attrs["sources"]}
    assert names == {"unemployment_rate", "lo30", "hi30"}
    names = {one.name for one in found.state.attrs["sources"]}
    assert names >= {"cape", "cpi", "top_decile_share", "treasury_10y", "tbill_3m"}


def test_the_leak_is_what_makes_analogs_look_skilful(found):
    assert found.leaking.leaky
    assert not found.score.leaky
    assert found.score.r2 < 0 < found.leaking.r2
    known = found.state.shift(1).iloc[1:]
    expected = stats.analog_forecast(
        known, found.relative[known.index], horizon=12, k=60, embargo=0, leaky=True
    )
    assert found.leaking.r2 == expected.r2


def test_the_forecast_uses_a_state_once_it_is_known(found):
    known = found.state.shift(1).iloc[1:]
    expected = stats.analog_forecast(
        known, found.relative[known.index], horizon=12, k=60, embargo=48, min_history=120
    )
    assert found.score.r2 == expected.r2


def test_any_month_can_be_asked_and_knows_only_its_past(found):
    at = pd.Period("2000-12", "M")
    asked = found.ask(at)
    assert asked.at == at
    assert len(asked.neighbours) == 60
    assert asked.neighbours.index.max() <= at - 49
    first = asked.neighbours.index[0]
    assert asked.neighbours["after"].iloc[0] == pytest.approx(
        found.relative[first + 2 : first + 13].sum()
    )
    assert asked.mean == pytest.approx(asked.neighbours["after"].mean())
    assert asked.came == pytest.approx(found.relative[at + 2 : at + 13].sum())
    assert found.ask(found.at).came is None


@pytest.mark.parametrize("k", range(49, 61))
def test_the_years_offered_to_the_reader_are_those_of_which_every_month_can_be_asked(found, k):
    """Twelve numbers of neighbours: the first month that can be asked is a January, a February, ..."""
    one = res.Resemblance(found.inputs, **OPTIONS | {"k": k})
    first, last = one.years
    assert len(one.ask(pd.Period(f"{first}-01", "M")).neighbours) == k
    with pytest.raises(ParameterError, match="can be neighbours"):
        one.ask(pd.Period(f"{first - 1}-01", "M"))
    assert len(one.ask(pd.Period(f"{last}-12", "M")).neighbours) == k
    assert last == 2024


def test_the_options_reach_the_question_and_the_forecast(found):
    chosen = {"horizon": 6, "k": 24, "metric": "mahalanobis", "embargo": 60}
    one = res.Resemblance(found.inputs, **OPTIONS | chosen)
    options = {"k": 24, "metric": "mahalanobis", "embargo": 60, "min_history": 120}
    at = pd.Period("2000-12", "M")
    nearest = stats.nearest_analogs(one.state, at, **options).nearest
    assert one.ask(at).neighbours["distance"].tolist() == nearest.tolist()
    real = res.Resemblance(found.inputs, **OPTIONS | {"variables": REAL_VARIABLES}).state
    alone = stats.nearest_analogs(real, **options).nearest
    assert one.distances(res.REAL_ONLY).iloc[:24].tolist() == alone.tolist()
    known = one.state.shift(1).iloc[1:]
    expected = stats.analog_forecast(known, one.relative[known.index], horizon=6, **options)
    assert one.score.r2 == expected.r2
