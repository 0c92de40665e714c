"""The figure of the score: the year on one sheet, what happened on each day, nothing after the day asked for."""

import pytest

from helpers import data
from helpers.report.alt import describe
from helpers.report.figures.score import plot_year
from helpers.report.sources import figure_of
from helpers.topics.outlook.score import open_later, weigh_since
from told_pictures import PicturesOfANotebook


@pytest.fixture(scope="module")
def found():
    info = data.Information("2026-02-16")
    return weigh_since(info, open_later(info, "2026-10-01"))


@pytest.fixture(scope="module")
def long_before():
    info = data.Information("2025-06-30")
    return weigh_since(info, open_later(info, "2025-09-30"))


class TestPictures(PicturesOfANotebook):
    sources = {
        plot_year: ["fomc_meetings_2026", "iwm", "spy", "market_moves", "cpi", "earnings_growth"]
    }
    unnamed = (plot_year,)


def drawn(evaluate_on):
    info = data.Information("2026-02-16")
    return figure_of(plot_year(weigh_since(info, open_later(info, evaluate_on))))


def test_the_picture_tells_the_year_in_words_too(picture):
    told = describe(figure_of(picture(plot_year)))
    assert "2026-06 at hold, 2026-07 at hold. hike: 2026-09 at hike" in told
    assert "Russell 2000: from 0 at 2025-12 to 13.7 at 2026-09" in told
    assert "highest 22.6 at 2026-06" in told
    assert "highest 4.17 at 2026-05" in told
    assert "Russell 2000, second hand: 19.5 at 2026-01, 23 at 2026-06, 38 at 2026-06" in told
    assert "Written in the picture: article" in told


def test_the_picture_ends_with_the_day_of_the_score():
    told = describe(drawn("2026-06-30"))
    assert "hike" not in told
    assert "to 22.6 at 2026-06" in told
    assert "2026-09" not in told


def test_a_year_that_has_not_begun_is_an_empty_picture_with_its_reason(long_before):
    figure = figure_of(plot_year(long_before))
    assert "No return of 2026 was known by 2025-09-30" in describe(figure)
