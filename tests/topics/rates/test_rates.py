"""The policy path and its cycles, against dates and figures anybody can look up."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import data
from helpers.topics import rates
from helpers.topics.rates.cycles import policy_cycles, policy_path, turning_points
from helpers.topics.rates.decisions import TIGHTENING_BEGAN, first_cut
from helpers.topics.rates.inputs import RateInputs
from helpers.topics.rates.stance import estimate_stance, real_policy_rate, taylor_rate
from helpers.trial import load_claim, verdict

ARTICLE = "2026-02-16"
levels = st.lists(st.integers(0, 2000).map(lambda bp: bp / 100.0), min_size=2, max_size=60)


@pytest.fixture(scope="module")
def info():
    return data.Information(ARTICLE)


@pytest.fixture(scope="module")
def found(info):
    return rates.examine(info)


@pytest.fixture(scope="module")
def before_any_cut():
    return rates.examine(data.Information("2024-06-30"))


def path_of(info):
    return policy_path(info.load("fed_funds"), info.fomc_decisions())


def words(examination):
    return {
        claim: verdict(load_claim(claim), evidence).word
        for claim, evidence in examination.evidence.items()
    }


# --- turning points -------------------------------------------------------------------------------------


@given(levels, st.floats(0.25, 3.0))
def test_turning_points_alternate_and_lie_a_reversal_apart(level, reversal):
    points = turning_points(level, reversal)
    assert points == sorted(set(points))
    moves = np.diff([level[point] for point in points])
    assert (np.abs(moves[:-1]) >= reversal - 1e-6).all()
    assert (moves[1:] * moves[:-1] <= 0).all()


@given(levels, st.floats(0.25, 3.0), st.data())
def test_what_comes_later_moves_no_confirmed_turning_point(level, reversal, data):
    cut = data.draw(st.integers(2, len(level)))
    known = turning_points(level[:cut], reversal)
    assert turning_points(level, reversal)[: max(len(known) - 1, 0)] == known[:-1]


@given(levels, st.floats(0.25, 3.0), st.floats(0.1, 10.0), st.floats(-50.0, 50.0))
def test_unit_and_origin_of_the_rate_do_not_matter(level, reversal, scale, shift):
    moved = scale * np.asarray(level) + shift
    # off the exact border, where rounding decides
    assert turning_points(moved, scale * (reversal + 0.001)) == turning_points(
        level, reversal + 0.001
    )


@pytest.mark.parametrize("level", [[1.0], [], [1.0, float("nan"), 2.0]])
def test_a_path_without_two_levels_is_refused(level):
    with pytest.raises(ValueError, match="two or more finite"):
        turning_points(level, 0.5)


# --- cycles against the record --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "size", "moves"),
    [
        ("1994-02", "1995-02", 300, 7),
        ("1999-06", "2000-05", 175, 6),
        ("2004-06", "2006-06", 425, 17),
        ("2015-12", "2018-12", 225, 9),
        ("2022-03", "2023-07", 525, 11),
        ("2001-01", "2003-06", -550, 13),
        ("2007-09", "2008-12", -500, 10),
        ("2024-09", "2025-12", -175, 6),
    ],
)
def test_announced_cycles_have_their_known_size(found, start, end, size, moves):
    (cycle,) = [c for c in found.cycles if f"{c.start:%Y-%m}" == start]
    assert (f"{cycle.end:%Y-%m}", cycle.size_bp, cycle.moves) == (end, size, moves)


def test_the_tightening_took_sixteen_months(found):
    (ours,) = [c for c in found.cycles if c.direction > 0 and c.start >= TIGHTENING_BEGAN]
    assert ours.months == pytest.approx(16.3, abs=0.1)
    assert ours.speed == pytest.approx(525 / 16.3, abs=0.2)


def test_cuts_begin_where_a_published_list_has_them(info, found):
    # Neuberger Berman's list; it splits two short episodes that do not reverse by half a point in a new cycle
    listed = pd.to_datetime(info.table("easing_cycles")["period"])
    ours = [c.start for c in found.cycles if c.direction < 0 and c.start.year > 1983]
    missed = [
        day
        for day in listed
        if day.year > 1983 and not any(abs((day - one).days) <= 31 for one in ours)
    ]
    assert sorted(day.year for day in missed) == [1998]
    assert len(ours) > len(listed) - 4


def test_the_path_joins_monthly_averages_and_decisions_without_a_gap(info):
    path = path_of(info)
    assert path.index.is_monotonic_increasing
    assert str(path.index[0].date()) == "1954-07-31"
    seam = path["basis"].ne(path["basis"].shift()).to_numpy().nonzero()[0]
    assert [path["basis"].iloc[k] for k in seam] == ["monthly average", "decisions"]
    assert abs(path["rate"].iloc[seam[1]] - path["rate"].iloc[seam[1] - 1]) < 0.5


def test_a_wider_reversal_leaves_fewer_cycles(info):
    path = path_of(info)
    counts = [len(policy_cycles(path, reversal_bp)) for reversal_bp in (25.0, 50.0, 100.0, 200.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


# --- stance -----------------------------------------------------------------------------------------


def test_real_rate_is_the_funds_rate_less_inflation(info):
    real = real_policy_rate(info.load("fed_funds"), info.load("core_cpi"))
    level = info.load("core_cpi")
    month = pd.Period("2026-01", "M")
    assert real[month] == pytest.approx(3.64 - 100 * (level[month] / level[month - 12] - 1))
    assert pd.Period("2025-10", "M") not in real.index  # no price index was collected


def test_taylor_rule_in_balance_and_its_principle():
    assert taylor_rate(2.0, 2.0, 0.0) == 4.0  # Taylor (1993), p. 202
    assert taylor_rate(2.0, 3.0, 0.0) - taylor_rate(2.0, 2.0, 0.0) == 1.5
    assert taylor_rate(2.0, 2.0, 1.0) < taylor_rate(2.0, 2.0, 0.0)


def test_one_neutral_rate_a_model_the_last_known(info):
    stance = estimate_stance(RateInputs(info))
    estimates = stance.estimates.set_index("group")["value"]
    assert estimates.index.is_unique
    assert len(estimates) == 5
    assert estimates["FOMC median"] == 1.0
    assert estimates["Zaman (Cleveland Fed)"] == 1.7
    assert stance.neutral == (0.6, 1.0, 2.3)
    earlier = estimate_stance(RateInputs(data.Information("2024-06-30"))).estimates.set_index(
        "group"
    )["value"]
    assert earlier["FOMC median"] == 0.8
    assert "Zaman (Cleveland Fed)" not in earlier.index


# --- claims ---------------------------------------------------------------------------------------------


def test_the_record_of_rates_is_confirmed(found):
    evidence = found.evidence
    assert {
        claim: words(found)[claim] for claim in ("R1", "R2", "R3", "R4", "R5")
    } == dict.fromkeys(("R1", "R2", "R3", "R4", "R5"), "confirmed")
    assert evidence["R1"].estimate == 5.5
    assert evidence["R2"].found == "3.50-3.75"
    assert evidence["R3"].found == "2024-09"
    assert evidence["R4"].estimate == 175.0
    assert evidence["R5"].estimate == pytest.approx(
        32.2 - 25.2, abs=0.15
    )  # 1994-95: 300 bp in 11.9 months


def test_size_and_the_fastest_year_agree_with_speed(found):
    assert len(found.evidence["R5"].definitions) == 3
    assert all(value > 0 for value in found.evidence["R5"].definitions.values())


def test_the_word_forty_is_not_fifty(found):
    faster = [
        c for c in found.cycles if c.direction > 0 and c.start.year in (1980, 1981) and c.speed > 60
    ]
    assert len(faster) == 3
    assert "1981" in found.evidence["R5"].note


def test_before_any_cut_the_easing_is_not_testable(before_any_cut):
    assert {claim for claim, word in words(before_any_cut).items() if word == "not testable"} == {
        "R2",
        "R3",
        "R4",
    }
    assert words(before_any_cut)["R1"] == words(before_any_cut)["R5"] == "confirmed"
    for claim in ("R2", "R3", "R4"):
        assert "5.25-5.50" in before_any_cut.evidence[claim].not_testable
        assert "2024-06-30" in before_any_cut.evidence[claim].not_testable
    assert before_any_cut.easing_bp == 0
    assert before_any_cut.first_cut is None


@pytest.mark.parametrize(
    ("day", "confirmed"),
    [("2022-01-31", False), ("2023-09-30", False), ("2024-02-01", True), ("2024-09-18", True)],
)
def test_a_peak_is_called_after_six_quiet_months_or_a_cut(day, confirmed):
    word = words(rates.examine(data.Information(day)))["R1"]
    assert word == ("confirmed" if confirmed else "not testable")


def test_later_moves_do_not_change_what_the_article_could_say():
    later = rates.examine(data.Information("2026-11-25"))  # after the hike of September 2026
    assert later.evidence["R2"].found == "3.50-3.75"
    assert later.evidence["R4"].estimate == 175.0


def test_the_day_counts_on_which_a_cut_is_announced():
    eve, day = (
        first_cut(data.Information(text).fomc_decisions()) for text in ("2024-09-17", "2024-09-18")
    )
    assert eve is None
    assert day.date() == dt.date(2024, 9, 18)


def test_neutral_is_plausible_and_not_established(found):
    evidence = found.evidence["R6"]
    assert words(found)["R6"] == "leaning"
    assert evidence.ci_low < 0 < evidence.ci_high
    assert min(evidence.definitions.values()) < 0 < max(evidence.definitions.values())


@pytest.mark.parametrize("as_of", [ARTICLE, "2024-06-30"])
def test_a_wrong_future_changes_no_evidence(as_of, wrong_future):
    true = rates.examine(data.Information(as_of)).evidence
    with wrong_future(as_of):
        assert rates.examine(data.Information(as_of)).evidence == true
