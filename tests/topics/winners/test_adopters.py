"""Adopters against builders: lists from the claim, leads to the last day, chances by plain counting."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.errors import NotKnown
from helpers.topics import winners
from helpers.topics.common.industries import industry_name
from helpers.topics.common.leads import Lead
from helpers.topics.winners.adopters import Adopters, lists, sides, weigh_year_to_date
from helpers.trial import load_line
from snapshot_csv import SNAPSHOT, column

FUNDS = "Russell 2000 less Nasdaq 100"


@dataclass(frozen=True)
class Synthetic(Adopters):
    """Adopters whose leads are made up, by list."""

    leads: dict[str, Lead]

    def lead(self, definition):
        return self.leads[definition]


def synthetic(found, *, history=(), year=(), last_day=dt.date(2026, 12, 31)):
    """Every list with these months up to 2025, and these of 2026, log percent."""
    first = pd.Period("2026-01", "M") - len(history)
    months = pd.period_range(first, periods=len(history) + len(year), freq="M")
    lead = Lead(pd.Series([*history, *year], months, dtype=float), last_day)
    return Synthetic(found.inputs, dict.fromkeys(lists(), lead))


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


def test_before_the_year_is_public_past_years_alone_decide(found):
    frame = pd.read_csv(SNAPSHOT / "industries_monthly.csv", index_col="period")[:"2025-12"]
    users = np.log1p(frame[["trans", "mach", "cnstr"]].mean(axis=1) / 100)
    makers = np.log1p(frame[["chips", "hardw"]].mean(axis=1, skipna=False) / 100)
    years = 100 * (users - makers).dropna().rolling(12).sum().dropna()
    chances = found.adopters.chances(lists()[0])
    assert chances["with drift"] == pytest.approx((years > 0).mean())
    assert chances["without drift"] == pytest.approx((years > years.mean()).mean())


@pytest.mark.parametrize(("led", "chance"), [(0.5, 1.0), (0.0, 0.0), (-0.5, 0.0)])
def test_a_whole_year_is_decided_and_a_tie_is_no_lead(later, led, chance):
    chances = synthetic(later, year=[led] + [0.0] * 11).chances(FUNDS)
    assert chances == {"with drift": chance, "without drift": chance}


@pytest.mark.parametrize("drift", [0.0, 1.0])
def test_a_past_of_drift_alone_says_nothing_without_it(later, drift):
    last = dt.date(2025, 12, 31)
    chances = synthetic(later, history=[drift] * 120, last_day=last).chances(FUNDS)
    assert chances == {"with drift": drift, "without drift": 0.0}


def test_ten_separate_years_are_the_least_a_chance_is_counted_from(later):
    last = dt.date(2025, 12, 31)
    assert not synthetic(later, history=[1.0] * 120, last_day=last).reason("chances", FUNDS)
    with pytest.raises(NotKnown, match="119 months of history are too few"):
        synthetic(later, history=[1.0] * 119, last_day=last).chances(FUNDS)


def test_the_table_tells_leads_and_chances_in_percent(found):
    for definition, row in found.adopters.table.iterrows():
        chances = found.adopters.chances(definition)
        assert row[list(chances)].to_list() == pytest.approx([100 * p for p in chances.values()])
        if definition in found.answers["W7"].stated.definitions:
            assert row["lead so far"] == found.adopters.so_far(definition)
        else:
            assert pd.isna(row["lead so far"])


def test_paths_begin_with_the_year_and_end_at_the_lead_so_far(found):
    paths = found.adopters.paths
    assert str(paths.index[0]) == "2026-01"
    assert paths.iloc[-1].to_dict() == pytest.approx(found.answers["W7"].stated.definitions)


def test_the_sign_of_each_lead_is_counted_and_the_first_is_shown(later):
    led = dict(zip(lists(), [0.5, 0.0, -0.5, 3.0, -2.0], strict=True))
    made = {one: synthetic(later, year=[lead]).lead(one) for one, lead in led.items()}
    stated = weigh_year_to_date(Synthetic(later.inputs, made))
    assert list(stated.checks.values()) == [True, False, False, True, False]
    assert "under 2 of the 5 lists known, by +0.5 percent" in stated.note
    assert (stated.estimate, stated.definitions) == (0.5, led)


def test_in_january_nothing_of_the_year_is_public():
    january = winners.examine(data.Information("2026-01-20")).adopters
    with pytest.raises(NotKnown, match="No return of 2026 was known"):
        _ = january.paths
    with pytest.raises(NotKnown, match="No return of 2026 was known"):
        weigh_year_to_date(january)


def test_the_card_tells_lists_whose_year_is_public_from_the_others(found):
    table = found.adopters.table
    known = table["lead so far"].notna()
    for rows, words in ((known, "the 2 lists whose lead"), (~known, "the 3 whose year is not")):
        chances = table.loc[rows, ["with drift", "without drift"]].to_numpy()
        cases = f"in {chances.min():.0f} to {chances.max():.0f} of 100 cases"
        assert f"{cases} under {words}" in found.answers["W7"].used.note


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


@pytest.mark.parametrize(("day", "over"), [(29, "2025-12"), (30, "2026-01")])
def test_a_month_is_over_with_its_last_working_day(later, day, over):
    lead = synthetic(later, history=[0.0], year=[1.0], last_day=dt.date(2026, 1, day))
    assert str(lead._whole_months(FUNDS)[-1]) == over  # the 30th was a Friday


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
