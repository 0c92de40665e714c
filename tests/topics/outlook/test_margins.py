"""The rise of margins that years of a lead need, and the share of earlier changes as large."""

import numpy as np
import pandas as pd
import pytest

from helpers import stats
from helpers.errors import NotKnown
from helpers.topics.common.ranges import Range, simulate_ranges
from helpers.topics.outlook.margins import changes_over, rise_needed, weigh_need

QUARTERS = pd.period_range("1960Q1", periods=160, freq="Q")
NONE = Range(0.0, 0.0, 0.0, "no lead")
ALIKE = Range(1.0, 1.0, 1.0, "as all companies")


def weigh(share, lead=NONE, swing=ALIKE, years=5):
    rng = np.random.default_rng(0)
    return weigh_need(share, lead, swing, 5.0, years=years, draws=100, rng=rng)


def test_a_lead_compounds():
    assert rise_needed(10.0, 2) == pytest.approx(21.0)
    assert rise_needed(0.0, 7) == 0


def test_changes_are_percent_of_the_level_at_their_start():
    share = pd.Series(1.02 ** np.arange(160.0), QUARTERS)  # synthetic: two percent a quarter
    assert changes_over(share, 1).to_numpy() == pytest.approx(100 * (1.02**4 - 1))


def test_a_share_that_always_rises_enough_reaches_every_need():
    share = pd.Series(1.02 ** np.arange(160.0), QUARTERS)  # synthetic
    found = weigh(share, Range(1.0, 2.0, 3.0, "leads"))
    assert found.as_large == found.from_high == 100
    assert all((one == 100).all() for one in found.shares.values())
    assert found.points == pytest.approx([5 * one / 100 for one in found.needed])


def test_a_wider_swing_reaches_more_and_a_larger_lead_less():
    share = pd.Series(5 + np.sin(np.arange(160) / 9), QUARTERS)  # synthetic
    lead = Range(2.0, 3.0, 4.0, "leads")
    plain, wide = weigh(share, lead), weigh(share, lead, Range(2.0, 2.0, 2.0, "twice"))
    assert wide.as_large > plain.as_large > weigh(share, Range(5.0, 6.0, 7.0, "more")).as_large
    assert np.median(plain.shares["every start"]) == pytest.approx(
        np.median(plain.shares["no wider swings than all companies"]), abs=5
    )


def test_shares_are_counted_in_spans_resampled_in_blocks_of_their_length():
    """In shorter blocks where two of them would be more than there is, as from high levels."""
    rng = np.random.default_rng(8)
    share = pd.Series(np.exp(0.05 * rng.standard_normal(84).cumsum()), QUARTERS[:84])  # synthetic
    lead, swing = Range(1.0, 2.0, 3.0, "leads"), Range(1.0, 1.5, 2.0, "swings")
    found = weigh(share, lead, swing)
    changes = [100 * (share.iloc[k + 20] / share.iloc[k] - 1) for k in range(64)]
    starts = share[:64]
    high = [one for one, start in zip(changes, starts, strict=True) if start >= starts.median()]
    needs = 100 * (1.02**5 - 1)
    for ours, some in ((found.as_large, changes), (found.from_high, high)):
        assert ours == pytest.approx(100 * np.mean([1.5 * one >= needs for one in some]))
    rng = np.random.default_rng(0)
    drawn = simulate_ranges({"lead": lead, "swing": swing}, 100, rng)
    for name, some, block, leads, swings in (
        ("every start", changes, 20, drawn["lead"], drawn["swing"]),
        ("no wider swings than all companies", changes, 20, drawn["lead"], [1.0] * 100),
        ("from a level in the upper half", high, 16, drawn["lead"], drawn["swing"]),
        ("the lead of the article", changes, 20, [3.0] * 100, drawn["swing"]),
    ):
        rows = stats.stationary_indices(len(some), block, 100, rng)
        by_hand = [
            100 * np.mean([wide * some[k] >= 100 * ((1 + one / 100) ** 5 - 1) for k in row])
            for row, one, wide in zip(rows, leads, swings, strict=True)
        ]
        np.testing.assert_allclose(found.shares[name], by_hand)


def test_four_spans_are_enough():
    assert len(changes_over(pd.Series(np.ones(80), QUARTERS[:80]), 5)) == 60


def test_few_quarters_say_nothing():
    with pytest.raises(NotKnown, match="79 quarters of profits were known; 80 are needed"):
        changes_over(pd.Series(np.ones(79), QUARTERS[:79]), 5)
