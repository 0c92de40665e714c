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
from helpers.trial import load_claim, load_line, verdict
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


def test_two_years_compound():
    rows = quotations(*GROWTH)
    assert recovery.two_year_growth(rows, "S&P 600") == pytest.approx(100 * (1.1 * 1.2 - 1))
    assert recovery.two_year_growth(rows, "Russell 2000") == pytest.approx(100 * (1.5 * 1.6 - 1))


def test_the_last_quotation_of_a_year_counts_and_other_vendors_do_not():
    more = [
        {"group": "S&P 600", "vendor": "BofA", "target": "2026", "figure": 99.0},
        {"group": "S&P 600", "vendor": "First Trust", "target": "2027", "figure": 99.0},
        GROWTH[1] | {"figure": 99.0, "machine_written": True},
    ]
    first = GROWTH[1] | {"figure": 99.0, "known": "2025-12-01"}
    rows = quotations(first, *GROWTH, *more)
    assert recovery.two_year_growth(rows, "S&P 600") == pytest.approx(32.0)


@pytest.mark.parametrize("missing", range(4))
def test_one_year_of_an_index_missing_leaves_it_unknown(missing):
    rows = quotations(*(row for k, row in enumerate(GROWTH) if k != missing))
    index = GROWTH[missing]["group"]
    with pytest.raises(NotKnown, match=f"{index} earnings in both 2025 and 2026"):
        recovery.two_year_growth(rows, index)


# --- against the peak -----------------------------------------------------------------------------------


def levels_of(*rows):
    frame = pd.DataFrame(rows, columns=["fiscal_year", "all", "profits"])
    return frame.assign(rank=SMALL_RANKS, losses=frame["profits"] - frame["all"])


def test_one_assumption_at_a_time():
    levels = levels_of((2021, 100.0, 120.0), (2023, 110.0, 115.0), (2024, -20.0, 60.0))
    table = recovery.recovery_of_filers(levels, 50.0, 100.0).set_index(["definition", "path"])
    # losses of 80 against the best year, 2023, whose net income was 110 and profits 115
    expected = {
        ("all companies", "growth of the S&P 600, losses stay"): (90 - 80) / 110,
        ("all companies", "growth of the S&P 600, losses end"): 90 / 110,
        ("profitable companies", "growth of the S&P 600"): 90 / 115,
        ("all companies", "growth of the Russell 2000, losses stay"): (120 - 80) / 110,
        ("profitable companies", "growth of the Russell 2000"): 120 / 115,
    }
    assert table["against_peak"].to_dict() == pytest.approx(
        {name: 100 * (ratio - 1) for name, ratio in expected.items()}
    )
    without = recovery.recovery_of_filers(levels, 50.0)
    assert not without["path"].str.contains("Russell").any()


def test_no_path_counts_vanishing_losses_twice(found):
    """Growth of the broad index holds what losses do to it: where it is used, losses stay."""
    broad = found.recovery[found.recovery["path"].str.contains("Russell 2000")]
    assert len(broad) == 2
    assert not broad["path"].str.contains("losses end").any()
    # on the index's own base, profits grown by this rate less unchanged losses grow by the published rate
    profits, losses = 23.6 + 11.4, 11.4
    grown = profits * (1 + found.broad_profit_growth / 100) - losses
    assert grown / 23.6 == pytest.approx(1.45 * 1.63)


def test_only_filings_of_the_year_before_the_growth_can_be_grown():
    for levels in (levels_of((2023, 1.0, 2.0)), levels_of((2024, 1.0, 2.0)).iloc[:0]):
        with pytest.raises(NotKnown, match="fiscal 2024"):
            recovery.recovery_of_filers(levels, 1.0, 1.0)


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
    table = recovery.recovery_of_index(quotations(*short, *whole), grown)
    # 80 grown by 20 percent over 100; 99 / 90
    assert table["against_peak"].tolist() == pytest.approx([-4.0, 10.0])
    assert set(table["path"]) == {"S&P 600, page of January 2026"}
    level = recovery.recovery_of_index(quotations(*whole), quotations(*GROWTH))
    assert level["against_peak"].tolist() == pytest.approx([10.0])
    with pytest.raises(NotKnown, match="2026 and of their peak in 2022"):
        recovery.recovery_of_index(quotations(*short), quotations(*GROWTH[2:]))


def test_level_against_the_peak_by_hand(found):
    """FY2021: 100.996 and 143.981 bn USD; FY2024: -18.285 and 49.377; two-year growth 5.77/15.4 and 45/63 percent."""
    losses = 49.377 + 18.285
    screened = 49.377 * 1.0577 * 1.154
    broad = 49.377 * (1 + (1.45 * 1.63 - 1) * 23.6 / (23.6 + 11.4))
    expected = {
        "all companies": [
            100 * (one / 100.996 - 1) for one in (screened - losses, broad - losses, screened)
        ],
        "profitable companies": [100 * (one / 143.981 - 1) for one in (screened, broad)],
        # First Trust: 85.11 for 2025 grown by 15.4 % over 97.53; 99.10 over 90.87
        "published index earnings": [
            100 * (85.11 * 1.154 / 97.53 - 1),
            100 * (99.10 / 90.87 - 1),
        ],
    }
    table = found.recovery
    for definition, levels in expected.items():
        mine = table.loc[table["definition"] == definition, "against_peak"]
        assert sorted(mine) == pytest.approx(sorted(levels)), definition
    assert table["definition"].unique().tolist() == list(recovery.LEVELS)


# --- the claim ------------------------------------------------------------------------------------------


def test_a_kind_of_earnings_votes_for_strength_if_no_assumption_leaves_it_below_its_peak(found):
    evidence = found.answers["E5"].stated
    by = found.recovery.groupby("definition")["against_peak"]
    assert dict(evidence.checks) == {name: by.min()[name] > 0 for name in recovery.LEVELS}
    assert list(evidence.checks.values()) == [False, False, True]
    assert verdict(load_claim("E5"), "stated", evidence).word == "true in part"
    assert load_line("E5", "stated").definitions == recovery.LEVELS
    mixed = found.recovery.assign(against_peak=[-1.0, 5.0, 3.0, -1.0, 2.0, 1.0, 1.0])
    one = recovery.weigh_recovery(mixed)
    assert dict(one.checks) == {
        "all companies": False,
        "profitable companies": True,
        "published index earnings": True,
    }
    assert (one.estimate, one.ci_low, one.ci_high) == (5.0, -1.0, 5.0)


def test_no_share_of_losses_that_stays_lifts_all_companies_over_the_peak(found):
    """The sign does not hang on how many losses stay, anywhere between none and all."""
    mine = found.recovery[found.recovery["definition"] == "all companies"]
    assert (mine["against_peak"] < 0).all()
    assert "whatever is assumed (published index earnings)" in found.answers["E5"].stated.note


def test_what_was_known_of_the_recovery_is_shown_without_the_rest():
    early = earnings.examine(data.Information("2026-01-29"), draws=10)  # before First Eagle's page
    assert not early.knows("broad_profit_growth")
    assert not early.recovery["path"].str.contains("Russell").any()
    assert early.recovery["definition"].unique().tolist() == list(recovery.LEVELS)
    assert verdict(load_claim("E5"), "stated", early.answers["E5"].stated).word == "true in part"
    none = earnings.examine(data.Information("2025-06-30"), draws=10)
    assert none.reason("recovery") == none.reason("recovery_of_filers") != ""
