"""Notebook 05: every parameter moves what it is for, and it runs whatever was known."""

import inspect

from helpers import topics
from helpers.run.parameters import load_parameters, notebooks_dir
from moved_by_parameters import ParametersOfANotebook


class TestParameters(ParametersOfANotebook):
    notebook = "05_winners_and_losers"
    changes = {
        "as_of": ("2025-12-31", "others.onshoring.after_acts"),
        "history": (36, "W1"),
        "lags": (2, "W2"),
        "after": (4, "banks.easings"),
        "act_months": (6, "others.onshoring.after_acts"),
        "extreme": (0.75, "W8"),
        "horizon": (12, "W8"),
    }
    refused = (("history", 12, "36 .. 120"),)
    said = {
        "2024-06-30": {
            ("W2", "stated"): "no source found",
            ("W2", "used"): "undecided",
            ("W3", "stated"): "false",
            ("W4", "stated"): "no source found",
            ("W4", "used"): "not testable",
            ("W8", "stated"): "open",
            ("W8", "used"): "undecided",
        },
        "1990-01-01": {
            ("W2", "stated"): "no source found",
            ("W2", "used"): "not testable",
            ("W3", "stated"): "false",
            ("W4", "stated"): "no source found",
            ("W4", "used"): "not testable",
            ("W8", "stated"): "open",
            ("W8", "used"): "evidence against",
        },
    }

    @classmethod
    def answer(cls, names, claim):
        topic = names.banks if claim <= "W4" else names.others
        return topic.answers[claim]

    def test_the_names_of_parameters_mean_the_same_to_both_topics(self):
        declared = load_parameters(notebooks_dir() / f"{self.notebook}.ipynb")
        for topic in (topics.banks, topics.winners):
            defaults = inspect.signature(topic.examine).parameters
            for name in set(defaults) - {"info"}:
                assert declared[name].default == defaults[name].default, name
