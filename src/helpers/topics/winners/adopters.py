"""Adopters against builders of artificial intelligence, as far as industries and funds carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BDay

from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination
from helpers.topics.common.industries import average_of, industry_name
from helpers.topics.common.leads import Lead, lead_to_date
from helpers.topics.common.pairs import PAIR_LABELS, small_minus_large
from helpers.topics.winners.inputs import WinnersInputs
from helpers.trial import Evidence, load_claim, load_line

EVERYTHING_ELSE = "all other industries"
YEAR = 12
FEWEST = 10  # separate windows of a history below which nothing is said of the next one


def lists() -> tuple[str, ...]:
    """Adopters less builders, as W7 names them in ``data/claims.yaml``, industries first."""
    return load_line("W7", "stated").definitions


def sides(definition: str, industries: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Short names of the adopters and of the builders of a list of industries.

    Parameters
    ----------
    definition : str
        Names of industries, comma between them, ``less`` between the sides.
    industries : mapping
        Short name to name of every industry.

    Examples
    --------
    >>> sides("all other industries less computers", {"hardw": "Computers", "meals": "Restaurants"})
    (['meals'], ['hardw'])
    """
    short = {name.lower(): one for one, name in industries.items()}
    first, last = definition.split(" less ")
    builders = [short[name] for name in last.split(", ")]
    if first == EVERYTHING_ELSE:
        return [one for one in industries if one not in builders], builders
    return [short[name] for name in first.split(", ")], builders


@dataclass(frozen=True)
class Adopters(Examination):
    """Relative return of adopters by list: in the year to date, and what the rest of the year may bring."""

    inputs: WinnersInputs

    @recorded
    def year(self) -> int:
        """The year the sentence speaks of."""
        day = load_claim("W7").says_of
        assert day is not None
        return day.year

    @recorded_each
    def lead(self, definition: str) -> Lead:
        """Monthly relative return of a list to the last one known, log percent."""
        pair = {label: name for name, label in PAIR_LABELS.items()}.get(definition)
        if pair:
            return lead_to_date(self.inputs, pair)
        returns = self.inputs.industries
        adopters, builders = sides(definition, {one: industry_name(one) for one in returns})
        if definition.startswith(EVERYTHING_ELSE):
            adopting = returns[adopters].mean(axis=1)  # of those that existed
        else:
            adopting = average_of(returns, adopters)
        months = small_minus_large(adopting, average_of(returns, builders)).rename(definition)
        if months.empty:
            raise NotKnown(f"{definition}: no month was known of both sides; use a later as_of.")
        return Lead(months, months.index[-1].end_time.date())

    @recorded_each
    def so_far(self, definition: str) -> float:
        """Lead in the year to date, log percent.

        Raises
        ------
        NotKnown
            No month of the year is known.
        """
        months = self.lead(definition).months
        known = months[months.index.year == self.year]
        if known.empty:
            raise NotKnown(f"{definition}: no return of {self.year} was known at this date.")
        return float(known.sum())

    @recorded_each
    def chances(self, definition: str) -> dict[str, float]:
        """Probability that adopters lead over the year, with the drift of the past and without any.

        Every past window as long as what is left of the year, added to the lead so far, is one outcome; a month begun
        counts as left. Without drift the windows are taken less their mean.
        """
        if self.inputs.info.day.year < self.year:
            raise NotKnown(f"The sentence speaks of {self.year}, which had not begun.")
        months = self.lead(definition).months
        past = months[months.index.year < self.year]
        led = self.so_far(definition) if not self.reason("so_far", definition) else 0.0
        whole = int((self._whole_months(definition).year == self.year).sum())
        left = YEAR - whole
        if not left:
            return {"with drift": float(led > 0), "without drift": float(led > 0)}
        if len(past) < FEWEST * left:
            raise NotKnown(f"{definition}: {len(past)} months of history are too few.")
        rest = past.rolling(left).sum().dropna()
        return {
            "with drift": float((led + rest > 0).mean()),
            "without drift": float((led + rest - rest.mean() > 0).mean()),
        }

    def _whole_months(self, definition: str) -> pd.PeriodIndex:
        """Months of a list that were over on its last known day."""
        lead = self.lead(definition)
        index = pd.PeriodIndex(lead.months.index)
        over = (pd.Timestamp(lead.last_day) + BDay(1)).to_period("M") > index[-1]
        return index if over else index[:-1]

    @recorded
    def table(self) -> pd.DataFrame:
        """Every list: lead in the year so far (log percent), its last day, and both probabilities, percent."""
        rows = {}
        for definition in self.known_names("chances", lists()):
            known = not self.reason("so_far", definition)
            chances = self.chances(definition)
            rows[definition] = {
                "lead so far": self.so_far(definition) if known else np.nan,
                "to": str(self.lead(definition).last_day),
                **{name: 100 * chance for name, chance in chances.items()},
            }
        if not rows:
            raise NotKnown(self.reason("chances", lists()[0]))
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("adopters less builders")

    @recorded
    def paths(self) -> pd.DataFrame:
        """Relative return of each list since the end of the year before, cumulated, log percent."""
        columns = {}
        for definition in self.known_names("so_far", lists()):
            months = self.lead(definition).months
            columns[definition] = months[months.index.year == self.year].cumsum()
        if not columns:
            raise NotKnown(f"No return of {self.year} was known at this date.")
        return pd.DataFrame(columns)


