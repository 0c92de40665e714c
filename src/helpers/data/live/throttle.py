"""A pause between requests that all notebooks of a machine keep together: the last turn stands in the cache folder."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from helpers.data.live import cache
from helpers.errors import DataError

LOCKED = 30.0  # seconds to wait for another process that is taking its turn
FAR = 60.0  # a turn further ahead than this was written by a clock since set back


def take_turn(service: str, pause: float) -> float:
    """Wait until ``pause`` seconds after the turn before this one, whichever process took that.

    A turn is reserved under SQLite's lock, which ends with the process that holds it, and waited for without it.

    Returns
    -------
    float
        The turn, in seconds since the epoch.

    Raises
    ------
    DataError
        When the cache folder cannot be written.
    """
    path = cache.make_folder(service) / "turns.sqlite"
    try:
        with closing(sqlite3.connect(path, timeout=LOCKED, isolation_level=None)) as turns:
            turns.execute("BEGIN IMMEDIATE")
            turns.execute("CREATE TABLE IF NOT EXISTS turns (at REAL)")
            (last,) = turns.execute("SELECT max(at) FROM turns").fetchone()
            now = time.time()
            turn = now if last is None or last > now + FAR else max(now, last + pause)
            turns.execute("DELETE FROM turns")
            turns.execute("INSERT INTO turns VALUES (?)", (turn,))
            turns.execute("COMMIT")
    except sqlite3.Error as error:
        raise DataError(
            f"{path}, the time of the last request, cannot be used ({error}). Delete it, or name another folder in "
            "REBALANCE_CACHE."
        ) from error
    time.sleep(turn - now)
    return turn
