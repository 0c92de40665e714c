"""Which published growth rates count: not machine-written pages, not old ones, not those of another universe."""

import numpy as np
import pandas as pd
import pytest

from helpers import data
from helpers.data.paths import data_dir
from helpers.errors import NotKnown
from helpers.topics import earnings
from helpers.topics.earnings import consensus
from helpers.topics.earnings.inputs import EarningsInputs
from helpers.trial import load_claim, load_line, verdict
from helpers.trial.flips import list_flips
from helpers.trial.rules import STATED
from made_up_quotations import quotations

ARTICLE = "2026-02-16"


def test_nothing_published_after_the_date_is_read(found):
    rows = found.quotations
    assert rows["known"].max() <= pd.Timestamp(ARTICLE)
    broad = rows[(rows["group"] == "Russell 2000") & (rows["target"] == "2026")]
    assert 38.0 not in broad["figure"].values  # CNBC, 30 June 2026
    # Motley Fool, 20 February 2026
    assert not ((broad["figure"] == 19.0) & ~broad["machine_written"]).any()
    later = EarningsInputs(data.Information("2026-07-15")).quotations
    assert 38.0 in later.loc[later["group"] == "Russell 2000", "figure"].values


def test_quotations_are_those_of_the_files_in_order_of_the_date(found):
    files = pd.concat(
        pd.read_csv(data_dir() / "published" / f"{name}.csv")
        for name in ("earnings_growth", "consensus_record")
    )
    files = files[(files["quantity"] == "EPS growth") & (files["known"] <= ARTICLE)]
    assert len(found.quotations) == len(files)
    keys = found.quotations[["known", "group", "figure"]]
    assert keys.equals(keys.sort_values(list(keys), ignore_index=True))


def test_before_any_quotation_the_reason_names_the_date():
    with pytest.raises(NotKnown, match="2015-01-01"):
        _ = EarningsInputs(data.Information("2015-01-01")).quotations


def test_a_broker_s_own_universe_belongs_to_its_kind_and_a_part_of_an_index_to_itself():
    groups = pd.Series(
        ["US large caps (BofA universe)", "S&P 500", "S&P 500 ex Mag 7", "S&P 500 Equal Weight"]
    )
    assert consensus.universe_of(groups).tolist() == ["US large caps", *groups[1:]]


def test_machine_written_pages_are_shown_and_never_counted(found):
    assert found.quotations["machine_written"].any()
    assert not found.forecasts["machine_written"].any()
    assert not found.all_pairs["publisher"].str.contains("MarketMinute|AInvest").any()


def test_a_forecast_counts_for_its_year_and_from_its_oldest_day_on():
    rows = quotations(
        {"figure": 1.0, "known": "2025-08-16"},
        {"figure": 2.0, "known": "2025-08-15"},
        {"figure": 3.0, "group": "S&P 500 Equal Weight"},
        {"figure": 4.0, "target": "2027"},
        {"figure": 5.0, "kind": "outcome"},
        {"figure": 6.0, "machine_written": True},
    )
    chosen = consensus.select_forecasts(rows, pd.Timestamp("2025-08-16"))
    assert chosen["figure"].tolist() == [1.0, 3.0]


def test_quotations_older_than_asked_for_are_left_out(info):
    known = {
        months: earnings.examine(info, max_age_months=months, draws=10).forecasts["known"]
        for months in (1, 6)
    }
    assert known[1].min() >= pd.Timestamp("2026-01-16") > known[6].min()
    assert known[6].min() >= pd.Timestamp("2025-08-16")


# --- one vote a publisher -------------------------------------------------------------------------------


def weigh(*rows, claim="E2", universe="S&P 500"):
    chosen = consensus.select_forecasts(quotations(*rows), pd.Timestamp("2025-08-16"))
    return consensus.weigh_published_growth(claim, chosen, universe)


def test_a_publisher_votes_once_with_its_last_word_and_a_vendor_is_a_publisher():
    evidence = weigh(
        {"figure": 30.0, "publisher": "FactSet via a paper", "vendor": "FactSet"},
        {"figure": 15.0, "publisher": "FactSet (an analyst)", "vendor": "FactSet"},
        {"figure": 40.0, "publisher": "a page (someone)"},
        {"figure": 12.5, "publisher": "second", "confidence": "second-hand"},
        {"figure": 12.5, "group": "S&P 600"},
    )
    assert dict(evidence.checks) == {"FactSet, 15 percent": True, "a page, 40 percent": False}
    assert evidence.n == 2
    assert "Second hand: 12.5." in evidence.note


@pytest.mark.parametrize(
    ("growth", "near"), [(9.25, True), (15.75, True), (9.2, False), (15.8, False)]
)
def test_near_is_half_the_gap_that_the_article_draws(growth, near):
    gap = load_claim("E1").claimed_number - load_claim("E2").claimed_number
    for claim in ("E1", "E2"):
        assert load_line(claim, "stated").tolerance == gap / 2
    assert list(weigh({"figure": growth}).checks.values()) == [near]


def test_no_middle_of_two_pages_is_a_finding():
    """The number told is the published one nearest to the claim; the ends are pages too."""
    evidence = weigh({"figure": 14.0}, {"figure": 20.0, "publisher": "b"})
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high) == (14.0, 14.0, 20.0)
    ranged = weigh({"figure": 19.5, "low": 17.0, "high": 22.0, "confidence": "second-hand"})
    assert "Second hand: 17 to 22." in ranged.note
    assert ranged.estimate is None


