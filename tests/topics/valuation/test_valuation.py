"""The examination of notebook 04: breadth, the multiple and the discount, from what was known at a date."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from declared_defaults import assert_defaults_are_declared
from helpers import data, stats
from helpers.data.paths import data_dir
from helpers.errors import NotKnown, ParameterError
from helpers.report.figures import valuation as figures
from helpers.stats.persistence import half_life
from helpers.topics import valuation
from helpers.topics.common.pairs import PAIR_LABELS
from helpers.topics.valuation.century import SIZE_PAIRS
from helpers.topics.valuation.examination import BREADTH_PAIRS
from helpers.trial import load_claim, load_line
from verdict_words import word_pairs

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


@pytest.fixture(scope="module")
def in_2022():
    return valuation.examine(data.Information("2022-01-15"), draws=200)


def test_verdicts_on_the_articles_date(found):
    assert word_pairs(found.answers) == {
        "M3": ("true in part", "undecided"),
        "M4": ("true in part", "evidence for"),
        "M5": ("true", "evidence for"),
    }


def test_before_2026_nobody_could_say_that_the_market_broadens_in_it(in_2022):
    assert word_pairs(in_2022.answers) == {
        "M3": ("not yet sayable", "not yet sayable"),
        "M4": ("not yet sayable", "not yet sayable"),
        "M5": ("true in part", "undecided"),
    }


def test_each_card_names_what_was_read_for_it(found):
    read = {
        (claim, line): getattr(answer, line).sources
        for claim, answer in found.answers.items()
        for line in ("stated", "used")
    }
    books = ("book_to_market_small", "book_to_market_large")
    assert read == {
        ("M3", "stated"): ("rsp", "spy", "market_moves"),
        ("M3", "used"): ("rsp", "spy", "market_moves", "iwm", "qqq", "ijr"),
        ("M4", "stated"): ("valuation",),
        ("M4", "used"): ("iwm", "spy", "market_moves", "valuation"),
        ("M5", "stated"): books,
        ("M5", "used"): (*books, "lo20", "hi20"),
    }


def test_no_number_of_the_article_is_typed():
    package = Path(valuation.__file__).parent
    claim = load_claim("M4")
    typed = {*claim.claimed_parts.values(), claim.claimed}
    numbers = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")
    for file in [*package.glob("*.py"), Path(figures.__file__)]:
        used = {float(text) for text in numbers.findall(file.read_text(encoding="utf-8"))}
        assert not used & typed, file.name


# --- multiples ------------------------------------------------------------------------------------------


def test_the_ratio_is_that_of_the_year_before_the_date(found):
    year = found.chosen_ratios
    assert found.answers["M4"].stated.estimate == pytest.approx(year["ratio"].median())
    assert (year["definition"] == "all_companies").all()
    assert year["publisher"].to_list() == ["Century Financial (Bloomberg)", "MarketScreener"]
    assert set(found.recent_ratios["definition"]) == {"all_companies", "without_loss_makers"}
    assert found.ratios["known"].max() <= pd.Timestamp(ARTICLE)
    assert not found.ratios["publisher"].str.contains("AInvest|Gate").any()


def test_our_own_ratios_are_shown_beside_the_published_ones(found):
    own = found.ratios[found.ratios["publisher"] == "computed here"]
    assert len(own) == 2 * 3
    rest = found.ratios.drop(own.index).reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, found.published_ratios)


@pytest.mark.parametrize(("day", "counts"), [("2026-09-10", True), ("2026-09-11", False)])
def test_a_multiple_leaves_on_the_day_it_is_a_year_old(day, counts):
    later = valuation.examine(data.Information(day))  # Century's page is of 11 September 2025
    assert later.chosen_ratios["publisher"].str.startswith("Century").any() == counts


def test_a_longer_memory_keeps_older_multiples(found, info):
    longer = valuation.examine(info, max_age_months=60)
    assert len(longer.chosen_ratios) > len(found.chosen_ratios)
    assert longer.chosen_ratios["known"].min() > pd.Timestamp("2021-02-16")
    assert longer.conventions["pages"].sum() > found.conventions["pages"].sum()


def test_multiples_of_earnings_come_before_those_of_book_value_and_sales(found):
    assert found.multiples.index[:5].to_list() == found.multiples_of_earnings.index.to_list()
    assert found.multiples.index[5:].to_list() == ["price / book", "price / sales"]
    assert found.multiples.loc["price / book", "ratio"] == 2 / 5  # CME Group, January 2026
    assert found.multiples.index.name == "definition"


def test_machine_written_pairs_are_listed_and_not_drawn(found):
    told = found.pair_table["read"]
    assert told[told.str.endswith(", machine-written")].to_list() == [
        "second hand, machine-written"
    ]
    assert set(told) >= {"first hand", "second hand"}
    assert found.pair_table["known"].is_monotonic_decreasing
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


def test_the_band_is_what_the_articles_two_multiples_may_be_rounded_from(found):
    assert found.claimed_band == pytest.approx((18.05 / 22.5, 18.15 / 21.5))
    low, high = found.claimed_band
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


def test_every_definition_and_the_article_price_in_a_lead(info, found):
    table = found.priced_in
    names = ["all companies", "without loss makers", "without health care", "as in the article"]
    assert table.index.to_list() == names
    assert table["small"].to_list() == [30.8, 16.5, 22.6, 18.1]
    assert table["large"].to_list() == [25.0, 24.6, 25.4, 22.0]
    assert table.loc["as in the article", "lead"] == pytest.approx(100 * np.log(18.1 / 22) / 5)
    slower = valuation.examine(info, years=10.0).priced_in
    assert slower["lead"].to_numpy() == pytest.approx((table["lead"] / 2).to_numpy())


def test_nothing_is_said_of_growth_for_ever_or_of_durations(found):
    """Gordon's formula gave durations of 53 to 66 years and growth for ever within a point of the required return."""
    assert found.priced_in.columns.to_list() == ["small", "large", "ratio", "lead"]


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
    # at the end of the sample both percentiles look back on the same months
    assert found.gap_in_its_past.iloc[-1] == pytest.approx(found.gap_places["since 1926"])


