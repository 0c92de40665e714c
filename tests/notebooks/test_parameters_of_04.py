"""Notebook 04: every parameter moves what it is for, the definition a verdict, and it runs whatever was known."""

from moved_by_parameters import ParametersOfANotebook
from verdict_words import words


class TestParameters(ParametersOfANotebook):
    notebook = "04_valuation_gap"
    few = {"draws": 200}
    changes = {
        "as_of": ("2025-12-31", "found.priced_in", "found.half_life"),
        "definition": ("without_loss_makers", "M4"),
        "index_pair": ("lo10_hi10", "M5"),
        "horizon": (36, "M5"),
        "window": (12, "M3"),
        "max_age_months": (3, "found.chosen_ratios"),
        "years": (10.0, "found.priced_in"),
        "draws": (300, "found.half_life"),
        "seed": (7, "found.half_life"),
    }
    refused = (
        ("definition", "whatever", "all_companies, without_loss_makers"),
        ("years", 0.0, "1 .. 30"),
    )
    said = {
        "2024-06-30": {("M5", "stated"): "true", ("M5", "used"): "evidence for"},
        "1990-01-01": {("M5", "stated"): "false", ("M5", "used"): "evidence against"},
    }

    def test_switching_the_definition_moves_the_multiple_and_holds_the_rest(self, default):
        every = words({claim: default(claim) for claim in self.claims()})
        without = words(self.examined(definition="without_loss_makers").found.answers)
        assert {line for line in every if every[line] != without[line]} == {("M4", "used")}
        assert without["M4", "used"] == "not testable"  # its history is known at second hand alone
