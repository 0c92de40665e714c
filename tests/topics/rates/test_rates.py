"""The policy path and its cycles, against dates and figures anybody can look up."""

import datetime as dt

import pandas as pd
import pytest

from helpers import data
from helpers.data.paths import data_dir
from helpers.topics import rates
from helpers.topics.rates.cycles import Cycle, policy_cycles, policy_path
from helpers.topics.rates.decisions import TIGHTENING_BEGAN, first_cut
from helpers.topics.rates.examination import (
    RatesExamination,
    lead_of_fastest_year,
    rival_hikes,
)
from helpers.trial import load_claim, load_line, load_rules, verdict

ARTICLE = "2026-02-16"


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
        claim: verdict(load_claim(claim), "stated", answer.stated).word
        for claim, answer in examination.answers.items()
    }


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


# --- claims ---------------------------------------------------------------------------------------------


def test_the_record_of_rates_is_true(found):
    evidence = {claim: answer.stated for claim, answer in found.answers.items()}
    assert {
        claim: words(found)[claim] for claim in ("R1", "R2", "R3", "R4", "R5")
    } == dict.fromkeys(("R1", "R2", "R3", "R4", "R5"), "true")
    assert evidence["R1"].estimate == 5.5
    assert evidence["R2"].found == "3.50-3.75"
    assert evidence["R3"].found == "2024-09"
    assert evidence["R4"].estimate == 175.0
    assert evidence["R5"].estimate == pytest.approx(
        32.2 - 25.2, abs=0.15
    )  # 1994-95: 300 bp in 11.9 months


def test_the_record_from_the_file_alone(found):
    """pandas and the CSV only: none of our functions between the file and the numbers."""
    table = pd.read_csv(data_dir() / "snapshot" / "fomc_decisions.csv", parse_dates=["announced"])
    table = table[table["announced"] <= ARTICLE].set_index("announced")
    ours, cuts = table["2022-03":"2023-07"], table["2024-09":]
    assert found.answers["R1"].stated.estimate == ours["upper"].max()
    assert found.answers["R4"].stated.estimate == -cuts["change_bp"].sum() == found.easing_bp
    assert found.first_cut == cuts.index[0]

    def speed(moves):
        return moves["change_bp"].sum() / ((moves.index[-1] - moves.index[0]).days / 30.4375)

    lead = speed(ours) - speed(table["1994-02":"1995-02"])  # the fastest rival
    definitions = found.answers["R5"].stated.definitions
    assert definitions["speed"] == pytest.approx(lead)
    assert found.answers["R5"].stated.estimate == round(lead, 1)
    # the largest rival rose by 425 basis points from 2004 to 2006
    assert definitions["size"] == ours["change_bp"].sum() - 425
    months = pd.read_csv(data_dir() / "snapshot" / "rates_monthly.csv", index_col="period")
    yearly = months["fed_funds"].diff(12)
    lead = yearly["2022-03":"2026-01"].max() - yearly["1982-03":"2022-02"].max()
    assert definitions["fastest twelve months"] == pytest.approx(100 * lead)


def test_samples_are_decisions_and_cycles(found):
    since = found.inputs.decisions.query("@TIGHTENING_BEGAN <= announced <= @ARTICLE")
    rivals = [c for c in found.cycles if c.direction > 0 and 1982 <= c.start.year < 2022]
    assert [found.answers[claim].stated.n for claim in ("R1", "R2", "R3", "R4")] == [len(since)] * 4
    assert found.answers["R5"].stated.n == found.answers["R5"].stated.n_effective == len(rivals) + 1
    assert found.answers["R6"].stated.n == 7  # five models and two rules
    assert found.answers["R6"].stated.n_effective == 5
    units = {claim: answer.stated.unit for claim, answer in found.answers.items()}
    assert units == {claim: load_line(claim, "stated").unit for claim in units}


