"""Notebook 03: was 1975-83 real and special, does today resemble it, and is a new regime visible?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from helpers.data import recorded
from helpers.errors import ParameterError
from helpers.topics.common.examination import Examination
from helpers.topics.common.pairs import CENTURY_PAIRS
from helpers.topics.history.concentration import (
    Concentration,
    weigh_leadership,
    weigh_mean_reversion,
    weigh_reversal,
)
from helpers.topics.history.easing import Easing, check_events
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.neighbours import METRICS, check_embargo
from helpers.topics.history.nifty_fifty import NiftyFifty
from helpers.topics.history.resemblance import Resemblance, weigh_resemblance
from helpers.topics.history.rotation import Rotation, weigh_record, weigh_rotation
from helpers.topics.history.size_premium import SizePremium, weigh_run, weigh_run_record
from helpers.topics.history.state import VARIABLES, check_variables
from helpers.trial import Answer, answer_claims

if TYPE_CHECKING:
    from helpers.data import Information


@dataclass(frozen=True)
class HistoryExamination(Examination):
    """Everything notebook 03 shows, a part for each question; ``evidence`` by claim id."""

    info: Information
    pair: str
    window: tuple[int, int]
    horizon: int
    k: int
    metric: str
    embargo: int
    variables: tuple[str, ...]
    events: str
    block: int
    draws: int
    seed: int

    @cached_property
    def inputs(self) -> HistoryInputs:
        return HistoryInputs(self.info)

    @cached_property
    def premium(self) -> SizePremium:
        """How big the size premium was, when, and how special the run."""
        stream = self._streams[0]
        return SizePremium(self.inputs, self.pair, self.window, self.block, self.draws, stream)

    @cached_property
    def nifty(self) -> NiftyFifty:
        """What fell, and when."""
        return NiftyFifty(self.inputs)

    @cached_property
    def resemblance(self) -> Resemblance:
        """Which months resemble the last one known."""
        return Resemblance(
            self.inputs,
            self.pair,
            self.horizon,
            self.k,
            self.metric,
            self.embargo,
            self.variables,
        )

    @cached_property
    def easing(self) -> Easing:
        """What followed first cuts."""
        return Easing(self.inputs, self.pair, self.events, self.horizon)

    @cached_property
    def concentration(self) -> Concentration:
        """Who led the last decade, and what followed concentration."""
        return Concentration(self.inputs, self.pair, self.draws, self._streams[2])

    @cached_property
    def rotation(self) -> Rotation:
        """Whether a new regime was visible."""
        return Rotation(self.inputs, self.pair, self.draws, self._streams[1])

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on H1 to H3, M1 and M2."""
        return answer_claims(
            self.info.day,
            {
                "H1": {
                    "stated": lambda: weigh_run_record(self.premium, self.nifty.largest_by_year),
                    "used": lambda: weigh_run(self.premium),
                },
                "H2": {"stated": lambda: weigh_resemblance(self.resemblance)},
                "H3": {
                    "stated": lambda: weigh_mean_reversion(self.concentration),
                    "used": lambda: weigh_reversal(self.concentration),
                },
                "M1": {"stated": lambda: weigh_leadership(self.concentration)},
                "M2": {
                    "stated": lambda: weigh_record(self.rotation),
                    "used": lambda: weigh_rotation(self.rotation),
                },
            },
        )

    @cached_property
    def _streams(self) -> list[np.random.SeedSequence]:
        """One stream a question: a parameter of one cannot move the draws of another."""
        return np.random.SeedSequence(self.seed).spawn(3)


def examine(
    info: Information,
    *,
    pair: str = "lo30_hi30",
    window: Sequence[int] = (1975, 1983),
    horizon: int = 12,
    k: int = 60,
    metric: str = "euclidean",
    embargo: int = 48,
    variables: Sequence[str] = VARIABLES,
    events: str = "announced",
    block: int = 12,
    draws: int = 4999,
    seed: int = 1926,
) -> HistoryExamination:
    """What was found on H1 to H3, M1 and M2 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    pair : str
        Small and large portfolios, one of `CENTURY_PAIRS`.
    window : (int, int)
        First and last year of the run on trial.
    horizon : int
        Months after a neighbour or a first cut over which the relative return is summed.
    k : int
        Nearest months.
    metric : str
        One of `METRICS`.
    embargo : int
        Months before the date that cannot be neighbours, at least ``horizon`` and one.
    variables : sequence of str
        Some of `state.VARIABLES`.
    events : str
        List of first cuts, one of `easing.LISTS`.
    block : int
        Mean block length of the bootstraps, months.
    draws : int
        Bootstrap samples.
    seed : int
        Seed of every draw.

    Raises
    ------
    ParameterError
        A value outside its range, named with what is allowed: at once, or where the part is read whose figures it
        does not fit.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"))
    >>> round(found.premium.share_of_century, 1), found.nifty.fall
    (102.4, (Period('1972-12', 'M'), Period('1974-09', 'M')))
    """
    if pair not in CENTURY_PAIRS:
        raise ParameterError(
            f"pair is {pair!r}: a century of returns exists for {', '.join(CENTURY_PAIRS)}. Use one of these."
        )
    if len(window) != 2:
        raise ParameterError(
            f"window is {list(window)}; give the first and the last year of the run."
        )
    if metric not in METRICS:
        raise ParameterError(f"metric is {metric!r}; use one of {', '.join(METRICS)}.")
    check_embargo(embargo, horizon)
    check_variables(variables)
    check_events(events)
    return HistoryExamination(
        info=info,
        pair=pair,
        window=(window[0], window[1]),
        horizon=horizon,
        k=k,
        metric=metric,
        embargo=embargo,
        variables=tuple(variables),
        events=events,
        block=block,
        draws=draws,
        seed=seed,
    )
