"""Small less large companies since 1926: how big, when, in which months, and how special 1975-83 was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.errors import ParameterError
from helpers.topics.common.pairs import (
    CENTURY_PAIRS,
    PAIR_LABELS,
    describe_vintage,
    load_small_minus_large,
    series_of,
)
from helpers.trial.evidence import Evidence

if TYPE_CHECKING:
    from helpers.data import Information

BANZ = pd.Period(
    "1981-03", "M"
)  # Journal of Financial Economics 9(1), doi:10.1016/0304-405X(81)90018-0
BLOCKS = (1, 6, 12, 24)  # months: from no memory to two years of it
MIN_SEGMENT = 60  # months between two breaks of the mean
MAX_BREAKS = 5


@dataclass(frozen=True)
class SizePremium:
    """Monthly relative return (percent, log) and what its history says; ``run`` is the window on trial."""

    pair: str
    relative: pd.Series
    run: pd.Series
    periods: pd.DataFrame
    januaries: pd.DataFrame
    share_of_century: float
    origins: pd.DataFrame
    windows: pd.Series
    chance: stats.SupWindow
    by_block: pd.DataFrame
    breaks: stats.Breaks

    @property
    def break_table(self) -> pd.DataFrame:
        """Criteria and dates (last month of the old mean) for each number of breaks."""
        table = self.breaks.table[["bic", "lwz", "sup_f"]].rename(
            columns={"bic": "BIC", "lwz": "LWZ", "sup_f": "sup F"}
        )
        return table.assign(
            dates=[", ".join(map(str, dates)) or "none" for dates in self.breaks.table["dates"]]
        )


def slice_run(relative: pd.Series, window: tuple[int, int]) -> pd.Series:
    """Months from January of the first to December of the last year, all of them known."""
    first, last = pd.Period(f"{window[0]}-01", "M"), pd.Period(f"{window[1]}-12", "M")
    if first > last:
        raise ParameterError(
            f"window {list(window)} ends before it begins; give the first year, then the last."
        )
    if first < relative.index[0] or last > relative.index[-1]:
        raise ParameterError(
            f"window {list(window)} needs {first} .. {last}, but {relative.name} is known for "
            f"{relative.index[0]} .. {relative.index[-1]}; choose years inside, or a later as_of."
        )
    if 3 * (last.year - first.year + 1) > len(relative) / 12:
        raise ParameterError(
            f"window {list(window)} is longer than a third of the sample; nothing is left to compare."
        )
    return relative[first:last]


def examine_size_premium(
    info: Information,
    *,
    pair: str,
    window: tuple[int, int],
    block: int,
    draws: int,
    rng: np.random.Generator,
) -> SizePremium:
    """Sub-periods, Januaries, every window and start date, breaks of the mean, for one pair."""
    relative = load_small_minus_large(info, pair)
    run = slice_run(relative, window)
    by_block = {
        blocks: stats.sup_window(
            relative,
            len(run),
            block=blocks,
            draws=draws,
            rng=rng,
            fixed=(run.index[0], run.index[-1]),
        )
        for blocks in sorted({*BLOCKS, block})
    }
    chance = by_block[block]
    return SizePremium(
        pair=pair,
        relative=relative,
        run=run,
        periods=_periods(relative, run),
        januaries=_januaries(relative, run),
        share_of_century=float(100 * run.sum() / relative.sum()),
        origins=_origins(relative),
        windows=12 * chance.rolling,
        chance=chance,
        by_block=_by_block(by_block),
        breaks=stats.break_dates(
            relative, min_segment=MIN_SEGMENT, max_breaks=MAX_BREAKS, block=block, rng=rng
        ),
    )


def outside(relative: pd.Series, run: pd.Series) -> pd.Series:
    """The months that do not belong to the run."""
    return relative[~relative.index.isin(run.index)]


def _by_block(tests: dict[int, stats.SupWindow]) -> pd.DataFrame:
    """p of the named and of some window by block length, and the best window chance exceeds once in twenty."""
    rows = {
        blocks: {
            "p, window named beforehand": test.p_fixed,
            "p, some window": test.p_some,
            "best window by chance, once in twenty": 12 * float(np.quantile(test.null, 0.95)),
        }
        for blocks, test in tests.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("block, months")


def _periods(relative: pd.Series, run: pd.Series) -> pd.DataFrame:
    """Annualised mean log return of each period, with its HAC interval."""
    before, after = relative[: run.index[0] - 1], relative[run.index[-1] + 1 :]
    periods = {
        "all months": relative,
        "before the run": before,
        "the run": run,
        "after the run": after,
        "all but the run": outside(relative, run),
        "before publication (Banz 1981)": relative[:BANZ],
        "after publication": relative[BANZ + 1 :],
    }
    rows = {}
    for name, months in periods.items():
        if len(months) < MIN_SEGMENT:
            continue
        mean = stats.mean_hac(
            months.to_numpy()
        )  # values only: two halves joined across the run have a gap
        rows[name] = {
            "first": str(months.index[0]),
            "last": str(months.index[-1]),
            "months": len(months),
            "mean": 12 * mean.estimate,
            "low 95 %": 12 * mean.ci_low,
            "high 95 %": 12 * mean.ci_high,
            "p": mean.p,
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _januaries(relative: pd.Series, run: pd.Series) -> pd.DataFrame:
    """Sum of the Januaries and of the other months, percent, and the mean of each kind."""
    periods = {"all months": relative, "the run": run, "all but the run": outside(relative, run)}
    rows = {}
    for name, months in periods.items():
        january = months.index.month == 1
        rows[name] = {
            "januaries": int(january.sum()),
            "mean January": months[january].mean(),
            "mean of other months": months[~january].mean(),
            "sum of Januaries": months[january].sum(),
            "sum of other months": months[~january].sum(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _origins(relative: pd.Series) -> pd.DataFrame:
    """Annualised mean from every start month to the end: no "since" statement stands on one start alone."""
    left = np.arange(len(relative), 0, -1)
    mean = relative[::-1].cumsum()[::-1] / left * 12
    return pd.DataFrame({"mean": mean, "months": left}, index=relative.index)[left >= MIN_SEGMENT]


def mean_halves(relative: pd.Series) -> tuple[float, float]:
    """Annualised mean of the first and of the second half."""
    half = len(relative) // 2
    return float(12 * relative.iloc[:half].mean()), float(12 * relative.iloc[half:].mean())


def weigh_run(info: Information, premium: SizePremium) -> Evidence:
    """Evidence for H1: the run's own mean and interval, and the p of "some window as good as the best"."""
    run = premium.run
    mean = stats.mean_hac(run)
    window = (run.index[0].year, run.index[-1].year)
    definitions = {
        PAIR_LABELS[pair]: float(12 * slice_run(load_small_minus_large(info, pair), window).mean())
        for pair in CENTURY_PAIRS
    }
    return Evidence(
        unit="percent a year",
        method=(
            f"mean log return of {window[0]}-{window[1]}, HAC interval of the run; p: best of all windows of "
            f"{len(run)} months against stationary bootstraps of the whole sample"
        ),
        estimate=12 * mean.estimate,
        ci_low=12 * mean.ci_low,
        ci_high=12 * mean.ci_high,
        n=mean.n,
        n_effective=min(mean.n_effective, float(mean.n)),
        p=premium.chance.p_some,
        mde=stats.minimum_detectable_effect(12 * mean.se),
        definitions=definitions,
        halves=mean_halves(run),
        sources=series_of(premium.pair),
        vintage=describe_vintage(info, series_of(premium.pair)),
        note=(
            f"Had the window been named beforehand its p would be {premium.chance.p_fixed:.2g}; it was picked by "
            f"looking, so the p in force asks how often chance gives some window as good. The run earned "
            f"{premium.share_of_century:.0f} percent of all that small caps gained on large ones in the sample."
        ),
    )
