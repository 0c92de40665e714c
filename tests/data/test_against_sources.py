"""Value by value against the tables this snapshot was compiled from, where they lie beside the checkout."""

import pandas as pd
import pytest

from helpers import data
from helpers.data.catalog import catalog
from helpers.data.paths import project_dir


@pytest.fixture(scope="module")
def sources():
    folder = project_dir().parent / "shared" / "figures"
    if not folder.is_dir():
        pytest.skip("the source tables are not beside this checkout (../shared/figures)")
    return folder


@pytest.mark.parametrize("name", [name for name, one in catalog().items() if one.series])
def test_tables_of_series_carry_every_value(sources, name):
    path = next(
        path
        for path in (sources / f"{name}.csv", sources / "derived" / f"{name}.csv")
        if path.exists()
    )
    theirs = pd.read_csv(path).set_index("date")
    ours = data.load_table(name)
    assert [column.lower() for column in theirs.columns] == list(ours.columns)
    months = pd.PeriodIndex(theirs.index, freq="M")
    assert (months if ours.index.freqstr == "M" else months.asfreq("Q-DEC")).equals(
        ours.index.rename(None)
    )
    assert (theirs.to_numpy() == ours.to_numpy()).sum() == theirs.notna().to_numpy().sum()


@pytest.mark.parametrize(
    ("name", "theirs", "rows"),
    [
        ("floating_rate_debt", "A_floating_rate_debt", 66),
        ("interest_coverage", "A2_fed_interest_coverage_series", 81),
        ("leverage", "A3_fed_leverage_series", 152),
        ("earnings_growth", "B_earnings_growth", 86),
        ("valuation", "C_valuation", 81),
        ("concentration_regimes", "D_concentration_regimes", 114),
        ("ibbotson_annual_returns", "D2_ibbotson_annual_returns", 145),
        ("easing_cycles", "D3_fed_easing_cycles", 10),
        ("russell2000_price_returns", "D4_russell2000_price_returns", 17),
        ("regional_banks", "E_regional_banks", 95),
        ("policy", "F_policy", 17),
        ("after_article", "G_after_article", 43),
        ("onshoring", "H_onshoring", 10),
    ],
)
def test_quotations_carry_every_figure(sources, name, theirs, rows):
    """Each single number of the source, with its page, is here; texts and compound cells are split by hand."""
    quoted = pd.read_csv(
        sources / "published" / f"{theirs}.csv", dtype="str", keep_default_na=False
    )
    assert len(quoted) == rows
    quoted["number"] = pd.to_numeric(quoted["value"], errors="coerce")
    ours = data.load_table(name)
    assert len(ours) >= len(quoted)
    mine = ours.groupby(["url", "value"]).size()
    single = quoted[quoted["number"].notna() & quoted["url"].str.startswith("http")]
    for key, count in single.groupby(["url", "number"]).size().items():
        assert mine.get(key, 0) >= count, key
    assert set(single["url"]) <= set(ours["url"])
