"""Onshoring: did the exposed industries lead, their small companies above all, and more than market and size?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.data.catalog import entry
from helpers.errors import NotKnown
from helpers.topics.common.abnormal import (
    AbnormalWindows,
    abnormal_windows,
    count_as_large,
    p_among_windows,
)
from helpers.topics.common.examination import Examination
from helpers.topics.common.industries import EQUAL_WEIGHTED, average_of, industry_name
from helpers.topics.common.pairs import log_return
from helpers.topics.winners.factories import as_known, below_peak, change_since
from helpers.topics.winners.inputs import BUILDING, JOBS, WinnersInputs
from helpers.trial import Evidence, load_line

SMALL, LARGE = "every company the same", "large companies decide"
SINCE_ACTS = "since the acts of August 2022"
NAMED = ("aero", "mach", "cnstr")  # the industries the article names
YEAR = 12
LENGTHS = (1, 3, 6, 12, 24, 36)  # months of the windows shown beside each other
FACTORY_PARTS = {"factory building": BUILDING, "factory jobs": JOBS}


def exposed_industries() -> list[str]:
    """The industries that W5 names as exposed, fixed in ``data/claims.yaml``.

    Examples
    --------
    >>> exposed_industries()
    ['bldmt', 'cnstr', 'steel', 'fabpr', 'mach', 'elceq', 'aero']
    """
    named = load_line("W5", "stated").definitions
    columns = entry(EQUAL_WEIGHTED).columns
    return [one for one in columns if one != "period" and industry_name(one).lower() in named]


@dataclass(frozen=True)
class Onshoring(Examination):
    """Exposed industries against all others: since a month, after each act, and over every window as long."""

    inputs: WinnersInputs
    since: pd.Period
    history: int
    act_months: int

    @recorded
    def exposed(self) -> list[str]:
        """Exposed industries, by their short names."""
        return exposed_industries()

    @recorded_each
    def returns(self, weights: str) -> pd.DataFrame:
        """Monthly returns by industry: of the average company (`SMALL`), or of the average dollar (`LARGE`)."""
        both = {SMALL: "industries_equal_weighted", LARGE: "industries"}
        return getattr(self.inputs, both[weights])

    @recorded
    def window(self) -> int:
        """Months since the first one of the window.

        Raises
        ------
        NotKnown
            None was known.
        """
        return self.months_from(self.since)

    @recorded
    def last_month(self) -> pd.Period:
        """The last month in which returns and factors are known."""
        return min(self.inputs.industries.index[-1], self.inputs.factors.index[-1])

    def months_from(self, first: pd.Period) -> int:
        """Known months from one on; `NotKnown` where there is none."""
        if self.last_month < first:
            raise NotKnown(
                f"Industry returns of {first} were not known; they follow a month by five weeks."
            )
        return (self.last_month - first).n + 1

    @recorded_each
    def industries(self, weights: str) -> AbnormalWindows:
        """Abnormal returns of all industries over the window on trial."""
        return abnormal_windows(
            self.returns(weights), self.inputs.factors, self.window, self.history, ends=1
        )

    @recorded
    def table(self) -> pd.DataFrame:
        """All industries over the window, the largest abnormal return of small companies first.

        Returns
        -------
        DataFrame
            By short name: ``industry``, ``exposed``, ``lead``: return less the market, and ``abnormal`` with ``low``
            and ``high``, log percent over the window; all for the average company, and again with ``, value`` for the
            average dollar.
        """
        market = float(log_return(self.inputs.market).iloc[-self.window :].sum())
        small, large = (self.industries(weights).last() for weights in (SMALL, LARGE))
        columns = ["return", "abnormal", "low", "high"]
        table = pd.concat(
            [small[columns], large[columns].add_suffix(", value")],
            axis=1,
        ).rename(columns={"return": "lead", "return, value": "lead, value"})
        table[["lead", "lead, value"]] -= market
        table.insert(0, "industry", [industry_name(one) for one in table.index])
        table.insert(1, "exposed", table.index.isin(self.exposed))
        return table.sort_values("abnormal", ascending=False)

    @recorded_each
    def spread(self, definition: str) -> pd.Series:
        """Monthly return of the exposed industries less that of all others, with bills beside, percent."""
        weights = LARGE if definition == LARGE else SMALL
        chosen = {
            "aircraft machinery and construction": list(NAMED),
            "aircraft": list(NAMED[:1]),
        }.get(definition, self.exposed)
        returns = self.returns(weights)
        # A group counts from the month all of it is known; of the others those that are known count.
        others = returns.drop(columns=sorted({*self.exposed, *chosen})).mean(axis=1)
        gap = average_of(returns, chosen) - others
        return (gap + self.inputs.factors["rf"]).dropna().rename(definition)

    @recorded_each
    def spreads(self, definition: str) -> AbnormalWindows:
        """Abnormal return of the spread over every window as long as the one on trial."""
        return self._of_spread(definition, self.months_of(definition))

    def months_of(self, definition: str) -> int:
        """Months of the window of a definition."""
        return self.months_from(self.first_acts) if definition == SINCE_ACTS else self.window

    def _of_spread(self, definition: str, months: int) -> AbnormalWindows:
        spread = self.spread(definition).to_frame()
        return abnormal_windows(spread, self.inputs.factors, months, self.history)

    @recorded
    def first_acts(self) -> pd.Period:
        """The month after the first acts that favour production at home.

        Raises
        ------
        NotKnown
            There was none yet.
        """
        if self.inputs.acts.empty:
            raise NotKnown("No act that favours production at home was known at this date.")
        return pd.Period(self.inputs.acts["period"].iloc[0], "M") + 1

    @recorded
    def definitions(self) -> list[str]:
        """Ways of counting that W5 names, the one on trial first."""
        return list(load_line("W5", "used").definitions)

    @recorded
    def place(self) -> pd.DataFrame:
        """The window on trial by definition.

        Returns
        -------
        DataFrame
            ``a year``, with ``low`` and ``high``: abnormal return of the exposed less the other industries, percent a
            year; ``months``; ``p``, of its own standard error; ``p, windows``: share of all windows as long that lie as
            far from zero.
        """
        rows = {}
        for definition in self.known_names("spreads", self.definitions):
            windows, months = self.spreads(definition), self.months_of(definition)
            last = windows.last().iloc[0]
            a_year = last[["abnormal", "low", "high"]] * YEAR / months
            rows[definition] = {
                **a_year.rename({"abnormal": "a year"}),
                "months": months,
                "p": last["p"],
                "p, windows": p_among_windows(windows.t.iloc[:, 0]),
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    @recorded
    def groups(self) -> stats.GroupPermutation:
        """Abnormal returns of the exposed against every group of as many industries, the average company of each."""
        return stats.group_permutation_exact(self.table["abnormal"], self.exposed)

    @recorded_each
    def every_window(self, definition: str) -> pd.Series:
        """Abnormal return of the exposed less the others over each window as long, percent a year, by its end."""
        sums = self.spreads(definition).sums.iloc[:, 0].dropna()
        return sums * YEAR / self.months_of(definition)

    @recorded
    def lengths(self) -> pd.DataFrame:
        """The window to the date by its length: abnormal return, log percent, its error, and its place."""
        rows = {}
        for months in sorted({*LENGTHS, self.window}):
            windows = self._of_spread(SMALL, months)
            sums, last = windows.sums.iloc[:, 0], windows.last().iloc[0]
            larger, others = count_as_large(sums, sums.index[-1])
            rows[months] = {
                "abnormal": last["abnormal"],
                "se": last["se"],
                "as large": larger,
                "of": others,
                "p, windows": p_among_windows(windows.t.iloc[:, 0]),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("months")

    @recorded
    def after_acts(self) -> pd.DataFrame:
        """Exposed less other industries after each act, small companies; acts of one month are one event.

        Returns
        -------
        DataFrame
            ``acts``; ``first`` month, the one after; ``months`` of the window, as many as are known up to
            ``act_months``; ``abnormal`` (log percent) with ``low`` and ``high``; ``p, windows``; ``p, groups`` (every
            group of as many industries) and both adjusted for the number of events by Holm.
        """
        rows = {}
        for month, acts in self.act_months_known.items():
            first = month + 1
            if first > self.last_month:
                continue
            months = min(self.act_months, self.months_from(first))
            ends = slice(None, first + months - 1)
            factors = self.inputs.factors.loc[ends]
            spread = self.spread(SMALL).loc[ends].to_frame()
            windows = abnormal_windows(spread, factors, months, self.history)
            each = abnormal_windows(
                self.returns(SMALL).loc[ends], factors, months, self.history, ends=1
            ).last()["abnormal"]
            last = windows.last().iloc[0]
            rows[str(month)] = {
                "acts": acts,
                "first": str(first),
                "months": months,
                **last[["abnormal", "low", "high"]],
                "p, windows": p_among_windows(windows.t.iloc[:, 0]),
                "p, groups": stats.group_permutation_exact(each, self.exposed).p,
            }
        if not rows:
            raise NotKnown("No month after an act that favours production at home was known.")
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("month of the act")
        for name in ("p, windows", "p, groups"):
            table[f"{name}, Holm"] = stats.holm(table[name].to_dict()).values()
        return table

    # --- factories -----------------------------------------------------------------------------------------

    @recorded_each
    def factory(self, series: str) -> pd.Series:
        """Factory building or jobs as known at the date."""
        copies = self.inputs.copies
        return as_known(self.inputs.series(series), copies[copies["metric"] == series])

    @recorded_each
    def factory_change(self, series: str) -> float:
        """Change since the month before the window, percent."""
        return change_since(self.factory(series), self.since)

    @recorded
    def revision(self) -> str:
        """Which figures on factories these are, in words."""
        return "in the latest revision" if self.inputs.copies.empty else "as the figures stood then"

    @recorded
    def factories_from(self) -> pd.Period:
        """First month of the picture of factories: two years before the first acts."""
        return self.first_acts - 24

    @recorded
    def act_months_known(self) -> dict[pd.Period, str]:
        """The month of each act, and its name."""
        months = pd.PeriodIndex(self.inputs.acts["period"], freq="M")
        return {
            month: " and ".join(acts["group"]) for month, acts in self.inputs.acts.groupby(months)
        }

    @recorded
    def revisions(self) -> pd.DataFrame:
        """What each copy said of factory building: its ``last`` month, and percent below the ``peak`` known then."""
        copies = self.inputs.copies
        if copies.empty:
            raise NotKnown("No copy of the figures on factories had been stored at this date.")
        revised, rows = self.inputs.series(BUILDING), {}
        for known, copy in copies[copies["metric"] == BUILDING].groupby("known"):
            level = as_known(revised, copy)
            found = below_peak(level)
            rows[str(known.date())] = {
                "last": str(found["last"]),
                "peak": str(found["peak"]),
                "below the peak": found["below the peak, percent"],
                "since the window began": change_since(level, self.since),
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("copy of")

    @recorded
    def building_peak(self) -> dict[str, object]:
        """Where factory building peaked and how far below it is."""
        return below_peak(self.factory(BUILDING))


def weigh_record(found: Onshoring) -> Evidence:
    """Evidence for W5 as stated: small companies of each exposed industry against the market, and factories."""
    line, table = load_line("W5", "stated"), found.table
    exposed = table[table["exposed"]]
    leads = exposed.set_index(exposed["industry"].str.lower())["lead"]
    changes = {
        name: found.factory_change(series)
        if found.known_names("factory_change", [series])
        else None
        for name, series in FACTORY_PARTS.items()
    }
    checks: dict[str, bool | None] = {
        name: bool(leads[name] > 0) if name in leads else None for name in line.definitions
    }
    checks |= {name: None if rose is None else rose > 0 for name, rose in changes.items()}
    told = ""
    if changes["factory building"] is not None:
        peak = found.building_peak
        told += (
            f" Factory building changed by {changes['factory building']:+.0f} percent and was "
            f"{peak['below the peak, percent']:.0f} percent below its peak of {peak['peak']}"
        )
        if changes["factory jobs"] is not None:
            told += f"; factory jobs changed by {changes['factory jobs']:+.1f} percent"
        told += f", since {found.since - 1}, {found.revision}."
    return Evidence(
        unit=line.unit,
        method=(
            f"log returns, {found.since} to {found.industries(SMALL).sums.index[-1]}, each company counted the same, "
            "less the value-weighted market"
        ),
        estimate=float(leads.mean()),
        interval="none",
        n=float(len(checks)),
        checks=checks,
        definitions=leads.to_dict(),
        note=(
            f"In {int((leads > 0).sum())} of {len(leads)} exposed industries the average company led the market over "
            f"{found.window} months, by {leads.mean():+.0f} percent on average; the average dollar led by "
            f"{exposed['lead, value'].mean():+.0f}.{told}"
        ),
    )


def weigh_lead_of_exposed(found: Onshoring) -> Evidence:
    """Evidence for W5 as used: exposed less other industries beyond market and size, since the window began."""
    line, place = load_line("W5", "used"), found.place
    windows, groups, row = found.spreads(SMALL), found.groups, place.loc[SMALL]
    error = float(windows.errors.iloc[-1, 0]) * YEAR / found.window
    every = found.every_window(SMALL)
    larger, others = count_as_large(every, every.index[-1])
    return Evidence(
        unit=line.unit,
        method=(
            f"monthly log return of the {len(found.exposed)} exposed less the other industries beyond exposures of the "
            f"{found.history} months before; error of the months and of the exposures, fixed-b"
        ),
        estimate=float(row["a year"]),
        ci_low=float(row["low"]),
        ci_high=float(row["high"]),
        n=found.window,
        n_effective=found.window,
        p=float(row["p, windows"]),
        mde=stats.minimum_detectable_effect(error, b=windows.b),
        definitions=place["a year"].to_dict(),
        intervals={
            str(name): (float(one["low"]), float(one["high"])) for name, one in place.iterrows()
        },
        note=(
            f"Small companies of the exposed industries led those of the others by {row['a year']:+.0f} percent a year "
            f"beyond market and size, over {found.window} months. Of all groups of as many industries "
            f"{100 * groups.p_greater:.0f} in 100 led by as much; of {others} other windows as long {larger} did; in "
            f"standard errors {100 * row['p, windows']:.0f} in 100 lie as far from zero."
        ),
    )
