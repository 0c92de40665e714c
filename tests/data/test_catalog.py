"""The catalog is complete, light to read, and refuses names it does not hold."""

import doctest
import importlib
import subprocess
import sys

import pytest

from helpers import data
from helpers.data.catalog import catalog, entry
from helpers.errors import DataError

SERIES = (
    "fed_funds tbill_3m treasury_2y treasury_10y cpi core_cpi unemployment_rate industrial_production ci_loans "
    "core_pce mkt_rf smb hml rf lo30 med40 hi30 lo20 hi20 lo10 hi10 "
    "sloos_tightening_large sloos_tightening_small sloos_demand_small corporate_debt net_interest "
    "corporate_profits_after_tax gdp nim_all nim_under_100m nim_100m_300m nim_300m_1b nim_under_1b nim_1b_15b "
    "nim_over_15b top_decile_share small30_share firms book_to_market_small book_to_market_large "
    "trailing_pe cape eps_growth_yoy_pct real_eps_growth_yoy_pct dividend_yield_pct price_return_pct iwm spy ijr rsp "
    "qqq kre kbe xlf xli ita mags key hban rklb "
    "manufacturing_construction manufacturing_employment narrative_policy_shock narrative_policy_shock_original "
    "pure_policy_surprise central_bank_information orthogonalised_surprise cpi_first_12m cpi_first_1m "
    "core_cpi_first_12m core_cpi_first_1m industrial_production_first_12m industrial_production_first_1m "
    "payrolls_first_12m payrolls_first_1m unemployment_rate_first"
)


def test_ids_are_the_ones_others_rely_on():
    assert {name for name, one in catalog().items() if one.kind == "series"} == set(SERIES.split())


@pytest.mark.parametrize(
    "code",
    ["import helpers.data.catalog", "from helpers import data; data.catalog()['cpi'].unit"],
)
def test_reading_the_catalog_imports_no_pandas(code):
    heavy = "assert not {'pandas', 'numpy', 'matplotlib', 'pandera'} & set(sys.modules), sorted(sys.modules)"
    subprocess.run([sys.executable, "-c", f"import sys; {code}; {heavy}"], check=True)


def test_catalog_is_the_function_however_it_is_imported():
    importlib.import_module("helpers.data.catalog")  # a module of the same name
    assert data.catalog()["fed_funds"].source_id == "FEDFUNDS"


def test_series_inherits_from_its_table_and_overrides_it():
    assert entry("fed_funds").publisher == entry("rates_monthly").publisher
    assert (
        entry("core_pce").publisher
        == "US Bureau of Economic Analysis"
        != entry("activity_monthly").publisher
    )
    assert entry("rf").high < entry("smb").high


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("fedfunds", "fed_funds"),
        ("CPI", "cpi"),
        ("unemployment", "unemployment_rate"),
        ("ten_year_yield", ""),
    ],
)
def test_unknown_series_offers_the_nearest_names(name, hint):
    with pytest.raises(DataError, match=rf"{name}.*{hint}.*rebalance data list"):
        data.load(name)


def test_a_table_is_not_a_series_and_says_so():
    with pytest.raises(DataError, match="rates_monthly is a table: use load_table"):
        data.load("rates_monthly")
    with pytest.raises(DataError, match="cpi is a series: use load"):
        data.load_table("cpi")


def test_unreadable_catalog_names_the_file(tmp_path, monkeypatch):
    (tmp_path / "catalog.yaml").write_text("tables: [not: a: mapping")
    monkeypatch.setenv("REBALANCE_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"catalog\.yaml, line 1 is not YAML"):
        catalog()
    (tmp_path / "catalog.yaml").write_text("kinds: {}\ntables: [not, a, mapping]")
    with pytest.raises(DataError, match=r"catalog\.yaml does not read as a catalog"):
        catalog()


@pytest.mark.parametrize(
    "module", ["catalog", "loading", "tables", "events", "quotations", "real_time", "information"]
)
def test_examples_in_the_documentation_hold(module):
    result = doctest.testmod(importlib.import_module(f"helpers.data.{module}"))
    assert result.attempted
    assert not result.failed
