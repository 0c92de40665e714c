"""The live source over a loopback FRED: vintages, changes, cache, and errors that never show the key."""

import datetime as dt
import json
import logging
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import traceback
import urllib.request
from contextlib import closing
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from helpers import data
from helpers.data.catalog import catalog
from helpers.data.live.cache import cache_dir
from helpers.data.live.registry import READERS
from helpers.data.live.throttle import take_turn
from helpers.data.verify import check_entry
from helpers.errors import DataError, NotKnown
from helpers.topics import rates
from loopback_fred import KEY, serve
from part_of_data import copy_of_data

ASKED = [
    "/fred/series/observations",
    "/fred/series",
]  # for one series: its figures, then what it is
RECORDED = json.loads((Path(__file__).parent / "reference" / "fred_bodies.json").read_text("utf-8"))
LIVE = [name for name, one in catalog().items() if one.kind == "series" and one.live != "none"]


def test_ids_name_a_service_or_nothing():
    assert {one.live.partition(":")[0] for one in catalog().values()} == {*READERS, "none"}
    assert len(LIVE) == 17
    assert len({catalog()[name].live for name in LIVE}) == len(LIVE)


@pytest.mark.parametrize("name", LIVE)
def test_every_live_series_arrives_as_the_snapshot_has_it(fred, name):
    live = data.load(name, as_of="2026-02-16", source="live")
    pd.testing.assert_series_equal(live, data.load(name, as_of="2026-02-16"))
    origin = live.attrs["provenance"]
    assert (origin.source, origin.vintage) == ("live", "ALFRED 2026-02-16")
    assert origin.file == catalog()[name].live
    assert origin.note == "equal to the snapshot"


def test_the_vintage_of_the_day_is_asked_for(fred):
    data.load("cpi", as_of="2025-03-01", source="live")
    assert [query["path"] for query in fred.queries] == ASKED
    for query in fred.queries:
        assert (query["series_id"], query["realtime_start"], query["realtime_end"]) == (
            "CPIAUCSL", "2025-03-01", "2025-03-01",
        )  # fmt: skip


@pytest.mark.parametrize("as_of", [None, dt.date.today() + dt.timedelta(days=30)])
def test_no_vintage_lies_in_the_future_of_st_louis(fred, as_of):
    """East of it the day begins earlier, and FRED answers 400 to a vintage after its own."""
    data.load("fed_funds", as_of=as_of, source="live")
    day = dt.datetime.now(ZoneInfo("America/Chicago")).date()
    assert fred.queries[-1]["realtime_start"] == day.isoformat()


def test_the_loopback_service_answers_in_the_fields_of_the_real_one(fred):
    """Bodies recorded from FRED (fredr, tests/testthat, commit 594eab1), which are JSON: `file_type` is FRED's own."""
    vintage = dt.date(2026, 2, 16)
    figures = fred.figures("CPIAUCSL", vintage)
    sent = ElementTree.fromstring(fred.observations(figures, vintage))
    described = ElementTree.fromstring(fred.description("CPIAUCSL", vintage))
    recorded = dict(RECORDED["observations"])
    (row,) = recorded.pop("observations")
    assert list(sent.attrib) == list(recorded)
    assert list(sent[0].attrib) == list(row)
    assert (sent.get("units"), sent.get("offset")) == (recorded["units"], str(recorded["offset"]))
    (series,) = RECORDED["series"]["seriess"]
    assert list(described[0].attrib) == [name for name in series if name != "notes"]
    # the days of an answer are those asked for, not those since when the figures stand
    assert series["realtime_start"] == series["realtime_end"] == RECORDED["series"]["realtime_end"]
    assert series["last_updated"] < series["realtime_start"]


def test_blanks_inside_stay_and_quarters_are_quarters(fred):
    assert pd.isna(data.load("unemployment_rate", source="live")["2025-10"])
    assert str(data.load("sloos_tightening_small", source="live").index[-1]) == "2026Q2"


def test_revisions_against_the_snapshot_are_shown(fred):
    fred.revisions["PCEPILFE"] = {"2025-10": 128.0, "2025-11": 128.3}
    changes = data.compare_with_snapshot("core_pce", as_of="2026-02-16")
    assert changes.index.astype(str).tolist() == ["2025-10", "2025-11"]
    assert changes["live"].tolist() == [128.0, 128.3]
    assert (changes["change"] - (changes["live"] - changes["snapshot"])).abs().max() == 0
    info = data.Information("2026-02-16", source="live")
    assert info.load("core_pce")["2025-11"] == 128.3
    assert info.used()[0].note.startswith("against the snapshot: 2 figures revised, most in 2025-1")


