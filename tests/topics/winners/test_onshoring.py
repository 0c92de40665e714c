"""Onshoring: exposed industries from the claim, leads and abnormal returns by plain pandas, placebos that can fail."""

from dataclasses import dataclass, replace
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import comb

from helpers import data, stats
from helpers.errors import NotKnown
from helpers.topics import winners
from helpers.topics.winners.inputs import BUILDING, JOBS
from helpers.topics.winners.onshoring import (
    LARGE,
    SINCE_ACTS,
    SMALL,
    Onshoring,
    exposed_industries,
    weigh_lead_of_exposed,
    weigh_record,
)
from helpers.trial import load_claim, load_line
from helpers.trial.flips import list_flips
from snapshot_csv import SNAPSHOT, column

EXPOSED = ["bldmt", "cnstr", "steel", "fabpr", "mach", "elceq", "aero"]


def plain(table="industries_equal_weighted_monthly", until="2025-12"):
    """Industries and factors of the files, by pandas alone."""
    frame = pd.read_csv(SNAPSHOT / f"{table}.csv", index_col="period")
    frame.index = pd.PeriodIndex(frame.index, freq="M")
    factors = pd.DataFrame({one: column("factors_monthly", one) for one in ("mkt_rf", "smb", "rf")})
    return frame[:until], factors[:until]


def beyond(returns, factors, months=12, history=60):
    """Cumulative abnormal return of the last months, log percent."""
    past = slice(-months - history, -months)
    x = sm.add_constant(factors[["mkt_rf", "smb"]].iloc[past])
    fit = sm.OLS((returns - factors["rf"]).iloc[past], x).fit()
    market, size = fit.params[["mkt_rf", "smb"]]
    held = factors["rf"] + market * factors["mkt_rf"] + size * factors["smb"]
    return 100 * float((np.log1p(returns / 100) - np.log1p(held / 100)).iloc[-months:].sum())


@dataclass(frozen=True)
class Synthetic(Onshoring):
    """Onshoring with a made-up table of industries and made-up changes of factories."""

    made: pd.DataFrame
    changes: dict[str, float]
    table = property(lambda self: self.made)

    def factory_change(self, series):
        if series not in self.changes:
            raise NotKnown("synthetic")
        return self.changes[series]


def test_another_way_of_counting_is_judged_by_its_own_error(found):
    """Forty months are known more closely than twelve: an interval as wide as that on trial would hide it."""
    evidence, place = found.answers["W5"].used, found.onshoring.place
    for name, ends in evidence.intervals.items():
        assert ends == pytest.approx(place.loc[name, ["low", "high"]].to_list())
    words = {one["instead"]: one["word"] for one in list_flips(load_claim("W5"), "used", evidence)}
    assert words[SINCE_ACTS] == "strong evidence for"
    assert words[LARGE] == "undecided"
    assert (evidence.n, evidence.n_effective) == (12, 12)


def test_the_exposed_are_those_the_claim_names():
    assert exposed_industries() == EXPOSED
    names = load_line("W5", "stated").definitions
    assert len(names) == len(EXPOSED) + 2  # and factory building, factory jobs


def test_the_window_is_2025_as_far_as_it_was_known(found, later):
    assert (found.onshoring.window, found.onshoring.last_month) == (12, pd.Period("2025-12", "M"))
    assert later.onshoring.window == 17


def test_the_lead_of_each_industry_is_its_log_return_less_the_markets(found):
    industries, factors = plain()
    market = np.log1p((factors["mkt_rf"] + factors["rf"]) / 100)["2025-01":].sum()
    table = found.onshoring.table
    for one in ("aero", "bldmt", "gold"):
        led = 100 * (np.log1p(industries[one] / 100)["2025-01":].sum() - market)
        assert table.loc[one, "lead"] == pytest.approx(led)
        assert table.loc[one, "abnormal"] == pytest.approx(beyond(industries[one], factors))


def test_the_number_on_the_card_is_the_plain_regression_of_the_spread(found):
    industries, factors = plain()
    gap = industries[EXPOSED].mean(axis=1) - industries.drop(columns=EXPOSED).mean(axis=1)
    expected = beyond(gap + factors["rf"], factors)
    used = found.answers["W5"].used
    assert used.estimate == pytest.approx(expected)  # twelve months: a year
    assert used.definitions[SMALL] == used.estimate
    values, _ = plain("industries_monthly")
    gap = values[EXPOSED].mean(axis=1) - values.drop(columns=EXPOSED).mean(axis=1)
    assert used.definitions[LARGE] == pytest.approx(beyond(gap + factors["rf"], factors))


def test_the_card_tells_the_error_of_a_year_and_the_place_among_others(found):
    used, windows = found.answers["W5"].used, found.onshoring.spreads(SMALL)
    error = windows.errors.iloc[-1, 0]  # twelve months: a year
    assert used.mde == pytest.approx(stats.minimum_detectable_effect(error, b=windows.b))
    sums, t = windows.sums.iloc[:, 0].dropna(), windows.t.iloc[:, 0].dropna().abs()
    larger, far = (sums.iloc[:-1] >= sums.iloc[-1]).sum(), (t >= t.iloc[-1]).mean()
    assert used.p == pytest.approx(far)
    assert used.note.endswith(
        f"{100 * found.onshoring.groups.p_greater:.0f} in 100 led by as much; of {len(sums) - 1} other windows as long "
        f"{larger} did; in standard errors {100 * far:.0f} in 100 lie as far from zero."
    )


