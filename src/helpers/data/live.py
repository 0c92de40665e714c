"""Live figures from FRED and ALFRED, as they stood on the day asked for.

The key is read from ``FRED_API_KEY`` when a request is made and appears in no error, log or file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import re
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from xml.etree.ElementTree import ParseError

import numpy as np
import pandas as pd

from helpers.data import series
from helpers.data.catalog import Entry, entry
from helpers.data.dates import PERIOD_FREQ, as_date
from helpers.errors import DataError

TIMEOUT = 30.0  # seconds without an answer
FRED_URL = "https://api.stlouisfed.org/fred"  # REBALANCE_FRED_URL names another one


def fetch_fred(found: Entry, as_of: dt.date | None) -> tuple[pd.Series, dict[str, str]]:
    """A series as FRED published it by ``as_of`` (ALFRED vintage; None: today), and its provenance.

    A vintage never changes, so each is fetched once and kept in the cache folder under the hash of its content.

    Raises
    ------
    DataError
        No key, refused key, no network, damaged or empty answer. The snapshot is never used instead.
    """
    today = dt.date.today()
    vintage = min(as_of or today, today)
    series_id = found.live.removeprefix("fred:")
    text = _read_cache(series_id, vintage)
    if text is None:
        text = _to_csv(found, _download(series_id, vintage))
        _write_cache(series_id, vintage, text)
    values = _from_csv(found, text)
    details = {
        "source": "live",
        "vintage": f"ALFRED {vintage}",
        "file": found.live,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "note": _summary(_compare(found, values, as_of)),
    }
    return values, details


def compare_with_snapshot(name: str, as_of: str | dt.date | None = None) -> pd.DataFrame:
    """Periods in which the live figure differs from the embedded one.

    Returns
    -------
    pandas.DataFrame
        ``snapshot``, ``live`` and ``change`` (live less snapshot, in the unit of the catalog) by period; NaN
        where only one of the two has a figure. Empty when nothing changed.

    Raises
    ------
    DataError
        When the series is unknown or has no live source, and as `helpers.data.load` with ``source="live"``.
    """
    found, as_of = entry(name, "series"), as_date(as_of)
    if found.live == "none":
        raise DataError(
            f"{name} has no live source: the catalog says `live: none`. Use source='snapshot'."
        )
    return _compare(found, series.load(name, as_of, source="live"), as_of)


def cache_dir() -> Path:
    """Folder of fetched vintages: ``REBALANCE_CACHE``, or the user's cache folder of the platform."""
    if chosen := os.environ.get("REBALANCE_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "great-rebalancing"


def _download(series_id: str, vintage: dt.date) -> pd.Series:
    from fredapi import Fred

    key = os.environ.get("FRED_API_KEY", "").strip()
    if not re.fullmatch(r"[0-9a-z]{32}", key):
        state = "is not a FRED key (32 lower-case letters and digits)" if key else "is not set"
        raise DataError(
            f"{series_id}: FRED_API_KEY {state}. Get a free key at "
            "https://fred.stlouisfed.org/docs/api/api_key.html and set it in the environment, or use "
            "source='snapshot'."
        )
    client = Fred(api_key=key)
    client.root_url = os.environ.get("REBALANCE_FRED_URL", FRED_URL)
    try:
        with _timeout(TIMEOUT):
            values = client.get_series(series_id, realtime_start=vintage, realtime_end=vintage)
    except (
        Exception
    ) as error:  # whatever it is, its text or its context may hold the address with the key
        problem = _explain(error).replace(key, "***")
    else:
        problem = "" if len(values) else f"FRED has no figure as of {vintage}; choose a later as_of"
    if (
        problem
    ):  # raised outside the handler, so that the original error is not attached to this one
        raise DataError(
            f"{series_id}: {problem}. The snapshot is not used instead: ask for source='snapshot'."
        )
    return pd.to_numeric(values)


def _explain(error: BaseException) -> str:
    """Cause of a failed request and the next step, in words."""
    chain = [error]
    while chain[-1].__context__ is not None:
        chain.append(chain[-1].__context__)
    refused = next((one for one in chain if isinstance(one, HTTPError)), None)
    if refused is not None:
        said = str(error) if isinstance(error, ValueError) and error is not refused else ""
        said = f" ({said.strip().rstrip('.')})" if said and said != "None" else ""
        advice = {400: "check FRED_API_KEY and as_of", 429: "wait a minute and repeat"}
        step = advice.get(refused.code, "try again later")
        return f"FRED answered with HTTP status {refused.code}{said}; {step}"
    if isinstance(error, TimeoutError | URLError | ConnectionError | socket.gaierror):
        reason = getattr(error, "reason", None) or error
        return f"FRED was not reached ({type(reason).__name__}); check the network and repeat"
    if (
        isinstance(error, ParseError | TypeError | ValueError | EOFError)
        or "Incomplete" in type(error).__name__
    ):
        return (
            f"FRED's answer was incomplete or damaged ({type(error).__name__}); repeat the request"
        )
    return f"reading FRED failed ({type(error).__name__}); repeat the request"


@contextmanager
def _timeout(seconds: float) -> Iterator[None]:
    """Time limit for sockets opened inside: fredapi sets none and would wait for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _to_csv(found: Entry, values: pd.Series) -> str:
    periods = pd.PeriodIndex(values.index, freq=PERIOD_FREQ[found.frequency])
    return pd.DataFrame({"period": periods.astype(str), "value": values.to_numpy()}).to_csv(
        index=False, lineterminator="\n"
    )


def _from_csv(found: Entry, text: str) -> pd.Series:
    frame = pd.read_csv(io.StringIO(text), dtype={"period": "str"})
    index = pd.PeriodIndex(frame["period"], freq=PERIOD_FREQ[found.frequency], name="period")
    values = pd.Series(frame["value"].to_numpy(dtype="float64"), index=index, name=found.name)
    if not index.is_monotonic_increasing or not index.is_unique:
        raise DataError(
            f"{found.live}: FRED's periods are not strictly increasing; repeat the request."
        )
    values = series.trim(values.reindex(pd.period_range(index[0], index[-1], name="period")))
    if values.empty:
        raise DataError(f"{found.live}: FRED has no figure by this date. Choose a later as_of.")
    return values


def _compare(found: Entry, live: pd.Series, as_of: dt.date | None) -> pd.DataFrame:
    try:
        snapshot = series.load(found.name, as_of)
    except DataError:  # nothing of it was known by the release lag: every live figure is new
        snapshot = live[:0]
    both = pd.DataFrame({"snapshot": snapshot, "live": live})
    same = np.isclose(both["snapshot"], both["live"], rtol=1e-6, atol=1e-9, equal_nan=True)
    return both.assign(change=both["live"] - both["snapshot"])[~same]


def _summary(changes: pd.DataFrame) -> str:
    if changes.empty:
        return "equal to the snapshot"
    revised = changes["change"].dropna().abs()
    parts = [f"{len(revised)} figures revised, most in {revised.idxmax()}"] if len(revised) else []
    parts += (
        [f"{len(changes) - len(revised)} in one of the two only"]
        if len(changes) > len(revised)
        else []
    )
    return "against the snapshot: " + "; ".join(parts)


def _read_cache(series_id: str, vintage: dt.date) -> str | None:
    """The cached vintage whose content still has the hash in its name."""
    for path in sorted((cache_dir() / "fred").glob(f"{series_id}_{vintage}_*.csv")):
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest()[:16] == path.stem.rsplit("_", 1)[-1]:
            return content.decode()
    return None


def _write_cache(series_id: str, vintage: dt.date, text: str) -> None:
    folder = cache_dir() / "fred"
    name = f"{series_id}_{vintage}_{hashlib.sha256(text.encode()).hexdigest()[:16]}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
            part.write(text.encode())
        os.replace(part.name, folder / name)
    except OSError as error:
        raise DataError(
            f"The cache folder {folder} cannot be written ({error.strerror}). Name another in REBALANCE_CACHE."
        ) from error
