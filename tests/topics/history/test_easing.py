"""First cuts: the events, the months that count, and what ten events can tell."""

import numpy as np
import pandas as pd
import pytest

from helpers import stats
from helpers.data import Information
from helpers.errors import DataError, NotKnown, ParameterError
from helpers.topics.history import easing as ez
from helpers.topics.history.inputs import HistoryInputs
from helpers.trial import load_claim

TEN = [
    "1980-04",
    "1981-06",
    "1984-10",
    "1987-10",
    "1989-06",
    "1995-07",
    "1998-09",
    "2001-01",
    "2007-09",
    "2019-07",
]
MONTHS = pd.period_range("1990-01", periods=240, freq="M")


def easing(as_of="2026-02-16", pair="lo30_hi30", listed="ten", horizon=12):
    return ez.Easing(HistoryInputs(Information(as_of)), pair, listed, horizon)


@pytest.fixture(scope="module")
def found():
    one = easing()
    for part in ("events", "tests", "lists", "recessions", "mean_path"):
        getattr(one, part)  # read here, so that every test of this file stands for them
    return one


@pytest.fixture(scope="module")
def noise():
    """Synthetic: twenty years of returns."""
    return pd.Series(np.random.default_rng(5).normal(size=240), MONTHS)


# --- which months ---------------------------------------------------------------------------------------


def test_the_three_lists(found):
    lists = {name: list(map(str, found.first_cuts(name).index)) for name in ez.event_lists()}
    assert lists["ten"] == TEN  # Neuberger Berman
    assert lists["eleven"] == [*TEN, "2024-09"]
    assert lists["twelve"] == sorted([*TEN, "2020-03", "2024-09"])


def test_the_cut_of_the_article_is_read_from_its_claim():
    assert str(ez.article_cut()) == load_claim("R3").claimed == "2024-09"


def test_a_cut_not_yet_announced_is_no_event():
    eve, day = (
        easing(text, listed="twelve").first_cuts("twelve").index
        for text in ("2024-09-17", "2024-09-18")
    )
    assert pd.Period("2024-09", "M") not in eve
    alone = easing("2024-09-17", listed="eleven").first_cuts("eleven")
    assert list(map(str, alone.index)) == TEN  # the added one is still to come
    assert alone.dtype == bool
    assert pd.Period("2020-03", "M") in eve
    assert pd.Period("2024-09", "M") in day


def test_the_recession_flag_is_the_publishers_and_nber_for_the_rest(found):
    flags = found.first_cuts("twelve")
    assert list(flags[flags].index.astype(str)) == [
        "1980-04",
        "1981-06",
        "1989-06",
        "2001-01",
        "2007-09",
        "2020-03",
    ]


@pytest.mark.parametrize(("start", "first"), [("1989-06", "1989-06"), ("1989-07", "1995-07")])
def test_a_cut_counts_from_the_first_month_of_returns_on(start, first):
    class Late(HistoryInputs):
        def relative(self, pair):
            return super().relative(pair)[start:]

    one = ez.Easing(Late(Information("2026-02-16")), "lo30_hi30", "ten", 12)
    assert str(one.months("ten")[0]) == first


def test_a_recession_counts_from_its_peak_to_its_trough_once_announced():
    months = [pd.Period(text, "M") for text in ("2000-01", "2000-02", "2000-05", "2000-06")]
    decisions = pd.DataFrame(
        {"announced": [month.to_timestamp() for month in months], "change_bp": -25}
    )
    span = pd.DataFrame(
        {"peak": [pd.Period("2000-02", "M")], "trough": [pd.Period("2000-05", "M")]}
    )
    assert ez.flag_added(months, decisions, span).tolist() == [False, True, True, False]
    running = span.assign(trough=pd.Series([pd.NaT], dtype="period[M]"))
    assert ez.flag_added(months, decisions, running).tolist() == [False, True, True, True]
    assert ez.flag_added(months, decisions, span.iloc[:0]).tolist() == [False] * 4


def test_a_month_in_which_nothing_was_cut_is_refused_and_one_to_come_left_out():
    days = pd.to_datetime(["2000-01-15", "2000-02-15", "2000-03-15"])
    decisions = pd.DataFrame({"announced": days, "change_bp": [25, 0, -25]})
    none = pd.DataFrame({"peak": [], "trough": []}, dtype="period[M]")
    months = [pd.Period(text, "M") for text in ("2000-03", "2000-04")]
    assert list(ez.flag_added(months, decisions, none).index) == months[:1]
    for known, month in ((3, "2000-01"), (3, "2000-02"), (1, "2000-01")):  # raised, kept, raised
        with pytest.raises(DataError, match=f"No cut was announced in {month}"):
            ez.flag_added([pd.Period(month, "M")], decisions.iloc[:known], none)


def test_an_unknown_list_is_named():
    ez.check_events("twelve")
    with pytest.raises(
        ParameterError, match="Unknown event list 'five'; use one of ten, eleven, twelve"
    ):
        ez.check_events("five")


def test_before_the_list_was_published_nothing_is_known_of_it():
    early = easing("2019-06-30")
    assert not early.knows("events", "tests")
    with pytest.raises(NotKnown, match="nothing was known on 2019-06-30"):
        early.first_cuts("ten")


# --- what followed --------------------------------------------------------------------------------------


