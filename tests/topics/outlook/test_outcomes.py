"""What each outcome makes of synthetic figures, at edges the files do not reach and where they are silent."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.errors import NotKnown
from helpers.topics.earnings.consensus import ROUNDING
from helpers.topics.outlook import outcomes
from helpers.topics.outlook.doors import Doors, Lead, after, last, lead_between, plain
from helpers.topics.outlook.score import SCORED
from helpers.trial import load_claim, load_line

THEN, NOW = dt.date(2026, 2, 16), dt.date(2026, 8, 31)
CLOSES = pd.to_datetime(
    ["2025-12-31", "2026-02-13", "2026-05-28", "2026-05-29", "2026-06-30", "2026-07-15"]
)
FLAT = (0.0,) * 6
SMALL = ("iwm", "rsp", "kre", "key", "hban", "ita", "xli", "rklb", "mags")
PAGE = {
    "universe": "Russell 2000", "target": "2026", "kind": "forecast", "known": "2026-06-01",
    "machine_written": False, "confidence": "verbatim", "vendor": "", "url": "page",
}  # fmt: skip


class Figures:
    """Synthetic figures in the place of `SinceInputs`; what is not named was not known."""

    def __init__(self, day, funds=None, quoted=None, **named):
        nothing = pd.DataFrame(columns=["known", "figure", "confidence", "period"])
        self.info = SimpleNamespace(
            day=day, quoted=lambda metric, *_: (quoted or {}).get(metric, nothing)
        )
        self.funds, self.named = funds or {}, named

    def wealth(self, fund):
        levels = self.funds.get(fund, FLAT)
        return pd.Series(levels, CLOSES[: len(levels)], name=fund)[: str(self.info.day)]

    def series(self, name):
        return getattr(self, name)

    def bank_margins(self, bank):
        return getattr(self, bank)

    def blended_growth(self, _index):
        return self.blended

    def __getattr__(self, name):
        if name not in self.named:
            raise NotKnown(f"{name} was not known.")
        return self.named[name]


def by_period(**figures):
    """A series by month or quarter, written m2026_01 or q2026Q1."""
    names = [name[1:].replace("_", "-") for name in figures]
    return pd.Series(list(figures.values()), pd.PeriodIndex(names, freq=next(iter(figures))[0].upper()))  # fmt: skip


def decisions(**moves):
    """Changes of the target in basis points by the day announced, written d2026_06_17."""
    days = pd.to_datetime([name[1:].replace("_", "-") for name in moves])
    table = pd.DataFrame({"announced": days, "change_bp": [float(one) for one in moves.values()]})
    return table.assign(lower=3.75, upper=4.0)


def meetings(*actions):
    days = pd.date_range("2026-03-18", periods=len(actions), freq="42D")
    return pd.DataFrame({"announced": days, "action": list(actions)})


def pages(*figures, **said):
    """Quotations of growth in the article's year, a publisher each."""
    rows = [
        PAGE | {"figure": float(one), "publisher": f"house {k}", "vendor": f"house {k}"} | said
        for k, one in enumerate(figures)
    ]
    return pd.DataFrame(rows).assign(known=lambda table: pd.to_datetime(table["known"]))


def quotations(*tables):
    return SimpleNamespace(quotations=pd.concat(tables, ignore_index=True))


def since(claim, *, then=None, day=NOW, **now):
    """The evidence on a claim from what was known then and what is known now."""
    now = {"decisions": decisions(d2025_12_10=-25), "meetings": meetings()} | now
    return SCORED[claim][1](Doors(Figures(THEN, **(then or {})), Figures(day, **now)))


def parts(claim, **figures):
    return list(since(claim, **figures).checks.values())


# --- leads


def up(points, funds=SMALL):
    """Funds that gained so much before the date and once more after it."""
    return dict.fromkeys(funds, (0.0, *[points] * 4, 2 * points))