def test_notes_tell_what_a_reader_would_look_up(found):
    notes = {claim: answer.stated.note for claim, answer in found.answers.items()}
    assert notes["R1"] == "The range reached 5.25-5.50 percent on 26 July 2023."
    assert notes["R2"] == "In force since the decision of 10 December 2025."
    assert notes["R3"] == "50 basis points, announced on 18 September 2024."
    # 100 in 2024 and 75 in 2025; nothing between 18 December 2024 and 17 September 2025
    assert (
        "6 cuts add up to 175 basis points: 100 basis points in 2024, 75 basis points in 2025"
        in notes["R4"]
    )
    assert "longest pause between two of them was 273 days" in notes["R4"]
    assert "525 basis points in 16.3 months (32.2 a month)" in notes["R5"]
    assert "from February 1994, rose 25.2 a month" in notes["R5"]
    # faster: 1971, 1972, 1974, 1977, 1980, both of 1981; larger: 1967, 1972, 1977, 1980
    assert (
        "Of 19 hiking cycles since 1954, 7 were faster and 4 larger, the last one from December 1981"
        in notes["R5"]
    )
    assert "4 of 7 published neutral rates and rules lie within 0.5 points" in notes["R6"]
    assert (
        "a real policy rate of 0.92 percent; the neutral rates run from 0.6 to 2.3" in notes["R6"]
    )


def test_rivals_are_other_hikes_of_the_forty_years_before():
    def hiking(start, direction=1):
        day = pd.Timestamp(start)
        terms = {"size_bp": 100.0, "moves": 4, "basis": "decisions", "running": False}
        return Cycle(direction=direction, start=day, end=day, **terms)

    began = ["1982-03-15", "1982-03-16", "2022-03-15", "2022-03-16"]
    rivals = rival_hikes((*map(hiking, began), hiking("1990-01-01", -1)))
    assert [f"{one.start:%Y-%m-%d}" for one in rivals] == ["1982-03-16", "2022-03-15"]


def test_a_cycle_as_fast_is_a_rival_within_the_forty_years_and_told_before_them(info):
    def hiking(start):  # synthetic: all of them as fast
        day = pd.Timestamp(start)
        terms = {"size_bp": 525.0, "moves": 11, "basis": "decisions", "running": False}
        return Cycle(direction=1, start=day, end=day + pd.Timedelta(days=497), **terms)

    def note(*starts):
        class Made(RatesExamination):
            cycles = tuple(map(hiking, starts))

        return Made(info, 50.0).answers["R5"].stated.note

    assert "from March 1982, rose 32.2 a month" in note("1982-03-16", "2022-03-16")
    assert note("1982-03-16", "2022-03-16").endswith("0 were faster and 0 larger.")
    told = note("1982-03-15", "1994-02-04", "2022-03-16")
    assert "from February 1994, rose 32.2 a month. Of 3 hiking cycles" in told
    assert told.endswith("the last one from March 1982.")


def test_the_fastest_year_compares_with_the_forty_years_before():
    months = pd.period_range("1980-01", "2023-12", freq="M")
    funds = pd.Series(1.0, index=months)
    funds["1981-04":"1982-03"] = 9.0  # a rise of eight, seen last in March 1982: too early to count
    funds["1982-04":] = 3.0
    funds["2000-01":"2000-12"] = 5.0
    funds["2022-04":] = 6.0
    assert lead_of_fastest_year(funds) == pytest.approx(100 * (3.0 - 2.0))


def test_cards_name_what_was_read_for_them_and_nothing_else(found):
    sources = {claim: set(answer.stated.sources) for claim, answer in found.answers.items()}
    assert all(sources[claim] == {"fomc_decisions"} for claim in ("R1", "R2", "R3", "R4"))
    assert sources["R5"] == {"fomc_decisions", "fed_funds"}
    assert sources["R6"] == {
        "fed_funds",
        "core_pce",
        "core_cpi",
        "core_cpi_first_12m",
        "unemployment_rate",
        "unemployment_rate_first",
        "published: neutral real policy rate",
        "published: longer-run unemployment rate",
    }


def test_half_a_point_back_ends_a_cycle_unless_the_reader_says_otherwise(found, info):
    assert found.cycles == rates.examine(info, reversal_bp=50.0).cycles
    assert found.reversal_bp == 50.0


def test_without_a_cycle_to_compare_with_the_dating_rule_is_named(info):
    wide = rates.examine(info, reversal_bp=5000.0)
    assert wide.cycles == ()
    assert "lower reversal_bp" in wide.answers["R5"].stated.not_testable
    # no turn by 250 basis points since the tightening ended: it is not dated, others are
    unended = rates.examine(info, reversal_bp=250.0)
    assert rival_hikes(unended.cycles)
    assert "lower reversal_bp" in unended.answers["R5"].stated.not_testable


