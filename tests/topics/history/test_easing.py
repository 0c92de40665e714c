"""First cuts: the events, the months that count, and what eight events can tell."""

import numpy as np
import pandas as pd
import pytest

from helpers import stats
from helpers.data import Information
from helpers.errors import NotKnown, ParameterError
from helpers.topics.history import easing as ez
from helpers.topics.history.inputs import HistoryInputs
from helpers.trial import load_claim
from snapshot_csv import SNAPSHOT

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
EIGHT = [
    "1984-09",
    "1989-06",
    "1995-07",
    "1998-09",
    "2001-01",
    "2007-09",
    "2019-07",
    "2024-09",
]
MONTHS = pd.period_range("1990-01", periods=240, freq="M")


def easing(as_of="2026-02-16", pair="lo30_hi30", listed="announced", horizon=12):
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


def decisions(*rows):
    days, changes = zip(*rows, strict=True)
    return pd.DataFrame({"announced": pd.to_datetime(list(days)), "change_bp": changes})


def test_the_three_lists(found):
    lists = {name: list(map(str, found.first_cuts(name).index)) for name in ez.LISTS}
    assert lists["announced"] == EIGHT
    assert lists["published"] == TEN  # Neuberger Berman
    assert lists["joined"] == [*TEN, "2024-09"]


def test_a_cut_after_a_year_without_one_is_a_first_cut(found):
    """Recomputed from the announced decisions, cut by cut."""
    table = pd.read_csv(SNAPSHOT / "fomc_decisions.csv", parse_dates=["announced"])
    table = table[table["announced"] <= "2026-02-16"]
    cuts = table["announced"][table["change_bp"] < 0].tolist()
    expected = [
        f"{day:%Y-%m}"
        for day in cuts
        if day > pd.Timestamp("1983-10-01")
        and not any(day - pd.DateOffset(months=12) <= other < day for other in cuts)
    ]
    assert list(map(str, found.first_cuts("announced").index)) == expected == EIGHT


def test_the_year_of_quiet_counts_to_the_day_and_rises_do_not_end_it():
    table = decisions(
        ("2000-01-10", -25), ("2000-06-01", 25), ("2001-01-10", -25), ("2002-01-11", -25)
    )
    assert list(map(str, ez.derive_first_cuts(table))) == ["2002-01"]


def test_the_record_must_be_a_year_old():
    early = decisions(("2000-01-10", 25), ("2001-01-10", -25))
    assert ez.derive_first_cuts(early) == []
    assert list(
        map(str, ez.derive_first_cuts(decisions(("2000-01-10", 25), ("2001-01-11", -25))))
    ) == ["2001-01"]
    alone = decisions(("2000-01-10", -25), ("2000-03-10", -25))
    assert ez.derive_first_cuts(alone) == []


def test_the_cut_of_the_article_is_read_from_its_claim_and_follows_from_the_rule(found):
    assert str(ez.article_cut()) == load_claim("R3").claimed == "2024-09"
    assert ez.article_cut() in found.first_cuts("announced").index


def test_a_cut_not_yet_announced_is_no_event():
    eve, day = (easing(text).first_cuts("announced").index for text in ("2024-09-17", "2024-09-18"))
    assert list(map(str, eve)) == EIGHT[:-1]
    assert list(map(str, day)) == EIGHT
    eve = easing("2024-09-17").first_cuts("joined")
    assert list(map(str, eve.index)) == TEN
    assert eve.dtype == bool


def test_a_recession_counts_when_it_is_announced_and_falls_into_the_year_after_the_cut(found):
    flags = found.first_cuts("announced")
    assert list(flags[flags].index.astype(str)) == ["2001-01", "2007-09", "2019-07"]
    assert not easing("2008-06-30").first_cuts("announced")["2007-09"], "announced in December 2008"
    published = found.first_cuts("published")
    assert list(published[published].index.astype(str)) == [
        "1980-04",
        "1981-06",
        "1989-06",
        "2001-01",
        "2007-09",
    ]


def test_a_recession_counts_from_a_year_before_its_peak_to_its_trough():
    months = [pd.Period(text, "M") for text in ("1999-01", "1999-02", "2000-05", "2000-06")]
    span = pd.DataFrame(
        {"peak": [pd.Period("2000-02", "M")], "trough": [pd.Period("2000-05", "M")]}
    )
    assert ez.flag_recessions(months, span).tolist() == [False, True, True, False]
    running = span.assign(trough=pd.Series([pd.NaT], dtype="period[M]"))
    assert ez.flag_recessions(months, running).tolist() == [False, True, True, True]
    assert ez.flag_recessions(months, span.iloc[:0]).tolist() == [False] * 4


@pytest.mark.parametrize(("start", "first"), [("1989-06", "1989-06"), ("1989-07", "1995-07")])
def test_a_cut_counts_from_the_first_month_of_returns_on(start, first):
    class Late(HistoryInputs):
        def relative(self, pair):
            return super().relative(pair)[start:]

    one = ez.Easing(Late(Information("2026-02-16")), "lo30_hi30", "announced", 12)
    assert str(one.months("announced")[0]) == first


def test_an_unknown_list_is_named():
    ez.check_events("joined")
    with pytest.raises(
        ParameterError,
        match="Unknown event list 'five'; use one of announced, published, joined",
    ):
        ez.check_events("five")


