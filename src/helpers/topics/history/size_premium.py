"""Small less large companies since 1926: how big, when, in which months, and how special 1975-83 was."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded
from helpers.errors import NotKnown, ParameterError
from helpers.topics.common.examination import Examination
from helpers.topics.common.pairs import CENTURY_PAIRS, PAIR_LABELS
from helpers.topics.history.inputs import HistoryInputs
from helpers.trial import Evidence, load_line

BANZ = pd.Period(
    "1981-03", "M"
)  # Journal of Financial Economics 9(1), doi:10.1016/0304-405X(81)90018-0
BLOCKS = (1, 6, 12, 24)  # months: from no memory to two years of it
MIN_SEGMENT = 60  # months between two breaks of the mean
MAX_BREAKS = 5
COLLAPSE = 1975  # the year in which the article has the Nifty Fifty end
# The years to 1935 swing most: with and without them, and without the war.
SAMPLES = tuple(pd.Period(month, "M") for month in ("1926-07", "1936-01", "1946-01"))
HISTORIES, TEST_DRAWS = (
    199,
    99,
)  # simulated histories behind a power, and the draws of the test on each
RARE = 0.95  # quantile of the best window by chance: exceeded once in twenty


@dataclass(frozen=True)
class SizePremium(Examination):
    """Monthly relative return (log percent) of one pair, and what its history says of the window on trial."""

    inputs: HistoryInputs
    pair: str
    window: tuple[int, int]
    block: int
    draws: int
    seed: np.random.SeedSequence

    @recorded
    def relative(self) -> pd.Series:
        """Monthly return of small less large companies, log percent."""
        return self.inputs.relative(self.pair)

    @recorded
    def run(self) -> pd.Series:
        """Its months in the window on trial."""
        return slice_run(self.relative, self.window)

    @recorded
    def run_mean(self) -> stats.HacMean:
        """Mean of the run, percent a month, with its HAC interval."""
        return stats.mean_hac(self.run)

    @recorded
    def standard_error(self) -> float:
        """HAC standard error of the run's mean, percent a year."""
        return 12 * self.run_mean.se

    @recorded
    def definitions(self) -> dict[str, float]:
        """Annualised mean of the run by pair of portfolios."""
        return {
            PAIR_LABELS[pair]: float(12 * slice_run(self.inputs.relative(pair), self.window).mean())
            for pair in CENTURY_PAIRS
        }

    @recorded
    def wealth(self) -> pd.DataFrame:
        """Cumulative log return over all months, and with the months of the run set to zero."""
        return accumulate(self.relative, self.run)

    @recorded
    def periods(self) -> pd.DataFrame:
        """Annualised mean of each period, with its HAC interval."""
        return table_periods(self.relative, self.run)

    @recorded
    def januaries(self) -> pd.DataFrame:
        """Januaries against the other months."""
        return table_januaries(self.relative, self.run)

    @recorded
    def share_of_century(self) -> float:
        """Percent of all that small gained on large in the sample which the run brought."""
        return float(100 * self.run.sum() / self.relative.sum())

    @recorded
    def origins(self) -> pd.DataFrame:
        """Annualised mean from every start month to the end."""
        return mean_since(self.relative)

    @recorded
    def _searched(self) -> tuple[dict[int, stats.SupWindow], np.random.Generator]:
        """The best window by block length, and the stream of draws where the searches left it."""
        rng = np.random.default_rng(self.seed)
        tests = {
            block: stats.sup_window(
                self.relative,
                len(self.run),
                block=block,
                draws=self.draws,
                rng=rng,
                fixed=(self.run.index[0], self.run.index[-1]),
            )
            for block in sorted({*BLOCKS, self.block})
        }
        return tests, rng

    @recorded
    def chance(self) -> stats.SupWindow:
        """The best window against those of shuffled histories, with the chosen block."""
        return self._searched[0][self.block]

    @recorded
    def windows(self) -> pd.Series:
        """Annualised mean of every window as long as the run, by its last month."""
        return 12 * self.chance.rolling

    @recorded
    def by_chance(self) -> dict[str, float]:
        """The best window that chance gives: once in twenty centuries (``rare``) and in half of them (``usual``)."""
        rare, usual = 12 * np.quantile(self.chance.null, [RARE, 0.5])
        return {"rare": float(rare), "usual": float(usual)}

    @recorded
    def by_block(self) -> pd.DataFrame:
        """p of the window by block length."""
        return table_blocks(self._searched[0])

    @recorded
    def by_sample(self) -> pd.DataFrame:
        """Chance of some window as good, by first month of the sample: by its mean, and by its own swings."""
        rng = deepcopy(self._searched[1]).spawn(2)[0]
        rows = {}
        for first in SAMPLES:
            months = self.relative[first:]
            if first > self.run.index[0] or len(months) < 3 * len(self.run):
                continue
            options = {"window": len(self.run), "block": self.block, "draws": self.draws}
            best = stats.sup_window(months, **options, rng=rng)
            steady = stats.studentised_window(months, **options, rng=rng)
            rows[str(months.index[0])] = {
                "months": len(months),
                "best window begins": str(best.start),
                "chance, percent": 100 * best.p,
                "by its own swings begins": str(steady.start),
                "by its own swings, percent": 100 * steady.p,
            }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("from")

    @recorded
    def power(self) -> float:
        """Chance that the search finds a run of this size: the run added to histories without it."""
        rest = outside(self.relative, self.run).mean()
        excess = self.run.mean() - rest
        without = self.relative.where(
            ~self.relative.index.isin(self.run.index), self.relative - excess
        )
        rng = deepcopy(self._searched[1]).spawn(2)[1]
        return stats.search_power(
            without,
            len(self.run),
            max(float(excess), 0.0),
            self.block,
            histories=min(self.draws, HISTORIES),
            draws=TEST_DRAWS,
            rng=rng,
        )

    @recorded
    def years(self) -> pd.Series:
        """Return in each whole calendar year of the run, log percent."""
        return sum_years(self.run)

    @recorded
    def breaks(self) -> stats.Breaks:
        """Breaks of the mean, dated by comparing every partition; its draws go on from the searches."""
        return stats.break_dates(
            self.relative,
            min_segment=MIN_SEGMENT,
            max_breaks=MAX_BREAKS,
            block=self.block,
            rng=deepcopy(self._searched[1]),
        )

    @recorded
    def break_table(self) -> pd.DataFrame:
        """Criteria and dates (last month of the old mean) for each number of breaks."""
        return table_breaks(self.breaks)

    @recorded
    def most_forced(self) -> str:
        """Dates of four breaks, or of as many as were tried."""
        return str(self.break_table["dates"].iloc[min(4, len(self.break_table) - 1)])


