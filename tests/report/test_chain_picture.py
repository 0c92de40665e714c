"""The picture of the chain: one node a link, its words as text and shape, and the weakest link by the rule."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_html import Reader
from test_summary import CARDS, MEAN, card

from helpers import report
from helpers.report.chain import chain_html
from helpers.report.marks import SYMBOLS, word_class
from helpers.trial.chain import say_chain, weigh_chain
from helpers.trial.claims import load_chain, load_claims
from helpers.trial.ledger import scoreboard
from helpers.trial.rules import SILENT

WEAK = {"estimate": 0.1, "ci_low": -20.0, "ci_high": 20.2}
bearers = [link.bears for link in load_chain()]
boards = st.dictionaries(
    st.sampled_from(bearers),
    st.tuples(st.booleans(), st.sampled_from([MEAN, WEAK])),
).map(
    lambda found: scoreboard(
        {
            claim: card(stated={"checks": {"a": holds}, "estimate": 175.0 * holds}, used=mean)
            for claim, (holds, mean) in found.items()
        }
    )
)


def nodes(html: str) -> list[str]:
    return re.findall(r"<li.*?</li>", html, re.DOTALL)


@given(boards)
def test_each_link_is_a_node_with_the_words_and_shapes_of_the_claim_that_bears_it(rows):
    html, links = chain_html(rows), weigh_chain(rows)
    assert Reader(html).open == []
    told = nodes(html)
    assert len(told) == len(links) == len(load_chain())
    for node, link in zip(told, links, strict=True):
        assert f"<h3>{link['name']}</h3>" in node
        words = re.findall(
            r'<p class="gr-answer ([a-z-]+)">.*?aria-hidden="true">(.)</span> ([a-z ]+)<', node
        )
        expected = [link[name] for name in ("stated", "used") if link[name]]
        assert words == [(word_class(word), SYMBOLS[word], word) for word in expected]
        assert all(claim in node for claim in link["claims"])


@given(boards)
def test_no_link_but_the_first_that_does_not_hold_is_said_to_break(rows):
    html = chain_html(rows)
    marked = [k for k, node in enumerate(nodes(html)) if "gr-break" in node]
    assert marked == [k for k, node in enumerate(nodes(html)) if "gr-weakest" in node]
    holding = [link["holds"] for link in weigh_chain(rows)]
    assert marked == ([] if all(holding) else [holding.index(False)])
    weakest = [link for link in weigh_chain(rows) if link["weakest"]]
    silent = any((link["used"] or link["stated"]) in SILENT for link in weakest)
    assert (
        ("breaks here" in html) == ("breaks at" in say_chain(rows)) == bool(weakest and not silent)
    )


@pytest.fixture
def rows() -> list[dict]:
    return scoreboard(CARDS)


def test_a_node_says_what_was_found_and_leads_to_the_cards_that_exist(rows):
    by_claim = dict(zip(bearers, nodes(chain_html(rows)), strict=True))
    debt = by_claim["D2"]
    notebook = load_claims()["D2"].notebook
    assert "<p>Found: 4 percent (1 to 8).</p>" in debt
    assert Reader(debt).links == [f"{notebook}.html#card-D2"]
    assert "Also D1, D3" in debt
    assert Reader(by_claim["F1"]).links == []


def test_in_a_notebook_it_leads_to_notebooks_and_can_be_read_without_a_page(rows, shown):
    (bundle,) = shown(report.chain, rows)
    links = Reader(bundle["text/html"]).links
    assert links
    assert all(".ipynb#card-" in link for link in links)
    first, *told = bundle["text/plain"].split("\n")
    assert first == say_chain(rows)
    place = bearers.index("D2")
    name = load_chain()[place].name
    assert told[place] == f"{name}: as stated true in part, as used strong evidence against"
    assert len(told) == len(load_chain())
