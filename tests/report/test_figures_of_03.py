"""Figures of notebook 03: what they draw is what was found, sources as read, a reason where nothing was known."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.report.figures import history as figures
from helpers.topics import history
from helpers.topics.history import rotation
from told_pictures import PicturesOfANotebook, title

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
    """Its states are sought from one point: what is drawn is the same for any fit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rotation, "STARTS", 1)
        yield history.examine(data.Information("2026-02-16"), draws=99)


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
    def part(cls, plot, found):
        return getattr(found, PARTS[plot][0])


def test_the_run_is_shaded_in_the_century_and_marked_among_its_windows(found, picture):
    premium = found.premium
    ax = picture(figures.plot_wealth)
    (shade,) = ax.patches
    first, last = premium.run.index[[0, -1]]
    assert shade.get_x() == mdates.date2num(first.to_timestamp())
    assert shade.get_x() + shade.get_width() == pytest.approx(
        mdates.date2num(last.to_timestamp(how="end"))
    )
    every, without, _ = ax.lines
    assert every.get_ydata()[-1] == pytest.approx(premium.relative.sum())
    assert every.get_ydata()[-1] - without.get_ydata()[-1] == pytest.approx(premium.run.sum())
    means, best, usual, run = picture(figures.plot_windows).lines
    assert run.get_ydata()[0] == pytest.approx(12 * premium.run.mean())
    assert run.get_ydata()[0] in means.get_ydata()
    assert best.get_ydata()[0] == pytest.approx(12 * np.quantile(premium.chance.null, 0.95))
    assert usual.get_ydata()[0] == pytest.approx(12 * np.median(premium.chance.null))


def test_a_since_statement_is_the_mean_of_the_months_from_there_on(found, picture):
    premium = found.premium
    ax = picture(figures.plot_origins)
    after = premium.run.index[-1] + 1
    (dot,) = (line for line in ax.lines if line.get_label() == f"Since {after.year}")
    assert dot.get_ydata()[0] == pytest.approx(12 * premium.relative[after:].mean())


def test_both_lines_of_the_fall_start_from_a_hundred_at_its_peak(found, picture):
    wealth, (peak, trough) = found.nifty.wealth, found.nifty.fall
    ax = picture(figures.plot_fall)
    for line, name in zip(ax.lines, ("largest 10 percent", "smallest 30 percent"), strict=True):
        returns = found.nifty.returns[name][peak + 1 : trough]
        drawn = pd.Series(line.get_ydata(), wealth.index)
        assert drawn[peak] == pytest.approx(100)
        assert drawn[trough] == pytest.approx(100 * np.prod(1 + returns / 100))


def test_the_nearest_months_are_those_of_least_distance(found, picture):
    every, nearest = (line.get_ydata() for line in picture(figures.plot_distances).lines)
    assert len(nearest) == found.k
    assert sorted(nearest) == sorted(every)[: found.k]


def test_episodes_hold_each_of_the_nearest_months_once(found, picture):
    near = found.resemblance
    ax = picture(figures.plot_forward)
    *_, nearest, every = ax.lines
    dots = np.concatenate([line.get_ydata() for line in ax.lines[:-2]])
    assert sorted(dots) == pytest.approx(sorted(near.after_nearest))
    assert nearest.get_ydata()[0] == pytest.approx(near.after_nearest.mean())
    assert every.get_ydata()[0] == pytest.approx(near.after_all.mean())


def test_another_month_is_asked_of_the_same_engine(found):
    ax = figures.plot_month(found.resemblance, year=1990, month=6)
    asked = found.resemblance.ask(pd.Period("1990-06", "M"))
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert drawn["Neighbours of June 1990"].tolist() == asked.neighbours["after"].to_list()
    assert drawn["What followed June 1990 itself"][0] == asked.came


def test_each_first_cut_has_its_panel_and_its_colour_tells_of_a_recession(found, picture):
    panels = [ax for ax in picture(figures.plot_first_cuts).flat if ax.get_visible()]
    events = found.easing.events
    assert [title(ax) for ax in panels] == [str(month) for month in events.index]
    for ax, (_, event) in zip(panels, events.iterrows(), strict=True):
        path = ax.lines[-1]
        assert ("no recession" in path.get_label()) != event["recession"]
        after = dict(zip(path.get_xdata(), path.get_ydata(), strict=True))
        for months in (3, 6, 12):
            assert after.get(months, np.nan) == pytest.approx(
                event[f"next {months} months"], nan_ok=True
            )


def test_a_first_cut_after_which_no_month_is_known_yet_says_so():
    """As it was known in October 2024, the month after the cut."""
    early = history.examine(data.Information("2024-10-15"), draws=99)
    *_, last = (ax for ax in figures.plot_first_cuts(early.easing).flat if ax.get_visible())
    assert title(last) == "2024-09"
    assert [text.get_text() for text in last.texts] == ["no month yet"]


def test_the_last_month_and_the_peaks_lie_on_the_line_of_concentration(found, picture):
    share = found.concentration.share
    _, peaks, last = picture(figures.plot_concentration).lines
    assert peaks.get_ydata().tolist() == share[found.concentration.peak_months].to_list()
    assert last.get_ydata()[0] == share.iloc[-1]


def test_bars_of_slopes_are_their_intervals(found, picture):
    ax = picture(figures.plot_slopes)
    slopes, (bar,) = found.concentration.slopes, ax.containers
    ends = np.array(bar.lines[2][0].get_segments())[:, :, 1]
    assert ends == pytest.approx(slopes[["low 95 %", "high 95 %"]].to_numpy())
    assert bar.lines[0].get_ydata() == pytest.approx(slopes["IVX slope"].to_numpy())


def test_every_specification_is_drawn_from_the_least_to_the_largest(found, picture):
    ax = picture(figures.plot_family)
    dots = np.concatenate([line.get_xydata() for line in ax.lines if line.get_marker() != "None"])
    estimates = found.concentration.family.table["estimate"]
    assert dots[dots[:, 0].argsort()][:, 1].tolist() == sorted(estimates)


def test_the_last_lead_is_held_against_nine_in_ten_windows(found, picture):
    ax = picture(figures.plot_leads)
    lead = found.rotation.leads["iwm_spy"].dropna()
    assert ax.lines[-1].get_ydata()[0] == lead.iloc[-1]
    (band,) = ax.patches
    low, high = band.get_y(), band.get_y() + band.get_height()
    assert (lead < low).mean() == pytest.approx(0.05, abs=1 / len(lead))
    assert (lead > high).mean() == pytest.approx(0.05, abs=1 / len(lead))
