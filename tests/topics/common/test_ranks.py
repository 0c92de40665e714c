"""One row a rank, or an error that says why not."""

import pandas as pd
import pytest

from helpers.data import load_table
from helpers.errors import DataError
from helpers.topics.common.ranks import LARGE_RANKS, RANKS, SMALL_RANKS, row_of_rank

FIRMS = pd.DataFrame(
    {
        "rank": [SMALL_RANKS, SMALL_RANKS, LARGE_RANKS],
        "phase": ["hikes", "cuts", "hikes"],
        "loading": [47.3, 21.0, 22.4],
    }
)


def test_the_row_meets_every_condition():
    assert row_of_rank(FIRMS, SMALL_RANKS, phase="cuts")["loading"] == 21.0
    assert row_of_rank(FIRMS, LARGE_RANKS)["loading"] == 22.4


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({}, "2 rows have rank '1001-3000'; one is needed"),
        ({"phase": "pause"}, "0 rows have rank '1001-3000', phase 'pause'; one is needed"),
    ],
)
def test_no_row_and_two_rows_are_told_apart_and_never_guessed(where, message):
    with pytest.raises(DataError, match=message):
        row_of_rank(FIRMS, SMALL_RANKS, **where)


@pytest.mark.parametrize("table", ["exposures_by_rank", "passthrough_same_firm", "eps_uplift"])
def test_the_tables_of_filings_use_these_ranks_and_no_other(table):
    assert set(load_table(table)["rank"]) <= set(RANKS)
