"""Claims M3 to M5: does the market broaden, what is the valuation gap, and does such a gap pay?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown, ParameterError
from helpers.topics.common.leads import lead_to_date, placebo_test, weigh_lead
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.valuation.century import SIZE_PAIRS, CenturyOfTheGap
from helpers.topics.valuation.loss_makers import own_shares, quoted_shares, share_kept
from helpers.topics.valuation.multiples import (
    last_day,
    multiples_of_book_and_sales,
    multiples_of_consensus,
)
from helpers.topics.valuation.priced_in import table_priced_in, usual_cut
from helpers.topics.valuation.ratios import (
    DEFINITIONS,
    SCREENED,
    pair_multiples,
    ratios_alike,
    weigh_ratio,
)
from helpers.trial import Answer, Evidence, answer_claims, load_claim

if TYPE_CHECKING:
    from helpers.data import Information

BREADTH_PAIRS = ("rsp_spy", "iwm_qqq", "ijr_qqq")  # the first one is the claim's
MOST_WINDOWS = (0.025, 0.975)  # between these lie 95 percent of all windows


@dataclass(frozen=True, kw_only=True)
class ValuationExamination(CenturyOfTheGap):
    """What notebook 04 knows about breadth and the valuation gap; ``evidence`` by claim id."""

    definition: str
    window: int
    max_age_months: int
    haircut: tuple[float, ...]
    years: float
    payout: float
    equity_premium: float
    rate_change: float

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on M3 to M5."""
        return answer_claims(
            self.info.day,
            {
                "M3": {"used": self._broadening},
                "M4": {"stated": lambda: weigh_ratio(self.recent_ratios, self.definition)},
                "M5": {"used": self.weigh_discount},
            },
        )

    # --- one day, many multiples ------------------------------------------------------------------------

    @recorded
    def multiples_of_earnings(self) -> pd.DataFrame:
        """Small and large multiple of the last known day by definition, computed here."""
        return multiples_of_consensus(last_day(self.inputs.consensus))

    @recorded
    def multiples(self) -> pd.DataFrame:
        """The same, and the last quoted prices over book value and sales."""
        quoted = multiples_of_book_and_sales(self.inputs.book_and_sales)
        return pd.concat([self.multiples_of_earnings, quoted])

    @recorded
    def ratios(self) -> pd.DataFrame:
        """Forward multiple of small over large companies, counted alike, whatever its age; see `ratios_alike`."""
        inputs = self.inputs
        found = ratios_alike(inputs.quoted_multiples, inputs.stated_ratios, inputs.consensus)
        return _known(found, "No multiple that counts alike on both sides was known at this date.")

    @recorded
    def recent_ratios(self) -> pd.DataFrame:
        """Those that became known in the last ``max_age_months``, of every definition."""
        since = pd.Timestamp(self.info.day) - pd.DateOffset(months=self.max_age_months)
        return self.ratios[self.ratios["known"] > since]

    @recorded
    def chosen_ratios(self) -> pd.DataFrame:
        """Those of the chosen definition among them."""
        return self.recent_ratios[self.recent_ratios["definition"] == self.definition]

    @recorded
    def quoted_pairs(self) -> pd.DataFrame:
        """Small and large multiples that one page quotes for one date; see `pair_multiples`."""
        found = pair_multiples(self.inputs.quoted_multiples)
        return _known(found, "No page known at this date quotes both multiples.")

    @recorded
    def pair_table(self) -> pd.DataFrame:
        """Every quoted pair as the notebook shows it."""
        table = self.quoted_pairs.drop(columns=["large_group", "basis", "url"])
        return table.assign(definition=table["definition"].replace("", "as the index is"))

    @recorded
    def written_pairs(self) -> pd.DataFrame:
        """Quoted pairs without machine-written pages."""
        found = self.quoted_pairs[~self.quoted_pairs["machine_written"]]
        return _known(found, "Only machine-written pages known at this date quote both multiples.")

    @recorded
    def screened_pairs(self) -> pd.DataFrame:
        """Those of the S&P 600, which admits profitable companies only, over the span of `ratios`."""
        pairs = self.written_pairs
        screened = pairs["small_group"] == SCREENED
        return pairs[screened & (pairs["known"] >= self.ratios["known"].min())]

    @property
    def claimed_band(self) -> tuple[float, float]:
        """Ends of the band of the test around the ratio of the article's two multiples."""
        claim = load_claim("M4")
        ratio = claim.claimed_parts["small"] / claim.claimed_parts["large"]
        return ratio - 0.05, ratio + 0.05  # to be derived by the line as stated

    @recorded
    def loss_makers(self) -> pd.DataFrame:
        """Loss-makers of small-cap indices by count and by weight, percent, each with its source."""
        parts = [quoted_shares(self.inputs.loss_makers)]
        if self.knows("multiples_of_earnings"):
            parts.append(own_shares(last_day(self.inputs.consensus)))
        found = pd.concat(parts).sort_values(["measure", "known"], ignore_index=True)
        return _known(found, "No share of loss-makers was known at this date.")

    @recorded
    def loss_maker_share(self) -> float:
        """Percent of the loss-makers' market value that the article's multiple keeps; see `share_kept`."""
        day = last_day(self.inputs.consensus)
        return share_kept(day, load_claim("M4").claimed_parts["small"])

    @recorded
    def priced_in(self) -> pd.DataFrame:
        """Growth that each pair of multiples prices in, the article's too; see `table_priced_in`."""
        claimed = pd.DataFrame(dict(load_claim("M4").claimed_parts), index=["as in the article"])
        rows = [claimed]
        if self.knows("multiples_of_earnings"):
            names = [name.replace("_", " ") for name in DEFINITIONS]
            rows.insert(0, self.multiples_of_earnings.loc[names, ["small", "large"]])
        usual = usual_cut(self.inputs.consensus_error.mean)
        return table_priced_in(
            pd.concat(rows),
            small_cut=self.haircut[1] if self.haircut else usual,
            large_cut=usual,
            years=self.years,
            payout=self.payout,
            required_return=self.inputs.long_rate + self.equity_premium,
            rate_change=self.rate_change,
        )

    # --- breadth ----------------------------------------------------------------------------------------

    @recorded_each
    def breadth_test(self, pair: str) -> stats.CircularShift:
        """Lead of the broad over the narrow funds in the last window, against every other window."""
        months = lead_to_date(self.inputs, pair).months
        return placebo_test(months.rename(PAIR_LABELS[pair]), self.window)

    @recorded
    def breadth_leads(self) -> pd.DataFrame:
        """Lead over each past window, log percent, of the pairs whose funds are old enough for a test."""
        if not self._tested_pairs:
            raise NotKnown("The funds have too short a history at this date.")
        months = {
            PAIR_LABELS[pair]: lead_to_date(self.inputs, pair).months for pair in self._tested_pairs
        }
        return pd.DataFrame({name: one.rolling(self.window).sum() for name, one in months.items()})

    @recorded
    def breadth_ranges(self) -> pd.DataFrame:
        """Ends of the middle 95 percent of all windows, ``low`` and ``high`` by pair."""
        return self.breadth_leads.quantile(list(MOST_WINDOWS)).T.set_axis(["low", "high"], axis=1)

    @property
    def _tested_pairs(self) -> list[str]:
        return self.known_names("breadth_test", BREADTH_PAIRS)

    def _broadening(self) -> Evidence:
        first = BREADTH_PAIRS[0]
        self.breadth_test(first)  # where it is not known the others say nothing about the claim
        tests = {PAIR_LABELS[pair]: self.breadth_test(pair) for pair in self._tested_pairs}
        lead = lead_to_date(self.inputs, first)
        return weigh_lead("M3", lead, self.window, tests, note=" Prices, not flows.")


