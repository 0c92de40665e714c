"""Cards: what a reader sees and what a machine reads back are the same finding."""

from __future__ import annotations

import datetime as dt
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import ClaimError
from helpers.report.card import CARD_MIME, card_bundle, card_html, cards, interval_meaning
from helpers.report.marks import SYMBOLS
from helpers.trial.claims import load_claim, load_claims
from helpers.trial.evidence import INTERVALS, Evidence
from helpers.trial.ledger import evidence_of, scoreboard
from helpers.trial.rules import ORDER, WORDS, Verdict, verdict

finite = st.floats(-1e9, 1e9, allow_nan=False)
positive = st.floats(1e-6, 1e9)


@st.composite
def evidences(draw) -> Evidence:
    """Evidence of every shape the class allows."""
    if draw(st.booleans()):
        return Evidence.untestable(draw(st.text(min_size=1, max_size=40)))
    low, estimate, high = sorted(draw(st.tuples(finite, finite, finite)))
    interval = draw(st.sampled_from(INTERVALS))
    return Evidence(
        unit=draw(st.sampled_from(["percent", "basis points", "<b>&"])),
        method=draw(st.text(max_size=20)),
        estimate=draw(st.none() | st.just(estimate)),
        ci_low=None if interval == "none" else low,
        ci_high=None if interval == "none" else high,
        interval=interval,
        n=draw(st.none() | st.integers(1, 2000)),
        n_effective=draw(st.none() | positive),
        p=draw(st.none() | st.floats(0, 1)) if interval == "sampling" else None,
        mde=draw(st.none() | positive),
        definitions=draw(st.dictionaries(st.text(max_size=6), finite, max_size=3)),
        halves=draw(st.none() | st.tuples(finite, finite)),
        oos_r2=draw(st.none() | st.floats(-5, 1)),
        found=draw(st.none() | st.text(min_size=1, max_size=10)),
        sources=tuple(draw(st.lists(st.sampled_from(["fed_funds", "cpi"]), max_size=2))),
        vintage=draw(st.sampled_from(["", "2026-01"])),
        note=draw(st.text(max_size=20)),
    )


def same(ours, theirs) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float | int):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-300)
    if isinstance(ours, tuple):
        return all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    if hasattr(ours, "items"):
        return set(ours) == set(theirs) and all(same(ours[key], theirs[key]) for key in ours)
    return ours == theirs


@given(st.sampled_from(list(load_claims())), evidences())
def test_a_card_read_back_from_json_is_the_same_evidence(claim_id, evidence):
    claim = load_claim(claim_id)
    bundle = card_bundle(claim, evidence, verdict(claim, evidence), dt.date(2026, 2, 16))
    text = json.dumps(bundle, allow_nan=False)
    assert text == json.dumps(bundle, allow_nan=False, sort_keys=True)
    again = evidence_of(json.loads(text))
    for name in Evidence.__dataclass_fields__:
        assert same(getattr(evidence, name), getattr(again, name)), name
    assert (bundle["claim"], bundle["as_of"]) == (claim_id, "2026-02-16")


@given(st.sampled_from(list(load_claims())), evidences())
def test_html_says_the_verdict_in_words_and_escapes_every_text(claim_id, evidence):
    claim = load_claim(claim_id)
    ruling = verdict(claim, evidence)
    html = card_html(claim, evidence, ruling, "2026-02-16")
    words = re.search(
        r'<p class="gr-verdict"><span aria-hidden="true">(.)</span> ([a-z ]+)</p>', html
    )
    assert words.groups() == (SYMBOLS[ruling.word], ruling.word)
    assert f'id="card-{claim_id}"' in html
    assert "<b>&" not in html
    assert html.count("<article") == html.count("</article>") == 1


def test_every_verdict_has_a_shape_of_its_own():
    assert set(SYMBOLS) == set(WORDS)
    assert len(set(SYMBOLS.values())) == len(WORDS)


def test_a_full_card_names_everything_a_referee_asks_for():
    evidence = Evidence(
        unit="percent a year", method="IVX-Wald", estimate=3.2, ci_low=-2.1, ci_high=8.5, n=412, n_effective=11,
        p=0.23, mde=7.6, sources=("lo30", "hi30"), vintage="CRSP 202602",
    )  # fmt: skip
    claim = load_claim("M5")
    html = card_html(claim, evidence, verdict(claim, evidence), "2026-02-16")
    numbers = (
        "3.2",
        "−2.1 to 8.5, 95 % confidence interval",
        "412",
        "11",
        "0.230",
        "7.6 percent a year",
    )
    words = (
        "IVX-Wald",
        claim.article,
        claim.article_grade,
        claim.test_grade,
        "lo30, hi30",
        "CRSP 202602",
        "2026-02-16",
    )
    for told in numbers + words:
        assert told in html, told


