"""A broken file is an error that names it, never a verdict of "not testable"."""

import shutil

import pytest

from helpers import topics
from helpers.data import Information
from helpers.data.paths import data_dir
from helpers.errors import DataError, NotKnown

ENTRIES = {
    "debt": [
        "floating_rate_debt",
        "eps_uplift",
        "passthrough_gross_vs_cash",
        "passthrough_same_firm",
    ],
    "rates": ["rates_monthly", "neutral_rate"],
    "earnings": ["earnings_growth", "consensus_record", "exposures_by_rank", "consensus_pe"],
    "policy": ["policy", "factors_daily"],
    "valuation": ["valuation", "etf_monthly_returns", "market_structure_monthly"],
}


@pytest.mark.parametrize(
    ("topic", "table"), [(topic, table) for topic, tables in ENTRIES.items() for table in tables]
)
def test_an_altered_file_stops_the_examination(tmp_path, monkeypatch, topic, table):
    folder = shutil.copytree(data_dir(), tmp_path / "data")
    (path,) = folder.glob(f"*/{table}.csv")
    path.write_bytes(path.read_bytes() + b"\n")
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    quick = {} if topic == "rates" else {"draws": 300}
    with pytest.raises(DataError, match=rf"{table}\.csv") as error:
        _ = getattr(topics, topic).examine(Information("2026-02-16"), **quick).answers
    assert not isinstance(error.value, NotKnown)
