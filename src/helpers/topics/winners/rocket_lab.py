"""Rocket Lab against the market: one share, described and not tested."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.data import recorded
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination
from helpers.topics.common.leads import Lead, lead_to_date, table_windows
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.winners.inputs import WinnersInputs
from helpers.trial import Evidence, load_line
from helpers.trial.claims import load_rules

PAIR = "rklb_spy"


@dataclass(frozen=True)
class RocketLab(Examination):
    """Return of the share less the market over the windows W6 names, and in the two years before."""

    inputs: WinnersInputs
    since: pd.Period

    @recorded
    def lead(self) -> Lead:
        """Monthly return of the share less the market to the last closing price known."""
        return lead_to_date(self.inputs, PAIR)

    @recorded
    def windows(self) -> pd.DataFrame:
        """The lead over each window, with its place among all as long; see `table_windows`."""
        index = pd.PeriodIndex(self.lead.months.index)
        policy, year = load_line("W6", "stated").definitions
        months = int((index >= self.since).sum())
        lengths = {policy: months, year: int((index.year == load_rules().article_date.year).sum())}
        if not months:
            raise NotKnown(f"{PAIR_LABELS[PAIR]}: nothing from {self.since} on was known.")
        return table_windows(self.lead, lengths)

    @recorded
    def before(self) -> float:
        """Its lead over the twelve months before the window, log percent: what it earned before the policy."""
        months = self.lead.months[self.since - 12 : self.since - 1]
        return float(months.sum())

    @recorded
    def swing(self) -> float:
        """Standard deviation of its monthly return less the market's, percent."""
        return float(self.lead.months.std())


def weigh_share(found: RocketLab) -> Evidence:
    """Evidence for W6 as stated: the sign of the relative return over each window."""
    line, windows = load_line("W6", "stated"), found.windows
    row, told = windows.iloc[0], ""
    for name, other in windows.iloc[1:].iterrows():
        told = f", of which {other['lead']:+.0f} {name}"
    return Evidence(
        unit=line.unit,
        method="log total return less that of the S&P 500 fund, to the last closing price known",
        estimate=float(row["lead"]),
        interval="none",
        n=float(row["months"]),
        checks={name: bool(lead > 0) for name, lead in windows["lead"].items()},
        note=(
            f"From {row['first']} to {row['last']} Rocket Lab led the market by {row['lead']:+.0f} log percent (times "
            f"{np.exp(row['lead'] / 100):.2f}){told}; in the twelve months before, under another policy, by "
            f"{found.before:+.0f}."
        ),
    )


def weigh_one_company(found: RocketLab) -> Evidence:
    """Evidence for W6 as used: one company, shown and not tested."""
    line = load_line("W6", "used")
    lead = float(found.windows["lead"].iloc[0])
    return Evidence(
        unit=line.unit,
        method="none for one company",
        estimate=lead,
        interval="none",
        n=1.0,
        note=(
            f"One share that moves by {found.swing:.0f} percent against the market in a usual month says nothing of "
            "policy; contracts awarded under it, with their margins, would."
        ),
    )
