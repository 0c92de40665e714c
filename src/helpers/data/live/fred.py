"""FRED and ALFRED, as they stood on the day asked for.

The key is read from ``FRED_API_KEY`` when a request is made and appears in no error, log or file.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
from dataclasses import dataclass
from http.client import HTTPException
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from fredapi import Fred

from helpers.data.catalog import Entry
from helpers.data.dates import PERIOD_FREQ
from helpers.data.files import as_periods
from helpers.data.live import cache, transport
from helpers.data.series import check_plausible, read_series, trim
from helpers.errors import DataError, NotKnown

FRED_URL = "https://api.stlouisfed.org/fred"  # REBALANCE_FRED_URL names another one
FRESH = (
    600.0  # seconds for which an answer for today counts: a release may come at any time of the day
)
LATE = {
    "monthly": 3,
    "quarterly": 1,
    "yearly": 1,
}  # periods a release may be late by the dates of the catalog


@dataclass(frozen=True)
class Answer:
    """What FRED said of a series at one vintage: its figures, as read and as sent, and its description."""

    values: pd.Series
    observations: Element
    descriptions: Element  # one in it, or several where FRED changed the description on that day


class Refused(Exception):
    """FRED answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status, self.message = status, message


class Alfred(Fred):
    """fredapi's client, with every question asked at one vintage and over `helpers.data.live.transport`."""

    def __init__(self, key: str, vintage: dt.date) -> None:
        # not fredapi's own, which installs an opener for the whole process where the environment names a proxy
        self.api_key = key
        self.root_url = os.environ.get("REBALANCE_FRED_URL", FRED_URL)
        self.vintage = vintage
        self.sent = Element("nothing")

    def answer(self, series_id: str) -> Answer:
        """The figures of a series and its description, in two requests."""
        values = pd.to_numeric(self.get_series(series_id))
        observations = self.sent
        self.get_series_info(series_id)
        return Answer(values, observations, self.sent)

    def _parse(self, date_str: str, format: str = "%Y-%m-%d") -> dt.datetime:
        """The day of a figure; fredapi's own way takes ten times as long, for each of a thousand figures."""
        return dt.datetime.strptime(date_str, format)

    def _Fred__fetch_data(self, url: str) -> Element:
        """The one place where fredapi opens an address, under the name Python gives it there."""
        day = f"realtime_start={self.vintage}&realtime_end={self.vintage}"
        status, body = transport.get(f"{url}&{day}&api_key={self.api_key}", "fred")
        if status != 200:
            raise Refused(status, _message(body))
        self.sent = ElementTree.fromstring(body)
        return self.sent


def fetch(found: Entry, as_of: dt.date | None) -> tuple[pd.Series, dict[str, str]]:
    """A series as FRED published it by ``as_of`` (ALFRED vintage; None: today), with vintage and hash.

    An answer is checked, then kept in the cache folder under the hash of its content. A vintage in the past never
    changes: it is fetched once and kept for ever. Today's still may, so it is asked for again after ten minutes,
    and once more when the day is over. The day is that of St. Louis, where the vintages are dated.

    Raises
    ------
    NotKnown
        ALFRED has no vintage of the series on that day.
    DataError
        No key, refused key, no network; an answer that is damaged, empty, short, of another vintage, in another unit
        than the catalog's, or implausible in it. The snapshot is never used instead.
    """
    now = today()
    vintage = min(as_of or now, now)
    service, max_age = ("fred-today", FRESH) if vintage == now else ("fred", float("inf"))
    stored = f"{_series_id(found)}_{vintage}"
    text = cache.recall(service, stored, max_age)
    if text is None:
        answer = _ask(found, vintage)
        if isinstance(answer, DataError):  # raised here, where no variable holds the key
            raise answer
        if problem := _problem(found, answer, vintage):
            raise _failure(found, problem)
        text = _to_csv(found, answer.values)
        check_plausible(found, _from_csv(found, text))
        cache.keep(service, stored, text)
    return _from_csv(found, text), {"vintage": f"ALFRED {vintage}", "sha256": cache.digest(text)}


