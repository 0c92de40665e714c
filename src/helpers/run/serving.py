"""A report for the browsers of this machine: files of one folder, read only, on the loopback address alone."""

from __future__ import annotations

import errno
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from helpers.errors import RunError
from helpers.run.publish import find_pages

LOOPBACK = "127.0.0.1"


def open_server(report: Path, port: int = 0) -> ThreadingHTTPServer:
    """A server of a report, listening; ``serve_forever`` answers.

    Parameters
    ----------
    report : Path
        Folder that a run wrote. A later run into it is served at once.
    port : int
        0 takes a free one.

    Raises
    ------
    RunError
        When there is no report, or the port cannot be had.
    """
    find_pages(report)
    try:
        return ThreadingHTTPServer((LOOPBACK, port), partial(_Files, directory=str(report)))
    except OSError as error:
        why = (
            "is taken by another program"
            if error.errno == errno.EADDRINUSE
            else f"cannot be opened ({error.strerror})"
        )
        raise RunError(
            f"Port {port} {why}. Choose another with --port, or leave it out for a free one."
        ) from None


class _Files(SimpleHTTPRequestHandler):
    """Files that lie in the folder themselves; no listing, no hidden file, no link that leads out."""

    def send_head(self) -> Any:
        host, _, _ = self.headers.get("Host", "").partition(":")
        if host not in (LOOPBACK, "localhost"):  # a page of the web whose name now leads here
            return self.send_error(403)
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        folder = Path(self.directory).resolve()
        real = path.resolve()
        hidden = real.is_relative_to(folder) and any(
            part.startswith(".") for part in real.relative_to(folder).parts
        )
        if hidden or not real.is_relative_to(folder) or not real.is_file():
            return self.send_error(404)
        return super().send_head()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # a new run is seen when the page is reloaded
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""
