"""FRED and ALFRED, as they stood on the day asked for.

The key is read from ``FRED_API_KEY`` when a request is made and appears in no error, log or file.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import HTTPError, URLError
from xml.etree.ElementTree import ParseError

import pandas as pd

from helpers.data.catalog import Entry
from helpers.data.dates import PERIOD_FREQ
from helpers.data.live import cache
from helpers.data.series import trim
from helpers.errors import DataError

TIMEOUT = 30.0  # seconds without an answer
FRED_URL = "https://api.stlouisfed.org/fred"  # REBALANCE_FRED_URL names another one


def fetch(found: Entry, as_of: dt.date | None) -> tuple[pd.Series, dict[str, str]]:
    """A series as FRED published it by ``as_of`` (ALFRED vintage; None: today), with vintage and hash.

    A vintage never changes, so each is fetched once and kept in the cache folder under the hash of its content.

    Raises
    ------
    DataError
        No key, refused key, no network, damaged or empty answer. The snapshot is never used instead.
    """
    today = dt.date.today()
    vintage = min(as_of or today, today)
    series_id = found.live.removeprefix("fred:")
    stored = f"{series_id}_{vintage}"
    text = cache.recall("fred", stored)
    if text is None:
        text = _to_csv(found, _download(series_id, vintage))
        cache.keep("fred", stored, text)
    return _from_csv(found, text), {"vintage": f"ALFRED {vintage}", "sha256": cache.digest(text)}


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
    return pd.Series(pd.to_numeric(values))


def _explain(error: BaseException) -> str:
    """Cause of a failed request and the next step, in words."""
    chain = [error]
    while chain[-1].__context__ is not None:
        chain.append(chain[-1].__context__)
    refused = next((one for one in chain if isinstance(one, HTTPError)), None)
    if refused is not None:
        said = str(error) if isinstance(error, ValueError) else ""
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
    values = trim(values.reindex(pd.period_range(index[0], index[-1], name="period")))
    if values.empty:
        raise DataError(f"{found.live}: FRED has no figure by this date. Choose a later as_of.")
    return values
