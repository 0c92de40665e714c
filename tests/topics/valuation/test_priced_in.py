"""What a pair of multiples prices in: the growth lead that closes it, and meaningless multiples refused."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import NotKnown
from helpers.topics.valuation import priced_in
from helpers.topics.valuation.priced_in import UndefinedMultiple

multiples = st.floats(5, 60)


@given(multiples, multiples, st.floats(1, 20))
def test_the_growth_gap_closes_the_multiples(small, large, years):
    lead = priced_in.growth_gap(small, large, years)
    assert small / math.exp(lead * years / 100) == pytest.approx(large)
    assert priced_in.growth_gap(large, small, years) == pytest.approx(-lead)


@pytest.mark.parametrize("value", [0.0, -18.0, math.nan, math.inf])
def test_multiples_without_meaning_are_refused_by_name(value):
    for arguments, name in (
        ((value, 20.0, 5.0), "small"),
        ((20.0, value, 5.0), "large"),
        ((20.0, 25.0, value), "years"),
    ):
        with pytest.raises(UndefinedMultiple, match=f"{name} is .* must be positive"):
            priced_in.growth_gap(*arguments)
    assert issubclass(UndefinedMultiple, NotKnown)  # a reason to show, not a fault


def test_every_column_follows_from_the_multiples():
    pairs = pd.DataFrame(
        {"small": [18.0, 30.0], "large": [24.0, 25.0], "known": ["", ""]}, index=["one", "other"]
    )
    table = priced_in.table_priced_in(pairs, 4.0)
    assert list(table.index) == ["one", "other"]
    assert table.loc["one"].to_dict() == pytest.approx(
        {"small": 18.0, "large": 24.0, "ratio": 0.75, "lead": 100 * math.log(0.75) / 4.0}
    )
    assert table.loc["other", "lead"] > 0
