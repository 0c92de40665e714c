"""Figures of notebook 04: units on the axes, every series named, sources as read, a reason where nothing was known."""

import numpy as np
import pytest

from helpers import data
from helpers.report.figures import valuation as figures
from helpers.topics import valuation
from helpers.trial import load_claim
from told_pictures import PicturesOfANotebook

BOOKS = ["book_to_market_small", "book_to_market_large"]


@pytest.fixture(scope="module")
def found():
    return valuation.examine(data.Information("2026-02-16"), draws=200)


@pytest.fixture(scope="module")
def long_before():
    return valuation.examine(data.Information("1990-01-01"), draws=200)


class TestPictures(PicturesOfANotebook):
    sources = {
        figures.plot_multiples: ["consensus_pe"],
        figures.plot_ratios: ["valuation", "consensus_pe"],
        figures.plot_published_pairs: ["valuation"],
        figures.plot_loss_makers: ["floating_rate_debt", "valuation", "consensus_pe"],
        figures.plot_gap: [*BOOKS, "nber_recessions"],
        figures.plot_horizons: [*BOOKS, "lo20", "hi20"],
        figures.plot_fifths: [*BOOKS, "lo20", "hi20"],
        figures.plot_specifications: [
            *BOOKS,
            "lo20",
            "hi20",
            "lo30",
            "hi30",
            "lo10",
            "hi10",
        ],
        figures.plot_expected: [*BOOKS, "lo20", "hi20"],
        figures.plot_priced_in: ["consensus_pe"],
        figures.plot_decades: [*BOOKS, "lo20", "hi20"],
        figures.plot_breadth: ["rsp", "spy", "market_moves", "iwm", "qqq", "ijr"],
    }
    known_before = (
        figures.plot_gap,
        figures.plot_horizons,
        figures.plot_fifths,
        figures.plot_specifications,
        figures.plot_expected,
        figures.plot_priced_in,
        figures.plot_decades,
    )
    unnamed = (figures.plot_breadth,)


def test_the_articles_pair_is_drawn_where_the_claim_has_it(found, picture):
    ax = picture(figures.plot_multiples)
    small, large = (line.get_xdata()[0] for line in ax.lines)
    assert (small, large) == tuple(load_claim("M4").claimed_parts.values())
    band = picture(figures.plot_ratios).patches[0]
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx(found.claimed_band)


def test_dots_of_the_gap_and_of_breadth_are_the_last_known_months(found, picture):
    line, _, dot = picture(figures.plot_gap).lines
    assert dot.get_ydata()[0] == line.get_ydata()[-1] == pytest.approx(found.gap_ratio.iloc[-1])
    for ax, name in zip(np.ravel(picture(figures.plot_breadth)), found.breadth_leads, strict=True):
        assert ax.lines[1].get_ydata()[0] == found.breadth_leads[name].iloc[-1]


def test_our_own_ratios_are_named_by_their_basis_and_histories_drawn(picture):
    ax = picture(figures.plot_ratios)
    _, labels = ax.get_legend_handles_labels()
    assert "all companies, next quarter, times four" in labels
    usual = {line.get_label(): line.get_ydata()[0] for line in ax.lines}
    assert usual["all companies, long-term average"] == pytest.approx(1.15)
    assert usual["without loss makers, long-term average"] == pytest.approx(1.0)


def test_the_bars_of_what_is_expected_hold_the_outcome(found, picture):
    ax = picture(figures.plot_expected)
    bars = [container for container in ax.containers if hasattr(container, "has_yerr")]
    now = found.gap.iloc[-1]
    for bar, (_, row) in zip(bars, found.expected.iterrows(), strict=True):
        (across, bottom), (_, top) = bar.lines[2][0].get_segments()[0]
        assert (bottom, top) == pytest.approx((row["low"], row["high"]))
        assert across == pytest.approx(now, abs=0.05)
        assert bar.lines[0].get_ydata()[0] == pytest.approx(row["expected"])
    dots = sum(len(points.get_offsets()) for points in ax.collections[:2])
    assert dots == len(found.followed)


def test_the_growth_lead_points_to_the_dearer_side(found, picture):
    bars = picture(figures.plot_priced_in).patches
    assert [bar.get_width() for bar in bars] == pytest.approx(found.priced_in["lead"].to_list())
    for bar, ratio in zip(bars, found.priced_in["ratio"], strict=True):
        assert (bar.get_width() > 0) == (ratio > 1)
