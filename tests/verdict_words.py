"""The words that an examination leads to, for tests of whole topics."""

from collections.abc import Mapping

from helpers.trial import Answer, load_claim, verdict
from helpers.trial.claims import LINES


def words(answers: Mapping[str, Answer]) -> dict[tuple[str, str], str]:
    """The word of every claim and line."""
    return {
        (claim, line): verdict(load_claim(claim), line, getattr(answer, line)).word
        for claim, answer in answers.items()
        for line in load_claim(claim).lines
    }


def word_pairs(answers: Mapping[str, Answer]) -> dict[str, tuple[str | None, ...]]:
    """Of every claim the word as stated and as used; none where it has no such line."""
    told = words(answers)
    return {claim: tuple(told.get((claim, line)) for line in LINES) for claim in answers}
