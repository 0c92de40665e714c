"""HTTP for a service that wants the key in the address: one host, a limit to time and size, and turns kept.

Nothing here hides the address in an exception: the caller must let none of them out.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead
from typing import IO, Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from helpers.data.live.throttle import take_turn

TIMEOUT = 30.0  # seconds of silence
TOTAL = 120.0  # seconds for one answer from first to last, however steadily it trickles
LARGEST = 20_000_000  # bytes of one answer; the longest series here has a fifth of a million
PAUSE = 0.5  # seconds between two requests: FRED allows two a second
REPEATS = (1.0, 5.0, 20.0)  # seconds before each repeat where the server names none
LONGEST = 60.0  # seconds the server may have us wait; when it asks for more, the user decides

TOO_MANY = 429
Found = TypeVar("Found")


class OtherHost(Exception):
    """The answer sends the request, and the key in it, to another host."""


class TooLarge(Exception):
    """The answer is larger than any of this service can be."""


def get(url: str, service: str) -> tuple[int, bytes]:
    """Status and body of an answer, whatever the status; repeated a few times while the server says 429.

    Parameters
    ----------
    url : str
        Address with the key; a redirect is followed within its host only.
    service : str
        Whose turns to keep with the other notebooks; see `helpers.data.live.throttle.take_turn`.

    Raises
    ------
    OtherHost, TooLarge, TimeoutError, OSError, http.client.HTTPException
        No whole answer came; the text may hold the address.
    DataError
        When the cache folder, where the turns stand, cannot be written.
    """
    for pause in (*REPEATS, None):
        take_turn(service, PAUSE)
        status, headers, body = _within(TOTAL, lambda: _request(url))
        if status != TOO_MANY or pause is None:
            break
        if (wait := _seconds(headers.get("Retry-After", ""), pause)) > LONGEST:
            break
        time.sleep(wait)
    return status, body


class _OneHost(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:  # scheme and host with port
            raise OtherHost
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _request(url: str) -> tuple[int, Message, bytes]:
    try:
        answer = build_opener(_OneHost).open(url, timeout=TIMEOUT)
    except HTTPError as error:
        answer = error
    with answer:
        body = answer.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise TooLarge
        if len(body) < int(answer.headers.get("Content-Length") or 0):
            raise IncompleteRead(body)
        return answer.status, answer.headers, body


def _within(seconds: float, work: Callable[[], Found]) -> Found:
    """The result of ``work``, in a thread of its own: a look-up of a name or a header has no limit in sockets.

    A thread out of time is left behind; the limits of silence and size end it.
    """
    result: list[Found] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not result:
        raise TimeoutError
    return result[0]


def _seconds(retry_after: str, otherwise: float) -> float:
    """Seconds that a ``Retry-After`` names, as a number or as a date (RFC 9110, 10.2.3)."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return otherwise
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    return max(0.0, (until - dt.datetime.now(dt.UTC)).total_seconds())
