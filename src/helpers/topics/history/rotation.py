"""Early 2026: is a new regime visible in what was known then? Placebo dates, monitoring, filtered states."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded
from helpers.errors import NotKnown
from helpers.topics.common.examination import Examination
from helpers.topics.common.leads import (
    Lead,
    lead_since,
    lead_to_date,
    placebo_test,
    table_windows,
    weigh_lead,
    weigh_windows,
)
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.history.easing import article_cut
from helpers.topics.history.inputs import HistoryInputs
from helpers.trial import Evidence

HALF_YEAR = 6  # months, fixed with the claim
LENGTHS = (1, 2, 3, 6, 7, 9, 12, 18, 24, 36)  # months of the windows shown beside each other
ROTATION_PAIRS = ("iwm_spy", "ijr_spy", "rsp_spy")
TRAINING = 120  # months of reference before the monitoring starts
FEWEST_BEFORE = 60  # months of reference below which nothing is monitored
MONITORED = 36  # months for which it was planned
LAST_YEAR = 12  # months watched before there was a first cut
USUAL = (0.05, 0.95)  # quantiles between which nine in ten leads lie
STATE_MODELS = {
    "mean": ("mean",),
    "variance": ("variance",),
    "mean and variance": ("mean", "variance"),
}
STARTS = 20
LR_DRAWS = 49  # enough for a p of 0.02: each draw fits the model again


@dataclass(frozen=True)
class Rotation(Examination):
    """Six-month leads of each pair of funds against all windows of that length; monitoring; states."""

    inputs: HistoryInputs
    pair: str
    draws: int
    seed: np.random.SeedSequence

    @recorded
    def lead(self) -> Lead:
        """The pair on trial to the last closing price known."""
        return lead_to_date(self.inputs, ROTATION_PAIRS[0])

    @recorded
    def first_pair(self) -> pd.Series:
        """Monthly return of the pair on trial, whole months alone."""
        return self.inputs.relative(ROTATION_PAIRS[0])

    @recorded
    def leads(self) -> pd.DataFrame:
        """Lead of each pair over the six months to each month."""
        months = {pair: lead_to_date(self.inputs, pair).months for pair in ROTATION_PAIRS}
        return pd.DataFrame(months).rolling(HALF_YEAR).sum()

    @recorded
    def usual_leads(self) -> tuple[float, float]:
        """Nine in ten leads of the first pair lie between these."""
        low, high = self.leads[ROTATION_PAIRS[0]].dropna().quantile(list(USUAL))
        return float(low), float(high)

    @recorded
    def windows(self) -> pd.DataFrame:
        """The lead of the first pair over each window the claim names, and its place among all windows as long."""
        lead, day = self.lead, self.inputs.info.day
        lengths = {
            "year to date": lead.year_to_date(day),
            "one month": 1,
            "six months": HALF_YEAR,
            "twelve months": 12,
        }
        return pd.concat([table_windows(lead, lengths), self._since_the_cut()])

    def _since_the_cut(self) -> pd.DataFrame:
        """The window since the day of the first cut, ranked among those of as many months as began after it.

        No row where the cut, or a return from its day, was not known.
        """
        decisions, since = self.inputs.decisions, None
        cuts = decisions[decisions["announced"].dt.to_period("M") == article_cut()]
        if not cuts.empty:
            day = cuts["announced"].iloc[0].date()
            since = lead_since(self.inputs, ROTATION_PAIRS[0], day)
        if since is None:
            return pd.DataFrame()
        months = int((self.lead.months.index > article_cut()).sum())
        leads = self.lead.months.rolling(months).sum().dropna().iloc[:-1]
        as_large = int((leads >= since).sum())
        row = {
            "first": str(day),
            "last": str(self.lead.last_day),
            "months": months,
            "lead": since,
            "as large": as_large,
            "of": len(leads),
            "larger windows": 100 * (as_large + 1) / (len(leads) + 1),
        }
        return pd.DataFrame(row, index=["since the first cut"])

    @recorded
    def lengths(self) -> pd.DataFrame:
        """The lead of the first pair over windows of every length, and its place among all of that length."""
        table = table_windows(self.lead, {str(months): months for months in LENGTHS})
        return table.drop(columns="months").rename_axis("months")

    @recorded
    def placebo(self) -> dict[str, stats.CircularShift]:
        """The last lead against every placebo date, by pair."""
        return {
            PAIR_LABELS[pair]: placebo_test(
                lead_to_date(self.inputs, pair).months.rename(PAIR_LABELS[pair]), HALF_YEAR
            )
            for pair in ROTATION_PAIRS
        }

    @recorded
    def strength(self) -> pd.DataFrame:
        """The half year to the date against all half years, a row a pair."""
        rows = [
            table_windows(lead_to_date(self.inputs, pair), {PAIR_LABELS[pair]: HALF_YEAR})
            for pair in ROTATION_PAIRS
        ]
        table, tests = pd.concat(rows).drop(columns="months"), self.placebo.values()
        table.insert(3, "beyond average", [test.estimate for test in tests])
        return table.assign(p=[test.p for test in tests])

    @recorded
    def _fitted(self) -> tuple[dict[str, stats.MarkovSwitching], np.random.Generator]:
        """Two-state models by what switches, and the stream of draws where they left it."""
        rng = np.random.default_rng(self.seed)
        premium = self.inputs.relative(self.pair)
        models = {name: fit_states(premium, parts, rng) for name, parts in STATE_MODELS.items()}
        return models, rng

    @recorded
    def states(self) -> stats.MarkovSwitching:
        """The two-state model of the long premium that BIC prefers."""
        return min(self._fitted[0].values(), key=lambda model: model.bic)

    @recorded
    def _watched(self) -> tuple[stats.MeanMonitor, np.random.Generator]:
        """The monitor, whose draws go on from the models, and the stream where it left it."""
        rng = deepcopy(self._fitted[1])
        return watch_mean(self.first_pair, article_cut(), self.draws, rng), rng

    @recorded
    def one_regime(self) -> stats.RegimesTest:
        """Bootstrap test of one state against the two; its draws go on from the monitor, where there is one."""
        _, rng = self._watched if self.knows("_watched") else self._fitted
        return stats.regimes_lr_test(
            self.inputs.relative(self.pair),
            switching=self.states.switching,
            draws=LR_DRAWS,
            starts=1,
            rng=deepcopy(rng),
        )

    @recorded
    def models(self) -> pd.DataFrame:
        """Fit, means and deviations of the calm and the volatile state, a row a model."""
        return table_models(self._fitted[0])

    @recorded
    def best_model(self) -> pd.Series:
        """Its row of the model that BIC prefers."""
        return self.models.loc[self.models["BIC"].idxmin()]

    @recorded
    def volatile(self) -> pd.Series:
        """Probability of the volatile state with the figures up to each month, percent.

        Filtered, with parameters as estimated at the date.
        """
        return 100 * self.states.filtered.iloc[:, -1]

    @recorded
    def recessions(self) -> pd.DataFrame:
        """Peaks and troughs of business cycles."""
        return self.inputs.recessions

    @recorded
    def monitor(self) -> stats.MeanMonitor:
        """Has the mean of the first pair changed since the decade before the first cut?"""
        return self._watched[0]

    @recorded
    def detectable(self) -> float:
        """Shift of that mean which could have been seen by now, percent a year."""
        return 12 * self.monitor.detectable


def fit_states(
    relative: pd.Series, switching: tuple[str, ...], rng: np.random.Generator
) -> stats.MarkovSwitching:
    """Two-state Markov switching of the monthly relative return, best of ``STARTS`` starting points."""
    return stats.markov_switching(relative, regimes=2, switching=switching, starts=STARTS, rng=rng)


def watched_since(relative: pd.Series, cut: pd.Period) -> tuple[pd.Series, pd.Series]:
    """Months of reference and months watched: those after the cut, or the last year where it was still to come."""
    watched = relative[cut + 1 :]
    if watched.empty:
        watched = relative.iloc[-LAST_YEAR:]
    return relative[: watched.index[0] - 1].iloc[-TRAINING:], watched


def watch_mean(
    relative: pd.Series, cut: pd.Period, draws: int, rng: np.random.Generator
) -> stats.MeanMonitor:
    """Has the mean of small less large changed since the decade before a first cut?

    Raises
    ------
    NotKnown
        Fewer than five years were known before.
    """
    reference, watched = watched_since(relative, cut)
    if len(reference) < FEWEST_BEFORE:
        raise NotKnown(
            f"{relative.name}: {len(reference)} months of reference were known, {FEWEST_BEFORE} are needed; "
            "use a later as_of."
        )
    return stats.monitor_mean(
        pd.concat([reference, watched]),
        training=len(reference),
        horizon=max(len(watched), MONITORED),
        draws=draws,
        rng=rng,
    )


def table_models(models: Mapping[str, stats.MarkovSwitching]) -> pd.DataFrame:
    """One row a model: fit, and mean and standard deviation of the calm and the volatile state."""
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


def weigh_record(found: Rotation) -> Evidence:
    """Evidence for M2 as stated: do small companies lead over each window to the last trading day?"""
    windows = found.windows
    name, row = windows.index[0], windows.iloc[0]
    told = ", ".join(f"{one} {lead:+.1f}" for one, lead in windows["lead"].iloc[1:].items())
    note = (
        f"Small caps (Russell 2000) less large ones (S&P 500), {name}: {row['lead']:+.1f} percent to {row['last']}; "
        f"{row['as large']} of {row['of']} other windows of as many months brought as much. Others: {told}."
    )
    return weigh_windows("M2", windows, note)


def weigh_rotation(found: Rotation) -> Evidence:
    """Evidence for M2 as used: six-month lead of the Russell 2000 over the S&P 500, beyond the average window."""
    return weigh_lead("M2", found.lead, HALF_YEAR, found.placebo)