@pytest.mark.parametrize(
    ("kind", "level", "words"),
    [
        ("sampling", 0.95, "95 % confidence interval"),
        ("prediction", 0.95, "95 % prediction interval"),
        ("parameters", 0.95, "95 % of draws over the published ranges"),
        ("parameters", 1.0, "the whole published range"),
        ("given", 0.95, "95 % of draws over ranges, some given by the reader"),
    ],
)
def test_an_interval_says_what_it_covers(kind, level, words):
    assert interval_meaning(kind, level) == words


def test_a_range_is_not_called_a_confidence_interval():
    evidence = Evidence(
        unit="percent", method="x", estimate=1.0, ci_low=0.5, ci_high=2.0, interval="parameters"
    )
    html = card_html(load_claim("D2"), evidence, Verdict("leaning", "r"), "2026-02-16")
    assert "published ranges" in html
    assert "confidence" not in html


SETTINGS = {
    "tax": {
        "value": [0.0, 35.0, 40.0],
        "default": [0.0, 21.0, 25.0],
        "unit": "percent, low mid high",
    },
    "shares": {"value": [], "default": [], "unit": "percent, low mid high"},
    "seed": {"value": 1926, "default": 1926, "unit": "seed"},
}


def test_a_card_names_every_setting_that_is_not_its_default():
    claim, found = (
        load_claim("R1"),
        Evidence(unit="percent", method="m", interval="none", estimate=5.5),
    )
    given = claim, found, verdict(claim, found), "2026-02-16"
    html = card_html(*given, SETTINGS)
    assert (
        '<p class="gr-changed"><span>Changed assumptions</span> tax = 0, 35, 40 (default 0, 21, 25)</p>'
        in html
    )
    assert card_bundle(*given, SETTINGS)["settings"] == SETTINGS
    seeds = {"seed": SETTINGS["seed"] | {"value": 7}}
    assert "<span>Other random draws</span> seed = 7 (default 1926)" in card_html(*given, seeds)


def test_a_card_of_a_run_with_the_defaults_says_nothing_of_settings():
    claim, found = (
        load_claim("R1"),
        Evidence(unit="percent", method="m", interval="none", estimate=5.5),
    )
    given = claim, found, verdict(claim, found), "2026-02-16"
    defaults = {name: one | {"value": one["default"]} for name, one in SETTINGS.items()}
    assert card_html(*given, defaults) == card_html(*given)
    assert "gr-changed" not in card_html(*given)


def test_cards_display_html_text_and_json_in_one_output(shown):
    evidence = {"R1": Evidence(unit="percent", method="maximum", interval="none", estimate=5.5)}
    (bundle,) = shown(cards, evidence, as_of=dt.date(2026, 2, 16))
    assert set(bundle) == {"text/html", "text/plain", CARD_MIME}
    assert bundle[CARD_MIME]["verdict"] == "confirmed"
    assert bundle["text/plain"].startswith("R1 confirmed: ")


def test_cards_refuse_an_unknown_claim(shown):
    with pytest.raises(ClaimError, match="Z9"):
        shown(cards, {"Z9": Evidence.untestable("x")}, as_of="2026-02-16")


@pytest.mark.parametrize(("share", "word"), [(0.99, "supported"), (1.01, "leaning")])
def test_a_card_counts_every_test_planned_in_the_collection(share, word, shown):
    """Bonferroni: what is significant at 5 % alone must be so at 5 % over the number of tests."""
    family = [claim for claim in load_claims().values() if claim.has_p_value]
    assert len(family) > 10
    claim = family[0]
    size = claim.direction * (abs(claim.threshold) + 1.0)
    found = Evidence(
        unit=claim.unit, method="synthetic", estimate=size,
        ci_low=min(0.5 * size, 1.5 * size), ci_high=max(0.5 * size, 1.5 * size),
        p=share * 0.05 / len(family),
    )  # fmt: skip
    (bundle,) = shown(cards, {claim.id: found}, as_of="2026-02-16")
    assert bundle[CARD_MIME]["verdict"] == word


@given(st.data())
def test_the_scoreboard_is_never_harsher_than_the_cards(data):
    """Cards adjust each p-value for all planned tests; Holm over the tests that exist can only be kinder."""
    family = [claim for claim in load_claims().values() if claim.has_p_value]
    planned = len(family)
    bundles, words = {}, {}
    for claim in family:
        size = abs(claim.threshold) + 1.0
        evidence = Evidence(
            unit=claim.unit, method="synthetic", estimate=claim.direction * size,
            ci_low=min(claim.direction * size * 0.5, claim.direction * size * 1.5),
            ci_high=max(claim.direction * size * 0.5, claim.direction * size * 1.5),
            p=data.draw(st.floats(0, 0.2)),
        )  # fmt: skip
        ruling = verdict(claim, evidence, p_adjusted=min(1.0, evidence.p * planned))
        bundles[claim.id] = card_bundle(claim, evidence, ruling, "2026-02-16") | {
            "notebook": claim.notebook
        }
        words[claim.id] = ruling.word
    for row in scoreboard(bundles):
        if row["id"] in words:
            assert ORDER.index(row["verdict"]) >= ORDER.index(words[row["id"]])
