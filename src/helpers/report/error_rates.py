"""How often the verdict rule errs: simulated, so that a reader can discount every "supported" by it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from helpers.report.claims import load_claims
from helpers.report.verdict import ORDER, verdict
from helpers.stats import holm, mean_hac, minimum_detectable_effect
from helpers.stats.evidence import Evidence

MONTHS = 240
MONTHLY_SD = 3.0  # percent; about that of small less large since 1926
PERSISTENCE = 0.1
BETWEEN_DEFINITIONS = 0.9  # correlation of one definition with another


def simulate_error_rates(draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """Share of each verdict when the truth is known, for the rule ``effect`` with Holm over the whole family.

    Every draw is one collection: as many independent claims as ``claims.yaml`` has primary tests, each a mean of
    twenty years of monthly relative returns (Student t with five degrees of freedom, slight persistence) under three
    correlated definitions. Synthetic data: they measure the rule, never the market.

    Parameters
    ----------
    draws : int
        Simulated collections.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Rows: true effect in percent a year. Columns: share of claims by verdict, and ``any supported``, the share of
        collections with one "supported" or more (the familywise error where the true effect is zero).

    Examples
    --------
    >>> simulate_error_rates(2, np.random.default_rng(1)).loc[0.0, "any supported"] <= 1
    True
    """
    family = [claim for claim in load_claims().values() if claim.has_p_value]
    model = dataclasses.replace(family[0], direction=1, claimed=None, smallest_effect=2.0)
    effects = {0.0: [], 4.0: [], 8.0: [], 12.0: []}
    for effect, collections in effects.items():
        for _ in range(draws):
            tests = [_simulated_evidence(effect, rng) for _ in family]
            adjusted = holm({str(k): evidence.p for k, evidence in enumerate(tests)})
            collections.append([verdict(model, e, adjusted[str(k)]).word for k, e in enumerate(tests)])
    rows = {}
    for effect, collections in effects.items():
        words = np.array(collections)
        shares = {word: float(np.mean(words == word)) for word in reversed(ORDER)}
        rows[effect] = shares | {"any supported": float(np.mean((words == "supported").any(axis=1)))}
    table = pd.DataFrame(rows).T
    table.index.name = "true effect, percent a year"
    return table


def _simulated_evidence(effect: float, rng: np.random.Generator) -> Evidence:
    shocks = rng.standard_t(5, size=(4, MONTHS)) / np.sqrt(5 / 3)
    common, own = shocks[0], shocks[1:]
    series = np.sqrt(BETWEEN_DEFINITIONS) * common + np.sqrt(1 - BETWEEN_DEFINITIONS) * own
    for t in range(1, MONTHS):
        series[:, t] += PERSISTENCE * series[:, t - 1]
    scale = MONTHLY_SD * np.sqrt(1 - PERSISTENCE**2)
    series = effect / 12 + scale * series
    mean = mean_hac(series[0])
    half = MONTHS // 2
    return Evidence(
        unit="percent a year",
        method="mean, HAC",
        estimate=12 * mean.estimate,
        ci_low=12 * mean.ci_low,
        ci_high=12 * mean.ci_high,
        n=MONTHS,
        p=mean.p,
        mde=12 * minimum_detectable_effect(mean.se),
        definitions={str(k): 12 * float(row.mean()) for k, row in enumerate(series)},
        halves=(12 * float(series[0, :half].mean()), 12 * float(series[0, half:].mean())),
    )
