"""A sweep of hundreds of runs: whether any fails, and whether memory and open files stay where they began.

Looked at are the command and the process it forks from. What a fork itself takes ends with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

RUNS = 300
LOOKS = (1 / 6, 1 / 2, 1)  # at these shares of the runs

State = tuple[
    float, float, int, int
]  # megabytes of the command and of the server, open files of both


def run(runs: int = RUNS) -> None:
    """Sweep notebook 01 over seeds, with few draws each, and print what was seen on the way."""
    seeds = ",".join(map(str, range(1, runs + 1)))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sweep"
        sweep = [sys.executable, "-m", "helpers.run.cli", "sweep", "01", "--out", str(out)]
        grids = ["--grid", f"seed={seeds}", "--grid", "draws=256", "--keep", "cards"]
        started = time.perf_counter()
        with subprocess.Popen([*sweep, *grids], stdout=subprocess.PIPE, text=True) as process:
            seen = _watch(process, out / "runs")
            said = process.communicate()[0].strip()
        seconds = time.perf_counter() - started
        records = [json.loads(path.read_text()) for path in (out / "runs").glob("*.json")]
        failed = sum(bool(record["error"]) for record in records)
        print(
            f"{len(records)} of {runs} runs of notebook 01 in {seconds:.0f} seconds, {failed} failed"
        )
        print(f"  {said}")
    print("  runs   command MB   server MB   open files of the command, of the server")
    for share in LOOKS:
        done = min(seen, key=lambda count: abs(count - share * runs))  # the nearest one seen
        command, server, *files = seen[done]
        print(f"  {done:4} {command:12.0f} {server:11.0f} {files[0]:12} {files[1]}")


def _watch(process: subprocess.Popen, runs: Path) -> dict[int, State]:
    """The last state seen at each number of finished runs."""
    command, seen = psutil.Process(process.pid), {}
    while process.poll() is None:
        done = len(list(runs.glob("*.json")))
        try:
            servers = [
                one for one in command.children() if "fork_server" in " ".join(one.cmdline())
            ]
            both = [command, *servers[:1]]
            megabytes = [one.memory_info().rss / 1e6 for one in both]
            if servers and done:
                seen[done] = (*megabytes, *(one.num_fds() for one in both))
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.05)
    return seen
