"""Named suppositions about rates, growth and margins: none has a probability, and they are never averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.topics.outlook.rate_path import POINTS


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What is supposed, against today.

    ``rate_path`` is the change of the policy rate in basis points by each of `rate_path.POINTS`, ``growth`` that of
    real growth in points a year beside what forecasts assume, ``margin_gain`` that of the net margin of small less
    large companies by the end of 2027, percentage points; ``origin`` says what the numbers follow.
    """

    rate_path: tuple[float, ...] = (0.0,) * len(POINTS)
    growth: float = 0.0
    margin_gain: float = 0.0
    origin: str = ""

    def plus(self, rate_path: Sequence[float], growth: float, margin_gain: float) -> Scenario:
        """The same with a reader's own changes on top."""
        return Scenario(
            rate_path=tuple(
                one + other for one, other in zip(self.rate_path, rate_path, strict=True)
            ),
            growth=self.growth + growth,
            margin_gain=self.margin_gain + margin_gain,
            origin=self.origin,
        )


SCENARIOS = {
    "hold": Scenario(origin="rates, growth and margins as forecasts assume"),
    "further_cuts": Scenario(
        rate_path=(-25.0, -50.0, -75.0, -100.0),
        origin="a percentage point of further cuts, as in the bank's case with cuts",
    ),
    "inflation_and_hikes": Scenario(
        rate_path=(100.0, 200.0, 300.0, 300.0),
        origin="300 basis points within a year, as from February 1994",
    ),
    "recession": Scenario(
        rate_path=(-200.0, -475.0, -475.0, -475.0),
        growth=-2.0,
        origin="475 basis points within a year, as in 2001; growth two points short, an assumption",
    ),
    "ai_margins": Scenario(margin_gain=1.0, origin="the point of margin that F4 waits for"),
    "reversal": Scenario(
        rate_path=(50.0, 100.0, 150.0, 175.0), origin="the cuts since September 2024 taken back"
    ),
}


def in_words(name: str) -> str:
    """The name of a scenario as a reader wants it.

    Examples
    --------
    >>> in_words("inflation_and_hikes"), in_words("ai_margins")
    ('inflation and hikes', 'AI margins')
    """
    return name.replace("_", " ").replace("ai ", "AI ")


def table_scenarios() -> pd.DataFrame:
    """Every named scenario with its numbers and what they follow."""
    rows = [
        {
            "scenario": in_words(name),
            **{
                f"rate, {end}": change
                for end, change in zip(POINTS.astype(str), one.rate_path, strict=True)
            },
            "growth": one.growth,
            "small-cap margin": one.margin_gain,
            "follows": one.origin,
        }
        for name, one in SCENARIOS.items()
    ]
    return pd.DataFrame(rows)
