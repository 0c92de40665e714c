"""One examination at the article's date for all tests of the topic."""

import pytest

from helpers import data
from helpers.topics import policy


@pytest.fixture(scope="session")
def found():
    return policy.examine(data.Information("2026-02-16"), draws=512)
