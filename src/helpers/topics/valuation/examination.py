"""Claims M3 to M5: does the market broaden, what is the valuation gap, and does such a gap pay?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers import stats
from helpers.data import recorded, recorded_each
from helpers.errors import NotKnown, check_offered
from helpers.topics.common.leads import (
    Lead,
    lead_to_date,
    placebo_test,
    table_windows,
    weigh_lead,
    weigh_windows,
)
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.common.weight import READ
from helpers.topics.valuation.century import SIZE_PAIRS, CenturyOfTheGap
from helpers.topics.valuation.conventions import (
    TRIED,
    table_conventions,
    weigh_history,
    weigh_multiples,
)
from helpers.topics.valuation.loss_makers import own_shares, quoted_shares, share_kept
from helpers.topics.valuation.multiples import (
    last_day,
    multiples_of_book_and_sales,
    multiples_of_consensus,
)
from helpers.topics.valuation.priced_in import table_priced_in
from helpers.topics.valuation.ratios import (
    DEFINITIONS,
    SCREENED,
    own_ratios,
    pair_multiples,
    published_ratios,
    rounded_ratio,
    stated_ratios,
)
from helpers.trial import Answer, Evidence, answer_claims, load_claim

if TYPE_CHECKING:
    from helpers.data import Information

BREADTH_PAIRS = ("rsp_spy", "iwm_qqq", "ijr_qqq")  # the first one is the claim's
MOST_WINDOWS = (0.025, 0.975)  # between these lie 95 percent of all windows
HALF_YEAR, YEAR = 6, 12  # months of the windows of M3, beside the year to date
LENGTHS = (1, 2, 3, 6, 9, 12, 18, 24, 36)  # months of the windows shown beside each other
SMALL_LESS_LARGE = "iwm_spy"  # carries the multiples of a page to the date


@dataclass(frozen=True, kw_only=True)
class ValuationExamination(CenturyOfTheGap):
    """What notebook 04 knows about breadth and the valuation gap; ``answers`` by claim id."""

    definition: str
    window: int
    max_age_months: int
    years: float

    @recorded
    def answers(self) -> dict[str, Answer]:
        """What was found on M3 to M5."""
        return self.answers_by(self.definition)

    @recorded_each
    def answers_by(self, definition: str) -> dict[str, Answer]:
        """The same by any definition of the multiples, which moves M4 alone."""
        check_offered("definition", definition, TRIED)
        multiples = {
            "stated": lambda: self._multiples_on_record(definition),
            "used": lambda: self._against_history(definition),
        }
        found = answer_claims(self.info.day, {"M4": multiples})
        return dict(sorted((self._whatever_the_definition | found).items()))

    @recorded
    def _whatever_the_definition(self) -> dict[str, Answer]:
        return answer_claims(
            self.info.day,
            {
                "M3": {"stated": self._breadth_on_record, "used": self._broadening},
                "M5": {"stated": self.weigh_place, "used": self.weigh_discount},
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
    def published_ratios(self) -> pd.DataFrame:
        """Forward multiple of small over large companies on pages of any age; see `published_ratios`."""
        found = published_ratios(self.inputs.quoted_multiples, self.inputs.stated_ratios)
        return _known(found, "No page known at this date counts alike on both sides.")

    @recorded
    def ratios(self) -> pd.DataFrame:
        """The same, and our own multiples of the next quarter, which are shown and judge nothing."""
        own = own_ratios(self.inputs.consensus)
        parts = [self.published_ratios, own] if self.knows("published_ratios") else [own]
        found = pd.concat(parts).sort_values("known", kind="stable", ignore_index=True)
        return _known(found, "No multiple that counts alike on both sides was known at this date.")

    @property
    def since(self) -> pd.Timestamp:
        """What a page said of earlier times, or became known earlier, is left out of M4."""
        return pd.Timestamp(self.info.day) - pd.DateOffset(months=self.max_age_months)

    @recorded
    def recent_ratios(self) -> pd.DataFrame:
        """Published ratios that became known in the last ``max_age_months``, of every definition."""
        return self.published_ratios[self.published_ratios["known"] > self.since]

    @recorded
    def chosen_ratios(self) -> pd.DataFrame:
        """Those of the chosen definition among them."""
        return self.ratios_by(self.definition)

    @recorded_each
    def ratios_by(self, definition: str) -> pd.DataFrame:
        """Those of one definition among them."""
        return self.recent_ratios[self.recent_ratios["definition"] == definition]

    @recorded
    def averages(self) -> pd.DataFrame:
        """Long-term averages of the forward ratio as published; columns as in `ratios`."""
        return stated_ratios(self.inputs.stated_averages)

    @recorded
    def conventions(self) -> pd.DataFrame:
        """What pages of the last ``max_age_months`` said of each multiple, by convention; see `table_conventions`."""
        found = table_conventions(self.inputs.quoted_multiples, self.since)
        return _known(
            found, "No page known at this date quotes a forward multiple of the year before."
        )

    def _multiples_on_record(self, definition: str) -> Evidence:
        known = self.knows("recent_ratios")
        ratios = self.ratios_by(definition) if known else pd.DataFrame()
        return weigh_multiples(self.conventions, ratios)

    def _against_history(self, definition: str) -> Evidence:
        months = lead_to_date(self.inputs, SMALL_LESS_LARGE).months
        rng = np.random.default_rng(self.seed)
        return weigh_history(self.recent_ratios, self.averages, months, definition, self.draws, rng)

    @recorded
    def quoted_pairs(self) -> pd.DataFrame:
        """Small and large multiples that one page quotes for one date; see `pair_multiples`."""
        found = pair_multiples(self.inputs.quoted_multiples)
        return _known(found, "No page known at this date quotes both multiples.")

    @recorded
    def pair_table(self) -> pd.DataFrame:
        """Every quoted pair as the notebook shows it, the latest first; ``read`` says at what hand."""
        table = self.quoted_pairs.iloc[::-1].reset_index(drop=True)
        machine = np.where(table["machine_written"], ", machine-written", "")
        return table.assign(
            definition=table["definition"].replace("", "as the index is"),
            read=table["confidence"].replace(READ) + machine,
        ).drop(columns=["large_group", "basis", "confidence", "machine_written", "url"])

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
        """Ends of the ratio of the article's two multiples by their rounding."""
        claimed = pd.DataFrame(dict(load_claim("M4").claimed_parts), index=["article"])
        low, high = rounded_ratio(claimed["small"], claimed["large"])[["low", "high"]].to_numpy()[0]
        return float(low), float(high)

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
        return table_priced_in(pd.concat(rows), self.years)

    # --- breadth ----------------------------------------------------------------------------------------

    @recorded_each
    def breadth(self, pair: str) -> Lead:
        """Lead of the broad over the narrow funds to the last closing price known."""
        return lead_to_date(self.inputs, pair)

    @recorded
    def breadth_windows(self) -> pd.DataFrame:
        """Lead of the average over the large company over each window that M3 names, with its rank."""
        lead = self.breadth(BREADTH_PAIRS[0])
        year = lead.year_to_date(self.info.day)
        lengths = {"year to date": year, "six months": HALF_YEAR, "twelve months": YEAR}
        return table_windows(lead, lengths)

    @recorded
    def breadth_lengths(self) -> pd.DataFrame:
        """The same lead over windows of every length, each with its rank."""
        lengths = {str(months): months for months in LENGTHS}
        table = table_windows(self.breadth(BREADTH_PAIRS[0]), lengths)
        return table.drop(columns="months").rename_axis("months")

    @recorded_each
    def breadth_test(self, pair: str) -> stats.CircularShift:
        """The lead in the last window, against every other window."""
        months = self.breadth(pair).months
        return placebo_test(months.rename(PAIR_LABELS[pair]), self.window)

    @recorded
    def breadth_leads(self) -> pd.DataFrame:
        """Lead over each past window, log percent, of the pairs whose funds are old enough for a test."""
        if not self._tested_pairs:
            raise NotKnown("The funds have too short a history at this date.")
        months = {PAIR_LABELS[pair]: self.breadth(pair).months for pair in self._tested_pairs}
        return pd.DataFrame({name: one.rolling(self.window).sum() for name, one in months.items()})

    @recorded
    def breadth_ranges(self) -> pd.DataFrame:
        """Ends of the middle 95 percent of all windows, ``low`` and ``high`` by pair."""
        return self.breadth_leads.quantile(list(MOST_WINDOWS)).T.set_axis(["low", "high"], axis=1)

    @property
    def _tested_pairs(self) -> list[str]:
        return self.known_names("breadth_test", BREADTH_PAIRS)

    def _breadth_on_record(self) -> Evidence:
        windows = self.breadth_windows
        first, others = windows.iloc[0], windows.iloc[1:]
        told = ", ".join(
            f"{name} {row['lead']:+.1f} ({row['as large']} of {row['of']})"
            for name, row in others.iterrows()
        )
        note = (
            f"The average company led the large ones by {first['lead']:+.1f} percent, {first.name} ({first['last']}); "
            f"{first['as large']} of {first['of']} other windows as long brought as much. Over {told}. These are "
            "prices: no source known at the date says where money flowed."
        )
        return weigh_windows("M3", windows, note)

    def _broadening(self) -> Evidence:
        first = BREADTH_PAIRS[0]
        self.breadth_test(first)  # where it is not known the others say nothing about the claim
        tests = {PAIR_LABELS[pair]: self.breadth_test(pair) for pair in self._tested_pairs}
        return weigh_lead("M3", self.breadth(first), self.window, tests, " Prices, not flows.")


