"""Ratios of multiples count alike on both sides: one page, one date, one definition."""

import pandas as pd
import pytest

from helpers import data
from helpers.data.paths import data_dir
from helpers.topics.valuation import ratios
from helpers.topics.valuation.inputs import ValuationInputs

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


def stated(*rows):
    """Synthetic ratios and premiums: metric, figure, definition."""
    table = quoted(*[("Russell 2000 vs S&P 500", *row[1:], {}) for row in rows])
    return table.assign(metric=pd.Series([row[0] for row in rows], dtype=str))


# --- rounding -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "decimals", "half"),
    [(22.0, 0, 0.5), (18.1, 0, 0.05), (22.19, 0, 0.005), (1.0, 1, 0.05), (0.73, 1, 0.005)],
)
def test_what_is_printed_may_be_half_a_unit_of_its_last_digit_away(figure, decimals, half):
    assert ratios.half_unit(pd.Series([figure]), decimals).to_list() == pytest.approx([half])


def test_no_figure_has_no_half_unit():
    assert ratios.half_unit(pd.Series([], dtype=float)).dtype == float


def test_the_ratio_of_rounded_multiples_lies_between_its_ends():
    table = ratios.rounded_ratio(pd.Series([23.0, 15.4]), pd.Series([22.0, 22.1]))
    assert table.loc[0].to_list() == pytest.approx([23 / 22, 22.5 / 22.5, 23.5 / 21.5])
    assert table.loc[1].to_list() == pytest.approx([15.4 / 22.1, 15.35 / 22.15, 15.45 / 22.05])


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
        ratios.published_ratios(table, stated()),
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
    found = ratios.stated_ratios(rows)
    assert found.columns.to_list() == ratios.COUNTED
    assert found["low"].to_list() == pytest.approx([1.045, 0.795, 0.725])
    assert found["high"].to_list() == pytest.approx([1.055, 0.805, 0.735])
    assert (found["basis"] == ratios.FORWARD).all()
    assert ratios.stated_ratios(rows)[["small", "large"]].isna().all(axis=None)


def test_an_average_is_read_as_the_ratio_it_is_one_of(inputs):
    """MarketScreener: 15 percent "historically", all companies; BofA: 1.0 on average without loss-makers."""
    found = ratios.stated_ratios(inputs.stated_averages).set_index("definition")
    assert found["ratio"].to_dict() == pytest.approx(
        {"all_companies": 1.15, "without_loss_makers": 1.0}
    )
    assert found.loc["without_loss_makers", ["low", "high"]].to_list() == pytest.approx(
        [0.95, 1.05]
    )
    assert found["confidence"].to_dict() == {
        "all_companies": "verbatim",
        "without_loss_makers": "second-hand",
    }


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
        assert row["basis"] == "next quarter, times four"
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
    found = ratios.published_ratios(rows, machine_premium)
    assert found["ratio"].to_list() == [1.2]


def test_the_multiples_of_a_page_stand_before_the_ratio_it_states(inputs):
    """BofA, July 2025: 15.4 over 22.1, stated as 0.7."""
    found = ratios.published_ratios(inputs.quoted_multiples, inputs.stated_ratios)
    bofa = found[found["publisher"].str.startswith("BofA")].set_index("known")["ratio"]
    assert bofa[pd.Timestamp("2025-07-31")] == pytest.approx(15.4 / 22.1)
    assert bofa[pd.Timestamp("2024-05-31")] == 0.73  # here it states the ratio alone
    assert found["known"].is_monotonic_increasing
    assert found.index.to_list() == list(range(len(found)))
    assert not found.duplicated(["known", "definition", "publisher"]).any()


def test_our_own_multiple_of_the_next_quarter_is_no_forward_multiple(inputs):
    """It puts the S&P 500 at 25.0, above every page of the year: 21 to 22.6 for the next twelve months."""
    table = pd.read_csv(data_dir() / "snapshot" / "consensus_pe.csv")
    own = table[table["index_name"] == "S&P 500"]["pe_including_loss_makers"]
    pages = inputs.quoted_multiples
    forward = pages["quantity"].eq("forward P/E") & pages["group"].eq("S&P 500")
    year = pages[forward & ~pages["machine_written"] & (pages["known"] > "2025-02-16")]["figure"]
    assert (year.min(), year.max()) == (21.0, 22.6)
    assert own.min() > year.max()
    found = ratios.published_ratios(inputs.quoted_multiples, inputs.stated_ratios)
    assert not found["publisher"].eq("computed here").any()


def test_ratios_of_the_year_before_the_article(inputs):
    """Century 23/22 and MarketScreener +5 %: all companies on both sides."""
    found = ratios.published_ratios(inputs.quoted_multiples, inputs.stated_ratios)
    year = found[(found["known"] > "2025-02-16") & (found["definition"] == "all_companies")]
    assert year["ratio"].to_list() == pytest.approx([23 / 22, 1.05])
