"""The whole examination: complete, deterministic, blind to the future, and clear about bad input."""

import re
from pathlib import Path

import numpy as np
import pytest

import helpers
from as_it_was import assert_as_it_was
from declared_defaults import assert_defaults_are_declared
from helpers.data import Information, recording
from helpers.data.catalog import entry
from helpers.errors import ParameterError
from helpers.topics import history
from helpers.topics.common.concentration import logit
from helpers.topics.history import rotation, size_premium
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.neighbours import usable
from helpers.topics.history.resemblance import Resemblance
from helpers.topics.history.state import KNOWN, trailing_premium
from helpers.trial import load_claims, verdict

ARTICLE = "2026-02-16"
FAST = {"draws": 99}
DOORS = (
    "load",
    "as_released",
    "table",
    "known_rows",
    "published",
    "quoted",
    "fomc_decisions",
    "recessions",
)
# What the notebook shows, by part and question.
SHOWN = {
    "premium": (
        "periods",
        "januaries",
        "wealth",
        "windows",
        "by_block",
        "by_sample",
        "break_table",
        "origins",
    ),
    "nifty": ("wealth", "phases", "structure", "profitability", "quotations"),
    "resemblance": ("today", "eras", "distance", "neighbours", "episodes"),
    "easing": ("events", "tests", "lists", "recessions", "paths"),
    "concentration": ("slopes", "samples", "peaks", "reversion", "extremes", "leaders", "share"),
    "rotation": ("windows", "lengths", "strength", "leads", "models", "volatile"),
}


