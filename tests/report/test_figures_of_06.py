"""Figures of notebook 06: units on the axes, every series named, sources as read, a reason where nothing was known."""

import numpy as np
import pytest

from helpers import data
from helpers.report.alt import describe
from helpers.report.figures import policy as figures
from helpers.report.sources import figure_of
from helpers.topics import policy
from helpers.topics.common.ranks import SMALL_RANKS
from helpers.topics.policy.channels import CASH, CHANNELS
from helpers.trial import load_claim
from told_pictures import PicturesOfANotebook


@pytest.fixture(scope="module")
def found():
    return policy.examine(data.Information("2026-02-16"), draws=256)


@pytest.fixture(scope="module")
def long_before():
    return policy.examine(data.Information("1990-01-01"), draws=256)


class TestPictures(PicturesOfANotebook):
    sources = {
        figures.plot_channels: ["policy", "exposures_by_rank", "eps_uplift", "net_interest"],
        figures.plot_savings: ["policy"],
        figures.plot_counts: ["policy"],
        figures.plot_readings: ["policy", "consensus_pe", "corporate_profits_after_tax"],
        figures.plot_acts: ["factors_daily", "policy"],
        figures.plot_industries: ["industries_equal_weighted_monthly", "policy"],
    }
    across = True


def test_the_articles_numbers_are_drawn_where_the_claims_have_them(picture):
    for plot, claim in ((figures.plot_savings, "P4"), (figures.plot_counts, "P3")):
        (line,) = picture(plot).lines
        assert set(line.get_xdata()) == {load_claim(claim).claimed_number}


def test_bars_are_the_middles_of_the_channels(found, picture):
    cash, _ = np.ravel(picture(figures.plot_channels))
    bars = cash.containers[-1] if hasattr(cash.containers[-1], "patches") else cash.containers[-2]
    rows = found.channels.loc[(SMALL_RANKS, CASH)].loc[[*CHANNELS, "all together"], "mid"]
    assert [bar.get_width() for bar in bars] == pytest.approx(rows.to_list())
    assert cash.texts[0].get_text() == "0 by law"


def test_every_act_has_its_dot_and_the_placebos_lie_below(found, picture):
    ax = picture(figures.plot_acts)
    *acts, placebos = ax.collections
    drawn = sorted(point[0] for dots in acts for point in dots.get_offsets())
    assert drawn == pytest.approx(sorted(found.act_table["lead"]))
    assert len(placebos.get_offsets()) == len(found.placebo_leads[::5])
    assert placebos.get_offsets()[:, 1].min() > len(found.act_table) - 0.5


def test_the_pictures_are_told_in_words(picture):
    told = describe(figure_of(picture(figures.plot_savings)))
    assert "small firms, basis not stated: 110" in told
    assert "article: small firms: upright at 200" in told
    told = describe(figure_of(np.ravel(picture(figures.plot_channels))[0]))
    assert "Percent of net income" in told
    assert "small, ranks 1001-3000" in told