def test_the_place_of_the_gap_is_counted_from_two_starts(info, found):
    """By plain counting: cheaper than in 87 of 100 months since 1926, in 99 of 100 since 1963."""
    small, large = info.load("book_to_market_small"), info.load("book_to_market_large")
    ratio = (small / large).dropna()
    whole, later = (100 * (part <= ratio.iloc[-1]).mean() for part in (ratio, ratio["1963":]))
    assert (round(whole), round(later)) == (87, 99)
    evidence = found.answers["M5"].stated
    assert dict(evidence.definitions) == pytest.approx({"since 1926": whole, "since 1963": later})
    assert dict(evidence.checks) == {"since 1926": True, "since 1963": True}
    assert tuple(evidence.checks) == load_line("M5", "stated").definitions
    assert (evidence.estimate, evidence.n) == (pytest.approx(whole), len(ratio))
    assert "87 of 100 months since 1926" in evidence.note
    assert evidence.note.endswith("(to 2025-12).")


def test_a_gap_that_is_wide_since_1963_alone_is_true_in_part(in_2022):
    evidence = in_2022.answers["M5"].stated
    assert list(evidence.checks.values()) == [False, True]


def test_what_is_expected_is_the_effect_at_todays_gap(found):
    """An effect of a standard deviation, times the distance of the gap from its mean in these."""
    evidence, row = found.answers["M5"].used, found.horizons.loc[12]
    months, now = found.months["gap"], found.gap.iloc[-1]
    distance = (now - months.mean()) / months.std()
    assert evidence.estimate == pytest.approx(distance * row["effect"])
    assert (evidence.ci_low, evidence.ci_high) == pytest.approx(
        (distance * row["ci_low"], distance * row["ci_high"])
    )
    assert evidence.mde == pytest.approx(distance * row["mde"])
    assert (evidence.p, evidence.n) == (pytest.approx(row["p_ivx"]), row["n"])
    assert evidence.n_effective == row["n"] / 12
    assert evidence.oos_r2 == pytest.approx(row["oos_r2"] / 100)
    assert evidence.unit == load_line("M5", "used").unit


