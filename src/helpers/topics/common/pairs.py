"""Pairs of portfolios, funds and a share: one less the other, mostly small less large companies, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.data import recorded, recorded_each
from helpers.errors import ParameterError

if TYPE_CHECKING:
    from helpers.data import Information

#: Pairs of monthly total returns, small or a bank first. SMB is a factor: its own log growth is the relative return.
PAIRS: dict[str, tuple[str, str | None]] = {
    "lo30_hi30": ("lo30", "hi30"),
    "lo20_hi20": ("lo20", "hi20"),
    "lo10_hi10": ("lo10", "hi10"),
    "smb": ("smb", None),
    "iwm_spy": ("iwm", "spy"),
    "ijr_spy": ("ijr", "spy"),
    "rsp_spy": ("rsp", "spy"),
    "iwm_qqq": ("iwm", "qqq"),
    "ijr_qqq": ("ijr", "qqq"),
    "xli_qqq": ("xli", "qqq"),
    "rklb_spy": ("rklb", "spy"),
    "key_spy": ("key", "spy"),
    "key_iwm": ("key", "iwm"),
    "hban_spy": ("hban", "spy"),
    "hban_iwm": ("hban", "iwm"),
    "kre_spy": ("kre", "spy"),
    "kre_iwm": ("kre", "iwm"),
    "kbe_spy": ("kbe", "spy"),
    "kbe_iwm": ("kbe", "iwm"),
}
PAIR_LABELS = {
    "lo30_hi30": "smallest less largest 30 percent",
    "lo20_hi20": "smallest less largest 20 percent",
    "lo10_hi10": "smallest less largest 10 percent",
    "smb": "SMB factor",
    "iwm_spy": "Russell 2000 less S&P 500",
    "ijr_spy": "S&P SmallCap 600 less S&P 500",
    "rsp_spy": "equal-weighted less cap-weighted S&P 500",
    "iwm_qqq": "Russell 2000 less Nasdaq 100",
    "ijr_qqq": "S&P SmallCap 600 less Nasdaq 100",
    "xli_qqq": "industrial sector less Nasdaq 100",
    "rklb_spy": "Rocket Lab less S&P 500",
    "key_spy": "KeyCorp less S&P 500",
    "key_iwm": "KeyCorp less Russell 2000",
    "hban_spy": "Huntington less S&P 500",
    "hban_iwm": "Huntington less Russell 2000",
    "kre_spy": "regional banks less S&P 500",
    "kre_iwm": "regional banks less Russell 2000",
    "kbe_spy": "banks less S&P 500",
    "kbe_iwm": "banks less Russell 2000",
}

CENTURY_PAIRS = ("lo30_hi30", "lo20_hi20", "smb")


def log_return(returns: pd.Series) -> pd.Series:
    """Monthly log return in percent of a simple return in percent."""
    return 100 * np.log1p(returns / 100)


def small_minus_large(small: pd.Series, large: pd.Series | None = None) -> pd.Series:
    """Log total return of small less large companies, percent a month, in the months both are known.

    Parameters
    ----------
    small, large : Series
        Monthly simple total returns, percent. Without ``large``, ``small`` is a factor, long and short already.

    Examples
    --------
    >>> months = pd.period_range("2025-01", periods=2, freq="M")
    >>> relative = small_minus_large(pd.Series([10.0, 0.0], months), pd.Series([0.0, 10.0], months))
    >>> relative.round(2).tolist()
    [9.53, -9.53]
    """
    if large is None:
        return log_return(small)
    return (log_return(small) - log_return(large)).dropna()


@dataclass(frozen=True)
class PairInputs:
    """Series known at the date of ``info``, each read once, and the pairs made of them.

    Examples
    --------
    >>> from helpers.data import Information
    >>> inputs = PairInputs(Information("2026-02-16"))
    >>> inputs.relative("iwm_spy").index[0]
    Period('2000-06', 'M')
    """

    info: Information

    @recorded_each
    def series(self, name: str) -> pd.Series:
        """One series of the catalog."""
        return self.info.load(name)

    @recorded_each
    def relative(self, pair: str) -> pd.Series:
        """Log total return of small less large companies, percent a month; ``pair`` is one of ``PAIRS``.

        Raises
        ------
        ParameterError
            Unknown pair.
        """
        if pair not in PAIRS:
            raise ParameterError(f"Unknown portfolio pair {pair!r}; use one of {', '.join(PAIRS)}.")
        small, large = PAIRS[pair]
        legs = self.series(small), None if large is None else self.series(large)
        return small_minus_large(*legs).rename(pair)

    @recorded
    def market_moves(self) -> pd.DataFrame:
        """Total returns between named days, one row a fund or share; none before the first was known."""
        return self.info.known_rows("market_moves")

    @recorded_each
    def moves(self, pair: str) -> pd.DataFrame:
        """Its ``lead`` from the close of one day, ``start``, to that of another, ``end``, log percent."""
        small, large = PAIRS[pair]
        known = self.market_moves.set_index(["start", "end"])
        legs = [log_return(known["total_return"][known["ticker"] == leg]) for leg in (small, large)]
        return (legs[0] - legs[1]).dropna().rename("lead").reset_index()