def weigh_year_to_date(found: Adopters) -> Evidence:
    """Evidence for W7 as stated: the sign of the lead of adopters in the year to date, by list."""
    line = load_line("W7", "stated")
    known = found.known_names("so_far", line.definitions)
    leads = {one: found.so_far(one) for one in known}
    if not leads:
        raise NotKnown(f"No return of {found.year} was known at this date.")
    days = [found.lead(one).last_day for one in known]
    first = known[0]
    return Evidence(
        unit=line.unit,
        method="log returns of equal groups of industries, and of funds to the last closing price known",
        estimate=leads[first],
        interval="none",
        n=float(len(leads)),
        checks={one: leads[one] > 0 if one in leads else None for one in line.definitions},
        definitions=leads,
        note=(
            f"Adopters led builders under {sum(lead > 0 for lead in leads.values())} of the {len(leads)} lists known, "
            f"by {leads[first]:+.1f} percent under the first of them ({first}; {found.year} to {max(days)}). Prices do "
            "not say who adopts: industries are named beforehand, and every one of them does both."
        ),
    )


def weigh_chance(found: Adopters) -> Evidence:
    """Evidence for W7 as used: the probability that adopters lead over the year, over all lists."""
    line, table = load_line("W7", "used"), found.table
    chances = table[["with drift", "without drift"]]
    led = table["lead so far"].notna()
    told = []
    for rows, what in (
        (led, "under the {} lists whose lead so far is known ({:+.0f} to {:+.0f} percent)"),
        (~led, "under the {} whose year is not public yet"),
    ):
        if rows.any():
            some, leads = chances[rows].to_numpy(), table.loc[rows, "lead so far"]
            cases = f"in {some.min():.0f} to {some.max():.0f} of 100 cases"
            told.append(f"{cases} {what.format(int(rows.sum()), leads.min(), leads.max())}")
    return Evidence(
        unit=line.unit,
        method="past windows as long as the rest of the year, added to the lead so far; median and range over lists",
        estimate=float(np.median(chances)),
        ci_low=float(chances.to_numpy().min()),
        ci_high=float(chances.to_numpy().max()),
        ci_level=1.0,
        interval="parameters",
        n=float(len(table)),
        definitions=chances["with drift"].to_dict(),
        note=f"Adopters end {found.year} ahead {', '.join(told)}.",
    )
