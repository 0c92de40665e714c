"""One examination a date, shared by the tests of W5 to W8."""

import pytest

from helpers import data
from helpers.topics import winners

ARTICLE = "2026-02-16"


@pytest.fixture(scope="package")
def found():
    """What was known on the article's date."""
    return winners.examine(data.Information(ARTICLE))


@pytest.fixture(scope="package")
def later():
    """What was known half a year later."""
    return winners.examine(data.Information("2026-08-30"))


@pytest.fixture(scope="package")
def before():
    """Three years before the window began."""
    return winners.examine(data.Information("2022-01-15"))
