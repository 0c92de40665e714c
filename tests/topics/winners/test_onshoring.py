"""Onshoring: exposed industries from the claim, leads and abnormal returns by plain pandas, placebos that can fail."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import comb

from helpers import data
from helpers.errors import NotKnown
from helpers.topics import winners
from helpers.topics.winners.onshoring import LARGE, SINCE_ACTS, SMALL, exposed_industries
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


def test_the_groups_are_all_of_seven_and_their_p_is_that_of_a_sample_of_them(found):
    groups, values = found.onshoring.groups, found.onshoring.table["abnormal"]
    assert groups.arrangements == comb(49, 7, exact=True)
    rng = np.random.default_rng(0)
    order = rng.permuted(np.tile(values.to_numpy(), (4_000, 1)), axis=1)
    drawn = order[:, :7].sum(axis=1)
    away = abs(values[EXPOSED].sum() - 7 * values.mean())
    assert groups.p == pytest.approx((abs(drawn - 7 * values.mean()) >= away).mean(), abs=0.015)


def test_groups_of_two_are_counted_as_a_list_of_them_would_be(found):
    from helpers.stats import group_permutation_exact

    values = found.onshoring.table["abnormal"]
    pairs = [values[list(pair)].sum() for pair in combinations(values.index, 2)]
    found_p = group_permutation_exact(values, ["aero", "steel"]).p_greater
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


def test_longer_windows_hold_shorter_ones(found):
    lengths = found.onshoring.lengths
    assert lengths.loc[12, "abnormal"] == pytest.approx(found.answers["W5"].used.estimate)
    assert (lengths["as large"] < lengths["of"]).all()
    place = found.onshoring.place
    assert place.loc[SINCE_ACTS, "months"] == 40


def test_before_the_window_nothing_is_said(before):
    assert not before.onshoring.knows("window")
    assert not before.onshoring.knows("after_acts")
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
