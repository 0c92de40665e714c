"""Notebook 06: every parameter moves what it is for, the definition one verdict, and it runs whatever was known."""

from moved_by_parameters import ParametersOfANotebook
from verdict_words import words


class TestParameters(ParametersOfANotebook):
    notebook = "06_policy"
    few = {"draws": 256}
    changes = {
        "as_of": ("2026-03-31", "found.channels"),
        "definition": ("small_firms", "P4"),
        "booked": ([0.0, 10.0, 20.0], "found.channels"),
        "yearly": ([3.0, 5.0, 7.0], "found.saving_table"),
        "tax": ([0.0, 0.0, 0.0], "found.saving_table"),
        "window": (5, "found.act_table"),
        "months": (6, "found.leads_after_rules"),
        "history": (36, "found.leads_after_rules"),
        "draws": (512, "found.saving_table"),
        "seed": (7, "found.saving_table"),
    }
    refused = (
        ("definition", "whatever", "all_firms, small_firms, every_year"),
        ("window", 0, "1 .. 20"),
    )
    said = {
        "2025-06-30": {
            ("P3", "stated"): "no source found",
            ("P3", "used"): "evidence against",
            ("P4", "stated"): "no source found",
            ("P4", "used"): "not testable",
        },
        "1990-01-01": {},
    }

    def test_switching_the_definition_moves_the_worth_of_the_saving_alone(self, default):
        usual = words({claim: default(claim) for claim in self.claims()})
        at_its_word = words(self.examined(definition="every_year").found.answers)
        assert {line for line in usual if usual[line] != at_its_word[line]} == {("P4", "used")}
        assert at_its_word["P4", "used"] == "strong evidence for"
