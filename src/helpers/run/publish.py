"""The report folder: built aside, then moved in place file by file, so that a reader never sees half a report."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.errors import RunError
from helpers.trial.ledger import PARTIAL

STAGING = ".staging-"


@contextlib.contextmanager
def open_staging(out: Path) -> Iterator[Path]:
    """A folder inside ``out`` to build a report in; removed at the end, whatever happens.

    Raises
    ------
    RunError
        When ``out`` cannot be written, or another run is writing to it.
    """
    try:
        (out / "notebooks").mkdir(parents=True, exist_ok=True)
        for folder in (out, out / "notebooks"):
            tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise RunError(
            f"Cannot write to {out}: {error.strerror}. Choose another folder with --out."
        ) from None
    with _locked(out):
        for stale in out.glob(f"{STAGING}*"):
            _remove(stale)  # left by a run that was killed
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=out))
        try:
            (staging / "notebooks").mkdir()
            yield staging
        finally:
            _remove(staging)


def publish(staging: Path, out: Path) -> None:
    """Move the built files in place, the manifest last; a partial notebook goes when its good one comes."""
    built = [
        path.relative_to(staging)
        for path in staging.rglob("*")
        if path.suffix in (".html", ".ipynb")
    ]
    for path in [*sorted(built), Path("scoreboard.json"), Path("manifest.json")]:
        os.replace(staging / path, out / path)
        if path.suffix == ".ipynb" and not path.name.endswith(PARTIAL):
            (out / "notebooks" / f"{path.stem}{PARTIAL}").unlink(missing_ok=True)


def keep_partial(staging: Path, out: Path) -> None:
    """Move only what shows itself to be partial."""
    for path in (staging / "notebooks").glob(f"*{PARTIAL}"):
        os.replace(path, out / "notebooks" / path.name)


def read_manifest(out: Path) -> dict[str, Any]:
    """What the report in ``out`` was made of, by notebook; empty where there is none."""
    try:
        return json.loads((out / "manifest.json").read_text(encoding="utf-8"))["notebooks"]
    except (OSError, ValueError, KeyError):
        return {}


def write_json(path: Path, content: Any) -> None:
    """Write strict JSON, the same bytes for the same content."""
    path.write_text(
        json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )


def hash_file(path: Path) -> str:
    """The sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hash_files(folder: Path) -> str:
    """One sha256 over the names and contents of a folder's files, caches left out."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hash_file(path).encode())
    return digest.hexdigest()


@contextlib.contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Hold the folder for this process; the system lets go of it even when the process is killed."""
    try:
        import fcntl
    except ImportError:  # Windows: two runs into one folder are not told apart
        yield
        return
    folder = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"Another run is writing to {out}. Wait for it, or choose another --out."
            ) from None
        yield
    finally:
        os.close(folder)


def _remove(staging: Path) -> None:
    with contextlib.suppress(OSError):
        shutil.rmtree((staging / "sockets").readlink(), ignore_errors=True)
    shutil.rmtree(staging, ignore_errors=True)
