"""Does large-cap growth slow? Both years of the same page, and nothing pieced together from two."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics.earnings import slowdown
from helpers.trial import load_claim, load_line, verdict
from made_up_quotations import quotations

THEN, NOW = {"target": "2025", "figure": 12.0}, {"target": "2026", "figure": 9.0}


def test_the_difference_is_of_two_years_on_one_page():
    (row,) = slowdown.table_slowdown(quotations(THEN, NOW), quotations()).to_dict("records")
    assert (row["growth_2025"], row["growth_2026"], row["difference"]) == (12.0, 9.0, -3.0)
    assert (row["publisher"], row["confidence"]) == ("a page", "verbatim")


@pytest.mark.parametrize(
    "differs",
    [
        {"url": "b"},
        {"url": "b", "vendor": "LSEG", "publisher": "LSEG"},
        {"group": "S&P 600"},
        {"group": "S&P 500 ex Mag 7"},
        {"target": "2027"},
        {"machine_written": True},
    ],
)
def test_two_pages_two_indices_or_other_years_make_no_difference(differs):
    shared = {"vendor": "LSEG", "publisher": "LSEG"} if "vendor" in differs else {}
    with pytest.raises(NotKnown, match="S&P 500 growth of both 2025 and 2026"):
        slowdown.table_slowdown(quotations(THEN, NOW | differs, **shared), quotations())


def test_a_page_may_give_the_second_year_as_levels():
    usd = quotations({"target": "2025", "figure": 200.0}, {"target": "2026", "figure": 230.0})
    (row,) = slowdown.table_slowdown(quotations(THEN), usd).to_dict("records")
    assert (row["growth_2026"], row["difference"]) == (pytest.approx(15.0), pytest.approx(3.0))
    for other in (usd.assign(url="b"), usd.assign(group="S&P 600"), usd.iloc[:1], usd.iloc[1:]):
        with pytest.raises(NotKnown):
            slowdown.table_slowdown(quotations(THEN), other)


def test_the_seven_largest_are_a_row_of_their_own():
    rows = quotations(
        THEN, NOW, *(one | {"group": "Magnificent Seven", "figure": 20.0} for one in (THEN, NOW))
    )
    table = slowdown.table_slowdown(rows, quotations()).set_index("universe")["difference"]
    assert table.to_dict() == {"S&P 500": -3.0, "Magnificent Seven": 0.0}


def test_large_cap_growth_by_page(found):
    """LSEG 8.4 then 14.0; First Trust 268.32 then 299.30 USD after 12.52 %; FactSet 11.0, 13.9; First Eagle 13, 16.

    FactSet on the seven largest, December 2025: 22.3 then 22.7.
    """
    expected = {
        ("S&P 500", "LSEG"): 5.6,
        ("S&P 500", "First Trust"): 100 * (299.30 / 268.32 - 1) - 12.52,
        ("S&P 500", "FactSet"): 2.9,
        ("S&P 500", "First Eagle"): 3.0,
        ("Magnificent Seven", "FactSet"): 0.4,
    }
    table = found.slowdown
    assert len(table) == len(expected)
    assert table["known"].is_monotonic_increasing
    assert table.index.equals(pd.RangeIndex(len(expected)))
    for (universe, publisher), difference in expected.items():
        own = (table["universe"] == universe) & table["publisher"].str.startswith(publisher)
        assert table.loc[own, "difference"].item() == pytest.approx(difference)


@pytest.fixture(scope="module")
def files():
    rows = pd.concat(
        pd.read_csv(data_dir() / "published" / f"{name}.csv")
        for name in ("earnings_growth", "consensus_record")
    )
    rows = rows[(rows["quantity"] == "EPS growth") & (rows["known"] <= "2026-02-16")]
    return rows[~rows["machine_written"]]


@pytest.mark.parametrize(("universe", "pages"), [("S&P 500", 3), ("Magnificent Seven", 1)])
def test_every_pair_of_years_in_the_files_is_in_the_table(found, files, universe, pages):
    rows = files[files["group"] == universe]
    years = rows.pivot_table(index="url", columns="target", values="value")[["2025", "2026"]]
    gaps = (years["2026"] - years["2025"]).dropna()
    mine = found.slowdown.loc[found.slowdown["universe"] == universe, "difference"]
    assert set(gaps.round(6)) <= set(mine.round(6))
    assert len(gaps) == pages  # a further page on the index gives levels


# --- growth by quarter ----------------------------------------------------------------------------------


def test_what_the_largest_reported_stands_beside_the_rest(found, files):
    """57, 51, 35 percent to mid-2024, 28, 27, 18 in 2025, 20 early in the last season against 4.1 for the rest."""
    table = found.quarters
    reported = table[table["stage"] == "reported"]["mega-caps"]
    assert reported.to_dict() == {
        "2023Q4": 57.1, "2024Q1": 51.4, "2024Q2": 34.9, "2025Q1": 27.7, "2025Q2": 26.6, "2025Q3": 18.4,
    }  # fmt: skip
    early = table.loc["2025Q4"]
    assert early[["stage", "mega-caps", "the rest"]].tolist() == ["early in the season", 20.3, 4.1]
    mega = files[(files["group"] == "Magnificent Seven") & files["metric"].str.endswith("actual")]
    assert set(reported) == set(mega["value"])


# --- the harder comparison ------------------------------------------------------------------------------


@given(st.floats(-50, 300), st.floats(0.01, 1000))
def test_the_base_effect_is_the_fall_of_growth_at_an_equal_increase(growth, base):
    increase = base * growth / 100
    again = 100 * increase / (base + increase)
    assert slowdown.base_effect(growth) == pytest.approx(growth - again, abs=1e-9)


MEGA = {"group": "Magnificent Seven", "kind": "outcome"}
REPORT = MEGA | {"metric": slowdown.REPORTED}


def test_a_slowdown_is_between_years_of_one_vendor_or_reported_quarters_a_year_apart():
    rows = quotations(
        MEGA | {"target": "2024", "figure": 50.0, "vendor": "FactSet"},
        MEGA | {"target": "2025", "figure": 30.0, "vendor": "FactSet"},
        MEGA | {"target": "2025", "figure": 25.0, "vendor": "FactSet"},  # its last word
        MEGA | {"target": "2025", "figure": 10.0, "vendor": "LSEG"},
        REPORT | {"target": "2024Q1", "figure": 100.0, "url": "b"},
        REPORT | {"target": "2025Q1", "figure": 60.0, "vendor": "LSEG"},
        MEGA | {"target": "2025Q1", "figure": 1.0, "metric": "quarterly EPS growth, blended"},
        REPORT | {"target": "2024Q2", "figure": 20.0},
        REPORT | {"target": "2025Q2", "figure": 19.5},  # less than a point
        MEGA | {"target": "2027", "figure": 1.0, "vendor": "FactSet", "kind": "forecast"},
        MEGA | {"target": "2026", "figure": 26.0, "vendor": "FactSet", "kind": "forecast"},
    )
    table = slowdown.table_base_effect(rows)
    assert table["period"].tolist() == ["2025", "2025Q1"]
    assert table["slowdown"].tolist() == [25.0, 40.0]
    assert table["base_effect"].tolist() == pytest.approx([50 / 3, 50.0])
    assert table["share"].tolist() == pytest.approx([100 * 50 / 75, 125.0])


def test_without_a_slowdown_there_is_nothing_to_explain():
    with pytest.raises(NotKnown, match="nothing to explain"):
        slowdown.table_base_effect(quotations({}))


def test_the_published_slowdowns_by_hand(found):
    """36.5 to 22.3 (FactSet), 51.4 to 27.7, 34.9 to 26.6 for the seven largest; 12.1 to 8.4 (LSEG) for the index."""
    before = np.array([36.5, 51.4, 34.9, 12.1])
    after = np.array([22.3, 27.7, 26.6, 8.4])
    expected = 100 * (before - before / (1 + before / 100)) / (before - after)
    assert found.base_effect["share"].tolist() == pytest.approx(expected.tolist())
    evidence = found.answers["E4"].used
    assert (evidence.ci_low, evidence.ci_high) == pytest.approx((expected.min(), expected.max()))
    assert evidence.estimate == pytest.approx(np.median(expected))
    assert (evidence.share, evidence.n, evidence.ci_level) == (0.75, 4, 1.0)
    assert dict(evidence.shares) == {"all large caps": 0.75, "mega-caps": 1.0, "the index": 0.0}
    assert verdict(load_claim("E4"), "used", evidence).word == "evidence for"
    assert "For 2026 itself 1 of 4 pages see the index slow." in evidence.note


def test_second_hand_slowdowns_alone_explain_nothing(found):
    table = found.base_effect.assign(confidence="second-hand")
    with pytest.raises(NotKnown, match="Only second-hand"):
        slowdown.weigh_base_effect(table, found.slowdown)


# --- the claim ------------------------------------------------------------------------------------------


def pages(index=(), mega=(), confidence="verbatim"):
    rows = [("S&P 500", one) for one in index] + [("Magnificent Seven", one) for one in mega]
    table = pd.DataFrame(rows, columns=["universe", "difference"])
    names = [f"page {place}" for place in range(len(table))]
    return table.assign(publisher=names, confidence=confidence).astype({"difference": float})


def quarters(*growth):
    index = [f"{2023 + place // 4}Q{place % 4 + 1}" for place in range(len(growth))]
    table = pd.DataFrame({"stage": "reported", "mega-caps": growth}, index=index)
    early = pd.DataFrame({"stage": "early in the season", "mega-caps": [0.0]}, index=["2026Q4"])
    return pd.concat([table, early])


def weigh(table, reported):
    evidence = slowdown.weigh_slowdown(table, reported)
    return list(evidence.checks.values()), verdict(load_claim("E4"), "stated", evidence).word


def test_each_part_of_the_sentence_is_judged_apart():
    assert weigh(pages([-1.0, -2.0, 3.0], [-5.0]), quarters(50.0, 20.0)) == ([True] * 3, "true")
    parts = [False, False, True]
    assert weigh(pages([-0.97, -2.0, 3.0], [0.4]), quarters(50.0, 20.0)) == (parts, "true in part")
    assert weigh(pages([1.0], [1.0]), quarters(20.0, 50.0)) == ([False] * 3, "false")
    assert weigh(pages([-2.0, 2.0]), quarters(20.0))[0] == [False, None, None]  # no majority
    assert weigh(pages([-2.0], confidence="second-hand"), quarters()) == (
        [None] * 3,
        "no source found",
    )


def test_dropping_any_page_on_the_index_leaves_its_part_as_it_is(found):
    index = found.slowdown[found.slowdown["universe"] == "S&P 500"]
    for left_out in index.index:
        table = found.slowdown.drop(index=left_out)
        assert not slowdown.weigh_slowdown(table, found.quarters).checks["the index slows in 2026"]


def test_the_parts_at_the_date_of_the_article(found):
    evidence = found.answers["E4"].stated
    assert tuple(evidence.checks) == load_line("E4", "stated").definitions
    assert list(evidence.checks.values()) == [False, False, True]
    assert evidence.n == 4  # FactSet's page on the index was read second hand
    assert evidence.estimate == 3.0  # the middle one of three first-hand pages
    assert "from 57.1 percent in 2023Q4 to 18.4 in 2025Q3" in evidence.note
