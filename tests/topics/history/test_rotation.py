"""Early 2026 by the figures known then."""

import numpy as np
import pandas as pd
import pytest

from helpers.data import Information
from helpers.errors import ParameterError
from helpers.topics.history import rotation as rot
from helpers.trial import load_claim, verdict


@pytest.fixture(scope="module")
def info():
    return Information("2026-02-16")


@pytest.fixture(scope="module")
def found(info):
    return rot.examine_rotation(info, pair="lo30_hi30", draws=999, rng=np.random.default_rng(1))


def test_the_half_year_ends_with_the_last_month_known(found):
    assert list(found.strength["last"]) == ["2026-01"] * 3
    lead = found.relative["iwm_spy"]["2025-08":"2026-01"].sum()
    assert found.strength["lead"].iloc[0] == pytest.approx(lead)
    assert found.strength["windows"].iloc[0] == len(found.relative["iwm_spy"]) - 6, (
        "every placebo date counts"
    )


def test_the_evidence_is_the_lead_beyond_the_average_window(info, found):
    evidence = rot.weigh_rotation(info, found)
    test = found.placebo["iwm_spy"]
    assert evidence.estimate == pytest.approx(found.strength["lead"].iloc[0] - test.unconditional)
    assert sum(evidence.halves) == pytest.approx(evidence.estimate)
    assert evidence.ci_low < 0 < evidence.ci_high and evidence.p > 0.1
    assert set(evidence.definitions) == set(load_claim("M2").definitions)
    assert verdict(load_claim("M2"), evidence).word == "not detectable"


def test_p_counts_the_placebo_dates_at_least_as_far_from_the_average(found):
    relative = found.relative["iwm_spy"].dropna()
    leads = relative.rolling(6).sum().dropna() - 6 * relative.mean()
    # All windows but the first: a window stands after an event, and the first month has none before it.
    leads = leads.iloc[1:]
    assert found.placebo["iwm_spy"].p == pytest.approx(
        (leads.abs() >= abs(leads.iloc[-1]) - 1e-9).mean()
    )


def test_the_states_are_volatility_states(found):
    models = found.models
    assert models["BIC"].idxmin() == "variance"
    assert (
        models.loc["variance", "deviation, volatile"]
        > 2 * models.loc["variance", "deviation, calm"]
    )
    assert found.regimes.switching == ("variance",)
    assert found.filtered.sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_monitoring_starts_after_the_first_cut_and_cannot_see_small_shifts(found):
    assert found.monitor.detector.index[0] == pd.Period("2024-10", "M")
    assert found.monitor.crossed is None
    assert 12 * found.monitor.detectable > 10


def test_too_few_months_for_placebo_dates_are_refused():
    with pytest.raises(ParameterError, match="too few for placebo dates"):
        rot.examine_rotation(
            Information("2005-06-30"), pair="lo30_hi30", draws=99, rng=np.random.default_rng(0)
        )
