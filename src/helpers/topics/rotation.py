"""Early 2026: is a new regime visible in what was known then? Placebo dates, monitoring, filtered states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers import stats
from helpers.errors import ParameterError
from helpers.stats.evidence import Evidence
from helpers.topics.size_premium import PAIR_LABELS, load_small_minus_large

if TYPE_CHECKING:
    from helpers.data import Information

HALF_YEAR = 6  # months, fixed with the claim
ROTATION_PAIRS = ("iwm_spy", "ijr_spy", "rsp_spy")


@dataclass(frozen=True)
class Rotation:
    """Six-month leads of each pair against all windows of that length."""

    relative: pd.DataFrame
    leads: pd.DataFrame
    placebo: dict[str, stats.CircularShift]
    strength: pd.DataFrame


def examine_rotation(info: Information) -> Rotation:
    """Relative strength over the half year to the date, of three pairs of funds."""
    relative = pd.DataFrame({pair: load_small_minus_large(info, pair) for pair in ROTATION_PAIRS})
    placebo, rows = {}, {}
    for pair in ROTATION_PAIRS:
        months = relative[pair].dropna()
        if len(months) < 10 * HALF_YEAR:
            raise ParameterError(
                f"{PAIR_LABELS[pair]}: {len(months)} months are known, too few for placebo dates; use a later as_of."
            )
        # Windows that join the first months to the last never happened: they are left out.
        test = stats.circular_shift_test(
            months, [months.index[-1 - HALF_YEAR]], horizon=HALF_YEAR, embargo=HALF_YEAR
        )
        placebo[pair] = test
        rows[PAIR_LABELS[pair]] = {
            "first": str(months.index[-HALF_YEAR]),
            "last": str(months.index[-1]),
            "lead": float(months.iloc[-HALF_YEAR:].sum()),
            "beyond average": test.estimate,
            "larger windows": 100 * float((test.shifted >= test.estimate - 1e-9).mean()),
            "p": test.p,
            "windows": len(test.shifted),
        }
    return Rotation(
        relative=relative,
        leads=relative.rolling(HALF_YEAR).sum(),
        placebo=placebo,
        strength=pd.DataFrame.from_dict(rows, orient="index"),
    )


def weigh_rotation(rotation: Rotation) -> Evidence:
    """Evidence for M2: six-month lead of the Russell 2000 over the S&P 500, beyond the average window."""
    first = ROTATION_PAIRS[0]
    test = rotation.placebo[first]
    last = rotation.relative[first].dropna().iloc[-HALF_YEAR:]
    average = test.unconditional / HALF_YEAR
    half = HALF_YEAR // 2
    return Evidence(
        unit="percent",
        method=f"sum of {HALF_YEAR} monthly log returns less the average window; interval and p from all placebo dates",
        estimate=test.estimate,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        n=len(test.shifted),
        n_effective=len(test.shifted) / HALF_YEAR,
        p=test.p,
        mde=stats.minimum_detectable_effect(test.se),
        definitions={PAIR_LABELS[pair]: rotation.placebo[pair].estimate for pair in ROTATION_PAIRS},
        halves=(float((last.iloc[:half] - average).sum()), float((last.iloc[half:] - average).sum())),
        sources=("iwm", "spy", "ijr", "rsp"),
        note=(
            f"{last.index[0]} to {last.index[-1]}; {(test.shifted >= test.estimate - 1e-9).mean():.0%} of all "
            f"half years since {rotation.relative[first].first_valid_index()} led by as much."
        ),
    )
