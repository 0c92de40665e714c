"""The door to quotations: columns that say what the words of a page say, and the rows known at a date."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import DataError

AS_OF = "2026-02-16"
VENDORS = "BofA|Bloomberg|FactSet|First Eagle|First Trust|Goldman|Jefferies|LSEG|Zacks"  # as pages name them


def words_of_growth():
    """The quotations on earnings, and what their words say of quantity, target and kind."""
    rows = pd.concat(
        [data.load_table("earnings_growth"), data.load_table("consensus_record")],
        ignore_index=True,
    )
    metric = rows["metric"]
    year = metric.str.extract(r"^(?:EPS growth|total earnings growth).* CY(\d{4})$")[0]
    quarter = rows["period"].where(
        metric.str.fullmatch(r"quarterly EPS growth, (estimate.*|blended|actual|forecast)")
        & rows["period"].str.fullmatch(r"\d{4}Q[1-4]")
    )
    level = metric.str.extract(r"^(?:(operating) |consensus )?EPS (?:forecast )?CY(\d{4})$")
    growth = year.fillna(quarter)
    quantity = growth.where(growth.isna(), "EPS growth")
    quantity = quantity.fillna(level[1].where(level[1].isna(), "EPS"))
    quantity = quantity.where(level[0].isna(), "operating EPS").fillna("")
    target = growth.fillna(level[1]).fillna("")
    over = np.array(
        [
            bool(text) and known > pd.Period(text).end_time
            for text, known in zip(target, rows["known"], strict=True)
        ]
    )
    ahead = metric.str.contains("forecast|estimate before|^consensus")
    yearly = target.str.len() == 4
    kind = np.where(target == "", "", np.where(ahead & ~(yearly & over), "forecast", "outcome"))
    return rows, pd.DataFrame({"quantity": quantity, "target": target, "kind": kind})


def test_quantity_target_and_kind_say_what_the_metric_says():
    rows, words = words_of_growth()
    for column in words:
        differ = rows[column] != words[column]
        assert not differ.any(), rows.loc[differ, ["metric", "period", "known", column]].to_string()
    assert rows.loc[rows["quantity"] == "EPS growth", "value"].fillna(rows["low"]).notna().all()


def test_vendor_is_the_first_the_publisher_names():
    rows, _ = words_of_growth()
    for publisher, vendor in zip(rows["publisher"], rows["vendor"], strict=True):
        named = re.search(VENDORS, publisher)
        assert vendor == (named[0] if named else ""), publisher


def test_years_counted_are_those_of_the_unit():
    rows = data.load_table("consensus_record")
    said = rows["unit"].str.extract(r"^years of (\d+)$")[0].astype("Int64")
    pd.testing.assert_series_equal(rows["out_of"], said, check_names=False)
    assert said.notna().sum() == 6
    assert (rows["value"] <= said).sum() == 6
    span = rows.loc[said.notna(), "period"].str.split("/", expand=True).astype(int)
    assert (span[1] - span[0] + 1 == said.dropna()).all()


def test_definition_of_a_multiple_says_what_the_metric_says():
    rows = data.load_table("valuation")
    words = {
        "forward P/E": ("forward P/E", ""),
        "trailing P/E": ("trailing P/E", ""),
        "forward P/E, all companies": ("forward P/E", "all_companies"),
        "forward P/E, ex loss-makers": ("forward P/E", "without_loss_makers"),
        "forward P/E, ex health care": ("forward P/E", "without_health_care"),
        "relative forward P/E small/large": ("", "without_loss_makers"),
        "relative forward P/E small/large, long-term average": ("", "without_loss_makers"),
    }
    for row in rows.itertuples():
        said = words.get(row.metric, ("", ""))
        if row.metric.startswith("P/E premium") and row.group == "Russell 2000 vs S&P 500":
            said = ("", "all_companies")  # no method stated: every company of the index
        assert (row.quantity, row.definition) == said, row


@pytest.mark.parametrize("as_of", ["2021-03-01", "2024-06-30", "2025-12-31", AS_OF, "2026-07-31"])
def test_the_door_gives_the_growth_that_reading_the_words_gives(as_of):
    rows, words = words_of_growth()
    read = rows[(words["quantity"] == "EPS growth") & (rows["known"] <= as_of)]
    found = data.quoted(quantity="EPS growth", as_of=as_of)
    assert len(found) == len(read) > 5
    expected = read.sort_values("known", kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(found[list(expected)], expected, check_like=True)
    middle = (expected["low"] + expected["high"]) / 2
    assert (found["figure"] == expected["value"].where(expected["value"].notna(), middle)).all()


def test_each_choice_narrows_and_several_values_widen():
    rows = data.quoted(quantity="EPS growth", group="S&P 500", target="2026", as_of=AS_OF)
    assert set(rows["group"]) == {"S&P 500"}
    assert set(rows["target"]) == {"2026"}
    both = data.quoted(
        quantity="EPS growth", group=["S&P 500", "S&P 600"], target="2026", as_of=AS_OF
    )
    assert set(both["group"]) == {"S&P 500", "S&P 600"}
    assert len(both) > len(rows)
    small = data.quoted("floating share of total debt", "small", AS_OF)
    assert set(small["size"]) == {"small"}
    assert small["group"].nunique() > 1
    assert data.quoted(quantity="EPS", vendor="First Trust")["unit"].unique().tolist() == [
        "USD per index unit"
    ]
    assert set(data.quoted(definition="without_loss_makers")["metric"]) == {
        "forward P/E, ex loss-makers",
        "relative forward P/E small/large",
        "relative forward P/E small/large, long-term average",
    }


def test_rows_are_those_of_the_range_of_the_same_metric():
    for metric in ("floating share of total debt", "forward P/E", "neutral real policy rate"):
        rows = data.quoted(metric, as_of=AS_OF)
        found = data.published(metric, as_of=AS_OF)
        keys = ["known", "publisher", "value", "period"]
        assert sorted(rows[keys].astype(str).values.tolist()) == sorted(
            found.rows[keys].astype(str).values.tolist()
        )


def test_types_are_the_same_whatever_was_known():
    some = data.quoted(quantity="EPS growth", as_of=AS_OF)
    none = data.quoted(quantity="EPS growth", as_of="2001-01-01")
    assert none.empty
    assert none.dtypes.equals(some.dtypes)
    assert none.attrs["provenance"] == ()
    assert some["known"].dtype.kind == "M"
    assert some["machine_written"].dtype == bool
    assert (some["figure"].dtype, some["out_of"].dtype) == ("float64", "Int64")
    text = ["metric", "text", "target", "kind", "vendor", "definition"]
    assert some[text].notna().all(axis=None)
    assert (some[text].dtypes == "str").all()


def test_oldest_first_and_every_table_is_named():
    rows = data.quoted(quantity="EPS growth", as_of=AS_OF)
    assert rows["known"].is_monotonic_increasing
    assert rows.index.equals(pd.RangeIndex(len(rows)))
    origins = rows.attrs["provenance"]
    assert {one.name for one in origins} == set(rows["table"])
    assert {one.name for one in origins} == {"earnings_growth", "consensus_record"}
    assert {str(one.as_of) for one in origins} == {AS_OF}
    assert min(one.first for one in origins) == str(rows["known"].min().date())


def test_information_records_the_tables_of_the_rows():
    info = data.Information(AS_OF)
    rows = info.quoted(quantity="EPS growth", group="S&P 600", vendor="First Trust")
    assert [one.name for one in info.used()] == ["earnings_growth"]
    assert len(rows) == 2
    assert (rows["known"] <= AS_OF).all()
    live = data.Information(AS_OF, source="live")
    live.quoted("total debt")
    assert [one.source for one in live.used()] == ["snapshot only"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"quantity": "EPS growht"}, "Did you mean EPS growth.*Quantities: EPS growth, EPS"),
        ({"quantity": "EPS", "vendor": "Zacks"}, "the quantity 'EPS' has the vendor 'Zacks'"),
        ({"quantity": "EPS", "group": ["S&P 500", "Russell2000"]}, "group 'Russell2000'.*mean"),
        ({"kind": "actual"}, r"kind 'actual'\. Kinds: forecast, outcome"),
        ({"metric": "floating share of debt"}, "floating share of total debt.*published"),
        ({"metric": "total debt", "target": "2026"}, "the metric 'total debt' has the target"),
    ],
)
def test_what_no_quotation_ever_said_is_an_error_that_offers_what_was(asked, message):
    with pytest.raises(DataError, match=message):
        data.quoted(**asked)


def test_a_row_can_be_changed_without_changing_the_next():
    rows = data.quoted()
    rows["figure"] = 0.0
    rows.loc[0, "metric"] = "changed"
    assert data.quoted()["figure"].max() > 100
    assert "changed" not in set(data.quoted()["metric"])


def test_an_altered_file_is_noticed_after_it_was_read(tmp_path, monkeypatch):
    folder = shutil.copytree(data_dir(), tmp_path / "data")
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    data.quoted(quantity="EPS growth")
    path = folder / "published" / "earnings_growth.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DataError, match=r"earnings_growth\.csv is not the file"):
        data.quoted(quantity="EPS growth")
