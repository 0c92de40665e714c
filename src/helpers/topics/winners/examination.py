"""The second half of notebook 05: onshoring, one share, adopters against builders, mega-caps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from helpers.data import recorded
from helpers.topics.common.examination import Examination
from helpers.topics.winners.adopters import Adopters, weigh_chance, weigh_year_to_date
from helpers.topics.winners.inputs import WinnersInputs
from helpers.topics.winners.megacaps import Megacaps, weigh_dead_money, weigh_outcome
from helpers.topics.winners.onshoring import Onshoring, weigh_lead_of_exposed, weigh_record
from helpers.topics.winners.rocket_lab import RocketLab, weigh_one_company, weigh_share
from helpers.trial import Answer, answer_claims

if TYPE_CHECKING:
    from helpers.data import Information

SINCE = pd.Period(
    "2025-01", "M"
)  # the window of the claims: the administration that the article speaks of


@dataclass(frozen=True, kw_only=True)
class WinnersExamination(Examination):
    """What notebook 05 knows about W5 to W8, a part a question; ``answers`` by claim id."""

    info: Information
    history: int
    act_months: int
    extreme: float
    horizon: int

    @cached_property
    def inputs(self) -> WinnersInputs:
        return WinnersInputs(self.info)

    @cached_property
    def onshoring(self) -> Onshoring:
        """Exposed industries against all others, and factories."""
        return Onshoring(self.inputs, SINCE, self.history, self.act_months)

    @cached_property
    def rocket_lab(self) -> RocketLab:
        """One share against the market."""
        return RocketLab(self.inputs, SINCE)

    @cached_property
    def adopters(self) -> Adopters:
        """Adopters against builders of artificial intelligence."""
        return Adopters(self.inputs)

    @cached_property
    def megacaps(self) -> Megacaps:
        """The largest companies after high concentration."""
        return Megacaps(self.inputs, self.extreme, self.horizon)

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on W5 to W8."""
        return answer_claims(
            self.info.day,
            {
                "W5": {
                    "stated": lambda: weigh_record(self.onshoring),
                    "used": lambda: weigh_lead_of_exposed(self.onshoring),
                },
                "W6": {
                    "stated": lambda: weigh_share(self.rocket_lab),
                    "used": lambda: weigh_one_company(self.rocket_lab),
                },
                "W7": {
                    "stated": lambda: weigh_year_to_date(self.adopters),
                    "used": lambda: weigh_chance(self.adopters),
                },
                "W8": {
                    "stated": lambda: weigh_outcome(self.megacaps),
                    "used": lambda: weigh_dead_money(self.megacaps),
                },
            },
        )


def examine(
    info: Information,
    *,
    history: int = 60,
    act_months: int = 12,
    extreme: float = 0.9,
    horizon: int = 24,
) -> WinnersExamination:
    """What was found on W5 to W8 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    history : int
        Months before a window on which exposures are estimated.
    act_months : int
        Months after each act, at most.
    extreme : float
        Quantile of all earlier months above which concentration is extreme.
    horizon : int
        Months over which the return after today's concentration is expected.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"))
    >>> found.onshoring.window, sorted(found.answers)
    (12, ['W5', 'W6', 'W7', 'W8'])
    """
    return WinnersExamination(
        info=info, history=history, act_months=act_months, extreme=extreme, horizon=horizon
    )