def examine(
    info: Information,
    *,
    definition: str = "all_companies",
    index_pair: str = "lo20_hi20",
    horizon: int = 12,
    window: int = 6,
    max_age_months: int = 12,
    years: float = 5.0,
    draws: int = 1_000,
    seed: int = 2026,
) -> ValuationExamination:
    """Evidence for M3 to M5 from what was known at ``info.as_of``.

    Parameters
    ----------
    info : Information
        The information set; nothing known later enters.
    definition : str
        Which companies both multiples count, one of `conventions.TRIED`.
    index_pair : str
        Size portfolios whose relative return the gap should foretell, one of `SIZE_PAIRS`.
    horizon : int
        Months of that return.
    window : int
        Months of the breadth lead.
    max_age_months : int
        Multiples published earlier are left out of M4.
    years : float
        Years over which the two multiples would meet.
    draws, seed : int
        Simulations of the half-life, draws of each page of M4, and their seed.

    Raises
    ------
    ParameterError
        Unknown definition or pair.

    Examples
    --------
    >>> from helpers import data
    >>> found = examine(data.Information("2026-02-16"))
    >>> f"{found.answers['M4'].stated.estimate:.2f}", f"{found.gap_places['since 1926']:.0f}"
    ('1.05', '87')
    """
    check_offered("definition", definition, TRIED)
    check_offered("index_pair", index_pair, SIZE_PAIRS)
    return ValuationExamination(
        info=info,
        definition=definition,
        index_pair=index_pair,
        horizon=horizon,
        window=window,
        max_age_months=max_age_months,
        years=years,
        draws=draws,
        seed=seed,
    )


def _known(frame: pd.DataFrame, reason: str) -> pd.DataFrame:
    """The frame, unless it has no row: then the reason."""
    if frame.empty:
        raise NotKnown(reason)
    return frame
