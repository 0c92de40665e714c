"""Loading: shape, provenance, magnitudes against published numbers, and files that are missing or altered."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data.catalog import catalog, entry
from helpers.data.refresh import refresh_hashes
from helpers.errors import DataError
from part_of_data import copy_of_data

SERIES = [name for name, one in catalog().items() if one.kind == "series"]
TABLES = [name for name, one in catalog().items() if one.kind == "table"]


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A writable copy of two tables, read instead of the real folder."""
    folder = copy_of_data(tmp_path / "data", "rates_monthly", "factors_monthly")
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    return folder


@pytest.mark.parametrize("name", SERIES)
def test_series_is_a_named_float_on_unbroken_periods(name):
    values = data.load(name)
    first, last = entry(name).span.split("..")
    assert values.name == name
    assert values.dtype == np.float64
    assert (str(values.index[0]), str(values.index[-1])) == (first, last)
    assert values.index.equals(pd.period_range(first, last, freq=values.index.freq, name="period"))
    assert not np.isnan(values.iloc[[0, -1]]).any()


@pytest.mark.parametrize("name", TABLES)
def test_table_has_the_columns_of_the_catalog(name):
    frame = data.load_table(name)
    columns = [column for column in entry(name).columns if column != frame.index.name]
    assert list(frame.columns) == columns
    assert len(frame)
    assert frame.attrs["provenance"].name == name


def test_provenance_says_where_a_series_comes_from():
    origin = data.load("unemployment_rate", as_of="2026-02-16").attrs["provenance"]
    assert (origin.source_id, origin.publisher) == ("UNRATE", "US Bureau of Labor Statistics")
    assert (origin.first, origin.last, str(origin.as_of)) == ("1954-01", "2026-01", "2026-02-16")
    assert (origin.source, origin.file) == ("snapshot", "snapshot/prices_labour_monthly.csv")
    assert len(origin.sha256) == 64


@pytest.mark.parametrize("name", ["cpi", "core_cpi", "unemployment_rate"])
def test_october_2025_was_never_published_and_stays_blank(name):
    values = data.load(name)
    assert values.index[values.isna()].astype(str).tolist() == ["2025-10"]


def test_a_loaded_object_can_be_changed_without_changing_the_next():
    first = data.load("cpi")
    first.iloc[:] = 0.0
    frame = data.load_table("valuation")
    frame["value"] = 0.0
    assert data.load("cpi").iloc[0] == 26.94
    assert data.load_table("valuation")["value"].max() > 10


def test_loading_imports_nothing_heavier_than_pandas():
    heavy = "{'scipy', 'matplotlib', 'pandera', 'fredapi', 'statsmodels', 'IPython'}"
    code = f"import sys; from helpers import data; data.load('cpi'); assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


# --- magnitudes -----------------------------------------------------------------------------------------------


def annual_growth(name, first, last):
    returns = data.load(name)[first:last]
    return 100 * ((1 + returns / 100).prod() ** (12 / len(returns)) - 1)


@pytest.mark.parametrize(
    ("name", "first", "last", "percent"),
    [
        ("lo20", "1975-01", "1983-12", 32.39),
        ("lo30", "1975-01", "1983-12", 31.52),
        ("hi20", "1975-01", "1983-12", 14.32),
        ("hi10", "1975-01", "1983-12", 13.50),
        ("lo20", "1984-01", "2026-02", 9.53),
        ("hi20", "1984-01", "2026-02", 11.93),
    ],
)
def test_compound_growth_of_size_portfolios(name, first, last, percent):
    """Computed elsewhere from the French library's file of the same vintage (CRSP 202602)."""
    assert annual_growth(name, first, last) == pytest.approx(percent, abs=0.02)


@pytest.mark.parametrize(
    ("month", "share"),
    [("1932-06", 0.738), ("1972-12", 0.617), ("1983-12", 0.492), ("2026-02", 0.780)],
)
def test_share_of_the_largest_decile(month, share):
    """Computed elsewhere from the number of firms and average size in the French library."""
    assert data.load("top_decile_share")[month] == pytest.approx(share, abs=0.002)


@pytest.mark.parametrize(("year", "percent"), [(2023, 5.02), (2024, 5.14)])
def test_average_federal_funds_rate(year, percent):
    """Annual averages of FEDFUNDS as the Federal Reserve Board publishes them."""
    rate = data.load("fed_funds")
    assert rate[rate.index.year == year].mean() == pytest.approx(percent, abs=0.01)


@pytest.mark.parametrize(
    ("series", "metric", "month"),
    [
        ("cpi", "CPI, 12 months", "2026-04"),
        ("cpi", "CPI, 12 months", "2026-05"),
        ("core_cpi", "core CPI, 12 months", "2026-05"),
        ("cpi", "CPI, 12 months", "2026-08"),
        ("core_cpi", "core CPI, 12 months", "2026-08"),
    ],
)
def test_inflation_agrees_with_the_press(series, metric, month):
    quoted = data.load_table("after_article")
    quoted = quoted[(quoted["metric"] == metric) & (quoted["period"] == month)]["value"].unique()
    level = data.load(series)
    assert 100 * (level / level.shift(12) - 1)[month] == pytest.approx(quoted.item(), abs=0.1)


