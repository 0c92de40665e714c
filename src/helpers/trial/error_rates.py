"""How often the verdict rules err: simulated, so that a reader can discount every word by it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.stats import binom

from helpers.stats.hac import fixed_b_critical, long_run_variance
from helpers.trial.claims import Claim, load_claims
from helpers.trial.evidence import Evidence
from helpers.trial.rules import FOR, STATED, USED, verdict

MONTHS = 240
MONTHLY_SD = 3.0  # percent; about that of small less large since 1926
PERSISTENCE = 0.1
BETWEEN_DEFINITIONS = 0.9  # correlation of one definition with another
SMALLEST = 2.0  # percent a year, as most claims about returns have it; twice as much is expected
TRUTHS = {
    "no effect": 0.0,
    "smallest effect": SMALLEST,
    "expected size": 2 * SMALLEST,
    "twice the expected size": 4 * SMALLEST,
    "expected size, other sign": -2 * SMALLEST,
}
# A quantity is known from a few publications, each off by about a third of the truth (of the smallest effect where
# the truth is zero); inputs of the bill in notebook 01 differ by as much.
PUBLICATIONS, SPREAD, DRAWN = 4, 1 / 3, 200
AMOUNTS = {"nothing": 0.0, "half the smallest": 0.5, "the smallest": 1.0, "twice the smallest": 2.0}
_AT_ONCE = 2000  # series held in memory together; the draws are the same for any number


def simulate_error_rates(draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """Share of each word of the line as used when the truth is known, for the two rules that weigh evidence.

    A regularity (``effect``) is a mean of twenty years of monthly relative returns (Student t with five degrees of
    freedom, slight persistence) under three correlated definitions, with fixed-b HAC intervals. A ``quantity`` is
    drawn from the triangle over a few publications that miss it at random. Synthetic data: they measure the rules,
    never the market.

    Parameters
    ----------
    draws : int
        Simulated collections; each has as many regularities as ``claims.yaml`` has.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    pandas.DataFrame
        Rows: rule and truth. Columns: share of each word, ``for`` and ``against`` (both words together: false where
        the truth is the other way), and, for regularities, ``any false for``: the share of collections with one word
        "for" or more although nothing is true, or nothing but one claim.

    Notes
    -----
    If there is no effect, a Bayes factor of k or more comes up in at most one of k cases; where the definitions have
    to agree as well, less often.

    Examples
    --------
    >>> simulate_error_rates(2, np.random.default_rng(1)).index.get_level_values("rule").unique().to_list()
    ['effect', 'quantity']
    """
    family = sum(claim.has_p_value for claim in load_claims().values())
    rows, words = {}, {}
    for truth, size in TRUTHS.items():
        words[truth] = _effect_words(size, draws * family, rng).reshape(draws, family)
        rows["effect", truth] = _shares(words[truth])
    nothing = np.isin(words["no effect"], FOR)
    rows["effect", "no effect"]["any false for"] = float(nothing.any(axis=1).mean())
    one_true = np.column_stack([words["expected size"][:, 0], words["no effect"][:, 1:]])
    rows["effect", "one claim true among many"] = _shares(one_true) | {
        "any false for": float(nothing[:, 1:].any(axis=1).mean())
    }
    for truth, amount in AMOUNTS.items():
        rows["quantity", truth] = _shares(_quantity_words(amount, draws, rng))
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["rule", "truth"])
    return table


def vote_rates(
    publications: Sequence[int] = (1, 3, 5, 9), right: Sequence[float] = (0.9, 0.7)
) -> pd.DataFrame:
    """Chance of each word of the rule ``votes`` where a sentence is true and publications err, exact.

    Parameters
    ----------
    publications : sequence of int
        Numbers of independent publications.
    right : sequence of float
        Chance that one of them bears a true sentence out; by symmetry, that it denies a false one.

    Returns
    -------
    pandas.DataFrame
        Rows: publications and chance. Columns: `STATED`. For a false sentence, read the columns backwards: the
        borders of the rule mirror each other.

    Examples
    --------
    >>> vote_rates((3,), (0.9,)).round(3).iloc[0].to_list()
    [0.972, 0.027, 0.001]
    """
    claim = next(one for one in load_claims().values() if one.stated and one.stated.rule == "votes")
    rows = {}
    for number in publications:
        cast = [
            verdict(claim, "stated", _ballot(holding, number)).word for holding in range(number + 1)
        ]
        for chance in right:
            weights = binom.pmf(range(number + 1), number, chance)
            rows[number, chance] = {
                word: float(
                    sum(weight for one, weight in zip(cast, weights, strict=True) if one == word)
                )
                for word in STATED
            }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.index = pd.MultiIndex.from_tuples(table.index, names=["publications", "each is right"])
    return table


def _ballot(holding: int, number: int) -> Evidence:
    cast = {str(k): k < holding for k in range(number)}
    return Evidence(unit="", method="votes", interval="none", checks=cast)


def _shares(words: np.ndarray) -> dict[str, float]:
    shares = {word: float(np.mean(words == word)) for word in USED}
    return shares | {
        "for": sum(shares[word] for word in FOR),
        "against": sum(shares[word] for word in USED[3:]),
    }


def _model(rule: str) -> Claim:
    """A claim judged by a rule, with the sizes of this simulation."""
    claim = next(one for one in load_claims().values() if one.used and one.used.rule == rule)
    size = SMALLEST if rule == "effect" else 1.0
    line = dataclasses.replace(
        claim.lines["used"], direction=1, smallest_effect=size, scale=None, unit="percent"
    )
    return dataclasses.replace(claim, used=line)


def _effect_words(effect: float, size: int, rng: np.random.Generator) -> np.ndarray:
    model = _model("effect")
    words: list[str] = []
    for done in range(0, size, _AT_ONCE):
        found = _simulated_evidence(effect, min(_AT_ONCE, size - done), rng)
        words += [verdict(model, "used", one).word for one in found]
    return np.array(words)


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
    estimates = 12 * means[:, 0]
    margin = 12 * fixed_b_critical(0.05, (lags + 1) / MONTHS) * se
    # As Python's own numbers, with which the rule, which sees one test at a time, is twice as fast.
    columns = (estimates, estimates - margin, estimates + margin, 12 * means)
    return [
        Evidence(
            unit="percent a year",
            method="mean, HAC",
            estimate=estimate,
            ci_low=low,
            ci_high=high,
            n=MONTHS,
            definitions=dict(zip("abc", by_definition, strict=True)),
        )
        for estimate, low, high, by_definition in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def _quantity_words(amount: float, size: int, rng: np.random.Generator) -> np.ndarray:
    """Words where the published values of a quantity miss the truth, in units of the smallest effect."""
    model = _model("quantity")
    published = amount + SPREAD * max(amount, 1.0) * rng.standard_normal((size, PUBLICATIONS))
    low, mid, high = (np.quantile(published, q, axis=1) for q in (0, 0.5, 1))
    drawn = rng.triangular(low[:, None], mid[:, None], high[:, None], (size, DRAWN))
    return np.array(
        [
            verdict(
                model,
                "used",
                Evidence(
                    unit="percent",
                    method="draws",
                    interval="parameters",
                    estimate=mid[k],
                    ci_low=low[k],
                    ci_high=high[k],
                    ci_level=1.0,
                    share=float(np.mean(drawn[k] >= 1.0)),
                ),
            ).word
            for k in range(size)
        ]
    )