def slice_run(relative: pd.Series, window: tuple[int, int]) -> pd.Series:
    """Months from January of the first to December of the last year.

    Raises
    ------
    ParameterError
        A window that is reversed.
    NotKnown
        One whose months were not all known, or that is longer than a third of the sample.
    """
    first, last = pd.Period(f"{window[0]}-01", "M"), pd.Period(f"{window[1]}-12", "M")
    if first > last:
        raise ParameterError(
            f"window {list(window)} ends before it begins; give the first year, then the last."
        )
    if first < relative.index[0] or last > relative.index[-1]:
        raise NotKnown(
            f"window {list(window)} needs {first} .. {last}, but {relative.name} is known for "
            f"{relative.index[0]} .. {relative.index[-1]}; choose years inside, or a later as_of."
        )
    if 3 * (last.year - first.year + 1) > len(relative) / 12:
        raise NotKnown(
            f"window {list(window)} is longer than a third of the sample; nothing is left to "
            "compare."
        )
    return relative[first:last]


def outside(relative: pd.Series, run: pd.Series) -> pd.Series:
    """The months that do not belong to the run."""
    return relative[~relative.index.isin(run.index)]


def accumulate(relative: pd.Series, run: pd.Series) -> pd.DataFrame:
    """Cumulative log return: ``all months``, and ``without the run``, its months set to zero."""
    rest = relative.where(~relative.index.isin(run.index), 0.0)
    return pd.DataFrame({"all months": relative.cumsum(), "without the run": rest.cumsum()})


