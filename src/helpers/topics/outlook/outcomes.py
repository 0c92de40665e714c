"""What happened on each claim that was open: pure functions of what was known then and of what is known now.

A function named ``..._then`` tells in a sentence what was known, the other one of a pair makes the evidence. What
counts as an answer stands in the block ``since`` of `data/claims.yaml`; the parts are checked in its order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NoReturn

import numpy as np
import pandas as pd
from scipy.stats import percentileofscore

from helpers.data import catalog
from helpers.data.dates import in_words
from helpers.errors import NotKnown
from helpers.topics.common.weight import is_first_hand
from helpers.topics.debt.rate_changes import InterestPaid, measure_interest_paid
from helpers.topics.earnings.consensus import ROUNDING, YEAR, cast_votes, select_forecasts
from helpers.topics.earnings.handoff import pair_forecasts, pair_universes
from helpers.topics.outlook.doors import NEW_YEAR, Doors, Lead, after, last, lead_between, plain
from helpers.topics.outlook.since_inputs import BLENDED, MARKET, SinceInputs, twelve_months
from helpers.topics.rates.decisions import require_cut, since_tightening, standing_range
from helpers.trial import Evidence, load_claim, load_line, load_since

HALF = dt.date(YEAR, 6, 30)
A_YEAR = dt.timedelta(days=365)  # older forecasts are another year's
ADOPTERS, BUILDERS = ["trans", "mach", "cnstr"], ["chips", "hardw"]


def found(
    claim: str,
    holds: Sequence[bool | None],
    note: str,
    estimate: float | None = None,
    n: float | None = None,
) -> Evidence:
    """Evidence on the parts of a claim in the order of its block ``since``; None: no figure."""
    since = load_since(claim)
    return Evidence(
        unit=since.unit,
        method=since.statistic,
        estimate=estimate,
        interval="none",
        n=None if n is None else float(n),
        checks={
            name: None if one is None else bool(one)
            for name, one in zip(since.parts, holds, strict=True)
        },
        note=note,
    )


# --- the policy rate, and what it costs


def range_then(doors: Doors) -> str:
    """The target range in force."""
    return f"The target range stood at {standing_range(doors.then.decisions)} percent."


def range_since(doors: Doors) -> Evidence:
    """R6: whether the target range was changed."""
    changes, meetings = doors.changes, after(doors.now.meetings, "announced", doors.date)
    if changes.empty and meetings.empty:
        raise NotKnown("No meeting after the date was known.")
    held = _count(int((meetings["action"] == "hold").sum()), "meeting")
    note = f"{held} without a change."
    if len(changes):
        note = (
            f"A neutral stance stays where it is: the target range was moved by {doors.raised:+.0f} basis points to "
            f"{standing_range(changes)} percent, "
            f"first on {in_words(changes['announced'].iloc[0])}; {held} without a change."
        )
    return found("R6", [changes.empty], note, doors.raised, len(meetings))


def _paid(doors: Doors, inputs: SinceInputs) -> InterestPaid:
    """Change of interest since the first cut known then, as ``inputs`` know it."""
    cuts = require_cut(since_tightening(doors.then.decisions), doors.date)
    began = cuts["announced"].iloc[0]
    return measure_interest_paid(inputs.debt.net_interest, inputs.debt.corporate_debt, began)


def interest_then(doors: Doors) -> str:
    """Change of interest paid since the first cut, as known."""
    paid = _paid(doors, doors.then)
    return (
        f"Net interest of business from {paid.before} to {paid.last}: {paid.change:+.1f} percent."
    )


def interest_since(doors: Doors) -> Evidence:
    """D2: whether interest paid fell by as much as stated."""
    paid, size = _paid(doors, doors.now), load_line("D2", "stated").size_that_matters
    if doors.news(lambda one: one.debt.net_interest) is None:
        raise NotKnown(f"No quarter after {paid.last} was known.")
    note = (
        f"Net interest of business in {paid.last}: {paid.change:+.1f} percent against {paid.before}, "
        f"{paid.change_of_rate:+.1f} over its debt. The policy rate has moved by {doors.raised:+.0f} basis points "
        "since the date."
    )
    changes = (paid.change, paid.change_of_rate)
    holds = [*(change <= -size for change in changes), doors.raised <= 0]
    return found("D2", holds, note, paid.change, paid.quarters)


# --- earnings


def _votes(inputs: SinceInputs, index: str, since: dt.date) -> pd.Series:
    votes = cast_votes(select_forecasts(inputs.earnings.quotations, pd.Timestamp(since)), index)
    if votes.empty:
        raise NotKnown(f"No first-hand forecast of {index} growth in {YEAR} was known.")
    return votes


def growth_then(doors: Doors, index: str) -> str:
    """Forecasts of an index's growth in the article's year."""
    votes = _votes(doors.then, index, doors.date - A_YEAR)
    return f"First-hand forecasts: {_span(votes)} percent."


def _growth_since(doors: Doors, claim: str, index: str) -> tuple[pd.Series, pd.Series, str]:
    """First-hand forecasts first known after the date, how far from the claim they lie, and what was said."""
    since = doors.date + dt.timedelta(days=1)
    votes = _votes(doors.now, index, since)
    rows = select_forecasts(doors.now.earnings.quotations, pd.Timestamp(since))
    told = f"{_count(len(votes), 'first-hand forecast')} since: {_span(votes)} percent."
    told += _second_hand(rows[rows["universe"] == index])
    return votes, votes - load_claim(claim).claimed_number, told


def small_growth(doors: Doors) -> Evidence:
    """E1: growth of small-cap earnings as published since, and whether it is due to a lower base."""
    votes, away, told = _growth_since(doors, "E1", "Russell 2000")
    slack = load_line("E1", "stated").tolerance + ROUNDING
    rows = doors.now.revisions
    rows = after(rows[rows["group"] == "Russell 2000"], "known", doors.date)
    revised = None if rows.empty else float(rows["figure"].iloc[-1])
    if revised is not None:
        told += f" The level of the estimates moved by {revised:+.0f} percent in the year."
    holds = [
        _most(away >= -slack),
        _most(away.abs() <= slack),
        None if revised is None else revised >= 0,
    ]
    return found("E1", holds, told, float(votes.iloc[-1]), len(votes))


def large_growth(doors: Doors) -> Evidence:
    """E2: growth of large-cap earnings as published since."""
    votes, away, told = _growth_since(doors, "E2", "S&P 500")
    slack = load_line("E2", "stated").tolerance + ROUNDING
    return found("E2", [_most(away.abs() <= slack)], told, float(votes.iloc[-1]), len(votes))


def reported_then(doors: Doors) -> str:
    """Growth reported for the last quarter."""
    quarter, growth = last(doors.then.blended_growth("S&P 500"))
    return f"S&P 500 earnings grew by {growth:.1f} percent in {quarter}."


def slowdown(doors: Doors) -> Evidence:
    """E4: whether growth reported since is lower."""
    reported = doors.news(lambda one: one.blended_growth("S&P 500"))
    before = None if reported is None else doors.before(reported)
    if reported is None or before is None:
        raise NotKnown(f"No quarter that ended after {doors.date} was reported first hand.")
    (quarter, was), (now, growth) = before, last(reported)
    note = f"S&P 500 earnings grew by {growth:.1f} percent in {now}, after {was:.1f} in {quarter}."
    rows = doors.now.info.quoted(BLENDED, "S&P 500")
    return found(
        "E4", [growth < was], note + _second_hand(after(rows, "known", doors.date)), growth - was
    )


def _leads(inputs: SinceInputs, since: dt.date) -> pd.Series:
    pairs = pair_forecasts(pair_universes(inputs.earnings.quotations), pd.Timestamp(since))
    pairs = pairs[is_first_hand(pairs)]
    if pairs.empty:
        raise NotKnown(f"No first-hand page with {YEAR} growth of both sides was known.")
    return pairs.set_index("publisher")["lead"]


def growth_lead_then(doors: Doors) -> str:
    """Leads of small-cap growth on pages that give both sides."""
    leads = _leads(doors.then, doors.date - A_YEAR)
    return f"Leads on first-hand pages: {_span(leads)} points."


def growth_lead(doors: Doors) -> Evidence:
    """E6: leads of small-cap growth on pages published since."""
    leads = _leads(doors.now, doors.date + dt.timedelta(days=1))
    size = load_line("E6", "stated").size_that_matters - ROUNDING
    note = f"{_count(len(leads), 'first-hand page')} since: a lead of {_span(leads)} points."
    holds = [_most(leads > 0), _most(leads >= size)]
    return found("E6", holds, note, float(leads.iloc[-1]), len(leads))


# --- the market


def led_then(doors: Doors, *funds: str, against: str = MARKET) -> str:
    """Lead of some funds over the article's year, as far as it was known at the date."""
    theirs = doors.then.wealth(against)
    leads = {fund: lead_between(doors.then.wealth(fund), theirs, NEW_YEAR) for fund in funds}
    told = ", ".join(f"{_title(fund)} {lead.points:+.1f}" for fund, lead in leads.items())
    until = max(lead.end for lead in leads.values())
    return (
        f"Over {YEAR} to {in_words(until, year=False)}, points ahead of {_title(against)}: {told}."
    )


