"""What became of the claims after the article, once more from the files, and nothing of it in what was known then."""

import ast
import csv
import datetime as dt
import math
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corrupted_future import corrupted_copy, data_folder
from helpers.data import Information
from helpers.data.paths import data_dir
from helpers.errors import NotKnown, ParameterError
from helpers.topics import outlook
from helpers.topics.outlook.doors import lead_between, plain
from helpers.topics.outlook.score import SCORED, last_day, open_later, weigh_since
from helpers.topics.outlook.since_inputs import SinceInputs, by_quarter, twelve_months
from helpers.trial import load_claim, load_rules, verdict_since
from helpers.trial.claims import load_claims

ARTICLE = "2026-02-16"


def score_of(as_of=ARTICLE, evaluate_on=""):
    return _score_of(as_of, evaluate_on, data_dir())


@cache
def _score_of(as_of, evaluate_on, _folder):
    info = Information(as_of)
    return weigh_since(info, open_later(info, evaluate_on))


@pytest.fixture(scope="module")
def wrong_after(tmp_path_factory):
    """A data folder in which all that became known after a date is plausibly wrong."""

    @cache
    def spoil(as_of: str) -> Path:
        folder = tmp_path_factory.mktemp("wrong") / "data"
        return corrupted_copy(folder, dt.date.fromisoformat(as_of), plausibly_wrong)

    return spoil


@pytest.fixture(scope="module")
def score():
    return score_of(evaluate_on="2026-10-01")


def words(score) -> dict[str, str]:
    return {
        claim: verdict_since(load_claim(claim), found.since, score.later.day).word
        for claim, found in score.outcomes.items()
    }