@pytest.fixture(scope="module", autouse=True)
def one_start():
    """One model from one start: each is tested elsewhere, here every result is computed twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rotation, "STATE_MODELS", {"variance": ("variance",)})
        patch.setattr(rotation, "STARTS", 1)
        patch.setattr(rotation, "LR_DRAWS", 19)
        patch.setattr(size_premium, "HISTORIES", 19)
        yield


@pytest.fixture(scope="module")
def found(one_start):
    one = history.examine(Information(ARTICLE), **FAST)
    _ = one.answers  # read here, so that every test of this file stands for it
    return one


def shown(examination):
    """Everything a reader sees, as text, so that two examinations can be compared to the last digit."""
    tables = [
        getattr(getattr(examination, question), part).to_csv()
        for question, parts in SHOWN.items()
        for part in parts
    ]
    return tables, examination.answers


def lines(examination):
    """Every line answered, by claim and question."""
    return {
        (claim_id, name): evidence
        for claim_id, answer in examination.answers.items()
        for name in load_claims()[claim_id].lines
        if (evidence := getattr(answer, name)) is not None
    }


def test_every_line_of_each_claim_of_the_notebook_is_answered_as_it_was_written_down(found):
    asked = {
        (claim.id, name): line
        for claim in load_claims().values()
        if claim.notebook == "03_regime_analogs"
        for name, line in claim.lines.items()
    }
    assert set(lines(found)) == set(asked)
    for where, evidence in lines(found).items():
        line = asked[where]
        assert evidence.unit == line.unit
        named = evidence.checks if line.rule in ("parts", "votes") else evidence.definitions
        assert tuple(named) == line.definitions, where
        assert evidence.n is not None
        assert evidence.note
        assert evidence.vintage
        assert (evidence.p is not None) == (line.rule == "effect"), where


@pytest.fixture(scope="module")
def again(one_start, wrong_future):
    """What is shown where everything that became known later is wrong, and each reading made for it."""
    read = []
    with pytest.MonkeyPatch.context() as patch, wrong_future(ARTICLE):
        for door in DOORS:
            opened = getattr(Information, door)

            def counted(self, *names, opened=opened, door=door):
                read.append((door, *names))
                return opened(self, *names)

            patch.setattr(Information, door, counted)
        return shown(history.examine(Information(ARTICLE), **FAST)), read


def test_nothing_known_later_enters(found, again):
    assert again[0] == shown(found)


def words(examination):
    return {
        where: verdict(load_claims()[where[0]], where[1], evidence).word
        for where, evidence in lines(examination).items()
    }


def test_the_words_at_the_article_date(found):
    assert words(found) == {
        ("M1", "stated"): "true",
        ("M2", "stated"): "true in part",
        ("M2", "used"): "undecided",
        ("H1", "stated"): "true in part",
        ("H1", "used"): "not testable",
        ("H2", "stated"): "false",
        ("H3", "stated"): "true in part",
        ("H3", "used"): "undecided",
    }


@pytest.mark.parametrize("as_of", ["2025-06-30", "2020-03-01", "1990-01-01"])
def test_what_the_article_says_of_2026_could_not_be_said_before(as_of):
    found = words(history.examine(Information(as_of), **FAST))
    assert found["M2", "stated"] == found["M2", "used"] == "not yet sayable"
    assert "failed" not in found.values()
    assert found["M1", "stated"] in ("true", "true in part")


def test_a_card_names_what_was_read_for_it(found):
    sources = {where: set(evidence.sources) for where, evidence in lines(found).items()}
    century = {"lo30", "hi30", "lo20", "hi20", "smb"}
    assert sources["H1", "used"] == century
    assert sources["H1", "stated"] == {"lo30", "hi30", "hi10"}
    assert sources["H3", "used"] == century | {"top_decile_share"}
    assert sources["H3", "stated"] == {"top_decile_share", "small30_share", "lo30", "hi30"}
    assert sources["M1", "stated"] == {"lo30", "hi30", "top_decile_share"}
    assert sources["M2", "used"] == {"iwm", "spy", "ijr", "rsp", "market_moves"}
    assert sources["M2", "stated"] == {"iwm", "spy", "market_moves", "fomc_decisions"}
    series = {name for variable in KNOWN.values() for name in variable.series}
    first = {entry(name).real_time for name in series} - {""}
    assert len(first) == 3
    assert sources["H2", "stated"] == series | first | {"lo30", "hi30"}
    smb = lines(history.examine(Information(ARTICLE), **FAST, pair="smb"))
    assert "smb" in smb["M1", "stated"].sources
    assert "smb" in smb["H2", "stated"].sources
    assert "CRSP" in lines(found)["H1", "used"].vintage


@pytest.mark.parametrize("question", SHOWN)
def test_every_table_knows_its_sources(found, question):
    for part in SHOWN[question]:
        with recording() as read:
            frame = getattr(getattr(found, question), part)
        assert frame.attrs["sources"] == read.sources != ()


def test_each_figure_is_read_once(again):
    _, read = again
    assert len(read) == len(set(read)) == 32


def test_a_part_changes_with_its_seed_and_only_with_it(found):
    again, other = (
        history.examine(Information(ARTICLE), **FAST, seed=seed).premium.chance
        for seed in (1926, 7)
    )
    np.testing.assert_array_equal(again.null, found.premium.chance.null)
    assert not np.array_equal(other.null, found.premium.chance.null)


def test_the_questions_draw_from_streams_of_their_own(found):
    streams = np.random.default_rng(1926).spawn(3)
    parts = (found.premium, found.rotation, found.concentration)
    ours = [np.random.default_rng(part.seed) for part in parts]
    for stream, one in zip(streams, ours, strict=True):
        assert one.random() == stream.random()


def test_the_parameters_reach_their_questions():
    one = history.examine(
        Information(ARTICLE),
        pair="smb",
        window=[1974, 1983],
        horizon=6,
        k=24,
        metric="mahalanobis",
        embargo=60,
        variables=["slope"],
        events="joined",
        block=6,
        draws=99,
    )
    premium, near, easing = one.premium, one.resemblance, one.easing
    assert (premium.pair, premium.window, premium.block, premium.draws) == (
        "smb",
        (1974, 1983),
        6,
        99,
    )
    assert (near.pair, near.horizon, near.k, near.metric) == ("smb", 6, 24, "mahalanobis")
    assert (near.embargo, near.variables) == (60, ("slope",))
    assert (easing.pair, easing.listed, easing.horizon) == ("smb", "joined", 6)
    assert (one.concentration.pair, one.rotation.pair, one.rotation.draws) == ("smb", "smb", 99)


def test_the_defaults_are_those_of_the_notebook():
    assert_defaults_are_declared(history.examine, "03_regime_analogs")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pair": "iwm_spy"}, "pair is 'iwm_spy': a century of returns exists for lo30_hi30"),
        ({"window": [1975]}, "give the first and the last year"),
        ({"metric": "cosine"}, "metric is 'cosine'; use one of euclidean, mahalanobis"),
        ({"embargo": 12}, "embargo is 12 months"),
        ({"events": "all"}, "Unknown event list 'all'"),
        ({"variables": []}, "at least one state variable"),
    ],
)
def test_bad_values_are_named_at_once(values, message):
    with pytest.raises(ParameterError, match=message):
        history.examine(Information(ARTICLE), **values)


def test_more_neighbours_than_there_are_months_leave_the_other_claims():
    answers = history.examine(Information(ARTICLE), **FAST, k=700).answers
    assert "k is 700, but only 636 months" in answers["H2"].stated.not_testable
    assert answers["M1"].stated.estimate is not None


@pytest.mark.parametrize(
    ("window", "reason"),
    [([2020, 2026], "choose years inside"), ([1950, 2000], "longer than a third of the sample")],
)
def test_a_run_that_cannot_be_tried_leaves_the_other_claims(window, reason):
    answers = history.examine(Information(ARTICLE), **FAST, window=window).answers
    assert reason in answers["H1"].stated.not_testable
    assert reason in answers["H1"].used.not_testable
    assert answers["M1"].stated.estimate is not None


# --- a signal as it was ---------------------------------------------------------------------------------


def test_the_state_as_it_was(revised):
    """Nor does what later vintages say of months whose first release is held."""

    def signal(info):
        options = ("lo30_hi30", 12, 60, "euclidean", 48, tuple(KNOWN))
        return usable(Resemblance(HistoryInputs(info), *options).state)

    assert_as_it_was(signal, "1990-01-01", revised=revised)


def test_concentration_as_it_was():
    assert_as_it_was(lambda info: logit(info.load("top_decile_share")), "1960-01-01")


@pytest.mark.parametrize("pair", ["lo30_hi30", "lo20_hi20", "smb"])
def test_the_trailing_premium_as_it_was(pair):
    assert_as_it_was(
        lambda info: trailing_premium(HistoryInputs(info).relative(pair)), "1960-01-01"
    )


# --- the article's numbers ------------------------------------------------------------------------------


def test_no_number_of_the_article_is_typed():
    root = Path(helpers.__file__).parent
    files = [
        *(root / "topics" / "history").glob("*.py"),
        root / "report" / "figures" / "history.py",
    ]
    claimed = {str(claim.claimed) for claim in load_claims().values() if claim.claimed is not None}
    odd = {
        text for text in claimed if not text.removesuffix(".0").isdigit()
    }  # a round number may be another's
    for path in files:
        text = path.read_text("utf-8")
        typed = {
            number for number in odd if re.search(rf"(?<![\d.-]){re.escape(number)}(?![\d-])", text)
        }
        assert not typed, f"{path.name}: {typed}"
        assert not re.search(r"CLAIMED|TENTH|QUARTER\b|TOLERANCE", text), path.name
