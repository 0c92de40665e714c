"""Figures of notebook 05, W5 to W8: every series named, sources as read, marks where the numbers are."""

import pytest

from helpers import data
from helpers.report.figures import winners as figures
from helpers.report.picture import captioned
from helpers.report.sources import figure_of
from helpers.topics import winners
from helpers.topics.winners.onshoring import SINCE_ACTS
from told_pictures import PicturesOfANotebook

EQUAL = "industries_equal_weighted_monthly"
PARTS = {  # what each figure is drawn from, and what it reads
    figures.plot_industries: ("onshoring", [EQUAL, "industries_monthly", "mkt_rf", "smb", "rf"]),
    figures.plot_windows: ("onshoring", [EQUAL, "mkt_rf", "smb", "rf", "onshoring"]),
    figures.plot_factories: (
        "onshoring",
        ["manufacturing_construction", "manufacturing_employment", "factory_vintages", "onshoring"],
    ),
    figures.plot_chances: ("adopters", ["industries_monthly", "iwm", "qqq", "xli", "market_moves"]),
    figures.plot_episodes: ("megacaps", ["top_decile_share", "hi10"]),
}


@pytest.fixture(scope="module")
def found():
    return winners.examine(data.Information("2026-02-16"))


@pytest.fixture(scope="module")
def long_before():
    return winners.examine(data.Information("1940-01-01"))


class TestPictures(PicturesOfANotebook):
    sources = {plot: read for plot, (_, read) in PARTS.items()}
    one_title = (figures.plot_factories,)

    @classmethod
    def part(cls, plot, found):
        return getattr(found, PARTS[plot][0])


def test_all_49_industries_are_drawn_and_the_named_ones_by_name(found, picture):
    ax, table = picture(figures.plot_industries), found.onshoring.table
    *names, others = [text.get_text() for text in ax.get_yticklabels()]
    assert set(table.loc[table["exposed"], "industry"]) < set(names)
    assert "Banking" in names
    named = table[table["industry"].isin(names)]
    assert names == named["industry"].to_list()  # the best first
    hollow = ax.collections[0].get_offsets()
    assert hollow[:, 0].tolist() == pytest.approx(named["lead"].to_list())
    rest = table.drop(index=named.index)
    assert others == f"{len(rest)} others"
    dots = next(one for one in ax.collections if one.get_label() == "other industries")
    assert dots.get_offsets()[:, 0].tolist() == pytest.approx(rest["abnormal"].to_list())


def test_the_mark_of_the_windows_is_the_number_on_the_card(found, picture):
    ax = picture(figures.plot_windows)
    assert ax.lines[1].get_ydata()[0] == pytest.approx(found.answers["W5"].used.estimate)
    longer = figures.plot_windows(found.onshoring, definition=SINCE_ACTS)
    assert longer.lines[1].get_ydata()[0] == pytest.approx(
        found.answers["W5"].used.definitions[SINCE_ACTS]
    )


def test_the_last_dot_of_building_is_the_last_month_known(found, picture):
    top = picture(figures.plot_factories)[0, 0]
    assert top.lines[1].get_ydata()[0] == found.onshoring.building_peak["at the last"] / 1000
    assert "reciprocal tariffs" in top.get_legend_handles_labels()[1]


def test_chances_lie_where_the_table_has_them(found, picture):
    ax, table = picture(figures.plot_chances), found.adopters.table
    drift = next(one for one in ax.collections if one.get_label() == "with the drift of the past")
    assert drift.get_offsets()[:, 0].tolist() == pytest.approx(table["with drift"].to_list())
    assert "not known yet" in ax.get_yticklabels()[0].get_text()


def test_bars_after_episodes_are_the_returns_that_followed(found, picture):
    top, below = picture(figures.plot_episodes)
    assert len(top.lines[1].get_ydata()) == len(found.megacaps.extreme)
    widths = [bar.get_width() for bar in below.patches]
    episodes = found.megacaps.episodes
    assert widths[: len(episodes)] == pytest.approx(episodes["24 months"].to_list())
    assert widths[len(episodes)] == pytest.approx(found.megacaps.all_months["24 months"])


def test_the_alternative_text_names_the_best_and_the_worst(found):
    figure = figure_of(figures.plot_industries(found.onshoring))
    _, text = captioned(figure, "Who won.", name="industries")
    table = found.onshoring.table
    assert f"{table['abnormal'].max():.1f} across" in text
    assert "Steel works to Construction materials" in text
    assert "exposed to onshoring" in text


def test_an_upright_line_among_dates_is_told_by_its_month(found):
    _, text = captioned(figure_of(figures.plot_windows(found.onshoring)), "Ends.", name="windows")
    assert f"first acts: upright at {found.onshoring.first_acts}" in text
