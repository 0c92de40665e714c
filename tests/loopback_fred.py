"""A small FRED on the loopback interface: the service's own XML, with figures of the snapshot."""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from helpers.data.catalog import catalog
from helpers.data.dates import known_dates
from helpers.data.files import read_table
from helpers.data.series import trim

KEY = "0123456789abcdef0123456789abcdef"
HEADER = '<?xml version="1.0" encoding="utf-8" ?>\n'
#: What FRED says, word for word.
BAD_KEY = (
    "Bad Request.  The value for variable api_key is not registered.  "
    "Read https://fred.stlouisfed.org/docs/api/api_key.html for more information."
)
NO_SERIES = "Bad Request.  The series does not exist."
NO_VINTAGE = "Bad Request.  The series does not exist in ALFRED but may exist in FRED."
TOO_MANY = "Too Many Requests.  Exceeded Rate Limit"
#: `units` of FRED's description of each series.
UNITS = {
    "FEDFUNDS": "Percent",
    "TB3MS": "Percent",
    "GS2": "Percent",
    "GS10": "Percent",
    "CPIAUCSL": "Index 1982-1984=100",
    "CPILFESL": "Index 1982-1984=100",
    "UNRATE": "Percent",
    "INDPRO": "Index 2017=100",
    "BUSLOANS": "Billions of U.S. Dollars",
    "PCEPILFE": "Index 2017=100",
    "DRTSCILM": "Percent",
    "DRTSCIS": "Percent",
    "DRSDCIS": "Percent",
    "BCNSDODNS": "Millions of U.S. Dollars",
    "W272RC1Q027SBEA": "Billions of Dollars",
    "CPATAX": "Billions of Dollars",
    "GDP": "Billions of Dollars",
}


def error(status: int, message: str) -> tuple[int, str]:
    """An error as FRED sends it."""
    return status, f'{HEADER}<error code="{status}" message="{message}" />'


@cache
def _figures(series_id: str) -> list[tuple[str, str, dt.date, str]]:
    """Period, its first day, day of release and value as FRED writes it, of all figures of the snapshot."""
    one = next(one for one in catalog().values() if one.live == f"fred:{series_id}")
    values = trim(read_table(catalog()[one.table])[one.name])
    return list(
        zip(
            values.index.astype(str),
            values.index.to_timestamp().strftime("%Y-%m-%d"),
            [day.date() for day in known_dates(one, values.index)],
            ["." if pd.isna(value) else repr(float(value)) for value in values],
            strict=True,
        )
    )


def tag(name: str, **attributes: object) -> str:
    return f"<{name} " + " ".join(f'{key}="{value}"' for key, value in attributes.items())