def test_returns_quoted_after_the_article_agree_with_the_fund():
    """Derived elsewhere from daily closes: the year to the end of September 2026, and its third quarter."""
    quoted = data.load_table("after_article").set_index(["metric", "group", "period"])["value"]
    fund = 1 + data.load("iwm") / 100
    for metric, period, first in [
        ("return, year to date", "2026-09-30", "2026-01"),
        ("total return", "2026Q3", "2026-07"),
    ]:
        earned = 100 * (fund[first:"2026-09"].prod() - 1)
        assert earned == pytest.approx(quoted[metric, "Russell 2000 ETF (IWM)", period], abs=0.06)


def test_exchange_traded_fund_agrees_with_its_index():
    """Total return of the Russell 2000 in 2025 as quoted: 12.8 percent; the fund earns it less its fee."""
    quoted = data.published("total return", "Russell 2000")
    fund = data.load("iwm")
    year = 100 * ((1 + fund[fund.index.year == 2025] / 100).prod() - 1)
    assert year == pytest.approx(quoted.mid, abs=0.4)
    assert year == pytest.approx(
        data.load_table("etf_calendar_year_returns").loc["2025", "iwm"], abs=0.05
    )


def test_small_shares_agree_with_an_independent_source():
    """Ibbotson's annual small-stock returns against the smallest quintile here: another construction, same years."""
    quoted = data.load_table("ibbotson_annual_returns")
    quoted = quoted[
        (quoted["metric"] == "annual total return") & (quoted["group"] == "small stocks (Ibbotson)")
    ]
    quoted = quoted.drop_duplicates("period").set_index("period")["value"]
    monthly = 1 + data.load("lo20") / 100
    yearly = 100 * (monthly.groupby(monthly.index.year).prod() - 1)
    both = pd.DataFrame({"quoted": quoted, "here": yearly.rename(index=str)}).dropna()
    assert len(both) > 50
    assert both.corr().loc["quoted", "here"] > 0.95


def test_pass_through_tables_keep_the_two_shock_sizes_apart():
    """The savings of 58 and 175 basis points on the same balance sheets are in that proportion."""
    uplift = data.load_table("eps_uplift").pivot(
        index="rank", columns="shock_bp", values="pretax_saving_bn"
    )
    assert np.allclose(uplift[58] / uplift[175], 58 / 175, atol=0.01)


# --- damaged folders --------------------------------------------------------------------------------------------


def test_altered_file_names_both_hashes_and_the_next_step(copy):
    file = copy / "snapshot" / "rates_monthly.csv"
    file.write_text(file.read_text().replace("1954-07,0.80,", "1954-07,8.00,"))
    with pytest.raises(DataError) as caught:
        data.load("fed_funds")
    message = str(caught.value)
    assert entry("fed_funds").sha256 in message
    assert message.count("sha256") == 1
    assert "rebalance data verify" in message
    assert "git checkout -- data/snapshot/rates_monthly.csv" in message


def test_missing_file_names_the_file_and_the_next_step(copy):
    (copy / "snapshot" / "factors_monthly.csv").unlink()
    with pytest.raises(
        DataError, match=r"data/snapshot/factors_monthly\.csv is missing.*git checkout"
    ):
        data.load("smb")
    assert len(data.load("fed_funds"))  # the rest still loads


def test_file_altered_after_it_was_read_is_noticed(copy):
    data.load("fed_funds")
    file = copy / "snapshot" / "rates_monthly.csv"
    file.write_text(file.read_text() + "\n")
    with pytest.raises(DataError, match="not the file the catalog describes"):
        data.load("fed_funds")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("period,fed_funds,", "period,funds,", "columns"),
        ("1954-08,", "1954-06,", "strictly increasing"),
        ("1954-08,", "1954-07,", "strictly increasing"),
        ("1954-08,1.22,", "1954-08,122,", "wrong unit or damaged figure"),
    ],
)
def test_wrong_content_is_refused_even_with_a_fresh_hash(copy, old, new, complaint):
    file = copy / "snapshot" / "rates_monthly.csv"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    refresh_hashes(copy)
    with pytest.raises(DataError, match=complaint):
        data.load("fed_funds")


def test_folder_without_a_catalog_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("REBALANCE_DATA", str(tmp_path))
    with pytest.raises(DataError, match="REBALANCE_DATA"):
        data.load("fed_funds")


def test_own_figures_load_after_a_refresh(copy):
    file = copy / "snapshot" / "rates_monthly.csv"
    rows = file.read_text().rstrip("\n").split("\n")
    file.write_text("\n".join([*rows, "2026-10,3.88,,,"]) + "\n")
    assert refresh_hashes(copy) == ["rates_monthly", "fed_funds"]
    assert data.load("fed_funds")["2026-10"] == 3.88
    assert catalog()["fed_funds"].span.endswith("2026-10")