def test_what_cannot_be_fetched_says_snapshot_only(fred):
    info = data.Information("2026-02-16", source="live")
    info.load("lo30")
    info.fomc_decisions()
    info.published("total debt", "Russell 2000")
    info.load("fed_funds")
    assert [one.source for one in info.used()] == ["snapshot only"] * 3 + ["live"]
    assert [query["path"] for query in fred.queries] == ASKED


def test_comparing_what_has_no_live_source_is_an_error(fred):
    with pytest.raises(DataError, match="lo30 has no live source"):
        data.compare_with_snapshot("lo30")


@pytest.mark.parametrize("live", ["alfred:FEDFUNDS", "fred:", "FEDFUNDS", "fred"])
def test_a_service_that_no_reader_serves_is_named(tmp_path, monkeypatch, live):
    folder = copy_of_data(tmp_path / "data", "rates_monthly")
    catalog_file = folder / "catalog.yaml"
    text = catalog_file.read_text(encoding="utf-8")
    catalog_file.write_text(
        text.replace("live: fred:FEDFUNDS", f"live: '{live}'"), encoding="utf-8"
    )
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    words = rf"fed_funds: no reader serves `live: {live}`.*one of fred with an identifier"
    with pytest.raises(DataError, match=words):
        data.load("fed_funds", source="live")
    with pytest.raises(DataError, match=words):
        data.compare_with_snapshot("fed_funds")
    assert any(re.search(words, problem) for problem in check_entry(catalog()["fed_funds"]))
    assert len(data.load("fed_funds"))  # the snapshot still loads


# --- cache ------------------------------------------------------------------------------------------------------


def test_a_vintage_is_fetched_once_even_when_the_network_is_gone(fred, monkeypatch):
    first = data.load("tbill_3m", as_of="2025-06-30", source="live")
    monkeypatch.setenv("REBALANCE_FRED_URL", "http://127.0.0.1:9/fred")
    monkeypatch.delenv("FRED_API_KEY")
    again = data.load("tbill_3m", as_of="2025-06-30", source="live")
    pd.testing.assert_series_equal(first, again)
    assert first.attrs["provenance"] == again.attrs["provenance"]
    assert [query["path"] for query in fred.queries] == ASKED


def test_a_damaged_cache_file_is_fetched_again(fred, tmp_path):
    whole = data.load("tbill_3m", as_of="2025-06-30", source="live")
    (file,) = (tmp_path / "cache" / "fred").glob("TB3MS_2025-06-30_*.csv")
    file.write_text(file.read_text()[:100])
    pd.testing.assert_series_equal(whole, data.load("tbill_3m", as_of="2025-06-30", source="live"))
    assert [query["path"] for query in fred.queries] == ASKED * 2


def age(folder, seconds):
    """Let the stored vintages be so much older."""
    (file,) = folder.rglob("*.csv")
    stamp = file.stat().st_mtime - seconds
    os.utime(file, (stamp, stamp))


def test_the_vintage_of_today_counts_for_ten_minutes(fred, tmp_path):
    """A figure that comes out at half past eight must be there at nine."""
    data.load("tbill_3m", source="live")
    age(tmp_path / "cache", 540)
    data.load("tbill_3m", source="live")
    assert [query["path"] for query in fred.queries] == ASKED
    age(tmp_path / "cache", 70)
    fred.revisions["TB3MS"] = {"2026-05": 3.21}
    assert data.load("tbill_3m", source="live")["2026-05"] == 3.21
    assert data.load("tbill_3m", source="live")["2026-05"] == 3.21  # the newer of the two stored
    assert [query["path"] for query in fred.queries] == ASKED * 2


def test_the_vintage_of_a_past_day_is_kept_for_ever(fred, tmp_path):
    data.load("tbill_3m", as_of="2025-06-30", source="live")
    age(tmp_path / "cache", 10 * 365 * 86400)
    data.load("tbill_3m", as_of="2025-06-30", source="live")
    assert [query["path"] for query in fred.queries] == ASKED


