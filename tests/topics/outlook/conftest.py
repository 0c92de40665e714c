"""One examination of the outlook a date, shared by the tests of the engine."""

import functools

import pytest

from helpers.data import Information
from helpers.topics import outlook

FEW = 200  # draws of news


@pytest.fixture(scope="session")
def examined():
    """The outlook at a date, with few draws."""
    return functools.cache(lambda as_of: outlook.examine(Information(as_of), draws=FEW))


@pytest.fixture(scope="session")
def found(examined):
    """At the article's date."""
    return examined("2026-02-16")