def test_a_path_starts_the_month_after_and_stops_with_the_returns(noise):
    path = ez.path_after(noise, MONTHS[100], 36)
    assert list(path.index) == list(range(1, 37))
    assert path[1] == noise.iloc[101]
    assert path[36] == pytest.approx(noise.iloc[101:137].sum())
    late = ez.path_after(noise, MONTHS[-3], 6)
    assert late.notna().tolist() == [True, True, False, False, False, False]


def test_an_event_counts_once_its_window_is_over(noise):
    months = [MONTHS[-14], MONTHS[-13], MONTHS[-12]]
    assert ez.complete(noise, months, 12) == months[:2]


def test_every_event_is_drawn_and_shown_from_the_month_after(found):
    relative = found.relative
    assert list(found.paths) == TEN
    assert list(found.events.index.astype(str)) == TEN
    for name in TEN:
        month = pd.Period(name, "M")
        for horizon in (3, 6, 12, 24, 36):
            expected = relative[month + 1 : month + horizon].sum()
            assert found.events.loc[month, f"next {horizon} months"] == pytest.approx(expected)
            assert found.paths.loc[horizon, name] == pytest.approx(expected)


def test_the_picture_shows_three_years_or_the_horizon_and_the_mean_of_complete_paths():
    one = easing(listed="twelve", horizon=48)
    assert one.paths.index[-1] == 48
    short = easing(listed="twelve", horizon=3)
    assert short.paths.index[-1] == 36
    complete = [name for name in short.paths if name != "2024-09"]
    assert short.mean_path[36] == pytest.approx(short.paths.loc[36, complete].mean())
    assert short.recessions["count"].sum() == 12  # all have three months behind them


def test_unfinished_windows_are_left_out_not_filled():
    one = easing(listed="twelve", horizon=36)
    assert np.isnan(one.events.loc[pd.Period("2024-09", "M"), "next 36 months"])
    assert one.tests.loc[36, "events"] == 11
    assert one.tests.loc[12, "events"] == 12


# --- what ten events can tell ---------------------------------------------------------------------------


def test_the_row_of_a_horizon_is_that_of_the_exact_tests(noise):
    months = [MONTHS[k] for k in (20, 60, 61, 130, 200)]
    row = ez.table_tests(noise, months, 12)
    sums = np.array([noise[month + 1 : month + 12].sum() for month in months])
    shift = stats.circular_shift_test(noise, months, 12)
    treated = {month + k for month in months for k in range(1, 13)}
    share = len(treated) / len(noise)
    elsewhere = (12 * noise.mean() - share * sums.mean()) / (1 - share)
    assert row["events"] == 5
    assert row["separate windows"] == 4
    assert row["mean"] == pytest.approx(sums.mean())
    assert row["other months"] == pytest.approx(elsewhere)
    assert row["difference"] == pytest.approx(sums.mean() - elsewhere)
    assert (row["p"], row["low 95 %"], row["high 95 %"]) == (shift.p, shift.ci_low, shift.ci_high)
    assert row["smallest detectable"] == shift.minimum_detectable_effect()
    assert row["p, sign flips"] == stats.sign_flip_exact(sums - elsewhere).p
    assert row["p, Wilcoxon"] == stats.wilcoxon_exact(sums - elsewhere).p
    assert row["positive"] == (sums > 0).sum()
    ordered = np.sort(sums - elsewhere)
    assert row["least, two left out"] == pytest.approx(ordered[:3].mean())
    assert row["most, two left out"] == pytest.approx(ordered[2:].mean())


def test_a_sum_of_nothing_is_not_positive():
    flat = pd.Series([1.0, -1.0] * 120, MONTHS)
    flat.iloc[105] = 4.0
    months = [MONTHS[k] for k in (20, 60, 100, 130)]
    assert ez.table_tests(flat, months, 12)["positive"] == 1


def test_three_events_are_too_few(noise):
    months = [MONTHS[k] for k in (20, 60, 130)]
    with pytest.raises(ParameterError, match="Only 3 first cuts have 12 months behind them"):
        ez.table_tests(noise, months, 12)
    assert ez.table_tests(noise, [*months, MONTHS[200]], 12)["events"] == 4


def test_no_mean_after_first_cuts_differs_from_any_other_window(found):
    tests = found.tests
    assert list(tests.index) == [3, 6, 12, 24, 36]
    assert (tests["p"] > 0.2).all()
    assert (tests["low 95 %"] < 0).all()
    assert (tests["high 95 %"] > 0).all()
    assert (tests["smallest detectable"] > 5).all(), "ten events cannot see a small effect"


def test_a_horizon_of_its_own_gets_its_row_and_the_lists_use_it():
    one = easing(horizon=9)
    assert list(one.tests.index) == [3, 6, 9, 12, 24, 36]
    assert one.lists.loc["ten"].to_dict() == one.tests.loc[9].to_dict()
    assert one.lists["events"].tolist() == [10, 11, 12]


def test_events_with_and_without_a_recession_are_split(found):
    column = found.events["next 12 months"]
    with_one = column[found.events["recession"]]
    row = found.recessions.loc["with a recession"]
    assert (row["count"], found.recessions.loc["without", "count"]) == (5, 5)
    assert row["mean"] == pytest.approx(with_one.mean())
    assert (row["min"], row["max"]) == (with_one.min(), with_one.max())


def test_ten_events_need_no_decision_of_the_committee(found):
    names = {one.name for one in found.tests.attrs["sources"]}
    assert names == {"lo30", "hi30", "published: start of Fed easing cycle"}
    assert {"fomc_decisions", "nber_recessions"} <= {
        one.name for one in found.lists.attrs["sources"]
    }