def test_what_was_fetched_during_a_day_is_not_its_vintage_when_the_day_is_over(fred, monkeypatch):
    monkeypatch.setattr("helpers.data.live.fred.today", lambda: fred.today)
    fred.today = dt.date(2026, 2, 13)
    morning = data.load("cpi", as_of="2026-02-13", source="live")
    fred.revisions["CPIAUCSL"] = {"2025-12": 300.0}  # out in the afternoon
    fred.today = dt.date(2026, 2, 14)
    evening = data.load("cpi", as_of="2026-02-13", source="live")
    assert morning["2025-12"] != 300
    assert evening["2025-12"] == 300


def test_the_key_is_in_no_file_of_the_cache(fred, tmp_path):
    data.load("tbill_3m", source="live")
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files
    assert not any(KEY in path.name or KEY.encode() in path.read_bytes() for path in files)


def test_an_unwritable_cache_names_the_way_out(fred, tmp_path, monkeypatch):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("REBALANCE_CACHE", str(blocked))
    with pytest.raises(DataError, match="REBALANCE_CACHE"):
        data.load("tbill_3m", source="live")


def test_the_cache_lies_where_the_platform_keeps_caches(monkeypatch, tmp_path):
    monkeypatch.delenv("REBALANCE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir().name == "great-rebalancing"
    if sys.platform.startswith("linux"):
        assert cache_dir() == tmp_path / "great-rebalancing"


def test_a_broken_snapshot_is_not_taken_for_one_that_knew_nothing(fred, tmp_path, monkeypatch):
    data.load("fed_funds", as_of="2025-06-30", source="live")  # now in the cache
    folder = copy_of_data(tmp_path / "data", "rates_monthly")
    (folder / "snapshot" / "rates_monthly.csv").unlink()
    monkeypatch.setenv("REBALANCE_DATA", str(folder))
    with pytest.raises(DataError, match=r"rates_monthly\.csv is missing"):
        data.load("fed_funds", as_of="2025-06-30", source="live")


# --- errors -----------------------------------------------------------------------------------------------------


def failure(name="fed_funds", as_of="2026-02-16"):
    """The error of a live load, after making sure that it shows the key nowhere and hides no other error."""
    with pytest.raises(DataError) as caught:
        data.load(name, as_of=as_of, source="live")
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error.args)
    assert KEY not in shown
    assert "api_key=" not in shown
    for frame, _ in traceback.walk_tb(error.__traceback__):  # a verbose traceback shows variables
        assert KEY not in repr(frame.f_locals)
    message = str(error)
    assert catalog()[name].source_id in message
    assert "source='snapshot'" in message
    return message


def test_refused_key(fred, monkeypatch, caplog):
    wrong = KEY[::-1]
    monkeypatch.setenv("FRED_API_KEY", wrong)
    with caplog.at_level(logging.DEBUG):
        message = failure()
    assert "HTTP status 400" in message
    assert "not registered" in message
    assert "check FRED_API_KEY" in message
    assert wrong not in message
    assert wrong not in caplog.text


def test_no_key(fred, monkeypatch):
    monkeypatch.delenv("FRED_API_KEY")
    assert "FRED_API_KEY is not set" in failure()
    assert not fred.queries


@pytest.mark.parametrize("key", ["too short", KEY.upper(), KEY + " x\n", "../../" + KEY])
def test_what_is_no_key_is_never_sent(fred, monkeypatch, key):
    monkeypatch.setenv("FRED_API_KEY", key)
    message = failure()
    assert "is not a FRED key" in message
    assert key.strip() not in message
    assert not fred.queries


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("too many", "HTTP status 429.*Exceeded Rate Limit.*wait a minute"),
        ("gateway page", "HTTP status 502.*try again later"),
        ("cut off", "incomplete or damaged"),
        ("garbled", "incomplete or damaged"),
        ("nothing", "no figure as of 2026-02-16"),
        ("first half", "ends in 1990-03, but 2026-01 was known on 2026-02-16"),
        ("second half", "begins on 1990-04-01, by its own description on 1954-07-01"),
        ("fewer than counted", "429 of FRED's 859 figures arrived"),
        ("a hole", "lacks 1990-04 and 0 more that the snapshot has"),
        ("a period twice", "has 1990-03 after 1990-03"),
        ("out of order", "has 1990-04 after 1990-05"),
        ("other vintage", "vintage 2026-02-15 to 2026-02-15 instead of 2026-02-16"),
        ("one figure of another vintage", "vintage 2026-02-16 to 2026-02-15 instead of 2026-02-16"),
        ("another series", "answered with GNPCA in units lin"),
        ("changes", "answered with FEDFUNDS in units pch"),
    ],
)
def test_answers_that_are_no_use(fred, tmp_path, mode, words):
    """Whether an answer is broken or only wrong, none is kept: the next request is made as if it had not come."""
    fred.mode, fred.refusals = mode, 99 if mode == "too many" else 0
    message = failure()
    assert re.search(words, message), message
    assert not list((tmp_path / "cache").rglob("*.csv"))
    fred.mode, fred.refusals = "good", 0
    assert len(data.load("fed_funds", as_of="2026-02-16", source="live")) == 859


