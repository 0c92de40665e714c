"""Claim M4: each multiple beside the pages of its own convention, and the ratio beside its own history."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics import valuation
from helpers.topics.valuation import conventions
from helpers.topics.valuation.inputs import ValuationInputs
from helpers.trial import load_claim, load_line, verdict
from made_up_quotations import quotations

ARTICLE = "2026-02-16"
YEAR_BEFORE = pd.Timestamp("2025-02-16")


@pytest.fixture(scope="module")
def pages():
    """Every quotation of multiples, straight from the file."""
    file = data_dir() / "published" / "valuation.csv"
    return pd.read_csv(file, parse_dates=["known"], keep_default_na=False, na_values={"value": ""})


@pytest.fixture(scope="module")
def table():
    quoted = ValuationInputs(data.Information(ARTICLE)).quoted_multiples
    return conventions.table_conventions(quoted, YEAR_BEFORE)


@pytest.fixture(scope="module")
def found():
    return valuation.examine(data.Information(ARTICLE), draws=4_000)


def word(name, evidence):
    return verdict(load_claim("M4"), name, evidence).word


# --- as stated ------------------------------------------------------------------------------------------


def test_22_is_right_and_18_1_fits_no_convention(pages, table):
    """Pages of the year from the file: S&P 500 21 to 22.6; Russell 2000 23, or 15.4 to 16; S&P 600 15.3 to 16.6."""
    year = pages[
        pages["quantity"].eq("forward P/E")
        & pages["machine_written"].eq("false" if pages["machine_written"].dtype == "str" else False)
        & pages["known"].between("2025-02-17", ARTICLE)
    ]
    spans = {
        "S&P 500": year[year["group"] == "S&P 500"],
        "Russell 2000, all companies": year[year["definition"] == "all_companies"],
        "Russell 2000, without loss makers": year[year["definition"] == "without_loss_makers"],
        "S&P 600, profitable companies only": year[year["group"] == "S&P 600"],
    }
    assert table.index.to_list() == list(spans)
    for name, rows in spans.items():
        assert (table["low"][name], table["high"][name]) == (
            rows["value"].min(),
            rows["value"].max(),
        )
        assert table["pages"][name] == len(rows)
    assert table["fits"].to_list() == [True, False, False, False]
    assert (table["first_hand"] > 0).all()


def test_the_sentence_is_true_in_part(found):
    evidence = found.answers["M4"].stated
    assert dict(evidence.checks) == {
        "22 for the S&P 500": True,
        "18.1 for small companies": False,
    }
    assert word("stated", evidence) == "true in part"
    assert evidence.estimate == pytest.approx((23 / 22 + 1.05) / 2)
    assert evidence.sources == ("valuation",)  # our own multiples of the next quarter judge nothing
    assert evidence.note == (
        "22 fits the pages of the year: S&P 500 21 to 22.6. 18.1 fits none of the pages of the year: Russell 2000, all "
        "companies 23; Russell 2000, without loss makers 15.4 to 16; S&P 600, profitable companies only 15.3 to 16.6."
    )


def quoted(*rows):
    """Synthetic quotations of forward multiples: group, definition, figure, and what differs."""
    named = (
        {"group": group, "definition": definition, "figure": figure} | other
        for group, definition, figure, other in rows
    )
    return quotations(*named, quantity="forward P/E", period="2025-12")


RIGHT = ("S&P 500", "", 22.0, {})
NO_RATIOS = pd.DataFrame({"ratio": []})


def weighed(*rows):
    return conventions.weigh_multiples(
        conventions.table_conventions(quoted(*rows), YEAR_BEFORE), NO_RATIOS
    )


@pytest.mark.parametrize("figure", [17.6, 18.1, 18.6])
def test_half_a_multiple_is_given_and_taken(figure):
    small = ("Russell 2000", "without_loss_makers", figure, {})
    assert list(weighed(RIGHT, small).checks.values()) == [True, True]
    assert word("stated", weighed(RIGHT, small)) == "true"
    further = ("Russell 2000", "without_loss_makers", figure + np.sign(figure - 18.1) * 0.01, {})
    assert list(weighed(RIGHT, further).checks.values()) == [True, figure == 18.1]


def test_the_year_before_the_date_begins_the_day_after():
    for period, counts in (("2025-02-16", False), ("2025-02-17", True)):
        found = conventions.table_conventions(quoted((*RIGHT[:3], {"period": period})), YEAR_BEFORE)
        assert ("S&P 500" in found.index) == counts


def test_one_convention_is_enough_and_two_do_not_make_a_range():
    """Between 16 without loss-makers and 23 with them lies no page."""
    apart = [
        ("Russell 2000", "without_loss_makers", 16.0, {}),
        ("Russell 2000", "all_companies", 23.0, {}),
    ]
    assert list(weighed(*apart).checks.values()) == [None, False]
    one = ("S&P 600", "", 18.0, {})
    assert list(weighed(*apart, one).checks.values()) == [None, True]


@pytest.mark.parametrize(
    "other",
    [
        {"machine_written": True},
        {"confidence": "second-hand"},
        {"period": "2024"},  # what a page recalls
        {"quantity": "trailing P/E"},
    ],
)
def test_what_carries_no_weight_leaves_the_part_without_a_source(other):
    evidence = weighed(RIGHT, ("S&P 600", "", 18.1, other))
    assert list(evidence.checks.values()) == [True, None]
    assert "No page of the year" in evidence.note
    assert (evidence.estimate, evidence.found) == (None, "no ratio counted alike")
    assert word("stated", evidence) == "true in part"


def test_without_any_page_no_source_is_found():
    assert (
        word("stated", weighed(("S&P 500", "", 22.0, {"machine_written": True})))
        == "no source found"
    )


# --- as used --------------------------------------------------------------------------------------------


def test_a_page_is_carried_from_the_nearest_end_of_a_month():
    months = pd.Series([1.0, 2.0, 4.0], pd.period_range("2025-12", periods=3, freq="M"))
    pages = pd.DataFrame({"period": ["2025-12", "2025-12-11", "2026-01-31", "2026-02-16", "2025"]})
    assert conventions.leads_since(pages, months).to_list() == [6.0, 7.0, 4.0, 0.0, 6.0]


def test_the_lead_since_the_pages_ends_on_the_last_closing_price(found):
    """Russell 2000 fund against the S&P 500 fund, December to 13 February: 6.82 and -0.02 percent."""
    pages = found.chosen_ratios.set_index("publisher")
    months = valuation.examination.lead_to_date(found.inputs, "iwm_spy").months
    lead = conventions.leads_since(pages, months)["MarketScreener"]
    assert lead == pytest.approx(100 * np.log(1.0682 / 0.9998), abs=0.01)


def test_all_in_the_premium_is_small_against_its_own_history(found):
    """23/22 and +5 percent against 15 percent historically: 9 percent cheaper as published, which speaks for the
    article; at prices of the date less is left."""
    evidence = found.answers["M4"].used
    assert tuple(evidence.definitions) == load_line("M4", "used").definitions
    published = evidence.definitions["all companies, as published"]
    today = evidence.definitions["all companies, at prices of the date"]
    assert published == pytest.approx(100 * (1 - np.median([23 / 22, 1.05]) / 1.15), abs=0.3)
    lead = 100 * np.log(1.0682 / 0.9998)
    assert today < evidence.estimate < published
    assert today == pytest.approx(100 * (1 - 1.05 * np.exp(lead / 100) / 1.15), abs=0.6)
    assert evidence.shares["all companies, as published"] > 0.9
    assert word("used", evidence) == "evidence for"
    assert evidence.note.endswith(" Counted without loss makers: 25 percent.")
    assert (
        evidence.note.count("Counted") == 2
    )  # the convention on trial stands in the first sentence
    assert "1.05 times" in evidence.note
    assert "1.15 times on average: 9 percent cheaper" in evidence.note


def test_without_loss_makers_the_discount_is_a_quarter(found):
    """Benzinga 16/21 and BofA 15.4/22.1 against a long-term average of 1.0."""
    discount = found.answers["M4"].used.definitions["without loss makers"]
    assert 100 * (1 - 16 / 21) < discount < 100 * (1 - 15.4 / 22.1)


def test_a_history_known_at_second_hand_alone_carries_no_verdict(found):
    other = valuation.examine(found.info, definition="without_loss_makers", draws=found.draws)
    assert found.answers_by("without_loss_makers") == other.answers
    evidence = other.answers["M4"].used
    assert word("used", evidence) == "not testable"
    assert "Only second-hand quotations give the long-term average" in evidence.not_testable
    assert other.answers["M4"].stated.estimate == pytest.approx((16 / 21 + 15.4 / 22.1) / 2)


def ratio_table(*rows):
    """Synthetic ratios of one convention: definition, ratio, half a width, confidence."""
    table = pd.DataFrame(rows, columns=["definition", "ratio", "half", "confidence"])
    ends = {"low": table["ratio"] - table["half"], "high": table["ratio"] + table["half"]}
    return table.assign(**ends, period="2025-12", publisher="somebody")


MONTHS = pd.Series([0.0, 10.0], pd.period_range("2025-12", periods=2, freq="M"))
USUAL = ratio_table(("all_companies", 1.0, 0.0, "verbatim"))


def weigh(now, usual=USUAL, definition="all_companies"):
    rng = np.random.default_rng(1)
    return conventions.weigh_history(now, usual, MONTHS, definition, 2_000, rng)


def test_the_draws_lie_between_the_page_and_the_page_carried_to_the_date():
    evidence = weigh(ratio_table(("all_companies", 0.9, 0.0, "verbatim")))
    published, today = 10.0, 100 * (1 - 0.9 * np.exp(0.1))
    assert evidence.definitions["all companies, as published"] == pytest.approx(published)
    assert evidence.definitions["all companies, at prices of the date"] == pytest.approx(today)
    assert today < evidence.ci_low < evidence.estimate < evidence.ci_high < published
    half = 100 * (1 - 0.9 * np.exp(0.05))  # the median draw matched half of the lead
    assert evidence.estimate == pytest.approx(half, abs=0.3)


def test_rounding_widens_the_draws_and_moves_no_middle():
    sharp, blunt = (
        weigh(ratio_table(("all_companies", 0.9, half, "verbatim"))) for half in (0.0, 0.05)
    )
    assert blunt.ci_low < sharp.ci_low
    assert blunt.ci_high > sharp.ci_high
    assert blunt.estimate == pytest.approx(sharp.estimate, abs=0.3)


def test_every_page_and_every_average_weighs_the_same():
    now = ratio_table(
        ("all_companies", 0.5, 0.0, "verbatim"), ("all_companies", 1.5, 0.0, "verbatim")
    )
    assert weigh(now).share == pytest.approx(0.5)
    usual = ratio_table(
        ("all_companies", 1.0, 0.0, "verbatim"), ("all_companies", 2.0, 0.0, "verbatim")
    )
    assert weigh(now, usual).share == pytest.approx(0.75)
    assert weigh(now, usual).n == 4


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0.80, "strong evidence for"),
        (0.88, "evidence for"),
        (0.905, "undecided"),
        (0.92, "evidence against"),
        (0.99, "strong evidence against"),
    ],
)
def test_every_word_can_be_reached(ratio, expected):
    assert word("used", weigh(ratio_table(("all_companies", ratio, 0.0, "verbatim")))) == expected


def test_a_convention_without_a_page_of_the_year_is_no_definition():
    now = ratio_table(("all_companies", 0.9, 0.0, "verbatim"))
    usual = pd.concat([USUAL, ratio_table(("without_loss_makers", 1.0, 0.0, "verbatim"))])
    for averages in (usual, USUAL):
        assert list(weigh(now, averages).definitions) == [
            "all companies",
            "all companies, as published",
            "all companies, at prices of the date",
        ]


def test_conventions_on_trial_are_those_with_a_published_history():
    averages = ValuationInputs(data.Information(ARTICLE)).stated_averages
    assert set(averages["definition"]) == set(conventions.TRIED)


def test_what_is_missing_is_named():
    now = ratio_table(("all_companies", 0.9, 0.0, "verbatim"))
    with pytest.raises(NotKnown, match="gives both multiples, without loss makers"):
        weigh(now, definition="without_loss_makers")
    with pytest.raises(NotKnown, match="gives the long-term average of their ratio, all companies"):
        weigh(now, USUAL.iloc[:0])
    second = ratio_table(("all_companies", 0.9, 0.0, "second-hand"))
    with pytest.raises(NotKnown, match="Only second-hand quotations give both multiples, all comp"):
        weigh(second)
