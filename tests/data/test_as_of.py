"""Nothing is known before its day: release lags, announcements, and a future that may say anything."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from corrupted_future import corrupted_copy, data_folder
from helpers import data
from helpers.data.catalog import catalog
from helpers.errors import DataError, NotKnown

SERIES = [name for name, one in catalog().items() if one.kind == "series"]
TABLES = [name for name, one in catalog().items() if one.kind == "table"]
REAL_TIME = [name for name in SERIES if catalog()[name].real_time]
DAYS = st.dates(dt.date(1927, 1, 1), dt.date(2026, 11, 30))


def known_at(read, name, day):
    """What a reader returns as of a day; None where it says that nothing was known yet."""
    try:
        return read(name, day)
    except NotKnown as error:
        if name not in str(error):
            raise
        return None


@pytest.mark.parametrize(
    ("name", "day", "last"),
    [
        ("cpi", "2026-02-01", "2025-12"),  # January appeared on 13 February
        ("cpi", "2026-02-16", "2026-01"),
        ("cpi", "2025-10-23", "2025-08"),  # September was held up by the shutdown until 24 October
        ("cpi", "2025-10-24", "2025-09"),
        ("cpi", "2025-12-17", "2025-09"),  # October was never collected
        ("cpi", "2025-12-18", "2025-11"),
        ("unemployment_rate", "2025-11-19", "2025-08"),
        ("unemployment_rate", "2025-11-20", "2025-09"),
        ("unemployment_rate", "2026-02-16", "2026-01"),
        ("industrial_production", "2025-12-22", "2025-09"),
        ("core_pce", "2026-02-16", "2025-11"),  # December only on 20 February
        ("core_pce", "2026-02-20", "2025-12"),
        ("fed_funds", "2026-01-31", "2025-12"),
        ("fed_funds", "2026-02-01", "2026-01"),
        ("lo30", "2026-02-16", "2025-12"),
        ("iwm", "2026-02-16", "2026-01"),
        (
            "sloos_tightening_large",
            "2026-02-16",
            "2026Q1",
        ),  # the January survey appears in February
        ("corporate_debt", "2026-02-16", "2025Q3"),
        ("corporate_profits_after_tax", "2026-02-16", "2025Q3"),
        ("trailing_pe", "2026-02-16", "2025-08"),
    ],
)
def test_last_figure_known(name, day, last):
    assert str(data.load(name, as_of=day).index[-1]) == last


def test_as_of_takes_dates_of_every_kind():
    days = [
        "2026-02-16",
        dt.date(2026, 2, 16),
        dt.datetime(2026, 2, 16, 23),
        pd.Timestamp("2026-02-16"),
    ]
    assert {len(data.load("cpi", as_of=day)) for day in days} == {865}


@pytest.mark.parametrize("day", ["16.02.2026", "2026-02-30", "2026-2-6", 20260216, "today"])
def test_what_is_no_date_is_refused(day):
    with pytest.raises(DataError, match=r"is not a date.*2026-02-16"):
        data.load("cpi", as_of=day)


def test_before_the_first_figure_names_series_date_and_first_known():
    with pytest.raises(
        DataError, match=r"mags: nothing was known on 2023-01-01\..*2023-05.*2023-06-01"
    ):
        data.load("mags", as_of="2023-01-01")


def test_decisions_are_known_on_the_day_they_are_announced():
    assert data.fomc_decisions("2024-09-17").iloc[-1]["change_bp"] == 25
    cut = data.fomc_decisions("2024-09-18").iloc[-1]
    assert (cut["change_bp"], cut["upper"]) == (-50, 5.0)
    assert (str(cut["announced"].date()), str(cut["effective"].date())) == (
        "2024-09-18",
        "2024-09-19",
    )


def test_the_article_could_know_seven_quarter_points_of_easing():
    decisions = data.fomc_decisions("2026-02-16").set_index("announced")
    assert decisions.loc["2024-09":, "change_bp"].sum() == -175
    assert decisions.iloc[-1][["lower", "upper"]].tolist() == [3.5, 3.75]
    assert str(decisions.index[-1].date()) == "2025-12-10"


@pytest.mark.parametrize(
    ("day", "peak", "trough"),
    [
        ("2008-11-30", "2001-03", "2001-11"),
        ("2008-12-01", "2007-12", "NaT"),
        ("2010-09-19", "2007-12", "NaT"),
        ("2010-09-20", "2007-12", "2009-06"),
        ("2021-07-18", "2020-02", "NaT"),
        ("2021-07-19", "2020-02", "2020-04"),
    ],
)
def test_recessions_by_the_day_the_committee_spoke(day, peak, trough):
    assert [str(one) for one in data.recessions(day).iloc[-1]] == [peak, trough]


def test_recessions_since_1926_are_all_known_today():
    frame = data.recessions()
    assert list(frame.columns) == ["peak", "trough"]
    assert len(frame) == 16
    assert (frame["peak"] < frame["trough"]).all()


@pytest.mark.parametrize(
    ("table", "before", "on"),
    [
        ("passthrough_quarterly", "2024-08-30", "2024-08-31"),
        ("passthrough_gross_vs_cash", "2024-08-30", "2024-08-31"),
        ("passthrough_annual", "2025-04-29", "2025-04-30"),
        ("eps_uplift", "2025-04-29", "2025-04-30"),
        ("exposures_by_rank", "2022-04-29", "2022-04-30"),
        ("consensus_pe", "2025-12-30", "2025-12-31"),
        ("market_moves", "2013-12-30", "2013-12-31"),
        ("leverage", "2019-05-19", "2019-05-20"),
    ],
)
def test_table_is_unknown_the_day_before_and_known_on_the_day(table, before, on):
    with pytest.raises(DataError, match=f"{table}: nothing was known on {before}"):
        data.load_table(table, before)
    assert len(data.load_table(table, on))


def test_rows_of_a_cross_section_follow_their_own_dates():
    assert set(data.load_table("exposures_by_rank", "2024-06-30")["fiscal_year"]) == {
        2021,
        2022,
        2023,
    }
    assert set(data.load_table("passthrough_same_firm", "2024-06-30")["episode"]) == {
        "cuts FY2019-FY2021"
    }
    assert set(data.load_table("consensus_pe", "2026-02-12")["price_date"].dt.year) == {2025}
    assert data.load_table("market_moves", "2026-02-16")["end"].max() == pd.Timestamp("2026-02-13")


def test_table_of_series_ends_each_column_where_it_was_known():
    table = data.load_table("activity_monthly", "2026-02-16")
    for name in table:
        assert table[name].dropna().equals(data.load(name, "2026-02-16").dropna())


@settings(max_examples=80, deadline=None)
@given(name=st.sampled_from(SERIES), days=st.tuples(DAYS, DAYS))
def test_earlier_knowledge_is_the_beginning_of_later_knowledge(name, days):
    early, late = (known_at(data.load, name, day) for day in sorted(days))
    if early is not None:
        assert late is not None
        pd.testing.assert_series_equal(early, late.iloc[: len(early)], check_exact=True)


@settings(max_examples=30, deadline=None)
@given(name=st.sampled_from(REAL_TIME), days=st.tuples(DAYS, DAYS))
def test_what_was_first_released_stays(name, days):
    early, late = (known_at(data.as_released, name, day) for day in sorted(days))
    if early is not None:
        pd.testing.assert_series_equal(early, late.iloc[: len(early)], check_exact=True)


@pytest.mark.parametrize("day", ["2004-06-30", "2020-03-01", "2024-01-20"])
def test_later_vintages_change_no_first_release(revised, day):
    here = {name: data.as_released(name, day) for name in REAL_TIME}
    levels = {name: data.load(name, day) for name in REAL_TIME}
    with data_folder(revised):
        for name, mine in here.items():
            there = data.as_released(name, day)
            pd.testing.assert_series_equal(mine, there, check_exact=True, obj=name)
            assert (levels[name] != data.load(name, day)).any()


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(TABLES), days=st.tuples(DAYS, DAYS))
def test_rows_once_known_stay(name, days):
    early, late = (known_at(data.load_table, name, day) for day in sorted(days))
    if early is not None:
        kept = late.loc[early.index] if isinstance(early.index, pd.PeriodIndex) else late
        assert early.notna().sum().sum() <= kept.notna().sum().sum()
        for column in early.columns if isinstance(early.index, pd.PeriodIndex) else []:
            known = early[column].dropna()
            assert known.equals(kept.loc[known.index, column])


@settings(max_examples=1, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(day=st.dates(dt.date(1976, 1, 1), dt.date(2026, 9, 30)))
@example(dt.date(2026, 2, 16))
def test_a_corrupted_future_changes_nothing(tmp_path_factory, day):
    here = everything_known(day)
    folder = corrupted_copy(tmp_path_factory.mktemp("corrupted") / "data", day)
    with data_folder(folder):
        there = everything_known(day)
        with pytest.raises(DataError, match="damaged figure"):  # the copy is wrong after the day
            data.load("fed_funds")
    assert here.keys() == there.keys()
    for name, mine in here.items():
        if mine is None:
            assert there[name] is None, name
        else:
            compare = (
                pd.testing.assert_frame_equal if mine.ndim == 2 else pd.testing.assert_series_equal
            )
            compare(mine, there[name], check_exact=True, obj=name)


def everything_known(day):
    found = {name: known_at(data.load, name, day) for name in SERIES}
    found |= {f"{name} as released": known_at(data.as_released, name, day) for name in REAL_TIME}
    found |= {name: known_at(data.load_table, name, day) for name in TABLES}
    for metric in ("floating share of total debt", "EPS growth forecast CY2026", "forward P/E"):
        found[metric] = known_at(
            lambda name, when: data.published(name, as_of=when).rows, metric, day
        )
    return found