def test_the_answer_of_today_holds_what_fred_says_it_has(fred):
    """The snapshot may be months behind: it cannot tell that the newest figure is missing."""
    fred.mode = "all but the last"
    assert "ends on 2026-08-01, by its own description on 2026-09-01" in failure(as_of=None)


def test_no_network(fred, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    monkeypatch.setenv("REBALANCE_FRED_URL", f"http://127.0.0.1:{closed}/fred")
    assert "FRED was not reached" in failure()


def test_a_silent_server_does_not_hang(fred, monkeypatch):
    monkeypatch.setattr("helpers.data.live.transport.TIMEOUT", 0.2)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setenv("REBALANCE_FRED_URL", f"http://127.0.0.1:{mute.getsockname()[1]}/fred")
        assert "FRED was not reached" in failure()
    assert socket.getdefaulttimeout() is None


@pytest.mark.parametrize(
    ("mode", "limit", "value", "words"),
    [
        ("for ever headers", "TOTAL", 0.3, "FRED was not reached .TimeoutError"),
        ("for ever body", "TOTAL", 0.3, "FRED was not reached .TimeoutError"),
        ("for ever flood", "LARGEST", 1_000_000, "larger than 1 MB"),
    ],
)
def test_an_answer_without_end_is_given_up(fred, monkeypatch, mode, limit, value, words):
    """Each byte comes in time, so that no limit of silence would end it."""
    fred.mode = mode
    monkeypatch.setattr(f"helpers.data.live.transport.{limit}", value)
    assert re.search(words, failure())


def test_no_other_host_sees_the_key(fred):
    seen = []

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server, fred.redirect = serve(Stranger)
    try:
        assert "another host, which was not followed" in failure()
    finally:
        server.shutdown()
        server.server_close()
    assert not seen


def test_a_redirect_within_the_host_is_followed(fred):
    fred.redirect = "/moved"
    assert len(data.load("fed_funds", as_of="2026-02-16", source="live")) == 859


def test_fredapi_leaves_the_opener_of_the_process_alone(fred, monkeypatch):
    """Its own constructor installs one for everybody when the environment names a proxy."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setattr("urllib.request._opener", None)
    data.load("fed_funds", as_of="2026-02-16", source="live")
    assert urllib.request._opener is None


def test_a_series_in_another_unit_is_refused(fred, tmp_path):
    """Z.1 debt in billions instead of millions would pass for a collapse, a new base year for nothing at all."""
    fred.units["BCNSDODNS"] = "Billions of Dollars"
    message = failure("corporate_debt")
    assert "'Billions of Dollars', the catalog in 'million USD'" in message
    fred.units["PCEPILFE"] = "Index 2012=100"
    message = failure("core_pce")
    assert "'Index 2012=100', the catalog in 'index, 2017 = 100'" in message
    assert not list((tmp_path / "cache").rglob("*.csv"))


def test_the_same_unit_in_older_words_is_no_other(fred):
    """FRED wrote 1982-84 before it wrote 1982-1984."""
    fred.units |= {"CPIAUCSL": "Index 1982-84=100", "BUSLOANS": "Bil. of $"}
    assert len(data.load("cpi", as_of="2026-02-16", source="live"))
    assert "'Bil. of $'" in failure("ci_loans")


def test_a_figure_out_of_range_is_refused_and_not_kept(fred, tmp_path):
    fred.revisions["BCNSDODNS"] = {"1959Q1": 129.231}
    with pytest.raises(DataError, match=r"corporate_debt is 129.*wrong unit"):
        data.load("corporate_debt", source="live")
    assert not list((tmp_path / "cache").rglob("*.csv"))


def test_an_answer_may_end_as_late_as_a_release_comes_and_no_later(fred):
    fred.last["UNRATE"] = "2025-07"
    assert "ends in 2025-07, but 2026-01 was known on 2026-02-16" in failure("unemployment_rate")
    fred.last["UNRATE"] = "2025-11"  # as late as a release may be
    live = data.load("unemployment_rate", as_of="2026-02-16", source="live")
    assert str(live.index[-1]) == "2025-11"


# --- before the first vintage -----------------------------------------------------------------------------------


def test_a_day_before_the_first_vintage_is_not_known(fred):
    fred.first_vintage = dt.date(2005, 6, 28)
    with pytest.raises(
        NotKnown, match=r"treasury_10y: nothing was known on 2005-06-27.*GS10.*later as_of"
    ) as caught:
        data.load("treasury_10y", as_of="2005-06-27", source="live")
    assert caught.value.__context__ is None
    assert len(data.load("treasury_10y", as_of="2005-06-28", source="live"))


def test_a_claim_without_a_vintage_is_not_testable_and_the_others_are(fred):
    fred.first_vintage = dt.date(2026, 2, 17)
    evidence = rates.examine(data.Information("2026-02-16", source="live")).answers
    assert "ALFRED has no vintage of UNRATE" in evidence["R6"].stated.not_testable
    assert evidence["R1"].stated.estimate == 5.5  # from the record of decisions


def test_a_series_that_does_not_exist_is_an_error_and_no_finding(fred):
    del fred.units["FEDFUNDS"]
    with pytest.raises(DataError, match=r"FEDFUNDS.*HTTP status 400.*does not exist") as caught:
        data.load("fed_funds", as_of="2026-02-16", source="live")
    assert not isinstance(caught.value, NotKnown)


# --- turns ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("refusals", [1, 3])
def test_too_many_requests_are_repeated(fred, refusals):
    fred.refusals = refusals
    assert len(data.load("fed_funds", as_of="2026-02-16", source="live")) == 859
    assert len(fred.queries) == 2 + refusals


def test_the_fourth_refusal_is_the_last(fred):
    fred.refusals = 4
    assert "HTTP status 429" in failure()
    assert len(fred.queries) == 4


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_server_says_how_long_to_wait(fred, form):
    fred.refusals = 1
    if form == "seconds":
        fred.retry_after, least = "1", 1.0
    else:
        until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=3)
        fred.retry_after, least = format_datetime(until, usegmt=True), 0.5
    start = time.monotonic()
    data.load("fed_funds", as_of="2026-02-16", source="live")
    assert time.monotonic() - start >= least


def test_a_wait_of_hours_is_left_to_the_user(fred):
    fred.refusals, fred.retry_after = 1, "7200"
    assert "HTTP status 429" in failure()
    assert len(fred.queries) == 1


def test_each_request_takes_its_turn(fred, monkeypatch, tmp_path):
    monkeypatch.setattr("helpers.data.live.transport.PAUSE", 0.3)
    before = take_turn("fred", 0)
    data.load("fed_funds", as_of="2026-02-16", source="live")
    with closing(sqlite3.connect(tmp_path / "cache" / "fred" / "turns.sqlite")) as turns:
        ((last,),) = turns.execute("SELECT at FROM turns").fetchall()
    assert before + 0.6 <= last <= time.time()


def test_notebooks_side_by_side_take_turns(tmp_path):
    code = (
        "from helpers.data.live.throttle import take_turn\n"
        "print(*[take_turn('fred', 0.05) for _ in range(8)])"
    )
    environment = os.environ | {"REBALANCE_CACHE": str(tmp_path)}
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
        for _ in range(2)
    ]
    turns = sorted(float(turn) for one in running for turn in one.communicate()[0].split())
    assert len(turns) == 16
    assert min(after - before for before, after in pairwise(turns)) > 0.0499


def test_a_clock_set_back_stops_nobody(tmp_path, monkeypatch):
    monkeypatch.setenv("REBALANCE_CACHE", str(tmp_path))
    tomorrow = time.time() + 86400
    with monkeypatch.context() as wrong:
        wrong.setattr("time.time", lambda: tomorrow)
        take_turn("fred", 0.5)
    assert take_turn("fred", 0.5) < tomorrow - 80000