def test_the_interval_of_the_gap_is_the_whole_published_range(found):
    evidence, stance = found.answers["R6"].stated, found.stance
    low, mid, high = stance.neutral
    real = stance.policy_rate - stance.inflation["core PCE"]
    ends = (evidence.ci_low, evidence.estimate, evidence.ci_high)
    assert ends == pytest.approx((real - high, real - mid, real - low))
    assert (evidence.interval, evidence.ci_level) == ("parameters", 1.0)
    assert sorted(evidence.checks.values()) == [False] * 3 + [True] * 4
    assert all(
        evidence.checks[name] == (abs(gap) <= 0.5) for name, gap in evidence.definitions.items()
    )


def test_parts_that_pictures_and_tables_show(found, info):
    assert found.cycle_table["moves"].tolist() == [cycle.moves for cycle in found.cycles]
    assert set(found.real_rates) == {"core PCE", "core CPI"}
    funds = info.load("fed_funds").dropna()
    gaps = [one.iloc[-1] for one in found.real_rates.values()]
    assert gaps == pytest.approx(
        [funds[one.index[-1]] - inflation(info, name) for name, one in found.real_rates.items()]
    )
    neutral = found.neutral_rates
    assert list(neutral.columns)[:3] == ["model", "known", "neutral real rate"]
    assert neutral["neutral real rate"].tolist() == found.stance.estimates["value"].tolist()
    assert len(found.recessions) > 10


def inflation(info, name):
    level = info.load("core_" + name.split()[1].lower()).dropna()
    return 100 * (level.iloc[-1] / level[level.index[-1] - 12] - 1)


def test_on_the_articles_own_date_its_statements_can_be_judged():
    day = load_rules().article_date
    eve = rates.examine(data.Information(day - dt.timedelta(days=1)))
    assert {claim for claim, word in words(eve).items() if word != "true"} == {"R2", "R4", "R6"}
    assert words(eve)["R2"] == words(eve)["R4"] == "not yet sayable"
    assert "the date is 2026-02-15" in eve.answers["R2"].stated.not_yet_sayable
    early = rates.examine(data.Information("2019-01-01"))
    assert set(words(early).values()) == {"not yet sayable"}


def test_size_and_the_fastest_year_agree_with_speed(found):
    assert len(found.answers["R5"].stated.definitions) == 3
    assert all(value > 0 for value in found.answers["R5"].stated.definitions.values())


def test_the_word_forty_is_not_fifty(found):
    faster = [
        c for c in found.cycles if c.direction > 0 and c.start.year in (1980, 1981) and c.speed > 60
    ]
    assert len(faster) == 3
    assert "1981" in found.answers["R5"].stated.note


def test_before_any_cut_the_easing_cannot_be_said(before_any_cut):
    assert words(before_any_cut) == {
        "R1": "true",
        "R2": "not yet sayable",
        "R3": "not yet sayable",
        "R4": "not yet sayable",
        "R5": "true",
        "R6": "not yet sayable",
    }
    for claim in ("R2", "R3", "R4"):
        assert "2024-06-30" in before_any_cut.answers[claim].stated.not_yet_sayable
    assert before_any_cut.easing_bp == 0
    assert before_any_cut.first_cut is None


@pytest.mark.parametrize(
    ("day", "called"),
    [
        ("2022-01-31", "not yet sayable"),
        ("2023-09-30", "no source found"),
        ("2024-02-01", "true"),
        ("2024-09-18", "true"),
    ],
)
def test_a_peak_is_called_after_six_quiet_months_or_a_cut(day, called):
    assert words(rates.examine(data.Information(day)))["R1"] == called


def test_later_moves_do_not_change_what_the_article_could_say():
    later = rates.examine(data.Information("2026-11-25"))  # after the hike of September 2026
    assert later.answers["R2"].stated.found == "3.50-3.75"
    assert later.answers["R4"].stated.estimate == 175.0


def test_the_day_counts_on_which_a_cut_is_announced():
    eve, day = (
        first_cut(data.Information(text).fomc_decisions()) for text in ("2024-09-17", "2024-09-18")
    )
    assert eve is None
    assert day.date() == dt.date(2024, 9, 18)


def test_neutral_is_plausible_and_not_established(found):
    evidence = found.answers["R6"].stated
    assert words(found)["R6"] == "true in part"
    assert evidence.ci_low < 0 < evidence.ci_high
    assert min(evidence.definitions.values()) < 0 < max(evidence.definitions.values())


@pytest.mark.parametrize("as_of", [ARTICLE, "2024-06-30"])
def test_a_wrong_future_changes_no_evidence(as_of, wrong_future):
    true = rates.examine(data.Information(as_of)).answers
    with wrong_future(as_of):
        assert rates.examine(data.Information(as_of)).answers == true
