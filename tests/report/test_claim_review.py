"""Fact-checkers' markup on the index: what other tools read is what the page says, in the vocabulary's own terms."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_summary import CARDS, card

from helpers.report.finding import in_a_sentence
from helpers.report.html import index_page
from helpers.report.html.claim_review import claim_reviews
from helpers.trial.claims import load_claims, load_rules
from helpers.trial.ledger import scoreboard
from helpers.trial.rules import STATED

TERMS = json.loads(Path(__file__).with_name("schema_org.json").read_text(encoding="utf-8"))


def kinds(name: str) -> Iterator[str]:
    """A type and those above it."""
    while name:
        yield name
        name = TERMS["types"][name]


def kinds_of(value) -> set[str]:
    """Types of the vocabulary that a value can stand for."""
    if isinstance(value, dict):
        return set(kinds(value["@type"]))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"Number"}
    assert isinstance(value, str), value
    assert value.strip()
    date = {"Date", "DateTime"} if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", value) else set()
    return {"Text", "URL"} | date


def broken(node: dict) -> Iterator[str]:
    """What in a node the vocabulary does not know or does not allow there."""
    if node.get("@type") not in TERMS["types"]:
        yield f"no type {node.get('@type')}"
        return
    for name, value in node.items():
        if name == "@type":
            continue
        if name not in TERMS["properties"]:
            yield f"no property {name}"
            continue
        term = TERMS["properties"][name]
        if not {*kinds(node["@type"])} & {*term["domain"]}:
            yield f"{node['@type']} has no {name}"
        if isinstance(value, dict):
            yield from broken(value)
        if not kinds_of(value) & {*term["range"]}:
            yield f"{name} is no {' or '.join(term['range'])}: {value}"


@pytest.fixture
def rows() -> list[dict]:
    return scoreboard(CARDS)


@pytest.fixture
def document(rows) -> dict:
    """What a tool reads out of the page."""
    page = index_page(rows, [], {})
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def test_the_vocabulary_is_closed_and_every_term_of_it_is_used(document):
    assert all(above in (None, *TERMS["types"]) for above in TERMS["types"].values())
    used = set(re.findall(r'"(\w+)":', json.dumps(document)))
    assert used == set(TERMS["properties"])


def test_every_review_is_valid_in_the_vocabulary(document):
    assert document["@context"] == "https://schema.org"
    assert [what for review in document["@graph"] for what in broken(review)] == []


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("reviewRating", "claimReviewed"), "x", "Rating has no claimReviewed"),
        (("rating",), 3, "no property rating"),
        (("itemReviewed", "@type"), "Sentence", "no type Sentence"),
        (("reviewRating", "@type"), "Article", "Article has no ratingValue"),
        (("author",), "The Great Rebalancing", "author is no Organization or Person"),
        (("itemReviewed", "appearance", "datePublished"), "mid-February", "datePublished is no"),
    ],
)
def test_what_the_vocabulary_does_not_allow_is_found(document, path, value, complaint):
    review = copy.deepcopy(document["@graph"][0])
    *way, last = path
    node = review
    for step in way:
        node = node[step]
    node[last] = value
    if last == "@type" and value not in TERMS["types"]:
        assert complaint in list(broken(node))
    else:
        assert any(complaint in what for what in broken(review))


def test_each_rated_sentence_has_one_review_that_says_what_the_page_says(rows, document):
    rated = [row for row in rows if row["stated"] and row["stated"]["word"] in STATED]
    assert [row["id"] for row in rated] == ["R2", "R4", "D2", "M2", "H1"]
    claims = load_claims()
    for row, review in zip(rated, document["@graph"], strict=True):
        stated, rating = row["stated"], review["reviewRating"]
        assert review["claimReviewed"] == review["itemReviewed"]["name"] == claims[row["id"]].claim
        assert review["url"] == f"{row['notebook']}.html#card-{row['id']}"
        assert review["reviewBody"] == in_a_sentence(stated)
        assert review["temporalCoverage"] == "2026-02-16"
        assert rating["alternateName"] == stated["word"]
        assert rating["ratingExplanation"] == stated["reason"]
        assert (rating["worstRating"], rating["bestRating"]) == (1, 3)
    by_word = {
        one["reviewRating"]["alternateName"]: one["reviewRating"]["ratingValue"]
        for one in document["@graph"]
    }
    assert by_word == {"true": 3, "true in part": 2, "false": 1}


def test_the_article_is_named_by_the_month_of_the_claims_file(document):
    (article,) = {json.dumps(one["itemReviewed"]["appearance"]) for one in document["@graph"]}
    written = load_rules().article_date
    assert json.loads(article)["datePublished"] == f"{written:%Y-%m}"
    assert f"{written:%B %Y}" in json.loads(article)["name"]


def test_an_inference_and_a_sentence_without_a_source_get_no_review():
    open_ = {"P2": card(used={"share": 0.5}), "M3": card(stated={"checks": {"a": None}})}
    assert claim_reviews(scoreboard(open_))["@graph"] == []


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "&lt;'\"\u2028"])
def test_a_text_leaves_the_markup_as_it_came_and_ends_no_script(rows, text):
    for row in rows:
        row["claim"] = text
    page = index_page(rows, [], {})
    (inside,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert {one["claimReviewed"] for one in json.loads(inside)["@graph"]} == {text}
    assert not set("<>&\u2028") & set(inside)
