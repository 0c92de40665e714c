"""Shared by the tests of topics: data folders in which what was not yet known is wrong."""

import datetime as dt
from contextlib import contextmanager

import pytest

from between_workers import made_once
from corrupted_future import corrupted_copy, data_folder


@pytest.fixture(scope="session")
def wrong_future(tmp_path_factory):
    """Context manager: inside it, every figure that became known after a date is false."""

    @contextmanager
    def enter(as_of: str):
        def spoil(folder):
            corrupted_copy(folder, dt.date.fromisoformat(as_of))

        with data_folder(made_once(tmp_path_factory, f"wrong-after-{as_of}", spoil)):
            yield

    return enter
