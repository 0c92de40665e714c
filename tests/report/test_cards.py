"""Cards: what a reader sees and what a machine reads back are the same finding."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import re
from html import escape, unescape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import ClaimError
from helpers.report.card import CARD_MIME, NOT_PUT, Card, cards, interval_meaning, turning_points
from helpers.report.marks import SYMBOLS, word_class
from helpers.report.text import number
from helpers.trial.claims import LINES, QUESTIONS, load_claim, load_claims
from helpers.trial.evidence import INTERVALS, Answer, Evidence
from helpers.trial.flips import list_flips
from helpers.trial.ledger import evidence_of, scoreboard
from helpers.trial.rules import verdict

finite = st.floats(-1e9, 1e9, allow_nan=False)
positive = st.floats(1e-6, 1e9)


@st.composite
def evidences(draw) -> Evidence:
    """Evidence of every shape the class allows."""
    if draw(st.booleans()):
        return Evidence.untestable(draw(st.text(min_size=1, max_size=40)))
    low, estimate, high = sorted(draw(st.tuples(finite, finite, finite)))
    interval = draw(st.sampled_from(INTERVALS))
    names = st.text(max_size=6)
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
        power=draw(st.none() | st.floats(0, 1)),
        definitions=draw(st.dictionaries(names, finite, max_size=3)),
        checks=draw(st.dictionaries(names, st.none() | st.booleans(), max_size=3)),
        share=draw(st.none() | st.floats(0, 1)),
        shares=draw(st.dictionaries(names, st.floats(0, 1), max_size=2)),
        shares_by_size=draw(st.dictionaries(positive, st.floats(0, 1), max_size=2)),
        halves=draw(st.none() | st.tuples(finite, finite)),
        oos_r2=draw(st.none() | st.floats(-5, 1)),
        found=draw(st.none() | st.text(min_size=1, max_size=10)),
        sources=tuple(draw(st.lists(st.sampled_from(["fed_funds", "cpi"]), max_size=2))),
        vintage=draw(st.sampled_from(["", "2026-01"])),
        note=draw(st.text(max_size=20)),
    )


ids = st.sampled_from(list(load_claims()))
answers = st.builds(Answer, st.none() | evidences(), st.none() | evidences())


def card(claim_id: str, answer: Answer, settings=None) -> Card:
    return Card(load_claim(claim_id), answer, "2026-02-16", settings or {})


def same(ours, theirs) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float | int):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-300)
    if isinstance(ours, tuple):
        return all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    if hasattr(ours, "items"):
        pairs = zip(sorted(ours.items()), sorted(theirs.items()), strict=True)
        return all(same(a, b) for one, other in pairs for a, b in zip(one, other, strict=True))
    return ours == theirs


@settings(max_examples=50)
@given(ids, answers)
def test_a_card_read_back_from_json_is_the_same_evidence(claim_id, answer):
    bundle = card(claim_id, answer).bundle()
    text = json.dumps(bundle, allow_nan=False)
    assert text == json.dumps(bundle, allow_nan=False, sort_keys=True)
    for line in load_claim(claim_id).lines:
        again, found = evidence_of(json.loads(text), line), getattr(answer, line)
        assert (again is None) == (found is None)
        for name in Evidence.__dataclass_fields__ if found else ():
            assert same(getattr(found, name), getattr(again, name)), name
    assert (bundle["claim"], bundle["as_of"]) == (claim_id, "2026-02-16")


@settings(max_examples=50)
@given(ids, answers)
def test_html_says_both_words_and_escapes_every_text(claim_id, answer):
    claim, html = load_claim(claim_id), card(claim_id, answer).html()
    shown = re.findall(
        r'<section class="gr-line ([a-z-]+)"><h4>([^<]+)</h4><p class="gr-verdict">'
        r'<span class="gr-word"><span aria-hidden="true">(.)</span> ([a-z ]+)</span></p>',
        html,
    )
    words = [verdict(claim, line, getattr(answer, line)).word for line in claim.lines]
    assert shown == [
        (word_class(word), QUESTIONS[line], SYMBOLS[word], word)
        for line, word in zip(claim.lines, words, strict=True)
    ]
    head = html[: html.index("</summary>")]
    assert re.findall(
        r'class="gr-(\w+) ([a-z-]+)"><span class="gr-hidden">([^<]+)</span>', head
    ) == [
        (line, word_class(word), QUESTIONS[line])
        for line, word in zip(claim.lines, words, strict=True)
    ]
    assert html.count("<section") == len(LINES)
    assert f'id="card-{claim_id}"' in html
    assert "<b>&" not in html
    assert html.count("<details") == html.count("</details>")
    assert "<details open" not in html


@settings(max_examples=50)
@given(ids, answers)
def test_a_card_and_the_scoreboard_say_the_same_of_both_lines(claim_id, answer):
    told = card(claim_id, answer)
    (row,) = (row for row in scoreboard({claim_id: told.bundle()}) if row["id"] == claim_id)
    for line, (_, ruling) in told.lines.items():
        assert row[line]["word"] == ruling.word
        assert set(row[line]["read"]) == set(ruling.read)


def test_a_question_that_is_not_put_says_so():
    record = card("R1", Answer(Evidence(unit="percent", method="m", interval="none", estimate=5.5)))
    assert NOT_PUT["used"] in record.html()
    assert NOT_PUT["stated"] not in record.html()
    inference = card("P2", Answer(used=Evidence.untestable("No data.")))
    assert NOT_PUT["stated"] in inference.html()


MEAN = Evidence(
    unit="percent a year", method="IVX-Wald", estimate=3.2, ci_low=-2.1, ci_high=8.5, n=412, n_effective=11,
    p=0.01, mde=3.6, oos_r2=-0.02, halves=(1.25, 4.0), sources=("lo30", "hi30"), vintage="CRSP 202602",
    definitions={"since 1926": 3.2, "since 1963": -1.0}, note="Small caps led. So it is.",
)  # fmt: skip


def test_a_full_card_names_everything_a_referee_asks_for():
    claim = load_claim("M5")
    html = card("M5", Answer(used=MEAN)).html()
    planned = sum(one.has_p_value for one in load_claims().values())
    numbers = (
        "3.2",
        "−2.1 to 8.5, 95 % confidence interval",
        "<dd>412</dd>",
        "<dd>11</dd>",
        "<dd>0.010</dd>",
        f"<dd>{0.01 * planned:.3f}</dd>",
        "<dd>3.6 percent a year</dd>",
        "<dd>−2 %</dd>",
        "<dd>1.25 and 4.00</dd>",
        "<dt>Bayes factor</dt>",
    )
    words = (
        "Small caps led. So it is.",
        "IVX-Wald",
        claim.article,
        claim.article_grade,
        claim.used.test_grade,
        claim.used.fixed,
        "Smallest 30 percent",
        "Largest 30 percent",
        "CRSP 202602",
        "known by 16 February 2026",
    )
    for told in numbers + tuple(map(escape, words)):
        assert told in html, told


@pytest.mark.parametrize(
    ("vintage", "said"),
    [
        ("last observations 2026-08; revised data, not real-time", True),
        ("CRSP 202602; history is revised with every vintage", True),
        ("last observations 2026-09; not revised", False),
        ("to 2026-09-17", False),
    ],
)
def test_a_card_says_that_its_date_bounds_periods_and_not_revisions(vintage, said):
    html = card("M5", Answer(used=dataclasses.replace(MEAN, vintage=vintage))).html()
    assert (
        f"Edition read: {vintage}. Nothing that became known after 16 February 2026 enters" in html
    )
    assert ("Later revisions of earlier periods are not undone" in html) == said


def test_the_fold_lists_each_other_choice_with_the_word_it_would_give():
    html = card("M5", Answer(used=MEAN)).html()
    flips = list_flips(load_claim("M5"), "used", MEAN)
    assert {one["choice"] for one in flips} == {"definition", "expected size"}
    fold = html[html.index("The word under another choice") :]
    told = re.findall(r"<dt>([^<]+)</dt><dd>(.) ([a-z ]+)</dd>", fold)
    assert told == [
        (f"{one['choice']}: {one['instead']}", SYMBOLS[one["word"]], one["word"]) for one in flips
    ]
    assert html.index("<details>") < html.index("The word under another choice")


@pytest.mark.parametrize("parts", [8, 9])
def test_many_parts_that_change_nothing_are_told_in_one_row(parts):
    votes = {f"episode {k}": k % 2 == 0 for k in range(parts)}  # synthetic
    found = Evidence(unit="percent", method="", interval="none", n=float(parts), checks=votes)
    html = card("F2", Answer(stated=found)).html()
    told = re.findall(r"<dt>(without[^<]+)</dt><dd>. ([a-z ]+)</dd>", html)
    flips = list_flips(load_claim("F2"), "stated", found)
    assert len(flips) == parts
    if parts > 8:
        assert told == [("without any one of the 9", flips[0]["word"])]
    else:
        assert told == [(f"without: {one['instead']}", one["word"]) for one in flips]
    close = dataclasses.replace(found, checks={f"episode {k}": k < 6 for k in range(9)})
    html = card(
        "F2", Answer(stated=close)
    ).html()  # six of nine are two thirds, five of eight are not
    assert html.count("<dt>without: episode") == 9


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
    draws = Evidence.from_draws("D2", {"shares": np.array([0.5, 1.0, 2.0])}, method="x")
    html = card("D2", Answer(used=draws)).html()
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
FACT = Answer(Evidence(unit="percent", method="m", interval="none", estimate=5.5))


def test_a_card_names_every_setting_that_is_not_its_default():
    html = card("R1", FACT, SETTINGS).html()
    assert "<span>Changed assumptions</span> tax = 0, 35, 40 (default 0, 21, 25)</p>" in html
    assert "seed" not in html
    assert card("R1", FACT, SETTINGS).bundle()["settings"] == SETTINGS
    seeds = {"seed": SETTINGS["seed"] | {"value": 7}}
    assert (
        "<span>Other random draws</span> seed = 7 (default 1926)" in card("R1", FACT, seeds).html()
    )


def test_a_card_of_a_run_with_the_defaults_says_nothing_of_settings():
    defaults = {name: one | {"value": one["default"]} for name, one in SETTINGS.items()}
    assert card("R1", FACT, defaults).html() == card("R1", FACT).html()
    assert "gr-changed" not in card("R1", FACT).html()


def test_cards_display_html_text_and_json_in_one_output(shown):
    (bundle,) = shown(cards, {"R1": FACT}, as_of=dt.date(2026, 2, 16))
    assert set(bundle) == {"text/html", "text/plain", CARD_MIME}
    assert bundle[CARD_MIME]["stated"]["word"] == "true"
    assert "used" not in bundle[CARD_MIME]
    assert bundle["text/plain"].startswith(f"R1 {load_claim('R1').claim} stated: true. ")


def test_the_row_of_a_card_says_what_was_found_on_the_line_that_is_put_last():
    html = card("M5", Answer(stated=Evidence.untestable("No page."), used=MEAN)).html()
    row = html[: html.index("</summary>")]
    assert '<span class="gr-told">Small caps led.</span>' in row
    record = card("R1", FACT).html()
    assert '<span class="gr-told">Found: 5.5 percent.</span>' in record


def test_claims_that_carry_the_argument_come_before_plain_records(shown):
    answers = dict.fromkeys(["R1", "M5", "R2", "D2"], Answer())
    bundles = shown(cards, answers, as_of="2026-02-16")
    assert [bundle[CARD_MIME]["claim"] for bundle in bundles] == ["M5", "D2", "R1", "R2"]


@pytest.mark.parametrize(
    ("claim_id", "found", "told"),
    [
        ("D2", Evidence.from_draws("D2", {"a": np.linspace(1, 6, 99)}, method="x"), "smallest size that would"),
        ("M5", MEAN, "smallest size that would"),
    ],
)  # fmt: skip
def test_the_strip_writes_out_the_size_that_decides(claim_id, found, told):
    line = load_claim(claim_id).used
    html = card(claim_id, Answer(used=found)).html()
    key = re.search(r'<p class="gr-key">.*?</span> ([^<]+)</p>', html)[1]
    assert key.startswith(f"{number(line.direction * line.smallest_effect)} {found.unit}: ")
    assert told in key
    assert turning_points(line) in html


def test_a_line_without_a_size_is_held_against_the_article_s_number():
    checks = {"a": True, "b": False, "c": False}
    ends = {"ci_low": 20, "ci_high": 40, "interval": "parameters"}
    found = Evidence(unit="percent", method="m", estimate=30, checks=checks, **ends)
    html = unescape(card("E1", Answer(found)).html())
    assert f"{number(load_claim('E1').claimed)} percent: the article's number" in html
    assert "1/3" in html


def test_cards_refuse_an_unknown_claim(shown):
    with pytest.raises(ClaimError, match="Z9"):
        shown(cards, {"Z9": Answer(Evidence.untestable("x"))}, as_of="2026-02-16")