def test_the_place_among_groups_is_told_in_percent(found):
    parts = ("place", "spreads", "every_window", "window", "exposed", "history")
    real = {part: getattr(found.onshoring, part) for part in parts}
    groups = SimpleNamespace(p_greater=0.6)  # synthetic
    note = weigh_lead_of_exposed(SimpleNamespace(**real, groups=groups)).note
    assert "as many industries 60 in 100 led by as much" in note


def test_each_way_of_counting_is_a_years_return_of_its_own_window(found):
    industries, factors = plain()
    three, rest = ["aero", "mach", "cnstr"], industries.drop(columns=EXPOSED).mean(axis=1)
    place = found.onshoring.place
    for name, chosen, months in (
        ("aircraft machinery and construction", three, 12),
        ("aircraft", three[:1], 12),
        (SINCE_ACTS, EXPOSED, 40),
    ):
        gap = industries[chosen].mean(axis=1) - rest
        a_year = beyond(gap + factors["rf"], factors, months) * 12 / months
        assert place.loc[name, "a year"] == pytest.approx(a_year)
        assert place.loc[name, "months"] == months
    windows = found.onshoring.every_window(SINCE_ACTS)
    assert windows.iloc[-1] == pytest.approx(place.loc[SINCE_ACTS, "a year"])


def test_the_record_counts_industries_and_factories(found):
    stated = found.answers["W5"].stated
    leads = found.onshoring.table.query("exposed")
    for name, holds in stated.checks.items():
        if name.startswith("factory"):
            assert holds is False
        else:
            row = leads[leads["industry"].str.lower() == name].iloc[0]
            assert holds == (row["lead"] > 0)
    assert stated.estimate == pytest.approx(leads["lead"].mean())


def test_a_lead_of_nothing_is_no_lead_and_half_a_percent_is_one(found):
    real = found.onshoring
    table = real.table.query("exposed").assign(**{"lead, value": 3.0})
    table["lead"] = [0.0, 0.5, -0.5, 0.0, 0.0, 0.0, 0.0]
    made = {BUILDING: 0.0, JOBS: 0.5}
    other = Synthetic(real.inputs, real.since, real.history, real.act_months, table, made)
    stated = weigh_record(other)
    assert [one for one, holds in stated.checks.items() if holds] == [
        table["industry"].iloc[1].lower(),
        "factory jobs",
    ]
    assert stated.note.startswith("In 1 of 7 exposed industries")
    for known in ({}, {BUILDING: 1.0}):
        part = weigh_record(replace(other, changes=known))
        assert part.checks["factory building"] is (True if known else None)
        assert part.checks["factory jobs"] is None
        assert ("Factory building changed" in part.note) == bool(known)
        assert "factory jobs" not in part.note


def test_the_note_of_the_record_tells_the_average_dollar_and_both_changes(found):
    values, factors = plain("industries_monthly")
    market = np.log1p((factors["mkt_rf"] + factors["rf"]) / 100)["2025-01":].sum()
    dollar = 100 * (np.log1p(values[EXPOSED] / 100)["2025-01":].sum() - market).mean()
    stated, onshoring = found.answers["W5"].stated, found.onshoring
    leads = pd.Series(stated.definitions)
    building, jobs = (onshoring.factory_change(one) for one in (BUILDING, JOBS))
    assert stated.note == (
        f"In {sum(leads > 0)} of 7 exposed industries the average company led the market over 12 months, by "
        f"{leads.mean():+.0f} percent on average; the average dollar led by {dollar:+.0f}. Factory building changed by "
        f"{building:+.0f} percent and was {onshoring.building_peak['below the peak, percent']:.0f} percent below its "
        f"peak of 2024-08; factory jobs changed by {jobs:+.1f} percent, since 2024-12, as the figures stood then."
    )
    assert stated.n == 9


def test_the_table_begins_with_what_led_most_beyond_market_and_size(found):
    table = found.onshoring.table
    assert list(table.columns[:4]) == ["industry", "exposed", "lead", "abnormal"]
    assert table["abnormal"].is_monotonic_decreasing
    assert table.loc[table["exposed"]].index.sort_values().to_list() == sorted(EXPOSED)


def test_the_groups_are_all_of_seven_and_their_p_is_that_of_a_sample_of_them(found):
    groups, values = found.onshoring.groups, found.onshoring.table["abnormal"]
    assert groups.arrangements == comb(49, 7, exact=True)
    rng = np.random.default_rng(0)
    order = rng.permuted(np.tile(values.to_numpy(), (4_000, 1)), axis=1)
    drawn = order[:, :7].sum(axis=1)
    away = abs(values[EXPOSED].sum() - 7 * values.mean())
    assert groups.p == pytest.approx((abs(drawn - 7 * values.mean()) >= away).mean(), abs=0.015)


