"""One examination a date for all tests of the bank claims."""

from functools import cache

import pytest

from helpers import data
from helpers.topics import banks

ARTICLE = "2026-02-16"


@cache
def examined(as_of: str):
    return banks.examine(data.Information(as_of))


@pytest.fixture(scope="session")
def at():
    """The examination at a date, made once."""
    return examined


@pytest.fixture(scope="session")
def found():
    return examined(ARTICLE)
