"""Figures of notebook 07: units on the axes, every series named, sources as read, a reason where nothing was known."""

from dataclasses import replace

import pytest

from helpers import data
from helpers.report.alt import describe
from helpers.report.figures import outlook as figures
from helpers.report.picture import mimebundle
from helpers.report.sources import figure_of
from helpers.topics import outlook
from helpers.topics.outlook.chain import LAYERS
from helpers.topics.outlook.scenarios import SCENARIOS
from told_pictures import PicturesOfANotebook

CHAIN = ["iwm", "spy", "eps_uplift", "earnings_growth", "book_to_market_small", "fed_funds"]
FILINGS = ["exposures_by_rank", "corporate_debt", "loans outstanding"]


def plot_hikes(result):
    return figures.plot_chain(result, "inflation_and_hikes")


@pytest.fixture(scope="module")
def found():
    return outlook.examine(data.Information("2026-02-16"), draws=200)


@pytest.fixture(scope="module")
def long_before():
    return outlook.examine(data.Information("1990-01-01"), draws=200)


class TestPictures(PicturesOfANotebook):
    sources = {
        figures.plot_fan: CHAIN,
        figures.plot_scenarios: CHAIN,
        plot_hikes: CHAIN,
        figures.plot_tornado: CHAIN,
        figures.plot_sobol: CHAIN,
        figures.plot_checks: [*CHAIN, *FILINGS],
        figures.plot_margins: ["corporate_profits_after_tax", "gdp"],
    }


def test_the_fan_ends_where_the_draws_do_and_its_words_say_so(found, picture):
    ax = picture(figures.plot_fan)
    text = describe(figure_of(ax))
    for layer in LAYERS:
        low, high = found.simulation.band(layer)[["low", "high"]].agg({"low": "min", "high": "max"})
        assert f"{layer}: band between {min(low, 0):.3g}".replace("-", "\N{MINUS SIGN}") in text
        assert f"{max(high, 0):.3g}" in text
    centre = next(line for line in ax.lines if line.get_label() == "central")
    assert centre.get_ydata()[-1] == found.simulation.central[-1]


def test_each_scenario_has_its_own_row(found, picture):
    ax = picture(figures.plot_scenarios)
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == list(found.named_table.index)
    (bar,) = ax.containers
    assert bar.lines[0].get_xdata() == pytest.approx(found.named_table["mid"].to_numpy())


def test_a_drawn_path_is_the_fan_of_a_notebook_run_with_it(found):
    path, besides = (-100.0, 25.0, 200.0, 400.0), {"growth": 1.5, "margin_gain": -0.25}
    run = replace(found, scenario=SCENARIOS["hold"].plus(path, **besides))
    vars(run)["inputs"] = found.inputs  # read once
    drawn, expected, still, unmoved = (
        mimebundle(ax, "A fan.", name="fan", phone=False)
        for ax in (
            figures.plot_path(found, *path, **besides),
            figures.plot_fan(run),
            figures.plot_path(found),
            figures.plot_fan(found),
        )
    )
    assert drawn == expected
    assert still == unmoved
    assert drawn != still


def test_a_move_draws_paths_and_asks_for_nothing_else_again(found, picture):
    picture(figures.plot_fan)
    before = [dict(kept["_recorded"]) for kept in (vars(found), vars(found.inputs))]
    figures.plot_path(found, growth=1.0)
    assert [kept["_recorded"] for kept in (vars(found), vars(found.inputs))] == before


def test_checks_are_ratios_to_what_others_found(found, picture):
    (bar, *_) = picture(figures.plot_checks).containers
    table = found.checks
    assert bar.lines[0].get_xdata() == pytest.approx((table["mid"] / table["theirs"]).to_numpy())


def test_the_band_of_margins_is_the_rise_needed(found, picture):
    band = picture(figures.plot_margins).patches[0]
    low, _, high = found.margin_need.needed
    assert (band.get_y(), band.get_y() + band.get_height()) == pytest.approx((low, high))
