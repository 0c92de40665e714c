"""Figures of notebook 02: what they draw is what was found, sources as read, a reason where nothing was known."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.report.figures import earnings as figures
from helpers.report.figures.verdicts import table_verdicts
from helpers.report.sources import sources_of
from helpers.topics import earnings
from helpers.trial import load_claim, verdict
from helpers.trial.claims import QUESTIONS
from told_pictures import PicturesOfANotebook

QUOTED = ["earnings_growth", "consensus_record"]
RETURNS = ["eps_growth_yoy_pct", "price_return_pct", "dividend_yield_pct", "lo20", "hi20"]


@pytest.fixture(scope="module")
def found():
    return earnings.examine(data.Information("2026-02-16"), draws=500)


@pytest.fixture(scope="module")
def long_before():
    return earnings.examine(data.Information("1990-01-01"), draws=10)


def at(collection, axis=0):
    """Where the points of a scatter lie, left to right or up."""
    return np.asarray(collection.get_offsets())[:, axis]


class TestPictures(PicturesOfANotebook):
    sources = {
        figures.plot_published_growth: QUOTED,
        figures.plot_definitions: ["exposures_by_rank"],
        figures.plot_transitions: ["earnings_split"],
        figures.plot_levels: [*QUOTED, "exposures_by_rank", "consensus_pe"],
        figures.plot_record: QUOTED,
        figures.plot_misses: QUOTED,
        figures.plot_forecast: QUOTED,
        figures.plot_drivers: ["consensus_pe", "eps_uplift", "fed_funds"],
        figures.plot_payoff: RETURNS,
    }
    known_before = (figures.plot_payoff,)


def test_one_panel_may_be_unknown_and_says_why():
    early = earnings.examine(data.Information("2025-06-30"), draws=10)
    left, right = figures.plot_levels(early)
    assert left.lines
    assert [text.get_text() for text in right.texts] == [early.reason("recovery")]
    first = earnings.examine(data.Information("1934-01-31"))  # earnings had turned up once
    _, right = figures.plot_payoff(first)
    assert [text.get_text() for text in right.texts] == [first.payoff.reason("recoveries")]
    assert "three recoveries" in first.payoff.reason("recoveries")


def test_the_article_s_numbers_stand_among_what_was_published(found, picture):
    ax = picture(figures.plot_published_growth)
    claimed = [load_claim(claim).claimed_number for claim in ("E1", "E2")]
    assert [line.get_xdata()[0] for line in ax.lines] == claimed
    drawn = np.concatenate([at(dots) for dots in ax.collections[1:]])
    rows = found.quotations.query("target == '2026' and kind == 'forecast'")
    shown = rows[rows["universe"].isin(figures.GROUPS)]
    assert sorted(drawn) == sorted(shown["figure"])
    hollow = [dots for dots in ax.collections[1:] if not len(dots.get_facecolor())]
    assert sum(len(at(dots)) for dots in hollow) == shown["machine_written"].sum()


def test_a_refused_growth_rate_has_no_bar(found, picture):
    ax = picture(figures.plot_definitions)
    small = ax.containers[0].patches
    last = found.by_rank.query("fiscal_year == 2024 and rank == '1001-3000'").iloc[0]
    assert small[0].get_width() == 0.0
    assert "refused" in ax.texts[0].get_text()
    assert small[1].get_width() == pytest.approx(last["mid-point"])


def test_transitions_lead_from_one_year_to_the_next(found, picture):
    bars = picture(figures.plot_transitions).containers[0].patches
    parts = found.split[found.split["metric"] == "transition"]["amount"]
    first, *steps, last = bars
    ends = [first.get_width()]
    for bar, part in zip(steps, parts, strict=True):
        assert bar.get_x() == pytest.approx(ends[-1])
        ends.append(bar.get_x() + bar.get_width())
        assert bar.get_width() == part
    assert last.get_width() == pytest.approx(ends[-1], abs=0.06)  # rounded


def test_levels_and_their_recovery_are_those_found(found, picture):
    left, right = picture(figures.plot_levels)
    for line, name in zip(left.lines, found.index_levels, strict=False):
        assert line.get_ydata().tolist() == found.index_levels[name].to_list()
    dots = right.collections[1]
    assert at(dots).tolist() == found.recovery["against_peak"].to_list()
    names = [label.get_text().replace("\n", " ").lower() for label in right.get_yticklabels()]
    drawn_at = [names[int(row)] for row in at(dots, 1)]
    assert drawn_at == found.recovery["definition"].to_list()
    ends = np.array(right.collections[0].get_segments())[:, :, 0]
    by = found.recovery.groupby("definition", sort=False)["against_peak"]
    assert ends == pytest.approx(by.agg(["min", "max"]).to_numpy())


def test_misses_of_the_record_come_first_and_all_are_drawn(found, picture):
    ax = picture(figures.plot_misses)
    widths = [bar.get_width() for bar in ax.containers[0].patches]
    expected = [*found.error.as_misses().values(), *found.misses["error"]]
    assert widths == pytest.approx(expected)


def test_the_forecast_shows_the_points_of_the_draws(found, picture):
    ax = picture(figures.plot_forecast)
    _, _, mid, published, claimed = ax.collections
    for dots, column in ((mid, "mid"), (claimed, "claimed")):
        assert at(dots) == pytest.approx(found.spread[column].to_numpy())
    pages = found.forecast.pairs[["small", "large", "lead"]]
    assert sorted(at(published)) == pytest.approx(sorted(pages.to_numpy().ravel()))
    wide, narrow = (np.array(lines.get_segments())[:, :, 0] for lines in ax.collections[:2])
    assert wide == pytest.approx(found.spread[["low", "high"]].to_numpy())
    assert narrow == pytest.approx(found.spread[["quarter", "upper"]].to_numpy())


def test_drivers_are_bars_with_the_range_of_the_bill(found, picture):
    bars = picture(figures.plot_drivers).containers[-1].patches
    assert [bar.get_width() for bar in bars] == pytest.approx(found.drivers["mid"].to_list())


@pytest.mark.parametrize("pair", ["russell2000_sp500", "sp600_sp500"])
def test_results_are_filled_and_estimates_and_forecasts_hollow(found, pair):
    """First Eagle's growth of 2025, told in January 2026, is an estimate."""
    found = earnings.examine(found.info, index_pair=pair, draws=500)
    ax = figures.plot_record(found)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert sum("2024Q2" in name for name in names) == (pair == "russell2000_sp500")  # in words
    own = found.pairs.drop_duplicates(["period", "kind", "measured_by"])
    others = found.leads[found.leads["universe"] != found.pair[0]]
    shown = pd.concat([own, others]).sort_values("period", kind="stable")
    assert sum("2021Q2" in name for name in names) >= 1  # the lead that counts, whose ever
    for side in ("small", "large"):
        for label, done in (("result", True), ("estimate or forecast", False)):
            (dots,) = (one for one in ax.collections if one.get_label() == f"{side}, {label}")
            rows = shown[(shown["kind"] == "result") == done]
            assert at(dots).tolist() == rows[side].to_list()
            assert len(dots.get_facecolor()) == (1 if done else 0)
    results = shown.loc[shown["kind"] == "result", "period"]
    assert "2025" not in set(results)