EMPTY_YEAR = pd.DataFrame(
    {name: [1.0] for name in (*outcomes.ADOPTERS, *outcomes.BUILDERS)},
    pd.PeriodIndex(["2025-12"], freq="M"),
)
OTHER = {"industries": EMPTY_YEAR, "top_decile_share": by_period(m2026_01=0.78)}


@pytest.mark.parametrize(
    ("claim", "leads"),
    [("M2", 2), ("M3", 2), ("M5", 1), ("W1", 3), ("W5", 2), ("W6", 1), ("W7", 1), ("H3", 1), ("F1", 1)],
)  # fmt: skip
def test_a_lead_of_half_a_percent_is_one_and_none_at_all_is_none(claim, leads):
    assert parts(claim, funds=up(0.5), **OTHER)[:leads] == [True] * leads
    assert parts(claim, **OTHER)[:leads] == [False] * leads
    assert parts(claim, funds=up(-0.5), **OTHER)[:leads] == [False] * leads


def test_technology_lags_only_where_it_returned_less():
    tech = [parts("M3", funds=up(one, ["qqq"]))[2] for one in (-0.5, 0.0, 0.5)]
    assert tech == [True, False, False]


def test_a_return_of_nothing_is_dead_money_and_one_of_half_a_percent_is_not():
    assert parts("W8", funds=up(0.5)) == [False, False]
    assert parts("W8") == [True, False]
    assert parts("W8", funds=up(-0.5)) == [True, True]


def test_mid_year_is_told_once_the_year_is_past_it():
    funds = {"iwm": (0.0, 1.0, 2.0, 2.5, 3.0, 7.0)}
    year, half = (plain(one) for one in (7.0, 3.0))
    told = since("M2", funds=funds).note
    assert told.endswith(f"ahead by {year:+.1f} points, in mid-year by {half:+.1f}.")
    assert "mid-year" not in since("M2", funds=funds, day=dt.date(2026, 6, 30)).note


def test_a_span_within_a_year_says_the_year_once():
    doors = Doors(Figures(THEN), Figures(NOW, funds=up(1.0)))
    assert " from 13 February to 15 July 2026; over 2026 they are ahead" in since("M2").note
    assert outcomes.led_then(doors, "iwm").startswith("Over 2026 to 13 February, points ahead of ")


# --- what stands beside the leads: a figure after the date against the last one before it


BESIDE = {
    "M5": ("gap", by_period(m2026_01=1.5, m2026_05=1.5), -1, "book-to-market"),
    "W1": ("industry_margins", by_period(q2025Q4=3.3, q2026Q1=3.3), 1, "Margins of all banks moved"),
    "W5": ("manufacturing_construction", by_period(m2026_01=200.0, m2026_06=200.0), 1, "Factory building moved"),
    "H3": ("top_decile_share", by_period(m2026_01=0.78, m2026_05=0.78), -1, "share of the largest decile went"),
}  # fmt: skip


@pytest.mark.parametrize("claim", BESIDE)
def test_beside_a_lead_a_figure_moves_or_does_not_or_is_not_known(claim):
    name, same, sign, told = BESIDE[claim]
    step = np.array([0.0, 0.005])
    then = {name: same[:1]}

    def answer(values, then=then):
        found = since(claim, then=then, **(OTHER | {name: values}))
        assert (told in found.note) is (list(found.checks.values())[-1] is not None)
        return list(found.checks.values())[-1]

    assert answer(same + sign * step) is True
    assert answer(same) is False
    assert answer(same - sign * step) is False
    assert answer(same[1:], then={}) is None  # nothing before the date to hold it against
    assert answer(same[:1]) is None  # nothing after it


def test_figures_nobody_knows_leave_their_part_open():
    for claim in ("M5", "W1", "W5"):
        assert parts(claim)[-1] is None