def year_then(doors: Doors) -> str:
    """Lead of small companies over the article's year."""
    return led_then(doors, "iwm")


def _story(doors: Doors, since: Lead) -> str:
    """The return since the date, over the article's year, and to its half."""
    year = doors.year("iwm")
    told = (
        f"Small companies returned {since} of large ones from {in_words(since.start, year=False)} to "
        f"{in_words(since.end)}; over {YEAR} "
        f"they are ahead by {year.points:+.1f} points"
    )
    if year.end <= HALF:
        return f"{told}."
    return f"{told}, in mid-year by {doors.year('iwm', end=HALF).points:+.1f}."


def rotation(doors: Doors) -> Evidence:
    """M2: lead of small companies since the date and over the year."""
    since, year = doors.lead("iwm"), doors.year("iwm")
    return found("M2", [since.log > 0, year.log > 0], _story(doors, since), since.log)


def breadth(doors: Doors) -> Evidence:
    """M3: lead of equal weights and of small companies over technology, and of technology itself."""
    equal, small, tech = doors.lead("rsp"), doors.lead("iwm", "qqq"), doors.lead("qqq")
    note = (
        f"To {in_words(equal.end)} equal weights returned {plain(equal.ours):+.1f} percent, the Nasdaq 100 "
        f"{plain(tech.ours):+.1f}, the S&P 500 {plain(equal.theirs):+.1f}."
    ) + _over_year(doors, "rsp", "equal weights are")
    return found("M3", [equal.log > 0, small.log > 0, tech.log < 0], note, equal.log)


