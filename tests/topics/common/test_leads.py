"""The lead to the last closing price known, against every window of that length."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from helpers.data import Information
from helpers.errors import NotKnown
from helpers.topics.common.leads import (
    Lead,
    is_month_end,
    lead_since,
    lead_to_date,
    placebo_test,
    table_windows,
    weigh_lead,
    weigh_windows,
)
from helpers.topics.common.pairs import PairInputs
from helpers.trial import load_line
from snapshot_csv import SNAPSHOT, column

WINDOW = 6
DAY = dt.date(2024, 12, 31)


@pytest.fixture(scope="module")
def months():
    """Synthetic: ten years of noise, the last half year raised by two percent a month."""
    index = pd.period_range("2015-01", periods=120, freq="M")
    values = np.random.default_rng(3).normal(size=120)
    values[-WINDOW:] += 2.0
    return pd.Series(values, index, name="pair")


def move(start, end, fund):
    """Log return of a fund between two days, percent, from the embedded table."""
    table = pd.read_csv(SNAPSHOT / "market_moves.csv")
    rows = table[(table["start"] == start) & (table["end"] == end) & (table["ticker"] == fund)]
    return 100 * np.log1p(rows["total_return"].iloc[0] / 100)


def monthly(small, large, last):
    one, other = (
        np.log1p(column("etf_monthly_returns", name)[:last] / 100) for name in (small, large)
    )
    return (100 * (one - other)).dropna()


# --- to the date ----------------------------------------------------------------------------------------


def trading_days_before(day, as_of):
    return len(pd.bdate_range(day + dt.timedelta(days=1), as_of)) - 1


@pytest.mark.parametrize("pair", ["iwm_spy", "ijr_spy", "rsp_spy", "iwm_qqq", "ijr_qqq"])
def test_windows_end_at_most_five_trading_days_before_the_date_of_the_article(pair):
    lead = lead_to_date(PairInputs(Information("2026-02-16")), pair)
    assert lead.last_day == dt.date(2026, 2, 13)
    assert 0 <= trading_days_before(lead.last_day, dt.date(2026, 2, 16)) <= 5


def test_the_month_begun_is_the_move_since_new_year_less_the_whole_months():
    lead = lead_to_date(PairInputs(Information("2026-02-16")), "rsp_spy")
    whole = monthly("rsp", "spy", "2026-01")
    year = move("2025-12-31", "2026-02-13", "rsp") - move("2025-12-31", "2026-02-13", "spy")
    pd.testing.assert_series_equal(lead.months.iloc[:-1], whole, check_names=False)
    assert lead.months.index[-1] == pd.Period("2026-02", "M")
    assert lead.months.iloc[-1] == pytest.approx(year - whole["2026-01"])


def test_breadth_led_by_5_75_percent_in_six_weeks_and_two_of_271_windows_matched_it():
    """Recomputed by referees from the same tables; windows of two whole months are compared."""
    row = table_windows(
        lead_to_date(PairInputs(Information("2026-02-16")), "rsp_spy"), {"year": 2}
    ).loc["year"]
    assert row["lead"] == pytest.approx(5.75, abs=0.005)
    assert (row["as large"], row["of"]) == (2, 271)
    whole = monthly("rsp", "spy", "2026-01").rolling(2).sum().dropna()
    assert (row["as large"], row["of"]) == ((whole >= row["lead"]).sum(), len(whole))


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        ("2026-02-13", "2026-02-13"),
        ("2026-02-12", "2026-01-30"),  # the move ends later
        ("2026-03-01", "2026-02-27"),  # whole months reach further
        ("2025-06-30", "2025-05-30"),  # the month ended on a Saturday
    ],
)
def test_no_closing_price_after_the_date_enters(as_of, last):
    lead = lead_to_date(PairInputs(Information(as_of)), "iwm_spy")
    assert str(lead.last_day) == last
    assert lead.months.index[-1] == pd.Period(last[:7], "M")


def test_the_lead_since_the_cut_starts_at_the_close_of_its_day():
    inputs = PairInputs(Information("2026-02-16"))
    since = lead_since(inputs, "iwm_spy", dt.date(2024, 9, 18))
    one, other = (move("2024-09-18", "2026-02-13", fund) for fund in ("iwm", "spy"))
    assert since == pytest.approx(one - other, abs=0.02)  # the table is rounded to 0.01 percent
    assert since == pytest.approx(-1.4, abs=0.05)
    assert lead_since(inputs, "iwm_spy", dt.date(2024, 9, 19)) is None


def test_the_last_trading_day_of_a_month_is_known_by_the_next_one():
    days = pd.Series(pd.to_datetime(["2025-12-31", "2026-02-13", "2025-05-30", "2025-05-29"]))
    assert is_month_end(days).tolist() == [True, False, True, False]


def test_months_of_the_year_begun_are_counted(months):
    lead = Lead(months, DAY)
    assert lead.year_to_date(dt.date(2024, 12, 31)) == 12
    assert lead.year_to_date(dt.date(2025, 1, 2)) == 0


# --- against every window -------------------------------------------------------------------------------


def test_the_place_of_a_window_is_counted_among_the_others(months):
    table = table_windows(Lead(months, DAY), {"half": WINDOW, "none": 0, "longer": 121, "all": 120})
    assert list(table.index) == ["half", "all"]
    leads = months.rolling(WINDOW).sum().dropna()
    row = table.loc["half"]
    assert (row["first"], row["last"], row["months"]) == ("2024-07", "2024-12-31", WINDOW)
    assert row["lead"] == pytest.approx(months.iloc[-WINDOW:].sum())
    assert (row["as large"], row["of"]) == ((leads.iloc[:-1] >= leads.iloc[-1]).sum(), 114)
    assert row["larger windows"] == pytest.approx(100 * (row["as large"] + 1) / 115)
    assert table.loc["all", "of"] == 0
    assert table.loc["all", "larger windows"] == 100
    worst = table_windows(Lead(-months, DAY), {"half": WINDOW}).loc["half"]
    assert worst["as large"] == (leads.iloc[:-1] <= leads.iloc[-1]).sum()


def test_windows_that_led_by_the_same_count():
    """Synthetic: the same half year again and again, of which a sum from the running total may differ by a hair."""
    index = pd.period_range("2015-01", periods=48, freq="M")
    months = pd.Series(np.tile([0.1, 0.7, -0.3, 0.2, 0.5, -0.1], 8), index)
    row = table_windows(Lead(months, DAY), {"half": WINDOW}).loc["half"]
    assert row["as large"] == row["of"] == 42


def test_the_placebo_is_the_sum_of_the_window_less_the_average_window(months):
    test = placebo_test(months, WINDOW)
    leads = months.iloc[1:].rolling(WINDOW).sum().dropna()  # no month stands before the first
    assert len(test.shifted) == len(leads)
    assert test.per_event.iloc[0] == pytest.approx(months.iloc[-WINDOW:].sum())
    assert test.p == pytest.approx(1 / len(leads))


def test_less_than_ten_windows_are_too_few(months):
    assert len(placebo_test(months.iloc[:60], WINDOW).shifted) == 54
    with pytest.raises(NotKnown, match="pair: 59 months were known, too few for placebo dates"):
        placebo_test(months.iloc[:59], WINDOW)


# --- evidence -------------------------------------------------------------------------------------------


def test_each_window_named_in_the_claim_is_a_part_of_the_sentence(months):
    lead = Lead(months, DAY)
    table = table_windows(lead, {"year to date": 12, "one month": 1, "six months": WINDOW})
    table.loc["one month", "lead"] = 0.0
    evidence = weigh_windows("M2", table, "Told.")
    assert dict(evidence.checks) == {
        "year to date": True,
        "one month": False,  # a tie is no lead
        "six months": True,
        "twelve months": None,
        "since the first cut": None,
    }
    assert evidence.estimate == table.loc["year to date", "lead"]
    assert (evidence.n, evidence.note) == (109, "Told.")
    assert evidence.p is None


def test_the_evidence_is_that_of_the_first_pair(months):
    tests = {"one": placebo_test(months, WINDOW), "other": placebo_test(-months, WINDOW)}
    evidence = weigh_lead("M2", Lead(months, DAY), WINDOW, tests, " More.")
    first = tests["one"]
    assert evidence.unit == load_line("M2", "used").unit
    assert (evidence.estimate, evidence.p) == (first.estimate, first.p)
    assert (evidence.ci_low, evidence.ci_high) == (first.ci_low, first.ci_high)
    assert evidence.definitions["one"] == first.estimate
    assert evidence.definitions["other"] == pytest.approx(-first.estimate)
    assert evidence.mde == first.minimum_detectable_effect()
    assert evidence.power == first.power(load_line("M2", "used").size_that_matters)
    assert (evidence.n, evidence.n_effective) == (114, 19)
    lead = f"{months.iloc[-WINDOW:].sum():+.1f}"
    assert evidence.note.startswith(
        f"The lead over the 6 months to 2024-12-31 is {lead} percent, {first.estimate:+.1f} beyond that of as many "
        "other months; "
    )
    assert evidence.note.endswith("of 114 other windows as long brought as much. More.")