def test_the_note_tells_the_two_figures_and_their_months():
    gaps = np.log(by_period(m2026_01=5.0, m2026_03=4.5, m2026_05=4.0))
    told = since("M5", then={"gap": gaps[:1]}, gap=gaps).note
    assert told.endswith("of small over large: 5.00 in 2026-01, 4.00 in 2026-05.")
    spent = by_period(m2026_01=200.0, m2026_06=210.0)
    then = {"manufacturing_construction": spent[:1]}
    told = since("W5", then=then, manufacturing_construction=spent).note
    assert told.endswith("Factory building moved by +5.0 percent from 2026-01 to 2026-06.")
    shares = by_period(m2025_12=0.7, m2026_01=0.78, m2026_05=0.76)
    told = since("H3", top_decile_share=shares).note
    assert told.endswith("decile went from 78.0 in 2026-01 to 76.0 in 2026-05.")


def test_a_share_of_the_month_of_the_date_is_not_after_it():
    shares = by_period(m2026_01=0.78, m2026_02=0.70)
    assert parts("H3", top_decile_share=shares)[1] is None
    told = pages(34.0, 36.0).assign(known=pd.to_datetime(["2026-02-16", "2026-06-30"]))
    note = since("H3", top_decile_share=shares, quoted={"top-10 share of Russell 3000": told}).note
    assert note.endswith("the ten largest made 36 percent of the Russell 3000.")


# --- banks


MARGINS = {
    "industry_margins": by_period(q2025Q4=3.0, q2026Q1=3.5),
    "KeyCorp": by_period(q2025Q4=3.0, q2026Q1=3.0),
    "Huntington": by_period(q2025Q4=3.0, q2026Q1=2.5),
    "slope": by_period(m2026_01=0.5, m2026_06=1.0),
}


def test_margins_and_the_curve_rise_by_however_little_and_not_by_nothing():
    then = {name: one[:1] for name, one in MARGINS.items()}
    found = since("W2", then=then, **MARGINS)
    assert list(found.checks.values()) == [True, False, False, True]
    assert found.note == (
        "Change of margins in points: all banks +0.50, KeyCorp +0.00, Huntington -0.50; the curve by +0.50."
    )
    assert found.estimate == 0.5


def test_of_margins_only_those_known_are_told():
    then = {"KeyCorp": MARGINS["KeyCorp"][:1]}
    found = since("W2", then=then, KeyCorp=MARGINS["KeyCorp"])
    assert list(found.checks.values()) == [None, False, None, None]
    assert found.note == "Change of margins in points: KeyCorp +0.00."
    assert found.estimate is None
    with pytest.raises(NotKnown, match="No margin of a later quarter"):
        since("W2", slope=MARGINS["slope"])


DEMAND = by_period(q2024Q4=-1.0, q2026Q2=3.0)
LOANS = by_period(m2024_01=100.0, m2025_01=110.0, m2025_06=100.0, m2026_01=112.0, m2026_06=120.0)


def test_loans_lie_high_from_their_third_quartile_on():
    """The larger of two figures stands in the middle of the upper half."""
    assert load_line("W3", "stated").size_that_matters == 75
    found = since("W3", sloos_demand_small=DEMAND, ci_loans=LOANS["2025-01":])
    assert list(found.checks.values()) == [True, True]
    assert found.estimate == 75
    assert found.note == (
        "Loan demand of small firms, net percent: +3.0 in 2026Q2, percentile 75 since 2024; growth of business loans, "
        "percent: +20.0 in 2026-06, percentile 75 since 2026."
    )


def test_of_loans_what_is_known_is_told_alone():
    found = since("W3", ci_loans=LOANS)
    # Growth of 10, 1.8 and 20 percent, the first of 2025.
    assert list(found.checks.values()) == [None, True]
    assert found.estimate is None
    told = "Growth of business loans, percent: +20.0 in 2026-06, percentile 83 since 2025."
    assert found.note == told
    with pytest.raises(NotKnown, match="Nothing on loans"):
        since("W3")


