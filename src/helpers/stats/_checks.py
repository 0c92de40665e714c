"""Input checks shared by every estimator: a bad series is refused with its name, the cause and the next step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

# What an estimator takes: dates are checked where there are any.
Observations: TypeAlias = pd.Series | pd.DataFrame | np.ndarray | Sequence[Any]


def check_index(index: pd.Index, name: str) -> None:
    """Refuse an index that is out of order, repeats itself or leaves out periods.

    Gaps are found in a ``PeriodIndex``, among whole numbers such as years, and in a ``DatetimeIndex`` of weekly or
    longer steps; in daily data holidays cannot be told from gaps.
    """
    if not index.is_monotonic_increasing:
        raise ValueError(f"{name} is not in time order; sort it with .sort_index() first.")
    if not index.is_unique:
        raise ValueError(
            f"{name} has repeated dates ({index[index.duplicated()][0]}); keep one row a date."
        )
    if len(index) < 3:
        return
    if isinstance(index, pd.PeriodIndex):
        steps = np.diff(index.asi8)
        typical = index[0].freq.n
    elif isinstance(index, pd.DatetimeIndex):
        steps = np.diff(index.to_numpy()).astype("timedelta64[D]").astype(float)
        typical = np.median(steps)
        if typical < 7:
            return
    elif pd.api.types.is_integer_dtype(index.dtype):
        steps = np.diff(index.to_numpy(dtype=float))
        typical = np.median(steps)
    else:
        return
    if (steps > 1.5 * typical).any():
        at = int(np.argmax(steps > 1.5 * typical))
        raise ValueError(
            f"{name} has a gap after {index[at]}; fill it or take a span without gaps."
        )


def check_series(
    x: Observations, name: str = "x", *, minimum: int = 3, varying: bool = True
) -> np.ndarray:
    """One-dimensional float array of a pandas or numpy series, or a ValueError that says what is wrong."""
    if isinstance(x, pd.Series):
        check_index(x.index, name)
    values = _floats(x, name)
    if values.ndim != 1:
        raise ValueError(f"{name} has {values.ndim} dimensions; give one series.")
    _check_values(values, name, minimum)
    if varying and np.ptp(values) == 0:
        raise ValueError(f"{name} is constant ({values[0]:g}); nothing can be estimated from it.")
    return values


def check_frame(
    x: Observations, name: str = "x", *, minimum: int = 3, varying: bool = True
) -> pd.DataFrame:
    """Two-dimensional float frame of a pandas or numpy input, columns named, or a ValueError."""
    if isinstance(x, pd.Series):
        x = x.to_frame(x.name if x.name is not None else "x")
    if isinstance(x, pd.DataFrame):
        check_index(x.index, name)
        frame = pd.DataFrame(_floats(x, name), index=x.index, columns=x.columns)
    else:
        values = _floats(x, name)
        values = values[:, None] if values.ndim == 1 else values
        if values.ndim != 2:
            raise ValueError(f"{name} has {values.ndim} dimensions; give one column a variable.")
        frame = pd.DataFrame(values, columns=[f"x{i}" for i in range(values.shape[1])])
    if not frame.columns.is_unique:
        raise ValueError(f"{name} has two columns of the same name; rename one.")
    if frame.shape[1] == 0:
        raise ValueError(f"{name} has no column.")
    _check_values(frame.to_numpy(), name, minimum)
    constant = frame.columns[np.ptp(frame.to_numpy(), axis=0) == 0]
    if varying and len(constant):
        raise ValueError(f"{name}: {constant[0]!r} is constant; nothing can be estimated from it.")
    return frame


def check_same_index(a: Observations, b: Observations, names: str) -> None:
    """Refuse two inputs that do not cover the same periods."""
    pandas = (pd.Series, pd.DataFrame)
    if len(a) != len(b):
        raise ValueError(f"{names} differ in length ({len(a)} and {len(b)}); align them first.")
    if isinstance(a, pandas) and isinstance(b, pandas) and not a.index.equals(b.index):
        raise ValueError(f"{names} cover different dates; align them on one index first.")


def check_horizon(horizon: int, n: int, name: str = "horizon") -> int:
    """A whole number of periods from 1 to less than half of the sample."""
    if isinstance(horizon, bool) or horizon != int(horizon) or horizon < 1:
        raise ValueError(f"{name} is {horizon}; give a whole number of periods, at least 1.")
    if 2 * horizon >= n:
        raise ValueError(
            f"{name} is {horizon} but the sample has {n} periods; it must be less than half."
        )
    return int(horizon)


def check_draws(draws: int) -> int:
    """A number of random draws that can resolve a 5 % tail."""
    if draws != int(draws) or draws < 19:
        raise ValueError(
            f"draws is {draws}; give a whole number of at least 19 (better 999 or more)."
        )
    return int(draws)


def positions(events: Iterable, index: pd.Index | None, n: int, name: str = "events") -> np.ndarray:
    """Row numbers of the events: labels of the index where there is one, else integer positions."""
    events = list(events)
    if not events:
        raise ValueError(f"{name} is empty; give at least one date.")
    if index is None:
        found = np.asarray(events)
        if not np.issubdtype(found.dtype, np.integer):
            raise ValueError(f"{name} must be integer positions, because the series has no dates.")
        outside = [event for event in events if not 0 <= event < n]
    else:
        if isinstance(index, pd.PeriodIndex):
            events = [pd.Period(event, index.freqstr) for event in events]
        elif isinstance(index, pd.DatetimeIndex):
            events = [pd.Timestamp(event) for event in events]
        found = index.get_indexer(pd.Index(events))
        outside = [event for event, at in zip(events, found, strict=True) if at < 0]
    if outside:
        span = f"0 .. {n - 1}" if index is None else f"{index[0]} .. {index[-1]}"
        raise ValueError(
            f"{name} outside the sample ({span}): {', '.join(map(str, outside))}; leave them out."
        )
    if len(np.unique(found)) < len(found):
        raise ValueError(f"{name} repeats a date; list each event once.")
    return np.sort(found)


def _floats(x: Observations, name: str) -> np.ndarray:
    """Floats; what is masked or ``pd.NA`` is missing."""
    if isinstance(x, np.ma.MaskedArray):
        return np.ma.filled(x.astype(float), np.nan)
    if isinstance(x, pd.DataFrame):
        columns = [_floats(x.iloc[:, at], name) for at in range(x.shape[1])]
        return np.array(columns, dtype=float).reshape(x.shape[1], len(x)).T
    if not isinstance(x, pd.Series | np.ndarray):
        x = np.asarray(x)
    if isinstance(x, np.ndarray) and x.dtype == object and x.ndim == 1:
        x = pd.Series(x)
    try:
        return x.to_numpy(float, na_value=np.nan) if hasattr(x, "to_numpy") else x.astype(float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} holds something that is no number; give numbers only.") from None


def _check_values(values: np.ndarray, name: str, minimum: int) -> None:
    if len(values) < minimum:
        raise ValueError(f"{name} has {len(values)} observations; at least {minimum} are needed.")
    if np.isnan(values).any():
        raise ValueError(
            f"{name} has missing values (first at row {_first(np.isnan(values))}); drop or fill them."
        )
    if np.isinf(values).any():
        raise ValueError(
            f"{name} holds an infinite value (row {_first(np.isinf(values))}); repair the input."
        )


def _first(bad: np.ndarray) -> int:
    return int(np.argwhere(bad)[0][0])
