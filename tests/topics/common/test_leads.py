"""The lead of the last months against every window of that length."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import NotKnown
from helpers.topics.common.leads import placebo_test, share_as_large, weigh_lead
from helpers.trial import load_claim

WINDOW = 6


@pytest.fixture(scope="module")
def months():
    """Synthetic: ten years of noise, the last half year raised by two percent a month."""
    index = pd.period_range("2015-01", periods=120, freq="M")
    values = np.random.default_rng(3).normal(size=120)
    values[-WINDOW:] += 2.0
    return pd.Series(values, index, name="pair")


def windows(months):
    """Every window of the length, the first month left out: no month stands before it."""
    return months.iloc[1:].rolling(WINDOW).sum().dropna()


def test_the_lead_is_the_sum_of_the_window_less_as_many_months_before_it(months):
    test = placebo_test(months, WINDOW)
    last, before = months.iloc[-WINDOW:], months.iloc[:-WINDOW]
    assert test.estimate == pytest.approx(last.sum() - WINDOW * before.mean())
    assert len(test.shifted) == len(windows(months))


def test_windows_that_join_the_end_to_the_beginning_are_left_out(months):
    test = placebo_test(months, WINDOW)
    apart = np.sort(windows(months) - WINDOW * months.mean()) / (1 - WINDOW / len(months))
    assert np.sort(test.shifted) == pytest.approx(apart)


def test_the_share_as_large_counts_the_window_itself(months):
    leads = windows(months)
    share = (leads >= leads.iloc[-1] - 1e-9).mean()
    assert share_as_large(placebo_test(months, WINDOW)) == pytest.approx(share)
    assert share_as_large(placebo_test(months, WINDOW)) >= 1 / len(leads)
    worst = placebo_test(-months, WINDOW)
    assert share_as_large(worst) == pytest.approx((leads <= leads.iloc[-1] + 1e-9).mean())


def test_the_evidence_is_that_of_the_first_pair(months):
    tests = {"one": placebo_test(months, WINDOW), "other": placebo_test(-months, WINDOW)}
    evidence = weigh_lead("M2", months, WINDOW, tests, " More.")
    first = tests["one"]
    assert evidence.unit == load_claim("M2").unit
    assert (evidence.estimate, evidence.p) == (first.estimate, first.p)
    assert evidence.ci_low < first.estimate < evidence.ci_high
    assert dict(evidence.definitions) == {
        "one": first.estimate,
        "other": pytest.approx(-first.estimate),
    }
    assert evidence.mde == first.minimum_detectable_effect()
    assert (evidence.n, evidence.n_effective) == (114, 19)
    assert evidence.note.startswith("2024-07 to 2024-12;")
    assert "of all windows of 6 months since 2015-01 led by as much" in evidence.note
    assert evidence.note.endswith(" More.")


def test_the_halves_of_the_window_add_up_to_the_lead(months):
    evidence = weigh_lead("M2", months, WINDOW, {"one": placebo_test(months, WINDOW)})
    assert sum(evidence.halves) == pytest.approx(evidence.estimate)
    half = months.iloc[-WINDOW : -WINDOW // 2].sum() - 3 * months.iloc[:-WINDOW].mean()
    assert evidence.halves[0] == pytest.approx(half)


def test_less_than_ten_windows_are_too_few(months):
    assert len(placebo_test(months.iloc[:60], WINDOW).shifted) == 54
    with pytest.raises(NotKnown, match="pair: 59 months were known, too few for placebo dates"):
        placebo_test(months.iloc[:59], WINDOW)
