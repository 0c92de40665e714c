"""What is dear is made once in a run of the suite, by the worker that needs it first."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder of this name, shared by all workers of this run; ``make`` fills it where it is not yet there."""
    folder = of_all_workers(factory, name)
    begun = folder / "begun"
    with held(folder / "lock"):
        if not (folder / "made").is_dir():
            make(begun)
            begun.rename(folder / "made")
    return folder / "made"


def of_all_workers(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all workers of this run find under one name."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / name
    folder.mkdir(exist_ok=True)
    return folder


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Let one worker go on while the others wait for the file, which stays as it is."""
    try:
        import fcntl
    except ImportError:  # Windows: each worker may build its own
        yield
        return
    file = os.open(path, os.O_RDONLY | os.O_CREAT)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
