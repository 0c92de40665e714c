"""What was known of debt on the article's date, examined once."""

import pytest

from helpers import data
from helpers.topics import debt


@pytest.fixture(scope="session")
def info():
    return data.Information("2026-02-16")


@pytest.fixture(scope="session")
def found(info):
    return debt.examine(info)