def test_the_fund_of_banks_is_told_and_measured_first():
    funds = {"kre": (*[0.0] * 5, 3.0), "key": (*[0.0] * 4, 2.0), "hban": (*[0.0] * 5, 1.0)}
    found = since("W1", funds=funds | {"spy": (*[0.0] * 4, 0.5, 1.0)})
    assert found.estimate == 2
    assert list(found.checks.values()) == [True, True, False, None]
    assert found.note.startswith(
        "To 15 July 2026 the regional-bank fund returned +3.0 percent, KeyCorp and Huntington +2.0 and +1.0, the "
        "S&P 500 +1.0."
    )


def test_adopters_are_held_against_builders_by_the_means_of_their_industries():
    months = pd.PeriodIndex(["2025-12", "2026-01", "2026-02", "2026-03"], freq="M")
    table = pd.DataFrame({"trans": 3.0, "mach": 2.0, "cnstr": 1.0, "chips": 2.0, "hardw": 0.0}, months)  # fmt: skip
    found = since("W7", industries=table)
    assert found.note.startswith("Over 2026 to 15 July the Russell 2000 fund returned +0.0 percent")
    assert found.note.endswith("less building industries made +3.0 log points to 2026-03.")
    assert list(found.checks.values()) == [False, True]
    assert parts("W7", industries=table.assign(chips=3.6))[1] is True  # by 0.6 points
    assert parts("W7", industries=table.assign(chips=4.0))[1] is False
    none = since("W7", industries=EMPTY_YEAR)
    assert list(none.checks.values()) == [False, None]
    assert "industries" not in none.note


# --- the policy rate


def test_the_range_is_changed_by_a_decision_and_held_by_meetings():
    held = since("R6", meetings=meetings("hold"))
    assert (held.note, held.n, list(held.checks.values())) == ("1 meeting without a change.", 1, [True])  # fmt: skip
    moved = decisions(d2026_06_17=25, d2026_07_29=25)
    found = since("R6", decisions=moved, meetings=meetings("hold", "hold", "raise"))
    assert found.note.endswith(
        "moved by +50 basis points to 3.75-4.00 percent, first on 17 June 2026; 2 meetings without a change."
    )
    assert list(found.checks.values()) == [False]
    assert parts("R6", decisions=moved) == [False]  # a change between meetings is one
    with pytest.raises(NotKnown, match="No meeting after the date"):
        since("R6")


def interest(**paid):
    paid = by_period(**paid)
    return SimpleNamespace(net_interest=paid, corporate_debt=0 * paid + 100)


CUTS = pd.concat(
    [decisions(d2022_03_16=25), decisions(d2024_09_18=-25, d2025_12_10=-25).assign(upper=3.75)]
)


@pytest.mark.parametrize(
    ("last_paid", "raised", "expected"),
    [(85, 0, [True, True, True]), (95, 1, [False, False, False]), (115, -25, [False, False, True])],
)
def test_interest_is_counted_from_the_quarter_before_the_first_cut(last_paid, raised, expected):
    moved = pd.concat([CUTS, decisions(d2026_06_17=raised)])
    known = {"q2024Q2": 100, "q2024Q3": 120}
    then = {"debt": interest(**known), "decisions": CUTS}
    found = since("D2", then=then, debt=interest(**known, q2026Q1=last_paid), decisions=moved)
    assert found.estimate == pytest.approx(last_paid - 100)
    assert list(found.checks.values()) == expected
    with pytest.raises(NotKnown, match="No quarter after 2024Q3"):
        since("D2", then=then, debt=interest(**known), decisions=moved)


# --- growth published since


def test_a_forecast_counts_from_the_day_after_the_date():
    table = pages(10.0, 30.0).assign(known=pd.to_datetime(["2026-02-16", "2026-02-17"]))
    table["universe"] = "S&P 500"
    assert (
        since("E2", earnings=quotations(table)).note == "1 first-hand forecast since: 30 percent."
    )
    with pytest.raises(NotKnown, match="No first-hand forecast of S&P 500"):
        since("E2", earnings=quotations(table[:1]))


