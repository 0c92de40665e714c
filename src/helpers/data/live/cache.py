"""Fetched vintages on disk, each under the hash of its content: read back whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from pathlib import Path

import platformdirs

from helpers.errors import DataError


def cache_dir() -> Path:
    """Folder of fetched vintages: ``REBALANCE_CACHE``, or the user's cache folder of the platform."""
    chosen = os.environ.get("REBALANCE_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("great-rebalancing", False)


def make_folder(service: str) -> Path:
    """The folder of a service in the cache, made where it is missing.

    Raises
    ------
    DataError
        When the cache folder cannot be written.
    """
    folder = cache_dir() / service
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def digest(text: str) -> str:
    """SHA-256 of a text as it lies on disk."""
    return hashlib.sha256(text.encode()).hexdigest()


def recall(service: str, vintage: str, max_age: float = float("inf")) -> str | None:
    """The newest stored vintage of a service that still has the hash in its name, None where there is none.

    Parameters
    ----------
    max_age : float
        Seconds since it was stored; anything older counts as not stored.
    """
    stored = (cache_dir() / service).glob(f"{vintage}_*.csv")
    for path in sorted(stored, key=lambda path: path.stat().st_mtime, reverse=True):
        text = path.read_bytes().decode(errors="replace")
        young = time.time() - path.stat().st_mtime <= max_age
        if young and digest(text)[:16] == path.stem.rsplit("_", 1)[-1]:
            return text
    return None


def keep(service: str, vintage: str, text: str) -> None:
    """Store a vintage; a reader beside this one sees the whole file or none.

    Raises
    ------
    DataError
        When the cache folder cannot be written.
    """
    folder = make_folder(service)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
            part.write(text.encode())
        os.replace(part.name, folder / f"{vintage}_{digest(text)[:16]}.csv")
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> DataError:
    return DataError(
        f"The cache folder {folder} cannot be written ({error.strerror}). Name another in REBALANCE_CACHE."
    )
