"""Pictures of shocks and of the barometer: named axes and series, sources as read, a reason where nothing was known."""

import numpy as np
import pytest

from helpers import data
from helpers.report.alt import describe
from helpers.report.figures import outlook_shocks as figures
from helpers.report.sources import figure_of
from helpers.topics.common.pairs import PairInputs
from helpers.topics.outlook.barometer import Barometer
from helpers.topics.outlook.shocks import DRAWN, HORIZON, Shocks
from told_pictures import PicturesOfANotebook, title

OF_SHOCKS = (figures.plot_responses, figures.plot_episodes)


def _parts(day):
    inputs = PairInputs(data.Information(day))
    return Shocks(inputs, "lo30_hi30", draws=20, seed=1), Barometer(inputs, draws=20, seed=1)


@pytest.fixture(scope="module")
def found():
    return _parts("2026-02-16")


@pytest.fixture(scope="module")
def long_before():
    return _parts("1990-01-01")


class TestPictures(PicturesOfANotebook):
    sources = {
        figures.plot_responses: ["narrative_policy_shock", "orthogonalised_surprise", "core_cpi_first_1m", "lo30"],
        figures.plot_episodes: ["fed_funds", "fomc_decisions", "cpi", "hi30"],
        figures.plot_leads: ["industrial_production_first_1m", "med40"],
        figures.plot_differences: ["payrolls_first_1m", "rsp", "spy"],
    }  # fmt: skip
    known_before = (figures.plot_episodes, figures.plot_leads, figures.plot_differences)
    across = True

    @classmethod
    def part(cls, plot, found):
        return found[plot not in OF_SHOCKS]


def test_each_panel_holds_its_response_and_both_bands(found, picture):
    shocks, _ = found
    axes = np.ravel(picture(figures.plot_responses))
    for ax, name in zip(axes, DRAWN, strict=True):
        table = shocks.response(name).table
        line = next(one for one in ax.lines if one.get_label().startswith("small less large"))
        np.testing.assert_allclose(line.get_ydata(), table["response"])
        low, high = ax.get_ylim()
        assert low <= table["band_low"].min() < table["band_high"].max() <= high
        identified = "not" not in title(ax).split("\n")[1]
        assert identified == (name in DRAWN[:3])
    told = describe(figure_of(axes[0]))
    response = found[0].response("narrative").table["response"][HORIZON]
    assert f"{response:.3g} at 12".replace("-", "−") in told


def test_votes_of_the_picture_are_those_of_the_card(found, picture):
    shocks, _ = found
    axes = np.ravel(picture(figures.plot_episodes))
    votes = shocks.weigh_episodes().checks
    for ax, kind in zip(axes, ("hikes", "inflation"), strict=True):
        some = [lagged for name, lagged in votes.items() if name.startswith(kind)]
        assert f"{sum(some)} of {len(some)} lagged" in title(ax)
        assert len(ax.patches) == len(some)


def test_a_picture_of_nothing_known_gives_its_reason():
    (ax,) = np.ravel(figures.plot_responses(_parts("1990-01-01")[0]))
    assert "No series of shocks was public" in ax.texts[0].get_text()


def test_fewer_series_draw_fewer_panels():
    early = np.ravel(figures.plot_responses(_parts("2018-06-30")[0]))
    visible = [title(ax) for ax in early if ax.get_visible()]
    assert len(visible) == 5
    assert not any("Orthogonalised" in title for title in visible)
