"""One examination at the article's date for the earnings question; parts are computed on use."""

import pytest

from helpers import data
from helpers.topics import earnings


@pytest.fixture(scope="session")
def info():
    return data.Information("2026-02-16")


@pytest.fixture(scope="session")
def found(info):
    return earnings.examine(info, draws=5000)