def test_second_hand_pages_alone_are_no_source():
    evidence = weigh({"confidence": "second-hand"})
    assert verdict(load_claim("E2"), "stated", evidence).word == "no source found"
    assert verdict(load_claim("E2"), "stated", weigh({})).word == "true"


def test_the_claimed_number_is_told_where_it_is_printed():
    evidence = weigh({"figure": 12.5, "group": "S&P 500 ex Mag 7", "vendor": "FactSet"})
    assert "The number 12.5 is printed for S&P 500 ex Mag 7 (FactSet, first hand)." in evidence.note
    middle = weigh({"figure": 12.5, "low": 10.0, "high": 15.0})
    assert "is printed" not in middle.note  # a middle is on no page


def test_dropping_any_one_publication_moves_the_word_by_one_step_at_most(found):
    for claim in ("E1", "E2", "E6"):
        evidence = found.answers[claim].stated
        words = [verdict(load_claim(claim), "stated", evidence).word]
        words += [one["word"] for one in list_flips(load_claim(claim), "stated", evidence)]
        steps = [STATED.index(word) for word in words]
        assert max(abs(one - steps[0]) for one in steps) <= 1, claim


@pytest.fixture(scope="module")
def files():
    rows = pd.concat(
        pd.read_csv(data_dir() / "published" / f"{name}.csv")
        for name in ("earnings_growth", "consensus_record")
    )
    rows = rows[(rows["quantity"] == "EPS growth") & (rows["target"] == "2026")]
    rows = rows[rows["known"].between("2025-08-16", ARTICLE) & (rows["kind"] == "forecast")]
    return rows[~rows["machine_written"] & (rows["confidence"] != "second-hand")]


def test_what_was_published_for_the_russell_2000_by_hand(found, files):
    """MarketScreener 35 and First Eagle 63, read first hand: nobody prints 19, and 42.5 is on no page."""
    rows = files[files["group"] == "Russell 2000"]
    assert sorted(rows["value"]) == [35.0, 63.0]
    evidence = found.answers["E1"].stated
    assert (evidence.estimate, evidence.ci_low, evidence.ci_high, evidence.n) == (35, 35, 63, 2)
    assert not any(evidence.checks.values())
    assert verdict(load_claim("E1"), "stated", evidence).word == "false"
    assert "The number 19 is printed for S&P 600 (BofA, second-hand)." in evidence.note


def test_what_was_published_for_the_s_and_p_500_by_hand(found, files):
    rows = files[files["group"] == "S&P 500"]
    assert sorted(rows["value"]) == [14.0, 14.9, 15.0, 16.0, 16.9]
    assert pytest.approx(16.9, abs=0.05) == 100 * (310.24 / 265.42 - 1)  # S&P's own file
    evidence = found.answers["E2"].stated
    assert (evidence.ci_low, evidence.ci_high, evidence.n) == (14.0, 16.9, 5)
    assert sum(evidence.checks.values()) == 3
    assert verdict(load_claim("E2"), "stated", evidence).word == "true in part"
    assert "printed for S&P 500 ex Mag 7 (FactSet, first hand)" in evidence.note


def test_other_universes_stand_beside(found, files):
    """Profit-screened and brokers' universes: 14.6 to 19, second hand included."""
    table = found.universes.set_index("universe")
    assert table.loc["US small caps", ["lowest", "highest", "first hand"]].tolist() == [14.6, 18, 2]
    assert table.loc["S&P 600"].tolist() == [15.4, 19.0, 1, 1]
    assert table.loc["Russell 2000"].tolist() == [17.0, 63.0, 2, 2]
    voters = files["vendor"].fillna(files["publisher"])
    assert table.loc["S&P 500", "first hand"] == voters[files["group"] == "S&P 500"].nunique()
    with pytest.raises(NotKnown, match="No forecast of 2026"):
        consensus.table_universes(found.forecasts.iloc[:0])


def test_the_table_of_the_year_is_what_the_files_say(found):
    table = found.quotations_of_year
    rows = found.quotations[found.quotations["target"] == "2026"]
    assert sorted(table["growth"]) == sorted(rows["figure"])
    assert table["growth"].is_monotonic_decreasing
    assert table.index.equals(pd.RangeIndex(len(rows)))
    top = table.iloc[0]
    assert (top["index"], top["growth"], top["read"]) == ("Russell 2000", 63.0, "verbatim")
    assert top["publisher"].startswith("First Eagle")
    assert top["known"] == pd.Timestamp("2026-01-31")
    assert table["machine-written"].sum() == rows["machine_written"].sum() > 0
    with pytest.raises(NotKnown, match="No forecast of 2026"):
        consensus.table_quotations(quotations({"target": "2025"}))


def test_pages_that_say_the_same_stay_in_the_order_they_became_known():
    pages = [f"page {k}" for k in range(40)]
    rows = quotations(
        *({"figure": 10.0 + k % 2, "publisher": page} for k, page in enumerate(pages))
    )
    table = consensus.table_quotations(rows)
    assert table["publisher"].tolist() == pages[1::2] + pages[::2]


def test_an_estimate_of_a_year_that_is_over_counts_as_its_outcome(found):
    rows = found.quotations[found.quotations["vendor"] == "First Eagle"]
    kinds = rows.set_index(["group", "target"])["kind"]
    assert kinds["Russell 2000", "2025"] == "outcome"
    assert kinds["Russell 2000", "2026"] == "forecast"


def test_a_stated_range_counts_with_its_middle(found):
    rows = found.quotations.dropna(subset="low")
    assert len(rows)
    assert np.allclose(rows["figure"], (rows["low"] + rows["high"]) / 2)
