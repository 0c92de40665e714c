"""Does the last month known resemble 1974-83, and is resemblance worth anything as a forecast?"""

import numpy as np
import pandas as pd
import pytest

from helpers import stats
from helpers.data import Information
from helpers.errors import NotKnown
from helpers.topics.history import resemblance as res
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.neighbours import METRICS, sum_after
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
    for part in ("eras", "today", "outside", "episodes", "mean_after", "distance"):
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
    assert len(found.after_nearest) == 60


def test_the_table_of_today_compares_months_the_reader_can_find(found):
    slope = found.today.loc[KNOWN["slope"].label]
    values = found.state["slope"]
    era = values["1974-01":"1983-12"]
    assert slope["today"] == values["2025-12"]
    assert slope["nearest months"] == pytest.approx(values[found.neighbours.index].mean())
    assert slope["1974-83"] == pytest.approx(era.mean())
    assert (slope["lowest 1974-83"], slope["highest 1974-83"]) == (era.min(), era.max())
    assert slope["all months"] == pytest.approx(values.mean())


# --- H2 -------------------------------------------------------------------------------------------------


def test_the_years_of_the_run_are_farther_than_nearly_all_other_decades(found, evidence):
    """All 120 months lie in the farthest 26 percent, which the nearest sixty months alone cannot show."""
    distance = found.distance
    era = distance["1974-01":"1983-12"]
    assert (len(distance), len(era)) == (636, 120)
    farthest = 100 * (distance >= era.min()).mean()
    assert farthest == pytest.approx(26, abs=0.5)
    assert f"all lie among the farthest {farthest:.0f} percent" in evidence.note
    doubled = np.r_[distance, distance[:119]]
    blocks = [doubled[first : first + 120].mean() for first in range(636)]
    place = 100 * np.mean(np.array(blocks) <= era.mean() + 1e-9)
    row = found.eras.loc[("euclidean", "1974-83")]
    assert row["blocks at least as near, percent"] == pytest.approx(place)
    assert evidence.estimate == pytest.approx(place)
    assert place > 95
    assert row["rank"] == 1 + (distance < era.min()).sum()
    assert row["base rate, percent"] == pytest.approx(100 * 120 / 636)


def test_the_years_round_the_fall_are_ranked_too(found, evidence):
    distance = found.distance
    doubled = np.r_[distance, distance[:35]]
    blocks = [doubled[first : first + 36].mean() for first in range(636)]
    own = distance["1974-01":"1976-12"].mean()
    place = 100 * np.mean(np.array(blocks) <= own + 1e-9)
    row = found.eras.loc[("euclidean", "1974-76")]
    assert row["blocks at least as near, percent"] == pytest.approx(place)
    assert f"(1974-76, among blocks of three years: {place:.0f})" in evidence.note


def test_under_no_definition_does_today_resemble_those_years(found, evidence):
    claim = load_claim("H2")
    assert list(evidence.checks) == list(claim.stated.definitions)
    assert not any(evidence.checks.values())
    assert verdict(claim, "stated", evidence).word == "false"
    assert (evidence.n, evidence.unit) == (636, claim.stated.unit)
    assert evidence.n_effective == pytest.approx(5.3)
    assert evidence.p is None
    places = found.eras["blocks at least as near, percent"].xs("1974-83", level="era")
    assert dict(evidence.definitions) == places.to_dict()


def test_a_definition_votes_for_the_claim_where_the_era_is_in_the_nearest_quarter(
    found, monkeypatch
):
    eras = found.eras.copy()
    for name, place in (("euclidean", 25.0), ("mahalanobis", 25.1), ("real variables only", 1.0)):
        eras.loc[(name, "1974-83"), "blocks at least as near, percent"] = place
    monkeypatch.setattr(res.Resemblance, "eras", eras)
    evidence = res.weigh_resemblance(resemblance())
    assert list(evidence.checks.values()) == [True, False, True]
    assert verdict(load_claim("H2"), "stated", evidence).word == "true"


def test_variables_outside_the_range_of_those_years_are_named(found, evidence):
    era = found.state["1974-01":"1983-12"]
    today = found.state.iloc[-1]
    names = [name for name in era if not era[name].min() <= today[name] <= era[name].max()]
    assert {"valuation", "concentration"} <= set(names)
    assert "inflation" not in names
    assert found.outside == [KNOWN[name].label for name in names]
    told = ", ".join(name.removesuffix(", percent") for name in found.outside)
    assert f"Outside their range today: {told}." in evidence.note


def test_the_mean_of_what_followed_hides_episodes_that_contradict_each_other(found):
    """Referees, with revised figures: after 1998-2001 +16, after 2017-21 -8, together +5.7."""
    table = found.episodes
    assert found.mean_after["nearest"] == pytest.approx(5.6, abs=0.1)
    assert table.loc["1998-2001", "mean after"] == pytest.approx(16, abs=0.6)
    late = found.neighbours["after"].sort_index()["2017-01":]
    assert late.mean() == pytest.approx(-8.5, abs=0.1)
    assert table["months"].sum() == 60
    early = found.neighbours["after"].sort_index()[:"2002-01"]
    assert table.loc["1998-2001", ["mean after", "least", "most"]].tolist() == pytest.approx(
        [early.mean(), early.min(), early.max()]
    )


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
    assert names == {"unemployment_rate", "unemployment_rate_first", "lo30", "hi30"}
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
    with pytest.raises(NotKnown, match="can be neighbours"):
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


def test_where_too_few_months_are_known_the_forecast_and_the_years_say_so():
    early = resemblance("1990-01-01", k=200, embargo=100)
    assert "can be neighbours" in early.reason("neighbours")
    assert "could be scored" in early.reason("score")
    assert "use a later as_of" in early.reason("years")
