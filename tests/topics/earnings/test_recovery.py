"""A rebound to where? Levels against the old peak, by hand and with what was not known."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics import earnings
from helpers.topics.common.ranks import LARGE_RANKS, SMALL_RANKS
from helpers.topics.earnings import recovery
from helpers.topics.earnings.forecast import DEFINITIONS
from made_up_quotations import quotations

GROWTH = [
    {"group": "S&P 600", "vendor": "First Trust", "target": "2025", "figure": 10.0},
    {"group": "S&P 600", "vendor": "First Trust", "target": "2026", "figure": 20.0},
    {"group": "Russell 2000", "vendor": "First Eagle", "target": "2025", "figure": 50.0},
    {"group": "Russell 2000", "vendor": "First Eagle", "target": "2026", "figure": 60.0},
]


@pytest.fixture(scope="module")
def filings():
    return pd.read_csv(data_dir() / "snapshot" / "exposures_by_rank.csv")


# --- reported levels ------------------------------------------------------------------------------------


def test_profits_less_losses_are_net_income(found, filings):
    levels = found.levels
    assert np.allclose(levels["profits"] - levels["losses"], levels["all"])
    assert (levels["losses"] > 0).all()
    assert set(levels["rank"]) == {SMALL_RANKS, LARGE_RANKS}
    assert levels.index.equals(pd.RangeIndex(8))
    small = filings[filings["rank"] == SMALL_RANKS]
    ours = levels[levels["rank"] == SMALL_RANKS]
    assert ours["fiscal_year"].tolist() == small["fiscal_year"].tolist() == [2021, 2022, 2023, 2024]
    assert ours["all"].tolist() == small["net_income_bn"].tolist()


def test_each_group_starts_from_a_hundred(found, filings):
    index = found.index_levels
    assert index.iloc[0].tolist() == pytest.approx([100.0] * 3)
    wide = filings.pivot(index="fiscal_year", columns="rank")
    columns = {
        "large, all": ("net_income_bn", LARGE_RANKS),
        "small, all": ("net_income_bn", SMALL_RANKS),
        "small, profitable": ("net_income_profitable_bn", SMALL_RANKS),
    }
    assert list(index) == list(columns)
    for name, column in columns.items():
        assert index.loc[2024, name] == pytest.approx(100 * wide[column][2024] / wide[column][2021])


# --- two years of growth --------------------------------------------------------------------------------


def test_two_years_compound_and_the_middle_is_geometric():
    low, mid, high = recovery.two_year_growth(quotations(*GROWTH))
    assert (low, high) == (pytest.approx(1.1 * 1.2), pytest.approx(1.5 * 1.6))
    assert mid**2 == pytest.approx(low * high)
    assert low < mid < high


def test_the_lower_growth_is_the_low_end_whichever_index_has_it():
    swapped = quotations(*GROWTH).replace({"S&P 600": "Russell 2000", "Russell 2000": "S&P 600"})
    assert recovery.two_year_growth(swapped) == recovery.two_year_growth(quotations(*GROWTH))


def test_the_last_quotation_of_a_year_counts_and_other_vendors_do_not():
    more = [
        {"group": "S&P 600", "vendor": "BofA", "target": "2026", "figure": 99.0},
        {"group": "S&P 600", "vendor": "First Trust", "target": "2027", "figure": 99.0},
        GROWTH[1] | {"figure": 99.0, "machine_written": True},
    ]
    first = GROWTH[1] | {"figure": 99.0, "known": "2025-12-01"}
    assert recovery.two_year_growth(quotations(first, *GROWTH, *more))[0] == pytest.approx(1.32)


@pytest.mark.parametrize("missing", range(4))
def test_one_year_of_one_index_missing_leaves_it_unknown(missing):
    rows = [row for k, row in enumerate(GROWTH) if k != missing]
    index = GROWTH[missing]["group"]
    with pytest.raises(NotKnown, match=f"{index} earnings in both 2025 and 2026"):
        recovery.two_year_growth(quotations(*rows))


# --- against the peak -----------------------------------------------------------------------------------


def levels_of(*rows):
    frame = pd.DataFrame(rows, columns=["fiscal_year", "all", "profits"])
    return frame.assign(rank=SMALL_RANKS, losses=frame["profits"] - frame["all"])


def test_losses_stay_halve_or_end():
    levels = levels_of((2021, 100.0, 120.0), (2023, 110.0, 115.0), (2024, -20.0, 60.0))
    table = recovery.recovery_of_filers(levels, (1.0, 1.5, 2.0))
    # losses of 80 against the best year, 2023, whose net income was 110 and profits 115
    everyone = [60 - 80, 90 - 40, 120 - 0]
    assert table.loc["all companies"].tolist() == pytest.approx(
        [100 * (one / 110 - 1) for one in everyone]
    )
    assert table.loc["profitable companies"].tolist() == pytest.approx(
        [100 * (one / 115 - 1) for one in (60, 90, 120)]
    )


def test_only_filings_of_the_year_before_the_growth_can_be_grown():
    for levels in (levels_of((2023, 1.0, 2.0)), levels_of((2024, 1.0, 2.0)).iloc[:0]):
        with pytest.raises(NotKnown, match="fiscal 2024"):
            recovery.recovery_of_filers(levels, (1.0, 1.0, 1.0))


def test_an_index_is_set_against_its_peak_page_by_page():
    page = {"group": "S&P 600", "vendor": "First Trust"}
    short = [page | {"target": "2022", "figure": 100.0}, page | {"target": "2025", "figure": 80.0}]
    whole = [
        page | {"target": "2022", "figure": 90.0, "url": "b"},
        page | {"target": "2026", "figure": 99.0, "url": "b"},
        page | {"target": "2026", "figure": 50.0, "url": "c"},  # without a peak
        page | {"target": "2022", "figure": 1.0, "url": "d", "vendor": ""},
        page | {"target": "2026", "figure": 9.0, "url": "d", "vendor": ""},
    ]
    elsewhere = GROWTH[1] | {"vendor": "BofA", "figure": 99.0}
    grown = quotations(*GROWTH, elsewhere, elsewhere | {"group": "Russell 2000"})
    row = recovery.recovery_of_index(quotations(*short, *whole), grown).iloc[0]
    assert row.tolist() == pytest.approx(
        [-4.0, 3.0, 10.0]
    )  # 80 grown by 20 percent over 100; 99 / 90
    level = recovery.recovery_of_index(quotations(*whole), quotations(*GROWTH)).iloc[0]
    assert level.tolist() == pytest.approx([10.0, 10.0, 10.0])
    with pytest.raises(NotKnown, match="2026 and of their peak in 2022"):
        recovery.recovery_of_index(quotations(*short), quotations(*GROWTH[2:]))


def test_level_against_the_peak_by_hand(found):
    """FY2021: 100.996 and 143.981 bn USD; FY2024: -18.285 and 49.377; two-year growth 5.77/15.4 to 45/63 percent."""
    low, high = 49.377 * 1.0577 * 1.154, 49.377 * 1.45 * 1.63
    table = found.recovery
    assert table.loc["profitable companies", "low"] == pytest.approx(100 * (low / 143.981 - 1))
    assert table.loc["profitable companies", "high"] == pytest.approx(100 * (high / 143.981 - 1))
    losses = 49.377 + 18.285
    middle = np.sqrt(low * high) - losses / 2
    assert table.loc["all companies"].tolist() == pytest.approx(
        [100 * (one / 100.996 - 1) for one in (low - losses, middle, high)]
    )
    # First Trust: 85.11 for 2025 grown by 15.4 % over 97.53; 99.10 over 90.87
    pages = [100 * (85.11 * 1.154 / 97.53 - 1), 100 * (99.10 / 90.87 - 1)]
    assert table.loc["published index earnings"].tolist() == pytest.approx(
        [pages[0], np.mean(pages), pages[1]]
    )
    assert (table["low"] < table["mid"]).all()
    assert (table["mid"] < table["high"]).all()


# --- the claim ------------------------------------------------------------------------------------------


def test_the_claim_is_judged_by_the_definition_chosen(found, info):
    for definition in DEFINITIONS:
        evidence = recovery.weigh_recovery(found.recovery, definition)
        low, mid, high = found.recovery.loc[recovery.LEVELS[definition]]
        assert (evidence.ci_low, evidence.estimate, evidence.ci_high) == (low, mid, high)
        assert (evidence.ci_level, evidence.interval, evidence.n) == (1.0, "parameters", 2.0)
        assert dict(evidence.definitions) == found.recovery["mid"].to_dict()
        assert f"Definition: {recovery.LEVELS[definition]}." in evidence.note
    with pytest.raises(NotKnown, match="last reported level"):
        recovery.weigh_recovery(found.recovery.iloc[:2], "profit_screened_index")
    assert set(recovery.LEVELS) == set(DEFINITIONS)


def test_what_was_known_of_the_recovery_is_shown_without_the_rest():
    early = earnings.examine(data.Information("2026-01-29"), draws=10)  # before First Eagle's page
    assert not early.knows("recovery_of_filers")
    assert early.knows("recovery_of_index")
    assert early.recovery.index.tolist() == ["published index earnings"]
    assert early.evidence["E5"].not_testable
    none = earnings.examine(data.Information("2025-06-30"), draws=10)
    assert none.reason("recovery") == none.reason("recovery_of_filers") != ""
