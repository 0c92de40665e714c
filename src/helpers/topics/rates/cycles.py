"""Hiking and cutting cycles of the policy rate since 1954, dated by one rule."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

DAYS_A_MONTH = 365.25 / 12
DECISIONS_BEGIN = pd.Period("1982-10")
MONTHLY_REVERSAL_FACTOR = 3  # a monthly average of a market rate wobbles by more than a decision


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """One hiking (+1) or cutting (-1) cycle, from its first to its last move.

    ``size_bp`` carries the sign of ``direction``; ``basis`` says what was dated: ``"monthly average"`` of the
    funds rate before October 1982, ``"decisions"`` after. ``running`` marks the cycle no reversal has ended yet.
    """

    direction: int
    start: pd.Timestamp
    end: pd.Timestamp
    size_bp: float
    moves: int
    basis: str
    running: bool

    @property
    def months(self) -> float:
        """Months from the first to the last move."""
        return (self.end - self.start).days / DAYS_A_MONTH

    @property
    def speed(self) -> float:
        """Basis points a month, without sign; NaN for a single move, which has no duration."""
        return (
            abs(self.size_bp) / self.months if self.moves > 1 and self.months > 0 else float("nan")
        )


def policy_path(funds: pd.Series, decisions: pd.DataFrame) -> pd.DataFrame:
    """Policy rate: monthly averages before October 1982, announced decisions after.

    Parameters
    ----------
    funds : pandas.Series
        Monthly funds rate, percent.
    decisions : pandas.DataFrame
        As from `helpers.data.fomc_decisions`.

    Returns
    -------
    pandas.DataFrame
        Index: month end or day of the announcement. ``rate``: percent (upper bound of the range since 2008);
        ``basis``: ``"monthly average"`` or ``"decisions"``.
    """
    funds = funds[funds.index < DECISIONS_BEGIN]
    monthly = pd.DataFrame(
        {"rate": funds.to_numpy(), "basis": "monthly average"},
        index=pd.PeriodIndex(funds.index).to_timestamp(how="end").normalize(),
    )
    decided = pd.DataFrame(
        {"rate": decisions["upper"].to_numpy(), "basis": "decisions"},
        index=pd.DatetimeIndex(decisions["announced"]),
    )
    path = pd.concat([monthly, decided])
    path.index.name = "date"
    return path


def turning_points(level: ArrayLike, reversal: ArrayLike) -> list[int]:
    """Positions of the extremes between which a path moves, a move back of at least ``reversal`` apart.

    Parameters
    ----------
    level : array_like, shape (n,)
        The path.
    reversal : float or array_like, shape (n,)
        Smallest move away from an extreme that confirms it, in the unit of ``level``.

    Returns
    -------
    list of int
        Alternating lows and highs, in order. The first is where the path starts its first confirmed swing,
        the last is the extreme reached so far and not yet confirmed. Of equal extremes the first one counts.

    Notes
    -----
    An extreme enters only through values at or after it, so cutting the path at any point leaves every turning
    point confirmed by then where it was.

    Examples
    --------
    >>> turning_points([1.0, 2.0, 3.0, 2.9, 3.0, 2.0, 1.5], reversal=0.5)
    [0, 2, 6]
    """
    level = np.asarray(level)
    reversal = np.broadcast_to(reversal, level.shape) - 1e-9
    if level.size < 2 or not np.isfinite(level).all():
        raise ValueError("turning_points needs two or more finite levels.")
    high = low = direction = 0
    points: list[int] = []
    for i, value in enumerate(level):
        if value > level[high]:
            high = i
        if value < level[low]:
            low = i
        if direction >= 0 and level[high] - value >= reversal[i]:
            points.append(high)
            direction, low = -1, i
        elif direction <= 0 and value - level[low] >= reversal[i]:
            points.append(low)
            direction, high = 1, i
    return [*points, high if direction > 0 else low] if points else points


def policy_cycles(path: pd.DataFrame, reversal_bp: float = 50.0) -> tuple[Cycle, ...]:
    """Hiking and cutting cycles of a policy path.

    A cycle ends at the extreme from which the rate turns back by ``reversal_bp`` or more, three times that in the
    monthly averages before October 1982. It begins with the first move after the previous extreme (in
    monthly data: at the extreme, when the move within the month is unseen).

    Parameters
    ----------
    path : pandas.DataFrame
        As from `policy_path`.
    reversal_bp : float
        Basis points of reversal between two announced decisions that end a cycle.

    Returns
    -------
    tuple of Cycle
        In order of time; the last one is running.
    """
    level = path["rate"].to_numpy() * 100.0
    decided = (path["basis"] == "decisions").to_numpy()
    reversal = np.where(decided, reversal_bp, MONTHLY_REVERSAL_FACTOR * reversal_bp)
    points = turning_points(level, reversal)
    cycles = []
    for a, b in itertools.pairwise(points):
        direction = int(np.sign(level[b] - level[a]))
        if direction == 0:
            continue
        begin = a + 1 if decided[a] else a
        cycles.append(
            Cycle(
                direction=direction,
                start=path.index[begin],
                end=path.index[b],
                size_bp=float(level[b] - level[a]),
                moves=int((np.sign(np.diff(level[a : b + 1])) == direction).sum()),
                basis=path["basis"].iloc[begin],
                running=b == points[-1],
            )
        )
    return tuple(cycles)


def table_cycles(cycles: tuple[Cycle, ...]) -> pd.DataFrame:
    """Cycles as a table, in order of time: kind, start, end, size (bp), months, speed (bp a month), moves, basis."""
    rows = [
        {
            "kind": ("hiking" if c.direction > 0 else "cutting")
            + (" (running)" if c.running else ""),
            "start": f"{c.start:%Y-%m}",
            "end": f"{c.end:%Y-%m}",
            "size": c.size_bp,
            "months": c.months,
            "speed": c.speed,
            "moves": c.moves,
            "basis": c.basis,
        }
        for c in cycles
    ]
    return pd.DataFrame(
        rows, columns=["kind", "start", "end", "size", "months", "speed", "moves", "basis"]
    )
