"""Figures of notebook 03: what they draw is what was found, sources as read, a reason where nothing was known."""

import matplotlib.dates as mdates
import numpy as np
import pytest

from helpers import data
from helpers.report.figures import history as figures
from helpers.topics import history
from told_pictures import PicturesOfANotebook

PAIR = ["lo30", "hi30"]
STATE = ["fed_funds", "cpi_first_12m", "unemployment_rate_first", "cape", "top_decile_share", *PAIR]
PARTS = {  # what each figure is drawn from, and what it reads
    figures.plot_wealth: ("premium", PAIR),
    figures.plot_windows: ("premium", PAIR),
    figures.plot_origins: ("premium", PAIR),
    figures.plot_fall: ("nifty", ["hi10", "lo30"]),
    figures.plot_distances: ("resemblance", STATE),
    figures.plot_forward: ("resemblance", STATE),
    figures.plot_month: ("resemblance", STATE),
    figures.plot_first_cuts: ("easing", ["fomc_decisions", "nber_recessions", *PAIR]),
    figures.plot_concentration: ("concentration", ["top_decile_share", *PAIR]),
    figures.plot_slopes: ("concentration", ["top_decile_share", *PAIR]),
    figures.plot_family: ("concentration", ["top_decile_share", *PAIR, "lo20", "hi20"]),
    figures.plot_leads: ("rotation", ["iwm", "spy", "rsp", "market_moves"]),
    figures.plot_states: ("rotation", [*PAIR, "nber_recessions"]),
}


@pytest.fixture(scope="module")
def found():
    return history.examine(data.Information("2026-02-16"), draws=99)


@pytest.fixture(scope="module")
def long_before():
    return history.examine(data.Information("1940-01-01"), draws=99)


class TestPictures(PicturesOfANotebook):
    sources = {plot: read for plot, (_, read) in PARTS.items()}
    known_before = (
        figures.plot_fall,
        figures.plot_concentration,
        figures.plot_slopes,
        figures.plot_family,
        figures.plot_states,
    )

    @classmethod
    def draw(cls, plot, found):
        return super().draw(plot, getattr(found, PARTS[plot][0]))


def at(dates):
    """The first days of months, as matplotlib counts them."""
    return mdates.date2num(dates.to_timestamp()).tolist()


def test_the_run_is_shaded_in_the_century_and_marked_among_its_windows(found):
    premium = found.premium
    ax = figures.plot_wealth(premium)
    (shade,) = ax.patches
    first, last = premium.run.index[[0, -1]]
    assert shade.get_x() == mdates.date2num(first.to_timestamp())
    assert shade.get_x() + shade.get_width() == pytest.approx(
        mdates.date2num(last.to_timestamp(how="end"))
    )
    every, without, _ = ax.lines
    assert every.get_ydata()[-1] == pytest.approx(premium.relative.sum())
    assert every.get_ydata()[-1] - without.get_ydata()[-1] == pytest.approx(premium.run.sum())
    means, best, usual, run = figures.plot_windows(premium).lines
    assert run.get_ydata()[0] == pytest.approx(12 * premium.run.mean())
    assert run.get_ydata()[0] in means.get_ydata()
    assert best.get_ydata()[0] == pytest.approx(12 * np.quantile(premium.chance.null, 0.95))
    assert usual.get_ydata()[0] == pytest.approx(12 * np.median(premium.chance.null))


def test_a_since_statement_is_the_mean_of_the_months_from_there_on(found):
    premium = found.premium
    ax = figures.plot_origins(premium)
    after = premium.run.index[-1] + 1
    (dot,) = (line for line in ax.lines if line.get_label() == f"Since {after}")
    assert dot.get_ydata()[0] == pytest.approx(12 * premium.relative[after:].mean())


def test_the_fall_starts_from_a_hundred(found):
    ax = figures.plot_fall(found.nifty)
    peak, trough = found.nifty.fall
    largest = dict(zip(ax.lines[0].get_xdata(), ax.lines[0].get_ydata(), strict=True))
    wealth = {np.datetime64(str(month), "D"): wealth for month, wealth in zip(*found_of(ax, 0))}
    assert largest
    assert wealth[np.datetime64(str(peak), "D")] == pytest.approx(100)
    assert min(wealth.values()) == wealth[np.datetime64(str(trough), "D")]


def test_the_nearest_months_are_those_of_least_distance(found):
    near = found.resemblance
    line, dots = figures.plot_distances(near).lines
    assert len(dots.get_ydata()) == found.k
    assert sorted(dots.get_ydata()) == pytest.approx(near.neighbours["distance"].sort_values())
