"""What consensus becomes once its past errors count: the record, a haircut in its place, and the time left."""

import pytest

from helpers import data
from helpers.errors import ParameterError
from helpers.topics import earnings

ARTICLE = "2026-02-16"


@pytest.fixture(scope="module")
def info():
    return data.Information(ARTICLE)


@pytest.fixture(scope="module")
def found(info):
    return earnings.examine(info, draws=5000)


def test_forecast_is_the_median_less_the_usual_overestimate(found):
    growth = found.small.quotations["growth"]
    assert found.small.consensus == growth.median()
    assert found.small.corrected == pytest.approx(100 * ((1 + growth.median() / 100) / 1.069 - 1))
    assert found.small.low < found.small.corrected < found.small.high


def test_a_haircut_replaces_the_record(info):
    cut = earnings.examine(info, haircut=[31.5, 31.5, 31.5], draws=2000)
    assert cut.small.corrected == pytest.approx(100 * ((1 + cut.small.consensus / 100) * 0.685 - 1))
    plain = earnings.examine(info, draws=2000)
    assert cut.large.corrected == plain.large.corrected
    with pytest.raises(ParameterError, match="rising order"):
        earnings.examine(info, haircut=[10.0, 5.0, 0.0], draws=2000)


def test_fewer_months_left_leave_less_room_for_error(info):
    late = earnings.examine(info, months_left=3, draws=4000)
    early = earnings.examine(info, months_left=12, draws=4000)
    assert late.large.high - late.large.low < 0.7 * (early.large.high - early.large.low)
    assert abs(late.large.corrected - late.large.consensus) < abs(
        early.large.corrected - early.large.consensus
    )
