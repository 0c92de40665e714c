"""Notebook 03: was 1975-83 real and special, does today resemble it, and is a new regime visible?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.errors import ParameterError
from helpers.topics.common.pairs import CENTURY_PAIRS
from helpers.topics.history.concentration import (
    Concentration,
    examine_concentration,
    weigh_leadership,
    weigh_reversal,
)
from helpers.topics.history.easing import Easing, examine_easing
from helpers.topics.history.nifty_fifty import NiftyFifty, examine_nifty_fifty
from helpers.topics.history.resemblance import Resemblance, examine_resemblance, weigh_resemblance
from helpers.topics.history.rotation import Rotation, examine_rotation, weigh_rotation
from helpers.topics.history.size_premium import SizePremium, examine_size_premium, weigh_run
from helpers.topics.history.state import VARIABLES
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information


@dataclass(frozen=True)
class AnalogsExamination:
    """Everything notebook 03 shows: one result a question, and the evidence for H1, H2, H3, M1 and M2."""

    premium: SizePremium
    nifty: NiftyFifty
    resemblance: Resemblance
    easing: Easing
    concentration: Concentration
    rotation: Rotation
    evidence: dict[str, Evidence]


def examine(
    info: Information,
    *,
    pair: str = "lo30_hi30",
    window: Sequence[int] = (1975, 1983),
    horizon: int = 12,
    k: int = 60,
    metric: str = "euclidean",
    embargo: int = 48,
    variables: Sequence[str] = tuple(VARIABLES),
    events: str = "ten",
    block: int = 12,
    draws: int = 4999,
    seed: int = 1926,
) -> AnalogsExamination:
    """Answer every question of the notebook from what was known at the information set's date.

    Parameters
    ----------
    info : Information
        What was known at its date, and its source.
    pair : str
        Small and large portfolios, one of ``size_premium.CENTURY_PAIRS``.
    window : (int, int)
        First and last year of the run on trial.
    horizon : int
        Months after a neighbour or a first cut over which the relative return is summed.
    k : int
        Nearest months.
    metric : str
        ``"euclidean"`` or ``"mahalanobis"``.
    embargo : int
        Months before the date that cannot be neighbours, at least ``horizon`` and one.
    variables : sequence of str
        Some of ``state.VARIABLES``.
    events : str
        List of first cuts, one of ``easing.EVENT_LISTS``.
    block : int
        Mean block length of the bootstraps, months.
    draws : int
        Bootstrap samples.
    seed : int
        Seed of every draw.

    Raises
    ------
    ParameterError
        A value outside its range, named with what is allowed.
    NotKnown
        A figure that was not known at the date.
    """
    if pair not in CENTURY_PAIRS:
        raise ParameterError(
            f"pair is {pair!r}: a century of returns exists for {', '.join(CENTURY_PAIRS)}. Use one of these."
        )
    if len(window) != 2:
        raise ParameterError(
            f"window is {list(window)}; give the first and the last year of the run."
        )
    # One stream a question: a parameter of one cannot move the draws of another.
    streams = np.random.default_rng(seed).spawn(2)
    easing = examine_easing(info, pair=pair, events=events, horizon=horizon)
    resemblance = examine_resemblance(
        info, pair=pair, horizon=horizon, k=k, metric=metric, embargo=embargo, variables=variables
    )
    premium = examine_size_premium(
        info, pair=pair, window=tuple(window), block=block, draws=draws, rng=streams[0]
    )
    concentration = examine_concentration(info, pair=pair)
    rotation = examine_rotation(info, pair=pair, draws=draws, rng=streams[1])
    return AnalogsExamination(
        premium=premium,
        nifty=examine_nifty_fifty(info),
        resemblance=resemblance,
        easing=easing,
        concentration=concentration,
        rotation=rotation,
        evidence={
            "H1": weigh_run(info, premium),
            "H2": weigh_resemblance(info, resemblance),
            "H3": weigh_reversal(info, concentration),
            "M1": weigh_leadership(info, concentration),
            "M2": weigh_rotation(info, rotation),
        },
    )
