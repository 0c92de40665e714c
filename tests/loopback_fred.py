"""A small FRED on the loopback interface: the service's own XML, with figures of the snapshot."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from helpers.data.catalog import catalog
from helpers.data.dates import known_dates
from helpers.data.files import read_table
from helpers.data.series import trim

KEY = "0123456789abcdef0123456789abcdef"
HEADER = '<?xml version="1.0" encoding="utf-8" ?>\n'
BAD_KEY = (
    f'{HEADER}<error code="400" message="Bad Request.  The value for variable api_key is not registered.  '
    'Read https://fred.stlouisfed.org/docs/api/api_key.html for more information." />'
)
TOO_MANY = f'{HEADER}<error code="429" message="Too Many Requests.  Exceeded Rate Limit" />'


@dataclass
class LoopbackFred:
    """State of the server: how it misbehaves, what it revises, and the queries it has seen."""

    url: str = ""
    mode: str = "good"
    revisions: dict[str, dict[str, float]] = field(default_factory=dict)
    queries: list[dict[str, str]] = field(default_factory=list)

    def observations(self, series_id: str, vintage: dt.date) -> str:
        """The vintage of a series: figures released by then, blanks as dots, as FRED writes them."""
        one = next(one for one in catalog().values() if one.live == f"fred:{series_id}")
        values = trim(read_table(catalog()[one.table])[one.name])
        values = values[known_dates(one, values.index) <= pd.Timestamp(vintage)]
        lines = []
        for period, value in values.items():
            value = self.revisions.get(series_id, {}).get(str(period), value)
            shown = "." if pd.isna(value) else repr(float(value))
            day = period.to_timestamp().date()
            lines.append(
                f'  <observation realtime_start="{vintage}" realtime_end="{vintage}" date="{day}" value="{shown}"/>'
            )
        count = f'count="{len(lines)}" offset="0" limit="100000"'
        return (
            f'{HEADER}<observations realtime_start="{vintage}" realtime_end="{vintage}" '
            f'observation_start="1600-01-01" observation_end="9999-12-31" units="lin" output_type="1" '
            f'file_type="xml" order_by="observation_date" sort_order="asc" {count}>\n'
            + "\n".join(lines)
            + "\n</observations>\n"
        )


@pytest.fixture
def fred(monkeypatch, tmp_path):
    """The loopback service, a good key and an empty cache folder."""
    state = LoopbackFred()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            query = {
                name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()
            }
            state.queries.append(query)
            status, body = 200, ""
            if state.mode == "too many":
                status, body = 429, TOO_MANY
            elif state.mode == "gateway page":
                status, body = 502, "<html><body>Bad gateway<br></body>"
            elif query.get("api_key") != KEY:
                status, body = 400, BAD_KEY
            elif state.mode == "nothing":
                body = f'{HEADER}<observations count="0"></observations>'
            else:
                body = state.observations(
                    query["series_id"], dt.date.fromisoformat(query["realtime_start"])
                )
            if state.mode == "garbled":
                body = body[: len(body) // 2]
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/xml; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if state.mode == "cut off" else content)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}/fred"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FRED_API_KEY", KEY)
    monkeypatch.setenv("REBALANCE_FRED_URL", state.url)
    monkeypatch.setenv("REBALANCE_CACHE", str(tmp_path / "cache"))
    yield state
    server.shutdown()
    server.server_close()
