"""Which published growth rates count: not machine-written pages, not old ones, not those of another universe."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics import earnings
from helpers.topics.earnings import consensus
from helpers.topics.earnings.inputs import EarningsInputs
from made_up_quotations import quotations

ARTICLE = "2026-02-16"


def test_nothing_published_after_the_date_is_read(found):
    rows = found.quotations
    assert rows["known"].max() <= pd.Timestamp(ARTICLE)
    broad = rows[(rows["group"] == "Russell 2000") & (rows["target"] == "2026")]
    assert 38.0 not in broad["figure"].values  # CNBC, 30 June 2026
    # Motley Fool, 20 February 2026
    assert not ((broad["figure"] == 19.0) & ~broad["machine_written"]).any()
    later = EarningsInputs(data.Information("2026-07-15")).quotations
    assert 38.0 in later.loc[later["group"] == "Russell 2000", "figure"].values


def test_quotations_are_those_of_the_files_in_order_of_the_date(found):
    files = pd.concat(
        pd.read_csv(data_dir() / "published" / f"{name}.csv")
        for name in ("earnings_growth", "consensus_record")
    )
    files = files[(files["quantity"] == "EPS growth") & (files["known"] <= ARTICLE)]
    assert len(found.quotations) == len(files)
    keys = found.quotations[["known", "group", "figure"]]
    assert keys.equals(keys.sort_values(list(keys), ignore_index=True))


def test_before_any_quotation_the_reason_names_the_date():
    with pytest.raises(NotKnown, match="2015-01-01"):
        _ = EarningsInputs(data.Information("2015-01-01")).quotations


def test_a_broker_s_own_universe_belongs_to_its_kind_and_a_part_of_an_index_to_itself():
    groups = pd.Series(
        ["US large caps (BofA universe)", "S&P 500", "S&P 500 ex Mag 7", "S&P 500 Equal Weight"]
    )
    assert consensus.universe_of(groups).tolist() == ["US large caps", *groups[1:]]


def test_machine_written_pages_are_shown_and_never_counted(found):
    assert found.quotations["machine_written"].any()
    assert not found.small.quotations["machine_written"].any()
    assert not found.pairs["publisher"].str.contains("MarketMinute|AInvest").any()


def test_a_forecast_counts_for_its_index_its_year_and_from_its_oldest_day_on():
    rows = quotations(
        {"figure": 1.0, "known": "2025-08-16"},
        {"figure": 2.0, "known": "2025-08-15"},
        {"figure": 3.0, "group": "S&P 500 Equal Weight"},
        {"figure": 4.0, "target": "2027"},
        {"figure": 5.0, "kind": "outcome"},
        {"figure": 6.0, "machine_written": True},
        {"figure": 7.0, "vendor": "Jefferies"},
    )
    chosen = consensus.select_forecasts(rows, "S&P 500", pd.Timestamp("2025-08-16"))
    assert chosen["figure"].tolist() == [1.0, 7.0]
    assert consensus.by_strategists(chosen).tolist() == [False, True]


def test_quotations_older_than_asked_for_are_left_out(info):
    known = {
        months: earnings.examine(info, max_age_months=months, draws=10).large.quotations["known"]
        for months in (1, 6)
    }
    assert known[1].min() >= pd.Timestamp("2026-01-16") > known[6].min()
    assert known[6].min() >= pd.Timestamp("2025-08-16")


def test_the_table_of_the_year_is_what_the_files_say(found):
    table = found.quotations_of_year
    rows = found.quotations[found.quotations["target"] == "2026"]
    assert sorted(table["growth"]) == sorted(rows["figure"])
    assert table["growth"].is_monotonic_decreasing
    assert table.index.equals(pd.RangeIndex(len(rows)))
    top = table.iloc[0]
    assert (top["index"], top["growth"], top["read"]) == ("Russell 2000", 63.0, "verbatim")
    assert top["publisher"].startswith("First Eagle")
    assert top["known"] == pd.Timestamp("2026-01-31")
    assert table["machine-written"].sum() == rows["machine_written"].sum() > 0
    with pytest.raises(NotKnown, match="No forecast of 2026"):
        consensus.table_quotations(quotations({"target": "2025"}))


def test_pages_that_say_the_same_stay_in_the_order_they_became_known():
    pages = [f"page {k}" for k in range(40)]
    rows = quotations(
        *({"figure": 10.0 + k % 2, "publisher": page} for k, page in enumerate(pages))
    )
    table = consensus.table_quotations(rows)
    assert table["publisher"].tolist() == pages[1::2] + pages[::2]


def test_an_estimate_of_a_year_that_is_over_counts_as_its_outcome(found):
    rows = found.quotations[found.quotations["vendor"] == "First Eagle"]
    kinds = rows.set_index(["group", "target"])["kind"]
    assert kinds["Russell 2000", "2025"] == "outcome"
    assert kinds["Russell 2000", "2026"] == "forecast"


def test_a_stated_range_counts_with_its_middle(found):
    rows = found.quotations.dropna(subset="low")
    assert len(rows)
    assert np.allclose(rows["figure"], (rows["low"] + rows["high"]) / 2)