def _over_year(doors: Doors, fund: str, what: str) -> str:
    """A sentence on the lead over the article's year, which decides nothing; empty where it is not known."""
    try:
        year = doors.year(fund)
    except NotKnown:
        return ""
    return f" Over {YEAR} {what} {year.points:+.1f} points ahead."


def gap_then(doors: Doors) -> str:
    """Gap of book-to-market between small and large companies."""
    month, gap = last(doors.then.gap)
    return f"Book-to-market of small over large in {month}: {np.exp(gap):.2f}."


def discount(doors: Doors) -> Evidence:
    """M5: lead of small companies since the date, and whether the gap narrowed."""
    since, gaps = doors.lead("iwm"), doors.news(lambda one: one.gap)
    note = f"Small companies returned {since} of large ones to {in_words(since.end)}"
    before = None if gaps is None else doors.before(gaps)
    narrowed = None
    if gaps is not None and before is not None:
        (start, was), (month, gap) = before, last(gaps)
        narrowed = gap < was
        note += f"; book-to-market of small over large: {np.exp(was):.2f} in {start}, {np.exp(gap):.2f} in {month}"
    return found("M5", [since.log > 0, narrowed], f"{note}.", since.log)


# --- winners and losers


def banks(doors: Doors) -> Evidence:
    """W1: leads of regional banks since the date, and whether margins rose."""
    leads = [doors.lead(fund) for fund in ("kre", "key", "hban")]
    margin = doors.change(lambda one: one.industry_margins)
    fund, *named = (f"{plain(lead.ours):+.1f}" for lead in leads)
    note = (
        f"To {in_words(leads[0].end)} the regional-bank fund returned {fund} percent, KeyCorp and Huntington "
        f"{' and '.join(named)}, the S&P 500 {plain(leads[0].theirs):+.1f}."
    ) + _over_year(doors, "kre", "the fund is")
    if margin is not None:
        note += f" Margins of all banks moved by {margin:+.2f} points."
    holds = [*(lead.log > 0 for lead in leads), None if margin is None else margin > 0]
    return found("W1", holds, note, leads[0].log)


