"""Adopters against builders: lists from the claim, leads to the last day, chances by plain counting."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.topics import winners
from helpers.topics.common.industries import industry_name
from helpers.topics.winners.adopters import lists, sides
from helpers.trial import load_line
from snapshot_csv import SNAPSHOT, column

FUNDS = "Russell 2000 less Nasdaq 100"


def test_both_lines_speak_of_the_lists_of_the_claim(found):
    assert lists() == load_line("W7", "stated").definitions
    assert set(found.answers["W7"].used.definitions) == set(lists())


def test_every_industry_of_a_list_is_one_of_the_49(found):
    names = {one: industry_name(one) for one in found.inputs.industries}
    for definition in lists()[:3]:
        adopters, builders = sides(definition, names)
        assert adopters
        assert not set(adopters) & set(builders)
        assert {"chips", "hardw"} <= set(builders)
    assert len(sides(lists()[2], names)[0]) == 46


def test_the_lead_to_the_last_day_is_that_of_the_two_closing_prices(found):
    moves = pd.read_csv(SNAPSHOT / "market_moves.csv").query(
        "start == '2025-12-31' and end == '2026-02-13'"
    )
    small, large = (
        np.log1p(moves.set_index("ticker").loc[one, "total_return"] / 100) for one in ("iwm", "qqq")
    )
    assert found.adopters.so_far(FUNDS) == pytest.approx(100 * (small - large))


def test_industries_of_the_year_are_not_known_in_february(found, later):
    for definition in lists()[:3]:
        assert "no return of 2026 was known" in found.adopters.reason("so_far", definition)
        assert found.answers["W7"].stated.checks[definition] is None
        assert later.answers["W7"].stated.checks[definition] is not None


def test_the_lead_of_a_list_of_industries_is_the_plain_difference_of_two_means(later):
    frame = pd.read_csv(SNAPSHOT / "industries_monthly.csv", index_col="period")["2026-01":]
    users = np.log1p(frame[["trans", "mach", "cnstr"]].mean(axis=1) / 100)
    makers = np.log1p(frame[["chips", "hardw"]].mean(axis=1) / 100)
    assert later.adopters.so_far(lists()[0]) == pytest.approx(100 * (users - makers).sum())


def test_chances_count_past_windows_as_long_as_the_rest_of_the_year(found):
    relative = 100 * (
        np.log1p(column("etf_monthly_returns", "iwm") / 100)
        - np.log1p(column("etf_monthly_returns", "qqq") / 100)
    )
    rest = relative[:"2025-12"].dropna().rolling(11).sum().dropna()  # February is not over
    led = found.adopters.so_far(FUNDS)
    chances = found.adopters.chances(FUNDS)
    assert chances["with drift"] == pytest.approx((led + rest > 0).mean())
    assert chances["without drift"] == pytest.approx((led + rest - rest.mean() > 0).mean())


def test_the_card_shows_the_median_and_the_range_of_all_lists(found):
    used, table = found.answers["W7"].used, found.adopters.table
    chances = table[["with drift", "without drift"]].to_numpy()
    assert used.estimate == pytest.approx(np.median(chances))
    assert (used.ci_low, used.ci_high) == pytest.approx((chances.min(), chances.max()))


def test_what_leads_by_more_is_likelier_to_end_ahead(later):
    table = later.adopters.table.sort_values("lead so far")
    assert table["without drift"].iloc[-1] > 60 > 40 > table["without drift"].iloc[0]


def test_a_month_begun_counts_as_left(found):
    assert found.adopters._whole_months(FUNDS)[-1] == pd.Period("2026-01", "M")
    assert found.adopters._whole_months(lists()[0])[-1] == pd.Period("2025-12", "M")


def test_before_2026_nobody_could_say_it(before):
    assert before.answers["W7"].stated.not_yet_sayable
    assert before.answers["W7"].used.not_yet_sayable


def test_prices_do_not_say_who_adopts_and_the_card_says_so(found):
    assert "do not say who adopts" in found.answers["W7"].stated.note


def test_before_the_year_no_chance_is_told(before):
    assert before.adopters.reason("table") == "The sentence speaks of 2026, which had not begun."


def test_sides_that_never_met_have_no_lead():
    early = winners.examine(data.Information("1960-01-01"))
    assert not early.adopters.reason("lead", lists()[0])
    assert "no month was known of both sides" in early.adopters.reason("lead", lists()[1])