def test_its_definitions_are_other_slopes_at_the_same_distance(found):
    evidence, months = found.answers["M5"].used, found.months
    distance = found.gap.iloc[-1] - months["gap"].mean()
    trend = months["gap"].expanding(120).mean()
    samples = {
        "since 1926": months,
        "since 1936": months["1936":],
        "the later half": months.iloc[len(months) // 2 :],
        "detrended by its expanding mean": months.assign(gap=months["gap"] - trend).dropna(),
    }
    assert tuple(evidence.definitions) == load_line("M5", "used").definitions
    assert dict(evidence.definitions) == pytest.approx(
        {
            name: 12 * distance * stats.ivx(one["relative"], one["gap"], 12).coefficients.iloc[0]
            for name, one in samples.items()
        }
    )
    early = months.iloc[: len(months) // 2]
    slope = stats.ivx(early["relative"], early["gap"], 12).coefficients.iloc[0]
    assert evidence.halves == pytest.approx(
        (12 * distance * slope, evidence.definitions["the later half"])
    )


def test_the_depression_is_shown_with_and_without(found):
    table = found.expected
    assert table.index.to_list() == ["since 1926", "since 1936"]
    assert table["n"].diff().iloc[1] == -114  # July 1926 to December 1935
    assert table.loc["since 1936", "average"] == pytest.approx(
        12 * found.months["relative"]["1936":].mean()
    )
    row = table.loc["since 1926"]
    assert f"between {row['low']:+.0f} and {row['high']:+.0f}" in found.answers["M5"].used.note


def test_what_followed_each_month_leaves_out_those_not_over(found):
    month = found.followed.index[-1]
    assert month == found.months.index[-1] - 12
    relative = found.months["relative"]
    assert found.followed["later"].iloc[-1] == pytest.approx(relative.iloc[-12:].sum())


def test_another_horizon_is_shown_beside_the_four(info, found):
    assert found.horizons.index.to_list() == [1, 12, 36, 60]
    other = valuation.examine(info, horizon=24)
    assert other.horizons.index.to_list() == [1, 12, 24, 36, 60]
    assert other.answers["M5"].used.unit == "percent over 24 months"
    assert "over 24 months" in other.answers["M5"].used.note
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
    assert other.answers["M5"].used.sources[-2:] == ("lo10", "hi10")


def test_the_curve_shows_every_pair(found):
    assert set(found.specifications.table["outcome"]) == set(SIZE_PAIRS)
    assert found.specifications.n == 3 * 2 * 3


def test_the_half_life_is_drawn_from_its_seed(info, found):
    assert half_life(found.gap, draws=200, rng=np.random.default_rng(2026)) == found.half_life
    assert valuation.examine(info, draws=200, seed=1).half_life != found.half_life
    assert found.half_life.ci_low < found.half_life.estimate < found.half_life.ci_high


# --- breadth --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def to_date():
    """Log percent of funds by month from the files; February 2026 as far as it went: 13 February."""
    folder = data_dir() / "snapshot"
    months = pd.read_csv(folder / "etf_monthly_returns.csv", index_col="period")[:"2026-01"]
    moves = pd.read_csv(folder / "market_moves.csv")
    moves = moves[(moves["start"] == "2025-12-31") & (moves["end"] == "2026-02-13")]
    year = 100 * np.log1p(moves.set_index("ticker")["total_return"] / 100)
    logs = 100 * np.log1p(months / 100)
    logs.loc["2026-02"] = year - logs.loc["2026-01"]
    return logs


def lead(to_date, broad, narrow):
    return (to_date[broad] - to_date[narrow]).dropna()


def test_breadth_leads_this_year_as_in_2_of_271_other_windows(to_date, found):
    """Equal- less cap-weighted S&P 500: +5.75 log percent in six weeks."""
    months = lead(to_date, "rsp", "spy")
    two = months.rolling(2).sum().dropna()
    assert two.iloc[-1] == pytest.approx(5.75, abs=0.01)
    assert (len(two) - 1, int((two.iloc[:-1] >= two.iloc[-1]).sum())) == (271, 2)
    row = found.breadth_windows.loc["year to date"]
    assert (row["lead"], row["as large"], row["of"]) == (pytest.approx(two.iloc[-1]), 2, 271)
    assert row["last"] == "2026-02-13"
    assert found.breadth_windows["months"].to_list() == [2, 6, 12]


def test_the_last_day_is_at_most_five_trading_days_before_the_date(found):
    for table in (found.breadth_windows, found.breadth_lengths):
        last = pd.to_datetime(table["last"])
        assert (last >= pd.Timestamp(ARTICLE) - 5 * pd.offsets.BDay()).all()
        assert (last <= pd.Timestamp(ARTICLE)).all()


def test_the_sentence_on_breadth_is_judged_part_by_part(to_date, found):
    months = lead(to_date, "rsp", "spy")
    evidence = found.answers["M3"].stated
    assert tuple(evidence.checks) == load_line("M3", "stated").definitions
    assert dict(evidence.checks) == {
        "year to date": True,
        "six months": bool(months.iloc[-6:].sum() > 0),
        "twelve months": bool(months.iloc[-12:].sum() > 0),
        "flows of money": None,
    }
    assert evidence.estimate == pytest.approx(months.iloc[-2:].sum())
    assert "2 of 271" in evidence.note
    assert "no source known at the date says where money flowed" in evidence.note


def test_windows_of_every_length_are_shown_with_their_rank(to_date, found):
    months = lead(to_date, "rsp", "spy")
    assert found.breadth_lengths.index.to_list() == [
        str(n) for n in (1, 2, 3, 6, 9, 12, 18, 24, 36)
    ]
    for length, row in found.breadth_lengths.iterrows():
        leads = months.rolling(int(length)).sum().dropna()
        assert row["lead"] == pytest.approx(leads.iloc[-1])
        assert row["as large"] == (leads.iloc[:-1] >= leads.iloc[-1] - 1e-9).sum()


def test_breadth_is_the_last_window_beyond_the_average(to_date, found):
    months, evidence = lead(to_date, "rsp", "spy"), found.answers["M3"].used
    before = months.iloc[
        :-6
    ].mean()  # the months on trial are no part of what they are held against
    assert evidence.estimate == pytest.approx(months.iloc[-6:].sum() - 6 * before)
    assert evidence.n_effective == pytest.approx(len(months) / 6, rel=0.05)
    assert tuple(evidence.definitions) == load_line("M3", "used").definitions
    assert evidence.note.endswith("Prices, not flows.")


def test_leads_are_the_sums_of_every_window(to_date, found):
    assert found.breadth_leads.columns.to_list() == [PAIR_LABELS[pair] for pair in BREADTH_PAIRS]
    months = lead(to_date, "iwm", "qqq")
    leads = found.breadth_leads["Russell 2000 less Nasdaq 100"].dropna()
    assert leads.iloc[-1] == pytest.approx(months.iloc[-6:].sum())
    assert len(leads) == len(months) - 5
    low, high = found.breadth_ranges.loc["Russell 2000 less Nasdaq 100"]
    assert [low, high] == pytest.approx(np.percentile(leads, [2.5, 97.5]))


def test_a_longer_window_adds_up_more_months(to_date, info):
    year, months = valuation.examine(info, window=12), lead(to_date, "rsp", "spy")
    assert year.breadth_leads.iloc[-1, 0] == pytest.approx(months.iloc[-12:].sum())
    assert year.answers["M3"].used.estimate == pytest.approx(
        months.iloc[-12:].sum() - 12 * months.iloc[:-12].mean()
    )


def test_early_in_a_year_its_lead_has_no_source_yet():
    then = valuation.examine(data.Information("2026-01-15"))
    assert then.answers["M3"].stated.checks["year to date"] is None
    assert then.breadth_windows.index.to_list() == ["six months", "twelve months"]
    assert then.breadth_windows["last"].eq("2025-12-31").all()


def test_older_funds_are_shown_where_the_claims_own_are_too_young():
    then = valuation.examine(data.Information("2006-12-31"))
    assert then.breadth_leads.columns.to_list() == [PAIR_LABELS[pair] for pair in BREADTH_PAIRS[1:]]
    assert "42 months were known" in then.reason("breadth_test", BREADTH_PAIRS[0])


# --- nothing later enters -------------------------------------------------------------------------------


def test_a_wrong_future_changes_nothing(found, wrong_future):
    with wrong_future(ARTICLE):
        again = valuation.examine(data.Information(ARTICLE), draws=200)
        assert again.answers == found.answers
        for part in ("priced_in", "quoted_pairs", "loss_makers", "returns_by_fifth", "decades"):
            pd.testing.assert_frame_equal(getattr(again, part), getattr(found, part))


def test_before_the_funds_and_the_multiples_the_gap_alone_answers(long_before):
    assert word_pairs(long_before.answers) == {
        "M3": ("not yet sayable", "not yet sayable"),
        "M4": ("not yet sayable", "not yet sayable"),
        "M5": ("false", "evidence against"),  # small companies were dearer than on average
    }
    assert long_before.gap.index[-1] < pd.Period("1990-01", "M")


@pytest.mark.parametrize(
    "part",
    [
        "multiples",
        "ratios",
        "published_ratios",
        "conventions",
        "quoted_pairs",
        "written_pairs",
        "loss_makers",
        "loss_maker_share",
        "breadth_leads",
        "breadth_windows",
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
    with pytest.raises(ParameterError, match=r"definition is 'median'.*without_loss_makers"):
        valuation.examine(info, definition="median")
    with pytest.raises(ParameterError, match=r"index_pair is 'smb'.*lo20_hi20"):
        valuation.examine(info, index_pair="smb")
