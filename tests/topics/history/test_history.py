"""The whole examination: complete, deterministic, blind to the future, and clear about bad input."""

import pytest

from helpers.data import Information
from helpers.errors import DataError, ParameterError
from helpers.topics import history
from helpers.topics.history import rotation
from helpers.trial import load_claims, verdict

ARTICLE = "2026-02-16"
FAST = {"draws": 199}


@pytest.fixture(scope="module", autouse=True)
def few_starts():
    """Markov models from two starts: their maximum is tested elsewhere, here every result is computed twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rotation, "STARTS", 2)
        patch.setattr(rotation, "LR_DRAWS", 19)
        yield


@pytest.fixture(scope="module")
def found(few_starts):
    return history.examine(Information(ARTICLE), **FAST)


def shown(examination):
    """Everything a reader sees, as text, so that two examinations can be compared to the last digit."""
    tables = (
        examination.premium.periods,
        examination.premium.by_block,
        examination.nifty.phases,
        examination.nifty.structure,
        examination.resemblance.neighbours,
        examination.resemblance.shares,
        examination.easing.tests,
        examination.easing.lists,
        examination.concentration.slopes,
        examination.concentration.peaks,
        examination.rotation.strength,
        examination.rotation.models,
        examination.rotation.monitor.detector,
    )
    return [table.to_csv() for table in tables], examination.evidence


def test_evidence_answers_each_claim_of_the_notebook_as_it_was_fixed(found):
    claims = {
        claim.id: claim for claim in load_claims().values() if claim.notebook == "03_regime_analogs"
    }
    assert set(found.evidence) == set(claims)
    for claim_id, evidence in found.evidence.items():
        claim = claims[claim_id]
        assert evidence.unit == claim.unit and set(evidence.definitions) == set(claim.definitions)
        assert evidence.p is not None and evidence.mde > 0 and evidence.n_effective <= evidence.n
        assert evidence.halves is not None and evidence.vintage and evidence.sources
        assert verdict(claim, evidence).word in (
            "contradicted",
            "not detectable",
            "leaning",
            "supported",
        )


def test_nothing_known_later_enters(found, wrong_future):
    with wrong_future(ARTICLE):
        again = history.examine(Information(ARTICLE), **FAST)
    assert shown(again) == shown(found)


def test_the_five_verdicts_at_the_article_date(found):
    words = {
        claim_id: verdict(load_claims()[claim_id], evidence).word
        for claim_id, evidence in found.evidence.items()
    }
    assert words == {
        "H1": "not detectable",
        "H2": "not detectable",
        "H3": "leaning",
        "M1": "not detectable",
        "M2": "not detectable",
    }


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pair": "iwm_spy"}, "pair is 'iwm_spy': a century of returns exists for lo30_hi30"),
        ({"window": [1975]}, "give the first and the last year"),
        ({"window": [2020, 2026]}, "choose years inside"),
        ({"embargo": 12}, "embargo is 12 months"),
        ({"k": 700}, "k is 700, but only 636 months"),
        ({"events": "all"}, "Unknown event list 'all'"),
        ({"variables": []}, "at least one state variable"),
    ],
)
def test_bad_values_are_named(values, message):
    with pytest.raises(ParameterError, match=message):
        history.examine(Information(ARTICLE), **FAST, **values)


def test_before_the_list_of_first_cuts_was_published_the_error_says_so():
    with pytest.raises(DataError, match="easing_cycles: nothing was known on 2019-06-30"):
        history.examine(Information("2019-06-30"), **FAST)
