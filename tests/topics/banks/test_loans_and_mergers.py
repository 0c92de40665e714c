"""Claims W3 and W4: places in history, and deals a year from pages of several kinds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics import banks
from helpers.topics.banks import loans, mergers
from helpers.trial import load_claim, load_line, verdict
from made_up_quotations import quotations


def snapshot(name):
    return pd.read_csv(data_dir() / "snapshot" / f"{name}.csv", index_col="period")


def test_places_are_shares_of_all_values_known(found):
    level, prices = (
        snapshot("activity_monthly")["ci_loans"],
        snapshot("prices_labour_monthly")["cpi"],
    )
    growth = (level / level.shift(12) - 1).loc["1960-01":"2026-01"]
    inflation = (prices / prices.shift(12) - 1).reindex(growth.index)
    demand = snapshot("credit_quarterly")["sloos_demand_small"].loc["2020Q3":"2026Q1"]
    expected = {
        "loan demand of small firms": demand,
        "growth of business loans": 100 * growth,
        "growth of business loans less inflation": 100 * (growth - inflation),
    }
    for name, values in expected.items():
        known, row = values.dropna(), found.loan_places.loc[name]
        assert row["value"] == pytest.approx(known.iloc[-1])
        assert row["percentile"] == pytest.approx(100 * np.mean(known <= known.iloc[-1]))
        assert row["n"] == len(known)
    assert set(found.answers["W3"].stated.checks.values()) == {False}


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30))
def test_a_percentile_is_never_nothing_and_whole_at_the_top(values):
    table = loans.table_places({"a": pd.Series(values)})
    assert 0 < table["percentile"]["a"] <= 100
    assert (table["percentile"]["a"] == 100) == (values[-1] == max(values))


def places(**percentiles):
    names = load_line("W3", "stated").definitions
    rows = {
        name: {"period": "2026Q1", "value": 1.0, "percentile": value, "since": "2000Q1", "n": 100}
        for name, value in zip(names, percentiles.values(), strict=False)
    }
    return pd.DataFrame.from_dict(rows, orient="index")


@pytest.mark.parametrize(
    ("percentiles", "word"),
    [
        ((75, 80, 100), "true"),
        ((74.9, 80, 100), "true in part"),
        ((80, 80), "true in part"),  # the third was not found
        ((74.9, 10, 0.1), "false"),
    ],
)
def test_the_upper_quarter_decides(percentiles, word):
    evidence = loans.weigh_places(places(**{str(k): value for k, value in enumerate(percentiles)}))
    assert verdict(load_claim("W3"), "stated", evidence).word == word


def test_no_net_demand_is_no_surge():
    table = places(**{"0": 80, "1": 80, "2": 80})
    table.loc["loan demand of small firms", "value"] = 0.0
    assert list(loans.weigh_places(table).checks.values()) == [False, True, True]


def test_the_note_tells_each_measure_and_no_minus_before_nothing():
    table = places(a=80, b=60, c=90)
    table["value"] = [-0.04, 2.3, 1.0]
    evidence = loans.weigh_places(table)
    assert (evidence.estimate, evidence.n) == (80, 100)
    assert evidence.note == (
        "1 of 3 measures grow and lie in the upper quarter of their history. They are, in percent: loan demand of "
        "small firms 0.0 in 2026Q1, at percentile 80 since 2000; growth of business loans 2.3 in 2026Q1, at percentile "
        "60 since 2000; growth of business loans less inflation 1.0 in 2026Q1, at percentile 90 since 2000."
    )


def test_demand_of_small_firms_has_no_history_before_2020(at):
    checks = at("2020-03-01").answers["W3"].stated.checks
    assert checks["loan demand of small firms"] is None
    assert checks["growth of business loans"] is False


# --- mergers --------------------------------------------------------------------------------------------


def test_deals_are_those_of_the_pages(found):
    """S&P Global counts 2015-24 (2024 through Monitor Daily), American Banker at least 170 in 2025."""
    pages = {2015: 292, 2016: 247, 2017: 269, 2018: 264, 2019: 269, 2021: 200, 2024: 125, 2025: 170}
    number, value = found.deals["number"], found.deals["value"]
    assert {year: number[year] for year in pages} == pages
    assert value[2025] == pytest.approx(
        10.30 + 16.63 + 25.10
    )  # first half, third and fourth quarter
    assert value[2024] == 16.31
    assert np.isnan(value[2015])
    assert found.deals["valued by"][2015] == ""
    evidence = found.answers["W4"].stated
    assert evidence.estimate == pytest.approx(100 * (170 / 125 - 1))
    assert dict(evidence.checks) == {
        "number against 2024": True,
        "number against 2015-19": False,
        "value against 2024": True,
        "value against 2015-19": True,
    }
    peace = np.mean([pages[year] for year in range(2015, 2020)])
    assert f"and {100 * (170 / peace - 1):+.0f} percent against 2015-19; value" in evidence.note
    assert (evidence.found, evidence.n) == (None, len(number))


def test_the_count_of_the_year_is_one_of_at_least_a_third_more(found):
    """American Banker: up more than one-third from 2024."""
    (stated,) = found.info.quoted("change of bank M&A deals announced")["value"]
    assert found.answers["W4"].stated.estimate >= stated


def pages(*rows):
    """Synthetic quotations of a count: period, figure, and what differs."""
    return quotations(
        *({"period": period, "figure": figure} | other for period, figure, other in rows)
    )


SECOND = {"confidence": "second-hand"}


def test_first_hand_comes_before_second_hand_and_the_last_word_before_the_first():
    table = mergers.table_years(pages(("2018", 259, {}), ("2018", 264, {}), ("2018", 300, SECOND)))
    assert table.loc[2018, ["figure", "first_hand"]].to_list() == [264, True]
    only = mergers.table_years(
        pages(("2018", 300, SECOND), ("2018", 999, {"machine_written": True}))
    )
    assert only.loc[2018, ["figure", "first_hand"]].to_list() == [300, False]


def test_a_year_without_a_page_is_the_sum_of_its_parts():
    parts = [("2025H1", 10, {}), ("2025Q3", 16, SECOND), ("2025Q4", 25, {})]
    assert mergers.table_years(pages(*parts)).loc[2025, ["figure", "first_hand"]].to_list() == [
        51,
        False,
    ]
    assert mergers.table_years(pages(*parts, ("2025", 60, {}))).loc[2025, "figure"] == 60
    assert mergers.table_years(pages(*parts[:2])).empty
    assert mergers.table_years(pages(("2025-10", 21, {}))).empty


def deals(count, **other):
    rows = [(str(year), 200, {}) for year in range(2015, 2020)]
    return pages(*rows, ("2024", 100, SECOND), ("2025", count, other))


@pytest.mark.parametrize(
    ("count", "value", "word"),
    [
        (250, 250, "true"),
        (249, 250, "true in part"),
        (124, 125, "true in part"),
        (124, 124, "false"),
    ],
)
def test_a_quarter_more_against_both_makes_a_wave(count, value, word):
    evidence = mergers.weigh_deals(deals(count), deals(value))
    assert tuple(evidence.checks) == load_line("W4", "stated").definitions
    assert verdict(load_claim("W4"), "stated", evidence).word == word


def test_a_year_read_second_hand_carries_no_verdict():
    with pytest.raises(NotKnown, match="Only second-hand quotations give the bank deals of 2025"):
        mergers.compare(deals(250, **SECOND))


def test_two_years_are_no_average_of_five():
    few = pages(("2018", 200, {}), ("2019", 200, {}), ("2024", 100, {}), ("2025", 150, {}))
    assert mergers.compare(few) == {"against 2024": pytest.approx(50)}
    checks = mergers.weigh_deals(few, few.iloc[:0]).checks
    assert list(checks.values()) == [True, None, None, None]


def test_three_years_of_peace_are_an_average():
    rows = [(str(year), 200 + year - 2018, {}) for year in (2017, 2018, 2019)]
    rows.append(("2020", 900, {}))  # the pandemic
    assert mergers.compare(pages(*rows, ("2025", 150, {}))) == {
        "against 2015-19": pytest.approx(-25)
    }


def test_a_wave_nobody_counted_is_not_compared_and_a_value_without_a_count_not_shown():
    before = pages(("2024", 100, {}))
    with pytest.raises(NotKnown, match="No publication known at this date gives the bank deals"):
        mergers.compare(before)
    values = pages(("2024", 1.5, {}), ("2025", 2.5, {}))
    assert mergers.table_deals(before, values)["value"].to_dict() == {2024: 1.5}


def test_where_no_earlier_year_is_known_the_count_alone_is_told():
    count = pages(("2025", 170, {}))
    alone = mergers.weigh_deals(count, count.iloc[:0])
    assert (alone.estimate, alone.found, alone.n) == (None, "170 deals", 1)
    assert alone.note == "At least 170 bank deals were announced in 2025: no earlier year is known."


def test_what_the_rules_brought_about_cannot_be_told(found):
    evidence = found.answers["W4"].used
    assert verdict(load_claim("W4"), "used", evidence).word == "not testable"
    assert "less stringent regulatory oversight" in evidence.note
    assert "None names a reason" in mergers.weigh_reasons(pages().iloc[:0]).note


def test_growth_is_not_known_before_a_year_of_loans_is():
    early = banks.examine(data.Information("1960-01-01"))
    assert "fewer than 13 months" in early.reason("loan_measure", "growth of business loans")
    assert early.reason("loan_places")
