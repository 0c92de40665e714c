"""The folder a run works in: beside the report, provably made by a run, and the only thing a run clears.

Its name follows from the report's, so that one folder at most lies beside a report, and the next run finds
what a killed one left. It counts as ours when it is a real folder of this user and holds the mark of a run
into this report; the folder of sockets, which lies among the temporary files, when it is a real folder of this
user, carries the mark's random token in its name and holds the same mark. Anything else is left alone. Links
are removed, never followed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from helpers.errors import RunError
from helpers.run.processes import end_processes

MARK = "rebalance-run.json"
_LONGEST_FOLDER = 70  # a socket's path must stay under about 100 characters


@dataclass(frozen=True)
class Mark:
    """What a run writes into the folders it makes: for which report, and a token no one else knows.

    ``publishing`` is set while the folder may hold files of the report before, and of its user.
    """

    report: str
    token: str
    sockets: str
    publishing: bool = False


@dataclass
class WorkFolder:
    """The work folder of a run under way."""

    path: Path
    mark: Mark
    lock: int | None = None

    @property
    def sockets(self) -> Path | None:
        """Where kernels may listen; None on Windows, which has no such sockets."""
        return Path(self.mark.sockets) if self.mark.sockets else None

    def note_publishing(self, publishing: bool) -> None:
        """Write down whether this folder may hold files of others."""
        self.mark = replace(self.mark, publishing=publishing)
        _write_mark(self.path, self.mark)


@contextlib.contextmanager
def open_work(out: Path, settle: Callable[[WorkFolder], None]) -> Iterator[WorkFolder]:
    """Make the work folder of a report and hold it for this run alone; removed at the end, whatever happens.

    Parameters
    ----------
    out : Path
        Folder of the report, absolute and without links.
    settle : callable
        Finishes a publication that was begun: files of others leave the work folder before it is cleared.
        It is called for what a killed run left, too.

    Raises
    ------
    RunError
        When the folder cannot be made, is not ours, or another run holds it.
    """
    work: WorkFolder | None = None
    try:
        with uninterrupted():
            work = _set_up(out, settle)
        yield work
    finally:
        if work is not None:
            with uninterrupted():
                _take_down(work, settle)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until folders are made, moved or removed, which takes a moment."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    waiting = {signal.SIGINT, signal.SIGTERM, signal.SIGALRM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waiting)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def work_path(out: Path) -> Path:
    """Where the work folder of a report lies: on the same file system, so that folders can be exchanged."""
    return out.with_name(f".{out.name}.rebalance")


def _take(path: Path, out: Path) -> int | None:
    """Make the folder, or take over one that no living run holds; the system lets go of it when we end."""
    try:
        import fcntl
    except ImportError:  # Windows, where a living run cannot be told from a killed one
        try:
            path.mkdir()
        except FileExistsError:
            raise RunError(
                f"{path} exists: another run is under way, or one was killed. "
                "Delete the folder once none is."
            ) from None
        return None
    while True:
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        with contextlib.suppress(FileNotFoundError), contextlib.ExitStack() as closing:
            try:
                held = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            except (NotADirectoryError, PermissionError):  # a file or a link, or another user's
                raise _in_the_way(path) from None
            closing.callback(os.close, held)
            if os.fstat(held).st_uid != os.getuid():
                raise _in_the_way(path)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunError(
                    f"Another run is writing to {out}. Wait for it, or choose another --out."
                ) from None
            # The run that held it may have removed it meanwhile.
            if os.path.samestat(os.fstat(held), os.lstat(path)):
                closing.pop_all()
                return held


def _read_left(path: Path, out: Path) -> Mark | None:
    """The mark of an earlier run in a folder just taken; None where it is new, or ended before it was marked."""
    if {entry.name for entry in path.iterdir()} <= {f"{MARK}.new"}:
        return None
    mark = _read_mark(path)
    if mark is None or mark.report != str(out):
        raise _in_the_way(path)
    return mark


def _in_the_way(path: Path) -> RunError:
    return RunError(
        f"{path} is in the way: a run works there, and nothing shows that a run made it. "
        "Move it away, or choose another --out."
    )


def _set_up(out: Path, settle: Callable[[WorkFolder], None]) -> WorkFolder:
    path = work_path(out)
    with contextlib.ExitStack() as undo:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            held = _take(path, out)
            if held is not None:
                undo.callback(os.close, held)
            if left := _read_left(path, out):
                _clear(WorkFolder(path, left, held), settle)
            work = WorkFolder(path, _new_mark(out), held)
            _write_mark(path, work.mark)
        except OSError as error:
            raise RunError(
                f"Cannot write to {out}: {error.strerror}. Choose another folder with --out."
            ) from None
        undo.pop_all()
    if work.sockets:
        try:
            work.sockets.mkdir(mode=0o700)
            _write_mark(work.sockets, work.mark)
        except OSError as error:
            _take_down(work, settle)
            raise RunError(
                f"Cannot write to {work.sockets.parent}: {error.strerror}. "
                "Set TMPDIR to a folder for temporary files."
            ) from None
    return work


def _new_mark(out: Path) -> Mark:
    token = secrets.token_hex(8)
    if sys.platform == "win32":
        return Mark(str(out), token, "")
    temporary = tempfile.gettempdir()
    folder = temporary if len(temporary) <= _LONGEST_FOLDER else "/tmp"
    return Mark(str(out), token, os.path.join(folder, f"rb-{token}"))


def _take_down(work: WorkFolder, settle: Callable[[WorkFolder], None]) -> None:
    """Remove the work folder; where something still writes to it, leave it marked, for the next run to clear."""
    try:
        _clear(work, settle)
        try:
            (work.path / MARK).unlink()
            work.path.rmdir()
        except OSError:
            with contextlib.suppress(OSError):
                _write_mark(work.path, work.mark)
    finally:
        if work.lock is not None:
            os.close(work.lock)


def _clear(work: WorkFolder, settle: Callable[[WorkFolder], None]) -> None:
    """End and remove what runs made, all but the mark; when a publication cannot be settled, no file."""
    end_processes(work.mark.token)
    if work.mark.publishing:
        settle(work)
        work.note_publishing(False)
    if work.sockets:
        _remove_sockets(work.sockets, work.mark.token)
    for entry in work.path.iterdir():
        if entry.name != MARK:
            _remove(entry)


def _remove_sockets(folder: Path, token: str) -> None:
    if folder.name != f"rb-{token}" or not _is_own_folder(folder):
        return
    mark = _read_mark(folder)
    if mark is not None and mark.token == token:
        shutil.rmtree(folder, ignore_errors=True)
    elif (
        mark is None
    ):  # the run may have ended before it marked the folder; nothing else is in it then
        with contextlib.suppress(OSError):
            (folder / f"{MARK}.new").unlink(missing_ok=True)
            folder.rmdir()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        if _is_folder(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _is_folder(path: Path) -> bool:
    """Whether this is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _is_own_folder(path: Path) -> bool:
    return _is_folder(path) and os.lstat(path).st_uid == os.getuid()


def _read_mark(folder: Path) -> Mark | None:
    try:
        mark = Mark(**json.loads((folder / MARK).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    texts = isinstance(mark.report, str) and isinstance(mark.sockets, str)
    return mark if texts and re.fullmatch("[0-9a-f]{16}", str(mark.token)) else None


def _write_mark(folder: Path, mark: Mark) -> None:
    new = folder / f"{MARK}.new"
    new.write_text(json.dumps(asdict(mark)), encoding="utf-8")
    os.replace(new, folder / MARK)
