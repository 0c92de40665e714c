"""JupyterLab itself: `make lab` opens on links, a notebook runs, and a control moves figure and words, offline."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from helpers.data.paths import project_dir
from helpers.run.parameters import notebooks_dir

pytestmark = pytest.mark.browser

TOKEN = "of-this-test"


@pytest.fixture
def lab(tmp_path):
    """Address of a server started as `make lab` does, on a copy of the notebooks, without settings of the machine."""
    makefile = (project_dir() / "Makefile").read_text()
    options = shlex.split(re.search(r"\$\(BIN\)/jupyter lab (.*)", makefile)[1])
    shutil.copytree(notebooks_dir(), tmp_path / "notebooks")
    shutil.copytree(project_dir() / "jupyter", tmp_path / "jupyter")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyterlab", *options, "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"),
        ],
        cwd=tmp_path,
        env=os.environ
        | {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
        | {
            "IPYTHONDIR": str(tmp_path / "ipython"),
            "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "lab"),
        }
        | {"JUPYTERLAB_WORKSPACES_DIR": str(tmp_path / "workspaces")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            time.sleep(0.2)
            assert process.poll() is None, "jupyter lab did not start"
            try:
                urlopen(f"{address}/api?token={TOKEN}", timeout=5).close()
                break
            except OSError:
                continue
        yield f"{address}/?token={TOKEN}"
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)  # a busy machine is no reason to fail
    yield context.new_page()
    context.close()


def test_a_reader_opens_a_notebook_runs_it_and_moves_a_control(lab, page):
    asked = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(lab)
    link = page.locator(".jp-MarkdownViewer a", has_text="Did rate cuts rescue")
    with page.expect_websocket(lambda socket: "/channels" in socket.url):
        link.click()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()

    page.locator(".jp-Notebook .jp-Cell").last.scroll_into_view_if_needed()
    explored = page.locator(".widget-interact")
    explored.scroll_into_view_if_needed()
    figure = explored.locator(".gr-figure [role=img]")
    before = figure.get_attribute("aria-label"), figure.locator("svg").first.inner_html()
    assert "175" in before[0]
    handle = explored.locator(".noUi-handle").first
    handle.focus()
    handle.press("ArrowRight")
    explored.locator('[role=img][aria-label*="200"]').wait_for()
    assert figure.get_attribute("aria-label") != before[0]
    assert figure.locator("svg").first.inner_html() != before[1]
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    ours = re.compile(rf"(http|ws)://{re.escape(urlsplit(lab).netloc)}/|data:|blob:")
    assert [address for address in asked if not ours.match(address)] == []