@dataclass
class LoopbackFred:
    """State of the server: how it misbehaves, what it revises, and the queries it has seen.

    Modes that spoil an answer are named in `spoil` and in the handler; `refusals` is how often it still says 429, and
    `retry_after` the header it sends with that.
    """

    url: str = ""
    mode: str = "good"
    revisions: dict[str, dict[str, float]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=UNITS.copy)
    last: dict[str, str] = field(default_factory=dict)
    first_vintage: dt.date = dt.date(1776, 7, 4)
    today: dt.date = field(
        default_factory=lambda: dt.datetime.now(ZoneInfo("America/Chicago")).date()
    )
    refusals: int = 0
    retry_after: str = ""
    redirect: str = ""
    queries: list[dict[str, str]] = field(default_factory=list)

    def answer(self, query: dict[str, str]) -> tuple[int, str]:
        """Status and body for a query, as FRED gives them."""
        if self.refusals:
            self.refusals -= 1
            return error(429, TOO_MANY)
        if self.mode == "gateway page":
            return 502, "<html><body>Bad gateway<br></body>"
        if query.get("api_key") != KEY:
            return error(400, BAD_KEY)
        if query["series_id"] not in self.units:
            return error(400, NO_SERIES)
        vintage = dt.date.fromisoformat(query["realtime_start"])
        if vintage > self.today:
            return error(
                400,
                f"Bad Request.  Variable realtime_start can not be after today's date ({self.today}) unless it's "
                "equal to the real-time max date 9999-12-31.",
            )
        if vintage < self.first_vintage:
            return error(400, NO_VINTAGE)
        figures = self.figures(query["series_id"], vintage)
        if query["path"] == "/fred/series":
            return 200, self.description(query["series_id"], vintage)
        return 200, self.observations(figures, vintage)

    def figures(self, series_id: str, vintage: dt.date) -> dict[str, str]:
        """Date and value of the figures released by then, blanks as dots."""
        last, revised = self.last.get(series_id, "9999"), self.revisions.get(series_id, {})
        return {
            day: repr(float(revised[period])) if period in revised else value
            for period, day, known, value in _figures(series_id)
            if known <= vintage and period <= last
        }

    def observations(self, figures: dict[str, str], vintage: dt.date) -> str:
        """The body of fred/series/observations."""
        rows = self.spoil(list(figures.items()))
        told = len(figures) if self.mode == "fewer than counted" else len(rows)
        days = {"realtime_start": vintage, "realtime_end": vintage}
        if self.mode == "other vintage":
            days = dict.fromkeys(days, vintage - dt.timedelta(days=1))
        head = tag(
            "observations",
            **days,
            observation_start="1600-01-01",
            observation_end="9999-12-31",
            units="pch" if self.mode == "changes" else "lin",
            output_type=1,
            file_type="xml",
            order_by="observation_date",
            sort_order="asc",
            count=told,
            offset=0,
            limit=100000,
        )
        other = {**days, "realtime_end": vintage - dt.timedelta(days=1)}
        first = other if self.mode == "one figure of another vintage" else days
        lines = [
            f"  {tag('observation', **(days if place else first), date=day, value=value)}/>"
            for place, (day, value) in enumerate(rows)
        ]
        return "\n".join([f"{HEADER}{head}>", *lines, "</observations>\n"])

    def spoil(self, rows: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The rows as the mode leaves them, each well-formed in itself."""
        half = len(rows) // 2
        return {
            "nothing": [],
            "first half": rows[:half],
            "fewer than counted": rows[:half],
            "second half": rows[half:],
            "all but the last": rows[:-1],
            "a hole": rows[:half] + rows[half + 1 :],
            "a period twice": [*rows[:half], (rows[half - 1][0], "1.0"), *rows[half:]],
            "out of order": [*rows[:half], rows[half + 1], rows[half], *rows[half + 2 :]],
        }.get(self.mode, rows)

    def description(self, series_id: str, vintage: dt.date) -> str:
        """The body of fred/series: its span is that of today, whatever the vintage."""
        dates = list(self.figures(series_id, self.today))
        one = next(one for one in catalog().values() if one.live == f"fred:{series_id}")
        days = {"realtime_start": vintage, "realtime_end": vintage}
        series = tag(
            "series",
            id="GNPCA" if self.mode == "another series" else series_id,
            **days,
            title=one.title,
            observation_start=dates[0],
            observation_end=dates[-1],
            frequency=one.frequency.capitalize(),
            frequency_short=one.frequency[0].upper(),
            units=self.units[series_id],
            units_short=self.units[series_id],
            seasonal_adjustment="Not Seasonally Adjusted",
            seasonal_adjustment_short="NSA",
            last_updated=f"{vintage} 07:43:57-05",
            popularity=8,
        )
        return f"{HEADER}{tag('seriess', **days)}>\n  {series}/>\n</seriess>\n"


def serve(handler: type[BaseHTTPRequestHandler]) -> tuple[ThreadingHTTPServer, str]:
    """A server on a free port of the loopback interface, and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    # Asked often whether it is over, so that no test waits for it at its end.
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def fred(monkeypatch, tmp_path):
    """The loopback service, a good key and an empty cache folder."""
    state = LoopbackFred()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            state.queries.append({"path": address.path.removeprefix("/moved"), **query})
            if state.redirect and not address.path.startswith("/moved"):
                self.send_response(302)
                self.send_header("Location", state.redirect + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            if state.mode.startswith("for ever"):
                self.for_ever()
                return
            status, body = state.answer(state.queries[-1])
            content = body.encode()
            self.send_response(status)
            if status == 429 and state.retry_after:
                self.send_header("Retry-After", state.retry_after)
            self.send_header("Content-Type", "text/xml; charset=UTF-8")
            if state.mode == "garbled":
                content = content[: len(content) // 2]
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if state.mode == "cut off" else content)

        def for_ever(self):
            """Headers or a body that trickle, or a body that floods, until the client goes or the test ends."""
            if state.mode != "for ever headers":
                self.send_response(200)
                self.end_headers()
            more = b" " * (100_000 if state.mode == "for ever flood" else 1)
            try:
                while state.mode.startswith("for ever"):
                    self.wfile.write(more)
                    time.sleep(0.01)
            except OSError:
                pass

        def log_message(self, *args):
            pass

    server, address = serve(Handler)
    state.url = f"{address}/fred"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FRED_API_KEY", KEY)
    monkeypatch.setenv("REBALANCE_FRED_URL", state.url)
    monkeypatch.setenv("REBALANCE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("helpers.data.live.transport.PAUSE", 0.0)
    monkeypatch.setattr("helpers.data.live.transport.REPEATS", (0.0, 0.0, 0.0))
    yield state
    state.mode = "over"
    server.shutdown()
    server.server_close()
