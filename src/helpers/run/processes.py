"""Processes of a run, found by a token in their environment: kernels, and whatever their cells started."""

from __future__ import annotations

import contextlib
import time

import psutil

TOKEN = "REBALANCE_RUN"
_PATIENCE = 1.0  # seconds; a process stuck in the system answers to no signal


def end_processes(token: str) -> None:
    """End every process started with this token, or one that begins with it and a hyphen, at once.

    A process group would miss what a cell started in a session of its own, and a dead kernel's children.
    """
    if not token:
        raise ValueError("An empty token would fit every process.")
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        found = [process for process in psutil.process_iter() if _carries(process, token)]
        if not found:
            return
        for process in found:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(0.01)  # one may just have started another


def _carries(process: psutil.Process, token: str) -> bool:
    try:
        found = process.environ().get(TOKEN, "")
    except (psutil.Error, OSError):  # another user's, or gone
        return False
    return found == token or found.startswith(f"{token}-")
