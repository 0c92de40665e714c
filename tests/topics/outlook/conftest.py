"""One examination of the outlook a date, shared by the tests of the engine."""

import functools

import pytest

from helpers.data import Information
from helpers.topics import outlook
from helpers.trial import answer_claims

FEW = 200  # draws of news


@pytest.fixture(scope="session")
def examined():
    """The outlook at a date, with few draws."""
    return functools.cache(lambda as_of: outlook.examine(Information(as_of), draws=FEW))


@pytest.fixture(scope="session")
def judged(examined):
    """Answers on the claims that the engine bears on, at a date."""

    @functools.cache
    def judge(as_of):
        found = examined(as_of)
        return answer_claims(
            found.info.day,
            {
                "F1": {"stated": found.weigh_lead_so_far, "used": found.weigh_chance_of_lead},
                "F3": {"stated": found.weigh_balance_so_far, "used": found.weigh_chance_of_balance},
                "F4": {"stated": found.weigh_margin_on_record, "used": found.weigh_rise_on_record},
            },
        )

    return judge


@pytest.fixture(scope="session")
def answers(judged):
    """At the article's date."""
    return judged("2026-02-16")


@pytest.fixture(scope="session")
def found(examined):
    """At the article's date."""
    return examined("2026-02-16")
