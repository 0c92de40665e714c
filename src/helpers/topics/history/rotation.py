"""Early 2026: is a new regime visible in what was known then? Placebo dates, monitoring, filtered states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import ParameterError
from helpers.stats.monitoring import MeanMonitor, monitor_mean
from helpers.topics.common.leads import weigh_lead
from helpers.topics.common.pairs import PAIR_LABELS, describe_vintage, load_small_minus_large
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information

HALF_YEAR = 6  # months, fixed with the claim
ROTATION_PAIRS = ("iwm_spy", "ijr_spy", "rsp_spy")
FIRST_CUT = pd.Period("2024-09", "M")
TRAINING = 120  # months of reference before the monitoring starts
MONITORED = 36  # months for which it was planned
STATE_MODELS = {
    "mean": ("mean",),
    "variance": ("variance",),
    "mean and variance": ("mean", "variance"),
}
STARTS = 20
LR_DRAWS = 49  # enough for a p of 0.02: each draw fits the model again


@dataclass(frozen=True)
class Rotation:
    """Six-month leads of each pair against all windows of that length."""

    relative: pd.DataFrame
    leads: pd.DataFrame
    placebo: dict[str, stats.CircularShift]
    strength: pd.DataFrame
    monitor: MeanMonitor
    models: pd.DataFrame
    regimes: stats.MarkovSwitching
    one_regime: stats.RegimesTest

    @property
    def filtered(self) -> pd.DataFrame:
        """Probability of each state with the figures up to each month, parameters as estimated at the date."""
        return self.regimes.filtered


def examine_rotation(
    info: Information, *, pair: str, draws: int, rng: np.random.Generator
) -> Rotation:
    """Relative strength of three pairs of funds, monitoring since the first cut, and states of the long premium."""
    relative = pd.DataFrame(
        {funds: load_small_minus_large(info, funds) for funds in ROTATION_PAIRS}
    )
    placebo, rows = {}, {}
    for funds in ROTATION_PAIRS:
        months = relative[funds].dropna()
        if len(months) < 10 * HALF_YEAR:
            raise ParameterError(
                f"{PAIR_LABELS[funds]}: {len(months)} months are known, too few for placebo dates; use a later as_of."
            )
        # Windows that join the first months to the last never happened: they are left out.
        test = stats.circular_shift_test(
            months, [months.index[-1 - HALF_YEAR]], horizon=HALF_YEAR, embargo=HALF_YEAR
        )
        placebo[funds] = test
        rows[PAIR_LABELS[funds]] = {
            "first": str(months.index[-HALF_YEAR]),
            "last": str(months.index[-1]),
            "lead": float(months.iloc[-HALF_YEAR:].sum()),
            "beyond average": test.estimate,
            "larger windows": 100 * float((test.shifted >= test.estimate - 1e-9).mean()),
            "p": test.p,
            "windows": len(test.shifted),
        }
    models = {name: fit_states(info, pair, parts, rng) for name, parts in STATE_MODELS.items()}
    best = min(models.values(), key=lambda model: model.bic)
    return Rotation(
        relative=relative,
        leads=relative.rolling(HALF_YEAR).sum(),
        placebo=placebo,
        strength=pd.DataFrame.from_dict(rows, orient="index"),
        monitor=_monitor(relative[ROTATION_PAIRS[0]].dropna(), draws, rng),
        models=_compare(models),
        regimes=best,
        one_regime=stats.regimes_lr_test(
            load_small_minus_large(info, pair),
            switching=best.switching,
            draws=LR_DRAWS,
            starts=1,
            rng=rng,
        ),
    )


def fit_states(
    info: Information, pair: str, switching: tuple[str, ...], rng: np.random.Generator
) -> stats.MarkovSwitching:
    """Two-state Markov switching of the monthly relative return, best of ``STARTS`` starting points."""
    return stats.markov_switching(
        load_small_minus_large(info, pair), regimes=2, switching=switching, starts=STARTS, rng=rng
    )


def _monitor(relative: pd.Series, draws: int, rng: np.random.Generator) -> MeanMonitor:
    """Has the mean of small less large changed since the decade before the first cut of this cycle?"""
    watched = relative[FIRST_CUT + 1 :]
    if watched.empty:  # before the cut: the last year is watched instead
        watched = relative.iloc[-12:]
    reference = relative[: watched.index[0] - 1].iloc[-TRAINING:]
    return monitor_mean(
        pd.concat([reference, watched]),
        training=len(reference),
        horizon=max(len(watched), MONITORED),
        draws=draws,
        rng=rng,
    )


def _compare(models: dict[str, stats.MarkovSwitching]) -> pd.DataFrame:
    """One row a model: fit, and mean and standard deviation of the calm and the turbulent state."""
    rows = {}
    for name, model in models.items():
        calm, wild = model.regimes.iloc[0], model.regimes.iloc[1]
        rows[name] = {
            "BIC": model.bic,
            "mean, calm": 12 * calm["mean"],
            "mean, volatile": 12 * wild["mean"],
            "deviation, calm": calm["variance"] ** 0.5,
            "deviation, volatile": wild["variance"] ** 0.5,
            "months, calm": calm["duration"],
            "months, volatile": wild["duration"],
            "volatile now, percent": 100 * model.filtered.iloc[-1, 1],
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("what switches")


def weigh_rotation(info: Information, rotation: Rotation) -> Evidence:
    """Evidence for M2: six-month lead of the Russell 2000 over the S&P 500, beyond the average window."""
    funds = ("iwm", "spy", "ijr", "rsp")
    lead = weigh_lead(
        "M2",
        rotation.relative[ROTATION_PAIRS[0]].dropna(),
        HALF_YEAR,
        {PAIR_LABELS[pair]: rotation.placebo[pair] for pair in ROTATION_PAIRS},
    )
    return replace(lead, sources=funds, vintage=describe_vintage(info, funds))
