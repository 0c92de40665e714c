"""First releases: what was said of a month when it came out, and what stands where that is not held."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from helpers import data
from helpers.data import Information
from helpers.data.catalog import catalog, entry
from helpers.data.verify import check_entry
from helpers.errors import DataError, NotKnown

REAL_TIME = [name for name, one in catalog().items() if one.real_time]

# Levels of a month and of the month a year before, in the vintage that first showed the month: Federal Reserve Bank of
# Philadelphia, Real-Time Data Set for Macroeconomists, pcpiMvMd, pcpixMvMd and iptMvMd. The last column is the change
# by the last vintage.
FIRST_SHOWN = [
    ("cpi", "2003-05", "2003-06-30", 183.3, 179.5, 1.89),
    ("core_cpi", "2000-06", "2000-07-31", 181.2, 177.0, 2.55),
    ("industrial_production", "1983-11", "1983-12-31", 156.3, 134.9, 9.55),
]


@pytest.mark.parametrize(("name", "month", "day", "level", "before", "now"), FIRST_SHOWN)
def test_a_figure_revised_since_has_the_value_of_its_day(name, month, day, level, before, now):
    first = 100 * (level / before - 1)
    then, today = data.as_released(name, as_of=day), data.as_released(name)
    assert str(then.index[-1]) == month
    assert then[month] == today[month] == pytest.approx(first, abs=1e-3)
    last = data.load(name)
    assert 100 * (last / last.shift(12) - 1)[month] == pytest.approx(now, abs=0.01)
    assert abs(first - now) > 0.1


VINTAGES = pd.read_csv(Path(__file__).parent / "reference" / "last_figure_by_vintage.csv")


@pytest.mark.parametrize("name", VINTAGES["series"].unique())
def test_at_the_end_of_a_month_the_last_figure_is_that_of_the_months_vintage(name):
    """One vintage in some twenty of each series, from the tables of Philadelphia: last month and year before."""
    for row in VINTAGES[VINTAGES["series"] == name].itertuples():
        known = data.as_released(name, as_of=pd.Period(row.vintage, "M").end_time.date())
        value = 100 * (row.value / row.year_before - 1) if row.year_before > 0 else row.value
        assert str(known.index[-1]) == row.month
        assert known.iloc[-1] == pytest.approx(value, abs=1e-3), row.vintage


@pytest.mark.parametrize(
    ("name", "month", "published"),
    [
        ("cpi", "2022-06", 9.1),  # BLS news release of 13 July 2022, not seasonally adjusted
        ("cpi", "2008-07", 5.6),  # BLS, 14 August 2008
        ("core_cpi", "2022-09", 6.6),  # BLS, 13 October 2022
        ("unemployment_rate", "2009-10", 10.2),  # BLS, 6 November 2009; 10.0 since
        ("unemployment_rate", "2020-04", 14.7),  # BLS, 8 May 2020; 14.8 since
        ("industrial_production", "2009-06", -13.6),  # Federal Reserve G.17, 15 July 2009
    ],
)
def test_first_releases_are_what_the_agencies_announced(name, month, published):
    assert data.as_released(name)[month] == pytest.approx(published, abs=0.11)


def test_jobs_lost_in_april_2020_as_first_counted():
    """20.5 million of 151.9 (BLS, 8 May 2020)."""
    assert data.load("payrolls_first_1m")["2020-04"] == pytest.approx(-100 * 20.5 / 151.9, abs=0.05)


@pytest.mark.parametrize("name", REAL_TIME)
def test_beyond_the_first_releases_stands_the_last_vintage_and_nothing_else(name):
    first, level = data.load(entry(name).real_time), data.load(name)
    last = level if name == "unemployment_rate" else 100 * (level / level.shift(12) - 1)
    found = data.as_released(name)
    held = found.index.isin(first.index)
    pd.testing.assert_series_equal(found[held], first, check_names=False)
    pd.testing.assert_series_equal(found[~held], last[found.index[~held]], check_names=False)
    assert held.sum() == len(first)
    assert (found.index == last.loc[last.first_valid_index() :].index).all()


@pytest.mark.parametrize(
    ("name", "day", "says"),
    [
        ("cpi", None, "last vintage, read until 1998-09 and from 2026-08; "),
        ("cpi", "2026-02-16", "last vintage, read until 1998-09; "),
        ("core_cpi", "2026-02-16", "last vintage, read until 1998-09 and from 2024-01; "),
        (
            "industrial_production",
            "2026-02-18",
            "last vintage, read until 1962-09 and from 2026-01; ",
        ),
        ("unemployment_rate", "2026-02-16", "last vintage, read until 1965-09; "),
    ],
)
def test_the_source_says_which_months_are_the_last_vintages(name, day, says):
    first, last = data.as_released(name, as_of=day).attrs["provenance"]
    assert (first.name, first.revisions) == (entry(name).real_time, "first releases")
    assert first.vintage.startswith("first releases")
    assert (last.name, last.revisions) == (name, "last vintage")
    assert last.vintage == says + entry(name).vintage


def test_october_2025_stays_blank_and_november_is_compared_with_the_november_before():
    inflation = data.as_released("cpi", as_of="2026-02-16")
    assert inflation.index[inflation.isna()].astype(str).tolist() == ["2025-10"]
    # 325.031 over 316.449 as shown on 18 December 2025; the twelfth figure back is that of October 2024
    assert inflation["2025-11"] == pytest.approx(2.71, abs=0.01)
    collected = data.load("cpi").dropna()
    assert 100 * (collected["2025-11"] / collected.shift(12)["2025-11"] - 1) > 2.9
    assert bool(pd.isna(data.load("cpi_first_1m").reindex(inflation.index)["2025-11"]))


def test_before_the_first_of_them_all_is_the_last_vintage():
    early = data.as_released("cpi", as_of="1990-01-31")
    level = data.load("cpi")
    assert early.iloc[-1] == pytest.approx(100 * (level["1989-12"] / level["1988-12"] - 1))
    assert [one.name for one in early.attrs["provenance"]] == ["cpi"]
    with pytest.raises(NotKnown, match="cpi: nothing was known on 1926-01-31"):
        data.as_released("cpi", as_of="1926-01-31")
    with pytest.raises(NotKnown, match=r"on 1955-02-13.*\(1955-01\) became known on 1955-02-14"):
        data.as_released("cpi", as_of="1955-02-13")
    assert len(data.as_released("cpi", as_of="1955-02-14")) == 1


def test_an_information_set_notes_both_vintages():
    info = Information("2026-02-16")
    found = info.as_released("core_cpi")
    assert found.index[-1] == pd.Period("2026-01", "M")
    assert [(one.name, one.revisions) for one in info.used()] == [
        ("core_cpi_first_12m", "first releases"),
        ("core_cpi", "last vintage"),
    ]


def test_a_series_without_first_releases_is_refused_by_name():
    with pytest.raises(DataError, match=r"no first releases of core_pce, only of cpi, core_cpi"):
        data.as_released("core_pce")
    with pytest.raises(DataError, match="gdp"):
        data.as_released("gdp")


def test_the_catalog_says_of_every_series_how_it_is_revised():
    series = [one for one in catalog().values() if one.kind == "series"]
    assert {one.revisions for one in series} == {"none", "last vintage", "first releases"}
    assert REAL_TIME == ["cpi", "core_cpi", "unemployment_rate", "industrial_production"]
    assert all("revised" in one.vintage for one in map(entry, REAL_TIME))
    assert all(one.name.count("_first") == (one.revisions == "first releases") for one in series)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"real_time": "tbill_3m"}, "cpi: real_time: tbill_3m is no series of first releases"),
        ({"real_time": "cpi_frist"}, "cpi: real_time: cpi_frist is no series of first releases"),
        ({"revisions": "none"}, "cpi: first releases stand beside a series of the last vintage"),
        ({"revisions": ""}, "cpi: the catalog gives no revisions"),
        ({"release_lag": 15}, "cpi and cpi_first_12m are the same releases, on different days"),
        ({"late_releases": {}}, "cpi and cpi_first_12m are the same releases, on different days"),
    ],
)
def test_what_the_catalog_says_of_first_releases_is_checked(changed, complaint):
    assert check_entry(entry("cpi")) == []
    assert any(one.startswith(complaint) for one in check_entry(replace(entry("cpi"), **changed)))


def test_live_the_last_vintage_is_alfreds_and_the_first_releases_those_of_the_snapshot(fred):
    live = data.as_released("core_cpi", as_of="2026-02-16", source="live")
    pd.testing.assert_series_equal(live, data.as_released("core_cpi", as_of="2026-02-16"))
    first, last = live.attrs["provenance"]
    assert (first.source, last.source) == ("snapshot only", "live")
    assert last.vintage == "last vintage, read until 1998-09 and from 2024-01; ALFRED 2026-02-16"
