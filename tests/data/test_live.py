"""The live source over a loopback FRED: vintages, changes, cache, and errors that never show the key."""

import datetime as dt
import logging
import re
import shutil
import socket
import sys
import traceback

import pandas as pd
import pytest

from helpers import data
from helpers.data.catalog import catalog
from helpers.data.live.cache import cache_dir
from helpers.data.live.registry import READERS
from helpers.data.paths import data_dir
from helpers.data.verify import verify_all
from helpers.errors import DataError

KEY = "0123456789abcdef0123456789abcdef"  # as the loopback service expects
LIVE = [name for name, one in catalog().items() if one.kind == "series" and one.live != "none"]


def test_ids_name_a_service_or_nothing():
    assert {one.live.partition(":")[0] for one in catalog().values()} == {*READERS, "none"}
    assert len(LIVE) == 16
    assert len({catalog()[name].live for name in LIVE}) == len(LIVE)


@pytest.mark.parametrize("name", LIVE)
def test_every_live_series_arrives_as_the_snapshot_has_it(fred, name):
    live = data.load(name, as_of="2026-02-16", source="live")
    pd.testing.assert_series_equal(live, data.load(name, as_of="2026-02-16"))
    origin = live.attrs["provenance"]
    assert (origin.source, origin.vintage) == ("live", "ALFRED 2026-02-16")
    assert origin.file == catalog()[name].live and origin.note == "equal to the snapshot"


def test_the_vintage_of_the_day_is_asked_for(fred):
    data.load("cpi", as_of="2025-03-01", source="live")
    query = fred.queries[-1]
    assert (query["series_id"], query["realtime_start"], query["realtime_end"]) == (
        "CPIAUCSL", "2025-03-01", "2025-03-01",
    )  # fmt: skip


@pytest.mark.parametrize("as_of", [None, dt.date.today() + dt.timedelta(days=30)])
def test_no_vintage_lies_in_the_future(fred, as_of):
    data.load("fed_funds", as_of=as_of, source="live")
    assert fred.queries[-1]["realtime_start"] == dt.date.today().isoformat()


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
    assert len(fred.queries) == 1


def test_comparing_what_has_no_live_source_is_an_error(fred):
    with pytest.raises(DataError, match="lo30 has no live source"):
        data.compare_with_snapshot("lo30")


@pytest.mark.parametrize("live", ["alfred:FEDFUNDS", "fred:", "FEDFUNDS", "fred"])
def test_a_service_that_no_reader_serves_is_named(tmp_path, monkeypatch, live):
    folder = shutil.copytree(data_dir(), tmp_path / "data")
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
    assert any(re.search(words, problem) for problem in verify_all())
    assert len(data.load("fed_funds"))  # the snapshot still loads


# --- cache ------------------------------------------------------------------------------------------------------


def test_a_vintage_is_fetched_once_even_when_the_network_is_gone(fred, monkeypatch):
    first = data.load("tbill_3m", as_of="2025-06-30", source="live")
    monkeypatch.setenv("REBALANCE_FRED_URL", "http://127.0.0.1:9/fred")
    monkeypatch.delenv("FRED_API_KEY")
    again = data.load("tbill_3m", as_of="2025-06-30", source="live")
    pd.testing.assert_series_equal(first, again)
    assert first.attrs["provenance"] == again.attrs["provenance"] and len(fred.queries) == 1


def test_a_damaged_cache_file_is_fetched_again(fred, tmp_path):
    whole = data.load("tbill_3m", as_of="2025-06-30", source="live")
    (file,) = (tmp_path / "cache" / "fred").glob("TB3MS_2025-06-30_*.csv")
    file.write_text(file.read_text()[:100])
    pd.testing.assert_series_equal(whole, data.load("tbill_3m", as_of="2025-06-30", source="live"))
    assert len(fred.queries) == 2


def test_the_key_is_in_no_file_of_the_cache(fred, tmp_path):
    data.load("tbill_3m", source="live")
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert files and not any(KEY in path.name or KEY in path.read_text() for path in files)


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
    folder = shutil.copytree(data_dir(), tmp_path / "data")
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
    assert error.__cause__ is None and error.__context__ is None
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error.args)
    assert KEY not in shown and "api_key=" not in shown
    message = str(error)
    assert catalog()[name].source_id in message and "source='snapshot'" in message
    return message


def test_refused_key(fred, monkeypatch, caplog):
    wrong = KEY[::-1]
    monkeypatch.setenv("FRED_API_KEY", wrong)
    with caplog.at_level(logging.DEBUG):
        message = failure()
    assert (
        "HTTP status 400" in message
        and "not registered" in message
        and "check FRED_API_KEY" in message
    )
    assert wrong not in message and wrong not in caplog.text


def test_no_key(fred, monkeypatch):
    monkeypatch.delenv("FRED_API_KEY")
    assert "FRED_API_KEY is not set" in failure() and not fred.queries


@pytest.mark.parametrize("key", ["too short", KEY.upper(), KEY + " x\n", "../../" + KEY])
def test_what_is_no_key_is_never_sent(fred, monkeypatch, key):
    monkeypatch.setenv("FRED_API_KEY", key)
    message = failure()
    assert "is not a FRED key" in message and key.strip() not in message and not fred.queries


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("too many", "HTTP status 429.*Exceeded Rate Limit.*wait a minute"),
        ("gateway page", "HTTP status 502.*try again later"),
        ("cut off", "incomplete or damaged"),
        ("garbled", "incomplete or damaged"),
        ("nothing", "no figure as of 2026-02-16"),
    ],
)
def test_answers_that_are_no_use(fred, tmp_path, mode, words):
    fred.mode = mode
    message = failure()
    assert re.search(words, message), message
    assert not list((tmp_path / "cache").rglob("*.csv"))
    fred.mode = "good"
    assert len(data.load("fed_funds", as_of="2026-02-16", source="live")) == 859


def test_no_network(fred, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    monkeypatch.setenv("REBALANCE_FRED_URL", f"http://127.0.0.1:{closed}/fred")
    assert "FRED was not reached" in failure()


def test_a_silent_server_does_not_hang(fred, monkeypatch):
    monkeypatch.setattr("helpers.data.live.fred.TIMEOUT", 0.2)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        monkeypatch.setenv("REBALANCE_FRED_URL", f"http://127.0.0.1:{mute.getsockname()[1]}/fred")
        assert "FRED was not reached" in failure()
    assert socket.getdefaulttimeout() is None


def test_a_change_of_unit_is_noticed(fred):
    """Z.1 debt in billions instead of millions would pass for a collapse."""
    fred.revisions["BCNSDODNS"] = {"1959Q1": 129.231}
    with pytest.raises(DataError, match=r"corporate_debt is 129.*wrong unit"):
        data.load("corporate_debt", source="live")