def today() -> dt.date:
    """The day in St. Louis: FRED refuses a vintage after it."""
    return dt.datetime.now(ZoneInfo("America/Chicago")).date()


def _series_id(found: Entry) -> str:
    return found.live.removeprefix("fred:")


def _failure(found: Entry, problem: str) -> DataError:
    return DataError(
        f"{_series_id(found)}: {problem}. The snapshot is not used instead: ask for source='snapshot'."
    )


def _ask(found: Entry, vintage: dt.date) -> Answer | DataError:
    """FRED's answer, or the error to raise: one raised here would carry the key in its context."""
    series_id = _series_id(found)
    key = os.environ.get("FRED_API_KEY", "").strip()
    if not re.fullmatch(r"[0-9a-z]{32}", key):
        state = "is not a FRED key (32 lower-case letters and digits)" if key else "is not set"
        return DataError(
            f"{series_id}: FRED_API_KEY {state}. Get a free key at "
            "https://fred.stlouisfed.org/docs/api/api_key.html and set it in the environment, or use "
            "source='snapshot'."
        )
    try:
        return Alfred(key, vintage).answer(series_id)
    except DataError as error:  # of the cache folder
        return error.with_traceback(None)
    except Refused as error:
        if error.status == 400 and "does not exist in ALFRED" in error.message:
            return NotKnown(
                f"{found.name}: nothing was known on {vintage}. ALFRED has no vintage of {series_id} so early: choose "
                "a later as_of."
            )
        return _failure(found, _explain(error).replace(key, "***"))
    except Exception as error:  # whatever it is, its text may hold the address with the key
        return _failure(found, _explain(error).replace(key, "***"))


def _message(body: bytes) -> str:
    """FRED's own words in an error, nothing where another page came."""
    try:
        return ElementTree.fromstring(body).get("message", "").strip().rstrip(".")
    except ParseError:
        return ""


def _explain(error: Exception) -> str:
    """Cause of a failed request and the next step, in words."""
    kind, check = type(error).__name__, "check REBALANCE_FRED_URL and the network"
    if isinstance(error, Refused):
        said = f" ({error.message})" if error.message else ""
        advice = {400: "check FRED_API_KEY and as_of", 429: "wait a minute and repeat"}
        step = advice.get(error.status, "try again later")
        return f"FRED answered with HTTP status {error.status}{said}; {step}"
    if isinstance(error, transport.OtherHost):
        return f"FRED sent the request on to another host, which was not followed; {check}"
    if isinstance(error, transport.TooLarge):
        return f"FRED's answer was larger than {transport.LARGEST / 1e6:g} MB; {check}"
    if isinstance(error, OSError):
        reason = getattr(error, "reason", None)
        kind = type(reason).__name__ if isinstance(reason, Exception) else kind
        return f"FRED was not reached ({kind}); check the network and repeat"
    if isinstance(
        error, ParseError | TypeError | ValueError | LookupError | EOFError | HTTPException
    ):
        return f"FRED's answer was incomplete or damaged ({kind}); repeat the request"
    return f"reading FRED failed ({kind}); repeat the request"


def _problem(found: Entry, answer: Answer, vintage: dt.date) -> str:
    """What keeps an answer from being the whole series of that vintage in the catalog's unit; nothing when it is."""
    sent, described = answer.observations, answer.descriptions
    days = {
        (one.get("realtime_start"), one.get("realtime_end")) for one in (sent, *sent, *described)
    }
    if other := days - {(str(vintage), str(vintage))}:
        said = " to ".join(map(str, min(other, key=str)))
        return f"FRED answered with the vintage {said} instead of {vintage}; repeat the request"
    names = {str(one.get("id")) for one in described}
    if names != {_series_id(found)} or sent.get("units") != "lin":
        return f"FRED answered with {min(names)} in units {sent.get('units')}; repeat the request"
    if (sent.get("count"), sent.get("offset")) != (str(len(sent)), "0"):
        return f"{len(sent)} of FRED's {sent.get('count')} figures arrived; repeat the request"
    if not len(sent):
        return f"FRED has no figure as of {vintage}; choose a later as_of"
    for unit in (one.get("units", "") for one in described):
        if _measure(unit) != _measure(found.unit):
            return (
                f"as of {vintage} FRED gives the series in {unit!r}, the catalog in {found.unit!r}: it was rebased or "
                "rescaled; choose another as_of, or correct the catalog"
            )
    return _problem_of_periods(found, answer, vintage)