def test_what_was_forecast_then_is_no_older_than_a_year():
    table = pages(10.0, 20.0, 30.0).assign(
        known=pd.to_datetime(["2025-02-15", "2025-02-16", "2026-02-16"])
    )
    told = outcomes.growth_then(
        Doors(Figures(THEN, earnings=quotations(table)), Figures(NOW)), "Russell 2000"
    )
    assert told == "First-hand forecasts: 20 to 30 percent."


@pytest.mark.parametrize(("claim", "index"), [("E1", "Russell 2000"), ("E2", "S&P 500")])
def test_growth_is_the_number_claimed_up_to_its_tolerance(claim, index):
    number, slack = load_claim(claim).claimed_number, load_line(claim, "stated").tolerance
    named = {"revisions": REVISIONS[:0]}

    def found(*figures):
        return parts(claim, earnings=quotations(pages(*figures, universe=index)), **named)

    at = 0 if claim == "E2" else 1
    for edge in (number - slack, number + slack):
        assert found(edge)[at] is True
        assert found(edge + np.sign(edge - number) * 10 * ROUNDING)[at] is False
    if claim == "E1":
        assert [found(number + one)[0] for one in (-slack, 50, -slack - 1)] == [True, True, False]


REVISIONS = pd.DataFrame({
    "group": ["Russell 2000", "Russell 2000", "Russell 2000", "S&P 500"],
    "known": pd.to_datetime(["2026-01-31", "2026-05-01", "2026-06-01", "2026-07-01"]),
    "figure": [7.0, 3.0, -2.0, 9.0],
})  # fmt: skip


def test_the_last_forecast_is_shown_and_more_than_half_decide():
    number = load_claim("E1").claimed_number
    votes = [number] * 11 + [number + 40.0] * 9 + [number + 50.0]
    found = since("E1", earnings=quotations(pages(*votes)), revisions=REVISIONS)
    assert (found.estimate, found.n) == (number + 50, 21)
    assert list(found.checks.values()) == [True, True, False]
    large = load_claim("E2").claimed_number
    votes = [large] * 11 + [large + 40.0] * 9 + [large + 50.0]
    found = since("E2", earnings=quotations(pages(*votes, universe="S&P 500")))
    assert (found.estimate, list(found.checks.values())) == (large + 50, [True])


def test_half_of_the_forecasts_are_not_most_of_them():
    number = load_claim("E2").claimed_number
    votes = quotations(pages(number, number + 9, universe="S&P 500"))
    assert parts("E2", earnings=votes) == [False]


def test_the_level_of_estimates_is_the_last_one_published_after_the_date_for_small_companies():
    given = quotations(pages(19.0))

    def level(rows):
        return list(since("E1", earnings=given, revisions=rows).checks.values())[2]

    assert "moved by -2 percent" in since("E1", earnings=given, revisions=REVISIONS).note
    assert [level(REVISIONS[1:2].assign(figure=one)) for one in (-0.5, 0.0, 0.5)] == [False, True, True]  # fmt: skip
    assert level(REVISIONS[:1]) is None  # known before the date
    assert "moved" not in since("E1", earnings=given, revisions=REVISIONS[:1]).note


def test_second_hand_pages_on_the_same_index_are_told_and_do_not_vote():
    first, second = pages(19.0), pages(23.0, 38.0, confidence="second-hand")
    table = quotations(first, second, pages(99.0, confidence="second-hand", universe="S&P 500"))
    found = since("E1", earnings=table, revisions=REVISIONS[:0])
    assert found.note == "1 first-hand forecast since: 19 percent. Second hand: 23 to 38 percent."


def test_growth_slows_only_where_less_was_reported():
    def slower(*growth, then=1):
        blended = pd.Series(growth, pd.period_range("2025Q4", periods=len(growth), freq="Q"))
        return since("E4", then={"blended": blended[:then]}, blended=blended)

    for growth, holds in ((7.5, True), (8.0, False), (8.5, False)):
        assert list(slower(8.0, growth).checks.values()) == [holds]
    found = slower(8.0, 9.0, 4.0)
    assert found.estimate == -4
    assert found.note == "S&P 500 earnings grew by 4.0 percent in 2026Q2, after 8.0 in 2025Q4."
    with pytest.raises(NotKnown, match="No quarter that ended after 2026-02-16"):
        slower(8.0)
    young = pd.Series([4.0], pd.PeriodIndex(["2026Q1"], freq="Q"))
    with pytest.raises(NotKnown, match="No quarter that ended after 2026-02-16"):
        since("E4", blended=young)


