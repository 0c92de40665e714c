"""Notebook 01: every parameter moves what it is for, and it runs at dates on both sides of the first cut."""

from moved_by_parameters import ParametersOfANotebook


class TestParameters(ParametersOfANotebook):
    notebook = "01_rate_cuts_and_floating_debt"
    few = {"draws": 256}
    changes = {
        "as_of": ("2025-09-30", "rates.cycle_table"),
        "reversal_bp": (25.0, "rates.cycle_table"),
        # the growth of D3 follows the average policy rate, not the cut that is asked for
        "cut_bp": (100.0, "debt.model.draws", "D2.used.definitions"),
        "floating_share_small": ([20.0, 25.0, 30.0], "D3.used.definitions"),
        "floating_share_large": ([5.0, 6.0, 7.0], "debt.model.draws"),
        "pass_through": ([50.0, 60.0, 70.0], "D3.used.definitions"),
        "hedge_share": ([0.0, 40.0, 60.0], "D3.used.definitions"),
        "maturity_share": ([20.0, 25.0, 30.0], "D3.used.definitions"),
        "coupon_reset": ([0.0, 0.5, 1.0], "D3.used.definitions"),
        "tax": ([30.0, 35.0, 40.0], "D3.used.definitions", "debt.specifications"),
        "draws": (512, "debt.model.draws"),
        "seed": (7, "debt.model.draws"),
    }
    refused = (
        ("cut_bp", -25.0, "0 .. 1000"),
        ("tax", [21.0], "3 values"),
        ("as_of", "2027-01-01", "1990-01-01 .. 2026-11-30"),
    )
    said = {
        "2024-06-30": {
            ("R1", "stated"): "true",
            ("R5", "stated"): "true",
            ("D1", "stated"): "no source found",
        },
        "1990-01-01": {("D1", "stated"): "no source found"},
    }

    @classmethod
    def answer(cls, names, claim):
        topic = names.rates if claim.startswith("R") else names.debt
        return topic.answers[claim]
