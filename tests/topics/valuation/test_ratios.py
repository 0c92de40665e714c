"""Ratios of multiples count alike on both sides: one page, one date, one definition."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics.valuation import ratios
from helpers.topics.valuation.inputs import ValuationInputs
from helpers.trial import load_claim

ARTICLE = "2026-02-16"


@pytest.fixture(scope="module")
def inputs():
    return ValuationInputs(data.Information(ARTICLE))


def quoted(*rows):
    """Synthetic quotations: group, figure, definition, and what differs from one page of one day."""
    page = {
        "url": "page",
        "period": "2025",
        "quantity": ratios.FORWARD,
        "known": pd.Timestamp("2025-06-30"),
        "publisher": "somebody",
        "confidence": "verbatim",
        "machine_written": False,
    }
    columns = [*page, "group", "figure", "definition"]
    pages = [
        page | {"group": group, "figure": figure, "definition": definition} | other
        for group, figure, definition, other in rows
    ]
    return pd.DataFrame(pages, columns=columns).astype({"machine_written": bool})


SMALL = ("Russell 2000", 24.0, "all_companies", {})
LARGE = ("S&P 500", 20.0, "", {})
NO_CONSENSUS = pd.DataFrame(
    columns=["price_date", "index_name", *ratios.COLUMNS.values()], dtype=float
)


def stated(*rows):
    """Synthetic ratios and premiums: metric, figure, definition."""
    table = quoted(*[("Russell 2000 vs S&P 500", *row[1:], {}) for row in rows])
    return table.assign(metric=pd.Series([row[0] for row in rows], dtype=str))


# --- quoted pairs ---------------------------------------------------------------------------------------


def test_a_pair_is_the_small_over_the_large_multiple_of_one_page():
    (pair,) = ratios.pair_multiples(quoted(LARGE, SMALL)).to_dict("records")
    assert pair["ratio"] == 1.2
    assert (pair["small"], pair["large"]) == (24.0, 20.0)
    assert (pair["small_group"], pair["large_group"]) == ("Russell 2000", "S&P 500")
    assert (pair["basis"], pair["definition"]) == (ratios.FORWARD, "all_companies")


@pytest.mark.parametrize("other", [{"url": "x"}, {"period": "2024"}, {"quantity": "trailing P/E"}])
def test_another_page_period_or_basis_makes_no_pair(other):
    assert ratios.pair_multiples(quoted(SMALL, (*LARGE[:3], other))).empty


def test_mid_caps_and_parts_of_an_index_are_no_side():
    rows = quoted(SMALL, ("S&P 400", 17.0, "", {}), ("S&P 500 ex MegaCap-8", 18.0, "", {}))
    assert ratios.pair_multiples(rows).empty


def test_pairs_come_in_the_order_in_which_they_became_known():
    later = {"url": "later", "known": pd.Timestamp("2025-07-31")}
    rows = quoted((*SMALL[:3], later), (*LARGE[:3], later), SMALL, LARGE)
    assert ratios.pair_multiples(rows)["known"].is_monotonic_increasing


def many_pages(of=60):
    """Synthetic: as many pages of two days, in turns, each with both multiples."""
    days = [pd.Timestamp("2025-06-30"), pd.Timestamp("2025-05-31")]
    pages = [
        {"url": f"page {k}", "publisher": f"publisher {k}", "known": days[k % 2]} for k in range(of)
    ]
    return quoted(*[(*side[:3], page) for page in pages for side in (SMALL, LARGE)])


def test_pages_of_one_day_stay_in_the_order_of_the_table():
    table = many_pages()
    written = table["publisher"].drop_duplicates()
    expected = [*written[1::2], *written[::2]]
    for found in (
        ratios.pair_multiples(table),
        ratios.ratios_alike(table, stated(), NO_CONSENSUS),
    ):
        assert found["publisher"].to_list() == expected
        assert found.index.to_list() == list(range(60))


def test_the_clearest_published_illustration(inputs):
    """LSEG, December 2023: 23.4 against 18.8 for the Russell 1000, and 15.4 without health care."""
    pairs = ratios.pair_multiples(inputs.quoted_multiples)
    lseg = pairs[pairs["publisher"].str.startswith("LSEG")].set_index("definition")
    assert lseg["ratio"]["all_companies"] == pytest.approx(23.4 / 18.8)
    assert lseg["ratio"]["without_health_care"] == pytest.approx(15.4 / 18.8)
    assert set(lseg["large_group"]) == {"Russell 1000"}


def test_a_profit_screened_index_has_no_definition_of_ours(inputs):
    pairs = ratios.pair_multiples(inputs.quoted_multiples)
    screened = pairs[pairs["small_group"] == ratios.SCREENED]
    assert len(screened) >= 5
    assert (screened["definition"] == "").all()


# --- all ratios -----------------------------------------------------------------------------------------


def test_a_premium_is_one_plus_its_hundredth_and_a_ratio_stays():
    rows = stated(
        (ratios.PREMIUM, 5.0, "all_companies"),
        (ratios.PREMIUM, -20.0, "without_loss_makers"),
        (ratios.RATIO, 0.73, "without_loss_makers"),
    )
    assert ratios.stated_ratios(rows)["ratio"].to_list() == pytest.approx([1.05, 0.8, 0.73])
    assert ratios.stated_ratios(rows).columns.to_list() == ratios.COUNTED
    assert ratios.stated_ratios(rows)[["small", "large"]].isna().all(axis=None)


def test_a_premium_that_does_not_say_whom_it_counts_is_left_out():
    rows = stated((ratios.PREMIUM, 5.0, ""), (ratios.PREMIUM, 3.0, "all_companies"))
    assert ratios.stated_ratios(rows)["ratio"].to_list() == [1.03]


def test_our_own_ratios_are_those_of_the_file():
    file = data_dir() / "snapshot" / "consensus_pe.csv"
    table = pd.read_csv(file, parse_dates=["price_date"])
    own = ratios.own_ratios(table)
    assert len(own) == 3 * table["price_date"].nunique()
    for row in own.to_dict("records"):
        small, large = (
            table.query("price_date == @row['known'] and index_name == @name")[
                ratios.COLUMNS[row["definition"]]
            ].item()
            for name in ("IWM", "S&P 500")
        )
        assert (row["small"], row["large"]) == (small, large)
        assert row["ratio"] == pytest.approx(small / large)
        assert (row["publisher"], row["confidence"]) == ("computed here", "derived")
    assert own["known"].is_monotonic_increasing


def test_our_own_ratios_of_a_day_come_in_the_order_of_the_definitions():
    days = pd.date_range("2025-01-31", periods=30)
    rows = pd.DataFrame(
        {"price_date": [*days, *days], "index_name": ["IWM"] * 30 + ["S&P 500"] * 30}
    )
    own = ratios.own_ratios(rows.assign(**dict.fromkeys(ratios.COLUMNS.values(), 20.0)))
    assert own["definition"].to_list() == 30 * list(ratios.DEFINITIONS)


def test_trailing_screened_and_machine_written_multiples_do_not_count():
    trailing = {"url": "trailing", "quantity": ratios.TRAILING}
    machine = {"url": "machine", "machine_written": True}
    rows = quoted(
        SMALL,
        LARGE,
        ("S&P 600", 15.0, "", {}),
        (*SMALL[:3], trailing),
        (*LARGE[:3], trailing),
        (*SMALL[:3], machine),
        (*LARGE[:3], machine),
    )
    machine_premium = stated((ratios.PREMIUM, 5.0, "all_companies")).assign(machine_written=True)
    found = ratios.ratios_alike(rows, machine_premium, NO_CONSENSUS)
    assert found["ratio"].to_list() == [1.2]


def test_the_multiples_of_a_page_stand_before_the_ratio_it_states(inputs):
    """BofA, July 2025: 15.4 over 22.1, stated as 0.7."""
    found = ratios.ratios_alike(inputs.quoted_multiples, inputs.stated_ratios, inputs.consensus)
    bofa = found[found["publisher"].str.startswith("BofA")].set_index("known")["ratio"]
    assert bofa[pd.Timestamp("2025-07-31")] == pytest.approx(15.4 / 22.1)
    assert bofa[pd.Timestamp("2024-05-31")] == 0.73  # here it states the ratio alone
    assert found["known"].is_monotonic_increasing
    assert found.index.to_list() == list(range(len(found)))
    assert not found.duplicated(["known", "definition", "publisher"]).any()


# --- evidence -------------------------------------------------------------------------------------------


def ratio_table(*rows):
    return pd.DataFrame(rows, columns=["definition", "ratio", "confidence"])


def test_evidence_is_the_median_and_the_range_of_one_definition():
    evidence = ratios.weigh_ratio(
        ratio_table(
            ("all_companies", 1.0, "verbatim"),
            ("all_companies", 1.1, "second-hand"),
            ("all_companies", 1.5, "derived"),
            ("without_loss_makers", 0.7, "second-hand"),
            ("without_loss_makers", 0.8, "second-hand"),
        ),
        "all_companies",
    )
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high) == (1.1, 1.0, 1.5)
    assert (evidence.ci_level, evidence.interval, evidence.n) == (1.0, "parameters", 3)
    assert dict(evidence.definitions) == {
        "all companies": 1.1,
        "without loss makers": pytest.approx(0.75),
    }
    assert evidence.unit == load_claim("M4").unit
    assert "1 of 3 second-hand" in evidence.note
    assert "all companies" in evidence.note


def test_second_hand_quotations_carry_no_verdict_alone():
    table = ratio_table(("all_companies", 1.0, "second-hand"))
    with pytest.raises(NotKnown, match="Only second-hand quotations give both multiples, all comp"):
        ratios.weigh_ratio(table, "all_companies")
    with pytest.raises(NotKnown, match="gives both multiples, without health care"):
        ratios.weigh_ratio(table, "without_health_care")


def test_definitions_are_those_fixed_with_the_claim():
    assert [name.replace("_", " ") for name in ratios.DEFINITIONS] == list(
        load_claim("M4").definitions
    )


def test_ratios_of_the_year_before_the_article(inputs):
    """Century 23/22, MarketScreener +5 %, own 28.6/24.9 and 30.8/25.0: all companies on both sides."""
    found = ratios.ratios_alike(inputs.quoted_multiples, inputs.stated_ratios, inputs.consensus)
    year = found[(found["known"] > "2025-02-16") & (found["definition"] == "all_companies")]
    expected = sorted([23 / 22, 1.05, 28.6 / 24.9, 30.8 / 25.0])
    assert sorted(year["ratio"]) == pytest.approx(expected)
    assert np.median(expected) == pytest.approx(1.0993, abs=1e-4)