def test_what_was_reported_second_hand_after_the_date_is_told_beside_it():
    blended = by_period(q2025Q4=8.0, q2026Q1=9.0)
    rows = pages(1.0, 50.0, confidence="second-hand")
    rows = rows.assign(known=pd.to_datetime(["2026-02-16", "2026-02-17"]))
    quoted = {"quarterly EPS growth, blended": rows}
    note = since("E4", then={"blended": blended[:1]}, blended=blended, quoted=quoted).note
    assert note.endswith("in 2025Q4. Second hand: 50 percent.")


def led(*leads, **said):
    """Pages that give both sides, each with another lead of small companies."""
    both = [
        pages(10.0 + one, 10.0, publisher=f"house {k}", vendor="", url=f"page {k}", **said).assign(
            universe=["Russell 2000", "S&P 500"]
        )
        for k, one in enumerate(leads)
    ]
    return quotations(*both)


def test_a_lead_of_growth_is_clear_from_its_size_on():
    size = load_line("E6", "stated").size_that_matters
    expected = {0.0: [False, False], 0.5: [True, False], size: [True, True]}
    for points, holds in expected.items():
        assert parts("E6", earnings=led(points)) == holds
    found = since("E6", earnings=led(1.0, 2.0, 3.0))
    assert (found.estimate, found.n) == (3, 3)
    assert found.note == "3 first-hand pages since: a lead of 1 to 3 points."


def test_leads_of_growth_count_from_the_day_after_the_date_and_then_for_a_year():
    for day, known in (("2026-02-16", False), ("2026-02-17", True)):
        given = led(3.0, known=day)
        if known:
            assert since("E6", earnings=given).n == 1
        else:
            with pytest.raises(NotKnown, match="No first-hand page with 2026 growth"):
                since("E6", earnings=given)
    old, other = led(3.0, known="2025-02-15"), led(5.0, known="2025-02-16").quotations
    old = quotations(old.quotations, other.assign(publisher="other", url="other"))
    told = outcomes.growth_lead_then(Doors(Figures(THEN, earnings=old), Figures(NOW)))
    assert told == "Leads on first-hand pages: 5 points."
    with pytest.raises(NotKnown, match="No first-hand page"):
        since("E6", earnings=led(3.0, confidence="second-hand"))


# --- the main risk


SIZE = load_line("F2", "used").size_that_matters
RATES = by_period(m2026_01=2.4, m2026_03=3.0, m2026_05=4.2, m2026_06=3.5)


def risk(levels=FLAT, rates=RATES, moves=None):
    given = {"decisions": decisions(**moves)} if moves else {}
    return since("F2", then={"inflation": RATES[:1]}, funds={"iwm": levels}, inflation=rates, **given)  # fmt: skip


def test_small_companies_lag_from_the_size_that_matters_on_while_inflation_rises():
    """To the end of the month of highest inflation, whatever they did after it."""
    assert list(risk((0.0, 0.0, 0.0, -SIZE, 9.0, 9.0)).checks.values()) == [True, None, True, False]
    less = risk((0.0, 0.0, 0.0, 0.1 - SIZE, -9.0, -9.0))
    assert list(less.checks.values()) == [False, None, True, False]
    assert "inflation went from 2.4 percent to 4.2 in 2026-05" in risk().note
    assert risk().note.endswith("of large ones. In 2026-06 inflation was 3.5 percent.")
    assert risk().estimate is None


