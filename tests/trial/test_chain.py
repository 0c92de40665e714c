"""The chain is as strong as its first link that does not hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.trial.chain import say_chain, weigh_chain
from helpers.trial.claims import load_chain, load_claims
from helpers.trial.rules import FOR, STATED, WORDS

CLAIMS, CHAIN = load_claims(), load_chain()


def board(words: dict[str, str], otherwise: dict[str, str]) -> list[dict]:
    """Rows of a scoreboard that hold a word a line and nothing else."""
    return [
        {"id": claim.id}
        | {
            name: {"word": words.get(claim.id, otherwise[name])} if name in claim.lines else None
            for name in WORDS
        }
        for claim in CLAIMS.values()
    ]


HOLDING = {"stated": "true", "used": "evidence for"}


def test_a_chain_of_links_that_hold_does_not_break():
    rows = board({}, HOLDING)
    assert all(link["holds"] and not link["weakest"] for link in weigh_chain(rows))
    assert say_chain(rows) == "Every link of the article's chain holds."


@pytest.mark.parametrize("link", CHAIN, ids=lambda link: link.bears)
def test_a_link_is_judged_by_the_claim_that_bears_it_and_by_no_other(link):
    others = [claim for claim in link.claims if claim != link.bears]
    assert all(one["holds"] for one in weigh_chain(board(dict.fromkeys(others, "failed"), HOLDING)))
    broken = [
        one for one in weigh_chain(board({link.bears: "failed"}, HOLDING)) if not one["holds"]
    ]
    assert [one["name"] for one in broken] == [link.name]


@given(st.fixed_dictionaries({link.bears: st.sampled_from(WORDS["used"]) for link in CHAIN}))
def test_the_weakest_link_is_the_first_without_evidence_for_it(words):
    links = weigh_chain(board(words, HOLDING))
    for link in links:
        only_a_record = CLAIMS[link["bears"]].used is None
        word = words[link["bears"]]
        assert link["holds"] == (word == STATED[0] if only_a_record else word in FOR)
    weakest = [k for k, link in enumerate(links) if link["weakest"]]
    assert weakest == [k for k, link in enumerate(links) if not link["holds"]][:1]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("undecided", "The chain breaks at “{name}” (D2: undecided)."),
        ("strong evidence against", "The chain breaks at “{name}” (D2: strong evidence against)."),
        ("not yet known", "The chain cannot be followed past “{name}” (D2: not yet known)."),
        ("not testable", "The chain cannot be followed past “{name}” (D2: not testable)."),
    ],
)
def test_what_is_not_known_is_not_called_broken(word, said):
    (name,) = (link.name for link in CHAIN if link.bears == "D2")
    assert say_chain(board({"D2": word, "M2": "evidence against"}, HOLDING)) == said.format(
        name=name
    )
