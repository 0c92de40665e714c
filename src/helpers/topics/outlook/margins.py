"""Claim F4: the rise of margins that more years of a lead need, against what margins did before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range, simulate_ranges

QUARTERS = 4
FEWEST_SPANS = 4  # separate spans behind a distribution


@dataclass(frozen=True, kw_only=True)
class MarginNeed:
    """What a lead over some years needs, and how often margins did as much.

    ``needed`` is the rise of the small-cap margin in percent of it, lowest, central, highest; ``points`` the same in
    points of sales. ``changes`` are earlier ones of the profit share over as many years, percent of it; ``as_large``
    and ``from_high`` say which percent of all, and of those from a level in the upper half, were as large at central
    inputs; ``shares`` are draws of that, by definition.
    """

    years: int
    needed: tuple[float, ...]
    points: tuple[float, ...]
    margin: float
    as_large: float
    from_high: float
    changes: pd.Series = field(repr=False)
    shares: Mapping[str, np.ndarray] = field(repr=False)


def changes_over(share: pd.Series, years: int) -> pd.Series:
    """Change over so many years, percent of the level at their start.

    Raises
    ------
    NotKnown
        Fewer than four separate spans.
    """
    span = QUARTERS * years
    if len(share) < FEWEST_SPANS * span:
        raise NotKnown(
            f"{len(share)} quarters of profits were known; {FEWEST_SPANS * span} are needed for spans of {years} years."
        )
    return (100.0 * (share / share.shift(span) - 1.0)).dropna()


def rise_needed(lead: np.ndarray | float, years: int) -> np.ndarray:
    """Rise of the margin, percent of it, that carries a lead of so many percent a year where sales grow alike.

    Examples
    --------
    >>> round(float(rise_needed(2.0, 5)), 1)
    10.4
    """
    return 100.0 * ((1.0 + np.asarray(lead) / 100.0) ** years - 1.0)


def weigh_need(
    share: pd.Series,
    lead: Range,
    swing: Range,
    margin: float,
    *,
    years: int,
    draws: int,
    rng: np.random.Generator,
) -> MarginNeed:
    """Draws of how many earlier changes were as large as the rise needed.

    Parameters
    ----------
    share : pandas.Series
        Profits over output, quarterly: the proxy for margins.
    lead : Range
        Growth lead a year, percent.
    swing : Range
        How many times as far small-cap margins move as those of all companies.
    margin : float
        Net margin of small companies, percent of sales.
    years : int
        Years of the lead.
    draws : int
        Draws of lead and swing, each with resampled history.
    rng : numpy.random.Generator
        Source of randomness.

    Notes
    -----
    Sampling: each draw resamples the spans in blocks of their own length, since spans that overlap are alike.
    """
    changes = changes_over(share, years)
    start = share.shift(QUARTERS * years).reindex(changes.index)
    high = changes[start >= start.median()]
    inputs = simulate_ranges({"lead": lead, "swing": swing}, draws, rng)
    shares = {
        "every start": _share_as_large(changes, inputs["lead"], inputs["swing"], years, rng),
        "no wider swings than all companies": _share_as_large(
            changes, inputs["lead"], np.ones(draws), years, rng
        ),
        "from a level in the upper half": _share_as_large(
            high, inputs["lead"], inputs["swing"], years, rng
        ),
        "the lead of the article": _share_as_large(
            changes, np.full(draws, lead.high), inputs["swing"], years, rng
        ),
    }
    needed = [float(rise_needed(one, years)) for one in (lead.low, lead.mid, lead.high)]
    as_large, from_high = (
        100.0 * float((swing.mid * some >= needed[1]).mean()) for some in (changes, high)
    )
    return MarginNeed(
        years=years,
        needed=tuple(needed),
        points=tuple(one * margin / 100.0 for one in needed),
        margin=margin,
        as_large=as_large,
        from_high=from_high,
        changes=changes,
        shares=shares,
    )


def _share_as_large(
    changes: pd.Series, lead: np.ndarray, swing: np.ndarray, years: int, rng: np.random.Generator
) -> np.ndarray:
    """Percent of resampled changes that reach what a lead needs, draw by draw."""
    block = min(QUARTERS * years, len(changes) // 2)
    rows = stats.stationary_indices(len(changes), block, len(lead), rng)
    swung = changes.to_numpy()[rows] * swing[:, None]
    return 100.0 * (swung >= rise_needed(lead, years)[:, None]).mean(axis=1)
