"""The examination of notebook 04: breadth, the multiple and the discount, from what was known at a date."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from declared_defaults import assert_defaults_are_declared
from helpers import data
from helpers.errors import NotKnown, ParameterError
from helpers.report.figures import valuation as figures
from helpers.stats.persistence import half_life
from helpers.topics import valuation
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.valuation.century import SIZE_PAIRS
from helpers.topics.valuation.examination import BREADTH_PAIRS
from helpers.trial import load_claim, verdict

ARTICLE = "2026-02-16"


@pytest.fixture(scope="module")
def info():
    return data.Information(ARTICLE)


@pytest.fixture(scope="module")
def found(info):
    return valuation.examine(info, draws=200)


@pytest.fixture(scope="module")
def long_before():
    return valuation.examine(data.Information("1990-01-01"), draws=200)


def word(examination, claim):
    return verdict(load_claim(claim), examination.evidence[claim]).word


def test_verdicts_on_the_articles_date(found):
    assert {claim: word(found, claim) for claim in found.evidence} == {
        "M3": "not detectable",
        "M4": "contradicted",
        "M5": "leaning",
    }


def test_each_card_names_what_was_read_for_it(found):
    assert {claim: one.sources for claim, one in found.evidence.items()} == {
        "M3": ("rsp", "spy", "iwm", "qqq", "ijr"),
        "M4": ("valuation", "consensus_pe"),
        "M5": ("book_to_market_small", "book_to_market_large", "lo20", "hi20"),
    }
    assert all(one.vintage for one in found.evidence.values())


def test_no_number_of_the_article_is_typed():
    package = Path(valuation.__file__).parent
    claim = load_claim("M4")
    typed = {*claim.claimed_parts.values(), claim.claimed, claim.tolerance}
    numbers = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
    for file in [*package.glob("*.py"), Path(figures.__file__)]:
        used = {float(text) for text in numbers.findall(file.read_text(encoding="utf-8"))}
        assert not used & typed, file.name


# --- multiples ------------------------------------------------------------------------------------------


def test_the_multiple_is_judged_by_the_year_before_the_date(found):
    year = found.chosen_ratios
    assert found.evidence["M4"].estimate == pytest.approx(year["ratio"].median())
    assert (year["definition"] == "all_companies").all()
    assert len(year) == 4
    assert set(found.recent_ratios["definition"]) == set(found.ratios["definition"])
    assert found.ratios["known"].max() <= pd.Timestamp(ARTICLE)
    assert not found.ratios["publisher"].str.contains("AInvest|Gate").any()


@pytest.mark.parametrize(("day", "counts"), [("2026-09-10", True), ("2026-09-11", False)])
def test_a_multiple_leaves_on_the_day_it_is_a_year_old(day, counts):
    later = valuation.examine(data.Information(day))  # Century's page is of 11 September 2025
    assert later.chosen_ratios["publisher"].str.startswith("Century").any() == counts


def test_a_longer_memory_keeps_older_multiples(found, info):
    longer = valuation.examine(info, max_age_months=60)
    assert len(longer.chosen_ratios) > len(found.chosen_ratios)
    assert longer.chosen_ratios["known"].min() > pd.Timestamp("2021-02-16")


def test_the_definition_chooses_what_both_sides_count(info):
    other = valuation.examine(info, definition="without_health_care")
    assert other.evidence["M4"].estimate == pytest.approx(np.median([20.8 / 25.4, 22.6 / 25.4]))
    assert word(other, "M4") == "leaning"


def test_multiples_of_earnings_come_before_those_of_book_value_and_sales(found):
    assert found.multiples.index[:5].to_list() == found.multiples_of_earnings.index.to_list()
    assert found.multiples.index[5:].to_list() == ["price / book", "price / sales"]
    assert found.multiples.loc["price / book", "ratio"] == 2 / 5  # CME Group, January 2026
    assert found.multiples.index.name == "definition"


def test_machine_written_pairs_are_listed_and_not_drawn(found):
    assert found.pair_table["machine_written"].any()
    assert not found.written_pairs["machine_written"].any()
    assert len(found.written_pairs) < len(found.quoted_pairs) == len(found.pair_table)


def test_the_table_of_pairs_says_when_an_index_is_taken_as_it_is(found):
    screened = found.pair_table["small_group"] == "S&P 600"
    assert (found.pair_table.loc[screened, "definition"] == "as the index is").all()
    assert "all_companies" in set(found.pair_table["definition"])


def test_the_screened_index_is_shown_over_the_span_of_the_ratios(found):
    screened = found.screened_pairs
    assert set(screened["small_group"]) == {"S&P 600"}
    assert screened["known"].min() == found.ratios["known"].min()  # Yardeni, September 2022
    earlier = found.written_pairs.query("small_group == 'S&P 600' and known < '2022-09-19'")
    assert len(earlier)
    assert not screened.index.isin(earlier.index).any()


def test_the_band_lies_evenly_around_the_articles_two_multiples(found):
    low, high = found.claimed_band
    assert (low + high) / 2 == pytest.approx(18.1 / 22.0)
    assert high - low == pytest.approx(2 * load_claim("M4").tolerance)
    assert low < load_claim("M4").claimed_number < high


def test_loss_makers_are_told_by_count_and_by_weight_with_ours_among_them(found):
    table = found.loss_makers
    assert table["measure"].is_monotonic_increasing
    assert table.index.to_list() == list(range(len(table)))
    assert all(same["known"].is_monotonic_increasing for _, same in table.groupby("measure"))
    ours = table[table["confidence"] == "derived"]
    assert ours["measure"].to_list() == ["count", "weight"]
    assert (table["share"] > 0).all()
    assert (table["share"] < 50).all()


def test_the_article_keeps_part_of_the_loss_makers(found):
    profits = 4 * (23.6 + 11.4)
    inside = 16.5 * profits
    share = found.loss_maker_share
    assert (inside + share / 100 * (2906.5 - inside)) / profits == pytest.approx(18.1)


# --- priced in ------------------------------------------------------------------------------------------


def test_consensus_is_cut_by_its_record_on_both_sides(found):
    """S&P 500, 1998-2022: forecasts at the start of a year exceeded final earnings by 6.9 percent."""
    table = found.priced_in
    names = ["all companies", "without loss makers", "without health care", "as in the article"]
    assert table.index.to_list() == names
    uncut = pd.DataFrame(
        {"small": [30.8, 16.5, 22.6, 18.1], "large": [25.0, 24.6, 25.4, 22.0]}, index=names
    )
    assert table["small"].to_numpy() == pytest.approx(1.069 * uncut["small"].to_numpy())
    assert table["large"].to_numpy() == pytest.approx(1.069 * uncut["large"].to_numpy())


def test_a_haircut_of_ones_own_moves_the_small_multiple_only(info, found):
    cut = valuation.examine(info, haircut=[10.0, 20.0, 30.0])
    assert cut.priced_in["small"].to_numpy() == pytest.approx(
        [30.8 / 0.8, 16.5 / 0.8, 22.6 / 0.8, 18.1 / 0.8]
    )
    assert cut.priced_in["large"].equals(found.priced_in["large"])


def test_the_required_return_is_the_long_rate_and_the_premium(info, found):
    last = info.load("treasury_10y").iloc[-1]
    row = found.priced_in.loc["as in the article"]
    assert row["growth_large"] == pytest.approx(last + 4.5 - 50.0 / row["large"])
    dearer = valuation.examine(info, equity_premium=6.5).priced_in
    assert dearer["growth_small"].to_numpy() == pytest.approx(
        (found.priced_in["growth_small"] + 2).to_numpy()
    )


def test_years_payout_and_the_move_of_the_rate_reach_the_table(info, found):
    other = valuation.examine(info, years=10.0, payout=100.0, rate_change=0.0).priced_in
    assert other["lead"].to_numpy() == pytest.approx((found.priced_in["lead"] / 2).to_numpy())
    assert other["duration_small"].to_numpy() == pytest.approx(other["small"].to_numpy())
    assert other["ratio_after"].to_numpy() == pytest.approx(other["ratio"].to_numpy())


def test_before_our_own_multiples_the_article_stands_alone():
    then = valuation.examine(data.Information("2025-06-30"))
    assert then.priced_in.index.to_list() == ["as in the article"]
    assert not then.knows("multiples_of_earnings")
    assert "consensus" in then.reason("multiples")
    assert (then.loss_makers["confidence"] != "derived").all()


# --- the gap --------------------------------------------------------------------------------------------


def test_the_century_holds_its_parts(found):
    assert found.gap_ratio.to_numpy() == pytest.approx(np.exp(found.gap.to_numpy()))
    above = (found.gap_ratio > found.typical_gap_ratio).sum()
    below = (found.gap_ratio < found.typical_gap_ratio).sum()
    assert above == below
    assert found.gap_percentile == pytest.approx(100 * (found.gap <= found.gap.iloc[-1]).mean())
    # at the end of the sample both percentiles look back on the same months
    assert found.gap_in_its_past.iloc[-1] == pytest.approx(found.gap_percentile)


def test_the_card_is_the_row_of_the_horizon(info, found):
    evidence, row = found.evidence["M5"], found.horizons.loc[12]
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high) == tuple(
        row[["effect", "ci_low", "ci_high"]]
    )
    assert (evidence.p, evidence.mde, evidence.n) == tuple(row[["p_ivx", "mde", "n"]])
    assert evidence.n_effective == row["n"] / 12
    assert evidence.oos_r2 == pytest.approx(row["oos_r2"] / 100)
    assert evidence.unit == load_claim("M5").unit
    first = evidence.definitions["book-to-market of size quintiles"]
    assert first == pytest.approx(evidence.estimate)
    assert f"percentile {found.gap_percentile:.0f}" in evidence.note


def test_another_horizon_is_shown_beside_the_four(info, found):
    assert found.horizons.index.to_list() == [1, 12, 36, 60]
    other = valuation.examine(info, horizon=24)
    assert other.horizons.index.to_list() == [1, 12, 24, 36, 60]
    assert other.evidence["M5"].unit == "percent over 24 months"
    assert other.specifications.horizon == 24
    assert other.effects_a_year.loc[24, "effect"] == pytest.approx(
        other.horizons.loc[24, "effect"] / 2
    )


def test_the_pair_of_portfolios_is_that_asked_for(info):
    other = valuation.examine(info, index_pair="lo10_hi10")
    small, large = info.load("lo10"), info.load("hi10")
    relative = 100 * (np.log1p(small / 100) - np.log1p(large / 100))
    assert other.months["relative"].to_numpy() == pytest.approx(
        relative[other.months.index].to_numpy()
    )
    whole = other.decades.loc["all", "small less large"]
    assert whole == pytest.approx(12 * relative[other.gap.index[1:]].mean())
    assert other.evidence["M5"].sources[-2:] == ("lo10", "hi10")


def test_the_curve_shows_every_pair(found):
    assert set(found.specifications.table["outcome"]) == set(SIZE_PAIRS)
    assert found.specifications.n == 3 * 2 * 3


def test_the_half_life_is_drawn_from_its_seed(info, found):
    assert half_life(found.gap, draws=200, rng=np.random.default_rng(2026)) == found.half_life
    assert valuation.examine(info, draws=200, seed=1).half_life != found.half_life
    assert found.half_life.ci_low < found.half_life.estimate < found.half_life.ci_high


# --- breadth --------------------------------------------------------------------------------------------


def test_breadth_is_the_last_window_beyond_the_average(info, found):
    months = 100 * (np.log1p(info.load("rsp") / 100) - np.log1p(info.load("spy") / 100)).dropna()
    evidence = found.evidence["M3"]
    assert evidence.estimate == pytest.approx(months.iloc[-6:].sum() - 6 * months.iloc[:-6].mean())
    assert evidence.n_effective == pytest.approx(len(months) / 6, rel=0.05)
    assert tuple(evidence.definitions) == load_claim("M3").definitions
    early, late = months.iloc[-6:-3], months.iloc[-3:]
    halves = [half.sum() - 3 * months.iloc[:-6].mean() for half in (early, late)]
    assert evidence.halves == pytest.approx(halves)
    assert evidence.note.endswith("Prices, not flows.")


def test_leads_are_the_sums_of_every_window(info, found):
    assert found.breadth_leads.columns.to_list() == [PAIR_LABELS[pair] for pair in BREADTH_PAIRS]
    months = 100 * (np.log1p(info.load("iwm") / 100) - np.log1p(info.load("qqq") / 100)).dropna()
    leads = found.breadth_leads["Russell 2000 less Nasdaq 100"].dropna()
    assert leads.iloc[-1] == pytest.approx(months.iloc[-6:].sum())
    assert len(leads) == len(months) - 5
    low, high = found.breadth_ranges.loc["Russell 2000 less Nasdaq 100"]
    assert [low, high] == pytest.approx(np.percentile(leads, [2.5, 97.5]))


def test_a_longer_window_adds_up_more_months(info):
    year = valuation.examine(info, window=12)
    months = 100 * (np.log1p(info.load("rsp") / 100) - np.log1p(info.load("spy") / 100)).dropna()
    assert year.breadth_leads.iloc[-1, 0] == pytest.approx(months.iloc[-12:].sum())
    assert year.evidence["M3"].estimate == pytest.approx(
        months.iloc[-12:].sum() - 12 * months.iloc[:-12].mean()
    )


def test_older_funds_are_shown_where_the_claims_own_are_too_young():
    then = valuation.examine(data.Information("2006-12-31"))
    assert then.breadth_leads.columns.to_list() == [PAIR_LABELS[pair] for pair in BREADTH_PAIRS[1:]]
    assert word(then, "M3") == "not testable"
    assert "42 months were known" in then.evidence["M3"].not_testable


# --- nothing later enters -------------------------------------------------------------------------------


def test_a_wrong_future_changes_nothing(found, wrong_future):
    with wrong_future(ARTICLE):
        again = valuation.examine(data.Information(ARTICLE), draws=200)
        assert again.evidence == found.evidence
        for part in ("priced_in", "quoted_pairs", "loss_makers", "returns_by_fifth", "decades"):
            pd.testing.assert_frame_equal(getattr(again, part), getattr(found, part))


def test_before_the_funds_and_the_multiples_each_claim_says_why(long_before):
    assert word(long_before, "M3") == word(long_before, "M4") == "not testable"
    assert long_before.evidence["M5"].not_testable is None
    assert long_before.gap.index[-1] < pd.Period("1990-01", "M")


@pytest.mark.parametrize(
    "part",
    [
        "multiples",
        "ratios",
        "quoted_pairs",
        "written_pairs",
        "loss_makers",
        "loss_maker_share",
        "priced_in",
        "breadth_leads",
    ],
)
def test_what_was_not_known_gives_its_reason(long_before, part):
    assert not long_before.knows(part)
    assert re.search("at this date|as_of", long_before.reason(part))
    with pytest.raises(NotKnown):
        getattr(long_before, part)


def test_the_defaults_are_those_of_the_notebook():
    assert_defaults_are_declared(valuation.examine, "04_valuation_gap")


def test_unknown_choices_are_refused_with_the_known_ones(info):
    with pytest.raises(ParameterError, match=r"definition is 'median'.*without_health_care"):
        valuation.examine(info, definition="median")
    with pytest.raises(ParameterError, match=r"index_pair is 'smb'.*lo20_hi20"):
        valuation.examine(info, index_pair="smb")
    with pytest.raises(ParameterError, match=r"haircut is \[20.0\]; give low, mid, high"):
        valuation.examine(info, haircut=[20.0])