def snapshot(name) -> list[dict[str, str]]:
    folder = "published" if name in ("after_article", "earnings_growth") else "snapshot"
    with (data_dir() / folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def checks(score, claim) -> list[bool | None]:
    return list(score.outcomes[claim].since.checks.values())


def test_every_claim_that_has_a_block_since_is_scored_and_no_other():
    assert set(SCORED) == {claim.id for claim in load_claims().values() if claim.since}


def test_what_became_of_each_claim(score):
    """Written down after the outcomes were read: a change of a word is a change to explain."""
    assert words(score) == {
        "R6": "did not come true",
        "D2": "so far against",
        "E1": "so far in part",
        "E2": "so far against",
        "E4": "so far against",
        "E6": "so far as claimed",
        "M2": "so far in part",
        "M3": "so far against",
        "M5": "so far against",
        "W1": "so far against",
        "W2": "so far in part",
        "W3": "so far against",
        "W5": "so far against",
        "W6": "so far against",
        "W7": "so far in part",
        "W8": "so far in part",
        "H3": "so far against",
        "F1": "so far in part",
        "F2": "so far in part",
        "F3": "no figure yet",
        "F4": "no figure yet",
        "F5": "no figure yet",
    }


# --- each outcome once more, from the files


def months(fund) -> dict[str, float]:
    rows = snapshot("etf_monthly_returns")
    return {row["period"]: float(row[fund]) for row in rows if row[fund]}


def grown(*percents) -> float:
    return math.prod(1 + one / 100 for one in percents)


def test_small_less_large_since_the_article_is_what_the_files_say(score):
    moves = {
        row["ticker"]: float(row["total_return"])
        for row in snapshot("market_moves")
        if (row["start"], row["end"]) == ("2026-02-13", "2026-07-31")
    }
    price = next(
        float(row["value"])
        for row in snapshot("after_article")
        if row["metric"] == "price return" and row["group"].startswith("S&P") and row["period"].startswith("2026-08-31")
    )  # fmt: skip
    small = grown(moves["iwm"], months("iwm")["2026-08"], months("iwm")["2026-09"])
    large = grown(moves["spy"], months("spy")["2026-08"], price)
    lead = score.doors.lead("iwm")
    assert (lead.start, lead.end) == (dt.date(2026, 2, 13), dt.date(2026, 9, 30))
    # The move to 31 July is rounded to a hundredth, so is that to 13 February.
    assert plain(lead.ours) == pytest.approx(100 * (small - 1), abs=0.03)
    assert plain(lead.theirs) == pytest.approx(100 * (large - 1), abs=0.03)
    assert score.outcomes["M2"].since.estimate == pytest.approx(
        100 * math.log(small / large), abs=0.04
    )
    assert (round(plain(lead.ours), 1), round(plain(lead.theirs), 1)) == (
        6.4,
        12.5,
    )  # after_article.csv


def test_the_year_is_the_product_of_its_months(score):
    year = score.doors.year("iwm", end=dt.date(2026, 6, 30))
    for ours, fund in ((year.ours, "iwm"), (year.theirs, "spy")):
        first_half = [
            value for month, value in months(fund).items() if "2026-01" <= month <= "2026-06"
        ]
        assert math.exp(ours / 100) == pytest.approx(grown(*first_half), rel=1e-9)
    assert year.points == pytest.approx(22.56 - 10.09, abs=0.01)  # market_moves.csv


def test_adopters_are_held_against_the_fund_of_those_that_build(score):
    assert "Invesco QQQ" in score.outcomes["W7"].then
    assert "SPDR S&P 500" in score.outcomes["W8"].then


def test_the_picture_of_the_year_counts_from_its_first_close(score):
    drawn = score.returns
    assert drawn.index.is_monotonic_increasing
    assert drawn.iloc[0].to_dict() == {"small": 0, "large": 0}
    assert drawn.index[0] == pd.Timestamp("2025-12-31")
    half = drawn.loc["2026-06-30"]
    assert half.to_list() == pytest.approx([22.56, 10.09], abs=0.01)  # market_moves.csv


def test_of_the_year_two_closes_make_a_return_and_one_makes_none():
    early = score_of("2026-02-02", "2026-02-02").returns
    january = [months("iwm")["2026-01"], months("spy")["2026-01"]]
    assert early.iloc[1:].to_numpy().tolist() == [pytest.approx(january)]
    with pytest.raises(NotKnown, match="No return of 2026 was known by 2026-01-01"):
        _ = score_of("2026-01-01", "2026-01-01").returns


def test_the_forecasts_drawn_are_those_of_the_year_for_the_two_indices(score):
    published = Information("2026-10-01").quoted(quantity="EPS growth").to_dict("records")
    rows = [
        (row["known"], side, row["figure"])
        for row in published
        for side, index in (("small", "Russell 2000"), ("large", "S&P 500"))
        if row["group"] == index and (row["target"], row["kind"]) == ("2026", "forecast") and not row["machine_written"]
    ]  # fmt: skip
    drawn = score.growth
    found = drawn[["known", "side", "figure"]].itertuples(index=False, name=None)
    assert sorted(found) == sorted(rows)
    assert list(drawn.index) == list(range(len(rows)))
    assert list(drawn) == ["known", "side", "figure", "first_hand"]


def test_funds_and_shares_return_what_their_moves_say(score):
    """The moves from 13 February to 31 July are read by nobody: an independent check of the chain of months."""
    moves = {
        row["ticker"]: float(row["total_return"])
        for row in snapshot("market_moves")
        if (row["start"], row["end"]) == ("2026-02-13", "2026-07-31")
    }
    for fund in ("iwm", "ijr", "rsp", "qqq", "kre", "key", "hban", "ita", "xli", "rklb", "mags"):
        lead = score.doors.lead(fund, "spy", end=dt.date(2026, 7, 31))
        assert plain(lead.ours) == pytest.approx(moves[fund], abs=0.03), fund
        assert plain(lead.theirs) == pytest.approx(moves["spy"], abs=0.03)
    ahead = {fund: moves[fund] > moves["spy"] for fund in moves}
    assert checks(score, "W1")[:3] == [ahead["kre"], ahead["key"], ahead["hban"]]
    assert checks(score, "W5")[:2] == [ahead["ita"], ahead["xli"]]
    assert checks(score, "W6") == [ahead["rklb"]]
    assert checks(score, "M3") == [ahead["rsp"], moves["iwm"] > moves["qqq"], not ahead["qqq"]]
    assert checks(score, "W8") == [moves["mags"] <= 0, not ahead["mags"]]


def test_the_lead_over_the_year_is_told_where_it_decides_nothing(score):
    moves = pd.read_csv(data_dir() / "snapshot/market_moves.csv")
    spans = {"2026-02-13": "2025-12-31", "2026-07-31": "2026-02-13"}
    legs = [
        moves[(moves["start"] == first) & (moves["end"] == last)].set_index("ticker")[
            "total_return"
        ]
        for last, first in spans.items()
    ]
    year = 100 * ((1 + legs[0] / 100) * (1 + legs[1] / 100) - 1)
    for claim, fund, what in (
        ("M3", "rsp", "equal weights are"),
        ("W1", "kre", "the fund is"),
        ("W5", "ita", "aerospace is"),
        ("W5", "xli", "industrials are"),
    ):
        ahead = year[fund] - year["spy"]
        assert f"Over 2026 {what} {ahead:+.1f} points ahead." in score.outcomes[claim].since.note


def test_the_target_range_was_raised_once_after_four_meetings_that_held_it(score):
    later = [row for row in snapshot("fomc_decisions") if row["announced"] > ARTICLE]
    held = [
        row
        for row in snapshot("fomc_meetings_2026")
        if row["announced"] > ARTICLE and row["action"] == "hold"
    ]
    assert [row["announced"] for row in later] == ["2026-09-16"]
    found = score.outcomes["R6"].since
    assert found.estimate == sum(float(row["change_bp"]) for row in later) == 25
    assert f"{len(held)} meetings without a change" in found.note


def test_growth_published_since_is_held_against_the_two_numbers(score):
    rows = [
        row
        for row in snapshot("earnings_growth")
        if row["known"] > ARTICLE and row["target"] == "2026" and row["kind"] == "forecast"
        and row["confidence"] == "verbatim" and row["machine_written"] == "false"
    ]  # fmt: skip
    small = [float(row["value"]) for row in rows if row["group"] == "Russell 2000"]
    large = [float(row["value"]) for row in rows if row["group"] == "S&P 500"]
    assert (sorted(small), large) == ([19.0, 48.0], [24.0])
    assert score.outcomes["E2"].since.estimate == large[-1]
    assert score.outcomes["E6"].since.estimate == small[-1] - large[-1] == 24
    # Half of the pages near the number are no more than half of them.
    assert checks(score, "E1")[:2] == [True, False]
    assert "Second hand: 23 to 38" in score.outcomes["E1"].since.note


def test_what_made_the_gain_of_small_companies_is_told_beside_the_reason_given(score):
    note = score.outcomes["F1"].since.note
    assert "Technology and industrials made 70 percent of the index's gain in 2026H1." in note
    assert "policy rate was moved by +25 basis points" in note


def test_inflation_is_counted_by_the_calendar_over_the_month_that_was_never_published(score):
    prices = {row["period"]: float(row["cpi"]) for row in snapshot("prices_labour_monthly") if row["cpi"]}  # fmt: skip
    by_hand = 100 * (prices["2026-08"] / prices["2025-08"] - 1)
    assert float(score.inflation["all"]["2026-08"]) == pytest.approx(by_hand)
    assert round(by_hand, 2) == 3.35  # twelve rows back would give 3.71
    assert "2025-10" not in prices


def test_the_fall_after_the_increase_is_that_of_the_daily_closes(score):
    found = score.outcomes["F2"].since
    quoted = {
        row["group"]: float(row["value"])
        for row in snapshot("after_article")
        if row["metric"] == "price return" and row["period"] == "2026-09-15/2026-09-30"
    }
    small, large = (quoted[name] for name in ("Russell 2000 ETF (IWM)", "S&P 500 ETF (SPY)"))
    assert found.estimate == pytest.approx(100 * math.log(grown(small) / grown(large)))


def test_factory_building_is_counted_from_the_last_month_before_the_article(score):
    spent = Information("2026-10-01").load("manufacturing_construction")
    assert checks(score, "W5")[2] is bool(spent.iloc[-1] > spent["2026-01"])
    by_hand = 100 * (spent.iloc[-1] / spent["2026-01"] - 1)
    assert (
        f"{by_hand:+.1f} percent from 2026-01 to {spent.index[-1]}"
        in score.outcomes["W5"].since.note
    )


def test_margins_and_loans_are_those_after_the_date(score):
    rows = [row for row in snapshot("bank_margins_quarterly") if row["bank_group"] == "industry"]
    known = [row for row in rows if row["known"] <= "2026-10-01"]
    margin = {row["period"]: float(row["net_interest_margin"]) for row in known}
    last = max(margin)
    assert last > "2025Q4"
    assert score.outcomes["W2"].since.estimate == pytest.approx(margin[last] - margin["2025Q4"])


# --- two doors


def test_the_last_day_is_that_of_the_last_figure_in_the_files():
    prices = max(months("iwm"))
    pages = [
        row["known"] for name in ("after_article", "earnings_growth") for row in snapshot(name)
    ]
    closed = pd.Period(prices, "M").end_time.date() + dt.timedelta(days=1)
    assert last_day() == max(closed, dt.date.fromisoformat(max(pages)))


def test_the_day_of_the_score_is_the_last_one_of_the_figures_unless_one_is_given():
    info = Information(ARTICLE)
    assert open_later(info).day == last_day() > load_rules().article_date
    assert open_later(info, "2026-06-30").day == dt.date(2026, 6, 30)
    assert open_later(info, info.day).day == info.day
    late = last_day() + dt.timedelta(days=30)
    assert open_later(Information(late)).day == late


@pytest.mark.parametrize(
    ("evaluate_on", "complaint"),
    [
        ("2026-02-15", "2026-02-15 is before as_of 2026-02-16"),
        ("2027-06-30", "beyond the figures, which end on {last}. Take {last}"),
        ("30 June 2026", "'30 June 2026' is not a date written YYYY-MM-DD"),
    ],
)
def test_a_day_that_cannot_be_scored_is_refused_with_the_last_one(evaluate_on, complaint):
    with pytest.raises(ParameterError, match=complaint.format(last=last_day())) as refused:
        open_later(Information(ARTICLE), evaluate_on)
    assert str(last_day()) in str(refused.value)


def test_the_score_moves_with_its_day():
    early, half = words(score_of(evaluate_on="2026-03-02")), words(score_of(evaluate_on="2026-06-30"))  # fmt: skip
    assert (early["R6"], early["D2"], early["E4"]) == ("no figure yet",) * 3
    assert (half["R6"], half["F1"], half["M2"]) == ("so far as claimed",) * 3
    assert half["W8"] == "so far in part"


def test_on_the_day_itself_nothing_has_happened():
    assert set(words(score_of(evaluate_on=ARTICLE)).values()) == {"no figure yet"}


def test_a_sentence_that_could_not_be_said_yet_is_not_scored():
    found = score_of("2025-06-30")
    assert words(found)["F1"] == "no figure yet"
    assert "speaks of 2026-01-01" in found.outcomes["F1"].since.not_yet_sayable


def plausibly_wrong(cell: str) -> str:
    """Another figure that the catalog does not refuse: the second door has to read it."""
    for kind in (int, float):
        try:
            return str(kind(2 * kind(cell) if kind is int else 0.9 * kind(cell)))
        except ValueError:
            pass
    return cell


@pytest.mark.parametrize("as_of", [ARTICLE, "2026-04-30", "2026-08-15"])
def test_what_happened_later_moves_the_score_and_nothing_that_was_known(as_of, wrong_after):
    before = score_of(as_of, "2026-10-01").outcomes
    with data_folder(wrong_after(as_of)):
        after = score_of(as_of, "2026-10-01").outcomes
    moved = {claim for claim, found in after.items() if found.since != before[claim].since}
    assert {claim: found.then for claim, found in after.items()} == {
        claim: found.then for claim, found in before.items()
    }
    assert {"R6", "M2", "F1"} <= moved


def test_what_became_known_after_the_day_of_the_score_does_not_enter_it(wrong_after):
    before = score_of(evaluate_on="2026-06-30").outcomes
    with data_folder(wrong_after("2026-06-30")):
        assert score_of(evaluate_on="2026-06-30").outcomes == before


SECOND_DOOR = {"score", "doors", "outcomes", "since_inputs"}


def test_no_forward_statement_can_open_the_second_door():
    """No module that answers F1 to F5 imports one that reads what happened later."""
    folder = Path(outlook.__file__).parent
    for path in folder.glob("*.py"):
        if path.stem in SECOND_DOOR | {"__init__"}:
            continue
        imported = {
            name.rpartition(".")[2]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in [getattr(node, "module", "") or "", *(one.name for one in node.names)]
        }
        assert not imported & SECOND_DOOR, path.name


def test_what_happened_after_the_article_moves_no_answer_on_the_outlook(wrong_after, examined):
    answers = examined(ARTICLE).answers
    with data_folder(wrong_after(ARTICLE)):
        assert outlook.examine(Information(ARTICLE), draws=200).answers == answers


# --- the parts


@given(st.lists(st.tuples(*[st.floats(-40, 40)] * 2), min_size=3, max_size=8), st.data())
def test_leads_add_up_over_time(levels, data):
    days = pd.date_range("2026-01-30", periods=len(levels), freq="MS")
    ours, theirs = (pd.Series([row[k] for row in levels], days) for k in (0, 1))
    cut = data.draw(st.integers(1, len(levels) - 2))
    whole = lead_between(ours, theirs, days[0].date())
    first = lead_between(ours, theirs, days[0].date(), days[cut].date())
    rest = lead_between(ours, theirs, days[cut].date())
    assert first.log + rest.log == pytest.approx(whole.log)
    assert lead_between(theirs, ours, days[0].date()).log == -whole.log


def test_a_close_too_far_from_the_day_does_not_stand_for_it():
    days = pd.to_datetime(["2026-01-30", "2026-02-27", "2026-03-31"])
    levels = pd.Series([0.0, 1.0, 3.0], days, name="a")
    flat = pd.Series([0.0, 0.0, 0.0], days, name="b")
    assert lead_between(levels, flat, dt.date(2026, 2, 4)).start == days[0].date()
    assert lead_between(levels, flat, dt.date(2026, 2, 16)).start == days[1].date()
    with pytest.raises(NotKnown, match="No close of a and b after 2025-12-01"):
        lead_between(levels, flat, dt.date(2025, 12, 1))
    with pytest.raises(NotKnown):
        lead_between(levels, flat, dt.date(2026, 3, 31))


def test_a_missing_month_is_not_bridged_by_counting_rows():
    year = pd.period_range("2025-08", "2026-10", freq="M")
    prices = pd.Series(range(100, 115), year, dtype=float).drop(pd.Period("2025-10", "M"))
    found = twelve_months(prices)
    assert pd.Period("2026-10", "M") not in found.index
    assert found[pd.Period("2026-09", "M")] == pytest.approx(100 * (113 / 101 - 1))


def test_of_a_quarter_the_last_figure_known_counts():
    listed = [("2026Q1", "2026-05-01", 1), ("2026Q1", "2026-06-01", 2), ("2025", "2026-01-31", 9)]
    rows = pd.DataFrame(listed, columns=["period", "known", "figure"])
    assert by_quarter(rows, "figure").to_dict() == {pd.Period("2026Q1", "Q"): 2.0}
    with pytest.raises(NotKnown):
        by_quarter(rows[rows["period"] == "2025"], "figure")


def test_wealth_knows_nothing_after_its_date():
    assert SinceInputs(Information(ARTICLE)).wealth("iwm").index[-1] == pd.Timestamp("2026-02-13")
    assert SinceInputs(Information("2026-09-30")).wealth("spy").index[-1] == pd.Timestamp(
        "2026-09-30"
    )
