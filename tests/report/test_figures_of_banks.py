"""Figures of notebook 05 on banks: units, names, sources as read, a reason where nothing was known, and their texts."""

import numpy as np
import pytest

from helpers import data
from helpers.report.figures import banks as figures
from helpers.topics import banks
from helpers.trial import load_claim, verdict
from helpers.trial.flips import list_flips
from told_pictures import PicturesOfANotebook

SIZES = ("nim_all", "nim_under_1b", "nim_over_15b", "tbill_3m", "treasury_10y")


@pytest.fixture(scope="module")
def found():
    return banks.examine(data.Information("2026-02-16"))


@pytest.fixture(scope="module")
def two_lags(found):
    return banks.examine(found.info, lags=2)


@pytest.fixture(scope="module")
def long_before():
    return banks.examine(data.Information("1990-01-01"))


class TestPictures(PicturesOfANotebook):
    sources = {
        figures.plot_winners: ["key", "spy", "iwm", "market_moves", "industries_monthly", "smb"],
        figures.plot_margins: [*SIZES, "bank_margins_quarterly", "nber_recessions"],
        figures.plot_easings: [*SIZES, "fomc_decisions"],
        figures.plot_responses: SIZES,
        figures.plot_reported: ["regional_banks", "bank_margins_quarterly", "fomc_decisions"],
        figures.plot_loans: ["ci_loans", "cpi", "nber_recessions"],
        figures.plot_deals: ["regional_banks"],
    }
    known_before = (figures.plot_easings, figures.plot_loans)


def test_dots_stand_where_the_table_of_leads_has_them(found, picture):
    left, right = np.ravel(picture(figures.plot_winners))
    for ax, window in ((left, "since the cut"), (right, "this year")):
        some = found.leads[
            (found.leads["window"] == window) & (found.leads["against"] == "S&P 500")
        ]
        dots = ax.collections[0].get_offsets()
        assert np.asarray(dots)[:, 0] == pytest.approx(some["lead"].to_numpy())
    bars = left.collections[-1].get_segments()
    ends = found.beyond_exposures.loc[["bank industry portfolio", "equal-weighted bank portfolio"]]
    assert [bar[:, 0].tolist() for bar in bars] == [
        pytest.approx([row["low"], row["high"]]) for _, row in ends.iterrows()
    ]


def test_call_reports_and_the_profile_are_never_one_line(found, picture):
    top, _ = np.ravel(picture(figures.plot_margins))
    lines = {line.get_label(): line for line in top.lines}
    quoted = lines["the industry, quarterly profile"]
    assert quoted.get_linestyle() == "None"
    assert len(quoted.get_xdata()) == len(found.profile_margins["the industry"])
    assert lines["all banks"].get_linestyle() == "-"


def test_bars_of_easings_and_deals_are_those_of_the_tables(found, picture):
    bars = picture(figures.plot_easings).patches
    table = found.easings.dropna()
    assert [bar.get_height() for bar in bars] == pytest.approx(
        [*table["small banks"], *table["large banks"]]
    )
    number, value = np.ravel(picture(figures.plot_deals))
    assert number.patches[-1].get_height() == found.deals["number"][2025]
    assert value.patches[-1].get_height() == found.deals["value"][2025]


def test_the_table_of_the_explore_cell_is_that_of_an_examination_with_its_lags(found, two_lags):
    for lags, examined in {4: found, 2: two_lags}.items():
        table = figures.table_slope(found, lags=lags)
        evidence = examined.answers["W2"].used
        effects = {name: 100 * effect for name, effect in evidence.definitions.items()}
        assert table["basis points for one point"].to_dict() == effects
        flips = list_flips(load_claim("W2"), "used", evidence)
        others = {one["instead"]: one["word"] for one in flips if one["choice"] == "definition"}
        own = verdict(load_claim("W2"), "used", evidence).word
        assert table["word"].to_dict() == {"all banks": own} | others
    assert figures.table_slope(found, lags=4)["word"].nunique() > 1


def test_before_margins_are_long_enough_the_table_says_so(long_before):
    table = figures.table_slope(long_before, lags=4)
    assert table["word"].to_list() == ["not testable"]
    assert table["basis points for one point"].isna().all()


def test_the_word_by_lags_is_that_of_each_examination(found, two_lags):
    """The word hangs on the lags: a reader must see it."""
    table = figures.table_lags(found)
    assert table["word"][4] == "undecided"
    assert table["effect"][4] == found.answers["W2"].used.estimate
    assert table["effect"][2] == two_lags.answers["W2"].used.estimate
    assert table["word"].nunique() > 1
    assert "nim_all" in [one.name for one in table.attrs["sources"]]


def test_leads_are_drawn_before_exposures_can_be_held_against_them():
    left, right = np.ravel(figures.plot_winners(banks.examine(data.Information("2025-01-31"))))
    assert len(left.collections) == len(right.collections) == 2
    assert len(left.collections[0].get_offsets()) == 4
