"""Small less large, month by month, read once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data import Information, recording
from helpers.data.information import Information as Loader
from helpers.errors import ParameterError
from helpers.topics.common.pairs import (
    PAIR_LABELS,
    PAIRS,
    PairInputs,
    log_return,
    small_minus_large,
)
from helpers.trial import load_line

MONTHS = pd.period_range("2025-01", periods=4, freq="M")
returns = st.lists(st.floats(-50, 100), min_size=4, max_size=4)


@pytest.fixture(scope="module")
def inputs():
    return PairInputs(Information("2026-02-16"))


@given(returns, returns)
def test_the_sum_is_the_log_of_one_wealth_over_the_other(small, large):
    relative = small_minus_large(pd.Series(small, MONTHS), pd.Series(large, MONTHS))
    grown = [np.prod([1 + r / 100 for r in legs]) for legs in (small, large)]
    assert relative.sum() == pytest.approx(100 * np.log(grown[0] / grown[1]), abs=1e-9)


@given(returns, returns)
def test_it_is_antisymmetric(small, large):
    one, other = pd.Series(small, MONTHS), pd.Series(large, MONTHS)
    assert (small_minus_large(one, other) + small_minus_large(other, one)).abs().max() < 1e-12


def test_only_months_known_for_both_count():
    small, large = pd.Series(1.0, MONTHS[1:]), pd.Series(2.0, MONTHS[:3])
    assert list(small_minus_large(small, large).index) == list(MONTHS[1:3])


def test_a_factor_is_long_and_short_already():
    factor = pd.Series([1.0, -2.0], MONTHS[:2])
    assert small_minus_large(factor).tolist() == pytest.approx(log_return(factor).tolist())


def test_every_pair_is_labelled_and_every_label_of_a_claim_is_a_pair():
    assert set(PAIR_LABELS) == set(PAIRS)
    for claim in ("H1", "H3", "M2", "M3"):
        pairs = {name for name in load_line(claim, "used").definitions if " less " in name}
        assert pairs <= set(PAIR_LABELS.values()), claim


@pytest.mark.parametrize("pair", PAIRS)
def test_a_pair_is_its_small_less_its_large_portfolio(inputs, pair):
    small, large = PAIRS[pair]
    expected = 100 * np.log1p(inputs.info.load(small) / 100)
    if large:
        expected = (expected - 100 * np.log1p(inputs.info.load(large) / 100)).dropna()
    pd.testing.assert_series_equal(inputs.relative(pair), expected, check_names=False)
    assert inputs.relative(pair).name == pair


def test_each_series_is_read_once_and_noted_at_every_use(monkeypatch):
    read = []
    load = Loader.load
    monkeypatch.setattr(Loader, "load", lambda self, name: read.append(name) or load(self, name))
    inputs = PairInputs(Information("2026-02-16"))
    for pair in (*PAIRS, *PAIRS):
        with recording() as record:
            inputs.relative(pair)
        assert {one.name for one in record.sources} == set(PAIRS[pair]) - {None}
    assert sorted(read) == sorted({name for names in PAIRS.values() for name in names if name})


def test_an_unknown_pair_is_named(inputs):
    with pytest.raises(ParameterError, match="Unknown portfolio pair 'mags'; use one of lo30_hi30"):
        inputs.relative("mags")
