"""Notebook 07: every parameter moves what it is for, a scenario what it should, and it runs whatever was known."""

from helpers.run.parameters import load_parameters, notebooks_dir
from helpers.topics.outlook.scenarios import SCENARIOS
from moved_by_parameters import ParametersOfANotebook

STEPS, NAMED = "found.steps", "found.named_table"


class TestParameters(ParametersOfANotebook):
    notebook = "07_outlook"
    few = {"draws": 200}
    changes = {
        "as_of": ("2026-03-31", STEPS),
        "supposed": ("recession", STEPS),
        "rate_path": ([100.0] * 4, STEPS, "F3.used.estimate"),
        "growth": (-1.0, STEPS),
        "margin_gain": (0.5, STEPS),
        "definition": ("profit_screened_index", NAMED),
        "index_pair": ("ijr_spy", NAMED),
        "size_pair": ("lo20_hi20", "F2"),
        "years": (3, "found.margin_need.needed"),
        "draws": (250, NAMED),
        "seed": (7, NAMED),
    }
    # F1 supposes that the policy rate stays where it is, whatever the scenario does with it
    held = {"rate_path": ("F1.used.estimate",)}
    others = {"evaluate_on"}
    refused = (
        ("supposed", "boom", "hold, further_cuts"),
        ("rate_path", [0.0, 0.0], "-600 .. 600, 4 values"),
        ("years", 0, "1 .. 10"),
    )
    said = {
        "2024-06-30": {
            ("F2", "stated"): "true in part",
            ("F2", "used"): "strong evidence for",
            ("F5", "stated"): "true",
            ("F5", "used"): "strong evidence against",
        },
        "1990-01-01": {
            ("F2", "stated"): "true in part",
            ("F2", "used"): "not testable",
            ("F5", "stated"): "false",
            ("F5", "used"): "evidence against",
        },
    }

    def test_the_scenarios_on_offer_are_the_named_ones(self):
        declared = load_parameters(notebooks_dir() / f"{self.notebook}.ipynb")["supposed"]
        assert list(declared.domain.words) == list(SCENARIOS)
        files = {path.stem for path in (notebooks_dir() / "scenarios").glob("*.yaml")}
        assert set(SCENARIOS) <= files