def test_the_payoff_shows_means_by_sign_and_each_recovery(found, picture):
    left, right = picture(figures.plot_payoff)
    table = found.payoff.by_sign
    fell, rose = left.containers
    columns = ["market", "market after", "relative", "relative after"]
    for bars, sign in ((fell, "earnings fell"), (rose, "earnings rose")):
        heights = [bar.get_height() for bar in bars.patches]
        assert heights == pytest.approx(table.loc[sign, columns].to_list())
    assert at(right.collections[0], 1) == pytest.approx(
        found.payoff.recoveries.per_event.to_numpy()
    )
    usual, mean = (line.get_ydata()[0] for line in right.lines)
    assert (usual, mean) == (found.payoff.recoveries.usual, found.payoff.recoveries.mean)


def test_the_explored_table_has_both_lines_of_each_claim(found):
    table = table_verdicts(found.answers_by, definition=found.definition)
    for claim, answer in found.answers.items():
        for line in load_claim(claim).lines:
            evidence = getattr(answer, line)
            assert (
                table.loc[(claim, QUESTIONS[line]), "word"]
                == verdict(load_claim(claim), line, evidence).word
            )
            assert table.loc[(claim, QUESTIONS[line]), "estimate"] == evidence.estimate
    assert {one.name for one in sources_of(table)} >= {*QUOTED, "exposures_by_rank"}
    early = earnings.examine(data.Information("2024-06-30"), draws=10)
    table = table_verdicts(early.answers_by, definition=found.definition)
    assert set(table["estimate"]) == set(table["low"]) == set(table["high"]) == {"none"}