def test_before_its_publication_a_list_is_not_known_but_the_derived_one_is():
    early = easing("2019-06-30")
    for name in ("published", "joined"):
        assert "nothing was known on 2019-06-30" in early.reason("first_cuts", name)
    assert early.knows("events", "tests")
    assert list(early.lists.index) == ["announced"]


def test_from_1990_on_each_first_cut_is_shown_and_four_are_tested():
    early = easing("1990-01-01")
    assert list(early.events.index.astype(str)) == ["1984-09", "1989-06"]
    assert "Only 1 first cuts have" in early.reason("tests")
    later = easing("1999-12-31")
    assert list(later.tests.index) == [3, 6, 12], "three have two years behind them"
    assert later.tests["events"].tolist() == [4, 4, 4]


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
    assert list(found.paths) == EIGHT
    assert list(found.events.index.astype(str)) == EIGHT
    for name in EIGHT[:-1]:
        month = pd.Period(name, "M")
        for horizon in (3, 6, 12, 24, 36):
            expected = relative[month + 1 : month + horizon].sum()
            assert found.events.loc[month, f"next {horizon} months"] == pytest.approx(expected)
            assert found.paths.loc[horizon, name] == pytest.approx(expected)


def test_the_picture_shows_three_years_or_the_horizon_and_the_mean_of_complete_paths():
    one = easing(listed="joined", horizon=48)
    assert one.paths.index[-1] == 48
    short = easing(listed="joined", horizon=3)
    assert short.paths.index[-1] == 36
    complete = [name for name in short.paths if name != "2024-09"]
    assert short.mean_path[36] == pytest.approx(short.paths.loc[36, complete].mean())
    assert short.recessions["count"].sum() == 11  # all have three months behind them


def test_unfinished_windows_are_left_out_not_filled():
    one = easing(listed="joined", horizon=36)
    assert np.isnan(one.events.loc[pd.Period("2024-09", "M"), "next 36 months"])
    assert one.tests.loc[36, "events"] == 10
    assert one.tests.loc[12, "events"] == 11


# --- what eight events can tell ---------------------------------------------------------------------------


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
    away = sums - elsewhere
    assert row["p, sign flips"] == stats.sign_flip_exact(away).p
    assert row["p, Wilcoxon"] == stats.wilcoxon_exact(away).p
    assert row["positive"] == (sums > 0).sum()
    ordered = np.sort(away)
    assert row["least, two left out"] == pytest.approx(ordered[:3].mean())
    assert row["most, two left out"] == pytest.approx(ordered[2:].mean())


def test_a_sum_of_nothing_is_not_positive():
    flat = pd.Series([1.0, -1.0] * 120, MONTHS)
    flat.iloc[105] = 4.0
    months = [MONTHS[k] for k in (20, 60, 100, 130)]
    assert ez.table_tests(flat, months, 12)["positive"] == 1


def test_three_events_are_too_few(noise):
    months = [MONTHS[k] for k in (20, 60, 130)]
    with pytest.raises(NotKnown, match="Only 3 first cuts have 12 months behind them"):
        ez.table_tests(noise, months, 12)
    assert ez.table_tests(noise, [*months, MONTHS[200]], 12)["events"] == 4


def test_no_mean_after_first_cuts_differs_from_any_other_window(found):
    tests = found.tests
    assert list(tests.index) == [3, 6, 12, 24, 36]
    assert (tests["p"] > 0.1).all()
    assert (tests["low 95 %"] < 0).all()
    assert (tests["high 95 %"] > 0).all()
    assert (tests["smallest detectable"] > 5).all(), "eight events cannot see a small effect"


def test_a_horizon_of_its_own_gets_its_row_and_the_lists_use_it():
    one = easing(horizon=9)
    assert list(one.tests.index) == [3, 6, 9, 12, 24, 36]
    assert one.lists.loc["announced"].to_dict() == one.tests.loc[9].to_dict()
    assert one.lists["events"].tolist() == [8, 10, 11]


def test_events_with_and_without_a_recession_are_split(found):
    column = found.events["next 12 months"]
    with_one = column[found.events["recession"]]
    row = found.recessions.loc["with a recession"]
    assert (row["count"], found.recessions.loc["without a recession", "count"]) == (3, 5)
    assert row["mean"] == pytest.approx(with_one.mean())
    assert (row["min"], row["max"]) == (with_one.min(), with_one.max())


def test_each_list_names_what_it_is_made_of(found):
    names = {one.name for one in found.tests.attrs["sources"]}
    assert names == {"lo30", "hi30", "fomc_decisions", "nber_recessions"}
    names = {one.name for one in easing(listed="published").tests.attrs["sources"]}
    assert names == {"lo30", "hi30", "published: start of Fed easing cycle"}


def test_where_no_list_is_long_enough_the_reason_is_the_last_one(noise):
    with pytest.raises(NotKnown, match="Only 1 first cuts have 24 months behind them"):
        ez.table_each({"one": ([MONTHS[20]], 12), "other": ([MONTHS[20]], 24)}, noise)
    with pytest.raises(NotKnown, match="No list of first cuts was known"):
        ez.table_each({}, noise)