def margins_then(doors: Doors) -> str:
    """Margin of all banks and slope of the curve."""
    (quarter, margin), (month, slope) = (
        last(doors.then.industry_margins),
        last(doors.then.slope),
    )
    return f"Margin of all banks {margin:.2f} percent in {quarter}; slope of the curve {slope:.2f} points in {month}."


def margins(doors: Doors) -> Evidence:
    """W2: change of bank margins since the date, and of the slope."""
    changes = {
        "all banks": doors.change(lambda one: one.industry_margins),
        "KeyCorp": doors.change(lambda one: one.bank_margins("KeyCorp")),
        "Huntington": doors.change(lambda one: one.bank_margins("Huntington")),
    }
    known = {name: change for name, change in changes.items() if change is not None}
    if not known:
        raise NotKnown("No margin of a later quarter than those known then was known.")
    slope = doors.change(lambda one: one.slope)
    told = ", ".join(f"{name} {change:+.2f}" for name, change in known.items())
    note = f"Change of margins in points: {told}"
    note += "." if slope is None else f"; the curve by {slope:+.2f}."
    holds = [None if one is None else one > 0 for one in (*changes.values(), slope)]
    return found("W2", holds, note, changes["all banks"])


def _demand(inputs: SinceInputs) -> pd.Series:
    return inputs.series("sloos_demand_small")


def _loan_growth(inputs: SinceInputs) -> pd.Series:
    return twelve_months(inputs.series("ci_loans"))


def loans_then(doors: Doors) -> str:
    """Loan demand and growth of business loans."""
    (quarter, demand), (month, growth) = (
        last(_demand(doors.then)),
        last(_loan_growth(doors.then)),
    )
    return f"Loan demand {demand:+.1f} net percent in {quarter}; business loans {growth:+.1f} percent in {month}."


def loans(doors: Doors) -> Evidence:
    """W3: place of loan demand and of loan growth in their history."""
    size = load_line("W3", "stated").size_that_matters
    news = {
        "loan demand of small firms, net percent": doors.news(_demand),
        "growth of business loans, percent": doors.news(_loan_growth),
    }
    places = [
        None if one is None else float(percentileofscore(one, one.iloc[-1], kind="mean"))
        for one in news.values()
    ]
    told = [
        f"{what}: {one.iloc[-1]:+.1f} in {one.index[-1]}, percentile {place:.0f} since {one.index[0].year}"
        for (what, one), place in zip(news.items(), places, strict=True)
        if one is not None
    ]
    if not told:
        raise NotKnown("Nothing on loans after the date was known.")
    note = f"{'; '.join(told)}."
    holds = [None if place is None else place >= size for place in places]
    return found("W3", holds, note[0].upper() + note[1:], places[0])


