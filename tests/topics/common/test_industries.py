"""Forty-nine industries, read once, and named as the library names them."""

import pandas as pd
import pytest

from helpers.data import Information, load_table, recording
from helpers.errors import NotKnown
from helpers.topics.common.industries import IndustryInputs, average_of, industry_name


@pytest.fixture(scope="module")
def inputs():
    return IndustryInputs(Information("2026-02-16"))


def test_both_weights_hold_the_same_industries_and_months(inputs):
    value, equal = inputs.industries, inputs.industries_equal_weighted
    assert list(value.columns) == list(equal.columns)
    assert value.isna().equals(equal.isna())
    assert value.shape[1] == 49


def test_a_month_is_public_five_weeks_after_it(inputs):
    assert inputs.industries.index[-1] == inputs.factors.index[-1] == pd.Period("2025-12", "M")
    with pytest.raises(NotKnown):
        _ = IndustryInputs(Information("1926-08-01")).industries


def test_reading_names_one_source_and_not_forty_nine():
    with recording() as read:
        _ = IndustryInputs(Information("2026-02-16")).industries
    assert [one.name for one in read.sources] == ["industries_monthly"]


def test_every_industry_has_a_name_of_its_own(inputs):
    names = [industry_name(one) for one in inputs.industries]
    assert len(set(names)) == 49
    assert "Banking" in names


def test_an_average_counts_each_industry_the_same_and_needs_all_of_them(inputs):
    both = average_of(inputs.industries, ["aero", "fabpr"])
    assert both.index[0] == pd.Period("1963-07", "M")  # fabricated products begin then
    month = inputs.industries.loc["2025-06"]
    assert both["2025-06"] == pytest.approx((month["aero"] + month["fabpr"]) / 2)


def test_cells_of_the_file_are_not_changed_by_a_reader(inputs):
    before = load_table("industries_monthly").loc["2025-06", "aero"]
    inputs.industries.loc["2025-06", "aero"] = 0.0
    assert load_table("industries_monthly").loc["2025-06", "aero"] == before
