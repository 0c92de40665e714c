"""Ranges of published figures: what counts, since when, and what never does."""

import math

import pandas as pd
import pytest

from helpers import data
from helpers.data.catalog import catalog
from helpers.data.quotations import period_end
from helpers.errors import DataError

AS_OF = "2026-02-16"


def all_quotations():
    tables = [name for name, one in catalog().items() if one.kind == "table" and one.is_published]
    return pd.concat(
        [data.load_table(name).assign(table=name) for name in tables], ignore_index=True
    )


@pytest.mark.parametrize(
    ("metric", "group", "low", "high"),
    [
        ("floating share of total debt", "Russell 2000", 30, 51),  # Goldman 2023 to Apollo 2024
        ("floating share of total debt", "large", 6, 25),
        ("total debt", "Russell 2000", 832, 832),
        ("debt due within 5 years", "Russell 2000", 75, 75),
        ("effective interest rate on debt", "Russell 2000", 6.0, 7.1),
        ("unprofitable companies, share of index weight", "Russell 2000", 17, 26),
        ("forward P/E, ex loss-makers", "Russell 2000", 14.5, 16),
        ("relative forward P/E small/large", None, 0.70, 0.73),
        ("EPS growth forecast CY2026", "Russell 2000", 17, 63),
        ("EPS growth forecast CY2026", "S&P 600", 15.4, 19),
    ],
)
def test_range_of_the_main_inputs(metric, group, low, high):
    found = data.published(metric, group, as_of=AS_OF)
    assert (found.low, found.high) == (low, high)
    assert low <= found.mid <= high
    assert found.sources
    assert (found.rows["known"] <= AS_OF).all()


def test_range_widens_as_quotations_come_in():
    goldman = data.published("floating share of total debt", "Russell 2000", as_of="2023-12-31")
    later = data.published("floating share of total debt", "Russell 2000", as_of="2024-12-31")
    assert (goldman.low, goldman.high, later.low, later.high) == (30, 33, 30, 51)
    assert goldman.mid == 31.5
    assert goldman.unit == "percent"


def test_a_figure_that_came_later_is_not_known():
    with pytest.raises(DataError, match=r"nothing was known on 2026-02-16.*2026-06-30"):
        data.published("operating-earnings sensitivity to +25bp", "Russell 2000", as_of=AS_OF)
    assert (
        data.published("EPS growth forecast CY2026", "Russell 2000", as_of="2026-07-01")
        .rows["value"]
        .max()
        == 63
    )
    assert (
        38
        not in data.published("EPS growth forecast CY2026", "Russell 2000", as_of=AS_OF)
        .rows["value"]
        .tolist()
    )


def test_since_leaves_out_figures_of_another_time():
    metric = "unprofitable companies, share of count"
    assert data.published(metric, "Russell 2000", AS_OF).low == 14  # of 1994
    assert data.published(metric, "Russell 2000", AS_OF, since="2024-01-01").low == 40
    with pytest.raises(DataError, match="no quotation speaks of a period since 2026-02-01"):
        data.published(metric, "Russell 2000", AS_OF, since="2026-02-01")


def test_a_quoted_range_counts_with_both_ends():
    found = data.published("guidance: 2026 net interest income growth stand-alone", "Huntington")
    assert (found.low, found.mid, found.high) == (10, 11.5, 13)


def test_a_statement_has_no_figure():
    found = data.published("pass-through of policy rate into firms' interest expense")
    assert math.isnan(found.low)
    assert math.isnan(found.mid)
    assert len(found.rows) == 1
    assert found.sources


def test_machine_written_pages_are_shown_and_do_not_count():
    found = data.published("EPS growth forecast CY2026", "Russell 2000", as_of=AS_OF)
    marked = found.rows[found.rows["machine_written"]]
    assert len(marked)
    assert not set(marked["publisher"]) & set(found.sources)
    assert data.published("forward P/E, all companies", "Russell 2000").high < 33  # a post says 33