def onshoring(doors: Doors) -> Evidence:
    """W5: leads of aerospace and industrials since the date, and change of factory building."""
    air, industry = doors.lead("ita"), doors.lead("xli")
    note = (
        f"To {in_words(air.end)} aerospace returned {plain(air.ours):+.1f} percent, industrials "
        f"{plain(industry.ours):+.1f}, the S&P 500 {plain(air.theirs):+.1f}."
    )
    note += _over_year(doors, "ita", "aerospace is") + _over_year(doors, "xli", "industrials are")
    spent = doors.news(lambda one: one.series("manufacturing_construction"))
    before = None if spent is None else doors.before(spent)
    rose = None
    if spent is not None and before is not None:
        (start, was), (month, now) = before, last(spent)
        rose = now > was
        note += f" Factory building moved by {100 * (now / was - 1):+.1f} percent from {start} to {month}."
    return found("W5", [air.log > 0, industry.log > 0, rose], note, air.log)


def rocket(doors: Doors) -> Evidence:
    """W6: lead of the one stock since the date."""
    lead = doors.lead("rklb")
    note = f"To {in_words(lead.end)} the stock returned {lead} of the S&P 500."
    return found("W6", [lead.log > 0], note, lead.log)


def adopters(doors: Doors) -> Evidence:
    """W7: lead of adopting over building companies in the year."""
    doors.lead("iwm", "qqq")  # without a close after the date nothing has happened since
    small, industries = doors.year("iwm", "qqq"), _industry_lead(doors.now)
    note = f"Over {YEAR} to {in_words(small.end, year=False)} the Russell 2000 fund returned {small} of the Nasdaq 100"
    if len(industries):
        note += f"; adopting less building industries made {industries.sum():+.1f} log points to {industries.index[-1]}"
    holds = [small.log > 0, None if industries.empty else industries.sum() > 0]
    return found("W7", holds, f"{note}.", small.log)


def _industry_lead(inputs: SinceInputs) -> pd.Series:
    """Adopting less building industries by month of the article's year, log percent, equal weights on both sides."""
    returns = inputs.industries
    lead = (returns[ADOPTERS].mean(axis=1) - returns[BUILDERS].mean(axis=1)).dropna()
    return lead[lead.index.year == YEAR]


def mega_caps(doors: Doors) -> Evidence:
    """W8: return of the largest technology companies since the date, alone and less the market."""
    lead = doors.lead("mags")
    note = f"To {in_words(lead.end)} the seven largest technology companies returned {lead} of the S&P 500."
    return found("W8", [lead.ours <= 0, lead.log < 0], note, plain(lead.ours))


# --- history and outlook


def _share(inputs: SinceInputs) -> pd.Series:
    return 100 * inputs.series("top_decile_share")


def share_then(doors: Doors) -> str:
    """Share of the largest decile."""
    month, share = last(_share(doors.then))
    return f"Share of the largest decile in {month}: {share:.1f} percent."


def reversal(doors: Doors) -> Evidence:
    """H3: lead of small companies since the date, and change of the share of the largest."""
    since, shares = doors.lead("iwm"), _share(doors.now)
    note = f"Small companies returned {since} of large ones to {in_words(since.end)}"
    before, (month, share) = doors.before(shares), last(shares)
    fell = None
    if before is not None and month > pd.Period(doors.date, "M"):
        fell = share < before[1]
        note += f"; the share of the largest decile went from {before[1]:.1f} in {before[0]} to {share:.1f} in {month}"
    rows = after(doors.now.info.quoted("top-10 share of Russell 3000"), "known", doors.date)
    if len(rows):
        note += f". From second-hand pages, the ten largest made {_span(rows['figure'])} percent of the Russell 3000"
    return found("H3", [since.log > 0, fell], f"{note}.", since.log)