def _problem_of_periods(found: Entry, answer: Answer, vintage: dt.date) -> str:
    """Periods that stand twice, out of order or not at all, by the snapshot and by FRED's description.

    The description tells the span of today, and units and title of the vintage: of a past vintage, the snapshot says
    where it must end, but for a release that came late.
    """
    dates = [one.get("date", "") for one in answer.observations]
    # By way of dates: pandas takes twenty times as long for texts.
    periods = pd.to_datetime(dates, format="%Y-%m-%d").to_period(PERIOD_FREQ[found.frequency])
    if len(early := np.flatnonzero(np.diff(periods.asi8) <= 0)):
        before, after = periods[early[0] : early[0] + 2]
        return f"FRED's answer has {after} after {before}; repeat the request"
    first = min(one.get("observation_start", "") for one in answer.descriptions)
    last = max(one.get("observation_end", "") for one in answer.descriptions)
    if vintage == today() and dates[-1] < last:
        return f"FRED's answer ends on {dates[-1]}, by its own description on {last}; repeat the request"
    try:
        known = read_series(found, vintage).dropna().index
    except NotKnown:  # by the release lag nothing was: nothing can be missing
        return ""
    if periods[0] > known[0] and dates[0] > first:
        return f"FRED's answer begins on {dates[0]}, by its own description on {first}; repeat the request"
    if (known[-1] - periods[-1]).n > LATE[found.frequency]:
        return f"FRED's answer ends in {periods[-1]}, but {known[-1]} was known on {vintage}; repeat the request"
    inside = known[(known > periods[0]) & (known < periods[-1])]
    if len(missing := inside.difference(periods)):
        return f"FRED's answer lacks {missing[0]} and {len(missing) - 1} more that the snapshot has; repeat the request"
    return ""


def _measure(unit: str) -> tuple[str, ...]:
    """What a unit comes down to, however it is worded: percent, a scale, or an index and the years of its base.

    Examples
    --------
    >>> _measure("Index 1982-1984=100") == _measure("index, 1982-84 = 100")
    True
    >>> _measure("Billions of Dollars") == _measure("million USD")
    False
    """
    words = re.findall(r"index|percent|thousand|million|billion|trillion", unit.lower())
    base = re.search(r"(\d{4})(?:-(?:\d\d)?(\d\d))?\s*=\s*100", unit)
    return (*words, *(year for year in (base.groups() if base else ()) if year))


def _to_csv(found: Entry, values: pd.Series) -> str:
    periods = pd.PeriodIndex(values.index, freq=PERIOD_FREQ[found.frequency])
    return pd.DataFrame({"period": periods.astype(str), "value": values.to_numpy()}).to_csv(
        index=False, lineterminator="\n"
    )


def _from_csv(found: Entry, text: str) -> pd.Series:
    frame = pd.read_csv(io.StringIO(text), dtype={"period": "str"})
    dtype = f"period[{PERIOD_FREQ[found.frequency]}]"
    index = pd.PeriodIndex(as_periods(frame["period"], dtype), name="period")
    values = pd.Series(frame["value"].to_numpy(dtype="float64"), index=index, name=found.name)
    values = trim(values.reindex(pd.period_range(index[0], index[-1], name="period")))
    if values.empty:
        raise _failure(found, "FRED has no figure by this date; choose a later as_of")
    return values
