"""Notebook 02: every parameter moves what it is for, the definition a verdict, and it runs whatever was known."""

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from helpers.trial.ledger import CARD_MIME
from moved_by_parameters import ParametersOfANotebook
from notebook_cells import run_cells

CLAIMS = ("E1", "E2", "E3", "E4", "E5", "E6")
PUBLISHED = tuple(f"{claim}.stated" for claim in CLAIMS)


class TestParameters(ParametersOfANotebook):
    notebook = "02_earnings_handoff"
    few = {"draws": 1000}
    changes = {
        "as_of": ("2025-12-31", "found.pairs"),
        "definition": ("profitable_base", "E6"),
        "index_pair": ("sp600_sp500", "found.pairs"),
        "horizon": (24, "found.payoff.predictive"),
        "months_left": (6, "found.chances"),
        "max_age_months": (2, "found.chances"),
        "haircut": ([0.0, 10.0, 31.5], "found.chances"),
        "near_zero": (2.0, "found.by_rank"),
        "error_correlation": (0.9, "found.chances"),
        "draws": (2000, "found.chances"),
        "seed": (7, "found.chances"),
    }
    held = {"definition": PUBLISHED}
    refused = (
        (
            "definition",
            "whatever",
            "index_with_loss_makers, profit_screened_index, broker_universes, profitable_base",
        ),
        ("haircut", [10.0], "3 values or none"),
        ("error_correlation", 1.0, "0 .. 0.95"),
    )
    said = {"2024-06-30": {}, "1990-01-01": {}}

    def test_switching_the_definition_moves_the_chance_of_a_lead_and_nothing_that_was_published(
        self, default
    ):
        chances = {default("E6.used.estimate")}
        for definition in ("profit_screened_index", "broker_universes"):
            names = self.examined(definition=definition)
            chances.add(self.read(names, "E6.used.estimate"))
            assert not [one for one in PUBLISHED if self.read(names, one) != default(one)]
        assert len(chances) == 3

    def test_the_definition_reaches_the_card(self):
        InteractiveShell.instance()
        with capture_output() as shown:
            given = {"definition": "profit_screened_index", **self.few}
            run_cells(self.notebook, "setup", "examine", "cards", **given)
        bundles = [one.data[CARD_MIME] for one in shown.outputs if CARD_MIME in one.data]
        (card,) = [one for one in bundles if one["claim"] == "E6"]
        assert card["used"]["word"] == "not yet known"
        assert "Earnings of the S&P 600" in card["used"]["evidence"]["note"]