def bullish(doors: Doors) -> Evidence:
    """F1: lead of small companies over the year, and whether the policy rate stayed."""
    since, year, changes = doors.lead("iwm"), doors.year("iwm"), doors.changes
    moved = "stayed where it was"
    if len(changes):
        moved = f"was moved by {doors.raised:+.0f} basis points, first on {in_words(changes['announced'].iloc[0])}"
    note = f"{_story(doors, since)} The policy rate {moved}."
    rows = doors.now.info.quoted("share of index YTD gain from technology and industrials")
    for period, share in after(rows, "known", doors.date)[["period", "figure"]].to_numpy():
        note += (
            f" Technology and industrials made {share:g} percent of the index's gain in {period}."
        )
    return found("F1", [year.log > 0, changes.empty], note, year.log)


def inflation_then(doors: Doors) -> str:
    """Consumer prices over twelve months."""
    month, rate = last(doors.then.inflation)
    return f"Consumer prices over the twelve months to {month}: {rate:+.1f} percent."


def main_risk(doors: Doors) -> Evidence:
    """F2: what small companies did while inflation rose and after the increase of the policy rate."""
    rates = doors.news(lambda one: one.inflation)
    before = None if rates is None else doors.before(rates)
    if rates is None or before is None:
        raise NotKnown(f"No consumer prices of a month after {doors.date} were known.")
    since = rates[rates.index > before[0]]
    (month, rate), top = last(since), since.index[int(since.argmax())]
    size = load_line("F2", "used").size_that_matters
    rise, eve = doors.lead("iwm", end=top.end_time.date()), _from_eve(doors)
    note = (
        f"While inflation went from {before[1]:.1f} percent to {since.max():.1f} in {top}, small companies returned "
        f"{rise} of large ones"
    )
    if eve is not None:
        note += f"; from the eve of the increase to {in_words(eve.end, year=False)}, {eve}"
    note += f". In {month} inflation was {rate:.1f} percent"
    holds = [
        rise.log <= -size,
        None if eve is None else eve.log <= -size,
        since.max() > before[1],
        bool((doors.changes["change_bp"] > 0).any()),
    ]
    return found("F2", holds, f"{note}.", None if eve is None else eve.log)


def _from_eve(doors: Doors) -> Lead | None:
    """Lead of small companies from the close before the first increase; None where none is known so near it."""
    raised = doors.changes[doors.changes["change_bp"] > 0]
    if raised.empty:
        return None
    day = raised["announced"].iloc[0]
    try:
        lead = lead_between(
            doors.now.wealth("iwm"), doors.now.wealth(MARKET), (day - pd.Timedelta(days=1)).date()
        )
    except NotKnown:
        return None
    return lead if lead.start < day.date() else None


def balance(doors: Doors) -> NoReturn:
    """F3: nothing before the year it speaks of is over."""
    until, day = load_since("F3").until, doors.now.info.day
    raise NotKnown(f"The year the sentence speaks of ends on {until}; the score is of {day}.")


def small_margins(doors: Doors) -> NoReturn:
    """F4: nothing while no margin is carried."""
    raise NotKnown(
        f"No margin of small companies reported after {doors.date} is carried here; their filings would tell."
    )


def barometer(doors: Doors) -> NoReturn:
    """F5: nothing for years."""
    raise NotKnown(
        f"Ten separate half-years of growth after {doors.date} are needed before a correlation says anything."
    )


def nothing_then(_: Doors) -> str:
    """What is said where a claim spoke of nothing that had a figure."""
    return "Nothing that could be scored."


def _second_hand(rows: pd.DataFrame) -> str:
    """A sentence on what is known second hand only; empty where nothing is."""
    rows = rows[~is_first_hand(rows)]
    if rows.empty:
        return ""
    return f" Second hand: {_span(rows['figure'])} percent."


def _most(holds: pd.Series) -> bool:
    """Whether more than half of the votes say so."""
    return bool(holds.mean() > 0.5)


def _span(values: pd.Series) -> str:
    least, most = values.min(), values.max()
    return f"{least:g} to {most:g}" if most > least else f"{most:g}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _title(fund: str) -> str:
    return catalog()[fund].title