def table_blocks(tests: Mapping[int, stats.SupWindow]) -> pd.DataFrame:
    """p of the named and of some window by block length, and the best window chance exceeds once in twenty."""
    rows = {
        blocks: {
            "p, window named beforehand": test.p_fixed,
            "p, some window": test.p,
            "best window by chance, once in twenty": 12 * float(np.quantile(test.null, RARE)),
        }
        for blocks, test in tests.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("block, months")


def table_breaks(breaks: stats.Breaks) -> pd.DataFrame:
    """Criteria (lower is better) and dates, the last month of each old mean, by number of breaks."""
    table = breaks.table[["bic", "lwz", "sup_f"]].rename(
        columns={"bic": "BIC", "lwz": "LWZ", "sup_f": "sup F"}
    )
    return table.assign(
        dates=[", ".join(map(str, dates)) or "none" for dates in breaks.table["dates"]]
    )


def table_periods(relative: pd.Series, run: pd.Series) -> pd.DataFrame:
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


def table_januaries(relative: pd.Series, run: pd.Series) -> pd.DataFrame:
    """Sum of the Januaries and of the other months, percent, and the mean of each kind."""
    periods = {"all months": relative, "the run": run, "all but the run": outside(relative, run)}
    rows = {}
    for name, months in periods.items():
        january = pd.PeriodIndex(months.index).month == 1
        rows[name] = {
            "januaries": int(january.sum()),
            "mean January": months[january].mean(),
            "mean of other months": months[~january].mean(),
            "sum of Januaries": months[january].sum(),
            "sum of other months": months[~january].sum(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def mean_since(relative: pd.Series) -> pd.DataFrame:
    """Annualised mean from every start month to the end: no "since" statement stands on one start alone."""
    left = np.arange(len(relative), 0, -1)
    mean = relative[::-1].cumsum()[::-1] / left * 12
    return pd.DataFrame({"mean": mean, "months": left}, index=relative.index)[left >= MIN_SEGMENT]


def sum_years(relative: pd.Series) -> pd.Series:
    """Sum of the months of each calendar year of which all are known."""
    years = relative.groupby(pd.PeriodIndex(relative.index).year)
    return years.sum()[years.count() == 12]


def weigh_run_record(premium: SizePremium, largest: pd.Series) -> Evidence:
    """Evidence for H1 as stated: when the largest companies fell, and how long and by how much the small ones led.

    Parameters
    ----------
    premium : SizePremium
        The run on trial.
    largest : Series
        Total return of the largest companies in each calendar year, percent.
    """
    line, years = load_line("H1", "stated"), premium.years
    led, ratio = int((years > 0).sum()), float(np.exp(premium.run.sum() / 100))
    january = premium.januaries.loc["the run", "sum of Januaries"] / premium.run.sum()
    after = sum_years(premium.relative).get(premium.window[1] + 1)
    holds = (largest.loc[COLLAPSE] < 0, led == len(years), ratio > 1)
    fell = largest.loc[COLLAPSE - 2 : COLLAPSE - 1]
    return Evidence(
        unit=line.unit,
        method="total returns by calendar year; largest decile, and the pair of the run, value-weighted",
        estimate=float(led),
        interval="none",
        n=float(len(years)),
        checks=dict(zip(line.definitions, map(bool, holds), strict=True)),
        note=(
            f"The largest decile returned {fell.iloc[0]:+.0f} percent in {fell.index[0]} and "
            f"{fell.iloc[1]:+.0f} in {fell.index[1]}, but {largest.loc[COLLAPSE]:+.0f} in {COLLAPSE}. "
            f"Small companies led in {led} of {len(years)} years to {premium.window[1]}; wealth in "
            f"them grew {ratio:.1f} times as much."
            + (f" {100 * january:.0f} percent of the lead came in Januaries." if ratio > 1 else "")
            + ("" if after is None else f" The year after brought {after:+.0f} percent (log).")
        ),
    )


def weigh_run(premium: SizePremium) -> Evidence:
    """Evidence for H1 as used, one episode: the run's mean, and how often chance gives some window as good."""
    run, mean, chance = premium.run, premium.run_mean, premium.by_sample
    first, last = premium.window
    samples = ", ".join(f"{pd.Period(first):%B %Y}" for first in chance.index)
    raw, steady = chance["chance, percent"], chance["by its own swings, percent"]
    return Evidence(
        unit=load_line("H1", "used").unit,
        method=(
            f"mean log return of {first}-{last}, HAC interval of the run; chance from the best of "
            f"all windows of {len(run)} months in stationary bootstraps of each sample"
        ),
        estimate=12 * mean.estimate,
        ci_low=12 * mean.ci_low,
        ci_high=12 * mean.ci_high,
        n=mean.n,
        n_effective=1.0,
        definitions=premium.definitions,
        note=(
            f"A century without regimes has some run as good in {raw.min():.0f} to {raw.max():.0f} "
            f"of 100 cases, in samples from {samples} on; where each window is measured by its own "
            f"swings, in {steady.min():.0f} to {steady.max():.0f}. The search is blunt: it would find "
            f"a true run of this size in {100 * premium.power:.0f} of 100. "
            f"The run is one episode; it brought {premium.share_of_century:.0f} percent of all "
            f"that small caps gained on large ones since {premium.relative.index[0]:%B %Y}."
        ),
    )
