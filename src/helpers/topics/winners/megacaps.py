"""Mega-caps: what followed concentration as high as now, by episode and by slope, absolute and against the rest."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown
from helpers.topics.common.concentration import extreme_months, logit, table_extremes
from helpers.topics.common.examination import Examination
from helpers.topics.common.pairs import log_return
from helpers.topics.common.predicted import (
    MIN_HISTORY,
    arrange_expected,
    expect_return,
    in_evidence,
    later_return,
)
from helpers.topics.winners.inputs import WinnersInputs
from helpers.trial import Evidence, load_line

HORIZONS = (12, 24)  # months, named with the claim
CLAIMED_HORIZON = 24
FROM = pd.Period("1936-01", "M")  # the Depression left out
LATE = f"from {FROM.year} on"
ALONE = "the largest alone"
LARGEST = "hi10"
RESTS = {
    "less all other companies": "rest",
    "less the smallest 30 percent": "lo30",
    "less the middle 40 percent": "med40",
    "less the average industry": "average industry",
}


def return_of_the_rest(market: pd.Series, largest: pd.Series, share: pd.Series) -> pd.Series:
    """Return of all companies but the largest, percent: what the market earned without them.

    Parameters
    ----------
    market, largest : Series
        Monthly simple returns, percent.
    share : Series
        Share of the largest in market value at the end of each month; the one before the month weighs.

    Examples
    --------
    >>> months = pd.period_range("2025-01", periods=2, freq="M")
    >>> returns = [pd.Series([0.0, one], months) for one in (2.0, 1.0)]
    >>> return_of_the_rest(*returns, pd.Series([0.75, 0.75], months)).to_list()
    [5.0]
    """
    weight = share.shift(1)
    return ((market - weight * largest) / (1 - weight)).dropna().rename("rest")


@dataclass(frozen=True)
class Megacaps(Examination):
    """The largest decile of companies: its share, what followed its extremes, and what its level foretells."""

    inputs: WinnersInputs
    quantile: float
    horizon: int

    @recorded
    def share(self) -> pd.Series:
        """Share of the largest decile in market value, percent."""
        return 100 * self.inputs.series("top_decile_share")

    @recorded
    def level(self) -> pd.Series:
        """Logit of that share."""
        return logit(self.inputs.series("top_decile_share"))

    @recorded
    def largest(self) -> pd.Series:
        """Total return of the largest decile, log percent a month."""
        return log_return(self.inputs.series(LARGEST))

    @recorded_each
    def relative(self, definition: str) -> pd.Series:
        """Return of the largest decile less that of the others, log percent a month."""
        other = RESTS[definition]
        if other == "rest":
            rest = return_of_the_rest(
                self.inputs.market,
                self.inputs.series(LARGEST),
                self.inputs.series("top_decile_share"),
            )
        elif other == "average industry":
            rest = self.inputs.industries.mean(axis=1)
        else:
            rest = self.inputs.series(other)
        return (self.largest - log_return(rest)).dropna().rename(definition)

    @recorded
    def after(self) -> pd.DataFrame:
        """What followed each month: the largest decile, absolute and less the others, log percent by horizon."""
        columns = {}
        for months in HORIZONS:
            columns[f"{months} months"] = later_return(self.largest, months)
            for definition in RESTS:
                columns[f"{months} months, {definition}"] = later_return(
                    self.relative(definition), months
                )
        return pd.DataFrame(columns)

    @recorded
    def extreme(self) -> pd.Series:
        """Months of extreme concentration, as known then, with the number of their episode."""
        return extreme_months(self.share, self.quantile)

    @recorded
    def episodes(self) -> pd.DataFrame:
        """Each episode of such months and the mean of what followed, where that is over; see `table_extremes`."""
        return table_extremes(self.share, self.after, self.quantile)

    @recorded
    def all_months(self) -> pd.Series:
        """Mean of what followed any month."""
        return self.after.mean()

    @recorded
    def dead(self) -> pd.DataFrame:
        """How often the largest companies were dead money: percent of months after which they returned nothing.

        Returns
        -------
        DataFrame
            By horizon and sample, ``after`` all months and those of extreme concentration: they returned ``nothing``
            (a total return of zero or less) or ``less than the rest``, percent of ``months`` whose outcome is over.
        """
        samples = {"all months": self.after.index, "extreme concentration": self.extreme.index}
        rows = []
        for horizon in sorted(HORIZONS, reverse=True):
            for name, months in samples.items():
                after = self.after.reindex(months)
                absolute = after[f"{horizon} months"].dropna()
                relative = after[f"{horizon} months, {next(iter(RESTS))}"].dropna()
                rows.append(
                    {
                        "over": f"{horizon} months",
                        "after": name,
                        "nothing": 100 * (absolute <= 0).mean(),
                        "less than the rest": 100 * (relative < 0).mean(),
                        "months": len(absolute),
                    }
                )
        return pd.DataFrame(rows).set_index(["over", "after"])

    @recorded
    def expected(self) -> pd.DataFrame:
        """What may follow today's concentration over the horizon; see `expect_return`.

        Returns
        -------
        DataFrame
            A row each for the largest decile less all other companies, the same without the Depression, and the largest
            decile alone.
        """
        first = self.relative(next(iter(RESTS)))
        rows = {
            first.name: first,
            LATE: first[FROM:],
            ALONE: self.largest,
        }
        table = {name: self._expect(returns) for name, returns in rows.items()}
        return pd.DataFrame.from_dict(table, orient="index")

    @recorded
    def expected_table(self) -> pd.DataFrame:
        """The same as the notebook shows it; see `arrange_expected`."""
        return arrange_expected(self.expected, "log percent")

    def _expect(self, returns: pd.Series) -> dict[str, float]:
        months = self._shared(returns)
        now = float(self.level.iloc[-1])
        return expect_return(returns[months], self.level[months], now, self.horizon)

    def _shared(self, returns: pd.Series) -> pd.Index:
        months = returns.index.intersection(self.level.index)
        if len(months) < 2 * MIN_HISTORY + self.horizon:
            raise NotKnown(f"{len(months)} months of concentration and returns are too few.")
        return months

    def beyond(self, returns: pd.Series, months: pd.Index, mean: float) -> tuple[float, ...]:
        """Return at today's level beyond that at a mean level, percent over the horizon, by IVX on some months.

        Returns
        -------
        tuple of float
            The estimate, and both ends of its 95 percent interval.
        """
        test = stats.ivx(returns[months], self.level[months], self.horizon)
        scale = self.horizon * (self.level.iloc[-1] - mean)
        ends = sorted(float(scale * end.iloc[0]) for end in (test.ci_low, test.ci_high))
        return float(scale * test.coefficients.iloc[0]), *ends

    @recorded
    def definitions(self) -> dict[str, tuple[float, ...]]:
        """The return expected beyond the average by definition of W8, with both ends of its interval."""
        found = {}
        for name in RESTS:
            returns = self.relative(name)
            months = self._shared(returns)
            found[name] = self.beyond(returns, months, float(self.level[months].mean()))
        late = self.expected.loc[LATE, ["beyond", "ci_low", "ci_high"]]
        return found | {LATE: tuple(map(float, late))}

    @recorded
    def halves(self) -> tuple[float, float]:
        """The same by the slopes of the first and of the second half of the months, at the same distance."""
        returns = self.relative(next(iter(RESTS)))
        months = self._shared(returns)
        mean, half = float(self.level[months].mean()), len(months) // 2
        first, second = (
            self.beyond(returns, part, mean)[0] for part in (months[:half], months[half:])
        )
        return first, second


def weigh_outcome(found: Megacaps) -> Evidence:
    """Evidence for W8 as stated: open; where concentration stands on the day."""
    line = load_line("W8", "stated")
    share = found.share
    return Evidence(
        unit=line.unit,
        method="share of market value by New York breakpoints, all months since 1926",
        interval="none",
        found="not over",
        n=float(len(share)),
        note=(
            f"The two years from the article's date end in {line.until:%B %Y}; notebook 07 keeps the record. At the "
            f"date the largest decile held {share.iloc[-1]:.0f} percent of market value ({share.index[-1]}), more than "
            f"in {100 * (share < share.iloc[-1]).mean():.1f} percent of all months since {share.index[0].year}."
        ),
    )


def weigh_dead_money(found: Megacaps) -> Evidence:
    """Evidence for W8 as used: return of the largest less all others at today's concentration, beyond the average."""
    line, horizon = load_line("W8", "used"), found.horizon
    row, alone = found.expected.iloc[0], found.expected.loc[ALONE]
    told = "No month so far was extreme."
    if found.knows("episodes"):
        column = f"{CLAIMED_HORIZON} months"
        over = found.episodes[found.episodes[column].notna()]
        told = " ".join(
            f"After the months of {name} it returned {one[column]:+.0f} log percent in {CLAIMED_HORIZON} months, "
            f"{one[f'{column}, less all other companies']:+.0f} against the rest."
            for name, one in over.iterrows()
        )
    return Evidence(
        unit=f"percent over {horizon} months",
        method="IVX slope on the logit share of the largest decile times the distance of today's share from its mean",
        **in_evidence(row),
        definitions={name: found.definitions[name][0] for name in line.definitions},
        intervals={name: found.definitions[name][1:] for name in line.definitions},
        halves=found.halves,
        note=(
            f"At today's concentration the largest decile is expected to return {abs(row['beyond']):.1f} log percent "
            f"{'less' if row['beyond'] < 0 else 'more'} against the rest over {horizon} months than on average. Alone "
            f"it is expected to return {alone['expected']:+.0f}, nineteen in twenty outcomes between "
            f"{alone['low']:+.0f} and {alone['high']:+.0f}. {told}"
        ),
    )
