"""How far consensus missed: the published record of the S&P 500, and every forecast that met its outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats as scipy_stats

from helpers import stats
from helpers.errors import NotKnown
from helpers.topics.common.weight import carries_weight

AVERAGE, COUNT, SINGLE = RECORD = tuple(
    f"start-of-year EPS estimate above the final EPS, {part}"
    for part in ("average", "number of years", "single year")
)


def miss(overestimate: float) -> float:
    """Final level less the forecast in percent of the forecast, from the overestimate in percent of the final level.

    Parameters
    ----------
    overestimate : float
        Percent of the final level, positive where the forecast was too high.

    Examples
    --------
    >>> miss(25.0)  # 100 were forecast, 80 came
    -20.0
    """
    return -100 * overestimate / (100 + overestimate)


@dataclass(frozen=True, kw_only=True)
class ConsensusError:
    """How far the consensus of 31 December overestimated the S&P 500 earnings of the following year.

    ``mean`` and ``sd`` in percent of the final earnings, over the years ``first`` to ``last``. Only the years above 25
    percent are published one by one: ``sd`` is the smallest standard deviation the published mean and those years
    allow, so every interval built on it is too narrow rather than too wide. ``mde`` is the smallest mean error such a
    sample detects. ``years_over`` of ``years_counted`` years were too high when they were last counted, ``p_sign`` the
    exact test of as many over as under.
    """

    mean: float
    sd: float
    first: int
    last: int
    years_over: int
    years_counted: int
    p_sign: float
    mde: float
    mean_of_other_years: float
    named_years: dict[int, float]

    @property
    def years(self) -> int:
        """Years behind the mean."""
        return self.last - self.first + 1

    def as_misses(self) -> dict[str, float]:
        """Final level less the forecast, percent of the forecast: means first, then each year named."""
        means = {
            f"S&P 500, mean of {self.years} years": self.mean,
            f"without {len(self.named_years)} crisis years": self.mean_of_other_years,
        }
        single = {f"S&P 500, {year}": one for year, one in self.named_years.items()}
        return {name: miss(one) for name, one in (means | single).items()}


def estimate_consensus_error(record: pd.DataFrame) -> ConsensusError:
    """Bias and least spread of start-of-year consensus from the published summary of its record.

    The last publication of a mean is used; its years are those of its span. How many of them were too high is not
    always published: the last count is shown with its own number of years. Yearly, non-overlapping errors.

    Parameters
    ----------
    record : DataFrame
        Quotations whose metric is one of `RECORD`, in order of the date known.

    Raises
    ------
    NotKnown
        Nothing about the record was known, or no single year, without which the spread has no bound.

    Notes
    -----
    Years are few and four recessions carry the mean: `mean_of_other_years` says what is left without them.
    """
    average, counts, single = (record[record["metric"] == metric] for metric in RECORD)
    if average.empty or counts.empty:
        raise NotKnown("No record of forecast errors was known at this date; take a later as_of.")
    first, last = (int(year) for year in average["period"].iloc[-1].split("/"))
    mean, years = float(average["figure"].iloc[-1]), last - first + 1
    over, counted = (int(counts[column].iloc[-1]) for column in ("figure", "out_of"))
    reported = sorted(zip(single["period"].astype(int), single["figure"], strict=True))
    named = {year: one for year, one in reported if first <= year <= last}
    if not named:
        raise NotKnown(
            "No single years of the record of forecast errors were known at this date; the spread cannot be bounded."
        )
    others = years - len(named)
    rest = (mean * years - sum(named.values())) / others
    sample = np.array([*named.values(), *[rest] * others])
    sd = float(sample.std(ddof=1))
    return ConsensusError(
        mean=mean,
        sd=sd,
        first=first,
        last=last,
        years_over=over,
        years_counted=counted,
        p_sign=float(scipy_stats.binomtest(over, counted).pvalue),
        mde=stats.minimum_detectable_effect(sd / np.sqrt(years), df=years - 1),
        mean_of_other_years=rest,
        named_years=named,
    )


def table_misses(quotations: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    """Forecasts of whole years that met their outcome, published for the same index: error of the level.

    Parameters
    ----------
    quotations, levels : DataFrame
        As from `EarningsInputs`.

    Returns
    -------
    DataFrame
        ``group``, ``year``, ``forecast``, ``outcome`` (percent growth, NaN where levels were quoted), ``error``
        (percent of the forecast level, negative when the outcome fell short), ``forecast_by``, ``outcome_by``,
        ``known`` (when the forecast was). Where an outcome is known from several vendors the latest stands.

    Raises
    ------
    NotKnown
        When no forecast has met its outcome.
    """
    rows = carries_weight(quotations)
    yearly = rows[rows["target"].str.len() == 4]
    outcomes = yearly[yearly["kind"] == "outcome"].drop_duplicates(["group", "target"], keep="last")
    early = yearly[yearly["kind"] == "forecast"]
    met = early.merge(outcomes, on=["group", "target"], suffixes=("", "_outcome"))
    growth = pd.DataFrame(
        {
            "group": met["group"],
            "year": met["target"],
            "forecast": met["figure"],
            "outcome": met["figure_outcome"],
            "error": 100 * ((1 + met["figure_outcome"] / 100) / (1 + met["figure"] / 100) - 1),
            "forecast_by": met["publisher"],
            "outcome_by": met["publisher_outcome"],
            "known": met["known"],
        }
    )
    found = [table for table in (_level_cuts(levels), growth) if len(table)]
    if not found:
        raise NotKnown("No forecast of a whole year known at this date had met its outcome.")
    return pd.concat(found).sort_values(["group", "year", "known"])


def _level_cuts(levels: pd.DataFrame) -> pd.DataFrame:
    """The same year's consensus for the Russell 2000 in USD, first and last time it was quoted."""
    rows = levels[(levels["group"] == "Russell 2000") & (levels["kind"] == "forecast")]
    then, now = (rows.drop_duplicates("target", keep=keep) for keep in ("first", "last"))
    cut = then.merge(now, on=["group", "target"], suffixes=("", "_now"))
    cut = cut[cut["known_now"] > cut["known"]]
    return pd.DataFrame(
        {
            "group": cut["group"],
            "year": cut["target"],
            "forecast": np.nan,
            "outcome": np.nan,
            "error": 100 * (cut["figure_now"] / cut["figure"] - 1),
            "forecast_by": cut["publisher"],
            "outcome_by": cut["publisher_now"],
            "known": cut["known"],
        }
    )
