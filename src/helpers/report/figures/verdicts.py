"""Verdicts as a table that a reader can recompute under another definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from helpers.data.record import SOURCES, recording
from helpers.trial import Answer
from helpers.trial.claims import QUESTIONS, load_claim
from helpers.trial.rules import verdict

NONE = "none"  # a record has no interval


def table_verdicts(
    answers_by: Callable[[str], Mapping[str, Answer]], *, definition: str
) -> pd.DataFrame:
    """Word, estimate and interval of each question put to a topic's claims under one definition.

    Parameters
    ----------
    answers_by : callable
        The method of a topic's examination that answers its claims by one definition.
    definition : str
        Handed on to it.
    """
    with recording() as read:
        answers = answers_by(definition)
    rows = {
        (claim, QUESTIONS[name]): {
            "word": verdict(load_claim(claim), name, one).word,
            "estimate": one.estimate if one.estimate is not None else one.found or NONE,
            "low": NONE if one.ci_low is None else one.ci_low,
            "high": NONE if one.ci_high is None else one.ci_high,
            "unit": one.unit,
        }
        for claim, answer in answers.items()
        for name in load_claim(claim).lines
        if (one := getattr(answer, name)) is not None
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(["claim", "question"])
    table.attrs[SOURCES] = read.sources
    return table
