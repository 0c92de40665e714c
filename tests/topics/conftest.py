"""Shared by the tests of topics: a data folder in which everything not yet known is wrong."""

import datetime as dt
from contextlib import contextmanager

import pytest

from corrupted_future import corrupted_copy, data_folder, revised_copy


@pytest.fixture
def wrong_future(tmp_path):
    """Context manager: inside it, every figure that became known after a date is false."""

    @contextmanager
    def enter(as_of: str):
        folder = corrupted_copy(tmp_path / f"data-{as_of}", dt.date.fromisoformat(as_of))
        with data_folder(folder):
            yield

    return enter


@pytest.fixture(scope="session")
def revised(tmp_path_factory):
    """A data folder in which later vintages say something else of months whose first release is held."""
    return revised_copy(tmp_path_factory.mktemp("revised") / "data")
