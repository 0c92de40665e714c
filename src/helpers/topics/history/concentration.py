"""Concentration: a decade of large-company leadership, and what followed when the market was top-heavy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown
from helpers.topics.common.concentration import HIGH, logit, table_extremes
from helpers.topics.common.examination import Examination
from helpers.topics.common.pairs import CENTURY_PAIRS, PAIR_LABELS
from helpers.topics.common.predicted import MIN_HISTORY, later_return
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.size_premium import SAMPLES, sum_years
from helpers.trial import Evidence, load_line

DECADE = 120  # months
YEAR = 12  # months ahead, fixed with the claim
HORIZONS = (1, 12, 36, 60)
PEAK_SPAN = 60  # months on each side that a peak of concentration must top
FIRST_YEARS = "1926-35"
WITHOUT_FIRST = f"without {FIRST_YEARS}"
SHARES = ("largest decile", "all but the smallest 30 percent")
BACK = "years until back at it"
LONG_RUN = 240  # months after which half of a shock should be gone, fixed with the claim
ROOT_DRAWS = 999  # simulated autoregressions by root, at most: their quantiles need no more
LEADERSHIP_PAIRS = ("lo30_hi30", "lo20_hi20", "iwm_spy")


@dataclass(frozen=True)
class Concentration(Examination):
    """Share of the largest decile, its slope for relative returns by horizon, and what followed its peaks."""

    inputs: HistoryInputs
    pair: str
    draws: int
    seed: np.random.SeedSequence

    @recorded
    def relative(self) -> pd.Series:
        """Monthly return of small less large companies, log percent."""
        return self.inputs.relative(self.pair)

    @recorded
    def share(self) -> pd.Series:
        """Share of the largest decile in market value, percent."""
        return 100 * self.inputs.series("top_decile_share")

    @recorded
    def level(self) -> pd.Series:
        """Logit of that share."""
        return logit(self.inputs.series("top_decile_share"))

    @recorded
    def slopes(self) -> pd.DataFrame:
        """Effect of one standard deviation of the logit share, a row a horizon."""
        return table_slopes(*align(self.relative, self.level))

    @recorded
    def definitions(self) -> dict[str, float]:
        """Effect over twelve months by pair of portfolios, and of the pair on trial without the first years."""
        pairs = {
            PAIR_LABELS[pair]: year_slope(*align(self.inputs.relative(pair), self.level))
            for pair in CENTURY_PAIRS
        }
        return pairs | {WITHOUT_FIRST: float(self.samples.loc[str(SAMPLES[1]), "IVX slope"])}

    @recorded
    def samples(self) -> pd.DataFrame:
        """The effect over twelve months by first month of the sample, each for the same standard deviation."""
        returns, level = align(self.relative, self.level)
        rows = {}
        for first in SAMPLES:
            row = measure_slope(returns[first:], level[first:], YEAR, float(level.std()))
            rows[str(max(first, level.index[0]))] = row
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("from")

    @recorded
    def reversion(self) -> pd.DataFrame:
        """Root, half-life and what is left of a shock after twenty years, a row a definition of the share."""
        levels = (self.level, logit(1 - self.inputs.series("small30_share")))
        draws, rng = min(self.draws, ROOT_DRAWS), np.random.default_rng(self.seed)
        rows = {}
        for name, level in zip(SHARES, levels, strict=True):
            rows[name] = measure_reversion(level, draws, rng)
            late = measure_reversion(level[SAMPLES[1] :], draws, rng)
            rows[f"{name} from {SAMPLES[1].year}"] = late
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("share")

    @recorded
    def extremes(self) -> pd.DataFrame:
        """Episodes of a share above nine in ten of all earlier ones, as known then, and the year that followed."""
        after = later_return(self.relative, YEAR).to_frame(f"next {YEAR} months")
        return table_extremes(self.share, after)

    @recorded
    def peaks(self) -> pd.DataFrame:
        """Share at its peaks, found with hindsight, and at the last month, with the return after each."""
        return table_peaks(self.share, self.relative)

    @recorded
    def peak_months(self) -> pd.PeriodIndex:
        """The months of the peaks."""
        return pd.PeriodIndex(self.peaks.index[:-1], freq="M")

    @recorded
    def family(self) -> stats.SpecificationCurve:
        """Every pair, three measures of concentration, four spans: do they agree, and more than chance would?"""
        outcomes = {PAIR_LABELS[pair]: self.inputs.relative(pair) for pair in CENTURY_PAIRS}
        return try_family(
            pd.DataFrame(outcomes), measures(self.level, self.inputs.series("small30_share"))
        )

    @recorded
    def decade(self) -> pd.Series:
        """Monthly return of large less small companies over the ten years to the date, log percent."""
        return -last_decade(self.relative)

    @recorded
    def calendar_years(self) -> pd.Series:
        """Return of large less small companies in each of the last ten whole calendar years, log percent."""
        return -sum_years(self.relative).iloc[-DECADE // 12 :]

    @recorded
    def concentrated(self) -> dict[float, int]:
        """Months of the decade in which the largest decile's share was above each quantile of all months known."""
        share = self.share.iloc[-DECADE:]
        return {one: int((share > self.share.quantile(one)).sum()) for one in HIGH}

    @recorded_each
    def leadership(self, pair: str) -> dict[str, float]:
        """Years led, wealth ratio and rank of the decade of a pair, large less small."""
        return measure_leadership(self.inputs.relative(pair))

    @recorded
    def leaders(self) -> pd.DataFrame:
        """The same, a row a pair whose returns are known for ten years."""
        known = self.known_names("leadership", LEADERSHIP_PAIRS)
        rows = {large_first(PAIR_LABELS[pair]): self.leadership(pair) for pair in known}
        return pd.DataFrame.from_dict(rows, orient="index")


