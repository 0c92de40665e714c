"""Claims W1 to W4: did regional banks win, do margins follow the curve, do loans surge, do banks merge?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown
from helpers.topics.banks import loans, margins, mergers, reported, returns
from helpers.topics.banks.inputs import BankInputs
from helpers.topics.common.abnormal import AbnormalWindows, abnormal_windows, months_since
from helpers.topics.common.examination import Examination
from helpers.topics.common.leads import Lead, lead_to_date
from helpers.topics.common.weight import is_first_hand
from helpers.topics.rates.cycles import Cycle, policy_cycles, policy_path
from helpers.topics.rates.decisions import require_cut, since_tightening
from helpers.trial import Answer, Evidence, answer_claims

if TYPE_CHECKING:
    from helpers.data import Information

RESPONSE_LAGS = (0, 2, 4, 8)  # quarters, shown beside the ones on trial
MOST_LAGS = 8  # quarters
FEWEST_MONTHS = 6  # since the cut: fewer, made a year, say nothing
FEWEST_EASINGS = 6  # with fewer no interval has ends


@dataclass(frozen=True, kw_only=True)
class BanksExamination(Examination):
    """What notebook 05 knows about banks; ``answers`` by claim id."""

    info: Information
    history: int
    lags: int
    after: int

    @cached_property
    def inputs(self) -> BankInputs:
        return BankInputs(self.info)

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on W1 to W4."""
        return answer_claims(
            self.info.day,
            {
                "W1": {"stated": self._led, "used": self._beyond_exposures},
                "W2": {"stated": self._margins_since_the_cut, "used": lambda: self.slope},
                "W3": {"stated": lambda: loans.weigh_places(self.loan_places)},
                "W4": {"stated": self._deals, "used": self._reasons},
            },
        )

    @recorded
    def cut(self) -> pd.Timestamp:
        """Day of the first cut after the tightening of 2022-23."""
        cuts = require_cut(since_tightening(self.inputs.decisions), self.info.day)
        return cuts["announced"].iloc[0]

    @recorded
    def recessions(self) -> pd.DataFrame:
        """Peaks and troughs of business cycles."""
        return self.info.recessions()

    # --- returns ----------------------------------------------------------------------------------------

    @recorded_each
    def lead(self, pair: str) -> Lead:
        """A bank or fund less the market or small companies, to the last closing price known."""
        return lead_to_date(self.inputs, pair)

    @recorded
    def leads(self) -> pd.DataFrame:
        """Each bank and fund over every window, against the market and against small companies; see `table_leads`."""
        pairs = {
            (bank, against): self.lead(f"{ticker}_{other}")
            for ticker, bank in returns.BANKS.items()
            for other, against in returns.AGAINST.items()
        }
        lead = pairs[returns.BANKS["kre"], returns.AGAINST["spy"]]
        lengths = {
            returns.CUT: months_since(lead.months.index, self.cut),
            returns.YEAR: lead.year_to_date(self.info.day),
        }
        return returns.table_leads(pairs, lengths | returns.LONGER)

    @recorded
    def lead_table(self) -> pd.DataFrame:
        """The same, a row a bank and what it is held against; see `arrange_leads`."""
        return returns.arrange_leads(self.leads)

    @recorded
    def months(self) -> int:
        """Months since that of the first cut for which industries and factors are known."""
        known = self.inputs.industries.index.intersection(self.inputs.factors.index)
        months = months_since(known, self.cut)
        if months < FEWEST_MONTHS:
            raise NotKnown(
                f"{months} months after the first cut of {self.cut:%B %Y} were known, {FEWEST_MONTHS} are needed."
            )
        return months

    @recorded
    def sector(self) -> pd.DataFrame:
        """Monthly total return of all listed banks, percent: by value, and each counted the same."""
        inputs = self.inputs
        return pd.DataFrame(
            {
                returns.INDUSTRY: inputs.industries["banks"],
                returns.EQUAL: inputs.industries_equal_weighted["banks"],
            }
        )

    @recorded
    def portfolios(self) -> pd.DataFrame:
        """The same, and the funds and the two banks the article names."""
        named = {bank: self.inputs.series(ticker) for ticker, bank in returns.BANKS.items()}
        return self.sector.join(pd.DataFrame(named))

    @recorded
    def abnormal(self) -> AbnormalWindows:
        """What banks earned beyond market and size over every window as long as that since the cut."""
        return abnormal_windows(self.portfolios, self.inputs.factors, self.months, self.history)

    @recorded
    def industries(self) -> pd.DataFrame:
        """The window since the cut for each of the 49 industries, see `AbnormalWindows.last`."""
        windows = abnormal_windows(
            self.inputs.industries, self.inputs.factors, self.months, self.history, ends=1
        )
        return windows.last()

    @recorded
    def beyond_exposures(self) -> pd.DataFrame:
        """The window since the cut for banks: return and abnormal return, exposures, rank among all windows."""
        return returns.table_abnormal(self.abnormal)

    @recorded
    def rate_exposures(self) -> pd.DataFrame:
        """What bank shares did when short rates and the slope moved, see `table_rate_exposures`."""
        inputs = self.inputs
        yields = inputs.series("tbill_3m"), inputs.series("treasury_10y")
        return returns.table_rate_exposures(self.sector, inputs.factors, *yields)

    @recorded
    def sizes(self) -> pd.DataFrame:
        """Last market value known of each named bank, and since when it is in the S&P 500; see `table_sizes`."""
        inputs = self.inputs
        return returns.table_sizes(inputs.market_values, inputs.memberships, inputs.breakpoints)

    def _led(self) -> Evidence:
        sizes = returns.say_sizes(self.sizes) if self.knows("sizes") else ""
        return returns.weigh_leads(self.leads, sizes)

    def _beyond_exposures(self) -> Evidence:
        return returns.weigh_abnormal(self.abnormal, self.industries, self.months)

    # --- margins ----------------------------------------------------------------------------------------

    @recorded
    def cycles(self) -> tuple[Cycle, ...]:
        """Hiking and cutting cycles in order of time."""
        return policy_cycles(policy_path(self.inputs.series("fed_funds"), self.inputs.decisions))

    @recorded
    def responses(self) -> pd.DataFrame:
        """Effect of the short rate and of the slope on each group, by quarters of lags; see `table_responses`."""
        lags = sorted({*RESPONSE_LAGS, self.lags})
        return margins.table_responses(self.inputs.margins_by_size, self.inputs.rates, lags)

    @recorded
    def slope(self) -> Evidence:
        """Evidence on W2 as used."""
        return self.slope_by(self.lags)

    @recorded_each
    def slope_by(self, lags: int) -> Evidence:
        """The same had margins been given so many quarters."""
        return margins.weigh_slope(self.inputs.margins_by_size, self.inputs.rates, lags)

    @recorded
    def slopes(self) -> dict[int, Evidence]:
        """The same for each number in the range of `lags`."""
        return {lags: self.slope_by(lags) for lags in range(MOST_LAGS + 1)}

    @recorded
    def response_table(self) -> pd.DataFrame:
        """The same, a row a group and rate; see `arrange_responses`."""
        return margins.arrange_responses(self.responses)

    @recorded
    def easings(self) -> pd.DataFrame:
        """What margins did in each easing, see `table_easings`."""
        inputs = self.inputs
        return margins.table_easings(inputs.margins_by_size, inputs.rates, self.cycles, self.after)

    @recorded
    def easing_test(self) -> stats.SignFlip:
        """Exact test that large and small banks fared alike in easings: either might have gained on the other."""
        gains = self.easings["large less small"].dropna()
        if len(gains) < FEWEST_EASINGS:
            raise NotKnown(f"{len(gains)} easings were known by size, {FEWEST_EASINGS} are needed.")
        return stats.sign_flip_exact(gains)

    @recorded
    def steepenings(self) -> pd.DataFrame:
        """What margins did in years of bull and of bear steepening, see `table_steepenings`."""
        return margins.table_steepenings(self.inputs.margins_by_size, self.inputs.rates)

    @recorded
    def margins_by_size(self) -> pd.DataFrame:
        """Margins of call reports by group, percent, by quarter."""
        return self.inputs.margins_by_size

    @recorded
    def rates(self) -> pd.DataFrame:
        """Short rate, long rate and slope, percent, by quarter."""
        return self.inputs.rates

    @recorded
    def profile_margins(self) -> dict[str, pd.Series]:
        """Margins of the quarterly profile by group, percent, by quarter."""
        return reported.of_profile(self.inputs.profile)

    @recorded
    def own_margins(self) -> pd.DataFrame:
        """Margins that KeyCorp and Huntington reported; see `of_named_banks`."""
        found = reported.of_named_banks(self.inputs.own_margins)
        if found.empty:
            raise NotKnown("No margin of KeyCorp or Huntington was known at this date.")
        return found

    @recorded
    def own_quarters(self) -> pd.DataFrame:
        """The same, a row a quarter; see `arrange_quarters`."""
        return reported.arrange_quarters(self.own_margins)

    @recorded
    def margin_changes(self) -> pd.DataFrame:
        """Change of each margin since the first cut, read first-hand; see `table_changes`."""
        cut = self.cut
        own = self.own_margins[is_first_hand(self.own_margins)]
        named = {bank: rows.set_index("quarter")["margin"] for bank, rows in own.groupby("bank")}
        named = {bank: named[bank] for bank in reported.NAMED if bank in named}
        return reported.table_changes(self.profile_margins | named, cut)

    def _margins_since_the_cut(self) -> Evidence:
        changes, slope = self.margin_changes, self.inputs.rates["slope"]
        steeper = slope.iloc[-1] - slope[self.cut.to_period("Q") - 1]
        return reported.weigh_changes(changes, float(steeper), slope.index[-1])

    # --- loans and mergers ------------------------------------------------------------------------------

    @recorded_each
    def loan_measure(self, name: str) -> pd.Series:
        """One of `loans.MEASURES` over its history."""
        found = loans.measure(name, self.inputs.series)
        if found.notna().sum() == 0:
            raise NotKnown(f"{name}: fewer than {loans.MONTHS + 1} months were known at this date.")
        return found

    @recorded
    def loan_measures(self) -> dict[str, pd.Series]:
        """Those that were known."""
        known = self.known_names("loan_measure", loans.MEASURES)
        if not known:
            raise NotKnown("No measure of loans or of their demand was known at this date.")
        return {name: self.loan_measure(name) for name in known}

    @recorded
    def loan_places(self) -> pd.DataFrame:
        """Last value and percentile of each, see `table_places`."""
        return loans.table_places(self.loan_measures)

    @recorded
    def deals(self) -> pd.DataFrame:
        """Announced deals by year: ``number`` and ``value`` (billion dollars), each with its publisher."""
        return mergers.table_deals(self.inputs.deals, self.inputs.deal_values)

    def _deals(self) -> Evidence:
        return mergers.weigh_deals(self.inputs.deals, self.inputs.deal_values)

    def _reasons(self) -> Evidence:
        return mergers.weigh_reasons(self.inputs.deal_reasons)


def examine(
    info: Information, *, history: int = 60, lags: int = 4, after: int = 0
) -> BanksExamination:
    """Evidence for W1 to W4 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    history : int
        Months before the first cut on which exposures to market and size are estimated.
    lags : int
        Quarters over which margins may follow rates.
    after : int
        Quarters after the last cut of an easing up to which its margins are followed.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"))
    >>> found.easing_test.n, found.easing_test.p  # in each easing margins of large banks gained on those of small ones
    (6, 0.03125)
    """
    return BanksExamination(info=info, history=history, lags=lags, after=after)