def test_machine_written_pages_alone_are_refused():
    with pytest.raises(DataError, match="only machine-written or promotional pages"):
        data.published("constituents carrying floating-rate debt", "Russell 2000")


def test_unknown_metric_and_group_offer_what_exists():
    with pytest.raises(DataError, match=r"Did you mean.*floating share of total debt"):
        data.published("floating share of debt")
    with pytest.raises(DataError, match=r"Groups: .*Russell 2000.*small"):
        data.published("floating share of total debt", "Russell2000")


def test_mixed_units_need_a_group():
    with pytest.raises(DataError, match=r"different units.*Name one group"):
        data.published("consensus EPS CY2025")


@pytest.mark.parametrize(
    ("label", "last"),
    [
        ("2024", "2024-12-31"),
        ("2024-02", "2024-02-29"),
        ("2024-02-15", "2024-02-15"),
        ("2024Q3", "2024-09-30"),
        ("2024H1", "2024-06-30"),
        ("1979-01/1983-07", "1983-07-31"),
    ],
)
def test_period_labels_end_on_a_day(label, last):
    assert period_end(label) == pd.Timestamp(last)


@pytest.mark.parametrize("table", ["floating_rate_debt", "earnings_growth", "valuation"])
def test_every_metric_answers_by_group(table):
    rows = data.load_table(table)
    for metric, group in rows[["metric", "group"]].drop_duplicates().itertuples(index=False):
        mine = rows[(rows["metric"] == metric) & (rows["group"] == group)]
        counted = mine[~mine["machine_written"] & mine["value"].notna()]
        if len(counted) and counted["unit"].nunique() == 1:
            found = data.published(metric, group)
            assert found.low <= counted["value"].min()
            assert counted["value"].max() <= found.high


def test_nothing_of_what_followed_was_known_to_the_article():
    """Outcomes of March to July 2026 become known when their period is over, not before."""
    rows = all_quotations()
    ended = pd.Series([period_end(period) for period in rows["period"]])
    forecast = rows["metric"].str.contains("forecast|guidance|average revision")
    late = rows[(ended > "2026-02-28") & ~forecast]
    assert len(late) > 30
    assert (late["known"] > AS_OF).all()


def test_central_parameters_agree_with_their_quotations():
    """The project's own low, mid and high lie inside the range of all quotations, pages of every kind included."""
    judged = data.load_table("key_parameters").set_index(["metric", "group"])
    rows = all_quotations()
    for key in [
        ("floating share of total debt", "Russell 2000"),
        ("effective interest rate on debt", "S&P 500"),
    ]:
        values = rows[(rows["metric"] == key[0]) & (rows["group"] == key[1])]["value"]
        assert values.min() <= judged.loc[key, "low"] <= judged.loc[key, "high"] <= values.max()


def test_information_records_what_was_used_in_order():
    info = data.Information(AS_OF)
    info.published("total debt", "Russell 2000")
    info.load("cpi")
    info.fomc_decisions()
    info.load("cpi")
    info.table("rates_monthly")
    info.recessions()
    used = info.used()
    names = [one.name for one in used]
    assert names == [
        "published: total debt, Russell 2000", "cpi", "fomc_decisions", "rates_monthly", "nber_recessions",
    ]  # fmt: skip
    assert {str(one.as_of) for one in used} == {AS_OF}
    assert {one.source for one in used} == {"snapshot"}


def test_information_knows_only_its_day():
    info = data.Information("2024-06-30")
    assert info.fomc_decisions()["change_bp"].iloc[-1] == 25
    assert str(info.load("fed_funds").index[-1]) == "2024-05"
    assert info.published("floating share of total debt", "Russell 2000").high == 33
    assert str(info) == "Information(as_of=2024-06-30, source='snapshot')"


def test_unknown_source_is_refused():
    with pytest.raises(DataError, match="'web' is unknown: choose snapshot or live"):
        data.Information(AS_OF, source="web")
    with pytest.raises(DataError, match="choose snapshot or live"):
        data.load("cpi", source="fred")