def align(returns: pd.Series, level: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Both series over the months they share."""
    months = returns.index.intersection(level.index)
    return returns[months], level[months]


def last_decade(relative: pd.Series) -> pd.Series:
    """The ten years to the last month known.

    Raises
    ------
    NotKnown
        Fewer months were known.
    """
    if len(relative) < DECADE:
        raise NotKnown(
            f"{relative.name}: {len(relative)} months were known; the decade to the date needs "
            f"{DECADE}. Use a later as_of."
        )
    return relative.iloc[-DECADE:]


def measure_leadership(relative: pd.Series) -> dict[str, float]:
    """Calendar years led, wealth ratio, yearly lead and rank of the last decade of large less small companies."""
    lead = -float(last_decade(relative).sum())
    decades = -relative.rolling(DECADE).sum().dropna()
    return {
        "years led, of ten": int((sum_years(relative).iloc[-10:] < 0).sum()),
        "wealth ratio": float(np.exp(lead / 100)),
        "percent a year": lead / 10,
        "decades that led by as much, percent": 100 * float((decades >= decades.iloc[-1]).mean()),
    }


def measure_slope(
    returns: pd.Series, level: pd.Series, horizon: int, scale: float
) -> dict[str, float]:
    """Effect of ``scale`` of the level on the sum of the next relative returns: IVX, and out of sample."""
    robust = stats.ivx(returns, level, horizon=horizon)
    return {
        "IVX slope": horizon * scale * robust.coefficients.iloc[0],
        "standard error": horizon * scale * robust.se.iloc[0],
        "low 95 %": horizon * scale * robust.ci_low.iloc[0],
        "high 95 %": horizon * scale * robust.ci_high.iloc[0],
        "p, IVX": robust.p_each.iloc[0],
        "delta": robust.delta.iloc[0],
        "R2 out of sample, percent": 100 * stats.oos_r2(returns, level, horizon, MIN_HISTORY).r2,
    }


def table_slopes(returns: pd.Series, level: pd.Series) -> pd.DataFrame:
    """Effect of one standard deviation of the logit share on the sum of the next h relative returns, percent."""
    scale = float(level.std())
    rows = {}
    for horizon in HORIZONS:
        hodrick = stats.hodrick_1b(returns, level, horizon=horizon)
        rows[horizon] = measure_slope(returns, level, horizon, scale) | {
            "least squares": scale * hodrick.estimate,
            "p, Hodrick": hodrick.p,
            "R2 in sample, percent": 100 * hodrick.r2,
            "separate windows": hodrick.n_effective,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("months ahead")


def measure_reversion(level: pd.Series, draws: int, rng: np.random.Generator) -> dict[str, float]:
    """Root of a level on its past month, unbiased in the median, its half-life, and the percent left of a shock."""
    found = stats.half_life(level, draws=draws, rng=rng)
    return {
        "months": found.n,
        "root": found.root,
        "half-life, years": found.estimate / 12,
        "low 95 %": found.ci_low / 12,
        "high 95 %": found.ci_high / 12,
        "left, percent": 100 * found.root**LONG_RUN,
        "left, low": 100 * found.root_low**LONG_RUN,
        "left, high": 100 * found.root_high**LONG_RUN,
    }


def year_slope(returns: pd.Series, level: pd.Series, scale: float | None = None) -> float:
    """IVX effect over twelve months of one standard deviation of the level, or of ``scale``, percent."""
    slope = stats.ivx(returns, level, horizon=YEAR).coefficients.iloc[0]
    return float(YEAR * slope * (level.std() if scale is None else scale))


def measures(level: pd.Series, small_share: pd.Series) -> pd.DataFrame:
    """Three measures of concentration, all higher where the largest companies weigh more."""
    return pd.DataFrame(
        {
            "largest decile": level,
            "all but the smallest 30 percent": logit(1 - small_share),
            "largest decile less its ten-year mean": level - level.rolling(DECADE).mean(),
        }
    )


def try_family(outcomes: pd.DataFrame, predictors: pd.DataFrame) -> stats.SpecificationCurve:
    """Slope over twelve months of every outcome on every predictor, over four spans."""
    both = pd.concat([outcomes, predictors], axis=1).dropna()
    first, last = both.index[0], both.index[-1]
    samples = {
        "all": (first, last),
        "to 1974": (first, pd.Period("1974-12", "M")),
        "from 1975": (pd.Period("1975-01", "M"), last),
        "from 1984": (pd.Period("1984-01", "M"), last),
    }
    return stats.specification_curve(
        both[outcomes.columns], both[predictors.columns], samples, horizon=YEAR
    )


def table_peaks(share: pd.Series, relative: pd.Series) -> pd.DataFrame:
    """Local peaks of concentration, found with hindsight, and the last month; the relative return after each one.

    Parameters
    ----------
    share : Series
        Percent of market value.
    relative : Series
        Small less large companies, log percent a month; a return starts the month after.
    """
    highest = share.rolling(2 * PEAK_SPAN + 1, center=True).max()
    # Close to either end nobody could know that it was a peak: both sides must be complete.
    inside = share.index[PEAK_SPAN:-PEAK_SPAN]
    months = [month for month in inside if share[month] == highest[month]]
    months.append(share.index[-1])
    average, rows = share.expanding().mean(), {}
    for month in months:
        row = {"share": share[month]}
        for horizon in HORIZONS[1:]:
            after = relative[month + 1 : month + horizon]
            row[f"next {horizon} months"] = after.sum() if len(after) == horizon else float("nan")
        rows[str(month)] = row | {"average then": average[month], BACK: years_back(share, month)}
    return pd.DataFrame.from_dict(rows, orient="index")


def years_back(share: pd.Series, month: pd.Period) -> float:
    """Years from a month until a share is back at the average it had then; NaN where it is not yet."""
    below = share[month:] <= share[:month].mean()
    return float(below.to_numpy().argmax() / 12) if below.any() else float("nan")


def large_first(label: str) -> str:
    """The label of a pair, large companies first.

    Examples
    --------
    >>> large_first("smallest less largest 30 percent"), large_first("Russell 2000 less S&P 500")
    ('largest less smallest 30 percent', 'S&P 500 less Russell 2000')
    """
    small, large = label.split(" less ")
    large, *size = large.rsplit(" ", 2) if large.endswith("percent") else [large]
    return " ".join([large, "less", small, *size])


def weigh_leadership(found: Concentration) -> Evidence:
    """Evidence for M1: years led and wealth ratio of large companies, and months of high concentration."""
    line, years, decade = load_line("M1", "stated"), found.calendar_years, found.decade
    led, ratio = int((years > 0).sum()), float(np.exp(decade.sum() / 100))
    months = found.concentrated
    high, higher = HIGH
    holds = (led > len(years) / 2, ratio > 1, months[high] > DECADE / 2)
    return Evidence(
        unit=line.unit,
        method=(
            f"total returns of the pair, {decade.index[0]:%B %Y} to {decade.index[-1]:%B %Y}; share of the "
            f"largest decile against all months since {found.share.index[0]:%B %Y}"
        ),
        estimate=float(led),
        interval="none",
        n=float(len(years)),
        checks=dict(zip(line.definitions, holds, strict=True)),
        note=(
            f"Large companies led small ones in {led} of the {len(years)} years {years.index[0]} "
            f"to {years.index[-1]}, and wealth in them grew {ratio:.2f} times as much over the "
            f"decade to {decade.index[-1]:%B %Y}. The share of the largest decile was above its "
            f"{100 * high:.0f}th percentile in {months[high]} of {DECADE} months, above its "
            f"{100 * higher:.0f}th in {months[higher]}. The small ones here are micro-caps."
        ),
    )


def weigh_mean_reversion(found: Concentration) -> Evidence:
    """Evidence for H3 as stated: what is left of a shock to the share, and did it fall back after peaks."""
    line, table = load_line("H3", "stated"), found.reversion
    left = table["left, percent"][list(SHARES)]
    back = found.peaks[BACK].iloc[:-1]
    back = back[back != 0]  # a peak below the average has nowhere to fall
    holds = [*(left <= line.size_that_matters), bool((back <= LONG_RUN / 12).all())]
    row = table.iloc[0]
    half = row["half-life, years"]
    return Evidence(
        unit=line.unit,
        method=(
            "first-order autoregression of the logit share, root unbiased in the median (Andrews "
            f"1993); share of a shock left after {LONG_RUN // 12} years; peaks found with hindsight"
        ),
        estimate=float(row["left, percent"]),
        ci_low=float(row["left, low"]),
        ci_high=float(row["left, high"]),
        n=float(row["months"]),
        n_effective=float(len(back)),
        checks=dict(zip(line.definitions, holds, strict=True)),
        note=(
            f"After {int(back.notna().sum())} of {len(back)} earlier peaks the share of the "
            f"largest decile was back at its average of then, after {back.max():.1f} years at "
            "most. But a share without any mean wanders back too: half of a rise is gone, at best "
            f"guess, {'never' if np.isinf(half) else f'after {half:.0f} years'}; at the earliest "
            f"(95 %) after {row['low 95 %']:.0f} years."
        ),
    )


def weigh_reversal(found: Concentration) -> Evidence:
    """Evidence for H3 as used: twelve-month relative return when concentration is one standard deviation higher."""
    slope = found.slopes.loc[YEAR]
    r2 = float(slope["R2 out of sample, percent"])
    returns, level = align(found.relative, found.level)
    half, scale = len(returns) // 2, float(level.std())
    return Evidence(
        unit=load_line("H3", "used").unit,
        method="IVX slope of the next twelve monthly log returns on the logit share, times its standard deviation",
        estimate=float(slope["IVX slope"]),
        ci_low=float(slope["low 95 %"]),
        ci_high=float(slope["high 95 %"]),
        n=len(returns) - YEAR,
        n_effective=float(slope["separate windows"]),
        p=float(slope["p, IVX"]),
        mde=stats.minimum_detectable_effect(float(slope["standard error"])),
        definitions=found.definitions,
        halves=(
            year_slope(returns.iloc[:half], level.iloc[:half], scale),
            year_slope(returns.iloc[half:], level.iloc[half:], scale),
        ),
        oos_r2=r2 / 100,
        note=(
            "A share of the largest decile one standard deviation higher went with "
            f"{slope['IVX slope']:+.1f} percent for small caps over the next year; without "
            f"{FIRST_YEARS} {found.definitions[WITHOUT_FIRST]:+.1f}. Forecasts made at the time "
            f"{'beat' if r2 > 0 else 'did worse than'} the plain mean (out-of-sample R2 {r2:.0f} "
            "percent)."
        ),
    )
