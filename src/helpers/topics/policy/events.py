"""Dated acts: small less large companies, exposed less other industries, beside placebo dates and industries."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import NotKnown
from helpers.topics.common.abnormal import abnormal_windows
from helpers.topics.common.industries import industry_name
from helpers.topics.policy.inputs import RULES, TAXES
from helpers.trial import Evidence, load_line

#: Industries exposed to each kind of act, fixed before a return was computed: those a page named on the day of the
#: first act on rules (S&P Global, 30 January 2017: energy, environment, finance, housing), and those a broker named
#: before the vote on taxes (Barclays, 2 July 2025: industrials, utilities, communication services).
EXPOSED = {
    RULES: ("banks", "insur", "fin", "coal", "oil", "util", "cnstr", "bldmt"),
    TAXES: ("mach", "elceq", "trans", "util", "telcm"),
}
BETA_DAYS = 250  # a year of trading days behind the share in the market's move
LEVEL = 0.05  # of the family of all acts
ALL_BEGUN = "1970-01"  # the last of the 49 industries begins in July 1969


def beyond_market(days: pd.DataFrame) -> pd.Series:
    """Small less large companies beyond their share in the market's move, percent a day.

    The share is the least-squares slope over the year of trading days before.

    Parameters
    ----------
    days : DataFrame
        ``smb`` and ``mkt_rf`` by trading day, percent.
    """
    lead, market = days["smb"], days["mkt_rf"]
    past = market.rolling(BETA_DAYS)
    share = (past.cov(lead) / past.var()).shift(1)
    return (lead - share * market).dropna()


def first_days(days: pd.Series, acts: pd.DataFrame, window: int) -> pd.DataFrame:
    """Acts whose window is known: each with ``first``, the place of its first trading day.

    Parameters
    ----------
    days : Series
        By trading day.
    acts : DataFrame
        As `PolicyInputs.acts`; an act on a day without trade counts from the next.
    window : int
        Trading days, the first one included.
    """
    first = days.index.searchsorted(pd.to_datetime(acts["period"]))
    known = (first > 0) & (first + window <= len(days))
    return acts.assign(first=first)[known].sort_values("first")


def list_acts(acts: pd.DataFrame) -> pd.DataFrame:
    """The acts as published, one a row: ``act``, ``kind``, ``date``, ``what``, ``publisher``, ``title``."""
    columns = ["group", "metric", "period", "text", "publisher", "title"]
    names = ["act", "kind", "date", "what", "publisher", "title"]
    return acts.sort_values("period")[columns].set_axis(names, axis=1).reset_index(drop=True)


def test_acts(days: pd.Series, acts: pd.DataFrame, kind: str, window: int) -> stats.CircularShift:
    """Mean lead in the days from the acts of one kind, against every shift of their dates.

    Raises
    ------
    NotKnown
        No act of the kind has a window that was known.
    """
    chosen = first_days(days, acts[acts["metric"] == kind], window)
    if chosen.empty:
        raise NotKnown(f"No {kind} with {window} trading days behind it was known at this date.")
    before = days.index[chosen["first"] - 1]
    return stats.circular_shift_test(days, before, horizon=window, embargo=window)


def table_acts(days: pd.Series, acts: pd.DataFrame, window: int) -> pd.DataFrame:
    """Lead of small companies in the days from each act, with its place among all windows.

    Returns
    -------
    DataFrame
        By act: ``kind``, ``day``, ``lead`` (percent), ``usual`` (mean of all windows), ``p`` (share of all windows as
        far from the usual lead), ``holm`` (the same for the family of all acts).
    """
    leads = days.rolling(window).sum().dropna().to_numpy()  # place k: the window from day k
    usual = float(leads.mean())
    away = np.abs(leads - usual)
    chosen = first_days(days, acts, window)
    own = leads[chosen["first"]]
    p = [float((away >= abs(lead - usual) - 1e-12).mean()) for lead in own]
    table = pd.DataFrame(
        {
            "kind": chosen["metric"],
            "day": days.index[chosen["first"]],
            "lead": own,
            "usual": usual,
            "p": p,
        }
    ).set_index(chosen["group"].rename("act"))
    return table.assign(holm=list(stats.holm(dict(enumerate(p))).values()))


def table_lengths(days: pd.Series, acts: pd.DataFrame, lengths: Iterable[int]) -> pd.DataFrame:
    """Mean lead from the acts of each kind, percent beyond other days, and its p, over windows of other lengths."""
    rows = {}
    for length in lengths:
        found = {kind: test_acts(days, acts, kind, length) for kind in (RULES, TAXES)}
        rows[length] = {
            f"{kind}, {name}": getattr(test, name)
            for kind, test in found.items()
            for name in ("estimate", "p")
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("trading days")


def exposed_names(kind: str) -> str:
    """The industries exposed to acts of a kind, in words.

    Examples
    --------
    >>> exposed_names("act on taxes")
    'machinery, electrical equipment, transportation, utilities, communication'
    """
    return ", ".join(industry_name(one).lower() for one in EXPOSED[kind])


def industry_leads(
    returns: pd.DataFrame, factors: pd.DataFrame, months: int, history: int
) -> pd.DataFrame:
    """Abnormal return of each industry over every window of some months since all 49 exist; see `abnormal_windows`."""
    return abnormal_windows(returns[ALL_BEGUN:], factors, months, history).sums


def table_industries(
    leads: pd.DataFrame,
    acts: pd.DataFrame,
    months: int,
    *,
    draws: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Exposed less other industries in the months after each act, with its place among other dates and industries.

    Parameters
    ----------
    leads : DataFrame
        As from `industry_leads`, by last month of the window.
    acts : DataFrame
        As `PolicyInputs.acts`; the window begins the month after.
    months : int
        Length of the windows.
    draws : int
        Sets of as many industries, drawn at random.

    Returns
    -------
    DataFrame
        By act: ``kind``, ``last`` month, ``lead`` (log percent over the window), ``p, dates`` (share of all windows as
        far from zero), ``p, industries`` (share of the drawn sets whose lead over their rest is), ``holm`` (of the
        larger of the two, over all acts).

    Raises
    ------
    NotKnown
        No window was over.
    """
    last = pd.PeriodIndex(pd.to_datetime(acts["period"]), freq="M") + months
    over = acts[last.isin(leads.index)].assign(last=last[last.isin(leads.index)])
    if over.empty:
        raise NotKnown(f"No act with {months} months behind it was known at this date.")
    rows = {}
    for _, act in over.sort_values("period").iterrows():
        exposed = list(EXPOSED[act["metric"]])
        every = lead_over_rest(leads, exposed)
        own = every[act["last"]]
        order = rng.random((draws, leads.shape[1])).argsort(axis=1)[:, : len(exposed)]
        month = leads.loc[act["last"]].to_numpy()
        mean = month[order].mean(axis=1)
        rest = (month.sum() - len(exposed) * mean) / (len(month) - len(exposed))
        rows[act["group"]] = {
            "kind": act["metric"],
            "last": act["last"],
            "lead": float(own),
            "p, dates": float((every.abs() >= abs(own)).mean()),
            "p, industries": float((1 + (np.abs(mean - rest) >= abs(own)).sum()) / (1 + draws)),
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("act")
    larger = table[["p, dates", "p, industries"]].max(axis=1)
    return table.assign(holm=list(stats.holm(dict(enumerate(larger))).values()))


def leads_after(
    returns: pd.DataFrame, factors: pd.DataFrame, acts: pd.DataFrame, months: int, history: int
) -> pd.Series:
    """Exposed less other industries in the months after each act, log percent, by act; those alone that are over."""
    found = {}
    for _, act in acts.sort_values("period").iterrows():
        last = pd.Period(act["period"], "M") + months
        if last in returns.index and last in factors.index:
            past = slice(last - months - history + 1, last)
            sums = abnormal_windows(returns[past], factors[past], months, history).sums
            found[act["group"]] = lead_over_rest(sums, list(EXPOSED[act["metric"]])).iloc[-1]
    return pd.Series(found, dtype=float, name="lead")


def lead_over_rest(leads: pd.DataFrame, exposed: list[str]) -> pd.Series:
    """Mean of some industries less the mean of all others, by window."""
    return leads[exposed].mean(axis=1) - leads.drop(columns=exposed).mean(axis=1)


def shifted_means(leads: pd.DataFrame, acts: pd.DataFrame, kind: str, months: int) -> np.ndarray:
    """Mean of exposed less other industries over acts of a kind, had all of them come so many months earlier or later.

    Parameters
    ----------
    leads : DataFrame
        As from `industry_leads`.
    acts : DataFrame
        As `PolicyInputs.acts`.
    kind : str
        One of the keys of `EXPOSED`.
    months : int
        Length of the windows.
    """
    every = lead_over_rest(leads, list(EXPOSED[kind]))
    last = pd.PeriodIndex(pd.to_datetime(acts.loc[acts["metric"] == kind, "period"]), freq="M")
    places = every.index.get_indexer(last + months)
    apart = places[places >= 0] - places[places >= 0].min()
    return every.to_numpy()[np.arange(len(every) - apart.max())[:, None] + apart].mean(axis=1)


def weigh_acts(
    test: stats.CircularShift,
    beyond: stats.CircularShift,
    industries: pd.Series,
    elsewhere: np.ndarray,
    table: pd.DataFrame,
    window: int,
) -> Evidence:
    """Evidence for P3 as used: small less large companies in the days from acts on rules.

    Parameters
    ----------
    test, beyond : CircularShift
        Of small less large companies, and of the same beyond the market's move.
    industries : Series
        Of acts on rules, as from `leads_after`.
    elsewhere : ndarray
        Mean of the same at every other place of the pattern of acts, as from `shifted_means`.
    table : DataFrame
        As from `table_acts`.
    window : int
        Trading days.
    """
    line = load_line("P3", "used")
    values = [test.estimate, beyond.estimate]
    ends = [(test.ci_low, test.ci_high), (beyond.ci_low, beyond.ci_high)]
    if len(industries):
        values.append(float(industries.mean()))
        low, high = np.percentile(elsewhere - elsewhere.mean(), (2.5, 97.5))
        ends.append((values[-1] - float(high), values[-1] - float(low)))
    own = table[table["kind"] == RULES]
    ups = int((own["lead"] > own["usual"]).sum())
    lead = f"{test.estimate:+.1f}".replace("-", "\N{MINUS SIGN}")
    return Evidence(
        unit=line.unit,
        method=(
            f"mean over {len(own)} acts of the daily size factor summed over {window} trading days, less that of other "
            "days; interval, p and power from all shifts of their dates"
        ),
        estimate=test.estimate,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        n=float(test.n),
        n_effective=float(test.n_effective),
        p=test.p,
        mde=test.minimum_detectable_effect(),
        power=test.power(line.size_that_matters),
        definitions=dict(zip(line.definitions, values, strict=False)),
        intervals=dict(zip(line.definitions, ends, strict=False)),
        note=(
            f"In the {window} trading days from each of {len(own)} acts on rules small companies led large ones by "
            f"{lead} percent beyond other days, {ups} times of {len(own)} by more than usual; {100 * test.p:.0f} of "
            f"100 shifted sets of dates lie as far from it. Of all {len(table)} acts, on taxes too, "
            f"{int((table['holm'] < LEVEL).sum())} stand out once one admits that there are so many."
        ),
    )
