"""Does large-cap growth slow? Both years of the same page, and nothing pieced together from two."""

import pandas as pd
import pytest

from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics.earnings import slowdown
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


def test_large_cap_growth_by_page(found):
    """LSEG 8.4 then 14.0; First Trust 268.32 then 299.30 USD after 12.52 %; FactSet 11.0, 13.9; First Eagle 13, 16."""
    expected = {
        "LSEG": 5.6,
        "First Trust": 100 * (299.30 / 268.32 - 1) - 12.52,
        "FactSet": 2.9,
        "First Eagle": 3.0,
    }
    assert len(found.slowdown) == len(expected)
    assert found.slowdown["known"].is_monotonic_increasing
    assert found.slowdown.index.equals(pd.RangeIndex(len(expected)))
    for publisher, difference in expected.items():
        row = found.slowdown[found.slowdown["publisher"].str.startswith(publisher)]
        assert row["difference"].item() == pytest.approx(difference)


def test_every_pair_of_years_in_the_files_is_in_the_table(found):
    files = pd.concat(
        pd.read_csv(data_dir() / "published" / f"{name}.csv")
        for name in ("earnings_growth", "consensus_record")
    )
    rows = files[(files["group"] == "S&P 500") & (files["quantity"] == "EPS growth")]
    rows = rows[(rows["known"] <= "2026-02-16") & ~rows["machine_written"]]
    years = rows.pivot_table(index="url", columns="target", values="value")[["2025", "2026"]]
    gaps = (years["2026"] - years["2025"]).dropna()
    assert set(gaps.round(6)) <= set(found.slowdown["difference"].round(6))
    assert len(gaps) == 3  # the fourth gives levels


def table(*differences, confidence="verbatim"):
    rows = pd.DataFrame({"difference": differences, "confidence": confidence})
    return rows.astype({"difference": float})


def test_the_claim_is_judged_by_the_median_page_and_the_range_of_all():
    evidence = slowdown.weigh_slowdown(table(4.0, -2.0, 1.0, 0.0))
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high) == (0.5, -2.0, 4.0)
    assert (evidence.n, evidence.ci_level, evidence.interval) == (4, 1.0, "parameters")
    assert evidence.note == "2 of 4 publications see growth speed up."


def test_second_hand_pages_alone_do_not_judge_it():
    with pytest.raises(NotKnown, match="Only second-hand"):
        slowdown.weigh_slowdown(table(4.0, confidence="second-hand"))