def test_groups_of_two_are_counted_as_a_list_of_them_would_be(found):
    values = found.onshoring.table["abnormal"]
    pairs = [values[list(pair)].sum() for pair in combinations(values.index, 2)]
    found_p = stats.group_permutation_exact(values, ["aero", "steel"]).p_greater
    assert found_p == pytest.approx(np.mean(np.array(pairs) >= values[["aero", "steel"]].sum()))


def test_every_window_ends_with_the_one_on_trial_and_holds_no_later_month(found):
    windows = found.onshoring.every_window(SMALL)
    assert windows.iloc[-1] == pytest.approx(found.answers["W5"].used.estimate)
    industries, factors = plain(until="2008-05")
    gap = industries[EXPOSED].mean(axis=1) - industries.drop(columns=EXPOSED).mean(axis=1)
    assert windows["2008-05"] == pytest.approx(beyond((gap + factors["rf"]).dropna(), factors))
    assert windows.index[0] == pd.Period("1969-06", "M")  # fabricated products begin in 1963-07


def test_acts_are_read_from_their_rows_and_acts_of_one_month_are_one(found):
    table = found.onshoring.after_acts
    assert table["acts"].to_dict() == {
        "2022-08": "CHIPS and Science Act and Inflation Reduction Act",
        "2025-04": "reciprocal tariffs",
        "2025-07": "One Big Beautiful Bill Act",
    }
    assert table["months"].to_list() == [12, 8, 5]
    industries, factors = plain(until="2023-08")
    gap = industries[EXPOSED].mean(axis=1) - industries.drop(columns=EXPOSED).mean(axis=1)
    expected = beyond((gap + factors["rf"]).dropna(), factors)
    assert table.loc["2022-08", "abnormal"] == pytest.approx(expected)


def test_the_picture_of_factories_begins_two_years_before_the_first_acts_count(found):
    first = pd.Period("2022-08", "M") + 1  # both signed in August 2022
    assert (found.onshoring.first_acts, found.onshoring.factories_from) == (first, first - 24)


def test_several_acts_are_held_to_holms_level(found):
    table = found.onshoring.after_acts
    for name in ("p, windows", "p, groups"):
        adjusted = table[f"{name}, Holm"]
        assert (adjusted >= table[name]).all()
        assert adjusted.min() == pytest.approx(min(1.0, 3 * table[name].min()))


def test_an_act_counts_from_the_first_whole_month_after_it_on(found):
    """Industries of September 2022 were known five weeks after it, one month after the acts of August."""
    known = winners.examine(data.Information("2022-11-10")).onshoring
    assert known.last_month == known.first_acts == pd.Period("2022-09", "M")
    assert known.after_acts["months"].to_dict() == {"2022-08": 1}
    alone = winners.examine(data.Information("2022-08-20")).onshoring  # of two acts one was read
    assert alone.first_acts == pd.Period("2022-09", "M")
    with pytest.raises(NotKnown, match="No month after an act"):
        _ = alone.after_acts


def test_a_window_may_be_one_month_and_no_less(found):
    last = found.onshoring.last_month
    assert found.onshoring.months_from(last) == 1
    with pytest.raises(NotKnown, match="Industry returns of 2026-01 were not known"):
        found.onshoring.months_from(last + 1)


def test_longer_windows_hold_shorter_ones(found):
    lengths = found.onshoring.lengths
    assert lengths.loc[12, "abnormal"] == pytest.approx(found.answers["W5"].used.estimate)
    assert lengths.index.to_list() == [1, 3, 6, 12, 24, 36]
    industries, factors = plain()
    gap = industries[EXPOSED].mean(axis=1) - industries.drop(columns=EXPOSED).mean(axis=1)
    assert lengths.loc[24, "abnormal"] == pytest.approx(beyond(gap + factors["rf"], factors, 24))
    windows = found.onshoring.spreads(SMALL)
    sums = windows.sums.iloc[:, 0].dropna()
    assert lengths.loc[12, "as large"] == (sums.iloc[:-1] >= sums.iloc[-1]).sum()
    assert lengths.loc[12, "se"] == windows.errors.iloc[-1, 0]
    assert lengths.loc[12, "p, windows"] == found.onshoring.place.loc[SMALL, "p, windows"]
    assert (lengths["as large"] < lengths["of"]).all()
    place = found.onshoring.place
    assert place.loc[SINCE_ACTS, "months"] == 40


def test_before_the_window_nothing_is_said(before):
    assert not before.onshoring.knows("window")
    assert not before.onshoring.knows("after_acts")
    assert before.onshoring.reason("first_acts").startswith("No act that favours production")
    with pytest.raises(NotKnown, match="Industry returns of 2025-01 were not known"):
        _ = before.onshoring.table


@pytest.mark.parametrize("history", [36, 120])
def test_another_history_moves_exposures_and_not_the_record(found, history):
    other = winners.examine(data.Information("2026-02-16"), history=history)
    assert (
        other.onshoring.table["lead"]
        .sort_index()
        .equals(found.onshoring.table["lead"].sort_index())
    )
    assert other.answers["W5"].used.estimate != found.answers["W5"].used.estimate
