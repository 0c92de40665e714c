"""The report folder: built complete beside the old one, then exchanged with it whole, so that a reader sees either.

Only a new or empty folder, or one that holds a report, becomes a report. What lies in it and was not written
by a run, by the names and hashes in the report's manifest, is moved into the new folder, never deleted.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import logging
import os
import re
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.errors import RunError
from helpers.run.workfolder import WorkFolder, uninterrupted

MANIFEST = "manifest.json"
_OURS = re.compile(r"(?:notebooks/)?[^/\\]+\.(?:html|ipynb|json)")
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Manifest:
    """What a report is made of: the run of each notebook, the sha256 of each file a run wrote and of what the index
    was made of."""

    notebooks: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    index_sha256: str = ""

    @property
    def is_good(self) -> bool:
        """Whether every notebook has its report."""
        return bool(self.notebooks) and all(
            f"notebooks/{name}.ipynb" in self.files for name in self.notebooks
        )


def check_place(out: Path, *kept: Path) -> None:
    """Refuse a folder that cannot be exchanged, or that holds something else than a report.

    Parameters
    ----------
    out : Path
        Folder of the report, absolute and without links.
    *kept : Path
        Folders that must not move: the one we stand in, the notebooks, the figures.

    Raises
    ------
    RunError
    """
    why = ""
    inside = [place for place in kept if place.is_relative_to(out)]
    if inside:
        why = f"it is exchanged whole when a report is done, and {inside[0]} lies in it"
    elif out.exists():
        try:
            names = sorted(entry.name for entry in out.iterdir() if entry.name[0] != ".")
            if names and not os.path.lexists(out / MANIFEST):
                why = f"it holds {', '.join(names[:3])} and no report"
            elif out.stat().st_dev != out.parent.stat().st_dev:
                why = "another file system is mounted there, and a report is exchanged whole"
            elif not os.access(out, os.W_OK):
                why = "Permission denied"
        except OSError as error:
            why = f"{error.strerror}"
    if why:
        raise RunError(f"Cannot write to {out}: {why}. Choose another folder with --out.")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a report; an empty one where there is none.

    Raises
    ------
    RunError
        When there is one that no run wrote like this.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, RecursionError) as error:
        raise RunError(f"{path} cannot be read: {error}.") from None
    if not isinstance(content, dict):
        raise RunError(f"{path} holds no manifest of a report.")
    notebooks, files = content.get("notebooks"), content.get("files")
    if not isinstance(notebooks, dict) or not all(map(_is_entry, notebooks.values())):
        raise RunError(f"{path} does not say how each notebook ran.")
    if not isinstance(files, dict) or not all(
        isinstance(sha, str) and _OURS.fullmatch(name) for name, sha in files.items()
    ):
        raise RunError(f"{path} does not list the report's files.")
    return Manifest(notebooks, files, str(content.get("index_sha256", "")))


def find_pages(report: Path, only: Iterable[str] = ()) -> list[Path]:
    """Pages of a report, its index first; or those of the notebooks named by number or name.

    Raises
    ------
    RunError
        When no run wrote the folder, or it holds no page of such a notebook.
    """
    files = read_manifest(report).files
    names = sorted(Path(name).stem for name in files if name.endswith(".html"))
    if "index" not in names:
        raise RunError(
            f"No report in {report}. Make one with `rebalance run`, or name the folder of another."
        )
    names.sort(key="index".__ne__)
    asked = [word.strip() for word in only if word.strip()]
    chosen = {
        word: [one for one in names if one == word or one.split("_")[0] == word.zfill(2)]
        for word in asked
    }
    if unknown := [word for word, found in chosen.items() if not found]:
        raise RunError(
            f"No page {', '.join(unknown)} in {report}. It holds {', '.join(names)} "
            "(a number such as 01 is enough)."
        )
    wanted = {name for found in chosen.values() for name in found}
    return [report / f"{name}.html" for name in names if not asked or name in wanted]


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.get("status") in ("ok", "failed")
        and isinstance(entry.get("seconds"), int | float)
        and isinstance(entry.get("error", ""), str)
    )


def write_manifest(
    report: Path, notebooks: dict[str, dict[str, Any]], index_sha256: str = ""
) -> None:
    """Complete a built report: its manifest, with every file in it."""
    files = {
        path.relative_to(report).as_posix(): hash_file(path)
        for path in sorted(report.rglob("*"))
        if path.is_file()
    }
    content = {"notebooks": notebooks, "files": files, "index_sha256": index_sha256}
    write_json(report / MANIFEST, content)


def publish(work: WorkFolder, report: Path, out: Path) -> None:
    """Put a complete report, built in the work folder, in the place of the one in ``out``."""
    with uninterrupted():
        work.note_publishing(True)
        if out.exists():
            report.chmod(stat.S_IMODE(out.stat().st_mode))
            if not _exchange(report, out):
                os.rename(out, work.path / "old")
        if not out.exists():
            os.rename(report, out)
        settle(work)
        work.note_publishing(False)


def settle(work: WorkFolder) -> None:
    """Finish a publication from wherever it stopped: ``out`` whole, and all that is not ours in it.

    Raises
    ------
    RunError
        When something cannot be moved; it stays where it is.
    """
    out, report, old = Path(work.mark.report), work.path / "report", work.path / "old"
    try:
        if not os.path.lexists(out) and (report / MANIFEST).is_file():
            os.rename(report, out)  # stopped between two steps
        for folder in (old, report):
            if os.path.lexists(folder):
                _hand_back(folder, out)
    except OSError as error:
        raise RunError(
            f"{error.filename or work.path} cannot be moved to {out}: {error.strerror}. "
            f"What is not part of a report and lies in {work.path} belongs there; the next run tries again."
        ) from None


def _exchange(report: Path, out: Path) -> bool:
    """Exchange two folders in one step; False where the system knows no such step."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    paths = os.fsencode(report), os.fsencode(out)
    return bool(rename and rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0)