def test_inflation_that_only_came_back_to_where_it_was_did_not_rise():
    for high, rose in ((2.5, True), (2.4, False), (2.0, False)):
        rates = by_period(m2026_01=2.4, m2026_05=high)
        found = risk(rates=rates)
        assert list(found.checks.values())[2] is rose
        assert f"from 2.4 percent to {high:.1f} in 2026-05" in found.note


@pytest.mark.parametrize("rates", [RATES[:1], RATES[1:]], ids=["no news", "nothing before"])
def test_without_inflation_before_and_after_the_date_there_is_no_outcome(rates):
    with pytest.raises(NotKnown, match="No consumer prices of a month after 2026-02-16"):
        since("F2", then={"inflation": rates[:1]} if len(rates) == 1 else {}, inflation=rates)


def test_the_lead_from_the_eve_begins_with_the_close_before_the_first_rise():
    """The first rise counts and not a cut before it."""
    levels = (0.0, 0.0, 5.0, 1.0, 1.0, 1.0 - SIZE)
    moves = {"d2026_03_01": -25, "d2026_05_30": 1, "d2026_07_01": 25}
    found = risk(levels, moves=moves)
    assert found.estimate == pytest.approx(-SIZE)
    assert list(found.checks.values()) == [False, True, True, True]
    assert "; from the eve of the increase to 15 July, -" in found.note
    assert list(risk((*levels[:5], 1.1 - SIZE), moves=moves).checks.values())[1] is False
    # A day earlier the close before that one is its eve; a rise of a basis point is a rise.
    early = risk(levels, moves={"d2026_05_29": 1})
    assert early.estimate == pytest.approx(-SIZE - 4)
    assert list(early.checks.values())[3] is True


@pytest.mark.parametrize(
    "moves",
    [{"d2026_05_30": -25}, {"d2026_05_30": 0}, {"d2026_05_28": 25}, {"d2026_07_20": 25}],
    ids=["a cut", "no change", "no close near before it", "no close after it"],
)
def test_without_a_rise_and_a_close_before_it_no_lead_is_counted_from_its_eve(moves):
    """The close of the day of the rise itself already knew."""
    found = risk((*[0.0] * 5, -9.0), moves=moves)
    assert (found.estimate, list(found.checks.values())[1]) == (None, None)
    assert "eve" not in found.note
    assert list(found.checks.values())[3] is (moves[next(iter(moves))] > 0)


def test_the_year_is_told_with_what_the_policy_rate_did():
    moved = decisions(d2026_06_17=25, d2026_07_29=25)
    rows = pages(70.0).assign(period="2026H1")
    quoted = {"share of index YTD gain from technology and industrials": rows}
    found = since("F1", decisions=moved, quoted=quoted)
    assert found.note.endswith(
        "The policy rate was moved by +50 basis points, first on 17 June 2026. Technology and industrials made 70 "
        "percent of the index's gain in 2026H1."
    )
    assert since("F1").note.endswith("The policy rate stayed where it was.")


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("F3", "ends on 2027-12-31; the score is of 2026-08-31"),
        ("F4", "No margin of small companies"),
        ("F5", "Ten separate half-years"),
    ],
)
def test_what_takes_years_has_no_outcome_yet(claim, reason):
    with pytest.raises(NotKnown, match=reason):
        since(claim)


# --- doors


def figures_at(then, now):
    return Doors(Figures(THEN, **({} if then is None else {"gap": then})), Figures(NOW, gap=now))


def read(one):
    return one.gap


def test_news_is_a_period_that_had_not_ended_and_was_not_known():
    months = by_period(m2025_12=1.0, m2026_01=2.0, m2026_03=4.0)
    assert figures_at(months[:2], months).news(read) is months
    assert figures_at(None, months).news(read) is months
    assert figures_at(months, months).news(read) is None  # known then
    assert figures_at(None, months[:2]).news(read) is None  # known since, and over by then
    assert figures_at(None, months[2:]).news(read) is not None
    assert Doors(Figures(THEN), Figures(NOW)).news(read) is None
    ended = Doors(Figures(dt.date(2026, 3, 31), gap=months[:2]), Figures(NOW, gap=months))
    assert ended.news(read) is None  # a month that ended on the day had ended