def examine(
    info: Information,
    *,
    definition: str = "all_companies",
    index_pair: str = "lo20_hi20",
    horizon: int = 12,
    window: int = 6,
    max_age_months: int = 12,
    haircut: Sequence[float] = (),
    years: float = 5.0,
    payout: float = 50.0,
    equity_premium: float = 4.5,
    rate_change: float = 1.0,
    draws: int = 1_000,
    seed: int = 2026,
) -> ValuationExamination:
    """Evidence for M3 to M5 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    definition : str
        Which companies both multiples count, one of `ratios.DEFINITIONS`.
    index_pair : str
        Size portfolios whose relative return the gap should foretell, one of `SIZE_PAIRS`.
    horizon : int
        Months of that return.
    window : int
        Months of the breadth lead.
    max_age_months : int
        Multiples published earlier are left out of M4.
    haircut : sequence of float
        Low, mid, high cut of the small-cap consensus, percent; empty: the mean of the published record, on both sides.
    years : float
        Years over which the two multiples would meet.
    payout, equity_premium : float
        Percent of earnings, percent a year: assumptions of the duration view, the same for both sides.
    rate_change : float
        Percentage points of the long rate.
    draws, seed : int
        Simulations of the half-life and their seed.

    Raises
    ------
    ParameterError
        Unknown definition or pair, or a haircut that is not low, mid, high.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"))
    >>> f"{found.answers['M4'].stated.estimate:.2f}", f"{found.gap_percentile:.0f}"
    ('1.10', '87')
    """
    for name, value, offered in (
        ("definition", definition, DEFINITIONS),
        ("index_pair", index_pair, SIZE_PAIRS),
    ):
        if value not in offered:
            raise ParameterError(f"{name} is {value!r}; use one of {', '.join(offered)}.")
    if len(haircut) not in (0, 3):
        raise ParameterError(f"haircut is {list(haircut)}; give low, mid, high, or none.")
    return ValuationExamination(
        info=info,
        definition=definition,
        index_pair=index_pair,
        horizon=horizon,
        window=window,
        max_age_months=max_age_months,
        haircut=tuple(haircut),
        years=years,
        payout=payout,
        equity_premium=equity_premium,
        rate_change=rate_change,
        draws=draws,
        seed=seed,
    )


def _known(frame: pd.DataFrame, reason: str) -> pd.DataFrame:
    """The frame, unless it has no row: then the reason."""
    if frame.empty:
        raise NotKnown(reason)
    return frame
