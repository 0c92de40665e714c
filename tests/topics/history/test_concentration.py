"""Leadership of the large and what followed concentration, with inference for a persistent predictor."""

import pandas as pd
import pytest

from helpers.data import Information
from helpers.errors import ParameterError
from helpers.topics.common.pairs import load_small_minus_large
from helpers.topics.history import concentration as conc
from helpers.trial import load_claim, verdict


@pytest.fixture(scope="module")
def info():
    return Information("2026-02-16")


@pytest.fixture(scope="module")
def found(info):
    return conc.examine_concentration(info, pair="lo30_hi30")


def test_the_decade_to_the_date(info, found):
    evidence = conc.weigh_leadership(info, found)
    assert (str(found.decade.index[0]), str(found.decade.index[-1])) == ("2016-01", "2025-12")
    assert evidence.estimate == pytest.approx(
        -12 * load_small_minus_large(info)["2016-01":"2025-12"].mean()
    )
    assert set(evidence.definitions) == set(load_claim("M1").definitions)
    assert evidence.halves == pytest.approx((2.90, 6.49), abs=0.01)
    assert verdict(load_claim("M1"), evidence).word == "not detectable"


def test_reversal_evidence_holds_all_that_its_rule_reads(info, found):
    evidence = conc.weigh_reversal(info, found)
    assert set(evidence.definitions) == set(load_claim("H3").definitions)
    assert evidence.estimate == pytest.approx(found.slopes.loc[12, "IVX slope"])
    assert evidence.ci_low < evidence.estimate < evidence.ci_high
    assert evidence.oos_r2 == pytest.approx(found.out_of_sample.r2) and evidence.oos_r2 < 0
    assert (evidence.p < 0.05) == (evidence.ci_low > 0), "interval and p are of the same test"
    assert all(half > 0 for half in evidence.halves)


def test_fit_in_sample_grows_with_the_horizon_while_forecasts_get_no_better(found):
    assert found.slopes["R2 in sample, percent"].is_monotonic_increasing
    assert (found.slopes["R2 out of sample, percent"] < 0).all()


def test_peaks_need_hindsight_and_the_latest_month_has_none(found):
    peaks = pd.PeriodIndex(found.peaks.index[:-1], freq="M")
    assert peaks.max() <= found.share.index[-1] - conc.PEAK_SPAN
    for month in peaks:
        around = found.share[month - conc.PEAK_SPAN : month + conc.PEAK_SPAN]
        assert found.share[month] == around.max()
    assert found.peaks.iloc[-1].drop("share").isna().all()


def test_the_family_of_definitions_is_complete(found):
    assert found.family.n == 3 * 3 * 4
    assert 0.5 <= found.family.share_same_sign <= 1


def test_a_pair_without_a_decade_is_refused():
    with pytest.raises(ParameterError, match="needs 120"):
        conc.examine_concentration(Information("2010-02-16"), pair="iwm_spy")