def test_a_change_is_from_the_last_period_that_ended_by_the_date():
    months = by_period(m2025_12=1.0, m2026_01=2.0, m2026_02=9.0, m2026_03=4.5)
    doors = figures_at(months[:1], months)
    assert doors.before(months) == (pd.Period("2026-01", "M"), 2.0)
    assert doors.change(read) == 2.5
    assert doors.before(months[2:]) is None
    assert figures_at(None, months[2:]).change(read) is None
    assert figures_at(months, months).change(read) is None
    on_the_day = Doors(Figures(dt.date(2026, 1, 31)), Figures(NOW, gap=months))
    assert on_the_day.before(months) == (pd.Period("2026-01", "M"), 2.0)


def test_after_a_day_is_not_on_it():
    rows = pd.DataFrame({"known": pd.to_datetime(["2026-02-16", "2026-02-17"])})
    assert after(rows, "known", THEN).index.to_list() == [1]
    assert last(by_period(m2026_01=1.0, m2026_02=2.0, m2026_03=3.0)) == (pd.Period("2026-03"), 3.0)


def test_a_lead_in_points_is_that_of_plain_returns():
    lead = Lead(ours=100 * np.log(1.5), theirs=100 * np.log(1.2), start=THEN, end=NOW)
    assert lead.points == pytest.approx(30)
    assert lead.log == pytest.approx(100 * np.log(1.25))
    assert plain(100 * np.log(1.07)) == pytest.approx(7)
    assert str(lead) == "+50.0 percent against +20.0"


def closes(*days):
    days = pd.to_datetime(list(days))
    return pd.Series(np.arange(len(days)) ** 2.0, days, name="a"), pd.Series(0.0, days, name="b")


@pytest.mark.parametrize(
    ("days", "start"),
    [
        (["2026-02-10", "2026-02-16", "2026-03-10"], "2026-02-16"),  # its own close
        (["2026-02-09", "2026-02-10", "2026-03-10"], "2026-02-10"),  # the last of the week before
        (["2026-02-09", "2026-03-19", "2026-03-31"], "2026-03-19"),  # else the first of the month after
        (["2026-02-17", "2026-03-10", "2026-03-31"], "2026-02-17"),
    ],
)  # fmt: skip
def test_a_lead_begins_with_the_close_that_stands_for_its_day(days, start):
    ours, theirs = closes(*days)
    lead = lead_between(ours, theirs, THEN)
    assert (str(lead.start), str(lead.end)) == (start, days[-1])
    assert lead.log == ours.iloc[-1] - ours[start]


@pytest.mark.parametrize(
    ("days", "end"),
    [
        (["2026-02-09", "2026-03-20", "2026-03-31"], None),  # neither near before nor soon after
        (["2026-02-13"], None),
        (["2026-02-13", "2026-03-10"], "2026-03-09"),
        (["2026-02-13", "2026-03-10"], "2026-02-12"),
        (["2026-02-12", "2026-02-13", "2026-03-10"], "2026-02-12"),
    ],
)
def test_without_a_close_to_begin_with_and_one_after_it_there_is_no_lead(days, end):
    end = end and dt.date.fromisoformat(end)
    with pytest.raises(NotKnown, match="No close of a and b after 2026-02-16"):
        lead_between(*closes(*days), THEN, end)


def test_a_lead_ends_on_a_close_of_both_sides_on_or_before_its_last_day():
    ours, theirs = closes("2026-02-13", "2026-03-10", "2026-03-31", "2026-04-30")
    assert str(lead_between(ours, theirs[:-1], THEN).end) == "2026-03-31"
    assert str(lead_between(ours[::-1], theirs, THEN).end) == "2026-04-30"
    assert str(lead_between(ours, theirs, THEN, dt.date(2026, 3, 10)).end) == "2026-03-10"
