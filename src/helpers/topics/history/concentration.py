"""Concentration: a decade of large-company leadership, and what followed when the market was top-heavy."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import stats
from helpers.data import recorded
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination
from helpers.topics.common.pairs import CENTURY_PAIRS, PAIR_LABELS
from helpers.topics.history.inputs import HistoryInputs
from helpers.topics.history.size_premium import mean_halves
from helpers.topics.history.state import logit
from helpers.trial import Evidence, load_claim

DECADE = 120  # months
YEAR = 12  # months ahead, fixed with the claim
HORIZONS = (1, 12, 36, 60)
MIN_HISTORY = 240  # months before the first out-of-sample forecast
PEAK_SPAN = 60  # months on each side that a peak of concentration must top
LEADERSHIP_PAIRS = ("lo30_hi30", "lo20_hi20", "iwm_spy")


@dataclass(frozen=True)
class Concentration(Examination):
    """Share of the largest decile, its slope for relative returns by horizon, and what followed its peaks."""

    inputs: HistoryInputs
    pair: str

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
        """Effect over twelve months by pair of portfolios."""
        return {
            PAIR_LABELS[pair]: year_slope(*align(self.inputs.relative(pair), self.level))
            for pair in CENTURY_PAIRS
        }

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
    def leaders(self) -> dict[str, float]:
        """Annualised mean of the decade by pair, large less small."""
        return {
            large_first(PAIR_LABELS[pair]): float(
                -12 * last_decade(self.inputs.relative(pair)).mean()
            )
            for pair in LEADERSHIP_PAIRS
        }


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
            f"{relative.name}: {len(relative)} months were known; the decade to the date needs {DECADE}. Use a later "
            "as_of."
        )
    return relative.iloc[-DECADE:]


def table_slopes(returns: pd.Series, level: pd.Series) -> pd.DataFrame:
    """Effect of one standard deviation of the logit share on the sum of the next h relative returns, percent."""
    scale = level.std()
    rows = {}
    for horizon in HORIZONS:
        robust = stats.ivx(returns, level, horizon=horizon)
        hodrick = stats.hodrick_1b(returns, level, horizon=horizon)
        rows[horizon] = {
            "IVX slope": horizon * scale * robust.coefficients.iloc[0],
            "low 95 %": horizon * scale * robust.ci_low.iloc[0],
            "high 95 %": horizon * scale * robust.ci_high.iloc[0],
            "p, IVX": robust.p_each.iloc[0],
            "least squares": scale * hodrick.estimate,
            "p, Hodrick": hodrick.p,
            "R2 in sample, percent": 100 * hodrick.r2,
            "separate windows": hodrick.n_effective,
            "delta": robust.delta.iloc[0],
            "R2 out of sample, percent": 100
            * stats.oos_r2(returns, level, horizon, MIN_HISTORY).r2,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("months ahead")


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
    rows = {}
    for month in months:
        row = {"share": share[month]}
        for horizon in HORIZONS[1:]:
            after = relative[month + 1 : month + horizon]
            row[f"next {horizon} months"] = after.sum() if len(after) == horizon else float("nan")
        rows[str(month)] = row
    return pd.DataFrame.from_dict(rows, orient="index")


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
    """Evidence for M1: mean return of large less small companies over the ten years to the date."""
    decade = found.decade
    mean = stats.mean_hac(decade)
    return Evidence(
        unit=load_claim("M1").unit,
        method=f"mean log return of large less small, {decade.index[0]} to {decade.index[-1]}, HAC fixed-b interval",
        estimate=12 * mean.estimate,
        ci_low=12 * mean.ci_low,
        ci_high=12 * mean.ci_high,
        n=mean.n,
        n_effective=min(mean.n_effective, float(mean.n)),
        p=mean.p,
        mde=stats.minimum_detectable_effect(12 * mean.se, b=mean.b),
        definitions=found.leaders,
        halves=mean_halves(decade),
        note=(
            "The decade was named after it was seen. The smallest 30 percent by NYSE breakpoints are micro-caps, "
            "far below the Russell 2000."
        ),
    )


def weigh_reversal(found: Concentration) -> Evidence:
    """Evidence for H3: twelve-month relative return when concentration is one standard deviation higher."""
    slope = found.slopes.loc[YEAR]
    returns, level = align(found.relative, found.level)
    half, scale = len(returns) // 2, float(level.std())
    return Evidence(
        unit=load_claim("H3").unit,
        method="IVX slope of the next twelve monthly log returns on the logit share, times its standard deviation",
        estimate=float(slope["IVX slope"]),
        ci_low=float(slope["low 95 %"]),
        ci_high=float(slope["high 95 %"]),
        n=len(returns) - YEAR,
        n_effective=float(slope["separate windows"]),
        p=float(slope["p, IVX"]),
        mde=stats.minimum_detectable_effect(
            float(slope["high 95 %"] - slope["low 95 %"]) / (2 * 1.959964)
        ),
        definitions=found.definitions,
        halves=(
            year_slope(returns.iloc[:half], level.iloc[:half], scale),
            year_slope(returns.iloc[half:], level.iloc[half:], scale),
        ),
        oos_r2=float(slope["R2 out of sample, percent"]) / 100,
        note=(
            f"Hodrick's standard errors give a p of {slope['p, Hodrick']:.2g} for the least-squares slope of "
            f"{slope['least squares']:.1f}. The in-sample R2 says nothing: it grows with the horizon by itself."
        ),
    )
