"""Pairs of size portfolios and funds: small less large companies, month by month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.errors import ParameterError

if TYPE_CHECKING:
    from helpers.data import Information

#: Pairs of monthly total returns, small first. SMB is a factor: its own log growth is the relative return.
PAIRS = {
    "lo30_hi30": ("lo30", "hi30"),
    "lo20_hi20": ("lo20", "hi20"),
    "smb": ("smb", None),
    "iwm_spy": ("iwm", "spy"),
    "ijr_spy": ("ijr", "spy"),
    "rsp_spy": ("rsp", "spy"),
}
PAIR_LABELS = {
    "lo30_hi30": "smallest less largest 30 percent",
    "lo20_hi20": "smallest less largest 20 percent",
    "smb": "SMB factor",
    "iwm_spy": "Russell 2000 less S&P 500",
    "ijr_spy": "S&P SmallCap 600 less S&P 500",
    "rsp_spy": "equal-weighted less cap-weighted S&P 500",
}
CENTURY_PAIRS = ("lo30_hi30", "lo20_hi20", "smb")


def log_return(returns: pd.Series) -> pd.Series:
    """Monthly log return in percent of a simple return in percent."""
    return 100 * np.log1p(returns / 100)


def load_small_minus_large(info: Information, pair: str = "lo30_hi30") -> pd.Series:
    """Log total return of small less large companies, percent a month.

    Parameters
    ----------
    info : Information
        What was known at its date.
    pair : str
        One of ``PAIRS``.

    Raises
    ------
    ParameterError
        Unknown pair.
    """
    if pair not in PAIRS:
        raise ParameterError(f"Unknown portfolio pair {pair!r}; use one of {', '.join(PAIRS)}.")
    small, large = PAIRS[pair]
    relative = log_return(info.load(small))
    if large is not None:
        relative = (relative - log_return(info.load(large))).dropna()
    return relative.rename(pair)


def series_of(pair: str) -> tuple[str, ...]:
    """Catalog names behind a pair."""
    return tuple(name for name in PAIRS[pair] if name is not None)


def describe_vintage(info: Information, names: Iterable[str]) -> str:
    """Vintages of the series, each named once."""
    return "; ".join(dict.fromkeys(info.load(name).attrs["provenance"].vintage for name in names))
