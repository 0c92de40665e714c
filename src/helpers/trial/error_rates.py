"""How often the verdict rule errs: simulated, so that a reader can discount every "supported" by it."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from helpers.stats import holm, minimum_detectable_effect
from helpers.stats.hac import fixed_b_critical, fixed_b_p, long_run_variance
from helpers.trial.claims import Claim, load_claims
from helpers.trial.evidence import Evidence
from helpers.trial.rules import ORDER, verdict

MONTHS = 240
MONTHLY_SD = 3.0  # percent; about that of small less large since 1926
PERSISTENCE = 0.1
BETWEEN_DEFINITIONS = 0.9  # correlation of one definition with another
EFFECTS = (0.0, 4.0, 8.0, 12.0)  # percent a year
_AT_ONCE = 200  # collections held in memory together; the draws are the same for any number


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
    >>> simulate_error_rates(2, np.random.default_rng(1)).index.to_list()
    [0.0, 4.0, 8.0, 12.0]
    """
    family = [claim for claim in load_claims().values() if claim.has_p_value]
    model = dataclasses.replace(family[0], direction=1, claimed=None, smallest_effect=2.0)
    rows = {}
    for effect in EFFECTS:
        words: list[list[str]] = []
        for done in range(0, draws, _AT_ONCE):
            size = min(_AT_ONCE, draws - done) * len(family)
            tests = _simulated_evidence(effect, size, rng)
            collections = (tests[k : k + len(family)] for k in range(0, size, len(family)))
            words += [_words(model, collection) for collection in collections]
        found = np.array(words)
        shares = {word: float(np.mean(found == word)) for word in reversed(ORDER)}
        rows[effect] = shares | {
            "any supported": float(np.mean((found == "supported").any(axis=1)))
        }
    table = pd.DataFrame(rows).T
    table.index.name = "true effect, percent a year"
    return table


def _words(model: Claim, collection: list[Evidence]) -> list[str]:
    """The verdicts of one collection after Holm."""
    adjusted = holm({k: evidence.p for k, evidence in enumerate(collection)})
    return [verdict(model, evidence, adjusted[k]).word for k, evidence in enumerate(collection)]


def _simulated_evidence(effect: float, size: int, rng: np.random.Generator) -> list[Evidence]:
    shocks = rng.standard_t(5, size=(size, 4, MONTHS)) / np.sqrt(5 / 3)
    mixed = (
        np.sqrt(BETWEEN_DEFINITIONS) * shocks[:, :1]
        + np.sqrt(1 - BETWEEN_DEFINITIONS) * shocks[:, 1:]
    )
    noise = lfilter([np.sqrt(1 - PERSISTENCE**2)], [1, -PERSISTENCE], mixed)
    series = effect / 12 + MONTHLY_SD * noise
    # The inference of mean_hac, for all tests at once.
    lags = math.ceil(1.3 * math.sqrt(MONTHS)) - 1
    means = series.mean(axis=-1)
    residuals = series[:, 0] - means[:, :1]
    se = np.sqrt(long_run_variance(residuals, lags) / (MONTHS - 1))
    b = (lags + 1) / MONTHS
    p = fixed_b_p(means[:, 0] / se, b)
    estimates, errors = 12 * means[:, 0], 12 * se
    margin = 12 * fixed_b_critical(0.05, b) * se
    halves = 12 * series[:, 0].reshape(size, 2, MONTHS // 2).mean(axis=-1)
    mde = minimum_detectable_effect(1.0, b=b) * errors
    # As Python's own numbers, with which the rule, which sees one test at a time, is twice as fast.
    columns = (estimates, estimates - margin, estimates + margin, p, mde, 12 * means, halves)
    return [
        Evidence(
            unit="percent a year",
            method="mean, HAC",
            estimate=estimate,
            ci_low=low,
            ci_high=high,
            n=MONTHS,
            p=chance,
            mde=detectable,
            definitions=dict(zip("abc", by_definition, strict=True)),
            halves=tuple(by_half),
        )
        for estimate, low, high, chance, detectable, by_definition, by_half in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]
