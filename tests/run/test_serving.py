"""A report on the loopback address: its own files and nothing else, until Ctrl-C."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading

import pytest
from small_notebooks import answer, environment

from helpers.errors import RunError
from helpers.run.publish import write_manifest
from helpers.run.serving import open_server


@pytest.fixture
def report(tmp_path):
    """A report of two pages, in a folder that has more."""
    folder = tmp_path / "reports"
    (folder / "notebooks").mkdir(parents=True)
    for name in ("index.html", "01_alpha.html", "notebooks/01_alpha.ipynb"):
        (folder / name).write_text(f"this is {name}")
    write_manifest(folder, {"01_alpha": {"status": "ok", "seconds": 1.0}})
    (tmp_path / "secret.txt").write_text("not for you")
    (folder / ".hidden").write_text("not for you")
    (folder / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "out").symlink_to(tmp_path)
    return folder


@pytest.fixture
def ask(report):
    with open_server(report) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def get(path, host="127.0.0.1", method="GET"):
            line = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            line.request(method, path, headers={"Host": f"{host}:{server.server_port}"})
            reply = line.getresponse()
            return reply.status, reply.read().decode()

        yield get
        server.shutdown()
        thread.join()


def test_the_index_opens_first_and_leads_to_every_page(ask):
    assert ask("/") == (200, "this is index.html")
    assert ask("/01_alpha.html") == (200, "this is 01_alpha.html")
    assert ask("/notebooks/01_alpha.ipynb") == (200, "this is notebooks/01_alpha.ipynb")
    assert "notebooks" in json.loads(ask("/manifest.json")[1])


@pytest.mark.parametrize(
    "path",
    [
        "/notebooks/",
        "/nothing.html",
        "/.hidden",
        "/way-out.txt",
        "/out/secret.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "//secret.txt/../../secret.txt",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_list_no_hidden_file_and_no_way_out_of_the_folder(ask, path, method):
    status, text = ask(path, method=method)
    assert status == 404
    assert "not for you" not in text


def test_a_report_cannot_be_read_under_a_name_of_the_web(ask):
    assert ask("/", host="evil.example")[0] == 403
    assert ask("/", host="localhost")[0] == 200


def test_nothing_can_be_written(ask, report):
    assert ask("/index.html", method="PUT")[0] == 501
    assert (report / "index.html").read_text() == "this is index.html"


def test_only_this_machine_is_listened_to_and_a_taken_port_is_named(report):
    with open_server(report) as server:
        assert server.server_address[0] == "127.0.0.1"
        with pytest.raises(RunError, match=f"Port {server.server_port} is taken .* --port"):
            open_server(report, server.server_port)


def test_the_command_prints_its_address_and_ends_on_ctrl_c(report, folder):
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "helpers.run.cli", "serve", str(report)],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        address = process.stdout.readline().split()[1]
        port = int(address.removeprefix("http://127.0.0.1:").rstrip("/"))
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
        os.kill(process.pid, signal.SIGINT)
        said, complained = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, said, complained) == (0, "Ended.\n", "")


@pytest.mark.parametrize("command", [["serve"], ["export", "--pdf"]])
def test_without_a_report_the_next_step_is_named(folder, tmp_path, command):
    done = answer(*command, str(tmp_path), notebooks=folder)
    assert done.returncode == 1
    assert f"No report in {tmp_path}. Make one with `rebalance run`" in done.stderr


def test_export_names_the_pages_there_are(folder, report):
    asked = ("--only", "8,01", "--only", "7")
    done = answer("export", "--pdf", *asked, str(report), notebooks=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"No page 8, 7 in {report}. It holds index, 01_alpha" in done.stderr


def test_export_without_a_form_is_a_mistake_of_usage(folder, report):
    done = answer("export", str(report), notebooks=folder)
    assert done.returncode == 2
    assert "Name the form: --pdf." in done.stderr


def test_export_says_what_to_install_where_no_browser_is(folder, report, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    done = answer("export", "--pdf", str(report), notebooks=folder)
    assert done.returncode == 1
    assert "No Chromium found. Install chromium or Google Chrome" in done.stderr
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    done = answer("export", "--pdf", str(report), notebooks=folder)
    assert "CHROMIUM names no-such-browser, which is no program. Install" in done.stderr


def test_a_browser_that_prints_nothing_is_quoted_and_leaves_nothing(
    folder, report, tmp_path, monkeypatch
):
    browser, out = tmp_path / "browser", tmp_path / "pdf"
    browser.write_text("#!/bin/sh\necho 'no display today' >&2\nexit 3\n")
    browser.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(browser))
    done = answer("export", "--pdf", str(report), "--out", str(out), notebooks=folder)
    assert done.returncode == 1
    assert f"{browser} did not print index.html: no display today" in done.stderr
    assert list(out.iterdir()) == []
