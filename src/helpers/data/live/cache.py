"""Fetched vintages on disk, each under the hash of its content: fetched once, and never read when damaged."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import platformdirs

from helpers.errors import DataError


def cache_dir() -> Path:
    """Folder of fetched vintages: ``REBALANCE_CACHE``, or the user's cache folder of the platform."""
    chosen = os.environ.get("REBALANCE_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("great-rebalancing", False)


def digest(text: str) -> str:
    """SHA-256 of a text as it lies on disk."""
    return hashlib.sha256(text.encode()).hexdigest()


def recall(service: str, vintage: str) -> str | None:
    """The stored vintage of a service, None where there is none whose content still has the hash in its name."""
    for path in sorted((cache_dir() / service).glob(f"{vintage}_*.csv")):
        text = path.read_bytes().decode(errors="replace")
        if digest(text)[:16] == path.stem.rsplit("_", 1)[-1]:
            return text
    return None


def keep(service: str, vintage: str, text: str) -> None:
    """Store a vintage; a reader beside this one sees the whole file or none.

    Raises
    ------
    DataError
        When the cache folder cannot be written.
    """
    folder = cache_dir() / service
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
            part.write(text.encode())
        os.replace(part.name, folder / f"{vintage}_{digest(text)[:16]}.csv")
    except OSError as error:
        raise DataError(
            f"The cache folder {folder} cannot be written ({error.strerror}). Name another in REBALANCE_CACHE."
        ) from error