def _hand_back(folder: Path, out: Path) -> None:
    """Delete the files of a replaced report that a run wrote and no one changed; move all else into ``out``."""
    try:
        files = read_manifest(folder).files
    except RunError:
        files = {}
    for name, sha in files.items():
        path = folder / name
        real = _is_real(path, stat.S_ISREG) and _is_real(path.parent, stat.S_ISDIR)
        if real and hash_file(path) == sha:
            path.unlink()
    if files:
        (folder / MANIFEST).unlink()
    names = ("replaced", *(f"replaced-{number}" for number in range(2, 10_000)))
    taken = {entry.name for place in (folder, out) for entry in place.iterdir()}
    aside = out / next(name for name in names if name not in taken)
    kept = _move_all(folder, out, aside)
    if kept:
        log.warning(
            "Kept in %s, because no run wrote it like this: %s.",
            aside,
            ", ".join(path.relative_to(aside).as_posix() for path in kept),
        )
    folder.rmdir()


def _move_all(source: Path, target: Path, aside: Path) -> list[Path]:
    """Move what is in a folder into another one, what is in the way there aside; returns the latter."""
    kept = []
    for entry in sorted(source.iterdir()):
        place = target / entry.name
        if not os.path.lexists(place):
            os.rename(entry, place)
        elif _is_real(entry, stat.S_ISDIR) and _is_real(place, stat.S_ISDIR):
            kept += _move_all(entry, place, aside / entry.name)
            entry.rmdir()
        else:
            aside.mkdir(parents=True, exist_ok=True)
            os.rename(entry, aside / entry.name)
            kept.append(aside / entry.name)
    return kept


def _is_real(path: Path, kind: Any) -> bool:
    """Whether a path is of a kind itself, not a link to it."""
    try:
        return bool(kind(os.lstat(path).st_mode))
    except OSError:
        return False


def write_json(path: Path, content: Any) -> None:
    """Write strict JSON, the same bytes for the same content."""
    path.write_text(
        json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
    )


def hash_file(path: Path) -> str:
    """The sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hash_files(folder: Path) -> dict[str, str]:
    """The sha256 of each file in a folder, by its name there; caches and hidden files left out."""
    return {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_incidental(path.relative_to(folder))
    }


def _is_incidental(path: Path) -> bool:
    """Caches, and what editors and file managers leave."""
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def combine(hashes: dict[str, str]) -> str:
    """One sha256 over names and hashes."""
    digest = hashlib.sha256()
    for name, sha in hashes.items():
        digest.update(f"{name}\0{sha}".encode())
    return digest.hexdigest()
