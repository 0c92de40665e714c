"""Notebook 03: every parameter moves what it is for, and the notebook runs at both ends of its dates."""

from moved_by_parameters import ParametersOfANotebook

NEIGHBOURS = "found.resemblance.neighbours"


class TestParameters(ParametersOfANotebook):
    notebook = "03_regime_analogs"
    few = {"draws": 99}
    changes = {
        "as_of": ("2025-09-30", "found.premium.periods"),
        "pair": ("lo20_hi20", "H1", "H3", "M1"),
        "window": ([1974, 1983], "H1", "found.premium.periods"),
        "horizon": (9, NEIGHBOURS, "found.easing.events"),
        "k": (24, NEIGHBOURS),
        "metric": ("mahalanobis", "H2", NEIGHBOURS),
        "embargo": (60, NEIGHBOURS),
        "variables": (["policy_rate", "inflation", "unemployment"], NEIGHBOURS),
        "events": ("joined", "found.easing.events", "found.easing.tests"),
        "block": (24, "H1"),
        "draws": (199, "found.premium.by_block"),
        "seed": (7, "found.premium.by_block"),
    }
    refused = (
        ("k", 2, "5 .. 240"),
        ("pair", "iwm_spy", "lo20_hi20"),
        ("as_of", "1989-12-31", "1990-01-01"),
        ("variables", [], "1 to 9 values"),
        ("window", [1975], "2 values"),
    )
    run_with = {"embargo": 60, "events": "joined"}
    said = {
        "1990-01-01": {
            ("H1", "stated"): "true in part",
            ("H1", "used"): "not testable",
            ("H2", "stated"): "false",
            ("H3", "stated"): "true in part",
            ("H3", "used"): "undecided",
            ("M1", "stated"): "true in part",
        },
        "2026-11-30": {
            ("H1", "stated"): "true in part",
            ("H1", "used"): "not testable",
            ("H2", "stated"): "false",
            ("H3", "stated"): "true in part",
            ("H3", "used"): "undecided",
            ("M1", "stated"): "true",
            ("M2", "stated"): "true in part",
            ("M2", "used"): "undecided",
        },
    }
